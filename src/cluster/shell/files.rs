//! Models a small file system in memory: folders and texts by absolute path, with a mode and the
//! time of the last change.
//!
//! Cheap to clone (one `Rc` until someone writes). Left out: owners, links, devices (the machine
//! knows `/dev/null` and its like by name), bytes that aren't text.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

/// The most that all texts may hold together.
const MAX_BYTES: usize = 16 << 20;
/// The most files and folders.
const MAX_ENTRIES: usize = 20_000;

/// Files in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Files {
    entries: Rc<BTreeMap<Rc<str>, Entry>>,
    bytes: usize,
}

/// A file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The content; nothing for a folder.
    pub text: Option<Rc<String>>,
    /// Permission bits, such as `0o644`.
    pub mode: u16,
    /// When it last changed, in virtual milliseconds.
    pub changed_ms: u64,
}

/// Why something cannot be done with a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileError {
    /// ENOENT
    NotFound,
    /// EEXIST
    Exists,
    /// EISDIR
    IsFolder,
    /// ENOTDIR
    NotFolder,
    /// ENOTEMPTY
    NotEmpty,
    /// EROFS
    ReadOnly,
    /// ENOSPC
    Full,
    /// EACCES
    Denied,
}

impl FileError {
    /// The message of the C library.
    pub fn message(self) -> &'static str {
        match self {
            FileError::NotFound => "No such file or directory",
            FileError::Exists => "File exists",
            FileError::IsFolder => "Is a directory",
            FileError::NotFolder => "Not a directory",
            FileError::NotEmpty => "Directory not empty",
            FileError::ReadOnly => "Read-only file system",
            FileError::Full => "No space left on device",
            FileError::Denied => "Permission denied",
        }
    }
}

impl Default for Files {
    fn default() -> Files {
        let root = Entry { text: None, mode: 0o755, changed_ms: 0 };
        Files { entries: Rc::new(BTreeMap::from([("/".into(), root)])), bytes: 0 }
    }
}

impl Files {
    /// The files of a busybox image.
    pub fn image() -> Files {
        let mut files = Files::default();
        for folder in ["/bin", "/dev", "/etc", "/home", "/proc", "/root", "/sys", "/tmp", "/usr/bin", "/var/run"] {
            let _ = files.mkdir_p(folder, 0);
        }
        for (path, text) in [
            ("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n"),
            ("/etc/group", "root:x:0:\nnogroup:x:65534:\n"),
            ("/etc/hosts", "127.0.0.1\tlocalhost\n"),
            ("/etc/resolv.conf", "nameserver 10.96.0.10\n"),
            ("/dev/null", ""),
            ("/dev/stdout", ""),
            ("/dev/stderr", ""),
            ("/dev/stdin", ""),
        ] {
            let _ = files.write(path, text, 0);
        }
        for name in super::applets::NAMES.into_iter().chain(["ash", "sh"]) {
            let path = format!("/bin/{name}");
            let _ = files.write(&path, "", 0);
            let _ = files.set_mode(&path, 0o755);
        }
        files
    }

    /// The entry at a path.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    /// Whether there is something at the path.
    pub fn exists(&self, path: &str) -> bool {
        self.entries.contains_key(path)
    }

    /// Whether there is a folder at the path.
    pub fn is_dir(&self, path: &str) -> bool {
        self.entry(path).is_some_and(|e| e.text.is_none())
    }

    /// The content of a file.
    pub fn read(&self, path: &str) -> Result<Rc<String>, FileError> {
        let entry = self.entry(path).ok_or(FileError::NotFound)?;
        entry.text.clone().ok_or(FileError::IsFolder)
    }

    /// How many files and folders there are.
    pub fn count(&self) -> usize {
        self.entries.len()
    }

    /// The names in a folder, in order.
    pub fn list(&self, path: &str) -> Result<Vec<Rc<str>>, FileError> {
        let entry = self.entry(path).ok_or(FileError::NotFound)?;
        if entry.text.is_some() {
            return Err(FileError::NotFolder);
        }
        let prefix = if path == "/" { "/".to_owned() } else { format!("{path}/") };
        let mut names = Vec::new();
        for (key, _) in self.entries.range::<str, _>((Bound::Excluded(&*prefix), Bound::Unbounded)) {
            let Some(name) = key.strip_prefix(&*prefix) else {
                break;
            };
            if !name.contains('/') {
                names.push(name.into());
            }
        }
        Ok(names)
    }

