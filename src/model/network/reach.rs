//! Whom a name reaches: the services of a project by their names, and whether two of them share a network.

use std::collections::{BTreeSet, HashMap};

use crate::model::compose::topology::network_names;
use crate::model::compose::{ServiceInfo, StackInfo};
use crate::text::Text;

/// Whose network a container uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Space {
    /// That of the service with this index; its own in most cases.
    Of(usize),
    /// The host's.
    Host,
    /// None, or one that nobody knows.
    Other,
}

/// The services that use the network of a service, by its index.
pub(super) fn groups(spaces: &[Space]) -> HashMap<usize, Vec<usize>> {
    let mut groups: HashMap<usize, Vec<usize>> = HashMap::new();
    for (at, space) in spaces.iter().enumerate() {
        if let Space::Of(root) = space {
            groups.entry(*root).or_default().push(at);
        }
    }
    groups
}

/// The network that each service of a stack uses.
pub(super) fn spaces(stack: &StackInfo) -> Vec<Space> {
    let mode = |s: &ServiceInfo| s.node.get("network_mode").filter(|m| !m.is_null()).cloned();
    let next = |at: usize| -> Result<usize, Space> {
        let Some(mode) = stack.services.get(at).and_then(mode) else { return Err(Space::Of(at)) };
        match mode.known() {
            Some("host") => Err(Space::Host),
            Some(shared) => match shared.strip_prefix("service:") {
                Some(name) => stack.services.iter().position(|s| s.name == name).ok_or(Space::Other),
                None => Err(Space::Other),
            },
            None => Err(Space::Other),
        }
    };
    let follow = |start: usize| {
        let mut at = start;
        for _ in 0..8 {
            match next(at) {
                Ok(other) => at = other,
                Err(space) => return space,
            }
        }
        Space::Other
    };
    (0..stack.services.len()).map(follow).collect()
}

/// The services of the stack that `host` names.
pub(super) fn named(stack: &StackInfo, host: &Text) -> Vec<usize> {
    let Some(host) = host.known().filter(|h| !h.is_empty()) else { return Vec::new() };
    let is = |s: &ServiceInfo| s.names.iter().any(|n| n.eq_ignore_ascii_case(host));
    stack.services.iter().enumerate().filter(|(_, s)| is(s)).map(|(at, _)| at).collect()
}

/// All names that containers of the deployment have.
pub(super) fn all_names(stacks: &[StackInfo]) -> BTreeSet<String> {
    stacks.iter().flat_map(|s| &s.services).flat_map(|s| &s.names).map(|n| n.to_ascii_lowercase()).collect()
}

/// Whether `host` is the name that compose gives to a container of `service`: `project-app-1`, `project_app_1`.
pub(super) fn is_given(service: &ServiceInfo, host: &str) -> bool {
    let plain = host.trim_end_matches(|c: char| c.is_ascii_digit()).trim_end_matches(['-', '_']);
    plain.len() < host.len() && plain.strip_suffix(service.name.as_str()).is_some_and(|rest| rest.ends_with(['-', '_']))
}

/// Whether two services share a network; `None` where that is not known.
pub(super) fn share(stack: &StackInfo, spaces: &[Space], from: usize, to: usize) -> Option<bool> {
    let (Some(Space::Of(a)), Some(Space::Of(b))) = (spaces.get(from), spaces.get(to)) else { return None };
    if a == b {
        return Some(true);
    }
    let (a, b) = (stack.services.get(*a)?, stack.services.get(*b)?);
    let (own, other) = (network_names(stack, a), network_names(stack, b));
    if own.iter().any(|n| other.contains(n)) {
        return Some(true);
    }
    let known = |s: &ServiceInfo| {
        !s.attachments.is_empty()
            && s.attachments.iter().all(|at| {
                let network = at.network.as_ref().and_then(|key| stack.network(key));
                network.is_some_and(|n| n.external == Some(false) || n.external == Some(true) && n.real_name.is_some())
            })
    };
    (known(a) && known(b)).then_some(false)
}
