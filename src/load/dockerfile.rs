//! Dockerfile parsing.

use crate::document::{Body, Problem};
use crate::text::Text;

/// A parsed Dockerfile.
#[derive(Debug, Clone, Default)]
pub struct Dockerfile {}

/// Parses `text`.
pub fn parse(_text: &Text) -> (Body, Vec<Problem>) {
    (Body::Dockerfile(Dockerfile::default()), Vec::new())
}
