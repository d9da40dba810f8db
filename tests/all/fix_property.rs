//! What holds of all fixes: they are made once, a diff says the same as `--apply`, and docker compose reads what it read but
//! for the attribute that is mended.

#![allow(clippy::expect_used, clippy::panic, clippy::unwrap_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use deploylint::check::rules::RuleSet;
use serde_json::Value;

use crate::common::Tree;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files of a tree, by path.
fn files(tree: &Path) -> BTreeMap<String, Vec<u8>> {
    let walk = walkdir::WalkDir::new(tree).into_iter().filter_map(Result::ok).filter(|e| e.file_type().is_file());
    let name = |path: &Path| path.strip_prefix(tree).unwrap().display().to_string();
    walk.map(|e| (name(e.path()), std::fs::read(e.path()).unwrap())).collect()
}

fn copy(from: &Path) -> Tree {
    let tree = Tree::new(&[]);
    for (path, bytes) in files(from) {
        tree.write(&path, &bytes);
    }
    tree
}

/// The fixtures that are deployments of their own.
fn fixtures() -> Vec<PathBuf> {
    let folders = |of: &Path| {
        let mut all: Vec<_> =
            std::fs::read_dir(of).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_dir()).collect();
        all.sort();
        all
    };
    folders(&root().join("fixtures")).iter().flat_map(|f| folders(f)).collect()
}

#[test]
fn fixtures_are_fixed_once_and_a_diff_does_the_same() {
    let mut changed = 0;
    for fixture in fixtures() {
        let (applied, patched) = (copy(&fixture), copy(&fixture));
        let before = files(&applied.0);
        let all = ["--unsafe", "--persona", "auditor"];
        let diff = patched.run(&[&["fix", "--diff"], &all[..]].concat());
        assert!(diff.code < 2, "{}: {diff}", fixture.display());
        let ran = applied.run(&[&["fix", "--apply"], &all[..]].concat());
        assert_eq!(ran.code, 0, "{}: {ran}", fixture.display());
        let after = files(&applied.0);
        assert!(before.keys().eq(after.keys()), "{}: no file comes or goes", fixture.display());
        changed += before.iter().filter(|(path, bytes)| after[*path] != **bytes).count();
        if diff.code == 1 {
            let patch = Tree::new(&[("fix.patch", &diff.stdout)]);
            let patch = patch.path("fix.patch");
            let done = Command::new("git").arg("apply").arg(&patch).current_dir(&patched.0).status().unwrap();
            assert!(done.success(), "{}: {diff}", fixture.display());
        }
        assert!(files(&patched.0) == after, "{}: the diff does something else", fixture.display());
        let again = applied.run(&[&["fix", "--apply"], &all[..]].concat());
        assert!(files(&applied.0) == after, "{}: a second run changes something: {again}", fixture.display());
    }
    assert!(changed >= 5, "only {changed} files changed");
}

/// The real docker compose, where it is installed.
pub(crate) fn compose() -> Option<PathBuf> {
    let binary = root().join(".tools/compose-sid/root/usr/libexec/docker/cli-plugins/docker-compose");
    let found = binary.is_file();
    if !found {
        eprintln!("NOT TESTED: docker compose: run scripts/install-compose.sh sid");
    }
    found.then_some(binary)
}

/// What docker compose makes of the project in `tree`; nothing where it refuses it.
pub(crate) fn config(binary: &Path, tree: &Tree) -> Option<Value> {
    let mut command = Command::new(binary);
    command.args(["-f", "compose.yml", "-p", "p", "config", "--format", "json"]);
    let output = command.current_dir(&tree.0).env("HOME", &tree.0).output().unwrap();
    output.status.success().then(|| serde_json::from_slice(&output.stdout).unwrap())
}

