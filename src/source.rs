//! Files as text, and places in them.
//!
//! A [`Source`] is one file's text with its line index; a [`Span`] is a byte range of it. Lines and columns exist
//! only when a report asks for them. Reading files is left to `load`.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering as Memory};
use std::sync::{Arc, RwLock};

/// Identifies a [`Source`] within one [`Sources`].
///
/// Ids follow the order of registration; reports order by path, never by id.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(NonZeroU32);

impl SourceId {
    /// The source at `index`. Never zero inside, so that what may have a place is no larger than what has one.
    fn at(index: usize) -> Self {
        Self(NonZeroU32::MIN.saturating_add(count(index)))
    }

    fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

impl std::fmt::Debug for SourceId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("SourceId").field(&self.index()).finish()
    }
}

/// A range of bytes of one source; `start` is included, `end` is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// The file that the range is in.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// A line and a column, both from 1, the column in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

/// One file's text.
#[derive(Debug)]
pub struct Source {
    /// The path that reports print: relative to the current directory where possible, with `/`.
    pub path: String,
    /// The path on disk; `None` for standard input and for values that come from the command line.
    pub disk: Option<PathBuf>,
    /// The whole text.
    pub text: Arc<str>,
    /// Byte offset of the first byte of each line.
    lines: Vec<u32>,
}

/// All texts of one run. Registration is thread-safe; a text never changes afterwards.
#[derive(Debug, Default)]
pub struct Sources {
    inner: RwLock<Registry>,
    largest: Option<u64>,
    /// Texts that stand in for files on disk.
    unsaved: HashMap<PathBuf, Arc<str>>,
    /// Counts the files that are read.
    parsed: Option<Arc<AtomicUsize>>,
}

#[derive(Debug, Default)]
struct Registry {
    all: Vec<Arc<Source>>,
    by_disk: HashMap<PathBuf, SourceId>,
}

impl Span {
    /// The span of bytes `start..end` of `source`. Offsets beyond 4 GiB saturate; `load` refuses such files.
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end.max(start)) }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether the span covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span over both; `self` where they are of different sources.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// Whether `other` lies within this span.
    pub fn contains(self, other: Span) -> bool {
        self.source == other.source && self.start <= other.start && other.end <= self.end
    }
}

impl Source {
    /// A source of `text`, shown as `path`.
    pub fn new(path: impl Into<String>, disk: Option<PathBuf>, text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let starts = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        let lines = std::iter::once(0).chain(starts).map(|n| u32::try_from(n).unwrap_or(u32::MAX)).collect();
        Self { path: path.into(), disk, text, lines }
    }

    /// The line and column of byte `offset`; an offset past the end is taken as the end.
    pub fn position(&self, offset: u32) -> Position {
        let line = (self.line(offset) - 1) as usize;
        let start = self.lines[line] as usize;
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let column = self.text.get(start..end).map_or(0, |s| s.chars().count());
        Position { line: count(line) + 1, column: count(column) + 1 }
    }

    /// The line of a byte, from 1; to count its column as well takes as long as the line.
    pub fn line(&self, offset: u32) -> u32 {
        count(self.lines.partition_point(|start| *start <= offset).max(1))
    }

    /// The text of `span`; empty where the span is not of this text.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    /// The byte range of line `line` (from 1), without its line break.
    pub fn line_range(&self, line: u32) -> std::ops::Range<usize> {
        let at = (line.max(1) - 1) as usize;
        let start = self.lines.get(at).map_or(self.text.len(), |n| *n as usize);
        let end = self.lines.get(at + 1).map_or(self.text.len(), |n| *n as usize);
        let body = self.text[start..end].trim_end_matches(['\n', '\r']);
        start..start + body.len()
    }

    /// The number of lines.
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }
}

impl Sources {
    /// None yet; files of more than `largest` bytes are not read, where that is said.
    pub fn limited(largest: Option<u64>) -> Self {
        Self { largest, ..Self::default() }
    }

    /// The same with texts that stand in for files on disk.
    #[must_use]
    pub fn over(self, unsaved: HashMap<PathBuf, Arc<str>>) -> Self {
        Self { unsaved, ..self }
    }

    /// The same with a counter of the files that are read.
    #[must_use]
    pub fn counted(self, parsed: Option<Arc<AtomicUsize>>) -> Self {
        Self { parsed, ..self }
    }

    /// Counts a file that is read.
    pub fn count(&self) {
        if let Some(parsed) = &self.parsed {
            parsed.fetch_add(1, Memory::Relaxed);
        }
    }

    /// The size in bytes above which a file is not read, where the user says so.
    pub fn largest(&self) -> Option<u64> {
        self.largest
    }

    /// The text that stands in for the file at `disk`.
    pub fn unsaved(&self, disk: &Path) -> Option<Arc<str>> {
        // Few are open, and most files have none of their names: to compare those is less than to hash a path.
        let few = self.unsaved.len() <= 8;
        let none = few && !self.unsaved.keys().any(|open| open.file_name() == disk.file_name());
        if none { None } else { self.unsaved.get(disk).cloned() }
    }

    /// Registers `source` and returns its id.
    pub fn add(&self, source: Source) -> SourceId {
        self.add_shared(Arc::new(source))
    }

    /// The same for one that another run had as well.
    pub fn add_shared(&self, source: Arc<Source>) -> SourceId {
        let mut registry = self.inner.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let id = SourceId::at(registry.all.len());
        if let Some(disk) = &source.disk {
            registry.by_disk.entry(disk.clone()).or_insert(id);
        }
        registry.all.push(source);
        id
    }

    /// The source with this id, which must come from this registry.
    pub fn get(&self, id: SourceId) -> Arc<Source> {
        let registry = self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        Arc::clone(&registry.all[id.index()])
    }

    /// The ids of all sources, in order of registration.
    pub fn ids(&self) -> impl Iterator<Item = SourceId> + use<> {
        let registry = self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        (0..registry.all.len()).map(SourceId::at)
    }

    /// The id of the file at `disk`, where it was registered.
    pub fn find(&self, disk: &Path) -> Option<SourceId> {
        let registry = self.inner.read().unwrap_or_else(std::sync::PoisonError::into_inner);
        registry.by_disk.get(disk).copied()
    }

    /// The order of two spans in reports: path, then start, then end.
    pub fn compare(&self, a: Span, b: Span) -> Ordering {
        let by_path =
            if a.source == b.source { Ordering::Equal } else { self.get(a.source).path.cmp(&self.get(b.source).path) };
        by_path.then(a.start.cmp(&b.start)).then(a.end.cmp(&b.end))
    }
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_count_characters_not_bytes() {
        let source = Source::new("a", None, "é: x\nsecond");
        assert_eq!(source.position(0), Position { line: 1, column: 1 });
        assert_eq!(source.position(2), Position { line: 1, column: 2 });
        assert_eq!(source.position(6), Position { line: 2, column: 1 });
        assert_eq!(source.position(99), Position { line: 2, column: 7 });
    }

    #[test]
    fn a_line_range_leaves_the_break_out() {
        let source = Source::new("a", None, "one\r\ntwo\n");
        assert_eq!(&source.text[source.line_range(1)], "one");
        assert_eq!(&source.text[source.line_range(2)], "two");
        assert_eq!(source.line_range(9), 9..9);
    }
}
