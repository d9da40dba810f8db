//! The facts of listeners and calls, and what ports and healthchecks get from them.

use super::dial::Dial;
use super::listen::{Environment, Listener};
use super::reach::{self, Space, share};
use super::tree::Tree;
use super::{Stacked, auth_source, dial, localhost, names};
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::compose::image::Reference;
use crate::model::compose::probe_form;
use crate::model::compose::read::{texts, tri};
use crate::model::fact::{Fact, Field, FieldKind, Schema, Value, field};
use crate::model::openclaw;
use crate::model::subject::Subject;
use crate::syntax::conf::{Directive, Grammar};
use crate::text::{Place, Text};
use crate::yaml::Node;
use std::collections::BTreeSet;

const PORTS: FieldKind = FieldKind::List(&FieldKind::Int);

/// The fields of `network.listener`.
pub const LISTENER: Schema = Schema {
    name: "network.listener",
    doc: "A port on which a container's program is known to listen.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("port", FieldKind::Int, "The port."),
        field("by", FieldKind::OneOf(&["image", "command", "environment", "config"]), "What says so."),
        field("ipv4_only", FieldKind::Bool, "Whether it is known to listen on IPv4 alone."),
        field(
            "complete",
            FieldKind::Bool,
            "Whether the container is known to listen on no port that is not a fact here.",
        ),
    ],
};

/// The fields of `network.dial`.
pub const DIAL: Schema = Schema {
    name: "network.dial",
    doc: "An address that a container calls: in its variables, its command, or a configuration that it reads; a route of Traefik.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service that calls."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("by", FieldKind::OneOf(&["environment", "command", "config", "label"]), "Where it is written."),
        field("name", FieldKind::Str, "The variable, directive or label."),
        field("host", FieldKind::Str, "The host."),
        field("scheme", FieldKind::Str, "The scheme in small letters; empty where it says none."),
        field("port", FieldKind::Int, "The port that is meant; null where that is not known."),
        field("target", FieldKind::Fact(Subject::Service), "The sibling that the host names."),
        field("answered", FieldKind::Bool, "Whether the sibling listens on that port."),
        field("listens", PORTS, "The ports on which the sibling is known to listen."),
        field(
            "mapped",
            FieldKind::Int,
            "Where the port is one that the sibling publishes on the host only: the port inside that it leads to.",
        ),
        field("reachable", FieldKind::Bool, "Whether both share a network."),
        field(
            "from_host",
            FieldKind::Bool,
            "Whether the caller is on the host's own network, where names of services do not exist, and the sibling is not.",
        ),
        field(
            "meant",
            FieldKind::Fact(Subject::Service),
            "Where the host is `localhost`: the sibling that answers on that port.",
        ),
        field(
            "on_loopback",
            FieldKind::Bool,
            "True where the sibling listens on that port for its own container alone; at what says so.",
        ),
        field("meant_port", FieldKind::Int, "The port inside on which it answers."),
        field(
            "ambiguous",
            FieldKind::Bool,
            "Of a route: whether the proxy is on some of the target's networks only, and nothing says which to use.",
        ),
        field(
            "nobody",
            FieldKind::Bool,
            "Whether the host is a name that no container of the deployment has, where a sibling answers on that port or nginx has to resolve it.",
        ),
        field("served_by", FieldKind::Fact(Subject::Service), "Of `nobody`: that sibling; null for nginx."),
        field(
            "told",
            FieldKind::Str,
            "Of a route: the network that a label tells the proxy to use, which the service is on and the proxy is not; at the label.",
        ),
        field(
            "auth_source",
            FieldKind::Str,
            "The database of a MongoDB address, where the address looks for its user there and the store keeps it in `admin`.",
        ),
        field("trusted", FieldKind::Bool, "Whether an OpenClaw gateway that is called trusts any proxy."),
        field("release", FieldKind::Int, "The release of that gateway, as `20260906`."),
    ],
};

