//! The student's own shell over a run: lines typed at a prompt, kubectl among their programs.
//!
//! One shell lives as long as the terminal: its variables, functions, folder, files and background
//! jobs stay from line to line. What takes time (`kubectl get -w`, `sleep 10`, `kubectl wait`) goes on
//! as the playhead moves: a command that follows the cluster is asked again at every change, so its
//! lines come at their virtual instants however fast the clock runs.
//!
//! Commands that only look are answered from the playhead, past or present, and leave the run alone.
//! The first write in the past forks it; what the lines had done after that instant is cut off.
//!
//! Leaves out: line editing and history (the page's), job control (`fg`, `%1`), a terminal's modes.

use super::alias::Aliases;
use super::live::Live;
use super::programs::{FOLDER, Programs, Written, shell};
use crate::cluster::shell::{Files, OutputLine, Process, Script, State, Surroundings};
use crate::engine::{Stream, stream};
use crate::timeline::{Forks, Timeline};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How long a line may be, in bytes.
pub const MAX_LINE: usize = 64 << 10;
/// Instants at which lines may go on in one turn, before the page gets its turn.
const MAX_TURNS: u32 = 2_000;

/// Some text that a line printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// When, in virtual milliseconds.
    pub at_ms: u64,
    /// Whether it went to standard error.
    pub stderr: bool,
    /// Whole lines with their ends, but for the last one of a command, which may lack it.
    pub text: String,
}

/// A shell over a run.
#[derive(Debug)]
pub struct Prompt {
    process: Process,
    /// What lies behind mounts: nothing.
    mounted: Files,
    draws: Stream,
    live: BTreeMap<u32, Live>,
    aliases: Aliases,
    printed: Vec<Piece>,
    written: Vec<Written>,
    busy: bool,
    code: i32,
    wake_at_ms: Option<u64>,
    /// When the line at hand was entered, and when anything last wrote.
    started_ms: u64,
    wrote_ms: Option<u64>,
    forks: Forks,
    /// Whether somebody edits what is to be edited: [`Prompt::editing`].
    edits: bool,
}

impl Prompt {
    /// A shell with an empty folder.
    pub fn new(timeline: &Timeline) -> Self {
        let settings = timeline.world().settings();
        Self {
            process: Process::idle(Rc::new(shell(settings, &[]))),
            mounted: Files::default(),
            draws: stream(settings.seed, "shell lines"),
            live: BTreeMap::new(),
            aliases: Aliases::default(),
            printed: Vec::new(),
            written: Vec::new(),
            busy: false,
            code: 0,
            wake_at_ms: None,
            started_ms: 0,
            wrote_ms: None,
            forks: timeline.forks(),
            edits: false,
        }
    }

    /// From now on whoever holds the prompt edits what `kubectl edit` opens.
    pub fn offer_editor(&mut self) {
        self.edits = true;
    }

    /// The text that waits to be edited.
    pub fn editing(&self) -> Option<&str> {
        self.live.values().find_map(Live::editing)
    }

    /// Gives back the text that was edited; none if it stays as it was.
    pub fn save(&mut self, timeline: &mut Timeline, text: Option<&str>) {
        self.follow_fork(timeline);
        if let Some(Live::Edit(editing)) = self.live.values_mut().find(|live| live.editing().is_some()) {
            editing.save(text);
            self.run(timeline);
        }
    }

    /// Writes a file of the folder, such as `job.yaml` with the editor's text.
    pub fn put(&mut self, name: &str, text: &str, now_ms: u64) {
        let path = format!("{FOLDER}/{name}");
        let files = self.process.files();
        if files.read(&path).is_ok_and(|known| *known == text) {
            return;
        }
        if let Some((above, _)) = path.rsplit_once('/') {
            let _ = files.mkdir_p(above, now_ms);
        }
        // It fails only past the bounds of all files together; then the old text stays.
        let _ = files.write(&path, text, now_ms);
    }

    /// A file of the folder.
    pub fn file(&mut self, name: &str) -> Option<Rc<String>> {
        self.process.files().read(&format!("{FOLDER}/{name}")).ok()
    }

