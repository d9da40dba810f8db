//! The scripts in findings/ and the table of docs/surprises.md: each names what the other has.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic)] // A helper that fails is a failed test.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// What stands between `before` and `after`, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).filter_map(move |rest| rest.split_once(after).map(|(inner, _)| inner))
}

fn scripts() -> Vec<(String, String)> {
    let entries = fs::read_dir(root().join("findings")).expect("findings/ is there");
    let paths: BTreeSet<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    let name = |p: &Path| p.file_name().unwrap().to_string_lossy().into_owned();
    paths.iter().map(|p| (name(p), fs::read_to_string(p).unwrap())).collect()
}

#[test]
fn the_table_names_each_script_and_each_script_is_there() {
    let table = fs::read_to_string(root().join("docs/surprises.md")).unwrap();
    let named: BTreeSet<String> = between(&table, "`findings/", "`").map(str::to_owned).collect();
    let named: BTreeSet<String> = named.into_iter().filter(|n| n != "NAME.sh").collect();
    let there: BTreeSet<String> = scripts().into_iter().map(|(name, _)| name).collect();
    assert_eq!(named, there);
    assert!(there.len() >= 15, "only {} scripts", there.len());
}

#[test]
fn the_table_has_its_rows_and_its_rules_exist() {
    let table = fs::read_to_string(root().join("docs/surprises.md")).unwrap();
    let rows = table.lines().filter(|l| l.starts_with("| ") && !l.starts_with("| subject")).count();
    assert!(rows >= 40, "only {rows} rows");
    for page in between(&table, "](rules/", ")") {
        assert!(root().join("docs/rules").join(page).is_file(), "no page {page}");
    }
}

#[test]
fn each_script_says_what_it_proves_and_stands_alone() {
    for (name, text) in scripts() {
        assert!(text.starts_with("#!/usr/bin/env bash\n# Software: "), "{name}: the head");
        for part in [
            "# Most engineers expect: ",
            "# What happens: ",
            "# Output when it was run",
            "set -euo pipefail",
            "mktemp -d",
        ] {
            assert!(text.contains(part), "{name} lacks `{part}`");
        }
        // One that is needed is put together, so that nothing outside is named.
        for scheme in ["http:", "https:"] {
            assert!(!text.contains(&format!("{scheme}//")), "{name} holds an address");
        }
        let own = env!("CARGO_PKG_NAME");
        assert!(!text.contains(own), "{name} needs {own}");
    }
}

#[cfg(unix)]
#[test]
fn each_script_can_be_run() {
    use std::os::unix::fs::PermissionsExt as _;
    for (name, _) in scripts() {
        let mode = fs::metadata(root().join("findings").join(&name)).unwrap().permissions().mode();
        assert!(mode & 0o111 == 0o111, "{name} is not executable");
    }
}
