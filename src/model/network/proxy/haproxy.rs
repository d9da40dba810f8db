//! `HAProxy`: `bind` and `server`.

use super::{Ports, Upstream, address, listener};
use crate::syntax::conf::{Conf, Directive};

/// Where it listens.
pub(super) fn ports(conf: &Conf) -> Ports {
    let mut found = Ports::default();
    let bind = |d: &&&Directive| d.name() == "bind";
    for line in conf.directives.iter().map(|s| &s.block).flat_map(|b| b.iter()).collect::<Vec<_>>().iter().filter(bind)
    {
        let Some(word) = line.arguments().first() else { continue };
        let Some(value) = word.known() else {
            found.open = true;
            continue;
        };
        for one in value.split(',').filter(|v| !v.starts_with('/') && !v.contains("unix@") && !v.contains("fd@")) {
            match one.rsplit(':').next().map(str::parse::<u16>) {
                Some(Ok(port)) => {
                    let six = one.contains("::")
                        || one.contains("v6")
                        || line.arguments().iter().any(|w| w.value() == "v4v6");
                    found.all.push(listener(i64::from(port), word, !six));
                }
                _ => found.open = true,
            }
        }
    }
    found
}

/// Whom it passes requests to.
pub(super) fn upstreams(conf: &Conf) -> Vec<Upstream> {
    let sections = conf.directives.iter().filter(|s| matches!(s.name(), "backend" | "listen"));
    let servers = sections.flat_map(|s| &s.block).filter(|d| d.name() == "server");
    let enabled = servers.filter(|d| !d.words.iter().any(|w| w.value() == "disabled"));
    let words = enabled.filter_map(|d| d.arguments().get(1)).filter(|w| !w.value().contains(['$', '%', '@']));
    words.filter_map(|w| Some(Upstream { name: "server".to_owned(), address: address(w)?, default: None })).collect()
}
