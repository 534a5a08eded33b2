//! Models `$((…))` of busybox ash: C's operators over 64-bit integers, which wrap.
//!
//! Precedence climbing over the text; a skipped branch is parsed with its effects off. Left out:
//! nothing that ash has (`**` and `,` included); numbers in other bases are written `16#ff`.

/// Where the variables are.
pub trait Names {
    /// The text of a variable, nothing if it is unset.
    fn value(&mut self, name: &str) -> Result<String, String>;
    /// Sets a variable.
    fn assign(&mut self, name: &str, value: i64) -> Result<(), String>;
}

/// How deep parentheses and variables that hold expressions may nest.
const MAX_DEPTH: u32 = 100;

const SYNTAX: &str = "arithmetic syntax error";

/// Evaluates an expression; an empty one is 0.
pub fn evaluate(text: &str, names: &mut dyn Names) -> Result<i64, String> {
    nested(text, names, 0)
}

fn nested(text: &str, names: &mut dyn Names, depth: u32) -> Result<i64, String> {
    let mut reader = Reader { text, pos: 0, names, depth, off: 0 };
    reader.blanks();
    if reader.pos == text.len() {
        return Ok(0);
    }
    let value = reader.comma()?;
    if reader.pos == text.len() { Ok(value) } else { Err(SYNTAX.into()) }
}

struct Reader<'a> {
    text: &'a str,
    pos: usize,
    names: &'a mut dyn Names,
    depth: u32,
    /// More than 0 within a branch that is not taken.
    off: u32,
}

/// Binary operators with how tightly they bind, the longest first.
const BINARY: [(&str, u8); 19] = [
    ("**", 11),
    ("<<", 8),
    (">>", 8),
    ("<=", 7),
    (">=", 7),
    ("==", 6),
    ("!=", 6),
    ("&&", 2),
    ("||", 1),
    ("*", 10),
    ("/", 10),
    ("%", 10),
    ("+", 9),
    ("-", 9),
    ("<", 7),
    (">", 7),
    ("&", 5),
    ("^", 4),
    ("|", 3),
];

