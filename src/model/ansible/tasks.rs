//! Facts of subject `ansible.task`: what each task runs and whether it shows a secret.

use indexmap::IndexMap;

use super::library::{Library, TaskId};
use super::{modules, secrets};
use crate::ansible::args::Args;
use crate::ansible::walk::Section;
use crate::document::Document;
use crate::model::Model;
use crate::model::compose::read::list;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use crate::model::secret::{may_be_secret_name, shapes, url_password};
use crate::model::subject::Subject;
use crate::text::{PieceKind, Text};
use crate::yaml::{self, Node};

/// The fields of `ansible.task`.
pub const SCHEMA: Schema = Schema {
    name: "ansible.task",
    doc: "An Ansible task or handler.",
    fields: &[
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "Its name." },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The file that it stands in." },
        FieldSchema { name: "module", kind: FieldKind::Str, doc: "The module without its collection: `command`." },
        FieldSchema { name: "module_full", kind: FieldKind::Str, doc: "The module as written." },
        FieldSchema { name: "role", kind: FieldKind::Str, doc: "The role that it belongs to." },
        FieldSchema { name: "handler", kind: FieldKind::Bool, doc: "Whether it is a handler." },
        FieldSchema {
            name: "no_log",
            kind: FieldKind::Bool,
            doc: "`no_log` of the task, its blocks or its play; not known where a variable switches it off.",
        },
        FieldSchema { name: "become", kind: FieldKind::Bool, doc: "`become` of the task, its blocks or its play." },
        FieldSchema { name: "loops", kind: FieldKind::Bool, doc: "Whether it loops." },
        FieldSchema { name: "conditional", kind: FieldKind::Bool, doc: "Whether it has a `when`, blocks included." },
        FieldSchema {
            name: "removed_in",
            kind: FieldKind::Str,
            doc: "The release of its collection that removed the module, where `requirements.yml` installs that or a later one.",
        },
        FieldSchema {
            name: "replacement",
            kind: FieldKind::Str,
            doc: "The module that took the place of a removed one.",
        },
        FieldSchema { name: "unknown_option", kind: FieldKind::Str, doc: "An option that the module does not take." },
        FieldSchema { name: "option_nearest", kind: FieldKind::Str, doc: "The option that it is a slip of." },
        FieldSchema {
            name: "option_omitted",
            kind: FieldKind::Bool,
            doc: "Whether it is given only where a variable is set, `default(omit)`.",
        },
        FieldSchema {
            name: "arguments",
            kind: FieldKind::Map(&FieldKind::Any),
            doc: "The module's arguments, however they are written: name to value; what may hold a secret is null.",
        },
        FieldSchema {
            name: "templates",
            kind: FieldKind::Map(&FieldKind::Str),
            doc: "The arguments whose value is not known, as they are written: `deb [arch={{ ansible_architecture }}] …`; what may hold a secret is left out.",
        },
        FieldSchema { name: "notify", kind: FieldKind::List(&FieldKind::Str), doc: "The handlers that it notifies." },
        FieldSchema {
            name: "listen",
            kind: FieldKind::List(&FieldKind::Str),
            doc: "The topics that a handler listens to.",
        },
        FieldSchema { name: "secret", kind: FieldKind::Str, doc: "The name of a secret variable that it shows." },
        FieldSchema {
            name: "test",
            kind: FieldKind::Bool,
            doc: "Whether it belongs to a test of the role (Molecule, `tests`).",
        },
        FieldSchema {
            name: "exposure",
            kind: FieldKind::Str,
            doc: "How it shows it: `print`, `command`, `result`, `log`, `item`, `diff` (with --diff), `verbose` (with -v).",
        },
    ],
};

/// Adds a fact for each task.
pub fn build(model: &mut Model<'_>, library: &Library<'_>) {
    let required = modules::Required::new(model.deployment);
    for (id, task) in library.tasks() {
        let Some(document) = library.files.get(id.file).map(|f| f.document) else { continue };
        let place = task.name.map_or_else(|| task.node.span().into(), Text::place);
        let mut fact = Fact::new(Subject::AnsibleTask, place)
            .with("name", task.name.map_or(Field::derived(Value::Null), Field::text))
            .with("path", document.path.as_str())
            .with("module", task.module_name())
            .with("role", role(library, id))
            .with("test", is_test(&document.path))
            .with("handler", task.section == Section::Handlers)
            .with("no_log", no_log(task.inherited("no_log")))
            .with("become", keyword(task.inherited("become")))
            .with("loops", task.items().is_some())
            .with("conditional", !task.accumulated("when").is_empty());
        let names = |key| list(task.keyword(key));
        fact = fact.with("notify", names("notify")).with("listen", names("listen"));
        if let Some(module) = &task.module {
            fact = fact.with("arguments", arguments(&module.args));
            fact = fact.with("templates", templates(document, &module.args));
            fact = fact.with("module_full", Field::text(&module.text));
        }
        fact = modules::tell(fact, task, &required);
        if let Some(found) = secrets::exposure(document, task) {
            fact = fact.with("secret", Field::at(found.name, found.place)).with("exposure", found.kind);
        }
        model.facts.add(fact);
    }
}

