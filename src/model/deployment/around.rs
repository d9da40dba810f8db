//! What stands around the projects, gathered once: env files, configurations, and the texts that make files.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::example::{Example, near};
use super::made::{Made, needle};
use super::{below, folder};
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::source::{SourceId, Span};
use crate::text::Text;
use crate::yaml::Node;

/// The surroundings of all projects of a deployment.
pub(super) struct Around<'a> {
    /// Example env files.
    pub(super) examples: Vec<Example<'a>>,
    /// The folders of `.env` files.
    pub(super) env_folders: HashSet<&'a str>,
    /// Switches (`X_ENABLED=…`) of env files: folder, name, value in small letters, place.
    pub(super) switches: Vec<Switch<'a>>,
    /// Configurations that are read by lines.
    pub(super) configurations: Vec<&'a Document>,
    /// Whether a `daemon.json` limits all containers' logs.
    pub(super) daemon_limits: bool,
    /// The folder of each file.
    pub(super) folders: HashMap<SourceId, &'a str>,
    /// The variables that something gives a value before compose starts.
    assigned: HashSet<&'a str>,
    makers: Vec<&'a str>,
    deployment: &'a Deployment,
    made: OnceCell<Made>,
}

/// A variable that switches something on or off.
pub(super) struct Switch<'a> {
    pub(super) folder: &'a str,
    pub(super) name: &'a str,
    pub(super) value: String,
    pub(super) span: Span,
}

impl<'a> Around<'a> {
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        let mut around = Self {
            examples: Vec::new(),
            env_folders: HashSet::new(),
            switches: Vec::new(),
            configurations: Vec::new(),
            daemon_limits: deployment.documents.iter().any(|d| limits(d)),
            folders: deployment.documents.iter().map(|d| (d.source, folder(&d.path))).collect(),
            assigned: HashSet::new(),
            makers: deployment.helpers.iter().map(Text::value).collect(),
            deployment,
            made: OnceCell::new(),
        };
        for document in &deployment.documents {
            around.add(document);
        }
        for text in &around.makers {
            assigned(text, &mut around.assigned);
        }
        around
    }

    fn add(&mut self, document: &'a Document) {
        match document.kind {
            Kind::Env => self.add_env(document),
            Kind::Conf(_) => self.configurations.push(document),
            Kind::Script
            | Kind::AnsibleTasks
            | Kind::AnsiblePlaybook
            | Kind::AnsibleVars
            | Kind::Unit
            | Kind::Dockerfile => self.makers.push(document.text.value()),
            _ => {}
        }
    }

    fn add_env(&mut self, document: &'a Document) {
        let Body::Env(file) = &document.body else { return };
        if let Some(example) = Example::of(document) {
            self.examples.push(example);
        } else if document.path.rsplit('/').next() == Some(".env") {
            self.env_folders.insert(folder(&document.path));
        } else {
            // `versions.env`, which `--env-file` names.
            let set = file.entries.iter().filter(|e| !e.commented && e.value.is_some());
            self.assigned.extend(set.filter_map(|e| e.key.known()));
        }
        for entry in file.entries.iter().filter(|e| !e.commented) {
            let Some(name) = entry.key.known().filter(|n| n.ends_with("_ENABLED")) else { continue };
            let value = entry.value.as_ref().and_then(|v| v.known()).unwrap_or_default().to_ascii_lowercase();
            self.switches.push(Switch { folder: folder(&document.path), name, value, span: entry.span });
        }
    }

    /// Whether a task, script, unit or Dockerfile speaks of `path`.
    pub(super) fn makes(&self, path: &str) -> bool {
        let needle = needle(path);
        let made = || Made::of(&super::binds::sources(self.deployment), &self.makers);
        needle.len() < 2 || self.made.get_or_init(made).has(needle)
    }

    /// Whether something gives the variable `name` a value before compose starts.
    pub(super) fn sets(&self, name: &str) -> bool {
        self.assigned.contains(name)
    }

    /// The example env files beside `home` or above it, nearest first.
    pub(super) fn examples_near(&self, home: &str) -> Vec<&Example<'a>> {
        near(&self.examples, home)
    }
}

/// The names that `text` gives values to, where it is about compose: `NAME=…`, `NAME ?= …`, `NAME: …`, `$env:NAME = …`.
fn assigned<'a>(text: &'a str, into: &mut HashSet<&'a str>) {
    if !["compose", "docker stack", ".env"].iter().any(|word| text.contains(word)) {
        return;
    }
    let bytes = text.as_bytes();
    let word = |b: u8| b.is_ascii_alphanumeric() || b == b'_';
    let mut start = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if word(*byte) {
            continue;
        }
        let name = text.get(start..at).unwrap_or_default();
        let before = start.checked_sub(1).and_then(|b| bytes.get(b));
        start = at + 1;
        // `$NAME`, `${NAME:-…}` and `--option=…` read, or are none.
        if name.len() < 2 || before.is_some_and(|b| matches!(b, b'$' | b'{' | b'-' | b'.' | b'/')) {
            continue;
        }
        let rest = text.get(at..).unwrap_or_default().trim_start_matches([' ', '\t']);
        let comparison = rest.starts_with("==") || rest.starts_with("=~");
        let set = ["=", ":=", "?=", "::=", "+=", ": ", ":\n"].iter().any(|sign| rest.starts_with(sign));
        if set && !comparison {
            into.insert(name);
        }
    }
}

fn limits(document: &Document) -> bool {
    let named = document.path.rsplit('/').next().is_some_and(|n| n.starts_with("daemon.json"));
    named
        && document.nodes().iter().any(|n| {
            let driver = n.get("log-driver").and_then(Node::known);
            n.path(&["log-opts", "max-size"]).is_some() || driver.is_some_and(|d| d != "json-file")
        })
}

pub(super) fn is_example(document: &Document) -> bool {
    let name = document.path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    let words = ["example", "sample", "template", "dist", "default"];
    !document.template && words.iter().any(|w| name.contains(w))
}

/// Whether the folder `dir` is the project's own `home`.
pub(super) fn same(dir: &str, home: &str) -> bool {
    dir == home || (dir.is_empty() && home == ".")
}

/// Whether `home` lies below the folder `dir`.
pub(super) fn above(dir: &str, home: &str) -> bool {
    dir.is_empty() || below(home, dir)
}
