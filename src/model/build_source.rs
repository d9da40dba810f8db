//! Facts of subject `build.source`: what a build reads and the audited tree does not hold: contexts, Dockerfiles, sources of `COPY`.
//!
//! What a step before the build makes is in no tree: a path counts as missing only where something of the tree shows that it is
//! a slip, a file of that name elsewhere or neighbours in its folder.

use super::Model;
use super::deployment::folder;
use super::fact::{Fact, FieldKind, FieldSchema, Schema};
use super::subject::Subject;
use crate::document::{Body, Document};
use crate::expand::{Deployment, Stack};
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::text::Text;
use crate::text::path::{clean, join};
use crate::yaml::Node;

/// The fields of `build.source`.
pub const SCHEMA: Schema = Schema {
    name: "build.source",
    doc: "A path that a build reads and that the audited tree does not hold, though something there shows what is meant.",
    fields: &[
        FieldSchema {
            name: "kind",
            kind: FieldKind::OneOf(&["context", "dockerfile", "copy"]),
            doc: "What is missing: the build's `context`, its `dockerfile`, or a source of `COPY` or `ADD`.",
        },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The path, as seen from the audited tree." },
        FieldSchema { name: "folder", kind: FieldKind::Bool, doc: "Whether a folder stands where a file is needed." },
        FieldSchema {
            name: "nearest",
            kind: FieldKind::Str,
            doc: "A path of the tree that ends in the same way, as it must be written; null where there are only neighbours.",
        },
        FieldSchema {
            name: "context",
            kind: FieldKind::Str,
            doc: "The build's context, as seen from the audited tree.",
        },
    ],
};

/// Endings of files that a step before the build makes.
const MADE: &[&str] = &[
    "jar", "war", "whl", "tgz", "gz", "xz", "bz2", "zip", "deb", "rpm", "apk", "exe", "so", "bin", "wasm", "map",
    "lock", "pem", "crt", "key", "env", "tar", "css", "min",
];

/// Folders that a step before the build makes.
const MADE_FOLDERS: &[&str] = &[
    "target",
    "dist",
    "build",
    "out",
    "bin",
    "node_modules",
    "vendor",
    "publish",
    "release",
    "releases",
    "tmp",
    ".next",
    "artifacts",
];

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    if deployment.paths.len() < 2 {
        return;
    }
    let mut found = Vec::new();
    let mut contexts: Vec<(String, String)> = Vec::new();
    for stack in deployment.stacks.iter().filter(|s| s.variant == 0) {
        of_stack(deployment, stack, &mut contexts, &mut found);
    }
    for document in deployment.documents.iter().filter(|d| d.variant == 0 && !d.template) {
        if let Body::Dockerfile(file) = &document.body {
            of_file(deployment, document, file, &contexts, &mut found);
        }
    }
    for fact in found {
        model.facts.add(fact);
    }
}

/// The builds of a project; adds their Dockerfiles with their contexts.
fn of_stack(deployment: &Deployment, stack: &Stack, contexts: &mut Vec<(String, String)>, found: &mut Vec<Fact>) {
    let certain = own_folder(deployment, stack);
    for entry in stack.project.get("services").and_then(Node::map).unwrap_or(&[]) {
        let Some(build) = entry.value.get("build").filter(|b| b.map().is_some()) else { continue };
        let written = build.get("context").and_then(Node::text);
        let Some(context) = written.map_or(Some("."), |t| t.known()) else { continue };
        if context.starts_with(['/', '~']) || context.contains("://") || context.contains('@') {
            continue;
        }
        let Some(folder) = within(&stack.directory, context) else { continue };
        if !holds(&deployment.paths, &folder) {
            if let (Some(text), true) = (written, certain)
                && let Some(near) = above(deployment, &stack.directory, context)
            {
                found.push(fact("context", text, &folder, &folder).with("nearest", near));
            }
            continue;
        }
        let file = build.get("dockerfile").and_then(Node::text);
        let Some(name) = file.map_or(Some("Dockerfile"), |t| t.known()) else { continue };
        if name.starts_with('/') || build.get("dockerfile_inline").is_some_and(|n| !n.is_null()) {
            continue;
        }
        let Some(path) = within(&folder, name) else { continue };
        let is_file = deployment.paths.binary_search(&path).is_ok();
        if is_file {
            contexts.push((path, folder));
            continue;
        }
        let Some(place) = file.filter(|t| !t.span().is_empty()).or(written) else { continue };
        let is_folder = holds(&deployment.paths, &path);
        let near = twin(&deployment.paths, &folder, "Dockerfile");
        let another = deployment.paths.iter().any(|p| p.ends_with("/Dockerfile") || p == "Dockerfile");
        let sure = certain || clean(&stack.directory).is_empty();
        if sure && (is_folder || another && !templated(&deployment.paths, &path)) {
            found.push(fact("dockerfile", place, &path, &folder).with("folder", is_folder).with("nearest", near));
        }
    }
}

