//! Models `read` of ash: a line from standard input, split by IFS.
//!
//! Left out: `-n`, `-d` and the time limit of `-t`, which are read and have no effect.

use std::rc::Rc;

use super::expand::refusal;
use super::io::{Fd, Input};
use super::task::{Context, Frame, Reading, Task, Wait};

/// `read`
pub fn read(task: &mut Task, rest: &[Rc<str>], _cx: &mut Context) {
    let mut reading = Reading { names: Vec::new(), raw: false, before: String::new() };
    let mut words = rest.iter();
    while let Some(word) = words.next() {
        match word.strip_prefix('-').filter(|l| !l.is_empty() && reading.names.is_empty()) {
            Some("-") => {}
            Some(letters) => {
                for (at, letter) in letters.char_indices() {
                    match letter {
                        'r' => reading.raw = true,
                        's' => {}
                        _ => {
                            // A prompt is only for terminals, and there is no time limit.
                            if letters.get(at + 1..).is_none_or(str::is_empty) {
                                words.next();
                            }
                            break;
                        }
                    }
                }
            }
            None => reading.names.push(Rc::clone(word)),
        }
    }
    if reading.names.is_empty() {
        reading.names.push("REPLY".into());
    }
    task.frames.push(Frame::Read(Box::new(reading)));
}

impl Task {
    /// Reads a line for `read` and splits it.
    pub fn read_line(&mut self, mut reading: Box<Reading>, cx: &mut Context) {
        let fd = self.fds.first().cloned().unwrap_or(Fd::Null);
        let (line, whole) = match cx.shared.opened.read(&fd, true) {
            Input::Text(text) => match text.strip_suffix('\n') {
                Some(line) => (line.to_owned(), true),
                None => (text, false),
            },
            Input::End => (String::new(), false),
            Input::Wait(pipe) => {
                self.wait = Wait::Readable(pipe, true);
                return self.frames.push(Frame::Read(reading));
            }
        };
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        if whole && !reading.raw && backslashes % 2 == 1 {
            reading.before.push_str(line.get(..line.len() - 1).unwrap_or(""));
            return self.frames.push(Frame::Read(reading));
        }
        let text = format!("{}{line}", reading.before);
        self.status = i32::from(!whole);
        let ifs = self.variables.get("IFS").map_or_else(|| " \t\n".to_owned(), ToString::to_string);
        let values = fields(&text, &ifs, reading.names.len(), reading.raw);
        for (at, name) in reading.names.iter().enumerate() {
            let value = values.get(at).map_or("", String::as_str);
            if let Err(refused) = self.variables.set(name, value.into()) {
                self.complain_of(cx, "read", &refusal(name, refused));
                return self.exit(2);
            }
        }
    }
}

/// Splits a line for `read`; the last of `most` fields takes all the rest.
fn fields(text: &str, ifs: &str, most: usize, raw: bool) -> Vec<String> {
    let blank = |c: char| ifs.contains(c) && matches!(c, ' ' | '\t' | '\n');
    let mut out = Vec::new();
    let mut chars = text.trim_start_matches(blank).chars().peekable();
    let mut field = String::new();
    // The end of what must not be trimmed from the last field: escaped blanks.
    let mut keep = 0;
    while let Some(c) = chars.next() {
        if c == '\\' && !raw {
            field.extend(chars.next());
            keep = field.len();
            continue;
        }
        if ifs.contains(c) && out.len() + 1 < most {
            while chars.next_if(|n| blank(*n)).is_some() {}
            if blank(c) && chars.next_if(|n| ifs.contains(*n)).is_some() {
                while chars.next_if(|n| blank(*n)).is_some() {}
            }
            out.push(std::mem::take(&mut field));
            keep = 0;
            continue;
        }
        field.push(c);
    }
    let kept = field.trim_end_matches(blank).len().max(keep);
    field.truncate(kept);
    out.push(field);
    out
}
