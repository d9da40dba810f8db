//! What holds of fixes in projects that are made up ([`crate::generated`]): each removes its finding and replaces its own
//! bytes alone, all of them together give what the project says without its defects, comments and line breaks stay, and a
//! second run changes nothing.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};

use deploylint::Audit;
use deploylint::check::rules::RuleSet;
use deploylint::discover::Candidate;
use deploylint::expand::Options;
use deploylint::finding::Finding;
use deploylint::fix::{Fixed, Fixer, place};
use deploylint::knowledge::Knowledge;
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

use crate::common::Tree;
use crate::fix_examples::{spliced, texts};
use crate::fix_property::{compose, config};
use crate::generated::{Made, Project, project};

/// How many projects are fixed, and how many of them docker compose reads.
const PROJECTS: u64 = 48;
const READ: usize = 10;

fn candidates(project: &Project) -> Vec<Candidate> {
    let beside = project.beside.iter().map(|(path, text)| (*path, text.as_str()));
    let all = project.files.iter().map(|file| (file.path, file.text.as_str())).chain(beside);
    let mut all: Vec<Candidate> = all
        .map(|(path, text)| Candidate {
            disk: None,
            path: path.to_owned(),
            content: Some(text.as_bytes().to_vec()),
            executable: None,
        })
        .collect();
    all.sort_by(|a, b| a.path.cmp(&b.path));
    all
}

/// The findings of these rules that have a fix.
fn open(audit: &Audit, rules: &[&str]) -> Vec<Finding> {
    let own = |f: &&Finding| rules.contains(&f.rule.as_str()) && !f.fixes.is_empty();
    audit.checked.findings.iter().filter(own).cloned().collect()
}

fn counts(audit: &Audit) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for finding in &audit.checked.findings {
        *counts.entry(finding.rule.as_str()).or_default() += 1;
    }
    counts
}

/// What a file says: the value of its YAML, its variables replaced.
fn said(text: &str) -> Value {
    let text = text.replace("{{ app_version }}", "1.4.2");
    let document = serde_yaml::Deserializer::from_str(&text).next().expect("a document");
    Value::deserialize(document).unwrap_or_else(|e| panic!("{e}:\n{text}"))
}

/// Makes one fix after the other; each keeps all bytes but its own, and takes its finding away. How many there were.
fn one_by_one(project: &Project, rules: &RuleSet, knowledge: &Knowledge, name: &str) -> (usize, Vec<Candidate>) {
    let audit = |files: &[Candidate]| deploylint::audit(files, &Options::default(), rules, knowledge);
    let mut files = candidates(project);
    for made in 0..64 {
        let before = audit(&files);
        let Some(finding) = open(&before, &project.broken).into_iter().next() else { return (made, files) };
        let mut placed = vec![finding.clone()];
        place(&mut placed, &before, &[]);
        let first = Cell::new(true);
        let choose = |_: &Audit| if first.replace(false) { vec![finding.clone()] } else { Vec::new() };
        let fixed = Fixer { audit: &audit, choose: &choose, unsafe_too: true, roots: &[] }.run(files.clone());
        assert!(
            fixed.dropped.is_empty() && fixed.applied.len() == 1,
            "{name}: {:?}\n{:?}",
            fixed.dropped,
            texts(&files)
        );
        assert_eq!(texts(&fixed.candidates), spliced(texts(&files), &placed[0], &before), "{name}: {}", finding.rule);
        let after = audit(&fixed.candidates);
        let (old, new) = (counts(&before), counts(&after));
        let gone = old[finding.rule.as_str()] - new.get(finding.rule.as_str()).copied().unwrap_or(0);
        assert!(gone >= 1, "{name}: {} is still there", finding.rule);
        // What a new version has no digest of was no finding before.
        let more =
            new.iter().find(|(rule, n)| **n > old.get(*rule).copied().unwrap_or(0) && **rule != "image-without-digest");
        assert_eq!(more, None, "{name}: {}", finding.rule);
        files = fixed.candidates;
    }
    panic!("{name}: fixes without an end");
}

