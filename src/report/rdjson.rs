//! Reviewdog's diagnostic format: one JSON object, whose columns count bytes.

use serde_json::{Value, json};

use super::redact::Redactor;
use super::{Report, json};
use crate::finding::{Finding, Fix, Severity};
use crate::source::{Source, Span};

/// The report as JSON.
pub fn render(report: &Report) -> String {
    let redactor = Redactor::new(report);
    let diagnostics: Vec<_> = report.open().map(|finding| diagnostic(finding, report, &redactor)).collect();
    json::text(&json!({ "source": { "name": "deploylint" }, "diagnostics": diagnostics }), true) + "\n"
}

fn diagnostic(finding: &Finding, report: &Report, redactor: &Redactor) -> Value {
    let mut message = redactor.message(&finding.message);
    if !finding.help.is_empty() {
        message = format!("{message}\nhelp: {}", redactor.message(&finding.help));
    }
    let url = report.rules.iter().find(|rule| rule.id == finding.rule).and_then(|rule| rule.url.as_ref());
    let mut code = json!({ "value": finding.rule });
    if let Some(url) = url {
        code["url"] = json!(url);
    }
    let related = finding
        .labels
        .iter()
        .map(|label| json!({ "message": redactor.message(&label.text), "location": location(label.span, report) }));
    let suggestions = finding.fixes.iter().filter_map(|fix| suggestion(fix, finding, report, redactor));
    json!({
        "message": message,
        "location": location(finding.span, report),
        "severity": match finding.severity {
            Severity::Error => "ERROR",
            Severity::Warning => "WARNING",
            Severity::Note => "INFO",
        },
        "code": code,
        "suggestions": suggestions.collect::<Vec<_>>(),
        "related_locations": related.collect::<Vec<_>>(),
    })
}

/// A fix that may be taken without a thought: one edit in the finding's own file that shows no secret.
fn suggestion(fix: &Fix, finding: &Finding, report: &Report, redactor: &Redactor) -> Option<Value> {
    let [(span, text)] = &fix.edits[..] else { return None };
    let fine = fix.safe && span.source == finding.span.source && redactor.message(text) == *text;
    fine.then(|| json!({ "range": range(*span, &report.sources.get(span.source)), "text": text }))
}

fn location(span: Span, report: &Report) -> Value {
    let source = report.sources.get(span.source);
    json!({ "path": source.path, "range": range(span, &source) })
}

fn range(span: Span, source: &Source) -> Value {
    json!({ "start": position(span.start, source), "end": position(span.end, source) })
}

fn position(offset: u32, source: &Source) -> Value {
    let line = source.position(offset).line;
    let column = (offset as usize).saturating_sub(source.line_range(line).start) + 1;
    json!({ "line": line, "column": column })
}
