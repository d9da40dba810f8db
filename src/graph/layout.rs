//! Coordinates, from the `dagre` library: here is only how large things are, and what belongs into what.

use dagre::graph::{Graph as Dagre, GraphOptions};
use dagre::layout::types::LabelPos;
use dagre::{EdgeLabel, LayoutOptions, NodeLabel, RankDir};
use unicode_width::UnicodeWidthStr;

use super::{Graph, Node};

/// The size of one character of a title and of a line of notes, in pixels.
pub(super) const TITLE: (f64, f64) = (8.0, 18.0);
pub(super) const LINE: (f64, f64) = (6.7, 15.0);
/// The room between the border of a box and its text.
pub(super) const PADDING: f64 = 9.0;
/// The longest line of text that is drawn whole.
const LONGEST: usize = 44;

/// A box with coordinates; `x` and `y` are its upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A line with coordinates.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Route {
    pub(super) points: Vec<(f64, f64)>,
    /// Where its text stands, where it has some.
    pub(super) label: Option<Rect>,
}

/// All coordinates of a picture, in the order of its boxes, frames and lines.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Layout {
    pub(super) width: f64,
    pub(super) height: f64,
    pub(super) nodes: Vec<Rect>,
    /// None for a frame around nothing.
    pub(super) groups: Vec<Option<Rect>>,
    pub(super) edges: Vec<Route>,
}

/// `line` as it is drawn: the end of a long one is left out.
pub(super) fn shown(line: &str) -> String {
    if line.chars().count() <= LONGEST {
        return line.to_owned();
    }
    line.chars().take(LONGEST - 1).chain(['…']).collect()
}

/// How wide a line of text is drawn.
pub(super) fn width(line: &str, character: f64) -> f64 {
    f64::from(u16::try_from(shown(line).width()).unwrap_or(u16::MAX)) * character
}

/// Places everything, from left to right.
pub(super) fn layout(graph: &Graph) -> Layout {
    let mut dagre = Dagre::with_options(GraphOptions { directed: true, multigraph: true, compound: true });
    for (at, node) in graph.nodes.iter().enumerate() {
        let (width, height) = size(node);
        dagre.set_node(format!("n{at}"), Some(NodeLabel { width, height, ..NodeLabel::default() }));
    }
    frames(graph, &mut dagre);
    for (at, edge) in graph.edges.iter().enumerate() {
        let (width, height) = label_size(&edge.lines());
        let label = EdgeLabel { width, height, labelpos: LabelPos::Center, ..EdgeLabel::default() };
        dagre.set_edge(format!("n{}", edge.from), format!("n{}", edge.to), Some(label), Some(&format!("e{at}")));
    }
    stack_loose(graph, &mut dagre);
    let options = LayoutOptions {
        rankdir: RankDir::LR,
        nodesep: 26.0,
        edgesep: 16.0,
        ranksep: 36.0,
        marginx: 16.0,
        marginy: 16.0,
        ..LayoutOptions::default()
    };
    dagre::layout(&mut dagre, Some(options));
    read(graph, &dagre)
}

/// Frames that hold something.
fn frames(graph: &Graph, dagre: &mut Dagre<NodeLabel, EdgeLabel>) {
    let mut used = vec![false; graph.groups.len()];
    for node in &graph.nodes {
        let mut up = node.group;
        while let Some(at) = up {
            let Some(seen) = used.get_mut(at) else { break };
            if *seen {
                break;
            }
            *seen = true;
            up = graph.groups.get(at).and_then(|g| g.parent);
        }
    }
    for at in (0..graph.groups.len()).filter(|at| used.get(*at) == Some(&true)) {
        dagre.set_node(format!("g{at}"), Some(NodeLabel::default()));
    }
    for (at, group) in graph.groups.iter().enumerate().filter(|(at, _)| used.get(*at) == Some(&true)) {
        if let Some(parent) = group.parent {
            dagre.set_parent(&format!("g{at}"), Some(&format!("g{parent}")));
        }
    }
    for (at, node) in graph.nodes.iter().enumerate() {
        if let Some(group) = node.group {
            dagre.set_parent(&format!("n{at}"), Some(&format!("g{group}")));
        }
    }
}

