//! What can be asked, and who answers it.

use lsp_server::ErrorCode;
use serde_json::{Value, json};

use super::place::Encoding;
use super::server::{Refusal, Server, ask, cut, refused};
use super::{actions, complete, hints, hover, navigate, outline, rename};

/// What a client may ask for.
pub(super) fn capabilities(encoding: Encoding) -> Value {
    json!({
        "positionEncoding": encoding.kind(),
        "textDocumentSync": {"openClose": true, "change": 2, "save": true},
        "hoverProvider": true,
        "definitionProvider": true,
        "referencesProvider": true,
        "renameProvider": {"prepareProvider": true},
        "codeActionProvider": {"codeActionKinds": ["quickfix"], "resolveProvider": true},
        "inlayHintProvider": true,
        "completionProvider": {"triggerCharacters": ["\""]},
        "documentSymbolProvider": true,
        "foldingRangeProvider": true,
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
    })
}

/// Answers a request. What is asked about a place waits for the audit of all edits before it.
pub(super) fn answer(server: &mut Server<'_>, method: &str, params: Value) -> Result<Value, Refusal> {
    if method == "textDocument/completion" {
        // At each key: what the last audit said of the file is enough.
        return ask(params, |p| complete::complete(server, &p));
    }
    let known = method.starts_with("textDocument/") || method == "codeAction/resolve" || method == "deploylint/sync";
    if known {
        server.refresh();
    }
    match method {
        "textDocument/hover" => ask(params, |p| hover::hover(server, &p)),
        "textDocument/definition" => ask(params, |p| navigate::definition(server, &p)),
        "textDocument/references" => ask(params, |p| navigate::references(server, &p)),
        "textDocument/prepareRename" => ask(params, |p| rename::prepare(server, &p)),
        "textDocument/rename" => ask(params, |p| rename::rename(server, &p)),
        "textDocument/codeAction" => ask(params, |p| actions::actions(server, &p)),
        "codeAction/resolve" => ask(params, |p| actions::resolve(server, p)),
        "textDocument/inlayHint" => ask(params, |p| hints::hints(server, &p)),
        "textDocument/documentSymbol" => ask(params, |p| outline::symbols(server, &p)),
        "textDocument/foldingRange" => ask(params, |p| outline::folding(server, &p)),
        // For tests and scripts: answered when all edits so far are audited and their diagnostics sent.
        "deploylint/sync" => Ok(held(server)),
        _ => Err(refused(ErrorCode::MethodNotFound, format!("`{}` is not known here", cut(method)))),
    }
}

/// How much the server holds, and how many files the last audits made anew.
fn held(server: &Server<'_>) -> Value {
    let views = server.folders.iter().filter_map(|folder| folder.view.as_ref());
    let sources: usize = views.map(|view| view.snapshot.audit.sources.ids().count()).sum();
    let renewed: usize = server.folders.iter().map(|folder| folder.kept.renewed()).sum();
    let (folders, published) = (server.folders.len(), server.published.len());
    json!({"folders": folders, "sources": sources, "published": published, "renewed": renewed})
}
