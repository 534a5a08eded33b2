//! A small program, linked by hand, is parted as it should be.

use super::{apart, part};
use std::borrow::Cow;
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, Encode, ExportKind, ExportSection,
    Function, FunctionSection, LinkingSection, MemorySection, MemoryType, Module, NameMap, NameSection, RefType,
    SymbolTable, TableSection, TableType, TypeSection,
};
use wasmparser::{Parser, Payload};

const ENTRIES: [&str; 2] = ["openViews", "openSimulator"];
/// As the linker names them.
const NAMES: [&str; 7] =
    ["draw", "shared", "openViews_4567", "view", "openSimulator_0123", "simulate", "shared_by_later"];

const DRAW: u32 = 0;
const SHARED: u32 = 1;
const OPEN_VIEWS: u32 = 2;
const VIEW: u32 = 3;
const OPEN: u32 = 4;
const SIMULATE: u32 = 5;
const SHARED_LATER: u32 = 6;
/// Symbols of data come after those of functions.
const DRAWN: u32 = 7;
const SIMULATED: u32 = 8;

/// `draw` uses `shared`; the first entry point uses `view`, and that `shared_by_later`; the second uses
/// `simulate`, through the table, and that uses `shared` and `shared_by_later`.
/// With `secret` one function also calls another, without the linker's knowing.
fn program(secret: Option<(u32, u32)>) -> Vec<u8> {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    for _ in NAMES {
        functions.function(0);
    }
    let mut tables = TableSection::new();
    tables.table(TableType {
        element_type: RefType::FUNCREF,
        table64: false,
        minimum: 3,
        maximum: None,
        shared: false,
    });
    let mut memories = MemorySection::new();
    memories.memory(MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None });
    let mut exports = ExportSection::new();
    exports.export("memory", ExportKind::Memory, 0).export("main", ExportKind::Func, DRAW);
    exports.export(ENTRIES[0], ExportKind::Func, OPEN_VIEWS).export(ENTRIES[1], ExportKind::Func, OPEN);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions(Cow::Borrowed(&[SHARED, SIMULATE])));
    let mut code = CodeSection::new();
    let mut places = Vec::new();
    let mut place = 1;
    let calls: [&[u32]; 7] = [&[SHARED], &[], &[VIEW], &[SHARED_LATER], &[], &[SHARED, SHARED_LATER], &[]];
    for (caller, called) in (0..).zip(calls) {
        let mut function = Function::new([]);
        let hidden = secret.filter(|(from, _)| *from == caller).map(|(_, to)| to);
        for index in called.iter().copied().chain(hidden) {
            function.instructions().call(index);
        }
        function.instructions().end();
        places.push(place + 1);
        place += 1 + u32::try_from(function.byte_len()).unwrap_or_default();
        code.function(&function);
    }
    let mut data = DataSection::new();
    data.active(0, &ConstExpr::i32_const(1024), *b"drawnsimulated");
    module.section(&types).section(&functions).section(&tables).section(&memories).section(&exports);
    module.section(&elements).section(&code).section(&data);

    let mut symbols = SymbolTable::new();
    let mut map = NameMap::new();
    for (index, name) in (0..).zip(NAMES) {
        symbols.function(0, index, Some(name));
        map.append(index, name);
    }
    for (name, offset, size) in [("DRAWN", 0, 5), ("SIMULATED", 5, 9)] {
        symbols.data(0, name, Some(wasm_encoder::DataSymbolDefinition { index: 0, offset, size }));
    }
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);
    // Function indexes in code (0), places in the table (1), addresses (3).
    let entries = [
        (DRAW, 0, SHARED),
        (DRAW, 3, DRAWN),
        (OPEN_VIEWS, 0, VIEW),
        (VIEW, 0, SHARED_LATER),
        (OPEN, 1, SIMULATE),
        (OPEN, 3, SIMULATED),
        (SIMULATE, 0, SHARED),
        (SIMULATE, 0, SHARED_LATER),
    ];
    let mut relocations = Vec::new();
    6_u32.encode(&mut relocations);
    u32::try_from(entries.len()).unwrap_or_default().encode(&mut relocations);
    for (source, kind, target) in entries {
        relocations.push(kind);
        places.get(source as usize).copied().unwrap_or_default().encode(&mut relocations);
        target.encode(&mut relocations);
        if kind == 3 {
            0_u32.encode(&mut relocations);
        }
    }
    let mut section = NameSection::new();
    section.functions(&map);
    module.section(&linking);
    module.section(&CustomSection { name: "reloc.CODE".into(), data: relocations.into() }).section(&section);
    module.finish()
}

