//! The first minute at a shell: `init`, `completions`, `man`, the version.
#![allow(clippy::expect_used)] // A helper that fails is a failed test.

use std::process::Command;

use crate::common::{Tree, run};

const LATEST: &str = "services:\n  web:\n    image: nginx:latest\n    restart: always\n";

#[test]
fn init_says_what_is_there_and_writes_a_configuration() {
    let tree = Tree::new(&[
        ("compose.yml", LATEST),
        ("broken/compose.yml", "services: [\n"),
        ("site.yml", "- hosts: all\n  roles: [web]\n"),
        ("litellm/config.yaml", "model_list:\n  - model_name: a\n    litellm_params: {model: openai/gpt-4o}\n"),
    ]);
    let ran = tree.run(&["init"]);
    insta::assert_snapshot!(ran);
    let written = std::fs::read_to_string(tree.path("deploylint.toml")).expect("it is written");
    insta::assert_snapshot!("init_deploylint_toml", written);
    // It is taken as it is, and so is each line that it offers.
    assert_eq!(tree.run(&["check"]).code, 1);
    let mut offered = String::new();
    for line in written.lines() {
        let offer = line.strip_prefix("# ").filter(|l| l.contains(" = ") && !l.contains(';') || l.starts_with('['));
        offered.push_str(offer.unwrap_or(line));
        offered.push('\n');
    }
    assert!(offered.contains("\nexclude = ") && offered.contains("\n[rules."), "{offered}");
    for file in ["compose.prod.yml", "production.yml"] {
        tree.write(file, b"{}\n");
    }
    tree.write("deploylint-baseline.json", b"{\"schema\": \"deploylint-baseline/1\", \"findings\": []}\n");
    // Keys of the root come before tables in TOML.
    let (roots, tables): (Vec<&str>, Vec<&str>) = split(&offered);
    tree.write("deploylint.toml", [roots, tables].concat().join("\n").as_bytes());
    let ran = tree.run(&["check"]);
    assert_eq!(ran.code, 1, "{ran}");
}

/// The paragraphs of keys, and those of tables.
fn split(text: &str) -> (Vec<&str>, Vec<&str>) {
    let paragraphs = text.split("\n\n");
    paragraphs.partition(|paragraph| !paragraph.lines().any(|line| line.starts_with('[')))
}

#[test]
fn init_overwrites_nothing() {
    let tree = Tree::new(&[("compose.yml", LATEST), ("deploylint.toml", "# mine\n")]);
    let ran = tree.run(&["init"]);
    assert!(ran.code == 2 && ran.stderr.contains("deploylint.toml is there already"), "{ran}");
    assert_eq!(std::fs::read_to_string(tree.path("deploylint.toml")).expect("it stays"), "# mine\n");
    let tree = Tree::new(&[("compose.yml", LATEST), ("deploylint-baseline.json", "mine\n")]);
    assert_eq!(tree.run(&["init", "--baseline"]).code, 2);
    assert!(!tree.path("deploylint.toml").exists());
    assert_eq!(std::fs::read_to_string(tree.path("deploylint-baseline.json")).expect("it stays"), "mine\n");
    let tree = Tree::new(&[("compose.yml", LATEST), ("pyproject.toml", "[tool.deploylint]\npersona = \"auditor\"\n")]);
    let ran = tree.run(&["init"]);
    assert!(ran.code == 2 && ran.stderr.contains("pyproject.toml configures this folder already"), "{ran}");
    assert_eq!(tree.run(&["init", "missing"]).code, 2);
}

#[test]
fn a_baseline_makes_the_first_check_pass() {
    let tree = Tree::new(&[("compose.yml", LATEST)]);
    let ran = tree.run(&["init", "--baseline"]);
    assert!(ran.code == 0 && ran.stdout.contains("deploylint-baseline.json written"), "{ran}");
    let ran = tree.run(&["check"]);
    assert!(ran.code == 0 && ran.stdout.contains("1 suppressed"), "{ran}");
}

/// What bash offers for a command line.
#[cfg(unix)]
fn offered(words: &str) -> Vec<String> {
    let count = words.split(' ').count() - 1;
    let line = format!(
        "eval \"$(\"$0\" completions bash)\"; COMP_WORDS=({words}); COMP_CWORD={count}; \
         _deploylint deploylint \"${{COMP_WORDS[$COMP_CWORD]}}\" \"${{COMP_WORDS[$COMP_CWORD-1]}}\"; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    );
    let output = Command::new("bash").args(["-c", &line, env!("CARGO_BIN_EXE_deploylint")]).output().expect("bash");
    String::from_utf8_lossy(&output.stdout).lines().map(str::to_owned).collect()
}

#[cfg(unix)]
#[test]
fn bash_completes_commands_options_and_values() {
    assert_eq!(offered("deploylint ch"), ["check"]);
    assert!(offered("deploylint check --ch").contains(&"--changed-since".to_owned()));
    assert_eq!(offered("deploylint check --format sar"), ["sarif"]);
}

#[test]
fn every_shell_has_completions() {
    let tree = Tree::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = tree.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.stdout.contains("changed-since"), "{shell}: {ran}");
    }
    assert_eq!(tree.run(&["completions", "no-such-shell"]).code, 2);
}

#[test]
fn there_is_a_page_for_each_command() {
    let tree = Tree::new(&[]);
    let ran = tree.run(&["man"]);
    assert!(ran.code == 0 && ran.stdout.contains(".TH deploylint 1"), "{ran}");
    assert_eq!(tree.run(&["man", "--dir", "pages"]).code, 0);
    for command in ["check", "rules", "explain", "config", "facts", "test", "explain-var", "init", "completions", "man"]
    {
        let page = std::fs::read_to_string(tree.path(&format!("pages/deploylint-{command}.1"))).unwrap_or_default();
        assert!(page.contains(".TH"), "{command}");
    }
    // groff knows each of the requests.
    let mut groff = Command::new("groff");
    groff.args(["-man", "-ww", "-Tutf8", "-z", "pages/deploylint-check.1"]).current_dir(&tree.0);
    if let Ok(output) = groff.output() {
        assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    }
}

#[test]
fn the_version_is_the_release_and_may_name_the_commit() {
    let ran = run(&Tree::new(&[]).0, &["--version"], b"", &[]);
    let expected = format!("deploylint {}", env!("CARGO_PKG_VERSION"));
    let rest = ran.stdout.trim_end().strip_prefix(&expected).expect("the release");
    let commit = rest.strip_prefix(" (").and_then(|rest| rest.strip_suffix(')'));
    assert!(
        rest.is_empty() || commit.is_some_and(|c| c.len() >= 7 && c.bytes().all(|b| b.is_ascii_hexdigit())),
        "{ran}"
    );
}
