//! `HAProxy`'s: a proxy without timeouts, servers that nothing checks.

use super::fact;
use crate::model::fact::{Fact, Field};
use crate::syntax::conf::{Conf, Directive};
use crate::text::Text;

/// Options that say how servers are checked; whether they are is said by each server.
const CHECKS: &[&str] = &[
    "httpchk",
    "tcp-check",
    "mysql-check",
    "pgsql-check",
    "redis-check",
    "smtpchk",
    "ldap-check",
    "spop-check",
    "ssl-hello-chk",
];

/// What is wrong with a configuration that is wholly known.
pub(super) fn problems(conf: &Conf) -> Vec<Fact> {
    let mut found = timeouts(conf);
    found.extend(unchecked(conf));
    found
}

/// Sections whose `option httpchk` checks nothing: none of several servers says `check`.
fn unchecked(conf: &Conf) -> Vec<Fact> {
    let says = |line: &Directive, words: &[&str]| line.words.iter().any(|w| words.contains(&w.value()));
    let by_default = conf
        .directives
        .iter()
        .filter(|s| s.name() == "defaults")
        .flat_map(|s| &s.block)
        .any(|l| l.name() == "default-server" && says(l, &["check"]));
    let mut found = Vec::new();
    for section in conf.directives.iter().filter(|s| matches!(s.name(), "backend" | "listen") && !by_default) {
        let lines = || section.block.iter();
        let option = lines().find_map(|l| match l.words.as_slice() {
            [option, name, ..] if option.known() == Some("option") && CHECKS.contains(&name.value()) => Some(name),
            _ => None,
        });
        let servers: Vec<&Directive> =
            lines().filter(|l| matches!(l.name(), "server" | "server-template") && !says(l, &["disabled"])).collect();
        let several = servers.len() > 1 || servers.iter().any(|l| l.name() == "server-template");
        let checked = lines().any(|l| {
            matches!(l.name(), "server" | "server-template" | "default-server")
                && says(l, &["check", "track", "agent-check"])
        });
        let (Some(option), Some(first), true, false) = (option, servers.first(), several, checked) else { continue };
        let Some(place) = first.words.first().map(Text::place) else { continue };
        let name = section.arguments().first().map_or("", Text::value);
        found
            .push(fact("no-check", name, option.value(), option.place()).with("other", Field::at(first.name(), place)));
    }
    found
}

/// The sections of `HAProxy` that lack a timeout.
fn timeouts(conf: &Conf) -> Vec<Fact> {
    let mut found = Vec::new();
    let named = |section: &Directive| section.arguments().first().map(|n| n.value().to_owned());
    let defaults: Vec<(usize, &Directive)> =
        conf.directives.iter().enumerate().filter(|(_, s)| s.name() == "defaults").collect();
    // A part of a configuration has its defaults elsewhere.
    if defaults.is_empty() && !conf.directives.iter().any(|s| s.name() == "global") {
        return found;
    }
    for (at, section) in conf.directives.iter().enumerate() {
        let wanted: &[&str] = match section.name() {
            "frontend" => &["client"],
            "backend" => &["connect", "server"],
            "listen" => &["client", "connect", "server"],
            _ => continue,
        };
        let from = section.arguments().iter().position(|w| w.known() == Some("from"));
        let from = from.and_then(|at| section.arguments().get(at + 1)).map(|n| n.value().to_owned());
        let own = defaults.iter().rev().find(|(i, d)| match &from {
            Some(name) => named(d).as_deref() == Some(name.as_str()),
            None => *i < at,
        });
        let lines = section.block.iter().chain(own.into_iter().flat_map(|(_, d)| &d.block));
        let told: Vec<&str> = lines
            .filter_map(|line| match line.name() {
                "timeout" => line.arguments().first().and_then(Text::known),
                "clitimeout" => Some("client"),
                "contimeout" => Some("connect"),
                "srvtimeout" => Some("server"),
                _ => None,
            })
            .collect();
        let answers = section.block.iter().any(|l| matches!(l.name(), "server" | "server-template" | "bind"));
        let missing: Vec<String> =
            wanted.iter().filter(|w| !told.contains(w)).map(|w| format!("timeout {w}")).collect();
        if let Some(word) = section.words.first().filter(|_| answers && !missing.is_empty()) {
            let name = named(section).unwrap_or_default();
            found.push(fact("no-timeouts", &name, &missing.join(", "), word.place()));
        }
    }
    found
}
