//! All definitions of a tree, by where they apply.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use super::callers::{Caller, callers};
use super::host_views::{GroupFile, worlds};
use super::layout;
use super::plays::{self, Play, Use};
use super::scope::{Entry, Layer, Rank, Scope};
use super::set_facts::{self, Files, SetFact};
use super::tasks;
use crate::document::{Document, Kind};
use crate::load::classify::encrypted;
use crate::yaml::{Node, Value};

/// The definitions of one role.
#[derive(Debug, Default)]
pub(super) struct Role {
    defaults: Vec<Layer>,
    vars: Vec<Layer>,
    facts: Vec<SetFact>,
    /// What `facts` come to.
    set: Option<Layer>,
    /// The variables that its tasks give to files of tasks.
    given: Vec<Layer>,
    /// The roles that it runs.
    pub uses: Vec<Use>,
}

/// Scopes by the folder that they are for.
type Cache = Mutex<HashMap<String, Arc<Vec<Arc<Scope>>>>>;

/// All definitions of a tree.
#[derive(Debug, Default)]
pub struct Catalogue {
    pub(super) roles: BTreeMap<String, Role>,
    pub(super) groups: Vec<GroupFile>,
    pub(super) inventories: Vec<super::host_views::Inventory>,
    pub(super) plays: Vec<Play>,
    extra: Vec<Layer>,
    /// What other roles of the same root define, by root.
    pools: BTreeMap<String, Vec<Layer>>,
    vaulted: Vec<String>,
    answers: super::generator_defaults::Answers,
    environment: Arc<Vec<(String, String)>>,
    cache: Cache,
}

impl Catalogue {
    /// Whether a file of variables is encrypted.
    pub(in crate::expand) fn encrypted(&self) -> bool {
        !self.vaulted.is_empty()
    }

    /// Collects the definitions of `documents`, which are some of `files`; `extra` are the files that the user named by
    /// `--vars`.
    pub fn new(documents: &[Arc<Document>], files: &Files<'_>, extra: Vec<Layer>) -> Self {
        let mut catalogue = Self { extra, answers: super::generator_defaults::answers(files), ..Self::default() };
        for document in documents {
            match document.kind {
                Kind::AnsibleVars => catalogue.variables(document),
                Kind::AnsibleTasks => catalogue.tasks(document, files),
                Kind::AnsiblePlaybook => catalogue.plays.extend(plays::plays(document, files)),
                Kind::AnsibleInventory => {
                    let folder = layout::folder(&document.path).to_owned();
                    catalogue.inventories.extend(super::host_views::Inventory::of(folder, document.nodes().first()));
                }
                Kind::Yaml => catalogue.meta(document),
                _ => {}
            }
        }
        let read = documents.iter().filter(|d| d.kind == Kind::AnsibleVars).map(|d| (d.path.as_str(), d.text.value()));
        let all = files.iter().map(|(path, text)| (*path, text.value())).chain(read);
        for (path, _) in all.filter(|(_, text)| encrypted(text).is_some()) {
            catalogue.vault(path);
        }
        catalogue.vaulted.sort();
        catalogue.vaulted.dedup();
        for role in catalogue.roles.values_mut() {
            role.set = set_facts::layer(Rank::Facts, "facts of the role", &role.facts);
        }
        catalogue.pool();
        catalogue
    }

    /// Whose definitions are where.
    pub fn owners(&self) -> super::Owners {
        super::Owners::new(self)
    }

    /// The same, with variables of the controller's environment.
    #[must_use]
    pub fn with_environment(self, environment: &[(String, String)]) -> Self {
        Self { environment: Arc::new(environment.to_vec()), ..self }
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
        let own = role.unwrap_or_else(|| layout::folder(path));
        common.extend(super::generator_defaults::nearest(&self.answers, own).cloned());
        common.extend(self.pools.get(root).into_iter().flatten().cloned());
        if let Some(role) = role.and_then(|r| self.roles.get(r)) {
            common.extend(role.defaults.iter().chain(&role.vars).chain(&role.set).cloned());
            common.extend(merged(Rank::Task, "included tasks", &role.given, true));
        }
        let reaching: Vec<_> = self.groups.iter().filter(|g| layout::reaches(&g.base, root)).collect();
        let inventories: Vec<_> = self.inventories.iter().filter(|i| layout::reaches(&i.base, root)).collect();
        let vaulted = self.vaulted.iter().any(|v| role == Some(v.as_str()) || layout::reaches(v, root));
        let callers: Vec<Caller> = callers(self, own, root);
        worlds(&reaching, &inventories, root, &callers)
            .into_iter()
            .map(|world| {
                let layers = common.iter().cloned().chain(world.layers).collect();
                let environment = Arc::clone(&self.environment);
                Arc::new(Scope { environment, ..Scope::new(layers, world.name, vaulted) })
            })
            .collect()
    }

