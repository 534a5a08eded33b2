//! Models how a task becomes another program: `sh -c`, `sh file`, a script, `exec`.
//!
//! Left out: `-i`, `-l` and the files that a login shell reads.

use std::rc::Rc;

use super::command::Found;
use super::files::absolute;
use super::task::{Action, Argv, Context, Frame, Task};

impl Task {
    /// Becomes a new shell that runs what the arguments say: `false` if it can't, as it has said.
    pub fn become_program(&mut self, argv: &Argv, cx: &mut Context) -> bool {
        let Some(name) = argv.first() else {
            return false;
        };
        let invocation = match self.find_program(name, cx) {
            Some(Found::Script(path)) => Invocation::file(argv, path),
            Some(Found::Shell) => match Invocation::parse(argv, &self.cwd) {
                Ok(invocation) => invocation,
                Err(message) => {
                    let text = format!("{name}: {message}\n");
                    self.write(cx, 2, &text);
                    self.status = 2;
                    return false;
                }
            },
            _ => return false,
        };
        let script = match &invocation.source {
            Source::Text(text) => Some(cx.parse(text)),
            Source::File(path) => match cx.read(path) {
                Ok(text) => Some(cx.parse(&text)),
                Err(error) => {
                    let text = format!("{name}: can't open '{path}': {}\n", error.message());
                    self.write(cx, 2, &text);
                    self.status = 2;
                    return false;
                }
            },
            Source::Input => None,
        };
        self.reset_for_exec(cx);
        self.in_file = matches!(invocation.source, Source::File(_));
        self.tail = matches!(invocation.source, Source::Text(_));
        self.shell_pid = self.pid;
        self.name = Rc::clone(&invocation.name);
        self.arguments = invocation.arguments.into();
        self.options = invocation.options;
        self.frames.push(match script {
            Some(script) => Frame::Script(script, 0),
            None => Frame::Tool(super::tools::Tool::script()),
        });
        true
    }

    /// What is left of a shell when another program takes its place.
    pub fn reset_for_exec(&mut self, cx: &mut Context) {
        let exported = self.variables.exported();
        self.variables = super::variables::Variables::new(exported);
        self.frames.clear();
        self.functions = None;
        self.calls = 0;
        self.status = 0;
        self.line = 0;
        self.tested = false;
        self.jobs.clear();
        self.last_job = 0;
        self.started_ms = cx.now;
        self.options = super::task::Options::default();
        if let Some(traps) = self.traps.as_mut() {
            Rc::make_mut(traps).retain(|signal, action| signal.is_some() && *action == Action::Ignore);
        }
        cx.shared.recount = true;
    }

    /// Becomes a program that isn't a shell (`exec sleep 5`, or a container's command).
    pub fn exec_in_place(&mut self, argv: &Argv, cx: &mut Context) {
        self.reset_for_exec(cx);
        self.run_program(argv, cx);
    }
}

enum Source {
    Text(Rc<str>),
    File(String),
    Input,
}

/// How a shell was called.
struct Invocation {
    source: Source,
    name: Rc<str>,
    arguments: Vec<Rc<str>>,
    options: super::task::Options,
}

impl Invocation {
    fn file(argv: &Argv, path: String) -> Invocation {
        let name = argv.first().cloned().unwrap_or_else(|| "sh".into());
        let arguments = argv.get(1..).unwrap_or(&[]).to_vec();
        Invocation { source: Source::File(path), name, arguments, options: super::task::Options::default() }
    }

    fn parse(argv: &Argv, cwd: &str) -> Result<Invocation, String> {
        let shell = argv.first().cloned().unwrap_or_else(|| "sh".into());
        let mut options = super::task::Options::default();
        let mut command = false;
        let mut rest = argv.get(1..).unwrap_or(&[]);
        while let [word, tail @ ..] = rest {
            if &**word == "--" || &**word == "-" {
                rest = tail;
                break;
            }
            let Some(letters) = word.strip_prefix('-') else {
                break;
            };
            rest = tail;
            if letters.starts_with('-') {
                continue;
            }
            for letter in letters.chars() {
                match letter {
                    'c' => command = true,
                    's' | 'l' | 'i' => {}
                    'o' => {
                        let [name, tail @ ..] = rest else {
                            return Err("-o requires an argument".into());
                        };
                        options.set_named(name, true).ok_or_else(|| format!("illegal option -o {name}"))?;
                        rest = tail;
                    }
                    letter => options.set(letter, true).ok_or_else(|| format!("illegal option -{letter}"))?,
                }
            }
        }
        let Some((first, tail)) = rest.split_first() else {
            if command {
                return Err("-c requires an argument".into());
            }
            return Ok(Invocation { source: Source::Input, name: shell, arguments: Vec::new(), options });
        };
        if command {
            let name = tail.first().cloned().unwrap_or(shell);
            let arguments = tail.get(1..).unwrap_or(&[]).to_vec();
            return Ok(Invocation { source: Source::Text(Rc::clone(first)), name, arguments, options });
        }
        let source = Source::File(absolute(cwd, first));
        Ok(Invocation { source, name: Rc::clone(first), arguments: tail.to_vec(), options })
    }
}
