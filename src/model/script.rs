//! Facts of subject `script`: shell scripts as wholes. What they run is `command`.

use super::Model;
use super::fact::{Fact, FieldKind, Schema, field};
use super::subject::Subject;
use crate::document::{Body, Document};
use crate::syntax::script::Script;

/// The fields of `script`.
pub const SCHEMA: Schema = Schema {
    name: "script",
    doc: "A shell script.",
    fields: &[
        field("path", FieldKind::Str, "The file."),
        field(
            "shell",
            FieldKind::Str,
            "The shell that its first line names: `bash`, `sh` …; null where it names none.",
        ),
        field(
            "deploys",
            FieldKind::Bool,
            "Whether it sets something up or starts it, by its name: deploy, entrypoint, install, backup …",
        ),
        field("errexit", FieldKind::Bool, "Whether a failing command ends it: `set -e`."),
        field("nounset", FieldKind::Bool, "Whether an unset variable ends it: `set -u`."),
        field("pipefail", FieldKind::Bool, "Whether a failure within a pipeline counts: `set -o pipefail`."),
        field("commands", FieldKind::Int, "How many commands it has."),
    ],
};

/// Words in the names of scripts that a deployment depends on.
const NAMES: &[&str] = &[
    "deploy",
    "entrypoint",
    "entry-point",
    "install",
    "setup",
    "set-up",
    "bootstrap",
    "provision",
    "backup",
    "restore",
    "migrate",
    "upgrade",
    "update",
    "release",
    "start",
    "init",
    "build",
    "rollback",
    "run",
];

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    for document in &deployment.documents {
        if let Body::Script(script) = &document.body {
            model.facts.add(fact(document, script));
        }
    }
}

fn fact(document: &Document, script: &Script) -> Fact {
    let shebang = script.shebang.as_ref();
    let shell = shebang.map(|s| {
        let mut words = s.value().split_whitespace().map(|w| w.rsplit('/').next().unwrap_or(w));
        let first = words.next().unwrap_or("");
        if first == "env" { words.find(|w| !w.starts_with('-')).unwrap_or("") } else { first }.to_owned()
    });
    let name = document.path.rsplit('/').next().unwrap_or("").to_ascii_lowercase();
    let parts: Vec<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let deploys = NAMES.iter().any(|n| parts.contains(n) || n.contains('-') && name.contains(n));
    let first = document.text.value().lines().next().map_or(0, str::len);
    let place = document.text.slice(0..first).place();
    Fact::new(Subject::Script, place)
        .with("path", document.path.as_str())
        .with("shell", shell)
        .with("deploys", deploys)
        .with("errexit", script.strict.errexit)
        .with("nounset", script.strict.nounset)
        .with("pipefail", script.strict.pipefail)
        .with("commands", script.commands.len())
}
