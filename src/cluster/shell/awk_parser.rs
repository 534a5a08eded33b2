//! Models the grammar of `awk`, without functions of the user, `getline`, `do`, and redirections.

use super::regex::Regex;

/// Numbers are in millionths.
pub const ONE: i128 = 1_000_000;
/// How deep expressions and statements may nest.
const MAX_DEPTH: u32 = 60;

/// A rule: when, and what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// When.
    pub when: When,
    /// What; without it the line is printed.
    pub what: Option<Vec<Statement>>,
}

/// When a rule applies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    /// Before all lines.
    Begin,
    /// After all lines.
    End,
    /// On each line.
    Always,
    /// On lines where this is true.
    If(Expression),
    /// From a line where the first is true to one where the second is.
    Range(Expression, Expression),
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Statement {
    /// `print`
    Print(Vec<Expression>),
    /// `printf`
    Printf(Vec<Expression>),
    /// An expression for its effect.
    Do(Expression),
    /// `if`
    If(Expression, Vec<Statement>, Vec<Statement>),
    /// `while`
    While(Expression, Vec<Statement>),
    /// `for (;;)`: the step runs after the body.
    For(
        Box<Statement>,
        Option<Expression>,
        Box<Statement>,
        Vec<Statement>,
    ),
    /// `for (k in a)`
    ForIn(String, String, Vec<Statement>),
    /// `{ … }`
    Block(Vec<Statement>),
    /// `next`
    Next,
    /// `break`
    Break,
    /// `continue`
    Continue,
    /// `exit`
    Exit(Option<Expression>),
    /// `delete a[k]` or `delete a`
    Delete(String, Option<Expression>),
    /// `;`
    Nothing,
}

/// An expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// A number.
    Number(i128),
    /// A text.
    Text(String),
    /// A regular expression; alone it is tried on the line.
    Match(Regex),
    /// A variable.
    Variable(String),
    /// `$n`
    Field(Box<Expression>),
    /// `a[k]`
    Element(String, Box<Expression>),
    /// `k in a`
    In(Box<Expression>, String),
    /// `-x`, `!x`
    Unary(char, Box<Expression>),
    /// `x op y`; `' '` joins.
    Binary(&'static str, Box<Expression>, Box<Expression>),
    /// `x ? y : z`
    Choice(Box<Expression>, Box<Expression>, Box<Expression>),
    /// `x op= y`
    Assign(&'static str, Box<Expression>, Box<Expression>),
    /// `x++` and its like: how much, and whether the value is the one before.
    Step(i128, bool, Box<Expression>),
    /// A function.
    Call(String, Vec<Expression>),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Number(i128),
    Text(String),
    Regex(String),
    Name(String),
    Op(&'static str),
    End,
}

const OPERATORS: [&str; 43] = [
    "&&", "||", "==", "!=", "<=", ">=", "!~", "++", "--", "+=", "-=", "*=", "/=", "%=", "^=", "**",
    "{", "}", "(", ")", "[", "]", ";", ",", "+", "-", "*", "/", "%", "^", "!", "<", ">", "=", "~",
    "?", ":", "$", "\n", "|", "&", "@", "#",
];

type Parsed<T> = Result<T, String>;

/// Parses a program.
pub fn parse(text: &str) -> Parsed<Vec<Rule>> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
        depth: 0,
        no_in: false,
        no_more: false,
    };
    let mut rules = Vec::new();
    loop {
        parser.skip(&["\n", ";"]);
        if *parser.peek() == Token::End {
            return Ok(rules);
        }
        rules.push(parser.rule()?);
    }
}

/// A decimal number at the beginning of a text, in millionths, and how long it is.
pub fn number(text: &str) -> (i128, usize) {
    let digits = |t: &str| t.bytes().take_while(u8::is_ascii_digit).count();
    let sign = usize::from(text.starts_with(['-', '+']));
    let rest = text.get(sign..).unwrap_or("");
    let whole = digits(rest);
    let fraction = rest
        .get(whole..)
        .and_then(|r| r.strip_prefix('.'))
        .map_or(0, digits);
    let dot =
        usize::from(rest.get(whole..).is_some_and(|r| r.starts_with('.')) && whole + fraction > 0);
    if whole + fraction == 0 {
        return (0, 0);
    }
    let mut value = rest
        .get(..whole.min(18))
        .and_then(|t| t.parse::<i128>().ok())
        .unwrap_or(0)
        * ONE;
    let mut unit = ONE;
    for digit in rest.bytes().skip(whole + dot).take(fraction.min(6)) {
        unit /= 10;
        value += i128::from(digit - b'0') * unit;
    }
    (
        if text.starts_with('-') { -value } else { value },
        sign + whole + dot + fraction,
    )
}

