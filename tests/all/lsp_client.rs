//! A client of `deploylint lsp`, for tests.

#![allow(dead_code, unreachable_pub, missing_docs)] // Each test file uses its own part.
#![allow(clippy::expect_used, clippy::needless_pass_by_value, clippy::panic)] // Test code outside of test functions.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

pub struct Client {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    next: i32,
    /// What was published last, by URI.
    pub diagnostics: BTreeMap<String, Vec<Value>>,
    /// How many times something was published.
    pub published: usize,
    /// All other messages that nobody asked for.
    pub told: Vec<Value>,
}

impl Client {
    /// A server without a conversation.
    pub fn spawn(arguments: &[&str]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploylint"));
        command.arg("lsp").args(arguments).env_clear();
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit());
        let mut child = command.spawn().expect("start the server");
        let input = child.stdin.take();
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        Self { child, input, output, next: 0, diagnostics: BTreeMap::new(), published: 0, told: Vec::new() }
    }

    /// A server for these folders.
    pub fn start(folders: &[&Path]) -> Self {
        let mut client = Self::spawn(&[]);
        client.initialize(folders, json!({}));
        client
    }

    pub fn initialize(&mut self, folders: &[&Path], capabilities: Value) -> Value {
        let folders: Vec<_> = folders.iter().map(|f| json!({"uri": uri(f), "name": "folder"})).collect();
        let params = json!({"processId": null, "capabilities": capabilities, "workspaceFolders": folders});
        let answer = self.request("initialize", params);
        self.notify("initialized", json!({}));
        answer
    }

    pub fn write(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().expect("an open pipe");
        input.write_all(bytes).and_then(|()| input.flush()).expect("the server reads");
    }

    pub fn send(&mut self, message: &Value) {
        let body = message.to_string();
        self.write(format!("Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
    }

    pub fn notify(&mut self, method: &str, params: Value) {
        self.send(&json!({"jsonrpc": "2.0", "method": method, "params": params}));
    }

    /// The whole answer, with what came before it taken note of.
    pub fn answer(&mut self, method: &str, params: Value) -> Value {
        self.next += 1;
        let id = self.next;
        self.send(&json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}));
        self.wait_for(id)
    }

    pub fn wait_for(&mut self, id: i32) -> Value {
        loop {
            let message = self.read().expect("the server answers");
            if message.get("method").is_none() && message["id"] == id {
                return message;
            }
            self.note(message);
        }
    }

    fn note(&mut self, message: Value) {
        if message["method"] != "textDocument/publishDiagnostics" {
            self.told.push(message);
            return;
        }
        let uri = message["params"]["uri"].as_str().expect("a URI").to_owned();
        let found = message["params"]["diagnostics"].as_array().expect("a list").clone();
        self.published += 1;
        self.diagnostics.insert(uri, found);
    }

    /// The result of a request that succeeds.
    pub fn request(&mut self, method: &str, params: Value) -> Value {
        let answer = self.answer(method, params);
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    /// Waits until all edits are audited.
    pub fn sync(&mut self) {
        self.request("deploylint/sync", Value::Null);
    }

    pub fn open(&mut self, path: &Path, text: &str) {
        let document = json!({"uri": uri(path), "languageId": "yaml", "version": 1, "text": text});
        self.notify("textDocument/didOpen", json!({"textDocument": document}));
    }

    /// Replaces what stands between two places, each a line and a character from 0.
    pub fn edit(&mut self, path: &Path, version: i32, from: (u32, u32), to: (u32, u32), text: &str) {
        let at = |(line, character): (u32, u32)| json!({"line": line, "character": character});
        let change = json!({"range": {"start": at(from), "end": at(to)}, "text": text});
        let document = json!({"uri": uri(path), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [change]}));
    }

    pub fn replace(&mut self, path: &Path, version: i32, text: &str) {
        let document = json!({"uri": uri(path), "version": version});
        self.notify("textDocument/didChange", json!({"textDocument": document, "contentChanges": [{"text": text}]}));
    }

    /// The rules that are published for a file, in order.
    pub fn rules(&self, path: &Path) -> Vec<String> {
        let found = self.diagnostics.get(&uri(path)).into_iter().flatten();
        found.map(|d| d["code"].as_str().expect("a code").to_owned()).collect()
    }

    /// Ends the conversation as the protocol wants it.
    pub fn end(mut self) -> i32 {
        self.request("shutdown", Value::Null);
        self.notify("exit", Value::Null);
        self.gone()
    }

    /// The exit code, once the input is closed.
    pub fn gone(mut self) -> i32 {
        self.input = None;
        while self.read().is_some() {}
        self.child.wait().expect("wait for the server").code().unwrap_or(-1)
    }

    pub fn read(&mut self) -> Option<Value> {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if self.output.read_line(&mut line).expect("read") == 0 {
                return None;
            }
            match line.trim_end().split_once(": ") {
                Some(("Content-Length", n)) => length = n.parse().expect("a length"),
                _ => break,
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("a whole message");
        Some(serde_json::from_slice(&body).expect("JSON"))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The URI of a path without odd characters.
pub fn uri(path: &Path) -> String {
    format!("file://{}", path.display())
}
