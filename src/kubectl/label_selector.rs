//! Models `apimachinery/pkg/labels/selector.go@v1.37.2`: `-l`, with the server's words for what it can't read.

use crate::api::Labels;
use crate::manifest::{label_key_problem, label_value_problem};

/// The requirements of a label selector; all must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LabelSelector(Vec<Requirement>);

#[derive(Debug, Clone, PartialEq, Eq)]
struct Requirement {
    key: String,
    operator: Operator,
    values: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    In,
    NotIn,
    Exists,
    DoesNotExist,
    Greater,
    Less,
}

/// A word of a selector.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    Text(String),
    Sign(&'static str),
    End,
}

impl Token {
    fn shown(&self) -> &str {
        match self {
            Self::Text(text) => text,
            Self::Sign(sign) => sign,
            Self::End => "",
        }
    }
}

const SIGNS: [&str; 10] = ["!=", "==", "!", "=", "<", ">", "(", ")", ",", ""];

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let sign = SIGNS.iter().find(|sign| !sign.is_empty() && rest.starts_with(**sign));
        if let Some(sign) = sign {
            tokens.push(Token::Sign(sign));
            rest = rest.get(sign.len()..).unwrap_or("");
        } else {
            let end = rest.find(|c: char| c.is_whitespace() || "=!(),><".contains(c)).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            tokens.push(Token::Text(word.to_owned()));
            rest = after;
        }
        rest = rest.trim_start();
    }
    tokens
}

struct Parser {
    tokens: std::vec::IntoIter<Token>,
}

impl Parser {
    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or(Token::End)
    }

    fn peek(&self) -> Token {
        self.tokens.as_slice().first().cloned().unwrap_or(Token::End)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let negated = token == Token::Sign("!");
        if negated {
            token = self.next();
        }
        let Token::Text(key) = token else { return Err(format!("found '{}', expected: identifier", token.shown())) };
        if let Some(problem) = label_key_problem(&key) {
            return Err(format!("<nil>: Invalid value: \"{key}\": {problem}"));
        }
        let make = |operator, values| Requirement { key: key.clone(), operator, values };
        if negated {
            return Ok(make(Operator::DoesNotExist, Vec::new()));
        }
        if matches!(self.peek(), Token::End | Token::Sign(",")) {
            return Ok(make(Operator::Exists, Vec::new()));
        }
        let operator = self.next();
        match operator.shown() {
            "in" => checked(make(Operator::In, self.values()?)),
            "notin" => checked(make(Operator::NotIn, self.values()?)),
            "=" | "==" => checked(make(Operator::In, vec![self.exact()?])),
            "!=" => checked(make(Operator::NotIn, vec![self.exact()?])),
            sign @ ("<" | ">") => {
                let value = self.exact()?;
                if value.parse::<i64>().is_err() {
                    return Err(format!(
                        "values[0]: Invalid value: \"{value}\": for 'Gt', 'Lt' operators, the value must be an integer"
                    ));
                }
                Ok(make(if sign == "<" { Operator::Less } else { Operator::Greater }, vec![value]))
            }
            other => Err(format!("found '{other}', expected: in, notin, =, ==, !=, gt, lt")),
        }
    }

    fn exact(&mut self) -> Result<String, String> {
        if matches!(self.peek(), Token::End | Token::Sign(",")) {
            return Ok(String::new());
        }
        match self.next() {
            Token::Text(text) => Ok(text),
            other => Err(format!("found '{}', expected: identifier", other.shown())),
        }
    }

    fn values(&mut self) -> Result<Vec<String>, String> {
        let open = self.next();
        if open != Token::Sign("(") {
            return Err(format!("found '{}' expected: '('", open.shown()));
        }
        let mut values = Vec::new();
        // `(,a)` and `(a,)` have an empty value too.
        let mut wants_value = true;
        loop {
            match self.next() {
                Token::Text(text) if wants_value => {
                    values.push(text);
                    wants_value = false;
                }
                Token::Sign(",") => {
                    if wants_value {
                        values.push(String::new());
                    }
                    wants_value = true;
                }
                Token::Sign(")") => {
                    if wants_value && !values.is_empty() {
                        values.push(String::new());
                    }
                    // `()` has one empty value.
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    values.sort();
                    values.dedup();
                    return Ok(values);
                }
                other => return Err(format!("found '{}', expected: ',' or ')'", other.shown())),
            }
        }
    }
}

