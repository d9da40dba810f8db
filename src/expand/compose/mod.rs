//! Compose files to stacks, the way docker compose itself reads them.
//!
//! `group` says which files belong together; `read` takes each through docker compose's own steps (`reset`,
//! `interpolate`, `schema`, `canonical`, `extends`, `merge`); `normalize` adds what compose adds; `consistency` looks at
//! the whole; `config` prints. What unset variables become is the one switch: unknown for rules, the empty string for
//! `config`.

mod beside;
mod branches;
mod canonical;
mod chosen;
mod clashes;
mod config;
mod consistency;
mod cycles;
mod environment;
mod extends;
mod group;
mod interpolate;
mod large;
mod merge;
mod missing;
mod normalize;
mod numbers;
mod opaque;
mod outside;
mod paths;
mod platform;
mod ports;
mod print;
mod profiles;
mod read;
mod reference;
mod repeated;
mod reset;
mod schema;
mod schema_whole;
mod service_files;
mod switched;
mod tables;
mod tables_parts;
mod tree;
mod units;
mod volumes;
mod words;

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use rayon::prelude::*;

use self::beside::Beside;
use self::branches::Branches;
pub use self::config::{Config, config, find};
use self::consistency::{Around, Doubt};
use self::environment::{Environment, Named};
use self::group::Group;
pub(crate) use self::group::{BASES, OVERRIDES};
use self::interpolate::Unset;
use self::missing::MentionedFiles;
use self::outside::Outside;
use self::paths::Base;
pub use self::platform::Completion;
use self::read::{Context, Input, Loader};
use self::switched::Switched;
use super::{Deployment, Options, Stack};
use crate::document::{Document, Kind};
use crate::load::Ignores;
use crate::problem::{Problem, ProblemKind};
use crate::source::{SourceId, Sources, Span};
use crate::text::Text;
use crate::yaml::Node;

/// Adds the compose projects of `deployment`'s documents to it.
pub fn stacks(deployment: &mut Deployment, options: &Options, sources: &Sources) {
    let (outside, mentioned_files) = (Outside::new(sources, &options.reach), MentionedFiles::default());
    let mut problems = Vec::new();
    let groups = groups(deployment, options, &outside, &mut problems);
    let by_disk = by_disk(deployment);
    let dotenv = dotenv(deployment);
    let ignores = Ignores::default();
    let context = Context {
        deployment,
        by_disk: &by_disk,
        dotenv: &dotenv,
        outside: &outside,
        mentioned_files: &mentioned_files,
        ignores: &ignores,
        sources,
        unset: Unset::Unknown,
    };
    let process = Environment::process(&options.environment, sources);
    let all: Vec<_> = groups.par_iter().filter_map(|group| load(group, options, &process, &context)).collect();
    let (loaded, large): (Vec<_>, Vec<_>) = all.into_iter().partition(Result::is_ok);
    let loaded: Vec<Loaded> = loaded.into_iter().filter_map(Result::ok).collect();
    problems.extend(large.into_iter().filter_map(Result::err));
    let included: Vec<usize> = loaded.iter().flat_map(|l| l.used.iter().copied()).collect();
    deployment.brought = brought(deployment, &loaded);
    let elsewhere = template_services(deployment);
    let mut beside = Beside::new(deployment);
    let switched = Switched::new(deployment);
    let projects: Vec<(usize, Node)> =
        loaded.iter().filter_map(|l| Some((*l.stack.documents.first()?, l.stack.project.clone()))).collect();
    for (at, project) in &projects {
        if let Some(first) = deployment.documents.get(*at) {
            beside.project(&first.path, project);
        }
    }
    let patterns = group::extended_by_variable(deployment);
    let mut found = Vec::new();
    let mut resolved = HashSet::new();
    let mut branches = Branches::default();
    for mut one in loaded {
        // A file that another one includes is audited there.
        let alone = matches!(one.stack.documents.as_slice(), [only] if included.contains(only));
        if alone && !one.named {
            continue;
        }
        let at = |at: &usize| deployment.documents.get(*at).map(AsRef::as_ref);
        let template = one.stack.documents.iter().filter_map(at).any(|d| d.template);
        let platform = one.stack.platform.as_deref();
        let documents: Vec<&Document> = one.stack.documents.iter().filter_map(at).collect();
        let doubt = |section: &str, name: &str| beside.doubt(&documents, section, name);
        let doubt: &Doubt<'_> = &doubt;
        let around = Around {
            elsewhere: template.then_some(&elsewhere),
            disabled: &one.disabled,
            volumes: platform.is_some_and(|p| p.volumes),
            networks: platform.map_or(&[], |p| p.networks),
            doubt: (!one.named).then_some(doubt),
        };
        let mut whole = Vec::new();
        resolved.extend(consistency::check(&one.stack.project, &around, &mut whole));
        // What it uses, the files that extend it define.
        let pattern =
            documents.iter().any(|d| d.disk.as_deref().is_some_and(|d| patterns.iter().any(|p| d.ends_with(p))));
        if one.incomplete || pattern || !consistency::complete(&one.stack.project) {
            whole.clear();
        }
        if template {
            branches.see(&documents, &whole);
        }
        one.problems.append(&mut whole);
        clashes::check(&one.stack.project, &switched, &mut one.problems);
        problems.extend(one.problems.into_iter().filter(|p| p.kind != ProblemKind::Refused));
        found.push(one.stack);
    }
    deployment.stacks.append(&mut found);
    // A base that is in several stacks says the same each time; what one of them defines is defined.
    problems.retain(|p| p.kind != ProblemKind::UndefinedReference || !resolved.contains(&p.span));
    branches.doubt(&mut problems);
    let mut seen = HashSet::new();
    problems.retain(|p| seen.insert((p.kind, p.span, p.message.clone())));
    deployment.problems.append(&mut problems);
    deployment.readings.extend(outside.readings());
}

