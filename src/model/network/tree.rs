//! What the files of a deployment say all together: each answer is found once, and only where somebody asks.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::OnceLock;

use super::reach;
use crate::expand::Deployment;
use crate::model::compose::StackInfo;
use crate::source::SourceId;

/// Where Traefik is told of a certificate resolver, before its name.
const RESOLVERS: &str = "certificatesresolvers.";

/// The files of a deployment.
pub(super) struct Tree<'a> {
    deployment: &'a Deployment,
    containers: BTreeSet<String>,
    words: OnceLock<HashMap<&'a str, Vec<SourceId>>>,
    resolvers: OnceLock<HashSet<String>>,
    /// Services that use another's network or the host's, by the files of their project.
    moded: HashSet<(Vec<SourceId>, &'a str)>,
}

impl<'a> Tree<'a> {
    pub(super) fn new(deployment: &'a Deployment, stacks: &'a [StackInfo]) -> Self {
        let containers = reach::all_names(stacks);
        let mut moded = HashSet::new();
        for stack in stacks {
            let with = stack.services.iter().filter(|s| s.node.get("network_mode").is_some_and(|mode| !mode.is_null()));
            moded.extend(with.map(|service| (deployment.sources_of(stack.index), service.name.as_str())));
        }
        Self { deployment, containers, words: OnceLock::new(), resolvers: OnceLock::new(), moded }
    }

    /// Whether another variant of the templates of a project gives a service a network that is not its own.
    pub(super) fn is_moded(&self, stack: usize, service: &str) -> bool {
        !self.moded.is_empty() && self.moded.contains(&(self.deployment.sources_of(stack), service))
    }

    /// Whether a container has the name.
    pub(super) fn has_container(&self, name: &str) -> bool {
        self.containers.contains(&name.to_ascii_lowercase())
    }

    /// The files that hold the word; a word is made of ASCII letters, digits, `-` and `_`.
    pub(super) fn that_say(&self, word: &str) -> &[SourceId] {
        let words = self.words.get_or_init(|| {
            let mut words: HashMap<&str, Vec<SourceId>> = HashMap::new();
            for document in &self.deployment.documents {
                let apart = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
                for word in document.text.value().split(apart).filter(|w| !w.is_empty()) {
                    let sources = words.entry(word).or_default();
                    if sources.last() != Some(&document.source) {
                        sources.push(document.source);
                    }
                }
            }
            words
        });
        words.get(word).map_or(&[], Vec::as_slice)
    }

    /// Whether a Traefik of the tree has a certificate resolver of this name.
    pub(super) fn has_resolver(&self, name: &str) -> bool {
        let resolvers = self.resolvers.get_or_init(|| {
            let texts = self.deployment.documents.iter().map(|d| d.text.value().to_ascii_lowercase());
            let of = |text: String| -> Vec<String> {
                let found = text.match_indices(RESOLVERS).filter_map(|(at, _)| text.get(at + RESOLVERS.len()..));
                found.filter_map(|rest| rest.split('.').next()).map(str::to_owned).collect()
            };
            texts.flat_map(of).collect()
        });
        resolvers.contains(name.to_ascii_lowercase().split('.').next().unwrap_or(""))
    }
}
