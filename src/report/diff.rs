//! Changed files as a unified diff, which `git apply` and `patch` read.

use similar::{ChangeTag, TextDiff};

use super::safe;
use crate::fix::Changed;

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

const BOLD: &str = "\x1b[1m";
const CYAN: &str = "\x1b[36m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const END: &str = "\x1b[0m";

/// The diff of all files.
pub fn unified(changed: &[Changed], color: bool) -> String {
    changed.iter().map(|file| one(file, color)).collect()
}

fn one(file: &Changed, color: bool) -> String {
    let paint = |text: &str, with: &str| if color { format!("{with}{text}{END}") } else { text.to_owned() };
    // A name with a space ends at a tab.
    let tab = if file.candidate.path.contains(' ') { "\t" } else { "" };
    let header = |side: &str| format!("{side}/{}{tab}", file.candidate.path);
    let mut out = format!("{}\n", paint(&format!("--- {}", header("a")), BOLD));
    out.push_str(&paint(&format!("+++ {}", header("b")), BOLD));
    out.push('\n');
    let diff = TextDiff::from_lines(&*file.before, file.after.as_str());
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        out.push_str(&paint(hunk.header().to_string().trim_end(), CYAN));
        out.push('\n');
        for change in hunk.iter_changes() {
            let (sign, with) = match change.tag() {
                ChangeTag::Delete => ("-", RED),
                ChangeTag::Insert => ("+", GREEN),
                ChangeTag::Equal => (" ", ""),
            };
            let value = change.value();
            let line = value.strip_suffix('\n').unwrap_or(value);
            let shown = if color { safe::line(line).into_owned() } else { line.to_owned() };
            let text = format!("{sign}{shown}");
            out.push_str(&if with.is_empty() { text } else { paint(&text, with) });
            out.push('\n');
            if change.missing_newline() {
                out.push_str("\\ No newline at end of file\n");
            }
        }
    }
    out
}