/// The sources of `COPY` and `ADD` of a Dockerfile.
fn of_file(
    deployment: &Deployment,
    document: &Document,
    file: &Dockerfile,
    contexts: &[(String, String)],
    found: &mut Vec<Fact>,
) {
    let paths = &deployment.paths;
    let sources: Vec<&Text> = all_sources(file).collect();
    let own = clean(&document.path);
    let told: Vec<String> = contexts.iter().filter(|(path, _)| *path == own).map(|(_, c)| c.clone()).collect();
    let Some((context, known)) = fullest(paths, if told.is_empty() { above_of(&own) } else { told }, &sources) else {
        return;
    };
    let context = &context;
    if sources.len() < 2 || known * 2 < sources.len() {
        return;
    }
    for text in sources {
        let Some(path) = text.known().map(|p| p.trim_start_matches('/')) else { continue };
        let full = join(context, path);
        if path.contains(['*', '?', '[', '$'])
            || clean(path).is_empty()
            || holds(paths, &full)
            || templated(paths, &full)
            || deployment.ignored.binary_search(&full).is_ok()
        {
            continue;
        }
        let near = twin(paths, context, &clean(path));
        let around = folder(&full).len() > context.len() && holds(paths, folder(&full)) && !made(&full);
        // A search through all texts, for the few that nothing else settles.
        let untold = || !deployment.documents.iter().any(|d| d.path != document.path && names(d, &full));
        if near.is_some() || around && untold() {
            found.push(fact("copy", text, &full, context).with("nearest", near));
        }
    }
}

/// The folder that a build of this Dockerfile reads, where nothing says: the nearest one in which most sources are found, or else
/// its own.
pub(super) fn nearest_context(deployment: &Deployment, document: &Document, file: &Dockerfile) -> String {
    let sources: Vec<&Text> = all_sources(file).collect();
    let own = clean(&document.path);
    fullest(&deployment.paths, above_of(&own), &sources).map_or_else(|| folder(&own).to_owned(), |(found, _)| found)
}

/// The first of some folders in which most sources are found, and how many.
fn fullest(paths: &[String], folders: Vec<String>, sources: &[&Text]) -> Option<(String, usize)> {
    let known = |context: &str| {
        let there = |t: &&&Text| t.known().is_some_and(|p| holds(paths, &join(context, p.trim_start_matches('/'))));
        sources.iter().filter(there).count()
    };
    let counted = folders.into_iter().map(|folder| (known(&folder), folder));
    let (count, folder) = counted.rev().max_by_key(|(count, _)| *count).filter(|(count, _)| *count > 0)?;
    Some((folder, count))
}

/// The folder of a file, and those above it.
fn above_of(path: &str) -> Vec<String> {
    std::iter::successors(Some(folder(path)), |f| (!f.is_empty()).then(|| folder(f))).map(str::to_owned).collect()
}

/// What the `COPY` and `ADD` of a Dockerfile read from the context.
fn all_sources(file: &Dockerfile) -> impl Iterator<Item = &Text> {
    file.stages.iter().flat_map(|s| &s.instructions).filter(|i| copies(i)).flat_map(sources)
}

fn copies(instruction: &Instruction) -> bool {
    matches!(instruction.name.as_str(), "COPY" | "ADD") && instruction.flag("from").is_none()
}

