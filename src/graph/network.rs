//! The view `network`: services in their networks, what leads out to the internet and in from it, who calls whom.
//!
//! A service stands in the frame of its first network that does not lead out, else of its first; lines lead to its other
//! networks. What lets an agent gateway, or a service with a proxy, out without that proxy is red from the service to the internet.

use std::collections::BTreeMap;

use super::outside::{self, Joined, Outside};
use super::project::{self, Boxed, Boxes, Project};
use super::read::{fact, facts, name, number, text, texts, truth, yes};
use super::{Draft, Frame, Group, Kind, Link, Tone};
use crate::finding::Severity;
use crate::model::fact::FactId;
use crate::model::subject::Subject;

/// What says that a service reaches the internet past its proxy, or without one.
const WAYS_OUT: [&str; 2] = ["egress-proxy-bypass", "gateway-open-network"];

/// What the network of the host is called.
const HOST: &str = "the host's network";

/// A network that has a box.
#[derive(Debug)]
struct Hub {
    at: usize,
    open: Option<bool>,
    project: usize,
    /// Its frame, where a service stands in it.
    frame: Option<usize>,
}

/// Draws the view.
pub(super) fn draw(draft: &mut Draft<'_>) {
    let mut projects = project::projects(draft.facts);
    let boxes = project::boxes(draft, &mut projects);
    let outside = outside::boxes(draft);
    let mut networks = Networks::new(draft, &projects);
    for (one, project) in boxes.all.iter().zip(&boxes.project) {
        attach(draft, &mut networks, &projects, (&boxes, &outside), one, *project);
    }
    for one in &outside {
        join(draft, &mut networks, &outside, one);
        options(draft, one);
    }
    for one in &boxes.all {
        proxied(draft, &boxes, one);
        listening(draft, one);
        published(draft, one);
        socket(draft, one);
    }
    calls(draft, &boxes);
    networks.lead_out(draft);
}

/// The networks of all projects.
struct Networks {
    /// The box of each network by its id.
    hubs: BTreeMap<String, Hub>,
    /// The id of each network by its fact.
    ids: BTreeMap<FactId, String>,
    /// Those that something other than compose makes, and whether they lead out.
    declared: BTreeMap<String, Option<bool>>,
}

impl Networks {
    fn new(draft: &Draft<'_>, projects: &[Project]) -> Self {
        let all = draft.facts;
        let mut ids = BTreeMap::new();
        for project in projects {
            for id in project.networks(all) {
                ids.insert(id, format!("{}network/{}", project.prefix, name(all.get(id))));
            }
        }
        // An external network is the one that another stack defines, or else the one of that name everywhere.
        let external: Vec<FactId> = ids.keys().copied().filter(|id| yes(all.get(*id), "external")).collect();
        for id in external {
            let network = all.get(id);
            let defined = fact(network, "defined_by").and_then(|by| ids.get(&by).cloned());
            let named = || format!("network/{}", text(network, "real_name").unwrap_or_else(|| name(network)));
            ids.insert(id, defined.unwrap_or_else(named));
        }
        Self { hubs: BTreeMap::new(), ids, declared: outside::declared(all) }
    }

    /// The box of a network.
    fn hub(&mut self, draft: &mut Draft<'_>, network: FactId, project: usize) -> &mut Hub {
        let fallback = || "network/…".to_owned();
        let id = self.ids.get(&network).cloned().unwrap_or_else(fallback);
        let known = draft.facts.get(network);
        let real = text(known, "real_name").unwrap_or_else(|| name(known));
        let made = || yes(known, "external").then(|| self.declared.get(real).copied().flatten()).flatten();
        self.of(draft, &id, name(known), truth(known, "open").or_else(made), project)
    }

