//! Caddy's: a path that is a matcher, an answer that comes before the proxy, a default that keeps the shell's dash.

use super::fact;
use crate::model::fact::{Fact, Field};
use crate::syntax::conf::{Conf, Directive};
use crate::text::Text;

/// Directives that answer a request, in the order in which Caddy runs them.
const ANSWERS: &[&str] = &["abort", "error", "respond", "reverse_proxy", "php_fastcgi", "file_server"];

/// What is wrong with a configuration.
pub(super) fn problems(conf: &Conf) -> Vec<Fact> {
    let mut found = matchers(conf);
    found.extend(defaults(conf));
    let ordered = conf.directives.iter().filter(|d| d.words.is_empty()).flat_map(|d| &d.block);
    if !ordered.into_iter().any(|d| d.name() == "order") {
        let plain = conf.directives.iter().filter(|d| d.block.is_empty() && !d.words.is_empty());
        // One site without braces.
        found.extend(answered(plain));
        for directive in conf.all().into_iter().filter(|d| !d.words.is_empty() && d.name() != "route") {
            found.extend(answered(directive.block.iter()));
        }
    }
    found
}

/// Directives of one block that answer each request before the one that was meant to take some.
fn answered<'c>(block: impl Iterator<Item = &'c Directive>) -> Option<Fact> {
    let order = |d: &Directive| ANSWERS.iter().position(|name| *name == d.name());
    let all: Vec<(usize, &Directive)> = block.filter_map(|d| Some((order(d)?, d))).collect();
    let matcher = |w: &Text| w.value().starts_with(['/', '@']) || !w.is_known();
    let taker = all.iter().filter(|(at, d)| *at < 3 && !d.arguments().first().is_some_and(matcher));
    let (at, first) = taker.min_by_key(|(at, _)| *at)?;
    let (_, meant) = all.iter().find(|(other, _)| *other > 2 && other > at)?;
    let place = first.words.first()?.place();
    let value = first.words.iter().map(Text::value).collect::<Vec<_>>().join(" ");
    Some(
        fact("answered-before", first.name(), &value, place)
            .with("other", Field::at(meant.name(), meant.words.first()?.place())),
    )
}

/// `{$X:-default}`: the default begins behind the colon. `-1` may be meant.
fn defaults(conf: &Conf) -> Vec<Fact> {
    let mut found = Vec::new();
    for word in conf.all().into_iter().flat_map(|d| &d.words) {
        let value = word.value();
        for (start, _) in value.match_indices("{$") {
            let Some(length) = value.get(start..).and_then(|rest| rest.find('}')) else { continue };
            let Some(inside) = value.get(start + 2..start + length) else { continue };
            let Some((name, default)) = inside.split_once(":-").filter(|(_, default)| *default != "1") else {
                continue;
            };
            if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') && !default.contains('{')
            {
                let whole = word.slice(start..start + length + 1);
                found.push(fact("dash-kept", name, default, whole.place()));
            }
        }
    }
    found
}

/// `redir /login 302`: the path is what it applies to, and the status the address.
fn matchers(conf: &Conf) -> Vec<Fact> {
    let status = |w: &Text| {
        let v = w.value();
        v.len() == 3 && v.starts_with('3') && v.parse::<u16>().is_ok()
            || matches!(v, "permanent" | "temporary" | "html")
    };
    let all = conf.all().into_iter().filter(|d| d.name() == "redir");
    let slips = all.filter_map(|d| match d.arguments() {
        [path, code] if path.value().starts_with('/') && path.is_known() && status(code) => Some((path, code)),
        _ => None,
    });
    slips
        .map(|(path, code)| fact("path-as-matcher", "redir", path.value(), path.place()).with("host", code.value()))
        .collect()
}
