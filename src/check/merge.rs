//! Findings of one cause become one finding: the cause is its place, the other places are its labels.
//!
//! Rules say what is one cause (`one_per`, `gives_way_to`); here their findings meet. What is suppressed stays a finding of
//! its own. What a file is for, which decides how loud a finding is, is `purpose`'s.

#[cfg(test)]
#[path = "merge_tests.rs"]
mod tests;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet};

use crate::finding::{Finding, Label, Persona, Severity};

/// Merges the findings of one cause. Comes after all suppressions: a baseline holds each place, so that a new place of an
/// old cause is a new finding.
pub fn merge(findings: &mut Vec<Finding>) {
    let mut gone = vec![false; findings.len()];
    one_per(findings, &mut gone);
    give_way(findings, &mut gone);
    let mut gone = gone.into_iter();
    findings.retain(|_| !gone.next().unwrap_or(false));
}

/// The findings of one rule with one cause: the worst stays, or the first of several.
fn one_per(findings: &mut [Finding], gone: &mut [bool]) {
    let mut groups: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (at, finding) in findings.iter().enumerate().filter(|(_, f)| f.suppressed.is_none()) {
        if let Some(cause) = &finding.ties.cause {
            groups.entry((&finding.rule, cause)).or_default().push(at);
        }
    }
    let groups: Vec<_> = groups.into_values().filter(|group| group.len() > 1).collect();
    for group in groups {
        let best = group.iter().copied().max_by_key(|at| (weight(&findings[*at]), Reverse(*at)));
        let Some(best) = best else { continue };
        let mut told = HashSet::from([findings[best].message.clone()]);
        for at in group.into_iter().filter(|at| *at != best) {
            let message = &findings[at].message;
            let text = if told.insert(message.clone()) { message.clone() } else { "the same here".to_owned() };
            take_in(findings, at, best, text);
            gone[at] = true;
        }
    }
}

/// The findings that another rule takes in, where it fires on the same fact, at least as loudly.
fn give_way(findings: &mut [Finding], gone: &mut [bool]) {
    let mut about: HashMap<(String, u32), Vec<usize>> = HashMap::new();
    let wanted: HashSet<String> =
        findings.iter().flat_map(|f| f.ties.gives_way_to.iter().map(|(rule, _)| rule.clone())).collect();
    for (at, finding) in findings.iter().enumerate().filter(|(at, f)| !gone[*at] && wanted.contains(&f.rule)) {
        for fact in &finding.ties.about {
            about.entry((finding.rule.clone(), *fact)).or_default().push(at);
        }
    }
    // Where two rules give way to each other, the order of their names decides between equals.
    let mut order: Vec<usize> = (0..findings.len()).filter(|at| !findings[*at].ties.gives_way_to.is_empty()).collect();
    order.sort_by(|a, b| findings[*a].rule.cmp(&findings[*b].rule).then(a.cmp(b)));
    for at in order {
        let loser = &findings[at];
        if gone[at] || loser.suppressed.is_some() {
            continue;
        }
        let winners = loser.ties.gives_way_to.iter().filter_map(|tie| about.get(tie)).flatten().copied();
        let Some(winner) = winners.filter(|w| !gone[*w]).find(|w| weight(&findings[*w]) >= weight(loser)) else {
            continue;
        };
        let text = format!("{} ({})", loser.message, loser.rule);
        // It may have taken in others before.
        let labels = std::mem::take(&mut findings[at].labels);
        take_in(findings, at, winner, text);
        let own = findings[winner].span;
        for label in labels.into_iter().filter(|label| label.span != own) {
            if !findings[winner].labels.iter().any(|l| l.span == label.span && l.text == label.text) {
                findings[winner].labels.push(label);
            }
        }
        gone[at] = true;
    }
}

/// Makes the finding at `from` a label of the one at `to`.
fn take_in(findings: &mut [Finding], from: usize, to: usize, text: String) {
    let other = &mut findings[from];
    let (span, persona) = (other.span, other.persona);
    let about = std::mem::take(&mut other.ties.about);
    let finding = &mut findings[to];
    finding.ties.about.extend(about);
    // Who reads the finding has not asked for what only an auditor reads, and looks at its own place already.
    let asked = persona != Persona::Auditor || finding.persona == Persona::Auditor;
    if asked && span != finding.span {
        finding.labels.push(Label { span, text });
    }
}

/// How loud a finding is: who sees it counts before how bad it is.
fn weight(finding: &Finding) -> (Reverse<Persona>, Severity) {
    (Reverse(finding.persona), finding.severity)
}
