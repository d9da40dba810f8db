//! The container that a LiteLLM config is mounted into: its version, its `--config` and its environment.
//!
//! Works on docker compose's normal form, so short and long mounts, overlays and `env_file` are already one thing.

use std::sync::LazyLock;

use regex::Regex;

use super::mounts::Mounts;
use super::version::{Holds, Version};
use super::view::View;
use crate::expand::{Deployment, Stack};
use crate::model::compose::build;
use crate::source::Span;
use crate::text::path::join;
use crate::text::{Place, Text};
use crate::yaml::Node;

/// A service that mounts a config.
#[derive(Debug)]
pub(super) struct Use {
    /// The service's name.
    pub(super) service: String,
    /// Where the service is.
    pub(super) service_place: Span,
    /// The path in the container.
    pub(super) target: String,
    /// Where the mount is written.
    pub(super) mount: Span,
    /// The version that the image's tag says.
    pub(super) version: Option<Version>,
    /// Whether the process reads the config.
    pub(super) loaded: Holds,
    /// The other config that it reads.
    pub(super) loads: Option<(String, Place)>,
    /// Whether the project's own image runs with its own entrypoint.
    pub(super) plain: bool,
    /// Whether a program of the tree's own reads the config, and no LiteLLM.
    pub(super) foreign: bool,
    /// Whether no variable can come from anywhere else.
    pub(super) closed: bool,
    /// What turns debug logs on, and where.
    pub(super) debug: Option<(&'static str, Place)>,
    /// How many processes run, where more than one is told, and where.
    pub(super) processes: Option<(i64, Place)>,
    /// `DATABASE_URL`, where the service sets it.
    pub(super) database_url: Option<Text>,
    /// `STORE_MODEL_IN_DB`, where the service switches it on.
    pub(super) stores: Option<Text>,
    environment: Vec<(String, Variable)>,
}

/// What is known about a variable of the container's environment, without its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Variable {
    /// It may be set.
    Unknown,
    /// It is set, and nobody knows to what: maybe to nothing.
    Given,
    /// Nothing sets it.
    Unset,
    /// It is set to nothing.
    Empty,
    /// It has a value.
    Set {
        /// Whether the value is `sk-1234`, the key of LiteLLM's own examples.
        default_key: bool,
    },
}

/// The service that mounts a config, the first in order of stacks.
pub(super) fn find(deployment: &Deployment, mounts: &Mounts<'_>, view: &View<'_>) -> Option<Use> {
    if let Some((stack, name)) = &view.config {
        let stack = deployment.stacks.get(*stack)?;
        return services(stack).find_map(|(title, place, node)| {
            let (target, mount) = content(node, name)?;
            Some(using(deployment, Some(stack), (&title, place), node, (target, mount)))
        });
    }
    let (mount, target) = mounts.of(view.document)?;
    let (name, place) = (mount.service.key.text()?.display(), mount.service.key.span());
    Some(using(deployment, mount.stack, (&name, place), &mount.service.value, (target, mount.span)))
}

impl Use {
    /// What the container knows as `name`.
    pub(super) fn variable(&self, name: &str) -> Variable {
        match self.environment.iter().find(|(n, _)| n == name) {
            Some((_, variable)) => *variable,
            None if self.closed => Variable::Unset,
            None => Variable::Unknown,
        }
    }
}

/// The services of a stack: name, place, definition.
fn services(stack: &Stack) -> impl Iterator<Item = (String, Span, &Node)> {
    let entries = stack.project.get("services").and_then(Node::map).unwrap_or_default();
    entries.iter().filter_map(|e| Some((e.key.text()?.display(), e.key.span(), &e.value)))
}

/// Where a service mounts the `configs` entry `name`.
fn content(service: &Node, name: &str) -> Option<(String, Span)> {
    let configs = service.get("configs").and_then(Node::seq)?;
    let config = configs.iter().find(|c| c.get("source").and_then(Node::known) == Some(name))?;
    let target = config.get("target").and_then(Node::text).map_or_else(|| name.to_owned(), Text::display);
    Some((join("/", &target), config.span()))
}

