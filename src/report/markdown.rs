//! A summary as Markdown, for `$GITHUB_STEP_SUMMARY` and merge request comments.

use std::fmt::Write as _;

use super::redact::Redactor;
use super::{Report, Status, human, safe};
use crate::finding::Fix;
use crate::source::{SourceId, Span};

/// The most findings listed: GitHub refuses summaries over 1 MiB.
const MOST: usize = 500;

/// The longest lines, in bytes, that one suggestion replaces.
const MOST_OF_ONE: usize = 4_000;

/// The length up to which suggestions are added.
const MOST_BYTES: usize = 900_000;

/// How many lines around a change a diff shows.
const AROUND: u32 = 3;

/// The report as Markdown.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let mut out = format!("## deploylint\n\n{}\n", human::summary_line(&report.summary()));
    let count = report.open().count();
    if count > 0 {
        out.push_str("\n| severity | rule | place | what |\n|---|---|---|---|\n");
    }
    for finding in report.open().take(MOST) {
        let source = report.sources.get(finding.span.source);
        let line = source.position(finding.span.start).line;
        let mut what = escaped(&redactor.message(&finding.message));
        if !finding.help.is_empty() {
            let _ = write!(what, "<br>{}", escaped(&redactor.message(&finding.help)));
        }
        let (severity, rule) = (finding.severity.name(), escaped(&finding.rule));
        let _ = writeln!(out, "| {severity} | {rule} | {}:{line} | {what} |", escaped(&source.path));
    }
    if count > MOST {
        let _ = writeln!(out, "\n{} more findings are left out here.", count - MOST);
    }
    suggestions(report, &redactor, &mut out);
    let broken: Vec<_> = report.inputs.iter().filter(|i| i.status == Status::Unparsable).collect();
    if !broken.is_empty() {
        out.push_str("\n| not audited | why |\n|---|---|\n");
    }
    for input in broken.iter().take(MOST) {
        let _ = writeln!(out, "| {} | {} |", escaped(&input.path), escaped(&input.reason));
    }
    out
}

/// The safe fixes as suggestions: what GitHub offers to commit where such a block is a comment on these lines of a diff.
fn suggestions(report: &Report, redactor: &Redactor, out: &mut String) {
    let all = report.open().filter_map(|finding| {
        let fix = finding.fixes.iter().find(|fix| fix.safe)?;
        Some((finding, fix, suggestion(fix, report, redactor)?))
    });
    for (n, (finding, fix, (place, text))) in all.enumerate() {
        if out.len() + text.len() > MOST_BYTES {
            return;
        }
        if n == 0 {
            out.push_str("\n### Suggestions\n");
        }
        // The fence is longer than any in the text.
        let ticks = text.split(|c| c != '`').map(str::len).max().unwrap_or(0).max(2) + 1;
        let (rule, title, fence) = (&finding.rule, escaped(&redactor.message(&fix.title)), "`".repeat(ticks));
        let _ = writeln!(out, "\n{place}: {}: {title}\n\n{fence}suggestion\n{text}{fence}", escaped(rule));
    }
}

/// The lines that a fix replaces, as a place, and what stands there then; none where they are in several files, not in the
/// diff, or show a secret.
fn suggestion(fix: &Fix, report: &Report, redactor: &Redactor) -> Option<(String, String)> {
    let mut edits: Vec<_> = fix.edits.iter().collect();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let id = edits.first()?.0.source;
    let source = report.sources.get(id);
    let (from, to) = (source.line(edits.first()?.0.start), source.line(last(&edits)?));
    let range = source.line_range(from).start..source.line_range(to).end;
    // Behind the last line there is none to comment on.
    let there = range.start < source.text.len() && edits.iter().all(|(span, _)| span.source == id);
    // Nobody reviews a change in a line of that length.
    let long = range.len() > MOST_OF_ONE;
    if !there || long || !in_diff(report, id, from, to) || !redactor.hidden(id, &source, range.clone()).is_empty() {
        return None;
    }
    let (mut text, mut at) = (String::new(), range.start);
    for (span, new) in edits {
        text.push_str(source.text.get(at..span.start as usize)?);
        text.push_str(new);
        at = span.end as usize;
    }
    // A whole line that goes takes its end with it.
    text.push_str(source.text.get(at..range.end.max(at))?);
    let mut text = text.replace('\r', "");
    text.truncate(text.trim_end_matches('\n').len());
    if redactor.message(&text) != text {
        return None;
    }
    if !text.is_empty() {
        text.push('\n');
    }
    let lines = if from == to { from.to_string() } else { format!("{from}-{to}") };
    Some((format!("{}:{lines}", escaped(&source.path)), text))
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

/// `text` in a table's cell: code spans stay, HTML, links and the cell's own border do not.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in safe::lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '|' => out.push_str("&#124;"),
            '[' => out.push_str("&#91;"),
            ']' => out.push_str("&#93;"),
            '\n' => out.push_str("<br>"),
            c => out.push(c),
        }
    }
    out
}
