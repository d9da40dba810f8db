//! JSON, schema `deploylint-graph/1`, documented in docs/graph.md.

use serde::Serialize;

use super::{At, Graph, Mark};

/// The name of the format.
pub const SCHEMA: &str = "deploylint-graph/1";

#[derive(Serialize)]
struct Whole<'a> {
    schema: &'static str,
    view: &'static str,
    nodes: Vec<JsonNode<'a>>,
    edges: Vec<JsonEdge<'a>>,
    groups: Vec<JsonGroup<'a>>,
}

#[derive(Serialize)]
struct JsonNode<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'a str,
    notes: &'a [String],
    group: Option<&'a str>,
    tone: &'static str,
    place: Option<Place<'a>>,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct JsonEdge<'a> {
    from: &'a str,
    to: &'a str,
    kind: &'static str,
    labels: &'a [String],
    tone: &'static str,
    place: Option<Place<'a>>,
    findings: Vec<Found<'a>>,
}

#[derive(Serialize)]
struct JsonGroup<'a> {
    id: &'a str,
    kind: &'static str,
    title: &'a str,
    parent: Option<&'a str>,
}

#[derive(Serialize)]
struct Place<'a> {
    path: &'a str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct Found<'a> {
    rule: &'a str,
    severity: &'static str,
}

/// The picture as one JSON object.
pub fn render(graph: &Graph) -> String {
    let id = |at: usize| graph.nodes.get(at).map(|n| n.id.as_str()).unwrap_or_default();
    let group = |at: Option<usize>| at.and_then(|at| graph.groups.get(at)).map(|g| g.id.as_str());
    let nodes = graph.nodes.iter().map(|n| JsonNode {
        id: &n.id,
        kind: n.kind.name(),
        title: &n.title,
        notes: &n.notes,
        group: group(n.group),
        tone: n.tone.name(),
        place: n.place.as_ref().map(place),
        findings: n.marks.iter().map(found).collect(),
    });
    let edges = graph.edges.iter().map(|e| JsonEdge {
        from: id(e.from),
        to: id(e.to),
        kind: e.kind.name(),
        labels: &e.labels,
        tone: e.tone.name(),
        place: e.place.as_ref().map(place),
        findings: e.marks.iter().map(found).collect(),
    });
    let groups = graph.groups.iter().map(|g| JsonGroup {
        id: &g.id,
        kind: g.kind.name(),
        title: &g.title,
        parent: group(g.parent),
    });
    let whole = Whole {
        schema: SCHEMA,
        view: graph.view.name(),
        nodes: nodes.collect(),
        edges: edges.collect(),
        groups: groups.collect(),
    };
    // Only maps with keys that are no strings fail; these structs have none.
    serde_json::to_string_pretty(&whole).unwrap_or_default() + "\n"
}

fn place(at: &At) -> Place<'_> {
    Place { path: &at.path, line: at.line, column: at.column }
}

fn found(mark: &Mark) -> Found<'_> {
    Found { rule: &mark.rule, severity: mark.severity.name() }
}
