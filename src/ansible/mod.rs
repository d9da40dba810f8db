//! What Ansible's files say by themselves: the tasks of a document, and the arguments of their modules in every spelling.
//!
//! `expand` reads variables and destinations here, `model` reads everything else: one reader, so that a spelling is known
//! to both or to none. What several documents mean together is left to them.

pub mod args;
pub mod walk;
