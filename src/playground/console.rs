//! The terminal behind the page's: lines over the run, what they printed, and what they wrote, which
//! is recorded at its instant so that a run can be done again.
//!
//! Nothing of it exists until the first line: a page that never opens its terminal pays nothing.

use super::terminal::{Block, Console, Continuation, Entry};
use crate::kubectl::{Kubectl, Piece, Shell, Written};
use crate::timeline::Timeline;
use std::rc::Rc;

/// Lines that are kept; the oldest go first.
const MOST_LINES: u32 = 20_000;

/// The lines of the student, and their shell once there was one.
#[derive(Debug, Default)]
pub(super) struct Terminal {
    prompt: Option<Box<dyn Shell>>,
    view: Rc<Console>,
    next: u32,
    lines: u32,
}

impl Terminal {
    /// What there is to draw.
    pub(super) fn view(&self) -> &Rc<Console> {
        &self.view
    }

    /// Whether lines wait until kubectl is there.
    pub(super) fn awaits_kubectl(&mut self, waits: bool) {
        if self.view.coming != waits {
            Rc::make_mut(&mut self.view).coming = waits;
        }
    }

    /// Whether something goes on and time must pass for it.
    pub(super) fn wakes_by(&self, at_ms: u64) -> bool {
        self.wake_ms().is_some_and(|wake_ms| wake_ms <= at_ms)
    }

    /// Whether something will go on by itself.
    pub(super) fn waits_for_time(&self) -> bool {
        self.wake_ms().is_some()
    }

    /// When something goes on by itself.
    pub(super) fn wake_ms(&self) -> Option<u64> {
        self.prompt.as_ref().filter(|prompt| prompt.is_alive())?.wake_at_ms()
    }

    /// Whether a line runs in the foreground.
    pub(super) fn is_busy(&self) -> bool {
        self.prompt.as_ref().is_some_and(|prompt| prompt.is_busy())
    }

    /// Shows a line and an answer that came from elsewhere, such as a button.
    pub(super) fn note(&mut self, at_ms: u64, line: &str, stdout: &str, stderr: &str) {
        self.begin(at_ms, line);
        self.add(&Piece { at_ms, stderr: false, text: stdout.to_owned() });
        self.add(&Piece { at_ms, stderr: true, text: stderr.to_owned() });
    }

    /// Runs a line; `manifest` is the editor's text. Gives what it wrote to the cluster.
    pub(super) fn enter(
        &mut self,
        kubectl: Kubectl,
        timeline: &mut Timeline,
        line: &str,
        manifest: &str,
    ) -> Vec<Written> {
        self.begin(timeline.now_ms(), line);
        self.prompt(kubectl, timeline, manifest).enter(timeline, line);
        self.collect()
    }

    /// The prompt, in whose folder the editor's text is `job.yaml`.
    fn prompt(&mut self, kubectl: Kubectl, timeline: &Timeline, manifest: &str) -> &mut dyn Shell {
        let prompt = self.prompt.get_or_insert_with(|| {
            let mut prompt = kubectl.prompt(timeline);
            prompt.alias("k", "kubectl");
            prompt.offer_editor();
            prompt
        });
        prompt.put("job.yaml", manifest, timeline.now_ms());
        &mut **prompt
    }

    /// Moves the playhead, with what goes on; `None` if nothing does.
    pub(super) fn advance(&mut self, timeline: &mut Timeline, to_ms: u64, steps: u32) -> Option<(u64, Vec<Written>)> {
        let prompt = self.prompt.as_mut().filter(|prompt| prompt.is_alive() && to_ms >= timeline.now_ms())?;
        let reached_ms = prompt.advance(timeline, to_ms, steps);
        Some((reached_ms, self.collect()))
    }

    /// Gives `kubectl edit` back what was edited. Gives what it wrote to the cluster.
    pub(super) fn save(&mut self, timeline: &mut Timeline, text: Option<&str>) -> Vec<Written> {
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        prompt.save(timeline, text);
        self.collect()
    }

    /// Ctrl-C.
    pub(super) fn interrupt(&mut self, timeline: &mut Timeline) {
        if let Some(prompt) = &mut self.prompt {
            prompt.interrupt(timeline);
            self.collect();
        }
    }

    /// Another run begins.
    pub(super) fn start_over(&mut self, timeline: &mut Timeline) {
        if let Some(prompt) = &mut self.prompt {
            prompt.start_over(timeline);
            self.collect();
        }
    }

    /// Forgets what was shown.
    pub(super) fn clear(&mut self) {
        self.lines = 0;
        Rc::make_mut(&mut self.view).entries = Rc::default();
    }

    /// How the line could go on at its end.
    pub(super) fn complete(&mut self, kubectl: Kubectl, timeline: &Timeline, line: &str, manifest: &str) {
        let (start, words) = self.prompt(kubectl, timeline, manifest).complete(timeline, line);
        self.next += 1;
        Rc::make_mut(&mut self.view).completion = Rc::new(Continuation { number: self.next, start, words });
    }