/// Boxes without lines would all stand in one column: lines that are not drawn make several of them.
fn stack_loose(graph: &Graph, dagre: &mut Dagre<NodeLabel, EdgeLabel>) {
    let mut frames: Vec<Option<usize>> = graph.nodes.iter().map(|n| n.group).collect();
    frames.sort_unstable();
    frames.dedup();
    for frame in frames {
        let loose = |at: &usize| {
            graph.nodes.get(*at).is_some_and(|n| n.group == frame)
                && graph.edges.iter().all(|e| e.from != *at && e.to != *at)
        };
        let loose: Vec<usize> = (0..graph.nodes.len()).filter(loose).collect();
        // About as wide as high, where boxes are three times as wide as high.
        let rows = (loose.len() * 3).isqrt().max(1);
        for (left, right) in loose.iter().zip(loose.iter().skip(rows)) {
            dagre.set_edge(format!("n{left}"), format!("n{right}"), Some(EdgeLabel::default()), Some("loose"));
        }
    }
}

fn read(graph: &Graph, dagre: &Dagre<NodeLabel, EdgeLabel>) -> Layout {
    let rect = |id: String| {
        let label = dagre.node(&id)?;
        let (x, y) = (label.x? - label.width / 2.0, label.y? - label.height / 2.0);
        Some(Rect { x, y, width: label.width, height: label.height })
    };
    let nothing = Rect { x: 0.0, y: 0.0, width: 0.0, height: 0.0 };
    let nodes: Vec<Rect> = (0..graph.nodes.len()).map(|at| rect(format!("n{at}")).unwrap_or(nothing)).collect();
    let groups: Vec<Option<Rect>> = (0..graph.groups.len()).map(|at| rect(format!("g{at}"))).collect();
    let route = |(at, edge): (usize, &super::Edge)| {
        let found = dagre.edge(&format!("n{}", edge.from), &format!("n{}", edge.to), Some(&format!("e{at}")));
        let points = found.map(|l| l.points.iter().map(|p| (p.x, p.y)).collect()).unwrap_or_default();
        let label = found.filter(|l| l.width > 0.0).and_then(|l| {
            let (width, height) = label_size(&edge.lines());
            Some(Rect { x: l.x? - width / 2.0, y: l.y? - height / 2.0, width, height })
        });
        Route { points, label }
    };
    let edges: Vec<Route> = graph.edges.iter().enumerate().map(route).collect();
    let all = nodes.iter().chain(groups.iter().flatten()).chain(edges.iter().filter_map(|e| e.label.as_ref()));
    let (width, height) = all.fold((0.0_f64, 0.0_f64), |(w, h), r| (w.max(r.x + r.width), h.max(r.y + r.height)));
    let points = edges.iter().flat_map(|e| &e.points);
    let (width, height) = points.fold((width, height), |(w, h), (x, y)| (w.max(*x), h.max(*y)));
    Layout { width: width + 16.0, height: height + 16.0, nodes, groups, edges }
}

fn size(node: &Node) -> (f64, f64) {
    let notes = node.notes.iter().map(|n| width(n, LINE.0)).fold(0.0, f64::max);
    let lines = f64::from(u16::try_from(node.notes.len()).unwrap_or(u16::MAX));
    let wide = width(&node.title, TITLE.0).max(notes) + 2.0 * PADDING;
    (wide.max(60.0), TITLE.1 + lines * LINE.1 + 2.0 * PADDING - 4.0)
}

fn label_size(lines: &[String]) -> (f64, f64) {
    if lines.is_empty() {
        return (0.0, 0.0);
    }
    let wide = lines.iter().map(|l| width(l, LINE.0)).fold(0.0, f64::max);
    (wide + 8.0, f64::from(u16::try_from(lines.len()).unwrap_or(u16::MAX)) * LINE.1 + 2.0)
}

#[cfg(test)]
#[path = "layout_tests.rs"]
mod tests;
