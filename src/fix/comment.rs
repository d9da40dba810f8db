//! Where a new comment suppresses what stands on a line, and what it says: the counterpart of `check`'s `comments`.

use std::sync::{Arc, LazyLock};

use regex::Regex;

use crate::check::cover::Lines;
use crate::document::{Document, Kind};
use crate::source::{Source, SourceId, Span};

/// What opens a scalar of several lines, whose lines are its content: `command: |`, also on a line of its own.
static SCALAR: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?:^\s*|[:\-]\s+)(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$").ok());

/// What a template's name ends with.
const TEMPLATES: [&str; 3] = [".j2", ".jinja", ".jinja2"];

/// The comment that suppresses findings of `rules` (by commas) on the line of `at`, as a whole line, and its place. `firsts`
/// are those of [`firsts_of`]. `None` where the format has no comments.
pub(super) fn comment(
    source: &Source,
    kind: Kind,
    firsts: &[u32],
    at: Span,
    (rules, reason): (&str, &str),
) -> Option<(Span, String)> {
    let mark = match kind {
        Kind::Json | Kind::Markdown => return None,
        Kind::OpenClaw => "//",
        // Programs that ask for JSON by the name of a file take no comment in it.
        _ if json(&source.path) => return None,
        _ => "#",
    };
    let first = *firsts.get(source.line(at.start).checked_sub(1)? as usize)?;
    let line = source.line_range(first);
    let text = source.text.get(line.clone())?;
    // Nothing stands above the line that names the interpreter.
    if text.starts_with("#!") {
        return None;
    }
    let indent = text.get(..text.len() - text.trim_start().len())?;
    let eol = if source.text.get(line.end..).is_some_and(|rest| rest.starts_with("\r\n")) { "\r\n" } else { "\n" };
    let gap = if reason.is_empty() { "" } else { " " };
    let place = Span::new(at.source, line.start, line.start);
    Some((place, format!("{indent}{mark} deploylint: ignore[{rules}]{gap}{reason}{eol}")))
}

fn json(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    TEMPLATES.iter().find_map(|end| path.strip_suffix(end)).unwrap_or(&path).strip_suffix(".json").is_some()
}

/// For each line of the file `id` the first one of what it belongs to, above which a comment stands: of a statement that
/// goes on, a heredoc, a value of several lines.
pub(super) fn firsts_of(id: SourceId, source: &Source, kind: Kind, documents: &[Arc<Document>]) -> Vec<u32> {
    let readings = documents.iter().filter(|document| document.source == id);
    let wholes: Vec<Span> = readings.flat_map(|d| d.wholes()).filter(|span| span.source == id).collect();
    firsts(source, kind, &wholes)
}

/// The same, where `wholes` are the places of the file's values.
fn firsts(source: &Source, kind: Kind, wholes: &[Span]) -> Vec<u32> {
    let lines = Lines::new(source, Some(kind), wholes);
    let scalars = scalars(&lines);
    (1..=lines.last()).map(|line| above(&lines, &scalars, line)).collect()
}

/// The first line of what `line` belongs to.
fn above(lines: &Lines<'_>, scalars: &[(u32, u32)], line: u32) -> u32 {
    let mut first = line;
    loop {
        let scalar = || {
            let before = scalars.partition_point(|(opening, _)| *opening < first);
            let (opening, last) = *scalars.get(before.checked_sub(1)?)?;
            (first <= last).then_some(opening)
        };
        let outer = lines.heredoc(first).or_else(scalar).unwrap_or(first);
        let next = lines.begins(outer);
        if next >= first {
            return first;
        }
        first = next;
    }
}

/// The block scalars of a file, each from the line of its key or its dash to its last one.
fn scalars(lines: &Lines<'_>) -> Vec<(u32, u32)> {
    let width = |text: &str| text.len() - text.trim_start().len();
    let mut found = Vec::new();
    let mut line = 0;
    // The line above that is not blank.
    let mut above = None;
    while line < lines.last() {
        line += 1;
        let text = lines.text(line);
        if text.trim().is_empty() {
            continue;
        }
        let opens = SCALAR.as_ref().is_some_and(|pattern| pattern.is_match(text));
        let alone = text.trim_start().starts_with(['|', '>', '&', '!']);
        let opening = if alone { above } else { Some(line) };
        above = Some(line);
        let Some(opening) = opening.filter(|_| opens) else { continue };
        let indent = width(lines.text(opening));
        let inside = |at: &u32| lines.text(*at).trim().is_empty() || width(lines.text(*at)) > indent;
        let last = (line + 1..=lines.last()).take_while(inside).last().unwrap_or(line);
        found.push((opening, last));
        (line, above) = (last, Some(last));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn placed(path: &str, kind: Kind, text: &str, at: usize) -> Option<(Span, String)> {
        let sources = Sources::default();
        let id = sources.add(Source::new(path, None, text));
        let source = sources.get(id);
        comment(&source, kind, &firsts(&source, kind, &[]), Span::new(id, at, at), ("some-rule", "why"))
    }

    /// The text with the comment for what stands at `at`.
    fn with(kind: Kind, text: &str, at: &str) -> String {
        let (place, comment) = placed("a", kind, text, text.find(at).expect("the place")).expect("comments");
        let byte = place.start as usize;
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
        let own_line = with(Kind::Compose, "a:\n  command:\n    |\n    x\n    y\n  b: 1\n", "y");
        assert_eq!(own_line, "a:\n  # deploylint: ignore[some-rule] why\n  command:\n    |\n    x\n    y\n  b: 1\n");
        let within = with(Kind::Compose, "a:\n  - |\n    b: |\n      x\n    y\n", "y");
        assert_eq!(within, "a:\n  # deploylint: ignore[some-rule] why\n  - |\n    b: |\n      x\n    y\n");
        let lines = with(Kind::Compose, "a:\r\n  b: 1\r\n", "b:");
        assert_eq!(lines, "a:\r\n  # deploylint: ignore[some-rule] why\r\n  b: 1\r\n");
    }

    #[test]
    fn some_places_have_no_comment() {
        assert_eq!(placed("a", Kind::Script, "#!/bin/sh\n{}\n", 0), None);
        assert_eq!(placed("a", Kind::Json, "{\n}\n", 2), None);
        for path in ["group_vars/all.json", "config.JSON", "config.json.j2"] {
            let text = "{\n  \"a\": 1\n}\n";
            assert_eq!(placed(path, Kind::AnsibleVars, text, 4), None, "{path}");
            assert!(placed(path, Kind::OpenClaw, text, 4).is_some(), "{path}");
        }
    }

    #[test]
    fn a_long_statement_and_many_heredocs_are_looked_at_once() {
        const COUNT: usize = 20_000;
        let long = format!("docker run \\\n{}  x\n", "  -v /a:/b \\\n".repeat(COUNT));
        let all = firsts(&Source::new("a", None, long.as_str()), Kind::Script, &[]);
        assert_eq!((all[COUNT], all[COUNT + 1], all[COUNT + 2]), (1, 1, 20_003));
        let open = "cat <<EOF\nx\nEOF\n".repeat(COUNT / 4);
        let all = firsts(&Source::new("a", None, open.as_str()), Kind::Script, &[]);
        assert_eq!((all[0], all[1], all[2], all[3]), (1, 1, 1, 4));
    }
}
