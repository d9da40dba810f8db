//! What tasks define for those after them: `set_fact`, `include_vars`, `register`.
//!
//! A definition under a condition is one of several; which hold together is `choices`' business.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::catalogue::agree;
use super::scope::{Entry, Layer, Rank};
use super::tasks::Task;
use crate::document::{Body, Kind};
use crate::load;
use crate::source::Span;
use crate::text::Text;
use crate::yaml::{Node, Value};

/// The most files that one `include_vars` may mean.
const MAX_FILES: usize = 12;

/// The most parts of one condition that are told apart.
const MAX_PARTS: usize = 6;

/// One definition that a task makes.
#[derive(Debug, Clone)]
pub(super) struct SetFact {
    name: String,
    key: Span,
    /// What is written; `None` where only the run can tell.
    value: Option<Node>,
    /// What it is under, where it may not happen.
    when: Option<Arc<str>>,
    why: &'static str,
}

/// The texts of all files, by their paths.
pub(in crate::expand) type Files<'f> = BTreeMap<&'f str, &'f Text>;

/// The mapping that the file of variables at `path` holds.
pub(super) fn variables(path: &str, files: &Files<'_>) -> Option<Node> {
    let text = files.get(path).filter(|t| !t.is_empty())?;
    let (Body::Nodes(nodes), _) = load::parse(Kind::AnsibleVars, text) else { return None };
    nodes.into_iter().next().filter(|n| n.map().is_some())
}

/// The conditions that hold wherever a task under `when` runs, as facts of the same `folder` name them.
pub(in crate::expand) fn given(folder: &str, when: &[String]) -> super::choices::Preset {
    let whole = when.join(" and ");
    // `a or b and c` has no parts that hold by themselves.
    let parts: Vec<&str> = if whole.contains(" or ") { vec![&whole] } else { whole.split(" and ").collect() };
    let mut all = super::choices::Preset::new();
    for from in 0..parts.len().min(MAX_PARTS) {
        for to in from + 1..=parts.len().min(MAX_PARTS) {
            let run = parts.get(from..to).unwrap_or(&[]).join(" and ");
            if !run.is_empty() {
                all.push((format!("{folder} {run}").into(), true));
            }
        }
    }
    all
}

/// The definitions that `task` makes; `folder` is its role's, or its playbook's.
pub(super) fn of_task(task: &Task, folder: &str, files: &Files<'_>) -> Vec<SetFact> {
    let mut found = Vec::new();
    if let Some((name, key)) = task.register() {
        found.push(SetFact { name: name.to_owned(), key, value: None, when: None, why: "the result of a task" });
    }
    let when: Option<Arc<str>> =
        (!task.when.is_empty()).then(|| format!("{folder} {}", task.when.join(" and ")).into());
    if let Some(set) = task.module("set_fact") {
        let repeated = task.repeated().is_some();
        for (key, value) in set.named() {
            let Some(name) = key.known() else { continue };
            // A guard that asks for the name itself makes the weaker definition one that never stands alone.
            let guarded = task.when.iter().any(|w| w.contains(name));
            let value = (!repeated && !guarded).then_some(value);
            let (name, key) = (name.to_owned(), key.span());
            found.push(SetFact { name, key, value, when: when.clone(), why: "set by a task" });
        }
    }
    if task.module("include_vars").is_some() {
        included(task, folder, files, when.as_ref(), &mut found);
    }
    found
}

/// The definitions of the files that an `include_vars` may read.
fn included(task: &Task, folder: &str, files: &Files<'_>, when: Option<&Arc<str>>, into: &mut Vec<SetFact>) {
    let (sequence, patterns) = patterns(task);
    let groups = patterns.iter().map(|p| matching(folder, p, files));
    let groups: Vec<Vec<&str>> = if sequence { groups.collect() } else { vec![first_found(groups.collect())] };
    // A file that is not in the tree is there when the task runs, and may define anything that the others define.
    let whole = groups.iter().all(|group| !group.is_empty());
    for group in groups {
        let sure = group.len() == 1;
        for path in &group {
            let Some(node) = variables(path, files) else { continue };
            let under = match (sure, when) {
                (true, None) => None,
                (true, Some(when)) => Some(Arc::clone(when)),
                (false, _) => Some(format!("{folder} {path}").into()),
            };
            for entry in node.map().unwrap_or(&[]) {
                let Some(name) = entry.key.known() else { continue };
                let (name, key, value) = (name.to_owned(), entry.key.span(), whole.then(|| entry.value.clone()));
                into.push(SetFact { name, key, value, when: under.clone(), why: "read by a task" });
            }
        }
    }
}

