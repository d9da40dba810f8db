//! The ports on which a container's program listens: by its image, its options, its variables and its configuration.
//!
//! What is not understood leaves the list open: then nobody can say that a port is unanswered.

use super::mounted::Mounted;
use super::proxy;
use crate::knowledge::{Listeners, Listens, Role};
use crate::model::Model;
use crate::model::compose::ServiceInfo;
use crate::model::compose::build::Build;
use crate::model::compose::image::Reference;
use crate::model::compose::read::{entries, hides_variables, texts};
use crate::model::compose::shell;
use crate::syntax::conf::Grammar;
use crate::text::{Place, Text};
use crate::yaml::Node;
use std::collections::{BTreeSet, HashMap};

/// A port on which a program listens.
#[derive(Debug, Clone)]
pub(super) struct Listener {
    /// The port.
    pub(super) port: i64,
    /// What says so: `image`, `command`, `environment`, `config`.
    pub(super) by: &'static str,
    /// Where that is said.
    pub(super) place: Option<Place>,
    /// Whether it is known to listen on IPv4 addresses alone.
    pub(super) ipv4_only: bool,
    /// What says that nobody but the container itself reaches it.
    pub(super) loopback: Option<Place>,
    /// Whether it is meant for the container itself, though nothing in its files says so.
    pub(super) inward: bool,
}

/// What an option or a variable says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told<T> {
    /// It is not given.
    Nothing,
    /// It is given, and its value is not seen.
    Unseen,
    /// Its value.
    Value(T),
}

impl<T> Told<T> {
    fn is_told(&self) -> bool {
        !matches!(self, Told::Nothing)
    }

    /// The value, where it is seen.
    pub(super) fn value(self) -> Option<T> {
        match self {
            Told::Value(value) => Some(value),
            Told::Nothing | Told::Unseen => None,
        }
    }
}

/// All that is known of a container's ports.
#[derive(Debug, Clone, Default)]
pub(super) struct Listening {
    /// The ports.
    pub(super) all: Vec<Listener>,
    /// Whether there are no others.
    pub(super) complete: bool,
}

impl Listening {
    /// Whether something listens on `port`; `None` where that is not known.
    pub(super) fn answers(&self, port: i64) -> Option<bool> {
        if self.all.iter().any(|l| l.port == port) {
            return Some(true);
        }
        self.complete.then_some(false)
    }

    /// The ports that others may call.
    pub(super) fn ports(&self) -> BTreeSet<i64> {
        self.all.iter().filter(|l| !l.inward && l.loopback.is_none()).map(|l| l.port).collect()
    }

    fn add(&mut self, port: i64, by: &'static str, place: Option<Place>) {
        self.all.push(Listener { port, by, place, ipv4_only: false, loopback: None, inward: false });
    }
}

/// The ports of `service`.
pub(super) fn of(model: &Model<'_>, service: &ServiceInfo, mounted: &Mounted, build: Option<Build<'_>>) -> Listening {
    let node = &service.node;
    let image = node.get("image").and_then(Node::text).map(Reference::parse);
    let local = node.get("build").is_some_and(|b| !b.is_null());
    let image = if local { built_upon(model, build) } else { image };
    let repository = image.as_ref().and_then(|r| r.repository.known());
    let entry = repository.and_then(|r| model.knowledge.listeners(r));
    let mut found = match (entry, &image) {
        (Some(entry), Some(reference)) => known(entry, reference, node, mounted),
        _ => Listening::default(),
    };
    if entry.is_none() {
        let image = image.as_ref().and_then(|r| r.knowledge(model.knowledge));
        for port in image.into_iter().flat_map(|i| &i.ports) {
            found.add(i64::from(*port), "image", None);
        }
        proxy::listeners(mounted, &mut found);
    }
    if entry.is_none()
        && found.all.is_empty()
        && let Some(served) = super::server::of(node, build)
    {
        return served;
    }
    commanded(node, &mut found);
    found
}

/// The data store that an image is built upon, where the Dockerfile does not touch how it starts.
fn built_upon(model: &Model<'_>, build: Option<Build<'_>>) -> Option<Reference> {
    let build = build?;
    let base = Reference::parse(build.base()?);
    let entry = base.repository.known().and_then(|r| model.knowledge.listeners(r))?;
    let paths = [entry.configs.as_slice(), entry.settings.as_slice()].concat();
    let store = base.knowledge(model.knowledge).is_some_and(|i| i.roles.contains(&Role::Datastore));
    (store && build.unchanged(&paths).is_some()).then_some(base)
}