    /// The names in a folder, for completion; folders end in a slash.
    pub fn names(&mut self, folder: &str) -> Vec<String> {
        let path = crate::cluster::shell::absolute(FOLDER, folder);
        let files = self.process.files();
        let names = files.list(&path).unwrap_or_default();
        names
            .iter()
            .map(|name| if files.is_dir(&format!("{path}/{name}")) { format!("{name}/") } else { name.to_string() })
            .collect()
    }

    /// Defines an alias, as `alias name=value`.
    pub fn alias(&mut self, name: &str, value: &str) {
        self.aliases.set(name, value);
    }

    /// The aliases, by name.
    pub fn aliases(&self) -> impl Iterator<Item = &str> {
        self.aliases.names()
    }

    /// Whether a line runs in the foreground: then there is no prompt.
    pub fn is_busy(&self) -> bool {
        self.busy
    }

    /// Whether something goes on, be it in the background.
    pub fn is_alive(&self) -> bool {
        self.process.is_alive()
    }

    /// The exit code of the last line.
    pub fn code(&self) -> i32 {
        self.code
    }

    /// When something goes on by itself; news may wake it before.
    pub fn wake_at_ms(&self) -> Option<u64> {
        self.wake_at_ms
    }

    /// What was printed since the last call.
    pub fn take_printed(&mut self) -> Vec<Piece> {
        std::mem::take(&mut self.printed)
    }

    /// The commands that wrote to the cluster since the last call.
    pub fn take_written(&mut self) -> Vec<Written> {
        std::mem::take(&mut self.written)
    }

    /// Runs a line at the playhead, as far as it comes without time passing. While another one runs
    /// in the foreground this does nothing.
    pub fn enter(&mut self, timeline: &mut Timeline, line: &str) {
        if self.busy {
            return;
        }
        let now_ms = timeline.now_ms();
        let mut end = line.len().min(MAX_LINE);
        while !line.is_char_boundary(end) {
            end -= 1;
        }
        let expanded = self.aliases.expand(line.get(..end).unwrap_or(""));
        let script = Script::parse_leniently(&expanded);
        self.follow_fork(timeline);
        if self.process.enter(&script, now_ms) {
            self.busy = true;
            self.started_ms = now_ms;
            self.run(timeline);
        }
    }

    /// Ctrl-C.
    pub fn interrupt(&mut self, timeline: &mut Timeline) {
        if self.busy {
            let now_ms = timeline.now_ms();
            self.printed.push(Piece { at_ms: now_ms, stderr: true, text: "^C\n".to_owned() });
            self.with_process(timeline, |process, around| process.interrupt(now_ms, around));
            self.collect();
        }
    }

    /// Ends everything that goes on, as when another run begins; the files stay.
    pub fn start_over(&mut self, timeline: &mut Timeline) {
        let now_ms = timeline.now_ms();
        self.with_process(timeline, |process, around| process.end(now_ms, around));
        self.collect();
        self.live.clear();
        self.wrote_ms = None;
        self.forks = timeline.forks();
    }

    /// Moves the playhead there, letting what goes on go on at its instants. Computes at most so many
    /// steps of the run; returns how far it came.
    pub fn advance(&mut self, timeline: &mut Timeline, to_ms: u64, steps: u32) -> u64 {
        self.go_towards(timeline, to_ms, steps, false)
    }

    /// Lets the line in the foreground come to its end, at the latest at that instant. Tells whether
    /// it has ended.
    pub fn finish(&mut self, timeline: &mut Timeline, limit_ms: u64) -> bool {
        while self.busy && timeline.now_ms() < limit_ms {
            let before_ms = timeline.now_ms();
            let reached_ms = self.go_towards(timeline, limit_ms, u32::MAX, true);
            // Nothing will happen any more that could end it.
            if self.busy && reached_ms == before_ms {
                break;
            }
        }
        !self.busy
    }

    /// Moves the playhead there; what goes on in the background keeps going.
    pub fn seek(&mut self, timeline: &mut Timeline, to_ms: u64) {
        while self.go_towards(timeline, to_ms, u32::MAX, false) < to_ms {}
    }

