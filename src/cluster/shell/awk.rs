//! Models `awk` as far as scripts of Jobs use it: fields, patterns, arithmetic, arrays, `printf`.
//!
//! Numbers have six decimals (there are no floats here). Left out: functions of the user, `getline`,
//! redirections and pipes, `rand`, `RS`, `FNR`, the order of `for (k in a)` (here it is sorted).

use std::collections::BTreeMap;
use std::rc::Rc;

use super::awk_parser::{Expression, ONE, Rule, Statement, When, number, parse};
use super::regex::Regex;
use super::tools::Flow;

/// How many statements and operators may run in all.
const MAX_STEPS: u32 = 1_000_000;
/// The most a text may hold.
const MAX_TEXT: usize = 1 << 20;
/// The most elements and fields.
const MAX_ELEMENTS: usize = 10_000;

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Unset,
    /// In millionths.
    Number(i128),
    Text(String),
    /// Text from outside, which counts as a number if it looks like one.
    Input(String),
}

/// `awk` in the middle of its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awk {
    rules: Rc<[Rule]>,
    /// Whether each rule is within its range.
    within: Vec<bool>,
    variables: BTreeMap<String, Value>,
    arrays: BTreeMap<String, BTreeMap<String, Value>>,
    line: String,
    fields: Vec<String>,
    lines: i128,
    steps: u32,
    ended: bool,
    told: usize,
    /// Its status.
    pub status: i32,
}

/// Why statements stop early.
enum Jump {
    Next,
    Exit,
    Break,
    Continue,
}

type Done = Result<(), Jump>;

impl Awk {
    /// Reads the arguments.
    pub fn new(rest: &[Rc<str>]) -> Result<(Awk, Vec<Rc<str>>), String> {
        let mut variables = BTreeMap::from([
            ("FS".to_owned(), Value::Text(" ".into())),
            ("OFS".to_owned(), Value::Text(" ".into())),
            ("ORS".to_owned(), Value::Text("\n".into())),
        ]);
        let mut words = rest;
        while let [word, tail @ ..] = words {
            let Some(letters) = word.strip_prefix('-').filter(|l| l.starts_with(['F', 'v'])) else {
                break;
            };
            let attached = letters.get(1..).unwrap_or("");
            let (value, tail) = match tail {
                [next, tail @ ..] if attached.is_empty() => (&**next, tail),
                _ => (attached, tail),
            };
            let plain = |t: &str| super::printf::unescape(t, super::printf::Escapes::Format).0;
            if letters.starts_with('F') {
                variables.insert("FS".into(), Value::Text(plain(value)));
            } else if let Some((name, value)) = value.split_once('=') {
                variables.insert(name.to_owned(), Value::Input(plain(value)));
            }
            words = tail;
        }
        let Some((program, files)) = words.split_first() else {
            return Err("no program".into());
        };
        let rules: Rc<[Rule]> = parse(program)?.into();
        let within = vec![false; rules.len()];
        let awk = Awk {
            rules,
            within,
            variables,
            arrays: BTreeMap::new(),
            line: String::new(),
            fields: Vec::new(),
            lines: 0,
            steps: 0,
            ended: false,
            told: 0,
            status: 0,
        };
        Ok((awk, files.to_vec()))
    }

    /// Runs the `BEGIN` rules; it has seen enough if there are no others.
    pub fn begin(&mut self, out: &mut String) -> Flow {
        self.run_rules(&When::Begin, out);
        if self.ended || self.rules.iter().all(|r| r.when == When::Begin) {
            self.ended = true;
            return Flow::Enough;
        }
        Flow::More
    }

