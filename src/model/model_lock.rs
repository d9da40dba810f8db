//! Facts of subject `model_lock`: a variable that pins an agent to one model (`…_MODEL_LOCK_MODE`).
//!
//! The model itself is named by `…_MODEL` beside it. What the adapters do with both is theirs.

use super::Model;
use super::fact::{Fact, Field, FieldKind, Schema, Value, field};
use super::subject::Subject;
use crate::document::Body;
use crate::text::{Place, Text};
use crate::yaml::{Entry, Node};

/// How the name of such a variable ends.
const END: &str = "_MODEL_LOCK_MODE";

/// The fields of `model_lock`.
pub const SCHEMA: Schema = Schema {
    name: "model_lock",
    doc: "A variable that pins an agent to one model: `…_MODEL_LOCK_MODE` in a service's environment or an env file.",
    fields: &[
        field("name", FieldKind::Str, "The variable."),
        field("value", FieldKind::Str, "Its value."),
        field("service", FieldKind::Str, "The service; null in an env file."),
        field("model", FieldKind::Str, "The variable that names the model: `…_MODEL`."),
        field("model_set", FieldKind::Bool, "Whether the service has a model; null in an env file."),
        field(
            "shared_variable",
            FieldKind::Str,
            "The variable that the model comes from, where another service's model comes from it too.",
        ),
        field("shared_with", FieldKind::Str, "That other service."),
    ],
};

/// Adds the locks of all services and env files.
pub(crate) fn build(model: &mut Model<'_>) {
    let mut facts = Vec::new();
    for stack in &model.deployment.stacks {
        let services = stack.project.get("services").and_then(Node::map).unwrap_or(&[]);
        for entry in services {
            for variable in environment(entry) {
                facts.extend(of_service(services, entry, variable));
            }
        }
    }
    for document in &model.deployment.documents {
        let Body::Env(file) = &document.body else { continue };
        for line in file.set() {
            let (Some(name), Some(value)) = (line.key.known(), &line.value) else { continue };
            facts.extend(lock(name, value, line.key.place()));
        }
    }
    let mut seen = Vec::new();
    for fact in facts {
        // A file that several stacks read gives each lock once.
        if !seen.contains(&fact.place) {
            seen.push(fact.place.clone());
            model.facts.add(fact);
        }
    }
}

fn environment(service: &Entry) -> &[Entry] {
    service.value.get("environment").and_then(Node::map).unwrap_or(&[])
}

/// The fact of a lock; `None` for other variables and for empty values, which switch nothing.
fn lock(name: &str, value: &Text, key: Place) -> Option<Fact> {
    let prefix = name.strip_suffix(END)?;
    if value.known().is_some_and(|v| v.trim().is_empty()) {
        return None;
    }
    let place = if value.span().is_empty() { key } else { value.place() };
    let fact = Fact::new(Subject::ModelLock, place).with("name", name).with("value", Field::text(value));
    Some(fact.with("model", format!("{prefix}_MODEL")))
}

fn of_service(services: &[Entry], service: &Entry, variable: &Entry) -> Option<Fact> {
    let name = variable.key.known()?;
    let fact = lock(name, variable.value.text()?, variable.key.span().into())?;
    let model = format!("{}_MODEL", name.strip_suffix(END)?);
    let own = environment(service).iter().find(|e| e.key.known() == Some(&model));
    let text = own.and_then(|e| e.value.text());
    let fact = fact
        .with("service", service.key.text().map(Text::display))
        .with("model_set", own.is_some() && text.is_none_or(|t| t.known() != Some("")));
    let Some((text, (source, other))) = text.and_then(|t| Some((t, shared(services, service, t)?))) else {
        return Some(fact);
    };
    let with = other.key.text().map_or(Value::Null, |t| t.display().into());
    let place = other.value.get("environment").map_or_else(|| other.key.span(), Node::span);
    Some(
        fact.with("shared_variable", Field::at(source, text.place()))
            .with("shared_with", Field::at(with, place.into())),
    )
}

/// The variable that this model and another service's model come from.
fn shared<'s>(services: &'s [Entry], own: &Entry, text: &Text) -> Option<(String, &'s Entry)> {
    let names: Vec<String> = text.variables().iter().map(|v| v.name.clone()).collect();
    services.iter().filter(|s| s.key != own.key).find_map(|service| {
        let models = environment(service).iter().filter(|e| e.key.known().is_some_and(|k| k.ends_with("_MODEL")));
        let used: Vec<String> =
            models.filter_map(|e| e.value.text()).flat_map(|t| t.variables()).map(|v| v.name.clone()).collect();
        names.iter().find(|n| used.contains(n)).map(|n| (n.clone(), service))
    })
}
