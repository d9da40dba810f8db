//! What other compose files of a folder define, which may be started together with the one at hand.
//!
//! `docker compose` takes a base and its override by itself. Every other file is named with `-f`, and nobody but the
//! deployment knows beside which others: a name that one of them defines may be there or not.

use std::collections::HashMap;

use super::group::{BASES, OVERRIDES, place};
use crate::document::{Document, Kind};
use crate::expand::Deployment;
use crate::load::classify::by_name;
use crate::yaml::Node;

/// The sections whose names are referred to.
const SECTIONS: [&str; 6] = ["services", "volumes", "networks", "secrets", "configs", "models"];

/// The definitions of all compose files, by folder.
#[derive(Debug, Default)]
pub(super) struct Beside<'a> {
    folders: HashMap<String, HashMap<(&'static str, &'a str), Vec<&'a Document>>>,
}

impl<'a> Beside<'a> {
    /// The definitions of `deployment`'s compose files.
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        let mut beside = Self::default();
        for document in deployment.documents.iter().filter(|d| d.kind == Kind::Compose) {
            let (folder, name) = place(document);
            if by_name("", &name) != Some(Kind::Compose) {
                continue;
            }
            let defined = beside.folders.entry(folder).or_default();
            for (section, entries) in document.nodes().iter().flat_map(sections) {
                for key in entries.iter().filter_map(|e| e.key.known()) {
                    defined.entry((section, key)).or_default().push(document);
                }
            }
        }
        beside
    }

    /// What would decide whether `name` is defined: the first file beside the stack of `documents`, or in the folder
    /// above, that defines it. Nothing where docker compose starts these files by itself.
    pub(super) fn doubt(&self, documents: &[&Document], section: &str, name: &str) -> Option<String> {
        let by_itself = |d: &&Document| {
            let name = place(d).1;
            BASES.contains(&name.as_str()) || OVERRIDES.contains(&name.as_str())
        };
        let part = documents.iter().find(|d| !by_itself(d))?;
        let folder = place(part).0;
        let above = folder.rsplit_once('/').map_or(".", |(above, _)| above);
        let section = SECTIONS.iter().find(|s| **s == section)?;
        let found = [folder.as_str(), above].into_iter().find_map(|folder| {
            let all = self.folders.get(folder)?.get(&(*section, name))?;
            all.iter().find(|d| documents.iter().all(|own| own.path != d.path))
        })?;
        Some(format!("whether `{}`, which defines it, is started together with this file", found.path))
    }
}

fn sections(node: &Node) -> impl Iterator<Item = (&'static str, &[crate::yaml::Entry])> {
    SECTIONS.into_iter().filter_map(|section| Some((section, node.get(section)?.map()?)))
}
