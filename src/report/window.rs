//! The few lines that a finding shows, as a `SourceCode` for miette.
//!
//! miette's own sources scan a file from its top for each finding; this one takes lines by the file's index. It lays
//! the windows of all files that a finding points at behind each other in one made-up text, so that one diagnostic
//! shows several files. On the way lines become harmless (`safe`) and lose their secrets (`redact`).

use std::ops::{Range, RangeInclusive};

use miette::{MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::redact::{MASK, Redactor};
use super::safe;
use crate::source::{Source, SourceId, Sources, Span};

/// Lines shown before and after the marked one.
pub(super) const CONTEXT: u32 = 1;
/// The most characters shown of a line.
const LONG: usize = 240;
/// How many characters of a long line stand before its first mark.
const LEAD: usize = 60;

/// The windows of one finding.
#[derive(Debug, Default)]
pub struct Windows {
    all: Vec<Window>,
}

/// Some lines of one file.
#[derive(Debug)]
struct Window {
    source: SourceId,
    name: String,
    /// Where it begins in the made-up text.
    start: usize,
    text: String,
    lines: Vec<Line>,
}

/// One line as it is shown.
#[derive(Debug)]
struct Line {
    /// From 1.
    number: u32,
    /// Where it is in the made-up text, without its line break.
    range: Range<usize>,
    /// Characters left out at its beginning.
    cut: usize,
    /// For each character of the file's line that is shown: its byte in the file, its byte in the made-up text.
    map: Vec<(usize, usize)>,
}

/// A line as it is shown, and where.
pub(super) struct Written<'a> {
    /// The number of its window.
    pub(super) window: usize,
    pub(super) path: &'a str,
    pub(super) number: u32,
    /// Where it begins in the made-up text.
    pub(super) start: usize,
    pub(super) text: &'a str,
}

impl Windows {
    /// All lines, in order.
    pub(super) fn written(&self) -> impl Iterator<Item = Written<'_>> {
        self.all.iter().enumerate().flat_map(|(at, window)| {
            window.lines.iter().map(move |line| {
                let text = window.text.get(line.range.start - window.start..line.range.end - window.start);
                let (number, start) = (line.number, line.range.start);
                Written { window: at, path: &window.name, number, start, text: text.unwrap_or("") }
            })
        })
    }

    /// The windows that show the first lines of all `spans`, the first one's window first.
    pub fn new(spans: &[Span], sources: &Sources, redactor: &Redactor) -> Self {
        let mut windows = Self::default();
        for (id, numbers) in groups(spans, sources) {
            let source = sources.get(id);
            let marks: Vec<usize> = spans.iter().filter(|s| s.source == id).map(|s| s.start as usize).collect();
            windows.add(id, &source, numbers, &marks, redactor);
        }
        windows
    }

    /// Where `span` is in the made-up text: its first line only, since frames over many lines are hard to read.
    pub fn place(&self, span: Span, sources: &Sources) -> Option<SourceSpan> {
        let number = sources.get(span.source).position(span.start).line;
        let of_file = self.all.iter().filter(|w| w.source == span.source);
        let line = of_file.flat_map(|w| &w.lines).find(|l| l.number == number)?;
        let start = line.shown(span.start as usize);
        let end = line.shown(span.end as usize).clamp(start, line.range.end);
        Some(SourceSpan::from((start, (end - start).max(1))))
    }

    fn add(
        &mut self,
        id: SourceId,
        source: &Source,
        numbers: RangeInclusive<u32>,
        marks: &[usize],
        redactor: &Redactor,
    ) {
        let start = self.all.last().map_or(0, |w| w.start + w.text.len());
        let mut window = Window {
            source: id,
            name: safe::line(&source.path).into_owned(),
            start,
            text: String::new(),
            lines: Vec::new(),
        };
        for number in numbers {
            let range = source.line_range(number);
            let first = marks.iter().copied().filter(|m| range.contains(m)).min().unwrap_or(range.start);
            let hidden = redactor.hidden(id, source, range.clone());
            window.line(number, source, range, first, &hidden);
        }
        self.all.push(window);
    }
}

