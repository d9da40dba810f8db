//! Env files, in the grammar of docker compose's own reader.
//!
//! `export`, `KEY: value`, quotes over several lines and comments behind values are read as compose-go's `dotenv`
//! reads them. Commented-out assignments are kept too: an example file documents variables that way. `${X}` in values is
//! left to `expand`.

use std::ops::Range;

use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::{Builder, Text};

/// A parsed env file.
#[derive(Debug, Clone, Default)]
pub struct EnvFile {
    /// The assignments in order, the commented-out ones included.
    pub entries: Vec<EnvEntry>,
}

/// One assignment.
#[derive(Debug, Clone)]
pub struct EnvEntry {
    /// The variable's name.
    pub key: Text,
    /// The value after unquoting and before `${X}` is interpolated; `None` for a key without `=`, which passes the
    /// environment's own value through. A `\$` in double quotes stands here as `$$`, as compose's interpolation reads it.
    pub value: Option<Text>,
    /// How the value was quoted; only values without single quotes are interpolated.
    pub quote: Quote,
    /// From the key to the end of the value, quotes included.
    pub span: Span,
    /// Whether the line is commented out: it documents the variable and sets nothing.
    pub commented: bool,
}

/// How a value was quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Quote {
    /// Without quotes.
    None,
    /// `'…'`: taken as it is.
    Single,
    /// `"…"`: with escapes.
    Double,
}

impl EnvFile {
    /// The assignments that set something, in order.
    pub fn set(&self) -> impl Iterator<Item = &EnvEntry> {
        self.entries.iter().filter(|e| !e.commented)
    }
}

/// Parses `text`. A line that compose would refuse is a problem, and the lines after it are still read.
pub fn parse(text: &Text) -> (EnvFile, Vec<Problem>) {
    let mut file = EnvFile::default();
    let mut problems = Vec::new();
    let source = text.value();
    let mut at = if source.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    while let Some(start) = skip_space(source, at) {
        let end = line_end(source, start);
        if source[start..].starts_with('#') {
            file.entries.extend(commented(text, start, end));
            at = end;
            continue;
        }
        match statement(text, start) {
            Ok((entry, next, rest)) => {
                problems.extend(behind(text, rest));
                file.entries.push(entry);
                at = next.max(start + 1);
            }
            Err(problem) => {
                problems.push(problem);
                at = end;
            }
        }
    }
    // One finding says that the file is broken; a script called `.env` would give hundreds.
    if problems.len() > MAX_PROBLEMS {
        problems.truncate(1);
    }
    (file, problems)
}

/// Parses `text` as docker compose reads an env file whose `format` is `raw`: each line as it is, with its quotes and
/// what looks like a comment behind a value, and without variables.
///
/// # Errors
/// The first line that compose refuses.
pub fn raw(text: &Text) -> Result<EnvFile, Problem> {
    let mut file = EnvFile::default();
    let source = text.value();
    let mut next = 0;
    while next < source.len() {
        let (from, end) = (next, line_end(source, next));
        next = end + 1;
        let line = source[from..end].trim_end_matches('\r');
        let start = from + line.len() - line.trim_start().len();
        let to = from + line.len();
        if start >= to || source[start..].starts_with('#') {
            continue;
        }
        let equals = source[start..to].find('=').map(|at| start + at);
        let key = start..equals.unwrap_or(to);
        if key.is_empty() || source[key.clone()].contains(char::is_whitespace) {
            let at = text.span_at(start..key.end.max(start + 1).min(source.len()));
            return Err(Problem::new(ProblemKind::Unparsable, "not a variable's name", at)
                .help("write `NAME=value`; docker compose refuses the whole file"));
        }
        let (name, span) = (text.slice(key), text.span_at(start..to));
        let value = equals.map(|at| text.slice(at + 1..to));
        file.entries.push(EnvEntry { key: name, value, quote: Quote::Single, span, commented: false });
    }
    Ok(file)
}

/// More problems than this are not a slip in one line or another: the file is something else.
const MAX_PROBLEMS: usize = 3;

/// What is wrong with the rest of a line behind a quoted value: compose reads a variable there.
fn behind(text: &Text, rest: Range<usize>) -> Option<Problem> {
    let line = &text.value()[rest.clone()];
    let written = line.trim();
    let name = written.split(['=', ':']).next().unwrap_or(written).trim_end();
    if written.is_empty() || written.starts_with('#') || !name.is_empty() && name.chars().all(allowed) {
        return None;
    }
    let start = rest.start + line.len() - line.trim_start().len();
    let message = "docker compose reads the name of a variable behind the closing quote, and this is none";
    let problem = Problem::new(ProblemKind::Unparsable, message, text.span_at(start..start + written.len()));
    Some(problem.help("put the whole value into one pair of quotes, of the other kind where it holds a quote"))
}

/// Whether a variable's name may hold `c`.
fn allowed(c: char) -> bool {
    c.is_alphanumeric() || "_.-[]".contains(c) || c == crate::text::UNKNOWN
}

