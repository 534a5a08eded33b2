//! Models redirections: `< > >> <> >& &> <<`, and the devices they may name.
//!
//! Left out: descriptors above 9.

use std::rc::Rc;

use super::ast::{Redirect, RedirectKind};
use super::expand::{self, Replay, Stop};
use super::files::{FileError, absolute};
use super::io::Fd;
use super::machine::with;
use super::task::{Context, Task};

impl Task {
    /// Opens redirections from `next` on; `false` if one failed, with its message written.
    pub fn redirect_all(
        &mut self,
        redirects: &[Redirect],
        next: &mut usize,
        replay: &mut Replay,
        cx: &mut Context,
    ) -> Result<bool, Stop> {
        while let Some(redirect) = redirects.get(*next) {
            let target = expand::single(self, cx, &redirect.target, replay)?;
            if let Err(message) = self.redirect(redirect, &target, cx) {
                self.complain(cx, &message);
                return Ok(false);
            }
            *next += 1;
        }
        Ok(true)
    }

    fn redirect(&mut self, redirect: &Redirect, target: &Rc<str>, cx: &mut Context) -> Result<(), String> {
        cx.shared.recount = true;
        let fd = redirect.fd;
        let opened = match redirect.kind {
            RedirectKind::Text => cx.shared.opened.text(Rc::new(target.to_string())),
            RedirectKind::Copy if &**target == "-" => Fd::Closed,
            RedirectKind::Copy => match target.parse::<usize>().ok().and_then(|n| self.fds.get(n)) {
                Some(Fd::Closed) => return Err(format!("{target}: Bad file descriptor")),
                Some(source) => source.clone(),
                None if fd == 1 => {
                    let file = self.open_for_writing(target, false, cx)?;
                    self.fds = with(&self.fds, 2, file.clone());
                    file
                }
                None => return Err(format!("{target}: ambiguous redirect")),
            },
            RedirectKind::Read => self.open_for_reading(target, cx)?,
            RedirectKind::Write | RedirectKind::WriteAll => self.open_for_writing(target, false, cx)?,
            RedirectKind::Append | RedirectKind::Both => self.open_for_writing(target, true, cx)?,
        };
        if redirect.kind == RedirectKind::WriteAll {
            self.fds = with(&self.fds, 2, opened.clone());
        }
        self.fds = with(&self.fds, fd, opened);
        Ok(())
    }

    /// What a device stands for.
    fn device(&self, path: &str) -> Option<Fd> {
        let fd = match path {
            "/dev/null" | "/dev/zero" | "/dev/tty" => return Some(Fd::Null),
            // Where cron images send their logs.
            "/proc/1/fd/1" => return Some(Fd::Stdout),
            "/proc/1/fd/2" => return Some(Fd::Stderr),
            "/dev/stdin" => 0,
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            _ => {
                let number = path.strip_prefix("/dev/fd/").or_else(|| path.strip_prefix("/proc/self/fd/"));
                number?.parse::<usize>().ok()?
            }
        };
        self.fds.get(fd).cloned()
    }

    /// Opens a file or device for reading.
    pub fn open_for_reading(&mut self, name: &str, cx: &mut Context) -> Result<Fd, String> {
        let path = absolute(&self.cwd, name);
        if let Some(device) = self.device(&path) {
            return Ok(device);
        }
        match cx.read(&path) {
            Ok(text) => Ok(cx.shared.opened.text(text)),
            Err(FileError::NotFound) => Err(format!("can't open {name}: no such file")),
            Err(error) => Err(format!("can't open {name}: {}", error.message())),
        }
    }

    fn open_for_writing(&mut self, name: &str, append: bool, cx: &mut Context) -> Result<Fd, String> {
        let path = absolute(&self.cwd, name);
        if let Some(device) = self.device(&path) {
            return Ok(device);
        }
        if !append && self.options.noclobber && cx.entry(&path).is_some() {
            return Err(format!("can't create {name}: File exists"));
        }
        let made = if append { cx.append(&path, "") } else { cx.write(&path, "") };
        match made {
            Ok(()) => Ok(Fd::File(path.into())),
            Err(FileError::NotFound) => Err(format!("can't create {name}: nonexistent directory")),
            Err(error) => Err(format!("can't create {name}: {}", error.message())),
        }
    }
}