/// The files that one of several patterns finds.
fn first_found(groups: Vec<Vec<&str>>) -> Vec<&str> {
    let mut all: Vec<&str> = Vec::new();
    for path in groups.into_iter().flatten() {
        if !all.contains(&path) && all.len() < MAX_FILES {
            all.push(path);
        }
    }
    all
}

/// The names of files that an `include_vars` gives, `*` where they are not written out, and whether all of them are
/// read, in their order.
fn patterns(task: &Task) -> (bool, Vec<String>) {
    let named = task.argument("include_vars", "file").or_else(|| task.module("include_vars")?.free_form());
    let folder = task.argument("include_vars", "dir");
    let Some(name) = named else {
        return (true, folder.iter().map(|d| format!("{}/*", glob(d.value()).trim_end_matches('/'))).collect());
    };
    let first = task.node.get("with_first_found");
    let looped = first.is_some() || task.node.get("loop").is_some() || task.node.get("with_items").is_some();
    if name.value().contains("first_found") {
        let lists = task.vars.iter().filter_map(Node::map).flatten().map(|e| &e.value);
        return (false, lists.flat_map(|v| names(v, 0)).collect());
    }
    let pattern = glob(name.value());
    if pattern != "*" || !looped {
        return (true, vec![pattern]);
    }
    match first {
        Some(list) => (false, names(list, 0)),
        None => (true, task.literal_items().unwrap_or(&[]).iter().flat_map(|n| names(n, 0)).collect()),
    }
}

/// The file names in the parameters of `first_found`: a list of names, or mappings with `files`.
fn names(node: &Node, depth: usize) -> Vec<String> {
    match node.value() {
        Value::Scalar(scalar) => vec![glob(scalar.text.value())],
        _ if depth > 3 => Vec::new(),
        Value::Seq(items) => items.iter().flat_map(|n| names(n, depth + 1)).collect(),
        Value::Map(_) => node.get("files").map(|n| names(n, depth + 1)).unwrap_or_default(),
    }
}

/// `text` with a `*` for each expression.
pub(super) fn glob(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text.trim();
    while let Some(at) = rest.find("{{") {
        out.push_str(&rest[..at]);
        out.push('*');
        rest = rest[at..].find("}}").map_or("", |end| &rest[at + end + 2..]);
    }
    out.push_str(rest);
    out
}

/// The files that `pattern` may mean, as Ansible looks for them.
fn matching<'f>(folder: &str, pattern: &str, files: &Files<'f>) -> Vec<&'f str> {
    let pattern = pattern.trim_start_matches("./").trim_start_matches("*/vars/");
    for base in [format!("{folder}vars/"), folder.to_owned()] {
        if !pattern.contains('*') {
            if let Some((path, _)) = files.get_key_value(format!("{base}{pattern}").as_str()) {
                return vec![path];
            }
            continue;
        }
        let below = files.keys().copied().filter(|path| path.starts_with(&base));
        let named = below.filter(|path| {
            let name = &path[base.len()..];
            let yaml = [".yml", ".yaml", ".json"].iter().any(|e| name.ends_with(e));
            yaml && super::layout::stem(name) != "main" && fits(name, pattern)
        });
        let found: Vec<&str> = named.take(MAX_FILES).collect();
        // What is not named at all is only looked for where nothing but variables lies.
        if !found.is_empty() || pattern.starts_with('*') {
            return found;
        }
    }
    Vec::new()
}

