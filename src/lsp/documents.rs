//! The documents that are open in the editor, and the folders of the workspace.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lsp_types::{TextDocumentContentChangeEvent, TextDocumentItem, Uri};

use super::place::{self, Encoding};

/// An open document.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// Its name, as the client writes it.
    pub(super) uri: Uri,
    /// Its version.
    pub(super) version: i32,
    /// Its text.
    pub(super) text: Arc<str>,
    /// The file, links resolved; `None` where it is none.
    pub(super) disk: Option<PathBuf>,
}

/// All open documents, by URI.
#[derive(Debug, Default)]
pub(super) struct Documents {
    all: BTreeMap<String, Document>,
}

impl Documents {
    pub(super) fn open(&mut self, item: TextDocumentItem) {
        let disk = place::path(&item.uri).map(|path| real(&path));
        let key = item.uri.as_str().to_owned();
        self.all.insert(key, Document { uri: item.uri, version: item.version, text: item.text.into(), disk });
    }

    pub(super) fn close(&mut self, uri: &Uri) -> Option<Document> {
        self.all.remove(uri.as_str())
    }

    pub(super) fn get(&self, uri: &Uri) -> Option<&Document> {
        self.all.get(uri.as_str())
    }

    /// The document of the file at `disk`.
    pub(super) fn of(&self, disk: &Path) -> Option<&Document> {
        self.all.values().find(|d| d.disk.as_deref() == Some(disk))
    }

    /// Makes the changes, in order; false where no such document is open.
    pub(super) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
        encoding: Encoding,
    ) -> bool {
        let Some(document) = self.all.get_mut(uri.as_str()) else { return false };
        let mut text = document.text.to_string();
        for change in changes {
            let Some(range) = change.range else {
                text = change.text;
                continue;
            };
            let start = encoding.offset(&text, range.start);
            let end = encoding.offset(&text, range.end).max(start);
            text.replace_range(start..end, &change.text);
        }
        document.text = text.into();
        document.version = version;
        true
    }

    /// The files of all documents, as the client names them.
    pub(super) fn named(&self) -> Vec<(PathBuf, Uri)> {
        self.all.values().filter_map(|d| Some((d.disk.clone()?, d.uri.clone()))).collect()
    }

    /// What stands in for files on disk.
    pub(super) fn unsaved(&self) -> HashMap<PathBuf, Arc<str>> {
        self.all.values().filter_map(|d| Some((d.disk.clone()?, Arc::clone(&d.text)))).collect()
    }
}

/// The path with links resolved, also of a file that is not there yet.
pub(super) fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        let folder = path.parent().and_then(|folder| std::fs::canonicalize(folder).ok());
        folder.zip(path.file_name()).map_or_else(|| path.to_owned(), |(folder, name)| folder.join(name))
    })
}
