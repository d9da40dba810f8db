//! Dockerfile lines to instructions: continued lines joined, comments dropped, here-documents set apart.

use crate::source::Span;
use crate::text::{Builder, Text};

/// One instruction, lines joined.
pub(super) struct Logical {
    /// The instruction without line ends.
    pub(super) text: Text,
    /// The contents of its here-documents.
    pub(super) heredocs: Vec<Text>,
    /// From its first to its last character.
    pub(super) span: Span,
}

/// The instructions of `text`.
pub(super) fn lines(text: &Text) -> Vec<Logical> {
    let source = text.value();
    let escape = escape(source);
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let (line, next) = line(source, at);
        let content = line.trim_start();
        if content.trim().is_empty() || content.starts_with('#') {
            at = next;
            continue;
        }
        let start = at + line.len() - content.len();
        let (logical, next) = instruction(text, start, escape);
        found.push(logical);
        at = next;
    }
    found
}

fn instruction(text: &Text, start: usize, escape: char) -> (Logical, usize) {
    let source = text.value();
    let mut builder = Builder::new(text.span_at(start..start));
    let mut at = start;
    let mut end = start;
    let mut first = true;
    while at < source.len() {
        let (line, next) = line(source, at);
        if !first && (line.trim().is_empty() || line.trim_start().starts_with('#')) {
            at = next;
            continue;
        }
        first = false;
        let body = line.trim_end();
        let continued = body.ends_with(escape);
        let kept = if continued { body.len() - escape.len_utf8() } else { body.len() };
        builder.text(&text.slice(at..at + kept));
        end = at + body.len();
        at = next;
        if !continued {
            break;
        }
    }
    let span = text.span_at(start..end);
    let joined = builder.finish().with_span(span);
    let mut heredocs = Vec::new();
    for (delimiter, tabs) in delimiters(joined.value()) {
        let (content, next) = heredoc(text, at, &delimiter, tabs);
        heredocs.push(content);
        at = next;
    }
    (Logical { text: joined, heredocs, span }, at)
}

/// The delimiters of the here-documents that an instruction opens, and whether tabs are stripped.
fn delimiters(instruction: &str) -> Vec<(String, bool)> {
    let keyword = instruction.split_whitespace().next().unwrap_or("");
    if !["RUN", "COPY", "ADD"].iter().any(|k| k.eq_ignore_ascii_case(keyword)) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for word in instruction.split_whitespace() {
        let Some(rest) = word.strip_prefix("<<") else { continue };
        let (rest, tabs) = rest.strip_prefix('-').map_or((rest, false), |r| (r, true));
        let name = rest.trim_matches(['"', '\'']);
        if !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-') {
            found.push((name.to_owned(), tabs));
        }
    }
    found
}

/// The lines from `start` to the delimiter, and where the rest begins.
fn heredoc(text: &Text, start: usize, delimiter: &str, tabs: bool) -> (Text, usize) {
    let source = text.value();
    let mut at = start;
    while at < source.len() {
        let (line, next) = line(source, at);
        let compared = if tabs { line.trim_start_matches('\t') } else { line };
        if compared.trim_end() == delimiter {
            return (text.slice(start..at), next);
        }
        at = next;
    }
    (text.slice(start..source.len()), source.len())
}

/// The line at `at` without its break, and where the next one begins.
fn line(source: &str, at: usize) -> (&str, usize) {
    let rest = source.get(at..).unwrap_or("");
    match rest.find('\n') {
        Some(end) => (rest.get(..end).unwrap_or("").trim_end_matches('\r'), at + end + 1),
        None => (rest, source.len()),
    }
}

/// The character that continues lines: the `escape` directive's, or a backslash.
fn escape(source: &str) -> char {
    for line in source.lines() {
        let Some(comment) = line.trim().strip_prefix('#') else { break };
        let Some((key, value)) = comment.split_once('=') else { break };
        if key.trim().eq_ignore_ascii_case("escape") {
            return if value.trim() == "`" { '`' } else { '\\' };
        }
    }
    '\\'
}
