//! What the configurations of reverse proxies say: where they listen, and whom they pass requests to.

mod caddy;
mod haproxy;
mod nginx;
pub(super) mod traefik;

use super::address::{Address, bare, uris};
use super::listen::{Listener, Listening};
use super::mounted::Mounted;
use crate::document::{Document, Kind};
use crate::knowledge::Listeners;
use crate::syntax::conf::{Conf, Grammar};
use crate::text::Text;
use crate::yaml::Node;

/// An address that a proxy passes requests to.
#[derive(Debug, Clone)]
pub(super) struct Upstream {
    /// The directive that says so.
    pub(super) name: String,
    /// The address.
    pub(super) address: Address,
    /// The port that the proxy takes where none is written.
    pub(super) default: Option<i64>,
}

/// What a configuration says of ports.
#[derive(Debug, Default)]
pub(super) struct Ports {
    /// Where it listens.
    pub(super) all: Vec<Listener>,
    /// Whether something in it may open more.
    pub(super) open: bool,
}

/// Adds what the mounted configurations of a program say that nobody knows.
pub(super) fn listeners(mounted: &Mounted, found: &mut Listening) {
    for conf in mounted.files.iter().filter_map(|(_, d)| super::conf_of(d)) {
        found.all.extend(ports(conf).all);
    }
}

/// Adds what the configurations in the places of a known program say; whether they replace the image's own.
pub(super) fn listeners_at(entry: &Listeners, mounted: &Mounted, found: &mut Listening) -> bool {
    let Some(grammar) = grammar(entry) else { return false };
    let read: Vec<(&str, &Document)> = mounted.conf(grammar, &entry.configs).collect();
    for conf in read.iter().filter_map(|(_, d)| super::conf_of(d)) {
        let ports = ports(conf);
        found.complete &= !ports.open;
        found.all.extend(ports.all);
    }
    match grammar {
        Grammar::Nginx => nginx::replaces(&read, mounted),
        _ => !read.is_empty(),
    }
}

fn grammar(entry: &Listeners) -> Option<Grammar> {
    let first = entry.names.first()?.as_str();
    let all = [("nginx", Grammar::Nginx), ("caddy", Grammar::Caddy), ("haproxy", Grammar::HaProxy)];
    all.into_iter().find(|(name, _)| first.contains(name)).map(|(_, grammar)| grammar)
}

fn ports(conf: &Conf) -> Ports {
    match conf.grammar {
        Grammar::Nginx => nginx::ports(conf),
        Grammar::Caddy => caddy::ports(conf),
        Grammar::HaProxy => haproxy::ports(conf),
        Grammar::Squid | Grammar::Redis | Grammar::Logrotate | Grammar::Lines => Ports { all: Vec::new(), open: true },
    }
}

/// The addresses to which the configurations of one container pass requests.
pub(super) fn upstreams(mounted: &Mounted) -> Vec<Upstream> {
    let confs: Vec<&Conf> = mounted.files.iter().filter_map(|(_, d)| super::conf_of(d)).collect();
    let mut found = nginx::upstreams(&confs);
    for conf in &confs {
        match conf.grammar {
            Grammar::Caddy => found.extend(caddy::upstreams(conf)),
            Grammar::HaProxy => found.extend(haproxy::upstreams(conf)),
            _ => {}
        }
    }
    let yaml = mounted.files.iter().filter(|(_, d)| d.kind == Kind::Yaml);
    found.extend(yaml.clone().flat_map(|(_, d)| d.nodes()).flat_map(traefik::upstreams));
    found.extend(yaml.clone().flat_map(|(_, d)| d.nodes()).flat_map(targets));
    found.extend(yaml.clone().flat_map(|(_, d)| d.nodes()).flat_map(clients));
    let provisioned = yaml.filter(|(path, _)| path.contains("/provisioning/datasources/"));
    found.extend(provisioned.flat_map(|(_, d)| d.nodes()).flat_map(data_sources));
    found
}

/// Where Promtail sends what it reads, and Prometheus what it keeps.
fn clients(root: &Node) -> Vec<Upstream> {
    if root.get("scrape_configs").is_none() {
        return Vec::new();
    }
    let lists = ["clients", "remote_write"].into_iter().filter_map(|key| root.get(key)?.seq());
    lists.flatten().filter_map(|item| called(item.get("url")?.text()?)).collect()
}

/// The data sources that Grafana asks by itself; those of `direct` a browser asks.
fn data_sources(root: &Node) -> Vec<Upstream> {
    let all = root.get("datasources").and_then(Node::seq).unwrap_or_default();
    let by_itself = |source: &&Node| source.get("access").is_none_or(|access| access.known() == Some("proxy"));
    all.iter().filter(by_itself).filter_map(|source| called(source.get("url")?.text()?)).collect()
}

/// The address of a `url`.
fn called(word: &Text) -> Option<Upstream> {
    let address = address(word)?;
    let default = match address.scheme.as_str() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    };
    Some(Upstream { name: "url".to_owned(), address, default })
}

/// The targets that a Prometheus asks, where they are written in its own file.
fn targets(root: &Node) -> Vec<Upstream> {
    let jobs = root.get("scrape_configs").and_then(Node::seq).unwrap_or_default();
    let mut found = Vec::new();
    for job in jobs {
        // Whoever relabels addresses asks another program for them: the targets of a blackbox exporter.
        if job.get("relabel_configs").is_some_and(|n| !n.is_null()) || job.get("proxy_url").is_some() {
            continue;
        }
        let groups = job.get("static_configs").and_then(Node::seq).unwrap_or_default();
        let all = groups.iter().filter_map(|g| g.get("targets")).filter_map(Node::seq).flatten();
        for word in all.filter_map(Node::text) {
            let of = address(word).filter(|a| a.port.is_some());
            found.extend(of.map(|address| Upstream { name: "targets".to_owned(), address, default: None }));
        }
    }
    found
}

/// The address of a word that is a URI or a host with a port.
fn address(word: &Text) -> Option<Address> {
    let value = word.value();
    if value.contains("://") {
        return uris(word).into_iter().next();
    }
    let named = |a: &Address| !a.host.value().contains(['$', '{', '/']);
    bare(word).filter(named)
}

/// A listener at a place of a configuration.
fn listener(port: i64, word: &Text, ipv4_only: bool) -> Listener {
    Listener { port, by: "config", place: Some(word.place()), ipv4_only, loopback: None, inward: false }
}
