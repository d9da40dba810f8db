//! Whether fixes did what they should: their findings are gone, nothing new is found, nobody else changed.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::Ready;
use crate::Audit;
use crate::expand::Stack;
use crate::finding::Finding;
use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::yaml::{Node, Style, Value as Yaml};

/// Judges the fixes by the audits before and after them.
///
/// # Errors
/// What they did that they should not have.
pub(super) fn verify(before: &Audit, after: &Audit, fixes: &[Ready]) -> Result<(), String> {
    findings(before, after, fixes)?;
    undecided(before, after)?;
    projects(before, after, fixes)
}

type Counts = BTreeMap<(String, String), usize>;

fn counts<'f>(audit: &Audit, findings: impl Iterator<Item = &'f Finding>) -> Counts {
    let mut counts = Counts::new();
    for finding in findings {
        let path = audit.sources.get(finding.span.source).path.clone();
        *counts.entry((finding.rule.clone(), path)).or_default() += 1;
    }
    counts
}

fn findings(before: &Audit, after: &Audit, fixes: &[Ready]) -> Result<(), String> {
    let mut allowed = counts(before, before.checked.findings.iter());
    let gone = counts(before, fixes.iter().map(|ready| &ready.finding));
    for (key, fixed) in &gone {
        let left = allowed.get(key).copied().unwrap_or(0).saturating_sub(*fixed);
        allowed.insert(key.clone(), left);
    }
    for (key, found) in counts(after, after.checked.findings.iter()) {
        if found <= allowed.get(&key).copied().unwrap_or(0) {
            continue;
        }
        let (rule, path) = &key;
        return Err(if gone.contains_key(&key) {
            format!("`{rule}` still fires in {path}")
        } else {
            format!("`{rule}` would fire in {path}")
        });
    }
    Ok(())
}

/// A rule that can't be decided any more is no rule that is satisfied.
fn undecided(before: &Audit, after: &Audit) -> Result<(), String> {
    let count = |audit: &Audit| {
        let mut counts = BTreeMap::<String, usize>::new();
        for one in &audit.checked.undecided {
            *counts.entry(one.rule.clone()).or_default() += 1;
        }
        counts
    };
    let known = count(before);
    let more = count(after).into_iter().find(|(rule, n)| *n > known.get(rule).copied().unwrap_or(0));
    more.map_or(Ok(()), |(rule, _)| Err(format!("`{rule}` could not be decided any more")))
}

/// Of the compose projects, only the services that the findings speak of may differ.
fn projects(before: &Audit, after: &Audit, fixes: &[Ready]) -> Result<(), String> {
    if before.deployment.stacks.len() != after.deployment.stacks.len() {
        return Err("the files make other compose projects".to_owned());
    }
    let mut meant = BTreeSet::new();
    let mut rest = false;
    for ready in fixes {
        for id in &ready.finding.ties.about {
            let Some(fact) = before.facts.numbered(*id) else { continue };
            match fact.subject {
                Subject::Service => {
                    if let Some(Value::Str(name)) = fact.field("name").map(|field| &field.value) {
                        meant.insert(name.clone());
                    }
                }
                // What a project has beside its services.
                Subject::Network | Subject::Volume | Subject::Problem => rest = true,
                _ => {}
            }
        }
    }
    if rest {
        return Ok(());
    }
    let stacks = before.deployment.stacks.iter().zip(&after.deployment.stacks);
    stacks.filter(|(a, b)| !same(&a.project, &b.project)).try_for_each(|(a, b)| others(a, b, &meant))
}

/// Whether anything but the services that are meant differs.
fn others(before: &Stack, after: &Stack, meant: &BTreeSet<String>) -> Result<(), String> {
    let (Some(old), Some(new)) = (before.project.map(), after.project.map()) else { return Ok(()) };
    for entry in old.iter().chain(new) {
        let Some(key) = entry.key.known() else { continue };
        let (a, b) = (before.project.get(key), after.project.get(key));
        if a.zip(b).is_some_and(|(a, b)| same(a, b)) {
            continue;
        }
        let services = a.and_then(Node::map).into_iter().chain(b.and_then(Node::map)).flatten();
        for service in services.filter(|_| key == "services") {
            let name = service.key.known().unwrap_or_default();
            let pair = a.and_then(|a| a.get(name)).zip(b.and_then(|b| b.get(name)));
            if !meant.contains(name) && !pair.is_some_and(|(a, b)| same(a, b)) {
                return Err(format!("it would change the service `{name}` as well"));
            }
        }
        if key != "services" {
            return Err(format!("it would change `{key}` of the compose project"));
        }
    }
    Ok(())
}

/// Whether two nodes say the same, wherever they are written.
fn same(a: &Node, b: &Node) -> bool {
    if a.same(b) {
        return true;
    }
    match (a.value(), b.value()) {
        (Yaml::Scalar(one), Yaml::Scalar(two)) => {
            (one.style == Style::Plain) == (two.style == Style::Plain) && one.text.display() == two.text.display()
        }
        (Yaml::Seq(one), Yaml::Seq(two)) => one.len() == two.len() && one.iter().zip(two).all(|(a, b)| same(a, b)),
        (Yaml::Map(one), Yaml::Map(two)) => {
            one.len() == two.len() && one.iter().zip(two).all(|(a, b)| same(&a.key, &b.key) && same(&a.value, &b.value))
        }
        _ => false,
    }
}
