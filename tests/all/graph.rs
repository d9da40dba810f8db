//! `deploylint graph`: formats by file name, exit codes, what changed between two trees.

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
