//! Runs the examples of rules: the tests that every rule file carries.
//!
//! An example goes through the whole pipeline, with its rule alone. Nothing touches the disk: its files lie in a folder
//! that only this run knows. Showing the results is left to the callers.

mod fixed;

use std::path::PathBuf;

use crate::Audit;
use crate::check::rules::written::{Example, Miss};
use crate::check::rules::{Mistake, Rule, RuleSet};
use crate::discover::Candidate;
use crate::expand::Options;
use crate::finding::Finding;
use crate::knowledge::Knowledge;
use crate::load::Verdict;
use crate::model::fact::{Fact, Field, Value};

/// The file that an example's `text` is the content of, where it does not say.
pub(crate) const FILE: &str = "compose.yml";

/// The folder of an example's files; it is in no file system.
const ROOT: &str = "/deploylint-example";

/// How many facts are shown where an example is silent.
const SHOWN: usize = 3;

/// What became of one example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// `group/rule`.
    pub rule: String,
    /// `bad`, `good` or `misses`, and its name.
    pub example: String,
    /// What is wrong; empty where it passed.
    pub failures: Vec<String>,
}

/// Runs all examples of `rules`, for their authors: beside them the program's own rules are at work, which examples may name
/// and fixes are judged with.
///
/// # Errors
/// What is wrong with the program's own rules.
pub fn run_all(rules: &RuleSet, knowledge: &Knowledge) -> Result<Vec<Outcome>, Vec<Mistake>> {
    let mut all = RuleSet::embedded()?;
    all.merge(rules.clone());
    Ok(rules.iter().flat_map(|rule| run(rule, &all, knowledge)).collect())
}

/// Runs the examples of one rule; `all` has the rules that they name beside it.
pub fn run(rule: &Rule, all: &RuleSet, knowledge: &Knowledge) -> Vec<Outcome> {
    let examples = &rule.file.examples;
    let bad = examples.bad.iter().map(|e| ("bad", &e.name, bad(rule, e, all, knowledge)));
    let good =
        examples.good.iter().map(|e| ("good", &e.name, silent(rule, e, (all, knowledge), "noisy: a good example")));
    let misses = rule.file.misses.iter().map(|m: &Miss| {
        let what = "noisy: a known miss (move it to the bad examples)";
        ("misses", &m.name, silent(rule, &m.into(), (all, knowledge), what))
    });
    bad.chain(good)
        .chain(misses)
        .map(|(kind, name, failures)| Outcome {
            rule: if rule.group.is_empty() { rule.id.clone() } else { format!("{}/{}", rule.group, rule.id) },
            example: format!("{kind}: {name}"),
            failures,
        })
        .collect()
}

/// The whole result for one example, with `rule` alone.
///
/// # Errors
/// An option that can't be set.
pub fn audit(rule: &Rule, example: &Example, all: &RuleSet, knowledge: &Knowledge) -> Result<Audit, String> {
    let mut rules = all.clone();
    rules.retain(|r| r.id == rule.id || example.with.contains(&r.id));
    if let Some(missing) = example.with.iter().find(|id| !all.knows(id)) {
        return Err(format!("there is no rule `{missing}`"));
    }
    if let Some(path) = example.modes.keys().find(|path| !example.files.contains_key(*path)) {
        return Err(format!("`modes` names `{path}`, which is none of the `files`"));
    }
    for (name, value) in &example.options {
        rules.set_option(&rule.id, name, value)?;
    }
    let mut audit = crate::audit(&candidates(example), &Options::default(), &rules, knowledge);
    crate::check::merge::merge(&mut audit.checked.findings);
    audit.checked.findings.retain(|f| f.rule == rule.id && f.suppressed.is_none());
    audit.checked.undecided.retain(|u| u.rule == rule.id);
    Ok(audit)
}

