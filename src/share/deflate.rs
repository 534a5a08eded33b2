//! DEFLATE (RFC 1951) both ways, for texts as short as a manifest.
//!
//! Writes one block with the fixed codes: for a few hundred bytes a table of codes costs about what it
//! saves. Reads every kind of block, since any tool may have written a link. Own code because of its
//! bytes: `miniz_oxide` adds 15 KiB (brotli) to the page, this about 2; it is the tests' referee. The
//! browser's `CompressionStream` would cost nothing, but answers later: a link must be open before
//! the first picture. Leaves out: speed for long texts.

/// The furthest that a copy may reach back.
const WINDOW: usize = 32_768;
/// The longest copy.
const LONGEST: usize = 258;
/// The shortest copy.
const SHORTEST: usize = 3;
/// Earlier places that are tried for a copy.
const TRIES: usize = 128;
const HASHES: usize = 4096;
const END: usize = 256;

/// The first length of each length code from 257 on, and its further bits.
#[rustfmt::skip]
const LENGTHS: [(u16, u8); 29] = [
    (3, 0), (4, 0), (5, 0), (6, 0), (7, 0), (8, 0), (9, 0), (10, 0), (11, 1), (13, 1), (15, 1), (17, 1), (19, 2),
    (23, 2), (27, 2), (31, 2), (35, 3), (43, 3), (51, 3), (59, 3), (67, 4), (83, 4), (99, 4), (115, 4), (131, 5),
    (163, 5), (195, 5), (227, 5), (258, 0),
];
/// The first distance of each distance code, and its further bits.
#[rustfmt::skip]
const DISTANCES: [(u16, u8); 30] = [
    (1, 0), (2, 0), (3, 0), (4, 0), (5, 1), (7, 1), (9, 2), (13, 2), (17, 3), (25, 3), (33, 4), (49, 4), (65, 5),
    (97, 5), (129, 6), (193, 6), (257, 7), (385, 7), (513, 8), (769, 8), (1025, 9), (1537, 9), (2049, 10),
    (3073, 10), (4097, 11), (6145, 11), (8193, 12), (12289, 12), (16385, 13), (24577, 13),
];
/// In which order the lengths of the codes for code lengths are written.
const ORDER: [usize; 19] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

// ---- writing

#[derive(Default)]
struct Writer {
    bytes: Vec<u8>,
    held: u32,
    count: u32,
}

impl Writer {
    /// Writes the lowest bits, the lowest first.
    fn bits(&mut self, value: u32, count: u32) {
        self.held |= value << self.count;
        self.count += count;
        while self.count >= 8 {
            self.bytes.push(self.held.to_le_bytes()[0]);
            self.held >>= 8;
            self.count -= 8;
        }
    }

    /// Writes a Huffman code: its highest bit first.
    fn code(&mut self, code: u32, length: u32) {
        self.bits(code.reverse_bits() >> (32 - length), length);
    }

    /// A literal or a length by the fixed codes.
    fn symbol(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xC0 + symbol - 280, 8),
        }
    }

    fn copy(&mut self, length: usize, distance: usize) {
        let (code, rest, bits) = place(&LENGTHS, length);
        self.symbol(257 + code);
        self.bits(rest, bits);
        let (code, rest, bits) = place(&DISTANCES, distance);
        self.code(code, 5);
        self.bits(rest, bits);
    }
}

/// The code for a value, what is left over, and in how many bits that is written.
fn place(table: &[(u16, u8)], value: usize) -> (u32, u32, u32) {
    let code = table.partition_point(|&(first, _)| usize::from(first) <= value).saturating_sub(1);
    let (first, bits) = table.get(code).copied().unwrap_or_default();
    let rest = u32::try_from(value - usize::from(first)).unwrap_or_default();
    (u32::try_from(code).unwrap_or_default(), rest, u32::from(bits))
}

/// Where the same three bytes stood before, latest first.
struct Places {
    last: Vec<Option<usize>>,
    before: Vec<Option<usize>>,
}

impl Places {
    fn hash(input: &[u8], at: usize) -> Option<usize> {
        let [a, b, c] = *input.get(at..at + SHORTEST)?.first_chunk()?;
        let mixed = (usize::from(a) << 8 ^ usize::from(b) << 4 ^ usize::from(c)).wrapping_mul(0x9E5);
        Some(mixed % HASHES)
    }

    fn add(&mut self, input: &[u8], at: usize) {
        let previous = Self::hash(input, at).and_then(|hash| self.last.get_mut(hash)).and_then(|last| last.replace(at));
        self.before.push(previous);
    }

    /// The longest copy of what follows: its length and distance.
    fn longest(&self, input: &[u8], at: usize) -> Option<(usize, usize)> {
        let mut candidate = Self::hash(input, at).and_then(|hash| self.last.get(hash).copied().flatten());
        let mut best = None;
        for _ in 0..TRIES {
            let Some(from) = candidate.filter(|from| at - from <= WINDOW) else { break };
            let pairs = input.iter().skip(from).zip(input.iter().skip(at).take(LONGEST));
            let length = pairs.take_while(|(one, other)| one == other).count();
            if length >= SHORTEST && best.is_none_or(|(longest, _)| length > longest) {
                best = Some((length, at - from));
            }
            candidate = self.before.get(from).copied().flatten();
        }
        best
    }
}

