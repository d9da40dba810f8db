//! Fixes that are made together: which of them are in each other's way, and what the files are after them.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::Note;
use crate::Audit;
use crate::discover::Candidate;
use crate::finding::{Change, Finding, Fix};
use crate::source::{SourceId, Sources, Span};

/// A finding and the fix that is made of it.
#[derive(Debug, Clone)]
pub(super) struct Ready {
    pub(super) finding: Finding,
    pub(super) fix: Fix,
}

impl Ready {
    /// What tells it from others over several rounds, in which places move.
    pub(super) fn key(&self) -> String {
        let plan: Vec<_> = self.fix.plan.iter().map(|planned| (&planned.was, &planned.change)).collect();
        format!("{} {:?} {} {plan:?}", self.finding.rule, self.finding.span.source, self.finding.message)
    }

    /// Whether it changes comments only.
    pub(super) fn is_comment(&self) -> bool {
        self.fix.plan.iter().all(|planned| matches!(planned.change, Change::Ignore(..)))
    }

    pub(super) fn note(&self, sources: &Sources, remark: String) -> Note {
        let source = sources.get(self.finding.span.source);
        Note {
            rule: self.finding.rule.clone(),
            path: source.path.clone(),
            line: source.position(self.finding.span.start).line,
            title: self.fix.title.clone(),
            safe: self.fix.safe,
            remark,
        }
    }
}

/// Whether the two can't be made in one round.
pub(super) fn overlap(a: &Fix, b: &Fix) -> bool {
    a.edits.iter().any(|one| b.edits.iter().any(|two| one != two && touch(one, two)))
}

fn touch((a, new): &(Span, String), (b, other): &(Span, String)) -> bool {
    if a.source != b.source {
        return false;
    }
    if a.is_empty() && b.is_empty() && a.start == b.start {
        // Whole lines at one place stand one below the other.
        return !(new.ends_with('\n') && other.ends_with('\n'));
    }
    a.start < b.end && b.start < a.end
}

/// The texts of all files that may change, by path.
pub(super) fn texts(audit: &Audit) -> HashMap<String, Arc<str>> {
    let text = |file: &crate::load::File| (file.path.clone(), Arc::clone(&audit.sources.get(file.source).text));
    audit.files.iter().map(text).collect()
}

/// The edits of all fixes, by file, each once, in order.
pub(super) fn edits(fixes: &[Ready]) -> BTreeMap<SourceId, Vec<(Span, &str)>> {
    let mut all: BTreeMap<SourceId, Vec<(Span, &str)>> = BTreeMap::new();
    for (span, new) in fixes.iter().flat_map(|ready| &ready.fix.edits) {
        let of = all.entry(span.source).or_default();
        if !of.contains(&(*span, new)) {
            of.push((*span, new));
        }
    }
    for edits in all.values_mut() {
        // Stable: insertions at one place keep their order.
        edits.sort_by_key(|(span, _)| (span.start, span.end));
    }
    all
}

/// The candidates with the fixes made.
pub(super) fn apply(candidates: &[Candidate], audit: &Audit, fixes: &[Ready]) -> Vec<Candidate> {
    let mut changed = HashMap::new();
    for (id, edits) in edits(fixes) {
        let source = audit.sources.get(id);
        changed.insert(source.path.clone(), replaced(&source.text, &edits));
    }
    let content = |candidate: &Candidate| match changed.get(&candidate.path) {
        Some(text) => Candidate { content: Some(text.clone().into_bytes()), ..candidate.clone() },
        None => candidate.clone(),
    };
    candidates.iter().map(content).collect()
}

/// `text` with the edits made, which are in order and do not overlap.
fn replaced(text: &str, edits: &[(Span, &str)]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for (span, new) in edits {
        out.push_str(text.get(at..span.start as usize).unwrap_or(""));
        out.push_str(new);
        at = at.max(span.end as usize);
    }
    out.push_str(text.get(at..).unwrap_or(""));
    out
}
