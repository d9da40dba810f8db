//! Facts of subject `quadlet.key`: the keys of Podman's Quadlet files, and what the generator makes of them.
//!
//! The keys of each section are `rules/knowledge/quadlet-keys.json`. Values that may hold a secret are left out.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use super::quadlet::file_name;
use super::quadlet_slip::{self, Beside, Tree};
use crate::document::{Body, Document};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::syntax::unit::{Directive, Unit};
use crate::text::{Text, slip};

/// The fields of `quadlet.key`.
pub(crate) const SCHEMA: Schema = Schema {
    name: "quadlet.key",
    doc: "A key of a Quadlet file of Podman (`.container`, `.pod`, `.network`, `.volume`, `.image`, `.build`, `.kube`).",
    fields: &[
        field("path", FieldKind::Str, "The file."),
        field("kind", FieldKind::Str, "The file's ending: `container`, `pod` …"),
        field("section", FieldKind::Str, "The section, without brackets."),
        field("name", FieldKind::Str, "The key; of `missing` the one that is not there."),
        field("value", FieldKind::Str, "The value; null where it may hold a secret."),
        field(
            "problem",
            FieldKind::OneOf(&[
                "unknown", "missing", "boolean", "duration", "list", "home", "dash", "unit", "pod", "stop", "expanded",
                "prefix", "host", "taken", "colon",
            ]),
            "What is wrong: `unknown` (the section has no such key), `missing` (a key without which there is no unit), `boolean` (a word that is taken for false), `duration` (a number without a unit), `list` (two values on a line that takes one), `home` (`~`, which nobody expands), `unit` (the name of a Quadlet file where systemd wants a unit), `pod` (what only the pod may say), `stop` (a time to stop that is longer than systemd waits), `expanded` (a variable of the container that systemd replaces by nothing), `prefix` (a network or a volume whose file beside it makes one with `systemd-` in front), `host` (a published port in the host's own network), `taken` (a name or a port that another file of the folder takes as well), `colon` (an assignment with a colon in place of the equals sign); null where nothing is.",
        ),
        field(
            "nearest",
            FieldKind::Str,
            "Of `unknown`: the key of the section that it is a slip of; of `expanded`: the variable, at its place; of `prefix`: the file; of `host`: the network, of `taken`: the other value, of `colon`: the variable, at its place.",
        ),
    ],
};

#[derive(Debug, Default, Deserialize)]
struct Data {
    sections: BTreeMap<String, Vec<String>>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A broken file would make every key unknown; a test keeps it whole.
    serde_json::from_str(include_str!("../../../rules/knowledge/quadlet-keys.json")).unwrap_or_default()
});

/// The endings, each with the section that belongs to it.
const KINDS: [(&str, &str); 7] = [
    ("container", "Container"),
    ("pod", "Pod"),
    ("network", "Network"),
    ("volume", "Volume"),
    ("image", "Image"),
    ("build", "Build"),
    ("kube", "Kube"),
];

/// Keys that are true or false.
const BOOLEANS: &[&str] = &[
    "RunInit",
    "EnvironmentHost",
    "ReadOnlyTmpfs",
    "NoNewPrivileges",
    "SecurityLabelDisable",
    "SecurityLabelNested",
    "ReadOnly",
    "VolatileTmp",
    "DisableDNS",
    "Internal",
    "IPv6",
    "NetworkDeleteOnStop",
    "KubeDownForce",
];

/// Keys that are a time with its unit.
const DURATIONS: &[&str] =
    &["HealthInterval", "HealthTimeout", "HealthStartPeriod", "HealthStartupInterval", "HealthStartupTimeout"];

/// Keys of `[Unit]` that name units.
const UNITS: &[&str] = &["After", "Before", "Requires", "Wants", "BindsTo", "PartOf", "Requisite", "Upholds"];

/// Keys whose values may hold a secret.
const SECRET: &[&str] = &[
    "Environment",
    "Exec",
    "Entrypoint",
    "HealthCmd",
    "HealthStartupCmd",
    "ReloadCmd",
    "PodmanArgs",
    "GlobalArgs",
    "Label",
    "Annotation",
    "Creds",
    "DecryptionKey",
    "LogOpt",
    "BuildArg",
];

/// Adds a fact for each key.
pub(super) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let tree = Tree::default();
    for document in &deployment.documents {
        let Body::Unit(unit) = &document.body else { continue };
        let Some((kind, own, drop_in)) = kind(document) else { continue };
        let beside = Beside::of(&tree, deployment, document, unit);
        for directive in &unit.directives {
            let mut fact = key(document, kind, own, directive);
            let slip = || quadlet_slip::problem(&beside, directive);
            if let Some((problem, near)) = if kind == "container" { slip() } else { None } {
                fact = fact.with("problem", problem).with("nearest", near);
            }
            model.facts.add(fact);
        }
        if !drop_in {
            missing(model, document, unit, kind);
        }
    }
}