fn tokens(text: &str) -> Parsed<Vec<Token>> {
    let mut out = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\r']);
        if let Some(tail) = rest.strip_prefix("\\\n") {
            rest = tail;
            continue;
        }
        let Some(c) = rest.chars().next() else { break };
        if c == '#' {
            rest = rest
                .get(rest.find('\n').unwrap_or(rest.len())..)
                .unwrap_or("");
            continue;
        }
        let value = match out.last() {
            Some(Token::Number(_) | Token::Text(_) | Token::Regex(_)) => true,
            Some(Token::Name(name)) => {
                !matches!(name.as_str(), "print" | "printf" | "return" | "in")
            }
            Some(Token::Op(op)) => matches!(*op, ")" | "]" | "++" | "--" | "$"),
            _ => false,
        };
        if c == '"' || c == '/' && !value {
            let (body, tail) = quoted(rest.get(1..).unwrap_or(""), c)?;
            out.push(if c == '"' {
                Token::Text(super::printf::unescape(&body, super::printf::Escapes::DollarQuote).0)
            } else {
                Token::Regex(body)
            });
            rest = tail;
        } else if c.is_ascii_digit() || c == '.' {
            let (number, length) = number(rest);
            if length == 0 {
                return Err("syntax error at '.'".into());
            }
            out.push(Token::Number(number));
            rest = rest.get(length..).unwrap_or("");
        } else {
            let length = super::lexer::name_length(rest);
            if length > 0 {
                out.push(Token::Name(rest.get(..length).unwrap_or("").to_owned()));
                rest = rest.get(length..).unwrap_or("");
            } else {
                let op = OPERATORS.iter().find(|op| rest.starts_with(**op));
                let op = op.ok_or_else(|| format!("syntax error at '{c}'"))?;
                out.push(Token::Op(if *op == "**" { "^" } else { op }));
                rest = rest.get(op.len()..).unwrap_or("");
            }
        }
        if out.len() > 20_000 {
            return Err("program too long".into());
        }
    }
    Ok(out)
}

/// The text up to a delimiter, whose own escape is undone, and what follows.
fn quoted(text: &str, delimiter: char) -> Parsed<(String, &str)> {
    let mut body = String::new();
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some((_, '/')) if delimiter == '/' => body.push('/'),
                Some((_, other)) => body.extend(['\\', other]),
                None => break,
            },
            c if c == delimiter => return Ok((body, text.get(at + 1..).unwrap_or(""))),
            c => body.push(c),
        }
    }
    Err("unterminated string or regular expression".into())
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: u32,
    /// Within the head of a `for`, where `in` isn't an operator.
    no_in: bool,
    /// Among the arguments of a `print`, where `>` isn't an operator.
    no_more: bool,
}

impl Parser {
    fn peek(&self) -> &Token {
        self.tokens.get(self.at).unwrap_or(&Token::End)
    }

    fn is(&self, op: &str) -> bool {
        matches!(self.peek(), Token::Op(o) if *o == op)
    }

    fn is_name(&self, name: &str) -> bool {
        matches!(self.peek(), Token::Name(n) if n == name)
    }

    fn take(&mut self, op: &str) -> bool {
        let hit = self.is(op);
        self.at += usize::from(hit);
        hit
    }

    fn skip(&mut self, ops: &[&str]) {
        while ops.iter().any(|op| self.is(op)) {
            self.at += 1;
        }
    }

    fn expect(&mut self, op: &str) -> Parsed<()> {
        if self.take(op) {
            Ok(())
        } else {
            Err(self.unexpected())
        }
    }

