//! Which programs an image brings along, for the images that lessons on Jobs use.
//!
//! What a program does is the shell's matter. Of one that the shell doesn't know only two things matter here: whether it
//! is there, and how long it runs. An image that isn't in the table is taken to have whatever is called.
//!
//! Leaves out: what a package that is installed brings along exactly, distroless images.

use super::process::base_name;
use crate::cluster::shell::Program;
use std::rc::Rc;

/// How long a program runs that is only known by name.
const ASSUMED_MS: u64 = 5_000;

/// What an image is built upon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Base {
    /// Busybox and no other shell.
    Busybox,
    /// Debian or one of its kin.
    Debian,
}

/// Image, base, and the programs beside those of the base.
const IMAGES: [(&str, Base, &[&str]); 18] = [
    ("alpine", Base::Busybox, &["apk"]),
    ("bash", Base::Busybox, &["bash"]),
    ("busybox", Base::Busybox, &[]),
    ("curl", Base::Busybox, &["curl"]),
    ("debian", Base::Debian, &[]),
    ("golang", Base::Debian, &["curl", "gcc", "git", "go", "make", "wget"]),
    ("httpd", Base::Debian, &["ab", "htpasswd", "httpd"]),
    ("mariadb", Base::Debian, &["mariadb", "mariadb-admin", "mariadb-dump", "mariadbd"]),
    ("mongo", Base::Debian, &["mongod", "mongodump", "mongoexport", "mongoimport", "mongorestore", "mongosh"]),
    ("mysql", Base::Debian, &["mysql", "mysqladmin", "mysqld", "mysqldump"]),
    ("nginx", Base::Debian, &["curl", "nginx"]),
    ("node", Base::Debian, &["curl", "git", "node", "npm", "npx", "wget", "yarn"]),
    ("perl", Base::Debian, &["cpan", "cpanm", "curl", "git", "wget"]),
    (
        "postgres",
        Base::Debian,
        &["createdb", "initdb", "pg_dump", "pg_dumpall", "pg_isready", "pg_restore", "postgres", "psql"],
    ),
    ("python", Base::Debian, &["curl", "git", "pip", "pip3", "python", "python3", "wget"]),
    ("redis", Base::Debian, &["redis-benchmark", "redis-cli", "redis-server"]),
    ("ruby", Base::Debian, &["bundle", "curl", "gem", "git", "irb", "rake", "ruby", "wget"]),
    ("ubuntu", Base::Debian, &[]),
];

/// Busybox's programs that the shell doesn't know.
const BUSYBOX: &str = " awk base32 base64 bc bunzip2 bzip2 cal cksum cmp comm cpio crond crontab dc dd diff dmesg dos2unix \
    ed expand factor fallocate fold fsync ftpget ftpput getopt gunzip gzip hexdump hostid httpd ifconfig install ionice ip \
    ipcalc killall last less link logger logname losetup lsof lzma md5sum mesg mkfifo mknod mkpasswd more mount mountpoint nc \
    netstat nslookup od passwd paste patch pgrep pidof ping ping6 pkill pmap pstree renice reset route sendmail sha1sum \
    sha256sum sha3sum sha512sum shred shuf split strings stty su sum tar telnet tftp top traceroute truncate tsort umount \
    unexpand unix2dos unlink unlzma unxz unzip uudecode uuencode vi watch wget who xxd xz xzcat zcat ";

/// Programs of every Debian that the shell doesn't know.
const DEBIAN: &str = " apt apt-get awk b2sum base32 base64 cksum cmp comm dd debconf diff dmesg dpkg dpkg-query expand factor \
    find fmt fold getent getopt gunzip gzip hostid install join link logger logname mawk md5sum mkfifo mknod more mount \
    numfmt od paste pathchk perl pgrep pidof pkill pr ptx sha1sum sha224sum sha256sum sha384sum sha512sum shred shuf split \
    start-stop-daemon stty su sum tar top truncate tsort umount unexpand unlink useradd vmstat watch zcat zgrep ";

/// Programs that bring others along: once one has run, whatever is called is there.
const INSTALLERS: [&str; 16] = [
    "apk", "apt", "apt-get", "bundle", "cargo", "cpan", "cpanm", "dnf", "gem", "go", "microdnf", "npm", "pip", "pip3",
    "yarn", "yum",
];

/// What is known of a program that the shell doesn't implement, in a container of that image in which programs `ran`
/// of which no more is known.
pub(super) fn program(image: &str, name: &str, ran: &[Rc<str>]) -> Program {
    let base = base_name(name);
    let installed = ran.iter().any(|program| INSTALLERS.contains(&base_name(program)));
    let is_there = installed || known(image).is_none_or(|(on, own)| own.contains(&base) || programs_of(on, base));
    if is_there { Program::Assumed { duration_ms: ASSUMED_MS } } else { Program::Missing }
}

/// Whether the image has that shell (`sh`, `ash`, `bash`, `dash`).
pub(super) fn has_shell(image: &str, name: &str) -> bool {
    known(image).is_none_or(|(on, own)| {
        let common = match on {
            Base::Busybox => &["sh", "ash"],
            Base::Debian => &["sh", "bash", "dash"][..],
        };
        common.contains(&name) || own.contains(&name)
    })
}

fn programs_of(base: Base, name: &str) -> bool {
    let list = match base {
        Base::Busybox => BUSYBOX,
        Base::Debian => DEBIAN,
    };
    list.split_whitespace().any(|other| other == name)
}

/// What is known of an image; a tag such as `3.12-alpine` names another base.
fn known(image: &str) -> Option<(Base, &'static [&'static str])> {
    let family = base_name(image);
    let (_, base, own) = IMAGES.iter().find(|(name, ..)| *name == family)?;
    let tag = image.rsplit('/').next().and_then(|last| last.split_once(':')).map_or("", |(_, tag)| tag);
    Some((if tag.contains("alpine") { Base::Busybox } else { *base }, own))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ASSUMED: Program = Program::Assumed { duration_ms: ASSUMED_MS };

    #[test]
    fn images_without_bash_dont_have_it() {
        let with = ["debian", "ubuntu:24.04", "python:3.12-slim", "bash:5", "ghcr.io/acme/web:1.4"];
        assert!(with.iter().all(|image| has_shell(image, "bash")));
        let without =
            ["busybox:1.36", "alpine", "docker.io/library/alpine:3.20", "python:3.12-alpine", "busybox@sha256:00"];
        assert!(without.iter().all(|image| !has_shell(image, "bash") && has_shell(image, "sh")));
    }

    #[test]
    fn an_image_has_its_own_programs_and_those_of_its_base() {
        assert_eq!(program("busybox:1.36", "wget", &[]), ASSUMED);
        assert_eq!(program("busybox:1.36", "curl", &[]), Program::Missing);
        assert_eq!(program("busybox:1.36", "bash", &[]), Program::Missing);
        assert_eq!(program("perl:5.34", "/usr/bin/perl", &[]), ASSUMED);
        assert_eq!(program("python:3.12-alpine", "python3", &[]), ASSUMED);
        assert_eq!(program("nginx", "python3", &[]), Program::Missing);
        assert_eq!(program("ghcr.io/acme/web:1.4", "bundle", &[]), ASSUMED);
    }

    #[test]
    fn what_was_installed_is_there() {
        assert_eq!(program("alpine", "jq", &[]), Program::Missing);
        assert_eq!(program("alpine", "jq", &[Rc::from("apk")]), ASSUMED);
    }
}
