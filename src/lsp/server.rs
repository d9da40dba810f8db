//! The server's state: what is open, what the audits said, and which message is whose.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::{
    DidChangeTextDocumentParams, DidChangeWatchedFilesParams, DidChangeWorkspaceFoldersParams,
    DidCloseTextDocumentParams, DidOpenTextDocumentParams, InitializeParams, MessageType, ShowMessageParams, Uri,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::audits::Published;
use super::documents::{Document, Documents, real};
use super::folders::Folder;
use super::place::{self, Encoding};
use super::wire::{self, Incoming};
use super::{Auditor, requests};

/// How long nobody types before an audit that nobody waits for.
const PAUSE: Duration = Duration::from_millis(150);

/// Why a request is refused.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: ErrorCode,
    pub(super) message: String,
}

/// Where the conversation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Before,
    Running,
    ShutDown,
}

/// One client's server.
pub(super) struct Server<'a> {
    output: &'a mut dyn Write,
    broken: bool,
    pub(super) auditor: &'a mut dyn Auditor,
    stage: Stage,
    pub(super) encoding: Encoding,
    pub(super) documents: Documents,
    pub(super) folders: Vec<Folder>,
    /// When the last edit was, where it is not audited yet.
    pub(super) edited: Option<Instant>,
    /// What the client was told last, by URI.
    pub(super) published: BTreeMap<String, Published>,
    /// Whether the client can be asked to tell of changed files.
    watches: bool,
    /// Whether the client asks for the edit of an action when it wants it.
    pub(super) resolves: bool,
}

impl<'a> Server<'a> {
    pub(super) fn new(output: &'a mut dyn Write, auditor: &'a mut dyn Auditor) -> Self {
        Self {
            output,
            broken: false,
            auditor,
            stage: Stage::Before,
            encoding: Encoding::Utf16,
            documents: Documents::default(),
            folders: Vec::new(),
            edited: None,
            published: BTreeMap::new(),
            watches: false,
            resolves: false,
        }
    }

    /// Until when to wait for more edits; `None` where there is nothing to audit.
    pub(super) fn wait(&self) -> Option<Instant> {
        self.edited.map(|at| at + PAUSE)
    }

    /// Whether nobody reads the answers any more.
    pub(super) fn broken(&self) -> bool {
        self.broken
    }

    /// Answers a request that was cancelled before its turn.
    pub(super) fn cancel(&mut self, id: RequestId) {
        let code = ErrorCode::RequestCanceled as i32;
        self.send(Response::new_err(id, code, "cancelled".to_owned()).into());
    }

    /// Handles one message; the exit code where it was the last one.
    pub(super) fn handle(&mut self, incoming: Incoming) -> Option<u8> {
        match incoming {
            Incoming::Message(Message::Request(request)) => self.request(request),
            Incoming::Message(Message::Notification(notification)) => return self.notification(notification),
            Incoming::Message(Message::Response(_)) => {}
            Incoming::Malformed(Some(id), code, message) => {
                self.send(Response::new_err(id, code as i32, message).into());
            }
            Incoming::Malformed(None, code, message) => {
                self.broken |= wire::write_error(self.output, code, &message).is_err();
            }
        }
        None
    }