    /// Makes a folder within one that exists.
    pub fn mkdir(&mut self, path: &str, at_ms: u64) -> Result<(), FileError> {
        if self.exists(path) {
            return Err(FileError::Exists);
        }
        self.check_parent(path)?;
        self.insert(path, Entry { text: None, mode: 0o755, changed_ms: at_ms })
    }

    /// Makes a folder and those above it; it may exist.
    pub fn mkdir_p(&mut self, path: &str, at_ms: u64) -> Result<(), FileError> {
        let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
        for end in ends.skip(1) {
            let folder = path.get(..end).unwrap_or(path);
            match self.entry(folder) {
                Some(entry) if entry.text.is_none() => {}
                Some(_) => return Err(FileError::NotFolder),
                None => self.insert(folder, Entry { text: None, mode: 0o755, changed_ms: at_ms })?,
            }
        }
        Ok(())
    }

    /// Writes a whole file, new or not.
    pub fn write(&mut self, path: &str, text: &str, at_ms: u64) -> Result<(), FileError> {
        let mode = match self.entry(path) {
            Some(entry) if entry.text.is_none() => return Err(FileError::IsFolder),
            Some(entry) => entry.mode,
            None => {
                self.check_parent(path)?;
                0o644
            }
        };
        let old = self.read(path).map_or(0, |t| t.len());
        if self.bytes - old + text.len() > MAX_BYTES {
            return Err(FileError::Full);
        }
        self.insert(path, Entry { text: Some(Rc::new(text.to_owned())), mode, changed_ms: at_ms })
    }

    /// Adds to a file, new or not.
    pub fn append(&mut self, path: &str, text: &str, at_ms: u64) -> Result<(), FileError> {
        if !self.exists(path) {
            return self.write(path, text, at_ms);
        }
        if self.bytes + text.len() > MAX_BYTES {
            return Err(FileError::Full);
        }
        let entry = Rc::make_mut(&mut self.entries).get_mut(path).ok_or(FileError::NotFound)?;
        let content = entry.text.as_mut().ok_or(FileError::IsFolder)?;
        Rc::make_mut(content).push_str(text);
        entry.changed_ms = at_ms;
        self.bytes += text.len();
        Ok(())
    }

    /// Makes an empty file, or marks one as changed now.
    pub fn touch(&mut self, path: &str, at_ms: u64) -> Result<(), FileError> {
        if !self.exists(path) {
            return self.write(path, "", at_ms);
        }
        if let Some(entry) = Rc::make_mut(&mut self.entries).get_mut(path) {
            entry.changed_ms = at_ms;
        }
        Ok(())
    }

    /// Changes the permission bits.
    pub fn set_mode(&mut self, path: &str, mode: u16) -> Result<(), FileError> {
        let entry = Rc::make_mut(&mut self.entries).get_mut(path).ok_or(FileError::NotFound)?;
        entry.mode = mode;
        Ok(())
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) -> Result<(), FileError> {
        let entry = self.entry(path).ok_or(FileError::NotFound)?;
        if entry.text.is_none() {
            return Err(FileError::IsFolder);
        }
        self.take(path);
        Ok(())
    }

    /// Removes an empty folder.
    pub fn remove_dir(&mut self, path: &str) -> Result<(), FileError> {
        if path == "/" {
            return Err(FileError::Denied);
        }
        if !self.list(path)?.is_empty() {
            return Err(FileError::NotEmpty);
        }
        self.take(path);
        Ok(())
    }

    /// Removes a file, or a folder with all in it.
    pub fn remove_all(&mut self, path: &str) -> Result<(), FileError> {
        if !self.exists(path) {
            return Err(FileError::NotFound);
        }
        if path == "/" {
            return Err(FileError::Denied);
        }
        for key in self.under(path) {
            self.take(&key);
        }
        self.take(path);
        Ok(())
    }