/// Adds the listeners of a service.
pub(super) fn listeners(model: &mut Model<'_>, stacked: &Stacked<'_>, at: usize) {
    let (Some(service), Some(site)) = (stacked.service(at), stacked.site(at)) else { return };
    for listener in &site.listening.all {
        let place = listener.place.clone().unwrap_or_else(|| model.facts.get(service.id).place.clone());
        let fact = Fact::new(Subject::Listener, place)
            .with("service", service.id)
            .with("stack", stacked.info.id)
            .with("port", listener.port)
            .with("by", listener.by)
            .with("ipv4_only", listener.ipv4_only)
            .with("complete", site.listening.complete);
        model.facts.add(fact);
    }
}

const WHY: &str = "which ports the program listens on is not known";

/// The ports that others may call there.
fn listens(stacked: &Stacked<'_>, at: usize) -> Vec<Field> {
    let all: BTreeSet<i64> =
        stacked.group(at).into_iter().filter_map(|i| stacked.site(i)).flat_map(|s| s.listening.ports()).collect();
    all.into_iter().map(Field::derived).collect()
}

/// The ports that the container itself may call.
fn listens_inside(stacked: &Stacked<'_>, at: usize) -> Vec<Field> {
    let sites = stacked.group(at).into_iter().filter_map(|i| stacked.site(i));
    let all: BTreeSet<i64> = sites.flat_map(|s| &s.listening.all).filter(|l| !l.inward).map(|l| l.port).collect();
    all.into_iter().map(Field::derived).collect()
}

/// Says of each published port whether somebody answers inside.
pub(super) fn ports(model: &mut Model<'_>, stacked: &Stacked<'_>, at: usize) {
    let Some(service) = stacked.service(at) else { return };
    for id in &service.ports {
        let fact = model.facts.get(*id);
        let text = |name: &str| match fact.field(name).map(|f| &f.value) {
            Some(Value::Str(s)) => Some(s.clone()),
            _ => None,
        };
        let tcp = text("protocol").is_none_or(|p| p == "tcp");
        let target = text("target").and_then(|t| t.parse::<i64>().ok()).filter(|_| tcp);
        let answered = target.and_then(|port| stacked.answers_others(at, port));
        model.facts.set(*id, "answered", Field::derived(tri(answered, WHY)));
        model.facts.set(*id, "listens", listens(stacked, at));
        if let Some(place) = target.and_then(|port| on_loopback(stacked, at, port)) {
            model.facts.set(*id, "on_loopback", Field::at(true, place));
        }
    }
}

/// What says that the program listens on a port for its own container alone.
fn on_loopback(stacked: &Stacked<'_>, at: usize, port: i64) -> Option<Place> {
    let group = stacked.group(at);
    let own = group.iter().filter_map(|i| stacked.site(*i)).flat_map(|s| &s.listening.all);
    let on: Vec<&Listener> = own.filter(|l| l.port == port).collect();
    let place = on.first()?.loopback.clone()?;
    (group.len() == 1 && on.iter().all(|l| l.loopback.is_some())).then_some(place)
}

