//! Stub.
use std::rc::Rc;
use super::tools::Flow;
/// `awk`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Awk { /// s
 pub status: i32 }
impl Awk {
    /// x
    pub fn new(_rest: &[Rc<str>]) -> Result<(Awk, Vec<Rc<str>>), String> { Err("not simulated".into()) }
    /// x
    pub fn begin(&mut self, _out: &mut String) -> Flow { Flow::More }
    /// x
    pub fn line(&mut self, _l: &str, _out: &mut String) -> Flow { Flow::More }
    /// x
    pub fn finish(&mut self, _out: &mut String) -> i32 { 0 }
}
