//! A small program, linked by hand, is parted as it should be.

use super::{ENTRY, apart, part};
use std::borrow::Cow;
use wasm_encoder::{
    CodeSection, ConstExpr, CustomSection, DataSection, ElementSection, Elements, Encode, ExportKind, ExportSection,
    Function, FunctionSection, LinkingSection, MemorySection, MemoryType, Module, NameMap, NameSection, RefType,
    SymbolTable, TableSection, TableType, TypeSection,
};
use wasmparser::{Parser, Payload};

const DRAW: u32 = 0;
const SHARED: u32 = 1;
const OPEN: u32 = 2;
const SIMULATE: u32 = 3;
/// Symbols of data come after those of functions.
const DRAWN: u32 = 4;
const SIMULATED: u32 = 5;

/// `draw` uses `shared`; the entry point uses `simulate`, through the table, and that uses `shared`.
/// With `secret` `draw` also calls `simulate`, without the linker's knowing.
fn program(secret: bool) -> Vec<u8> {
    let mut module = Module::new();
    let mut types = TypeSection::new();
    types.ty().function([], []);
    let mut functions = FunctionSection::new();
    for _ in 0..4 {
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
    exports.export(ENTRY, ExportKind::Func, OPEN);
    let mut elements = ElementSection::new();
    elements.active(None, &ConstExpr::i32_const(1), Elements::Functions(Cow::Borrowed(&[SHARED, SIMULATE])));
    let mut code = CodeSection::new();
    let mut places = Vec::new();
    let mut place = 1;
    for called in [&[SHARED, SIMULATE][..if secret { 2 } else { 1 }], &[], &[], &[SHARED]] {
        let mut function = Function::new([]);
        for index in called {
            function.instructions().call(*index);
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

    let names = ["draw", "shared", "openSimulator_0123", "simulate"];
    let mut symbols = SymbolTable::new();
    let mut map = NameMap::new();
    for (index, name) in (0..).zip(names) {
        symbols.function(0, index, Some(name));
        map.append(index, name);
    }
    for (name, offset, size) in [("DRAWN", 0, 5), ("SIMULATED", 5, 9)] {
        symbols.data(0, name, Some(wasm_encoder::DataSymbolDefinition { index: 0, offset, size }));
    }
    let mut linking = LinkingSection::new();
    linking.symbol_table(&symbols);
    // Function indexes in code (0), places in the table (1), addresses (3).
    let entries =
        [(DRAW, 0, SHARED), (DRAW, 3, DRAWN), (OPEN, 1, SIMULATE), (OPEN, 3, SIMULATED), (SIMULATE, 0, SHARED)];
    let mut relocations = Vec::new();
    6_u32.encode(&mut relocations);
    5_u32.encode(&mut relocations);
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
fn what_only_the_entry_point_reaches_is_apart() {
    let found = apart(&program(false), ENTRY).unwrap_or_default();
    assert_eq!(found.functions.iter().collect::<Vec<_>>(), [ENTRY, "simulate"]);
    assert_eq!(found.data.as_slice(), std::slice::from_ref(&(1029..1038)));
}

#[test]
fn a_program_without_relocations_is_refused() {
    assert!(apart(&Module::new().finish(), ENTRY).is_err());
    assert!(apart(&program(false), "openNothing").is_err());
}

#[test]
fn the_second_module_takes_its_functions_and_data_from_the_first() -> Result<(), String> {
    // wasm-bindgen takes the digest off the entry point's name.
    let module = program(false);
    let bound = rename(&module, "openSimulator_0123", ENTRY);
    let parts = part(&bound, &apart(&module, ENTRY)?, ENTRY)?;
    let (_, exports, data) = outline(&parts.page);
    assert_eq!(exports, ["memory", "main", "0", "2"]);
    assert_eq!(data, [b"drawn\0\0\0\0\0\0\0\0\0".to_vec()]);
    let (imports, exports, data) = outline(&parts.simulator);
    assert_eq!(imports, ["0", "memory", "2"]);
    assert_eq!(exports, [ENTRY]);
    assert_eq!(data, [b"simulated".to_vec()]);
    Ok(())
}

#[test]
fn a_page_that_calls_the_simulator_is_refused() {
    let found = apart(&program(false), ENTRY).unwrap_or_default();
    let refused = part(&program(true), &found, ENTRY).map(drop);
    assert_eq!(refused, Err("draw of the page uses simulate of the simulator".into()));
}

/// The module with another name in its name section, of which it is the last part.
fn rename(module: &[u8], old: &str, new: &str) -> Vec<u8> {
    let kept = Parser::new(0).parse_all(module).flatten().find_map(|payload| match payload {
        Payload::CustomSection(section) if section.name() == "name" => Some(section.range().start),
        _ => None,
    });
    // Before the contents stand the section's number and its length in one byte.
    let kept = usize::try_from(kept.unwrap_or_default()).unwrap_or_default().saturating_sub(2);
    let mut map = NameMap::new();
    for (index, name) in (0..).zip(["draw", "shared", old, "simulate"]) {
        map.append(index, if name == old { new } else { name });
    }
    let mut section = NameSection::new();
    section.functions(&map);
    let mut renamed = module.get(..kept).unwrap_or_default().to_vec();
    wasm_encoder::Section::append_to(&section, &mut renamed);
    renamed
}