/// What a service says of the LiteLLM that it runs.
fn using(
    deployment: &Deployment,
    stack: Option<&Stack>,
    (name, place): (&str, Span),
    service: &Node,
    (target, mount): (String, Span),
) -> Use {
    let source = Source::of(deployment, stack, service);
    let words: Vec<&Node> = ["entrypoint", "command"]
        .iter()
        .flat_map(|key| service.get(key).and_then(Node::seq).unwrap_or_default())
        .collect();
    let entrypoint = service.get("entrypoint").is_some_and(|n| !n.is_null());
    let script = |w: &str| matches!(w, "sh" | "bash" | "/bin/sh" | "/bin/bash") || w.contains(".sh");
    let shell = words.iter().any(|w| w.known().is_none_or(script));
    let (environment, env_closed) = environment(service);
    let plain = source.plain && !entrypoint;
    let mut used = Use {
        service: name.to_owned(),
        service_place: place,
        target,
        mount,
        version: source.version,
        loaded: Holds::Varies,
        loads: None,
        plain,
        foreign: source.foreign,
        closed: env_closed && plain && !shell,
        debug: debug(service, &words),
        processes: processes(service, &words),
        stores: service
            .path(&["environment", "STORE_MODEL_IN_DB"])
            .and_then(Node::text)
            .filter(|t| t.known().is_some_and(|v| v.eq_ignore_ascii_case("true")))
            .cloned(),
        database_url: service.path(&["environment", "DATABASE_URL"]).and_then(Node::text).cloned(),
        environment,
    };
    (used.loaded, used.loads) = loaded(&used, service, &words, plain);
    used
}

/// Where a service's LiteLLM comes from.
struct Source {
    /// Whether it is the project's own image, with its own entrypoint and nothing in its environment.
    plain: bool,
    /// Whether it is built in the tree and starts an application's server.
    foreign: bool,
    version: Option<Version>,
}

impl Source {
    /// The tag of the image, or of the base image of the service's own Dockerfile, or the version that it installs.
    fn of(deployment: &Deployment, stack: Option<&Stack>, service: &Node) -> Source {
        if service.get("build").is_none_or(Node::is_null) {
            let image = service.get("image").and_then(Node::text);
            return Source { plain: image.is_some_and(litellm), foreign: false, version: image.and_then(version) };
        }
        let Some(build) = stack.and_then(|stack| build::find(deployment, stack, service)) else {
            return Source { plain: false, foreign: false, version: None };
        };
        let base = build.base().and_then(version);
        let version = base.or_else(|| build.commands().iter().find_map(|run| installed(run)));
        Source { plain: false, foreign: another(&build, service), version }
    }
}

/// Servers of applications that people write themselves.
const SERVERS: [&str; 9] = ["uvicorn", "gunicorn", "hypercorn", "node", "npm", "yarn", "pnpm", "bun", "java"];

/// Whether an image that is none of LiteLLM's starts an application's server, which may have LiteLLM as a library.
fn another(build: &build::Build<'_>, service: &Node) -> bool {
    let of_service = |key: &str| service.get(key).and_then(Node::seq).unwrap_or_default();
    let own: Vec<&str> = ["entrypoint", "command"].iter().flat_map(|k| of_service(k)).filter_map(Node::known).collect();
    let instructions = build.instructions();
    let starts = instructions.iter().filter(|i| matches!(i.name.as_str(), "CMD" | "ENTRYPOINT"));
    let told: Vec<&str> = if own.is_empty() { starts.map(|i| i.arguments.value()).collect() } else { own.clone() };
    let words = |text: &str| text.split([' ', '"', '[', ',', '/']).any(|word| SERVERS.contains(&word));
    let says = |text: &str| text.to_ascii_lowercase().contains("litellm");
    let base = build.base().is_some_and(|b| says(b.value()));
    !base && !told.iter().any(|text| says(text)) && told.iter().any(|text| words(text))
}

pub(super) fn litellm(image: &Text) -> bool {
    // A registry or a tag that is not known leaves the name known.
    repository(image.value()).contains("litellm")
}

fn version(image: &Text) -> Option<Version> {
    litellm(image).then(|| tag(image)).flatten().and_then(|tag| Version::parse(&tag))
}

/// The version of LiteLLM that a `RUN` line installs with pip or uv.
fn installed(run: &Text) -> Option<Version> {
    static PIN: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"\blitellm(\[[a-z_,-]*\])?\s*==\s*(\d+\.\d+\.\d+)").ok());
    let found = PIN.as_ref()?.captures(run.known()?)?;
    Version::parse(found.get(2)?.as_str())
}