    fn begin(&mut self, at_ms: u64, line: &str) {
        self.next += 1;
        let entry = Entry { number: self.next, at_ms, line: Rc::from(line), blocks: Vec::new(), dropped: 0 };
        Rc::make_mut(&mut Rc::make_mut(&mut self.view).entries).push(Rc::new(entry));
        self.lines += 1;
    }

    fn collect(&mut self) -> Vec<Written> {
        let Some(prompt) = &mut self.prompt else { return Vec::new() };
        let (pieces, written, busy) = (prompt.take_printed(), prompt.take_written(), prompt.is_busy());
        let same = prompt.editing() == self.view.editing.as_deref();
        let editing = prompt.editing().filter(|_| !same).map(Rc::from);
        for piece in &pieces {
            self.add(piece);
        }
        if self.view.busy != busy {
            Rc::make_mut(&mut self.view).busy = busy;
        }
        if !same {
            Rc::make_mut(&mut self.view).editing = editing;
        }
        written
    }

    /// Adds what was printed to the last line's answer, in blocks.
    fn add(&mut self, piece: &Piece) {
        if piece.text.is_empty() {
            return;
        }
        if self.view.entries.is_empty() {
            self.begin(piece.at_ms, "");
        }
        let view = Rc::make_mut(&mut self.view);
        let entries = Rc::make_mut(&mut view.entries);
        let Some(entry) = entries.last_mut().map(Rc::make_mut) else { return };
        let mut rest = piece.text.as_str();
        while !rest.is_empty() {
            let open = entry.blocks.last_mut().filter(|block| block.stderr == piece.stderr && !block.is_whole());
            let (head, lines) = first_lines(rest, Block::LINES - open.as_ref().map_or(0, |block| block.lines));
            rest = rest.get(head.len()..).unwrap_or("");
            match open.map(Rc::make_mut) {
                Some(block) => {
                    block.text = Rc::from([&*block.text, head].concat());
                    block.lines += lines;
                }
                None => entry.blocks.push(Rc::new(Block { stderr: piece.stderr, text: Rc::from(head), lines })),
            }
            self.lines += lines;
        }
        // What is past the bound goes, whole blocks and whole entries from the top.
        while self.lines > MOST_LINES {
            let Some(first) = entries.first_mut().map(Rc::make_mut) else { break };
            if first.blocks.is_empty() {
                entries.remove(0);
                self.lines = self.lines.saturating_sub(1);
            } else {
                let block = first.blocks.remove(0);
                first.dropped += 1;
                self.lines = self.lines.saturating_sub(block.lines);
            }
        }
    }
}

/// At most so many lines from the beginning of a text, and how many they are; the last one may lack its end.
fn first_lines(text: &str, most: u32) -> (&str, u32) {
    let (mut lines, mut end) = (0, 0);
    while lines < most && end < text.len() {
        let rest = text.get(end..).unwrap_or("");
        end += rest.find('\n').map_or(rest.len(), |at| at + 1);
        lines += 1;
    }
    (text.get(..end).unwrap_or(text), lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_bounded() {
        let mut terminal = Terminal::default();
        let text = "una línea\n".repeat(15_000);
        for _ in 0..3 {
            terminal.note(0, "seq", &text, "");
        }
        let view = terminal.view();
        let lines: u32 = view.entries.iter().map(|entry| entry.lines()).sum();
        assert!((15_000..=20_000).contains(&lines), "{lines}");
        assert!(view.entries.iter().flat_map(|entry| &entry.blocks).all(|block| block.lines <= Block::LINES));
    }

    #[test]
    fn lines_fill_blocks_as_they_come() {
        let mut terminal = Terminal::default();
        terminal.begin(0, "seq");
        let mut whole = String::new();
        for at_ms in 0..7 {
            let text = format!("{at_ms}\n").repeat(37);
            whole.push_str(&text);
            terminal.add(&Piece { at_ms, stderr: false, text });
        }
        terminal.add(&Piece { at_ms: 8, stderr: true, text: "mal".to_owned() });
        let entries = Rc::clone(&terminal.view().entries);
        let blocks: Vec<&Rc<Block>> = entries.iter().flat_map(|entry| &entry.blocks).collect();
        assert_eq!(blocks.iter().map(|block| block.lines).collect::<Vec<_>>(), [100, 100, 59, 1]);
        let stdout: String = blocks.iter().filter(|block| !block.stderr).map(|block| &*block.text).collect();
        assert_eq!(stdout, whole);
        // What one line's answer drops from its beginning is counted, so that the others keep their keys.
        for at_ms in 9..12 {
            terminal.add(&Piece { at_ms, stderr: false, text: "más\n".repeat(10_000) });
        }
        let entry = terminal.view().entries.last().map(|entry| (entry.dropped, entry.blocks.len()));
        // The four blocks from before, and of the 30,000 lines all but 199 hundreds: the entered line counts as one.
        assert_eq!(entry, Some((105, 199)));
    }
}
