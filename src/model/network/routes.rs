//! Routes that Traefik takes from the labels of services: whether it reaches them, and on which port they answer.

use super::label::{self, Label};
use super::proxy::traefik::Traefik;
use super::reach::{Space, share};
use super::tree::Tree;
use super::{Stacked, facts, route};
use crate::model::Model;
use crate::model::compose::read::tri;
use crate::model::compose::topology::network_names;
use crate::model::fact::{Fact, Field, Value};
use crate::model::subject::Subject;
use crate::text::Text;

/// Adds the routes of a stack that has one Traefik, or whose Traefik is in another project of the deployment.
pub(super) fn build(model: &mut Model<'_>, stacked: &Stacked<'_>, edges: &[(&Stacked<'_>, usize)], tree: &Tree<'_>) {
    let all: Vec<usize> =
        (0..stacked.sites.len()).filter(|at| stacked.site(*at).is_some_and(|s| s.traefik.is_some())).collect();
    let [proxy] = all.as_slice() else {
        if all.is_empty() {
            across(model, stacked, edges);
        }
        return;
    };
    let Some(traefik) = stacked.site(*proxy).and_then(|s| s.traefik.as_ref()).filter(|t| t.docker) else { return };
    route::build(model, stacked, *proxy, traefik, tree);
    for at in (0..stacked.info.services.len()).filter(|at| at != proxy) {
        let Some(service) = stacked.service(at) else { continue };
        let labels = label::of(service.node.get("labels"));
        if !routed(&labels) || !matches!(stacked.spaces.get(at), Some(Space::Of(_))) {
            continue;
        }
        let Some(first) = labels.iter().find(|l| l.key.starts_with("traefik.")) else { continue };
        let ports: Vec<&Label> =
            labels.iter().filter(|l| l.key.to_ascii_lowercase().ends_with(".loadbalancer.server.port")).collect();
        let shared = reachable(stacked, *proxy, at);
        let told = ports.first().copied().unwrap_or(first);
        for label in if ports.is_empty() { vec![told] } else { ports.clone() } {
            let port = label.value.known().and_then(|v| v.parse::<i64>().ok()).filter(|_| !ports.is_empty());
            let name = service.name.as_str();
            let fact = Fact::new(Subject::Dial, label.place.clone())
                .with("service", stacked.service(*proxy).map_or(Value::Null, |s| s.id.into()))
                .with("stack", stacked.info.id)
                .with("by", "label")
                .with("name", label.key.as_str())
                .with("host", name)
                .with("port", port)
                .with("target", service.id)
                .with("reachable", Field::derived(tri(shared, "whether both share a network is not known")))
                .with("ambiguous", ambiguous((stacked, *proxy), traefik, (stacked, at), &labels))
                .with("told", misled((stacked, *proxy), at, &labels).map_or(Field::derived(Value::Null), Field::text));
            let fact = facts::called(fact, stacked, at, &[at], port);
            let fact = facts::trust(fact, stacked, *proxy, at);
            model.facts.add(fact);
        }
    }
}

/// Adds the routes whose Traefik stands in another project, by all its readings: what it may take the wrong network for.
fn across(model: &mut Model<'_>, stacked: &Stacked<'_>, edges: &[(&Stacked<'_>, usize)]) {
    let Some((first, proxy)) = edges.first().and_then(|(edge, at)| Some((*edge, edge.service(*at)?))) else { return };
    for at in 0..stacked.info.services.len() {
        let Some(service) = stacked.service(at) else { continue };
        let labels = label::of(service.node.get("labels"));
        let on = labels.iter().any(|l| l.key == "traefik.enable");
        if !on || !routed(&labels) || !matches!(stacked.spaces.get(at), Some(Space::Of(_))) {
            continue;
        }
        let unsure = |(edge, of): &(&Stacked<'_>, usize)| {
            let traefik = edge.site(*of).and_then(|s| s.traefik.as_ref()).filter(|t| t.docker && t.complete)?;
            Some(matches!(ambiguous((edge, *of), traefik, (stacked, at), &labels).value, Value::Bool(true)))
        };
        if !edges.iter().all(|edge| unsure(edge) == Some(true)) || stacked.may_differ(at) {
            continue;
        }
        let Some(label) = labels.iter().find(|l| l.key.starts_with("traefik.")) else { continue };
        let port = |l: &&Label| l.key.to_ascii_lowercase().ends_with(".loadbalancer.server.port");
        let label = labels.iter().find(port).unwrap_or(label);
        let fact = Fact::new(Subject::Dial, label.place.clone())
            .with("service", proxy.id)
            .with("stack", first.info.id)
            .with("by", "label")
            .with("name", label.key.as_str())
            .with("host", service.name.as_str())
            .with("target", service.id)
            .with("reachable", true)
            .with("ambiguous", true);
        model.facts.add(fact);
    }
}

/// Whether Traefik makes a route of the labels, for the service itself.
pub(super) fn routed(labels: &[Label]) -> bool {
    let enabled = labels.iter().find(|l| l.key == "traefik.enable").map(|l| l.value.known());
    let told = labels.iter().any(|l| {
        let key = l.key.to_ascii_lowercase();
        ["http", "tcp"].iter().any(|p| {
            key.starts_with(&format!("traefik.{p}.routers.")) || key.starts_with(&format!("traefik.{p}.services."))
        })
    });
    let elsewhere = labels
        .iter()
        .any(|l| ["@internal", "@file"].iter().any(|p| l.key.ends_with(".service") && l.value.value().contains(p)));
    told && !elsewhere && enabled.is_none_or(|e| e.is_some_and(|v| v.eq_ignore_ascii_case("true")))
}

fn reachable(stacked: &Stacked<'_>, proxy: usize, at: usize) -> Option<bool> {
    // The host reaches the addresses of all bridges.
    if stacked.spaces.get(proxy) == Some(&Space::Host) {
        return Some(true);
    }
    let open = stacked.may_differ(proxy) || stacked.may_differ(at);
    share(stacked.info, &stacked.spaces, proxy, at).filter(|shared| *shared || !open)
}

/// The network that a label tells the proxy to use, where the service is on it and the proxy is not.
fn misled<'l>((stacked, proxy): (&Stacked<'_>, usize), at: usize, labels: &'l [Label]) -> Option<&'l Text> {
    let label = labels.iter().find(|l| matches!(l.key.as_str(), "traefik.docker.network" | "traefik.swarm.network"))?;
    let (name, service) = (label.value.known()?, stacked.service(at)?);
    let own = stacked.service(proxy).filter(|_| matches!(stacked.spaces.get(proxy), Some(Space::Of(_))))?;
    let keys = service.attachments.iter().filter_map(|a| a.network.as_deref());
    let key = keys
        .into_iter()
        .find(|key| stacked.info.network(key).and_then(|n| n.real_name.as_deref()).is_some_and(|real| real == name))?;
    let reached = network_names(stacked.info, own);
    let on = reached.iter().any(|r| r == name) || reached.contains(&format!("{}/{key}", stacked.info.index));
    (!on && !stacked.may_differ(proxy) && !stacked.may_differ(at)).then_some(&label.value)
}

/// Whether the proxy is on some of the service's networks only, and nothing says which of them to use.
fn ambiguous(
    (edge, proxy): (&Stacked<'_>, usize),
    traefik: &Traefik,
    (stacked, at): (&Stacked<'_>, usize),
    labels: &[Label],
) -> Field {
    let told = labels.iter().any(|l| matches!(l.key.as_str(), "traefik.docker.network" | "traefik.swarm.network"));
    let (Some(service), Some(own)) = (stacked.service(at), edge.service(proxy)) else {
        return Field::derived(false);
    };
    if told || traefik.network || !matches!(edge.spaces.get(proxy), Some(Space::Of(_))) {
        return Field::derived(false);
    }
    let reached = network_names(edge.info, own);
    let networks = service.attachments.iter().filter_map(|a| a.network.as_ref());
    let on: Vec<bool> = networks
        .map(|key| {
            let network = stacked.info.network(key);
            let real = network.and_then(|n| n.real_name.clone());
            reached.contains(&format!("{}/{key}", stacked.info.index)) || real.is_some_and(|r| reached.contains(&r))
        })
        .collect();
    let some = on.contains(&true) && on.contains(&false);
    match (some, traefik.complete) {
        (false, _) => Field::derived(false),
        (true, true) => Field::derived(true),
        (true, false) => Field::derived(Value::Unknown("whether Traefik is told a network is not known".to_owned())),
    }
}
