//! Where a new comment suppresses what stands on a line, and what it says: the counterpart of `comments`.

use std::sync::LazyLock;

use regex::Regex;

use super::cover::Lines;
use crate::document::Kind;
use crate::source::Source;

/// What opens a scalar of several lines, whose lines are its content: `command: |`.
static SCALAR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^|[:\-]\s+)(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$").ok());

/// The comment that suppresses findings of `rules` (by commas) on `line`, as a whole line, and the byte at which it is
/// put in. It stands above what the line belongs to: a line that goes on, a heredoc, a scalar of several lines. `None`
/// where the format has no comments.
pub(crate) fn comment(source: &Source, kind: Kind, line: u32, rules: &str, reason: &str) -> Option<(usize, String)> {
    let mark = match kind {
        Kind::Json | Kind::Markdown => return None,
        Kind::OpenClaw => "//",
        _ => "#",
    };
    let line = above(source, kind, line);
    let at = source.line_range(line);
    let text = source.text.get(at.clone())?;
    // Nothing stands above the line that names the interpreter.
    if text.starts_with("#!") {
        return None;
    }
    let indent = text.get(..text.len() - text.trim_start().len())?;
    let eol = if source.text.get(at.end..).is_some_and(|rest| rest.starts_with("\r\n")) { "\r\n" } else { "\n" };
    let gap = if reason.is_empty() { "" } else { " " };
    Some((at.start, format!("{indent}{mark} deploylint: ignore[{rules}]{gap}{reason}{eol}")))
}

/// The first line of what `line` belongs to.
fn above(source: &Source, kind: Kind, line: u32) -> u32 {
    let lines = Lines::new(source, Some(kind));
    let mut first = line;
    loop {
        let outer = lines.heredoc(first).or_else(|| scalar(&lines, first)).unwrap_or(first);
        let next = lines.begins(outer);
        if next >= first {
            return first;
        }
        first = next;
    }
}

/// The line that opens the scalar of several lines in which `line` stands.
fn scalar(lines: &Lines<'_>, line: u32) -> Option<u32> {
    let width = |text: &str| text.len() - text.trim_start().len();
    let mut least = width(lines.text(line));
    for above in (1..line).rev() {
        let text = lines.text(above);
        if text.trim().is_empty() || width(text) >= least {
            continue;
        }
        least = width(text);
        if SCALAR.as_ref()?.is_match(text) {
            return Some(above);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with the comment for what stands at `at`.
    fn with(kind: Kind, text: &str, at: &str) -> String {
        let source = Source::new("a", None, text);
        let line = source.position(u32::try_from(text.find(at).expect("the place")).expect("small")).line;
        let (byte, comment) = comment(&source, kind, line, "some-rule", "why").expect("comments");
        format!("{}{comment}{}", &text[..byte], &text[byte..])
    }

    #[test]
    fn a_comment_stands_above_what_the_line_belongs_to() {
        let plain = with(Kind::Compose, "a:\n  b: 1\n", "b:");
        assert_eq!(plain, "a:\n  # deploylint: ignore[some-rule] why\n  b: 1\n");
        let scalar = with(Kind::Compose, "a:\n  command: |\n    x\n\n    y\n", "y");
        assert_eq!(scalar, "a:\n  # deploylint: ignore[some-rule] why\n  command: |\n    x\n\n    y\n");
        let item = with(Kind::Compose, "a:\n  - >-\n    x\n  - b\n", "b");
        assert_eq!(item, "a:\n  - >-\n    x\n  # deploylint: ignore[some-rule] why\n  - b\n");
        let goes_on = with(Kind::Script, "set -eu\ndocker run \\\n  -d \\\n  x\n", "x\n");
        assert_eq!(goes_on, "set -eu\n# deploylint: ignore[some-rule] why\ndocker run \\\n  -d \\\n  x\n");
        let heredoc = with(Kind::Script, "cat >a <<EOF\nx\nEOF\n", "x");
        assert_eq!(heredoc, "# deploylint: ignore[some-rule] why\ncat >a <<EOF\nx\nEOF\n");
        let lines = with(Kind::Compose, "a:\r\n  b: 1\r\n", "b:");
        assert_eq!(lines, "a:\r\n  # deploylint: ignore[some-rule] why\r\n  b: 1\r\n");
    }

    #[test]
    fn some_places_have_no_comment() {
        let source = Source::new("a", None, "#!/bin/sh\n{}\n");
        assert_eq!(comment(&source, Kind::Script, 1, "a", ""), None);
        assert_eq!(comment(&source, Kind::Json, 2, "a", ""), None);
    }
}