    fn go_towards(&mut self, timeline: &mut Timeline, to_ms: u64, steps: u32, until_idle: bool) -> u64 {
        self.follow_fork(timeline);
        for _ in 0..MAX_TURNS {
            let now_ms = timeline.now_ms();
            let wake_ms = self.wake_at_ms.filter(|_| self.is_alive()).map(|at_ms| at_ms.max(now_ms));
            let goal_ms = wake_ms.map_or(to_ms, |wake_ms| wake_ms.min(to_ms));
            let news_ms = if self.live.is_empty() { None } else { timeline.change_towards(goal_ms, steps).ok() };
            let quiet = timeline.world().next_at_ms().is_none() && !timeline.is_in_the_past();
            if until_idle && news_ms.is_none() && wake_ms.is_none() && quiet {
                return now_ms;
            }
            let reached_ms = match news_ms {
                Some(at_ms) => at_ms,
                None => timeline.compute_towards(goal_ms, steps),
            };
            timeline.seek(reached_ms);
            if news_ms.is_none() && reached_ms < goal_ms {
                return reached_ms;
            }
            self.run(timeline);
            if until_idle && !self.busy {
                return reached_ms;
            }
            if reached_ms == to_ms && self.wake_at_ms.is_none_or(|at_ms| at_ms > to_ms) {
                return to_ms;
            }
        }
        timeline.now_ms()
    }

    /// Lets everything go on that may. After the playhead went back, what goes on mostly waits until
    /// it comes again to where it was.
    fn run(&mut self, timeline: &mut Timeline) {
        let now_ms = timeline.now_ms();
        self.process.news();
        self.with_process(timeline, |process, around| process.run(now_ms, around));
        self.collect();
    }

    fn with_process(
        &mut self,
        timeline: &mut Timeline,
        act: impl FnOnce(&mut Process, &mut dyn Surroundings) -> State,
    ) {
        let Self { mounted, draws, live, aliases, written, edits, .. } = self;
        let edits = *edits;
        let mut around = Programs { timeline, mounted, draws, live, aliases, written, wrote: false, edits };
        let state = act(&mut self.process, &mut around);
        if around.wrote {
            self.wrote_ms = Some(around.timeline.now_ms());
            self.forks = around.timeline.forks();
            // A command may have forked the run: the others look again from there.
            for live in around.live.values_mut() {
                live.forked(around.timeline);
            }
        }
        if let State::Exited { code } = state {
            self.code = code;
            self.busy = false;
        }
        self.wake_at_ms = self.process.wake_at_ms().filter(|at_ms| *at_ms < u64::MAX);
    }

    fn collect(&mut self) {
        for OutputLine { at_ms, stderr, text, partial } in self.process.take_output() {
            match self.printed.last_mut() {
                Some(last) if last.stderr == stderr && last.at_ms == at_ms => last.text.push_str(&text),
                _ => self.printed.push(Piece { at_ms, stderr, text: text.to_string() }),
            }
            if let Some(last) = self.printed.last_mut().filter(|_| !partial) {
                last.text.push('\n');
            }
        }
    }

    /// After a fork that others made, what was done in the dropped future is no more: a line that
    /// began or wrote there is cut; one that only looked goes on from the fork.
    fn follow_fork(&mut self, timeline: &mut Timeline) {
        let forks = timeline.forks();
        if forks == self.forks {
            return;
        }
        self.forks = forks;
        let lost = self.started_ms > forks.at_ms || self.wrote_ms.is_some_and(|at_ms| at_ms > forks.at_ms);
        if lost && self.is_alive() {
            if self.busy {
                self.printed.push(Piece { at_ms: forks.at_ms, stderr: true, text: "^C\n".to_owned() });
            }
            self.start_over(timeline);
        }
        self.wrote_ms = self.wrote_ms.filter(|at_ms| *at_ms <= forks.at_ms);
        self.live.values_mut().for_each(|live| live.forked(timeline));
    }
}

#[cfg(test)]
pub(super) mod tests;
