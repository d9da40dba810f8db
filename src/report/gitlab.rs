//! GitLab's code quality report: a JSON list of issues, shown in merge requests.
//!
//! The format has no field for a change, so a safe fix goes into the description, as the suggestion that a comment on the
//! issue's line would hold: `suggestion:-A+B` counts the lines that it replaces above and below that one.

use serde::Serialize;

use super::redact::Redactor;
use super::{Report, fingerprint, json, suggestion};
use crate::finding::{Finding, Severity};

/// How many lines above the commented one, and how many below it, GitLab lets a suggestion replace.
const FAR: u32 = 100;

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
        description: redactor.message(&finding.message) + &suggested(finding, report, redactor).unwrap_or_default(),
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

/// The safe fix as GitLab's suggestion, below the message; none where it is far from the finding.
fn suggested(finding: &Finding, report: &Report, redactor: &Redactor) -> Option<String> {
    let fix = finding.fixes.iter().find(|fix| fix.safe)?;
    let found = suggestion::of(fix, Some(finding.span), report, redactor)?;
    let line = report.sources.get(finding.span.source).position(finding.span.start).line;
    let (above, below) = (line.checked_sub(found.from)?, found.to.checked_sub(line)?);
    let (title, fence) = (redactor.message(&fix.title), suggestion::fence(&found.text));
    let text = &found.text;
    (above <= FAR && below <= FAR)
        .then(|| format!("\n\nFix: {title}\n\n{fence}suggestion:-{above}+{below}\n{text}{fence}"))
}
