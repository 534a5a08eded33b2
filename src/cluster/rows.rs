//! The store's table: rows by number, in shared chunks, so that a copy of a large cluster costs a
//! few hundred references and not one for each object.

use super::Oid;
use crate::api::Object;
use std::rc::Rc;

const CHUNK: usize = 256;

/// One place of the store.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    pub object: Option<Object>,
    /// The object that owns this one as its controller.
    pub owner: Option<Oid>,
}

/// All rows, in the order of creation.
#[derive(Debug, Clone, Default)]
pub(super) struct Rows {
    chunks: Vec<Rc<Vec<Row>>>,
    len: usize,
}

impl Rows {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn get(&self, oid: Oid) -> Option<&Row> {
        let number = oid.0 as usize;
        self.chunks.get(number / CHUNK)?.get(number % CHUNK)
    }

    pub(super) fn get_mut(&mut self, oid: Oid) -> Option<&mut Row> {
        let number = oid.0 as usize;
        Rc::make_mut(self.chunks.get_mut(number / CHUNK)?).get_mut(number % CHUNK)
    }

    pub(super) fn push(&mut self, row: Row) {
        if self.len.is_multiple_of(CHUNK) {
            self.chunks.push(Rc::new(Vec::with_capacity(CHUNK)));
        }
        if let Some(chunk) = self.chunks.last_mut() {
            Rc::make_mut(chunk).push(row);
            self.len += 1;
        }
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (Oid, &Row)> {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).zip(0_u32..).map(|(row, number)| (Oid(number), row))
    }
}
