//! Facts of subject `haproxy.timeout`: the timeouts of `HAProxy` that have no unit, which are milliseconds.

use crate::document::{Body, Document};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::syntax::conf::Grammar;

/// The fields of `haproxy.timeout`.
pub const SCHEMA: Schema = Schema {
    name: "haproxy.timeout",
    doc: "A timeout of HAProxy without a unit.",
    fields: &[
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "Which: `client`, `server`, `connect` …" },
        FieldSchema { name: "section", kind: FieldKind::Str, doc: "The kind of section that it stands in." },
        FieldSchema { name: "milliseconds", kind: FieldKind::Int, doc: "Its value." },
    ],
};

/// Adds them.
pub(super) fn build(model: &mut Model<'_>) {
    let documents: Vec<&Document> = model.deployment.documents.iter().map(AsRef::as_ref).collect();
    for document in documents {
        let Body::Conf(conf) = &document.body else { continue };
        if conf.grammar != Grammar::HaProxy {
            continue;
        }
        for section in &conf.directives {
            for line in section.block.iter().filter(|line| line.name() == "timeout") {
                let [name, value, ..] = line.arguments() else { continue };
                let (Some(kind), Some(Ok(number))) = (name.known(), value.known().map(str::parse::<i64>)) else {
                    continue;
                };
                let fact = Fact::new(Subject::HaProxyTimeout, value.place())
                    .with("name", kind)
                    .with("section", section.name())
                    .with("milliseconds", Field::derived(number));
                model.facts.add(fact);
            }
        }
    }
}
