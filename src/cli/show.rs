//! The commands that explain: `rules`, `explain`, `facts`, `test`.

use std::fmt::Write as _;

use super::args;
use super::{CLEAN, Failure, Io};
use crate::check::rules::RuleSet;
use crate::discover;
use crate::knowledge::Knowledge;
use crate::model::fact::{Fact, FactId, Facts, Field, Value};
use crate::model::subject::Subject;
use crate::report::safe;
use crate::source::Sources;

const MISSING: &str = "this build has no rule engine";

pub(super) fn rules(args: &args::Rules, _io: &mut Io<'_>) -> Result<u8, Failure> {
    let _ = args.format;
    super::check::rules(&args.rules)?;
    Err(Failure(MISSING.to_owned()))
}

pub(super) fn explain(args: &args::Explain, _io: &mut Io<'_>) -> Result<u8, Failure> {
    let _ = &args.rule;
    super::check::rules(&args.rules)?;
    Err(Failure(MISSING.to_owned()))
}

pub(super) fn test(args: &args::Test, _io: &mut Io<'_>) -> Result<u8, Failure> {
    Err(Failure(format!("{}: {MISSING}", args.dir.display())))
}

/// Prints each fact with its fields, so that a rule's author sees what `when` can use.
pub(super) fn facts(args: &args::Facts, io: &mut Io<'_>) -> Result<u8, Failure> {
    let subject = args.subject.as_deref().map(subject).transpose()?;
    let found = discover::discover(&args.paths)?;
    let audit =
        crate::audit(&found.candidates, &crate::expand::Options::default(), &RuleSet::default(), &Knowledge::default());
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