impl Window {
    /// Adds a line: what is harmful replaced, what is hidden masked, what is too long cut around `mark`.
    fn line(&mut self, number: u32, source: &Source, range: Range<usize>, mark: usize, hidden: &[Range<usize>]) {
        let written = source.text.get(range.clone()).unwrap_or("");
        let before = source.text.get(range.start..mark).map_or(0, |s| s.chars().count());
        let long = written.chars().nth(LONG).is_some();
        let cut = if long { before.saturating_sub(LEAD) } else { 0 };
        let start = self.start + self.text.len();
        if cut > 0 {
            self.text.push('…');
        }
        let mut map = Vec::new();
        let mut masks = hidden.iter().peekable();
        let mut masked = 0;
        for (i, c) in written.char_indices().skip(cut).take(LONG) {
            let at = range.start + i;
            map.push((at, self.start + self.text.len()));
            while masks.next_if(|m| m.end <= at).is_some() {}
            match masks.peek().filter(|m| m.contains(&at)) {
                // Once for the whole of a hidden range.
                Some(secret) if masked != secret.end => {
                    masked = secret.end;
                    self.text.push_str(MASK);
                }
                Some(_) => {}
                None => match safe::stand_in(c) {
                    Some(other) => self.text.push_str(&other),
                    None => self.text.push(c),
                },
            }
        }
        if long && written.chars().nth(cut + LONG).is_some() {
            self.text.push('…');
        }
        let end = self.start + self.text.len();
        self.text.push('\n');
        self.lines.push(Line { number, range: start..end, cut, map });
    }

    fn end(&self) -> usize {
        self.start + self.text.len()
    }
}

impl Line {
    /// The byte of the made-up text for the file's byte `at`.
    fn shown(&self, at: usize) -> usize {
        let index = self.map.partition_point(|(file, _)| *file < at);
        self.map.get(index).map_or(self.range.end, |(_, shown)| *shown)
    }

    /// The column in the file, from 0, of byte `at` of the made-up text.
    fn column(&self, at: usize) -> usize {
        self.cut + self.map.partition_point(|(_, shown)| *shown < at)
    }
}

impl SourceCode for Windows {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let window = self.all.iter().find(|w| w.start <= start && end <= w.end()).ok_or(MietteError::OutOfBounds)?;
        let holding = |at: usize| window.lines.partition_point(|l| l.range.start <= at).max(1) - 1;
        let (first, last) = (holding(start), holding(end.saturating_sub(1).max(start)));
        let top = first.saturating_sub(before);
        let bottom = (last + after).min(window.lines.len() - 1);
        let (Some(from), Some(to)) = (window.lines.get(top), window.lines.get(bottom)) else {
            return Err(MietteError::OutOfBounds);
        };
        // Asked for no context, miette wants to know where the span begins in the file.
        let column = if before == 0 { from.column(start) } else { 0 };
        let data = window.text.get(from.range.start - window.start..to.range.end + 1 - window.start);
        let contents = MietteSpanContents::new_named(
            window.name.clone(),
            data.unwrap_or("").as_bytes(),
            SourceSpan::from((from.range.start, to.range.end + 1 - from.range.start)),
            from.number as usize - 1,
            column,
            bottom - top + 1,
        );
        Ok(Box::new(contents))
    }
}

/// Which lines of which file to show: one group for lines that are near each other, the first span's group first.
fn groups(spans: &[Span], sources: &Sources) -> Vec<(SourceId, RangeInclusive<u32>)> {
    let mut wanted: Vec<(SourceId, RangeInclusive<u32>)> = Vec::new();
    for span in spans {
        let source = sources.get(span.source);
        let line = source.position(span.start).line;
        // Behind the last line break there is no line to show, unless the mark is there.
        let lines = source.line_count() - usize::from(source.text.ends_with('\n'));
        let count = u32::try_from(lines).unwrap_or(u32::MAX).max(line);
        let (top, bottom) = (line.saturating_sub(CONTEXT).max(1), (line + CONTEXT).min(count));
        let near = |(id, range): &&mut (SourceId, RangeInclusive<u32>)| {
            *id == span.source && top <= *range.end() + 2 && *range.start() <= bottom + 2
        };
        match wanted.iter_mut().find(near) {
            Some((_, range)) => *range = top.min(*range.start())..=bottom.max(*range.end()),
            None => wanted.push((span.source, top..=bottom)),
        }
    }
    // Groups that grew may have come to touch.
    let mut merged: Vec<(SourceId, RangeInclusive<u32>)> = Vec::new();
    for (id, range) in wanted {
        match merged
            .iter_mut()
            .find(|(i, r)| *i == id && *range.start() <= *r.end() + 1 && *r.start() <= *range.end() + 1)
        {
            Some((_, r)) => *r = *range.start().min(r.start())..=*range.end().max(r.end()),
            None => merged.push((id, range)),
        }
    }
    merged
}
