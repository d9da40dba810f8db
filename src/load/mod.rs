//! From bytes to documents: decoding, classification, parsing.
//!
//! Bad content never is an `Err`: it becomes a [`Problem`] with its place, and what could be read goes on. This stage
//! looks at one file at a time; templates are only decoded here, their expansion is `expand`'s.

mod calling;
pub mod classify;
mod compose_like;
mod duplicates;
mod engines;
mod formats;
mod ignored;
mod kept;
mod mode;
pub(crate) mod named;
mod openclaw_like;
mod quadlet;
mod reach;
mod read;
pub mod untracked_vars;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use globset::{Glob, GlobSet, GlobSetBuilder};
use rayon::prelude::*;

use crate::discover::Candidate;
use crate::document::{Body, Document, Kind};
use crate::problem::{Problem, ProblemKind};
use crate::source::{Source, SourceId, Sources, Span};
use crate::syntax::{conf, dockerfile, env_file, inventory, json5, markdown, script, unit, ytt};
use crate::text::Text;
use crate::yaml;
use read::{Content, Damage};

pub use ignored::Ignores;
pub use kept::{Kept, load_again};
pub use mode::Mode;
pub use reach::Reach;
pub use read::MAX_BYTES;

/// A file after reading.
#[derive(Debug, Clone)]
pub struct File {
    /// Its text.
    pub source: SourceId,
    /// The path that reports print.
    pub path: String,
    /// The path on disk.
    pub disk: Option<PathBuf>,
    /// What it is, or why it is not audited.
    pub verdict: Verdict,
    /// Whether it has to be expanded from Jinja first.
    pub template: bool,
    /// The whole text.
    pub text: Text,
    /// Whether it may be executed, of what begins as a script does.
    pub mode: Mode,
    /// What is wrong with the file as bytes.
    pub problems: Vec<Problem>,
    /// What it is for the files that are audited, where it is not audited itself.
    pub(crate) aside: Aside,
    /// Its document, where another run will ask for it again.
    parsed: Option<kept::Parsed>,
}

/// What a file says of others, though it is not audited.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Aside {
    /// What happens before a start: a Makefile, a workflow.
    pub(crate) helper: bool,
    /// What people copy and change: `compose.override.yaml.example`.
    pub(crate) example: bool,
    /// A template of a role that is audited as nothing.
    pub(crate) template: bool,
}

/// What became of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It is audited as this kind.
    Audited(Kind),
    /// It was recognised, but its bytes can't be read; `problems` says why.
    Unreadable(Option<Kind>),
    /// It is nothing that deploylint knows; the reason.
    Ignored(String),
}

/// A candidate after reading, before its classification.
struct Registered {
    source: SourceId,
    text: Text,
    problems: Vec<Problem>,
    /// What is left of it, where it can't be read as text.
    damage: Option<Damage>,
    /// Whether nobody wanted its bytes.
    skipped: bool,
}

/// Reads all candidates, in parallel; the result is in the candidates' order. Files whose path matches one of the
/// globs `markdown` are audited as Markdown playbooks.
pub fn load(candidates: &[Candidate], markdown: &[String], sources: &Sources) -> Vec<File> {
    let markdown = globs(markdown);
    let contents: Vec<_> = candidates.par_iter().map(|c| read::read(c, markdown.is_match(&c.path), sources)).collect();
    let register = |(candidate, content)| Registered::of(candidate, content, sources);
    // One by one: the order of the sources is part of the result.
    let registered: Vec<_> = candidates.iter().zip(contents).map(register).collect();
    let parse = |(candidate, read)| {
        let file = file(candidate, &markdown, read);
        sources.count();
        file
    };
    candidates.par_iter().zip(registered).map(parse).collect()
}

/// Reads one more file that another one names (an `include`, an `env_file`), or returns it where it was read before.
///
/// # Errors
/// The reason in words where it can't be read.
pub fn load_one(disk: &Path, sources: &Sources) -> Result<(SourceId, Text), String> {
    let disk = crate::discover::normal(disk);
    if let Some(id) = sources.find(&disk) {
        let source = sources.get(id);
        return Ok((id, whole(id, &source.text)));
    }
    let path = crate::discover::display(&disk);
    let candidate = Candidate { disk: Some(disk.clone()), path, content: None, executable: None };
    let content = read::read(&candidate, true, sources);
    if let Content::Broken { message, .. } = content {
        return Err(message);
    }
    let (source, text, _) = register(&candidate, content, sources);
    Ok((source, text))
}

/// What encrypted the file at `disk`, where something did: nobody can say what it holds.
pub fn encrypted(disk: &Path, sources: &Sources) -> Option<&'static str> {
    load_one(disk, sources).ok().and_then(|(_, text)| classify::encrypted(text.value()))
}

