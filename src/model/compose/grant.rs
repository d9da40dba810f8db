//! Facts of subject `compose.grant`: the secrets and configs that a service is given.

use super::read::{list, place, scalar};
use crate::expand::Stack;
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::yaml::Node;

/// The fields of `compose.grant`.
pub const SCHEMA: Schema = Schema {
    name: "compose.grant",
    doc: "A secret or a config that a service is given.",
    fields: &[
        field("name", FieldKind::Str, "The secret's or the config's name."),
        field("kind", FieldKind::OneOf(&["secret", "config"]), "Which of the two."),
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("origin", FieldKind::OneOf(&["file", "environment", "content", "external"]), "Where it comes from."),
        field("target", FieldKind::Str, "The path in the container."),
        field(
            "ownership",
            FieldKind::List(&FieldKind::OneOf(&["uid", "gid", "mode"])),
            "Those of `uid`, `gid` and `mode` that the service writes.",
        ),
        field("uid", FieldKind::Str, "The owner that is asked for."),
    ],
};

pub(super) fn build(model: &mut Model<'_>, (service, stack): (FactId, FactId), project: &Stack, node: &Node) {
    for (section, kind) in [("secrets", "secret"), ("configs", "config")] {
        for grant in node.get(section).and_then(Node::seq).unwrap_or_default() {
            let Some(source) = grant.get("source") else { continue };
            let definition = source.known().and_then(|name| project.project.path(&[section, name]));
            let target = grant.get("target").filter(|n| !n.is_null());
            let path = match target.map(|t| (t, t.known())) {
                Some((_, Some(path))) if kind == "secret" && !path.starts_with('/') => {
                    Field::derived(format!("/run/secrets/{path}"))
                }
                Some((node, _)) => scalar(Some(node)),
                None => Field::derived(source.known().map(|name| format!("/{name}"))),
            };
            let written = ["uid", "gid", "mode"].into_iter().filter_map(|key| {
                let value = grant.get(key).filter(|n| !n.is_null())?;
                Some(Field::at(key, place(value)))
            });
            let fact = Fact::new(Subject::Grant, place(grant))
                .with("name", scalar(Some(source)))
                .with("kind", kind)
                .with("service", service)
                .with("stack", stack)
                .with("origin", origin(definition))
                .with("target", path)
                .with("ownership", written.collect::<Vec<_>>())
                .with("uid", list_first(grant.get("uid")));
            model.facts.add(fact);
        }
    }
}

fn list_first(node: Option<&Node>) -> Field {
    match list(node) {
        Field { value: Value::List(items), .. } => items.into_iter().next().unwrap_or(Field::derived(Value::Null)),
        field => field,
    }
}

fn origin(definition: Option<&Node>) -> Field {
    let unknown = || Field::derived(Value::Unknown("where it comes from is not known".to_owned()));
    let Some(definition) = definition else { return unknown() };
    let keys = ["file", "environment", "content", "external"];
    let found = keys.into_iter().find_map(|key| Some((key, definition.get(key).filter(|n| !n.is_null())?)));
    match found {
        Some((key, value)) => Field::at(key, place(value)),
        None => unknown(),
    }
}
