//! What Caddy refuses to start with although braces and lines are right: the block of its options below a site, an option of a
//! directive beside it, a matcher that nothing defines, a site that stands twice, a path in an upstream, a pattern that its
//! expressions do not know.

use std::collections::{BTreeMap, BTreeSet};

use super::fact;
use crate::model::fact::{Fact, Field};
use crate::syntax::conf::{Conf, Directive};
use crate::text::{Text, UNKNOWN};

/// Words, and what they belong to.
type Belonging = (&'static [&'static str], &'static str);

/// Words that are no directives of a site: those of a block of `reverse_proxy`, Caddy's own options, and other programs' directives;
/// each with what they belong to (caddyserver.com/docs/caddyfile: directives, options, `reverse_proxy`).
const OTHERS: &[Belonging] = &[
    (
        &[
            "header_up",
            "header_down",
            "lb_policy",
            "lb_try_duration",
            "lb_try_interval",
            "lb_retries",
            "health_uri",
            "health_path",
            "health_port",
            "health_interval",
            "health_timeout",
            "health_status",
            "flush_interval",
            "transport",
            "fail_duration",
            "max_fails",
            "unhealthy_status",
        ],
        "reverse_proxy",
    ),
    (&["tls_insecure_skip_verify", "tls_server_name", "dial_timeout"], "transport http"),
    (&["strip_prefix", "strip_suffix"], "uri"),
    (
        &[
            "email",
            "acme_ca",
            "acme_dns",
            "auto_https",
            "http_port",
            "https_port",
            "admin",
            "local_certs",
            "default_sni",
            "grace_period",
        ],
        "options",
    ),
    (&["proxy_pass", "proxy_set_header", "server_name", "listen", "location"], "nginx"),
];

/// Words that are none of the options of a directive, with what they belong to.
const INSIDE: &[(&str, &[Belonging])] = &[
    (
        "reverse_proxy",
        &[
            (
                &["tls_insecure_skip_verify", "tls_server_name", "dial_timeout", "read_timeout", "write_timeout"],
                "transport http",
            ),
            (&["websocket", "transparent"], "version 1"),
        ],
    ),
    ("respond", &[(&["header", "status", "content_type"], "the site")]),
];

/// Directives whose blocks hold directives.
const HOLDERS: &[&str] = &["handle", "handle_path", "handle_errors", "route"];

/// What Caddy refuses.
pub(super) fn problems(conf: &Conf) -> Vec<Fact> {
    let mut found = Vec::new();
    // What a template writes above is not known.
    let first = conf.directives.first().filter(|d| is_site(d) && d.words.iter().all(Text::is_known));
    let late = conf.directives.iter().filter(|d| d.words.is_empty()).filter_map(|d| d.block.first()?.words.first());
    if let Some(site) = first.and_then(|d| d.words.first()) {
        found.extend(late.map(|word| refused("late-options", word.value(), word).with("other", Field::text(site))));
    }
    for site in conf.directives.iter().filter(|d| is_site(d)) {
        let free = !all_of(site).any(|d| d.name() == "import" || d.name().starts_with('('));
        let matchers: BTreeSet<&str> = all_of(site).map(Directive::name).filter(|n| n.starts_with('@')).collect();
        in_block(&site.block, free.then_some(&matchers), &mut found);
    }
    found.extend(twice(conf));
    found
}

fn refused(kind: &str, name: &str, word: &Text) -> Fact {
    fact("refused", name, kind, word.place())
}

/// Whether a block is that of a site: what stands before it are addresses.
fn is_site(directive: &Directive) -> bool {
    let address = |word: &Text| {
        let value = word.value().trim_end_matches(',');
        let variable = value.starts_with("{$") || value.starts_with(UNKNOWN);
        !value.starts_with(['@', '(', '/', '&'])
            && (variable || value.contains(['.', ':']) || value.starts_with("localhost"))
    };
    !directive.words.is_empty() && !directive.block.is_empty() && directive.words.iter().all(address)
}

/// The directives below one, at any depth.
fn all_of(directive: &Directive) -> impl Iterator<Item = &Directive> {
    let mut open: Vec<&Directive> = directive.block.iter().collect();
    std::iter::from_fn(move || {
        let next = open.pop()?;
        open.extend(next.block.iter());
        Some(next)
    })
}

fn in_block(block: &[Directive], matchers: Option<&BTreeSet<&str>>, found: &mut Vec<Fact>) {
    for directive in block {
        let Some(word) = directive.words.first().filter(|w| w.is_known()) else { continue };
        let name = directive.name();
        if let Some((_, of)) = OTHERS.iter().find(|(names, _)| names.contains(&name)) {
            found.push(refused("misplaced", name, word).with("host", *of));
        }
        if let (Some(matchers), Some(first)) =
            (matchers, directive.arguments().first().filter(|_| !name.starts_with('@')))
        {
            let value = first.known().unwrap_or("");
            if value.starts_with('@') && value.len() > 1 && !value.contains(['{', '.']) && !matchers.contains(value) {
                found.push(refused("no-matcher", value, first));
            }
        }
        if name == "reverse_proxy" {
            found.extend(upstreams(directive));
        }
        if let Some((_, inside)) = INSIDE.iter().find(|(holder, _)| *holder == name) {
            for word in directive.block.iter().filter_map(|d| d.words.first()) {
                if let Some((_, of)) = inside.iter().find(|(names, _)| names.contains(&word.value())) {
                    found.push(refused("misplaced", word.value(), word).with("host", *of));
                }
            }
        }
        if HOLDERS.contains(&name) {
            in_block(&directive.block, matchers, found);
        }
    }
}

/// Upstreams with a path.
fn upstreams(directive: &Directive) -> Vec<Fact> {
    let with_path = |word: &&Text| {
        let rest = word.known().and_then(|w| w.strip_prefix("http://").or_else(|| w.strip_prefix("https://")));
        rest.is_some_and(|rest| !rest.contains('{') && rest.split_once('/').is_some())
    };
    let told = directive.arguments().iter().filter(with_path);
    let inside =
        directive.block.iter().filter(|d| d.name() == "to").flat_map(|d| d.arguments().iter().filter(with_path));
    told.chain(inside).map(|word| refused("upstream-path", word.value(), word)).collect()
}

/// Sites whose address another block of the file has.
fn twice(conf: &Conf) -> Vec<Fact> {
    let mut seen: BTreeMap<&str, &Text> = BTreeMap::new();
    let mut found = Vec::new();
    // Sites that listen on different addresses may have one name.
    let alone = |d: &&Directive| is_site(d) && !d.block.iter().any(|d| matches!(d.name(), "bind" | "import" | ""));
    for word in conf.directives.iter().filter(alone).flat_map(|d| &d.words) {
        let Some(address) = word.known().map(|w| w.trim_end_matches(',')).filter(|a| !a.is_empty()) else { continue };
        match seen.get(address) {
            // The same words, in another turn of a loop.
            Some(first) if first.span() == word.span() => {}
            Some(first) => found.push(refused("site-twice", address, word).with("other", Field::text(first))),
            None => _ = seen.insert(address, word),
        }
    }
    found
}

#[cfg(test)]
#[path = "refused_tests.rs"]
mod tests;
