//! All definitions of a tree, by where they apply.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::layout;
use super::scope::{Entry, Layer, Rank, Scope};
use super::tasks::{self, Task};
use super::worlds::{GroupFile, worlds};
use crate::document::{Document, Kind};
use crate::source::Span;
use crate::yaml::{Node, Value};

/// The definitions of one role.
#[derive(Debug, Default)]
struct Role {
    defaults: Vec<Layer>,
    vars: Vec<Layer>,
    facts: Vec<Layer>,
}

/// A play, as far as it concerns variables.
#[derive(Debug)]
struct Play {
    root: String,
    /// Names of the roles that it runs, with the parameters that it gives them.
    roles: Vec<(String, Vec<Layer>)>,
    layers: Vec<Layer>,
}

/// Scopes by the folder that they are for.
type Cache = Mutex<HashMap<String, Arc<Vec<Arc<Scope>>>>>;

/// All definitions of a tree.
#[derive(Debug, Default)]
pub struct Catalogue {
    roles: BTreeMap<String, Role>,
    groups: Vec<GroupFile>,
    inventories: Vec<super::worlds::Inventory>,
    plays: Vec<Play>,
    extra: Vec<Layer>,
    /// What other roles of the same root define, by root.
    pools: BTreeMap<String, Layer>,
    vaulted: Vec<String>,
    cache: Cache,
}

impl Catalogue {
    /// Collects the definitions of `documents`; `extra` are the files that the user named by `--vars`.
    pub fn new(documents: &[Arc<Document>], extra: Vec<Layer>) -> Self {
        let mut catalogue = Self { extra, ..Self::default() };
        let files: BTreeMap<&str, &Document> = documents.iter().map(|d| (d.path.as_str(), &**d)).collect();
        for document in documents {
            match document.kind {
                Kind::AnsibleVars => catalogue.variables(document),
                Kind::AnsibleTasks => catalogue.tasks(document, &files),
                Kind::AnsiblePlaybook => catalogue.playbook(document, &files),
                Kind::AnsibleInventory => {
                    let folder = layout::folder(&document.path).to_owned();
                    catalogue.inventories.extend(super::worlds::Inventory::of(folder, document.nodes().first()));
                }
                _ => {}
            }
        }
        catalogue.pool();
        catalogue
    }

    /// The readings that the file at `path` has: one for each group or host whose variables differ.
    pub fn scopes(&self, path: &str) -> Arc<Vec<Arc<Scope>>> {
        let role = layout::role(path);
        let key = role.unwrap_or_else(|| layout::folder(path));
        if let Some(found) = self.cache.lock().unwrap_or_else(PoisonError::into_inner).get(key) {
            return Arc::clone(found);
        }
        let scopes = Arc::new(self.build(path, role));
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(cache.entry(key.to_owned()).or_insert(scopes))
    }

    fn build(&self, path: &str, role: Option<&str>) -> Vec<Arc<Scope>> {
        let root = layout::root(path);
        let mut common: Vec<Layer> = self.extra.clone();
        common.extend(self.pools.get(root).cloned());
        if let Some(own) = role.and_then(|r| self.roles.get(r)) {
            common.extend(own.defaults.iter().chain(&own.vars).cloned());
            common.extend(merged(Rank::Facts, "facts of the role", &own.facts));
        }
        let name = role.map(|r| r.trim_end_matches('/').rsplit('/').next().unwrap_or(r));
        let mut of_plays = Vec::new();
        let mut parameters = Vec::new();
        for play in self.plays.iter().filter(|p| layout::reaches(&p.root, root)) {
            let named = play.roles.iter().filter(|(r, _)| Some(r.rsplit('.').next().unwrap_or(r)) == name);
            let given: Vec<_> = named.collect();
            if role.is_none() || !given.is_empty() {
                of_plays.extend(play.layers.iter().cloned());
            }
            parameters.extend(given.into_iter().flat_map(|(_, layers)| layers.iter().cloned()));
        }
        for rank in [Rank::Play, Rank::PlayFiles] {
            let layers: Vec<_> = of_plays.iter().filter(|l| l.rank == rank).cloned().collect();
            common.extend(merged(rank, "plays", &layers));
        }
        common.extend(merged(Rank::RoleParams, "role parameters", &parameters));
        let reaching: Vec<_> = self.groups.iter().filter(|g| layout::reaches(&g.base, root)).collect();
        let inventories: Vec<_> = self.inventories.iter().filter(|i| layout::reaches(&i.base, root)).collect();
        let vaulted = self.vaulted.iter().any(|v| role == Some(v.as_str()) || layout::reaches(v, root));
        worlds(&reaching, &inventories, root)
            .into_iter()
            .map(|world| {
                let layers = common.iter().cloned().chain(world.layers).collect();
                Arc::new(Scope::new(layers, world.name, vaulted))
            })
            .collect()
    }

