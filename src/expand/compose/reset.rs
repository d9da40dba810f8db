//! `!reset` and `!override`: what a later file takes away from an earlier one.

use crate::yaml::{Node, Value};

use super::tree::{self, MAX_DEPTH};

/// The places of one file that carry such a tag, as keys from the root.
#[derive(Debug, Clone, Default)]
pub(super) struct Resets {
    paths: Vec<Vec<String>>,
}

impl Resets {
    /// `node` without its `!reset` parts, and what is to be taken away from what it is merged over.
    pub(super) fn take(node: &Node) -> (Node, Resets) {
        let mut resets = Resets::default();
        if !takes(node, 0) {
            return (node.clone(), resets);
        }
        let kept = resets.strip(node, &mut Vec::new());
        (kept.unwrap_or_else(|| tree::map(Vec::new(), node.span())), resets)
    }

    /// Whether there is anything to take away.
    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    fn strip(&mut self, node: &Node, path: &mut Vec<String>) -> Option<Node> {
        if path.len() > MAX_DEPTH {
            return Some(node.clone());
        }
        match node.tag() {
            Some("!reset") => {
                self.paths.push(path.clone());
                return None;
            }
            Some("!override") => {
                self.paths.push(path.clone());
                return Some(node.clone());
            }
            _ => {}
        }
        match node.value() {
            Value::Map(entries) => {
                let mut kept = Vec::with_capacity(entries.len());
                for entry in entries {
                    path.push(entry.key.text().map_or_else(String::new, |t| t.value().to_owned()));
                    let value = self.strip(&entry.value, path);
                    path.pop();
                    kept.extend(value.map(|value| entry.with(value)));
                }
                Some(tree::with(node, Value::Map(kept)))
            }
            Value::Seq(items) => {
                let mut kept = Vec::with_capacity(items.len());
                for (at, item) in items.iter().enumerate() {
                    path.push(at.to_string());
                    kept.extend(self.strip(item, path));
                    path.pop();
                }
                Some(tree::with(node, Value::Seq(kept)))
            }
            Value::Scalar(_) => Some(node.clone()),
        }
    }

    /// `base` without what is to be taken away.
    pub(super) fn apply(&self, base: &Node) -> Node {
        if self.is_empty() { base.clone() } else { self.remove(base, &mut Vec::new()) }
    }

    fn remove(&self, node: &Node, path: &mut Vec<String>) -> Node {
        let Some(entries) = node.map() else { return node.clone() };
        let longest = self.paths.iter().map(Vec::len).max().unwrap_or(0);
        if path.len() >= longest {
            return node.clone();
        }
        let mut kept = Vec::with_capacity(entries.len());
        for entry in entries {
            path.push(entry.key.known().unwrap_or_default().to_owned());
            if !self.paths.contains(path) {
                kept.push(entry.with(self.remove(&entry.value, path)));
            }
            path.pop();
        }
        tree::with(node, Value::Map(kept))
    }
}

/// Whether `node` or something in it takes anything away: most files do not, and stay as they are.
fn takes(node: &Node, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    matches!(node.tag(), Some("!reset" | "!override"))
        || match node.value() {
            Value::Map(entries) => entries.iter().any(|entry| takes(&entry.value, depth + 1)),
            Value::Seq(items) => items.iter().any(|item| takes(item, depth + 1)),
            Value::Scalar(_) => false,
        }
}
