//! Hides secrets in everything that a report shows: source lines, messages, labels.
//!
//! One [`Redactor`] a report; it reads each file that a finding points at once (`secret_scan`). Values that are
//! distinctive enough are hidden wherever they turn up, not only where their name stands.

use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use super::{Report, safe, secret_scan};
use crate::source::{Source, SourceId, Span};

/// What stands for a secret; its length says nothing.
pub const MASK: &str = "••••••";

/// Knows where the secrets of the shown files are.
#[derive(Debug, Default)]
pub struct Redactor {
    ranges: HashMap<SourceId, Vec<Range<usize>>>,
    values: BTreeSet<String>,
}

impl Redactor {
    /// Reads the files that `report` points at.
    pub fn new(report: &Report) -> Self {
        let mut redactor = Self::default();
        let spans = report.findings.iter().flat_map(|f| std::iter::once(f.span).chain(f.labels.iter().map(|l| l.span)));
        for span in spans.chain(report.undecided.iter().map(|u| u.span)) {
            redactor.read(span, report);
        }
        redactor
    }

    /// The byte ranges within `range` of the file `source` that must not be shown, in order.
    pub fn hidden(&self, id: SourceId, source: &Source, range: Range<usize>) -> Vec<Range<usize>> {
        let all = self.ranges.get(&id).map(Vec::as_slice).unwrap_or_default();
        let first = all.partition_point(|r| r.end <= range.start);
        let mut hidden: Vec<_> = all[first..]
            .iter()
            .take_while(|r| r.start < range.end)
            .map(|r| r.start.max(range.start)..r.end.min(range.end))
            .collect();
        let line = source.text.get(range.clone()).unwrap_or("");
        for value in &self.values {
            hidden.extend(line.match_indices(value.as_str()).map(|(i, v)| range.start + i..range.start + i + v.len()));
        }
        hidden.sort_by_key(|r| (r.start, r.end));
        hidden.dedup_by(|later, earlier| {
            let overlap = later.start < earlier.end;
            if overlap {
                earlier.end = earlier.end.max(later.end);
            }
            overlap
        });
        hidden
    }

    /// `text` (a message, a label, advice) without secrets and without harmful characters; line breaks stay.
    pub fn message(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for value in self.values.iter().filter(|v| text.contains(v.as_str())) {
            out = out.replace(value, MASK);
        }
        for range in secret_scan::shapes(&out).into_iter().rev() {
            out.replace_range(range, MASK);
        }
        safe::lines(&out).into_owned()
    }

    fn read(&mut self, span: Span, report: &Report) {
        if self.ranges.contains_key(&span.source) {
            return;
        }
        let source = report.sources.get(span.source);
        let name = source.path.trim_end_matches(".j2");
        let shell = [".sh", ".bash"].iter().any(|e| name.ends_with(e)) || source.text.starts_with("#!");
        let ranges = secret_scan::secrets(&source.text, shell);
        let values = ranges.iter().filter_map(|r| source.text.get(r.clone())).filter(|v| distinctive(v));
        self.values.extend(values.map(str::to_owned));
        self.ranges.insert(span.source, ranges);
    }
}

/// Whether a value is no ordinary word, so that it may be hidden wherever it stands.
fn distinctive(value: &str) -> bool {
    let has = |test: fn(&char) -> bool| value.chars().any(|c| test(&c));
    let mixed = has(char::is_ascii_digit) && has(char::is_ascii_alphabetic);
    !value.contains('\n') && (value.len() >= 6 && mixed || value.len() >= 16)
}
