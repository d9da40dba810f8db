//! Traefik: its entry points, the servers of its dynamic files, and what its Docker provider is told.

use super::{Upstream, address};
use crate::knowledge::Listeners;
use crate::model::network::listen::{self, Environment, Listener, Listening};
use crate::model::network::mounted::Mounted;
use crate::text::Text;
use crate::yaml::Node;

/// What a Traefik is told.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools)] // Independent facts about one configuration.
pub(in crate::model::network) struct Traefik {
    /// Its entry points.
    pub(in crate::model::network) listening: Listening,
    /// Whether it takes routes from the labels of containers.
    pub(in crate::model::network) docker: bool,
    /// Whether a network is set that it uses for containers on several.
    pub(in crate::model::network) network: bool,
    /// The names of its entry points, in small letters.
    pub(in crate::model::network) entry_points: Vec<String>,
    /// The names of its certificate resolvers, in small letters.
    pub(in crate::model::network) resolvers: Vec<String>,
    /// Whether it takes only containers that say `traefik.enable=true`.
    pub(in crate::model::network) closed: bool,
    /// Whether an entry point is told.
    entered: bool,
    /// Whether all that it is told was read.
    pub(in crate::model::network) complete: bool,
}

/// Whether an option names a store in which the first Traefik keeps its whole configuration, entry points included:
/// doc.traefik.io/traefik/v1.7/user-guide/kv-config.
fn stored(word: &Text) -> bool {
    let option = word.value().trim_start_matches('-');
    let store = option.split(['.', '=']).next().unwrap_or(option);
    matches!(store, "consul" | "etcd" | "etcdv3" | "zookeeper" | "boltdb")
}

/// Reads what a service that runs Traefik is told.
pub(in crate::model::network) fn read(entry: &Listeners, node: &Node, mounted: &Mounted) -> Traefik {
    let arguments = listen::arguments(entry, node);
    let environment = Environment::of(node);
    let mut found = Traefik { complete: arguments.is_some() && !environment.open, ..Traefik::default() };
    let words = arguments.unwrap_or_default();
    found.complete &= words.iter().all(|w| w.split_once('=').map_or(w.clone(), |(name, _)| name).is_known());
    found.complete &= !words.iter().any(|w| w.value().to_ascii_lowercase().contains("configfile") || stored(w));
    found.complete &= !entry.configs.iter().any(|at| mounted.hides(at));
    for word in &words {
        let (name, value) = word.split_once('=').unwrap_or_else(|| (word.clone(), word.clone()));
        let key = name.value().trim_start_matches('-').to_ascii_lowercase().replace('.', "_");
        found.setting(&key, &value, "command");
    }
    for (name, value) in environment.values() {
        let key = name.to_ascii_lowercase();
        if let Some(key) = key.strip_prefix("traefik_") {
            found.setting(key, value, "environment");
        }
    }
    for root in mounted
        .files
        .iter()
        .flat_map(|(_, d)| d.nodes())
        .filter(|n| n.get("entryPoints").is_some() || n.get("providers").is_some())
    {
        found.file(root, "", 0);
    }
    // Without an entry point of its own it has `http` on 80.
    if !found.entered {
        found.port(80, "image", None);
        found.entry_points.push("http".to_owned());
    }
    found.entry_points.push("traefik".to_owned());
    found.listening.complete = found.complete;
    found
}

impl Traefik {
    fn port(&mut self, port: i64, by: &'static str, word: Option<&Text>) {
        let place = word.map(Text::place);
        self.listening.all.push(Listener { port, by, place, ipv4_only: false, loopback: None, inward: false });
    }

    /// One key of its static configuration, its parts joined by `_`.
    fn setting(&mut self, key: &str, value: &Text, by: &'static str) {
        let acme = |name: &'_ str| name.find("_acme").or_else(|| name.find("_tailscale"));
        if let Some(name) = key.strip_prefix("certificatesresolvers_")
            && let Some(name) = acme(name).and_then(|end| name.get(..end))
            && !self.resolvers.iter().any(|r| r == name)
        {
            self.resolvers.push(name.to_owned());
        }
        if key.ends_with("_exposedbydefault") && value.known().is_some_and(|v| v.eq_ignore_ascii_case("false")) {
            self.closed = true;
        }
        if key == "entrypoints" {
            self.first_release(value, by);
        }
        if key.starts_with("entrypoints_") && key.ends_with("_address") {
            let name = key.trim_start_matches("entrypoints_").trim_end_matches("_address");
            self.entry_points.push(name.to_owned());
            self.entered = true;
            let port = value
                .known()
                .map(|v| v.split('/').next().unwrap_or(v))
                .and_then(|v| v.rsplit(':').next()?.parse::<u16>().ok());
            match port {
                Some(port) => self.port(i64::from(port), by, Some(value)),
                None => self.complete = false,
            }
        }
        // Each of these may open the entry point `traefik`.
        if ["api", "ping", "metrics", "providers_rest"].iter().any(|p| key.starts_with(p)) {
            self.port(8080, by, Some(value));
        }
        let provider = ["providers_docker", "providers_swarm"].into_iter().find_map(|p| key.strip_prefix(p));
        self.docker |= provider.is_some() || key == "docker";
        self.network |= provider == Some("_network");
    }

    /// An entry point as Traefik 1 takes it: `--entryPoints=Name:https Address::443 TLS`.
    fn first_release(&mut self, value: &Text, by: &'static str) {
        self.entered = true;
        let word_after = |name: &str| {
            let lower = value.known()?.to_ascii_lowercase();
            let found = lower.split_whitespace().find_map(|word| word.strip_prefix(name)?.strip_prefix(':'))?;
            Some(found.to_owned())
        };
        self.entry_points.extend(word_after("name"));
        match word_after("address").and_then(|address| address.rsplit(':').next()?.parse::<u16>().ok()) {
            Some(port) => self.port(i64::from(port), by, Some(value)),
            None => self.complete = false,
        }
    }

    fn file(&mut self, node: &Node, key: &str, depth: usize) {
        if let (Some(entries), true) = (node.map(), depth < 8) {
            if !key.is_empty() {
                let text = Text::literal("", node.span());
                self.setting(key, &text, "config");
            }
            for entry in entries {
                let Some(name) = entry.key.known() else {
                    self.complete = false;
                    continue;
                };
                let separator = if key.is_empty() { "" } else { "_" };
                self.file(&entry.value, &format!("{key}{separator}{}", name.to_ascii_lowercase()), depth + 1);
            }
        } else if let Some(text) = node.text() {
            self.setting(key, text, "config");
        }
    }
}

/// The servers of a dynamic configuration.
pub(super) fn upstreams(root: &Node) -> Vec<Upstream> {
    let mut found = Vec::new();
    for (section, key) in [("http", "url"), ("tcp", "address"), ("udp", "address")] {
        let services = root.path(&[section, "services"]).and_then(Node::map).unwrap_or_default();
        for service in services {
            let servers = service.value.path(&["loadBalancer", "servers"]).and_then(Node::seq).unwrap_or_default();
            for word in servers.iter().filter_map(|s| s.get(key)?.text()) {
                let Some(address) = address(word) else { continue };
                let default = if address.scheme == "https" { 443 } else { 80 };
                let default = (section == "http").then_some(default);
                found.push(Upstream { name: key.to_owned(), address, default });
            }
        }
    }
    found
}
