//! Facts of subject `env.file`: env files, and the lines that tasks write into one, by who reads them.
//!
//! docker compose interpolates what is not in single quotes; `docker run --env-file` keeps quotes as a part of the value.

use std::collections::{BTreeSet, HashSet};

use super::Model;
use super::ansible::library::Library;

use super::command::Commands;
use super::command::docker::{Verb, parse};
use super::compose::read::entries;
use super::fact::{Fact, Field, FieldKind, Schema, Value, field};
use super::secret::is_secret_name;
use super::subject::Subject;
use crate::ansible::walk::Task;
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::source::Span;
use crate::syntax::env_file::{EnvEntry, EnvFile, Quote};
use crate::text::path::{clean, join};
use crate::text::{Piece, PieceKind, Place, Syntax, Text};
use crate::yaml::Node;

/// The fields of `env.file`.
pub const SCHEMA: Schema = Schema {
    name: "env.file",
    doc: "An env file, a template of one, or the lines that an Ansible task writes into one.",
    fields: &[
        field("path", FieldKind::Str, "Where it is when it is read."),
        field("compose", FieldKind::Bool, "Whether docker compose reads it and replaces the variables in it."),
        field(
            "docker_run",
            FieldKind::Str,
            "The `--env-file` of a `docker run` that reads it, at its place; null for none.",
        ),
        field(
            "unquoted_secrets",
            FieldKind::List(&FieldKind::Str),
            "The names of secrets that a template writes without single quotes around them, each at its value.",
        ),
        field("quoted", FieldKind::List(&FieldKind::Str), "The names whose values stand in quotes, each at its value."),
    ],
};

/// Adds a fact for each env file, and for each task that writes a line of one.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    let readers = readers(model, commands);
    let deployment = model.deployment;
    let plain = plain_variables(deployment);
    for document in deployment.documents.iter().filter(|d| d.kind == Kind::Env && d.variant == 0) {
        let Body::Env(file) = &document.body else { continue };
        let path = clean(&effective(document));
        let fact = Fact::new(Subject::EnvFile, document.text.span().into()).with(
            "unquoted_secrets",
            file.set().filter_map(|entry| unquoted_secret(entry, &plain)).collect::<Vec<_>>(),
        );
        add(model, fact, &path, file, &readers);
    }
    let library = Library::new(deployment);
    for (_, task) in library.tasks() {
        of_task(model, task, &readers, &plain);
    }
}

fn add(model: &mut Model<'_>, fact: Fact, path: &str, file: &EnvFile, readers: &Readers) {
    let by_run = readers.docker_run.iter().find(|(p, _)| p == path);
    let quoted = file.set().filter(|e| e.quote != Quote::None).filter_map(|e| named(e, value_place(e)?));
    let fact = fact
        .with("path", path)
        .with("compose", readers.compose.contains(path))
        .with("docker_run", by_run.map_or(Field::derived(Value::Null), |(p, at)| Field::at(p.as_str(), at.clone())))
        .with("quoted", quoted.collect::<Vec<_>>());
    model.facts.add(fact);
}

fn named(entry: &EnvEntry, place: Place) -> Option<Field> {
    Some(Field::at(entry.key.known()?, place))
}

fn value_place(entry: &EnvEntry) -> Option<Place> {
    entry.value.as_ref().map(|v| v.span().into())
}

/// The variables of Ansible whose last filter gives letters and digits alone.
fn plain_variables(deployment: &Deployment) -> HashSet<&str> {
    const PLAIN: [&str; 6] = ["hash", "md5", "sha1", "checksum", "to_uuid", "int"];
    let files = deployment.documents.iter().filter(|d| d.variant == 0 && d.kind == Kind::AnsibleVars);
    let filtered = |value: &str| {
        let value = value.trim().trim_matches(['"', '\'']).trim_end();
        let last = value.strip_suffix("}}").and_then(|inner| inner.rsplit_once('|'));
        last.is_some_and(|(_, filter)| {
            let filter = filter.trim_start();
            let name = filter.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or("");
            // Whatever is joined behind it has other signs.
            PLAIN.contains(&name) && !filter.contains(['~', '+'])
        })
    };
    let mut found = HashSet::new();
    for document in files {
        // The values of variables are evaluated where they are known: their words are those of the file.
        let words = |span: Span| document.text.value().get(span.start as usize..span.end as usize);
        let entries = document.nodes().iter().filter_map(Node::map).flatten();
        let plain = entries.filter(|entry| words(entry.value.span()).is_some_and(filtered));
        found.extend(plain.filter_map(|entry| entry.key.known()));
    }
    found
}

/// A secret whose value is a template's variable as it is.
fn unquoted_secret(entry: &EnvEntry, plain: &HashSet<&str>) -> Option<Field> {
    let value = entry.value.as_ref().filter(|_| entry.quote != Quote::Single)?;
    let name = entry.key.known().filter(|name| is_secret_name(name))?;
    value.pieces().iter().any(|piece| is_open(piece, plain)).then(|| Field::at(name, value.span().into()))
}

/// Whether it is a variable as it is, of which nothing says that it has letters and digits alone.
fn is_open(piece: &Piece, plain: &HashSet<&str>) -> bool {
    matches!(&piece.kind, PieceKind::Variable(v) if !v.names.iter().any(|name| plain.contains(name.as_str())))
        && bare(piece)
}

/// Whether it is `{{ name }}` without a filter, which may have taken care of the characters.
fn bare(piece: &Piece) -> bool {
    let PieceKind::Variable(variable) = &piece.kind else { return false };
    variable.syntax == Syntax::Jinja && variable.value.is_none() && piece.span.len() <= variable.name.len() + 6
}

