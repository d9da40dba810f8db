//! evidence/expected: what was expected, what happened, and docs/expectations.md, which tells both.
//! `DEPLOYLINT_BLESS=1 cargo test --test all expected` writes that page anew.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::common::Tree;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    subject: String,
    /// What most people expect, and what the script prints where it holds.
    expected: String,
    expect: String,
    /// Who is asked.
    with: String,
    #[serde(default)]
    files: BTreeMap<String, String>,
    #[serde(rename = "run")]
    _run: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    happens: String,
    rule: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Results {
    answers: BTreeMap<String, Answer>,
}

#[derive(Debug, Deserialize)]
struct Answer {
    prints: BTreeMap<String, String>,
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("evidence/expected")
}

fn yaml<T: serde::de::DeserializeOwned>(name: &str) -> T {
    let text = fs::read_to_string(folder().join(name)).expect("the file");
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}"))
}

fn questions() -> BTreeMap<String, Question> {
    yaml("questions.yaml")
}

fn answers() -> BTreeMap<String, Answer> {
    let text = fs::read_to_string(folder().join("results.json")).expect("the file");
    serde_json::from_str::<Results>(&text).expect("JSON").answers
}

/// Whether each release did what was expected.
fn held(question: &Question, answer: &Answer) -> bool {
    answer.prints.values().all(|print| *print == question.expect)
}

#[test]
fn each_question_has_an_answer_and_a_miss_says_what_happens() {
    let (questions, answers, outcomes) = (questions(), answers(), yaml::<BTreeMap<String, Outcome>>("happens.yaml"));
    assert!(questions.len() >= 40, "only {}", questions.len());
    let releases: BTreeMap<&str, usize> =
        BTreeMap::from([("compose", 2), ("ansible", 3), ("quadlet", 2), ("systemd", 1)]);
    for (name, question) in &questions {
        assert_eq!(answers[name].prints.len(), releases[question.with.as_str()], "{name}: releases that were asked");
    }
    let missed: BTreeSet<_> = questions.iter().filter(|(n, q)| !held(q, &answers[*n])).map(|(n, _)| n).collect();
    assert_eq!(missed, outcomes.keys().collect());
    assert_eq!(answers.keys().collect::<Vec<_>>(), questions.keys().collect::<Vec<_>>());
}

#[test]
fn the_rules_that_are_named_report_it() {
    let (questions, outcomes) = (questions(), yaml::<BTreeMap<String, Outcome>>("happens.yaml"));
    let mut seen = 0;
    for (name, rule) in outcomes.iter().filter_map(|(name, outcome)| Some((name, outcome.rule.as_ref()?))) {
        let files: Vec<_> = questions[name].files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
        let tree = Tree::new(&files);
        let report = tree.json(&["--persona", "pedantic", "--select", rule]);
        assert!(report["findings"].as_array().is_some_and(|found| !found.is_empty()), "{name}: {rule} is silent");
        seen += 1;
    }
    assert!(seen >= 15, "only {seen}");
}

/// Each question in its commit stands in written.json, without its answer: `prove.py --before` compares them, which needs the history.
#[test]
fn commits_are_named_in_full() {
    let commits: Vec<String> = yaml("written.json");
    assert!(!commits.is_empty());
    assert!(commits.iter().all(|c| c.len() == 40 && c.bytes().all(|b| b.is_ascii_hexdigit())), "{commits:?}");
}

fn page() -> String {
    let (questions, answers, outcomes) = (questions(), answers(), yaml::<BTreeMap<String, Outcome>>("happens.yaml"));
    let mut out = String::from(
        "# What was expected, and what happened\n\n\
         Each expectation is what most people expect, as one engineer guessed it, and was committed before the program was run\n\
         (`python3 evidence/expected/prove.py --before` compares it with that commit). None was left out or changed after the run.\n\
         `python3 evidence/expected/prove.py` asks all of them again. A rule is named where it reports the files of the question.\n",
    );
    let missed = questions.iter().filter(|(name, q)| !held(q, &answers[*name])).count();
    let _ = writeln!(out, "\n{missed} of {} did not hold.", questions.len());
    for (kind, title) in
        [("compose", "docker compose"), ("ansible", "Ansible"), ("quadlet", "Quadlet"), ("systemd", "systemd")]
    {
        let _ = writeln!(
            out,
            "\n## {title}\n\n| subject | what most people expect | what happens | measured on | rule |\n|---|---|---|---|---|"
        );
        let mut rows: Vec<_> = questions.iter().filter(|(_, q)| q.with == kind).collect();
        rows.sort_by_key(|(name, q)| (held(q, &answers[*name]), (*name).clone()));
        for (name, question) in rows {
            let outcome = outcomes.get(name);
            let happens = outcome.map_or("as expected", |o| o.happens.as_str());
            let rule = outcome.and_then(|o| o.rule.as_ref()).map_or(String::new(), |r| format!("[{r}](rules/{r}.md)"));
            let releases: Vec<_> = answers[name].prints.keys().map(String::as_str).collect();
            let cell = |text: &str| text.replace('|', "\\|");
            let (subject, expected, happens) = (cell(&question.subject), cell(&question.expected), cell(happens));
            let _ = writeln!(out, "| {subject} | {expected} | {happens} | {} | {rule} |", releases.join(", "));
        }
    }
    out
}

#[test]
fn the_page_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/expectations.md");
    let page = page();
    if std::env::var_os("DEPLOYLINT_BLESS").is_some() {
        fs::write(&path, &page).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, page, "run `DEPLOYLINT_BLESS=1 cargo test --test all expected`");
}