/// The ports of a program that is known.
pub(super) fn known(entry: &Listeners, reference: &Reference, node: &Node, mounted: &Mounted) -> Listening {
    let mut found = Listening { all: Vec::new(), complete: !entry.configs.iter().any(|at| mounted.hides(at)) };
    found.complete &= !entry.settings.iter().any(|at| mounted.brings(at));
    let arguments = arguments(entry, node).unwrap_or_else(|| {
        found.complete = false;
        Vec::new()
    });
    let opaque = |w: &Text| entry.opaque_flags.iter().any(|flag| w.value().contains(flag.as_str()));
    let environment = Environment::of(node);
    found.complete &= !arguments.iter().any(opaque) && !open_words(&arguments);
    found.complete &= !entry.opaque_variables.iter().any(|name| environment.names(name));
    let reads = entry.ports.iter().any(|p| !p.variables.is_empty()) || !entry.opaque_variables.is_empty();
    found.complete &= !(reads && environment.open);
    let from_config = configured(entry, &arguments, mounted, &mut found);
    for item in &entry.ports {
        match item.holds(tag(reference)) {
            Some(false) => continue,
            Some(true) => {}
            None => found.complete = false,
        }
        port(item, &reference.repository, &arguments, &environment, from_config, &mut found);
    }
    found
}

/// The tag, where it is known: `latest` where there is none.
fn tag(reference: &Reference) -> Option<&str> {
    match (&reference.tag, &reference.digest) {
        (Some(tag), _) => tag.known(),
        (None, None) => Some("latest"),
        (None, Some(_)) => None,
    }
}

fn port(
    item: &Listens,
    image: &Text,
    arguments: &[Text],
    environment: &Environment<'_>,
    from_config: bool,
    found: &mut Listening,
) {
    let flag = item.flags.iter().map(|flag| option(arguments, flag)).find(Told::is_told);
    let variable = || item.variables.iter().map(|name| environment.get(name)).find(Told::is_told);
    let told = match flag {
        Some(told) => (told, "command"),
        None => (variable().unwrap_or(Told::Nothing), "environment"),
    };
    match told {
        (Told::Value(value), by) if !value.is_empty() => match number(&value) {
            Some(port) => found.add(port, by, Some(value.place())),
            None => found.complete = false,
        },
        (Told::Unseen, _) => found.complete = false,
        (Told::Value(_) | Told::Nothing, _) => {
            if let Some(port) = item.port.filter(|_| !from_config) {
                let place = item.ipv4_only.then(|| image.place());
                let port = i64::from(port);
                found.all.push(Listener {
                    port,
                    by: "image",
                    place,
                    ipv4_only: item.ipv4_only,
                    loopback: None,
                    inward: false,
                });
            }
        }
    }
}

/// What the mounted configuration says; whether it replaces the image's own ports.
fn configured(entry: &Listeners, arguments: &[Text], mounted: &Mounted, found: &mut Listening) -> bool {
    let named = |name: &str| entry.names.iter().any(|n| n == name);
    if named("redis") || named("valkey/valkey") {
        return redis(arguments, mounted, found);
    }
    if named("traefik") {
        return false;
    }
    let openclaw = mounted.files.iter().find(|(_, d)| d.kind == crate::document::Kind::OpenClaw);
    if let Some((_, document)) = openclaw.filter(|_| named("ghcr.io/openclaw/openclaw")) {
        let port = document.nodes().first().and_then(|root| root.path(&["gateway", "port"])).and_then(Node::text);
        let Some(port) = port else { return false };
        match number(port) {
            Some(number) => found.add(number, "config", Some(port.place())),
            None => found.complete = false,
        }
        return true;
    }
    proxy::listeners_at(entry, mounted, found)
}

/// Redis reads the file that its command names.
fn redis(arguments: &[Text], mounted: &Mounted, found: &mut Listening) -> bool {
    let Some(path) =
        arguments.iter().find(|w| !w.value().starts_with('-') && w.value().rsplit('.').next() == Some("conf"))
    else {
        return false;
    };
    let file = mounted
        .files
        .iter()
        .find(|(at, d)| Some(at.as_str()) == path.known() && d.kind == crate::document::Kind::Conf(Grammar::Redis));
    let Some(conf) = file.and_then(|(_, d)| super::conf_of(d)) else {
        found.complete = false;
        return false;
    };
    let mut moved = false;
    for line in &conf.directives {
        match (line.name(), line.arguments()) {
            ("include", _) => found.complete = false,
            ("port" | "tls-port", [port, ..]) => {
                moved |= line.name() == "port";
                match number(port) {
                    Some(0) => {}
                    Some(number) => found.add(number, "config", Some(port.place())),
                    None => found.complete = false,
                }
            }
            _ => {}
        }
    }
    moved
}

/// The arguments that the image's program gets; `None` where another program may run.
pub(super) fn arguments(entry: &Listeners, node: &Node) -> Option<Vec<Text>> {
    let (entrypoint, command) = (texts(node.get("entrypoint")), texts(node.get("command")));
    let replaced = node.get("entrypoint").is_some_and(|n| !n.is_null());
    let words = [entrypoint, command].concat();
    if words.is_empty() {
        return (!replaced).then(Vec::new);
    }
    let own = |w: &Text| entry.programs.iter().any(|p| p == shell::base(w.value()));
    let first = words.first()?;
    if first.value().starts_with('-') && !replaced {
        return Some(words);
    }
    // One program, and nothing beside it that may listen as well.
    let commands = shell::commands(&words);
    let shell =
        |c: &&Vec<Text>| c.first().is_some_and(|w| matches!(shell::base(w.value()), "sh" | "bash" | "ash" | "dash"));
    let started: Vec<&Vec<Text>> = commands.iter().filter(|c| !shell(c)).collect();
    let [only] = started.as_slice() else { return None };
    only.first().is_some_and(own).then(|| only.get(1..).unwrap_or(&[]).to_vec())
}