    /// Runs the rules on a line.
    pub fn line(&mut self, line: &str, out: &mut String) -> Flow {
        self.lines += 1;
        self.set_line(line.to_owned());
        let rules = Rc::clone(&self.rules);
        for (at, rule) in rules.iter().enumerate() {
            let hit = match &rule.when {
                When::Begin | When::End => false,
                When::Always => true,
                When::If(condition) => self.truth(condition),
                When::Range(from, to) => {
                    let inside = self.within.get(at).copied().unwrap_or(false) || self.truth(from);
                    let goes_on = inside && !self.truth(to);
                    if let Some(within) = self.within.get_mut(at) {
                        *within = goes_on;
                    }
                    inside
                }
            };
            if !hit {
                continue;
            }
            let done = if let Some(what) = &rule.what {
                self.all(what, out)
            } else {
                out.push_str(&self.line);
                out.push('\n');
                Ok(())
            };
            match done {
                Err(Jump::Next) => break,
                Err(Jump::Exit) => {
                    self.ended = true;
                    break;
                }
                _ => {}
            }
        }
        if self.ended { Flow::Enough } else { Flow::More }
    }

    /// The steps since this was last asked.
    pub fn spent(&mut self) -> usize {
        let all = usize::try_from(self.steps).unwrap_or(0);
        (all - std::mem::replace(&mut self.told, all)) * 4
    }

    /// Runs the `END` rules: the status.
    pub fn finish(&mut self, out: &mut String) -> i32 {
        if !self.ended || self.lines > 0 {
            self.ended = false;
            self.run_rules(&When::End, out);
        }
        self.status
    }

    fn run_rules(&mut self, when: &When, out: &mut String) {
        let rules = Rc::clone(&self.rules);
        for rule in rules.iter().filter(|r| r.when == *when) {
            if let Some(what) = &rule.what
                && matches!(self.all(what, out), Err(Jump::Exit))
            {
                self.ended = true;
                return;
            }
        }
    }

    fn set_line(&mut self, line: String) {
        self.fields = split(&line, &self.text_of("FS"));
        self.line = line;
    }

    fn text_of(&self, name: &str) -> String {
        self.variables.get(name).map(text).unwrap_or_default()
    }

    fn all(&mut self, statements: &[Statement], out: &mut String) -> Done {
        statements
            .iter()
            .try_for_each(|statement| self.execute(statement, out))
    }

