//! Who listens, and who calls whom: facts of subjects `network.listener`, `network.dial` and `config.reference`, and what
//! follows from them for published ports and healthchecks.
//!
//! `mounted` finds the configurations that a container sees, `listen` and `proxy` say on which ports it answers, `dial`
//! what it calls, `reach` whom a name reaches. Where a program is not known, nothing is said of it.

pub(super) mod address;
mod auth_source;
mod config_line;
mod dial;
mod facts;
mod label;
mod labels;
mod listen;
mod localhost;
mod login;
mod misnamed;
mod mounted;
mod names;
mod proxy;
mod reach;
mod reference;
mod route;
mod routes;
mod server;
mod timeout;
mod tree;
mod unanswered;
mod users;

pub use config_line::SCHEMA as CONFIG_LINE;
pub use facts::{DIAL, LISTENER};
pub use labels::{LABEL, PUBLISH};
pub use login::SCHEMA as LOGIN;
pub use reference::SCHEMA as REFERENCE;
pub use route::SCHEMA as ROUTE;
pub use timeout::SCHEMA as TIMEOUT;
pub use unanswered::SCHEMA as UNANSWERED;

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::Model;
use super::compose::build::{self, Build};
use super::compose::image::Reference;
use super::compose::read::{entries, texts};
use super::compose::{ServiceInfo, StackInfo};
use super::fact::Value;
use super::launched::Launched;
use crate::document::{Body, Document, Kind};
use crate::expand::{Deployment, Stack};
use crate::knowledge::Listeners;
use crate::source::SourceId;
use crate::syntax::conf::Conf;
use crate::text::Text;
use crate::yaml::Node;
use listen::Listening;
use mounted::{Files, Mounted};
use reach::Space;
use tree::Tree;

/// What is known of one service's container.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    mounted: Mounted,
    listening: Listening,
    /// What is known of its image's ports.
    entry: Option<&'a Listeners>,
    traefik: Option<proxy::traefik::Traefik>,
    /// The services that its own values name.
    named: OnceCell<HashSet<usize>>,
}

/// A stack with what is known of its containers.
#[derive(Debug)]
pub(crate) struct Stacked<'a> {
    deployment: &'a Deployment,
    stack: &'a Stack,
    info: &'a StackInfo,
    spaces: Vec<Space>,
    /// For each service, those who use its network with it, where it is a service's.
    groups: HashMap<usize, Vec<usize>>,
    sites: Vec<Site<'a>>,
    /// For each service, the ports that it publishes: on the host, inside.
    published: Vec<Vec<(i64, i64)>>,
    /// The env files that one service alone is given.
    env_files: Rc<HashSet<SourceId>>,
    /// What the compose files of its folder tell; `None` where it has no file of its own.
    beside: Option<Rc<Telling<'a>>>,
}

/// For each service of a folder's compose files, those that say whom it reaches or what it is told.
type Telling<'a> = HashMap<&'a str, Vec<SourceId>>;

/// The folders with what their compose files tell.
type Folders<'a> = HashMap<&'a str, Rc<Telling<'a>>>;

/// Keys by which another file of a folder changes whom a service reaches, or what it is told.
const TELLING: &[&str] = &[
    "networks",
    "network_mode",
    "environment",
    "env_file",
    "extra_hosts",
    "links",
    "external_links",
    "labels",
    "extends",
    "command",
    "entrypoint",
];

/// Adds the facts of all stacks.
pub(crate) fn build(model: &mut Model<'_>, stacks: &[StackInfo], launched: &[Launched]) {
    timeout::build(model);
    config_line::build(model);
    labels::build(model, launched);
    let deployment = model.deployment;
    let files = Files::new(deployment);
    let folders = folders(deployment);
    let env_files = Rc::new(env_files(deployment, stacks));
    let one = |info| stacked(model, (&files, &folders, &env_files), info);
    let all: Vec<Stacked<'_>> = stacks.iter().filter_map(one).collect();
    let edges = edges(&all);
    let tree = Tree::new(deployment, stacks);
    let mut stores = login::Stores::default();
    for stacked in &all {
        for at in 0..stacked.info.services.len() {
            facts::listeners(model, stacked, at);
            facts::ports(model, stacked, at);
            facts::healthcheck(model, stacked, at);
            if let Some(service) = stacked.service(at) {
                unanswered::build(model, service);
            }
            facts::dials(model, stacked, at, &tree);
            login::build(model, stacked, at, &mut stores);
            reference::build(model, stacked, at);
        }
        routes::build(model, stacked, &edges, &tree);
    }
}

