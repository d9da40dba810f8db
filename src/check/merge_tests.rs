//! What is left of findings that have one cause.

use super::merge;
use crate::finding::{Confidence, Finding, Persona, Production, Severity, Suppression, Ties};
use crate::source::{Source, Sources, Span};

fn finding(rule: &str, at: usize, severity: Severity, ties: Ties) -> Finding {
    let id = Sources::default().add(Source::new("x".to_owned(), None, "0123456789"));
    Finding {
        rule: rule.to_owned(),
        severity,
        confidence: Confidence::High,
        persona: Persona::Regular,
        message: format!("{rule} at {at}"),
        help: String::new(),
        span: Span::new(id, at, at + 1),
        labels: Vec::new(),
        definitions: Vec::new(),
        fixes: Vec::new(),
        suppressed: None,
        ties,
    }
}

fn caused(cause: &str, fact: u32) -> Ties {
    Ties {
        about: vec![fact],
        cause: Some(cause.to_owned()),
        everywhere: false,
        production: Production::Any,
        remark: None,
        before_remark: None,
        gives_way_to: Vec::new(),
    }
}

fn giving(rule: &str, fact: u32) -> Ties {
    Ties {
        about: vec![fact],
        cause: None,
        everywhere: false,
        production: Production::Any,
        remark: None,
        before_remark: None,
        gives_way_to: vec![(rule.to_owned(), fact)],
    }
}

fn merged(findings: Vec<Finding>) -> Vec<(String, u32, usize)> {
    let mut findings = findings;
    merge(&mut findings);
    findings.iter().map(|f| (f.rule.clone(), f.span.start, f.labels.len())).collect()
}

#[test]
fn one_cause_is_one_finding_at_its_worst_place() {
    let all = vec![
        finding("a", 1, Severity::Warning, caused("x", 1)),
        finding("a", 2, Severity::Error, caused("x", 2)),
        finding("a", 3, Severity::Error, caused("x", 3)),
        finding("a", 4, Severity::Error, caused("y", 4)),
        finding("b", 5, Severity::Error, caused("x", 5)),
    ];
    assert_eq!(merged(all), [("a".to_owned(), 2, 2), ("a".to_owned(), 4, 0), ("b".to_owned(), 5, 0)]);
}

#[test]
fn each_message_is_told_once() {
    let counter =
        |name: &str, at| Finding { message: name.to_owned(), ..finding("a", at, Severity::Error, caused("x", 1)) };
    let mut all: Vec<Finding> =
        ["p", "p", "q", "q", "q", "p"].into_iter().zip(1..).map(|(n, at)| counter(n, at)).collect();
    merge(&mut all);
    let labels: Vec<&str> = all[0].labels.iter().map(|label| label.text.as_str()).collect();
    assert_eq!(labels, ["the same here", "q", "the same here", "the same here", "the same here"]);
}

#[test]
fn a_finding_gives_way_to_a_louder_one_only() {
    let pair = |loud| vec![finding("a", 1, Severity::Warning, giving("b", 7)), finding("b", 2, loud, caused("", 7))];
    assert_eq!(merged(pair(Severity::Error)), [("b".to_owned(), 2, 1)]);
    assert_eq!(merged(pair(Severity::Note)), [("a".to_owned(), 1, 0), ("b".to_owned(), 2, 0)]);
}

#[test]
fn of_two_that_give_way_to_each_other_one_is_left() {
    let all = |first, second| vec![finding("a", 1, first, giving("b", 7)), finding("b", 2, second, giving("a", 7))];
    assert_eq!(merged(all(Severity::Error, Severity::Error)), [("b".to_owned(), 2, 1)]);
    assert_eq!(merged(all(Severity::Error, Severity::Note)), [("a".to_owned(), 1, 1)]);
}

#[test]
fn another_fact_is_another_cause() {
    let all = vec![finding("a", 1, Severity::Error, giving("b", 7)), finding("b", 2, Severity::Error, caused("", 8))];
    assert_eq!(merged(all).len(), 2);
}

#[test]
fn what_a_comment_suppresses_is_not_merged() {
    let suppressed = Some(Suppression { kind: "comment", reason: String::new(), span: None });
    let accepted = Finding { suppressed, ..finding("a", 1, Severity::Error, caused("x", 1)) };
    let all = vec![accepted, finding("a", 2, Severity::Error, caused("x", 2))];
    assert_eq!(merged(all).len(), 2);
}
