//! What a Squid's own configuration lets through: whether it is meant to carry calls to a sibling.
//!
//! Facts, from Squid's reference: the first `http_access` line all of whose lists match decides; `dstdomain` names the
//! host that is called, with a dot before it for all below. What other kinds of lists say of a call is not known.

use std::collections::HashMap;

use super::ServiceInfo;
use crate::document::Kind;
use crate::expand::Deployment;
use crate::syntax::conf::Grammar;
use crate::yaml::Node;

/// Whether the configuration that `proxy` mounts lets calls to `host` through, or may; false where there is none.
pub(super) fn carries(deployment: &Deployment, proxy: &ServiceInfo, host: &str) -> bool {
    let mounts = proxy.node.get("volumes").and_then(Node::seq).unwrap_or_default();
    let configurations = mounts.iter().filter_map(|mount| {
        let target = mount.get("target")?.known()?;
        target.contains("squid").then(|| mount.get("source")?.known())?
    });
    let name = |path: &str| path.trim_start_matches("./").trim_start_matches("../").to_owned();
    configurations.map(name).filter(|source| source.rsplit_once('.').is_some_and(|(_, e)| e == "conf")).any(|source| {
        let named = |path: &str| path == source || path.ends_with(&format!("/{source}"));
        let files = deployment.documents.iter().filter(|d| d.kind == Kind::Conf(Grammar::Squid) && named(&d.path));
        files.into_iter().any(|document| allows(document.text.value(), host))
    })
}

/// Whether the lines of a configuration let a call to `host` through, or may.
fn allows(text: &str, host: &str) -> bool {
    let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
    let lines = || text.lines().map(|line| line.split('#').next().unwrap_or(line).split_whitespace());
    for mut words in lines() {
        if words.next() != Some("acl") {
            continue;
        }
        let (Some(name), Some(kind)) = (words.next(), words.next()) else { continue };
        if kind == "dstdomain" {
            lists.entry(name).or_default().extend(words.filter(|w| !w.starts_with('-')));
        }
    }
    for mut words in lines() {
        if words.next() != Some("http_access") {
            continue;
        }
        let allow = words.next() == Some("allow");
        let matches: Vec<Option<bool>> = words
            .map(|word| {
                let (name, wanted) = word.strip_prefix('!').map_or((word, true), |name| (name, false));
                let hit = match lists.get(name) {
                    _ if name == "all" => Some(true),
                    Some(hosts) if hosts.iter().all(|h| !h.contains('"')) => {
                        Some(hosts.iter().any(|listed| is_of(host, listed)))
                    }
                    _ => None,
                };
                hit.map(|hit| hit == wanted)
            })
            .collect();
        if matches.contains(&Some(false)) || matches.is_empty() {
            continue;
        }
        if allow {
            return true;
        }
        if !matches.contains(&None) {
            return false;
        }
    }
    false
}

fn is_of(host: &str, listed: &str) -> bool {
    match listed.strip_prefix('.') {
        Some(domain) => host == domain || host.ends_with(listed),
        None => host.eq_ignore_ascii_case(listed),
    }
}

#[cfg(test)]
mod tests {
    use super::allows;

    #[test]
    fn the_first_line_that_matches_decides() {
        for (lines, carries) in [
            ("acl own dstdomain control\nhttp_access allow own\nhttp_access deny all\n", true),
            ("acl own dstdomain .example.com\nhttp_access allow own\nhttp_access deny all\n", false),
            ("acl own dstdomain control\nhttp_access deny own\nhttp_access allow all\n", false),
            ("acl inner src 10.0.0.0/8\nhttp_access allow inner\nhttp_access deny all\n", true),
            ("acl safe port 443\nhttp_access deny !safe\nhttp_access deny all\n", false),
            ("acl own dstdomain other # control\nhttp_access allow own\n", false),
        ] {
            assert_eq!(allows(lines, "control"), carries, "{lines}");
        }
    }
}