    /// Counts a step; past the bound the program ends.
    fn tick(&mut self) -> Done {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            self.status = 2;
            return Err(Jump::Exit);
        }
        Ok(())
    }

    fn execute(&mut self, statement: &Statement, out: &mut String) -> Done {
        self.tick()?;
        match statement {
            Statement::Print(list) if list.is_empty() => {
                out.push_str(&self.line);
                out.push_str(&self.text_of("ORS"));
            }
            Statement::Print(list) => {
                let words: Vec<String> = list.iter().map(|e| self.text(e)).collect();
                out.push_str(&words.join(&self.text_of("OFS")));
                out.push_str(&self.text_of("ORS"));
            }
            Statement::Printf(list) => out.push_str(&self.format(list)),
            Statement::Do(expression) => {
                self.value(expression);
            }
            Statement::If(condition, yes, no) => {
                let branch = if self.truth(condition) { yes } else { no };
                return self.all(branch, out);
            }
            Statement::While(condition, body) => {
                while self.truth(condition) {
                    if self.iteration(body, out)? {
                        break;
                    }
                }
            }
            Statement::For(first, condition, step, body) => {
                self.execute(first, out)?;
                while condition.as_ref().is_none_or(|c| self.truth(c)) {
                    if self.iteration(body, out)? {
                        break;
                    }
                    self.execute(step, out)?;
                }
            }
            Statement::ForIn(key, array, body) => {
                let keys: Vec<String> = self
                    .arrays
                    .get(array)
                    .map(|a| a.keys().cloned().collect())
                    .unwrap_or_default();
                for value in keys {
                    self.variables.insert(key.clone(), Value::Input(value));
                    if self.iteration(body, out)? {
                        break;
                    }
                }
            }
            Statement::Block(body) => return self.all(body, out),
            Statement::Next => return Err(Jump::Next),
            Statement::Break => return Err(Jump::Break),
            Statement::Continue => return Err(Jump::Continue),
            Statement::Exit(status) => {
                if let Some(status) = status {
                    self.status = i32::try_from((self.number(status) / ONE) & 0xff).unwrap_or(0);
                }
                return Err(Jump::Exit);
            }
            Statement::Delete(array, key) => {
                let key = key.as_ref().map(|k| self.text(k));
                match (self.arrays.get_mut(array), key) {
                    (Some(array), Some(key)) => drop(array.remove(&key)),
                    (Some(array), None) => array.clear(),
                    (None, _) => {}
                }
            }
            Statement::Nothing => {}
        }
        Ok(())
    }

    /// Runs a loop's body once: whether it broke off.
    fn iteration(&mut self, body: &[Statement], out: &mut String) -> Result<bool, Jump> {
        self.tick()?;
        if out.len() > MAX_TEXT {
            return Err(Jump::Exit);
        }
        match self.all(body, out) {
            Ok(()) | Err(Jump::Continue) => Ok(false),
            Err(Jump::Break) => Ok(true),
            Err(jump) => Err(jump),
        }
    }

    fn text(&mut self, expression: &Expression) -> String {
        text(&self.value(expression))
    }

    fn number(&mut self, expression: &Expression) -> i128 {
        as_number(&self.value(expression))
    }

    fn truth(&mut self, expression: &Expression) -> bool {
        match self.value(expression) {
            Value::Unset => false,
            Value::Number(n) => n != 0,
            Value::Text(t) => !t.is_empty(),
            Value::Input(t) => looks_numeric(&t).map_or(!t.is_empty(), |n| n != 0),
        }
    }

    fn value(&mut self, expression: &Expression) -> Value {
        match expression {
            Expression::Number(n) => Value::Number(*n),
            Expression::Text(t) => Value::Text(t.clone()),
            Expression::Match(regex) => truth(finds(regex, &self.line)),
            Expression::Variable(name) => match name.as_str() {
                "NR" | "FNR" => Value::Number(self.lines * ONE),
                "NF" => Value::Number(i128::try_from(self.fields.len()).unwrap_or(0) * ONE),
                name => self.variables.get(name).cloned().unwrap_or(Value::Unset),
            },
            Expression::Field(of) => match usize::try_from(self.number(of) / ONE) {
                Ok(0) => Value::Input(self.line.clone()),
                Ok(at) => self
                    .fields
                    .get(at - 1)
                    .map_or(Value::Unset, |f| Value::Input(f.clone())),
                Err(_) => Value::Unset,
            },
            Expression::Element(array, key) => {
                let key = self.text(key);
                self.arrays
                    .get(array)
                    .and_then(|a| a.get(&key))
                    .cloned()
                    .unwrap_or(Value::Unset)
            }
            Expression::In(key, array) => {
                let key = self.text(key);
                truth(self.arrays.get(array).is_some_and(|a| a.contains_key(&key)))
            }
            Expression::Unary('!', inner) => truth(!self.truth(inner)),
            Expression::Unary(sign, inner) => {
                let value = self.number(inner);
                Value::Number(if *sign == '-' { -value } else { value })
            }
            Expression::Choice(condition, yes, no) => {
                let branch = if self.truth(condition) { yes } else { no };
                self.value(branch)
            }
            Expression::Binary(op, left, right) => self.binary(op, left, right),
            Expression::Assign(op, place, right) => {
                let mut value = self.value(right);
                if let Some(op) = op.strip_suffix('=').filter(|op| !op.is_empty()) {
                    let left = self.number(place);
                    value = Value::Number(calculate(op, left, as_number(&value)));
                }
                self.assign(place, value.clone());
                value
            }
            Expression::Step(by, before, place) => {
                let old = self.number(place);
                let new = old.saturating_add(*by);
                self.assign(place, Value::Number(new));
                Value::Number(if *before { old } else { new })
            }
            Expression::Call(name, arguments) => self.call(name, arguments),
        }
    }

    fn assign(&mut self, place: &Expression, value: Value) {
        match place {
            Expression::Variable(name) if text(&value).len() <= MAX_TEXT => {
                self.variables.insert(name.clone(), value);
            }
            Expression::Element(array, key) => {
                let key = self.text(key);
                let array = self.arrays.entry(array.clone()).or_default();
                if array.len() < MAX_ELEMENTS && text(&value).len() <= MAX_TEXT {
                    array.insert(key, value);
                }
            }
            Expression::Field(of) => match usize::try_from(self.number(of) / ONE) {
                Ok(0) => self.set_line(text(&value)),
                Ok(at) if at <= MAX_ELEMENTS => {
                    if self.fields.len() < at {
                        self.fields.resize(at, String::new());
                    }
                    if let Some(field) = self.fields.get_mut(at - 1) {
                        *field = text(&value);
                    }
                    self.line = self.fields.join(&self.text_of("OFS"));
                }
                _ => {}
            },
            _ => {}
        }
    }

    fn binary(&mut self, op: &str, left: &Expression, right: &Expression) -> Value {
        match op {
            // Parentheses, which keep what is in them together.
            "+0" => return self.value(left),
            "&&" => return truth(self.truth(left) && self.truth(right)),
            "||" => return truth(self.truth(left) || self.truth(right)),
            " " => {
                let mut joined = self.text(left);
                joined.push_str(&self.text(right));
                return Value::Text(joined);
            }
            "~" | "!~" => {
                let subject = self.text(left);
                let hit = self
                    .regex(right)
                    .is_some_and(|regex| finds(&regex, &subject));
                return truth(hit == (op == "~"));
            }
            _ => {}
        }
        let (a, b) = (self.value(left), self.value(right));
        if matches!(op, "<" | "<=" | "==" | "!=" | ">" | ">=") {
            let order = match (comparable(&a), comparable(&b)) {
                (Some(a), Some(b)) => a.cmp(&b),
                _ => text(&a).cmp(&text(&b)),
            };
            return truth(match op {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "==" => order.is_eq(),
                "!=" => order.is_ne(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            });
        }
        Value::Number(calculate(op, as_number(&a), as_number(&b)))
    }

    fn regex(&mut self, expression: &Expression) -> Option<Regex> {
        match expression {
            Expression::Match(regex) => Some(regex.clone()),
            other => Regex::new(&self.text(other), true, false).ok(),
        }
    }

    fn format(&mut self, list: &[Expression]) -> String {
        let words: Vec<String> = list.iter().map(|e| self.text(e)).collect();
        let Some((format, arguments)) = words.split_first() else {
            return String::new();
        };
        let arguments = whole_numbers(format, arguments);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        // Once through the format, unlike the program `printf`.
        super::printf::printf_once(format, &arguments)
    }

    fn call(&mut self, name: &str, arguments: &[Expression]) -> Value {
        let count = |n: usize| Value::Number(i128::try_from(n).unwrap_or(0) * ONE);
        let first = arguments.first();
        if let ("length", Some(Expression::Variable(array))) = (name, first)
            && let Some(array) = self.arrays.get(array)
        {
            return count(array.len());
        }
        if name == "split" {
            let (Some(source), Some(Expression::Variable(array))) = (first, arguments.get(1))
            else {
                return Value::Unset;
            };
            let source = self.text(source);
            let separator = match arguments.get(2) {
                Some(Expression::Match(regex)) => {
                    let pieces = split_by(&source, regex);
                    return self.fill(array, pieces);
                }
                Some(expression) => self.text(expression),
                None => self.text_of("FS"),
            };
            let pieces = split(&source, &separator);
            return self.fill(array, pieces);
        }
        if matches!(name, "sub" | "gsub") {
            return self.substitute(arguments, name == "gsub");
        }
        let subject = match first {
            Some(expression) => self.text(expression),
            None => self.line.clone(),
        };
        let chars: Vec<char> = subject.chars().collect();
        match name {
            "length" => count(chars.len()),
            "toupper" => Value::Text(subject.to_uppercase()),
            "tolower" => Value::Text(subject.to_lowercase()),
            "int" => Value::Number(first.map_or(0, |e| self.number(e)) / ONE * ONE),
            "sprintf" => Value::Text(self.format(arguments)),
            "index" => {
                let what = arguments.get(1).map(|e| self.text(e)).unwrap_or_default();
                count(
                    subject
                        .find(&what)
                        .map_or(0, |at| subject.get(..at).unwrap_or("").chars().count() + 1),
                )
            }
            "substr" => {
                let from = arguments.get(1).map_or(ONE, |e| self.number(e)) / ONE;
                let length = arguments.get(2).map(|e| self.number(e) / ONE);
                let end = length.map_or(i128::MAX, |l| from.saturating_add(l));
                let place = |n: i128| {
                    usize::try_from(n.clamp(1, 1 << 40) - 1)
                        .unwrap_or(0)
                        .min(chars.len())
                };
                Value::Text(
                    chars
                        .get(place(from)..place(end))
                        .unwrap_or(&[])
                        .iter()
                        .collect(),
                )
            }
            "match" => {
                let regex = arguments.get(1).and_then(|e| self.regex(e));
                let span = regex
                    .and_then(|r| r.find(&chars, 0))
                    .and_then(|s| s.first().copied().flatten());
                let (start, length) = span.map_or((0, -1), |(from, to)| {
                    (from + 1, i128::try_from(to - from).unwrap_or(0))
                });
                self.variables.insert("RSTART".into(), count(start));
                self.variables
                    .insert("RLENGTH".into(), Value::Number(length * ONE));
                count(start)
            }
            _ => Value::Unset,
        }
    }

    fn fill(&mut self, array: &str, pieces: Vec<String>) -> Value {
        let count = i128::try_from(pieces.len()).unwrap_or(0) * ONE;
        let elements = pieces
            .into_iter()
            .enumerate()
            .map(|(at, piece)| ((at + 1).to_string(), Value::Input(piece)));
        self.arrays.insert(array.to_owned(), elements.collect());
        Value::Number(count)
    }

    fn substitute(&mut self, arguments: &[Expression], all: bool) -> Value {
        let line = Expression::Field(Box::new(Expression::Number(0)));
        let place = arguments.get(2).unwrap_or(&line);
        let regex = arguments.first().and_then(|e| self.regex(e));
        let with = arguments.get(1).map(|e| self.text(e)).unwrap_or_default();
        let Some(regex) = regex else {
            return Value::Number(0);
        };
        let chars: Vec<char> = self.text(place).chars().collect();
        let (mut out, mut at, mut hits) = (String::new(), 0, 0);
        while at <= chars.len() && (all || hits == 0) && out.len() < MAX_TEXT {
            let Some((from, to)) = regex
                .find(&chars, at)
                .and_then(|s| s.first().copied().flatten())
            else {
                break;
            };
            hits += 1;
            out.extend(chars.get(at..from).unwrap_or(&[]));
            let matched: String = chars.get(from..to).unwrap_or(&[]).iter().collect();
            out.push_str(
                &with
                    .replace("\\&", "\u{1}")
                    .replace('&', &matched)
                    .replace('\u{1}', "&"),
            );
            if to == from {
                out.extend(chars.get(to));
            }
            at = if to == from { to + 1 } else { to };
        }
        out.extend(chars.get(at..).unwrap_or(&[]));
        if hits > 0 {
            self.assign(place, Value::Text(out));
        }
        Value::Number(hits * ONE)
    }
}

