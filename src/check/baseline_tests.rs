//! What a baseline lets pass, and what it says is fixed.

use super::*;
use crate::finding::{Confidence, Persona, Severity, Ties};
use crate::source::{Source, Sources, Span};

fn finding(rule: &str) -> Finding {
    let source = Sources::default().add(Source::new("a.yml", None, "x"));
    Finding {
        rule: rule.to_owned(),
        severity: Severity::Error,
        confidence: Confidence::High,
        persona: Persona::Regular,
        message: String::new(),
        help: String::new(),
        span: Span::new(source, 0, 1),
        labels: Vec::new(),
        definitions: Vec::new(),
        fixes: Vec::new(),
        suppressed: None,
        ties: Ties::default(),
    }
}

fn identity(prints: &[&str]) -> Vec<(String, String)> {
    prints.iter().map(|p| ("a.yml".to_owned(), (*p).to_owned())).collect()
}

fn baseline(rules: &[&str], prints: &[&str]) -> Baseline {
    let findings: Vec<_> = rules.iter().map(|r| finding(r)).collect();
    Baseline::of(findings.iter().zip(identity(prints)).map(|(f, (path, print))| (f, path, print)))
}

#[test]
fn it_survives_being_written_and_read() {
    let before = baseline(&["a", "b"], &["1", "2"]);
    assert_eq!(Baseline::parse(&before.to_json()), Ok(before.clone()));
    assert_eq!(before.to_json().lines().count(), 7);
    assert_eq!(Baseline::parse(&Baseline::of([]).to_json()).map(|b| b.len()), Ok(0));
    assert!(Baseline::parse("{}").is_err());
    assert!(Baseline::parse(&before.to_json().replace("baseline/1", "baseline/9")).is_err());
}

#[test]
fn only_new_findings_count() {
    let mut findings = [finding("a"), finding("a"), finding("b"), finding("c")];
    let fixed = baseline(&["a", "b"], &["1", "2"]).apply(&mut findings, &identity(&["1", "1", "2", "3"]), |_| true);
    let suppressed: Vec<_> = findings.iter().map(|f| f.suppressed.is_some()).collect();
    assert_eq!(suppressed, [true, false, true, false], "a second finding of the same print is new");
    assert!(fixed.is_empty());
}

#[test]
fn what_is_fixed_can_be_pruned() {
    let before = baseline(&["a", "b"], &["1", "2"]);
    let fixed = before.apply(&mut [finding("a")], &identity(&["1"]), |_| true);
    assert_eq!(fixed.iter().map(|e| e.rule.as_str()).collect::<Vec<_>>(), ["b"]);
    assert_eq!(before.clone().without(&fixed).len(), 1);
    let unseen = before.apply(&mut [], &[], |path| path != "a.yml");
    assert!(unseen.is_empty(), "a file that was not audited is not fixed");
}

#[test]
fn what_a_comment_suppresses_needs_no_baseline() {
    let mut one = finding("a");
    one.suppressed = Some(Suppression { kind: "comment", reason: String::new(), span: None });
    assert!(Baseline::of([(&one, "a.yml".to_owned(), "1".to_owned())]).is_empty());
}