/// The file's ending, its section, and whether it is a drop-in.
fn kind(document: &Document) -> Option<(&'static str, &'static str, bool)> {
    let name = file_name(document);
    let folder = document.path.rsplit('/').nth(1).and_then(|f| f.strip_suffix(".d"));
    let drop_in = name.rsplit_once('.').is_some_and(|(_, ending)| ending == "conf");
    let ending = if drop_in { folder? } else { name }.rsplit_once('.')?.1;
    KINDS.iter().find(|(kind, _)| *kind == ending).map(|(kind, section)| (*kind, *section, drop_in))
}

fn key(document: &Document, kind: &'static str, own: &str, directive: &Directive) -> Fact {
    let name = directive.key.known().unwrap_or("");
    let secret =
        SECRET.contains(&name) || !matches!(directive.section.as_str(), "Unit" | "Install") && directive.section != own;
    let value = if secret { Field::derived(Value::Null) } else { Field::text(&directive.value) };
    let (problem, nearest) = problem(own, directive, name);
    Fact::new(Subject::QuadletKey, directive.span.into())
        .with("path", document.path.as_str())
        .with("kind", kind)
        .with("section", directive.section.as_str())
        .with("name", Field::text(&directive.key))
        .with("value", value)
        .with("problem", problem)
        .with("nearest", nearest)
}

/// What is wrong with a key, and the key that may be meant.
fn problem(own: &str, directive: &Directive, name: &str) -> (Value, Value) {
    let found = |problem: &str| (problem.into(), Value::Null);
    if directive.section == "Unit" {
        let quadlet =
            |word: &str| word.rsplit_once('.').is_some_and(|(_, end)| KINDS.iter().any(|(kind, _)| *kind == end));
        let named = UNITS.contains(&name) && directive.value.value().split_whitespace().any(quadlet);
        return if named { found("unit") } else { (Value::Null, Value::Null) };
    }
    let Some(keys) = DATA.sections.get(&directive.section).filter(|_| [own, "Quadlet"].contains(&&*directive.section))
    else {
        return (Value::Null, Value::Null);
    };
    if directive.key.is_known() && !keys.iter().any(|k| k == name) {
        let small = name.to_lowercase();
        let slips = |k: &String| slip::slips(&k.to_lowercase(), &small, 2).filter(|_| name.len() > 4);
        let near = keys.iter().filter_map(|k| Some((slips(k)?, k))).min();
        return ("unknown".into(), near.map_or(Value::Null, |(_, k)| k.as_str().into()));
    }
    let Some(value) = directive.value.known().filter(|v| !v.is_empty()) else { return (Value::Null, Value::Null) };
    let word = value.to_ascii_lowercase();
    if BOOLEANS.contains(&name) && !matches!(&*word, "1" | "yes" | "true" | "on" | "0" | "no" | "false" | "off") {
        return found("boolean");
    }
    if DURATIONS.contains(&name) && value.chars().all(|c| c.is_ascii_digit()) && value != "0" {
        return found("duration");
    }
    if name == "PublishPort" && value.split_whitespace().count() > 1 {
        return found("list");
    }
    if name == "EnvironmentFile" && value.starts_with('-') {
        return found("dash");
    }
    if name == "Volume" && (value == "~" || value.starts_with("~/")) {
        return found("home");
    }
    (Value::Null, Value::Null)
}

/// The key without which the generator makes no unit.
fn missing(model: &mut Model<'_>, document: &Document, unit: &Unit, kind: &'static str) {
    let (section, one_of): (&str, &[&str]) = match kind {
        "container" => ("Container", &["Image", "Rootfs"]),
        "image" => ("Image", &["Image"]),
        "build" => ("Build", &["ImageTag"]),
        "kube" => ("Kube", &["Yaml"]),
        _ => return,
    };
    let Some(header) = unit.sections.iter().find(|s| s.known() == Some(section)) else { return };
    // A drop-in, or a key that a template computes, may give it.
    let folder = format!("{}.d", file_name(document));
    let laid_over = || model.deployment.documents.iter().any(|d| d.path.rsplit('/').nth(1) == Some(folder.as_str()));
    let given =
        |d: &Directive| d.section == section && (!d.key.is_known() || one_of.iter().any(|k| d.key.known() == Some(k)));
    if unit.directives.iter().any(given) || !document.text.is_known() || laid_over() {
        return;
    }
    let fact = Fact::new(Subject::QuadletKey, Text::place(header))
        .with("path", document.path.as_str())
        .with("kind", kind)
        .with("section", section)
        .with("name", Field::at(one_of.first().copied().unwrap_or(""), header.place()))
        .with("problem", "missing");
    model.facts.add(fact);
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_list_of_keys_can_be_read() {
        assert!(super::DATA.sections.get("Container").is_some_and(|keys| keys.len() > 80));
        assert_eq!(super::DATA.sections.len(), super::KINDS.len() + 1);
    }
}
