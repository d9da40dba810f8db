//! The readings of a tree: which groups and hosts give variables different values.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::callers::Caller;
use super::catalogue::agree;
use super::scope::{Entry, Layer, Rank};
use crate::yaml::Node;

/// The most readings of one file that are told apart.
const MAX_WORLDS: usize = 16;

/// The most readings that are compared with each other.
const MAX_CONSIDERED: usize = 200;

/// A file of `group_vars/` or `host_vars/`.
#[derive(Debug)]
pub(super) struct GroupFile {
    /// The folder that holds `group_vars/`.
    pub base: String,
    /// The group, or the host.
    pub group: String,
    /// Whether it is a host's.
    pub host: bool,
    /// Its definitions.
    pub layer: Layer,
}

/// A host of an inventory.
#[derive(Debug, Default)]
struct Host {
    groups: BTreeSet<String>,
    layers: Vec<Layer>,
    /// Its name, where it is written first.
    name: Option<Node>,
}

/// An inventory file.
#[derive(Debug)]
pub(super) struct Inventory {
    /// Its folder.
    pub base: String,
    /// Variables of groups.
    groups: BTreeMap<String, Vec<Layer>>,
    /// Hosts, with the groups that they are in, the outermost first, and their own variables.
    hosts: BTreeMap<String, Host>,
    /// Groups by their depth in the tree of groups.
    depth: BTreeMap<String, usize>,
}

/// One reading: the variables of one host or group.
#[derive(Debug, Default)]
pub(super) struct World {
    /// Whom it is for, where there are several.
    pub name: Option<Arc<str>>,
    /// Its definitions.
    pub layers: Vec<Layer>,
    /// The host's name where the inventory writes it, if it is for one host.
    host: Option<Node>,
}

impl Inventory {
    /// The inventory of the YAML form `node`, found in the folder `base`.
    pub(super) fn of(base: String, node: Option<&Node>) -> Option<Self> {
        let mut inventory = Self { base, groups: BTreeMap::new(), hosts: BTreeMap::new(), depth: BTreeMap::new() };
        for entry in node?.map()? {
            inventory.group(entry.key.known()?, &entry.value, &[], 0);
        }
        Some(inventory)
    }

    /// The variables that are for one group or host, with its name in words.
    pub(super) fn owned(&self) -> impl Iterator<Item = (String, &Layer)> {
        let groups = self.groups.iter().filter(|(name, _)| *name != "all");
        let groups = groups.flat_map(|(name, layers)| layers.iter().map(move |l| (format!("group `{name}`"), l)));
        let hosts = self.hosts.iter();
        groups.chain(hosts.flat_map(|(name, host)| host.layers.iter().map(move |l| (format!("host `{name}`"), l))))
    }

    fn group(&mut self, name: &str, node: &Node, above: &[String], depth: usize) {
        if depth > 20 {
            return;
        }
        let deepest = self.depth.entry(name.to_owned()).or_default();
        *deepest = (*deepest).max(depth);
        let mut chain = above.to_vec();
        chain.push(name.to_owned());
        if let Some(vars) = node.get("vars") {
            self.groups.entry(name.to_owned()).or_default().push(Layer::of(Rank::InventoryGroup, name, vars));
        }
        for entry in node.get("hosts").and_then(Node::map).unwrap_or(&[]) {
            let Some(host) = entry.key.known() else { continue };
            let known = self.hosts.entry(host.to_owned()).or_default();
            known.groups.extend(chain.iter().cloned());
            known.name.get_or_insert_with(|| entry.key.clone());
            if entry.value.map().is_some() {
                known.layers.push(Layer::of(Rank::InventoryHost, host, &entry.value));
            }
        }
        for entry in node.get("children").and_then(Node::map).unwrap_or(&[]) {
            if let Some(child) = entry.key.known() {
                self.group(child, &entry.value, &chain, depth + 1);
            }
        }
    }

