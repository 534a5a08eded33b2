//! Models `trap` and `wait` of ash.
//!
//! Left out: `wait -n`, job numbers such as `%1` (they are taken for process numbers).

use std::fmt::Write as _;
use std::rc::Rc;

use super::task::{Action, Context, Ended, Frame, Task, Wait};
use super::world::Signal;

/// `trap`
pub fn trap(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let rest = match rest {
        [flag, tail @ ..] if matches!(&**flag, "--" | "-p") => tail,
        rest => rest,
    };
    let Some((first, signals)) = rest.split_first() else {
        let mut text = String::new();
        for (signal, action) in task.traps.iter().flat_map(|t| t.iter()) {
            let action = match action {
                Action::Ignore => "",
                Action::Run(action) => action,
            };
            let name = signal.map_or("EXIT", Signal::name);
            let _ = writeln!(text, "trap -- '{}' {name}", action.replace('\'', "'\"'\"'"));
        }
        task.write(cx, 1, &text);
        return 0;
    };
    // `trap 15` and `trap TERM` reset, like `trap - TERM`.
    let (action, signals) = if signals.is_empty() { (None, rest) } else { (Some(first), signals) };
    let mut status = 0;
    for name in signals {
        let exit = matches!(&**name, "EXIT" | "0" | "exit");
        let signal = Signal::parse(name);
        if signal.is_none() && !exit {
            task.complain_of(cx, "trap", &format!("{name}: invalid signal specification"));
            status = 1;
            continue;
        }
        let traps = Rc::make_mut(task.traps.get_or_insert_default());
        match action.map(|a| &**a) {
            None | Some("-") => traps.remove(&signal),
            Some("") => traps.insert(signal, Action::Ignore),
            Some(text) => traps.insert(signal, Action::Run(text.into())),
        };
    }
    status
}

/// `wait`
pub fn wait(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) {
    task.status = 0;
    if let Some(signal) = task.pending.first() {
        task.status = 128 + i32::from(signal.number());
        return;
    }
    let pids: Rc<[u32]> = if rest.is_empty() {
        std::mem::take(&mut task.jobs).into()
    } else {
        let mut pids = Vec::new();
        for text in rest {
            let pid = text.trim_start_matches('%').parse().ok().filter(|pid| task.jobs.contains(pid));
            match pid {
                Some(pid) => pids.push(pid),
                None => task.status = 127,
            }
        }
        pids.into()
    };
    let known = |pid: &u32| cx.shared.ended.contains_key(pid) || task.jobs.contains(pid) || rest.is_empty();
    if pids.is_empty() || !pids.iter().all(known) {
        return;
    }
    let mut shown = pids.to_vec();
    if rest.is_empty() {
        // `wait` alone gives 0 and keeps no status.
        shown.push(0);
        task.jobs.clone_from(&pids.to_vec());
    }
    task.wait = Wait::Jobs(pids);
    task.frames.push(Frame::Jobs(shown.into()));
}

impl Task {
    /// The `wait` builtin has nothing more to wait for; a 0 at the end means that it was alone.
    pub fn jobs_over(&mut self, pids: &[u32], cx: &mut Context) {
        let alone = pids.last() == Some(&0);
        if alone {
            self.jobs.clear();
            self.status = 0;
            cx.shared.ended.retain(|pid, _| !pids.contains(pid));
            return;
        }
        // The status stays known, for those who ask twice.
        for ended in pids.iter().filter_map(|pid| cx.shared.ended.get(pid).copied()).collect::<Vec<Ended>>() {
            self.status = ended.status;
            if let Some(signal) = ended.signal {
                self.obituary(signal, cx);
            }
        }
    }
}
