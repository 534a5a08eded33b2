//! `key=value&key=value`, as in the query and in the fragment of an address.

/// The pairs in their order, with their percent signs read. What isn't a pair is passed over.
pub(super) fn read(text: &str) -> impl Iterator<Item = (String, String)> + '_ {
    text.trim_start_matches(['?', '#']).split('&').filter(|pair| !pair.is_empty()).map(|pair| {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        (unescape(key), unescape(value))
    })
}

/// Adds a pair.
pub(super) fn push(text: &mut String, key: &str, value: &str) {
    if !text.is_empty() {
        text.push('&');
    }
    text.push_str(key);
    text.push('=');
    for byte in value.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b',' | b':' => {
                text.push(char::from(byte));
            }
            _ => {
                text.push('%');
                for half in [byte >> 4, byte & 15] {
                    text.push(char::from(b"0123456789ABCDEF".get(usize::from(half)).copied().unwrap_or_default()));
                }
            }
        }
    }
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        let mut ahead = rest.clone();
        let pair = (byte == b'%').then(|| Some((ahead.next().and_then(half)?, ahead.next().and_then(half)?)));
        match pair.flatten() {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = ahead;
            }
            None => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn half(letter: u8) -> Option<u8> {
    char::from(letter).to_digit(16).and_then(|value| u8::try_from(value).ok())
}

#[cfg(test)]
mod tests {
    use super::{push, read};
    use proptest::prelude::*;

    #[test]
    fn reads_pairs() {
        let pairs: Vec<_> = read("#v=1&m=a%20b&&x&t=%zz%4").collect();
        let wanted = [("v", "1"), ("m", "a b"), ("x", ""), ("t", "%zz%4")];
        assert_eq!(pairs, wanted.map(|(key, value)| (key.to_owned(), value.to_owned())));
    }

    proptest! {
        #[test]
        fn comes_back(value in ".*") {
            let mut text = String::from("a=1");
            push(&mut text, "b", &value);
            let pairs: Vec<_> = read(&text).collect();
            prop_assert_eq!(&pairs[1], &("b".to_owned(), value));
        }
    }
}
