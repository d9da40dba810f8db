//! Facts of subject `problem`: what `load` and `expand` found wrong with files themselves.

use super::Model;
use super::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use super::subject::Subject;
use crate::problem::{Problem, ProblemKind};

/// The fields of `problem`.
pub const SCHEMA: Schema = Schema {
    name: "problem",
    doc: "Something wrong with a file itself, found while reading it.",
    fields: &[
        FieldSchema { name: "kind", kind: FieldKind::OneOf(ProblemKind::WORDS), doc: "What kind of problem it is." },
        FieldSchema { name: "message", kind: FieldKind::Str, doc: "What is wrong." },
        FieldSchema {
            name: "holds",
            kind: FieldKind::Bool,
            doc: "True; unknown where nobody can say it before deployment.",
        },
        FieldSchema { name: "help", kind: FieldKind::Str, doc: "What to do about it." },
        FieldSchema {
            name: "labels",
            kind: FieldKind::List(&FieldKind::Str),
            doc: "Other places, each with its text.",
        },
    ],
};

/// Adds the problems of all documents and of the deployment.
pub fn build(model: &mut Model<'_>) {
    let of_documents = model.deployment.documents.iter().flat_map(|d| &d.problems);
    let all: Vec<&Problem> = of_documents.chain(&model.deployment.problems).collect();
    for problem in all {
        let labels = problem.labels.iter().map(|(span, text)| Field::at(text.as_str(), (*span).into())).collect();
        let fact = Fact::new(Subject::Problem, problem.span.into())
            .with("kind", problem.kind.word())
            .with("message", problem.message.as_str())
            .with("holds", problem.doubt.as_ref().map_or(Value::Bool(true), |what| Value::Unknown(what.to_string())))
            .with("help", problem.help.as_str())
            .with("labels", Value::List(labels));
        model.facts.add(fact);
    }
}
