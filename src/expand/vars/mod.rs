//! Ansible's variables: where they are defined, which definition wins, and what its value is.
//!
//! `catalogue` collects the definitions of a tree, `scope` puts those that a file sees in Ansible's order and evaluates
//! them, `tasks`, `facts` and `plays` read what tasks and plays add, `callers` finds who runs a role, `worlds` tells hosts
//! and groups apart, `choices` what excludes each other. Evaluation itself is `jinja`'s; which files are expanded is `templates`' business.

mod callers;
mod catalogue;
pub(super) mod choices;
mod explain;
mod generator_defaults;
mod host_views;
pub(super) mod layout;
mod lookup;
mod owners;
mod plays;
mod scope;
pub(super) mod set_facts;
pub mod tasks;

pub use catalogue::Catalogue;
pub use explain::{Definition, Explanation};
pub use lookup::Lookup;
pub use owners::Owners;
pub use scope::{Entry, Layer, Rank, Scope};
