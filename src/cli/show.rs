//! The commands that explain: `rules`, `explain`, `facts`, `test`.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{self, ListFormat};
use super::{CLEAN, FOUND, Failure, Io, config_errors, rules as rule_set};
use crate::check::rules::{Rule, RuleSet};
use crate::config::did_you_mean;
use crate::discover;
use crate::examples;
use crate::knowledge::Knowledge;
use crate::model::subject::Subject;
use crate::pages;
use crate::report::redact::Redactor;
use crate::report::{counted, json, safe};

/// One line a rule.
pub(super) fn rules(args: &args::Rules, io: &mut Io<'_>) -> Result<u8, Failure> {
    let rules = rule_set::all(&args.rules)?;
    let text = match args.format {
        ListFormat::Json => json::text(&rules.iter().map(entry).collect::<Vec<_>>(), true) + "\n",
        ListFormat::Human => table(&rules),
    };
    io.stdout.write_all(text.as_bytes())?;
    Ok(CLEAN)
}

fn entry(rule: &Rule) -> serde_json::Value {
    json!({
        "id": rule.id,
        "group": rule.group,
        "title": rule.file.title,
        "severity": rule.file.severity.name(),
        "confidence": rule.file.confidence.name(),
        "persona": rule.file.persona.name(),
    })
}

fn table(rules: &RuleSet) -> String {
    let width = rules.iter().map(|r| r.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules.iter() {
        let (file, severity) = (&rule.file, rule.file.severity.name());
        let _ = writeln!(out, "{:width$}  {severity:7}  {:8}  {}", file.id, file.persona.name(), file.title);
    }
    out
}

/// The page of a rule, offline.
pub(super) fn explain(args: &args::Explain, io: &mut Io<'_>) -> Result<u8, Failure> {
    let rules = rule_set::whole(&args.rules)?;
    let rule = rule_set::find(&args.rule, &rules)?;
    let page = pages::page(rule, &rules, &Knowledge::embedded()?);
    io.stdout.write_all(safe::lines(&page).as_bytes())?;
    Ok(CLEAN)
}

/// Runs the examples of the rules in a folder.
pub(super) fn test(args: &args::Test, io: &mut Io<'_>) -> Result<u8, Failure> {
    if !args.path.exists() {
        return Err(Failure(format!("{}: no such file or directory", args.path.display())));
    }
    let rules = RuleSet::folder(&args.path).map_err(|found| config_errors::rules(&found))?;
    if rules.is_empty() {
        let what = "no rule here: rules are files that end in `.yaml` and do not begin with `_`";
        return Err(Failure(format!("{}: {what}", args.path.display())));
    }
    let knowledge = Knowledge::embedded()?;
    let (mut passed, mut failed) = (0, 0);
    let mut out = String::new();
    for outcome in examples::run_all(&rules, &knowledge).map_err(|found| config_errors::rules(&found))? {
        if outcome.failures.is_empty() {
            passed += 1;
            continue;
        }
        failed += 1;
        let _ = writeln!(out, "{}, example {}:", outcome.rule, outcome.example);
        for failure in &outcome.failures {
            let _ = writeln!(out, "  {failure}");
        }
    }
    let (rules, passed) = (counted(rules.len(), "rule"), counted(passed, "example"));
    let _ = writeln!(out, "{rules}, {passed} passed, {failed} failed");
    io.stdout.write_all(safe::lines(&out).as_bytes())?;
    Ok(if failed == 0 { CLEAN } else { FOUND })
}

fn subject(name: &str) -> Result<Subject, Failure> {
    Subject::named(name).ok_or_else(|| {
        let help = did_you_mean(name, Subject::ALL.iter().map(|s| s.schema().name));
        let hint = if help.is_empty() { "docs/facts.md lists them".to_owned() } else { help };
        Failure(format!("there is no subject `{name}`; {hint}"))
    })
}

/// Prints each fact with its fields, so that a rule's author sees what `when` can use.
pub(super) fn facts(args: &args::Facts, io: &mut Io<'_>) -> Result<u8, Failure> {
    let subjects = args.subjects.iter().map(|name| subject(name)).collect::<Result<Vec<_>, _>>()?;
    let found = discover::discover(&args.paths)?;
    let knowledge = Knowledge::embedded()?;
    let reach = crate::load::Reach::around(args.paths.iter().map(std::path::PathBuf::as_path));
    let options = crate::expand::Options { reach, ..crate::expand::Options::default() };
    let audit = crate::audit(&found.candidates, &options, &RuleSet::default(), &knowledge);

    let redactor = Redactor::of(audit.sources.ids(), &audit.sources);
    io.stdout.write_all(safe::log(&redactor.message(&pages::dump(&audit, &subjects))).as_bytes())?;
    Ok(CLEAN)
}
