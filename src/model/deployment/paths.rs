//! Facts of subject `deployment.path`: a host path that a project spells out several times.

use indexmap::IndexMap;

use super::View;
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, Value, field};
use crate::model::mount::host_class;
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::{PieceKind, Text};

/// The fields of `deployment.path`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.path",
    doc: "A directory of the host that a project's mounts spell out, in literals and in defaults of variables.",
    fields: &[
        field("path", FieldKind::Str, "The path, at its first place."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("count", FieldKind::Int, "In how many places it is spelled out."),
        field("others", FieldKind::List(&FieldKind::Str), "The other places."),
    ],
};

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>) {
    let mut places: IndexMap<String, Vec<Span>> = IndexMap::new();
    for service in &view.services {
        for mount in service.mounts().iter().filter(|m| m.kind == "bind") {
            let Some(source) = mount.source else { continue };
            if let Some((path, span)) = spelled(source) {
                let spans = places.entry(path).or_default();
                if !spans.contains(&span) {
                    spans.push(span);
                }
            }
        }
    }
    for (path, spans) in places {
        let Some((first, others)) = spans.split_first() else { continue };
        let others: Vec<Field> = others.iter().map(|s| Field::at(path.as_str(), (*s).into())).collect();
        let fact = Fact::new(Subject::DeploymentPath, (*first).into())
            .with("path", Field::at(path.as_str(), (*first).into()))
            .with("stack", view.id)
            .with("count", spans.len())
            .with("others", Value::List(others));
        model.facts.add(fact);
    }
}

/// An absolute path that is written out here, as a literal or as one default; not one that a variable holds.
fn spelled(source: &Text) -> Option<(String, Span)> {
    let path = source.known()?;
    let own = path.starts_with('/') && path.matches('/').count() > 1 && host_class(path) == "other";
    let written = source.is_literal()
        || matches!(source.pieces(), [piece] if matches!(&piece.kind, PieceKind::Variable(v)
            if v.provenance == crate::text::Provenance::Default && v.value.as_ref().is_some_and(Text::is_literal)));
    (own && written).then(|| (path.trim_end_matches('/').to_owned(), source.span()))
}
