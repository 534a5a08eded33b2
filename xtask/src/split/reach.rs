//! Which functions and data of the linked program nothing reaches but the entry points of later modules.
//!
//! The linker is told to keep its relocations (build.rs), so every way from one part of the program
//! to another is known: calls, addresses of functions in the table, addresses of data, and what the
//! data itself points to. What is reached only by way of an entry point cannot be needed before that
//! is called, whatever the program does. The entry points are called in order, so what two of them
//! reach comes with the first. Bytes that no symbol claims stay with the page.

use crate::Failure;
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};
use wasmparser::{
    DataKind, DefinedDataSymbol, ExternalKind, KnownCustom, Linking, Name, Operator, Parser, Payload, RelocationEntry,
    RelocationType, SymbolInfo, TypeRef,
};

/// What comes with one entry point.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Apart {
    /// Functions, by their names.
    pub functions: BTreeSet<String>,
    /// Data, by its addresses in memory, in order and without touching each other.
    pub data: Vec<Range<u32>>,
}

/// A function or a piece of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Node {
    /// By its index.
    Function(u32),
    /// By its place in `Linked::pieces`.
    Data(usize),
}

/// A segment of data.
struct Segment {
    /// Where its bytes lie in the file.
    file: Range<u64>,
    /// Where they go in memory.
    address: u32,
}

/// What there is to know of a linked module.
#[derive(Default)]
struct Linked<'a> {
    names: BTreeMap<u32, &'a str>,
    imported: u32,
    exported: Vec<(&'a str, u32)>,
    started: Option<u32>,
    /// Where each function's code lies in the file, in order.
    bodies: Vec<Range<u64>>,
    segments: Vec<Segment>,
    symbols: Vec<SymbolInfo<'a>>,
    /// Where each section's contents begin in the file, by its number.
    sections: Vec<u64>,
    relocations: Vec<(u32, RelocationEntry)>,
    /// Pieces of data by their addresses, in order, each of one or more symbols that overlap.
    pieces: Vec<Range<u32>>,
}

/// Finds for each of these exports, called in this order, what nothing reaches before it is called.
pub fn apart(module: &[u8], entries: &[&str]) -> Result<Vec<Apart>, Failure> {
    let linked = Linked::read(module).map_err(|error| format!("cannot read the linked WebAssembly: {error}"))?;
    if linked.relocations.is_empty() || linked.symbols.is_empty() {
        return Err("the linked WebAssembly has no relocations: does build.rs still ask for them?".into());
    }
    let entry_of = |name: &str| entries.iter().position(|entry| is_entry(name, entry));
    let root = |entry: Option<usize>| {
        let exported = linked.exported.iter().filter(move |(name, _)| entry_of(name) == entry);
        exported.map(|(_, function)| Node::Function(*function))
    };
    let ways = linked.ways();
    let mut reached = BTreeSet::new();
    reach(&ways, &mut reached, root(None).chain(linked.started.map(Node::Function)));
    let mut parts = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        if root(Some(at)).next().is_none() {
            return Err(format!("the linked WebAssembly does not export {entry}: see src/bin/page.rs"));
        }
        let before = reached.clone();
        if at + 1 == entries.len() {
            // What nothing reaches is as well with the last.
            reached.extend(linked.nodes());
        } else {
            reach(&ways, &mut reached, root(Some(at)));
        }
        let own: BTreeSet<Node> = reached.difference(&before).copied().collect();
        let functions = own.iter().filter_map(|node| match node {
            Node::Function(function) => linked.names.get(function).map(|name| (*function, *name)),
            Node::Data(_) => None,
        });
        let functions = functions.filter(|(function, _)| *function >= linked.imported);
        let functions = functions.map(|(_, name)| if is_entry(name, entry) { *entry } else { name });
        parts.push(Apart { functions: functions.map(String::from).collect(), data: linked.data_of(&own) });
    }
    Ok(parts)
}

/// Whether the linker's name is that of an entry point: wasm-bindgen adds a digest.
fn is_entry(name: &str, entry: &str) -> bool {
    name.strip_prefix(entry).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
}

/// Adds all nodes that can be reached from `roots`.
fn reach(ways: &BTreeMap<Node, BTreeSet<Node>>, reached: &mut BTreeSet<Node>, roots: impl Iterator<Item = Node>) {
    let mut open: Vec<Node> = roots.collect();
    while let Some(node) = open.pop() {
        if reached.insert(node) {
            open.extend(ways.get(&node).into_iter().flatten());
        }
    }
}

