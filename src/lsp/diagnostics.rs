//! Findings as diagnostics: of all files that a folder's audit speaks of.
//!
//! What is said of a file is kept until something of it changes: a finding, a text that it points at, what is hidden.

use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;

use lsp_types::{
    CodeDescription, Diagnostic, DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, Uri,
};

use super::place::Encoding;
use super::view::View;
use crate::finding::{Finding, Severity};
use crate::source::{SourceId, Span};

/// Who speaks, in the editor's list.
const SOURCE: &str = "deploylint";

/// What a folder's audit says, by file; a file of which nothing is said is left out.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) files: BTreeMap<PathBuf, OfFile>,
    /// The pages of the rules.
    pages: BTreeMap<String, Option<Uri>>,
    /// The open documents, which decide how files are named.
    named: Vec<(PathBuf, Uri)>,
}

/// What is said of one file.
#[derive(Debug, Clone)]
pub(super) struct OfFile {
    pub(super) uri: Uri,
    pub(super) told: Arc<Vec<Diagnostic>>,
    /// Which findings of the report these are.
    of: Vec<usize>,
}

/// How a client is spoken to.
pub(super) struct Told<'a> {
    pub(super) encoding: Encoding,
    /// The URI of a file, as the client would write it.
    pub(super) uri: &'a dyn Fn(&Path) -> Option<Uri>,
    /// The open documents.
    pub(super) named: Vec<(PathBuf, Uri)>,
}

/// The diagnostics of a folder; `last` is the view before, with what was said of it.
pub(super) fn of(view: &View, told: Told<'_>, last: Option<(&View, &Said)>) -> Said {
    let report = &view.snapshot.report;
    let page = |url: Option<&str>| url.and_then(|url| Uri::from_str(url).ok());
    let pages = report.rules.iter().map(|text| (text.id.clone(), page(text.url.as_deref()))).collect();
    let said = Said { files: BTreeMap::new(), pages, named: Vec::new() };
    let mut by_file: BTreeMap<SourceId, Vec<usize>> = BTreeMap::new();
    for (at, finding) in report.findings.iter().enumerate().filter(|(_, f)| f.suppressed.is_none()) {
        by_file.entry(finding.span.source).or_default().push(at);
    }
    let last = last.filter(|(before, kept)| before.redactor.hides_as(&view.redactor) && kept.named == told.named);
    let mut files: BTreeMap<PathBuf, OfFile> = BTreeMap::new();
    for (id, of) in by_file {
        let Some(disk) = report.sources.get(id).disk.clone() else { continue };
        let known = last.and_then(|(before, kept)| same(view, &said, &of, (before, kept, kept.files.get(&disk)?)));
        let made = known.or_else(|| {
            let findings = of.iter().filter_map(|at| report.findings.get(*at));
            let all = findings.map(|finding| diagnostic(finding, view, &said, &told)).collect();
            Some(OfFile { uri: (told.uri)(&disk)?, told: Arc::new(all), of })
        });
        files.extend(made.map(|made| (disk, made)));
    }
    Said { files, named: told.named, ..said }
}

/// What was said of a file, where the findings `of` it are those of the view before, and all that they show as well.
fn same(view: &View, said: &Said, of: &[usize], (before, kept, file): (&View, &Said, &OfFile)) -> Option<OfFile> {
    let (new, old) = (&view.snapshot.report, &before.snapshot.report);
    let mut texts = HashSet::new();
    let equal = |(new_at, old_at): (&usize, &usize)| {
        let (Some(a), Some(b)) = (new.findings.get(*new_at), old.findings.get(*old_at)) else { return false };
        let mut places = a.labels.iter().map(|label| label.span).chain([a.span]);
        let text = |span: Span| Arc::ptr_eq(&new.sources.get(span.source), &old.sources.get(span.source));
        a == b
            && said.pages.get(&a.rule) == kept.pages.get(&a.rule)
            && places.all(|span| !texts.insert(span.source) || text(span))
    };
    let all = of.len() == file.of.len() && of.iter().zip(&file.of).all(equal);
    all.then(|| OfFile { of: of.to_vec(), ..file.clone() })
}

fn diagnostic(finding: &Finding, view: &View, said: &Said, told: &Told<'_>) -> Diagnostic {
    let (report, redactor) = (&view.snapshot.report, &view.redactor);
    let sources = &report.sources;
    let location = |span: Span| {
        let source = sources.get(span.source);
        Some(Location { uri: (told.uri)(source.disk.as_ref()?)?, range: told.encoding.range(&source, span) })
    };
    let labels = finding.labels.iter().filter_map(|label| {
        let message = redactor.message(&label.text);
        Some(DiagnosticRelatedInformation { location: location(label.span)?, message })
    });
    let related: Vec<_> = labels.collect();
    let page = said.pages.get(&finding.rule).cloned().flatten();
    Diagnostic {
        range: told.encoding.range(&sources.get(finding.span.source), finding.span),
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
