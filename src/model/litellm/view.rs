//! A LiteLLM config as LiteLLM itself would read it: the file with its `include:` files merged in.
//!
//! LiteLLM extends lists and replaces everything else by what an included file says. Files are found among the audited
//! ones; one that is not there leaves the view open, and then nothing can be called absent.

use super::embedded::Embedded;
use crate::document::{Document, Kind};
use crate::text::path::join;
use crate::yaml::{Entry, Node, Resolved, Schema};

/// A config with its included files.
#[derive(Debug)]
pub(super) struct View<'a> {
    /// The file that the proxy is given.
    pub(super) document: &'a Document,
    /// The top levels: the file's own, then its includes in order.
    pub(super) roots: Vec<&'a Node>,
    /// Whether all included files were found and all keys are known.
    pub(super) complete: bool,
    /// Whether another config includes this one.
    pub(super) included: bool,
    /// The stack and the name of its `configs` entry that this config is the content of.
    pub(super) config: Option<(usize, String)>,
}

/// What looking up a setting gives.
#[derive(Debug, Clone, Copy)]
pub(super) enum Lookup<'a> {
    /// Not there.
    Absent,
    /// There, or its section is, with parts that are not known.
    Unknown,
    /// Its entry.
    Entry(&'a Entry),
}

/// All configs of the deployment, those inside other files last.
pub(super) fn views<'a>(documents: &'a [std::sync::Arc<Document>], embedded: &'a [Embedded]) -> Vec<View<'a>> {
    let inside = embedded.iter().filter_map(|e| {
        let root = root(&e.document)?;
        let complete = closed(root) && root.get("include").is_none();
        let config = e.config.clone();
        Some(View { document: &e.document, roots: vec![root], complete, included: false, config })
    });
    files(documents).into_iter().chain(inside).collect()
}

fn files(documents: &[std::sync::Arc<Document>]) -> Vec<View<'_>> {
    let configs: Vec<&Document> = documents.iter().map(|d| &**d).filter(|d| d.kind == Kind::LiteLlm).collect();
    let targets: Vec<String> = configs.iter().flat_map(|d| includes(d)).flatten().collect();
    configs
        .into_iter()
        .filter_map(|document| {
            let root = root(document)?;
            let mut view = View {
                document,
                roots: vec![root],
                complete: closed(root),
                included: targets.contains(&document.path),
                config: None,
            };
            for path in includes(document) {
                let found = path.and_then(|p| documents.iter().find(|d| d.path == p)).and_then(|d| root_of(d));
                view.complete &= found.is_some_and(closed);
                view.roots.extend(found);
            }
            Some(view)
        })
        .collect()
}

impl<'a> View<'a> {
    /// The value of a top-level key: of several files the last one's.
    pub(super) fn top(&self, key: &str) -> Option<&'a Node> {
        self.roots.iter().rev().find_map(|r| r.get(key))
    }

    /// A setting by section and name.
    pub(super) fn setting(&self, section: &str, name: &str) -> Lookup<'a> {
        let Some(node) = self.top(section) else { return self.absent() };
        if node.text().is_some_and(|t| !t.is_known()) {
            return Lookup::Unknown;
        }
        match node.entry(name) {
            Some(entry) if entry.value.is_null() => Lookup::Absent,
            Some(entry) => Lookup::Entry(entry),
            None if closed(node) => self.absent(),
            None => Lookup::Unknown,
        }
    }

    /// A setting's entry as written, null too.
    pub(super) fn written(&self, section: &str, name: &str) -> Option<&'a Entry> {
        self.top(section)?.entry(name)
    }

    /// Whether a setting is true; `None` where that is not known.
    pub(super) fn is_true(&self, section: &str, name: &str) -> Option<bool> {
        match self.setting(section, name) {
            Lookup::Absent => Some(false),
            Lookup::Unknown => None,
            Lookup::Entry(entry) => entry
                .value
                .text()
                .is_none_or(crate::text::Text::is_known)
                .then(|| matches!(entry.value.resolve(Schema::Python), Some(Resolved::Bool(true)))),
        }
    }

    /// The entries of `model_list`, of all files.
    pub(super) fn models(&self) -> Vec<&'a Node> {
        let lists = self.roots.iter().filter_map(|r| r.get("model_list")).filter_map(|n| n.seq());
        lists.flatten().collect()
    }

    fn absent(&self) -> Lookup<'a> {
        if self.complete { Lookup::Absent } else { Lookup::Unknown }
    }
}

impl<'a> Lookup<'a> {
    /// The value, where the setting is there.
    pub(super) fn node(self) -> Option<&'a Node> {
        match self {
            Lookup::Entry(entry) => Some(&entry.value),
            Lookup::Absent | Lookup::Unknown => None,
        }
    }
}

/// The paths that `include:` names, as reports print them; `None` for one that is not known.
fn includes(document: &Document) -> Vec<Option<String>> {
    let listed = root(document).and_then(|r| r.get("include")).and_then(Node::seq).unwrap_or_default();
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    listed.iter().map(|n| n.known().map(|name| join(folder, name))).collect()
}

fn root(document: &Document) -> Option<&Node> {
    document.nodes().first().filter(|n| n.map().is_some())
}

fn root_of(document: &std::sync::Arc<Document>) -> Option<&Node> {
    root(document)
}

/// Whether all keys of a mapping are known.
pub(super) fn closed(node: &Node) -> bool {
    node.map().is_none_or(|entries| entries.iter().all(|e| e.key.known().is_some()))
}
