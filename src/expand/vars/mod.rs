//! Ansible's variables: where they are defined, which definition wins, and what its value is.
//!
//! `catalogue` collects the definitions of a tree, `scope` puts those that a file sees in Ansible's order and evaluates
//! them, `tasks` reads what tasks add. Evaluation itself is `jinja`'s; which files are expanded is `templates`' business.

mod catalogue;
mod explain;
pub(super) mod layout;
mod lookup;
mod scope;
pub mod tasks;
mod worlds;

pub use catalogue::Catalogue;
pub use explain::{Definition, Explanation};
pub use lookup::Lookup;
pub use scope::{Entry, Layer, Rank, Scope};
