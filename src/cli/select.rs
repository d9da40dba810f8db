//! From an audit to what this user asked to see.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use rayon::prelude::*;

use super::args::Format;
use super::parts;
use super::settings::Settings;
use crate::Audit;
use crate::check::Checked;
use crate::check::rules::{Rule, RuleSet};
use crate::discover::Skipped;
use crate::document::Kind;
use crate::expand::Reading;
use crate::finding::{Finding, Persona, Severity};
use crate::knowledge::Knowledge;
use crate::load::{File, Verdict};
use crate::pages;
use crate::problem::Problem;
use crate::report::{Input, Report, RuleText, Status};
use crate::source::{Source, SourceId, Sources, Span};

/// The report of `audit` under `settings`, with all findings that were `checked`; `skipped` is what the walk met and could not take.
pub(super) fn report(
    audit: &Audit,
    mut checked: Checked,
    skipped: &[Skipped],
    settings: &Settings,
    rules: &RuleSet,
) -> Report {
    let inputs = inputs(audit, skipped);
    // What a configuration says about severities comes after.
    if settings.no_ignores {
        checked.refuse_comments();
    }
    if !settings.parts.is_empty() {
        govern(&mut checked, settings, rules, &audit.sources);
    }
    if !settings.no_ignores {
        if settings.require_reason {
            checked.require_reasons();
        }
        ignore(&mut checked.findings, settings, &audit.sources);
        if settings.require_reason {
            checked.require_reasons();
        }
    }
    Report {
        sources: Arc::clone(&audit.sources),
        rules: Vec::new(),
        changed: None,
        graphs: Vec::new(),
        findings: checked.findings,
        undecided: checked.undecided,
        inputs,
    }
}

/// Leaves of each file what the configuration of its folder asks for, as bad as that says.
fn govern(checked: &mut Checked, settings: &Settings, rules: &RuleSet, sources: &Sources) {
    let counts = |id: &str, span: Span| {
        let judge = parts::judge(settings, sources.get(span.source).disk.as_deref());
        !judge.off(id) && rules.get(id).is_none_or(|rule| judge.selects(rule))
    };
    checked.findings.retain(|finding| counts(&finding.rule, finding.span));
    checked.undecided.retain(|undecided| counts(&undecided.rule, undecided.span));
    for finding in &mut checked.findings {
        let judge = parts::judge(settings, sources.get(finding.span.source).disk.as_deref());
        finding.severity = judge.severity(&finding.rule).unwrap_or(finding.severity);
    }
}

/// Marks what the configurations ignore, each in the files that are its own.
fn ignore(findings: &mut [Finding], settings: &Settings, sources: &Sources) {
    let of = |source: &Source| parts::governing(settings, source.disk.as_deref());
    settings.ignores.apply(findings, &settings.config, sources, |source| of(source).is_none());
    for part in &settings.parts {
        let own = |source: &Source| of(source).is_some_and(|other| std::ptr::eq(other, part));
        part.ignores.apply(findings, &part.config, sources, own);
    }
}

/// Whether this user wants to see what `rule` says to `persona`: who names a rule does, whatever the persona.
pub(super) fn wanted(rule: &str, persona: Persona, settings: &Settings) -> bool {
    persona <= settings.persona || settings.select.has(rule)
}

/// Leaves only what this user wants to see, with what there is to say of its rules.
pub(super) fn show(report: &mut Report, rules: &RuleSet, knowledge: &Knowledge, settings: &Settings) {
    report.findings.retain(|f| wanted(&f.rule, f.persona, settings));
    report.undecided.retain(|u| wanted(&u.rule, u.persona, settings));
    report.rules = texts(&report.findings, rules, settings, knowledge);
}

/// What there is to say of the rules that found something. Their pages are made only where a report wants them:
/// each one runs the rule's example.
fn texts(findings: &[Finding], rules: &RuleSet, settings: &Settings, knowledge: &Knowledge) -> Vec<RuleText> {
    let output = &settings.output;
    let wanted = output.format == Format::Sarif || output.files.iter().any(|(format, _)| *format == Format::Sarif);
    let ids: BTreeSet<&str> = findings.iter().map(|f| f.rule.as_str()).collect();
    let found: Vec<&Rule> = ids.into_iter().filter_map(|id| rules.get(id)).collect();
    let text = |rule: &&Rule| RuleText {
        id: rule.id.clone(),
        title: rule.file.title.clone(),
        why: rule.file.why.trim().to_owned(),
        page: if wanted { pages::page(rule, rules, knowledge) } else { String::new() },
        severity: rule.severity.unwrap_or(rule.file.severity),
        url: output.rule_url.as_ref().map(|url| url.replace("{rule}", &rule.id)),
        evidence: evidence(rule),
        tags: tags(rule),
    };
    found.par_iter().map(text).collect()
}