fn truth(value: bool) -> Value {
    Value::Number(if value { ONE } else { 0 })
}

fn finds(regex: &Regex, text: &str) -> bool {
    regex
        .find(&text.chars().collect::<Vec<char>>(), 0)
        .is_some()
}

/// The fields of a line: a separator of several characters is a regular expression.
fn split(line: &str, separator: &str) -> Vec<String> {
    let mut chars = separator.chars();
    let pieces: Vec<String> = match (chars.next(), chars.next()) {
        _ if line.is_empty() => Vec::new(),
        (Some(' '), None) => line.split_whitespace().map(str::to_owned).collect(),
        (Some(c), None) => line.split(c).map(str::to_owned).collect(),
        (None, _) => line.chars().map(String::from).collect(),
        _ => match Regex::new(separator, true, false) {
            Ok(regex) => split_by(line, &regex),
            Err(_) => vec![line.to_owned()],
        },
    };
    pieces.into_iter().take(MAX_ELEMENTS).collect()
}

fn split_by(line: &str, regex: &Regex) -> Vec<String> {
    let chars: Vec<char> = line.chars().collect();
    let (mut out, mut at, mut from) = (Vec::new(), 0, 0);
    while let Some((start, end)) = regex
        .find(&chars, from)
        .and_then(|s| s.first().copied().flatten())
    {
        if end == start {
            from = end + 1;
            if from > chars.len() {
                break;
            }
            continue;
        }
        out.push(chars.get(at..start).unwrap_or(&[]).iter().collect());
        at = end;
        from = end;
    }
    out.push(chars.get(at..).unwrap_or(&[]).iter().collect());
    out
}

