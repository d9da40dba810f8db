//! The commands that explain: `rules`, `explain`, `facts`, `test`.

use std::fmt::Write as _;

use serde_json::json;

use super::args::{self, ListFormat};
use super::{CLEAN, FOUND, Failure, Io, mistakes, rules as rule_set};
use crate::check::rules::{Rule, RuleSet};
use crate::discover;
use crate::examples;
use crate::knowledge::Knowledge;
use crate::model::fact::{Fact, FactId, Facts, Field, Value};
use crate::model::subject::Subject;
use crate::report::{json, page, safe};
use crate::source::Sources;

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
        "id": rule.file.id,
        "group": rule.group,
        "title": rule.file.title,
        "severity": rule.file.severity.name(),
        "confidence": rule.file.confidence.name(),
        "persona": rule.file.persona.name(),
    })
}

fn table(rules: &RuleSet) -> String {
    let width = rules.iter().map(|r| r.file.id.len()).max().unwrap_or(0);
    let mut out = String::new();
    for rule in rules.iter() {
        let (file, severity) = (&rule.file, rule.file.severity.name());
        let _ = writeln!(out, "{:width$}  {severity:7}  {:8}  {}", file.id, file.persona.name(), file.title);
    }
    out
}

/// The page of a rule, offline.
pub(super) fn explain(args: &args::Explain, io: &mut Io<'_>) -> Result<u8, Failure> {
    let rules = rule_set::all(&args.rules)?;
    rule_set::exists(&args.rule, &rules)?;
    let Some(rule) = rules.get(&args.rule) else { return Err(Failure(format!("there is no rule `{}`", args.rule))) };
    let page = page::markdown(rule);
    io.stdout.write_all(safe::lines(&page).as_bytes())?;
    Ok(CLEAN)
}

/// Runs the examples of the rules in a folder.
pub(super) fn test(args: &args::Test, io: &mut Io<'_>) -> Result<u8, Failure> {
    if !args.dir.is_dir() {
        return Err(Failure(format!("{}: not a folder of rules", args.dir.display())));
    }
    let rules = RuleSet::folder(&args.dir).map_err(|found| mistakes::rules(&found))?;
    if rules.is_empty() {
        return Err(Failure(format!("{}: no rule files in it", args.dir.display())));
    }
    let knowledge = Knowledge::embedded()?;
    let (mut passed, mut failed) = (0, 0);
    let mut out = String::new();
    for outcome in rules.iter().flat_map(|rule| examples::run(rule, &knowledge)) {
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
    let _ = writeln!(out, "{} rules, {passed} examples passed, {failed} failed", rules.len());
    io.stdout.write_all(safe::lines(&out).as_bytes())?;
    Ok(if failed == 0 { CLEAN } else { FOUND })
}

/// Prints each fact with its fields, so that a rule's author sees what `when` can use.
pub(super) fn facts(args: &args::Facts, io: &mut Io<'_>) -> Result<u8, Failure> {
    let subject = args.subject.as_deref().map(subject).transpose()?;
    let found = discover::discover(&args.paths)?;
    let knowledge = Knowledge::embedded()?;
    let options = crate::expand::Options::default();
    let audit = crate::audit(&found.candidates, &options, &RuleSet::default(), &knowledge);
    let mut out = String::new();
    for (id, fact) in audit.facts.iter().filter(|(_, f)| subject.is_none_or(|s| f.subject == s)) {
        one(id, fact, &audit.facts, &audit.sources, &mut out);
    }
    io.stdout.write_all(out.as_bytes())?;
    Ok(CLEAN)
}

fn subject(name: &str) -> Result<Subject, Failure> {
    Subject::named(name).ok_or_else(|| {
        let all: Vec<_> = Subject::ALL.iter().map(|s| s.schema().name).collect();
        Failure(format!("there is no subject `{name}`; there are: {}", all.join(", ")))
    })
}

fn one(id: FactId, fact: &Fact, facts: &Facts, sources: &Sources, out: &mut String) {
    let at = place(fact.place.span, sources);
    let _ = writeln!(out, "{} {} {at}", fact.subject.schema().name, name(id));
    for (field, value) in fact.fields() {
        let at = value.place.as_ref().map(|p| format!("  # {}", place(p.span, sources))).unwrap_or_default();
        let _ = writeln!(out, "  {field}: {}{at}", safe::line(&text(value, facts)));
    }
}

fn place(span: crate::source::Span, sources: &Sources) -> String {
    let source = sources.get(span.source);
    let at = source.position(span.start);
    format!("{}:{}:{}", safe::line(&source.path), at.line, at.column)
}

fn name(id: FactId) -> String {
    format!("{id:?}").replace("FactId(", "#").replace(')', "")
}

fn text(field: &Field, facts: &Facts) -> String {
    match &field.value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Int(n) => n.to_string(),
        Value::Float(n) => n.to_string(),
        Value::Str(s) => serde_json::to_string(s).unwrap_or_default(),
        Value::List(items) => {
            let items: Vec<_> = items.iter().map(|i| text(i, facts)).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<_> = entries.iter().map(|(k, v)| format!("{k}: {}", text(v, facts))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Fact(id) => format!("{} {}", facts.get(*id).subject.variable(), name(*id)),
        Value::Unknown(why) => format!("unknown ({why})"),
    }
}