    /// The box of the network that a container names without compose.
    fn named(&mut self, draft: &mut Draft<'_>, name: &str) -> usize {
        let all = draft.facts;
        let same = |id: &FactId| text(all.get(*id), "real_name") == Some(name);
        if let Some(network) = self.ids.keys().copied().find(same) {
            return self.hub(draft, network, usize::MAX).at;
        }
        let open = self.declared.get(name).copied().flatten();
        self.of(draft, &format!("network/{name}"), name, open, usize::MAX).at
    }

    fn of(&mut self, draft: &mut Draft<'_>, id: &str, title: &str, open: Option<bool>, project: usize) -> &mut Hub {
        self.hubs.entry(id.to_owned()).or_insert_with(|| {
            let (kind, note) = match open {
                Some(true) => (Kind::OpenNetwork, "leads to the internet"),
                Some(false) => (Kind::ClosedNetwork, "internal: no way out"),
                None => (Kind::UnknownNetwork, "may lead out: no file here says"),
            };
            let at = draft.node(id, kind, title);
            draft.note(at, note);
            Hub { at, open, project, frame: None }
        })
    }

    /// The box and the frame of a network, in the frame of its project.
    fn frame(&mut self, draft: &mut Draft<'_>, network: FactId, project: usize, boxes: &Boxes) -> (usize, usize) {
        let hub = self.hub(draft, network, project);
        let at = hub.at;
        let frame = *hub.frame.get_or_insert_with(|| {
            let id = draft.graph.nodes.get(at).map(|n| format!("{}/frame", n.id)).unwrap_or_default();
            let kind = if hub.open == Some(false) { Frame::ClosedNetwork } else { Frame::Network };
            let parent = boxes.frames.get(hub.project).copied().flatten();
            draft.graph.groups.push(Group { id, kind, parent, title: String::new() });
            draft.graph.groups.len() - 1
        });
        if let Some(node) = draft.graph.nodes.get_mut(at) {
            node.group = Some(frame);
        }
        (at, frame)
    }

    /// Draws the lines from open networks to the internet: red where something red comes in.
    fn lead_out(&self, draft: &mut Draft<'_>) {
        for hub in self.hubs.values().filter(|hub| hub.open != Some(false)) {
            let internet = draft.node("internet", Kind::Internet, "internet");
            let into = draft.graph.edges.iter().filter(|e| e.to == hub.at && e.kind == Link::Attached);
            let tone = into.map(|e| e.tone).max().unwrap_or_default();
            let Some(edge) = draft.edge(hub.at, internet, Link::LeadsOut) else { continue };
            edge.tone = tone;
            if hub.open.is_none() {
                edge.labels = vec!["?".to_owned()];
            }
        }
    }
}

fn attach(
    draft: &mut Draft<'_>,
    networks: &mut Networks,
    projects: &[Project],
    (boxes, outside): (&Boxes, &[Outside]),
    one: &Boxed,
    project: usize,
) {
    let all = draft.facts;
    let attachments: Vec<FactId> = one.facts.iter().flat_map(|s| facts(all.get(*s), "attachments")).collect();
    let network = |id: &FactId| fact(all.get(*id), "network");
    let closed = attachments.iter().filter(|id| truth(all.get(**id), "open") == Some(false)).find_map(network);
    let home = closed.or_else(|| attachments.iter().find_map(network));
    let home = home.map(|home| networks.frame(draft, home, project, boxes));
    if let (Some((_, frame)), Some(node)) = (home, draft.graph.nodes.get_mut(one.at)) {
        node.group = Some(frame);
    }
    for id in &attachments {
        let attachment = all.get(*id);
        if text(attachment, "kind") == Some("shared") {
            let of = name(attachment);
            let service = projects.get(project).and_then(|p| p.services.get(of)).and_then(|ids| ids.first());
            let other = service.and_then(|id| boxes.of(*id));
            let container = || outside::named(all, outside, of.strip_prefix("container:").unwrap_or(of));
            shared(draft, networks, one.at, (of, other.or_else(container)), &[*id]);
            continue;
        }
        let hub = match network(id) {
            Some(network) => networks.hub(draft, network, project).at,
            None if text(attachment, "kind") == Some("host") => {
                networks.of(draft, "network/host", HOST, Some(true), project).at
            }
            None => networks.of(draft, "network/bridge", name(attachment), truth(attachment, "open"), project).at,
        };
        let loud = draft.marks(&[*id]).iter().any(|m| WAYS_OUT.contains(&m.rule.as_str()));
        if home.is_some_and(|(at, _)| at == hub) && !loud {
            continue;
        }
        let least = if loud { Severity::Note } else { Severity::Error };
        draft.link((one.at, hub), Link::Attached, "", &[*id], least);
    }
}