    fn worlds(&self, files: &[&GroupFile], wanted: Option<&[String]>) -> Vec<World> {
        let mut worlds = Vec::new();
        let files = Files::of(files);
        let named = |host: &String, groups: &BTreeSet<String>| {
            wanted.is_none_or(|w| w.iter().any(|n| n == host || groups.contains(n)))
        };
        for (host, own) in self.hosts.iter().filter(|(host, own)| named(host, &own.groups)) {
            let mut groups: Vec<&String> = own.groups.iter().collect();
            groups.sort_by_key(|g| (*g != "all", self.depth.get(*g).copied().unwrap_or(0), g.as_str()));
            let mut layers: Vec<Layer> = groups.iter().filter_map(|g| self.groups.get(*g)).flatten().cloned().collect();
            layers.extend(files.of_group("all"));
            for group in groups.iter().filter(|g| **g != "all") {
                layers.extend(files.of_group(group));
            }
            layers.extend(own.layers.iter().cloned());
            layers.extend(files.of_host(host));
            worlds.push(World { name: Some(format!("host {host}").into()), layers, host: own.name.clone() });
        }
        worlds
    }
}

/// Files of variables by the group or the host that they are for.
struct Files<'f> {
    groups: HashMap<&'f str, Vec<&'f Layer>>,
    hosts: HashMap<&'f str, Vec<&'f Layer>>,
}

impl<'f> Files<'f> {
    fn of(files: &[&'f GroupFile]) -> Self {
        let mut found = Self { groups: HashMap::new(), hosts: HashMap::new() };
        for file in files {
            let by_name = if file.host { &mut found.hosts } else { &mut found.groups };
            by_name.entry(file.group.as_str()).or_default().push(&file.layer);
        }
        found
    }

    fn of_group(&self, name: &str) -> impl Iterator<Item = Layer> {
        self.groups.get(name).into_iter().flatten().map(|layer| (*layer).clone())
    }

    fn of_host(&self, name: &str) -> impl Iterator<Item = Layer> {
        self.hosts.get(name).into_iter().flatten().map(|layer| (*layer).clone())
    }
}

/// The readings of the tree at `root` by each of `callers`: at least one, those that say the same taken together.
pub(super) fn worlds(files: &[&GroupFile], inventories: &[&Inventory], root: &str, callers: &[Caller]) -> Vec<World> {
    let mut all = Vec::new();
    for caller in callers {
        let before = all.len();
        for (name, files) in environments(files, root) {
            let of_inventory = inventories.iter().filter(|i| name.as_deref().is_none_or(|n| i.base.starts_with(n)));
            let of_inventory: Vec<_> = of_inventory.copied().collect();
            all.extend(of_caller(&files, &of_inventory, caller));
        }
        if all.len() == before {
            all.push(World { layers: caller.layers.clone(), ..World::default() });
        }
        if all.len() >= MAX_CONSIDERED {
            break;
        }
    }
    distinct(all)
}

fn of_caller(files: &[&GroupFile], inventories: &[&Inventory], caller: &Caller) -> Vec<World> {
    let wanted = caller.hosts.as_deref();
    let mut here: Vec<World> = inventories.iter().flat_map(|i| i.worlds(files, wanted)).collect();
    let used: BTreeSet<*const _> = here.iter().flat_map(|w| w.layers.iter().map(|l| Arc::as_ptr(&l.names))).collect();
    // Groups that no inventory of the tree mentions get a reading of their own.
    let unused = |f: &&GroupFile| f.group != "all" && !used.contains(&Arc::as_ptr(&f.layer.names));
    if here.is_empty() || wanted.is_none() && files.iter().any(unused) {
        here.extend(by_group(files, wanted));
    }
    for world in &mut here {
        world.layers.extend(caller.layers.iter().cloned());
    }
    here
}

/// Folders of inventories below the root exclude each other (`inventories/production`, `inventories/staging`).
fn environments<'f>(files: &[&'f GroupFile], root: &str) -> Vec<(Option<String>, Vec<&'f GroupFile>)> {
    let below: BTreeSet<&str> = files.iter().map(|f| f.base.as_str()).filter(|b| b.len() > root.len()).collect();
    if below.len() < 2 {
        return vec![(None, files.to_vec())];
    }
    let of = |base: &&str| {
        let chosen = files.iter().filter(|f| f.base == **base || f.base.len() <= root.len()).copied();
        (Some((*base).to_owned()), chosen.collect())
    };
    below.iter().map(of).collect()
}

