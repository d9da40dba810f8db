//! Finds `deploylint: ignore[…]` comments in the text of a file, in any format, and the lines that each covers.
//!
//! A comment covers its own line, or the next one when it stands alone; and where that line opens a block (a key, a list
//! item, a brace), the lines indented below it. `ignore-file[…]` at the top covers the file. Matching comments with
//! findings is left to `suppress`.

use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;

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

/// The opener of a comment and what follows it. Group 1 is the opener, 2 `-file`, 3 the list in brackets, 4 the rest.
static COMMENT: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s])(\{#-?|#|//|;|<!--)\s*deploylint:\s*ignore(-file)?\b\s*(\[[^\]]*\])?(.*)$").ok()
});

/// All such comments of `source`, in order.
pub(super) fn comments(id: SourceId, source: &Source) -> Vec<Comment> {
    // Most files have none; one search settles it.
    if !source.text.contains("deploylint:") {
        return Vec::new();
    }
    let lines = Lines { source };
    let count = u32::try_from(source.line_count()).unwrap_or(u32::MAX);
    (1..=count).filter_map(|line| lines.comment(id, line)).collect()
}

struct Lines<'s> {
    source: &'s Source,
}

impl Lines<'_> {
    fn text(&self, line: u32) -> &str {
        self.source.text.get(self.source.line_range(line)).unwrap_or("")
    }

    fn comment(&self, id: SourceId, line: u32) -> Option<Comment> {
        let text = self.text(line);
        let found = COMMENT.as_ref()?.captures(text)?;
        let opener = found.get(1)?;
        let before = &text[..opener.start()];
        if in_quotes(before) {
            return None;
        }
        let start = self.source.line_range(line).start;
        let span = |from: usize, to: usize| Span::new(id, start + from, start + to);
        let list = found.get(3);
        let mut rules = Vec::new();
        if let Some(list) = list {
            let mut at = list.start() + 1;
            for part in list.as_str().trim_matches(['[', ']']).split(',') {
                let name = part.trim();
                let from = at + (part.len() - part.trim_start().len());
                if !name.is_empty() {
                    rules.push((name.to_owned(), span(from, from + name.len())));
                }
                at += part.len() + 1;
            }
        }
        let rest = found.get(4).map_or("", |m| m.as_str());
        let rest = rest.split("#}").next().unwrap_or(rest).split("-->").next().unwrap_or(rest);
        let reason = rest.trim().trim_start_matches([':', '-', '–', '—']).trim().to_owned();
        let cover = if rules.is_empty() {
            Cover::Nothing("this suppresses nothing: it names no rule")
        } else if found.get(2).is_some() {
            if self.at_top(line) {
                Cover::File
            } else {
                Cover::Nothing("`ignore-file` counts only at the top of the file")
            }
        } else {
            self.lines(line, before.trim().is_empty())
        };
        let end = opener.start() + text[opener.start()..].trim_end().len();
        Some(Comment { rules, reason, cover, span: span(opener.start(), end) })
    }

    /// Whether only comments, blank lines and a document's start stand above `line`.
    fn at_top(&self, line: u32) -> bool {
        (1..line).all(|n| is_remark(self.text(n)) || self.text(n).trim() == "---")
    }

    fn lines(&self, line: u32, alone: bool) -> Cover {
        let last = u32::try_from(self.source.line_count()).unwrap_or(u32::MAX);
        let first = if alone { (line + 1..=last).find(|n| !is_remark(self.text(*n))) } else { Some(line) };
        let Some(first) = first else { return Cover::Lines(line..=line) };
        let mut end = first;
        while end < last && self.code(end).ends_with('\\') {
            end += 1;
        }
        let opening = self.code(first);
        let item = opening.trim_start().starts_with("- ");
        let opens = opening.ends_with([':', '{', '[', '|', '>']) || opening.ends_with("|-") || opening.ends_with(">-");
        if item || opens {
            let indent = indent(opening);
            for n in end + 1..=last {
                let text = self.text(n);
                let sequence = !item && opening.ends_with(':') && text.trim_start().starts_with("- ");
                let inside = indent_or_none(text).is_none_or(|i| i > indent || (i == indent && sequence));
                if !inside {
                    break;
                }
                if !text.trim().is_empty() {
                    end = n;
                }
            }
        }
        Cover::Lines(line.min(first)..=end)
    }

    /// The line without its own `deploylint:` comment and the white space before that.
    fn code(&self, line: u32) -> &str {
        let text = self.text(line);
        let found = COMMENT.as_ref().and_then(|r| r.captures(text)).and_then(|c| c.get(1));
        found.map_or(text, |m| &text[..m.start()]).trim_end()
    }
}

/// Whether a quote is open after `before`: what follows is characters then, not a comment.
fn in_quotes(before: &str) -> bool {
    let mut open = None;
    let mut escaped = false;
    for c in before.chars() {
        match (open, c) {
            _ if escaped => escaped = false,
            (Some('"'), '\\') => escaped = true,
            (Some(quote), c) if quote == c => open = None,
            (None, '"') => open = Some(c),
            _ => {}
        }
    }
    open.is_some()
}

fn is_remark(text: &str) -> bool {
    let text = text.trim_start();
    text.is_empty() || ["#", "//", ";", "<!--", "{#"].iter().any(|opener| text.starts_with(opener))
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// The indentation; `None` for blank lines, which belong to whatever is around them.
fn indent_or_none(text: &str) -> Option<usize> {
    (!text.trim().is_empty()).then(|| indent(text))
}

#[cfg(test)]
#[path = "comments_tests.rs"]
mod tests;
