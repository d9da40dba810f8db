//! Document symbols and folding ranges, from the nodes of YAML and JSON.

use lsp_types::{DocumentSymbolParams, FoldingRangeParams, Position, SymbolKind};
use serde_json::{Value, json};

use super::server::{Refusal, Server};
use super::view::At;
use crate::document::Document;
use crate::source::Span;
use crate::yaml::{self, Entry, Node};

/// How deep symbols nest.
const DEPTH: usize = 3;

/// The most symbols of a document.
const MOST: usize = 5_000;

pub(super) fn symbols(server: &Server<'_>, params: &DocumentSymbolParams) -> Result<Value, Refusal> {
    let Some(at) = server.at(&params.text_document.uri, Position::default()) else { return Ok(json!([])) };
    let Some(document) = document(&at) else { return Ok(json!([])) };
    let mut left = MOST;
    let all = document.nodes().iter().flat_map(|node| below(server, &at, node, "", DEPTH, &mut left));
    Ok(all.collect())
}

/// The first reading of the document that is its own.
fn document<'s>(at: &At<'s>) -> Option<&'s Document> {
    let all = &at.view.snapshot.audit.deployment.documents;
    all.iter().find(|document| document.source == at.id).map(AsRef::as_ref)
}

fn below(server: &Server<'_>, at: &At<'_>, node: &Node, above: &str, depth: usize, left: &mut usize) -> Vec<Value> {
    let mut found = Vec::new();
    if depth == 0 {
        return found;
    }
    match node.value() {
        yaml::Value::Map(entries) => {
            for entry in entries.iter().filter(|entry| !entry.merged) {
                found.extend(symbol(server, at, entry, above, depth, left));
            }
        }
        yaml::Value::Seq(items) => {
            for item in items {
                found.extend(listed(server, at, item, above, depth, left));
            }
        }
        yaml::Value::Scalar(_) => {}
    }
    found
}

fn symbol(
    server: &Server<'_>,
    at: &At<'_>,
    entry: &Entry,
    above: &str,
    depth: usize,
    left: &mut usize,
) -> Option<Value> {
    let name = entry.key.known().filter(|name| !name.is_empty())?;
    let kind = match above {
        "services" => SymbolKind::CLASS,
        "networks" | "volumes" | "secrets" | "configs" => SymbolKind::OBJECT,
        "" => SymbolKind::NAMESPACE,
        _ if entry.value.scalar().is_some() => return None,
        _ => SymbolKind::PROPERTY,
    };
    let span = entry.key.span();
    written(server, at, name, kind, (span, span.to(entry.value.span())), left).map(|mut symbol| {
        symbol["children"] = below(server, at, &entry.value, name, depth - 1, left).into();
        symbol
    })
}

/// An item of a list that has a name: a deployment of a model, a play, a task.
fn listed(server: &Server<'_>, at: &At<'_>, item: &Node, above: &str, depth: usize, left: &mut usize) -> Option<Value> {
    let named = ["model_name", "name", "hosts"].iter().find_map(|key| item.get(key));
    let node = named.filter(|name| name.known().is_some_and(|n| !n.is_empty()))?;
    let kind = if above == "model_list" { SymbolKind::CLASS } else { SymbolKind::EVENT };
    let name = node.known().unwrap_or_default();
    written(server, at, name, kind, (node.span(), item.span().to(node.span())), left).map(|mut symbol| {
        symbol["children"] = below(server, at, item, "item", depth - 1, left).into();
        symbol
    })
}

/// A symbol whose name stands in this file.
fn written(
    server: &Server<'_>,
    at: &At<'_>,
    name: &str,
    kind: SymbolKind,
    (own, whole): (Span, Span),
    left: &mut usize,
) -> Option<Value> {
    let here = own.source == at.id && whole.contains(own) && *left > 0;
    here.then(|| {
        *left -= 1;
        let range = server.encoding.range(&at.source, whole);
        let name = at.view.redactor.message(name);
        json!({"name": name, "kind": kind, "range": range, "selectionRange": server.encoding.range(&at.source, own)})
    })
}

pub(super) fn folding(server: &Server<'_>, params: &FoldingRangeParams) -> Result<Value, Refusal> {
    let Some(at) = server.at(&params.text_document.uri, Position::default()) else { return Ok(json!([])) };
    let mut lines = Vec::new();
    for node in document(&at).map(Document::nodes).unwrap_or_default() {
        fold(&at, node, &mut lines, 32);
    }
    lines.sort_unstable();
    lines.dedup();
    Ok(lines.into_iter().map(|(start, end)| json!({"startLine": start, "endLine": end})).collect())
}

fn fold(at: &At<'_>, node: &Node, lines: &mut Vec<(u32, u32)>, depth: usize) {
    if depth == 0 || lines.len() >= MOST {
        return;
    }
    let parts: Vec<(Span, &Node)> = match node.value() {
        yaml::Value::Map(entries) => entries.iter().filter(|e| !e.merged).map(|e| (e.key.span(), &e.value)).collect(),
        yaml::Value::Seq(items) => items.iter().map(|item| (item.span(), item)).collect(),
        yaml::Value::Scalar(_) => return,
    };
    for (start, value) in parts {
        let end = value.span();
        if start.source == at.id && end.source == at.id && start.start <= end.end {
            let line = |offset: u32| at.source.position(offset).line - 1;
            // What ends with a line break ends on the line before.
            let last = line(end.end.saturating_sub(1).max(start.start));
            if last > line(start.start) {
                lines.push((line(start.start), last));
            }
        }
        fold(at, value, lines, depth - 1);
    }
}
