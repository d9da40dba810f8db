//! The generated documentation is current. `DEPLOYLINT_BLESS=1 cargo test --test all docs` writes it anew.

#![allow(clippy::expect_used, clippy::unwrap_used)] // A helper that fails is a failed test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use deploylint::check::rules::RuleSet;
use deploylint::knowledge::Knowledge;
use deploylint::pages;

/// All generated pages, by path in the repository.
fn generated() -> BTreeMap<PathBuf, String> {
    let rules = RuleSet::embedded().expect("valid rules");
    let knowledge = Knowledge::embedded().expect("valid knowledge");
    let mut all = BTreeMap::from([
        (PathBuf::from("docs/rules.md"), pages::index(&rules)),
        (PathBuf::from("docs/facts.md"), pages::reference()),
    ]);
    for rule in rules.iter() {
        let path = PathBuf::from("docs/rules").join(format!("{}.md", rule.file.id));
        all.insert(path, pages::page(rule, &rules, &knowledge));
    }
    all
}

/// The pictures of README, by path in the repository.
fn pictures(root: &Path) -> BTreeMap<PathBuf, String> {
    let mut all = BTreeMap::new();
    for (view, state) in [("network", "before"), ("network", "after"), ("startup", "before"), ("startup", "after")] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_deploylint"));
        let fixture = format!("fixtures/openclaw-ansible/{state}");
        command.args(["graph", &fixture, "--view", view, "--format", "svg"]).current_dir(root);
        let drawn = command.output().expect("the program starts");
        let text = String::from_utf8(drawn.stdout).expect("UTF-8");
        all.insert(PathBuf::from(format!("docs/images/{view}-{state}.svg")), text);
    }
    all
}

/// The pages of rules that are in the repository.
fn present(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root.join("docs/rules")).into_iter().flatten().filter_map(Result::ok);
    let mut paths: Vec<_> = entries.map(|e| PathBuf::from("docs/rules").join(e.file_name())).collect();
    paths.sort();
    paths
}

#[test]
fn the_documentation_is_current() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut pages = generated();
    pages.extend(pictures(&root));
    let stale: Vec<_> = present(&root).into_iter().filter(|p| !pages.contains_key(p)).collect();
    if std::env::var_os("DEPLOYLINT_BLESS").is_some() {
        fs::create_dir_all(root.join("docs/rules")).expect("a folder");
        fs::create_dir_all(root.join("docs/images")).expect("a folder");
        for path in &stale {
            fs::remove_file(root.join(path)).expect("removed");
        }
        for (path, text) in &pages {
            fs::write(root.join(path), text).expect("written");
        }
        return;
    }
    let differs = |(path, text): (&PathBuf, &String)| {
        let found = fs::read_to_string(root.join(path)).unwrap_or_default().replace("\r\n", "\n");
        (found != *text).then(|| path.clone())
    };
    let wrong: Vec<_> = pages.iter().filter_map(differs).chain(stale).collect();
    assert!(wrong.is_empty(), "not current, run `DEPLOYLINT_BLESS=1 cargo test --test all docs`: {wrong:?}");
}
