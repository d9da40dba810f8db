//! Which findings a change caused: those on its lines, and those that the version before does not have.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use super::lines::{Lines, likeness};
use crate::finding::Finding;
use crate::report::{Report, Status};
use crate::source::{Source, SourceId, Span};

/// From which likeness on, in percent, a new file is an old one with another name; git's own limit.
const RENAMED: usize = 50;

/// The most files that are gone which a new one is compared with.
const MAX_GONE: usize = 200;

/// What is the same of a finding in two versions. The message belongs to it: it names what is wrong.
#[derive(PartialEq, Eq, Hash)]
struct Key<'r> {
    rule: &'r str,
    severity: &'static str,
    message: &'r str,
    suppressed: bool,
    path: String,
    line: u32,
    column: u32,
}

/// The files of both versions.
struct Files<'r> {
    report: &'r Report,
    /// Where the paths of the version before begin.
    folder: &'r Path,
    /// The paths of audited files that are gone.
    gone: Vec<String>,
    known: HashMap<SourceId, Arc<File>>,
}

/// What became of a file.
struct File {
    source: Arc<Source>,
    /// Its path before.
    path: String,
    lines: Lines,
}

/// For each finding of `report`, whether the change caused it, and the lines that are new in the files which fixes change.
/// `older` is the report of the version before, whose paths begin in `folder`.
pub(super) fn news(report: &Report, older: Option<&Report>, folder: &Path) -> (Vec<bool>, BTreeSet<(SourceId, u32)>) {
    let mut left: HashMap<Key<'_>, usize> = HashMap::new();
    let mut gone = BTreeSet::new();
    if let Some(older) = older {
        for finding in &older.findings {
            let source = older.sources.get(finding.span.source);
            let at = source.position(finding.span.start);
            *left.entry(key(finding, source.path.clone(), at.line, at.column)).or_default() += 1;
        }
        let now: BTreeSet<&str> = report.inputs.iter().map(|input| input.path.as_str()).collect();
        let audited = older.inputs.iter().filter(|input| input.status != Status::Ignored);
        gone.extend(audited.map(|input| input.path.clone()).filter(|path| !now.contains(path.as_str())));
    }
    let gone = gone.into_iter().take(MAX_GONE).collect();
    let mut files = Files { report, folder, gone, known: HashMap::new() };
    let mut all = Vec::new();
    for finding in &report.findings {
        // The place of before counts where there is one: each finding of before stands for one of now.
        let there = files.place(finding.span).is_some_and(|(path, line, column)| {
            let same = left.get_mut(&key(finding, path, line, column)).filter(|n| **n > 0);
            same.map(|n| *n -= 1).is_some()
        });
        all.push(!there || files.touches(finding));
    }
    (all, files.new_lines())
}

fn key(finding: &Finding, path: String, line: u32, column: u32) -> Key<'_> {
    Key {
        rule: &finding.rule,
        severity: finding.severity.name(),
        message: &finding.message,
        suppressed: finding.suppressed.is_some(),
        path,
        line,
        column,
    }
}

impl Files<'_> {
    /// Where a place was before; `None` where its line is new or changed.
    fn place(&mut self, span: Span) -> Option<(String, u32, u32)> {
        let file = self.file(span.source);
        let at = file.source.position(span.start);
        Some((file.path.clone(), file.lines.before(at.line)?, at.column))
    }

    /// Whether a changed line is in the finding, or begins a place that explains it.
    fn touches(&mut self, finding: &Finding) -> bool {
        let last = Span { start: finding.span.end.max(finding.span.start + 1) - 1, ..finding.span };
        let file = self.file(finding.span.source);
        let (from, to) = (file.source.position(finding.span.start).line, file.source.position(last.start).line);
        if (from..=to).any(|line| file.lines.before(line).is_none()) {
            return true;
        }
        let labels = finding.labels.iter().map(|label| label.span);
        labels.chain(finding.definitions.iter().flatten().copied()).any(|span| self.place(span).is_none())
    }

    /// The lines that the version before does not have, of the files that fixes change.
    fn new_lines(&mut self) -> BTreeSet<(SourceId, u32)> {
        let fixes = self.report.findings.iter().flat_map(|finding| &finding.fixes);
        let ids: BTreeSet<SourceId> = fixes.flat_map(|fix| &fix.edits).map(|(span, _)| span.source).collect();
        let mut found = BTreeSet::new();
        for id in ids {
            let file = self.file(id);
            let count = u32::try_from(file.source.line_count()).unwrap_or(u32::MAX);
            found.extend((1..=count).filter(|line| file.lines.before(*line).is_none()).map(|line| (id, line)));
        }
        found
    }

    fn file(&mut self, id: SourceId) -> Arc<File> {
        if let Some(file) = self.known.get(&id) {
            return Arc::clone(file);
        }
        let source = self.report.sources.get(id);
        let (path, text) = match self.text(&source.path) {
            Some(text) => (source.path.clone(), text),
            None => self.renamed(&source),
        };
        let file = Arc::new(File { lines: Lines::new(&text, &source.text), source, path });
        self.known.insert(id, Arc::clone(&file));
        file
    }

    /// The file that is gone and most like `source`, with its text; an empty one where none is like it.
    fn renamed(&self, source: &Source) -> (String, String) {
        let texts = self.gone.iter().filter_map(|path| Some((path, self.text(path)?)));
        let alike = texts.map(|(path, text)| (likeness(&text, &source.text), path, text)).filter(|a| a.0 >= RENAMED);
        let best = alike.max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(a.1)));
        best.map(|(_, path, text)| (path.clone(), text)).unwrap_or_default()
    }

    /// The text of before of the file that reports show as `path`.
    fn text(&self, path: &str) -> Option<String> {
        let bytes = std::fs::read(self.folder.join(path)).ok()?;
        Some(String::from_utf8_lossy(&bytes).into_owned())
    }
}