/// Whether a word that is not known may hold options.
fn open_words(words: &[Text]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        let named = word.value().starts_with('-') && word.split_once('=').is_some_and(|(name, _)| name.is_known());
        let follows = at
            .checked_sub(1)
            .and_then(|i| words.get(i))
            .is_some_and(|w| w.value().starts_with('-') && !w.value().contains('='));
        !word.is_known() && !named && !follows
    })
}

/// The value of an option.
pub(super) fn option(words: &[Text], flag: &str) -> Told<Text> {
    for (at, word) in words.iter().enumerate().rev() {
        let value = word.value();
        let rest = value.strip_prefix(flag);
        match rest {
            Some("") if !flag.ends_with('=') => return words.get(at + 1).cloned().map_or(Told::Unseen, Told::Value),
            Some(rest) => {
                let attached = flag.ends_with('=') || flag.len() == 2 && rest.starts_with(|c: char| c.is_ascii_digit());
                let skipped = usize::from(!attached);
                if attached || rest.starts_with('=') {
                    return Told::Value(word.slice(flag.len() + skipped..value.len()));
                }
            }
            None => {}
        }
    }
    Told::Nothing
}

/// The port of `8080`, `:8080`, `0.0.0.0:8080`, `tcp://:9091`.
pub(super) fn number(text: &Text) -> Option<i64> {
    let value = text.known()?.trim().trim_end_matches('/');
    let port = value.rsplit(':').next()?;
    port.parse::<u16>().ok().map(i64::from)
}

/// What a command of any program says in so many words: `0.0.0.0:8000`, `--host 0.0.0.0 --port 8000`.
fn commanded(node: &Node, found: &mut Listening) {
    const EVERYWHERE: &str = "0.0.0.0";
    for command in shell::commands(&[texts(node.get("entrypoint")), texts(node.get("command"))].concat()) {
        let told = |flags: &[&str]| flags.iter().find_map(|f| option(&command, f).value());
        let ipv4 = command.iter().any(|w| w.value() == EVERYWHERE || w.value().ends_with("=0.0.0.0"));
        if let Some(port) = told(&["--port", "-p"]).filter(|_| ipv4)
            && let Some(number) = number(&port)
        {
            found.all.push(Listener {
                port: number,
                by: "command",
                place: Some(port.place()),
                ipv4_only: true,
                loopback: None,
                inward: false,
            });
        }
        for word in &command {
            let Some(rest) = word.known().and_then(|w| {
                w.trim_start_matches(|c: char| c == '-' || c.is_ascii_alphabetic() || c == '=').strip_prefix("0.0.0.0:")
            }) else {
                continue;
            };
            if let Ok(port) = rest.parse::<u16>() {
                found.all.push(Listener {
                    port: i64::from(port),
                    by: "command",
                    place: Some(word.place()),
                    ipv4_only: true,
                    loopback: None,
                    inward: false,
                });
            }
        }
    }
}

/// A service's variables, as far as they are known.
#[derive(Debug)]
pub(super) struct Environment<'a> {
    all: Vec<(&'a str, Option<&'a Text>)>,
    /// Where each stands in `all`, the first of a name.
    places: HashMap<&'a str, usize>,
    /// Whether others may be set that are not seen.
    pub(super) open: bool,
}

impl<'a> Environment<'a> {
    pub(super) fn of(node: &'a Node) -> Self {
        let own = entries(node.get("environment"));
        let all = own.iter().filter_map(|e| Some((e.key.known()?, e.value.text().filter(|_| !e.value.is_null()))));
        let all: Vec<_> = all.collect();
        let places = all.iter().enumerate().rev().map(|(at, (name, _))| (*name, at)).collect();
        Self { all, places, open: hides_variables(node) }
    }

    /// Whether it has a variable of this name.
    pub(super) fn names(&self, name: &str) -> bool {
        self.places.contains_key(name)
    }

    /// The value of a variable.
    pub(super) fn get(&self, name: &str) -> Told<Text> {
        match self.places.get(name).and_then(|at| self.all.get(*at)) {
            Some((_, Some(value))) => Told::Value((*value).clone()),
            Some((_, None)) => Told::Unseen,
            None => Told::Nothing,
        }
    }

    /// All variables that have a value.
    pub(super) fn values(&self) -> impl Iterator<Item = (&'a str, &'a Text)> + '_ {
        self.all.iter().filter_map(|(name, value)| Some((*name, (*value)?)))
    }
}
