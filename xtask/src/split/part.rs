//! Moves functions and data of one module into a second one that lives on the first's memory.
//!
//! In the first module a moved function becomes a stub that nothing calls, and moved data becomes
//! zeros: wasm-opt, which runs afterwards, drops both. Nothing is renumbered there. The second
//! module imports what it uses of the first and keeps the rest.

use super::reach::{Apart, constant};
use crate::Failure;
use std::collections::{BTreeMap, BTreeSet};
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, EntityType, ExportKind,
    ExportSection, Function, FunctionSection, ImportSection, Instruction, Module, NameMap, NameSection, TypeSection,
    reencode::{Error, Reencode, RoundtripReencoder, utils},
};
use wasmparser::{
    Data, DataKind, Element, ElementItems, ElementKind, ExternalKind, FunctionBody, GlobalType, KnownCustom,
    MemoryType, Name, Parser, Payload, TableType, TypeRef,
};

/// The two modules.
#[derive(Debug)]
pub struct Parts {
    /// The page.
    pub page: Vec<u8>,
    /// The simulator.
    pub simulator: Vec<u8>,
}

/// The name under which the second module imports from the first: `static/start.js` gives it.
const FROM: &str = "page";

type Outcome<T = ()> = Result<T, Error<Failure>>;

/// What is told of a module that cannot be parted.
fn refuse<T>(why: impl Into<Failure>) -> Outcome<T> {
    Err(Error::UserError(why.into()))
}

/// Parts a module with wasm-bindgen's changes in it; `entry` is the export of the second module.
pub fn part(module: &[u8], apart: &Apart, entry: &str) -> Result<Parts, Failure> {
    let parted = || -> Outcome<Parts> {
        let whole = Whole::read(module, apart)?;
        let uses = whole.uses()?;
        let mut page = Page { whole: &whole, uses: &uses, apart, next: whole.imported, rest: Rest::default() };
        let mut first = Module::new();
        page.parse_core_module(&mut first, Parser::new(0), module)?;
        let second = whole.simulator(&uses, &page.rest, entry)?;
        Ok(Parts { page: first.finish(), simulator: second })
    };
    parted().map_err(|error| match error {
        Error::UserError(why) => why,
        error => format!("cannot part the WebAssembly: {error}"),
    })
}

/// What the second module is made of.
#[derive(Default)]
struct Whole<'a> {
    types: Option<wasmparser::TypeSectionReader<'a>>,
    /// How many functions are imported.
    imported: u32,
    /// The type of each function.
    type_of: Vec<u32>,
    bodies: Vec<FunctionBody<'a>>,
    names: BTreeMap<u32, &'a str>,
    tables: Vec<TableType>,
    memories: Vec<MemoryType>,
    globals: Vec<GlobalType>,
    exports: BTreeMap<(Kind, u32), &'a str>,
    features: Option<&'a [u8]>,
    /// The functions that move.
    moved: BTreeSet<u32>,
}

/// What can be exported here; wasmparser's own kind has no order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Function,
    Table,
    Memory,
    Global,
}

impl<'a> Whole<'a> {
    fn read(module: &'a [u8], apart: &Apart) -> Outcome<Self> {
        let mut whole = Self::default();
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(types) => whole.types = Some(types),
                Payload::ImportSection(imports) => {
                    for import in imports.into_imports() {
                        match import?.ty {
                            TypeRef::Func(of) => whole.type_of.push(of),
                            TypeRef::Table(table) => whole.tables.push(table),
                            TypeRef::Memory(memory) => whole.memories.push(memory),
                            TypeRef::Global(global) => whole.globals.push(global),
                            _ => return refuse("the WebAssembly imports something unknown"),
                        }
                    }
                    whole.imported = u32::try_from(whole.type_of.len()).unwrap_or(u32::MAX);
                }
                Payload::FunctionSection(functions) => {
                    for of in functions {
                        whole.type_of.push(of?);
                    }
                }
                Payload::TableSection(tables) => {
                    for table in tables {
                        whole.tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(memories) => {
                    for memory in memories {
                        whole.memories.push(memory?);
                    }
                }
                Payload::GlobalSection(globals) => {
                    for global in globals {
                        whole.globals.push(global?.ty);
                    }
                }
                Payload::ExportSection(exports) => {
                    for export in exports {
                        let export = export?;
                        let kind = match export.kind {
                            ExternalKind::Func | ExternalKind::FuncExact => Kind::Function,
                            ExternalKind::Table => Kind::Table,
                            ExternalKind::Memory => Kind::Memory,
                            ExternalKind::Global => Kind::Global,
                            ExternalKind::Tag => continue,
                        };
                        whole.exports.insert((kind, export.index), export.name);
                    }
                }
                Payload::CodeSectionEntry(body) => whole.bodies.push(body),
                Payload::CustomSection(section) => match section.as_known() {
                    KnownCustom::Name(names) => whole.read_names(names)?,
                    _ if section.name() == "target_features" => whole.features = Some(section.data()),
                    _ => {}
                },
                _ => {}
            }
        }
        let defined = whole.names.iter().filter(|(index, _)| **index >= whole.imported);
        whole.moved = defined.filter(|(_, name)| apart.functions.contains(**name)).map(|(index, _)| *index).collect();
        if whole.moved.is_empty() {
            return refuse(
                "no function of the WebAssembly bears the linker's name: is data-no-demangle of index.html still there?",
            );
        }
        Ok(whole)
    }