/// Which files belong together. What `COMPOSE_FILE` names outside of what is audited becomes a document.
fn groups(
    deployment: &mut Deployment,
    options: &Options,
    outside: &Outside<'_>,
    problems: &mut Vec<Problem>,
) -> Vec<Group> {
    let (by_disk, dotenv, mentioned_files) = (by_disk(deployment), HashMap::new(), MentionedFiles::default());
    let (sources, ignores) = (outside.sources(), Ignores::default());
    let context = Context {
        deployment,
        by_disk: &by_disk,
        dotenv: &dotenv,
        outside,
        mentioned_files: &mentioned_files,
        ignores: &ignores,
        sources,
        unset: Unset::Unknown,
    };
    let of_projects = chosen::by_projects(&context, options, problems);
    let mut chosen = chosen::by_user(deployment, options);
    chosen.append(&mut chosen::groups(of_projects, deployment));
    group::groups(deployment, chosen)
}

/// The files that a project includes or extends, each with the project's own files.
fn brought(deployment: &Deployment, loaded: &[Loaded]) -> Vec<(SourceId, Vec<SourceId>)> {
    let source = |at: &usize| deployment.documents.get(*at).map(|d| d.source);
    let of = |one: &Loaded| {
        let own: Vec<SourceId> = one.stack.documents.iter().filter_map(source).collect();
        let used: Vec<SourceId> = one.used.iter().filter_map(source).filter(|used| !own.contains(used)).collect();
        used.into_iter().map(move |used| (used, own.clone()))
    };
    loaded.iter().flat_map(of).collect()
}

/// The services that templates define: a deployment may join templates in ways that only its own tools know.
fn template_services(deployment: &Deployment) -> HashSet<String> {
    let templates = deployment.documents.iter().filter(|d| d.template && d.kind == Kind::Compose);
    let services = templates.flat_map(|d| d.nodes()).filter_map(|n| n.get("services")).filter_map(Node::map).flatten();
    services.filter_map(|e| e.key.known()).map(str::to_owned).collect()
}

