//! Facts of subject `problem`: what `load` and `expand` found wrong with files themselves.

use std::collections::HashMap;

use super::Model;
use super::env_file::EnvFiles;
use super::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use super::subject::Subject;
use crate::document::Kind;
use crate::problem::{Problem, ProblemKind};
use crate::source::SourceId;

/// The fields of `problem`.
pub const SCHEMA: Schema = Schema {
    name: "problem",
    doc: "Something wrong with a file itself, found while reading it.",
    fields: &[
        FieldSchema { name: "kind", kind: FieldKind::OneOf(ProblemKind::WORDS), doc: "What kind of problem it is." },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The file that it is in." },
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
    let read = EnvFiles::new(model.deployment);
    let paths: HashMap<SourceId, &str> =
        model.deployment.documents.iter().map(|d| (d.source, d.path.as_str())).collect();
    let documents = model.deployment.documents.iter();
    let of_documents =
        documents.flat_map(|d| d.problems.iter().map(|p| (p, d.kind != Kind::Env || read.reads(&d.path))));
    let of_all = model.deployment.problems.iter().map(|p| (p, true));
    let all: Vec<(&Problem, bool)> = of_documents.chain(of_all).collect();
    for (problem, read) in all {
        let doubt = problem.doubt.as_deref().or((!read).then_some("whether docker compose reads this file"));
        let labels = problem.labels.iter().map(|(span, text)| Field::at(text.as_str(), (*span).into())).collect();
        let fact = Fact::new(Subject::Problem, problem.span.into())
            .with("kind", problem.kind.word())
            .with("path", paths.get(&problem.span.source).map(|path| (*path).to_owned()))
            .with("message", problem.message.as_str())
            .with("holds", doubt.map_or(Value::Bool(true), |what| Value::Unknown(what.to_owned())))
            .with("help", problem.help.as_str())
            .with("labels", Value::List(labels));
        model.facts.add(fact);
    }
}