impl<'a> Linked<'a> {
    fn read(module: &'a [u8]) -> wasmparser::Result<Self> {
        let mut linked = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            let payload = payload?;
            if let Some((_, range)) = payload.as_section() {
                linked.sections.push(range.start);
            }
            match payload {
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        linked.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        if export.kind == ExternalKind::Func {
                            linked.exported.push((export.name, export.index));
                        }
                    }
                }
                Payload::StartSection { func, .. } => linked.started = Some(func),
                Payload::CodeSectionEntry(body) => linked.bodies.push(body.range()),
                Payload::DataSection(segments) => {
                    for segment in segments {
                        let segment = segment?;
                        let address = match &segment.kind {
                            DataKind::Active { offset_expr, .. } => constant(offset_expr)?,
                            DataKind::Passive => None,
                        };
                        let end = segment.range.end;
                        let file = end - segment.data.len() as u64..end;
                        linked.segments.push(Segment { file, address: address.unwrap_or(0) });
                    }
                }
                Payload::CustomSection(section) => linked.custom(&section)?,
                _ => {}
            }
        }
        linked.find_pieces();
        Ok(linked)
    }

    fn custom(&mut self, section: &wasmparser::CustomSectionReader<'a>) -> wasmparser::Result<()> {
        match section.as_known() {
            KnownCustom::Linking(linking) => {
                for part in linking.subsections() {
                    if let Linking::SymbolTable(symbols) = part? {
                        self.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                    }
                }
            }
            KnownCustom::Reloc(relocations) => {
                let section = relocations.section_index();
                for entry in relocations.entries() {
                    self.relocations.push((section, entry?));
                }
            }
            KnownCustom::Name(names) => {
                for part in names {
                    if let Name::Function(names) = part? {
                        for name in names {
                            let name = name?;
                            self.names.insert(name.index, name.name);
                        }
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// The addresses of a symbol's data.
    fn addresses(&self, symbol: &DefinedDataSymbol) -> Option<Range<u32>> {
        let start = self.segments.get(symbol.index as usize)?.address.checked_add(symbol.offset)?;
        Some(start..start.checked_add(symbol.size)?)
    }

    /// Symbols that overlap are one piece.
    fn find_pieces(&mut self) {
        let mut ranges: Vec<Range<u32>> = self
            .symbols
            .iter()
            .filter_map(|symbol| match symbol {
                SymbolInfo::Data { symbol: Some(symbol), .. } => self.addresses(symbol),
                _ => None,
            })
            .filter(|range| !range.is_empty())
            .collect();
        ranges.sort_by_key(|range| (range.start, range.end));
        for range in ranges {
            match self.pieces.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => self.pieces.push(range),
            }
        }
    }

    /// The piece that holds this address.
    fn piece(&self, address: u32) -> Option<usize> {
        let at = self.pieces.partition_point(|piece| piece.end <= address);
        self.pieces.get(at).filter(|piece| piece.start <= address).map(|_| at)
    }

    /// The node that a relocation points to.
    fn target(&self, entry: &RelocationEntry) -> Option<Node> {
        use RelocationType as T;
        // Types, globals, tables and the sections of debuggers are not parted.
        if matches!(
            entry.ty,
            T::TypeIndexLeb
                | T::GlobalIndexLeb
                | T::GlobalIndexI32
                | T::TableNumberLeb
                | T::EventIndexLeb
                | T::SectionOffsetI32
                | T::FunctionOffsetI32
                | T::FunctionOffsetI64
        ) {
            return None;
        }
        match self.symbols.get(entry.index as usize)? {
            SymbolInfo::Func { index, .. } => Some(Node::Function(*index)),
            SymbolInfo::Data { symbol: Some(symbol), .. } => {
                self.addresses(symbol).and_then(|range| self.piece(range.start)).map(Node::Data)
            }
            _ => None,
        }
    }

    /// The function or the piece of data in which a relocation stands.
    fn source(&self, section: u32, entry: &RelocationEntry) -> Option<Node> {
        let place = self.sections.get(section as usize)? + u64::from(entry.offset);
        let body = self.bodies.partition_point(|body| body.end <= place);
        if self.bodies.get(body).is_some_and(|body| body.start <= place) {
            return Some(Node::Function(self.imported + u32::try_from(body).ok()?));
        }
        let segment = self.segments.iter().find(|segment| segment.file.contains(&place))?;
        let address = segment.address + u32::try_from(place - segment.file.start).ok()?;
        self.piece(address).map(Node::Data)
    }

    /// Every way from one node to another.
    fn ways(&self) -> BTreeMap<Node, BTreeSet<Node>> {
        let mut ways: BTreeMap<Node, BTreeSet<Node>> = BTreeMap::new();
        for (section, entry) in &self.relocations {
            if let (Some(source), Some(target)) = (self.source(*section, entry), self.target(entry)) {
                ways.entry(source).or_default().insert(target);
            }
        }
        ways
    }

    /// Every function that the program defines, and every piece of data.
    fn nodes(&self) -> impl Iterator<Item = Node> {
        let defined = self.imported..self.imported + u32::try_from(self.bodies.len()).unwrap_or(u32::MAX);
        defined.map(Node::Function).chain((0..self.pieces.len()).map(Node::Data))
    }

    /// The addresses of these pieces; those with nothing but padding between them become one.
    fn data_of(&self, own: &BTreeSet<Node>) -> Vec<Range<u32>> {
        /// The linker aligns data to this at most.
        const PADDING: u32 = 16;
        let mut apart: Vec<Range<u32>> = Vec::new();
        let mut before_is_apart = false;
        for (at, piece) in self.pieces.iter().enumerate() {
            let is_apart = own.contains(&Node::Data(at));
            match apart.last_mut() {
                Some(last) if is_apart && before_is_apart && piece.start - last.end < PADDING => last.end = piece.end,
                _ if is_apart => apart.push(piece.clone()),
                _ => {}
            }
            before_is_apart = is_apart;
        }
        apart
    }
}

/// The value of an expression that is one 32-bit constant.
pub fn constant(expression: &wasmparser::ConstExpr) -> wasmparser::Result<Option<u32>> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(Some(value.cast_unsigned())),
        _ => Ok(None),
    }
}