    fn variables(&mut self, document: &Document) {
        let path = document.path.as_str();
        let encrypted = document.text.value().starts_with("$ANSIBLE_VAULT;");
        let Some(node) = document.nodes().first().filter(|n| n.map().is_some() || encrypted) else { return };
        for (kind, host) in [("group_vars", false), ("host_vars", true)] {
            if let Some((base, group)) = layout::group(path, kind) {
                if encrypted {
                    self.vaulted.push(base);
                    return;
                }
                let rank = match (host, group.as_str()) {
                    (true, _) => Rank::HostVars,
                    (false, "all") => Rank::GroupVarsAll,
                    (false, _) => Rank::GroupVars,
                };
                self.groups.push(GroupFile { base, group, host, layer: Layer::of(rank, path, node) });
                return;
            }
        }
        let Some(folder) = layout::role(path) else {
            if encrypted {
                // `vars/vault.yml` beside a playbook.
                self.vaulted.push(layout::folder(layout::folder(path).trim_end_matches('/')).to_owned());
            }
            return;
        };
        let part = path[folder.len()..].split('/').next().unwrap_or("");
        if encrypted {
            self.vaulted.push(folder.to_owned());
            return;
        }
        let role = self.roles.entry(folder.to_owned()).or_default();
        match part {
            "defaults" => role.defaults.push(Layer::of(Rank::RoleDefaults, path, node)),
            // Only `vars/main` and what is in a folder of that name is read by itself.
            "vars" if main_file(&path[folder.len()..]) => role.vars.push(Layer::of(Rank::RoleVars, path, node)),
            _ => {}
        }
    }

    fn tasks(&mut self, document: &Document, files: &BTreeMap<&str, &Document>) {
        let Some(folder) = layout::role(&document.path) else { return };
        let list = document.nodes().first();
        let layers: Vec<_> = list.into_iter().flat_map(tasks::tasks).filter_map(|t| facts(&t, folder, files)).collect();
        self.roles.entry(folder.to_owned()).or_default().facts.extend(layers);
    }

    fn playbook(&mut self, document: &Document, files: &BTreeMap<&str, &Document>) {
        let folder = layout::folder(&document.path);
        for play in document.nodes().iter().filter_map(Node::seq).flatten().filter(|n| n.map().is_some()) {
            let mut layers = Vec::new();
            layers.extend(play.get("vars").map(|v| Layer::of(Rank::Play, document.path.as_str(), v)));
            for name in play.get("vars_files").and_then(Node::seq).unwrap_or(&[]).iter().filter_map(Node::known) {
                let found = files.get(format!("{folder}{}", name.trim_start_matches("./")).as_str());
                let node = found.and_then(|d| d.nodes().first());
                layers.extend(node.map(|n| Layer::of(Rank::PlayFiles, name, n)));
            }
            let prompts = play.get("vars_prompt").and_then(Node::seq).unwrap_or(&[]).iter();
            let prompted = prompts.filter_map(|p| p.get("name")).filter_map(|n| Some((n.known()?, n.span())));
            layers.extend(prompted.map(|(name, at)| runtime(Rank::Play, name, at, "asked for when the play starts")));
            let all = tasks::of_play(play);
            layers.extend(all.iter().filter_map(|t| facts(t, folder, files)).map(|l| Layer { rank: Rank::Play, ..l }));
            let mut roles: Vec<_> =
                play.get("roles").and_then(Node::seq).unwrap_or(&[]).iter().filter_map(named_role).collect();
            for task in &all {
                roles.extend(["include_role", "import_role"].iter().filter_map(|m| {
                    let name = task.argument(m, "name")?.known()?.to_owned();
                    let given = task.node.get("vars").map(|v| Layer::of(Rank::RoleParams, document.path.as_str(), v));
                    Some((name, given.into_iter().collect()))
                }));
            }
            self.plays.push(Play { root: layout::root(&document.path).to_owned(), roles, layers });
        }
    }

    /// Gathers, by root, the defaults that roles see of each other, and names that some task sets.
    fn pool(&mut self) {
        let mut by_root: BTreeMap<String, Vec<Layer>> = BTreeMap::new();
        for (folder, role) in &self.roles {
            let layers = by_root.entry(layout::root(folder).to_owned()).or_default();
            layers.extend(role.defaults.iter().chain(&role.vars).chain(&role.facts).cloned());
        }
        for (root, layers) in by_root {
            if let Some(layer) = merged(Rank::OtherRoles, "other roles", &layers) {
                self.pools.insert(root, layer);
            }
        }
    }
}

