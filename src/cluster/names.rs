//! Models `staging/src/k8s.io/apiserver/pkg/storage/names/generate.go@v1.37.2` and the server's uids.

use crate::engine::Stream;
use std::fmt::Write;

const LETTERS: &[u8; 27] = b"bcdfghjklmnpqrstvwxz2456789";
const MAX_PREFIX: usize = 58;
const SUFFIX: usize = 5;

/// The prefix, cut to 58 characters, and five random ones.
pub fn generate(prefix: &str, stream: &mut Stream) -> String {
    let kept = prefix.char_indices().nth(MAX_PREFIX).map_or(prefix, |(end, _)| prefix.get(..end).unwrap_or(prefix));
    let mut name = String::with_capacity(kept.len() + SUFFIX);
    name.push_str(kept);
    push_suffix(&mut name, stream);
    name
}

/// Five random characters, none of which is a vowel or easily misread.
pub fn suffix(stream: &mut Stream) -> String {
    let mut suffix = String::with_capacity(SUFFIX);
    push_suffix(&mut suffix, stream);
    suffix
}

fn push_suffix(text: &mut String, stream: &mut Stream) {
    for _ in 0..SUFFIX {
        let place = usize::try_from(stream.below(27)).unwrap_or(0);
        text.push(char::from(LETTERS.get(place).copied().unwrap_or(b'x')));
    }
}

/// A random uid of version 4.
pub fn uid(stream: &mut Stream) -> String {
    let (high, low) = (stream.next_u64(), stream.next_u64());
    let third = (high & 0x0fff) | 0x4000;
    let fourth = (low >> 48 & 0x3fff) | 0x8000;
    let (first, second, last) = (high >> 32, high >> 16 & 0xffff, low & 0xffff_ffff_ffff);
    let mut uid = String::with_capacity(36);
    // Writing to a String can't fail.
    let _ = write!(uid, "{first:08x}-{second:04x}-{third:04x}-{fourth:04x}-{last:012x}");
    uid
}

/// 64 random hexadecimal digits, as container runtimes name containers.
pub fn container_id(stream: &mut Stream) -> String {
    let mut id = String::with_capacity(77);
    id.push_str("containerd://");
    for _ in 0..4 {
        // Writing to a String can't fail.
        let _ = write!(id, "{:016x}", stream.next_u64());
    }
    id
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::stream;

    #[test]
    fn long_prefixes_lose_their_tail() {
        let name = generate(&format!("{}-", "a".repeat(60)), &mut stream(1, "names"));
        assert_eq!(name.len(), 63);
        assert!(name.starts_with(&"a".repeat(58)));
        assert!(name.bytes().skip(58).all(|byte| LETTERS.contains(&byte)));
    }

    #[test]
    fn uids_have_the_form_of_version_4() {
        let uid = uid(&mut stream(1, "uids"));
        let parts: Vec<usize> = uid.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12]);
        assert_eq!(uid.as_bytes().get(14), Some(&b'4'));
    }
}
