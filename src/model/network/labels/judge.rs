//! What is wrong with one label, and with two that belong to each other.

use std::collections::{BTreeMap, BTreeSet};

use super::{Label, Labelled, numbers};
use crate::model::fact::{Fact, Field};
use crate::model::subject::Subject;
use crate::text::Text;

/// What Traefik 2 and 3 know of a router, in small letters.
const ROUTER: &[&str] =
    &["entrypoints", "middlewares", "service", "rule", "rulesyntax", "priority", "tls", "observability", "parentrefs"];

/// What they know of a load balancer.
const BALANCER: &[&str] = &[
    "server",
    "servers",
    "sticky",
    "healthcheck",
    "passivehealthcheck",
    "passhostheader",
    "responseforwarding",
    "serverstransport",
    "strategy",
    "terminationdelay",
    "proxyprotocol",
];

/// What they know of its server.
const SERVER: &[&str] = &["port", "scheme", "url", "weight", "preservepath", "address", "tls"];

/// Matchers of Traefik 2 that Traefik 3 does not have, and what takes their place.
const MATCHERS: &[(&str, &str)] = &[("HeadersRegexp", "HeaderRegexp"), ("Headers", "Header"), ("HostHeader", "Host")];

/// The faults of a container's labels.
pub(super) fn of_container<'f>(one: &'f Labelled<'_>, third: bool) -> impl Iterator<Item = Fact> + 'f {
    let answered: BTreeSet<&str> = one.labels.iter().filter(|l| answered(one, l)).map(|l| l.key.as_str()).collect();
    one.labels.iter().filter_map(move |label| of_label(one, label, &answered, third))
}

/// The fault of one label; `answered` are the container's labels that name a port on which it listens.
fn of_label(one: &Labelled<'_>, label: &Label, answered: &BTreeSet<&str>, third: bool) -> Option<Fact> {
    let Label { key, name: at, value, .. } = label;
    let small = key.to_ascii_lowercase();
    let parts: Vec<&str> = small.split('.').collect();
    let ["traefik", protocol @ ("http" | "tcp" | "udp"), element, rest @ ..] = parts.as_slice() else { return None };
    let base = |kind: &'static str, place: &Text, name: &str| {
        Fact::new(Subject::ProxyLabel, place.place())
            .with("kind", kind)
            .with("key", key.as_str())
            .with("name", name)
            .with("container", one.name.as_str())
    };
    if !["routers", "services", "middlewares", "serverstransports", "models"].contains(element) {
        return Some(base("element", at, element));
    }
    match (*element, rest) {
        ("routers", [_, option, ..]) if !ROUTER.contains(option) && option.chars().all(char::is_alphanumeric) => {
            let near = if option.contains("resolver") { Some("tls.certresolver") } else { None };
            Some(base("option", at, option).with("nearest", near))
        }
        ("services", [_, "loadbalancer", "server", option, ..]) if !SERVER.contains(option) => {
            let near = BALANCER.contains(option).then(|| format!("loadbalancer.{option}"));
            Some(base("option", at, option).with("nearest", near))
        }
        ("services", [_, "loadbalancer", option, ..])
            if !BALANCER.contains(option) && option.chars().all(char::is_alphanumeric) =>
        {
            Some(base("option", at, option))
        }
        ("routers", [_, "rule"]) if value.value().ends_with('"') && value.value().matches('"').count() == 1 => {
            Some(base("quote", value, "\""))
        }
        ("routers", [_, "rule"]) if third && *protocol == "http" => {
            let uses = |name: &str| {
                value
                    .value()
                    .match_indices(&format!("{name}("))
                    .any(|(i, _)| !value.value().get(..i).is_some_and(|before| before.ends_with(char::is_alphanumeric)))
            };
            let (name, near) = MATCHERS.iter().find(|(name, _)| uses(name))?;
            Some(base("matcher", value, name).with("nearest", *near))
        }
        ("services", [_, "loadbalancer", "server", "port"]) if *protocol == "http" => {
            let port = value.known()?.trim().parse::<u16>().ok()?;
            // Where another of its services is the program's own port, this one is a second program's.
            if answered.iter().any(|own| own != key) {
                return None;
            }
            (one.listening.answers(i64::from(port)) == Some(false))
                .then(|| base("port", value, &port.to_string()).with("listens", numbers(&one.listening)))
        }
        _ => None,
    }
}

/// Whether a label names a port on which the container is known to listen.
fn answered(one: &Labelled<'_>, label: &Label) -> bool {
    let port = label.value.known().and_then(|v| v.trim().parse::<i64>().ok());
    label.key.to_ascii_lowercase().ends_with(".loadbalancer.server.port")
        && port.is_some_and(|port| one.listening.answers(port) == Some(true))
}

/// Routers and middlewares that two containers of a project tell differently: Traefik drops both.
pub(super) fn conflicts(all: &[Labelled<'_>]) -> Vec<Fact> {
    type Told<'l> = BTreeMap<String, (&'l Text, &'l Text)>;
    let mut seen: BTreeMap<(usize, String), Vec<(usize, Told<'_>)>> = BTreeMap::new();
    for (index, one) in all.iter().enumerate() {
        let off = one.labels.iter().any(|l| {
            l.key.eq_ignore_ascii_case("traefik.enable")
                && l.value.known().is_none_or(|v| v.eq_ignore_ascii_case("false"))
        });
        if off || one.stack == usize::MAX {
            continue;
        }
        let mut own: BTreeMap<String, Told<'_>> = BTreeMap::new();
        for Label { key, name: at, value, .. } in &one.labels {
            let small = key.to_ascii_lowercase();
            let parts: Vec<&str> = small.split('.').collect();
            if let ["traefik", "http", kind @ ("routers" | "middlewares"), name, rest @ ..] = parts.as_slice() {
                own.entry(format!("{kind}.{name}")).or_default().insert(rest.join("."), (at, value));
            }
        }
        for (name, told) in own {
            seen.entry((one.stack, name)).or_default().push((index, told));
        }
    }
    let mut found = Vec::new();
    for ((_, name), told) in &seen {
        let [(first, a), (second, b), ..] = told.as_slice() else { continue };
        let (Some(one), Some(other)) = (all.get(*first), all.get(*second)) else { continue };
        let open = a
            .values()
            .chain(b.values())
            .any(|(k, v)| !k.is_known() || !v.is_known() && !v.value().contains(crate::text::UNKNOWN));
        let values = |t: &Told<'_>| t.iter().map(|(k, (_, v))| (k.clone(), v.value().to_owned())).collect::<Vec<_>>();
        // Without a rule each container has one of its own name.
        let bare = name.starts_with("routers.") && one.name != other.name && !a.contains_key("rule");
        let same = values(a) == values(b);
        if open || one.profiles != other.profiles || enabled(one) != enabled(other) || same && !bare {
            continue;
        }
        let (Some((at, _)), Some((there, _))) = (b.values().next(), a.values().next()) else { continue };
        let plain = name.split_once('.').map_or(name.as_str(), |(_, n)| n);
        found.push(
            Fact::new(Subject::ProxyLabel, at.place())
                .with("kind", "conflict")
                .with("key", at.display())
                .with("name", plain)
                .with("nearest", same.then_some("rule"))
                .with("container", other.name.as_str())
                .with("other", Field::at(one.name.as_str(), there.place())),
        );
    }
    found
}

/// Whether the container asks Traefik to look at it.
fn enabled(one: &Labelled<'_>) -> bool {
    one.labels.iter().any(|label| label.key.eq_ignore_ascii_case("traefik.enable"))
}
