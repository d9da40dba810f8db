//! What the tool says of the deployments in `fixtures/`: clean ones get nothing, all others a reviewed snapshot.
//!
//! Which defect has to be found where is `documented_defects`'s.

#![allow(clippy::expect_used)] // A helper that fails is a failed test.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn findings(tree: &Path, persona: &str) -> Vec<Value> {
    let output = Command::new(env!("CARGO_BIN_EXE_deploylint"))
        .args(["check", ".", "--format", "json", "--fail-on", "never", "--persona", persona])
        .current_dir(tree)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("a JSON report");
    report["findings"].as_array().cloned().unwrap_or_default()
}

fn folders(path: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(path).into_iter().flatten().flatten().map(|e| e.path()).collect();
    all.retain(|p| p.is_dir());
    all.sort();
    all
}

fn line(place: &Value) -> String {
    format!("{}:{}", place["path"].as_str().unwrap_or_default(), place["line"])
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[test]
fn clean_trees_are_silent() {
    let mut wrong = String::new();
    let afters = folders(&root().join("fixtures")).into_iter().map(|t| t.join("after")).filter(|t| t.is_dir());
    let trees: Vec<_> = afters.chain(folders(&root().join("fixtures/clean"))).collect();
    assert!(trees.len() >= 10, "only {} trees", trees.len());
    for tree in trees {
        for finding in findings(&tree, "regular") {
            let (rule, message) = (text(&finding["rule"]), text(&finding["message"]));
            let _ = writeln!(wrong, "{}/{} {rule}: {message}", tree.display(), line(&finding));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn what_is_found_in_each_tree() {
    for tree in folders(&root().join("fixtures")) {
        for state in ["before", "after"].into_iter().filter(|s| tree.join(s).is_dir()) {
            let name = tree.file_name().unwrap_or_default().to_string_lossy();
            insta::assert_snapshot!(format!("{name}-{state}"), summary(&findings(&tree.join(state), "auditor")));
        }
    }
}

fn summary(findings: &[Value]) -> String {
    let mut out = String::new();
    for finding in findings {
        let (severity, persona) = (text(&finding["severity"]), text(&finding["persona"]));
        let (rule, message) = (text(&finding["rule"]), text(&finding["message"]));
        let _ = writeln!(out, "{}:{} {severity} {persona} [{rule}] {message}", line(finding), finding["column"]);
        for label in finding["labels"].as_array().into_iter().flatten() {
            let _ = writeln!(out, "    {}: {}", line(label), text(&label["text"]));
        }
    }
    out
}