/// A number as `print` shows it: without needless decimals.
fn text(value: &Value) -> String {
    match value {
        Value::Unset => String::new(),
        Value::Text(t) | Value::Input(t) => t.clone(),
        Value::Number(n) => {
            let whole = n.unsigned_abs() / ONE.unsigned_abs();
            let fraction = format!("{:06}", n.unsigned_abs() % ONE.unsigned_abs());
            // `%.6g`: six digits in all.
            let kept = 6_usize.saturating_sub(if whole == 0 {
                0
            } else {
                whole.to_string().len()
            });
            let fraction = fraction.get(..kept).unwrap_or("").trim_end_matches('0');
            let sign = if *n < 0 && (whole > 0 || !fraction.is_empty()) {
                "-"
            } else {
                ""
            };
            if fraction.is_empty() {
                format!("{sign}{whole}")
            } else {
                format!("{sign}{whole}.{fraction}")
            }
        }
    }
}

fn as_number(value: &Value) -> i128 {
    match value {
        Value::Unset => 0,
        Value::Number(n) => *n,
        Value::Text(t) | Value::Input(t) => number(t.trim_start()).0,
    }
}

/// The number that a whole text is.
fn looks_numeric(text: &str) -> Option<i128> {
    let text = text.trim();
    let (value, length) = number(text);
    (length > 0 && length == text.len()).then_some(value)
}

