//! The command line: help, exit codes, standard input, inputs.

#![allow(clippy::expect_used)] // Test code outside of test functions.

mod common;

use common::{Tree, run};

const COMPOSE: &str = "services:\n  web:\n    image: nginx:1.27.3\n";

#[test]
fn help_of_all_commands() {
    let tree = Tree::new(&[]);
    insta::assert_snapshot!("help", tree.run(&["--help"]));
    for command in ["check", "config", "rules", "explain", "facts", "test", "explain-var"] {
        insta::assert_snapshot!(format!("help_{command}"), tree.run(&[command, "--help"]));
    }
}

#[test]
fn a_usage_error_exits_with_2() {
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    for arguments in [
        &["check", "--no-such-option"][..],
        &["check", "missing"],
        &["check", "-", "compose.yml"],
        &["check", "--stdin-filename", "x"],
        &["nothing"],
    ] {
        let ran = tree.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran}");
        assert!(ran.stdout.is_empty(), "{arguments:?}: {ran}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn nothing_that_it_understands_exits_with_3() {
    let tree = Tree::new(&[("main.py", "print(1)\n"), ("photo.png", "x")]);
    insta::assert_snapshot!(tree.run(&["check"]));
    assert_eq!(Tree::new(&[]).run(&["check"]).code, 3);
}

#[test]
fn standard_input_is_classified_by_its_name() {
    let tree = Tree::new(&[]);
    let ran =
        run(&tree.0, &["check", "-", "--format", "json", "--stdin-filename", "a/compose.yml"], COMPOSE.as_bytes(), &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["inputs"][0]["path"], "a/compose.yml");
    assert_eq!(report["inputs"][0]["kind"], "compose");
    let ran = run(&tree.0, &["check", "-", "--format", "json"], COMPOSE.as_bytes(), &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["inputs"][0]["path"], "<stdin>");
}

#[test]
fn paths_are_relative_to_the_current_directory() {
    let tree = Tree::new(&[("a/compose.yml", COMPOSE), ("b/compose.yml", COMPOSE), ("here/x.txt", "")]);
    let absolute = tree.path("b");
    let absolute = absolute.to_str().expect("UTF-8");
    let ran = run(&tree.path("here"), &["check", "--format", "json", "../a", absolute, "../a/./compose.yml"], b"", &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let paths: Vec<_> = report["inputs"].as_array().expect("a list").iter().map(|i| i["path"].clone()).collect();
    assert_eq!(paths, ["../a/compose.yml", "../b/compose.yml"]);
}

#[test]
fn every_file_met_is_accounted_for() {
    let tree = Tree::new(&[
        ("compose.yml", COMPOSE),
        (".env", "A=1\n"),
        (".gitignore", "ignored/\n"),
        ("ignored/compose.yml", COMPOSE),
        ("node_modules/x/compose.yml", COMPOSE),
        ("target/compose.yml", COMPOSE),
        ("run", "#!/bin/sh\necho\n"),
        ("notes", "#!not a script we know\n"),
        ("values.yml", "a: 1\n"),
        ("photo.png", "\u{0}"),
        ("empty.yml", ""),
    ]);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}
