//! Projects: which facts are one service.
//!
//! A file and its overlays make a stack each, and so does each variant of a template. Stacks that share a service, at the same
//! place, are one project: its services have what any of the stacks gives them. Files that are written apart, such as one for
//! development and one for production, stay apart.

use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use super::read::{fact, facts, name, text, texts};
use super::{Draft, Frame, Group, Kind};
use crate::model::fact::{FactId, Facts};
use crate::model::subject::Subject;
use crate::source::Span;

/// A compose project.
#[derive(Debug)]
pub(super) struct Project {
    /// What stands before the ids of its boxes; empty where it is the only one.
    pub(super) prefix: String,
    /// What its frame is called.
    pub(super) title: String,
    /// Its services by name, each with its facts.
    pub(super) services: IndexMap<String, Vec<FactId>>,
    /// Its stacks.
    stacks: Vec<FactId>,
}

/// A service that has a box.
#[derive(Debug)]
pub(super) struct Boxed {
    pub(super) at: usize,
    pub(super) facts: Vec<FactId>,
}

/// All services that have a box.
#[derive(Debug, Default)]
pub(super) struct Boxes {
    pub(super) all: Vec<Boxed>,
    by_fact: BTreeMap<FactId, usize>,
    /// The frame of each project, where there are several.
    pub(super) frames: Vec<Option<usize>>,
    /// The project of each entry of `all`.
    pub(super) project: Vec<usize>,
}

impl Boxes {
    /// The box of the service that `id` is a fact of.
    pub(super) fn of(&self, id: FactId) -> Option<usize> {
        self.by_fact.get(&id).copied()
    }
}

/// The projects, in order of their first stacks.
pub(super) fn projects(all: &Facts) -> Vec<Project> {
    let mut projects: Vec<(Vec<FactId>, Vec<Span>)> = Vec::new();
    let key = |id: FactId| {
        let stack = all.get(id);
        (text(stack, "name").map(str::to_owned), text(stack, "directory").map(str::to_owned))
    };
    for stack in all.of(Subject::Stack) {
        let places: Vec<Span> = facts(all.get(stack), "services").iter().map(|s| all.get(*s).place.span).collect();
        let same = |(stacks, seen): &&mut (Vec<FactId>, Vec<Span>)| {
            stacks.first().is_some_and(|first| key(*first) == key(stack)) && places.iter().any(|p| seen.contains(p))
        };
        match projects.iter_mut().find(same) {
            Some((stacks, seen)) => {
                stacks.push(stack);
                seen.extend(places);
            }
            None => projects.push((vec![stack], places)),
        }
    }
    projects.retain(|(_, places)| !places.is_empty());
    let several = projects.len() > 1;
    projects.into_iter().map(|(stacks, _)| project(all, stacks, several)).collect()
}

fn project(all: &Facts, stacks: Vec<FactId>, several: bool) -> Project {
    let mut services: IndexMap<String, Vec<FactId>> = IndexMap::new();
    for service in stacks.iter().flat_map(|stack| facts(all.get(*stack), "services")) {
        services.entry(name(all.get(service)).to_owned()).or_default().push(service);
    }
    let title = stacks.first().and_then(|s| text(all.get(*s), "name")).unwrap_or_default().to_owned();
    Project { prefix: if several { "?".to_owned() } else { String::new() }, title, services, stacks }
}

impl Project {
    /// The networks of its stacks.
    pub(super) fn networks(&self, all: &Facts) -> Vec<FactId> {
        self.stacks.iter().flat_map(|stack| facts(all.get(*stack), "networks")).collect()
    }

    /// The volumes of its stacks.
    pub(super) fn volumes(&self, all: &Facts) -> Vec<FactId> {
        self.stacks.iter().flat_map(|stack| facts(all.get(*stack), "volumes")).collect()
    }

    /// Whether it has this stack.
    pub(super) fn has(&self, stack: FactId) -> bool {
        self.stacks.contains(&stack)
    }
}

/// Draws a box for each service of each project, and a frame for each project where there are several.
pub(super) fn boxes(draft: &mut Draft<'_>, projects: &mut [Project]) -> Boxes {
    let mut boxes = Boxes::default();
    let mut taken: HashMap<String, usize> = HashMap::new();
    for (number, project) in projects.iter_mut().enumerate() {
        let place = project.stacks.first().map(|s| draft.at(draft.facts.get(*s).place.span));
        let path = place.map(|p| p.path).unwrap_or_default();
        if project.prefix.is_empty() {
            boxes.frames.push(None);
        } else {
            // Two variants of one file are projects of the same name.
            let times = taken.entry(path.clone()).or_default();
            *times += 1;
            project.prefix = if *times == 1 { format!("{path}/") } else { format!("{path}#{times}/") };
            let title = if project.title.is_empty() { path } else { format!("{} ({path})", project.title) };
            let title = draft.cleaned(&title);
            draft.graph.groups.push(Group { id: project.prefix.clone(), kind: Frame::Project, parent: None, title });
            boxes.frames.push(Some(draft.graph.groups.len() - 1));
        }
        for (name, ids) in &project.services {
            let at = draft.node(&format!("{}service/{name}", project.prefix), Kind::Service, name);
            describe(draft, at, ids);
            let frame = boxes.frames.last().copied().flatten();
            if let Some(node) = draft.graph.nodes.get_mut(at) {
                node.group = frame;
            }
            boxes.all.push(Boxed { at, facts: ids.clone() });
            boxes.project.push(number);
            boxes.by_fact.extend(ids.iter().map(|id| (*id, at)));
        }
    }
    boxes
}

/// What the software is, where that is known, and where the service is written.
fn describe(draft: &mut Draft<'_>, at: usize, ids: &[FactId]) {
    let all = draft.facts;
    let mut words: Vec<String> = Vec::new();
    for id in ids {
        let service = all.get(*id);
        let title = text(service, "title").map(str::to_owned);
        for word in title.into_iter().chain(texts(service, "roles").into_iter().map(|r| r.replace('-', " "))) {
            if !words.iter().any(|w| w.eq_ignore_ascii_case(&word)) {
                words.push(word);
            }
        }
    }
    if !words.is_empty() {
        draft.note(at, &words.join(", "));
    }
    let containers = ids.iter().filter_map(|id| fact(all.get(*id), "container"));
    let whole: Vec<FactId> = ids.iter().copied().chain(containers).collect();
    let marks = draft.marks(&whole);
    let place = ids.first().map(|id| draft.at(all.get(*id).place.span));
    if let Some(node) = draft.graph.nodes.get_mut(at) {
        node.marks = marks;
        node.place = place;
    }
}
