//! What a rule's fix makes of its bad examples: silent ones, once for all.

use super::{candidates, place};
use crate::Audit;
use crate::check::rules::written::Example;
use crate::check::rules::{Rule, RuleSet};
use crate::discover::Candidate;
use crate::expand::Options;
use crate::finding::Finding;
use crate::fix::{Fixed, Fixer};
use crate::knowledge::Knowledge;

/// What is wrong with the fix of `rule` for a bad example of it, judged with all rules at work.
pub(super) fn fixed(rule: &Rule, example: &Example, all: &RuleSet, knowledge: &Knowledge) -> Vec<String> {
    if rule.fixes().next().is_none() {
        return example.unfixed.iter().map(|_| "`unfixed` says why, and the rule has no fix".to_owned()).collect();
    }
    let (fixed, left) = match apply(rule, example, all, knowledge) {
        Ok(found) => found,
        Err(message) => return vec![message],
    };
    if example.unfixed.is_some() {
        let gone = left.checked.findings.is_empty();
        return gone.then(|| "the fix makes this example silent: take `unfixed` out".to_owned()).into_iter().collect();
    }
    let mut failures: Vec<String> = left
        .checked
        .findings
        .iter()
        .map(|f| format!("unfixed: it still fires at {}: {}", place(&left, f), f.message))
        .collect();
    failures.extend(fixed.dropped.iter().map(|note| format!("  dropped: {}: {}", note.title, note.remark)));
    failures
}

/// The bad example after the rule's fixes, safe or not, and what the rule still says of it.
pub(crate) fn apply(
    rule: &Rule,
    example: &Example,
    all: &RuleSet,
    knowledge: &Knowledge,
) -> Result<(Fixed, Audit), String> {
    let mut rules = all.clone();
    for (name, value) in &example.options {
        rules.set_option(&rule.file.id, name, value)?;
    }
    let own = |finding: &Finding| finding.rule == rule.file.id && finding.suppressed.is_none();
    let audit = |files: &[Candidate]| crate::audit(files, &Options::default(), &rules, knowledge);
    let choose = |audit: &Audit| audit.checked.findings.iter().filter(|f| own(f)).cloned().collect();
    let fixer = Fixer { audit: &audit, choose: &choose, unsafe_too: true, roots: &[] };
    let once = fixer.run(candidates(example));
    let again = fixer.run(once.candidates.clone());
    if let Some(changed) = again.changed.first() {
        return Err(format!("the fix is never done: a second run changes {} again", changed.candidate.path));
    }
    let mut left = audit(&once.candidates);
    crate::check::merge::merge(&mut left.checked.findings);
    left.checked.findings.retain(own);
    Ok((once, left))
}
