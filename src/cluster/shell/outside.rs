//! Models a program that the surroundings run (kubectl): its input, and its turns.
//!
//! It reads its standard input only if an argument says so (`-`), since most would not.

use super::io::Fd;
use super::task::{Context, Frame, Outside, Task, Wait};
use super::world::{Call, Request};

impl Task {
    /// Asks the surroundings how their program is doing.
    pub fn outside(&mut self, mut outside: Box<Outside>, cx: &mut Context) {
        if outside.reading {
            let fd = self.fds.first().cloned().unwrap_or(Fd::Null);
            match cx.shared.opened.read(&fd, false) {
                super::io::Input::Text(text) if outside.stdin.len() < super::io::MAX_TEXT => {
                    outside.stdin.push_str(&text);
                }
                super::io::Input::Wait(pipe) => self.wait = Wait::Readable(pipe, false),
                _ => {
                    outside.reading = false;
                    outside.started_ms = cx.now;
                }
            }
            self.frames.push(Frame::Outside(outside));
            return;
        }
        if outside.id == 0 {
            cx.shared.last_call += 1;
            outside.id = cx.shared.last_call;
            outside.started_ms = cx.now;
        }
        let request = Request {
            id: outside.id,
            now_ms: cx.now,
            started_ms: outside.started_ms,
            argv: &outside.argv,
            stdin: &outside.stdin,
            cwd: &self.cwd,
            env: &outside.env,
            files: &cx.shared.files,
        };
        match cx.around.call(&request) {
            Call::Done { stdout, stderr, code } => {
                self.status = code & 0xff;
                self.write(cx, 1, &stdout);
                self.write(cx, 2, &stderr);
            }
            Call::Wait { stdout, stderr, until_ms } => {
                self.frames.push(Frame::Outside(outside));
                self.write(cx, 1, &stdout);
                self.write(cx, 2, &stderr);
                if self.wait == Wait::No {
                    // A time that has passed would be asked for again at once, without end.
                    self.wait = Wait::Until(until_ms.max(cx.now.saturating_add(1)));
                }
            }
        }
    }
}
