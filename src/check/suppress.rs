//! Suppressions: comments in the audited files by which users decide to live with a finding.
//!
//! `comments` finds them; here they meet findings, and those that meet none are reported by the rule
//! `unused-suppression`. Suppressing by configuration or baseline is left to their own stages.

use std::collections::{BTreeMap, BTreeSet};

use super::comments::{Comment, Cover, comments};
use super::expr::did_you_mean;
use super::rules::RuleSet;
use super::{Checked, check};
use crate::document::Document;
use crate::finding::{Finding, Suppression};
use crate::model::fact::{Fact, Facts};
use crate::model::subject::Subject;
use crate::source::{SourceId, Sources, Span};

/// The rule that reports suppressions which do nothing.
const UNUSED: &str = "unused-suppression";

/// What [`Suppression::kind`] says of suppressions by comment.
pub const KIND: &str = "comment";

/// Marks the findings that comments suppress, and adds a finding for each comment that suppresses nothing.
pub fn suppress<'d>(
    checked: &mut Checked,
    documents: impl IntoIterator<Item = &'d Document>,
    rules: &RuleSet,
    sources: &Sources,
) {
    let files: BTreeSet<SourceId> =
        documents.into_iter().map(|d| d.source).chain(checked.findings.iter().map(|f| f.span.source)).collect();
    let mut by_file: BTreeMap<SourceId, Vec<Comment>> = BTreeMap::new();
    for id in files {
        let found = comments(id, &sources.get(id));
        if !found.is_empty() {
            by_file.insert(id, found);
        }
    }
    if by_file.is_empty() {
        return;
    }
    let mut used = BTreeSet::new();
    for finding in &mut checked.findings {
        let Some(all) = by_file.get(&finding.span.source) else { continue };
        let line = sources.get(finding.span.source).position(finding.span.start).line;
        for (comment, id) in covering(all, &finding.rule, line) {
            used.insert(id);
            let reason = comment.reason.clone();
            finding.suppressed.get_or_insert(Suppression { kind: KIND, reason, span: Some(comment.span) });
        }
    }
    // What could not be decided may fire elsewhere: the comment is of use.
    for undecided in &checked.undecided {
        let Some(all) = by_file.get(&undecided.span.source) else { continue };
        let line = sources.get(undecided.span.source).position(undecided.span.start).line;
        used.extend(covering(all, &undecided.rule, line).map(|(_, id)| id));
    }
    let mut facts = Facts::default();
    for comment in by_file.values().flatten() {
        report(comment, &used, rules, &mut facts);
    }
    let mut unused = check(&facts, &rules.only(UNUSED), sources).findings;
    checked.findings.append(&mut unused);
    checked.tidy(sources);
}

impl Checked {
    /// Undoes suppressions by comment: all of them, or only those without a reason. For teams that allow none.
    pub fn refuse_ignores(&mut self, all: bool) {
        let refused = |s: &Suppression| s.kind == KIND && (all || s.reason.is_empty());
        for finding in &mut self.findings {
            finding.suppressed = finding.suppressed.take().filter(|s| !refused(s));
        }
        if all {
            self.findings.retain(|f: &Finding| f.rule != UNUSED);
        }
    }
}

/// The comments that cover `rule` at `line`, with the place of the id in each.
fn covering<'c>(all: &'c [Comment], rule: &'c str, line: u32) -> impl Iterator<Item = (&'c Comment, Span)> + use<'c> {
    all.iter().filter_map(move |comment| {
        let covers = match &comment.cover {
            Cover::File => true,
            Cover::Lines(lines) => lines.contains(&line),
            Cover::Nothing(_) => false,
        };
        let (_, id) = comment.rules.iter().find(|(id, _)| id == rule)?;
        covers.then_some((comment, *id))
    })
}

/// Adds what is wrong with `comment` as facts of subject `problem`, for the rule to tell.
fn report(comment: &Comment, used: &BTreeSet<Span>, rules: &RuleSet, facts: &mut Facts) {
    if comment.rules.iter().any(|(id, _)| id == UNUSED) {
        return;
    }
    let mut add = |span: Span, message: String, help: String| {
        let fact =
            Fact::new(Subject::Problem, span.into()).with("rule", UNUSED).with("message", message).with("help", help);
        facts.add(fact);
    };
    if let Cover::Nothing(why) = &comment.cover {
        add(comment.span, (*why).to_owned(), "write `# deploylint: ignore[rule] reason`".to_owned());
        return;
    }
    for (id, span) in comment.rules.iter().filter(|(_, span)| !used.contains(span)) {
        if rules.get(id).is_some() {
            let message = format!("this suppresses nothing: `{id}` does not fire here");
            add(*span, message, "remove it, or the next real finding here goes unseen".to_owned());
        } else if !rules.knows(id) {
            let close = Some(did_you_mean(id, rules.known())).filter(|help| help.starts_with("did you"));
            let help = close.unwrap_or_else(|| "`deploylint rules` lists them".to_owned());
            add(*span, format!("there is no rule `{id}`"), help);
        }
    }
}