    /// The folder that an encrypted file of variables is for; such a file is no document.
    fn vault(&mut self, path: &str) {
        let base = ["group_vars", "host_vars"].iter().find_map(|kind| layout::group(path, kind)).map(|(base, _)| base);
        let of_folder = || {
            let parts: Vec<&str> = path.split('/').rev().skip(1).collect();
            let own = parts.iter().any(|part| matches!(*part, "vars" | "defaults"));
            // `vars/vault.yml` beside a playbook has no role.
            let beside = || layout::folder(layout::folder(path).trim_end_matches('/'));
            own.then(|| layout::role(path).unwrap_or_else(beside).to_owned())
        };
        self.vaulted.extend(base.or_else(of_folder));
    }

    fn variables(&mut self, document: &Document) {
        let path = document.path.as_str();
        let Some(node) = document.nodes().first().filter(|n| n.map().is_some()) else { return };
        for (kind, host) in [("group_vars", false), ("host_vars", true)] {
            if let Some((base, group)) = layout::group(path, kind) {
                let rank = match (host, group.as_str()) {
                    (true, _) => Rank::HostVars,
                    (false, "all") => Rank::GroupVarsAll,
                    (false, _) => Rank::GroupVars,
                };
                self.groups.push(GroupFile { base, group, host, layer: Layer::of(rank, path, node) });
                return;
            }
        }
        let Some(folder) = layout::role(path) else { return };
        let part = path[folder.len()..].split('/').next().unwrap_or("");
        let role = self.roles.entry(folder.to_owned()).or_default();
        match part {
            "defaults" => role.defaults.push(Layer::of(Rank::RoleDefaults, path, node)),
            // Only `vars/main` and what is in a folder of that name is read by itself.
            "vars" if main_file(&path[folder.len()..]) => role.vars.push(Layer::of(Rank::RoleVars, path, node)),
            _ => {}
        }
    }

    fn tasks(&mut self, document: &Document, files: &Files<'_>) {
        let Some(folder) = layout::role(&document.path) else { return };
        let role = self.roles.entry(folder.to_owned()).or_default();
        for task in document.nodes().first().into_iter().flat_map(tasks::tasks) {
            role.facts.extend(set_facts::of_task(&task, folder, files));
            role.uses.extend(plays::of_task(&task, &document.path));
            if ["include_tasks", "import_tasks", "include"].iter().any(|m| task.module(m).is_some()) {
                role.given.extend(plays::given(&task, &document.path));
            }
        }
    }

    /// The dependencies of a role, which run before it.
    fn meta(&mut self, document: &Document) {
        let Some(folder) = layout::role(&document.path).filter(|f| document.path[f.len()..].starts_with("meta/"))
        else {
            return;
        };
        let list = document.nodes().first().and_then(|n| n.get("dependencies")).and_then(Node::seq).unwrap_or(&[]);
        let uses = list.iter().filter_map(|n| plays::named(n, &document.path));
        self.roles.entry(folder.to_owned()).or_default().uses.extend(uses);
    }

    /// Gathers, by root, what roles see of each other, the weakest first.
    fn pool(&mut self) {
        let mut by_root: BTreeMap<String, [Vec<Layer>; 3]> = BTreeMap::new();
        for (folder, role) in &self.roles {
            let [defaults, vars, set] = by_root.entry(layout::root(folder).to_owned()).or_default();
            defaults.extend(role.defaults.iter().cloned());
            vars.extend(role.vars.iter().cloned());
            set.extend(role.set.iter().cloned());
        }
        for (root, parts) in by_root {
            let layers = parts.iter().filter_map(|l| merged(Rank::OtherRoles, "other roles", l, false));
            self.pools.insert(root, layers.collect());
        }
    }
}

/// Whether Ansible reads this file of a role's `vars/` without being told.
fn main_file(path: &str) -> bool {
    let mut parts = path.split('/').skip(1);
    parts.next().is_some_and(|part| layout::stem(part) == "main")
}

/// One layer of several whose order is not known: a name that they define differently is one of several, where each is
/// an alternative, and else not known.
fn merged(rank: Rank, label: &str, layers: &[Layer], alternatives: bool) -> Option<Layer> {
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
        let options = if alternatives { options(label, &name, layers) } else { None };
        let unseen = Entry::Runtime { key, why: "defined differently in several places" };
        names.insert(name, options.map_or(unseen, |options| Entry::OneOf { key, options, open: false }));
    }
    let label = match layers {
        [only] => Arc::clone(&only.label),
        _ => label.into(),
    };
    (!names.is_empty()).then(|| Layer { rank, label, names: Arc::new(names) })
}

/// What each layer has for `name`, where all of them write it out. What one layer says holds together.
fn options(label: &str, name: &str, layers: &[Layer]) -> Option<Vec<(Arc<str>, Node)>> {
    let defining = layers.iter().enumerate().filter_map(|(i, l)| Some((i, l.names.get(name)?)));
    let option = |(i, entry): (usize, &Entry)| match entry {
        Entry::Written { value, key } => Some((format!("{label} {:?} {i}", key.source).into(), value.clone())),
        _ => None,
    };
    defining.map(option).collect()
}

pub(super) fn agree(a: &Entry, b: &Entry) -> bool {
    match (a, b) {
        (Entry::Written { value: a, .. }, Entry::Written { value: b, .. }) => a.same(b) || same(a, b, 0),
        (Entry::Written { .. }, _) | (_, Entry::Written { .. }) => false,
        _ => a.key() == b.key(),
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
