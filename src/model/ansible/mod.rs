//! What Ansible's files say: plays, roles, tasks and handlers.
//!
//! `walk` finds the tasks of one document with what they inherit; `args` reads a module's arguments in all of their
//! forms. What several documents mean together (the order of roles, notified handlers) is left to the other files here.

pub mod args;
pub mod walk;
