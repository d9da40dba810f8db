//! JSON and JSON5 as nodes.

use crate::document::{Body, Problem};
use crate::text::Text;

/// Parses `text`.
pub fn parse(_text: &Text) -> (Body, Vec<Problem>) {
    (Body::Lines, Vec::new())
}
