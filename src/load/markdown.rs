//! Markdown parsing.

use crate::document::{Body, Problem};
use crate::text::Text;

/// A parsed Markdown.
#[derive(Debug, Clone, Default)]
pub struct Markdown {}

/// Parses `text`.
pub fn parse(_text: &Text) -> (Body, Vec<Problem>) {
    (Body::Markdown(Markdown::default()), Vec::new())
}