    fn read_names(&mut self, names: wasmparser::NameSectionReader<'a>) -> Outcome {
        for part in names {
            if let Name::Function(names) = part? {
                for name in names {
                    let name = name?;
                    self.names.insert(name.index, name.name);
                }
            }
        }
        Ok(())
    }

    /// Every defined function with its index.
    fn functions(&self) -> impl Iterator<Item = (u32, &FunctionBody<'a>)> {
        (self.imported..).zip(&self.bodies)
    }

    /// What the moved functions use of the first module; and that the first uses nothing of theirs.
    fn uses(&self) -> Outcome<Uses> {
        let mut all = Uses::default();
        for (index, body) in self.functions() {
            let mut uses = Uses::default();
            uses.parse_function_body(&mut CodeSection::new(), body.clone())?;
            if self.moved.contains(&index) {
                all.functions.extend(uses.functions.difference(&self.moved));
                all.tables.extend(uses.tables);
                all.globals.extend(uses.globals);
            } else if let Some(called) = uses.functions.intersection(&self.moved).next() {
                return refuse(format!(
                    "{} of the page uses {} of the simulator",
                    self.name(index),
                    self.name(*called)
                ));
            }
        }
        // It fills its places of the table.
        all.tables.insert(0);
        Ok(all)
    }

    fn name(&self, index: u32) -> &str {
        self.names.get(&index).copied().unwrap_or("a function without a name")
    }