const ASSIGNMENTS: [&str; 11] = ["<<=", ">>=", "*=", "/=", "%=", "+=", "-=", "&=", "^=", "|=", "="];

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.pos..).unwrap_or("")
    }

    fn blanks(&mut self) {
        let rest = self.rest();
        self.pos += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, what: &str) -> bool {
        let hit = self.rest().starts_with(what);
        if hit {
            self.pos += what.len();
            self.blanks();
        }
        hit
    }

    fn comma(&mut self) -> Result<i64, String> {
        let mut value = self.ternary()?;
        while self.take(",") {
            value = self.ternary()?;
        }
        Ok(value)
    }

    fn ternary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("expression recursion loop detected".into());
        }
        let condition = self.binary(1)?;
        let value = if self.take("?") {
            let yes = self.unless(condition == 0, Self::ternary)?;
            if !self.take(":") {
                return Err("malformed ?: operator".into());
            }
            let no = self.unless(condition != 0, Self::ternary)?;
            if condition == 0 { no } else { yes }
        } else {
            condition
        };
        self.depth -= 1;
        Ok(value)
    }

    /// Reads a branch, without its effects if it is not taken.
    fn unless(&mut self, off: bool, read: impl Fn(&mut Self) -> Result<i64, String>) -> Result<i64, String> {
        self.off += u32::from(off);
        let value = read(self);
        self.off -= u32::from(off);
        value
    }

    fn binary(&mut self, least: u8) -> Result<i64, String> {
        let mut left = self.unary()?;
        loop {
            let rest = self.rest();
            let found = BINARY.iter().find(|(op, _)| rest.starts_with(*op));
            let Some(&(op, binds)) = found.filter(|(_, binds)| *binds >= least) else {
                return Ok(left);
            };
            // `a+=1` after something that isn't a name.
            if ASSIGNMENTS.iter().any(|a| rest.starts_with(a)) && !matches!(op, "==" | "<=" | ">=" | "!=") {
                return Err(SYNTAX.into());
            }
            self.take(op);
            let skip = (op == "&&" && left == 0) || (op == "||" && left != 0);
            let next = if op == "**" { binds } else { binds + 1 };
            let right = self.unless(skip, |r| r.binary(next))?;
            left = if self.off > 0 { 0 } else { apply(op, left, right)? };
        }
    }

    fn unary(&mut self) -> Result<i64, String> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("expression recursion loop detected".into());
        }
        let value = self.operand();
        self.depth -= 1;
        value
    }

    fn operand(&mut self) -> Result<i64, String> {
        for (op, step) in [("++", 1), ("--", -1)] {
            let before = self.pos;
            if self.take(op) {
                if let Some(name) = self.name() {
                    let value = self.variable(&name)?.wrapping_add(step);
                    return self.assign(&name, value);
                }
                self.pos = before;
            }
        }
        if self.take("!") {
            return Ok(i64::from(self.unary()? == 0));
        }
        if self.take("~") {
            return Ok(!self.unary()?);
        }
        if self.take("-") {
            return Ok(self.unary()?.wrapping_neg());
        }
        if self.take("+") {
            return self.unary();
        }
        if self.take("(") {
            let value = self.comma()?;
            return if self.take(")") { Ok(value) } else { Err(SYNTAX.into()) };
        }
        if let Some(name) = self.name() {
            return self.named(&name);
        }
        self.number()
    }

    /// A variable, perhaps assigned.
    fn named(&mut self, name: &str) -> Result<i64, String> {
        for (op, step) in [("++", 1), ("--", -1)] {
            if self.take(op) {
                let value = self.variable(name)?;
                self.assign(name, value.wrapping_add(step))?;
                return Ok(value);
            }
        }
        let rest = self.rest();
        let assignment = ASSIGNMENTS.iter().find(|a| rest.starts_with(**a)).copied();
        let Some(op) = assignment.filter(|op| *op != "=" || !rest.starts_with("==")) else {
            return self.variable(name);
        };
        self.take(op);
        let right = self.ternary()?;
        let value = match op.strip_suffix('=') {
            Some("") | None => right,
            Some(_) if self.off > 0 => 0,
            Some(op) => apply(op, self.variable(name)?, right)?,
        };
        self.assign(name, value)
    }

    fn name(&mut self) -> Option<String> {
        let rest = self.rest();
        let length = super::lexer::name_length(rest);
        let name = rest.get(..length).filter(|n| !n.is_empty())?.to_owned();
        self.pos += length;
        self.blanks();
        Some(name)
    }

    fn variable(&mut self, name: &str) -> Result<i64, String> {
        if self.off > 0 {
            return Ok(0);
        }
        let text = self.names.value(name)?;
        match text.trim().parse() {
            Ok(number) => Ok(number),
            Err(_) => nested(&text, self.names, self.depth + 1),
        }
    }

    fn assign(&mut self, name: &str, value: i64) -> Result<i64, String> {
        if self.off == 0 {
            self.names.assign(name, value)?;
        }
        Ok(value)
    }

    fn number(&mut self) -> Result<i64, String> {
        let rest = self.rest();
        let length = rest.bytes().take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'#' | b'_' | b'@')).count();
        let digits = rest.get(..length).unwrap_or("").to_owned();
        self.pos += length;
        self.blanks();
        let hexadecimal = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
        if let Some(hexadecimal) = hexadecimal {
            return in_base(hexadecimal, 16);
        }
        if let Some((base, digits)) = digits.split_once('#') {
            return match base.parse() {
                Ok(base @ 2..=36) => in_base(digits, base),
                _ => Err(SYNTAX.into()),
            };
        }
        match digits.strip_prefix('0') {
            Some(octal) if !octal.is_empty() => in_base(octal, 8),
            _ => in_base(&digits, 10),
        }
    }
}

