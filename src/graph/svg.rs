//! SVG: one picture without anything from outside, light or dark as its reader has it.

use std::fmt::Write as _;

use super::layout::{self, LINE, Layout, PADDING, Rect, Route, TITLE, shown, width};
use super::{At, Edge, Frame, Graph, Kind, Mark, Node};

/// The most boxes that one picture has: beyond, nobody reads it, and laying it out takes minutes.
pub const MOST: usize = 400;

/// The colours and fonts, for a picture by itself and for a page that holds it.
pub const STYLE: &str = "\
.dl{--bg:#fff;--fg:#1f2328;--soft:#59636e;--line:#8c959f;--box:#f6f8fa;--bad:#c1121f;--badbg:#ffebe9;--warn:#9a6700;\
--warnbg:#fff8c5;--closed:#1a7f37;--closedbg:#f0fff4;--open:#0969da;--openbg:#eef6ff;--frame:#d1d9e0}\
@media (prefers-color-scheme:dark){.dl{--bg:#0d1117;--fg:#e6edf3;--soft:#9198a1;--line:#6e7681;--box:#161b22;\
--bad:#ff7b72;--badbg:#3d1416;--warn:#d29922;--warnbg:#2e2405;--closed:#3fb950;--closedbg:#0c2013;--open:#58a6ff;\
--openbg:#0c1f38;--frame:#3d444d}}\
.dl text{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,'Liberation Mono','DejaVu Sans Mono',monospace;font-size:11px;fill:var(--soft)}\
.dl .title{font-size:13px;font-weight:600;fill:var(--fg)}\
.dl rect{fill:var(--box);stroke:var(--line)}\
.dl .bg{fill:var(--bg);stroke:none}\
.dl .frame rect{fill:none;stroke:var(--frame);stroke-dasharray:6 4}\
.dl .frame.closed-network rect{fill:var(--closedbg);stroke:var(--closed);stroke-width:2.5;stroke-dasharray:none}\
.dl .closed-network.node rect{fill:var(--bg);stroke:var(--closed)}\
.dl .open-network.node rect,.dl .unknown-network.node rect,.dl .internet rect,.dl .clients rect{fill:var(--openbg);stroke:var(--open)}\
.dl .unknown-network.node rect{stroke-dasharray:4 3}\
.dl .credentials rect,.dl .socket rect{fill:var(--warnbg);stroke:var(--warn)}\
.dl .node.bad rect{fill:var(--badbg);stroke:var(--bad);stroke-width:2}\
.dl .node.warn rect{stroke:var(--warn)}\
.dl .node.bad .title{fill:var(--bad)}\
.dl path{fill:none;stroke:var(--line);stroke-width:1.3}\
.dl marker path{fill:var(--line);stroke:none}\
.dl .proxied path,.dl .documents path{stroke-dasharray:5 3}\
.dl .warn path{stroke:var(--warn)}\
.dl .bad path{stroke:var(--bad);stroke-width:2.6}\
.dl .edge.bad text{fill:var(--bad);font-weight:600}\
.dl .edge.warn text{fill:var(--warn)}\
.dl .to-bad path{fill:var(--bad)}.dl .to-warn path{fill:var(--warn)}\
.dl .label{fill:var(--bg);stroke:none;opacity:.88}";

/// The picture by itself.
pub fn render(graph: &Graph) -> String {
    let layout = layout::layout(graph);
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    draw(graph, &layout, &mut out, true);
    out
}

/// The picture as a part of a page that has [`STYLE`]; what has findings says which, and can be reached with the keyboard.
pub fn embedded(graph: &Graph) -> String {
    let mut out = String::new();
    draw(graph, &layout::layout(graph), &mut out, false);
    out
}

fn draw(graph: &Graph, layout: &Layout, out: &mut String, alone: bool) {
    let (width, height) = (layout.width.ceil(), layout.height.ceil());
    let (title, view) = (graph.view.title(), graph.view.name());
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{}\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" role=\"{}\" aria-label=\"{title}\">",
        // A picture that is a little wider than a page is made smaller; of a wider one nobody could read the text.
        if !alone && width < 2000.0 { "dl fit" } else { "dl" },
        if alone { "img" } else { "group" }
    );
    let _ = writeln!(out, "<title>{title}</title>");
    if alone {
        let _ = writeln!(out, "<style>{STYLE}</style>");
        let _ = writeln!(out, "<rect class=\"bg\" width=\"{width}\" height=\"{height}\"/>");
    }
    out.push_str("<defs>");
    for name in ["plain", "warn", "bad"] {
        let _ = write!(
            out,
            "<marker id=\"dl-{view}-{name}\" class=\"to-{name}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
             markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L8 4L0 8Z\"/></marker>"
        );
    }
    out.push_str("</defs>\n");
    // Outer frames first: what is drawn later lies above.
    for (group, rect) in graph.groups.iter().zip(&layout.groups) {
        if let Some(rect) = rect {
            frame(group.kind, &group.title, rect, out);
        }
    }
    for (edge, route) in graph.edges.iter().zip(&layout.edges) {
        line(edge, route, graph, out, alone);
    }
    for (node, rect) in graph.nodes.iter().zip(&layout.nodes) {
        boxed(node, rect, out, alone);
    }
    out.push_str("</svg>\n");
}

