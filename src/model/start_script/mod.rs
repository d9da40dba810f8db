//! Facts of subject `start.script`: files of the tree that a Dockerfile copies or a compose service mounts, and that are started by
//! their path there.
//!
//! What a start needs of such a file, its execute bit and a first line that names a program, nobody sees in the line that starts it.
//! `words` finds the path that is started, `image` the file of the tree that lies there, `service` what compose starts.

mod image;
mod service;
mod words;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Model;
use super::compose::base::{is_plain, is_root};
use super::fact::{Fact, Field, FieldKind, Schema, Value, field};
use super::subject::Subject;
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::source::Span;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::text::Text;
use image::{Brought, Budget, Context, Step, steps};
use service::Service;
use words::{Program, of_list, of_script};

/// The fields of `start.script`.
pub const SCHEMA: Schema = Schema {
    name: "start.script",
    doc: "A file of the tree that a Dockerfile copies or a compose service mounts, and that is started by its path there.",
    fields: &[
        field("name", FieldKind::Str, "The path or the name by which it is started, at the word."),
        field(
            "starts",
            FieldKind::OneOf(&["container", "probe", "step"]),
            "What starts it: the container with its first program (`container`), a health check (`probe`), a `RUN` of the build (`step`).",
        ),
        field("mounted", FieldKind::Bool, "Whether a bind mount brings it, and no `COPY`."),
        field("brought", FieldKind::Str, "The source of the `COPY` or of the mount that brings it."),
        field("path", FieldKind::Str, "Its path in the tree."),
        field(
            "direct",
            FieldKind::Bool,
            "Whether the engine starts it itself, with no shell and no wrapper between them.",
        ),
        field(
            "executable",
            FieldKind::Bool,
            "Whether somebody may execute it; unknown where git and the disk do not say, or where something may change its mode.",
        ),
        field(
            "interpreter",
            FieldKind::Str,
            "What its first line names behind `#!`; null without one, unknown where its text is not read or something may change it.",
        ),
        field("carriage_return", FieldKind::Bool, "Whether that line ends with a carriage return; unknown likewise."),
        field("service", FieldKind::Str, "The compose service that starts it; null where an image does."),
    ],
};

/// How many lines that change modes are compared with each file; where there are more, any of them may be one of its.
const MODES: usize = 10_000;

/// What is asked of the tree again and again.
struct Tree<'d> {
    deployment: &'d Deployment,
    by_path: HashMap<&'d str, &'d Arc<Document>>,
    /// The lines outside of Dockerfiles that change modes.
    modes: Vec<&'d str>,
    services: Vec<Service<'d>>,
}

/// How a file is started.
#[derive(Clone, Copy)]
struct Start<'t> {
    starts: &'static str,
    service: Option<&'t str>,
    mounted: bool,
}

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let starts = |d: &Document| matches!(d.body, Body::Dockerfile(_)) || d.kind == Kind::Compose;
    if deployment.paths.len() < 2 || !deployment.documents.iter().any(|d| starts(d)) {
        return;
    }
    let tree = Tree::of(deployment);
    let mut found = Vec::new();
    // What a service mounts over the files of its image counts.
    for service in &tree.services {
        service::starts(&tree, service, &mut found);
    }
    for document in deployment.documents.iter().filter(|d| d.variant == 0 && !d.template) {
        if let Body::Dockerfile(file) = &document.body {
            of_file(&tree, document, file, &mut found);
        }
    }
    let mut told = BTreeSet::new();
    for fact in found {
        let at: Option<Span> = fact.field("name").and_then(|f| f.place.as_ref()).map(|place| place.span);
        if told.insert(at) {
            model.facts.add(fact);
        }
    }
}

