//! `EnvFile` parsing.

use crate::document::{Body, Problem};
use crate::text::Text;

/// A parsed `EnvFile`.
#[derive(Debug, Clone, Default)]
pub struct EnvFile {}

/// Parses `text`.
pub fn parse(_text: &Text) -> (Body, Vec<Problem>) {
    (Body::Env(EnvFile::default()), Vec::new())
}
