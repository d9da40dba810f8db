//! Platforms that complete a compose file before docker compose reads it.
//!
//! Coolify fills in variables and defines the volumes that services use, Dokploy writes the files that its template
//! lists, app stores ask for what their forms name. Which there are and what each gives is data
//! (`rules/knowledge/platforms.yaml`). Their templates are compose files all the same: what services do is judged as
//! everywhere.

use std::path::{Path, PathBuf};

use serde_json::Value as Json;

use super::read::{Context, Input};
use crate::document::Kind;
use crate::knowledge::{Platform, Sign, listed, platforms};
use crate::source::Span;
use crate::syntax::conf::Grammar;
use crate::yaml::{Node, Value};

/// How many folders up the file of a catalogue is looked for.
const MAX_ABOVE: usize = 4;

/// What a platform gives to one stack.
#[derive(Debug, Clone, Default)]
pub struct Completion {
    /// The platform's name.
    pub title: String,
    /// Whether it asks for every variable that has no value.
    pub asks: bool,
    /// Whether it defines the volumes that services use.
    pub volumes: bool,
    /// Whether it writes the env files that services name.
    pub env_files: bool,
    /// Networks that it defines.
    pub(super) networks: &'static [String],
    /// Keys that it reads itself.
    pub(super) keys: &'static [String],
    variables: Names,
    files: Names,
}

/// Names that are given.
#[derive(Debug, Clone, Default)]
struct Names {
    known: Option<&'static crate::knowledge::Listed>,
    listed: Vec<String>,
    /// Whether the file that lists them can't be read.
    unread: bool,
}

impl Names {
    fn of(known: &'static crate::knowledge::Listed, file: Option<&Json>) -> Self {
        let unread = file.is_some_and(Json::is_null) && !known.listed.is_empty();
        let listed = file.into_iter().flat_map(|file| known.listed.iter().flat_map(move |path| listed(file, path)));
        Self { known: Some(known), listed: listed.collect(), unread }
    }

    fn hold(&self, name: &str) -> bool {
        self.unread || self.known.is_some_and(|known| known.says(name)) || self.listed.iter().any(|n| n == name)
    }
}

impl Completion {
    /// Whether the platform sets the variable `name`.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.variables.hold(name)
    }

    /// Whether the platform writes the file or the folder that a mount names by `source`.
    pub fn writes(&self, source: &str) -> bool {
        let Some(known) = self.files.known else { return false };
        if known.all || self.files.unread {
            return true;
        }
        let clean = |path: &str| path.trim_start_matches("./").trim_matches('/').to_owned();
        let Some(below) = clean(source).strip_prefix(clean(&known.root).as_str()).map(clean) else { return false };
        self.files.listed.iter().map(|f| clean(f)).any(|file| {
            file == below || below.is_empty() || file.strip_prefix(&below).is_some_and(|rest| rest.starts_with('/'))
        })
    }
}

/// The platform that completes the stack of `inputs`, where there is one.
pub(super) fn of(inputs: &[Input], context: &Context<'_>) -> Option<Completion> {
    inputs.iter().find_map(|input| {
        platforms().iter().find_map(|platform| {
            let file = platform.signs.iter().find_map(|sign| shown(sign, input, context))?;
            Some(completion(platform, file.as_ref()))
        })
    })
}

fn completion(platform: &'static Platform, file: Option<&Json>) -> Completion {
    let gives = &platform.gives;
    Completion {
        title: platform.title.clone(),
        asks: gives.asks,
        volumes: gives.volumes,
        env_files: gives.env_files,
        networks: &gives.networks,
        keys: &gives.keys,
        variables: Names::of(&gives.variables, file),
        files: Names::of(&gives.files, file),
    }
}

/// Whether a sign is there; with what its file says, where it has one.
#[allow(clippy::option_option)] // A sign may hold without a file.
fn shown(sign: &Sign, input: &Input, context: &Context<'_>) -> Option<Option<Json>> {
    let mentioned = |nodes: &[Node]| nodes.iter().any(|n| mentions(n, &sign.variables));
    // Most files have none of a platform's names anywhere: one search instead of a walk.
    let may = || context.sources.get(input.span.source).text.contains(common(&sign.variables));
    let used = sign.variables.is_empty() || may() && mentioned(&input.nodes);
    if !used {
        return None;
    }
    if !sign.comments.is_empty() && !headed(&context.sources.get(input.span.source).text, &sign.comments) {
        return None;
    }
    let top = |key: &String| input.nodes.iter().any(|n| n.get(key).is_some());
    if !sign.top_keys.is_empty() && !sign.top_keys.iter().any(top) {
        return None;
    }
    let names = |node: &Node| sign.env_files.iter().any(|name| env_file(node, name));
    if !sign.env_files.is_empty() && !input.nodes.iter().any(names) {
        return None;
    }
    if sign.beside.is_empty() && sign.above.is_empty() {
        return Some(None);
    }
    let (path, file) = companion(sign, input, context)?;
    if sign.entries.is_empty() || file.is_null() {
        return Some(Some(file));
    }
    entry(sign, &file, &path, input.disk.as_deref()?).map(Some)
}