/// Parses `text` as `kind`. Templates come here after their expansion.
pub fn parse(kind: Kind, text: &Text) -> (Body, Vec<Problem>) {
    match kind {
        Kind::Compose | Kind::LiteLlm | Kind::AnsibleTasks | Kind::AnsiblePlaybook | Kind::AnsibleVars | Kind::Yaml => {
            parse_yaml(kind, text)
        }
        Kind::AnsibleInventory => body(Body::Nodes, inventory::parse(text)),
        Kind::OpenClaw | Kind::Json => body(Body::Nodes, json5::parse(text)),
        Kind::Script => body(Body::Script, script::parse(text)),
        Kind::Dockerfile => body(Body::Dockerfile, dockerfile::parse(text)),
        Kind::Unit => body(Body::Unit, unit::parse(text)),
        Kind::Env => body(Body::Env, env_file::parse(text)),
        Kind::Markdown => body(Body::Markdown, markdown::parse(text)),
        Kind::Conf(grammar) => body(|conf: Option<_>| conf.map_or(Body::Lines, Body::Conf), conf::parse(grammar, text)),
        Kind::Workload(format) => formats::parse(format, text),
    }
}

fn body<T>(of: impl FnOnce(T) -> Body, (parsed, problems): (T, Vec<Problem>)) -> (Body, Vec<Problem>) {
    (of(parsed), problems)
}

/// The document of a plain file; `None` for templates and for files that are not audited.
pub fn document(file: &File) -> Option<Arc<Document>> {
    let Verdict::Audited(kind) = file.verdict else { return None };
    let read = || (!file.template).then(|| Arc::new(reading(file, kind, file.text.clone(), 0)));
    file.parsed.as_ref().map_or_else(read, |kept| kept.get_or_init(read).clone())
}

/// One reading of `file`: `text` (the file's own, or a variant of its expansion) parsed as `kind`.
pub fn reading(file: &File, kind: Kind, text: Text, variant: u32) -> Document {
    let (body, mut problems) = parse(kind, &text);
    problems.splice(0..0, file.problems.iter().cloned());
    Document {
        source: file.source,
        path: file.path.clone(),
        disk: file.disk.clone(),
        kind,
        template: file.template,
        variant,
        switch: None,
        deployed: None,
        text,
        body,
        problems,
    }
}

fn parse_yaml(kind: Kind, text: &Text) -> (Body, Vec<Problem>) {
    let (parsed, mut problems) = read_yaml(text);
    // A ytt template has its conditions in comments: the two keys stand in different branches.
    let ytt = ytt::is_template(text.value());
    for document in parsed.documents.iter().filter(|_| !ytt) {
        duplicates::duplicate_keys(kind, document, &mut problems);
    }
    // Whatever Python reads merges both.
    for (first, again) in parsed.merges.iter().filter(|_| kind == Kind::Compose && !ytt) {
        let problem =
            Problem::new(ProblemKind::DuplicateKey, "the merge key `<<` stands twice in this mapping", *again)
                .label(*first, "first here")
                .help("merge a list, as in `<<: [*first, *second]`: docker compose refuses the file");
        problems.push(problem);
    }
    (Body::Nodes(parsed.documents), problems)
}

/// YAML of a program that takes a key that stands twice.
fn lenient_yaml(text: &Text) -> (Body, Vec<Problem>) {
    let (parsed, problems) = read_yaml(text);
    (Body::Nodes(parsed.documents), problems)
}

fn read_yaml(text: &Text) -> (yaml::Yaml, Vec<Problem>) {
    let parsed = yaml::parse(text);
    let broken = parsed.problems.iter().map(|p| match tab(text, p.span) {
        _ if p.alias.is_some() => {
            Problem::new(ProblemKind::UnknownAlias, format!("not valid YAML: {}", p.message), p.span)
                .help("define the anchor above it in this file: an alias sees no other file")
        }
        Some(at) => Problem::new(ProblemKind::Unparsable, "not valid YAML: a tab indents this line", at)
            .help("indent with spaces; nothing after this point was audited"),
        None => Problem::new(ProblemKind::Unparsable, format!("not valid YAML: {}", p.message), p.span)
            .help("mend the syntax here; nothing after this point was audited"),
    });
    let broken = broken.map(|p| match unfilled(text, p.span) {
        Some(placeholder) => p.doubt(format!("what belongs in the place of `{placeholder}`")),
        None => p,
    });
    let problems = broken.collect();
    (parsed, problems)
}

/// Where the place of a problem is in a text that is a plain file.
fn offset(text: &Text, span: Span) -> Option<usize> {
    let whole = text.span();
    let plain = whole.source == span.source && (whole.end - whole.start) as usize == text.value().len();
    Some(span.start.checked_sub(whole.start).filter(|_| plain)? as usize)
}

/// What the value on the line at `span` begins with, where somebody has yet to fill that in: `{registry}/{image}:{tag}`.
fn unfilled(text: &Text, span: Span) -> Option<&str> {
    let (value, at) = (text.value(), offset(text, span)?);
    let start = value.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = value.get(start..)?.lines().next()?;
    let (_, written) = line.split_once(": ")?;
    let written = written.trim_start();
    let (placeholder, rest) = written.split_at_checked(written.find('}')? + 1)?;
    (rest.starts_with(['/', ':', '{']) && crate::problem::is_placeholder(placeholder)).then_some(placeholder)
}

