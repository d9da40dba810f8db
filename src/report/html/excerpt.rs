//! The lines that a finding points at, cut where a mark begins or ends.

use serde::Serialize;

use crate::finding::Finding;
use crate::report::redact::Redactor;
use crate::report::window::{Windows, Written};
use crate::source::{Sources, Span};

/// How many other places of one finding are shown.
const LABELS: usize = 10;

/// Some lines of one file.
#[derive(Debug, Serialize)]
pub(super) struct Excerpt {
    path: String,
    lines: Vec<Line>,
}

/// The number, the parts, and the remarks below.
#[derive(Debug, Serialize)]
struct Line(u32, Vec<(String, u8)>, Vec<String>);

/// What a part of a line is.
const PLAIN: u8 = 0;
const FIRST: u8 = 1;
const SECOND: u8 = 2;

/// A mark in the made-up text of the windows.
struct Marked {
    start: usize,
    end: usize,
    kind: u8,
    text: String,
}

/// The excerpts of a finding, the one with its own place first.
pub(super) fn of(finding: &Finding, sources: &Sources, redactor: &Redactor) -> Vec<Excerpt> {
    let labels = || finding.labels.iter().take(LABELS);
    let spans: Vec<Span> = std::iter::once(finding.span).chain(labels().map(|l| l.span)).collect();
    let windows = Windows::new(&spans, sources, redactor);
    let mark = |span: Span, kind: u8, text: String| {
        let place = windows.place(span, sources)?;
        Some(Marked { start: place.offset(), end: place.offset() + place.len(), kind, text })
    };
    let own = mark(finding.span, FIRST, String::new());
    let marks: Vec<Marked> =
        own.into_iter().chain(labels().filter_map(|l| mark(l.span, SECOND, redactor.message(&l.text)))).collect();
    let mut excerpts: Vec<Excerpt> = Vec::new();
    let mut last = None;
    for Written { window, path, number, start, text } in windows.written() {
        if last != Some(window) {
            excerpts.push(Excerpt { path: path.to_owned(), lines: Vec::new() });
            last = Some(window);
        }
        if let Some(excerpt) = excerpts.last_mut() {
            excerpt.lines.push(line(number, start, text, &marks));
        }
    }
    excerpts
}

fn line(number: u32, start: usize, text: &str, marks: &[Marked]) -> Line {
    let end = start + text.len();
    let here: Vec<&Marked> =
        marks.iter().filter(|m| m.start < end.max(start + 1) && m.end > start && m.start >= start).collect();
    let mut cuts: Vec<usize> =
        here.iter().flat_map(|m| [m.start.max(start), m.end.min(end)]).chain([start, end]).collect();
    cuts.sort_unstable();
    cuts.dedup();
    let part = |pair: &[usize]| {
        let (from, to) = (*pair.first()?, *pair.last()?);
        // The finding's own mark lies above the others.
        let kind = here.iter().filter(|m| m.start <= from && to <= m.end).map(|m| m.kind).min().unwrap_or(PLAIN);
        Some((text.get(from - start..to - start)?.to_owned(), kind))
    };
    let parts = cuts.windows(2).filter_map(part).collect();
    Line(number, parts, here.iter().filter(|m| !m.text.is_empty()).map(|m| m.text.clone()).collect())
}