/// The file beside the compose file, or above it, that `sign` asks for.
fn companion(sign: &Sign, input: &Input, context: &Context<'_>) -> Option<(PathBuf, Json)> {
    let folder = input.disk.as_deref()?.parent()?;
    let beside = sign.beside.iter().map(|name| folder.join(name));
    let depth = context.sources.get(input.span.source).path.split('/').count().min(MAX_ABOVE + 1);
    let folders = folder.ancestors().take(depth);
    let above = folders.flat_map(|f| sign.above.iter().map(move |name| f.join(name)));
    let place = Span { end: input.span.start, ..input.span };
    let paths: Vec<PathBuf> =
        beside.chain(above).filter(|p| p.is_file() || context.sources.find(p).is_some()).collect();
    paths.into_iter().find_map(|path| {
        let read = context.outside.read(&path, Kind::Conf(Grammar::Lines), Some(place)).ok()?;
        let text = read.text.value();
        // The platform's own parser may take what ours refuses: nobody knows what such a file says.
        let file = parsed(&path, text).unwrap_or(Json::Null);
        let holds = |key: &String| if file.is_null() { text.contains(key.as_str()) } else { file.get(key).is_some() };
        sign.holds.iter().all(holds).then_some((path, file))
    })
}

fn parsed(path: &Path, text: &str) -> Option<Json> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("toml") => toml::from_str(text).ok(),
        Some("json") => serde_json::from_str(text).ok(),
        _ => serde_yaml::from_str(text).ok(),
    }
}

/// The entry of a catalogue that is about the compose file `disk`.
fn entry(sign: &Sign, file: &Json, path: &Path, disk: &Path) -> Option<Json> {
    let own = disk.strip_prefix(path.parent()?).ok()?.to_string_lossy().replace('\\', "/");
    let mine = |entry: &&Json| listed(entry, &sign.stackfile).iter().any(|s| s.trim_start_matches("./") == own);
    file.get(&sign.entries)?.as_array()?.iter().find(mine).cloned()
}

/// Whether a service of the file takes the env file `name`, which lies beside it.
fn env_file(file: &Node, name: &str) -> bool {
    let is = |node: &Node| node.known().is_some_and(|path| path.trim_start_matches("./") == name);
    let one = |node: &Node| is(node) || node.get("path").is_some_and(is);
    let services = file.get("services").and_then(Node::map).unwrap_or_default();
    let files = services.iter().filter_map(|service| service.value.get("env_file"));
    files.into_iter().any(|files| files.seq().map_or_else(|| one(files), |items| items.iter().any(one)))
}

/// Whether the file, before its variables are replaced, has a name that begins so.
fn mentions(node: &Node, starts: &[String]) -> bool {
    let common = common(starts);
    let found = |text: &str| text.contains(common) && starts.iter().any(|start| text.contains(start.as_str()));
    match node.value() {
        Value::Scalar(scalar) => found(scalar.text.value()),
        Value::Seq(items) => items.iter().any(|item| mentions(item, starts)),
        Value::Map(entries) => entries.iter().any(|e| e.key.known().is_some_and(found) || mentions(&e.value, starts)),
    }
}

/// What all of them begin with: one search instead of many.
fn common(starts: &[String]) -> &str {
    let Some((first, rest)) = starts.split_first() else { return "" };
    let same = |start: &String| first.bytes().zip(start.bytes()).take_while(|(a, b)| a == b).count();
    first.get(..rest.iter().map(same).min().unwrap_or(first.len())).unwrap_or_default()
}

/// Whether the comments at the head of `text` have all of `keys`.
fn headed(text: &str, keys: &[String]) -> bool {
    let head = || text.lines().map(str::trim).take_while(|l| l.is_empty() || l.starts_with('#'));
    let says = |line: &str, key: &str| {
        let said = line.trim_start_matches('#').trim_start().strip_prefix(key);
        said.is_some_and(|rest| rest.trim_start().starts_with(':'))
    };
    keys.iter().all(|key| head().any(|line| says(line, key)))
}