impl<'d> Tree<'d> {
    fn of(deployment: &'d Deployment) -> Self {
        let others = deployment.documents.iter().filter(|d| d.kind != Kind::Dockerfile).map(|d| d.text.value());
        let texts = others.chain(deployment.helpers.iter().map(Text::value)).filter(|t| t.contains("chmod"));
        Self {
            deployment,
            by_path: deployment.documents.iter().filter(|d| d.variant == 0).map(|d| (d.path.as_str(), d)).collect(),
            modes: texts.flat_map(str::lines).filter(|line| line.contains("chmod")).collect(),
            services: service::all(deployment),
        }
    }

    /// Whether a script, a workflow or a task changes the mode of the file at `path` of the tree.
    fn is_chmodded(&self, path: &str) -> bool {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
        let wide =
            |line: &str| line.contains('*') || line.contains("-R") || line.contains("find") || line.contains("xargs");
        let near = |line: &str| {
            let parts = folder.split('/').filter(|part| !part.is_empty());
            folder.is_empty()
                || line.contains('$')
                || line.contains(" .")
                || parts.into_iter().any(|p| line.contains(p))
        };
        self.modes.len() > MODES || self.modes.iter().any(|line| line.contains(name) || wide(line) && near(line))
    }

    /// The fact of a program that a file of the tree is.
    fn fact(&self, program: &Program, brought: &Brought, start: Start<'_>) -> Fact {
        let unknown = |why: &str| Value::Unknown(why.to_owned());
        let said = || self.is_chmodded(&brought.path).then_some("a line of the tree that changes modes");
        let mode = self.deployment.executable.get(&brought.path);
        let executable = match (brought.changed.or_else(said), mode) {
            (Some(why), _) => unknown(&format!("the mode of the file after {why}")),
            (None, Some(mode)) => Value::Bool(*mode),
            (None, None) => unknown("the mode of the file"),
        };
        let text = self.by_path.get(brought.path.as_str()).filter(|d| d.kind == Kind::Script && !d.template);
        let first = text.filter(|_| brought.changed.is_none()).map(|d| first_line(d.text.value()));
        let interpreter = first.map_or_else(
            || unknown("the first line of the file"),
            |line| line.trim_end().strip_prefix("#!").map_or(Value::Null, |rest| rest.trim().into()),
        );
        let returns = first.map_or_else(|| unknown("the first line of the file"), |line| line.ends_with('\r').into());
        Fact::new(Subject::StartScript, program.word.place())
            .with("name", Field::text(&program.word))
            .with("starts", start.starts)
            .with("mounted", start.mounted)
            .with("brought", Field::text(&brought.source))
            .with("path", brought.path.as_str())
            .with("direct", program.direct)
            .with("executable", Field::derived(executable))
            .with("interpreter", Field::derived(interpreter))
            .with("carriage_return", Field::derived(returns))
            .with("service", start.service)
    }

    /// The folder that a build of this Dockerfile reads: what a service says, or the nearest one in which most sources are found.
    fn context<'t>(&'t self, document: &'t Document, file: &'t Dockerfile) -> Option<Context<'t>> {
        let paths = self.deployment.paths.as_slice();
        let mut told: Vec<&str> = self.builds(file).map(|s| s.context.as_str()).collect();
        told.dedup();
        let folder = match told.as_slice() {
            [one] => (*one).to_owned(),
            [] => super::build_source::nearest_context(self.deployment, document, file),
            _ => return None,
        };
        Some(Context { file, folder, paths, left: Budget::default() })
    }

    /// What the build of a service reads.
    fn of_service<'t>(&'t self, service: &Service<'_>, file: &'t Dockerfile) -> Context<'t> {
        let left = Budget::default();
        Context { file, folder: service.context.clone(), paths: &self.deployment.paths, left }
    }

    /// The services that build this Dockerfile.
    fn builds(&self, file: &Dockerfile) -> impl Iterator<Item = &Service<'d>> {
        self.services.iter().filter(move |s| s.build.is_some_and(|build| build.is_of(file)))
    }
}

fn first_line(text: &str) -> &str {
    text.split('\n').next().unwrap_or(text)
}

