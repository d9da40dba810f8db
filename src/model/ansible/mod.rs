//! What Ansible's files say: plays, roles, tasks and handlers.
//!
//! The tasks of one document and the arguments of their modules are `crate::ansible`'s; here is what several documents
//! mean together (the order of roles, notified handlers), and the facts.

mod applied;
pub mod docker;
mod environment;
pub mod expressions;
pub mod files;
pub mod handlers;
pub mod library;
mod modules;
pub mod notify;
pub mod number;
pub mod order;
mod private;
mod secret_file;
pub mod secrets;
pub mod sources;
pub mod tasks;
mod template;
mod undefined;

use super::Model;
use library::Library;

/// Adds the facts of all Ansible documents.
pub fn build(model: &mut Model<'_>) {
    let library = Library::new(model.deployment);
    tasks::build(model, &library);
    files::build(model, &library);
    handlers::build(model, &library);
    notify::build(model, &library);
    number::build(model);
    expressions::build(model, &library);
    undefined::build(model, &library);
    environment::build(model, &library);
    sources::build(model, &library);
}

#[cfg(test)]
mod spellings_tests;
