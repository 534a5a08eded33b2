//! Moves functions and data of one module into others that live on the first's memory.
//!
//! In the first module a moved function becomes a stub that nothing calls, and moved data becomes
//! zeros: wasm-opt, which runs afterwards, drops both. Nothing is renumbered there. Each later
//! module imports what it uses of those before it and keeps its own.

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

/// The name under which later modules import from those before: `static/start.js` gives it.
const FROM: &str = "page";

/// The number of the page among the modules.
const PAGE: usize = 0;

type Outcome<T = ()> = Result<T, Error<Failure>>;

/// What is told of a module that cannot be parted.
fn refuse<T>(why: impl Into<Failure>) -> Outcome<T> {
    Err(Error::UserError(why.into()))
}

/// Parts a module with wasm-bindgen's changes in it: the page, then a module for each entry point,
/// which exports it.
pub fn part(module: &[u8], apart: &[Apart], entries: &[&str]) -> Result<Vec<Vec<u8>>, Failure> {
    let parted = || -> Outcome<Vec<Vec<u8>>> {
        let whole = Whole::read(module, apart)?;
        let uses = whole.uses(entries.len() + 1)?;
        let links = whole.links(&uses);
        let rest = entries.iter().map(|_| Rest::default()).collect();
        let mut page = Page { whole: &whole, links: &links, apart, next: whole.imported, rest };
        let mut first = Module::new();
        page.parse_core_module(&mut first, Parser::new(0), module)?;
        let mut modules = vec![first.finish()];
        for (entry, rest) in entries.iter().zip(&page.rest) {
            modules.push(whole.later(modules.len(), &uses, &links, rest, entry)?);
        }
        Ok(modules)
    };
    parted().map_err(|error| match error {
        Error::UserError(why) => why,
        error => format!("cannot part the WebAssembly: {error}"),
    })
}

