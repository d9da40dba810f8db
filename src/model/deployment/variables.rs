//! Facts of subject `deployment.variable`: what a stack's files take from the environment, and who sets or documents it.

use std::collections::BTreeMap;

use super::{View, below, folder, scalars};
use crate::document::{Body, Document, Kind};
use crate::model::Model;
use crate::model::compose::read::field;
use crate::model::fact::{Fact, Field, FieldKind, Schema};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::{PieceKind, Provenance, Syntax, Text};

/// The fields of `deployment.variable`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.variable",
    doc: "A variable that a compose project's files take from the environment (`${X}`).",
    fields: &[
        field("name", FieldKind::Str, "Its name, at its first use without a default."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("defaulted", FieldKind::Bool, "Whether every use has a default."),
        field("required", FieldKind::Bool, "Whether a use says `:?`: compose stops where it is not set."),
        field("set", FieldKind::Bool, "Whether an env file that compose reads sets it."),
        field("documented", FieldKind::Bool, "Whether an example env file lists it; false where there is none."),
        field("example", FieldKind::Str, "The example env file beside the project, at its beginning; null for none."),
        field("env_visible", FieldKind::Bool, "Whether any env file of the project is visible, example or real."),
        field("uses", FieldKind::Int, "How often the project uses it."),
    ],
};

/// Variables that a shell or compose itself always has.
const AMBIENT: &[&str] = &[
    "HOME",
    "USER",
    "LOGNAME",
    "PWD",
    "PATH",
    "SHELL",
    "LANG",
    "TERM",
    "HOSTNAME",
    "DISPLAY",
    "WAYLAND_DISPLAY",
    "XAUTHORITY",
    "XDG_RUNTIME_DIR",
    "SSH_AUTH_SOCK",
    "COMPOSE_PROJECT_NAME",
    "TMPDIR",
    "APPDATA",
    "USERPROFILE",
    "WINDIR",
];

#[derive(Default)]
struct Use {
    first: Option<Span>,
    open: Option<Span>,
    required: bool,
    set: bool,
    uses: usize,
}

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>) {
    let mut texts = Vec::new();
    scalars(&view.stack.project, &mut texts);
    let mut uses: BTreeMap<String, Use> = BTreeMap::new();
    for text in &texts {
        collect(text, &mut uses);
    }
    if uses.is_empty() {
        return;
    }
    let names: Vec<String> = uses.keys().cloned().collect();
    let example = example(model, view, &names);
    let listed = example.map(keys).unwrap_or_default();
    let visible = example.is_some() || real_env_file(model, view);
    for (name, used) in uses {
        let Some(span) = used.open.or(used.first) else { continue };
        if AMBIENT.contains(&name.as_str()) {
            continue;
        }
        let shown = example.map(|d| Field::at(d.path.as_str(), d.text.slice(0..0).span().into()));
        let fact = Fact::new(Subject::DeploymentVariable, span.into())
            .with("name", Field::at(name.as_str(), span.into()))
            .with("stack", view.id)
            .with("defaulted", used.open.is_none())
            .with("required", used.required)
            .with("set", used.set)
            .with("documented", listed.contains(&name))
            .with("example", shown.unwrap_or(Field::derived(crate::model::fact::Value::Null)))
            .with("env_visible", visible)
            .with("uses", used.uses);
        model.facts.add(fact);
    }
}

/// Counts the uses in `text`, those in defaults included.
fn collect(text: &Text, uses: &mut BTreeMap<String, Use>) {
    for piece in text.pieces() {
        let PieceKind::Variable(variable) = &piece.kind else { continue };
        if variable.syntax == Syntax::Compose {
            let entry = uses.entry(variable.name.clone()).or_default();
            entry.uses += 1;
            entry.first.get_or_insert(piece.span);
            entry.required |= variable.provenance == Provenance::Required;
            entry.set |= variable.provenance == Provenance::Defined;
            if matches!(variable.provenance, Provenance::Undefined | Provenance::Required) {
                entry.open.get_or_insert(piece.span);
            }
        }
        if let Some(value) = &variable.value {
            collect(value, uses);
        }
    }
}

/// The example env file that documents this project: beside it, or the nearest above that lists one of its variables.
fn example<'a>(model: &Model<'a>, view: &View<'_>, names: &[String]) -> Option<&'a Document> {
    let home = view.stack.directory.as_str();
    let mut found: Vec<&Document> = model.deployment.documents.iter().map(|d| &**d).filter(|d| is_example(d)).collect();
    found.retain(|d| {
        let dir = folder(&d.path);
        same(dir, home) || (dir.is_empty() || below(home, dir)) && keys(d).iter().any(|k| names.contains(k))
    });
    // The nearest one has the longest folder; of several there, the first by name.
    found.sort_by(|a, b| folder(&b.path).len().cmp(&folder(&a.path).len()).then(a.path.cmp(&b.path)));
    found.first().copied()
}

fn same(dir: &str, home: &str) -> bool {
    dir == home || (dir.is_empty() && home == ".")
}

fn is_example(document: &Document) -> bool {
    let name = document.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let words = ["example", "sample", "template", "dist", "default"];
    document.kind == Kind::Env && !document.template && words.iter().any(|w| name.contains(w))
}

/// Whether an env file that compose itself would read stands beside the project.
fn real_env_file(model: &Model<'_>, view: &View<'_>) -> bool {
    let home = view.stack.directory.as_str();
    let beside = |d: &Document| d.kind == Kind::Env && !is_example(d) && same(folder(&d.path), home);
    model.deployment.documents.iter().any(|d| beside(d) && d.path.rsplit('/').next() == Some(".env"))
}

/// The variables that an env file lists, commented-out ones included.
fn keys(document: &Document) -> Vec<String> {
    match &document.body {
        Body::Env(file) => file.entries.iter().filter_map(|e| e.key.known().map(str::to_owned)).collect(),
        _ => Vec::new(),
    }
}