fn stacked<'a>(
    model: &Model<'a>,
    (files, folders, env_files): (&Files<'_>, &Folders<'a>, &Rc<HashSet<SourceId>>),
    info: &'a StackInfo,
) -> Option<Stacked<'a>> {
    let stack = model.deployment.stacks.get(info.index)?;
    let sites = info.services.iter().map(|s| site(model, files, stack, s)).collect();
    let published = info.services.iter().map(|s| published(model, s)).collect();
    let spaces = reach::spaces(info);
    let groups = reach::groups(&spaces);
    let first = stack.documents.first().and_then(|at| model.deployment.documents.get(*at));
    let beside = first.map(|first| folders.get(folder(&first.path)).cloned().unwrap_or_default());
    let env_files = Rc::clone(env_files);
    Some(Stacked { deployment: model.deployment, stack, info, spaces, groups, sites, published, env_files, beside })
}

fn folders(deployment: &Deployment) -> Folders<'_> {
    let tells = |service: &Node| {
        let known = |key: Option<&str>| key.is_none_or(|key| TELLING.contains(&key));
        service.map().is_none_or(|all| all.iter().any(|e| known(e.key.known())))
    };
    let mut found: HashMap<&str, Telling<'_>> = HashMap::new();
    for document in deployment.documents.iter().filter(|d| d.kind == Kind::Compose) {
        let told = found.entry(folder(&document.path)).or_default();
        let services = document.nodes().iter().flat_map(|node| entries(node.get("services")));
        for entry in services.filter(|e| tells(&e.value)) {
            told.entry(entry.key.known().unwrap_or_default()).or_default().push(document.source);
        }
    }
    found.into_iter().map(|(folder, told)| (folder, Rc::new(told))).collect()
}

/// The env files that one service alone is given, and that are for containers: `.env` is read by hand as well, and so may
/// be one for development.
fn env_files(deployment: &Deployment, stacks: &[StackInfo]) -> HashSet<SourceId> {
    let paths: HashMap<SourceId, &str> =
        deployment.documents.iter().filter(|d| d.kind == Kind::Env).map(|d| (d.source, d.path.as_str())).collect();
    let mut readers: HashMap<SourceId, HashSet<(&str, &str)>> = HashMap::new();
    for info in stacks {
        let first = deployment.stacks.get(info.index).and_then(|stack| stack.documents.first());
        let home = first.and_then(|at| deployment.documents.get(*at)).map_or("", |d| folder(&d.path));
        for service in &info.services {
            let values = service.variables.iter().filter_map(|v| v.value.as_ref());
            for source in values.map(|value| value.span().source).filter(|source| paths.contains_key(source)) {
                readers.entry(source).or_default().insert((home, service.name.as_str()));
            }
        }
    }
    let by_hand = |source: &SourceId| {
        let path = paths.get(source).copied().unwrap_or_default().to_ascii_lowercase();
        let name = path.rsplit('/').next().unwrap_or_default();
        name == ".env" || ["local", "dev", "example", "sample", "test"].iter().any(|word| name.contains(word))
    };
    readers.into_iter().filter(|(source, all)| all.len() == 1 && !by_hand(source)).map(|(source, _)| source).collect()
}

