//! GitLab's code quality report: a JSON list of issues, shown in merge requests.

use serde::Serialize;

use super::redact::Redactor;
use super::{Report, fingerprint, json};
use crate::finding::{Finding, Severity};

#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

/// The report as JSON.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let fingerprints = fingerprint::all(report, &redactor);
    let both = report.findings.iter().zip(fingerprints);
    let issues: Vec<_> = both
        .filter(|(finding, _)| finding.suppressed.is_none())
        .map(|(finding, fingerprint)| issue(finding, fingerprint, report, &redactor))
        .collect();
    json::text(&issues, true) + "\n"
}

fn issue(finding: &Finding, fingerprint: String, report: &Report, redactor: &Redactor) -> Issue {
    let source = report.sources.get(finding.span.source);
    let (begin, end) = (source.position(finding.span.start).line, source.position(finding.span.end).line);
    Issue {
        description: redactor.message(&finding.message),
        check_name: finding.rule.clone(),
        fingerprint,
        severity: match finding.severity {
            Severity::Error => "critical",
            Severity::Warning => "major",
            Severity::Note => "info",
        },
        location: Location { path: source.path.clone(), lines: Lines { begin, end } },
    }
}
