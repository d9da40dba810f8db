//! The view `volumes`: who shares which volume or path of the host, and which hold credentials.
//!
//! A path that one service alone mounts, without credentials and without a finding, is left out: most are configuration files.

use super::outside;
use super::project::{self, Boxes, Project};
use super::read::{fact, facts, name, text, yes};
use super::{Draft, Kind, Link, Tone};
use crate::finding::Severity;
use crate::model::fact::FactId;

/// Draws the view.
pub(super) fn draw(draft: &mut Draft<'_>) {
    let mut projects = project::projects(draft.facts);
    let boxes = project::boxes(draft, &mut projects);
    for (number, project) in projects.iter().enumerate() {
        let frame = boxes.frames.get(number).copied().flatten();
        for volume in project.volumes(draft.facts) {
            one(draft, &boxes, project, frame, volume);
        }
    }
    let outside = outside::boxes(draft);
    outside::volumes(draft, &outside);
    leave_out_idle(draft);
}

fn one(draft: &mut Draft<'_>, boxes: &Boxes, project: &Project, frame: Option<usize>, id: FactId) {
    let all = draft.facts;
    let volume = all.get(id);
    let mounts = facts(volume, "mounts");
    let socket = mounts.iter().any(|m| text(all.get(*m), "socket").is_some());
    let (bind, secret) = (text(volume, "kind") == Some("bind"), yes(volume, "credential"));
    let users = facts(volume, "services");
    let marks = draft.marks(&[id]);
    let told = !marks.is_empty() || !draft.marks(&mounts).is_empty();
    if bind && users.len() < 2 && !secret && !socket && !told {
        return;
    }
    let kind = if socket {
        Kind::Socket
    } else if secret {
        Kind::Credentials
    } else {
        Kind::Volume
    };
    let at = draft.node(&format!("{}volume/{}", project.prefix, name(volume)), kind, name(volume));
    let what = match (bind, yes(volume, "external")) {
        (true, _) => "path of the host",
        (false, true) => "volume, made elsewhere",
        (false, false) => "volume",
    };
    draft.note(at, what);
    if secret {
        draft.note(at, "holds credentials");
    }
    let place = Some(draft.at(volume.place.span));
    if let Some(node) = draft.graph.nodes.get_mut(at) {
        node.group = frame;
        node.place = place;
        if marks.iter().any(|m| m.severity > Severity::Note) {
            node.tone = Tone::Bad;
        }
        for mark in &marks {
            if !node.marks.contains(mark) {
                node.marks.push(mark.clone());
            }
        }
    }
    let rules: Vec<String> = marks.iter().filter(|m| m.severity > Severity::Note).map(|m| m.rule.clone()).collect();
    for rule in rules {
        draft.note(at, &rule);
    }
    for mount in mounts {
        let Some(user) = fact(all.get(mount), "service").and_then(|s| boxes.of(s)) else { continue };
        let target = text(all.get(mount), "target").unwrap_or("…");
        let mode = if yes(all.get(mount), "read_only") { " (read-only)" } else { "" };
        draft.link((user, at), Link::Mounts, &format!("{target}{mode}"), &[mount], Severity::Error);
    }
}

/// Takes the boxes of services away that nothing leads to or from.
pub(super) fn leave_out_idle(draft: &mut Draft<'_>) {
    let graph = &mut draft.graph;
    let mut places = Vec::new();
    let mut kept = 0;
    for at in 0..graph.nodes.len() {
        let used = graph.edges.iter().any(|e| e.from == at || e.to == at);
        let keep = used || graph.nodes.get(at).is_some_and(|n| n.kind != Kind::Service);
        places.push(keep.then_some(kept));
        kept += usize::from(keep);
    }
    let mut each = places.iter();
    graph.nodes.retain(|_| each.next().copied().flatten().is_some());
    for edge in &mut graph.edges {
        edge.from = places.get(edge.from).copied().flatten().unwrap_or_default();
        edge.to = places.get(edge.to).copied().flatten().unwrap_or_default();
    }
}
