//! Where tasks put files: `template: src=… dest=…` and `copy: src=… dest=…`.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::jinja::value::Value;
use super::vars::choices::Preset;
use super::vars::tasks::{Task, of_play, tasks};
use super::vars::{Catalogue, Lookup, Scope, layout, set_facts};
use crate::document::{Document, Kind};
use crate::text::Text;
use crate::yaml::Node;

/// The most items of a loop that are followed.
const MAX_ITEMS: usize = 200;

/// The most places of one file that are told apart.
const MAX_PLACES: usize = 24;

/// Where one file goes.
#[derive(Debug, Clone)]
pub(super) struct Deployed {
    /// The path on the target host.
    pub dest: Text,
    /// The variables of the task that puts it there.
    pub locals: Vec<(String, Value)>,
    /// The reading of the task that this is for.
    pub scope: Arc<Scope>,
    /// The conditions of the task, which hold where the file is there.
    pub given: Preset,
}

/// Where tasks put files, by the files' paths: each item of a loop, and each reading of the task, is a place.
pub(super) fn deployed(documents: &[Arc<Document>], catalogue: &Catalogue) -> BTreeMap<String, Vec<Deployed>> {
    let mut found = BTreeMap::new();
    for document in documents {
        let all: Vec<Task> = match document.kind {
            Kind::AnsibleTasks => document.nodes().iter().flat_map(tasks).collect(),
            Kind::AnsiblePlaybook => {
                document.nodes().iter().filter_map(Node::seq).flatten().flat_map(of_play).collect()
            }
            _ => continue,
        };
        let moving = |t: &&Task| ["template", "copy"].iter().any(|m| t.module(m).is_some());
        if !all.iter().any(|t| moving(&t)) {
            continue;
        }
        let scopes = catalogue.scopes(&document.path);
        for task in all.iter().filter(moving) {
            for (module, scope) in ["template", "copy"].iter().flat_map(|m| scopes.iter().map(move |s| (m, s))) {
                place(&document.path, task, module, scope, &mut found);
            }
        }
    }
    found
}

fn place(path: &str, task: &Task, module: &str, scope: &Arc<Scope>, found: &mut BTreeMap<String, Vec<Deployed>>) {
    let (Some(src), Some(dest)) = (task.argument(module, "src"), task.argument(module, "dest")) else { return };
    let given = set_facts::given(layout::role(path).unwrap_or_else(|| layout::folder(path)), &task.when);
    for locals in locals(task, scope) {
        let lookup = Lookup::new(scope, &locals, &|_, _| None);
        let evaluate = |text: &Text| {
            if text.value().contains('{') { lookup.text_value(text).print(text.span()) } else { text.clone() }
        };
        let (src, dest) = (evaluate(&src), evaluate(&dest));
        let Some(name) = src.known() else { continue };
        let dest = if dest.value().ends_with('/') { with_name(&dest, name) } else { dest };
        for candidate in sources(path, module, name) {
            let places = found.entry(candidate).or_default();
            // What varies with the item makes a place of its own; what is the same for all does not.
            let same = |p: &Deployed| {
                Arc::ptr_eq(&p.scope, scope) && p.dest == dest && p.given == given && task.repeated().is_none()
            };
            if places.len() < MAX_PLACES && !places.iter().any(same) {
                let (dest, locals, scope, given) = (dest.clone(), locals.clone(), Arc::clone(scope), given.clone());
                places.push(Deployed { dest, locals, scope, given });
            }
        }
    }
}

/// The task's own variables, once for each item of its loop.
fn locals(task: &Task, scope: &Scope) -> Vec<Vec<(String, Value)>> {
    let mut own: Vec<(String, Value)> = Vec::new();
    for entry in task.vars.iter().filter_map(Node::map).flatten() {
        if let Some(name) = entry.key.known() {
            let value = Lookup::new(scope, &own, &|_, _| None).value(&entry.value);
            own.push((name.to_owned(), value));
        }
    }
    let Some((list, variable)) = task.repeated() else { return vec![own] };
    let items = Lookup::new(scope, &own, &|_, _| None).value(list);
    let with = |item: Value| own.iter().cloned().chain([(variable.clone(), item)]).collect();
    match items.items() {
        Some(items) => items.iter().take(MAX_ITEMS).cloned().map(with).collect(),
        None => vec![with(Value::opaque(&variable))],
    }
}

/// `dest` with the name of the file that is copied into that folder.
fn with_name(dest: &Text, src: &str) -> Text {
    let name = src.rsplit('/').next().unwrap_or(src);
    let mut out = crate::text::Builder::new(dest.span());
    out.text(dest);
    out.derived(name, dest.span());
    out.finish()
}

/// The paths that `src` may mean in the tasks at `path`.
pub(super) fn sources(path: &str, module: &str, src: &str) -> Vec<String> {
    let folder = path.rfind('/').map_or("", |at| &path[..=at]);
    let role = ["tasks/", "handlers/"].iter().find_map(|part| path.find(part)).map_or(folder, |at| &path[..at]);
    let kind = if module == "template" { "templates/" } else { "files/" };
    let src = src.trim_start_matches("./");
    // Ansible looks in the role itself as well: `src: templates/x.j2` names what `src: x.j2` does.
    let mut all = vec![format!("{role}{kind}{src}"), format!("{role}{src}")];
    for other in [format!("{folder}{kind}{src}"), format!("{folder}{src}")] {
        if !all.contains(&other) {
            all.push(other);
        }
    }
    all
}
