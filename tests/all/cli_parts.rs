//! A monorepo: the nearest configuration above a file says which of its findings count.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::Tree;

const TWICE: &str = "services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3\n";

/// The findings of one rule: path, severity, and by what they are suppressed.
fn findings(tree: &Tree, arguments: &[&str]) -> Vec<String> {
    let report = tree.json(arguments);
    let all = report["findings"].as_array().cloned().unwrap_or_default();
    all.iter()
        .filter(|f| f["rule"] == "duplicate-key")
        .map(|f| {
            let state = f["suppressed"]["kind"].as_str().unwrap_or("open");
            format!("{} {} {state}", f["path"].as_str().unwrap_or(""), f["severity"].as_str().unwrap_or(""))
        })
        .collect()
}

fn tree() -> Tree {
    Tree::new(&[
        (".git/HEAD", "ref: refs/heads/main\n"),
        ("deploylint.toml", "[rules.duplicate-key]\nseverity = \"warning\"\n"),
        ("compose.yml", TWICE),
        ("apps/a/compose.yml", TWICE),
        ("apps/a/deep/compose.yml", TWICE),
        ("apps/b/compose.yml", TWICE),
    ])
}

#[test]
fn the_nearest_configuration_decides_and_inherits_nothing() {
    let tree = tree();
    let expected = [
        "apps/a/compose.yml warning open",
        "apps/a/deep/compose.yml warning open",
        "apps/b/compose.yml warning open",
        "compose.yml warning open",
    ];
    assert_eq!(findings(&tree, &[]), expected);
    tree.write("apps/a/deploylint.toml", b"persona = \"pedantic\"\n");
    tree.write("apps/b/pyproject.toml", b"[tool.deploylint]\nignore = [\"duplicate-key\"]\n");
    let expected = ["apps/a/compose.yml error open", "apps/a/deep/compose.yml error open", "compose.yml warning open"];
    assert_eq!(findings(&tree, &[]), expected);
    let told = tree.run(&["check"]).stderr;
    assert!(
        told.contains("apps/a/deploylint.toml: `persona` counts only where the audit starts in that folder"),
        "{told}"
    );
    // A folder says the same alone, in the whole, and beside others.
    assert_eq!(findings(&tree, &["apps/a"]), expected[..2]);
    assert_eq!(findings(&tree, &["apps/b"]), [] as [&str; 0]);
    assert_eq!(findings(&tree, &["apps/b", "apps/a/compose.yml"]), expected[..1]);
    assert_eq!(findings(&tree, &["apps/b/compose.yml", "compose.yml"]), expected[2..]);
    assert_eq!(findings(&tree, &["--isolated"]).len(), 4);
    assert_eq!(findings(&tree, &["--config", "deploylint.toml"]).len(), 4);
}

#[test]
fn a_rule_that_is_off_above_is_on_below() {
    let tree = tree();
    tree.write("deploylint.toml", b"select = [\"unpinned-image\"]\n[rules.duplicate-key]\nseverity = \"off\"\n");
    tree.write("apps/a/deploylint.toml", b"[rules.duplicate-key]\nignore = [\"deep/\"]\nreason = \"old\"\n");
    let expected = ["apps/a/compose.yml error open", "apps/a/deep/compose.yml error config"];
    assert_eq!(findings(&tree, &[]), expected);
    tree.write("apps/a/deploylint.toml", b"exclude = [\"deep/\"]\n");
    assert_eq!(findings(&tree, &[]), expected[..1]);
    assert_eq!(findings(&tree, &["--select", "duplicate-key"]), expected[..1], "the command line selects for all");
}

#[test]
fn mistakes_of_a_part_are_told_where_they_are() {
    let tree = tree();
    tree.write("apps/a/deploylint.toml", b"[rules.duplicate-kei]\nseverity = \"off\"\n");
    let ran = tree.run(&["check"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("apps/a/deploylint.toml:1:8") && ran.stderr.contains("duplicate-key"), "{ran}");
}

#[test]
fn a_token_that_anybody_knows_counts_in_tests_too() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6g7H8i9J0a1B2c3D4e5F6g7H8");
    let compose =
        |value: &str| format!("services:\n  a:\n    image: app:1\n    environment:\n      ADMIN_PASSWORD: {value}\n");
    let count = |value: &str| {
        let tree = Tree::new(&[("tests/compose.yml", compose(value).as_str())]);
        let report = tree.json(&["--select", "literal-secret"]);
        let open = report["findings"].as_array().cloned().unwrap_or_default();
        open.iter().filter(|f| f["persona"] == "regular").count()
    };
    assert_eq!((count(&token), count("aeM4eejah9Oo")), (1, 0));
}
