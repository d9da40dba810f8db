//! Findings as diagnostics: of all files that a folder's audit speaks of.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Uri,
};

use super::place::Encoding;
use super::view::View;
use crate::finding::{Finding, Severity};
use crate::source::Span;

/// Who speaks, in the editor's list.
const SOURCE: &str = "deploylint";

/// The diagnostics of a folder, by file; a file without any is left out.
pub(super) fn of(
    view: &View,
    encoding: Encoding,
    uri: &dyn Fn(&PathBuf) -> Option<Uri>,
) -> BTreeMap<PathBuf, Vec<Diagnostic>> {
    let report = &view.snapshot.report;
    let mut found: BTreeMap<PathBuf, Vec<Diagnostic>> = BTreeMap::new();
    for finding in report.open() {
        let source = report.sources.get(finding.span.source);
        let Some(disk) = &source.disk else { continue };
        let one = diagnostic(finding, view, encoding, uri);
        found.entry(disk.clone()).or_default().push(one);
    }
    found
}

fn diagnostic(finding: &Finding, view: &View, encoding: Encoding, uri: &dyn Fn(&PathBuf) -> Option<Uri>) -> Diagnostic {
    let (report, redactor) = (&view.snapshot.report, &view.redactor);
    let sources = &report.sources;
    let location = |span: Span| {
        let source = sources.get(span.source);
        Some(Location { uri: uri(source.disk.as_ref()?)?, range: encoding.range(&source, span) })
    };
    let labels = finding.labels.iter().filter_map(|label| {
        let message = redactor.message(&label.text);
        Some(DiagnosticRelatedInformation { location: location(label.span)?, message })
    });
    let related: Vec<_> = labels.collect();
    let text = report.rules.iter().find(|text| text.id == finding.rule);
    let page = text.and_then(|text| text.url.as_deref()).and_then(|url| Uri::from_str(url).ok());
    Diagnostic {
        range: encoding.range(&sources.get(finding.span.source), finding.span),
        severity: Some(match finding.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(finding.rule.clone())),
        code_description: page.map(|href| CodeDescription { href }),
        source: Some(SOURCE.to_owned()),
        message: redactor.message(&message(finding)),
        related_information: (!related.is_empty()).then_some(related),
        tags: None,
        data: None,
    }
}

/// What is wrong, and what to type.
fn message(finding: &Finding) -> String {
    if finding.help.is_empty() {
        return finding.message.clone();
    }
    format!("{}\nhelp: {}", finding.message, finding.help)
}