/// Whether `name` fits `pattern`, whose stars stand for anything but a folder's name.
fn fits(name: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    for (i, part) in parts.iter().enumerate() {
        if i + 1 == parts.len() {
            return rest.strip_suffix(part).is_some_and(|middle| !middle.contains('/'));
        }
        let Some(at) = rest.find(part).filter(|at| !rest[..*at].contains('/')) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.is_empty()
}

/// The layer of `facts`, which stand in the order of the tasks.
pub(super) fn layer(rank: Rank, label: &str, facts: &[SetFact]) -> Option<Layer> {
    let mut by_name: BTreeMap<&str, Vec<&SetFact>> = BTreeMap::new();
    for fact in facts {
        by_name.entry(&fact.name).or_default().push(fact);
    }
    let names: BTreeMap<String, Entry> =
        by_name.into_iter().filter_map(|(name, all)| Some((name.to_owned(), entry(&all)?))).collect();
    (!names.is_empty()).then(|| Layer { rank, label: label.into(), names: Arc::new(names) })
}

fn entry(all: &[&SetFact]) -> Option<Entry> {
    let before = all.len();
    let all = current(all);
    let first = all.first()?;
    // A fact that is made of itself step by step has no value that is written anywhere.
    let step = |f: &&&SetFact| f.value.as_ref().is_some_and(|v| mentions(v, &f.name, 0));
    if let Some(step) = all.iter().find(step).filter(|_| before > 1) {
        return Some(Entry::Runtime { key: step.key, why: "made of itself by several tasks" });
    }
    if let Some(unseen) = all.iter().find(|f| f.value.is_none()) {
        return Some(Entry::Runtime { key: unseen.key, why: unseen.why });
    }
    let written = |f: &SetFact| Some(Entry::Written { key: f.key, value: f.value.clone()? });
    let one = written(first)?;
    if first.when.is_none() && all.iter().all(|f| written(f).is_some_and(|w| agree(&one, &w))) {
        return Some(one);
    }
    let options = all.iter().filter_map(|f| {
        let otherwise = || format!("{:?}", f.key).into();
        Some((f.when.clone().unwrap_or_else(otherwise), f.value.clone()?))
    });
    Some(Entry::OneOf { key: first.key, options: options.collect(), open: all.iter().all(|f| f.when.is_some()) })
}

/// Without those that a later task of the same file replaces for sure.
fn current<'a, 'f>(all: &'a [&'f SetFact]) -> &'a [&'f SetFact] {
    let source = all.first().map(|f| f.key.source);
    let one_file = all.iter().all(|f| Some(f.key.source) == source);
    let last = all.iter().rposition(|f| f.when.is_none()).filter(|_| one_file);
    last.and_then(|at| all.get(at..)).unwrap_or(all)
}

/// Whether `node` says `name` in some text.
fn mentions(node: &Node, name: &str, depth: usize) -> bool {
    match node.value() {
        _ if depth > 20 => true,
        Value::Scalar(scalar) => scalar.text.value().contains(name),
        Value::Seq(items) => items.iter().any(|n| mentions(n, name, depth + 1)),
        Value::Map(entries) => entries.iter().any(|e| mentions(&e.value, name, depth + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_condition_hold_as_well() {
        let of = |when: &[&str]| {
            let when: Vec<String> = when.iter().map(|w| (*w).to_owned()).collect();
            given("roles/a/", &when).into_iter().map(|(c, _)| c.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(of(&["x", "y"]), ["roles/a/ x", "roles/a/ x and y", "roles/a/ y"]);
        assert_eq!(of(&["x or y and z"]), ["roles/a/ x or y and z"]);
        assert!(of(&[]).is_empty());
    }

    #[test]
    fn stars_stand_within_a_folder() {
        assert!(fits("Debian.yml", "*.yml"));
        assert!(fits("Debian-family.yml", "*-family.yml"));
        assert!(!fits("a/Debian.yml", "*.yml"));
        assert!(fits("os_Debian_12.yml", "os_*_*.yml"));
        assert_eq!(glob("{{ role_path }}/vars/{{ os }}.yml"), "*/vars/*.yml");
    }
}
