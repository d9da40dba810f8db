//! One audit as the editor looks at it: from places in documents to what stands there, and back.

use std::cell::OnceCell;
use std::sync::Arc;

use lsp_types::{Location, Position, Range, Uri};
use serde_json::{Map, Value, json};

use super::Snapshot;
use super::index::Index;
use super::place::Encoding;
use super::server::Server;
use crate::expand::templates;
use crate::expand::vars::Explanation;
use crate::finding::Finding;
use crate::report::redact::{MASK, Redactor};
use crate::source::{Source, SourceId, Span};

/// A folder's audit, with what is made of it when somebody asks.
#[derive(Debug)]
pub(super) struct View {
    pub(super) snapshot: Snapshot,
    pub(super) redactor: Redactor,
    index: OnceCell<Index>,
}

/// A place in a document that the client asks about.
#[derive(Debug)]
pub(super) struct At<'s> {
    pub(super) view: &'s View,
    pub(super) id: SourceId,
    pub(super) source: Arc<Source>,
    /// The byte.
    pub(super) offset: u32,
}

impl View {
    /// The view of a snapshot that comes after another one of the same folder.
    pub(super) fn new(snapshot: Snapshot, last: Option<&View>) -> Self {
        let redactor = Redactor::of_all_after(&snapshot.report, last.map(|last| &last.redactor));
        Self { snapshot, redactor, index: OnceCell::new() }
    }

    /// The names and variables of the folder.
    pub(super) fn index(&self) -> &Index {
        self.index.get_or_init(|| Index::of(&self.snapshot.audit))
    }

    pub(super) fn source(&self, id: SourceId) -> Arc<Source> {
        self.snapshot.audit.sources.get(id)
    }

    /// The characters at `span`.
    pub(super) fn slice(&self, span: Span) -> String {
        self.source(span.source).slice(span).to_owned()
    }

    /// The findings that are underlined at a place.
    pub(super) fn findings(&self, span: Span) -> impl Iterator<Item = &Finding> {
        self.snapshot.report.open().filter(move |finding| {
            let at = finding.span;
            at.source == span.source && at.start <= span.end && span.start <= at.end
        })
    }

    /// Every definition of an Ansible variable that the file at `path` sees.
    pub(super) fn explain(&self, name: &str, path: &str) -> Vec<Explanation> {
        let audit = &self.snapshot.audit;
        let found = templates::explain(&audit.files, &self.snapshot.options, &audit.sources, name, path);
        found.into_iter().filter(|reading| !reading.definitions.is_empty()).collect()
    }

    /// A value for people, without secrets.
    pub(super) fn shown(&self, value: &str, secret: bool) -> String {
        if secret {
            return MASK.to_owned();
        }
        self.redactor.message(value)
    }
}

impl At<'_> {
    pub(super) fn span(&self) -> Span {
        Span { source: self.id, start: self.offset, end: self.offset }
    }

    /// The word at the place, as programs name things.
    pub(super) fn word(&self) -> Option<(String, Span)> {
        let text = &self.source.text;
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let at = self.offset as usize;
        let (before, after) = (text.get(..at)?, text.get(at..)?);
        let start = before.trim_end_matches(part).len();
        let end = text.len() - after.trim_start_matches(part).len();
        let word = text.get(start..end).filter(|word| !word.is_empty())?;
        Some((word.to_owned(), Span::new(self.id, start, end)))
    }
}

impl Server<'_> {
    /// Whose audit knows the document, and the byte that is meant.
    pub(super) fn at(&self, uri: &Uri, position: Position) -> Option<At<'_>> {
        let disk = self.disk(uri)?;
        let views = self.folders.iter().filter_map(|folder| folder.view.as_ref());
        let mut known = views.filter_map(|view| Some((view, view.snapshot.audit.sources.find(&disk)?)));
        let (view, id) = known.next()?;
        let source = view.source(id);
        let offset = self.encoding.offset(&source.text, position);
        Some(At { view, id, source, offset: u32::try_from(offset).ok()? })
    }

    pub(super) fn location(&self, view: &View, span: Span) -> Option<Location> {
        let source = view.source(span.source);
        Some(Location { uri: self.uri(source.disk.as_ref()?)?, range: self.encoding.range(&source, span) })
    }

    pub(super) fn locations(&self, view: &View, spans: &[Span]) -> Vec<Location> {
        let mut found: Vec<Location> = Vec::new();
        for location in spans.iter().filter_map(|span| self.location(view, *span)) {
            if !found.contains(&location) {
                found.push(location);
            }
        }
        found
    }

    /// Replacements as the protocol's `WorkspaceEdit`.
    pub(super) fn edit(&self, view: &View, edits: &[(Span, String)]) -> Value {
        let mut changes: Map<String, Value> = Map::new();
        for (span, new) in edits {
            let Some(Location { uri, range }) = self.location(view, *span) else { continue };
            let all = changes.entry(uri.as_str().to_owned()).or_insert_with(|| json!([]));
            if let Some(all) = all.as_array_mut() {
                all.push(json!({"range": range, "newText": new}));
            }
        }
        json!({"changes": changes})
    }
}

/// The place in a whole text, as a client asks for one.
pub(super) fn range_of(encoding: Encoding, source: &Source, id: SourceId, range: Range) -> Span {
    let at = |position| encoding.offset(&source.text, position);
    Span::new(id, at(range.start), at(range.end))
}

/// Words as code in Markdown, whatever they hold.
pub(super) fn code(text: &str) -> String {
    let line: String = text.chars().map(|c| if c == '`' || c.is_control() { ' ' } else { c }).take(200).collect();
    format!("`{}`", line.trim())
}
