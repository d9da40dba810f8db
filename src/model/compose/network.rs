//! Facts of subjects `compose.network` and `compose.attachment`: which networks a service is on and where they lead.
//!
//! External networks are joined with their definition by `topology`, once all stacks are known.

use super::address;
use super::read::{self, entries, place, tri, truth};
use super::{AttachmentInfo, NetworkInfo, StackInfo};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::Place;
use crate::yaml::{Entry, Node};

pub(super) const UNKNOWN_ROAD: &str =
    "whether the network is internal is not known: it is defined outside the audited files";

pub(super) fn build(model: &mut Model<'_>, stack: FactId, entry: &Entry) -> NetworkInfo {
    let node = &entry.value;
    let external = truth(node.get("external"), false);
    let internal = truth(node.get("internal"), false);
    // The normal form lets the network that nobody wrote stand where its user is, key and value alike.
    let implicit = entry.key.span() == node.span();
    let open = match external {
        Some(false) => open(node, internal),
        Some(true) | None => None,
    };
    let place: Place = entry.key.span().into();
    let fact = Fact::new(Subject::Network, place.clone())
        .with("name", read::key_field(entry))
        .with("real_name", read::scalar(node.get("name")))
        .with("stack", stack)
        .with("external", Field { value: tri(external, UNKNOWN_ROAD), place: node.get("external").map(read::place) })
        .with("internal", internal_field(node, external, internal))
        .with("open", tri(open, UNKNOWN_ROAD))
        .with("implicit", implicit);
    NetworkInfo {
        id: model.facts.add(fact),
        key: read::display(&entry.key),
        real_name: node.get("name").and_then(Node::known).map(str::to_owned),
        external,
        open,
        place: (!implicit).then_some(place),
        subnets: (external == Some(false)).then(|| address::subnets(node)).flatten(),
    }
}

fn internal_field(node: &Node, external: Option<bool>, internal: Option<bool>) -> Field {
    let known = if external == Some(false) { internal } else { None };
    Field { value: tri(known, UNKNOWN_ROAD), place: node.get("internal").map(place) }
}

/// Whether a network that is defined here leads out. `None` drivers lead nowhere; a bridge without masquerading
/// gets no answers from outside.
fn open(node: &Node, internal: Option<bool>) -> Option<bool> {
    if internal? {
        return Some(false);
    }
    // Docker refuses a second network of this driver. A project says so to keep its default network from being used: a
    // service that seems to be on it is on another one, which is not read here.
    if matches!(node.get("driver").and_then(Node::known), Some("none" | "null")) {
        return None;
    }
    let masquerade = node.path(&["driver_opts", "com.docker.network.bridge.enable_ip_masquerade"]);
    truth(masquerade, true)
}

/// The networks of a service.
pub(super) fn attachments(
    model: &mut Model<'_>,
    stack: &StackInfo,
    service: FactId,
    node: &Node,
    at: Span,
) -> Vec<AttachmentInfo> {
    if let Some(mode) = node.get("network_mode").filter(|m| !m.is_null()) {
        return mode_attachment(model, stack.id, service, mode).into_iter().collect();
    }
    let Some(networks) = node.get("networks") else {
        return vec![default_attachment(model, stack, service, at)];
    };
    let named: Vec<(Node, Option<Node>)> = match networks.seq() {
        Some(items) => items.iter().map(|n| (n.clone(), None)).collect(),
        None => entries(Some(networks)).iter().map(|e| (e.key.clone(), Some(e.value.clone()))).collect(),
    };
    named
        .iter()
        .map(|(key, value)| {
            named_attachment(model, stack, service, key, value.as_ref(), (key.span() == node.span()).then_some(at))
        })
        .collect()
}

fn named_attachment(
    model: &mut Model<'_>,
    stack: &StackInfo,
    service: FactId,
    key: &Node,
    value: Option<&Node>,
    implicit: Option<Span>,
) -> AttachmentInfo {
    let name = read::display(key);
    let network = stack.network(&name);
    let open = network.and_then(|n| n.open);
    let kind = if implicit.is_some() { "default" } else { "network" };
    let place = implicit.map_or_else(|| read::place(key), Place::from);
    let aliases = value.and_then(|v| v.get("aliases"));
    let fact = Fact::new(Subject::Attachment, place.clone())
        .with("name", Field { place: Some(place), ..read::scalar(Some(key)) })
        .with("kind", kind)
        .with("service", service)
        .with("stack", stack.id)
        .with("network", network.map_or(Value::Null, |n| n.id.into()))
        .with("definition", definition(network))
        .with("open", tri(open, UNKNOWN_ROAD))
        .with("aliases", read::list(aliases));
    let fact = address::fields(fact, value, network);
    // Two networks without a name are not one network.
    let network = key.known().map(|_| name);
    AttachmentInfo { id: model.facts.add(fact), network, shares: None, open }
}

/// The default network, where the normal form does not spell it out.
fn default_attachment(model: &mut Model<'_>, stack: &StackInfo, service: FactId, at: Span) -> AttachmentInfo {
    let network = stack.network("default");
    let open = network.map_or(Some(true), |n| n.open);
    let fact = Fact::new(Subject::Attachment, at.into())
        .with("name", Field::at("default", at.into()))
        .with("kind", "default")
        .with("service", service)
        .with("stack", stack.id)
        .with("network", network.map_or(Value::Null, |n| n.id.into()))
        .with("definition", definition(network))
        .with("open", tri(open, UNKNOWN_ROAD));
    AttachmentInfo { id: model.facts.add(fact), network: Some("default".to_owned()), shares: None, open }
}

pub(super) fn definition(network: Option<&NetworkInfo>) -> Field {
    match network {
        Some(NetworkInfo { key, place: Some(place), .. }) => Field::at(key.as_str(), place.clone()),
        Some(_) | None => Field::derived(Value::Null),
    }
}

fn mode_attachment(model: &mut Model<'_>, stack: FactId, service: FactId, mode: &Node) -> Option<AttachmentInfo> {
    let place = read::place(mode);
    let (kind, name, shares, open) = match mode.known() {
        Some("none") => return None,
        Some("host") => ("host", "host".to_owned(), None, Some(true)),
        Some("bridge" | "default") => ("network", "bridge".to_owned(), None, Some(true)),
        Some(other) => match other.strip_prefix("service:") {
            Some(target) => ("shared", target.to_owned(), Some(target.to_owned()), None),
            None => ("shared", other.to_owned(), None, None),
        },
        None => ("network", read::display(mode), None, None),
    };
    let fact = Fact::new(Subject::Attachment, place.clone())
        .with("name", Field::at(name, place))
        .with("kind", kind)
        .with("service", service)
        .with("stack", stack)
        .with("open", tri(open, "the network mode is not known, or names another container"));
    Some(AttachmentInfo { id: model.facts.add(fact), network: None, shares, open })
}
