//! What holds for the tree as a whole: the stages' arrows, the shape of files, the names of rules.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use deploylint::check::rules::RuleSet;

/// The stages and what each may import of this crate, besides itself.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    ("source", &[]),
    ("text", &["source"]),
    ("yaml", &["source", "text"]),
    ("problem", &["source"]),
    ("syntax", &["source", "text", "yaml", "problem"]),
    ("document", &["source", "text", "yaml", "problem", "syntax"]),
    ("discover", &["source"]),
    ("load", &["source", "text", "yaml", "problem", "syntax", "document", "discover"]),
    ("ansible", &["source", "text", "yaml", "problem", "syntax", "document"]),
    ("knowledge", &["source", "text", "yaml"]),
    (
        "expand",
        &["source", "text", "yaml", "problem", "syntax", "document", "discover", "load", "ansible", "knowledge"],
    ),
    ("model", &["source", "text", "yaml", "problem", "syntax", "document", "load", "ansible", "knowledge", "expand"]),
    ("finding", &["source"]),
    ("check", &["source", "text", "yaml", "problem", "document", "knowledge", "model", "finding"]),
    (
        "fix",
        &[
            "source", "text", "yaml", "syntax", "document", "discover", "load", "expand", "model", "finding", "check",
            "Audit",
        ],
    ),
    ("graph", &["source", "model", "finding"]),
    ("report", &["source", "text", "document", "load", "finding", "check", "fix", "graph", "model", "knowledge"]),
    // Rule examples are audited by the whole way down, once they are a tree in memory.
    (
        "examples",
        &["discover", "load", "problem", "expand", "knowledge", "model", "finding", "check", "fix", "Audit", "audit"],
    ),
    ("pages", &["source", "knowledge", "model", "finding", "check", "examples", "Audit"]),
    ("config", &["source", "discover", "knowledge", "finding"]),
    ("lsp", &["source", "text", "yaml", "document", "load", "expand", "model", "finding", "report", "Audit"]),
];

/// What may import everything: the command line and the library's own root.
const ROOTS: &[&str] = &["cli", "lib", "main"];

/// The ids of the catalogue, which other tools are pointed at.
const CATALOGUE: &str = include_str!("../catalogue.txt");

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below `folder` with this extension, by path.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(folder).sort_by_file_name();
    let all = walk.into_iter().filter_map(Result::ok).map(walkdir::DirEntry::into_path);
    all.filter(|p| p.extension().is_some_and(|e| e == extension)).collect()
}

fn sources() -> BTreeMap<String, String> {
    let folders = ["src", "tests", "benches"].map(|f| root().join(f));
    let all = folders.iter().flat_map(|f| files(f, "rs")).chain([root().join("build.rs")]);
    let shown = |p: &Path| p.strip_prefix(root()).unwrap_or(p).to_string_lossy().replace('\\', "/");
    all.map(|p| (shown(&p), fs::read_to_string(&p).unwrap_or_default())).collect()
}

fn assert_none(what: &str, found: &[String]) {
    assert!(found.is_empty(), "{what}:\n{}", found.join("\n"));
}

#[test]
fn a_stage_never_imports_a_later_one() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        let Some(stage) = path.strip_prefix("src/").and_then(|p| p.split(['/', '.']).next()) else { continue };
        if ROOTS.contains(&stage) || path.ends_with("_tests.rs") || path.contains("/test_support") {
            continue;
        }
        let Some((_, allowed)) = MAY_IMPORT.iter().find(|(name, _)| *name == stage) else {
            found.push(format!("{path}: `{stage}` has no arrows"));
            continue;
        };
        for (number, line) in text.lines().enumerate() {
            let code = line.split("//").next().unwrap_or(line);
            for import in code.split("crate::").skip(1) {
                let first = import.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or("");
                let allowed = first == stage || allowed.contains(&first) || first == "{";
                // A path that starts with a type (`crate::Audit`) is the library's own sum of stages.
                if !allowed && !first.is_empty() {
                    found.push(format!("{path}:{}: `crate::{first}` from {stage}", number + 1));
                }
            }
        }
    }
    assert_none("imports against the arrows", &found);
}

#[test]
fn every_file_says_what_it_is_for_and_is_short() {
    let mut found = Vec::new();
    for (path, text) in sources() {
        let lines = text.lines().count();
        if !text.starts_with("//! ") {
            found.push(format!("{path} does not open with `//!`"));
        }
        if lines > 400 {
            found.push(format!("{path} has {lines} lines"));
        }
    }
    assert_none("files", &found);
}

#[test]
fn nothing_speaks_of_the_machine_it_was_made_on() {
    let mut found = Vec::new();
    // Spelt in two parts, so that this file passes.
    let words = [concat!("/wo", "rk/"), concat!("/tmp/", "wt"), concat!("/tmp/", "corpus")];
    for extension in ["rs", "yaml", "md", "toml", "py", "sh"] {
        let folders = ["src", "tests", "rules", "docs", "evidence", "scripts", "benches", "examples"];
        for path in folders.iter().flat_map(|f| files(&root().join(f), extension)) {
            let text = fs::read_to_string(&path).unwrap_or_default();
            let hits = text.lines().enumerate().filter(|(_, l)| words.iter().any(|w| l.contains(w)));
            found.extend(hits.map(|(n, l)| format!("{}:{}: {}", path.display(), n + 1, l.trim())));
        }
    }
    assert_none("paths of a machine", &found);
}

#[test]
fn rules_are_named_as_in_the_catalogue() {
    let rules = RuleSet::embedded().expect("valid rules");
    let catalogue: Vec<(&str, &str)> = CATALOGUE.lines().filter_map(|l| l.split_once('/')).collect();
    // A new rule needs no entry: the list only holds what other tools already point at.
    let kept = |(group, id): &&(&str, &str)| rules.iter().any(|r| r.file.id == *id && r.group == *group);
    let lost: Vec<_> = catalogue.iter().filter(|entry| !kept(entry)).map(|(g, id)| format!("{g}/{id}")).collect();
    assert!(catalogue.len() > 100, "only {} ids", catalogue.len());
    assert_none("rules that are gone or moved", &lost);
}

#[test]
fn every_rule_has_its_proofs() {
    let rules = RuleSet::embedded().expect("valid rules");
    let mut found = Vec::new();
    for rule in rules.iter() {
        let file = &rule.file;
        if file.examples.bad.is_empty() || file.examples.good.is_empty() || file.evidence.note.is_empty() {
            found.push(file.id.clone());
        }
    }
    assert_none("rules without a bad example, a good one or evidence", &found);
}