fn frame(kind: Frame, title: &str, rect: &Rect, out: &mut String) {
    let _ = write!(out, "<g class=\"frame {}\">{}", kind.name(), rectangle(rect, 10.0));
    if !title.is_empty() {
        let _ = write!(out, "<title>{}</title>", escape(title));
        text(title, "", rect.x + 8.0, rect.y + 13.0, (LINE.0, false), out);
    }
    out.push_str("</g>\n");
}

fn boxed(node: &Node, rect: &Rect, out: &mut String, alone: bool) {
    let class = format!("node {} {}", node.kind.name(), node.tone.name());
    let name = [std::slice::from_ref(&node.title), &node.notes].concat().join(", ");
    open(&class, &name, &node.marks, node.place.as_ref(), out, alone);
    let corner = if node.kind == Kind::Service { 4.0 } else { 14.0 };
    out.push_str(&rectangle(rect, corner));
    let middle = rect.x + rect.width / 2.0;
    let mut y = rect.y + PADDING + 10.0;
    text(&node.title, "title", middle, y, (TITLE.0, true), out);
    for note in &node.notes {
        y += LINE.1;
        text(note, "", middle, y, (LINE.0, true), out);
    }
    out.push_str("</g>\n");
}

fn line(edge: &Edge, route: &Route, graph: &Graph, out: &mut String, alone: bool) {
    let end = |at: usize| graph.nodes.get(at).map(|n| n.title.as_str()).unwrap_or_default();
    let lines = edge.lines();
    let name = format!("{} → {}: {}", end(edge.from), end(edge.to), edge.kind.name().replace('-', " "));
    let name = if lines.is_empty() { name } else { format!("{name}, {}", lines.join(", ")) };
    let tone = edge.tone.name();
    open(&format!("edge {} {tone}", edge.kind.name()), &name, &edge.marks, edge.place.as_ref(), out, alone);
    let _ = write!(out, "<path d=\"{}\" marker-end=\"url(#dl-{}-{tone})\"/>", path(&route.points), graph.view.name());
    if let Some(rect) = &route.label {
        let _ = write!(
            out,
            "<rect class=\"label\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\"/>",
            rect.x, rect.y, rect.width, rect.height
        );
        let mut y = rect.y + 12.0;
        for one in &lines {
            text(one, "", rect.x + rect.width / 2.0, y, (LINE.0, true), out);
            y += LINE.1;
        }
    }
    out.push_str("</g>\n");
}

/// Begins a part that has a name and may have findings.
fn open(class: &str, name: &str, marks: &[Mark], place: Option<&At>, out: &mut String, alone: bool) {
    let _ = write!(out, "<g class=\"{class}\"");
    if !alone && !marks.is_empty() {
        let numbers: Vec<String> = marks.iter().map(|m| m.finding.to_string()).collect();
        let _ = write!(
            out,
            // Its title is its name.
            " tabindex=\"0\" role=\"button\" data-findings=\"{}\"",
            numbers.join(" ")
        );
    }
    let place = place.map(|p| format!("\n{}:{}:{}", p.path, p.line, p.column)).unwrap_or_default();
    let rules: Vec<&str> = marks.iter().map(|m| m.rule.as_str()).collect();
    let rules = if rules.is_empty() { String::new() } else { format!("\n{}", rules.join(", ")) };
    let _ = write!(out, "><title>{}</title>", escape(&format!("{name}{place}{rules}")));
}

fn rectangle(rect: &Rect, corner: f64) -> String {
    let Rect { x, y, width, height } = rect;
    format!("<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"{corner}\"/>")
}

/// A line of text that is as wide as it was reckoned, whatever the font.
fn text(line: &str, class: &str, x: f64, y: f64, (character, centred): (f64, bool), out: &mut String) {
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    let anchor = if centred { " text-anchor=\"middle\"" } else { "" };
    let length = width(line, character);
    let _ = write!(
        out,
        "<text{class} x=\"{x:.1}\" y=\"{y:.1}\"{anchor} textLength=\"{length:.1}\" lengthAdjust=\"spacingAndGlyphs\">{}</text>",
        escape(&shown(line))
    );
}

/// A smooth line through the points.
fn path(points: &[(f64, f64)]) -> String {
    let mut out = String::new();
    let Some((first, rest)) = points.split_first() else { return out };
    let _ = write!(out, "M{:.1} {:.1}", first.0, first.1);
    for pair in rest.windows(2) {
        let (Some(a), Some(b)) = (pair.first(), pair.last()) else { continue };
        let _ = write!(out, "Q{:.1} {:.1} {:.1} {:.1}", a.0, a.1, f64::midpoint(a.0, b.0), f64::midpoint(a.1, b.1));
    }
    if let Some(last) = rest.last() {
        let _ = write!(out, "L{:.1} {:.1}", last.0, last.1);
    }
    out
}

/// `text` as the content of an element or of an attribute, in XML and in HTML.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // XML has no way to write these.
            c if c.is_control() && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
