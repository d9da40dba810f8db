//! Caddy: addresses of sites, `reverse_proxy`, `php_fastcgi`, `forward_auth`.

use super::{Listener, Ports, Upstream, address, listener};
use crate::model::network::address::Address;
use crate::syntax::conf::{Conf, Directive};
use crate::text::Text;

/// Directives that pass a request on.
const PASSES: &[&str] = &["reverse_proxy", "php_fastcgi", "forward_auth"];

/// The words that are addresses of sites.
fn sites(conf: &Conf) -> Vec<&Text> {
    let named = |d: &&Directive| !d.words.is_empty();
    let blocks: Vec<&Directive> = conf.directives.iter().filter(named).filter(|d| !d.block.is_empty()).collect();
    let snippet = |d: &&&Directive| d.words.first().is_some_and(|w| w.value().starts_with(['(', '&']));
    if !blocks.is_empty() {
        return blocks.iter().filter(|d| !snippet(d)).flat_map(|d| &d.words).collect();
    }
    // One site without braces: its first line.
    conf.directives.iter().find(named).map(|d| d.words.iter().collect()).unwrap_or_default()
}

/// Where its sites listen.
pub(super) fn ports(conf: &Conf) -> Ports {
    let options = || conf.directives.iter().filter(|d| d.words.is_empty()).flat_map(|d| &d.block);
    let told =
        |name: &str| options().find(|d| d.name() == name).and_then(|d| d.arguments().first()?.known()?.parse().ok());
    let (plain, secure): (i64, i64) = (told("http_port").unwrap_or(80), told("https_port").unwrap_or(443));
    let top = conf.directives.iter().any(|d| matches!(d.name(), "import"));
    let more = options().any(|d| matches!(d.name(), "layer4" | "dynamic_dns" | "frankenphp" | "import"));
    let mut found = Ports { all: Vec::new(), open: top || more };
    administration(conf, &mut found);
    for word in sites(conf) {
        let value = word.value().trim_end_matches(',');
        if !word.is_known() || value.contains(['{', '*']) && value.contains('{') || value.is_empty() {
            found.open |= !value.is_empty();
            continue;
        }
        let (scheme, rest) = value.split_once("://").unwrap_or(("", value));
        let rest = rest.split('/').next().unwrap_or("");
        let port = rest.rsplit_once(':').filter(|_| !rest.ends_with(']')).map(|(_, port)| port);
        match (port.map(str::parse::<u16>), scheme) {
            (Some(Ok(port)), _) => found.all.push(listener(i64::from(port), word, false)),
            (Some(Err(_)), _) => found.open = true,
            (None, "http") => found.all.push(listener(plain, word, false)),
            (None, _) => {
                found.all.push(listener(plain, word, false));
                found.all.push(listener(secure, word, false));
            }
        }
        // A site with a name on a port of its own still gets its redirect from the port for plain HTTP.
        if !rest.starts_with(':') {
            found.all.push(listener(plain, word, false));
        }
    }
    found
}

/// Where its administration listens: on port 2019 of localhost, unless `admin` says otherwise.
fn administration(conf: &Conf, found: &mut Ports) {
    let mut options = conf.directives.iter().filter(|d| d.words.is_empty()).flat_map(|d| &d.block);
    let told = options.find(|d| d.name() == "admin").and_then(|d| d.arguments().first());
    let Some(word) = told else {
        let anywhere = conf.directives.iter().find_map(|d| d.words.first());
        found.all.extend(anywhere.map(|word| Listener { inward: true, ..listener(2019, word, false) }));
        return;
    };
    let port = word.known().and_then(|value| value.rsplit_once(':')).and_then(|(_, port)| port.parse().ok());
    match port {
        Some(port) => {
            let own = ["localhost:", "127.", "[::1]"].iter().any(|host| word.value().starts_with(host));
            found.all.push(Listener { loopback: own.then(|| word.place()), ..listener(port, word, false) });
        }
        None if word.known() == Some("off") || word.value().starts_with("unix/") => {}
        None => found.open = true,
    }
}

/// Whom it passes requests to.
pub(super) fn upstreams(conf: &Conf) -> Vec<Upstream> {
    let mut found = Vec::new();
    for directive in conf.all().into_iter().filter(|d| PASSES.contains(&d.name())) {
        let matcher = |w: &&Text| w.value() == "*" || w.value().starts_with(['/', '@']);
        let own = directive.arguments().iter().enumerate().filter(|(at, w)| *at > 0 || !matcher(w)).map(|(_, w)| w);
        let inner = directive.block.iter().filter(|d| d.name() == "to").flat_map(Directive::arguments);
        for word in own.chain(inner) {
            let Some(address) = upstream(word) else { continue };
            let default = if address.scheme == "https" { 443 } else { 80 };
            found.push(Upstream { name: directive.name().to_owned(), address, default: Some(default) });
        }
    }
    found
}

fn upstream(word: &Text) -> Option<Address> {
    let value = word.value();
    if value.contains('{') || value.starts_with("unix/") {
        return None;
    }
    // `:8080` is Caddy's own container.
    if let Some(port) = value.strip_prefix(':').filter(|p| p.chars().all(|c| c.is_ascii_digit())) {
        let port = word.slice(1..1 + port.len());
        let host = Text::literal("localhost", word.span());
        return Some(Address {
            scheme: String::new(),
            userinfo: None,
            host,
            port: Some(port),
            authority: word.clone(),
            rest: None,
        });
    }
    address(word)
}