/// A requirement whose values can be a label's.
fn checked(requirement: Requirement) -> Result<Requirement, String> {
    let mut places = requirement.values.iter().enumerate();
    let problem = places.find_map(|(place, value)| Some((place, value, label_value_problem(value)?)));
    match problem {
        Some((place, value, problem)) => {
            Err(format!("values[{place}][{}]: Invalid value: \"{value}\": {problem}", requirement.key))
        }
        None => Ok(requirement),
    }
}

impl LabelSelector {
    /// Reads a selector; an empty one matches everything.
    ///
    /// # Errors
    /// In the server's words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut parser = Parser { tokens: tokens(text).into_iter() };
        let mut requirements = Vec::new();
        loop {
            match parser.peek() {
                Token::Text(_) | Token::Sign("!") => {}
                Token::End => return Ok(Self(requirements)),
                Token::Sign(sign) => {
                    return Err(format!("found '{sign}', expected: !, identifier, or 'end of string'"));
                }
            }
            requirements.push(parser.requirement().map_err(|error| format!("unable to parse requirement: {error}"))?);
            match parser.next() {
                Token::End => return Ok(Self(requirements)),
                Token::Sign(",") => match parser.peek() {
                    Token::Text(_) | Token::Sign("!") => {}
                    other => return Err(format!("found '{}', expected: identifier after ','", other.shown())),
                },
                other => return Err(format!("found '{}', expected: ',' or 'end of string'", other.shown())),
            }
        }
    }

    /// Whether nothing is required.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the labels satisfy all requirements.
    pub(crate) fn matches(&self, labels: &Labels) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels.get(&requirement.key);
            let listed = value.is_some_and(|value| requirement.values.contains(value));
            let compared = || {
                let number: i64 = value?.parse().ok()?;
                let wanted: i64 = requirement.values.first()?.parse().ok()?;
                Some(number.cmp(&wanted))
            };
            match requirement.operator {
                Operator::In => listed,
                Operator::NotIn => !listed,
                Operator::Exists => value.is_some(),
                Operator::DoesNotExist => value.is_none(),
                Operator::Greater => compared().is_some_and(std::cmp::Ordering::is_gt),
                Operator::Less => compared().is_some_and(std::cmp::Ordering::is_lt),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operator_decides() {
        let web: Labels = [("app", "web"), ("n", "5")].map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        for (text, want) in [
            ("app=web", true),
            ("app==web", true),
            ("app!=web", false),
            ("other!=web", true),
            ("app in (web, x)", true),
            ("app notin (web)", false),
            ("app", true),
            ("!app", false),
            ("app,n", true),
            ("app=web,n=6", false),
            ("n>4", true),
            ("n<5", false),
            ("app=", false),
            ("", true),
        ] {
            assert_eq!(LabelSelector::parse(text).map(|found| found.matches(&web)), Ok(want), "{text}");
        }
    }

    #[test]
    fn errors_are_the_servers() {
        for (text, want) in [
            ("app=demo,,", "found ',', expected: identifier after ','"),
            ("app=a b", "found 'b', expected: ',' or 'end of string'"),
            ("app is web", "unable to parse requirement: found 'is', expected: in, notin, =, ==, !=, gt, lt"),
            ("app in web", "unable to parse requirement: found 'web' expected: '('"),
            ("=x", "found '=', expected: !, identifier, or 'end of string'"),
            (
                "n>x",
                "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an integer",
            ),
        ] {
            assert_eq!(LabelSelector::parse(text), Err(want.to_owned()), "{text}");
        }
    }
}
