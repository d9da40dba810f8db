//! Finds `deploylint: ignore[…]` comments in the text of a file, in any format.
//!
//! A comment is found wherever a format may have one: behind `#`, `//` or `;`, in `{# … #}`, `<!-- … -->` and `/* … */`,
//! also over several lines, and after other words. One that is meant to suppress and can't is told, never passed over.
//! The lines that each covers are `cover`'s; matching comments with findings is left to `suppress`.

use std::ops::{Range, RangeInclusive};
use std::sync::LazyLock;

use regex::Regex;

use super::cover::Lines;
use crate::document::Kind;
use crate::source::{Source, SourceId, Span};

/// A comment that suppresses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Comment {
    /// The rules that it names, each with the place of its name.
    pub(super) rules: Vec<(String, Span)>,
    /// Why.
    pub(super) reason: String,
    /// What it covers.
    pub(super) cover: Cover,
    /// The whole comment.
    pub(super) span: Span,
}

/// What a comment covers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Cover {
    /// The whole file.
    File,
    /// These lines, from 1.
    Lines(RangeInclusive<u32>),
    /// Nothing, because it is written wrong.
    Nothing(&'static str),
}

/// Where a comment stands in its line.
struct Found<'t> {
    /// What stands before it.
    before: &'t str,
    /// Where its own text begins, behind what opens it.
    text: usize,
    /// What may end it before the line does.
    closers: &'static [&'static str],
}

/// The most comments of one file that count; no file that people write has as many.
const MOST: usize = 5_000;

/// What opens a comment, and what ends it before the line does. `{#` and `<!--` need no white space before them.
const OPENERS: &[(&str, &[&str])] =
    &[("{#", &["#}"]), ("<!--", &["-->"]), ("/*", &["*/"]), ("#", &[]), ("//", &[]), (";", &[])];

/// What every such comment holds, in whatever case.
const NAME: &[u8] = b"deploylint:";

/// Group 1 is the verb, 2 the list in brackets, 3 the rest.
static DIRECTIVE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)\bdeploylint:\s*([a-z][a-z-]*)?\s*(\[[^\]]*\])?(.*)$").ok());

/// Verbs by which other tools suppress; whoever writes them here means to.
const VERBS: &[&str] = &["allow", "disable", "nolint", "noqa", "off", "skip", "suppress"];

/// All such comments of `source`, in order. `kind` is what the file is for, where that is known; `wholes` are the places of
/// its values.
pub(super) fn comments(
    id: SourceId,
    source: &Source,
    kind: Option<Kind>,
    wholes: impl FnOnce() -> Vec<Span>,
) -> Vec<Comment> {
    // Most files have none; one fast search settles it.
    let mut candidates = Vec::new();
    let mut from = 0;
    while let Some(hit) = name(&source.text, from) {
        let line = source.position(u32::try_from(hit.start).unwrap_or(u32::MAX)).line;
        candidates.push(line);
        // At least one character on, whatever the line says.
        from = source.line_range(line).end.max(hit.end);
    }
    if candidates.is_empty() {
        return Vec::new();
    }
    let lines = Lines::new(source, kind, &wholes());
    candidates.into_iter().filter_map(|line| comment(id, source, kind, &lines, line)).take(MOST).collect()
}

/// The next place of our name behind the byte `from`.
fn name(text: &str, mut from: usize) -> Option<Range<usize>> {
    let least = from + NAME.len();
    loop {
        let end = from + text.get(from..)?.find(':')? + 1;
        let start = end.saturating_sub(NAME.len());
        if end >= least && text.as_bytes().get(start..end).is_some_and(|here| here.eq_ignore_ascii_case(NAME)) {
            return Some(start..end);
        }
        from = end;
    }
}

/// The part of a line before its comment, if it has one.
pub(super) fn code(text: &str) -> &str {
    opened(text).map_or(text, |found| found.before).trim_end()
}

/// A line before its comment, and the comment, where that begins with `#`.
pub(super) fn hash(text: &str) -> Option<(&str, &str)> {
    let found = opened(text)?;
    let (before, comment) = (found.before, text.get(found.text..)?);
    (text.get(before.len()..found.text)? == "#").then_some((before, comment))
}

