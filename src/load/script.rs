//! Script parsing.

use crate::document::{Body, Problem};
use crate::text::Text;

/// A parsed Script.
#[derive(Debug, Clone, Default)]
pub struct Script {}

/// Parses `text`.
pub fn parse(_text: &Text) -> (Body, Vec<Problem>) {
    (Body::Script(Script::default()), Vec::new())
}
