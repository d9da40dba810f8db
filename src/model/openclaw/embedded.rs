//! Configurations of OpenClaw that stand inside other files: the `content` of a `copy` to `openclaw.json`, and a script's
//! here-document that is written there.
//!
//! Their text is cut out of the host file, so every place is the host's. They become documents like any other.

use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::model::ansible::library::Library;
use crate::model::workload::configurations;
use crate::syntax::script::here;
use crate::text::Text;

/// Names under which OpenClaw looks for its configuration.
const NAMES: &[&str] = &["openclaw.json", "openclaw.json5", "clawdbot.json", "moltbot.json"];

/// All configurations that tasks and scripts write themselves.
pub(super) fn find(deployment: &Deployment) -> Vec<Document> {
    let mut found = by_tasks(deployment);
    for host in &deployment.documents {
        for (file, content) in configurations(host).into_iter().filter(|(file, _)| is_named(file)) {
            let body = crate::load::parse(Kind::OpenClaw, content).0;
            let (deployed, text) = (Some(file.clone()), content.clone());
            let base = Document::clone(host);
            found.push(Document { kind: Kind::OpenClaw, deployed, text, body, problems: Vec::new(), ..base });
        }
        let Body::Script(script) = &host.body else { continue };
        for (file, content) in here::written(script).into_iter().filter(|(file, _)| is_named(file)) {
            let body = crate::load::parse(Kind::OpenClaw, content).0;
            let (deployed, text) = (Some(file.clone()), content.clone());
            let base = Document::clone(host);
            found.push(Document { kind: Kind::OpenClaw, deployed, text, body, problems: Vec::new(), ..base });
        }
    }
    found
}

fn by_tasks(deployment: &Deployment) -> Vec<Document> {
    let library = Library::new(deployment);
    let written = library.tasks().filter(|(_, task)| task.module_name() == "copy").filter_map(|(id, task)| {
        let host = library.files.get(id.file)?.document;
        let dest = task.arg_text("dest").filter(is_named)?;
        let content = task.arg("content")?;
        // A mapping is written as JSON.
        let (text, body) = match content.text() {
            Some(text) => (text.clone(), crate::load::parse(Kind::OpenClaw, text).0),
            None => (host.text.clone(), Body::Nodes(vec![content])),
        };
        Some(Document { kind: Kind::OpenClaw, deployed: Some(dest), text, body, problems: Vec::new(), ..host.clone() })
    });
    written.collect()
}

fn is_named(dest: &Text) -> bool {
    NAMES.contains(&dest.value().rsplit('/').next().unwrap_or_default())
}