/// Who reads env files, by the files' paths.
#[derive(Default)]
struct Readers {
    compose: BTreeSet<String>,
    docker_run: Vec<(String, Place)>,
}

fn readers(model: &Model<'_>, commands: &Commands) -> Readers {
    let mut readers = Readers::default();
    for stack in &model.deployment.stacks {
        readers.compose.insert(joined(&stack.directory, ".env"));
        for service in entries(stack.project.get("services")) {
            for file in service.value.get("env_file").and_then(Node::seq).unwrap_or_default() {
                let Some(path) = file.get("path").and_then(Node::text) else { continue };
                if file.get("format").and_then(Node::known) != Some("raw") {
                    readers.compose.insert(joined(&stack.directory, &path.display()));
                }
            }
        }
    }
    for run in commands.all.iter().filter(|r| r.program() == "docker") {
        let Some(call) = parse(run.effective()).filter(|c| matches!(c.verb, Verb::Run | Verb::Create)) else {
            continue;
        };
        let site = commands.sites.get(run.site).map_or("", |s| s.path.as_str());
        let folder = site.rsplit_once('/').map_or("", |(folder, _)| folder);
        for path in call.values(&["--env-file"]) {
            let Some(known) = path.known() else { continue };
            readers.docker_run.push((joined(folder, known), path.place()));
        }
    }
    let library = Library::new(model.deployment);
    for (_, task) in library.tasks() {
        if task.module_name() == "docker_compose_v2" || task.module_name() == "docker_compose" {
            let folder = task.arg_text("project_src").map(|t| t.display());
            readers.compose.extend(folder.map(|f| clean(&format!("{f}/.env"))));
        } else if let Some(command) = task.command() {
            let line = command.line.as_ref().map(Text::display).unwrap_or_default();
            let folder = task.arg_text("chdir").map(|t| t.display());
            if line.contains("docker compose") || line.contains("docker-compose") {
                readers.compose.extend(folder.map(|f| clean(&format!("{f}/.env"))));
            }
        }
    }
    readers
}

/// The line, the block or the content that a task writes into an env file.
fn of_task(model: &mut Model<'_>, task: &Task<'_>, readers: &Readers, plain: &HashSet<&str>) {
    let (keys, content) = match task.module_name() {
        "lineinfile" => (&["path", "dest"][..], "line"),
        "blockinfile" => (&["path", "dest"][..], "block"),
        "copy" => (&["dest"][..], "content"),
        _ => return,
    };
    let Some(path) = keys.iter().find_map(|key| task.arg_text(key)).map(|t| clean(&t.display())) else { return };
    let Some(text) = task.arg_text(content).filter(|_| readers.compose.contains(&path)) else { return };
    let (file, problems) = crate::syntax::env_file::parse(&text);
    if !problems.is_empty() {
        return;
    }
    let secrets = file.set().filter_map(|entry| {
        let value = entry.value.as_ref().filter(|_| entry.quote != Quote::Single)?;
        let name = entry.key.known().filter(|name| is_secret_name(name))?;
        let open = value.pieces().iter().any(|piece| is_open(piece, plain)) || plain_expression(value, plain);
        open.then(|| Field::at(name, value.span().into()))
    });
    let fact = Fact::new(Subject::EnvFile, text.span().into()).with("unquoted_secrets", secrets.collect::<Vec<_>>());
    add(model, fact, &path, &file, readers);
}

/// Whether a value that nobody evaluated yet holds `{{ name }}` without a filter.
fn plain_expression(value: &Text, plain: &HashSet<&str>) -> bool {
    value.value().split("{{").skip(1).any(|rest| {
        let inner = rest.split_once("}}").map_or("", |(inner, _)| inner.trim());
        !inner.is_empty()
            && !plain.contains(inner)
            && inner.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'))
    })
}

/// Where the file is when it is read: where a task puts it, else where it lies, without the ending of a template.
fn effective(document: &Document) -> String {
    let own = document.path.as_str();
    let own = [".j2", ".jinja2", ".jinja"].iter().find_map(|end| own.strip_suffix(end)).unwrap_or(own);
    match &document.deployed {
        Some(dest) if dest.value().ends_with('/') => {
            format!("{}{}", dest.display(), own.rsplit('/').next().unwrap_or(own))
        }
        Some(dest) => dest.display(),
        None => own.to_owned(),
    }
}

fn joined(folder: &str, path: &str) -> String {
    // What a template computes may begin at the root.
    if path.starts_with("{{") { clean(path) } else { join(folder, path) }
}
/// The names of the env files that compose projects read.
pub(crate) struct EnvFiles {
    names: HashSet<String>,
    /// The folders of compose files that are templates, and whether there are others.
    templates: HashSet<String>,
    plain: bool,
}

impl EnvFiles {
    pub(crate) fn new(deployment: &Deployment) -> Self {
        let services = deployment.stacks.iter().filter_map(|s| s.project.get("services")).filter_map(Node::map);
        let files = services.flatten().filter_map(|s| s.value.get("env_file")).filter_map(Node::seq).flatten();
        let paths = files.filter_map(|f| f.get("path").unwrap_or(f).text());
        let names = paths.filter_map(|p| p.value().rsplit('/').next().map(str::to_owned)).collect();
        let (templates, plain): (Vec<_>, Vec<_>) =
            deployment.documents.iter().filter(|d| d.kind == Kind::Compose).partition(|d| d.template);
        let templates = templates.into_iter().map(|d| folder(&d.path).to_owned()).collect();
        Self { names, templates, plain: !plain.is_empty() }
    }

    /// Whether one reads the file at `path`, by its name.
    pub(crate) fn reads(&self, path: &str) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        // Where a template goes, its `.env` is another one.
        name == ".env" && (self.plain || self.templates.contains(folder(path))) || self.names.contains(name)
    }
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}