    /// Everything that the second module imports, with the name under which the first exports it.
    fn links(&self, uses: &Uses) -> Vec<Link<'a>> {
        let all = uses.functions.iter().map(|index| (Kind::Function, *index));
        let all = all.chain((0_u32..).zip(&self.memories).map(|(index, _)| (Kind::Memory, index)));
        let all = all.chain(uses.tables.iter().map(|index| (Kind::Table, *index)));
        let all = all.chain(uses.globals.iter().map(|index| (Kind::Global, *index)));
        let name = |(at, key): (usize, (Kind, u32))| Link {
            kind: key.0,
            index: key.1,
            exported: self.exports.get(&key).copied(),
            short: format!("{at:x}"),
        };
        all.enumerate().map(name).collect()
    }

    fn type_of(&self, function: u32) -> Outcome<u32> {
        self.type_of.get(function as usize).copied().map_or_else(|| refuse("a function has no type"), Ok)
    }

    /// The second module.
    fn simulator(&self, uses: &Uses, rest: &Rest, entry: &str) -> Outcome<Vec<u8>> {
        let links = self.links(uses);
        let mut same = RoundtripReencoder;
        let mut types = TypeSection::new();
        if let Some(section) = self.types.clone() {
            let done = same.parse_type_section(&mut types, section);
            done.map_err(|error| Error::UserError(error.to_string()))?;
        }
        let mut imports = ImportSection::new();
        let mut numbers = Numbers::default();
        for link in &links {
            let index = link.index as usize;
            let ty = match link.kind {
                Kind::Function => Some(EntityType::Function(self.type_of(link.index)?)),
                Kind::Table => self.tables.get(index).and_then(|ty| same.table_type(*ty).ok()).map(EntityType::Table),
                Kind::Memory => {
                    self.memories.get(index).and_then(|ty| same.memory_type(*ty).ok()).map(EntityType::Memory)
                }
                Kind::Global => {
                    self.globals.get(index).and_then(|ty| same.global_type(*ty).ok()).map(EntityType::Global)
                }
            };
            let Some(ty) = ty else {
                return refuse("the WebAssembly uses something that it does not hold");
            };
            imports.import(FROM, link.name(), ty);
            numbers.add(link.kind, link.index);
        }
        let mut functions = FunctionSection::new();
        for index in &self.moved {
            functions.function(self.type_of(*index)?);
            numbers.add(Kind::Function, *index);
        }
        let Some((start, _)) = self.exports.iter().find(|(_, name)| **name == entry) else {
            return refuse(format!("the WebAssembly does not export {entry}"));
        };
        let mut exports = ExportSection::new();
        exports.export(entry, ExportKind::Func, numbers.function_index(start.1)?);
        let mut elements = ElementSection::new();
        for (offset, slots) in &rest.slots {
            let slots: Vec<u32> = slots.iter().map(|index| numbers.function_index(*index)).collect::<Result<_, _>>()?;
            elements.active(None, &ConstExpr::i32_const(offset.cast_signed()), Elements::Functions(slots.into()));
        }
        let mut code = CodeSection::new();
        let mut names = NameMap::new();
        for (index, body) in self.functions().filter(|(index, _)| self.moved.contains(index)) {
            numbers.parse_function_body(&mut code, body.clone())?;
            names.append(numbers.function_index(index)?, self.name(index));
        }
        let mut data = DataSection::new();
        for (address, bytes) in &rest.data {
            data.active(0, &ConstExpr::i32_const(address.cast_signed()), bytes.iter().copied());
        }
        let mut section = NameSection::new();
        section.functions(&names);
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&exports);
        module.section(&elements).section(&code).section(&data).section(&section);
        if let Some(features) = self.features {
            module.section(&CustomSection { name: "target_features".into(), data: features.into() });
        }
        Ok(module.finish())
    }
}

/// Something of the first module that the second imports.
struct Link<'a> {
    kind: Kind,
    index: u32,
    /// The name under which it is exported anyway.
    exported: Option<&'a str>,
    /// The name that it gets otherwise.
    short: String,
}

impl Link<'_> {
    fn name(&self) -> &str {
        self.exported.unwrap_or(&self.short)
    }
}

/// What code uses, gathered by reading it.
#[derive(Default)]
struct Uses {
    functions: BTreeSet<u32>,
    tables: BTreeSet<u32>,
    globals: BTreeSet<u32>,
}

impl Reencode for Uses {
    type Error = Failure;

    fn function_index(&mut self, index: u32) -> Outcome<u32> {
        self.functions.insert(index);
        Ok(index)
    }

    fn table_index(&mut self, index: u32) -> Outcome<u32> {
        self.tables.insert(index);
        Ok(index)
    }

    fn global_index(&mut self, index: u32) -> Outcome<u32> {
        self.globals.insert(index);
        Ok(index)
    }
}

/// The numbers that things have in the second module.
#[derive(Default)]
struct Numbers(BTreeMap<Kind, BTreeMap<u32, u32>>);

impl Numbers {
    fn add(&mut self, kind: Kind, old: u32) {
        let known = self.0.entry(kind).or_default();
        let new = u32::try_from(known.len()).unwrap_or(u32::MAX);
        known.insert(old, new);
    }

    fn get(&self, kind: Kind, old: u32) -> Outcome<u32> {
        let new = self.0.get(&kind).and_then(|known| known.get(&old)).copied();
        new.map_or_else(|| refuse(format!("the simulator has no {kind:?} {old}")), Ok)
    }
}

impl Reencode for Numbers {
    type Error = Failure;

    fn function_index(&mut self, index: u32) -> Outcome<u32> {
        self.get(Kind::Function, index)
    }

    fn table_index(&mut self, index: u32) -> Outcome<u32> {
        self.get(Kind::Table, index)
    }

    fn global_index(&mut self, index: u32) -> Outcome<u32> {
        self.get(Kind::Global, index)
    }
}