/// One stack with what was found out on the way.
struct Loaded {
    stack: Stack,
    used: Vec<usize>,
    problems: Vec<Problem>,
    named: bool,
    /// Whether something that was included could not be read.
    incomplete: bool,
    /// The services that no active profile takes in.
    disabled: Vec<String>,
}

fn by_disk(deployment: &Deployment) -> HashMap<PathBuf, usize> {
    let mut found = HashMap::new();
    for (at, document) in deployment.documents.iter().enumerate() {
        if let Some(disk) = &document.disk {
            found.entry(disk.clone()).or_insert(at);
        }
    }
    found
}

/// The `.env` files among the documents, by directory; of a template its first variant.
fn dotenv(deployment: &Deployment) -> HashMap<String, PathBuf> {
    let mut found = HashMap::new();
    for document in deployment.documents.iter().filter(|d| d.kind == Kind::Env) {
        let (directory, name) = group::place(document);
        if let Some(disk) = document.disk.clone().filter(|_| name == ".env") {
            found.entry(directory).or_insert(disk);
        }
    }
    found
}

/// The project of a group; what is told of it where it is too large.
fn load(
    group: &Group,
    options: &Options,
    process: &Environment,
    context: &Context<'_>,
) -> Option<Result<Loaded, Problem>> {
    let documents = &context.deployment.documents;
    let input = |at: &usize| documents.get(*at).map(|d| Input::document(*at, d));
    let inputs: Vec<Input> = group.documents.iter().filter_map(input).collect();
    let (mut environment, mut problems) = environment_of(group, options, process, context);
    if context.unset == Unset::Unknown
        && let Some((platform, first)) = platform::of(&inputs, context).zip(inputs.first())
    {
        environment.complete(platform, start(first.span));
    }
    let folder = group.folder.to_string_lossy().into_owned();
    let base = Base { folder: if context.unset == Unset::Empty { folder } else { ".".to_owned() } };
    let mut loader = Loader {
        context,
        environment,
        folder: group.folder.clone(),
        base,
        including: Vec::new(),
        used: Vec::new(),
        incomplete: false,
        included: 0,
        problems: Vec::new(),
    };
    let name = name(group, &inputs, &mut loader)?;
    loader.environment.offer("COMPOSE_PROJECT_NAME", name.clone());
    let model = loader.model(&inputs)?;
    if let Some(problem) = large::problem(&model).filter(|_| context.unset == Unset::Unknown) {
        return Some(Err(problem));
    }
    let (model, disabled) = match active(group, options, &loader) {
        Some(profiles) => profiles::active(&model, &profiles),
        None => (model, Vec::new()),
    };
    let project = normalize::project(&model, &name, &loader.environment, &group.folder, context, &mut loader.problems);
    problems.append(&mut loader.problems);
    let ignored = ignored(&project, &group.folder, context.ignores);
    let stack = Stack {
        name,
        documents: group.documents.clone(),
        directory: group.directory.clone(),
        project,
        variant: group.variant,
        platform: loader.environment.platform().cloned(),
        ignored,
    };
    let (used, incomplete) = (loader.used, loader.incomplete);
    Some(Ok(Loaded { stack, used, problems, named: group.named, incomplete, disabled }))
}

/// The sources of bind mounts below `folder` that are not there and that git ignores.
fn ignored(project: &Node, folder: &std::path::Path, ignores: &Ignores) -> Vec<String> {
    let services = project.get("services").and_then(Node::map).unwrap_or_default();
    let mounts = services.iter().filter_map(|s| s.value.get("volumes")).filter_map(Node::seq).flatten();
    let binds = mounts.filter(|m| m.get("type").and_then(Node::known) == Some("bind"));
    let sources = binds.filter_map(|m| m.get("source")).filter_map(Node::known).filter(|s| !s.starts_with(['/', '~']));
    let kept_out = |path: &&str| {
        let disk = crate::discover::normal(&folder.join(path));
        !disk.exists() && ignores.by_git(&disk)
    };
    sources.filter(kept_out).map(str::to_owned).collect()
}