    fn unexpected(&self) -> String {
        match self.peek() {
            Token::End => "unexpected end of program".into(),
            Token::Op("\n") => "unexpected newline".into(),
            Token::Op(op) => format!("unexpected '{op}'"),
            Token::Name(name) => format!("unexpected '{name}'"),
            _ => "unexpected token".into(),
        }
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            Err("program nested too deep".into())
        } else {
            Ok(())
        }
    }

    fn rule(&mut self) -> Parsed<Rule> {
        let when = if self.is("{") {
            When::Always
        } else if self.is_name("BEGIN") || self.is_name("END") {
            let begin = self.is_name("BEGIN");
            self.at += 1;
            if begin { When::Begin } else { When::End }
        } else {
            let from = self.expression()?;
            if self.take(",") {
                When::Range(from, self.expression()?)
            } else {
                When::If(from)
            }
        };
        let what = if self.is("{") {
            Some(self.block()?)
        } else {
            None
        };
        Ok(Rule { when, what })
    }

    fn block(&mut self) -> Parsed<Vec<Statement>> {
        self.expect("{")?;
        let mut out = Vec::new();
        loop {
            self.skip(&["\n", ";"]);
            if self.take("}") {
                return Ok(out);
            }
            out.push(self.statement()?);
        }
    }

    fn body(&mut self) -> Parsed<Vec<Statement>> {
        self.skip(&["\n"]);
        if self.is("{") {
            self.block()
        } else {
            Ok(vec![self.statement()?])
        }
    }

    fn statement(&mut self) -> Parsed<Statement> {
        self.deeper()?;
        let statement = self.statement_inner()?;
        self.depth -= 1;
        Ok(statement)
    }

    fn statement_inner(&mut self) -> Parsed<Statement> {
        if self.is("{") {
            return Ok(Statement::Block(self.block()?));
        }
        if self.is(";") {
            return Ok(Statement::Nothing);
        }
        let Token::Name(name) = self.peek().clone() else {
            return Ok(Statement::Do(self.expression()?));
        };
        self.at += 1;
        Ok(match name.as_str() {
            "print" | "printf" => {
                self.no_more = true;
                let list = self.print_list();
                self.no_more = false;
                if self.is(">") || self.is("|") {
                    return Err("output redirection is not simulated".into());
                }
                if name == "print" {
                    Statement::Print(list?)
                } else {
                    Statement::Printf(list?)
                }
            }
            "if" => {
                self.expect("(")?;
                let condition = self.expression()?;
                self.expect(")")?;
                let yes = self.body()?;
                let before = self.at;
                self.skip(&["\n", ";"]);
                if self.is_name("else") {
                    self.at += 1;
                    Statement::If(condition, yes, self.body()?)
                } else {
                    self.at = before;
                    Statement::If(condition, yes, Vec::new())
                }
            }
            "while" => {
                self.expect("(")?;
                let condition = self.expression()?;
                self.expect(")")?;
                Statement::While(condition, self.body()?)
            }
            "for" => self.for_loop()?,
            "next" => Statement::Next,
            "break" => Statement::Break,
            "continue" => Statement::Continue,
            "exit" => Statement::Exit(if self.ends() {
                None
            } else {
                Some(self.expression()?)
            }),
            "delete" => {
                let Token::Name(array) = self.peek().clone() else {
                    return Err(self.unexpected());
                };
                self.at += 1;
                let key = if self.take("[") {
                    let key = self.subscript()?;
                    self.expect("]")?;
                    Some(key)
                } else {
                    None
                };
                Statement::Delete(array, key)
            }
            "function" | "getline" | "do" | "return" => {
                return Err(format!("'{name}' is not simulated"));
            }
            _ => {
                self.at -= 1;
                Statement::Do(self.expression()?)
            }
        })
    }

    fn ends(&self) -> bool {
        *self.peek() == Token::End || ["\n", ";", "}", ">", "|"].iter().any(|op| self.is(op))
    }

    fn print_list(&mut self) -> Parsed<Vec<Expression>> {
        let mut list = Vec::new();
        if self.ends() {
            return Ok(list);
        }
        // `print(a, b)` lists within parentheses; `print (a) b` doesn't.
        let before = self.at;
        if self.take("(") {
            self.no_more = false;
            let inner = self.arguments();
            self.no_more = true;
            if inner.is_ok() && self.ends() {
                return inner;
            }
            self.at = before;
        }
        loop {
            list.push(self.expression()?);
            if !self.take(",") {
                return Ok(list);
            }
            self.skip(&["\n"]);
        }
    }

    /// Expressions up to the closing parenthesis.
    fn arguments(&mut self) -> Parsed<Vec<Expression>> {
        let mut list = Vec::new();
        if self.take(")") {
            return Ok(list);
        }
        loop {
            list.push(self.expression()?);
            if !self.take(",") {
                self.expect(")")?;
                return Ok(list);
            }
            self.skip(&["\n"]);
        }
    }

    fn for_loop(&mut self) -> Parsed<Statement> {
        self.expect("(")?;
        if let (Token::Name(key), Some(Token::Name(word)), Some(Token::Name(array))) = (
            self.peek().clone(),
            self.tokens.get(self.at + 1),
            self.tokens.get(self.at + 2),
        ) && word == "in"
        {
            let array = array.clone();
            self.at += 3;
            self.expect(")")?;
            return Ok(Statement::ForIn(key, array, self.body()?));
        }
        let simple = |p: &mut Parser, end: &str| -> Parsed<Statement> {
            if p.take(end) {
                return Ok(Statement::Nothing);
            }
            let statement = Statement::Do(p.expression()?);
            p.expect(end)?;
            Ok(statement)
        };
        self.no_in = true;
        let first = simple(self, ";");
        self.no_in = false;
        let condition = if self.is(";") {
            None
        } else {
            Some(self.expression()?)
        };
        self.expect(";")?;
        let step = simple(self, ")")?;
        Ok(Statement::For(
            Box::new(first?),
            condition,
            Box::new(step),
            self.body()?,
        ))
    }

    fn expression(&mut self) -> Parsed<Expression> {
        self.deeper()?;
        let value = self.choice()?;
        let assignment = ["=", "+=", "-=", "*=", "/=", "%=", "^="]
            .into_iter()
            .find(|op| self.is(op));
        let value = match assignment {
            Some(op) if is_place(&value) => {
                self.at += 1;
                Expression::Assign(op, Box::new(value), Box::new(self.expression()?))
            }
            _ => value,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn choice(&mut self) -> Parsed<Expression> {
        let condition = self.binary(0)?;
        if !self.take("?") {
            return Ok(condition);
        }
        let yes = self.expression()?;
        self.expect(":")?;
        let no = self.expression()?;
        Ok(Expression::Choice(
            Box::new(condition),
            Box::new(yes),
            Box::new(no),
        ))
    }

    /// Binary operators of a level and all that bind tighter.
    fn binary(&mut self, level: usize) -> Parsed<Expression> {
        const LEVELS: [&[&str]; 8] = [
            &["||"],
            &["&&"],
            &["in"],
            &["~", "!~"],
            &["<", "<=", "==", "!=", ">", ">="],
            &[" "],
            &["+", "-"],
            &["*", "/", "%"],
        ];
        let Some(ops) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        loop {
            if ops.contains(&"in") {
                if self.no_in || !self.is_name("in") {
                    return Ok(left);
                }
                self.at += 1;
                let Token::Name(array) = self.peek().clone() else {
                    return Err(self.unexpected());
                };
                self.at += 1;
                left = Expression::In(Box::new(left), array);
                continue;
            }
            let op = if ops.contains(&" ") {
                self.begins_operand().then_some(" ")
            } else {
                ops.iter()
                    .copied()
                    .find(|op| self.is(op) && !(self.no_more && *op == ">"))
            };
            let Some(op) = op else { return Ok(left) };
            if op != " " {
                self.at += 1;
                self.skip(&["\n"]);
            }
            let right = self.binary(level + 1)?;
            left = Expression::Binary(op, Box::new(left), Box::new(right));
        }
    }

    fn begins_operand(&self) -> bool {
        match self.peek() {
            Token::Number(_) | Token::Text(_) => true,
            Token::Name(name) => name != "in",
            Token::Op(op) => matches!(*op, "$" | "(" | "!" | "-" | "++" | "--"),
            Token::Regex(_) | Token::End => false,
        }
    }

    fn unary(&mut self) -> Parsed<Expression> {
        self.deeper()?;
        let sign = ["!", "-", "+"].into_iter().find(|op| self.is(op));
        let value = match sign {
            Some(sign) => {
                self.at += 1;
                let inner = self.unary()?;
                Expression::Unary(sign.chars().next().unwrap_or('+'), Box::new(inner))
            }
            None => self.power()?,
        };
        self.depth -= 1;
        Ok(value)
    }

    fn power(&mut self) -> Parsed<Expression> {
        let base = self.postfix()?;
        if !self.take("^") {
            return Ok(base);
        }
        Ok(Expression::Binary(
            "^",
            Box::new(base),
            Box::new(self.unary()?),
        ))
    }

    fn postfix(&mut self) -> Parsed<Expression> {
        for (op, by) in [("++", ONE), ("--", -ONE)] {
            if self.take(op) {
                let place = self.primary()?;
                return Ok(Expression::Step(by, false, Box::new(place)));
            }
        }
        let value = self.primary()?;
        for (op, by) in [("++", ONE), ("--", -ONE)] {
            if is_place(&value) && self.take(op) {
                return Ok(Expression::Step(by, true, Box::new(value)));
            }
        }
        Ok(value)
    }

    /// The key of an array, whose parts are joined.
    fn subscript(&mut self) -> Parsed<Expression> {
        let mut key = self.expression()?;
        while self.take(",") {
            let joined = Expression::Binary(
                " ",
                Box::new(key),
                Box::new(Expression::Text("\u{1c}".into())),
            );
            key = Expression::Binary(" ", Box::new(joined), Box::new(self.expression()?));
        }
        Ok(key)
    }

    fn primary(&mut self) -> Parsed<Expression> {
        let token = self.peek().clone();
        self.at += 1;
        Ok(match token {
            Token::Number(number) => Expression::Number(number),
            Token::Text(text) => Expression::Text(text),
            Token::Regex(text) => {
                Expression::Match(Regex::new(&text, true, false).map_err(str::to_owned)?)
            }
            Token::Op("$") => {
                self.deeper()?;
                let of = if self.is("++") || self.is("--") {
                    self.postfix()?
                } else {
                    self.primary()?
                };
                self.depth -= 1;
                Expression::Field(Box::new(of))
            }
            Token::Op("(") => {
                let (no_in, no_more) = (self.no_in, self.no_more);
                (self.no_in, self.no_more) = (false, false);
                let value = self.expression()?;
                (self.no_in, self.no_more) = (no_in, no_more);
                self.expect(")")?;
                Expression::Binary("+0", Box::new(value), Box::new(Expression::Number(0)))
            }
            Token::Op("-") => {
                self.deeper()?;
                let value = self.primary()?;
                self.depth -= 1;
                Expression::Unary('-', Box::new(value))
            }
            Token::Name(name) => {
                if self.take("[") {
                    let key = self.subscript()?;
                    self.expect("]")?;
                    Expression::Element(name, Box::new(key))
                } else if self.is("(") && FUNCTIONS.contains(&name.as_str()) {
                    self.at += 1;
                    let (no_in, no_more) = (self.no_in, self.no_more);
                    (self.no_in, self.no_more) = (false, false);
                    let arguments = self.arguments()?;
                    (self.no_in, self.no_more) = (no_in, no_more);
                    Expression::Call(name, arguments)
                } else if name == "length" {
                    Expression::Call(name, Vec::new())
                } else if self.is("(") || name == "getline" {
                    return Err(format!("'{name}' is not simulated"));
                } else {
                    Expression::Variable(name)
                }
            }
            _ => {
                self.at -= 1;
                return Err(self.unexpected());
            }
        })
    }
}

const FUNCTIONS: [&str; 12] = [
    "length", "substr", "index", "split", "sub", "gsub", "match", "toupper", "tolower", "sprintf",
    "int", "systime",
];

fn is_place(value: &Expression) -> bool {
    matches!(
        value,
        Expression::Variable(_) | Expression::Field(_) | Expression::Element(..)
    )
}
