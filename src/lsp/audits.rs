//! What is audited, when, and what of it is told.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use lsp_server::Notification;
use lsp_types::{MessageType, PublishDiagnosticsParams, Uri};

use super::documents::real;
use super::server::Server;
use super::view::View;
use super::{Snapshot, Target, Unsaved, diagnostics, place};
use crate::finding::Finding;
use crate::source::Span;

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
        let (view, failure) = match self.auditor.audit(&folder.root, &folder.paths, unsaved) {
            Ok(snapshot) => (Some(View::new(snapshot)), None),
            Err(why) => (None, Some(why)),
        };
        let told = failure.clone().filter(|why| folder.failure.as_ref() != Some(why));
        folder.failure = failure;
        folder.view = view;
        let Some(folder) = self.folders.get(at) else { return };
        let said = folder.view.as_ref().map(|s| diagnostics::of(s, self.encoding, &|disk| self.uri(disk)));
        if let Some(folder) = self.folders.get_mut(at) {
            folder.said = said.unwrap_or_default();
        }
        if let Some(why) = told {
            self.tell("window/showMessage", MessageType::ERROR, format!("deploylint: {why}"));
        }
    }

    /// Sends the diagnostics that are not what the client was told last.
    fn publish(&mut self) {
        let mut now: BTreeMap<String, (Uri, Vec<lsp_types::Diagnostic>)> = BTreeMap::new();
        for (disk, found) in self.folders.iter().flat_map(|f| &f.said) {
            let Some(uri) = self.uri(disk) else { continue };
            let (_, all) = now.entry(uri.as_str().to_owned()).or_insert_with(|| (uri, Vec::new()));
            // Folders may lie in each other.
            let new: Vec<_> = found.iter().filter(|one| !all.contains(one)).cloned().collect();
            all.extend(new);
        }
        let gone: Vec<Uri> =
            self.published.keys().filter(|k| !now.contains_key(*k)).filter_map(|k| k.parse().ok()).collect();
        let sets = now.into_values().chain(gone.into_iter().map(|uri| (uri, Vec::new())));
        for (uri, diagnostics) in sets.collect::<Vec<_>>() {
            let key = uri.as_str().to_owned();
            let version = self.documents.get(&uri).map(|d| d.version);
            let empty = diagnostics.is_empty();
            let params = PublishDiagnosticsParams { uri, diagnostics, version };
            let Ok(params) = serde_json::to_value(params) else { continue };
            if self.published.get(&key) == Some(&params) {
                continue;
            }
            if empty {
                self.published.remove(&key);
            } else {
                self.published.insert(key, params.clone());
            }
            self.send(Notification { method: "textDocument/publishDiagnostics".to_owned(), params }.into());
        }
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
        let folder = self.folders.iter().find(|folder| folder.knows(disk))?;
        self.auditor.audit(&folder.root, &folder.paths, texts).ok()
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