/// The tab that indents the line at `span`, or the one before it, where the file is a plain one.
fn tab(text: &Text, span: Span) -> Option<Span> {
    let (value, at) = (text.value(), offset(text, span)?);
    let line = |at: usize| value.get(..at)?.rfind('\n').map_or(Some(0), |newline| Some(newline + 1));
    let own = line(at)?;
    let before = own.checked_sub(1).and_then(line);
    [Some(own), before].into_iter().flatten().find_map(|start| {
        let rest = value.get(start..)?;
        let indent = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let tab = rest.get(..indent)?.find('\t')? + start;
        Some(text.span_at(tab..tab + 1))
    })
}

fn register(candidate: &Candidate, content: Content, sources: &Sources) -> (SourceId, Text, Vec<Problem>) {
    let (text, problem, disk) = match content {
        Content::Text(text) => (text, None, candidate.disk.clone()),
        Content::Broken { text, message, at, .. } => (text, Some((message, at)), candidate.disk.clone()),
        // Not to be found again by its path: who names it outright gets it read.
        Content::Skipped => (Arc::default(), None, None),
    };
    let id = sources.add(Source::new(candidate.path.clone(), disk, Arc::clone(&text)));
    let problem = problem.map(|(message, at)| {
        Problem::new(ProblemKind::Unparsable, message, Span::new(id, at, at))
            .help("the rest of the tree was audited; this file was not")
    });
    (id, whole(id, &text), problem.into_iter().collect())
}

/// The globs that are valid; mistakes are reported where they are written.
fn globs(patterns: &[String]) -> GlobSet {
    let mut set = GlobSetBuilder::new();
    for glob in patterns.iter().filter_map(|p| Glob::new(p).ok()) {
        set.add(glob);
    }
    set.build().unwrap_or_default()
}

fn whole(id: SourceId, text: &Arc<str>) -> Text {
    Text::literal(Arc::clone(text), Span::new(id, 0, text.len()))
}

/// The engine that a file is a template for, where it is nothing that its own program reads as it stands. What looks like
/// a statement may be a value: a format of docker, a script, a template that a container is given.
fn of_another_engine(path: &str, class: &classify::Class, text: &Text) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let kind = class.kind.filter(|_| classify::template_stem(name).is_none())?;
    let engine = engines::other(name, kind, text.value())?;
    parse(kind, text).1.iter().any(|p| p.kind.broken()).then_some(engine)
}

fn file(candidate: &Candidate, markdown: &GlobSet, read: Registered) -> File {
    let Registered { source, text, mut problems, damage, skipped } = read;
    let lost = damage == Some(Damage::Lost);
    let text = ytt::mask(text);
    let mut class =
        if skipped { classify::unread(&candidate.path) } else { classify::classify(&candidate.path, text.value()) };
    if let Some(engine) = of_another_engine(&candidate.path, &class, &text) {
        class = classify::Class { reason: engine.to_owned(), ..classify::foreign() };
    }
    if class.kind.is_none() && markdown.is_match(&candidate.path) {
        class.kind = Some(Kind::Markdown);
    }
    if problems.is_empty() && text.value().trim().is_empty() && classify::refused_when_empty(&candidate.path) {
        let problem = Problem::new(ProblemKind::Unparsable, "the file is empty, which docker refuses", text.span());
        problems.push(problem.help("write it, or remove it"));
    }
    if let Some(how) = classify::encrypted(text.value()) {
        // Cipher text is no text: what is wrong with its bytes is nothing to anybody.
        problems.clear();
        class.reason = format!("encrypted ({how})");
    }
    // A shell takes bytes as they are, and compose those of an env file; at the start they would say that it is another encoding.
    if matches!(class.kind, Some(Kind::Script | Kind::Env))
        && !lost
        && problems.first().is_some_and(|p| p.span.start > 0)
    {
        problems.clear();
    }
    // The YAML reader of compose takes UTF-16 with its mark; what compose reads beside its own files has to be UTF-8.
    if class.kind == Some(Kind::Compose) && damage == Some(Damage::Wide) {
        problems.clear();
    }
    let verdict = match (class.kind, problems.first()) {
        (Some(kind), None) => Verdict::Audited(kind),
        (kind @ Some(_), Some(_)) => Verdict::Unreadable(kind),
        // Nobody can say what it is; it may well belong to the deployment.
        (None, Some(_)) if lost && class.relevant => Verdict::Unreadable(None),
        (None, Some(problem)) => Verdict::Ignored(problem.message.clone()),
        (None, None) => Verdict::Ignored(class.reason),
    };
    let aside = aside(&candidate.path, &verdict, &problems);
    File {
        source,
        path: candidate.path.clone(),
        disk: candidate.disk.clone(),
        template: class.template,
        mode: mode::of(candidate, &verdict, &text),
        verdict,
        text,
        problems,
        aside,
        parsed: None,
    }
}

fn aside(path: &str, verdict: &Verdict, problems: &[Problem]) -> Aside {
    if !matches!(verdict, Verdict::Ignored(_)) {
        return Aside::default();
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let template = problems.is_empty() && path.contains("/templates/") && classify::template_stem(path).is_some();
    Aside { helper: classify::helper(path), example: named::compose_example(name), template }
}
