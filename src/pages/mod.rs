//! Pages about rules and facts, as Markdown: for `explain`, `rules`, `facts` and docs/.
//!
//! Everything here is made from rule files, schemas and audits. Writing files and colouring terminals is left to callers.

mod dump;
mod facts;
mod rule;

#[cfg(test)]
#[path = "pages_tests.rs"]
mod tests;

pub use dump::dump;
pub use facts::reference;
pub use rule::{index, page};
