//! Who runs a role: the plays, directly or through other roles.

use std::collections::BTreeSet;

use super::catalogue::Catalogue;
use super::layout;
use super::plays::{Play, Use};
use super::scope::Layer;

/// The most ways into one role that are told apart.
const MAX_CALLERS: usize = 16;

/// How many roles may stand between a play and a role.
const MAX_DEPTH: usize = 4;

/// The most roles that are looked at on the way; roles may all run each other.
const MAX_STEPS: usize = 200;

/// One way into a role.
#[derive(Debug, Default)]
pub(super) struct Caller {
    /// The hosts and groups that it is for; `None` for all.
    pub hosts: Option<Vec<String>>,
    /// The variables that it brings.
    pub layers: Vec<Layer>,
}

/// All ways into the role of the folder `role`, or into what lies in that folder; at least one.
pub(super) fn callers(catalogue: &Catalogue, role: &str, root: &str) -> Vec<Caller> {
    let plays: Vec<&Play> = catalogue.plays.iter().filter(|p| layout::reaches(&p.root, root)).collect();
    let mut walk = Walk { open: BTreeSet::new(), found: Vec::new(), steps: 0 };
    walk.follow(catalogue, &plays, role, &[]);
    let mut found = walk.found;
    if found.is_empty() && (role == root || layout::root(role) == role) {
        // No role of a name: plays take it from their own folder.
        let beside = |p: &&&Play| p.folder == role;
        let any = plays.iter().any(|p| p.folder == role);
        for play in plays.iter().filter(|p| !any || beside(p)) {
            // A tree that is a role by itself is called by a name that only its users know.
            let strange = |u: &&Use| !catalogue.roles.keys().any(|folder| u.means(folder));
            let mut uses = play.uses.iter().filter(strange).peekable();
            if any || uses.peek().is_none() {
                add(&mut found, caller(play, &[]));
            } else {
                uses.for_each(|u| add(&mut found, caller(play, &u.layers)));
            }
        }
        if !any {
            found.push(Caller::default());
        }
    }
    if found.is_empty() {
        found.push(Caller::default());
    }
    found
}

/// The search for plays.
struct Walk<'c> {
    open: BTreeSet<&'c str>,
    found: Vec<Caller>,
    steps: usize,
}

impl<'c> Walk<'c> {
    fn follow(&mut self, catalogue: &'c Catalogue, plays: &[&'c Play], role: &'c str, given: &[Layer]) {
        self.steps += 1;
        let over = self.steps > MAX_STEPS || self.open.len() >= MAX_DEPTH || self.found.len() >= MAX_CALLERS;
        if over || !self.open.insert(role) {
            return;
        }
        let with = |layers: &[Layer]| layers.iter().chain(given).cloned().collect::<Vec<_>>();
        for play in plays {
            for used in play.uses.iter().filter(|u| u.means(role)) {
                add(&mut self.found, caller(play, &with(&used.layers)));
            }
        }
        for (folder, user) in catalogue.roles.iter().filter(|(folder, _)| folder.as_str() != role) {
            // A role that runs any role is a helper; following it from each of them tells nothing.
            for used in user.uses.iter().filter(|u| u.means(role) && !u.any()) {
                self.follow(catalogue, plays, folder, &with(&used.layers));
            }
            if self.steps > MAX_STEPS {
                break;
            }
        }
        self.open.remove(role);
    }
}

fn caller(play: &Play, given: &[Layer]) -> Caller {
    Caller { hosts: play.hosts.clone(), layers: play.layers.iter().chain(given).cloned().collect() }
}

fn add(found: &mut Vec<Caller>, caller: Caller) {
    let bare = |c: &Caller| c.layers.is_empty() && c.hosts == caller.hosts;
    if found.len() < MAX_CALLERS && !(caller.layers.is_empty() && found.iter().any(bare)) {
        found.push(caller);
    }
}
