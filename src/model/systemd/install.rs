//! Whether a unit can be enabled, which task enables it, and what else starts it.

use std::collections::HashSet;

use super::unit::{Service, file_name};
use crate::document::{Body, Document};
use crate::expand::Deployment;
use crate::model::ansible::docker::is_true;
use crate::model::ansible::library::Library;
use crate::model::command::{Commands, Run};
use crate::model::fact::Value;
use crate::syntax::unit::Unit;
use crate::text::{Text, UNKNOWN};

/// Keys of `[Install]` by which a unit can be enabled.
const INSTALL: [&str; 6] = ["WantedBy", "RequiredBy", "UpheldBy", "Also", "Alias", "DefaultInstance"];

/// Keys by which one unit starts another.
const STARTS: [&str; 11] = [
    "Wants",
    "Requires",
    "BindsTo",
    "Upholds",
    "OnFailure",
    "OnSuccess",
    "Unit",
    "Also",
    "Requisite",
    "Service",
    "Sockets",
];

/// The units that `systemctl enable` names, each with the word that says so.
fn enabling(run: &Run) -> Vec<(String, Text)> {
    let words = run.effective();
    if run.program() != "systemctl" || words.iter().any(|w| matches!(w.text.value(), "--global" | "--root")) {
        return Vec::new();
    }
    let mut plain = words.iter().skip(1).filter(|w| !w.text.value().starts_with('-'));
    let Some(verb) = plain.next().filter(|w| w.text.known() == Some("enable")) else { return Vec::new() };
    let unit = |name: &str| {
        let name = name.rsplit('/').next().unwrap_or(name);
        if name.contains('.') { name.to_owned() } else { format!("{name}.service") }
    };
    plain.filter_map(|w| Some((unit(w.text.known()?), verb.text.clone()))).collect()
}

/// What the tree says of the start of its units.
pub(super) struct Boot<'a> {
    /// The units that tasks and scripts enable, each with the argument or the word that does.
    enabled: Vec<(String, Text)>,
    /// What tasks say of folders of links.
    links: Vec<String>,
    units: Vec<(&'a Document, &'a Unit)>,
    /// The paths of units that have an `[Install]` in some variant.
    installed: HashSet<&'a str>,
}

impl<'a> Boot<'a> {
    pub(super) fn new(deployment: &'a Deployment, commands: &Commands) -> Self {
        let documents = deployment.documents.iter().map(AsRef::as_ref);
        let units: Vec<(&Document, &Unit)> =
            documents.filter_map(|d| if let Body::Unit(unit) = &d.body { Some((d, unit)) } else { None }).collect();
        let has = |unit: &Unit| unit.sections.iter().any(|s| s.known() == Some("Install"));
        let installed = units.iter().filter(|(_, unit)| has(unit)).map(|(d, _)| d.path.as_str()).collect();
        let (mut enabled, mut links) = (Vec::new(), Vec::new());
        if units.is_empty() {
            return Self { enabled, links, units, installed };
        }
        for (_, task) in Library::new(deployment).tasks() {
            let says = |text: &Text| text.value().contains(".wants/") || text.value().contains("add-wants");
            let command = task.command().and_then(|c| c.line);
            let arguments = task.module.iter().flat_map(|m| m.args.pairs());
            let texts = arguments.filter_map(|(_, node)| node.text().cloned()).chain(command);
            links.extend(texts.filter(says).map(|text| text.value().to_owned()));
            if !matches!(task.module_name(), "systemd" | "systemd_service" | "service") {
                continue;
            }
            let name = ["name", "service", "unit"].iter().find_map(|key| task.arg_text(key));
            let on = task.arg("enabled").filter(is_true).and_then(|node| node.text().cloned());
            if let (Some(name), Some(on)) = (name.as_ref().and_then(Text::known), on) {
                enabled.push((if name.contains('.') { name.to_owned() } else { format!("{name}.service") }, on));
            }
        }
        enabled.extend(commands.all.iter().flat_map(enabling));
        Self { enabled, links, units, installed }
    }

    /// The argument by which a task enables the unit, or the word of a script.
    pub(super) fn enabled(&self, service: &Service<'_>) -> Option<&Text> {
        self.enabled.iter().find(|(name, _)| name == service.name()).map(|(_, on)| on)
    }

    /// Whether the unit says what it is enabled for; unknown where a line of it is.
    pub(super) fn installable(&self, service: &Service<'_>) -> Value {
        let says = INSTALL.iter().any(|key| !service.of("Install", key).is_empty());
        if says || self.installed.contains(service.document.path.as_str()) {
            return Value::Bool(true);
        }
        let mut lines = service.document.text.value().lines();
        if lines.any(|line| line.trim().starts_with(UNKNOWN)) {
            return Value::Unknown("the lines of the unit".to_owned());
        }
        Value::Bool(false)
    }

    /// Whether something else starts it: a timer or socket of its name, another unit, a link that a task makes.
    pub(super) fn activated(&self, service: &Service<'_>) -> bool {
        let name = service.name();
        let stem = name.strip_suffix(".service").unwrap_or(name);
        let twin = |document: &Document| {
            let other = document.path.rsplit('/').next().unwrap_or("");
            ["timer", "socket", "path"].iter().any(|kind| other.starts_with(&format!("{stem}.{kind}")))
        };
        let names = |unit: &Unit| {
            let starts = |d: &&crate::syntax::unit::Directive| d.key.known().is_some_and(|key| STARTS.contains(&key));
            unit.directives
                .iter()
                .filter(starts)
                .any(|d| d.value.value().split_whitespace().any(|word| word == name || word.contains(UNKNOWN)))
        };
        let others = self.units.iter().filter(|(document, _)| file_name(document) != name);
        others.clone().any(|(document, unit)| twin(document) || names(unit))
            || self.links.iter().any(|l| l.contains(stem))
    }
}
