//! Keys that stand twice in a mapping, and what becomes of them by who reads the file.

use crate::document::Kind;
use crate::problem::{Problem, ProblemKind};
use crate::yaml;

/// What becomes of a key that stands twice, by who reads the file.
fn twice(kind: Kind) -> &'static str {
    match kind {
        Kind::Compose => "keep one of the two: docker compose refuses the file",
        Kind::AnsibleTasks | Kind::AnsiblePlaybook | Kind::AnsibleVars | Kind::AnsibleInventory => {
            "keep one of the two: Ansible warns, and takes the last"
        }
        Kind::LiteLlm => "keep one of the two: LiteLLM silently takes the last",
        _ => "keep one of the two: some readers refuse the file, others silently take the last",
    }
}

/// Reports keys that a mapping holds twice: docker compose refuses them, PyYAML keeps the last.
pub(super) fn duplicate_keys(kind: Kind, node: &yaml::Node, problems: &mut Vec<Problem>) {
    let mut stack = vec![node.clone()];
    let mut visited = 0_usize;
    while let Some(node) = stack.pop() {
        visited += 1;
        if visited > LIMIT {
            return;
        }
        match node.value() {
            yaml::Value::Scalar(_) => {}
            yaml::Value::Seq(items) => stack.extend(items.iter().cloned()),
            yaml::Value::Map(entries) => {
                let mut seen = std::collections::HashMap::new();
                let few = entries.len() <= FEW_KEYS;
                for (at, entry) in entries.iter().enumerate().filter(|(_, e)| !e.merged) {
                    stack.push(entry.value.clone());
                    let Some(key) = entry.key.known() else { continue };
                    let before = if few {
                        let before = entries.iter().take(at).rev().filter(|e| !e.merged);
                        before.into_iter().find(|e| e.key.known() == Some(key))
                    } else {
                        seen.insert(key, entry)
                    };
                    let Some(first) = before else { continue };
                    let value = first.value.known();
                    let same = kind != Kind::Compose && value.is_some() && value == entry.value.known();
                    let met = if same { ProblemKind::RepeatedKey } else { ProblemKind::DuplicateKey };
                    let told = format!("the key `{key}` stands twice in this mapping");
                    let problem = Problem::new(met, told, entry.key.span());
                    problems.push(problem.label(first.key.span(), "first here").help(twice(kind)));
                }
            }
        }
    }
}

/// So many nodes of a document are looked at.
const LIMIT: usize = 200_000;

/// Up to so many keys are compared with each other: a map of them would cost more.
const FEW_KEYS: usize = 12;
