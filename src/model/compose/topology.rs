//! Networks across stacks, and the roads that they give each service to the internet.
//!
//! An external network is joined with its definition in another stack by its real name, `<project>_<key>` or `name:`.
//! Where the project's name is not known, a definition whose key ends the external name alone decides.

use std::collections::{BTreeMap, BTreeSet};

use super::network::{UNKNOWN_ROAD, definition};
use super::read::tri;
use super::{AttachmentInfo, NetworkInfo, ServiceInfo, StackInfo};
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};

pub(super) fn build(model: &mut Model<'_>, stacks: &mut [StackInfo]) {
    join(model, stacks);
    for stack in stacks.iter_mut() {
        roads(model, stack);
    }
    for stack in stacks.iter() {
        for service in &stack.services {
            service_roads(model, service);
        }
        members(model, stack);
        stack_fields(model, stack);
    }
    neighbours(model, stacks);
}

/// What the definition of an external network says.
#[derive(Debug, Clone, PartialEq)]
struct Definition {
    id: FactId,
    open: Option<bool>,
    field: Identity,
}

/// The parts of a field that make two definitions the same.
#[derive(Debug, Clone, PartialEq)]
struct Identity {
    key: String,
    place: Option<crate::text::Place>,
}

fn join(model: &mut Model<'_>, stacks: &mut [StackInfo]) {
    let mut by_name: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
    let mut by_key: BTreeMap<String, Vec<Definition>> = BTreeMap::new();
    for network in stacks.iter().flat_map(|s| &s.networks).filter(|n| n.external == Some(false)) {
        let field = Identity { key: network.key.clone(), place: network.place.clone() };
        let found = Definition { id: network.id, open: network.open, field };
        by_key.entry(network.key.clone()).or_default().push(found.clone());
        if let Some(name) = &network.real_name {
            by_name.entry(name.clone()).or_default().push(found);
        }
    }
    for network in stacks.iter_mut().flat_map(|s| &mut s.networks).filter(|n| n.external == Some(true)) {
        let Some(found) = definition_of(network, &by_name, &by_key) else { continue };
        network.open = found.open;
        network.place.clone_from(&found.field.place);
        model.facts.set(network.id, "defined_by", found.id);
        model.facts.set(network.id, "open", Field::derived(tri(found.open, UNKNOWN_ROAD)));
        model.facts.set(network.id, "internal", Field::derived(tri(found.open.map(|o| !o), UNKNOWN_ROAD)));
    }
}

/// The one definition; none where several disagree on where the network leads.
fn definition_of(
    network: &NetworkInfo,
    by_name: &BTreeMap<String, Vec<Definition>>,
    by_key: &BTreeMap<String, Vec<Definition>>,
) -> Option<Definition> {
    let name = network.real_name.as_deref().unwrap_or(&network.key);
    if let Some(all) = by_name.get(name) {
        return agreed(all);
    }
    // `openclaw_proxy-net`: the project's name is all that stands before one of the keys.
    let ends = name.match_indices('_').filter_map(|(at, _)| by_key.get(&name[at + 1..]));
    agreed(ends.into_iter().flatten().cloned().collect::<Vec<_>>().as_slice())
}

fn agreed(all: &[Definition]) -> Option<Definition> {
    let first = all.first()?;
    all.iter().all(|d| d.open == first.open).then(|| first.clone())
}

/// Where each attachment leads, now that external networks are known.
fn roads(model: &mut Model<'_>, stack: &mut StackInfo) {
    let StackInfo { services, networks, .. } = stack;
    for attachment in services.iter_mut().flat_map(|s| &mut s.attachments) {
        let Some(network) = attachment.network.as_ref().and_then(|key| networks.iter().find(|n| n.key == *key)) else {
            continue;
        };
        attachment.open = network.open;
        model.facts.set(attachment.id, "open", Field::derived(tri(network.open, UNKNOWN_ROAD)));
        model.facts.set(attachment.id, "definition", definition(Some(network)));
    }
    let shared: Vec<Option<bool>> = services.iter().map(|s| leads_out(&s.attachments)).collect();
    let vpn: Vec<bool> = services.iter().map(|s| s.is(Role::Vpn) || !s.roles_known).collect();
    let at: BTreeMap<String, usize> = services.iter().enumerate().map(|(i, s)| (s.name.clone(), i)).collect();
    for attachment in services.iter_mut().flat_map(|s| &mut s.attachments) {
        let Some(index) = attachment.shares.as_ref().and_then(|name| at.get(name)) else { continue };
        // A VPN container decides by its own rules what leaves.
        attachment.open = if vpn.get(*index) == Some(&true) { None } else { shared.get(*index).copied().flatten() };
        let why = "what the container whose network it shares lets out is not known";
        model.facts.set(attachment.id, "open", Field::derived(tri(attachment.open, why)));
    }
}

/// Whether any of these leads out.
fn leads_out(attachments: &[AttachmentInfo]) -> Option<bool> {
    if attachments.iter().any(|a| a.open == Some(true)) {
        return Some(true);
    }
    attachments.iter().all(|a| a.open == Some(false)).then_some(false)
}