/// A service that uses the network of another container, which may have no box.
fn shared(
    draft: &mut Draft<'_>,
    networks: &mut Networks,
    one: usize,
    (of, other): (&str, Option<usize>),
    facts: &[FactId],
) {
    let Some(other) = other else {
        let name = of.strip_prefix("container:").unwrap_or(of);
        let hub =
            networks.of(draft, &format!("network/of/{name}"), &format!("the network of {name}"), None, usize::MAX).at;
        draft.link((one, hub), Link::Attached, "", facts, Severity::Error);
        return;
    };
    let frame = draft.graph.nodes.get(other).and_then(|n| n.group);
    if let Some(node) = draft.graph.nodes.get_mut(one) {
        node.group = node.group.or(frame);
    }
    draft.link((one, other), Link::SharesNetwork, "uses its network", facts, Severity::Error);
}

/// The networks of a container that no compose file starts.
fn join(draft: &mut Draft<'_>, networks: &mut Networks, outside: &[Outside], one: &Outside) {
    let all = draft.facts;
    for joined in outside::joined(all.get(one.fact)) {
        let hub = match joined {
            Joined::Host => networks.of(draft, "network/host", HOST, Some(true), usize::MAX).at,
            Joined::Default => networks.of(draft, "network/bridge", "bridge", Some(true), usize::MAX).at,
            Joined::Cluster => networks.of(draft, "network/cluster", "the cluster's network", None, usize::MAX).at,
            Joined::Unknown => networks.of(draft, "network/…", "…", None, usize::MAX).at,
            Joined::Named(name) => networks.named(draft, name),
            Joined::Of(name) => {
                shared(draft, networks, one.at, (name, outside::named(all, outside, name)), &[]);
                continue;
            }
        };
        draft.link((one.at, hub), Link::Attached, "", &[], Severity::Error);
    }
}

/// What the options of a container publish, and the socket that they mount.
fn options(draft: &mut Draft<'_>, one: &Outside) {
    let all = draft.facts;
    for (address, published, target, udp) in texts(all.get(one.fact), "ports").into_iter().filter_map(outside::port) {
        let loopback = address.starts_with("127.") || matches!(address, "::1" | "localhost");
        let outer = if published.is_empty() { "any port" } else { published };
        publish(draft, one.at, loopback, &format!("{outer} → {target}{}", if udp { "/udp" } else { "" }), &[]);
    }
    for mount in facts(all.get(one.fact), "mounts").into_iter().filter(|m| text(all.get(*m), "socket").is_some()) {
        holds(draft, one.at, mount);
    }
}

fn proxied(draft: &mut Draft<'_>, boxes: &Boxes, one: &Boxed) {
    let all = draft.facts;
    for service in one.facts.iter().map(|id| all.get(*id)) {
        let Some(proxy) = fact(service, "proxy").and_then(|id| boxes.of(id)) else { continue };
        let variables = facts(service, "proxy_variables");
        draft.link((one.at, proxy), Link::Proxied, "proxy", &variables, Severity::Error);
    }
}