/// What the images of a Dockerfile start, and what its steps do.
fn of_file(tree: &Tree<'_>, document: &Document, file: &Dockerfile, found: &mut Vec<Fact>) {
    let Some(context) = tree.context(document, file) else { return };
    let Some(last) = file.stages.len().checked_sub(1) else { return };
    // Without a copy nothing of the tree is in the image.
    if !file.stages.iter().flat_map(|s| &s.instructions).any(|i| matches!(i.name.as_str(), "COPY" | "ADD")) {
        return;
    }
    let mut ends: BTreeSet<usize> = tree.builds(file).filter_map(|s| s.build.map(|b| b.stage())).collect();
    ends.insert(last);
    for stage in ends {
        let all = steps(file, stage);
        // Where each service starts it in another way, nothing starts what the image names.
        let mut builds = tree.builds(file).filter(|s| s.build.is_some_and(|b| b.stage() == stage)).peekable();
        let replaced = builds.peek().is_some() && builds.all(|s| s.has("entrypoint"));
        let mut tell = |programs: Vec<Program>, starts: &'static str| {
            found.extend(programs.iter().filter_map(|program| {
                let brought = program.paths.iter().find_map(|path| context.brought(&all, path))?;
                Some(tree.fact(program, &brought, Start { starts, service: None, mounted: false }))
            }));
        };
        if !replaced {
            tell(image_start(file, stage, &all), "container");
        }
        if let Some(check) = all.iter().rev().find(|s| s.own.name == "HEALTHCHECK") {
            tell(programs(check), "probe");
        }
    }
    for stage in 0..file.stages.len() {
        let all = steps(file, stage);
        if !context.left.spend(all.len()) {
            return;
        }
        for (at, step) in all.iter().enumerate().filter(|(_, s)| s.own.name == "RUN" && s.own.flags.is_empty()) {
            let before = all.get(..at).unwrap_or_default();
            for program in programs(step).into_iter().filter(|p| !p.tested) {
                let brought = program.paths.iter().find_map(|path| context.brought(before, path));
                let start = Start { starts: "step", service: None, mounted: false };
                found.extend(brought.map(|brought| tree.fact(&program, &brought, start)));
            }
        }
    }
}

/// The programs that an image starts by itself.
fn image_start(file: &Dockerfile, stage: usize, all: &[Step<'_>]) -> Vec<Program> {
    let last = |name: &str| all.iter().rev().find(|s| s.own.name == name);
    let folder = workdir(all);
    match (last("ENTRYPOINT"), last("CMD")) {
        (Some(entry), command) => match (&entry.own.content, command.map(|c| &c.own.content)) {
            (Content::Exec(words), Some(Content::Exec(more))) => {
                let both: Vec<Text> = words.iter().chain(more).map(|w| w.text.clone()).collect();
                of_list(&both, folder.as_deref())
            }
            _ => of_content(entry.own, folder.as_deref()),
        },
        // The ENTRYPOINT of the base hands it on.
        (None, Some(command)) => {
            let base = file.chain(stage).last().map(|s| &s.from);
            let hands = base.is_some_and(|base| is_plain(base) || is_root(base));
            if hands { of_content(command.own, folder.as_deref()) } else { Vec::new() }
        }
        (None, None) => Vec::new(),
    }
}

/// The folder that a container of the image starts in.
fn workdir(all: &[Step<'_>]) -> Option<String> {
    all.last().and_then(image::after)
}

fn programs(step: &Step<'_>) -> Vec<Program> {
    of_content(step.own, step.folder.as_deref())
}

fn of_content(own: &Instruction, folder: Option<&str>) -> Vec<Program> {
    match &own.content {
        Content::Exec(words) => of_list(&words.iter().map(|w| w.text.clone()).collect::<Vec<_>>(), folder),
        Content::Shell(script) => of_script(script, folder),
        Content::Pairs(_) | Content::Words(_) => Vec::new(),
    }
}

#[cfg(test)]
#[path = "start_script_tests.rs"]
mod tests;