/// Readings where no inventory says which host is in which group: each group in turn wins over the others.
fn by_group(files: &[&GroupFile], wanted: Option<&[String]>) -> Vec<World> {
    let files = Files::of(files);
    let groups: BTreeSet<&str> = files.groups.keys().copied().filter(|group| *group != "all").collect();
    let hosts: BTreeSet<&str> = files.hosts.keys().copied().collect();
    let of = |first: Option<&str>, host: Option<&str>| {
        let mut layers: Vec<Layer> = files.of_group("all").collect();
        let others = groups.iter().filter(|g| Some(**g) != first);
        for name in others.copied().chain(first) {
            layers.extend(files.of_group(name));
        }
        layers.extend(host.into_iter().flat_map(|host| files.of_host(host)));
        let name = host.map(|h| format!("host {h}")).or(first.map(|g| format!("group {g}")));
        World { name: name.map(Arc::from), layers, host: None }
    };
    // A play for groups or hosts that no file is for says nothing about the others.
    let meant = |name: &&&str| wanted.is_none_or(|w| w.iter().any(|n| n == **name));
    let some = groups.iter().any(|g| meant(&g)) || hosts.iter().any(|h| meant(&h));
    let meant = |name: &&&str| !some || meant(name);
    if hosts.is_empty() && groups.is_empty() {
        return vec![of(None, None)];
    }
    let of_groups = groups.iter().filter(meant).map(|g| of(Some(g), None));
    let of_hosts = hosts.iter().filter(meant).map(|h| of(None, Some(h)));
    of_hosts.chain(of_groups).collect()
}

/// Drops readings that give every name the same definition as an earlier one.
fn distinct(all: Vec<World>) -> Vec<World> {
    let mut kept: Vec<(World, BTreeMap<String, Entry>)> = Vec::new();
    for world in all {
        let mut winners: BTreeMap<String, Entry> = BTreeMap::new();
        let mut layers: Vec<&Layer> = world.layers.iter().collect();
        layers.sort_by_key(|l| l.rank);
        for (name, entry) in layers.iter().flat_map(|l| l.names.iter()) {
            winners.insert(name.clone(), entry.clone());
        }
        let room = kept.len() < MAX_WORLDS;
        let known = kept.iter_mut().find(|(_, other)| {
            other.len() == winners.len() && other.iter().all(|(n, e)| winners.get(n).is_some_and(|w| agree(w, e)))
        });
        match known {
            // What is for several hosts is for none by name.
            Some((same, _)) if same.name != world.name => same.host = None,
            None if room => kept.push((world, winners)),
            Some(_) | None => {}
        }
    }
    let single = kept.len() == 1;
    kept.into_iter()
        .map(|(mut world, _)| {
            world.layers.extend(world.host.as_ref().and_then(names_of));
            World { name: world.name.filter(|_| !single), ..world }
        })
        .collect()
}

/// The names that Ansible gives the host `node`.
fn names_of(node: &Node) -> Option<Layer> {
    let name = node.text()?;
    let short = name.split_once('.').map_or_else(|| name.clone(), |(short, _)| short);
    let entry = |value: Node| Entry::Written { key: node.span(), value };
    let names = [("inventory_hostname", name.clone()), ("inventory_hostname_short", short)];
    let names = names.into_iter().map(|(n, text)| (n.to_owned(), entry(Node::string(text)))).collect();
    Some(Layer { rank: Rank::HostVars, label: "inventory".into(), names: Arc::new(names) })
}