/// The first public page that the rule rests on.
fn evidence(rule: &Rule) -> Option<String> {
    let mut pages = rule.file.evidence.refs.iter();
    pages.find(|page| page.starts_with("https://") && page.chars().all(|c| c.is_ascii_graphic())).cloned()
}

/// What a report files the rule under: what secrets and privileges are about is security.
fn tags(rule: &Rule) -> Vec<String> {
    let mut tags = vec![rule.group.clone()];
    let security = ["secrets", "privilege"].contains(&rule.group.as_str()).then(|| "security".to_owned());
    tags.extend(rule.file.tags.iter().cloned().chain(security));
    tags.retain(|tag| !tag.is_empty());
    let mut seen = BTreeSet::new();
    tags.retain(|tag| seen.insert(tag.clone()));
    tags
}

/// Whether a finding that counts reaches `least`.
pub(super) fn fails(findings: &[Finding], least: Option<Severity>) -> bool {
    least.is_some_and(|least| findings.iter().any(|f| f.suppressed.is_none() && f.severity >= least))
}

fn inputs(audit: &Audit, skipped: &[Skipped]) -> Vec<Input> {
    let documents = audit.deployment.documents.iter().flat_map(|d| &d.problems);
    let mut broken: HashMap<SourceId, &Problem> = HashMap::new();
    for problem in documents.chain(&audit.deployment.problems).filter(|p| p.kind.unread()) {
        broken.entry(problem.span.source).or_insert(problem);
    }
    let told = |file: &File| {
        let problem = broken.get(&file.source)?;
        let line = audit.sources.get(file.source).position(problem.span.start).line;
        Some(format!("line {line}: {}", problem.message))
    };
    let mut inputs: Vec<Input> = audit.files.iter().map(|f| input(f, told(f))).collect();
    inputs.extend(skipped.iter().map(|s| Input {
        path: s.path.clone(),
        kind: None,
        status: if s.failed { Status::Unparsable } else { Status::Ignored },
        reason: s.reason.clone(),
    }));
    for reading in &audit.deployment.readings {
        let read = read(reading, audit);
        // A file that was met and left alone, until another one named it.
        inputs.retain(|i| i.path != read.path || i.status != Status::Ignored);
        if inputs.iter().all(|i| i.path != read.path) {
            inputs.push(read);
        }
    }
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    inputs
}

/// What to say of a file that was read because another one names it.
fn read(reading: &Reading, audit: &Audit) -> Input {
    let source = audit.sources.get(reading.by.source);
    let at = source.position(reading.by.start);
    let broken = reading.document.problems.first();
    let reason = match broken {
        Some(problem) => problem.message.clone(),
        None if matches!(reading.document.kind, Kind::AnsibleVars | Kind::AnsibleInventory) => {
            "Ansible reads it by itself; version control leaves it out".to_owned()
        }
        None if reading.by.is_empty() => format!("docker compose reads it with {}", source.path),
        None => format!("{}:{}:{} names it", source.path, at.line, at.column),
    };
    Input {
        path: reading.document.path.clone(),
        kind: Some(reading.document.kind),
        status: if broken.is_some() { Status::Unparsable } else { Status::Read },
        reason,
    }
}

fn input(file: &File, broken: Option<String>) -> Input {
    let first = || file.problems.first().map_or("can't be read", |p| p.message.as_str()).to_owned();
    let (kind, status, reason) = match &file.verdict {
        Verdict::Audited(kind) => match broken {
            Some(reason) => (Some(*kind), Status::Unparsable, reason),
            None => (Some(*kind), Status::Audited, String::new()),
        },
        Verdict::Unreadable(kind) => (*kind, Status::Unparsable, first()),
        Verdict::Ignored(reason) => (None, Status::Ignored, reason.clone()),
    };
    Input { path: file.path.clone(), kind, status, reason }
}
