//! Whether YAML that has no name of docker compose's own is a compose file all the same.
//!
//! Many programs have a mapping `services`: catalogues of software, settings, continuous integration, containers of
//! objects. A compose file has services that say what to run, and no key at its top level that compose does not have.
//! What the file says in full is `expand`'s; here only its lines are looked at.

use std::sync::LazyLock;

use regex::Regex;

use crate::text::slip::slips;

/// The keys of the top level.
const TOP: [&str; 10] =
    ["version", "name", "services", "networks", "volumes", "secrets", "configs", "include", "models", "volumes_from"];

/// Keys of a service that people also write at the top level, one step too far to the left.
const MISPLACED: [&str; 7] = ["restart", "environment", "ports", "depends_on", "labels", "logging", "healthcheck"];

/// Keys that say what a service runs, or from where it takes that.
const RUNS: [&str; 5] = ["image", "build", "extends", "provider", "<<"];

/// Keys of an overlay's services: each changes a service that another file defines.
const CHANGES: [&str; 24] = [
    "cap_add",
    "command",
    "container_name",
    "cpus",
    "depends_on",
    "deploy",
    "devices",
    "entrypoint",
    "env_file",
    "environment",
    "expose",
    "extra_hosts",
    "healthcheck",
    "labels",
    "logging",
    "mem_limit",
    "network_mode",
    "networks",
    "ports",
    "privileged",
    "profiles",
    "restart",
    "user",
    "volumes",
];

/// Whether `text` looks like a compose file.
pub(super) fn compose_like(text: &str) -> bool {
    static SERVICES: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?m)^["']?services["']?[ \t]*:([ \t].*|\r?)$"#).ok());
    let Some(pattern) = SERVICES.as_ref() else { return false };
    let found = pattern.captures_iter(text).any(|hit| {
        let (Some(all), Some(rest)) = (hit.get(0), hit.get(1)) else { return false };
        match rest.as_str().trim().chars().next() {
            // A flow mapping or an expression; an alias of something that stands elsewhere.
            Some('{' | '*') => true,
            // A comment; an anchor or a tag of what stands below.
            None | Some('#' | '&' | '!') => {
                let below = text.get(all.end()..).unwrap_or("");
                maps_below(below) && runs(below)
            }
            Some(_) => false,
        }
    });
    (found || includes(text)) && !foreign_top(text)
}

/// Whether it only puts other files together: a list of them below `include`, beside what they share.
fn includes(text: &str) -> bool {
    static SHARED: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"(?m)^(?:name|networks|volumes|secrets|configs)[ \t]*:([ \t]|\r?$)").ok());
    static LIST: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let item = r#"[ \t]*-[ \t]+(?:path:[ \t]*)?["']?[\w.${}/-]+\.ya?ml["']?[ \t]*(?:#.*)?$"#;
        Regex::new(&format!(r"(?m)^include[ \t]*:[ \t]*(?:#.*)?\r?\n(?:[ \t]*(?:#.*)?\r?\n)*{item}")).ok()
    });
    let says = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|p| p.is_match(text));
    says(&LIST) && says(&SHARED)
}

/// Whether the lines below a key of the top level are a mapping, as far as their first one says.
fn maps_below(text: &str) -> bool {
    let Some(line) = text.lines().filter(|l| said(l)).find(|l| !statement(l)) else { return false };
    let first = line.trim_start();
    let item = first == "-" || first.starts_with("- ");
    !item && (first.starts_with("{{") || first.len() < line.len())
}

/// Whether a line says something: it is neither empty nor a comment.
fn said(line: &str) -> bool {
    !line.trim().is_empty() && !line.trim_start().starts_with(['#', '%'])
}

/// Whether a line is a template's, and none of YAML.
fn statement(line: &str) -> bool {
    line.trim_start().starts_with("{%") || line.trim_start().starts_with("{#")
}

/// Whether the services in the lines below their key say what they run, or only change those of another file.
fn runs(below: &str) -> bool {
    let mut service = None;
    let mut keys = None;
    let (mut runs, mut changes, mut others) = (false, false, false);
    for line in below.lines().filter(|l| said(l) && !statement(l)) {
        let written = line.trim_start();
        let indent = line.len() - written.len();
        if indent == 0 {
            // An expression at the margin makes the services: nobody knows which.
            runs |= written.starts_with("{{");
            break;
        }
        let outer = *service.get_or_insert(indent);
        if indent <= outer {
            keys = None;
            // A service in flow style or behind an alias, on one line.
            let value = written.split_once(':').map_or("", |(_, value)| value.trim());
            runs |= value.starts_with(['{', '*']) || written.starts_with("{{");
        } else if indent == *keys.get_or_insert(indent) {
            let key = written.split(':').next().unwrap_or("").trim().trim_matches(['"', '\'']);
            runs |= RUNS.contains(&key) || written.starts_with("{{");
            changes |= CHANGES.contains(&key);
            others |= !CHANGES.contains(&key);
        }
    }
    runs || changes && !others
}

/// Whether the top level has a key that is none of compose's.
fn foreign_top(text: &str) -> bool {
    static KEY: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r#"(?m)^["']?([A-Za-z_][A-Za-z0-9_.-]*)["']?[ \t]*:([ \t]|\r?$)"#).ok());
    let Some(pattern) = KEY.as_ref() else { return false };
    pattern.captures_iter(text).filter_map(|hit| hit.get(1)).map(|key| key.as_str()).any(|key| {
        let near = TOP.iter().any(|name| slips(name, key, 2).is_some());
        !near && !key.starts_with("x-") && !MISPLACED.contains(&key)
    })
}

#[cfg(test)]
#[path = "compose_like_tests.rs"]
mod tests;
