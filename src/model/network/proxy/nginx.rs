//! nginx: `listen`, `proxy_pass` and its like, `upstream`.

use super::{Ports, Upstream, address, listener};
use crate::document::Document;
use crate::model::network::address::uris;
use crate::model::network::mounted::{Mounted, covers};
use crate::syntax::conf::{Conf, Directive, Grammar};
use crate::text::Text;

/// Directives that pass a request on.
const PASSES: &[&str] = &["proxy_pass", "grpc_pass", "fastcgi_pass", "uwsgi_pass", "scgi_pass", "memcached_pass"];

/// Whether the files of a container replace the server that the image brings.
pub(super) fn replaces(read: &[(&str, &Document)], mounted: &Mounted) -> bool {
    let own = ["/etc/nginx/conf.d/default.conf", "/etc/nginx/templates/default.conf.template"];
    let folder = mounted.folders.iter().any(|f| covers(f, "/etc/nginx/conf.d"));
    let replaced = |at: &str, document: &Document| {
        own.contains(&at) || at == "/etc/nginx/nginx.conf" && !document.text.value().contains("conf.d")
    };
    folder || read.iter().any(|(at, document)| replaced(at, document))
}

/// Where its servers listen.
pub(super) fn ports(conf: &Conf) -> Ports {
    let mut found = Ports { open: includes_more(conf), ..Ports::default() };
    for server in conf.all().into_iter().filter(|d| d.name() == "server" && !d.block.is_empty()) {
        let listens: Vec<&Directive> = server.block.iter().filter(|d| d.name() == "listen").collect();
        let included = server.block.iter().any(|d| d.name() == "include");
        if listens.is_empty() {
            if let Some(word) = server.words.first().filter(|_| !included) {
                found.all.push(listener(80, word, false));
            }
            found.open |= included;
        }
        let mut own = Vec::new();
        for word in listens.iter().filter_map(|l| l.arguments().first()) {
            match listen(word) {
                Some((port, six)) => own.push((port, six, word)),
                None => found.open |= !word.value().starts_with("unix:"),
            }
        }
        let six = |port: i64| own.iter().any(|(p, six, _)| *p == port && *six);
        found.all.extend(own.iter().map(|(port, _, word)| listener(*port, word, !six(*port))));
    }
    let mut all = std::mem::take(&mut found.all);
    // Another server on the same port may take IPv6.
    let with_six: Vec<i64> = all.iter().filter(|l| !l.ipv4_only).map(|l| l.port).collect();
    for one in &mut all {
        one.ipv4_only &= !with_six.contains(&one.port);
    }
    Ports { all, ..found }
}

/// Whether servers may stand in files that an `include` outside of a server names; those of `conf.d` are read, and the
/// usual ones beside them hold none.
fn includes_more(conf: &Conf) -> bool {
    const KNOWN: &[&str] = &["conf.d/", "mime.types", "modules-enabled/", "/modules/", "_params"];
    let inner = conf.directives.iter().filter(|d| matches!(d.name(), "http" | "stream")).flat_map(|d| &d.block);
    let mut names =
        conf.directives.iter().chain(inner).filter(|d| d.name() == "include").flat_map(Directive::arguments);
    names.any(|word| !KNOWN.iter().any(|part| word.value().contains(part)))
}

/// The port of `listen`, and whether it is on IPv6; a range of ports is not read.
fn listen(word: &Text) -> Option<(i64, bool)> {
    let value = word.known().filter(|value| value.starts_with('[') || !value.contains('-'))?;
    let six = value.starts_with('[');
    let port = match value.rsplit_once(':').filter(|_| !six || !value.ends_with(']')) {
        Some((_, port)) => port,
        None if value.chars().all(|c| c.is_ascii_digit()) => value,
        None => return value.starts_with(|c: char| c.is_ascii_digit() || c == '[' || c == '*').then_some((80, six)),
    };
    Some((i64::from(port.parse::<u16>().ok()?), six))
}

/// Whether an address is a socket's: `unix:/run/app.sock`, `http://unix:/run/app.sock:/api/`.
fn is_socket(address: &Text) -> bool {
    let value = address.value();
    value.split_once("://").map_or(value, |(_, rest)| rest).starts_with("unix:")
}

/// Whom the configurations of one container pass requests to; a name of an `upstream` block is none.
pub(super) fn upstreams(confs: &[&Conf]) -> Vec<Upstream> {
    let all: Vec<&Directive> = confs.iter().filter(|c| c.grammar == Grammar::Nginx).flat_map(|c| c.all()).collect();
    let groups: Vec<&Directive> = all.iter().filter(|d| d.name() == "upstream").copied().collect();
    let names: Vec<&str> = groups.iter().filter_map(|d| d.arguments().first()?.known()).collect();
    let mut found = Vec::new();
    for directive in &all {
        let word = match directive.arguments() {
            [word, ..] if PASSES.contains(&directive.name()) => word,
            [name, value, ..] if directive.name() == "set" && name.value().starts_with('$') => value,
            _ => continue,
        };
        if is_socket(word) {
            continue;
        }
        let set = directive.name() == "set";
        let address = if set { uris(word).into_iter().next() } else { address(word) };
        let Some(address) = address.filter(|a| !a.host.known().is_some_and(|h| names.contains(&h))) else { continue };
        let default = if address.scheme == "https" || address.scheme == "grpcs" { 443 } else { 80 };
        found.push(Upstream { name: directive.name().to_owned(), address, default: Some(default) });
    }
    let servers = groups.iter().flat_map(|g| &g.block).filter(|d| d.name() == "server");
    for word in servers.filter_map(|d| d.arguments().first()).filter(|w| !is_socket(w)) {
        let of = address(word).map(|address| Upstream { name: "upstream".to_owned(), address, default: Some(80) });
        found.extend(of);
    }
    found
}