/// The bytes, compressed.
pub fn deflate(input: &[u8]) -> Vec<u8> {
    let mut writer = Writer::default();
    // The last block, with fixed codes.
    writer.bits(0b011, 3);
    let mut places = Places { last: vec![None; HASHES], before: Vec::with_capacity(input.len()) };
    let mut at = 0;
    while let Some(&byte) = input.get(at) {
        let here = places.longest(input, at);
        places.add(input, at);
        // A longer copy one byte on is worth a literal.
        let next = here.and_then(|_| places.longest(input, at + 1));
        let copy = here.filter(|(length, _)| next.is_none_or(|(longer, _)| longer <= *length));
        if let Some((length, distance)) = copy {
            writer.copy(length, distance);
            for passed in at + 1..at + length {
                places.add(input, passed);
            }
            at += length;
        } else {
            writer.symbol(u32::from(byte));
            at += 1;
        }
    }
    writer.symbol(256);
    writer.bits(0, 7);
    writer.bytes
}

// ---- reading

/// Why compressed bytes can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Broken {
    /// They end too early, or aren't DEFLATE.
    Damaged,
    /// What they hold is longer than allowed.
    TooLong,
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Reader<'_> {
    fn bit(&mut self) -> Result<usize, Broken> {
        let byte = self.bytes.get(self.at / 8).ok_or(Broken::Damaged)?;
        let bit = byte >> (self.at % 8) & 1;
        self.at += 1;
        Ok(usize::from(bit))
    }

    fn bits(&mut self, count: u8) -> Result<usize, Broken> {
        (0..count).try_fold(0, |value, place| Ok(value | self.bit()? << place))
    }
}

/// A Huffman code: how many symbols have codes of each length, and the symbols in their order.
struct Code {
    counts: [usize; 16],
    symbols: Vec<usize>,
}

impl Code {
    fn new(lengths: &[u8]) -> Self {
        let mut counts = [0; 16];
        let mut symbols = Vec::with_capacity(lengths.len());
        for (wanted, count) in (0_u8..).zip(counts.iter_mut()).skip(1) {
            let before = symbols.len();
            symbols
                .extend(lengths.iter().enumerate().filter(|(_, length)| **length == wanted).map(|(symbol, _)| symbol));
            *count = symbols.len() - before;
        }
        Self { counts, symbols }
    }

    /// Bit by bit: the codes of a length are consecutive numbers.
    fn read(&self, reader: &mut Reader) -> Result<usize, Broken> {
        let (mut code, mut first, mut index) = (0, 0, 0);
        for count in self.counts.iter().skip(1) {
            code |= reader.bit()?;
            if code < first + count {
                return self.symbols.get(index + code - first).copied().ok_or(Broken::Damaged);
            }
            index += count;
            first = (first + count) << 1;
            code <<= 1;
            // More symbols of a length than there are codes for it.
            if first > code {
                return Err(Broken::Damaged);
            }
        }
        Err(Broken::Damaged)
    }
}

/// The bytes that were compressed, if they are no more than `most`.
pub fn inflate(compressed: &[u8], most: usize) -> Result<Vec<u8>, Broken> {
    let mut reader = Reader { bytes: compressed, at: 0 };
    let mut output = Vec::new();
    loop {
        let last = reader.bit()? == 1;
        match reader.bits(2)? {
            0 => stored(&mut reader, &mut output, most)?,
            1 => {
                let lengths: Vec<u8> = (0..288)
                    .map(|symbol| match symbol {
                        0..=143 | 280.. => 8,
                        144..=255 => 9,
                        _ => 7,
                    })
                    .collect();
                block(&mut reader, &Code::new(&lengths), &Code::new(&[5; 30]), &mut output, most)?;
            }
            2 => {
                let (literals, distances) = codes(&mut reader)?;
                block(&mut reader, &literals, &distances, &mut output, most)?;
            }
            _ => return Err(Broken::Damaged),
        }
        if last {
            return Ok(output);
        }
    }
}

fn stored(reader: &mut Reader, output: &mut Vec<u8>, most: usize) -> Result<(), Broken> {
    reader.at = reader.at.next_multiple_of(8);
    let (length, inverse) = (reader.bits(16)?, reader.bits(16)?);
    if length ^ inverse != 0xFFFF {
        return Err(Broken::Damaged);
    }
    let from = reader.at / 8;
    let bytes = reader.bytes.get(from..from + length).ok_or(Broken::Damaged)?;
    if output.len() + length > most {
        return Err(Broken::TooLong);
    }
    output.extend_from_slice(bytes);
    reader.at += 8 * length;
    Ok(())
}