    /// Moves a file, or a folder with all in it, over what may be there.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), FileError> {
        if from == to {
            return Ok(());
        }
        let source = self.entry(from).ok_or(FileError::NotFound)?;
        let folder = source.text.is_none();
        if to.strip_prefix(from).is_some_and(|rest| rest.starts_with('/')) {
            return Err(FileError::Denied);
        }
        self.check_parent(to)?;
        if self.is_dir(to) {
            if !folder {
                return Err(FileError::IsFolder);
            }
            self.remove_dir(to)?;
        }
        for key in self.under(from).into_iter().chain([from.into()]) {
            let new = format!("{to}{}", key.get(from.len()..).unwrap_or(""));
            if let Some(entry) = self.take(&key) {
                self.insert(&new, entry)?;
            }
        }
        Ok(())
    }

    /// All paths within a folder.
    fn under(&self, path: &str) -> Vec<Rc<str>> {
        let prefix = format!("{path}/");
        let range = self.entries.range::<str, _>((Bound::Excluded(&*prefix), Bound::Unbounded));
        range.map(|(key, _)| Rc::clone(key)).take_while(|key| key.starts_with(&prefix)).collect()
    }

    fn check_parent(&self, path: &str) -> Result<(), FileError> {
        let parent = match path.rfind('/') {
            Some(0) => "/",
            Some(at) => path.get(..at).unwrap_or("/"),
            None => return Err(FileError::NotFound),
        };
        match self.entry(parent) {
            None => Err(FileError::NotFound),
            Some(entry) if entry.text.is_some() => Err(FileError::NotFolder),
            Some(_) => Ok(()),
        }
    }

    fn insert(&mut self, path: &str, entry: Entry) -> Result<(), FileError> {
        if self.entries.len() >= MAX_ENTRIES && !self.exists(path) {
            return Err(FileError::Full);
        }
        self.take(path);
        self.bytes += entry.text.as_ref().map_or(0, |t| t.len());
        Rc::make_mut(&mut self.entries).insert(path.into(), entry);
        Ok(())
    }

    fn take(&mut self, path: &str) -> Option<Entry> {
        let entry = Rc::make_mut(&mut self.entries).remove(path)?;
        self.bytes -= entry.text.as_ref().map_or(0, |t| t.len());
        Some(entry)
    }
}

/// A folder of the container that is really a folder of the shared files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where the container sees it.
    pub path: String,
    /// Where it is in the shared files.
    pub target: String,
    /// Whether the container may not write there.
    pub read_only: bool,
}

/// The absolute path, without `.` and `..`, of a path as seen from `cwd`.
pub fn absolute(cwd: &str, path: &str) -> String {
    let mut out: Vec<&str> = Vec::new();
    let start = if path.starts_with('/') { "" } else { cwd };
    for piece in start.split('/').chain(path.split('/')) {
        match piece {
            "" | "." => {}
            ".." => {
                out.pop();
            }
            piece => out.push(piece),
        }
    }
    format!("/{}", out.join("/"))
}

#[cfg(test)]
mod tests {
    use super::{FileError, Files, absolute};

    #[test]
    fn folders_and_texts() {
        let mut files = Files::default();
        assert_eq!(files.mkdir("/a/b", 0), Err(FileError::NotFound));
        assert_eq!(files.mkdir_p("/a/b", 0), Ok(()));
        assert_eq!(files.mkdir("/a/b", 0), Err(FileError::Exists));
        assert_eq!(files.write("/a/b/x", "1\n", 5), Ok(()));
        assert_eq!(files.append("/a/b/x", "2\n", 6), Ok(()));
        assert_eq!(files.write("/a/b-c", "", 5), Ok(()));
        assert_eq!(files.list("/a"), Ok(vec!["b".into(), "b-c".into()]));
        assert_eq!(files.rename("/a/b", "/z"), Ok(()));
        assert_eq!(files.read("/z/x").map(|t| t.to_string()), Ok("1\n2\n".into()));
        assert_eq!(files.remove_dir("/z"), Err(FileError::NotEmpty));
        assert_eq!(files.remove_all("/z"), Ok(()));
        assert_eq!(files.list("/"), Ok(vec!["a".into()]));
        assert_eq!(files.bytes, 0);
    }

    #[test]
    fn paths_are_made_absolute() {
        assert_eq!(absolute("/a/b", "../c/./d"), "/a/c/d");
        assert_eq!(absolute("/a", "/x//y/"), "/x/y");
        assert_eq!(absolute("/", ".."), "/");
    }
}
