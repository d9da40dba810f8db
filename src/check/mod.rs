//! Facts and rules to findings: pure, and in a fixed order.
//!
//! Same facts and rules, same findings. Rules are loaded by `rules`; which findings a user sees is `report`'s.

pub mod rules;

use crate::finding::{Finding, Persona};
use crate::model::fact::Facts;
use crate::source::{Sources, Span};
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
pub fn check(_facts: &Facts, _rules: &RuleSet, _sources: &Sources) -> Checked {
    Checked::default()
}