/// What leaves the first module's table and data.
#[derive(Default)]
struct Rest {
    /// Runs of functions, each with its first place in the table.
    slots: Vec<(u32, Vec<u32>)>,
    /// Bytes, each run with its address.
    data: Vec<(u32, Vec<u8>)>,
}

/// Makes the first module.
struct Page<'a> {
    whole: &'a Whole<'a>,
    uses: &'a Uses,
    apart: &'a Apart,
    /// The index of the next function.
    next: u32,
    rest: Rest,
}

impl Reencode for Page<'_> {
    type Error = Failure;

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let index = self.next;
        self.next += 1;
        if self.whole.moved.contains(&index) {
            let mut stub = Function::new([]);
            stub.instruction(&Instruction::Unreachable).instruction(&Instruction::End);
            code.function(&stub);
            return Ok(());
        }
        utils::parse_function_body(self, code, body)
    }

    fn parse_export_section(
        &mut self,
        exports: &mut ExportSection,
        section: wasmparser::ExportSectionReader<'_>,
    ) -> Outcome {
        for export in section {
            let export = export?;
            if export.kind != ExternalKind::Func || !self.whole.moved.contains(&export.index) {
                self.parse_export(exports, export)?;
            }
        }
        for link in self.whole.links(self.uses).iter().filter(|link| link.exported.is_none()) {
            let kind = match link.kind {
                Kind::Function => ExportKind::Func,
                Kind::Table => ExportKind::Table,
                Kind::Memory => ExportKind::Memory,
                Kind::Global => ExportKind::Global,
            };
            exports.export(&link.short, kind, link.index);
        }
        Ok(())
    }

    fn parse_element(&mut self, elements: &mut ElementSection, element: Element<'_>) -> Outcome {
        let items: Vec<u32> = match element.items.clone() {
            ElementItems::Functions(functions) => functions.into_iter().collect::<Result<_, _>>()?,
            ElementItems::Expressions(..) => Vec::new(),
        };
        if !items.iter().any(|index| self.whole.moved.contains(index)) {
            return utils::parse_element(self, elements, element);
        }
        let ElementKind::Active { table_index, offset_expr } = &element.kind else {
            return refuse("a function of the simulator stands in a list that is no part of the table");
        };
        let (None | Some(0), Some(start)) = (*table_index, constant(offset_expr)?) else {
            return refuse("the table of functions begins at no fixed place");
        };
        let slots: Vec<(u32, u32)> = (start..).zip(items).collect();
        for run in slots.chunk_by(|(_, a), (_, b)| self.whole.moved.contains(a) == self.whole.moved.contains(b)) {
            let Some((place, first)) = run.first() else {
                continue;
            };
            let functions: Vec<u32> = run.iter().map(|(_, index)| *index).collect();
            if self.whole.moved.contains(first) {
                self.rest.slots.push((*place, functions));
            } else {
                let place = ConstExpr::i32_const(place.cast_signed());
                elements.active(None, &place, Elements::Functions(functions.into()));
            }
        }
        Ok(())
    }

    fn parse_data(&mut self, data: &mut DataSection, datum: Data<'_>) -> Outcome {
        let DataKind::Active { memory_index: 0, offset_expr } = &datum.kind else {
            return refuse("some data has no place in memory");
        };
        let Some(start) = constant(offset_expr)? else {
            return refuse("some data begins at no fixed place");
        };
        let mut bytes = datum.data.to_vec();
        for range in &self.apart.data {
            let (Some(from), Some(to)) = (range.start.checked_sub(start), range.end.checked_sub(start)) else {
                continue;
            };
            if let Some(part) = bytes.get_mut(from as usize..to as usize) {
                self.rest.data.push((range.start, part.to_vec()));
                part.fill(0);
            }
        }
        data.active(0, &ConstExpr::i32_const(start.cast_signed()), bytes);
        Ok(())
    }

    fn parse_custom_section(&mut self, module: &mut Module, section: wasmparser::CustomSectionReader<'_>) -> Outcome {
        // The linker's tables and what debuggers read speak of the module as it was.
        match section.as_known() {
            KnownCustom::Name(_) => utils::parse_custom_section(self, module, section),
            _ if section.name() == "target_features" => utils::parse_custom_section(self, module, section),
            _ => Ok(()),
        }
    }
}
