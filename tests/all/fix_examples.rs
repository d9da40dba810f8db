//! What holds of the fix of each bad example of each rule: it replaces bytes and keeps all others, and comments, line breaks
//! and what else is written around a fix make no difference to it.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::collections::BTreeMap;

use deploylint::Audit;
use deploylint::check::rules::written::Example;
use deploylint::check::rules::{Rule, RuleSet};
use deploylint::discover::Candidate;
use deploylint::examples::candidates;
use deploylint::expand::Options;
use deploylint::finding::Finding;
use deploylint::fix::{Fixed, Fixer, place};
use deploylint::knowledge::Knowledge;
use rayon::prelude::*;
use serde_json::Value;

use crate::common::Tree;

/// All that a run needs.
struct Bench {
    rules: RuleSet,
    knowledge: Knowledge,
}

impl Bench {
    fn new() -> Self {
        let rules = RuleSet::embedded().expect("valid rules");
        Self { rules, knowledge: Knowledge::embedded().expect("valid knowledge") }
    }

    /// The bad examples that a rule's fix mends.
    fn mended(&self) -> Vec<(&Rule, &Example)> {
        let with_fix = self.rules.iter().filter(|rule| rule.fixes().next().is_some());
        let all = with_fix.flat_map(|rule| rule.file.examples.bad.iter().map(move |example| (rule, example)));
        all.filter(|(_, example)| example.unfixed.is_none()).collect()
    }

    fn rules(&self, rule: &Rule, example: &Example) -> RuleSet {
        let mut rules = self.rules.clone();
        for (name, value) in &example.options {
            rules.set_option(&rule.file.id, name, value).expect("an option of the rule");
        }
        rules
    }

    /// The files after those fixes of the rule that are chosen.
    fn fixed(&self, rule: &Rule, example: &Example, files: Vec<Candidate>, most: usize) -> Fixed {
        let rules = self.rules(rule, example);
        let audit = |files: &[Candidate]| deploylint::audit(files, &Options::default(), &rules, &self.knowledge);
        let choose = |audit: &Audit| {
            let own = audit.checked.findings.iter().filter(|f| f.rule == rule.file.id && f.suppressed.is_none());
            own.take(most).cloned().collect()
        };
        Fixer { audit: &audit, choose: &choose, unsafe_too: true, roots: &[] }.run(files)
    }
}

pub(crate) type Texts = BTreeMap<String, String>;

pub(crate) fn texts(files: &[Candidate]) -> Texts {
    let text = |file: &Candidate| String::from_utf8(file.content.clone().unwrap_or_default()).expect("UTF-8");
    files.iter().map(|file| (file.path.clone(), text(file))).collect()
}

/// The texts with the edits of a finding's fix, made one by one from the last to the first.
pub(crate) fn spliced(mut texts: Texts, finding: &Finding, audit: &Audit) -> Texts {
    let mut edits: Vec<_> = finding.fixes.iter().flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    for (span, new) in edits.into_iter().rev() {
        let text = texts.get_mut(&audit.sources.get(span.source).path).expect("a file of the example");
        text.replace_range(span.start as usize..span.end as usize, new);
    }
    texts
}

#[test]
fn bytes_outside_of_the_edits_stay() {
    let bench = Bench::new();
    let made: usize = bench
        .mended()
        .par_iter()
        .map(|(rule, example)| {
            let files = candidates(example);
            let rules = bench.rules(rule, example);
            let audit = deploylint::audit(&files, &Options::default(), &rules, &bench.knowledge);
            let own = |f: &&Finding| f.rule == rule.file.id && f.suppressed.is_none();
            let mut first: Vec<Finding> = audit.checked.findings.iter().filter(own).take(1).cloned().collect();
            place(&mut first, &audit, &[]);
            let Some(finding) = first.first().filter(|f| !f.fixes.is_empty()) else { return 0 };
            // One round that makes this fix alone: what others need comes later.
            let fixed = bench.fixed(rule, example, files.clone(), 1);
            if fixed.applied.len() != 1 || !fixed.dropped.is_empty() {
                return 0;
            }
            let name = format!("{}: {}", rule.file.id, example.name);
            assert_eq!(texts(&fixed.candidates), spliced(texts(&files), finding, &audit), "{name}");
            1
        })
        .sum();
    assert!(made >= 75, "only {made} fixes were looked at");
}

const MARK: &str = "# a word of the author";

/// A comment above each line, as far in as the line.
fn commented(text: &str) -> String {
    let above = |line: &str| {
        let indent: String = line.chars().take_while(|c| *c == ' ').collect();
        let quiet = line.trim().is_empty() || line.starts_with("#!");
        if quiet { line.to_owned() } else { format!("{indent}{MARK}\n{line}") }
    };
    text.split_inclusive('\n').map(above).collect()
}

fn uncommented(text: &str) -> String {
    text.split_inclusive('\n').filter(|line| line.trim() != MARK).collect()
}