/// What a module imports and exports, and its data.
fn outline(module: &[u8]) -> (Vec<String>, Vec<String>, Vec<Vec<u8>>) {
    let (mut imports, mut exports, mut data) = (Vec::new(), Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(module).flatten() {
        match payload {
            Payload::ImportSection(section) => {
                imports.extend(section.into_imports().flatten().map(|import| import.name.to_owned()));
            }
            Payload::ExportSection(section) => {
                exports.extend(section.into_iter().flatten().map(|export| export.name.to_owned()));
            }
            Payload::DataSection(section) => {
                data.extend(section.into_iter().flatten().map(|segment| segment.data.to_vec()));
            }
            _ => {}
        }
    }
    (imports, exports, data)
}

#[test]
fn what_only_an_entry_point_reaches_is_apart() {
    let found = apart(&program(None), &ENTRIES).unwrap_or_default();
    let functions: Vec<Vec<&str>> =
        found.iter().map(|part| part.functions.iter().map(String::as_str).collect()).collect();
    // What both later modules reach comes with the first of them.
    assert_eq!(functions, [vec!["openViews", "shared_by_later", "view"], vec!["openSimulator", "simulate"]]);
    let later = std::iter::once(1029..1038).collect();
    assert_eq!(found.iter().map(|part| part.data.clone()).collect::<Vec<_>>(), [Vec::new(), later]);
}

#[test]
fn a_program_without_relocations_is_refused() {
    assert!(apart(&Module::new().finish(), &ENTRIES).is_err());
    assert!(apart(&program(None), &["openNothing"]).is_err());
}

#[test]
fn later_modules_take_their_functions_and_data_from_the_first() -> Result<(), String> {
    let module = program(None);
    let parts = part(&bound(&module), &apart(&module, &ENTRIES)?, &ENTRIES)?;
    let outlines: Vec<_> = parts.iter().map(|part| outline(part)).collect();
    let [page, views, simulator] = outlines.as_slice() else {
        return Err(format!("{} modules", outlines.len()));
    };
    assert_eq!(page.1, ["memory", "main", "0", "2"]);
    assert_eq!(page.2, [b"drawn\0\0\0\0\0\0\0\0\0".to_vec()]);
    assert_eq!(views.0, ["memory", "2"]);
    assert_eq!(views.1, ["openViews", "1"]);
    assert_eq!(views.2, Vec::<Vec<u8>>::new());
    // `shared` is the page's, `shared_by_later` the views'.
    assert_eq!(simulator.0, ["0", "1", "memory", "2"]);
    assert_eq!(simulator.1, ["openSimulator"]);
    assert_eq!(simulator.2, [b"simulated".to_vec()]);
    Ok(())
}

#[test]
fn whoever_calls_what_comes_later_is_refused() {
    let found = apart(&program(None), &ENTRIES).unwrap_or_default();
    for (from, to) in [(DRAW, SIMULATE), (DRAW, VIEW), (VIEW, SIMULATE)] {
        let refused = part(&bound(&program(Some((from, to)))), &found, &ENTRIES).map(drop);
        let name = |function: u32| NAMES.get(function as usize).copied().unwrap_or_default();
        assert_eq!(refused, Err(format!("{} uses {}, which comes later", name(from), name(to))));
    }
}

/// The module with the names that wasm-bindgen gives: without digests. The section is the last.
fn bound(module: &[u8]) -> Vec<u8> {
    let kept = Parser::new(0).parse_all(module).flatten().find_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == "name" => Some(section.range().start),
        _ => None,
    });
    // Before the contents stand the section's number and its length in one byte.
    let kept = usize::try_from(kept.unwrap_or_default()).unwrap_or_default().saturating_sub(2);
    let mut map = NameMap::new();
    for (index, name) in (0..).zip(NAMES) {
        map.append(index, ENTRIES.into_iter().find(|entry| name.starts_with(entry)).unwrap_or(name));
    }
    let mut section = NameSection::new();
    section.functions(&map);
    let mut renamed = module.get(..kept).unwrap_or_default().to_vec();
    wasm_encoder::Section::append_to(&section, &mut renamed);
    renamed
}
