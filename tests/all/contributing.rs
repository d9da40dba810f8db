//! CONTRIBUTING is true: its way to a rule is walked here, step by step, as written.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::path::Path;
use std::process::Command;

use crate::common::Tree;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn page() -> String {
    std::fs::read_to_string(root().join("CONTRIBUTING.md")).expect("CONTRIBUTING.md")
}

/// The commands to type, in order.
fn commands(page: &str) -> Vec<&str> {
    page.lines().filter_map(|line| line.strip_prefix("       ")).collect()
}

/// Runs a line of the page in the tree; its exit code and all that it says.
fn run(tree: &Tree, line: &str) -> (Option<i32>, String) {
    let mut words = line.split_whitespace();
    let program = match words.next().expect("a program") {
        "target/debug/deploylint" => env!("CARGO_BIN_EXE_deploylint"),
        program => program,
    };
    let mut command = Command::new(program);
    command.args(words).current_dir(&tree.0).env_remove("GITHUB_ACTIONS");
    let output = command.output().expect("the program starts");
    (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
}

/// A clone would have these: the template, and something to look at.
fn clone() -> Tree {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).expect("a file");
    let compose = "services:\n  shell:\n    image: example/shell:1.2.0\n    ports: [\"2222:22\"]\n";
    let tree = Tree::new(&[("rules/_template.yaml", &read("rules/_template.yaml")), ("fixtures/compose.yml", compose)]);
    tree.write("fixtures/native-gateway/after/compose.yml", compose.as_bytes());
    tree
}

#[test]
fn the_way_to_a_rule_leads_there() {
    let page = page();
    let commands = commands(&page);
    let [mkdir, copy, facts, test, check] = commands[..] else { panic!("other commands: {commands:?}") };
    let tree = clone();
    for line in [mkdir, copy] {
        assert_eq!(run(&tree, line).0, Some(0), "{line}");
    }
    // Who forgets the id is told.
    let (code, said) = run(&tree, test);
    assert!(code == Some(2) && said.contains("the id is not the file's name"), "{said}");
    let file = "my-rules/published-ssh.yaml";
    let written = std::fs::read_to_string(tree.path(file)).expect("the copy");
    let named = written.replace("id: something-bad", "id: published-ssh");
    tree.write(file, named.as_bytes());
    let (code, said) = run(&tree, facts);
    assert!(code == Some(0) && said.contains("published = \"2222\"") && !said.contains("compose.service ("), "{said}");
    // The template is a whole rule: it passes before anything is written.
    assert_eq!(run(&tree, test), (Some(0), "1 rule, 2 examples passed, 0 failed\n".to_owned()));

    let ssh = named
        .replace("when: port.host_ip in [\"\", \"0.0.0.0\"]", "when: port.target == \"22\" and not port.loopback")
        .replace("`{{ service.name }}` …", "`{{ service.name }}` offers SSH")
        .replace("8432:5432", "8022:22")
        .replace("at: '8432'", "at: '8022'");
    tree.write(file, ssh.as_bytes());
    assert_eq!(run(&tree, test).0, Some(0), "{}", run(&tree, test).1);
    let (code, said) = run(&tree, check);
    assert!(code == Some(1) && said.contains("`shell` offers SSH"), "{said}");
}

#[test]
fn failing_examples_say_what_the_page_says() {
    let tree = clone();
    let template = std::fs::read_to_string(root().join("rules/_template.yaml")).expect("the template");
    let said = |from: &str, to: &str| {
        assert!(template.contains(from), "{from}");
        tree.write("r/something-bad.yaml", template.replace(from, to).as_bytes());
        let (code, said) = run(&tree, "target/debug/deploylint test r/something-bad.yaml");
        (code, said)
    };
    let host_ip = "port.host_ip in [\"\", \"0.0.0.0\"]";
    let (code, missing) = said(host_ip, "port.published == \"22\"");
    assert!(
        code == Some(1) && missing.contains("missing: ") && missing.contains("port.published = \"8432\""),
        "{missing}"
    );
    let (code, noisy) = said(host_ip, "port.published == \"8432\"");
    assert!(code == Some(1) && noisy.contains("noisy: "), "{noisy}");
    let (code, misplaced) = said("at: '8432'", "at: ports");
    assert!(
        code == Some(1) && misplaced.contains("misplaced: nothing at `ports`; found compose.yml:4:14 `8432`"),
        "{misplaced}"
    );
    let (code, unread) = said("  bad:\n    - name: …\n", "  bad:\n    - name: …\n      file: notes.txt\n");
    assert!(code == Some(1) && unread.contains("unread: no file of this example is audited"), "{unread}");
    let (code, caret) = said("when: port", "when: prt");
    assert!(code == Some(2) && caret.contains("^^^") && caret.contains("did you mean `port`?"), "{caret}");
}

#[test]
fn what_the_page_names_is_there() {
    let page = page();
    for (_, rest) in page.match_indices("cargo test --test ").map(|(at, found)| page.split_at(at + found.len())) {
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let there = ["rs", ""].iter().any(|e| root().join(format!("tests/{name}")).with_extension(e).exists());
        assert!(there, "tests/{name}");
    }
    for path in [
        "ARCHITECTURE.md",
        "CHANGELOG.md",
        "docs/facts.md",
        "rules/knowledge",
        ".ci/run",
        "scripts/prove-pre-commit.sh",
    ] {
        assert!(page.contains(path) && root().join(path).exists(), "{path}");
    }
}

/// A rule may give way to another group's, and its fix is judged with all rules.
#[test]
fn the_rules_of_one_group_are_tested_beside_all_others() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deploylint"));
    let output = command.args(["test", "rules/images"]).current_dir(root()).output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.code() == Some(0) && said.contains(", 0 failed"), "{said}");
}