/// The assignment at `start`, where the rest of the file begins, and what stands behind a quoted value on its line.
fn statement(text: &Text, start: usize) -> Result<(EnvEntry, usize, Range<usize>), Problem> {
    let source = text.value();
    let refused = |range: Range<usize>, message: &str| {
        Problem::new(ProblemKind::Unparsable, message, text.span_at(range))
            .help("write `NAME=value`; docker compose refuses the whole file")
    };
    let start = after_export(source, start);
    let end = line_end(source, start);
    let line = &source[start..end];
    let stop = line.find(['=', ':']).unwrap_or(line.len());
    let name = line[..stop].trim_end();
    let key = start..start + name.len();
    if name.is_empty() || !name.chars().all(allowed) {
        return Err(refused(key.start..key.end.max(start + 1).min(source.len()), "not a variable's name"));
    }
    let entry = |value, quote, to| EnvEntry {
        key: text.slice(key.clone()),
        value,
        quote,
        span: text.span_at(key.start..to),
        commented: false,
    };
    if stop == line.len() {
        return Ok((entry(None, Quote::None, key.end), end, end..end));
    }
    let from = start + stop + 1;
    let value = from + source[from..end].len() - source[from..end].trim_start().len();
    if let Some(quote @ ('\'' | '"')) = source[value..].chars().next() {
        let Some((content, after)) = quoted(text, value, quote) else {
            return Err(refused(value..end, "this quote is never closed"));
        };
        let kind = if quote == '"' { Quote::Double } else { Quote::Single };
        // What stands behind the closing quote on its line is a comment to people, whatever compose makes of it.
        let next = line_end(source, after);
        return Ok((entry(Some(content), kind, after), next, after..next));
    }
    let raw = &source[value..end];
    let raw = raw.split(" #").next().unwrap_or(raw).trim_end();
    let to = value + raw.len();
    Ok((entry(Some(text.slice(value..to)), Quote::None, to), end, end..end))
}

/// The content of the quoted value that opens at `open`, and the offset behind its closing quote.
fn quoted(text: &Text, open: usize, quote: char) -> Option<(Text, usize)> {
    let source = text.value();
    let start = open + 1;
    let mut builder = Builder::new(text.span_at(open..open));
    let mut run = start;
    let mut chars = source[start..].char_indices();
    while let Some((offset, c)) = chars.next() {
        let at = start + offset;
        if c == quote {
            builder.text(&text.slice(run..at));
            let value = builder.finish().with_span(text.span_at(start..at));
            return Some((value, at + 1));
        }
        if c != '\\' {
            continue;
        }
        let Some((_, escaped)) = chars.next() else { break };
        let after = at + 1 + escaped.len_utf8();
        if let Some(value) = unescape(escaped, quote) {
            builder.text(&text.slice(run..at));
            builder.literal(value, text.span_at(at..after));
            run = after;
        }
    }
    None
}

/// What `\c` stands for within `quote`; `None` where both characters stay.
fn unescape(c: char, quote: char) -> Option<&'static str> {
    match (quote, c) {
        ('\'', '\'') => Some("'"),
        ('"', '"') => Some("\""),
        ('"', '\\') => Some("\\"),
        ('"', '$') => Some("$$"),
        ('"', 'n') => Some("\n"),
        ('"', 'r') => Some("\r"),
        ('"', 't') => Some("\t"),
        _ => None,
    }
}

/// The assignment that the comment line `start..end` holds, where it is one: a name as people write them, at once
/// followed by `=`.
fn commented(text: &Text, start: usize, end: usize) -> Option<EnvEntry> {
    let line = &text.value()[start..end];
    let body = line.trim_start_matches(['#', ' ', '\t']);
    let from = after_export(text.value(), start + line.len() - body.len());
    let rest = text.value().get(from..end)?;
    let (name, _) = rest.split_once('=')?;
    let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !named {
        return None;
    }
    let inner = text.slice(0..end);
    let (entry, ..) = statement(&inner, from).ok()?;
    Some(EnvEntry { commented: true, ..entry })
}

fn after_export(source: &str, start: usize) -> usize {
    let rest = source.get(start..).unwrap_or("");
    match rest.strip_prefix("export") {
        Some(tail) if tail.starts_with([' ', '\t']) => start + rest.len() - tail.trim_start_matches([' ', '\t']).len(),
        _ => start,
    }
}

fn skip_space(source: &str, at: usize) -> Option<usize> {
    let rest = source.get(at..)?;
    let trimmed = rest.trim_start();
    (!trimmed.is_empty()).then(|| at + rest.len() - trimmed.len())
}

/// The offset of the line break that ends the line of `at`, or the end of the text.
fn line_end(source: &str, at: usize) -> usize {
    source[at..].find('\n').map_or(source.len(), |n| at + n)
}

#[cfg(test)]
#[path = "env_file_tests.rs"]
mod tests;
