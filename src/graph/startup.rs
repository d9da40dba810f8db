//! The view `startup`: who starts after whom, what each probe asks, and what never starts where one never becomes healthy.

use std::collections::BTreeSet;

use super::project::{self, Boxed, Boxes};
use super::read::{fact, facts, name, text, truth};
use super::{Draft, Link, Tone};
use crate::finding::Severity;
use crate::model::fact::FactId;

/// Draws the view.
pub(super) fn draw(draft: &mut Draft<'_>) {
    let mut projects = project::projects(draft.facts);
    let boxes = project::boxes(draft, &mut projects);
    for one in &boxes.all {
        probe(draft, one);
        dependencies(draft, &boxes, one);
    }
    for one in &boxes.all {
        blocked(draft, &boxes, one);
    }
}

/// What the probe asks.
fn probe(draft: &mut Draft<'_>, one: &Boxed) {
    let all = draft.facts;
    for id in &one.facts {
        let service = all.get(*id);
        let Some(check) = fact(service, "healthcheck").map(|id| all.get(id)) else {
            match truth(service, "image_healthcheck") {
                Some(true) => draft.note(one.at, "probe of its image"),
                _ => draft.note(one.at, "no probe"),
            }
            continue;
        };
        let programs = super::read::texts(check, "programs");
        let asked = text(check, "url").map(str::to_owned).or_else(|| programs.first().map(|p| (*p).to_owned()));
        match asked {
            _ if truth(check, "disabled") == Some(true) => draft.note(one.at, "probe switched off"),
            Some(asked) => draft.note(one.at, &format!("probe: {asked}")),
            None => draft.note(one.at, "has a probe"),
        }
    }
}

fn dependencies(draft: &mut Draft<'_>, boxes: &Boxes, one: &Boxed) {
    let all = draft.facts;
    for id in one.facts.iter().flat_map(|s| facts(all.get(*s), "dependencies")) {
        let dependency = all.get(id);
        let Some(target) = fact(dependency, "target").and_then(|t| boxes.of(t)) else { continue };
        let condition = match text(dependency, "condition") {
            Some("service_healthy") => "when healthy",
            Some("service_completed_successfully") => "when completed",
            Some("service_started") => "when started",
            _ => "when …",
        };
        let optional = if truth(dependency, "required") == Some(false) { ", if there" } else { "" };
        draft.link((target, one.at), Link::StartsAfter, &format!("{condition}{optional}"), &[id], Severity::Error);
    }
}

/// What never starts where this service never becomes healthy; red where a finding says that it never does.
fn blocked(draft: &mut Draft<'_>, boxes: &Boxes, one: &Boxed) {
    let all = draft.facts;
    let waits: Vec<FactId> = one.facts.iter().flat_map(|s| facts(all.get(*s), "blocked")).collect();
    let checks: Vec<FactId> = one.facts.iter().filter_map(|s| fact(all.get(*s), "healthcheck")).collect();
    let marks = draft.marks(&checks);
    let never = marks.iter().any(|m| m.severity == Severity::Error);
    let names: BTreeSet<&str> = waits.iter().map(|id| name(all.get(*id))).collect();
    if never {
        let rules: BTreeSet<&str> =
            marks.iter().filter(|m| m.severity == Severity::Error).map(|m| m.rule.as_str()).collect();
        draft.note(one.at, "never becomes healthy:");
        for rule in rules {
            draft.note(one.at, rule);
        }
    } else if !names.is_empty() {
        let shown: Vec<&str> = names.iter().take(3).copied().collect();
        let more = if names.len() > 3 { format!(" and {} more", names.len() - 3) } else { String::new() };
        draft.note(one.at, &format!("if unhealthy, no {}{more}", shown.join(", ")));
    }
    if let Some(node) = draft.graph.nodes.get_mut(one.at) {
        node.marks.extend(marks);
        if never {
            node.tone = Tone::Bad;
        }
    }
    if !never {
        return;
    }
    for id in waits {
        let wait = all.get(id);
        let ends = (fact(wait, "target").and_then(|t| boxes.of(t)), fact(wait, "service").and_then(|s| boxes.of(s)));
        let (Some(target), Some(waiting)) = ends else { continue };
        if let Some(edge) = draft.edge(target, waiting, Link::StartsAfter) {
            edge.tone = Tone::Bad;
        }
        draft.note(waiting, "never starts");
        if let Some(node) = draft.graph.nodes.get_mut(waiting) {
            node.tone = Tone::Bad;
        }
    }
}
