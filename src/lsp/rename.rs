//! Rename: every place that means the name, or a reason why not.
//!
//! A name that also stands where nobody can tell what it means is not renamed, and the changed files are audited before
//! the edit is handed out: a rename that breaks something is none.

use std::collections::BTreeMap;

use lsp_server::ErrorCode;
use lsp_types::{RenameParams, TextDocumentPositionParams};
use serde_json::{Value, json};

use super::index::What;
use super::navigate;
use super::server::{Refusal, Server, refused};
use super::view::At;
use super::words::{Reader, host, words};
use crate::load::Verdict;
use crate::source::Span;

/// What is renamed: the old name, its places, and whether it is a variable.
struct Plan {
    old: String,
    spans: Vec<Span>,
    what: Option<What>,
}

pub(super) fn prepare(server: &Server<'_>, params: &TextDocumentPositionParams) -> Result<Value, Refusal> {
    let at = server.at(&params.text_document.uri, params.position).ok_or_else(nothing)?;
    let here = at.view.index().named(at.span());
    let span = if let Some(name) = here.first() {
        name.span
    } else {
        let name = navigate::variable(&at).ok_or_else(nothing)?;
        at.word().filter(|(word, _)| *word == name).map(|(_, span)| span).ok_or_else(nothing)?
    };
    let range = server.encoding.range(&at.source, span);
    Ok(json!({"range": range, "placeholder": at.view.slice(span)}))
}

pub(super) fn rename(server: &mut Server<'_>, params: &RenameParams) -> Result<Value, Refusal> {
    let place = &params.text_document_position;
    let at = server.at(&place.text_document.uri, place.position).ok_or_else(nothing)?;
    let plan = plan(&at, &params.new_name)?;
    let new = params.new_name.clone();
    let mut edits: Vec<(Span, String)> = plan.spans.iter().map(|span| (*span, new.clone())).collect();
    edits.sort();
    edits.dedup();
    let view = at.view;
    let edit = server.edit(view, &edits);
    let texts = server.edited(view, &edits);
    let before = counts(&view.snapshot.report);
    let disk = at.source.disk.clone();
    let after = disk.and_then(|disk| server.tried(&disk, texts));
    let after = after.ok_or_else(|| refuse("the changed files could not be audited"))?;
    let more = counts(&after.report).into_iter().find(|(rule, n)| *n > before.get(rule).copied().unwrap_or(0));
    match more {
        Some((rule, _)) => Err(refuse(format!("`{rule}` would fire after it"))),
        None => Ok(edit),
    }
}

fn counts(report: &crate::report::Report) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for finding in report.open() {
        *counts.entry(finding.rule.clone()).or_default() += 1;
    }
    counts
}

fn plan(at: &At<'_>, new: &str) -> Result<Plan, Refusal> {
    let index = at.view.index();
    let same = index.same(at.span());
    let plan = if let Some(first) = same.first() {
        Plan { old: first.name.clone(), spans: same.iter().map(|name| name.span).collect(), what: Some(first.what) }
    } else {
        let old = navigate::variable(at).ok_or_else(nothing)?;
        Plan { spans: variable(at, &old)?, old, what: None }
    };
    valid(new, plan.what)?;
    taken(at, &plan, new)?;
    // Containers reach a service by its name.
    if plan.what == Some(What::Service) {
        hosts(at, &plan)?;
    }
    Ok(plan)
}

/// Whether the new name is one.
fn valid(new: &str, what: Option<What>) -> Result<(), Refusal> {
    let starts = new.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_' || what.is_some());
    let rest = |c: char| match what {
        None => c.is_ascii_alphanumeric() || c == '_',
        Some(What::Model | What::Handler) => !c.is_control() && !"\"'`{}#:\\".contains(c),
        Some(_) => c.is_ascii_alphanumeric() || "_.-".contains(c),
    };
    let number = new.chars().all(|c| c.is_ascii_digit() || c == '.');
    let word = ["true", "false", "null", "yes", "no", "on", "off"].iter().any(|w| new.eq_ignore_ascii_case(w));
    if !starts || new.trim() != new || !new.chars().all(rest) || number || word {
        return Err(refuse(format!("`{}` can't be a name here", new.chars().take(80).collect::<String>())));
    }
    Ok(())
}

/// Fails where something is called so already.
fn taken(at: &At<'_>, plan: &Plan, new: &str) -> Result<(), Refusal> {
    let index = at.view.index();
    let scopes: Vec<_> = index.same(at.span()).iter().map(|name| name.scope).collect();
    let named = |what| index.names.iter().find(|n| n.what == what && n.name == new && scopes.contains(&n.scope));
    let other = match plan.what {
        Some(what) => named(what).map(|name| name.span),
        None => occurrences(at, new).into_iter().next(),
    };
    match other {
        Some(span) => Err(refuse(format!("`{new}` is in use already: {}", place(at, span)))),
        None => Ok(()),
    }
}

/// All places in audited files where the word stands.
fn occurrences(at: &At<'_>, word: &str) -> Vec<Span> {
    let audit = &at.view.snapshot.audit;
    let audited = audit.files.iter().filter(|file| !matches!(file.verdict, Verdict::Ignored(_)));
    let read = audit.deployment.readings.iter().map(|reading| reading.document.source);
    let mut ids: Vec<_> = audited.map(|file| file.source).chain(read).collect();
    ids.sort_unstable();
    ids.dedup();
    ids.into_iter().flat_map(|id| words(id, &at.view.source(id).text, word)).collect()
}

/// All places of a variable; fails at the first one that may be something else.
fn variable(at: &At<'_>, name: &str) -> Result<Vec<Span>, Refusal> {
    let reader = Reader::new(at, name);
    let mut spans = Vec::new();
    for span in occurrences(at, name) {
        match reader.reads(span) {
            Some(true) => spans.push(span),
            Some(false) => {}
            None => {
                let place = place(at, span);
                return Err(refuse(format!("`{name}` also stands in {place}, where it may mean something else")));
            }
        }
    }
    Ok(spans)
}

/// Fails where the service's name is used as the name of a host.
fn hosts(at: &At<'_>, plan: &Plan) -> Result<(), Refusal> {
    for span in occurrences(at, &plan.old) {
        let source = at.view.source(span.source);
        if !plan.spans.contains(&span) && host(&source.text, span) {
            let place = place(at, span);
            return Err(refuse(format!("`{}` is called by its name in {place}: change that first", plan.old)));
        }
    }
    Ok(())
}

fn place(at: &At<'_>, span: Span) -> String {
    let source = at.view.source(span.source);
    format!("{}:{}", source.path, source.position(span.start).line)
}

fn nothing() -> Refusal {
    refuse("nothing here has a name that can be changed")
}

fn refuse(why: impl Into<String>) -> Refusal {
    refused(ErrorCode::RequestFailed, why)
}