/// The folder of a path.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// The readings of the one Traefik of the deployment; none where there are several, or none.
fn edges<'s, 'a>(all: &'s [Stacked<'a>]) -> Vec<(&'s Stacked<'a>, usize)> {
    let proxies = |stacked: &'s Stacked<'a>| {
        (0..stacked.sites.len())
            .filter(|at| stacked.site(*at).is_some_and(|s| s.traefik.is_some()))
            .map(move |at| (stacked, at))
    };
    let found: Vec<(&Stacked<'a>, usize)> = all.iter().flat_map(proxies).collect();
    let named = |(stacked, at): &(&Stacked<'a>, usize)| {
        Some((stacked.stack.documents.first()?, stacked.service(*at)?.name.as_str()))
    };
    let one = found.first().and_then(named);
    if found.iter().all(|edge| named(edge) == one) { found } else { Vec::new() }
}

fn site<'a>(model: &Model<'a>, files: &Files<'_>, stack: &Stack, service: &ServiceInfo) -> Site<'a> {
    let mounted = files.of(stack, &service.node);
    let mut listening = listen::of(model, service, &mounted, build::find(model.deployment, stack, &service.node));
    let local = service.node.get("build").is_some_and(|b| !b.is_null());
    let image = service.node.get("image").and_then(Node::text).map(Reference::parse).filter(|_| !local);
    let entry = image.as_ref().and_then(|r| r.repository.known()).and_then(|r| model.knowledge.listeners(r));
    let traefik = entry.filter(|e| e.names.iter().any(|n| n == "traefik"));
    let traefik = traefik.map(|e| proxy::traefik::read(e, &service.node, &mounted));
    if let Some(traefik) = &traefik {
        listening = traefik.listening.clone();
    }
    Site { mounted, listening, entry, traefik, named: OnceCell::new() }
}

/// The single ports that a service publishes over TCP: on the host, inside.
fn published(model: &Model<'_>, service: &ServiceInfo) -> Vec<(i64, i64)> {
    let number = |value: Option<&Value>| match value {
        Some(Value::Str(s)) => s.parse::<i64>().ok(),
        Some(Value::Int(n)) => Some(*n),
        _ => None,
    };
    let one = |id: &super::fact::FactId| {
        let fact = model.facts.get(*id);
        let get = |name: &str| number(fact.field(name).map(|f| &f.value));
        Some((get("published")?, get("target")?))
    };
    service.ports.iter().filter_map(one).collect()
}

impl<'a> Stacked<'a> {
    fn service(&self, at: usize) -> Option<&'a ServiceInfo> {
        self.info.services.get(at)
    }

    fn site(&self, at: usize) -> Option<&Site<'a>> {
        self.sites.get(at)
    }

    fn published(&self, at: usize) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.published.get(at).into_iter().flatten().copied()
    }

    fn build(&self, at: usize) -> Option<Build<'a>> {
        build::find(self.deployment, self.stack, &self.service(at)?.node)
    }

    /// Those who use one network with the service: itself, and who shares it.
    fn group(&self, at: usize) -> Vec<usize> {
        match self.spaces.get(at) {
            Some(Space::Of(root)) => self.groups.get(root).cloned().unwrap_or_default(),
            _ => vec![at],
        }
    }

    /// Whether something answers on `port` where the service is; `None` where that is not known.
    fn answers(&self, at: usize, port: i64) -> Option<bool> {
        if !matches!(self.spaces.get(at), Some(Space::Of(_))) {
            return None;
        }
        let answers: Vec<Option<bool>> =
            self.group(at).into_iter().filter_map(|i| self.site(i)).map(|s| s.listening.answers(port)).collect();
        if answers.contains(&Some(true)) {
            return Some(true);
        }
        answers.iter().all(|a| *a == Some(false)).then_some(false)
    }

    /// Whether something answers others there.
    fn answers_others(&self, at: usize, port: i64) -> Option<bool> {
        let group = self.group(at);
        let mut on =
            group.iter().filter_map(|i| self.site(*i)).flat_map(|s| &s.listening.all).filter(|l| l.port == port);
        let inward = on.next().is_some_and(|first| first.inward && on.all(|l| l.inward));
        if inward { None } else { self.answers(at, port) }
    }

    /// Whether a value comes from an env file that says nothing of this service: several are given it, or those who run
    /// the program by hand read it as well.
    fn is_of_env_file(&self, at: usize, by: &str, value: &Text) -> bool {
        let source = value.span().source;
        let own = |at: &usize| self.deployment.documents.get(*at).is_some_and(|own| own.source == source);
        by == "environment"
            && self.service(at).is_some()
            && !self.stack.documents.iter().any(own)
            && !self.env_files.contains(&source)
    }

    /// Whether another file of the folder says more of the service, or it stands on one that is not seen.
    fn may_differ(&self, at: usize) -> bool {
        let Some(service) = self.service(at) else { return true };
        let Some(beside) = &self.beside else { return true };
        let own: Vec<SourceId> =
            self.stack.documents.iter().filter_map(|at| Some(self.deployment.documents.get(*at)?.source)).collect();
        let based = service.node.get("extends").is_some_and(|n| !n.is_null());
        based || beside.get(service.name.as_str()).is_some_and(|told| told.iter().any(|source| !own.contains(source)))
    }

    /// Whether the hosts file of the service says where `host` is; in another's network it is that one's.
    fn knows_host(&self, at: usize, host: &str) -> bool {
        let owner = match self.spaces.get(at) {
            Some(reach::Space::Of(root)) => *root,
            _ => at,
        };
        let Some(node) = self.service(owner).and_then(|s| s.node.get("extra_hosts")) else { return false };
        let names = |text: &Text| text.value().split(['=', ':']).next() == Some(host) || !text.is_known();
        let list = node.seq().unwrap_or_default().iter().filter_map(Node::text).any(names);
        list || node.map().unwrap_or_default().iter().filter_map(|e| e.key.text()).any(names)
    }
}

/// The directives of a document, where it has any.
fn conf_of(document: &Document) -> Option<&Conf> {
    match &document.body {
        Body::Conf(conf) => Some(conf),
        _ => None,
    }
}

/// The words of a service's key.
fn texts_of(node: &Node, key: &str) -> Vec<Text> {
    texts(node.get(key))
}
