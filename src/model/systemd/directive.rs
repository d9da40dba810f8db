//! Facts of subject `systemd.directive`: what systemd ignores in a unit, what it refuses a unit for, and what it hands to
//! a program though it is meant for a shell.
//!
//! The keys of each section are `rules/knowledge/systemd-keys.json`; what happens was seen with `systemd-analyze verify`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::unit::file_name;
use crate::document::{Body, Document};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::secret::may_be_secret_name;
use crate::model::subject::Subject;
use crate::syntax::script::Word;
use crate::syntax::unit::{Directive, Unit, effective, exec};
use crate::text::{Text, slip};

/// The fields of `systemd.directive`.
pub const SCHEMA: Schema = Schema {
    name: "systemd.directive",
    doc: "A directive or section of a unit that systemd ignores, refuses, or does not read as a shell would.",
    fields: &[
        field("path", FieldKind::Str, "The file."),
        field("section", FieldKind::Str, "The section that it stands in."),
        field("key", FieldKind::Str, "The key; of a section its name."),
        field(
            "problem",
            FieldKind::OneOf(&[
                "section",
                "misplaced",
                "unknown",
                "value",
                "form",
                "months",
                "path",
                "restart",
                "shell",
                "variable",
                "starts",
                "assignment",
            ]),
            "What is wrong: `section` (the section is unknown), `misplaced`, `unknown`, `value`, `form` (systemd can't read the value), `months` (a time in months), `path`, `restart`, `shell`, `variable` (one in `Environment=`, which is not replaced), `starts` (a second `ExecStart=` of a unit that is no job), `assignment` (a word of `Environment=` without `=`).",
        ),
        field("home", FieldKind::Str, "Of `misplaced`: the section that has the key."),
        field(
            "nearest",
            FieldKind::Str,
            "Of `section` and `unknown`: the name that it is a slip of; of `form` and `months`: the value as it must be written.",
        ),
        field(
            "value",
            FieldKind::Str,
            "Of `value`, `form`, `months`, `path`, `shell`, `variable` and `assignment`: the word.",
        ),
        field("variable", FieldKind::Str, "Of `variable`: what the assignment sets."),
        field("whole", FieldKind::Bool, "Of `variable`: whether the value is nothing else."),
        field("values", FieldKind::Str, "Of `value`: those that systemd knows."),
    ],
};

#[derive(Debug, Default, Deserialize)]
struct Data {
    newer: Vec<String>,
    sections: BTreeMap<String, Vec<String>>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A broken file would make every key unknown; the test below keeps it whole.
    serde_json::from_str(include_str!("../../../rules/knowledge/systemd-keys.json")).unwrap_or_default()
});

const TYPES: [&str; 8] = ["simple", "exec", "forking", "oneshot", "dbus", "notify", "notify-reload", "idle"];
const RESTARTS: [&str; 7] = ["no", "on-success", "on-failure", "on-abnormal", "on-watchdog", "on-abort", "always"];

/// Adds what is wrong with the directives of every unit.
pub(super) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let filled = super::expansion::Filled::default();
    for document in &deployment.documents {
        let Body::Unit(unit) = &document.body else { continue };
        if let Some(own) = quadlet(document) {
            keys(model, document, unit, &["Unit", "Service", "Install", own, "Quadlet"]);
            continue;
        }
        let Some(kind) = kind(document) else { continue };
        keys(model, document, unit, &["Unit", kind, "Install"]);
        super::form::build(model, document, unit);
        if kind == "Service" {
            values(model, document, unit);
            super::expansion::build(model, document, unit, &filled);
            assignments(model, document, unit);
        }
    }
    for service in super::unit::services(deployment) {
        starts(model, &service);
    }
}

/// The section of a unit's own kind, by the file's name; of a drop-in by its folder's.
fn kind(document: &Document) -> Option<&'static str> {
    let name = file_name(document);
    let folder = document.path.rsplit('/').nth(1).and_then(|f| f.strip_suffix(".d"));
    let name = if name.rsplit('.').next() == Some("conf") { folder? } else { name };
    let kinds =
        [("service", "Service"), ("socket", "Socket"), ("timer", "Timer"), ("path", "Path"), ("mount", "Mount")];
    let end = name.rsplit_once('.')?.1;
    kinds.iter().find(|(suffix, _)| *suffix == end).map(|(_, section)| *section)
}