/// The active profiles; `None` where an audit looks at all of them. `COMPOSE_PROFILES` says what one host runs, which is
/// no reason to leave the rest out of an audit.
fn active(group: &Group, options: &Options, loader: &Loader<'_>) -> Option<Vec<String>> {
    let given = group.options.profiles.as_ref().or(options.profiles.as_ref()).cloned();
    if given.is_some() || loader.context.unset == Unset::Unknown {
        return given;
    }
    let variable = loader.environment.get("COMPOSE_PROFILES").and_then(Text::known);
    Some(variable.map(profiles::listed).unwrap_or_default())
}

/// The variables of a stack: the process's, then its env files or the `.env` beside it.
fn environment_of(
    group: &Group,
    options: &Options,
    process: &Environment,
    context: &Context<'_>,
) -> (Environment, Vec<Problem>) {
    let named = if group.options.env_files.is_empty() { &options.env_files } else { &group.options.env_files };
    let first = group.documents.first().and_then(|at| context.deployment.documents.get(*at));
    let span = first.map(|d| start(d.text.span()));
    let files: Vec<Named> = if named.is_empty() {
        let known = context.dotenv.get(&group.directory).cloned();
        let beside = known.or_else(|| Some(group.folder.join(".env")).filter(|f| f.is_file()));
        let chooser = group.dotenv.clone().filter(|c| beside.as_ref() != Some(c));
        beside.into_iter().chain(chooser).map(|f| (f, span)).collect()
    } else {
        named.iter().map(|f| (f.clone(), None)).collect()
    };
    let (environment, errors) = process.files(&files, context);
    let problems = errors.into_iter().zip(span.into_iter().cycle()).map(|((path, reason), span)| {
        Problem::new(ProblemKind::Refused, format!("the env file `{}` can't be read: {reason}", path.display()), span)
    });
    let problems = problems.chain(environment.invalid()).collect();
    (environment, problems)
}

/// The project's name: given, `COMPOSE_PROJECT_NAME`, the last `name:`, or the directory's own name.
fn name(group: &Group, inputs: &[Input], loader: &mut Loader<'_>) -> Option<Text> {
    let span = start(inputs.first()?.span);
    if let Some(given) = &group.options.name {
        return Some(Text::literal(given.as_str(), span));
    }
    if let Some(variable) = loader.environment.get("COMPOSE_PROJECT_NAME").filter(|t| !t.is_empty()) {
        return Some(normal_name(variable));
    }
    let written = inputs.iter().flat_map(|i| &i.nodes).filter_map(|n| n.get("name")).rfind(|n| !n.is_null());
    if let Some(node) = written {
        let interpolated = loader.interpolated(&node.clone());
        if let Some(text) = interpolated.text().filter(|t| !t.is_empty()) {
            return Some(normal_name(text));
        }
    }
    let directory = group.directory.rsplit('/').next().filter(|d| !d.is_empty() && *d != ".");
    let folder = group.folder.file_name().map(|n| n.to_string_lossy().into_owned());
    let own = directory.map(str::to_owned).or(folder).unwrap_or_default();
    Some(normal_name(&Text::literal(own, span)))
}

/// Lower case, and only what docker compose allows in a project's name.
fn normal_name(name: &Text) -> Text {
    let Some(known) = name.known() else { return name.clone() };
    let lower = known.to_lowercase();
    let kept: String = lower.chars().filter(|c| matches!(c, 'a'..='z' | '0'..='9' | '_' | '-')).collect();
    let kept = kept.trim_start_matches(['_', '-']);
    if kept == known { name.clone() } else { Text::literal(kept, name.span()) }
}

fn start(span: Span) -> Span {
    Span { end: span.start, ..span }
}

#[cfg(test)]
#[path = "mod_tests.rs"]
mod tests;
