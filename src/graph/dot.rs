//! Graphviz's DOT language.

use std::fmt::Write as _;

use super::mermaid::holds;
use super::{Edge, Frame, Graph, Kind, Link, Node, Tone};

/// The picture in DOT.
pub fn render(graph: &Graph) -> String {
    let mut out = String::from("digraph deployment {\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];\n");
    out.push_str("  edge [fontname=\"monospace\"];\n");
    inside(graph, None, 1, &mut out);
    for edge in &graph.edges {
        let _ = writeln!(out, "  n{} -> n{} [{}];", edge.from, edge.to, line(edge));
    }
    out.push_str("}\n");
    out
}

fn inside(graph: &Graph, parent: Option<usize>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (at, group) in graph.groups.iter().enumerate().filter(|(_, g)| g.parent == parent) {
        if !holds(graph, at) {
            continue;
        }
        let closed = group.kind == Frame::ClosedNetwork;
        let style = if closed { "color=\"#1a7f37\", penwidth=3" } else { "color=\"#8c959f\", style=dashed" };
        let _ = writeln!(out, "{indent}subgraph cluster_{at} {{");
        let _ = writeln!(out, "{indent}  graph [label={}, {style}];", quoted(std::slice::from_ref(&group.title)));
        inside(graph, Some(at), depth + 1, out);
        let _ = writeln!(out, "{indent}}}");
    }
    for (at, node) in graph.nodes.iter().enumerate().filter(|(_, n)| n.group == parent) {
        let _ = writeln!(out, "{indent}n{at} [{}];", boxed(node));
    }
}

fn boxed(node: &Node) -> String {
    let lines = [std::slice::from_ref(&node.title), &node.notes].concat();
    let shape = match node.kind {
        Kind::Service => "box",
        Kind::Volume | Kind::Credentials => "cylinder",
        Kind::File => "note",
        _ => "oval",
    };
    let tone = match node.tone {
        Tone::Bad => ", color=\"#c1121f\", penwidth=2",
        Tone::Warn => ", color=\"#9a6700\"",
        Tone::Plain => "",
    };
    format!("label={}, shape={shape}{tone}", quoted(&lines))
}

fn line(edge: &Edge) -> String {
    let tone = match edge.tone {
        Tone::Bad => ", color=\"#c1121f\", fontcolor=\"#c1121f\", penwidth=3",
        Tone::Warn => ", color=\"#9a6700\"",
        Tone::Plain => "",
    };
    let style = if matches!(edge.kind, Link::Proxied | Link::Documents) { ", style=dashed" } else { "" };
    format!("label={}{tone}{style}", quoted(&edge.lines()))
}

/// Lines as one quoted text. A backslash of a name is one character, no escape.
fn quoted(lines: &[String]) -> String {
    let escaped: Vec<String> = lines.iter().map(|l| l.replace('\\', "\\\\").replace('"', "\\\"")).collect();
    format!("\"{}\"", escaped.join("\\n"))
}
