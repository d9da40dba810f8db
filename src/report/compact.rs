//! One line a finding, `path:line:column: severity[rule]: message`, as editors and `grep` want it.

use std::fmt::Write as _;

use super::redact::Redactor;
use super::{Report, safe};

/// The report as text.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let mut out = String::new();
    for finding in report.open() {
        let source = report.sources.get(finding.span.source);
        let at = source.position(finding.span.start);
        let message = redactor.message(&finding.message);
        let (path, message) = (safe::line(&source.path), safe::line(&message));
        let (severity, rule) = (finding.severity.name(), safe::line(&finding.rule));
        let _ = writeln!(out, "{path}:{}:{}: {severity}[{rule}]: {message}", at.line, at.column);
    }
    out
}
