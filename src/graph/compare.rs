//! What differs between two pictures, in lines: what went, what came.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Graph, Tone};

/// The differences as Markdown. `roots` are the folders of the two trees, which stand in ids and are no difference.
pub fn compare(before: &Graph, after: &Graph, roots: [&str; 2]) -> String {
    let [old_root, new_root] = roots;
    let (old, new) = (lines(before, old_root), lines(after, new_root));
    let gone: Vec<&String> = old.iter().filter(|line| !new.contains(*line)).collect();
    let came: Vec<&String> = new.iter().filter(|line| !old.contains(*line)).collect();
    let title = after.view.title();
    if gone.is_empty() && came.is_empty() {
        return format!("## {title}\n\nNothing changed.\n");
    }
    let mut out = format!("## {title}\n\n{} gone, {} new\n\n```diff\n", gone.len(), came.len());
    for line in gone {
        let _ = writeln!(out, "- {line}");
    }
    for line in came {
        let _ = writeln!(out, "+ {line}");
    }
    out.push_str("```\n");
    out
}

/// Each box and each line of a picture, as a line of text.
fn lines(graph: &Graph, root: &str) -> BTreeSet<String> {
    let short = |id: &str| id.replace(&format!("{}/", root.trim_end_matches('/')), "");
    let id = |at: usize| graph.nodes.get(at).map(|n| short(&n.id)).unwrap_or_default();
    let loud = |tone: Tone| if tone == Tone::Plain { "" } else { " (!)" };
    let boxes = graph.nodes.iter().map(|n| {
        let notes = if n.notes.is_empty() { String::new() } else { format!(": {}", n.notes.join(", ")) };
        format!("{}{notes}{}", short(&n.id), loud(n.tone))
    });
    let edges = graph.edges.iter().map(|e| {
        let words = e.lines();
        let words = if words.is_empty() { String::new() } else { format!(": {}", words.join(", ")) };
        format!("{} {} {}{words}{}", id(e.from), e.kind.name(), id(e.to), loud(e.tone))
    });
    // A name with backticks must not end the block.
    boxes.chain(edges).map(|line| line.replace("```", "'''")).collect()
}
