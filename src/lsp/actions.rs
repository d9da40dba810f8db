//! Code actions: the fix of a finding, and a comment that suppresses it.
//!
//! What an action changes is made when the client wants it (`codeAction/resolve`), and audited before it is handed out.

use std::path::PathBuf;

use lsp_server::ErrorCode;
use lsp_types::{CodeActionParams, Diagnostic, NumberOrString, Range, Uri};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::server::{Refusal, Server, refused};
use super::view::{View, range_of};
use crate::finding::Finding;
use crate::source::Span;

/// What the client sends back for an action that it wants.
#[derive(Debug, Serialize, Deserialize)]
struct Wanted {
    uri: Uri,
    range: Range,
    rule: String,
    fix: bool,
}

/// The finding that an action is about, by what tells it from others.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its rule.
    pub rule: String,
    /// Its file, as reports print it.
    pub path: String,
    /// Its bytes there.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

pub(super) fn actions(server: &mut Server<'_>, params: &CodeActionParams) -> Result<Value, Refusal> {
    let uri = &params.text_document.uri;
    let Some(at) = server.at(uri, params.range.start) else { return Ok(json!([])) };
    let shown = range_of(server.encoding, &at.source, at.id, params.range);
    let mut found: Vec<Value> = Vec::new();
    for finding in at.view.findings(shown) {
        let range = server.encoding.range(&at.source, finding.span);
        let told =
            |one: &&Diagnostic| one.range == range && one.code == Some(NumberOrString::String(finding.rule.clone()));
        let diagnostics: Vec<&Diagnostic> = params.context.diagnostics.iter().filter(told).collect();
        let wanted = |fix| Wanted { uri: uri.clone(), range, rule: finding.rule.clone(), fix };
        if let Some(fix) = finding.fixes.first() {
            let warning = if fix.safe { "" } else { " (may change what runs)" };
            let title = at.view.redactor.message(&format!("{}: {}{warning}", finding.rule, fix.title));
            let preferred = fix.safe;
            found.push(json!({"title": title, "kind": "quickfix", "isPreferred": preferred,
                "diagnostics": diagnostics, "data": wanted(true)}));
        }
        if server.comment(at.view, finding).is_some() {
            let title = format!("{}: suppress with a comment", finding.rule);
            found.push(json!({"title": title, "kind": "quickfix", "diagnostics": diagnostics, "data": wanted(false)}));
        }
    }
    if !server.resolves {
        found = found.into_iter().filter_map(|action| resolve(server, action).ok()).collect();
    }
    Ok(found.into())
}

/// The action with its edit.
pub(super) fn resolve(server: &mut Server<'_>, mut action: Value) -> Result<Value, Refusal> {
    let data = action.get("data").cloned().unwrap_or_default();
    let wanted: Wanted = serde_json::from_value(data).map_err(|e| refused(ErrorCode::InvalidParams, e.to_string()))?;
    let edit = if wanted.fix { fixed(server, &wanted)? } else { suppressed(server, &wanted)? };
    action["edit"] = edit;
    Ok(action)
}

/// The finding that is meant, with its file on disk.
fn meant<'s>(server: &'s Server<'_>, wanted: &Wanted) -> Option<(&'s View, &'s Finding, PathBuf)> {
    let at = server.at(&wanted.uri, wanted.range.start)?;
    let is = |f: &&Finding| f.rule == wanted.rule && server.encoding.range(&at.source, f.span) == wanted.range;
    let finding = at.view.findings(at.span()).find(is)?;
    Some((at.view, finding, at.source.disk.clone()?))
}

fn gone() -> Refusal {
    refused(ErrorCode::ContentModified, "the finding is not there any more")
}

fn fixed(server: &mut Server<'_>, wanted: &Wanted) -> Result<Value, Refusal> {
    let (_, finding, disk) = meant(server, wanted).ok_or_else(gone)?;
    let target = target(server, finding, &disk).ok_or_else(gone)?;
    let changed = server.fixed(&disk, &target).map_err(|why| refused(ErrorCode::RequestFailed, why))?;
    let (view, _, _) = meant(server, wanted).ok_or_else(gone)?;
    let mut edits = Vec::new();
    for (path, before, after) in &changed {
        let id = view.snapshot.audit.sources.find(path).ok_or_else(gone)?;
        edits.push(difference(Span::new(id, 0, before.len()), before, after));
    }
    Ok(server.edit(view, &edits))
}

fn target(server: &Server<'_>, finding: &Finding, disk: &std::path::Path) -> Option<Target> {
    let folder = server
        .folders
        .iter()
        .find(|f| f.view.as_ref().is_some_and(|v| v.snapshot.audit.sources.find(disk).is_some()))?;
    let source = folder.view.as_ref()?.source(finding.span.source);
    let (start, end) = (finding.span.start, finding.span.end);
    Some(Target { rule: finding.rule.clone(), path: source.path.clone(), start, end })
}

/// The one replacement that makes `after` of `before`, which is the whole text at `whole`.
fn difference(whole: Span, before: &str, after: &str) -> (Span, String) {
    let same = |(a, b): &(char, char)| a == b;
    let start: usize = before.chars().zip(after.chars()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let (old, new) = (before.get(start..).unwrap_or_default(), after.get(start..).unwrap_or_default());
    let end: usize = old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(c, _)| c.len_utf8()).sum();
    let text = new.get(..new.len() - end).unwrap_or_default().to_owned();
    (Span::new(whole.source, start, before.len() - end), text)
}

fn suppressed(server: &mut Server<'_>, wanted: &Wanted) -> Result<Value, Refusal> {
    let (view, finding, disk) = meant(server, wanted).ok_or_else(gone)?;
    let edits: Vec<(Span, String)> = server.comment(view, finding).into_iter().collect();
    let (edit, texts) = (server.edit(view, &edits), server.edited(view, &edits));
    let count = |report: &crate::report::Report| report.open().filter(|f| f.rule == wanted.rule).count();
    let all = |report: &crate::report::Report| report.open().count();
    let (before, open) = (count(&view.snapshot.report), all(&view.snapshot.report));
    let after = server.tried(&disk, texts).map(|snapshot| (count(&snapshot.report), all(&snapshot.report)));
    match after {
        Some((left, other)) if left < before && other < open => Ok(edit),
        _ => Err(refused(ErrorCode::RequestFailed, "a comment above this line would not suppress it")),
    }
}
