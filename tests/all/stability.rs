//! docs/stability.md is true: its tables are what the program does.
#![allow(clippy::expect_used)] // A helper that fails is a failed test.

use std::collections::BTreeSet;
use std::path::Path;

use crate::common::Tree;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join("docs/stability.md")).expect("the page")
}

/// The words in code of the first column of a section's table.
fn first_column(section: &str) -> BTreeSet<String> {
    let page = page();
    let (_, rest) = page.split_once(&format!("\n## {section}\n")).expect("the section");
    let rest = rest.split("\n## ").next().unwrap_or(rest);
    let cells = rest.lines().filter_map(|line| line.strip_prefix("| ")?.split('|').next().map(str::to_owned));
    cells.flat_map(|cell| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// The literal arguments of the calls in the program's own code that read a variable.
fn variables() -> BTreeSet<String> {
    let call = regex::Regex::new(r#"(?:env::var|env::var_os|\bset|\bzero)\("([A-Z_]+)"\)"#).expect("a pattern");
    let computed = regex::Regex::new(r"env::var(_os)?\([^)]*").expect("a pattern");
    let mut found = BTreeSet::new();
    let files = walkdir::WalkDir::new(root().join("src")).into_iter().filter_map(Result::ok);
    for entry in files.filter(|e| e.path().extension().is_some_and(|e| e == "rs")) {
        let text = std::fs::read_to_string(entry.path()).expect("a file");
        found.extend(call.captures_iter(&text).map(|c| c[1].to_owned()));
        // Where the name is not a literal, the user gave it, or it is one of `settings`' two helpers.
        for read in computed.find_iter(&text).filter(|read| !read.as_str().contains('"')) {
            let user = read.as_str().ends_with("(name") || read.as_str().ends_with("(&name");
            assert!(user, "{}: {}", entry.path().display(), read.as_str());
        }
    }
    found
}

#[test]
fn the_variables_are_those_that_are_read() {
    assert_eq!(first_column("Environment variables"), variables());
}

#[test]
fn the_exit_codes_are_those_of_the_program() {
    use deploylint::cli::{CLEAN, FAILED, FOUND, NO_INPUT};
    let page = page();
    for (code, words) in
        [(CLEAN, "nothing at or above"), (FOUND, "findings"), (FAILED, "could not run"), (NO_INPUT, "no input")]
    {
        assert!(page.contains(&format!("| {code} | {words}")), "{code}");
    }
}

#[test]
fn the_formats_are_those_of_the_program() {
    let tree = Tree::new(&[("compose.yml", "services: {web: {image: nginx:latest}}\n")]);
    let help = tree.run(&["check", "--help"]).stdout;
    let (_, rest) = help.split_once("--format <FORMAT>").expect("the option");
    let rest = rest.split("--output").next().unwrap_or(rest);
    let offered = rest.lines().filter_map(|l| l.trim().strip_prefix("- ")?.split(':').next().map(str::to_owned));
    assert_eq!(first_column("Formats"), offered.collect());
    assert_eq!(tree.json(&[])["schema"], "deploylint/1");
    tree.run(&["check", "--write-baseline", "base.json"]);
    let baseline = std::fs::read_to_string(tree.path("base.json")).expect("it is written");
    assert!(baseline.contains("\"deploylint-baseline/1\"") && page().contains("`deploylint-baseline/1`"));
    assert!(page().contains("`deploylint/1`"));
}

#[test]
fn the_oldest_rust_is_the_manifest_s() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let version =
        manifest.lines().find_map(|l| l.strip_prefix("rust-version = \"")?.strip_suffix('"')).expect("a version");
    assert!(page().contains(&format!("minimum Rust version is {version},")));
}

#[test]
fn a_name_that_is_no_rule_is_told() {
    let tree = Tree::new(&[(
        "compose.yml",
        "services:\n  web:\n    image: nginx:1.27.3 # deploylint: ignore[no-such-rule]\n",
    )]);
    let ran = tree.run(&["check", "--persona", "auditor"]);
    assert!(ran.stdout.contains("there is no rule `no-such-rule`"), "{ran}");
    tree.write("deploylint.toml", b"[rules.no-such-rule]\nseverity = \"off\"\n");
    assert_eq!(tree.run(&["check"]).code, 2);
}
