//! One configuration of OpenClaw: an `openclaw.json`, or the `openclaw config set` commands of one file.
//!
//! A file is the whole configuration unless it includes others; commands only ever are a part of one. What the values
//! mean is left to the other files here.

use crate::document::{Document, Kind};
use crate::source::Span;
use crate::syntax::json5;
use crate::text::{Text, UNKNOWN};
use crate::yaml::{Node, Resolved, Schema, Value};

/// Values nested deeper than this are not listed.
const MAX_DEPTH: usize = 24;

/// A configuration.
#[derive(Debug)]
pub(super) struct Config<'a> {
    /// The file that says it.
    pub(super) document: &'a Document,
    /// The root of an `openclaw.json`.
    root: Option<&'a Node>,
    /// What commands set, in order.
    sets: Vec<Setting>,
    /// Where it begins.
    pub(super) span: Span,
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Setting {
    /// The path, as its parts; an item of a list is `[]`.
    pub(super) path: Vec<String>,
    /// Where the key is written.
    pub(super) key: Span,
    /// The value.
    pub(super) value: Node,
}

impl<'a> Config<'a> {
    /// The configuration of an `openclaw.json`.
    pub(super) fn of_file(document: &'a Document) -> Option<Self> {
        let root = document.nodes().first().filter(|n| document.kind == Kind::OpenClaw && is_configuration(n))?;
        Some(Self { document, root: Some(root), sets: Vec::new(), span: root.span() })
    }

    /// The configuration that commands in `document` make.
    pub(super) fn of_commands(document: &'a Document, sets: Vec<Setting>) -> Option<Self> {
        let span = sets.first()?.key;
        Some(Self { document, root: None, sets, span })
    }

    /// Whether it is a file, not commands.
    pub(super) fn is_file(&self) -> bool {
        self.root.is_some()
    }

    /// Whether a key that it does not say is absent: nothing else says it.
    pub(super) fn is_complete(&self) -> bool {
        self.root.is_some_and(|root| !includes(root, 0))
    }

    /// The value at a path of keys.
    pub(super) fn get(&self, path: &[&str]) -> Option<Node> {
        if let Some(root) = self.root {
            return root.path(path).cloned();
        }
        self.sets.iter().rev().find_map(|set| {
            let own: Vec<&str> = set.path.iter().map(String::as_str).collect();
            let rest = path.strip_prefix(own.as_slice())?;
            set.value.path(rest).cloned()
        })
    }

    /// The scalar at a path.
    pub(super) fn text(&self, path: &[&str]) -> Option<Text> {
        self.get(path)?.text().cloned()
    }

    /// All settings, collections before what is in them.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let mut found = Vec::new();
        if let Some(root) = self.root {
            list(root, &[], 0, &mut found);
        }
        for set in &self.sets {
            found.push(set.clone());
            list(&set.value, &set.path, 0, &mut found);
        }
        found
    }
}

/// Whether an object is OpenClaw's configuration, and not a plugin's manifest or another file of a like name.
fn is_configuration(node: &Node) -> bool {
    const OWN: &[&str] = &[
        "gateway", "agents", "agent", "channels", "models", "tools", "plugins", "hooks", "logging", "session",
        "browser", "commands", "messages", "cron", "env", "auth", "$include",
    ];
    let entries = node.map().unwrap_or(&[]);
    entries.iter().any(|e| e.key.known().is_none_or(|key| OWN.contains(&key)))
}

/// A boolean that is written out; OpenClaw takes no strings for booleans.
pub(super) fn truth(node: Option<&Node>) -> Option<bool> {
    match node?.resolve(Schema::Python)? {
        Resolved::Bool(b) => Some(b),
        _ => None,
    }
}

/// The value of a `config set` word: JSON5 where it reads as such, else the characters.
pub(super) fn value(word: &Text) -> Node {
    let trimmed = word.value().trim_start();
    if trimmed.starts_with(['{', '[', '"']) && !trimmed.contains(UNKNOWN) {
        let (nodes, problems) = json5::parse(word);
        if problems.is_empty()
            && let Some(node) = nodes.into_iter().next()
        {
            return node;
        }
    }
    Node::plain(word.clone())
}

/// The parts of a path as `config set` takes it: dots, and items in brackets.
pub(super) fn path(word: &str) -> Vec<String> {
    let parts = word.split(['.', '[']).filter(|p| !p.is_empty());
    let item = |p: &str| p.strip_suffix(']').is_some_and(|n| n.chars().all(|c| c.is_ascii_digit()));
    parts
        .map(|p| if item(p) { "[]".to_owned() } else { p.trim_end_matches(']').trim_matches('"').to_owned() })
        .collect()
}

fn list(node: &Node, above: &[String], depth: usize, found: &mut Vec<Setting>) {
    if depth >= MAX_DEPTH {
        return;
    }
    match node.value() {
        Value::Scalar(_) => {}
        Value::Seq(items) => {
            let mut path = above.to_vec();
            path.push("[]".to_owned());
            for item in items {
                list(item, &path, depth + 1, found);
            }
        }
        Value::Map(entries) => {
            for entry in entries {
                let Some(key) = entry.key.known() else { continue };
                let mut path = above.to_vec();
                path.push(key.to_owned());
                found.push(Setting { path: path.clone(), key: entry.key.span(), value: entry.value.clone() });
                list(&entry.value, &path, depth + 1, found);
            }
        }
    }
}

fn includes(node: &Node, depth: usize) -> bool {
    let Some(entries) = node.map().filter(|_| depth < MAX_DEPTH) else { return false };
    entries
        .iter()
        .any(|e| e.key.known() == Some("$include") || e.key.known().is_none() || includes(&e.value, depth + 1))
}
