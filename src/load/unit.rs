//! Unit parsing.

use crate::document::{Body, Problem};
use crate::text::Text;

/// A parsed Unit.
#[derive(Debug, Clone, Default)]
pub struct Unit {}

/// Parses `text`.
pub fn parse(_text: &Text) -> (Body, Vec<Problem>) {
    (Body::Unit(Unit::default()), Vec::new())
}
