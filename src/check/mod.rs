//! Facts and rules to findings: pure, and in a fixed order.
//!
//! Same facts and rules, same findings. Rules are loaded by `rules`, their expressions run by `expr`; which findings a
//! user sees is `report`'s.

pub mod baseline;
mod comments;
pub(crate) mod cover;
mod development;
pub mod expr;
mod judge;
pub mod merge;
pub mod purpose;
pub mod remark;
pub mod rules;
mod suggest;
pub mod suppress;

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;

use rayon::prelude::*;

use crate::finding::{Finding, Persona};
use crate::model::fact::Facts;
use crate::source::{Sources, Span};
use judge::Verdict;
use rules::RuleSet;

/// What checking gave.
#[derive(Debug, Clone, Default)]
pub struct Checked {
    /// The findings, sorted by path, place and rule, without duplicates.
    pub findings: Vec<Finding>,
    /// Where a rule met a value that is not known.
    pub undecided: Vec<Undecided>,
}

/// A rule that could not be decided for one fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undecided {
    /// The rule's id.
    pub rule: String,
    /// Who would see it.
    pub persona: Persona,
    /// What it would underline.
    pub span: Span,
    /// What would decide it: the variables or reasons.
    pub why: String,
}

/// Evaluates all rules over all facts.
pub fn check(facts: &Facts, rules: &RuleSet, sources: &Sources) -> Checked {
    let all: Vec<_> = rules.iter().collect();
    let verdicts: Vec<Vec<Verdict>> =
        all.par_iter().map(|rule| judge::judge(rule, facts.all_of(rule.subject), facts)).collect();
    let mut checked = Checked::default();
    for verdict in verdicts.into_iter().flatten() {
        match verdict {
            Verdict::Finding(finding) => checked.findings.push(*finding),
            Verdict::Undecided(undecided) => checked.undecided.push(undecided),
        }
    }
    checked.tidy(sources);
    checked
}

impl Checked {
    /// Sorts, and merges what the variants of a template, or the users of one anchor, say twice. Of several findings of
    /// one rule at one place the worst stays; a rule that fired at a place is not undecided there.
    pub fn tidy(&mut self, sources: &Sources) {
        self.findings.sort_by(|a, b| {
            let place = sources.compare(a.span, b.span);
            place.then_with(|| a.rule.cmp(&b.rule)).then_with(|| b.severity.cmp(&a.severity))
        });
        self.findings.dedup_by(|later, first| {
            let same = later.rule == first.rule && later.span == first.span;
            if same {
                // Each reading of the place stands for itself where a comment accepts a variable's value.
                first.definitions.append(&mut later.definitions);
                first.ties.about.append(&mut later.ties.about);
            }
            same
        });
        let fired: std::collections::HashSet<_> = self.findings.iter().map(|f| (f.rule.as_str(), f.span)).collect();
        self.undecided.retain(|u| !fired.contains(&(u.rule.as_str(), u.span)));
        self.undecided.sort_by(|a, b| {
            let place = sources.compare(a.span, b.span);
            place.then_with(|| a.rule.cmp(&b.rule)).then_with(|| a.why.cmp(&b.why))
        });
        self.undecided.dedup_by(|later, first| later.rule == first.rule && later.span == first.span);
    }
}
