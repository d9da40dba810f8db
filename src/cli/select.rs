//! From an audit to what this user asked to see.

use std::collections::HashMap;
use std::sync::Arc;

use super::settings::Settings;
use crate::Audit;
use crate::discover::Skipped;
use crate::document::Problem;
use crate::finding::{Finding, Persona, Severity};
use crate::load::{File, Verdict};
use crate::report::{Input, Report, Status};
use crate::source::SourceId;

/// The report of `audit` under `settings`; `skipped` is what the walk met and could not take.
pub(super) fn report(audit: Audit, skipped: &[Skipped], settings: &Settings) -> Report {
    let wanted = |rule: &str, persona: Persona| {
        let selected = settings.select.iter().any(|s| s == rule);
        let ignored = settings.ignore.iter().any(|s| s == rule);
        // Who names a rule wants to see it, whatever the persona.
        !ignored && (selected || settings.select.is_empty() && persona <= settings.persona)
    };
    let inputs = inputs(&audit, skipped);
    let mut checked = audit.checked;
    checked.findings.retain(|f| wanted(&f.rule, f.persona));
    checked.undecided.retain(|u| wanted(&u.rule, u.persona));
    Report {
        sources: Arc::clone(&audit.sources),
        findings: checked.findings,
        undecided: checked.undecided,
        inputs,
        rules: Vec::new(),
    }
}

/// Whether a finding that counts reaches `least`.
pub(super) fn fails(findings: &[Finding], least: Option<Severity>) -> bool {
    least.is_some_and(|least| findings.iter().any(|f| f.suppressed.is_none() && f.severity >= least))
}

fn inputs(audit: &Audit, skipped: &[Skipped]) -> Vec<Input> {
    let documents = audit.deployment.documents.iter().flat_map(|d| &d.problems);
    let mut broken: HashMap<SourceId, &Problem> = HashMap::new();
    for problem in documents.chain(&audit.deployment.problems).filter(|p| p.rule == "unparsable-file") {
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
    inputs.sort_by(|a, b| a.path.cmp(&b.path));
    inputs
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
