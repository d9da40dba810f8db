//! deploylint audits the files that deploy AI agent gateways and container stacks.
//!
//! One way down: discover → load → expand → model → check → report. A stage uses only what stands above it in this
//! list.

pub mod source;
pub mod text;
pub mod yaml;

pub mod discover;
pub mod document;
pub mod load;

pub mod expand;

pub mod knowledge;
pub mod model;

pub mod finding;
