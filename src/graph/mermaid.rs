//! Mermaid: a flow chart, for pull requests and Markdown pages.

use std::fmt::Write as _;

use super::{Frame, Graph, Kind, Link, Node, Tone};

/// The picture as a Mermaid flow chart.
pub fn render(graph: &Graph) -> String {
    let mut out = String::from("flowchart LR\n");
    inside(graph, None, 1, &mut out);
    for edge in &graph.edges {
        let label = edge.lines().iter().map(|l| escape(l)).collect::<Vec<_>>().join("<br/>");
        let arrow = match edge.kind {
            Link::Proxied | Link::Documents => "-.->",
            _ if edge.tone == Tone::Bad => "==>",
            _ => "-->",
        };
        let label = if label.is_empty() { String::new() } else { format!("|\"{label}\"|") };
        let _ = writeln!(out, "  n{} {arrow}{label} n{}", edge.from, edge.to);
    }
    for (at, edge) in graph.edges.iter().enumerate() {
        match edge.tone {
            Tone::Bad => _ = writeln!(out, "  linkStyle {at} stroke:#c1121f,color:#c1121f"),
            Tone::Warn => _ = writeln!(out, "  linkStyle {at} stroke:#9a6700"),
            Tone::Plain => {}
        }
    }
    for (at, group) in graph.groups.iter().enumerate() {
        if group.kind == Frame::ClosedNetwork && graph.nodes.iter().any(|n| n.group == Some(at)) {
            let _ = writeln!(out, "  style g{at} stroke:#1a7f37,stroke-width:3px");
        }
    }
    let bad = graph.nodes.iter().enumerate().filter(|(_, n)| n.tone == Tone::Bad);
    for (at, _) in bad {
        let _ = writeln!(out, "  style n{at} stroke:#c1121f,stroke-width:3px");
    }
    out
}

/// The boxes and frames right inside a frame, or outside of all.
fn inside(graph: &Graph, parent: Option<usize>, depth: usize, out: &mut String) {
    let indent = "  ".repeat(depth);
    for (at, group) in graph.groups.iter().enumerate().filter(|(_, g)| g.parent == parent) {
        if !holds(graph, at) {
            continue;
        }
        let title = if group.title.is_empty() { " ".to_owned() } else { escape(&group.title) };
        let _ = writeln!(out, "{indent}subgraph g{at}[\"{title}\"]");
        inside(graph, Some(at), depth + 1, out);
        let _ = writeln!(out, "{indent}end");
    }
    for (at, node) in graph.nodes.iter().enumerate().filter(|(_, n)| n.group == parent) {
        let (left, right) = match node.kind {
            Kind::Service => ("[", "]"),
            Kind::Volume | Kind::Credentials => ("[(", ")]"),
            _ => ("([", "])"),
        };
        let _ = writeln!(out, "{indent}n{at}{left}\"{}\"{right}", label(node));
    }
}

/// Whether a frame has something in it, at any depth.
pub(super) fn holds(graph: &Graph, at: usize) -> bool {
    graph.nodes.iter().any(|n| n.group == Some(at))
        || graph.groups.iter().enumerate().any(|(inner, g)| g.parent == Some(at) && inner != at && holds(graph, inner))
}

fn label(node: &Node) -> String {
    let notes = node.notes.iter().map(|n| format!("<br/>{}", escape(n)));
    format!("{}{}", escape(&node.title), notes.collect::<String>())
}

/// `text` in a quoted label: what Mermaid or HTML would take for more than a character is written as its code.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric()
            || matches!(c, ' ' | '.' | ',' | '-' | '_' | '/' | ':' | '(' | ')' | '→' | '…' | '?' | '=')
        {
            out.push(c);
        } else {
            let _ = write!(out, "#{};", u32::from(c));
        }
    }
    out
}
