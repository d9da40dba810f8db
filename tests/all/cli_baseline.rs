//! Baselines, refused suppressions, and the command that explains a variable.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::Tree;

const TWICE: &str = "services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3\n";
const ONLY: [&str; 3] = ["check", "--select", "duplicate-key"];

#[test]
fn a_baseline_hides_what_was_there_and_tells_what_is_fixed() {
    let tree = Tree::new(&[("a/compose.yml", TWICE), ("b/compose.yml", TWICE)]);
    let run = |arguments: &[&str]| tree.run(&[&ONLY, arguments].concat());
    let ran = run(&["--write-baseline", "base.json"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "base.json: 2 findings written\n"), "{ran}");
    // Lines move, one is fixed, a new one comes.
    tree.write("a/compose.yml", format!("# moved\n\n{TWICE}").as_bytes());
    tree.write("b/compose.yml", b"services: {web: {image: 'nginx:1.27.3'}}\n");
    let ran = run(&["--baseline", "base.json"]);
    assert_eq!(ran.code, 0, "{ran}");
    assert!(ran.stdout.contains("1 suppressed"), "{ran}");
    assert_eq!(
        ran.stderr,
        "base.json: fixed: duplicate-key in b/compose.yml\nbase.json: 1 fixed finding can be taken out with --prune-baseline\n"
    );
    tree.write("c/compose.yml", TWICE.as_bytes());
    assert_eq!(run(&["--baseline", "base.json"]).code, 1);
    assert!(run(&["a", "--baseline", "base.json"]).stderr.is_empty(), "nobody looked at b");
    assert_eq!(run(&["a", "--baseline", "base.json", "--no-ignores"]).code, 1);
    assert_eq!(run(&["--baseline", "missing.json"]).code, 2);
    tree.write("broken.json", b"{}");
    assert_eq!(run(&["--baseline", "broken.json"]).code, 2);
}

/// Three services with the same finding, in this order, the first line being `first`.
fn services(first: &str, names: &[&str]) -> String {
    let one = |name: &&str| format!("  {name}:\n    image: nginx:latest\n    restart: always\n");
    format!("{first}services:\n{}", names.iter().map(one).collect::<String>())
}

#[test]
fn an_entry_is_about_one_place_whatever_happens_around_it() {
    let tree = Tree::new(&[("compose.yml", &services("", &["a", "b", "c"]))]);
    let run = |arguments: &[&str]| tree.run(&[&["check", "--select", "unpinned-image"], arguments].concat());
    run(&["--write-baseline", "base.json"]);
    let after = |text: &str| {
        tree.write("compose.yml", text.as_bytes());
        let ran = run(&["--baseline", "base.json", "--format", "compact"]);
        (ran.stdout.trim_end().to_owned(), ran.stderr.lines().next().unwrap_or("").to_owned())
    };
    let silent = (String::new(), String::new());
    assert_eq!(after(&services("# moved\n\nname: x\n", &["a", "b", "c"])), silent);
    assert_eq!(after(&services("", &["c", "a", "b"])), silent, "another order");
    // A service that is new is the one that is shown, wherever it stands.
    let (shown, _) = after(&services("", &["new", "a", "b", "c"]));
    assert!(shown.starts_with("compose.yml:3:18: ") && shown.lines().count() == 1, "{shown}");
    let (shown, said) = after(&services("", &["a", "renamed", "c"]));
    assert!(shown.starts_with("compose.yml:6:18: ") && shown.lines().count() == 1, "{shown}");
    assert_eq!(said, "base.json: fixed: unpinned-image in compose.yml");
    let commented = services("", &["a", "b", "c"]).replace("  b:\n", "  b: # the second one\n");
    assert_eq!(after(&commented), silent, "a remark is no change");
}