/// The section that belongs to a file of Quadlet; its other sections are systemd's.
fn quadlet(document: &Document) -> Option<&'static str> {
    let kinds =
        [("container", "Container"), ("pod", "Pod"), ("network", "Network"), ("volume", "Volume"), ("kube", "Kube")];
    let end = file_name(document).rsplit_once('.')?.1;
    kinds.iter().find(|(suffix, _)| *suffix == end).map(|(_, section)| *section)
}

fn keys(model: &mut Model<'_>, document: &Document, unit: &Unit, allowed: &[&'static str]) {
    for header in &unit.sections {
        let Some(name) = header.known().filter(|n| !n.starts_with("X-") && !allowed.contains(n)) else { continue };
        if let Some(near) = nearest(allowed, name) {
            let fact = fact(document, name, header, "section").with("nearest", near);
            model.facts.add(fact.with("section", name));
        }
    }
    for directive in &unit.directives {
        let Some(key) = directive.key.known().filter(|k| !k.starts_with("X-")) else { continue };
        let section = directive.section.as_str();
        let Some(known) = DATA.sections.get(section).filter(|_| allowed.contains(&section)) else { continue };
        if known.iter().any(|k| k == key) || DATA.newer.iter().any(|k| k == key) {
            continue;
        }
        let home = allowed.iter().find(|s| DATA.sections.get(**s).is_some_and(|keys| keys.iter().any(|k| k == key)));
        let fact = fact(document, key, &directive.key, if home.is_some() { "misplaced" } else { "unknown" });
        let fact = fact.with("section", section);
        if let Some(home) = home {
            model.facts.add(fact.with("home", *home));
            continue;
        }
        let names: Vec<&str> = known.iter().map(String::as_str).collect();
        let near = nearest(&names, key).map(|near| (section, near)).or_else(|| {
            let other = allowed.iter().filter(|s| **s != section).filter_map(|s| Some((*s, DATA.sections.get(*s)?)));
            other.into_iter().find_map(|(s, keys)| {
                let same = keys.iter().find(|k| k.eq_ignore_ascii_case(key))?;
                Some((s, same.as_str()))
            })
        });
        if let Some((home, near)) = near {
            let home = (home != section).then(|| home.to_owned());
            model.facts.add(fact.with("nearest", near).with("home", home));
        }
    }
}

/// A second program of a unit that may have one alone.
fn starts(model: &mut Model<'_>, service: &super::unit::Service<'_>) {
    let kind = service.last("Type").map(|d| &d.value);
    let job = kind.is_some_and(|kind| !kind.is_known() || kind.known() == Some("oneshot"));
    if let Some(second) = service.all("ExecStart").get(1).filter(|_| !job) {
        let fact = fact(service.document, "ExecStart", &second.key, "starts").with("section", "Service");
        model.facts.add(fact);
    }
}

/// The first word of each `Environment=` that assigns nothing: what follows a space outside of quotes.
fn assignments(model: &mut Model<'_>, document: &Document, unit: &Unit) {
    for directive in effective(&unit.directives, "Service", "Environment") {
        let words = exec(&directive.value, &[]).words;
        let comment = words.iter().any(|w| w.text.value().starts_with('#'));
        let plain = directive.value.is_known() && !directive.value.value().contains(['\\', '{', '<']);
        let Some(stray) = words.iter().position(|w| !w.text.value().contains('=')).filter(|_| plain && !comment) else {
            continue;
        };
        let (before, behind) = words.split_at(stray);
        let Some(word) = behind.first() else { continue };
        // The rest of a secret is one.
        let names = before.iter().filter_map(|w| w.text.value().split_once('='));
        let secret = names.map(|(name, _)| name).any(may_be_secret_name);
        let fact = fact(document, "Environment", &word.text, "assignment").with("section", "Service");
        model.facts.add(fact.with("value", Some(word.text.value()).filter(|_| !secret)));
    }
}

