//! Annotations of GitHub Actions: workflow commands on standard output.
//!
//! The format is GitHub's: `::error file=…,line=…,endLine=…,col=…,endColumn=…,title=…::message`, where `%`, line breaks
//! and, in properties, `:` and `,` are escaped. Anything else that begins with `::` would be a command too, so every
//! byte of an audited file goes through the escapes.

use std::fmt::Write as _;

use super::redact::Redactor;
use super::{Report, human, safe};
use crate::finding::{Finding, Severity};

/// The report as workflow commands, with a last line for people.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let mut out = String::new();
    for finding in report.open() {
        annotation(finding, report, &redactor, &mut out);
    }
    out.push_str(&human::summary_line(&report.summary()));
    out.push('\n');
    out
}

fn annotation(finding: &Finding, report: &Report, redactor: &Redactor, out: &mut String) {
    let source = report.sources.get(finding.span.source);
    let (from, to) = (source.position(finding.span.start), source.position(finding.span.end));
    let command = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    };
    let _ = write!(out, "::{command} file={},line={}", property(&source.path), from.line);
    // GitHub ignores columns of places that span lines, and complains about an end before its start.
    if to.line == from.line {
        let _ = write!(out, ",endLine={},col={},endColumn={}", to.line, from.column, to.column.max(from.column));
    }
    let _ = write!(out, ",title={}", property(&format!("deploylint: {}", finding.rule)));
    let mut text = redactor.message(&finding.message);
    if !finding.help.is_empty() {
        let _ = write!(text, "\nhelp: {}", redactor.message(&finding.help));
    }
    for label in &finding.labels {
        let source = report.sources.get(label.span.source);
        let line = source.position(label.span.start).line;
        let _ = write!(text, "\n{}:{line}: {}", safe::line(&source.path), redactor.message(&label.text));
    }
    let _ = writeln!(out, "::{}", data(&text));
}

fn data(text: &str) -> String {
    let text = safe::lines(text).replace("##[", "# #[").replace("##vso[", "# #vso[");
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(&safe::line(text)).replace(':', "%3A").replace(',', "%2C")
}
