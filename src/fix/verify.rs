//! Whether fixes did what they should: their findings are gone, nothing new is found, nobody else changed.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::Ready;
use super::meaning;
use crate::Audit;
use crate::expand::Stack;
use crate::finding::{Change, Finding, Planned};
use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, Style, Value as Yaml};

/// Judges the fixes by the audits before and after them.
///
/// # Errors
/// What they did that they should not have.
pub(super) fn verify(before: &Audit, after: &Audit, fixes: &[Ready]) -> Result<(), String> {
    let comments = fixes.iter().all(Ready::is_comment);
    if comments {
        meaning::kept(before, after)?;
    }
    findings(before, after, fixes)?;
    undecided(before, after, fixes)?;
    if comments { Ok(()) } else { projects(before, after, fixes) }
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

/// How many findings of each rule the comments are to suppress.
fn named(before: &Audit, fixes: &[Ready]) -> Counts {
    let mut counts = Counts::new();
    for ready in fixes {
        let path = &before.sources.get(ready.finding.span.source).path;
        let rules = ready.fix.plan.iter().filter_map(|planned| match &planned.change {
            Change::Ignore(rules, _) => Some(rules),
            _ => None,
        });
        for rule in rules.flatten() {
            *counts.entry((rule.clone(), path.clone())).or_default() += 1;
        }
    }
    counts
}

fn findings(before: &Audit, after: &Audit, fixes: &[Ready]) -> Result<(), String> {
    let asked = named(before, fixes);
    let all = |audit: &Audit| counts(audit, audit.checked.findings.iter().filter(|f| f.suppressed.is_some()));
    let (known, now) = (all(before), all(after));
    let more = |key| now.get(key).copied().unwrap_or(0).saturating_sub(known.get(key).copied().unwrap_or(0));
    if let Some(((rule, path), _)) = asked.iter().find(|(key, wanted)| more(key) < **wanted) {
        return Err(format!("a comment does not suppress `{rule}` in {path}"));
    }
    let mut allowed = counts(before, before.checked.findings.iter());
    let gone = counts(before, fixes.iter().filter(|ready| !ready.is_comment()).map(|ready| &ready.finding));
    for (key, fixed) in &gone {
        let left = allowed.get(key).copied().unwrap_or(0).saturating_sub(*fixed);
        allowed.insert(key.clone(), left);
    }
    let left = |rule: &str| fixes.iter().any(|ready| ready.fix.leaves.iter().any(|one| one == rule));
    for (key, found) in counts(after, after.checked.findings.iter()) {
        if found <= allowed.get(&key).copied().unwrap_or(0) || left(&key.0) {
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

/// A rule that can't be decided any more is no rule that is satisfied. Others may look at what is there only now.
fn undecided(before: &Audit, after: &Audit, fixes: &[Ready]) -> Result<(), String> {
    let rules: BTreeSet<&str> = fixes.iter().map(|ready| ready.finding.rule.as_str()).collect();
    let count = |audit: &Audit| {
        let mut counts = BTreeMap::<String, usize>::new();
        for one in audit.checked.undecided.iter().filter(|one| rules.contains(one.rule.as_str())) {
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
    let places: BTreeSet<Span> = fixes.iter().flat_map(|r| r.fix.plan.iter().map(|planned| planned.at)).collect();
    for (_, fact) in before.facts.iter().filter(|(_, fact)| fact.subject == Subject::Service) {
        let name = fact.field("name");
        let named = name.and_then(|name| name.place.as_ref()).is_some_and(|place| places.contains(&place.span));
        if let Some(Value::Str(name)) = name.filter(|_| named || places.contains(&fact.place.span)).map(|f| &f.value) {
            meant.insert(name.clone());
        }
    }
    for ready in fixes {
        if speaks_of_service(before, ready) {
            // What is written in several services, and in each for itself.
            let copies = ready.fix.plan.iter().filter(|planned| matches!(planned.change, Change::Copy(_)));
            meant.extend(copies.filter_map(|planned| only_user(before, std::slice::from_ref(planned))));
        } else {
            meant.extend(only_user(before, &ready.fix.plan));
        }
    }
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
    stacks.filter(|(a, b)| !same(&a.project, &b.project)).try_for_each(|(a, b)| others(a, b, &meant, &places))
}

fn speaks_of_service(before: &Audit, ready: &Ready) -> bool {
    let about = ready.finding.ties.about.iter().filter_map(|id| before.facts.numbered(*id));
    about.into_iter().any(|fact| fact.subject == Subject::Service)
}

/// The service in whose part of a project these changes are, where it is just one.
fn only_user(before: &Audit, plan: &[Planned]) -> Option<String> {
    let mut found = BTreeSet::new();
    for stack in &before.deployment.stacks {
        for service in stack.project.get("services").and_then(Node::map).unwrap_or_default() {
            if plan.iter().any(|planned| written_at(&service.value, planned.at)) {
                found.insert(service.key.known()?.to_owned());
            }
        }
    }
    found.pop_first().filter(|_| found.is_empty())
}

/// Whether a part of the node is written at `span`, or around it.
fn written_at(node: &Node, span: Span) -> bool {
    match node.value() {
        Yaml::Scalar(_) => node.span().contains(span),
        Yaml::Seq(items) => items.iter().any(|item| written_at(item, span)),
        Yaml::Map(entries) => entries.iter().any(|e| e.key.span().contains(span) || written_at(&e.value, span)),
    }
}

/// Whether anything but the services that are meant differs.
fn others(before: &Stack, after: &Stack, meant: &BTreeSet<String>, places: &BTreeSet<Span>) -> Result<(), String> {
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
        let own = || a.is_some_and(|a| places.iter().any(|span| written_at(a, *span)));
        if key != "services" && !own() {
            return Err(format!("it would change `{key}` of the compose project"));
        }
    }
    Ok(())
}

/// Whether two nodes say the same, wherever they are written.
pub(super) fn same(a: &Node, b: &Node) -> bool {
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
