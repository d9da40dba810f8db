//! Fixes: from what rules ask for to changed files.
//!
//! A fix is a few replacements of bytes; everything else of a file stays as it is, comments, quotes and line breaks
//! included. Nothing is taken on trust: the changed files are audited again in memory, and a fix stays only where its
//! finding is gone, nothing new is found, and no other service of a compose project changed. A comment stays only where
//! findings of each rule that it names are suppressed, nothing new is found, and the files say what they said (`meaning`).
//! What may be written where is `files`', what a change means in bytes `place`'s, where a comment goes `comment`'s, the
//! judgement `verify`'s; `write` puts files on disk.

mod batch;
mod comment;
mod files;
mod flow;
mod lines;
mod meaning;
mod place;
mod quote;
mod verify;
pub mod write;

#[cfg(test)]
#[path = "fix_tests.rs"]
mod tests;

use std::collections::HashSet;
use std::sync::Arc;

use crate::Audit;
use crate::discover::Candidate;
use crate::finding::{Finding, Fix};
use crate::load::Verdict;
use crate::source::Span;
use batch::Ready;
use files::Files;

/// The most rounds: each removes at least one finding, and one that needs another to be gone waits for the next round.
const ROUNDS: usize = 12;

/// What is needed to fix.
#[allow(missing_debug_implementations)] // Functions have nothing to show.
pub struct Fixer<'a> {
    /// Audits the files, by all rules: a fix of one rule must not break what another one holds.
    pub audit: &'a dyn Fn(&[Candidate]) -> Audit,
    /// The findings of an audit that are to be fixed.
    pub choose: &'a dyn Fn(&Audit) -> Vec<Finding>,
    /// Whether unsafe fixes are taken as well.
    pub unsafe_too: bool,
    /// The folders that files may be changed in, as reports show them; all where there are none.
    pub roots: &'a [String],
}

/// What fixing gave.
#[derive(Debug)]
pub struct Fixed {
    /// The files, with their new content where it changed.
    pub candidates: Vec<Candidate>,
    /// The files that changed.
    pub changed: Vec<Changed>,
    /// The fixes that stayed, in the order in which they were made.
    pub applied: Vec<Note>,
    /// The fixes that were dropped, each with the reason.
    pub dropped: Vec<Note>,
    /// The fixes that are left out because they are not safe.
    pub left: Vec<Note>,
}

/// A file that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The file.
    pub candidate: Candidate,
    /// Its text before.
    pub before: Arc<str>,
    /// Its text now.
    pub after: String,
}

/// What is told of a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// The rule.
    pub rule: String,
    /// The file of the finding.
    pub path: String,
    /// The line of the finding, from 1, when it was fixed.
    pub line: u32,
    /// What the fix does.
    pub title: String,
    /// Whether it is safe.
    pub safe: bool,
    /// What it may break, or why it was dropped; may be empty.
    pub remark: String,
}

/// The comment that suppresses `finding`, and its place; none where there can't be one.
pub fn suppressing(audit: &Audit, finding: &Finding) -> Option<(Span, String)> {
    let file = audit.files.iter().find(|file| file.source == finding.span.source)?;
    let Verdict::Audited(kind) = file.verdict else { return None };
    let source = audit.sources.get(file.source);
    let firsts = comment::firsts_of(file.source, &source, kind, &audit.deployment.documents);
    comment::comment(&source, kind, &firsts, finding.span, (&finding.rule, ""))
}

/// Replaces what rules ask for by replacements of bytes, and leaves out what can't be written.
pub fn place(findings: &mut [Finding], audit: &Audit, roots: &[String]) {
    let files = Files::of(audit, roots);
    for finding in findings {
        let asked = std::mem::take(&mut finding.fixes);
        finding.fixes = asked.into_iter().find_map(|fix| placed(fix, audit, &files).ok()).into_iter().collect();
    }
}

/// Leaves to `findings` of `audit`, the result for `candidates`, those fixes that can be written and hold.
pub fn verified(
    findings: &mut [Finding],
    audit: &Audit,
    candidates: &[Candidate],
    again: &dyn Fn(&[Candidate]) -> Audit,
    roots: &[String],
) {
    place(findings, audit, roots);
    let mut batch: Vec<Ready> = Vec::new();
    for finding in findings.iter() {
        for fix in &finding.fixes {
            if batch.iter().all(|other| !batch::overlap(&other.fix, fix)) {
                batch.push(Ready { finding: finding.clone(), fix: fix.clone() });
            }
        }
    }
    let mut kept = HashSet::new();
    if !batch.is_empty() {
        let fixer = Fixer { audit: again, choose: &|_: &Audit| Vec::new(), unsafe_too: true, roots };
        let mut round = Round { fixer: &fixer, base: audit, candidates, kept: Vec::new(), last: None };
        round.settle(&batch, &mut |_, _| {});
        kept.extend(round.kept.iter().map(|ready| (ready.finding.rule.clone(), ready.finding.span)));
    }
    for finding in findings {
        if !kept.contains(&(finding.rule.clone(), finding.span)) {
            finding.fixes.clear();
        }
    }
}

