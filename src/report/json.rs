//! The JSON report, schema `deploylint/1`: frozen, documented in docs/json.md.
//!
//! The structs here are the format. A field may be added; none is renamed or removed without a new schema name.

use std::fmt::Write as _;

use serde::Serialize;

use super::redact::Redactor;
use super::{Report, safe};
use crate::finding::{Finding, Fix, Label, Suppression};
use crate::source::{Sources, Span};

/// The name of the format.
pub const SCHEMA: &str = "deploylint/1";

/// The whole report.
#[derive(Debug, Serialize)]
pub struct JsonReport {
    schema: &'static str,
    findings: Vec<JsonFinding>,
    inputs: Vec<JsonInput>,
    summary: JsonSummary,
}

/// One line of the JSON lines format.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum JsonLine {
    Finding(Box<JsonFinding>),
    Input(JsonInput),
    Summary(JsonSummary),
}

/// One finding.
#[derive(Debug, Serialize)]
pub struct JsonFinding {
    rule: String,
    severity: &'static str,
    confidence: &'static str,
    persona: &'static str,
    message: String,
    help: String,
    #[serde(flatten)]
    place: JsonPlace,
    start: u32,
    end: u32,
    labels: Vec<JsonLabel>,
    suppressed: Option<JsonSuppression>,
    fixes: Vec<JsonFix>,
}

/// A place: lines and columns from 1, columns in characters, the end exclusive.
#[derive(Debug, Serialize)]
pub struct JsonPlace {
    path: String,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Debug, Serialize)]
struct JsonLabel {
    #[serde(flatten)]
    place: JsonPlace,
    text: String,
}

#[derive(Debug, Serialize)]
struct JsonSuppression {
    kind: &'static str,
    reason: String,
    path: Option<String>,
    line: Option<u32>,
}

#[derive(Debug, Serialize)]
struct JsonFix {
    title: String,
    safe: bool,
    edits: Vec<JsonEdit>,
}

#[derive(Debug, Serialize)]
struct JsonEdit {
    path: String,
    start: u32,
    end: u32,
    replacement: String,
}

#[derive(Debug, Serialize)]
struct JsonInput {
    path: String,
    kind: Option<&'static str>,
    status: &'static str,
    reason: Option<String>,
}

#[derive(Debug, Serialize)]
struct JsonSummary {
    error: usize,
    warning: usize,
    note: usize,
    suppressed: usize,
    undecided: usize,
    files: usize,
}

/// The report as one JSON object.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let findings = report.findings.iter().map(|f| finding(f, &report.sources, &redactor)).collect();
    let whole = JsonReport { schema: SCHEMA, findings, inputs: inputs(report), summary: summary(report) };
    text(&whole, true) + "\n"
}

/// The report as JSON lines: each finding, then each input, then the summary, every line an object with its `type`.
pub fn render_lines(report: &Report) -> String {
    let mut out = Vec::new();
    // Writing to memory does not fail.
    let _ = write_lines(report, &mut out);
    String::from_utf8_lossy(&out).into_owned()
}

/// Writes the report as JSON lines, one at a time: a reader has the first finding before the last one is rendered.
///
/// # Errors
/// What the writer answers.
pub fn write_lines(report: &Report, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let redactor = Redactor::new(report);
    for one in &report.findings {
        line(&JsonLine::Finding(Box::new(finding(one, &report.sources, &redactor))), out)?;
    }
    for input in inputs(report) {
        line(&JsonLine::Input(input), out)?;
    }
    line(&JsonLine::Summary(summary(report)), out)
}

fn line(entry: &JsonLine, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    writeln!(out, "{}", text(entry, false))
}

/// One finding as the format has it.
pub fn finding(finding: &Finding, sources: &Sources, redactor: &Redactor) -> JsonFinding {
    JsonFinding {
        rule: finding.rule.clone(),
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        persona: finding.persona.name(),
        message: redactor.message(&finding.message),
        help: redactor.message(&finding.help),
        place: place(finding.span, sources),
        start: finding.span.start,
        end: finding.span.end,
        labels: finding.labels.iter().map(|l| label(l, sources, redactor)).collect(),
        suppressed: finding.suppressed.as_ref().map(|s| suppression(s, sources, redactor)),
        fixes: finding.fixes.iter().map(|f| fix(f, sources, redactor)).collect(),
    }
}

/// `value` as JSON text in which no character can harm a terminal.
pub fn text(value: &impl Serialize, pretty: bool) -> String {
    let made = if pretty { serde_json::to_string_pretty(value) } else { serde_json::to_string(value) };
    // Only maps with keys that are no strings fail; these structs have none.
    let made = safe::log_json(made.unwrap_or_default());
    // Most reports are of ASCII, in which nothing is.
    if made.is_ascii() || !made.chars().any(safe::harmful) {
        return made;
    }
    // Outside strings JSON is ASCII, so an escape is right wherever such a character stands.
    let mut out = String::with_capacity(made.len());
    for c in made.chars() {
        if safe::harmful(c) {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out
}

fn place(span: Span, sources: &Sources) -> JsonPlace {
    let source = sources.get(span.source);
    let (from, to) = (source.position(span.start), source.position(span.end));
    JsonPlace {
        path: source.path.clone(),
        line: from.line,
        column: from.column,
        end_line: to.line,
        end_column: to.column,
    }
}

fn label(label: &Label, sources: &Sources, redactor: &Redactor) -> JsonLabel {
    JsonLabel { place: place(label.span, sources), text: redactor.message(&label.text) }
}

fn suppression(suppression: &Suppression, sources: &Sources, redactor: &Redactor) -> JsonSuppression {
    let place = suppression.span.map(|span| place(span, sources));
    JsonSuppression {
        kind: suppression.kind,
        reason: redactor.message(&suppression.reason),
        line: place.as_ref().map(|p| p.line),
        path: place.map(|p| p.path),
    }
}

fn fix(fix: &Fix, sources: &Sources, redactor: &Redactor) -> JsonFix {
    let edits = fix.edits.iter().map(|(span, replacement)| JsonEdit {
        path: sources.get(span.source).path.clone(),
        start: span.start,
        end: span.end,
        replacement: redactor.message(replacement),
    });
    JsonFix { title: redactor.message(&fix.title), safe: fix.safe, edits: edits.collect() }
}

fn inputs(report: &Report) -> Vec<JsonInput> {
    let input = |i: &super::Input| JsonInput {
        path: i.path.clone(),
        kind: i.kind.map(crate::document::Kind::name),
        status: i.status.name(),
        reason: (!i.reason.is_empty()).then(|| i.reason.clone()),
    };
    report.inputs.iter().map(input).collect()
}

fn summary(report: &Report) -> JsonSummary {
    let summary = report.summary();
    JsonSummary {
        error: summary.error,
        warning: summary.warning,
        note: summary.note,
        suppressed: summary.suppressed,
        undecided: summary.undecided,
        files: summary.audited,
    }
}
