//! Facts of subject `credential`: secrets that are written out, as a value or as a default.
//!
//! `collect` looks where each format keeps values; names and values are judged by `secret`. A secret that is never
//! written out, but shows in a process table, is `command.argument`. No field ever holds the value.

mod collect;

use super::Model;
use super::command::Commands;
use super::fact::{Fact, FieldKind, FieldSchema, Schema};
use super::setting::{of_development, of_example, of_tests};
use super::subject::Subject;
use crate::text::Place;

const fn field(name: &'static str, kind: FieldKind, doc: &'static str) -> FieldSchema {
    FieldSchema { name, kind, doc }
}

/// The fields of `credential`.
pub const SCHEMA: Schema = Schema {
    name: "credential",
    doc: "A secret that is written out in a file of the deployment. Its value is in no field.",
    fields: &[
        field("name", FieldKind::Str, "The variable, key or option that holds it, or what its shape says."),
        field("by", FieldKind::Str, "How it was recognised: `name`, `shape` or `place` (a password in an address)."),
        field("kind", FieldKind::Str, "`literal`, or `default` where it stands only if nothing else is set."),
        field("weak", FieldKind::Bool, "Whether everybody can guess it: `changeme`, `postgres`."),
        field(
            "origin",
            FieldKind::Str,
            "`compose`, `litellm`, `openclaw`, `ansible`, `script`, `dockerfile`, `unit` or `env`.",
        ),
        field(
            "role_default",
            FieldKind::Bool,
            "Whether it is a default of an Ansible role, which inventories may replace.",
        ),
        field("test", FieldKind::Bool, "Whether the file belongs to tests, by its folder or name."),
        field(
            "development",
            FieldKind::Bool,
            "Whether the file is for a developer's own machine, by a word of its name or its folder.",
        ),
        field("example", FieldKind::Bool, "Whether the file shows how something is used, by its folder."),
        field("path", FieldKind::Str, "The file."),
    ],
};

/// A credential on its way to a fact.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub(super) place: Place,
    pub(super) name: String,
    pub(super) by: &'static str,
    pub(super) default: bool,
    pub(super) weak: bool,
    pub(super) origin: &'static str,
    pub(super) path: String,
}

/// Adds the facts; each place once.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    for found in collect::collect(model.deployment, commands) {
        let defaults = found.path.starts_with("defaults/") || found.path.contains("/defaults/");
        let role_default = found.origin == "ansible" && defaults;
        let fact = Fact::new(Subject::Credential, found.place)
            .with("name", found.name)
            .with("by", found.by)
            .with("kind", if found.default { "default" } else { "literal" })
            .with("weak", found.weak)
            .with("origin", found.origin)
            .with("role_default", role_default)
            .with("test", of_tests(&found.path))
            .with("development", of_development(&found.path))
            .with("example", of_example(&found.path))
            .with("path", found.path);
        model.facts.add(fact);
    }
}

#[cfg(test)]
#[path = "credential_tests.rs"]
mod tests;
