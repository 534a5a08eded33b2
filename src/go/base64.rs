//! Models `encoding/base64`: `StdEncoding`, and the letters of `RawURLEncoding` for what an address may hold.

const STANDARD: [u8; 2] = *b"+/";
const FOR_ADDRESSES: [u8; 2] = *b"-_";

/// `StdEncoding`: with padding.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let mut text = letters(bytes, STANDARD);
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    text
}

/// `RawURLEncoding`: without padding, in the letters that a fragment may hold.
pub(crate) fn encode_for_address(bytes: &[u8]) -> String {
    letters(bytes, FOR_ADDRESSES)
}

fn letters(bytes: &[u8], last: [u8; 2]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |place: usize| u32::from(chunk.get(place).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..=chunk.len() {
            let [.., sextet] = (bits >> (18 - 6 * place) & 63).to_be_bytes();
            text.push(char::from(match sextet {
                0..26 => b'A' + sextet,
                26..52 => b'a' + sextet - 26,
                52..62 => b'0' + sextet - 52,
                62 => last[0],
                _ => last[1],
            }));
        }
    }
    text
}

/// `StdEncoding.DecodeString`: ends of lines are passed over, padding is due.
///
/// # Errors
/// At which byte the text goes wrong.
pub(crate) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let (mut digits, mut padding) = (0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'\r' | b'\n' => {}
            b'=' if digits % 4 >= 2 && padding < 4 - digits % 4 => padding += 1,
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' if padding == 0 => digits += 1,
            _ => return Err(at),
        }
    }
    if (digits + padding) % 4 == 0 { Ok(bytes(text)) } else { Err(text.len() - text.len() % 4) }
}

/// The letters of either alphabet, with padding or without, since mailers and wikis like to rewrite links.
pub(crate) fn decode_leniently(text: &str) -> Option<Vec<u8>> {
    let letters = text.trim_end_matches('=');
    let is_known = |letter: u8| letter.is_ascii_alphanumeric() || b"+/-_".contains(&letter);
    // A single letter holds no byte.
    (letters.bytes().all(is_known) && letters.len() % 4 != 1).then(|| bytes(letters))
}

/// What the letters stand for; what is no letter is passed over.
fn bytes(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    let (mut held, mut count) = (0_u32, 0_u32);
    for letter in text.bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'-' | b'+' => 62,
            b'_' | b'/' => 63,
            _ => continue,
        };
        held = (held << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            let [byte, ..] = (held >> count).to_le_bytes();
            bytes.push(byte);
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_examples_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(encode(bytes.as_bytes()), text);
            assert_eq!(encode_for_address(bytes.as_bytes()), text.trim_end_matches('='));
            assert_eq!(decode(text).as_deref(), Ok(bytes.as_bytes()));
        }
        assert_eq!(encode(&[0xFB, 0xFF]), "+/8=");
        assert_eq!(encode_for_address(&[0xFB, 0xFF]), "-_8");
    }

    #[test]
    fn what_is_wrong_is_told_by_its_place() {
        assert_eq!(decode("Zm9v\nYg==\n"), Ok(b"foob".to_vec()));
        for (text, at) in [("Zg", 0), ("Zm9vYg", 4), ("ho la", 2), ("Zg===", 4), ("Zg==Zg==", 4), ("-_8=", 0)] {
            assert_eq!(decode(text), Err(at), "{text}");
        }
    }

    #[test]
    fn rewritten_links_are_read() {
        assert_eq!(decode_leniently("+/8="), Some(vec![0xFB, 0xFF]));
        assert_eq!(decode_leniently("-_8"), Some(vec![0xFB, 0xFF]));
        for text in ["a", "ñ", "ab c"] {
            assert_eq!(decode_leniently(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn comes_back(bytes in proptest::collection::vec(any::<u8>(), 0..100)) {
            prop_assert_eq!(decode(&encode(&bytes)), Ok(bytes.clone()));
            prop_assert_eq!(decode_leniently(&encode_for_address(&bytes)), Some(bytes));
        }
    }
}
