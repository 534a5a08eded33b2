//! What a command of kubectl reads: the files of the folder in which its line runs, and its standard input.
//!
//! Models `k8s.io/cli-runtime/pkg/resource/builder.go@v0.37.2`, `FilenameParam` and `ExpandPathsToFileVisitors`.
//!
//! Leaves out: URLs, `-k`.

use super::flags::Flags;
use crate::cluster::shell::Files;
use std::rc::Rc;

/// The ends of names that a folder's files must have.
const EXTENSIONS: [&str; 3] = [".json", ".yaml", ".yml"];

/// Files, seen from a folder, and standard input.
#[derive(Debug, Clone, Copy)]
pub struct Folder<'a> {
    /// All files.
    pub files: &'a Files,
    /// The folder that paths start from.
    pub cwd: &'a str,
    /// Standard input: the path `-`.
    pub stdin: &'a str,
}

/// A file that was named on the command line, or found in a folder that was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    /// As messages name it.
    pub name: String,
    /// What is in it.
    pub text: Rc<String>,
}

impl Folder<'_> {
    fn absolute(&self, path: &str) -> String {
        let joined = if path.starts_with('/') { path.to_owned() } else { format!("{}/{path}", self.cwd) };
        let mut parts: Vec<&str> = Vec::new();
        for part in joined.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop();
                }
                part => parts.push(part),
            }
        }
        format!("/{}", parts.join("/"))
    }

    /// One file's text, if there is such a file.
    pub(super) fn read(&self, path: &str) -> Option<Rc<String>> {
        if path == "-" { Some(Rc::new(self.stdin.to_owned())) } else { self.files.read(&self.absolute(path)).ok() }
    }

    /// What `-f` names, with `-R` in folders within folders too.
    ///
    /// # Errors
    /// kubectl's words after `error: `, if something isn't there.
    pub(super) fn of_flags(&self, flags: &Flags) -> Result<Vec<Found>, String> {
        let mut found = Vec::new();
        if let Some(path) = flags.value("kustomize").filter(|path| !path.is_empty()) {
            return Err(if flags.has("filename") {
                "only one of -f or -k can be specified".to_owned()
            } else {
                self.no_kustomization(path)
            });
        }
        for path in flags.all("filename").into_iter().flat_map(|paths| paths.split(',')) {
            if path == "-" {
                found.push(Found { name: "STDIN".to_owned(), text: Rc::new(self.stdin.to_owned()) });
            } else {
                found.extend(self.named(path, flags.is_on("recursive"))?);
            }
        }
        if found.is_empty() { Err("must specify one of -f and -k".to_owned()) } else { Ok(found) }
    }

    /// Models `kustomize/api/pkg/loader`: there is never one here.
    fn no_kustomization(&self, path: &str) -> String {
        let absolute = self.absolute(path);
        if self.files.is_dir(&absolute) {
            return format!(
                "unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '{absolute}'"
            );
        }
        format!(
            "must build at directory: not a valid directory: evalsymlink failure on '{path}' : lstat {path}: no such file or directory"
        )
    }

    /// The files that a path after `-f` names: itself, or those of the folder that it is.
    fn named(&self, path: &str, recursive: bool) -> Result<Vec<Found>, String> {
        let absolute = self.absolute(path);
        if let Ok(text) = self.files.read(&absolute) {
            return Ok(vec![Found { name: path.to_owned(), text }]);
        }
        if !self.files.is_dir(&absolute) {
            return Err(format!("the path \"{path}\" does not exist"));
        }
        let mut found = Vec::new();
        self.walk(&absolute, path.trim_end_matches('/'), recursive, &mut found);
        if found.is_empty() {
            return Err(format!("error reading [{path}]: recognized file extensions are [.json .yaml .yml]"));
        }
        Ok(found)
    }

    fn walk(&self, absolute: &str, shown: &str, recursive: bool, found: &mut Vec<Found>) {
        for name in self.files.list(absolute).unwrap_or_default() {
            let (inner, shown) = (format!("{absolute}/{name}"), format!("{shown}/{name}"));
            match self.files.read(&inner) {
                Ok(text) if EXTENSIONS.iter().any(|extension| name.ends_with(extension)) => {
                    found.push(Found { name: shown, text });
                }
                Err(_) if recursive => self.walk(&inner, &shown, recursive, found),
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_manifests_in_order() {
        let mut files = Files::default();
        for path in ["/root/c/b.yaml", "/root/c/a.json", "/root/c/nota.txt", "/root/c/d/e.yml", "/root/job.txt"] {
            let _ = files.mkdir_p(path.rsplit_once('/').map_or("/", |(above, _)| above), 0);
            let _ = files.write(path, path, 0);
        }
        let folder = Folder { files: &files, cwd: "/root", stdin: "" };
        let names = |path: &str, recursive| {
            folder.named(path, recursive).map(|found| found.into_iter().map(|file| file.name).collect::<Vec<_>>())
        };
        assert_eq!(names("c/", false), Ok(vec!["c/a.json".to_owned(), "c/b.yaml".to_owned()]));
        assert_eq!(names("./c", true).map(|names| names.len()), Ok(3));
        assert_eq!(names("job.txt", false), Ok(vec!["job.txt".to_owned()]));
        assert_eq!(names("nada", false), Err("the path \"nada\" does not exist".to_owned()));
        assert_eq!(folder.read("../root/job.txt").as_deref().map(String::as_str), Some("/root/job.txt"));
    }
}
