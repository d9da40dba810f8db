//! What is audited, when, and what of it is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use lsp_server::Notification;
use lsp_types::{MessageType, PublishDiagnosticsParams, Uri};

use super::diagnostics::{OfFile, Told};
use super::documents::real;
use super::server::Server;
use super::view::View;
use super::{Snapshot, Target, Unsaved, diagnostics, place};
use crate::finding::Finding;
use crate::source::Span;

/// What one folder says of a file.
type Shared = Arc<Vec<lsp_types::Diagnostic>>;

/// What the client was told last of a file.
#[derive(Debug)]
pub(super) struct Published {
    of: Vec<Shared>,
    version: Option<i32>,
    params: serde_json::Value,
}

fn same<T>(a: &[Arc<T>], b: &[Arc<T>]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| Arc::ptr_eq(a, b))
}

/// What several folders say of a file, each once: folders may lie in each other.
fn together(of: &[Shared]) -> Vec<lsp_types::Diagnostic> {
    let mut all: Vec<lsp_types::Diagnostic> = Vec::new();
    for found in of {
        let new: Vec<_> = found.iter().filter(|one| !all.contains(one)).cloned().collect();
        all.extend(new);
    }
    all
}

impl Server<'_> {
    /// Notes that a file changed; all of them where none is named.
    pub(super) fn touched(&mut self, disk: Option<&Path>) {
        for folder in &mut self.folders {
            folder.stale |= disk.is_none_or(|disk| folder.reads(disk));
        }
        self.edited = Some(Instant::now());
    }

    /// Audits what changed and tells what is new.
    pub(super) fn refresh(&mut self) {
        if self.edited.take().is_none() {
            return;
        }
        for at in 0..self.folders.len() {
            if self.folders.get(at).is_some_and(|f| f.stale) {
                self.audit(at);
            }
        }
        self.publish();
    }

    fn audit(&mut self, at: usize) {
        let unsaved = self.documents.unsaved();
        let Some(folder) = self.folders.get_mut(at) else { return };
        folder.stale = false;
        let audited = self.auditor.audit(&folder.root, &folder.paths, unsaved, &mut folder.kept);
        let last = folder.view.take();
        let (view, failure) = match audited {
            Ok(snapshot) => (Some(View::new(snapshot, last.as_ref())), None),
            Err(why) => (None, Some(why)),
        };
        let told = failure.clone().filter(|why| folder.failure.as_ref() != Some(why));
        folder.failure = failure;
        let before = std::mem::take(&mut folder.said);
        let said = view.as_ref().map(|view| {
            let uri = |disk: &Path| self.uri(disk);
            let told = Told { encoding: self.encoding, uri: &uri, named: self.named() };
            diagnostics::of(view, told, last.as_ref().map(|last| (last, &before)))
        });
        if let Some(folder) = self.folders.get_mut(at) {
            folder.said = said.unwrap_or_default();
            folder.view = view;
        }
        if let Some(why) = told {
            self.tell("window/showMessage", MessageType::ERROR, format!("deploylint: {why}"));
        }
    }

    /// Sends the diagnostics that are not what the client was told last.
    fn publish(&mut self) {
        let mut now: BTreeMap<String, (Uri, Vec<Shared>)> = BTreeMap::new();
        for OfFile { uri, told, .. } in self.folders.iter().flat_map(|f| f.said.files.values()) {
            let (_, all) = now.entry(uri.as_str().to_owned()).or_insert_with(|| (uri.clone(), Vec::new()));
            all.push(Arc::clone(told));
        }
        let gone: Vec<Uri> =
            self.published.keys().filter(|k| !now.contains_key(*k)).filter_map(|k| k.parse().ok()).collect();
        let sets = now.into_values().chain(gone.into_iter().map(|uri| (uri, Vec::new())));
        for (uri, of) in sets.collect::<Vec<_>>() {
            let key = uri.as_str().to_owned();
            let version = self.documents.get(&uri).map(|d| d.version);
            let last = self.published.get(&key);
            if last.is_some_and(|last| last.version == version && same(&last.of, &of)) {
                continue;
            }
            let diagnostics = together(&of);
            let empty = diagnostics.is_empty();
            let params = PublishDiagnosticsParams { uri, diagnostics, version };
            let Ok(params) = serde_json::to_value(params) else { continue };
            let known = last.is_some_and(|last| last.params == params);
            if empty {
                self.published.remove(&key);
            } else {
                self.published.insert(key, Published { of, version, params: params.clone() });
            }
            if !known {
                self.send(Notification { method: "textDocument/publishDiagnostics".to_owned(), params }.into());
            }
        }
    }

    /// The open documents and the folders, as the client names them.
    fn named(&self) -> Vec<(PathBuf, Uri)> {
        let folders = self.folders.iter().filter_map(|f| Some((f.root.clone(), place::uri(&f.given)?)));
        self.documents.named().into_iter().chain(folders).collect()
    }

    /// The URI of a file, as the client would write it.
    pub(super) fn uri(&self, disk: &Path) -> Option<Uri> {
        if let Some(document) = self.documents.of(disk) {
            return Some(document.uri.clone());
        }
        let folder = self.folders.iter().find(|f| disk.starts_with(&f.root));
        let given = folder.and_then(|f| Some(f.given.join(disk.strip_prefix(&f.root).ok()?)));
        place::uri(given.as_deref().unwrap_or(disk))
    }

    /// The file of a URI, links resolved.
    pub(super) fn disk(&self, uri: &Uri) -> Option<PathBuf> {
        match self.documents.get(uri) {
            Some(document) => document.disk.clone(),
            None => place::path(uri).map(|path| real(&path)),
        }
    }

    /// The open texts with edits made, which do not overlap.
    pub(super) fn edited(&self, view: &View, edits: &[(Span, String)]) -> Unsaved {
        let mut texts = self.documents.unsaved();
        let mut sorted: Vec<&(Span, String)> = edits.iter().collect();
        // From the end, so that places before stay what they are.
        sorted.sort_by_key(|(span, _)| std::cmp::Reverse((span.source, span.start)));
        let mut changed: BTreeMap<PathBuf, String> = BTreeMap::new();
        for (span, new) in sorted {
            let source = view.source(span.source);
            let Some(disk) = &source.disk else { continue };
            let text = changed.entry(disk.clone()).or_insert_with(|| source.text.to_string());
            let range = span.start as usize..span.end as usize;
            if text.get(range.clone()).is_some() {
                text.replace_range(range, new);
            }
        }
        texts.extend(changed.into_iter().map(|(disk, text)| (disk, Arc::from(text))));
        texts
    }

    /// The audit of these texts in the folder that knows the file at `disk`.
    pub(super) fn tried(&mut self, disk: &Path, texts: Unsaved) -> Option<Snapshot> {
        let folder = self.folders.iter_mut().find(|folder| folder.knows(disk))?;
        self.auditor.audit(&folder.root, &folder.paths, texts, &mut folder.kept).ok()
    }

    /// The fix of a finding in the file at `disk`: files with their texts before and after.
    pub(super) fn fixed(&mut self, disk: &Path, target: &Target) -> Result<Vec<(PathBuf, String, String)>, String> {
        let unsaved = self.documents.unsaved();
        let folder = self.folders.iter().find(|folder| folder.knows(disk));
        let folder = folder.ok_or_else(|| "the file is not audited".to_owned())?;
        self.auditor.fix(&folder.root, &folder.paths, unsaved, target)
    }

    /// The comment that suppresses a finding, and its place.
    pub(super) fn comment(&self, view: &View, finding: &Finding) -> Option<(Span, String)> {
        self.auditor.comment(&view.snapshot.audit, finding)
    }

    /// The page of a rule, as Markdown.
    pub(super) fn page(&mut self, rule: &str) -> Option<String> {
        self.auditor.page(rule)
    }
}