fn comment(id: SourceId, source: &Source, kind: Option<Kind>, lines: &Lines<'_>, line: u32) -> Option<Comment> {
    let text = lines.text(line);
    let start = source.line_range(line).start;
    let found = if lines.within_comment(line) {
        Found { before: "", text: text.len() - text.trim_start().len(), closers: &["#}", "-->", "*/"] }
    } else if lines.prose(line) {
        // Of Markdown outside of its blocks only HTML has comments.
        let at = text.find("<!--")?;
        Found { before: text.get(..at)?, text: at + 4, closers: &["-->"] }
    } else {
        opened(text)?
    };
    let directive = DIRECTIVE.as_ref()?.captures_at(text, found.text)?;
    let verb = directive.get(1).map_or("", |m| m.as_str()).to_ascii_lowercase();
    let list = directive.get(2);
    let words = text.get(found.text..directive.get(0)?.start())?;
    let direct = words.chars().all(|c| c.is_whitespace() || "#-*/;".contains(c));
    // Elsewhere than at the comment's beginning it may be a word about us.
    if !direct && (list.is_none() || !verb.starts_with("ignore")) {
        return None;
    }
    let known = verb == "ignore" || verb == "ignore-file";
    if !known && list.is_none() && !VERBS.contains(&verb.as_str()) && !verb.starts_with("ignore") {
        return None;
    }
    let span = |from: usize, to: usize| Span::new(id, start + from, start + to);
    let rules = list.map(|list| named(list.start() + 1, list.as_str(), span)).unwrap_or_default();
    let rest = directive.get(3).map_or("", |m| m.as_str());
    let (rest, after) = closed(rest, found.closers);
    let reason = rest.trim().trim_start_matches([':', '-', '–', '—']).trim().to_owned();
    let alone = found.before.trim().is_empty() && after.trim().is_empty();
    let cover = if !known {
        Cover::Nothing("this suppresses nothing: only `ignore` and `ignore-file` do")
    } else if rules.is_empty() {
        Cover::Nothing("this suppresses nothing: it names no rule")
    } else if let Some(why) = part_of_the_value(kind, &found) {
        Cover::Nothing(why)
    } else if verb == "ignore" {
        Cover::Lines(lines.covered(line, alone))
    } else if lines.at_top(line) {
        Cover::File
    } else {
        Cover::Nothing("`ignore-file` counts only at the top of the file")
    };
    let from = found.before.len().max(text.len() - text.trim_start().len());
    let to = text.len() - after.len();
    Some(Comment { rules, reason, cover, span: span(from, from + text.get(from..to)?.trim_end().len()) })
}

/// The names in `[a, b]`, whose inside begins at `at`.
fn named(mut at: usize, list: &str, span: impl Fn(usize, usize) -> Span) -> Vec<(String, Span)> {
    let mut rules = Vec::new();
    for part in list.trim_matches(['[', ']']).split(',') {
        let name = part.trim();
        let from = at + (part.len() - part.trim_start().len());
        if !name.is_empty() {
            rules.push((name.to_owned(), span(from, from + name.len())));
        }
        at += part.len() + 1;
    }
    rules
}

/// `rest` up to the end of the comment, and what of the line follows it.
fn closed<'t>(rest: &'t str, closers: &[&str]) -> (&'t str, &'t str) {
    let end = closers.iter().filter_map(|c| Some((rest.find(c)?, c.len()))).min();
    let Some((at, len)) = end else { return (rest, "") };
    (rest[..at].trim_end_matches('-'), &rest[at + len..])
}

/// Some formats have no comments behind a value: what stands there belongs to the value.
fn part_of_the_value(kind: Option<Kind>, found: &Found<'_>) -> Option<&'static str> {
    let first = found.before.split_whitespace().next()?;
    // A comment of a template is gone before anybody reads the file.
    if found.closers.contains(&"#}") {
        return None;
    }
    match kind?.reader_without_trailing_comments(first)? {
        "systemd" => Some("this suppresses nothing: systemd reads it as a part of the value"),
        _ => Some("this suppresses nothing: docker reads it as a part of the instruction"),
    }
}

/// The first comment that opens outside of quotes.
fn opened(text: &str) -> Option<Found<'_>> {
    let mut quote = None;
    let mut escaped = false;
    let mut previous = ' ';
    for (at, c) in text.char_indices() {
        let here = &text[at..];
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if c == '\\' => escaped = true,
            Some(open) if c == open => quote = None,
            Some(_) => {}
            // Most characters open neither a comment nor a quote.
            None if !matches!(c, '"' | '`' | '\'') && !OPENERS.iter().any(|(opener, _)| opener.starts_with(c)) => {}
            None => {
                let opens = |opener: &str| match opener {
                    "{#" => previous != '$',
                    "<!--" => true,
                    ";" => text[..at].trim().is_empty(),
                    _ => previous.is_whitespace(),
                };
                let found = OPENERS.iter().find(|(opener, _)| here.starts_with(opener) && opens(opener));
                if let Some((opener, closers)) = found {
                    return Some(Found { before: &text[..at], text: at + opener.len(), closers });
                }
                // An apostrophe inside of a word quotes nothing.
                if matches!(c, '"' | '`') || c == '\'' && !previous.is_alphanumeric() {
                    quote = Some(c);
                }
            }
        }
        previous = c;
    }
    None
}

#[cfg(test)]
#[path = "comments_tests.rs"]
mod tests;