#[test]
fn two_equal_findings_are_two_entries() {
    let doubled = "#!/bin/sh\nset -eu\ndocker run nginx:latest\necho\ndocker run nginx:latest\n";
    let tree = Tree::new(&[("run.sh", doubled)]);
    let run = |arguments: &[&str]| tree.run(&[&["check", "--select", "unpinned-image"], arguments].concat());
    assert_eq!(run(&["--write-baseline", "base.json"]).stderr, "base.json: 2 findings written\n");
    assert_eq!(run(&["--baseline", "base.json"]).code, 0);
    tree.write("run.sh", format!("{doubled}docker run nginx:latest\n").as_bytes());
    let ran = run(&["--baseline", "base.json", "--format", "compact"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (1, 1), "{ran}");
}

#[test]
fn fixed_entries_are_pruned_and_nothing_else() {
    let tree = Tree::new(&[("a/compose.yml", TWICE), ("b/compose.yml", TWICE)]);
    let run = |arguments: &[&str]| tree.run(&[&ONLY, arguments].concat());
    let base = || std::fs::read_to_string(tree.path("base.json")).unwrap_or_default();
    assert_eq!(run(&["--prune-baseline"]).code, 2);
    run(&["--write-baseline", "base.json"]);
    tree.write("b/compose.yml", b"services: {web: {image: 'nginx:1.27.3'}}\n");
    tree.write("c/compose.yml", TWICE.as_bytes());
    // Other rules, other files: nobody looked, so nothing is fixed.
    assert_eq!(tree.run(&["check", "--select", "unpinned-image", "--baseline", "base.json"]).stderr, "");
    assert_eq!(run(&["a", "--baseline", "base.json"]).stderr, "");
    let ran = run(&["--baseline", "base.json", "--prune-baseline"]);
    assert!(ran.code == 1 && ran.stderr.ends_with("base.json: 1 fixed finding taken out\n"), "{ran}");
    assert!(base().contains("a/compose.yml") && !base().contains("b/compose.yml") && !base().contains("c/compose.yml"));
    // A folder that is gone is fixed.
    std::fs::remove_dir_all(tree.path("a")).expect("the folder goes");
    assert!(run(&["--baseline", "base.json"]).stderr.starts_with("base.json: fixed: duplicate-key in a/compose.yml\n"));
}

#[test]
fn a_baseline_holds_from_wherever_and_for_whomever_it_is_read() {
    let tree = Tree::new(&[("deep/a/compose.yml", TWICE), ("deploylint.toml", "baseline = \"deep/base.json\"\n")]);
    tree.write(".git/HEAD", b"");
    let arguments = ["check", "--persona", "auditor", "deep"];
    assert_eq!(tree.run(&[&arguments[..], &["--write-baseline", "deep/base.json"]].concat()).code, 0);
    let base = std::fs::read_to_string(tree.path("deep/base.json")).unwrap_or_default();
    assert!(base.contains("\"path\":\"a/compose.yml\""), "{base}");
    // Without arguments it is the configuration's; a milder persona has fixed nothing.
    assert_eq!(tree.run(&["check", "deep"]).stderr, "");
    assert_eq!(tree.run(&["check", "deep"]).code, 0);
    let ran = crate::common::run(&tree.path("deep/a"), &["check", "--baseline", "../base.json"], b"", &[]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{ran}");
    let ran = crate::common::run(&tree.path("deep/a"), &["check", "--no-ignores"], b"", &[]);
    assert_eq!(ran.code, 1, "{ran}");
}

#[test]
fn teams_may_refuse_suppressions() {
    let with =
        |comment: &str| format!("services:\n  web:\n    image: nginx:1.27.3\n    image: nginx:1.27.3 {comment}\n");
    let tree = Tree::new(&[
        ("a/compose.yml", &with("# deploylint: ignore[duplicate-key] it is a test")),
        ("b/compose.yml", &with("# deploylint: ignore[duplicate-key]")),
    ]);
    let code = |arguments: &[&str]| tree.run(&[&ONLY, arguments].concat()).code;
    assert_eq!(code(&[]), 0);
    assert_eq!(code(&["--no-ignores"]), 1);
    assert_eq!((code(&["a", "--require-reason"]), code(&["b", "--require-reason"])), (0, 1));
    tree.write("deploylint.toml", b"require-reason = true\n");
    assert_eq!(code(&[]), 1);
}

#[test]
fn a_variable_is_explained_by_its_definitions() {
    let tree = Tree::new(&[
        ("site.yml", "- hosts: all\n  roles: [caddy]\n"),
        ("roles/caddy/defaults/main.yml", "caddy_version: \"2\"\ncaddy_password: Panda8Ear\n"),
        ("group_vars/all.yml", "caddy_version: \"2-alpine\"\n"),
        ("roles/caddy/templates/compose.yml.j2", "services:\n  caddy:\n    image: caddy:{{ caddy_version }}\n"),
    ]);
    let path = "roles/caddy/templates/compose.yml.j2";
    insta::assert_snapshot!(tree.run(&["explain-var", "caddy_version", path]));
    let ran = tree.run(&["explain-var", "caddy_password", path]);
    assert!(ran.code == 0 && !ran.stdout.contains("Panda8Ear"), "{ran}");
    assert_eq!(tree.run(&["explain-var", "no_such_name", path]).code, 3);
}
