//! systemd units and drop-ins: sections and directives.
//!
//! Continued lines are joined as systemd joins them. Which unit a drop-in belongs to, and what the directives mean
//! together, is left to `model`; [`exec`] reads the command line of an `Exec*` directive.

use super::script::{Word, words};
use super::substitute::substitute;
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::{Builder, PieceKind, Provenance, Syntax, Text};

/// A parsed unit.
#[derive(Debug, Clone, Default)]
pub struct Unit {
    /// The directives of all sections, in order.
    pub directives: Vec<Directive>,
    /// The sections' headers.
    pub sections: Vec<Text>,
}

/// One `Key=value`.
#[derive(Debug, Clone)]
pub struct Directive {
    /// The section's name without brackets.
    pub section: String,
    /// The key.
    pub key: Text,
    /// The value, lines joined by a space.
    pub value: Text,
    /// Whether it is empty because it says so, and not because a template's variable is: it takes back what was said.
    pub reset: bool,
    /// From the key to the end of the value.
    pub span: Span,
}

/// The command line of an `Exec*` directive.
#[derive(Debug, Clone)]
pub struct Exec {
    /// The characters before the program: `-` (failure does not matter), `+`, `!` (full privileges), `@`, `:`.
    pub prefix: String,
    /// The program and its arguments, with `$X` of `Environment=` replaced.
    pub words: Vec<Word>,
}

impl Unit {
    /// The values of `key` in `section` that count: an empty assignment discards those before it.
    pub fn all<'a>(&'a self, section: &str, key: &str) -> Vec<&'a Directive> {
        effective(&self.directives, section, key)
    }

    /// The last value of `key` in `section`.
    pub fn get(&self, section: &str, key: &str) -> Option<&Directive> {
        self.all(section, key).pop()
    }
}

/// Those of `directives` that set `key` in `section` and count: an empty assignment discards those before it.
pub fn effective<'a>(
    directives: impl IntoIterator<Item = &'a Directive>,
    section: &str,
    key: &str,
) -> Vec<&'a Directive> {
    let mut found: Vec<&Directive> = Vec::new();
    for directive in directives {
        if directive.section == section && directive.key.known() == Some(key) {
            if directive.reset {
                found.clear();
            } else {
                found.push(directive);
            }
        }
    }
    found
}

/// Parses `text`.
pub fn parse(text: &Text) -> (Unit, Vec<Problem>) {
    let source = text.value();
    let mut unit = Unit::default();
    let mut problems = Vec::new();
    let mut section = None;
    let mut at = 0;
    while at < source.len() {
        let (logical, next) = logical(text, at);
        let end = at + logical.value().trim_end().len();
        at = next;
        let line = logical.trim();
        let value = line.value();
        if value.is_empty() || value.starts_with(['#', ';']) {
            continue;
        }
        if value.starts_with('[') && value.ends_with(']') {
            let name = line.slice(1..value.len() - 1);
            section = Some(name.value().to_owned());
            unit.sections.push(name);
            continue;
        }
        let pair = line.split_once('=').zip(section.as_ref());
        if let Some(((key, value), section)) = pair {
            let (key, value) = (key.trim(), value.trim());
            let span = line.span();
            let reset = value.is_empty() && !variable_at(text, end);
            unit.directives.push(Directive { section: section.clone(), key, value, reset, span });
        } else if line.is_known() && problems.is_empty() {
            let problem =
                Problem::new(ProblemKind::Unparsable, "systemd ignores this line: it is no `Key=value`", line.span());
            problems
                .push(problem.help("a line that continues the one before needs a backslash at the end of that one"));
        }
    }
    // Other programs have files called `.service` too (Avahi's are XML): without a section it is none of systemd's.
    if unit.sections.is_empty() {
        problems.clear();
    }
    (unit, problems)
}

/// Whether a variable whose value is empty stands at `offset`.
fn variable_at(text: &Text, offset: usize) -> bool {
    let first = text.pieces().partition_point(|p| p.range.end < offset);
    let here = text.pieces().iter().skip(first).take_while(|p| p.range.start <= offset);
    here.into_iter().any(|p| p.range.is_empty() && matches!(p.kind, PieceKind::Variable(_)))
}

/// The line at `start` with the lines that continue it, and where the next one begins.
fn logical(text: &Text, start: usize) -> (Text, usize) {
    let source = text.value();
    let mut builder = Builder::new(text.span_at(start..start));
    let (mut at, mut end) = (start, start);
    let mut first = true;
    while at < source.len() {
        let rest = source.get(at..).unwrap_or("");
        let len = rest.find('\n').unwrap_or(rest.len());
        let line = rest.get(..len).unwrap_or("").trim_end_matches('\r');
        let next = (at + len + 1).min(source.len());
        let comment = line.trim_start().starts_with(['#', ';']);
        if comment && !first {
            // A comment between continued lines neither ends them nor belongs to them.
            at = next;
            continue;
        }
        let continued = !comment && line.ends_with('\\');
        let kept = if continued { line.len() - 1 } else { line.len() };
        builder.text(&text.slice(at..at + kept));
        end = at + line.len();
        if continued {
            builder.literal(" ", text.span_at(at + kept..at + line.len()));
        }
        first = false;
        at = next;
        if !continued {
            break;
        }
    }
    (builder.finish().with_span(text.span_at(start..end)), at)
}

/// Reads the command line `value`; `environment` holds what `Environment=` sets.
pub fn exec(value: &Text, environment: &[(String, Text)]) -> Exec {
    let source = value.value();
    let start = source.len() - source.trim_start_matches(['-', '+', '!', '@', ':', '|']).len();
    let lookup = |name: &str| {
        let found = environment.iter().rev().find(|(key, _)| key == name);
        found.map(|(_, value)| (value.clone(), Provenance::Defined))
    };
    let words = words(&value.slice(start..source.len())).into_iter();
    let replaced = |w: Word| Word { text: substitute(&w.text, Syntax::Systemd, &lookup), ..w };
    Exec { prefix: source.get(..start).unwrap_or("").to_owned(), words: words.map(replaced).collect() }
}

/// The assignments of one `Environment=` value.
pub fn environment(value: &Text) -> Vec<(Text, Text)> {
    words(value).iter().filter_map(|w| w.text.split_once('=')).collect()
}

#[cfg(test)]
#[path = "unit_tests.rs"]
mod tests;
