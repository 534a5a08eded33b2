//! Where a container's path really is: in its own files or, through a mount, in the shared ones.

use std::rc::Rc;

use super::files::{Entry, FileError, Files};
use super::task::Context;

struct Place {
    mounted: bool,
    read_only: bool,
    path: String,
}

impl Context<'_> {
    fn place(&self, path: &str) -> Place {
        let mounts = self.shared.settings.mounts.iter().filter_map(|mount| {
            let rest = if mount.path == "/" { Some(path) } else { path.strip_prefix(mount.path.as_str()) }?;
            (rest.is_empty() || rest.starts_with('/')).then_some((mount, rest))
        });
        match mounts.max_by_key(|(mount, _)| mount.path.len()) {
            Some((mount, rest)) => {
                let joined = format!("{}{}", mount.target, rest);
                Place { mounted: true, read_only: mount.read_only, path: super::files::absolute("/", &joined) }
            }
            None => Place { mounted: false, read_only: false, path: path.to_owned() },
        }
    }

    fn files(&mut self, place: &Place) -> &mut Files {
        if place.mounted { self.around.files() } else { &mut self.shared.files }
    }

    fn change<T>(
        &mut self,
        path: &str,
        what: impl FnOnce(&mut Files, &str, u64) -> Result<T, FileError>,
    ) -> Result<T, FileError> {
        let place = self.place(path);
        if place.read_only {
            return Err(FileError::ReadOnly);
        }
        let now = self.now;
        what(self.files(&place), &place.path, now)
    }

    /// The entry at an absolute path.
    pub fn entry(&mut self, path: &str) -> Option<Entry> {
        let place = self.place(path);
        self.files(&place).entry(&place.path).cloned()
    }

    /// Whether writing there is refused.
    pub fn read_only(&self, path: &str) -> bool {
        self.place(path).read_only
    }

    /// The content of a file.
    pub fn read(&mut self, path: &str) -> Result<Rc<String>, FileError> {
        let place = self.place(path);
        self.files(&place).read(&place.path)
    }

    /// The names in a folder.
    pub fn list(&mut self, path: &str) -> Result<Vec<Rc<str>>, FileError> {
        let place = self.place(path);
        let entries = self.files(&place).count();
        self.charge(entries, 8);
        let names = self.files(&place).list(&place.path);
        self.charge(names.as_ref().map_or(0, Vec::len), 1);
        names
    }

    /// Empties or makes a file.
    pub fn write(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        self.charge(text.len(), 32);
        self.change(path, |files, path, now| files.write(path, text, now))
    }

    /// Adds to a file.
    pub fn append(&mut self, path: &str, text: &str) -> Result<(), FileError> {
        self.change(path, |files, path, now| files.append(path, text, now))
    }

    /// Makes a folder.
    pub fn mkdir(&mut self, path: &str) -> Result<(), FileError> {
        self.change(path, Files::mkdir)
    }

    /// Makes a folder and those above it.
    pub fn mkdir_p(&mut self, path: &str) -> Result<(), FileError> {
        if self.entry(path).is_some_and(|e| e.text.is_none()) {
            return Ok(());
        }
        self.change(path, Files::mkdir_p)
    }

    /// Marks a file as changed now.
    pub fn touch(&mut self, path: &str) -> Result<(), FileError> {
        self.change(path, Files::touch)
    }

    /// Changes a mode.
    pub fn set_mode(&mut self, path: &str, mode: u16) -> Result<(), FileError> {
        self.change(path, |files, path, _| files.set_mode(path, mode))
    }

    /// Removes a file.
    pub fn remove(&mut self, path: &str) -> Result<(), FileError> {
        self.change(path, |files, path, _| files.remove(path))
    }

    /// Removes an empty folder.
    pub fn remove_dir(&mut self, path: &str) -> Result<(), FileError> {
        self.change(path, |files, path, _| files.remove_dir(path))
    }

    /// Removes a file or folder with all in it.
    pub fn remove_all(&mut self, path: &str) -> Result<(), FileError> {
        self.change(path, |files, path, _| files.remove_all(path))
    }

    /// Moves a file or folder, also in or out of a mount.
    pub fn rename(&mut self, from: &str, to: &str) -> Result<(), FileError> {
        let (source, target) = (self.place(from), self.place(to));
        if source.read_only || target.read_only {
            return Err(FileError::ReadOnly);
        }
        if source.mounted == target.mounted {
            return self.files(&source).rename(&source.path, &target.path);
        }
        self.copy(from, to, 0)?;
        self.remove_all(from)
    }

    /// Copies a file, or a folder with all in it.
    pub fn copy(&mut self, from: &str, to: &str, depth: u32) -> Result<(), FileError> {
        if depth > 64 {
            return Err(FileError::Full);
        }
        let entry = self.entry(from).ok_or(FileError::NotFound)?;
        if let Some(text) = &entry.text {
            self.write(to, text)?;
            return self.set_mode(to, entry.mode);
        }
        self.mkdir_p(to)?;
        for name in self.list(from)? {
            self.copy(&format!("{from}/{name}"), &format!("{to}/{name}"), depth + 1)?;
        }
        Ok(())
    }
}