/// The codes that a block brings along: for literals and lengths, and for distances.
fn codes(reader: &mut Reader) -> Result<(Code, Code), Broken> {
    let literals = reader.bits(5)? + 257;
    let distances = reader.bits(5)? + 1;
    let mut lengths = [0_u8; 19];
    let written = reader.bits(4)? + 4;
    for place in ORDER.into_iter().take(written) {
        if let (Some(length), value) = (lengths.get_mut(place), reader.bits(3)?) {
            *length = u8::try_from(value).unwrap_or_default();
        }
    }
    let code = Code::new(&lengths);
    let mut lengths: Vec<u8> = Vec::with_capacity(literals + distances);
    while lengths.len() < literals + distances {
        let (value, times) = match code.read(reader)? {
            16 => (lengths.last().copied().ok_or(Broken::Damaged)?, 3 + reader.bits(2)?),
            17 => (0, 3 + reader.bits(3)?),
            18 => (0, 11 + reader.bits(7)?),
            length => (u8::try_from(length).unwrap_or_default(), 1),
        };
        lengths.extend(std::iter::repeat_n(value, times));
    }
    if lengths.len() > literals + distances {
        return Err(Broken::Damaged);
    }
    let (first, second) = lengths.split_at(literals);
    Ok((Code::new(first), Code::new(second)))
}

fn block(
    reader: &mut Reader,
    literals: &Code,
    distances: &Code,
    output: &mut Vec<u8>,
    most: usize,
) -> Result<(), Broken> {
    let further = |reader: &mut Reader, table: &[(u16, u8)], code: usize| -> Result<usize, Broken> {
        let (first, bits) = table.get(code).copied().ok_or(Broken::Damaged)?;
        Ok(usize::from(first) + reader.bits(bits)?)
    };
    loop {
        let symbol = literals.read(reader)?;
        if symbol == END {
            return Ok(());
        }
        if let Ok(byte) = u8::try_from(symbol) {
            output.push(byte);
        } else {
            let length = further(reader, &LENGTHS, symbol - 257)?;
            let code = distances.read(reader)?;
            let distance = further(reader, &DISTANCES, code)?;
            let from = output.len().checked_sub(distance).ok_or(Broken::Damaged)?;
            for place in from..from + length {
                // A copy may reach into itself.
                let byte = output.get(place).copied().ok_or(Broken::Damaged)?;
                output.push(byte);
            }
        }
        if output.len() > most {
            return Err(Broken::TooLong);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Broken, deflate, inflate};
    use miniz_oxide::{deflate::compress_to_vec, inflate::decompress_to_vec};
    use proptest::prelude::*;

    const MOST: usize = 1 << 16;

    proptest! {
        /// Ours and a well-known library read each other's writing.
        #[test]
        fn agrees_with_miniz(bytes in proptest::collection::vec(any::<u8>(), 0..3000), level in 0_u8..10) {
            prop_assert_eq!(&inflate(&compress_to_vec(&bytes, level), MOST).unwrap(), &bytes);
            prop_assert_eq!(&decompress_to_vec(&deflate(&bytes)).unwrap(), &bytes);
        }

        /// The same for texts in which much repeats.
        #[test]
        fn agrees_with_miniz_on_texts(text in "([a-c ]{0,9}\n  name: ){0,90}", level in 0_u8..10) {
            prop_assert_eq!(&inflate(&compress_to_vec(text.as_bytes(), level), MOST).unwrap(), text.as_bytes());
            prop_assert_eq!(&decompress_to_vec(&deflate(text.as_bytes())).unwrap(), text.as_bytes());
            prop_assert_eq!(&inflate(&deflate(text.as_bytes()), MOST).unwrap(), text.as_bytes());
        }

        /// Whatever comes, there is an answer, and never more than was allowed.
        #[test]
        fn survives_anything(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            if let Ok(read) = inflate(&bytes, 1000) {
                prop_assert!(read.len() <= 1000);
            }
        }

        /// What is cut short is told from what is whole.
        #[test]
        fn notices_what_is_missing(text in "[a-z\n ]{1,200}", cut in 1_usize..20) {
            let whole = deflate(text.as_bytes());
            let cut = &whole[..whole.len().saturating_sub(cut)];
            prop_assert_eq!(inflate(cut, MOST), Err(Broken::Damaged));
        }
    }

    #[test]
    fn a_bomb_stops_at_the_bound() {
        let bomb = compress_to_vec(&vec![b'a'; 10_000_000], 9);
        assert!(bomb.len() < 20_000);
        assert_eq!(inflate(&bomb, MOST), Err(Broken::TooLong));
        assert_eq!(inflate(&compress_to_vec(&vec![b'a'; MOST], 0), MOST).map(|read| read.len()), Ok(MOST));
        assert_eq!(inflate(&compress_to_vec(&vec![b'a'; MOST + 1], 0), MOST), Err(Broken::TooLong));
    }

    #[test]
    fn long_texts_keep_their_far_copies() {
        let lines: Vec<String> = (0..20_000).map(|line| format!("line {}", line * 7919 % 1013)).collect();
        let text = lines.join("\n");
        assert_eq!(decompress_to_vec(&deflate(text.as_bytes())).unwrap(), text.as_bytes());
        assert_eq!(inflate(&deflate(text.as_bytes()), 1 << 20).unwrap(), text.as_bytes());
    }
}