/// Whether a file is a test: below `molecule` or `tests`, or called so.
pub(super) fn is_test(path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let stem = name.split('.').next().unwrap_or(name);
    folder.split('/').any(|part| matches!(part, "molecule" | "test" | "tests"))
        || ["test", "test-", "test_"].iter().any(|start| stem == *start || start.len() > 4 && stem.starts_with(start))
        || stem.ends_with("_test")
        || stem.ends_with("-test")
}

/// Arguments whose value is a program's text or command line, where a secret may stand anywhere.
const TEXTS: &[&str] = &[
    "_raw_params",
    "argv",
    "block",
    "body",
    "cmd",
    "command",
    "content",
    "definition",
    "env",
    "environment",
    "job",
    "line",
];

/// Whether the argument `name` may be a secret or hold one.
fn may_hold_secret(name: &str, value: &Node) -> bool {
    let carries = |text: &Text| {
        text.variables().iter().any(|v| v.secret)
            || url_password(text.value()).is_some()
            || !shapes(text.value()).is_empty()
    };
    may_be_secret_name(name) || TEXTS.contains(&name) || carries_any(value, &carries, 0)
}

/// The arguments, without what may be a secret.
fn arguments(args: &Args<'_>) -> Field {
    let shown = |name: &str, value: &Node| {
        if may_hold_secret(name, value) {
            return Field::at(Value::Null, value.span().into());
        }
        // `mode=755` on a line is text, whatever it looks like.
        match value.text().filter(|_| args.mapping().is_none()) {
            Some(text) => Field::text(text),
            None => Field::node(value, yaml::Schema::Python),
        }
    };
    let pairs = args.named().into_iter().map(|(name, value)| {
        let name = name.display();
        let field = shown(&name, &value);
        (name, field)
    });
    Field::derived(pairs.collect::<IndexMap<_, _>>())
}

/// The arguments that are not known, as they are written, without what may be a secret.
fn templates(document: &Document, args: &Args<'_>) -> Field {
    let pairs = args.named().into_iter().filter_map(|(name, value)| {
        let text = value.text().filter(|text| !text.is_known())?;
        let name = name.display();
        let written = if may_hold_secret(&name, &value) { None } else { written(document, text) };
        Some((name, Field::at(written?, text.place())))
    });
    Field::derived(pairs.collect::<IndexMap<_, _>>())
}

/// A text with its expressions as they are written; nothing where one of them stands in another file, or in a template, or
/// may hold a secret.
fn written(document: &Document, text: &Text) -> Option<String> {
    let parts = text.pieces().iter().map(|piece| match &piece.kind {
        PieceKind::Literal => text.value().get(piece.range.clone()),
        _ if piece.span.source != document.source || document.template => None,
        _ => document.text.value().get(piece.span.start as usize..piece.span.end as usize).filter(|s| !says_secret(s)),
    });
    parts.collect()
}

/// Whether an expression names what may be a secret: its default may stand there, `{{ db_password or 'word' }}`.
fn says_secret(expression: &str) -> bool {
    expression.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').any(may_be_secret_name)
}

/// Whether a text anywhere in `node` holds a secret, or stands under a name of one.
fn carries_any(node: &Node, carries: &dyn Fn(&Text) -> bool, depth: usize) -> bool {
    if depth > 20 {
        return true;
    }
    match node.value() {
        yaml::Value::Scalar(scalar) => carries(&scalar.text),
        yaml::Value::Seq(items) => items.iter().any(|item| carries_any(item, carries, depth + 1)),
        yaml::Value::Map(entries) => entries.iter().any(|e| {
            e.key.text().is_none_or(|key| may_be_secret_name(key.value()) || TEXTS.contains(&key.value()))
                || carries_any(&e.value, carries, depth + 1)
        }),
    }
}

/// A keyword's value: a template is unknown.
fn keyword(node: Option<&Node>) -> Field {
    node.map_or(Field::derived(Value::Null), |n| Field::node(n, yaml::Schema::Python))
}

/// A variable that switches the output on is its owner's, for a run in which something is sought.
fn no_log(node: Option<&Node>) -> Field {
    let switch = node.filter(|node| !super::docker::is_true(node)).and_then(Node::text).filter(|t| !t.is_literal());
    match switch {
        Some(text) => Field::derived(Value::Unknown(text.display())),
        None => keyword(node),
    }
}

fn role(library: &Library<'_>, id: TaskId) -> Option<String> {
    library.files.get(id.file)?.role.map(|r| r.name.to_owned())
}