fn in_base(digits: &str, base: u32) -> Result<i64, String> {
    if digits.is_empty() {
        return Err(SYNTAX.into());
    }
    digits.chars().try_fold(0_i64, |sum, c| match c.to_digit(base) {
        Some(digit) => Ok(sum.wrapping_mul(i64::from(base)).wrapping_add(i64::from(digit))),
        None => Err(SYNTAX.into()),
    })
}

fn apply(op: &str, a: i64, b: i64) -> Result<i64, String> {
    let shift = u32::try_from(b & 63).unwrap_or(0);
    Ok(match op {
        "+" => a.wrapping_add(b),
        "-" => a.wrapping_sub(b),
        "*" => a.wrapping_mul(b),
        "/" | "%" if b == 0 => return Err("divide by zero".into()),
        "/" => a.wrapping_div(b),
        "%" => a.wrapping_rem(b),
        "**" => match u32::try_from(b) {
            Ok(power) => a.wrapping_pow(power),
            Err(_) if b < 0 => return Err("exponent less than 0".into()),
            Err(_) => 0,
        },
        "<<" => a.wrapping_shl(shift),
        ">>" => a.wrapping_shr(shift),
        "<=" => i64::from(a <= b),
        ">=" => i64::from(a >= b),
        "<" => i64::from(a < b),
        ">" => i64::from(a > b),
        "==" => i64::from(a == b),
        "!=" => i64::from(a != b),
        "&" => a & b,
        "^" => a ^ b,
        "|" => a | b,
        "&&" => i64::from(a != 0 && b != 0),
        "||" => i64::from(a != 0 || b != 0),
        _ => return Err(SYNTAX.into()),
    })
}

#[cfg(test)]
mod tests {
    use super::{Names, evaluate};
    use std::collections::BTreeMap;

    impl Names for BTreeMap<String, String> {
        fn value(&mut self, name: &str) -> Result<String, String> {
            Ok(self.get(name).cloned().unwrap_or_default())
        }
        fn assign(&mut self, name: &str, value: i64) -> Result<(), String> {
            self.insert(name.into(), value.to_string());
            Ok(())
        }
    }

    #[test]
    fn expressions() {
        for (text, expected) in [
            ("", Ok(0)),
            ("1 + 2 * 3", Ok(7)),
            ("(1 + 2) * 3", Ok(9)),
            ("10 - 3 - 2", Ok(5)),
            ("2 ** 3 ** 2", Ok(512)),
            ("-7 / 2", Ok(-3)),
            ("-7 % 3", Ok(-1)),
            ("5 == 5 && 3 < 2 || 1", Ok(1)),
            ("1 ? 2 : 3", Ok(2)),
            ("0 ? 2 : 0 ? 4 : 5", Ok(5)),
            ("1 << 4 | 1", Ok(17)),
            ("~0", Ok(-1)),
            ("!3", Ok(0)),
            ("0x1f + 010 + 2#101", Ok(44)),
            ("x = 4, x++ + ++x", Ok(10)),
            ("x += 2, x *= 3, x", Ok(6)),
            ("0 && (y = 5), y", Ok(0)),
            ("1 || 1 / 0", Ok(1)),
            ("9223372036854775807 + 1", Ok(i64::MIN)),
            ("1 / 0", Err("divide by zero")),
            ("1 +", Err("arithmetic syntax error")),
            ("a b", Err("arithmetic syntax error")),
            ("- -1", Ok(1)),
            ("3 >= 3 != 0", Ok(1)),
            ("x=5, y=x==5, y", Ok(1)),
        ] {
            let got = evaluate(text, &mut BTreeMap::<String, String>::new());
            assert_eq!(got, expected.map_err(String::from), "{text}");
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = "(".repeat(100_000);
        assert!(evaluate(&deep, &mut BTreeMap::<String, String>::new()).is_err());
        let mut names = BTreeMap::from([("a".to_owned(), "a".to_owned())]);
        assert!(evaluate("a", &mut names).is_err());
    }
}
