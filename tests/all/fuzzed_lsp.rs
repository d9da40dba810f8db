//! A conversation of the language server, made of an input: a text, then what an editor does to it.

#![allow(dead_code, unreachable_pub, missing_docs)] // `fuzz/` and the tests each use their part.
#![allow(clippy::expect_used, clippy::missing_panics_doc)] // Test code outside of test functions.

use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use deploylint::Audit;
use deploylint::discover::Candidate;
use deploylint::expand::Options;
use deploylint::finding::Finding;
use deploylint::load::Kept;
use deploylint::lsp::{Auditor, Snapshot, Target, Unsaved};
use deploylint::report::Report;
use deploylint::source::Span;
use serde_json::{Value, json};

use crate::fuzzed::{KNOWLEDGE, RULES};

/// A folder that is nowhere.
pub const ROOT: &str = "/deploylint-fuzz";

/// Texts with steps, each after a byte 0: what to do, a line, a column, and what is typed there.
pub const SESSIONS: &[&str] = &[
    "services:\n  web:\n    image: redis:latest\n    ports: ['6379:6379']\n\0\u{8}\u{2}\u{b}\0\u{1}\u{2}\u{b}x\0\u{b}\u{2}\u{b}",
    "services:\n  é: {image: 'x:${TAG}'}\n\0\u{7}\u{1}\u{9}\0\u{9}\u{1}\u{9}a\0\u{c}\u{1}\u{9}name",
    "x-a: &a {k: v}\nservices: {a: {<<: *a}}\n\0\u{1}\u{2}\u{4}\u{1f600}\r\n\0\u{d}\u{1}\u{1}\0\u{e}\u{1}\u{1}\0\u{f}\u{1}\u{1}",
];

/// What an editor asks, by the first byte of a step; the others are edits.
const METHODS: [&str; 10] = [
    "hover",
    "completion",
    "definition",
    "references",
    "prepareRename",
    "rename",
    "codeAction",
    "inlayHint",
    "documentSymbol",
    "foldingRange",
];

/// Audits the texts that are open, as the command line would.
struct Open;

impl Auditor for Open {
    fn audit(&mut self, _: &Path, _: &[PathBuf], unsaved: Unsaved, kept: &mut Kept) -> Result<Snapshot, String> {
        let candidate = |disk: &PathBuf| Candidate {
            disk: Some(disk.clone()),
            path: disk.strip_prefix(ROOT).unwrap_or(disk).to_string_lossy().into_owned(),
            content: None,
            executable: None,
        };
        let mut candidates: Vec<Candidate> = unsaved.keys().map(candidate).collect();
        candidates.sort_by(|a, b| a.path.cmp(&b.path));
        let options = Options::default();
        let audit = deploylint::audit_again(&candidates, unsaved, &options, (&RULES, &KNOWLEDGE), kept);
        let report = Report {
            sources: Arc::clone(&audit.sources),
            findings: audit.checked.findings.clone(),
            undecided: Vec::new(),
            inputs: Vec::new(),
            rules: Vec::new(),
            changed: None,
            graphs: Vec::new(),
        };
        Ok(Snapshot { audit, report, options })
    }

    fn fix(
        &mut self,
        _: &Path,
        _: &[PathBuf],
        _: Unsaved,
        _: &Target,
    ) -> Result<Vec<(PathBuf, String, String)>, String> {
        Err("nothing is fixed here".to_owned())
    }

    fn comment(&self, audit: &Audit, finding: &Finding) -> Option<(Span, String)> {
        deploylint::fix::suppressing(audit, finding)
    }

    fn page(&mut self, _: &str) -> Option<String> {
        None
    }
}

fn message(wire: &mut Vec<u8>, message: &Value) {
    let body = message.to_string();
    wire.extend(format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes());
}

fn notify(wire: &mut Vec<u8>, method: &str, params: &Value) {
    message(wire, &json!({"jsonrpc": "2.0", "method": method, "params": params}));
}

fn request(wire: &mut Vec<u8>, id: usize, method: &str, params: &Value) {
    message(wire, &json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
}

/// Opens the text, takes each step, and says good-bye: the server answers every request and ends with 0.
pub fn session(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0);
    let text = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let uri = format!("file://{ROOT}/compose.yml");
    let mut wire = Vec::new();
    let folders = json!([{"uri": format!("file://{ROOT}"), "name": "folder"}]);
    request(&mut wire, 0, "initialize", &json!({"processId": null, "capabilities": {}, "workspaceFolders": folders}));
    notify(&mut wire, "initialized", &json!({}));
    let document = json!({"uri": uri, "languageId": "yaml", "version": 1, "text": text});
    notify(&mut wire, "textDocument/didOpen", &json!({"textDocument": document}));
    let mut asked = 1;
    for (version, step) in parts.take(12).enumerate() {
        let (Some(what), rest) = (step.first(), step.get(1..).unwrap_or_default()) else { continue };
        let byte = |n: usize| rest.get(n).copied().unwrap_or_default();
        let typed = String::from_utf8_lossy(rest.get(2..).unwrap_or_default());
        let at = json!({"line": byte(0), "character": byte(1)});
        let end = json!({"line": byte(0), "character": u16::from(byte(1)) + u16::from(*what)});
        let range = json!({"start": at, "end": end});
        let Some(method) = usize::from(*what).checked_sub(6).and_then(|n| METHODS.get(n)) else {
            let change = if *what == 5 { json!({"text": typed}) } else { json!({"range": range, "text": typed}) };
            let document = json!({"uri": uri, "version": version + 2});
            let params = json!({"textDocument": document, "contentChanges": [change]});
            notify(&mut wire, "textDocument/didChange", &params);
            continue;
        };
        let context = json!({"diagnostics": [], "includeDeclaration": true});
        let document = json!({"uri": uri});
        let params = json!({
            "textDocument": document, "position": at, "range": range, "context": context, "newName": typed,
        });
        request(&mut wire, asked, &format!("textDocument/{method}"), &params);
        asked += 1;
    }
    request(&mut wire, asked, "shutdown", &Value::Null);
    notify(&mut wire, "exit", &Value::Null);
    let mut output = Vec::new();
    let code = deploylint::lsp::serve(Cursor::new(wire), &mut output, &mut Open);
    let output = String::from_utf8(output).expect("UTF-8");
    let answers = output.matches("\"result\":").count() + output.matches("\"error\":{").count();
    assert!(code == 0 && answers > asked, "exit code {code}, {answers} answers to {} requests", asked + 1);
}