/// What the modules are made of.
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
    /// The functions that move, with the number of their module.
    moved: BTreeMap<u32, usize>,
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
    fn read(module: &'a [u8], apart: &[Apart]) -> Outcome<Self> {
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
        for (number, apart) in (PAGE + 1..).zip(apart) {
            let defined = whole.names.iter().filter(|(index, _)| **index >= whole.imported);
            let moved = defined.filter(|(_, name)| apart.functions.contains(**name));
            whole.moved.extend(moved.map(|(index, _)| (*index, number)));
        }
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

    /// The number of the module that holds a function.
    fn home(&self, function: u32) -> usize {
        self.moved.get(&function).copied().unwrap_or(PAGE)
    }

    /// What each module uses of those before it; and that it uses nothing of those after it.
    fn uses(&self, modules: usize) -> Outcome<Vec<Uses>> {
        let mut all: Vec<Uses> = (0..modules).map(|_| Uses::default()).collect();
        for (index, body) in self.functions() {
            let mut uses = Uses::default();
            uses.parse_function_body(&mut CodeSection::new(), body.clone())?;
            let home = self.home(index);
            if let Some(called) = uses.functions.iter().find(|called| self.home(**called) > home) {
                return refuse(format!("{} uses {}, which comes later", self.name(index), self.name(*called)));
            }
            if let Some(all) = all.get_mut(home).filter(|_| home != PAGE) {
                all.functions.extend(uses.functions.into_iter().filter(|called| self.home(*called) < home));
                all.tables.extend(uses.tables);
                all.globals.extend(uses.globals);
                // It fills its places of the table.
                all.tables.insert(0);
            }
        }
        Ok(all)
    }

    fn name(&self, index: u32) -> &str {
        self.names.get(&index).copied().unwrap_or("a function without a name")
    }

    /// Everything that a module imports, with the name under which another exports it.
    fn links(&self, uses: &[Uses]) -> BTreeMap<(Kind, u32), Link<'a>> {
        let all: BTreeSet<(Kind, u32)> = uses.iter().flat_map(|uses| self.keys(uses)).collect();
        let link = |(at, key): (usize, (Kind, u32))| {
            let home = if key.0 == Kind::Function { self.home(key.1) } else { PAGE };
            (key, Link { home, exported: self.exports.get(&key).copied(), short: format!("{at:x}") })
        };
        all.into_iter().enumerate().map(link).collect()
    }

    /// All that is used, and memory in any case.
    fn keys(&self, uses: &Uses) -> impl Iterator<Item = (Kind, u32)> {
        let all = uses.functions.iter().map(|index| (Kind::Function, *index));
        let all = all.chain((0_u32..).zip(&self.memories).map(|(index, _)| (Kind::Memory, index)));
        let all = all.chain(uses.tables.iter().map(|index| (Kind::Table, *index)));
        all.chain(uses.globals.iter().map(|index| (Kind::Global, *index)))
    }

    fn type_of(&self, function: u32) -> Outcome<u32> {
        self.type_of.get(function as usize).copied().map_or_else(|| refuse("a function has no type"), Ok)
    }

    /// A later module, by its number.
    fn later(
        &self,
        number: usize,
        uses: &[Uses],
        links: &BTreeMap<(Kind, u32), Link<'a>>,
        rest: &Rest,
        entry: &str,
    ) -> Outcome<Vec<u8>> {
        let mut same = RoundtripReencoder;
        let mut types = TypeSection::new();
        if let Some(section) = self.types.clone() {
            let done = same.parse_type_section(&mut types, section);
            done.map_err(|error| Error::UserError(error.to_string()))?;
        }
        let mut imports = ImportSection::new();
        let mut numbers = Numbers::default();
        for key in uses.get(number).into_iter().flat_map(|uses| self.keys(uses)) {
            let (kind, index) = key;
            let at = index as usize;
            let ty = match kind {
                Kind::Function => Some(EntityType::Function(self.type_of(index)?)),
                Kind::Table => self.tables.get(at).and_then(|ty| same.table_type(*ty).ok()).map(EntityType::Table),
                Kind::Memory => self.memories.get(at).and_then(|ty| same.memory_type(*ty).ok()).map(EntityType::Memory),
                Kind::Global => self.globals.get(at).and_then(|ty| same.global_type(*ty).ok()).map(EntityType::Global),
            };
            let (Some(ty), Some(link)) = (ty, links.get(&key)) else {
                return refuse("the WebAssembly uses something that it does not hold");
            };
            imports.import(FROM, link.name(), ty);
            numbers.add(kind, index);
        }
        let own = || self.moved.iter().filter(|(_, home)| **home == number).map(|(index, _)| *index);
        let mut functions = FunctionSection::new();
        for index in own() {
            functions.function(self.type_of(index)?);
            numbers.add(Kind::Function, index);
        }
        let Some((start, _)) = self.exports.iter().find(|(_, name)| **name == entry) else {
            return refuse(format!("the WebAssembly does not export {entry}"));
        };
        let mut exports = ExportSection::new();
        exports.export(entry, ExportKind::Func, numbers.function_index(start.1)?);
        for ((_, index), link) in links.iter().filter(|(_, link)| link.home == number && link.exported.is_none()) {
            exports.export(link.name(), ExportKind::Func, numbers.function_index(*index)?);
        }
        let mut elements = ElementSection::new();
        for (offset, slots) in &rest.slots {
            let slots: Vec<u32> = slots.iter().map(|index| numbers.function_index(*index)).collect::<Result<_, _>>()?;
            elements.active(None, &ConstExpr::i32_const(offset.cast_signed()), Elements::Functions(slots.into()));
        }
        let mut code = CodeSection::new();
        let mut names = NameMap::new();
        for (index, body) in self.functions().filter(|(index, _)| self.home(*index) == number) {
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

/// Something of one module that another imports.
struct Link<'a> {
    /// The number of the module that has it.
    home: usize,
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

/// The numbers that things have in a later module.
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
        new.map_or_else(|| refuse(format!("a later module has no {kind:?} {old}")), Ok)
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

/// What leaves the first module's table and data for a later one.
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
    links: &'a BTreeMap<(Kind, u32), Link<'a>>,
    apart: &'a [Apart],
    /// The index of the next function.
    next: u32,
    /// For each later module, in order.
    rest: Vec<Rest>,
}

impl Reencode for Page<'_> {
    type Error = Failure;

    fn parse_function_body(&mut self, code: &mut CodeSection, body: FunctionBody<'_>) -> Outcome {
        let index = self.next;
        self.next += 1;
        if self.whole.home(index) != PAGE {
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
            if export.kind != ExternalKind::Func || self.whole.home(export.index) == PAGE {
                self.parse_export(exports, export)?;
            }
        }
        for ((kind, index), link) in self.links {
            let kind = match kind {
                Kind::Function => ExportKind::Func,
                Kind::Table => ExportKind::Table,
                Kind::Memory => ExportKind::Memory,
                Kind::Global => ExportKind::Global,
            };
            if link.home == PAGE && link.exported.is_none() {
                exports.export(&link.short, kind, *index);
            }
        }
        Ok(())
    }

    fn parse_element(&mut self, elements: &mut ElementSection, element: Element<'_>) -> Outcome {
        let items: Vec<u32> = match element.items.clone() {
            ElementItems::Functions(functions) => functions.into_iter().collect::<Result<_, _>>()?,
            ElementItems::Expressions(..) => Vec::new(),
        };
        if items.iter().all(|index| self.whole.home(*index) == PAGE) {
            return utils::parse_element(self, elements, element);
        }
        let ElementKind::Active { table_index, offset_expr } = &element.kind else {
            return refuse("a function of a later module stands in a list that is no part of the table");
        };
        let (None | Some(0), Some(start)) = (*table_index, constant(offset_expr)?) else {
            return refuse("the table of functions begins at no fixed place");
        };
        let slots: Vec<(u32, u32)> = (start..).zip(items).collect();
        for run in slots.chunk_by(|(_, a), (_, b)| self.whole.home(*a) == self.whole.home(*b)) {
            let Some((place, first)) = run.first() else {
                continue;
            };
            let functions: Vec<u32> = run.iter().map(|(_, index)| *index).collect();
            let later = self.whole.home(*first).checked_sub(PAGE + 1);
            if let Some(rest) = later.and_then(|later| self.rest.get_mut(later)) {
                rest.slots.push((*place, functions));
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
        for (apart, rest) in self.apart.iter().zip(&mut self.rest) {
            for range in &apart.data {
                let (Some(from), Some(to)) = (range.start.checked_sub(start), range.end.checked_sub(start)) else {
                    continue;
                };
                if let Some(part) = bytes.get_mut(from as usize..to as usize) {
                    rest.data.push((range.start, part.to_vec()));
                    part.fill(0);
                }
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