/// The name that `name` is a slip of: other capitals, or one or two letters off in a long one.
fn nearest<'a>(names: &[&'a str], name: &str) -> Option<&'a str> {
    if let Some(same) = names.iter().find(|n| n.eq_ignore_ascii_case(name)) {
        return Some(same);
    }
    let allowed = match name.chars().count() {
        0..=4 => return None,
        5..=9 => 1,
        _ => 2,
    };
    slip::nearest(name, names.iter().copied(), allowed)
}

fn values(model: &mut Model<'_>, document: &Document, unit: &Unit) {
    let last = |key: &str| effective(&unit.directives, "Service", key).pop();
    for (key, values) in [("Type", &TYPES[..]), ("Restart", &RESTARTS[..])] {
        let Some(directive) = last(key) else { continue };
        let Some(value) = directive.value.known().filter(|v| !v.is_empty() && !values.contains(v)) else { continue };
        let fact = fact(document, key, &directive.value, "value").with("section", "Service");
        model.facts.add(fact.with("value", value).with("values", values.join(", ")));
    }
    let oneshot = last("Type").is_some_and(|d| d.value.known() == Some("oneshot"));
    if let Some(restart) = last("Restart").filter(|_| oneshot)
        && matches!(restart.value.known(), Some("always" | "on-success"))
    {
        model.facts.add(fact(document, "Restart", &restart.value, "restart").with("section", "Service"));
    }
    for key in ["ExecStartPre", "ExecStart", "ExecStartPost", "ExecReload", "ExecStop", "ExecStopPost", "ExecCondition"]
    {
        for directive in effective(&unit.directives, "Service", key) {
            command(model, document, key, directive);
        }
    }
}

fn command(model: &mut Model<'_>, document: &Document, key: &str, directive: &Directive) {
    let words = exec(&directive.value, &[]).words;
    let Some(program) = words.first() else { return };
    let mut add = |text: &Text, problem: &'static str| {
        let fact = fact(document, key, text, problem).with("section", "Service");
        model.facts.add(fact.with("value", Field::at(text.display(), text.place())));
    };
    let path = program.text.value();
    let own = program.text.known().is_some() && path.contains('/');
    if own && !path.starts_with(['/', '%', '"', '\'', '{', '<', '@']) && !path.contains(['=', '{', '<']) {
        add(&program.text, "path");
    }
    // What these are given is a command line again.
    let remote = ["ssh", "autossh", "sshpass", "expect", "xargs"];
    let name = path.rsplit('/').next().unwrap_or(path);
    if remote.contains(&name) {
        return;
    }
    // A template of Ansible that is not called one: a filter of Jinja is no pipe.
    let template = directive.value.value().contains("{{");
    if let Some(word) = words.iter().skip(1).find(|w| for_a_shell(w)).filter(|_| !template) {
        add(&word.text, "shell");
    }
}

/// Whether a word outside of quotes means something to a shell alone.
fn for_a_shell(word: &Word) -> bool {
    let value = word.text.value();
    let operator = matches!(value, "|" | "||" | "&&" | "&" | ">" | ">>" | "<" | "2>" | "2>>" | "&>" | "2>&1" | "1>&2");
    let joined = [">/", ">>/", "2>/", "2>>/", "&>/", "1>/"].iter().any(|start| value.starts_with(start));
    !word.quoted && (operator || joined)
}

pub(super) fn fact(document: &Document, key: &str, at: &Text, problem: &'static str) -> Fact {
    Fact::new(Subject::UnitDirective, at.place())
        .with("path", document.path.as_str())
        .with("key", Field::at(key, at.place()))
        .with("problem", problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_lists_are_whole() {
        let has = |section: &str, key: &str| DATA.sections.get(section).is_some_and(|s| s.iter().any(|k| k == key));
        assert!(has("Unit", "StartLimitIntervalSec") && !has("Service", "StartLimitIntervalSec"));
        // Kept for old units.
        assert!(has("Service", "StartLimitInterval") && has("Install", "WantedBy"));
    }

    #[test]
    fn slips_are_few_letters_off() {
        assert_eq!(nearest(&["Environment", "EnvironmentFile"], "Environmnet"), Some("Environment"));
        assert_eq!(nearest(&["WantedBy"], "Wantedby"), Some("WantedBy"));
        assert_eq!(nearest(&["User"], "Users"), Some("User"));
        assert_eq!(nearest(&["Description"], "Documentation"), None);
    }
}
