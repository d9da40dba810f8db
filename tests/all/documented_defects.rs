//! Every defect that the reference documents report is found where it is reproduced, and silent after its fix.
//!
//! The list is `fixtures/defects.yaml`; docs/documented-defects.md is made from it.
//! `DEPLOYLINT_BLESS=1 cargo test --test all documented_defects` writes that page anew.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::struct_field_names)] // A helper that fails is a failed test.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use deploylint::check::rules::RuleSet;
use deploylint::expand::Options;
use deploylint::finding::{Finding, Persona};
use deploylint::knowledge::Knowledge;
use deploylint::{Audit, audit, discover};
use serde::Deserialize;

/// A reference document and the deployment that reproduces it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    document: u32,
    title: String,
    fixture: String,
    defects: Vec<Defect>,
}

/// One defect.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Defect {
    what: String,
    rule: String,
    /// `path:line` of the finding.
    #[serde(default)]
    at: Option<String>,
    /// The path of the finding, where the line does not matter.
    #[serde(default)]
    file: Option<String>,
    /// `path:line` of one of its labels.
    #[serde(default)]
    label: Option<String>,
    /// Who sees it, where that is not everyone.
    #[serde(default)]
    persona: Option<Persona>,
    /// Where the document is wrong, and why.
    #[serde(default)]
    truth: Option<String>,
    /// Whether the rule still fires after the document's fix.
    #[serde(default)]
    both: bool,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn documents() -> Vec<Document> {
    let text = fs::read_to_string(root().join("fixtures/defects.yaml")).expect("the list");
    serde_yaml::from_str(&text).expect("a valid list")
}

/// The audit of a tree, with the paths relative to it.
fn run(tree: &Path) -> Audit {
    let rules = RuleSet::embedded().expect("valid rules");
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    let mut found = discover::discover(&[tree.to_owned()]).expect("the tree").candidates;
    for candidate in &mut found {
        if let Some(path) = candidate.disk.as_ref().and_then(|d| d.strip_prefix(tree).ok()) {
            candidate.path = path.to_string_lossy().replace('\\', "/");
        }
    }
    // One of the documents is a set of playbooks: its deployment lives in their blocks.
    let options = Options { markdown: vec!["**/*.md".to_owned()], ..Options::default() };
    audit(&found, &options, &rules, &knowledge)
}

fn place(audit: &Audit, span: deploylint::source::Span) -> (String, String) {
    let source = audit.sources.get(span.source);
    (source.path.clone(), format!("{}:{}", source.path, source.position(span.start).line))
}

fn matches(defect: &Defect, finding: &Finding, audit: &Audit) -> bool {
    let (path, at) = place(audit, finding.span);
    finding.rule == defect.rule
        && defect.at.as_ref().is_none_or(|wanted| *wanted == at)
        && defect.file.as_ref().is_none_or(|wanted| *wanted == path)
        && finding.persona <= persona(defect)
        && defect.label.as_ref().is_none_or(|wanted| finding.labels.iter().any(|l| place(audit, l.span).1 == *wanted))
}

/// Who the defect is shown to.
fn persona(defect: &Defect) -> Persona {
    defect.persona.unwrap_or(Persona::Regular)
}

#[test]
fn every_documented_defect_is_found_and_its_fix_is_silent() {
    let mut wrong = Vec::new();
    let mut audits: BTreeMap<String, (Audit, Audit)> = BTreeMap::new();
    for document in documents() {
        let tree = root().join("fixtures").join(&document.fixture);
        let (before, after) = audits
            .entry(document.fixture.clone())
            .or_insert_with(|| (run(&tree.join("before")), run(&tree.join("after"))));
        for defect in &document.defects {
            let name = format!("{} `{}`: {}", document.fixture, defect.rule, defect.what);
            // An auditor may still see a note where everyone else sees nothing.
            let of_rule = |audit: &Audit| -> Vec<String> {
                let all = audit.checked.findings.iter().filter(|f| f.rule == defect.rule);
                all.filter(|f| f.persona <= persona(defect)).map(|f| place(audit, f.span).1).collect()
            };
            if !before.checked.findings.iter().any(|f| matches(defect, f, before)) {
                wrong.push(format!(
                    "missing: {name}; wanted {:?}, found {:?}",
                    defect.at.as_ref().or(defect.file.as_ref()),
                    of_rule(before)
                ));
            }
            if !defect.both && !of_rule(after).is_empty() {
                wrong.push(format!("noisy after the fix: {name} at {:?}", of_rule(after)));
            }
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_page_is_current() {
    let path = root().join("docs/documented-defects.md");
    let page = page(&documents());
    if std::env::var_os("DEPLOYLINT_BLESS").is_some() {
        fs::write(&path, &page).expect("written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert_eq!(found, page, "run `DEPLOYLINT_BLESS=1 cargo test --test all documented_defects`");
}

fn page(documents: &[Document]) -> String {
    let mut out = String::from(
        "# Documented defects\n\nEvery defect that the five reference documents report: the rule that finds it, and where `fixtures/` reproduces \
         it. A test runs each tree before and after its fix.\n",
    );
    for document in documents {
        let _ = write!(out, "\n## Document {}: {}\n\n", document.document, document.title);
        let _ = writeln!(out, "Reproduced in `fixtures/{}/before`.\n", document.fixture);
        out.push_str("| defect | rule | found at |\n|---|---|---|\n");
        for defect in &document.defects {
            let at = defect.at.as_ref().or(defect.file.as_ref()).map_or("", String::as_str);
            let what = defect.what.replace('|', "\\|");
            let _ = writeln!(out, "| {what} | [{0}](rules/{0}.md) | `{at}` |", defect.rule);
        }
        let truths: Vec<_> = document.defects.iter().filter_map(|d| Some((&d.what, d.truth.as_ref()?))).collect();
        if !truths.is_empty() {
            out.push_str("\nWhere the document and the truth differ:\n\n");
            for (what, truth) in truths {
                let _ = writeln!(out, "- **{what}**: {truth}");
            }
        }
    }
    out
}
