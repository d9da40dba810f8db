//! `deploylint graph`: formats by file name, exit codes, what changed between two trees, or since a commit.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::Tree;

const BEFORE: &str = "\
services:
  agent:
    image: ghcr.io/openclaw/openclaw:2026.2.23
    environment: {HTTPS_PROXY: 'http://egress:3128'}
    networks: [inside, edge]
  egress:
    image: ubuntu/squid:5.2-22.04_beta
    networks: [inside, out]
networks: {inside: {internal: true}, edge: , out: }
";

#[test]
fn the_name_of_the_file_says_the_format() {
    let tree = Tree::new(&[("compose.yml", BEFORE)]);
    for (name, begins) in [("a.svg", "<?xml"), ("a.dot", "digraph"), ("a.json", "{"), ("a.md", "flowchart LR")] {
        let ran = tree.run(&["graph", "-o", name]);
        assert!(ran.code == 0 && ran.stdout.is_empty(), "{ran}");
        let text = std::fs::read_to_string(tree.path(name)).expect("a picture");
        assert!(text.starts_with(begins), "{name}: {text}");
    }
    assert_eq!(Tree::new(&[("a.txt", "x")]).run(&["graph"]).code, 3);
}

#[test]
fn what_changed_between_two_trees_is_told() {
    let after = BEFORE.replace("[inside, edge]", "[inside]");
    let tree = Tree::new(&[("old/compose.yml", BEFORE), ("new/compose.yml", &after)]);
    let ran = tree.run(&["graph", "new", "--compare", "old"]);
    let bypass = "- service/agent attached network/edge: egress-proxy-bypass, gateway-open-network (!)";
    assert!(ran.code == 0 && ran.stdout.lines().any(|line| line == bypass), "{ran}");
    assert!(!ran.stdout.lines().any(|line| line.starts_with("+ ")), "{ran}");
    let same = tree.run(&["graph", "old", "--compare", "old"]);
    assert!(same.stdout.contains("Nothing changed."), "{same}");
}

/// Runs git below the tree, whatever the machine's own configuration says.
fn git(tree: &Tree, arguments: &[&str]) {
    let mut command = std::process::Command::new("git");
    command.args(["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]);
    let done = command.args(arguments).current_dir(&tree.0).output().expect("git starts");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn what_changed_since_a_commit_is_told() {
    let tree = Tree::new(&[("stack/compose.yml", BEFORE)]);
    git(&tree, &["init", "--quiet"]);
    git(&tree, &["add", "."]);
    git(&tree, &["commit", "--quiet", "--message", "one"]);
    git(&tree, &["tag", "one"]);
    tree.write("stack/compose.yml", BEFORE.replace("[inside, edge]", "[inside]").as_bytes());
    let bypass = "- service/agent attached network/edge: egress-proxy-bypass, gateway-open-network (!)";
    for arguments in [&["graph", "--compare", "one"][..], &["graph", "stack", "--compare", "HEAD"]] {
        let ran = tree.run(arguments);
        assert!(ran.code == 0 && ran.stdout.lines().any(|line| line == bypass), "{ran}");
        assert!(!ran.stdout.lines().any(|line| line.starts_with("+ ")), "{ran}");
    }
    // What was not there then is new as a whole.
    tree.write("other/compose.yml", b"services: {web: {image: 'nginx:1.27.2'}}\n");
    let ran = tree.run(&["graph", "other", "--compare", "one", "--view", "startup"]);
    assert!(ran.stdout.lines().any(|line| line.starts_with("+ service/web")), "{ran}");
    let ran = tree.run(&["graph", "--compare", "two"]);
    assert!(ran.code == 2 && ran.stderr.contains("--compare: there is no commit `two` here"), "{ran}");
    git(&tree, &["commit", "--quiet", "--all", "--message", "two"]);
    let same = tree.run(&["graph", "stack", "--compare", "HEAD"]);
    assert!(same.stdout.contains("Nothing changed."), "{same}");
}

#[test]
fn outside_of_a_repository_there_is_no_commit() {
    let tree = Tree::new(&[("compose.yml", BEFORE)]);
    let ran = tree.run(&["graph", "--compare", "HEAD"]);
    assert!(ran.code == 2 && ran.stderr.contains("is in no git repository"), "{ran}");
}
