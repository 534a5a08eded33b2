//! Models `expr` of busybox: arithmetic, comparison and `text : expression`.
//!
//! Left out: nothing; numbers have 64 bits and wrap.

use std::rc::Rc;

use super::regex::Regex;
use super::task::{Context, Task};

/// How deep parentheses and `length` may nest.
const MAX_DEPTH: u32 = 100;

/// Runs `expr`.
pub fn run(task: &mut Task, rest: &[Rc<str>], cx: &mut Context) -> i32 {
    let mut reader = Expression { words: rest, at: 0, depth: 0 };
    let result = match reader.or() {
        Ok(value) if reader.at == rest.len() => Ok(value),
        Ok(_) => Err("syntax error"),
        Err(message) => Err(message),
    };
    match result {
        Ok(value) => {
            task.write(cx, 1, &format!("{value}\n"));
            i32::from(value.is_empty() || value == "0")
        }
        Err(message) => {
            task.write(cx, 2, &format!("expr: {message}\n"));
            2
        }
    }
}

struct Expression<'a> {
    words: &'a [Rc<str>],
    at: usize,
    depth: u32,
}

type Value = Result<String, &'static str>;

impl Expression<'_> {
    fn take(&mut self, operators: &[&str]) -> Option<String> {
        let word = self.words.get(self.at).filter(|w| operators.contains(&&***w))?;
        self.at += 1;
        Some(word.to_string())
    }

    fn or(&mut self) -> Value {
        let mut left = self.and()?;
        while self.take(&["|"]).is_some() {
            let right = self.and()?;
            if left.is_empty() || left == "0" {
                left = right;
            }
        }
        Ok(left)
    }

    fn and(&mut self) -> Value {
        let mut left = self.compare()?;
        while self.take(&["&"]).is_some() {
            let right = self.compare()?;
            let empty = |t: &str| t.is_empty() || t == "0";
            if empty(&left) || empty(&right) {
                left = "0".into();
            }
        }
        Ok(left)
    }

    fn compare(&mut self) -> Value {
        let mut left = self.sum()?;
        while let Some(operator) = self.take(&["<", "<=", "=", "==", "!=", ">=", ">"]) {
            let right = self.sum()?;
            let order = match (left.parse::<i64>(), right.parse::<i64>()) {
                (Ok(a), Ok(b)) => a.cmp(&b),
                _ => left.cmp(&right),
            };
            let hit = match operator.as_str() {
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                "!=" => order.is_ne(),
                ">=" => order.is_ge(),
                ">" => order.is_gt(),
                _ => order.is_eq(),
            };
            left = u8::from(hit).to_string();
        }
        Ok(left)
    }

    fn sum(&mut self) -> Value {
        let mut left = self.product()?;
        while let Some(operator) = self.take(&["+", "-"]) {
            let right = self.product()?;
            left = calculate(&left, &operator, &right)?;
        }
        Ok(left)
    }

    fn product(&mut self) -> Value {
        let mut left = self.matching()?;
        while let Some(operator) = self.take(&["*", "/", "%"]) {
            let right = self.matching()?;
            left = calculate(&left, &operator, &right)?;
        }
        Ok(left)
    }

    fn matching(&mut self) -> Value {
        let mut left = self.operand()?;
        while self.take(&[":"]).is_some() {
            let expression = self.operand()?;
            left = matched(&left, &expression)?;
        }
        Ok(left)
    }

    fn operand(&mut self) -> Value {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("syntax error");
        }
        let value = self.deeper();
        self.depth -= 1;
        value
    }

    fn deeper(&mut self) -> Value {
        let Some(word) = self.words.get(self.at) else {
            return Err("syntax error");
        };
        self.at += 1;
        let more = self.at < self.words.len();
        match &**word {
            "(" => {
                let value = self.or()?;
                if self.take(&[")"]).is_none() {
                    return Err("syntax error");
                }
                Ok(value)
            }
            "length" if more => Ok(self.operand()?.chars().count().to_string()),
            "match" if more => {
                let text = self.operand()?;
                let expression = self.operand()?;
                matched(&text, &expression)
            }
            "index" if more => {
                let (text, set) = (self.operand()?, self.operand()?);
                Ok(text.chars().position(|c| set.contains(c)).map_or(0, |at| at + 1).to_string())
            }
            "substr" if more => {
                let (text, from, length) = (self.operand()?, self.operand()?, self.operand()?);
                let (Ok(from), Ok(length)) = (from.parse::<usize>(), length.parse::<usize>()) else {
                    return Ok(String::new());
                };
                Ok(from.checked_sub(1).map(|skip| text.chars().skip(skip).take(length).collect()).unwrap_or_default())
            }
            "+" if more => {
                self.at += 1;
                Ok(self.words.get(self.at - 1).map(ToString::to_string).unwrap_or_default())
            }
            text => Ok(text.to_owned()),
        }
    }
}

fn calculate(left: &str, operator: &str, right: &str) -> Value {
    let (Ok(a), Ok(b)) = (left.parse::<i64>(), right.parse::<i64>()) else {
        return Err("non-numeric argument");
    };
    let value = match operator {
        "+" => a.wrapping_add(b),
        "-" => a.wrapping_sub(b),
        "*" => a.wrapping_mul(b),
        _ if b == 0 => return Err("division by zero"),
        "/" => a.wrapping_div(b),
        _ => a.wrapping_rem(b),
    };
    Ok(value.to_string())
}

/// `text : expression`: the first group, or how many characters matched.
fn matched(text: &str, expression: &str) -> Value {
    let regex = Regex::new(expression, false, false)?;
    let chars: Vec<char> = text.chars().collect();
    let spans = regex.find_at(&chars, 0);
    let part = |span: Option<(usize, usize)>| {
        span.and_then(|(from, to)| chars.get(from..to)).map(|c| c.iter().collect::<String>()).unwrap_or_default()
    };
    Ok(match (spans, expression.contains("\\(")) {
        (Some(spans), true) => part(spans.get(1).copied().flatten()),
        (Some(spans), false) => spans.first().copied().flatten().map_or(0, |(from, to)| to - from).to_string(),
        (None, true) => String::new(),
        (None, false) => "0".into(),
    })
}
