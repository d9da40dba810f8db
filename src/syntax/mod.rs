//! The grammars of everything but YAML: a [`Text`](crate::text::Text) becomes a tree whose every part keeps its place.
//!
//! A parser knows its grammar and nothing else: not which file the text is from, nor what it is for.

pub mod conf;
pub mod dockerfile;
pub mod env_file;
pub mod inventory;
pub mod json5;
pub mod markdown;
pub mod script;
mod substitute;
pub mod unit;
pub mod ytt;
