//! LiteLLM configs that stand inside other files: `content` of a compose `configs` entry, `content` of an Ansible `copy`,
//! a script's here-document.
//!
//! Their text is cut out of the host file, so every place is the host's. They become documents like any other.

use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::model::workload::configurations;
use crate::syntax::script::here;
use crate::text::Text;
use crate::yaml::{Node, Value};

/// A config inside another file.
#[derive(Debug)]
pub(super) struct Embedded {
    /// The config.
    pub(super) document: Document,
    /// The stack and the name of its `configs` entry, for one of compose.
    pub(super) config: Option<(usize, String)>,
}

/// How deep an Ansible file is walked, and how many nodes of it.
const DEPTH: usize = 24;
const NODES: usize = 50_000;

/// All embedded configs of a deployment.
pub(super) fn find(deployment: &Deployment) -> Vec<Embedded> {
    let mut found = Vec::new();
    for (index, stack) in deployment.stacks.iter().enumerate() {
        let Some(host) = stack.documents.first().and_then(|d| deployment.documents.get(*d)) else { continue };
        for entry in stack.project.get("configs").and_then(Node::map).unwrap_or_default() {
            let Some(content) = entry.value.get("content").and_then(Node::text) else { continue };
            let Some(name) = entry.key.known() else { continue };
            let config = Some((index, name.to_owned()));
            found.extend(document(host, content, None).map(|document| Embedded { document, config }));
        }
    }
    for host in &deployment.documents {
        if let Body::Script(script) = &host.body {
            let made = here::written(script).into_iter().filter_map(|(file, text)| document(host, text, Some(file)));
            found.extend(made.map(|document| Embedded { document, config: None }));
        }
        for (file, content) in configurations(host) {
            found.extend(document(host, content, Some(file)).map(|document| Embedded { document, config: None }));
        }
        if host.kind == Kind::Yaml {
            found.extend(host.nodes().iter().filter_map(|n| chart_values(host, n)));
        }
        if matches!(host.kind, Kind::AnsibleTasks | Kind::AnsiblePlaybook) {
            let mut budget = NODES;
            for node in host.nodes() {
                tasks(host, node, DEPTH, &mut budget, &mut found);
            }
        }
    }
    found
}

fn tasks(host: &Document, node: &Node, depth: usize, budget: &mut usize, found: &mut Vec<Embedded>) {
    if depth == 0 || *budget == 0 {
        return;
    }
    *budget -= 1;
    match node.value() {
        Value::Scalar(_) => {}
        Value::Seq(items) => items.iter().for_each(|item| tasks(host, item, depth - 1, budget, found)),
        Value::Map(entries) => {
            for entry in entries {
                if matches!(entry.key.known(), Some("copy" | "ansible.builtin.copy" | "ansible.legacy.copy")) {
                    let text = |key| entry.value.get(key).and_then(Node::text);
                    let made = text("content").and_then(|content| document(host, content, text("dest")));
                    found.extend(made.map(|document| Embedded { document, config: None }));
                } else {
                    tasks(host, &entry.value, depth - 1, budget, found);
                }
            }
        }
    }
}

/// The `proxy_config:` of values for LiteLLM's chart, which makes a config file of it.
fn chart_values(host: &Document, values: &Node) -> Option<Embedded> {
    let config = values.get("proxy_config").filter(|c| c.map().is_some())?;
    let body = Body::Nodes(vec![config.clone()]);
    let document = Document { kind: Kind::LiteLlm, body, problems: Vec::new(), ..host.clone() };
    Some(Embedded { document, config: None })
}

/// `content` as a document, where it is a LiteLLM config.
fn document(host: &Document, content: &Text, deployed: Option<&Text>) -> Option<Document> {
    let value = content.value();
    let likely = value.contains("model_list:") && value.contains("litellm_params:");
    let sections = super::keys::SETTINGS.iter().filter(|s| value.contains(&format!("{s}:"))).count();
    if !likely && sections < 2 {
        return None;
    }
    let (body, _) = crate::load::parse(Kind::LiteLlm, content);
    Some(Document {
        kind: Kind::LiteLlm,
        deployed: deployed.cloned(),
        text: content.clone(),
        body,
        problems: Vec::new(),
        ..host.clone()
    })
}
