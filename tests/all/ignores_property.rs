//! What holds of all comments that `fix --add-ignores` makes: what the files say stays what it was, by another reading of the
//! parsed documents than the program's own.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::collections::BTreeMap;

use deploylint::Audit;
use deploylint::check::rules::written::Example;
use deploylint::check::rules::{Rule, RuleSet};
use deploylint::discover::Candidate;
use deploylint::document::{Body, Document};
use deploylint::examples::candidates;
use deploylint::expand::Options;
use deploylint::finding::{Change, Finding, Fix, Planned};
use deploylint::fix::{Fixed, Fixer};
use deploylint::knowledge::Knowledge;
use deploylint::syntax::script::Script;
use deploylint::yaml::{Node, Value};
use rayon::prelude::*;

/// What the documents of these files say, without their places.
pub(crate) fn said(files: &[Candidate], knowledge: &Knowledge) -> Vec<String> {
    let audit = deploylint::audit(files, &Options::default(), &RuleSet::default(), knowledge);
    audit.deployment.documents.iter().map(|document| format!("{}: {}", document.path, body(document))).collect()
}

fn body(document: &Document) -> String {
    match &document.body {
        Body::Nodes(nodes) => nodes.iter().map(node).collect::<Vec<_>>().join("\n---\n"),
        Body::Script(script) => commands(script),
        _ => {
            let text = document.text.display();
            let own = |line: &&str| !line.trim_start().starts_with("# deploylint: ignore[");
            text.lines().filter(own).collect::<Vec<_>>().join("\n")
        }
    }
}

fn node(of: &Node) -> String {
    let tag = of.tag().unwrap_or_default();
    match of.value() {
        Value::Scalar(scalar) => format!("{tag}{:?}", scalar.text.display()),
        Value::Seq(items) => format!("{tag}[{}]", items.iter().map(node).collect::<Vec<_>>().join(", ")),
        Value::Map(entries) => {
            let all: Vec<String> = entries.iter().map(|e| format!("{}: {}", node(&e.key), node(&e.value))).collect();
            format!("{tag}{{{}}}", all.join(", "))
        }
    }
}

fn commands(script: &Script) -> String {
    let line = |command: &deploylint::syntax::script::Command| {
        let assigned =
            command.assignments.iter().flat_map(|a| [Some(a.name.clone()), a.value.as_ref().map(|v| v.text.clone())]);
        let words = command.words.iter().map(|word| Some(word.text.clone()));
        let targets = command.redirects.iter().map(|redirect| Some(redirect.target.clone()));
        let all = assigned.chain(words).chain(targets).map(|text| format!("{:?}", text.map(|t| t.display())));
        format!("{} {:?}\n", all.collect::<Vec<_>>().join(" "), command.pipe)
    };
    script.commands.iter().map(line).collect()
}

/// The files with comments for all findings of a rule.
fn ignored(rule: &Rule, rules: &RuleSet, files: &[Candidate], knowledge: &Knowledge) -> Fixed {
    let only = rules.only(&rule.id);
    let audit = |files: &[Candidate]| deploylint::audit(files, &Options::default(), &only, knowledge);
    let choose = |audit: &Audit| {
        let open = audit.checked.findings.iter().filter(|f| f.rule == rule.id && f.suppressed.is_none());
        let with_comment = |finding: &Finding| {
            let change = Change::Ignore(vec![rule.id.clone()], "known".to_owned());
            let plan = vec![Planned { at: finding.span, was: None, definitions: Vec::new(), change }];
            let fix = Fix {
                safe: true,
                title: String::new(),
                breaks: String::new(),
                leaves: Vec::new(),
                plan,
                edits: Vec::new(),
            };
            Finding { fixes: vec![fix], ..finding.clone() }
        };
        open.map(with_comment).collect()
    };
    Fixer { audit: &audit, choose: &choose, unsafe_too: false, roots: &[] }.run(files.to_vec())
}

#[test]
fn no_comment_changes_what_a_bad_example_says() {
    let rules = RuleSet::embedded().expect("valid rules");
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    let all: Vec<(&Rule, &Example)> =
        rules.iter().flat_map(|r| r.file.examples.bad.iter().map(move |e| (r, e))).collect();
    let told: Vec<(usize, Vec<String>)> = all
        .par_iter()
        .map(|(rule, example)| {
            let files = candidates(example);
            let fixed = ignored(rule, &rules, &files, &knowledge);
            let what = format!("{}: {}", rule.id, example.name);
            assert_eq!(said(&files, &knowledge), said(&fixed.candidates, &knowledge), "{what}");
            let dropped =
                fixed.dropped.iter().map(|note| format!("{} | {what} | {}:{}", note.remark, note.path, note.line));
            (fixed.applied.len(), dropped.collect())
        })
        .collect();
    let applied: usize = told.iter().map(|(applied, _)| applied).sum();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for dropped in told.iter().flat_map(|(_, dropped)| dropped) {
        *reasons.entry(dropped.split(" | ").next().unwrap_or_default()).or_default() += 1;
    }
    let changing: Vec<&String> =
        told.iter().flat_map(|(_, d)| d).filter(|d| d.starts_with("it would change")).collect();
    assert!(changing.is_empty(), "{applied} applied, {reasons:?}: {changing:#?}");
}
