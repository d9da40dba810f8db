//! The view `variables`: which files set a variable, which service uses it, and which example file documents it.
//!
//! A variable of Ansible is known by the places that set it for the values that services have; one of compose is known as
//! well where nothing sets it.

use std::collections::{BTreeMap, BTreeSet};

use super::project::{self, Boxes, Project};
use super::read::{fact, facts, name, text, truth, yes};
use super::volumes::leave_out_idle;
use super::{Draft, Kind, Link, Tone};
use crate::finding::Severity;
use crate::model::fact::{FactId, Field, Value};
use crate::model::subject::Subject;
use crate::source::Span;

/// How much of a path is shown.
const LONGEST_PATH: usize = 40;

/// Draws the view.
pub(super) fn draw(draft: &mut Draft<'_>) {
    let mut projects = project::projects(draft.facts);
    let boxes = project::boxes(draft, &mut projects);
    set(draft, &boxes);
    for id in draft.facts.of(Subject::DeploymentVariable) {
        asked(draft, &projects, &boxes, id);
    }
    leave_out_idle(draft);
}

/// The variables that have a value, from the places of the values that they are in.
fn set(draft: &mut Draft<'_>, boxes: &Boxes) {
    let all = draft.facts;
    let mut uses: BTreeMap<&str, (BTreeSet<Span>, BTreeSet<usize>)> = BTreeMap::new();
    for (id, known) in all.iter() {
        let service = if known.subject == Subject::Service { Some(id) } else { fact(known, "service") };
        let Some(at) = service.and_then(|s| boxes.of(s)) else { continue };
        let places = known.fields().filter_map(|(_, f)| f.place.as_ref()).chain([&known.place]);
        for (variable, span) in places.flat_map(|p| &p.definitions).chain(inner(known.fields().map(|(_, f)| f))) {
            let entry = uses.entry(variable.as_str()).or_default();
            entry.0.insert(*span);
            entry.1.insert(at);
        }
    }
    for (variable, (spans, users)) in uses {
        let node = draft.node(&format!("variable/{variable}"), Kind::Variable, variable);
        if spans.len() > 1 {
            draft.note(node, &format!("set in {} places", spans.len()));
        }
        for span in spans {
            let place = draft.at(span);
            let file = file(draft, &place.path);
            let label = format!("line {}", place.line);
            if let Some(edge) = draft.edge(file, node, Link::Sets) {
                edge.labels.push(label);
                edge.place.get_or_insert(place);
            }
        }
        for user in users {
            draft.edge(node, user, Link::Uses);
        }
    }
}

/// The box of a file; of a long path, the end says most.
fn file(draft: &mut Draft<'_>, path: &str) -> usize {
    let long = path.chars().count().saturating_sub(LONGEST_PATH);
    let end: String = path.chars().skip(long).collect();
    draft.node(&format!("file/{path}"), Kind::File, &if long > 0 { format!("…{end}") } else { end })
}

/// The definitions of the items of lists and mappings.
fn inner<'a>(fields: impl Iterator<Item = &'a Field> + 'a) -> impl Iterator<Item = &'a (String, Span)> + 'a {
    let items = |field: &'a Field| -> Vec<&'a Field> {
        match &field.value {
            Value::List(items) => items.iter().collect(),
            Value::Map(entries) => entries.values().collect(),
            _ => Vec::new(),
        }
    };
    fields.flat_map(items).filter_map(|f| f.place.as_ref()).flat_map(|p| &p.definitions)
}

/// A variable that a project takes from the environment.
fn asked(draft: &mut Draft<'_>, projects: &[Project], boxes: &Boxes, id: FactId) {
    let all = draft.facts;
    let variable = all.get(id);
    let known = fact(variable, "stack").is_some_and(|stack| projects.iter().any(|p| p.has(stack)));
    if !known || yes(variable, "eaten") {
        return;
    }
    let marks = draft.marks(&[id]);
    let node = draft.node(&format!("variable/{}", name(variable)), Kind::Variable, name(variable));
    let state = match (truth(variable, "set"), truth(variable, "set_before"), truth(variable, "defaulted")) {
        (Some(true), _, _) => "set by an env file",
        (_, Some(true), _) => "set before compose runs",
        (_, _, Some(true)) => "has a default",
        _ if yes(variable, "required") => "required: compose stops without it",
        _ => "no value here",
    };
    draft.note(node, state);
    if truth(variable, "documented") == Some(false) && yes(variable, "env_visible") {
        draft.note(node, "in no example file");
    }
    let loud = marks.iter().any(|m| m.severity > Severity::Note);
    let rules: Vec<String> = marks.iter().filter(|m| m.severity > Severity::Note).map(|m| m.rule.clone()).collect();
    let place = Some(draft.at(variable.place.span));
    if let Some(found) = draft.graph.nodes.get_mut(node) {
        found.marks.extend(marks);
        found.place = found.place.take().or(place);
        if loud {
            found.tone = Tone::Warn;
        }
    }
    for rule in rules {
        draft.note(node, &rule);
    }
    if let Some(example) = text(variable, "example").filter(|_| yes(variable, "documented")) {
        let file = file(draft, example);
        if let Some(edge) = draft.edge(file, node, Link::Documents)
            && edge.labels.is_empty()
        {
            edge.labels.push("documents".to_owned());
        }
    }
    for user in facts(variable, "used_by").into_iter().filter_map(|s| boxes.of(s)) {
        draft.edge(node, user, Link::Uses);
    }
}
