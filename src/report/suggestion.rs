//! Fixes as suggestions: the whole lines that a fix replaces and what stands there then, as reviewers of a change take them.

use super::Report;
use super::redact::Redactor;
use crate::finding::Fix;
use crate::source::{SourceId, Span};

/// The longest lines, in bytes, that one suggestion replaces.
const MOST_OF_ONE: usize = 4_000;

/// How many lines around a change a diff shows.
const AROUND: u32 = 3;

/// Lines of a file, and the text in their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Suggestion {
    /// The file.
    pub(super) source: SourceId,
    /// The first line, from 1.
    pub(super) from: u32,
    /// The last line.
    pub(super) to: u32,
    /// What stands there then: whole lines, or nothing.
    pub(super) text: String,
}

/// The lines that a fix replaces, and `with` where a line has to be among them; none where they are in several files, not
/// in the diff, or show a secret.
pub(super) fn of(fix: &Fix, with: Option<Span>, report: &Report, redactor: &Redactor) -> Option<Suggestion> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let id = edits.first()?.0.source;
    let source = report.sources.get(id);
    // Behind the last line there is none to comment on: what comes there comes with that line.
    let end = u32::try_from(source.text.len()).ok()?.checked_sub(1)?;
    let line = |at: u32| source.line(at.min(end));
    let (mut from, mut to) = (line(edits.first()?.0.start), line(last(&edits)?));
    if let Some(with) = with {
        (from, to) = (from.min(line(with.start)), to.max(line(with.start)));
    }
    let range = source.line_range(from).start..source.line_range(to).end;
    let elsewhere = edits.iter().map(|(span, _)| span.source).chain(with.map(|span| span.source)).any(|s| s != id);
    // Nobody reviews a change in a line of that length.
    let long = range.len() > MOST_OF_ONE;
    if elsewhere || long || !in_diff(report, id, from, to) {
        return None;
    }
    if !redactor.hidden(id, &source, range.clone()).is_empty() {
        return None;
    }
    let (mut text, mut at) = (String::new(), range.start);
    for (span, new) in edits {
        text.push_str(source.text.get(at..span.start as usize)?);
        text.push_str(new);
        at = span.end as usize;
    }
    let mut text = match source.text.get(at..range.end) {
        Some(rest) => text + rest + "\n",
        // The last line goes with its end, and so does what it may leave of itself.
        None if text.is_empty() || text.ends_with('\n') => text,
        None => return None,
    };
    text.retain(|c| c != '\r');
    (redactor.message(&text) == text).then_some(Suggestion { source: id, from, to, text })
}

/// A fence that is longer than any in the text.
pub(super) fn fence(text: &str) -> String {
    let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1;
    "`".repeat(ticks)
}

/// The last byte that the edits change, or that they stand before.
fn last(edits: &[&(Span, String)]) -> Option<u32> {
    edits.iter().map(|(span, _)| span.start.max(span.end.saturating_sub(1))).max()
}

/// Whether a diff shows the lines; all are shown where the report is not of a change.
fn in_diff(report: &Report, id: SourceId, from: u32, to: u32) -> bool {
    let Some(changed) = &report.changed else { return true };
    let near = |line: u32| {
        let (first, last) = (line.saturating_sub(AROUND), line.saturating_add(AROUND));
        changed.range((id, first)..=(id, last)).next().is_some()
    };
    (from..=to).all(near)
}
