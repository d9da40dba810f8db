//! The shell that starts a container and that its image is known not to have: named by the service, or by the first line of a script that
//! it mounts and starts.

use super::image::Reference;
use super::read::texts;
use super::shell::base;
use super::steps::starts_itself;
use crate::expand::{Deployment, Stack};
use crate::model::fact::{Field, Value};
use crate::text::Text;
use crate::text::path::join;
use crate::yaml::Node;

/// The shell, at the word that asks for it.
pub(super) fn missing(
    deployment: &Deployment,
    stack: &Stack,
    node: &Node,
    reference: Option<&Reference>,
    has: &dyn Fn(&str) -> Option<bool>,
) -> Field {
    let entrypoint = texts(node.get("entrypoint"));
    let own = !entrypoint.is_empty();
    let built = node.get("build").is_some_and(|b| !b.is_null());
    let repository = reference.and_then(|r| r.repository.known());
    // A program that takes all for its arguments starts no shell; nothing runs the empty image, which stands for one to be named.
    let taken = built || repository.is_some_and(starts_itself);
    if taken && !own || repository == Some("scratch") {
        return Field::derived(Value::Null);
    }
    let words = if own { entrypoint } else { texts(node.get("command")) };
    let behind = usize::from(words.first().is_some_and(|w| base(w.value()) == "env"));
    let found = words.get(behind).filter(|w| w.is_known()).and_then(|word| {
        let name = match base(word.value()) {
            "bash" => "bash",
            "sh" if own => "sh",
            _ if asks_for_bash(deployment, stack, node, word) => "bash",
            _ => return None,
        };
        (has(name) == Some(false)).then(|| Field::at(name, word.place()))
    });
    found.unwrap_or_else(|| Field::derived(Value::Null))
}

/// Whether a word is the path of a script that a mount brings, whose first line names bash.
fn asks_for_bash(deployment: &Deployment, stack: &Stack, node: &Node, word: &Text) -> bool {
    let volumes = node.get("volumes").and_then(Node::seq).unwrap_or_default();
    let source = volumes.iter().rev().find_map(|mount| {
        let known = |key: &str| mount.get(key).and_then(Node::known);
        let below = word.value().strip_prefix(known("target")?.trim_end_matches('/'))?;
        let inside = below.is_empty() || below.starts_with('/');
        (inside && known("type") == Some("bind")).then_some(())?;
        Some(join("", &format!("{}{below}", join(&stack.directory, known("source")?))))
    });
    let Some(source) = source.filter(|_| word.value().starts_with('/')) else { return false };
    let script = deployment.documents.iter().find(|d| join("", &d.path) == source && !d.template);
    script.is_some_and(|script| {
        let first = script.text.value().lines().next().unwrap_or("").trim_end();
        first.starts_with("#!") && first.ends_with("bash")
    })
}