/// Says of a healthcheck whether somebody answers where it asks, on which kind of address, and whether it can fail at all.
pub(super) fn healthcheck(model: &mut Model<'_>, stacked: &Stacked<'_>, at: usize) {
    let Some(service) = stacked.service(at) else { return };
    let Some(Value::Fact(id)) = model.facts.get(service.id).field("healthcheck").map(|f| f.value.clone()) else {
        return;
    };
    let own = texts(service.node.path(&["healthcheck", "test"]));
    let words = if own.is_empty() { stacked.build(at).and_then(|b| b.probe()).unwrap_or_default() } else { own };
    if let Some((why, word)) = probe_form::idle(&words, asks_password(stacked, at)) {
        model.facts.set(id, "idle", Field::at(why, word.place()));
        let variable = (why == "password").then(|| probe_form::password_variable(&service.node)).flatten();
        model.facts.set(id, "password_as", Field::derived(variable.map_or(Value::Null, Value::from)));
    }
    let known = stacked.site(at).and_then(|s| s.entry).is_some_and(|e| e.ports.iter().any(|p| p.ipv4_only));
    let wget = words.iter().any(|w| w.value().contains("wget"));
    model.facts.set(id, "busybox", wget && (known || busybox(stacked, at)));
    let Some(Value::Int(port)) = model.facts.get(id).field("asked_port").map(|f| f.value.clone()) else { return };
    let answered = stacked.answers(at, port);
    model.facts.set(id, "answered", Field::derived(tri(answered, WHY)));
    model.facts.set(id, "listens", listens_inside(stacked, at));
    let sites = stacked.group(at).into_iter().filter_map(|i| stacked.site(i));
    let on: Vec<&Listener> = sites.flat_map(|s| &s.listening.all).filter(|l| l.port == port).collect();
    let place = on.first().and_then(|l| l.place.clone());
    let ipv4_only = place.is_some() && on.iter().all(|l| l.ipv4_only);
    model.facts.set(id, "ipv4_only", Field { value: ipv4_only.into(), place });
}

/// Whether the Redis that a service runs asks for a password, and its own variables do not give it to `redis-cli`.
fn asks_password(stacked: &Stacked<'_>, at: usize) -> bool {
    let (Some(service), Some(site)) = (stacked.service(at), stacked.site(at)) else { return false };
    if Environment::of(&service.node).names("REDISCLI_AUTH") || !service.is(Role::Datastore) {
        return false;
    }
    let command = texts(service.node.get("command"));
    let read =
        site.mounted.files.iter().filter(|(path, _)| {
            command.iter().any(|w| w.known().is_some_and(|w| w.split_whitespace().any(|w| w == path)))
        });
    let confs = read.filter_map(|(_, d)| super::conf_of(d)).filter(|c| c.grammar == Grammar::Redis);
    let told =
        |line: &Directive| line.name() == "requirepass" && line.arguments().first().is_some_and(|a| !a.is_empty());
    probe_form::requires_password(&service.node) || confs.flat_map(|c| &c.directives).any(told)
}

/// Whether the image's wget is `BusyBox` on musl: Alpine's, where nothing installs another.
fn busybox(stacked: &Stacked<'_>, at: usize) -> bool {
    let alpine = |image: &Text| {
        let image = Reference::parse(image);
        let named = image.repository.known().is_some_and(|r| r.rsplit('/').next() == Some("alpine"));
        named || image.tag.is_some_and(|t| t.value().split(|c: char| !c.is_ascii_alphabetic()).any(|w| w == "alpine"))
    };
    let Some(service) = stacked.service(at) else { return false };
    if service.node.get("build").is_none_or(Node::is_null) {
        return service.node.get("image").and_then(Node::text).is_some_and(alpine);
    }
    let Some(build) = stacked.build(at) else { return false };
    let brings = build.instructions().iter().any(|i| {
        let text = i.arguments.value();
        matches!(i.name.as_str(), "RUN" | "COPY")
            && (text.contains("wget") && (text.contains("apk") || i.name == "COPY") || !i.arguments.is_known())
    });
    build.base().is_some_and(alpine) && !brings
}

/// Adds what a service calls.
pub(super) fn dials(model: &mut Model<'_>, stacked: &Stacked<'_>, at: usize, tree: &Tree<'_>) {
    let (Some(service), Some(site)) = (stacked.service(at), stacked.site(at)) else { return };
    for dial in dial::of(service, site) {
        let base = Fact::new(Subject::Dial, localhost::place(&dial))
            .with("service", service.id)
            .with("stack", stacked.info.id)
            .with("by", dial.by)
            .with("name", dial.name.as_str())
            .with("host", &dial.address.host)
            .with("scheme", dial.address.scheme.as_str())
            .with("port", dial.port);
        let fact =
            if dial.address.is_own() { own(base, stacked, at, &dial, tree) } else { sibling(base, stacked, at, &dial) };
        let fact = super::misnamed::judge(fact, stacked, at, &dial, tree);
        model.facts.add(fact);
    }
}