/// The sources that are paths of the context.
fn sources(instruction: &Instruction) -> Vec<&Text> {
    let Content::Words(words) = &instruction.content else { return Vec::new() };
    let sources = words.get(..words.len().saturating_sub(1)).unwrap_or(&[]);
    let path =
        |text: &&Text| text.known().is_some_and(|p| !p.contains("://") && !p.contains('@') && !p.starts_with("<<"));
    sources.iter().map(|w| &w.text).filter(path).collect()
}

/// Whether a script or a task of the tree names the file: it may make it.
fn names(document: &Document, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    !matches!(document.body, Body::Dockerfile(_)) && document.text.value().contains(name)
}

fn fact(kind: &'static str, text: &Text, path: &str, context: &str) -> Fact {
    let context = if context.is_empty() { "." } else { context };
    Fact::new(Subject::BuildSource, text.place())
        .with("kind", kind)
        .with("path", path)
        .with("folder", false)
        .with("context", context)
}

/// Whether something shows that the project directory is the file's own folder: a path that climbs above it and is there.
fn own_folder(deployment: &Deployment, stack: &Stack) -> bool {
    let mut texts = Vec::new();
    super::deployment::scalars(&stack.project, &mut texts);
    texts.iter().filter_map(|t| t.known()).any(|p| {
        // Above every folder stands a folder: only a name below it says something.
        p.starts_with("../")
            && p.split('/').any(|part| !matches!(part, "" | "." | ".."))
            && within(&stack.directory, p).is_some_and(|full| !full.is_empty() && holds(&deployment.paths, &full))
    })
}

/// The same path as seen from a folder above `directory`, where it is there, written from `directory`.
fn above(deployment: &Deployment, directory: &str, path: &str) -> Option<String> {
    let plain = clean(path);
    if plain.starts_with("..") || plain.is_empty() {
        return None;
    }
    let mut up = String::new();
    let mut from = directory;
    while !from.is_empty() {
        from = folder(from);
        up.push_str("../");
        let there = join(from, &plain);
        if holds(&deployment.paths, &there) {
            return Some(format!("{up}{plain}"));
        }
    }
    None
}

/// `path` from `directory`, where that does not climb out of the audited tree.
fn within(directory: &str, path: &str) -> Option<String> {
    let full = join(directory.trim_start_matches("./"), path);
    let full = if full == "." { String::new() } else { full };
    (!full.starts_with("..") && !full.starts_with('/')).then_some(full)
}

/// Whether the tree holds the file or folder.
fn holds(paths: &[String], path: &str) -> bool {
    if path.is_empty() {
        return true;
    }
    let at = paths.partition_point(|p| p.as_str() < path);
    let below = |p: &String| p.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    paths.get(at..).unwrap_or(&[]).iter().take_while(|p| p.starts_with(path)).any(below)
}

/// Whether a template or an example of that name stands there.
fn templated(paths: &[String], path: &str) -> bool {
    let ends = [".j2", ".example", ".sample", ".template", ".tmpl", ".dist", ".in", ".tpl"];
    ends.iter().any(|end| paths.binary_search(&format!("{path}{end}")).is_ok())
}

/// The one path below `context` that ends in `/` and `tail`, as seen from there.
fn twin(paths: &[String], context: &str, tail: &str) -> Option<String> {
    let inside = if context.is_empty() { String::new() } else { format!("{context}/") };
    let first = paths.partition_point(|p| *p < inside);
    let below = paths.get(first..).unwrap_or(&[]).iter().take_while(|p| p.starts_with(&inside));
    let end = format!("/{tail}");
    let mut all = below.filter(|p| p.ends_with(&end));
    let one = all.next()?;
    if all.next().is_some() {
        return None;
    }
    Some(one.get(context.len()..)?.trim_start_matches('/').to_owned())
}

/// Whether a step before the build makes such a file.
fn made(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, e)| e);
    extension.is_empty() || MADE.contains(&extension) || path.split('/').any(|part| MADE_FOLDERS.contains(&part))
}
