//! The definitions that one file sees, in order of precedence.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

use crate::expand::jinja::value::Value;
use crate::source::Span;
use crate::yaml::Node;

/// Ansible's order of precedence, the weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// Defaults of other roles of the same tree: a play that runs both sees them.
    OtherRoles,
    /// `defaults/` of the file's own role.
    RoleDefaults,
    /// Variables of groups inside an inventory file.
    InventoryGroup,
    /// `group_vars/all`.
    GroupVarsAll,
    /// `group_vars/*`.
    GroupVars,
    /// Variables of hosts inside an inventory file.
    InventoryHost,
    /// `host_vars/*`.
    HostVars,
    /// `vars:` of a play.
    Play,
    /// `vars_files:` of a play.
    PlayFiles,
    /// `vars/` of the file's own role.
    RoleVars,
    /// `vars:` of a block or a task.
    Task,
    /// `include_vars` and `set_fact`.
    Facts,
    /// Parameters of a role where a play names it.
    RoleParams,
    /// `--vars FILE`.
    Extra,
}

/// Definitions of one rank from one place.
#[derive(Debug, Clone)]
pub struct Layer {
    /// How strong they are.
    pub rank: Rank,
    /// What they are for, in words: a path, or the group's name.
    pub label: Arc<str>,
    /// The definitions by name.
    pub names: Arc<BTreeMap<String, Entry>>,
}

/// One definition.
#[derive(Debug, Clone)]
pub enum Entry {
    /// Written out.
    Written {
        /// Where the name stands.
        key: Span,
        /// The value, with its Jinja.
        value: Node,
    },
    /// One of several, which exclude each other.
    OneOf {
        /// Where the name first stands.
        key: Span,
        /// The values, each with the condition that it is under.
        options: Vec<(Arc<str>, Node)>,
        /// Whether none of the conditions may hold, so that a weaker definition counts.
        open: bool,
    },
    /// One item at a time of a list: a loop's variable.
    Each {
        /// Where the loop stands.
        key: Span,
        /// The list, with its Jinja.
        list: Node,
    },
    /// Set at run time, or differently in several places that we can't order.
    Runtime {
        /// Where it is set.
        key: Span,
        /// What sets it, in words.
        why: &'static str,
    },
}

/// Values that are the same for all who ask, with the names that they are made of.
pub(super) type Cache = HashMap<String, (Value, Arc<BTreeSet<Arc<str>>>)>;

/// All definitions that one file sees.
#[derive(Debug)]
pub struct Scope {
    /// The layers, the strongest last.
    pub layers: Vec<Layer>,
    /// The group or host that this reading is for, where there are several.
    pub world: Option<Arc<str>>,
    /// Whether an encrypted file adds names that can't be seen.
    pub vaulted: bool,
    /// Variables of the controller's environment that we were told.
    pub environment: Arc<Vec<(String, String)>>,
    pub(super) cache: Mutex<Cache>,
}

impl Rank {
    /// The rank in words, for `explain-var`.
    pub fn describe(self) -> &'static str {
        match self {
            Rank::OtherRoles => "defaults of another role",
            Rank::RoleDefaults => "role defaults",
            Rank::InventoryGroup => "group variables in the inventory",
            Rank::GroupVarsAll => "group_vars/all",
            Rank::GroupVars => "group_vars",
            Rank::InventoryHost => "host variables in the inventory",
            Rank::HostVars => "host_vars",
            Rank::Play => "play vars",
            Rank::PlayFiles => "play vars_files",
            Rank::RoleVars => "role vars",
            Rank::Task => "block or task vars",
            Rank::Facts => "include_vars or set_fact",
            Rank::RoleParams => "role parameters",
            Rank::Extra => "--vars",
        }
    }
}

impl Layer {
    /// The entries of the mapping `node`.
    pub fn of(rank: Rank, label: impl Into<Arc<str>>, node: &Node) -> Self {
        let mut names = BTreeMap::new();
        for entry in node.map().unwrap_or(&[]) {
            if let Some(name) = entry.key.known() {
                names.insert(name.to_owned(), Entry::Written { key: entry.key.span(), value: entry.value.clone() });
            }
        }
        Self { rank, label: label.into(), names: Arc::new(names) }
    }
}

impl Entry {
    /// Where the name stands.
    pub fn key(&self) -> Span {
        match self {
            Entry::Written { key, .. }
            | Entry::OneOf { key, .. }
            | Entry::Each { key, .. }
            | Entry::Runtime { key, .. } => *key,
        }
    }
}

impl Scope {
    /// A scope of `layers`, which are put in order.
    pub fn new(mut layers: Vec<Layer>, world: Option<Arc<str>>, vaulted: bool) -> Self {
        layers.sort_by_key(|l| l.rank);
        Self { layers, world, vaulted, environment: Arc::default(), cache: Mutex::default() }
    }

    /// The definition of `name` that so many stronger ones hide, and its layer.
    pub fn nth(&self, name: &str, hidden: usize) -> Option<(&Layer, &Entry)> {
        self.layers.iter().rev().filter_map(|l| Some((l, l.names.get(name)?))).nth(hidden)
    }

    /// Whether `other` has the same definitions of `name`.
    pub(super) fn says_the_same(&self, other: &Scope, name: &str) -> bool {
        let (mut own, mut others) = (self.all(name), other.all(name));
        loop {
            match (own.next(), others.next()) {
                (None, None) => return true,
                (Some((_, a)), Some((_, b))) if super::catalogue::agree(a, b) => {}
                _ => return false,
            }
        }
    }

    /// The definitions of `name`, the weakest first.
    pub fn all<'s>(&'s self, name: &'s str) -> impl Iterator<Item = (&'s Layer, &'s Entry)> {
        self.layers.iter().filter_map(move |l| Some((l, l.names.get(name)?)))
    }
}