fn service_roads(model: &mut Model<'_>, service: &ServiceInfo) {
    let roads: Vec<FactId> = service.attachments.iter().filter(|a| a.open == Some(true)).map(|a| a.id).collect();
    let isolated =
        if service.attachments.is_empty() { Some(false) } else { leads_out(&service.attachments).map(|out| !out) };
    let unknown = service.attachments.iter().any(|a| a.open.is_none());
    let value = if unknown && roads.is_empty() { Value::Unknown(UNKNOWN_ROAD.to_owned()) } else { roads.into() };
    model.facts.set(service.id, "egress_networks", Field::derived(value));
    model.facts.set(service.id, "isolated", Field::derived(tri(isolated, UNKNOWN_ROAD)));
    model.facts.set(service.id, "no_egress", Field::derived(isolated == Some(true)));
    let needed = egress_reason(model, service);
    model.facts.set(service.id, "egress_reason", needed);
}

/// Why a service needs a road, at the place that shows it.
fn egress_reason(model: &Model<'_>, service: &ServiceInfo) -> Field {
    let place = model.facts.get(service.id).place.clone();
    let role = [Role::Tunnel, Role::ForwardProxy, Role::Acme].into_iter().find(|r| service.is(*r));
    if let Some(role) = role {
        return Field::at(role.name(), place);
    }
    if service.needs_internet {
        return Field::at("internet", place);
    }
    match service.ports.first() {
        Some(port) => Field::at("port", model.facts.get(*port).place.clone()),
        None => Field::derived(Value::Null),
    }
}

fn members(model: &mut Model<'_>, stack: &StackInfo) {
    for network in &stack.networks {
        let on = |s: &&ServiceInfo| s.attachments.iter().any(|a| a.network.as_deref() == Some(&network.key));
        let members: Vec<FactId> = stack.services.iter().filter(on).map(|s| s.id).collect();
        model.facts.set(network.id, "members", members);
    }
}

fn stack_fields(model: &mut Model<'_>, stack: &StackInfo) {
    let internal = stack.networks.iter().any(|n| n.open == Some(false));
    let forward = stack.services.iter().any(|s| s.is(Role::ForwardProxy));
    let open = stack.networks.iter().any(|n| n.open.is_none()) || stack.services.iter().any(|s| !s.roles_known);
    let isolates = if internal || forward { Some(true) } else { (!open).then_some(false) };
    let why = "whether a network is internal, or an image a forward proxy, is not known";
    model.facts.set(stack.id, "isolates", Field::derived(tri(isolates, why)));
    let hard = |s: &&ServiceInfo| {
        let options = super::read::texts(s.node.get("security_opt"));
        let whole = super::read::entries(Some(&s.node)).iter().all(|e| e.key.known().is_some());
        whole && !options.iter().any(|o| o.value().starts_with("no-new-privileges")) && s.node.get("cap_drop").is_none()
    };
    let unhardened: Vec<FactId> = stack.services.iter().filter(hard).map(|s| s.id).collect();
    let first = unhardened.first().map(|id| model.facts.get(*id).place.clone());
    model.facts.set(stack.id, "unhardened", Field { value: unhardened.into(), place: first });
}

/// Who shares a network with whom, also across stacks by the networks' real names.
fn neighbours(model: &mut Model<'_>, stacks: &[StackInfo]) {
    let mut on: BTreeMap<String, Vec<(FactId, bool)>> = BTreeMap::new();
    let named: Vec<Vec<String>> =
        stacks.iter().flat_map(|stack| stack.services.iter().map(|s| network_names(stack, s))).collect();
    let services: Vec<&ServiceInfo> = stacks.iter().flat_map(|s| &s.services).collect();
    for (service, names) in services.iter().zip(&named) {
        for name in names {
            on.entry(name.clone()).or_default().push((service.id, service.is(Role::AgentGateway)));
        }
    }
    for (service, names) in services.iter().zip(&named) {
        let mut all = BTreeSet::new();
        let mut gateways = BTreeSet::new();
        // Thousands of services on one network are no deployment; the cap keeps hostile input linear.
        for (id, gateway) in
            names.iter().filter_map(|n| on.get(n)).flatten().take(500).filter(|(id, _)| *id != service.id)
        {
            all.insert(*id);
            if *gateway {
                gateways.insert(*id);
            }
        }
        model.facts.set(service.id, "neighbours", all.into_iter().collect::<Vec<_>>());
        model.facts.set(service.id, "gateway_neighbours", gateways.into_iter().collect::<Vec<_>>());
    }
}

/// The networks of a service by names that are the same in all stacks that share them.
pub(crate) fn network_names(stack: &StackInfo, service: &ServiceInfo) -> Vec<String> {
    let name = |key: &String| {
        let network = stack.network(key);
        match network.and_then(|n| n.real_name.clone().filter(|_| n.external == Some(true))) {
            Some(real) => real,
            None => format!("{}/{key}", stack.index),
        }
    };
    let own = service.attachments.iter().filter_map(|a| a.network.as_ref()).map(name);
    let real = service
        .attachments
        .iter()
        .filter_map(|a| a.network.as_ref())
        .filter_map(|key| stack.network(key).and_then(|n| n.real_name.clone()));
    own.chain(real).collect()
}