/// The number that takes part in a comparison of numbers.
fn comparable(value: &Value) -> Option<i128> {
    match value {
        Value::Unset => Some(0),
        Value::Number(n) => Some(*n),
        Value::Input(t) => looks_numeric(t),
        Value::Text(_) => None,
    }
}

fn calculate(op: &str, a: i128, b: i128) -> i128 {
    // Far below where a product could overflow.
    let bounded = |n: i128| n.clamp(-ONE.pow(3), ONE.pow(3));
    match op {
        "+" => bounded(a.saturating_add(b)),
        "-" => bounded(a.saturating_sub(b)),
        "*" => bounded(bounded(a).saturating_mul(bounded(b)) / ONE),
        "/" if b != 0 => bounded(bounded(a).saturating_mul(ONE) / b),
        "%" if b != 0 => a % b,
        "^" => (0..(b / ONE).clamp(0, 200)).fold(ONE, |power, _| {
            bounded(bounded(power).saturating_mul(bounded(a)) / ONE)
        }),
        _ => 0,
    }
}

/// The arguments of a format, without decimals where it wants whole numbers.
fn whole_numbers(format: &str, arguments: &[String]) -> Vec<String> {
    let mut out = arguments.to_vec();
    let mut at = 0;
    let mut rest = format;
    while let Some((_, tail)) = rest.split_once('%') {
        let flags = tail.chars().take_while(|c| "-+ #0.123456789*".contains(*c));
        let (mut length, mut stars) = (0, 0);
        for c in flags {
            length += 1;
            stars += usize::from(c == '*');
        }
        let letter = tail.get(length..).and_then(|t| t.chars().next());
        rest = tail
            .get(length + letter.map_or(0, char::len_utf8)..)
            .unwrap_or("");
        if letter == Some('%') {
            continue;
        }
        at += stars;
        if let Some(argument) = out
            .get_mut(at)
            .filter(|_| letter.is_some_and(|l| "dioxXu".contains(l)))
        {
            *argument = (number(argument.trim_start()).0 / ONE).to_string();
        }
        at += 1;
    }
    out
}