/// The files of an example.
pub fn candidates(example: &Example) -> Vec<Candidate> {
    let one = example.text.as_ref().map(|text| (example.file.as_deref().unwrap_or(FILE), text));
    let several = example.files.iter().map(|(path, text)| (path.as_str(), text));
    let candidate = |(path, text): (&str, &String)| Candidate {
        disk: Some(PathBuf::from(ROOT).join(path)),
        path: path.to_owned(),
        content: Some(text.as_bytes().to_vec()),
        executable: example.modes.get(path).map(|mode| mode.executable),
    };
    let mut all: Vec<_> = one.into_iter().chain(several).map(candidate).collect();
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

fn silent(rule: &Rule, example: &Example, (all, knowledge): (&RuleSet, &Knowledge), what: &str) -> Vec<String> {
    let audit = match audit(rule, example, all, knowledge) {
        Ok(audit) => audit,
        Err(message) => return vec![message],
    };
    let fired = audit.checked.findings.iter().map(|f| format!("{what} fired at {}: {}", place(&audit, f), f.message));
    fired.chain(unread(&audit, rule)).collect()
}

fn bad(rule: &Rule, example: &Example, all: &RuleSet, knowledge: &Knowledge) -> Vec<String> {
    let audit = match audit(rule, example, all, knowledge) {
        Ok(audit) => audit,
        Err(message) => return vec![message],
    };
    let findings = &audit.checked.findings;
    let mut failures: Vec<String> = unread(&audit, rule).collect();
    if findings.is_empty() {
        let undecided = audit.checked.undecided.iter().map(|u| format!("undecided because of {}", u.why));
        let facts = audit.facts.of(rule.subject);
        let seen = format!("facts of subject {}: {}", rule.file.subject, facts.len());
        let why = undecided.chain([seen]).collect::<Vec<_>>().join("; ");
        failures.push(format!("missing: the bad example is silent ({why})"));
        failures.extend(facts.iter().take(SHOWN).map(|id| seen_of(audit.facts.get(*id), rule)));
        return failures;
    }
    let mut left: Vec<&Finding> = findings.iter().collect();
    for (n, wanted) in example.at.all().iter().enumerate() {
        let line = example.line.all().get(n).copied();
        let hit = left.iter().position(|f| {
            let source = audit.sources.get(f.span.source);
            let file = example.files.is_empty() || example.file.as_ref().is_none_or(|file| *file == source.path);
            let lined = line.is_none_or(|line| source.position(f.span.start).line == line);
            file && lined && source.slice(f.span) == wanted.trim_end_matches('\n')
        });
        if let Some(hit) = hit {
            left.remove(hit);
        } else {
            let found: Vec<_> = findings.iter().map(|f| place(&audit, f)).collect();
            let line = line.map(|l| format!(" on line {l}")).unwrap_or_default();
            failures.push(format!("misplaced: nothing at `{wanted}`{line}; found {}", found.join(", ")));
        }
    }
    if failures.is_empty() {
        failures.extend(left.iter().map(|f| format!("noisy: also fired at {}: {}", place(&audit, f), f.message)));
    }
    failures.extend(telling(example, &audit));
    if failures.is_empty() {
        failures = fixed::fixed(rule, example, all, knowledge);
    }
    failures
}

/// The fields of a fact that the rule's condition may ask for.
fn seen_of(fact: &Fact, rule: &Rule) -> String {
    let variable = fact.subject.variable();
    let asked = fact.fields().filter(|(name, _)| rule.file.when.contains(&format!("{variable}.{name}")));
    let value = |field: &Field| match &field.value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Str(text) => format!("{text:?}"),
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Map(map) => format!("a mapping of {}", map.len()),
        Value::Fact(_) => "another fact".to_owned(),
        Value::Unknown(why) => format!("unknown ({why})"),
    };
    let all: Vec<_> = asked.map(|(name, field)| format!("{variable}.{name} = {}", value(field))).collect();
    format!("  it sees: {}", if all.is_empty() { "no field that `when` names".to_owned() } else { all.join(", ") })
}

/// What the example says of the first finding beyond its place.
fn telling(example: &Example, audit: &Audit) -> Vec<String> {
    let Some(first) = audit.checked.findings.first() else { return Vec::new() };
    let mut failures = Vec::new();
    for finding in &audit.checked.findings {
        if let Some(wanted) = example.severity.filter(|s| *s != finding.severity) {
            failures.push(format!("misjudged: severity is {}, not {}", finding.severity.name(), wanted.name()));
        }
    }
    if let Some(wanted) = example.message.as_ref().filter(|m| !first.message.contains(m.as_str())) {
        failures.push(format!("mistold: the message holds no `{wanted}`: {}", first.message));
    }
    if let Some(wanted) = example.help.as_ref().filter(|h| **h != first.help) {
        failures.push(format!("mistold: the help is not `{wanted}`: {}", first.help));
    }
    let labels: Vec<_> =
        first.labels.iter().map(|l| audit.sources.get(l.span.source).slice(l.span).to_owned()).collect();
    for wanted in example.labels.all().iter().filter(|wanted| !labels.contains(wanted)) {
        failures.push(format!("mislabelled: no label at `{wanted}`; labels are at `{}`", labels.join("`, `")));
    }
    failures
}

/// Files that the audit could not read: such an example would be silent for the wrong reason.
fn unread(audit: &Audit, rule: &Rule) -> impl Iterator<Item = String> {
    let broken = rule.id != "unparsable-file";
    let problems = audit.deployment.documents.iter().flat_map(|d| &d.problems).filter(|p| p.kind.broken());
    let mut found: Vec<_> = problems.filter(|_| broken).map(|p| format!("unread: {}", p.message)).collect();
    let audited = audit.files.iter().any(|f| matches!(f.verdict, Verdict::Audited(_)));
    if broken && !audited {
        let reasons = audit.files.iter().map(|f| match &f.verdict {
            Verdict::Ignored(reason) => format!("{}: {reason}", f.path),
            _ => f.path.clone(),
        });
        found.push(format!("unread: no file of this example is audited ({})", reasons.collect::<Vec<_>>().join("; ")));
    }
    found.into_iter()
}

fn place(audit: &Audit, finding: &Finding) -> String {
    let source = audit.sources.get(finding.span.source);
    let at = source.position(finding.span.start);
    format!("{}:{}:{} `{}`", source.path, at.line, at.column, source.slice(finding.span))
}