/// Whether Ansible reads this file of a role's `vars/` without being told.
fn main_file(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    parts.next().is_some_and(|part| layout::stem(part) == "main")
}

/// A play's entry of `roles:`, with its parameters.
fn named_role(node: &Node) -> Option<(String, Vec<Layer>)> {
    if let Some(name) = node.known() {
        return Some((name.to_owned(), Vec::new()));
    }
    let name = node.get("role").or_else(|| node.get("name"))?.known()?.to_owned();
    let keywords = ["role", "name", "tags", "when", "become", "become_user", "vars", "delegate_to", "environment"];
    let own = node.map()?.iter().filter(|e| !e.key.known().is_some_and(|k| keywords.contains(&k)));
    let own = Node::new(Value::Map(own.cloned().collect()), node.span());
    let given = node.get("vars").into_iter().chain([&own]).map(|n| Layer::of(Rank::RoleParams, name.as_str(), n));
    let given = given.collect();
    Some((name, given))
}

/// What a task defines for those after it.
fn facts(task: &Task, folder: &str, files: &BTreeMap<&str, &Document>) -> Option<Layer> {
    if let Some((name, at)) = task.register() {
        return Some(runtime(Rank::Facts, name, at, "the result of a task"));
    }
    let sure = !task.conditional && task.repeated().is_none();
    if let Some(set) = task.module("set_fact") {
        let layer = Layer::of(Rank::Facts, "set_fact", set);
        return Some(if sure { layer } else { unsure(layer, "set by a task that may not run") });
    }
    task.module("include_vars")?;
    let name = task.argument("include_vars", "file").or_else(|| task.module("include_vars")?.text().cloned())?;
    let name = name.known()?.to_owned();
    let places = [format!("{folder}vars/{name}"), format!("{folder}{name}")];
    let found = places.iter().find_map(|p| files.get(p.as_str()))?;
    let layer = Layer::of(Rank::Facts, found.path.as_str(), found.nodes().first()?);
    Some(if sure { layer } else { unsure(layer, "read by a task that may not run") })
}

fn runtime(rank: Rank, name: &str, key: Span, why: &'static str) -> Layer {
    let names = BTreeMap::from([(name.to_owned(), Entry::Runtime { key, why })]);
    Layer { rank, label: why.into(), names: Arc::new(names) }
}

fn unsure(layer: Layer, why: &'static str) -> Layer {
    let names = layer.names.iter().map(|(n, e)| (n.clone(), Entry::Runtime { key: e.key(), why }));
    Layer { names: Arc::new(names.collect()), ..layer }
}

/// One layer of several whose order is not known: a name that they define differently is not known.
fn merged(rank: Rank, label: &str, layers: &[Layer]) -> Option<Layer> {
    let mut names: BTreeMap<String, Entry> = BTreeMap::new();
    let mut clashes = BTreeSet::new();
    for (name, entry) in layers.iter().flat_map(|l| l.names.iter()) {
        match names.get(name) {
            None => {
                names.insert(name.clone(), entry.clone());
            }
            Some(first) if agree(first, entry) => {}
            Some(_) => {
                clashes.insert(name.clone());
            }
        }
    }
    for name in clashes {
        let Some(key) = names.get(&name).map(Entry::key) else { continue };
        names.insert(name, Entry::Runtime { key, why: "defined differently in several places" });
    }
    let label = match layers {
        [only] => Arc::clone(&only.label),
        _ => label.into(),
    };
    (!names.is_empty()).then(|| Layer { rank, label, names: Arc::new(names) })
}

pub(super) fn agree(a: &Entry, b: &Entry) -> bool {
    match (a, b) {
        (Entry::Written { value: a, .. }, Entry::Written { value: b, .. }) => a.same(b) || same(a, b, 0),
        _ => false,
    }
}

/// Whether two nodes say the same, wherever they stand.
fn same(a: &Node, b: &Node, depth: usize) -> bool {
    if depth > 60 || a.tag() != b.tag() {
        return false;
    }
    match (a.value(), b.value()) {
        (Value::Scalar(a), Value::Scalar(b)) => {
            a.text.known().is_some() && a.text.known() == b.text.known() && (a.style == b.style)
        }
        (Value::Seq(a), Value::Seq(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b, depth + 1)),
        (Value::Map(a), Value::Map(b)) => {
            let entry = |a: &crate::yaml::Entry, b: &crate::yaml::Entry| {
                same(&a.key, &b.key, depth + 1) && same(&a.value, &b.value, depth + 1)
            };
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| entry(a, b))
        }
        _ => false,
    }
}