/// The attributes of services, and other parts, that differ.
fn differing(a: &Value, b: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let keys = |v: &Value| v.as_object().map(|o| o.keys().cloned().collect::<BTreeSet<_>>()).unwrap_or_default();
    for key in keys(a).union(&keys(b)).filter(|key| a[*key] != b[*key]) {
        if key != "services" {
            found.insert(key.clone());
            continue;
        }
        for service in keys(&a[key]).union(&keys(&b[key])) {
            let (a, b) = (&a[key][service], &b[key][service]);
            found.extend(keys(a).union(&keys(b)).filter(|key| a[*key] != b[*key]).cloned());
        }
    }
    found
}

/// The attributes of services that the fixes of a rule mean to change, by rule.
fn attributes() -> BTreeMap<String, BTreeSet<String>> {
    serde_json::from_str(include_str!("../fix-attributes.json")).expect("a mapping of lists")
}

/// The rule in a line that tells of a fix: `fixed PATH:LINE: RULE: TITLE`.
fn fixed_rule(line: &str) -> Option<&str> {
    line.strip_prefix("fixed ")?.split(": ").nth(1)
}

#[test]
fn docker_compose_reads_the_same_but_for_what_is_mended() {
    let Some(binary) = compose() else { return };
    let rules = RuleSet::embedded().unwrap();
    let meant = attributes();
    let unknown: Vec<_> = meant.keys().filter(|id| rules.get(id).is_none_or(|r| r.fixes().next().is_none())).collect();
    assert!(unknown.is_empty(), "rules without a fix: {unknown:?}");
    let (mut accepted, mut failures) = (0, Vec::new());
    for rule in rules.iter().filter(|rule| rule.fixes().next().is_some()) {
        for example in &rule.file.examples.bad {
            let text = example.text.as_deref().filter(|_| example.file.as_deref().is_none_or(|f| f == "compose.yml"));
            let one = text.map(|text| ("compose.yml", text));
            let several = example.files.iter().map(|(path, text)| (path.as_str(), text.as_str()));
            let all: Vec<_> = one.into_iter().chain(several).collect();
            if all.iter().all(|(path, _)| *path != "compose.yml") {
                continue;
            }
            let tree = Tree::new(&all);
            let before = config(&binary, &tree);
            let ran = tree.run(&["fix", "--apply", "--unsafe", "--select", &rule.file.id]);
            let after = config(&binary, &tree);
            let name = format!("{}: {}", rule.file.id, example.name);
            match (before, after) {
                (Some(before), Some(after)) => {
                    accepted += 1;
                    let other = differing(&before, &after);
                    let rules = ran.stderr.lines().filter_map(fixed_rule);
                    let meant: BTreeSet<String> =
                        rules.flat_map(|id| meant.get(id).into_iter().flatten().cloned()).collect();
                    let more: Vec<_> = other.difference(&meant).collect();
                    if !more.is_empty() {
                        failures.push(format!("{name}: other attributes differ: {more:?}"));
                    }
                }
                (Some(_), None) => failures.push(format!("{name}: docker compose refuses the fixed file")),
                (None, _) => {}
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    assert!(accepted >= 15, "docker compose accepts only {accepted} examples");
}

#[test]
fn a_word_that_is_left_out_leaves_the_rest_of_the_line_as_it_was() {
    let head = "services:\n  app:\n    image: example/app:1.0.0\n    healthcheck:\n      test: ";
    for rest in ["curl -f http://127.0.0.1/CMD x", "echo $$CMD ${CMD:-x} 'CMD y'", "sh -c 'CMD-SHELL CMD z'"] {
        for (word, open, close) in [("CMD ", "", ""), ("CMD-SHELL \t ", "\"", "\""), ("CMD ", ">-\n        ", "")] {
            let written = |word: &str| format!("{head}{open}{word}{rest}{close}\n");
            let tree = Tree::new(&[("compose.yml", &written(word))]);
            let ran = tree.run(&["fix", "--apply", "--unsafe", "--select", "healthcheck-command-malformed"]);
            let now = std::fs::read_to_string(tree.0.join("compose.yml")).unwrap();
            assert_eq!(now, written(""), "{ran}");
        }
    }
}