/// Whether the process reads the mounted config: `CONFIG_FILE_PATH` wins over `--config`; there is no default path
/// (read off `proxy_server.py` and `proxy_cli.py` of both measured versions).
fn loaded(used: &Use, service: &Node, words: &[&Node], plain: bool) -> (Holds, Option<(String, Place)>) {
    let from_environment = service.path(&["environment", "CONFIG_FILE_PATH"]).filter(|n| !n.is_null());
    let named = from_environment.and_then(Node::text).cloned().or_else(|| argument(words));
    if let Some(text) = named {
        let Some(path) = text.known() else { return (Holds::Varies, None) };
        let folder = service.get("working_dir").and_then(Node::known).unwrap_or("/app");
        let path = join(folder, path);
        let same = path == used.target;
        return (Holds::of(same), (!same).then(|| (path, text.place())));
    }
    let opaque = words.iter().any(|w| w.known().is_none());
    let bucket = used.variable("LITELLM_CONFIG_BUCKET_NAME") != Variable::Unset;
    let says = plain && used.closed && !opaque && !bucket;
    (if says { Holds::No } else { Holds::Varies }, None)
}

/// How many processes run: workers of each container, times the replicas.
fn processes(service: &Node, words: &[&Node]) -> Option<(i64, Place)> {
    let count = |node: &Node| Some((node.known()?.trim().parse::<i64>().ok()?, node.text()?.place()));
    let option = words.iter().position(|w| w.known() == Some("--num_workers"));
    let word = option.and_then(|at| words.get(at + 1)).and_then(|w| count(w));
    let workers = word.or_else(|| count(service.path(&["environment", "NUM_WORKERS"])?));
    let replicas = service.path(&["deploy", "replicas"]).or_else(|| service.get("scale")).and_then(count);
    let all = workers.as_ref().map_or(1, |w| w.0).checked_mul(replicas.as_ref().map_or(1, |r| r.0))?;
    let place = workers.filter(|w| w.0 > 1).or(replicas)?.1;
    (all > 1).then_some((all, place))
}

/// The option or variable that turns debug logs on.
fn debug(service: &Node, words: &[&Node]) -> Option<(&'static str, Place)> {
    if let Some(value) = service.path(&["environment", "LITELLM_LOG"])
        && value.known().is_some_and(|v| v.eq_ignore_ascii_case("debug"))
    {
        return Some(("LITELLM_LOG=DEBUG", value.text()?.place()));
    }
    words.iter().filter_map(|w| w.text()).find_map(|word| match word.known() {
        Some("--detailed_debug") => Some(("--detailed_debug", word.place())),
        Some("--debug") => Some(("--debug", word.place())),
        _ => None,
    })
}

/// The argument of `--config` or `-c` among the words of a command, or inside one that is a shell line.
fn argument(words: &[&Node]) -> Option<Text> {
    let mut words = words.iter().filter_map(|w| w.text()).peekable();
    while let Some(word) = words.next() {
        let value = word.value();
        if matches!(value, "--config" | "-c") {
            match words.peek() {
                // `sh -c "litellm --config …"`
                Some(next) if value == "-c" && next.value().contains("--config") => continue,
                Some(next) => return Some((*next).clone()),
                None => return None,
            }
        }
        if let Some(at) = value.find("--config") {
            let rest = word.slice(at + "--config".len()..value.len());
            let start = rest.value().find(|c: char| c != '=' && c != ' ')?;
            let tail = rest.slice(start..rest.value().len());
            let end = tail.value().find(char::is_whitespace).unwrap_or(tail.value().len());
            return Some(tail.slice(0..end));
        }
    }
    None
}

/// The environment's variables, and whether all of them are visible.
fn environment(service: &Node) -> (Vec<(String, Variable)>, bool) {
    let mut closed = true;
    let mut found = Vec::new();
    if let Some(node) = service.get("environment").filter(|n| !n.is_null()) {
        closed &= node.map().is_some() && super::view::closed(node);
        for entry in node.map().unwrap_or_default() {
            let Some(name) = entry.key.known() else { continue };
            let variable = match entry.value.known() {
                _ if entry.value.is_null() => Variable::Unknown,
                None => Variable::Given,
                Some("") => Variable::Empty,
                Some(value) => Variable::Set { default_key: value == "sk-1234" },
            };
            found.push((name.to_owned(), variable));
        }
    }
    // What an env file says is merged into `environment` where the file could be read; a file that is still listed
    // may set anything.
    closed &= service.get("env_file").is_none_or(|n| n.is_null() || n.seq().is_some_and(<[Node]>::is_empty));
    (found, closed)
}

pub(super) fn repository(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

/// The tag of an image, where it is known even if the registry is not.
fn tag(image: &Text) -> Option<String> {
    let name = image.split_once('@').map_or_else(|| image.clone(), |(name, _)| name);
    let (_, tag) = name.rsplit_once(':')?;
    tag.known().filter(|t| !t.contains('/')).map(str::to_owned)
}