fn own(fact: Fact, stacked: &Stacked<'_>, at: usize, dial: &Dial, tree: &Tree<'_>) -> Fact {
    match localhost::meant(stacked, at, dial).and_then(|(to, port)| Some((stacked.service(to)?, port))) {
        Some(_) if stacked.service(at).is_some_and(|s| tree.is_moded(stacked.info.index, &s.name)) => {
            let unknown = "whether the template gives it the host's network is not known";
            fact.with("meant", Value::Unknown(unknown.to_owned()))
        }
        Some((meant, port)) => fact.with("meant", meant.id).with("meant_port", port),
        None => fact,
    }
}

fn sibling(fact: Fact, stacked: &Stacked<'_>, at: usize, dial: &Dial) -> Fact {
    let named = reach::named(stacked.info, &dial.address.host);
    let compared = dial.by == "environment" && names::compared(&dial.name);
    // Words that happen to be a service's name: only an address is one.
    let word = dial.by == "environment"
        && dial.address.scheme.is_empty()
        && dial.address.port.is_none()
        && !names::is_host(&dial.name);
    if named.is_empty() || named.contains(&at) || compared || word || own_hosts(stacked, at, &dial.address.host) {
        return fact;
    }
    let target = named.first().copied().unwrap_or(at);
    let Some(service) = stacked.service(target) else { return fact };
    let reachable = reachable(stacked, at, &named, dial);
    let fact = fact
        .with("target", service.id)
        .with("reachable", Field::derived(tri(reachable, "whether both share a network is not known")));
    let fact = fact.with("from_host", from_host(stacked, at, &named, dial));
    let fact = called(fact, stacked, target, &named, dial.port);
    let fact = match auth_source::of(&dial.address, &service.node).filter(|_| named.len() == 1) {
        Some(database) => fact.with("auth_source", Field::text(&database)),
        None => fact,
    };
    trust(fact, stacked, at, target)
}

pub(super) fn own_hosts(stacked: &Stacked<'_>, at: usize, host: &Text) -> bool {
    let links = |key: &str| {
        let names = stacked.service(at).map(|s| texts(s.node.get(key))).unwrap_or_default();
        names.iter().any(|l| l.value().rsplit(':').next() == host.known())
    };
    host.known().is_some_and(|h| stacked.knows_host(at, h)) || links("external_links") || links("links")
}

/// Whether the caller is on the host's own network, where nobody asks Docker for names, and the others are on none of it.
fn from_host(stacked: &Stacked<'_>, at: usize, named: &[usize], dial: &Dial) -> bool {
    let space = |i: usize| stacked.spaces.get(i);
    let apart = space(at) == Some(&Space::Host) && named.iter().all(|to| matches!(space(*to), Some(Space::Of(_))));
    let others = std::iter::once(at).chain(named.iter().copied()).any(|i| stacked.may_differ(i));
    apart && !others && !stacked.is_of_env_file(at, dial.by, &dial.address.authority)
}

/// Whether any of the services that are named shares a network with the caller.
fn reachable(stacked: &Stacked<'_>, at: usize, named: &[usize], dial: &Dial) -> Option<bool> {
    let environment = Environment::of(&stacked.service(at)?.node);
    let proxied = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];
    if dial.address.http() && dial.by == "environment" && proxied.iter().any(|p| environment.names(p)) {
        return None;
    }
    let all: Vec<Option<bool>> = named.iter().map(|to| share(stacked.info, &stacked.spaces, at, *to)).collect();
    if all.contains(&Some(true)) {
        return Some(true);
    }
    let decided =
        all.iter().all(|s| *s == Some(false)) && !stacked.is_of_env_file(at, dial.by, &dial.address.authority);
    let open = std::iter::once(at).chain(named.iter().copied()).any(|i| stacked.may_differ(i));
    (decided && !open).then_some(false)
}