fn together(files: Vec<Candidate>, project: &Project, rules: &RuleSet, knowledge: &Knowledge) -> Fixed {
    let audit = |files: &[Candidate]| deploylint::audit(files, &Options::default(), rules, knowledge);
    let choose = |audit: &Audit| open(audit, &project.broken);
    Fixer { audit: &audit, choose: &choose, unsafe_too: true, roots: &[] }.run(files)
}

/// The remarks of a text, in order.
fn remarks(text: &str) -> Vec<&str> {
    text.match_indices("# remark ").map(|(at, _)| text[at..].lines().next().unwrap_or("")).collect()
}

fn holds(file: &Made, now: &str, name: &str) {
    assert_eq!(said(now), file.right, "{name}: {}:\n{}\n--- is now\n{now}", file.path, file.text);
    assert_eq!(remarks(now), remarks(&file.text), "{name}: {}", file.path);
    let breaks = |text: &str| (text.contains("\r\n"), text.replace("\r\n", "").contains('\n'), text.ends_with('\n'));
    assert_eq!(breaks(now), breaks(&file.text), "{name}: {}:\n{now:?}", file.path);
}

#[test]
fn a_project_with_all_its_fixes_is_the_one_without_defects() {
    let rules = RuleSet::embedded().expect("valid rules");
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    let done: Vec<(usize, BTreeSet<&str>)> = (1..=PROJECTS)
        .into_par_iter()
        .map(|seed| {
            let project = project(seed);
            let name = format!("project {seed}");
            let (made, singly) = one_by_one(&project, &rules, &knowledge, &name);
            let all = together(candidates(&project), &project, &rules, &knowledge);
            // Two findings may be mended by one and the same fix, which counts twice then.
            assert!(all.dropped.is_empty() && all.applied.len() >= made, "{name}: {:?}", all.dropped);
            for (files, how) in [(&singly, "one by one"), (&all.candidates, "together")] {
                let now = texts(files);
                project.files.iter().for_each(|file| holds(file, &now[file.path], &format!("{name}, {how}")));
                project.beside.iter().for_each(|(path, text)| assert_eq!(now[*path], *text, "{name}: {path}"));
            }
            let again = together(all.candidates, &project, &rules, &knowledge);
            assert!(again.changed.is_empty() && again.applied.is_empty(), "{name}: {:?}", again.applied);
            let told = all.applied.iter().map(|note| note.rule.as_str());
            let told: BTreeSet<&str> =
                told.map(|rule| *project.broken.iter().find(|b| **b == rule).expect("broken")).collect();
            assert!(told.iter().eq(project.broken.iter()), "{name}: {told:?} of {:?}", project.broken);
            (made, told)
        })
        .collect();
    let made: usize = done.iter().map(|(made, _)| made).sum();
    let rules: BTreeSet<&str> = done.iter().flat_map(|(_, told)| told.iter().copied()).collect();
    assert!(made >= 150 && rules.len() >= 11, "{made} fixes of {rules:?}");
}

#[test]
fn docker_compose_reads_a_fixed_project_as_the_one_without_defects() {
    let Some(binary) = compose() else { return };
    let projects = (1..=PROJECTS).map(project).filter(|p| p.files[0].path == "compose.yml").take(READ);
    let mut read = 0;
    for (n, project) in projects.enumerate() {
        let mut files: Vec<(&str, &str)> = project.files.iter().map(|file| (file.path, file.text.as_str())).collect();
        files.extend(project.beside.iter().map(|(path, text)| (*path, text.as_str())));
        let (fixed, right) = (Tree::new(&files), Tree::new(&files));
        right.write("compose.yml", project.files[0].right.to_string().as_bytes());
        let before = config(&binary, &fixed);
        let ran =
            fixed.run(&["fix", "--apply", "--unsafe", "--persona", "auditor", "--select", &project.broken.join(",")]);
        let now = config(&binary, &fixed);
        assert!(before.is_some() && now.is_some(), "project {n}: {ran}");
        assert_eq!(now, config(&binary, &right), "project {n}: {ran}");
        read += usize::from(before != now);
    }
    assert!(read >= READ / 2, "only {read} projects changed");
}