    fn request(&mut self, request: Request) {
        let Request { id, method, params } = request;
        let answer = match (self.stage, method.as_str()) {
            (Stage::Before, "initialize") => ask(params, |p| Ok(self.initialize(&p))),
            (Stage::Before, _) => Err(refused(ErrorCode::ServerNotInitialized, "the first request is `initialize`")),
            (Stage::ShutDown, _) => Err(refused(ErrorCode::InvalidRequest, "the server is shut down")),
            (Stage::Running, "shutdown") => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Running, "initialize") => {
                Err(refused(ErrorCode::InvalidRequest, "the server is initialised already"))
            }
            (Stage::Running, _) => requests::answer(self, &method, params),
        };
        self.send(match answer {
            Ok(value) => Response::new_ok(id, value).into(),
            Err(Refusal { code, message }) => Response::new_err(id, code as i32, message).into(),
        });
    }

    fn notification(&mut self, notification: Notification) -> Option<u8> {
        let Notification { method, params } = notification;
        if method == "exit" {
            return Some(u8::from(self.stage != Stage::ShutDown));
        }
        if self.stage != Stage::Running {
            return None;
        }
        let done = match method.as_str() {
            "initialized" => {
                self.watch();
                Ok(Value::Null)
            }
            "textDocument/didOpen" => ask(params, |p| self.opened(p)),
            "textDocument/didChange" => ask(params, |p| self.changed(p)),
            "textDocument/didClose" => ask(params, |p| self.closed(&p)),
            "workspace/didChangeWatchedFiles" => ask(params, |p: DidChangeWatchedFilesParams| {
                for change in &p.changes {
                    self.touched(place::path(&change.uri).map(|p| real(&p)).as_deref());
                }
                Ok(())
            }),
            "workspace/didChangeWorkspaceFolders" => ask(params, |p| self.moved(p)),
            "textDocument/didSave" | "workspace/didChangeConfiguration" => {
                self.touched(None);
                Ok(Value::Null)
            }
            _ => Ok(Value::Null),
        };
        if let Err(refusal) = done {
            self.tell("window/logMessage", MessageType::WARNING, format!("{}: {}", cut(&method), refusal.message));
        }
        None
    }

    fn initialize(&mut self, params: &InitializeParams) -> Value {
        let general = params.capabilities.general.as_ref();
        self.encoding = Encoding::of(general.and_then(|g| g.position_encodings.as_deref()));
        let watched = params.capabilities.workspace.as_ref().and_then(|w| w.did_change_watched_files.as_ref());
        self.watches = watched.and_then(|w| w.dynamic_registration).unwrap_or(false);
        let action = params.capabilities.text_document.as_ref().and_then(|t| t.code_action.as_ref());
        let resolve = action.and_then(|a| a.resolve_support.as_ref());
        self.resolves = resolve.is_some_and(|r| r.properties.iter().any(|p| p == "edit"));
        let folders = params.workspace_folders.iter().flatten().map(|f| f.uri.clone());
        let mut uris: Vec<Uri> = folders.collect();
        #[allow(deprecated)] // What clients send that know no workspace folders.
        if uris.is_empty() {
            uris.extend(params.root_uri.clone());
        }
        for uri in uris {
            self.add(&uri);
        }
        self.touched(None);
        self.stage = Stage::Running;
        json!({
            "serverInfo": {"name": "deploylint", "version": env!("CARGO_PKG_VERSION")},
            "capabilities": requests::capabilities(self.encoding),
        })
    }

    /// Asks the client to tell of files that change elsewhere.
    fn watch(&mut self) {
        if !self.watches {
            return;
        }
        let options = json!({"watchers": [{"globPattern": "**/*"}]});
        let method = "workspace/didChangeWatchedFiles";
        let params = json!({"registrations": [{"id": "files", "method": method, "registerOptions": options}]});
        let id = RequestId::from("watch".to_owned());
        self.send(Request { id, method: "client/registerCapability".to_owned(), params }.into());
    }

    fn add(&mut self, uri: &Uri) {
        let Some(given) = place::path(uri) else { return };
        let root = real(&given);
        if root.is_dir() && self.folders.iter().all(|f| f.root != root) {
            self.folders.push(Folder::new(root, given, vec![PathBuf::from(".")]));
        }
    }

    fn moved(&mut self, params: DidChangeWorkspaceFoldersParams) -> Result<(), Refusal> {
        let gone: Vec<PathBuf> = params.event.removed.iter().filter_map(|f| place::path(&f.uri)).collect();
        self.folders.retain(|folder| !gone.contains(&folder.given));
        for folder in &params.event.added {
            self.add(&folder.uri);
        }
        self.touched(None);
        Ok(())
    }

    fn opened(&mut self, params: DidOpenTextDocumentParams) -> Result<(), Refusal> {
        let uri = params.text_document.uri.clone();
        self.documents.open(params.text_document);
        let disk = self.documents.get(&uri).and_then(|d| d.disk.clone());
        if let Some(disk) = &disk {
            self.alone(disk);
        }
        self.touched(disk.as_deref());
        Ok(())
    }

    /// A file that no folder holds is audited by itself.
    fn alone(&mut self, disk: &Path) {
        let held = self.folders.iter().any(|f| f.is_whole() && disk.starts_with(&f.root) || f.is_file(disk));
        if let (false, Some(folder), Some(name)) = (held, disk.parent(), disk.file_name()) {
            self.folders.push(Folder::new(folder.to_owned(), folder.to_owned(), vec![PathBuf::from(name)]));
        }
    }

    fn changed(&mut self, params: DidChangeTextDocumentParams) -> Result<(), Refusal> {
        let document = params.text_document;
        if !self.documents.change(&document.uri, document.version, params.content_changes, self.encoding) {
            return Err(refused(ErrorCode::InvalidParams, "the document is not open"));
        }
        let disk = self.documents.get(&document.uri).and_then(|d| d.disk.clone());
        self.touched(disk.as_deref());
        Ok(())
    }

    fn closed(&mut self, params: &DidCloseTextDocumentParams) -> Result<(), Refusal> {
        let disk = self.documents.close(&params.text_document.uri).and_then(|d: Document| d.disk);
        self.touched(disk.as_deref());
        if let Some(disk) = disk {
            self.folders.retain(|f| f.is_whole() || !f.is_file(&disk));
        }
        Ok(())
    }

    pub(super) fn tell(&mut self, method: &str, typ: MessageType, message: String) {
        let message = crate::report::safe::lines(&message).into_owned();
        let params = serde_json::to_value(ShowMessageParams { typ, message }).unwrap_or_default();
        self.send(Notification { method: method.to_owned(), params }.into());
    }

    pub(super) fn send(&mut self, message: Message) {
        self.broken |= wire::write(self.output, &message).is_err();
    }
}

/// Calls `handler` with the parameters, where they are what it takes.
pub(super) fn ask<P: DeserializeOwned, R: Serialize>(
    params: Value,
    handler: impl FnOnce(P) -> Result<R, Refusal>,
) -> Result<Value, Refusal> {
    let params = serde_json::from_value(params).map_err(|e| refused(ErrorCode::InvalidParams, e.to_string()))?;
    let answer = handler(params)?;
    serde_json::to_value(answer).map_err(|e| refused(ErrorCode::InternalError, e.to_string()))
}

pub(super) fn refused(code: ErrorCode, message: impl Into<String>) -> Refusal {
    Refusal { code, message: message.into() }
}

/// A method's name for a message.
pub(super) fn cut(method: &str) -> String {
    method.chars().take(80).collect()
}