/// On which ports a service is known to listen.
fn listening(draft: &mut Draft<'_>, one: &Boxed) {
    let all = draft.facts;
    let listeners = super::read::of_service(all, Subject::Listener, &one.facts);
    let mut ports: Vec<i64> = listeners.iter().filter_map(|id| number(all.get(*id), "port")).collect();
    ports.sort_unstable();
    ports.dedup();
    if !ports.is_empty() {
        let shown: Vec<String> = ports.iter().take(2).map(ToString::to_string).collect();
        let more = if ports.len() > shown.len() { ", …" } else { "" };
        draft.note(one.at, &format!("listens on {}{more}", shown.join(", ")));
    }
}

fn published(draft: &mut Draft<'_>, one: &Boxed) {
    let all = draft.facts;
    for id in one.facts.iter().flat_map(|s| facts(all.get(*s), "ports")) {
        let port = all.get(id);
        let outer = text(port, "published").unwrap_or("any port");
        let inner = text(port, "target").unwrap_or("…");
        let protocol = if text(port, "protocol") == Some("udp") { "/udp" } else { "" };
        publish(draft, one.at, yes(port, "loopback"), &format!("{outer} → {inner}{protocol}"), &[id]);
    }
}

fn publish(draft: &mut Draft<'_>, to: usize, loopback: bool, label: &str, facts: &[FactId]) {
    let (node, reach) = if loopback {
        (draft.node("clients/loopback", Kind::Clients, "the host itself"), "its loopback address")
    } else {
        (draft.node("clients", Kind::Clients, "whoever reaches the host"), "published ports")
    };
    draft.note(node, reach);
    draft.link((node, to), Link::Published, label, facts, Severity::Warning);
}

fn socket(draft: &mut Draft<'_>, one: &Boxed) {
    let all = draft.facts;
    for mount in one.facts.iter().filter_map(|s| fact(all.get(*s), "engine_socket")) {
        holds(draft, one.at, mount);
    }
}

/// The socket of a container engine that a mount hands over.
fn holds(draft: &mut Draft<'_>, from: usize, mount: FactId) {
    let known = draft.facts.get(mount);
    let engine = text(known, "engine").unwrap_or("docker");
    let node = draft.node(&format!("socket/{engine}"), Kind::Socket, &format!("{engine} socket"));
    draft.note(node, "root on the host");
    let label = if yes(known, "read_only") { "mounted :ro" } else { "mounted" };
    draft.link((from, node), Link::HoldsSocket, label, &[mount], Severity::Warning);
}

fn calls(draft: &mut Draft<'_>, boxes: &Boxes) {
    let all = draft.facts;
    for id in all.of(Subject::Dial) {
        let dial = all.get(id);
        let to = fact(dial, "target").or_else(|| fact(dial, "meant")).and_then(|to| boxes.of(to));
        let (Some(from), Some(to)) = (fact(dial, "service").and_then(|from| boxes.of(from)), to) else { continue };
        // Localhost is the container itself: the sibling that is meant is not reached.
        let label = match number(dial, "port") {
            Some(port) if fact(dial, "meant").is_some() => format!("localhost:{port}"),
            Some(port) => format!(":{port}"),
            None => String::new(),
        };
        let lost = match (truth(dial, "reachable"), truth(dial, "answered")) {
            (Some(false), _) => " out of reach",
            (_, Some(false)) => " nobody listens",
            _ => "",
        };
        draft.link((from, to), Link::Calls, &format!("{label}{lost}"), &[id], Severity::Warning);
        let proxied = |s: FactId| texts(all.get(s), "roles").contains(&"forward-proxy");
        // A line to the proxy says already that it is called.
        let double = draft.graph.edges.iter().any(|e| (e.from, e.to, e.kind) == (from, to, Link::Proxied));
        if double && fact(dial, "target").is_some_and(proxied) {
            draft.graph.edges.retain(|e| {
                (e.from, e.to, e.kind) != (from, to, Link::Calls) || e.tone != Tone::Plain || !e.marks.is_empty()
            });
        }
    }
}
