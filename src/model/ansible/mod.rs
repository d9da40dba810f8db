//! What Ansible's files say: plays, roles, tasks and handlers.
//!
//! `walk` finds the tasks of one document with what they inherit; `args` reads a module's arguments in all of their
//! forms. What several documents mean together (the order of roles, notified handlers) is left to the other files here.

pub mod args;
pub mod docker;
pub mod files;
pub mod handlers;
pub mod library;
pub mod order;
mod secret_file;
pub mod secrets;
pub mod tasks;
pub mod walk;

use super::Model;
use library::Library;

/// Adds the facts of all Ansible documents.
pub fn build(model: &mut Model<'_>) {
    let library = Library::new(model.deployment);
    tasks::build(model, &library);
    files::build(model, &library);
    handlers::build(model, &library);
}