/// A way to write the same, and the way back.
type Writing = (&'static str, fn(&str) -> String, fn(&str) -> String);

const WRITINGS: [Writing; 3] = [
    ("line breaks", |text| text.replace('\n', "\r\n"), |text| text.replace("\r\n", "\n")),
    ("comments", commented, uncommented),
    ("no last line break", |text| text.strip_suffix('\n').unwrap_or(text).to_owned(), |text| format!("{text}\n")),
];

#[test]
fn what_is_written_around_a_fix_makes_no_difference() {
    let bench = Bench::new();
    for (what, there, back) in WRITINGS {
        let told: Vec<Option<String>> = bench
            .mended()
            .par_iter()
            .map(|(rule, example)| {
                let files = candidates(example);
                let mut other = files.clone();
                for file in &mut other {
                    let text = String::from_utf8(file.content.take().unwrap_or_default()).expect("UTF-8");
                    file.content = Some(there(&text).into_bytes());
                }
                let fixed = bench.fixed(rule, example, files, usize::MAX);
                let again = bench.fixed(rule, example, other, usize::MAX);
                let name = format!("{}: {}", rule.file.id, example.name);
                // A file that is read otherwise in that writing is another one.
                if again.applied.len() != fixed.applied.len() {
                    return Some(name);
                }
                let returned: Texts = texts(&again.candidates).into_iter().map(|(p, text)| (p, back(&text))).collect();
                assert_eq!(returned, texts(&fixed.candidates), "{what}: {name}");
                None
            })
            .collect();
        let (all, other) = (told.len(), told.iter().flatten().collect::<Vec<_>>());
        assert!(other.len() * 5 < all, "{what}: {} of {all} are read otherwise: {other:#?}", other.len());
    }
}

/// The edits of the first safe fix in a JSON report, made in the text of `path`; nothing where they are in another file.
fn by_json(finding: &Value, path: &str, text: &str) -> Option<String> {
    let fix = finding["fixes"].as_array()?.iter().find(|fix| fix["safe"] == true)?;
    let mut out = text.to_owned();
    let mut edits: Vec<&Value> = fix["edits"].as_array()?.iter().collect();
    edits.sort_by_key(|edit| (edit["start"].as_u64(), edit["end"].as_u64()));
    for edit in edits.into_iter().rev() {
        let at = |name: &str| usize::try_from(edit[name].as_u64().expect("an offset")).expect("an offset");
        if edit["path"] != path {
            return None;
        }
        out.replace_range(at("start")..at("end"), edit["replacement"].as_str().expect("a text"));
    }
    Some(out)
}

/// `text` with the lines `from..=to` replaced by the lines of a block, as a reviewer's click does it.
fn clicked(text: &str, from: usize, to: usize, block: &str) -> String {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    [&lines[..from - 1].concat(), block, &lines[to..].concat()].concat()
}

/// The blocks of a report: what stands above each, its info string, and its text.
fn blocks(report: &str) -> Vec<(String, String, String)> {
    let mut found = Vec::new();
    let (mut above, mut lines) = (String::new(), report.split_inclusive('\n'));
    while let Some(line) = lines.next() {
        let Some((fence, info)) = line.trim_end().split_once("suggestion").filter(|(f, _)| f.starts_with("```")) else {
            if !line.trim().is_empty() {
                line.trim_end().clone_into(&mut above);
            }
            continue;
        };
        let text: String = lines.by_ref().take_while(|line| line.trim_end() != fence).collect();
        found.push((above.clone(), info.to_owned(), text));
    }
    found
}

#[test]
fn a_suggestion_that_is_clicked_gives_the_fixed_file() {
    let bench = Bench::new();
    let all = bench.mended();
    let counts: Vec<[usize; 2]> = all
        .par_iter()
        .map(|(rule, example)| {
            let files = texts(&candidates(example));
            let tree = Tree::new(&files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect::<Vec<_>>());
            let only = ["--select", &rule.file.id, "--persona", "auditor", "--suggest-fixes", "--fail-on", "never"];
            let report = tree.json(&[&only[..], &["--output", "markdown=a.md", "--output", "gitlab=a.json"]].concat());
            let findings = report["findings"].as_array().expect("findings");
            let name = format!("{}: {}", rule.file.id, example.name);
            let markdown = blocks(&std::fs::read_to_string(tree.path("a.md")).expect("a report"));
            for (above, info, block) in &markdown {
                // `PATH:FROM-TO: RULE: TITLE`
                let mut parts = above.split(": ").next().expect("a place").rsplitn(2, ':');
                let (lines, path) = (parts.next().expect("lines"), parts.next().expect("a path"));
                let (from, to) = lines.split_once('-').unwrap_or((lines, lines));
                let text = &files[path];
                let done = clicked(text, from.parse().expect("a line"), to.parse().expect("a line"), block);
                let wanted: Vec<_> = findings.iter().filter_map(|f| by_json(f, path, text)).collect();
                assert!(info.is_empty() && wanted.contains(&done), "{name}: {done}\n{wanted:#?}");
            }
            let gitlab = std::fs::read_to_string(tree.path("a.json")).expect("a report");
            let issues: Value = serde_json::from_str(&gitlab).expect("JSON");
            let mut clicks = 0;
            for (issue, finding) in issues.as_array().expect("issues").iter().zip(findings) {
                for (_, info, block) in blocks(issue["description"].as_str().expect("a text")) {
                    let (above, below) = info.strip_prefix(":-").and_then(|i| i.split_once('+')).expect("a range");
                    let path = issue["location"]["path"].as_str().expect("a path");
                    let line: usize = issue["location"]["lines"]["begin"].to_string().parse().expect("a line");
                    let (above, below): (usize, usize) = (above.parse().expect("lines"), below.parse().expect("lines"));
                    let done = clicked(&files[path], line - above, line + below, &block);
                    assert_eq!(Some(done), by_json(finding, path, &files[path]), "{name}");
                    clicks += 1;
                }
            }
            [markdown.len(), clicks]
        })
        .collect();
    let sum = |at: usize| counts.iter().map(|of| of[at]).sum::<usize>();
    assert!(sum(0) >= 30 && sum(1) >= 30, "{} blocks for GitHub, {} for GitLab", sum(0), sum(1));
}