/// What follows for the called port.
pub(super) fn called(fact: Fact, stacked: &Stacked<'_>, target: usize, named: &[usize], port: Option<i64>) -> Fact {
    let Some(port) = port else { return fact };
    let all: Vec<Option<bool>> = named.iter().map(|to| stacked.answers_others(*to, port)).collect();
    let answered =
        if all.contains(&Some(true)) { Some(true) } else { all.iter().all(|a| *a == Some(false)).then_some(false) };
    let alone = on_loopback(stacked, target, port).filter(|_| named.len() == 1);
    let fact = match alone {
        Some(place) => fact.with("on_loopback", Field::at(true, place)),
        None => fact,
    };
    fact.with("answered", Field::derived(tri(answered, WHY)))
        .with("listens", listens(stacked, target))
        .with("mapped", mapped(stacked, target, port).filter(|_| answered != Some(true) && named.len() == 1))
}

/// The port inside to which a port of the host leads, where nothing says that the program listens on the latter too.
fn mapped(stacked: &Stacked<'_>, at: usize, port: i64) -> Option<i64> {
    if !matches!(stacked.spaces.get(at), Some(Space::Of(_))) {
        return None;
    }
    let inside = stacked.published(at).find(|(published, inside)| *published == port && inside != published)?.1;
    let service = stacked.service(at)?;
    let digits = port.to_string();
    let spoken = |text: &str| text.split(|c: char| !c.is_ascii_digit()).any(|n| n == digits);
    let node = &service.node;
    let exposes = ["expose", "command", "entrypoint"]
        .iter()
        .any(|key| texts(node.get(key)).iter().any(|t| !t.is_known() || spoken(t.value())));
    let variables = service.variables.iter().filter_map(|v| v.value.as_ref()).any(|v| spoken(v.value()));
    let probe = texts(node.path(&["healthcheck", "test"])).iter().any(|t| spoken(t.value()));
    let also = stacked.published(at).any(|(_, inside)| inside == port);
    let group = stacked.group(at).len() > 1;
    let built = stacked.build(at).is_some_and(|b| b.instructions().iter().any(|i| spoken(i.arguments.value())));
    // What is not seen may name it.
    let hidden =
        Environment::of(node).open || node.get("build").is_some_and(|b| !b.is_null()) && stacked.build(at).is_none();
    let silent = !(exposes || variables || probe || also || group || built || hidden);
    silent.then_some(inside)
}

/// Whether an OpenClaw gateway that a proxy calls trusts any proxy.
pub(super) fn trust(fact: Fact, stacked: &Stacked<'_>, from: usize, target: usize) -> Fact {
    let (Some(proxy), Some(gateway), Some(site)) =
        (stacked.service(from), stacked.service(target), stacked.site(target))
    else {
        return fact;
    };
    if !proxy.is(Role::ReverseProxy) || !gateway.is(Role::AgentGateway) {
        return fact;
    }
    let Some(release) = gateway.node.get("image").and_then(Node::text).and_then(openclaw::release_of_image) else {
        return fact;
    };
    let fact = fact.with("release", release);
    let documents: Vec<_> =
        site.mounted.files.iter().filter(|(_, d)| d.kind == crate::document::Kind::OpenClaw).collect();
    let [(_, document)] = documents.as_slice() else { return fact };
    let Some(root) = document.nodes().first().filter(|r| r.get("$include").is_none()) else { return fact };
    let node = root.path(&["gateway", "trustedProxies"]);
    let open = root
        .get("gateway")
        .and_then(Node::map)
        .is_some_and(|m| m.iter().any(|e| e.key.known().is_none() || e.key.known() == Some("$include")));
    let trusted = match node {
        Some(node) => Some(node.seq().is_none_or(|s| !s.is_empty())),
        None => (!open).then_some(false),
    };
    let place = node.or_else(|| root.get("gateway")).map_or_else(|| root.span(), Node::span);
    fact.with(
        "trusted",
        Field { value: tri(trusted, "the gateway's configuration is not known"), place: Some(place.into()) },
    )
}
