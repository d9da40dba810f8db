//! Whole rules over facts made by hand: verdicts, cases, places, merging.

use super::*;
use crate::finding::Severity;
use crate::model::fact::{Fact, Field, Value};
use crate::model::subject::Subject;
use crate::source::Source;
use crate::text::Place;

const RULE: &str = "\
id: some-rule
title: Something
subject: problem
severity: error
confidence: high
persona: regular
when: problem.kind == \"duplicate-key\"
cases:
  - {when: problem.help == \"mild\", severity: note, message: mild}
at: problem.message
labels:
  - {each: problem.labels, at: item, text: 'see {{ item }}'}
message: 'got `{{ problem.message }}`'
why: It breaks.
evidence: {kind: ran, note: Seen.}
examples:
  bad: [{name: bad, text: x, at: x}]
  good: [{name: good, text: x}]
";

struct Setup {
    facts: Facts,
    sources: Sources,
}

impl Setup {
    fn new() -> Self {
        let sources = Sources::default();
        sources.add(Source::new("a.yml", None, "0123456789"));
        Self { facts: Facts::default(), sources }
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let id = self.sources.add(Source::new("a.yml", None, "0123456789"));
        let first = Span::new(id, start, end);
        Span { source: self.first().unwrap_or(first.source), ..first }
    }

    fn first(&self) -> Option<crate::source::SourceId> {
        self.facts.iter().next().map(|(_, f)| f.place.span.source)
    }

    fn problem(&mut self, kind: impl Into<Field>, message: Option<Field>, help: impl Into<Field>) {
        let mut fact = Fact::new(Subject::Problem, self.span(0, 9).into()).with("kind", kind).with("help", help);
        if let Some(message) = message {
            fact = fact.with("message", message);
        }
        self.facts.add(fact);
    }

    fn check(&self) -> Checked {
        let texts = vec![("rules/group/some-rule.yaml".to_owned(), RULE.to_owned())];
        check(&self.facts, &RuleSet::compile(texts).expect("rule"), &self.sources)
    }
}

fn unknown() -> Field {
    Field::derived(Value::Unknown("${X}".to_owned()))
}

#[test]
fn an_unknown_is_undecided_and_counted_once() {
    let mut setup = Setup::new();
    setup.problem(unknown(), None, "");
    setup.problem(unknown(), None, "");
    setup.problem("unknown-key", None, "");
    let checked = setup.check();
    assert!(checked.findings.is_empty());
    let whys: Vec<_> = checked.undecided.iter().map(|u| u.why.as_str()).collect();
    assert_eq!(whys, ["${X}"]);
}

#[test]
fn a_finding_settles_the_place() {
    let mut setup = Setup::new();
    setup.problem(unknown(), None, "");
    setup.problem("duplicate-key", None, "");
    setup.problem("duplicate-key", None, "mild");
    let checked = setup.check();
    assert_eq!((checked.findings.len(), checked.undecided.len()), (1, 0));
    assert_eq!(checked.findings[0].severity, Severity::Error, "the worst stays");
}

#[test]
fn an_undecided_case_counts_as_the_mildest() {
    let mut setup = Setup::new();
    setup.problem("duplicate-key", None, unknown());
    let checked = setup.check();
    assert_eq!((checked.findings[0].severity, checked.findings[0].message.as_str()), (Severity::Note, "mild"));
}

#[test]
fn the_place_is_the_fields_and_names_where_variables_are_set() {
    let mut setup = Setup::new();
    let here = setup.span(2, 3);
    let there = setup.span(5, 6);
    let there = Span { source: here.source, ..there };
    let place = Place { span: here, definitions: vec![("tag".to_owned(), there)].into() };
    setup.problem("duplicate-key", Some(Field::at("m", place)), "");
    let checked = setup.check();
    let finding = &checked.findings[0];
    assert_eq!(finding.span, here);
    assert_eq!(finding.message, "got `m`");
    assert_eq!(finding.labels[0].text, "`tag` is set here");
    assert_eq!(finding.labels[0].span, there);
}

#[test]
fn an_unknown_shows_in_a_message_and_keeps_its_place() {
    let mut setup = Setup::new();
    let here = setup.span(2, 3);
    setup.problem("duplicate-key", Some(unknown().placed(here)), "");
    let checked = setup.check();
    assert_eq!((checked.findings[0].message.as_str(), checked.findings[0].span), ("got `${X}`", here));
}