/// A fix in bytes.
fn placed(mut fix: Fix, audit: &Audit, files: &Files<'_>) -> Result<Fix, String> {
    let mut edits = Vec::new();
    for planned in &fix.plan {
        for edit in place::edits(planned, files)? {
            files.writable(edit.0.source)?;
            // What a shell or Ansible makes of the new words is another thing.
            if audit.deployment.is_embedded(edit.0) {
                return Err("it stands in a file that another file writes".to_owned());
            }
            // Where a variable is set, others may read it.
            let shared = planned.definitions.iter().find(|(_, span)| *span == edit.0);
            if let Some((name, _)) = shared {
                fix.safe = false;
                let sep = if fix.breaks.is_empty() { "" } else { "; " };
                fix.breaks = format!("{}{sep}whatever else reads `{name}` gets the new value, too", fix.breaks);
            }
            if !edits.contains(&edit) {
                edits.push(edit);
            }
        }
    }
    fix.edits = edits;
    Ok(fix)
}

impl Fixer<'_> {
    /// Fixes what can be fixed of `candidates`, in memory.
    pub fn run(&self, candidates: Vec<Candidate>) -> Fixed {
        let mut fixed =
            Fixed { candidates, changed: Vec::new(), applied: Vec::new(), dropped: Vec::new(), left: Vec::new() };
        let mut audit = (self.audit)(&fixed.candidates);
        let originals = batch::texts(&audit);
        let mut refused = HashSet::new();
        for _ in 0..ROUNDS {
            fixed.left.clear();
            let batch = self.collect(&audit, &mut refused, &mut fixed);
            if batch.is_empty() {
                break;
            }
            let mut round =
                Round { fixer: self, base: &audit, candidates: &fixed.candidates, kept: Vec::new(), last: None };
            let (known, told) = (refused.clone(), fixed.dropped.len());
            round.settle(&batch, &mut |ready, why| {
                refused.insert(ready.key());
                fixed.dropped.push(ready.note(&audit.sources, why));
            });
            let Round { kept, last, .. } = round;
            fixed.applied.extend(kept.iter().map(|ready| ready.note(&audit.sources, ready.fix.breaks.clone())));
            let Some((candidates, next)) = last else { continue };
            // What did not hold may do so now.
            refused = known;
            fixed.dropped.truncate(told);
            fixed.candidates = candidates;
            audit = next;
        }
        for candidate in &fixed.candidates {
            let Some(before) = originals.get(&candidate.path) else { continue };
            let now = candidate.content.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
            if let Some(after) = now.filter(|now| **before != **now) {
                let (candidate, before, after) = (candidate.clone(), Arc::clone(before), after.to_owned());
                fixed.changed.push(Changed { candidate, before, after });
            }
        }
        fixed
    }

    /// The fixes of one round: those that can be written, do not overlap, and were not refused before.
    fn collect(&self, audit: &Audit, refused: &mut HashSet<String>, fixed: &mut Fixed) -> Vec<Ready> {
        let files = Files::of(audit, self.roots);
        let mut batch: Vec<Ready> = Vec::new();
        for finding in (self.choose)(audit) {
            let all = finding.fixes.iter().map(|fix| Ready { finding: finding.clone(), fix: fix.clone() });
            let mut open: Vec<Ready> = all.filter(|ready| !refused.contains(&ready.key())).collect();
            let can = |ready: &Ready| placed(ready.fix.clone(), audit, &files).is_ok();
            let Some(first) = open.iter().position(can).or(open.len().checked_sub(1)) else { continue };
            let ready = open.swap_remove(first);
            match placed(ready.fix.clone(), audit, &files) {
                Ok(fix) if fix.safe || self.unsafe_too => {
                    let ready = Ready { fix, ..ready };
                    if batch.iter().all(|other| !batch::overlap(&other.fix, &ready.fix)) {
                        batch.push(ready);
                    }
                }
                Ok(fix) => {
                    let ready = Ready { fix, ..ready };
                    let note = ready.note(&audit.sources, ready.fix.breaks.clone());
                    fixed.left.push(note);
                }
                Err(why) => {
                    refused.insert(ready.key());
                    fixed.dropped.push(ready.note(&audit.sources, why));
                }
            }
        }
        batch
    }
}

/// One round: fixes of one audit, tried together, then in halves.
struct Round<'r, 'a> {
    fixer: &'r Fixer<'a>,
    base: &'r Audit,
    candidates: &'r [Candidate],
    kept: Vec<Ready>,
    last: Option<(Vec<Candidate>, Audit)>,
}

impl Round<'_, '_> {
    /// Keeps those of `batch` that hold together with what is kept already.
    fn settle(&mut self, batch: &[Ready], drop: &mut dyn FnMut(&Ready, String)) {
        let trial: Vec<Ready> = self.kept.iter().chain(batch).cloned().collect();
        let candidates = batch::apply(self.candidates, self.base, &trial);
        let audit = (self.fixer.audit)(&candidates);
        let verdict = verify::verify(self.base, &audit, &trial);
        match (verdict, batch) {
            (Ok(()), _) => {
                self.kept = trial;
                self.last = Some((candidates, audit));
            }
            (Err(why), [one]) => drop(one, why),
            (Err(_), _) => {
                let (first, second) = batch.split_at(batch.len() / 2);
                self.settle(first, drop);
                self.settle(second, drop);
            }
        }
    }
}
