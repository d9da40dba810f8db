//! Facts of subject `ansible.expression`, kind `env-type`: values of `docker_container`'s `env` that are no texts, which the module
//! refuses.
//!
//! A variable that is all of a value keeps its type: one that a defaults file makes `false` is no text either.

use super::library::Library;
use crate::expand::Deployment;
use crate::model::Model;
use crate::model::fact::{Fact, Field};
use crate::model::subject::Subject;
use crate::text::{PieceKind, Place, Provenance, Syntax, Text};
use crate::yaml::{Entry, Node, Resolved, Scalar, Schema, Style};

/// Adds the facts.
pub(super) fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let mut found = Vec::new();
    for (id, task) in library.tasks() {
        let Some(document) = library.files.get(id.file).map(|f| f.document) else { continue };
        if task.module_name() != "docker_container" {
            continue;
        }
        let env = task.arg("env");
        for entry in env.as_ref().and_then(Node::map).unwrap_or(&[]) {
            let Some((text, defined)) = no_text(model.deployment, entry) else { continue };
            let fact = Fact::new(Subject::AnsibleExpression, text.place())
                .with("kind", "env-type")
                .with("name", Field::text(&entry.key.text().cloned().unwrap_or_else(|| text.clone())))
                .with("path", document.path.as_str());
            found.push(match defined {
                Some((name, place)) => fact.with("nearest", Field::at(name, place)),
                None => fact,
            });
        }
    }
    for fact in found {
        model.facts.add(fact);
    }
}

/// The value of an entry, or the key of an empty one, where it is no text: with the variable that it is, at its definition.
fn no_text<'e>(deployment: &Deployment, entry: &'e Entry) -> Option<(&'e Text, Option<(String, Place)>)> {
    let scalar = entry.value.scalar().filter(|_| entry.value.tag().is_none())?;
    if scalar.style == Style::Plain && scalar.text.is_literal() {
        return match scalar.resolve(Schema::Python) {
            Some(Resolved::Null) => Some((entry.key.text()?, None)),
            _ => typed(scalar).then_some((&scalar.text, None)),
        };
    }
    let [piece] = scalar.text.pieces() else { return None };
    let PieceKind::Variable(variable) = &piece.kind else { return None };
    let value = variable.value.as_ref().filter(|v| v.is_literal())?;
    let alone =
        variable.syntax == Syntax::Jinja && variable.provenance == Provenance::Defined && variable.names.len() == 1;
    let written = slice(deployment, piece.span)?;
    let inside = written.strip_prefix("{{")?.strip_suffix("}}")?.trim_matches(['-', ' ']);
    if !alone || inside != variable.name {
        return None;
    }
    // A text in quotes is one, whatever it holds.
    let span = value.span();
    let before = span
        .start
        .checked_sub(1)
        .and_then(|start| slice(deployment, crate::source::Span { start, end: span.start, ..span }));
    let quoted = |text: &str| text.starts_with(['"', '\'']);
    if before.is_some_and(quoted) || slice(deployment, span).is_none_or(quoted) {
        return None;
    }
    typed(&Scalar { text: value.clone(), style: Style::Plain })
        .then(|| (&scalar.text, Some((variable.name.clone(), value.place()))))
}

/// Whether YAML reads a plain scalar as a number or a switch.
fn typed(scalar: &Scalar) -> bool {
    matches!(scalar.resolve(Schema::Python), Some(Resolved::Bool(_) | Resolved::Int(_) | Resolved::Float(_)))
}

fn slice(deployment: &Deployment, span: crate::source::Span) -> Option<&str> {
    let document = deployment.documents.iter().find(|d| d.source == span.source && !d.template)?;
    document.text.value().get(span.start as usize..span.end as usize)
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    #[test]
    fn values_that_are_no_texts() {
        let tasks = "- name: Start\n  community.docker.docker_container:\n    name: app\n    image: example/app:1\n    env:\n      A: true\n      B: \"true\"\n      C: \"{{ app_open }}\"\n      D: \"{{ app_open | string }}\"\n      E: \"{{ app_port }}\"\n      F: 8080\n      G: \"{{ app_name }}-x\"\n      H:\n      I: null\n      J: \"\"\n";
        let defaults = "app_open: false\napp_port: '80'\napp_name: 1\n";
        let facts = facts_of(&[("roles/app/tasks/main.yml", tasks), ("roles/app/defaults/main.yml", defaults)]);
        let text = |id, name| match facts.get(id).field(name).map(|f| f.value.clone()) {
            Some(Value::Str(text)) => text,
            _ => String::new(),
        };
        let all = facts.of(Subject::AnsibleExpression).into_iter().filter(|id| text(*id, "kind") == "env-type");
        assert_eq!(all.map(|id| text(id, "name")).collect::<Vec<_>>(), ["A", "C", "F", "H", "I"]);
    }
}
