//! What only a person at a terminal sees: colours, links, the width, the bar.
//!
//! `scripts/on-terminal.py` runs the program on a pseudo terminal.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::format_push_string, clippy::print_stderr)] // A helper that fails is a failed test.

use std::process::Command;

use crate::common::Tree;

const COMPOSE: &str = "services:\n  web:\n    image: nginx:latest\n    restart: always\n";
const ESCAPE: char = '\u{1b}';

/// Whether the pseudo terminal can be had; outside of CI a machine without Python skips what needs it.
fn python() -> bool {
    let there = Command::new("python3").arg("--version").output().is_ok_and(|o| o.status.success());
    assert!(there || std::env::var_os("CI").is_none(), "python3 is not installed");
    if !there {
        eprintln!("NOT TESTED: python3 is not installed");
    }
    there
}

/// What a command of the shell writes on a terminal of so many columns, with these variables set.
fn terminal(tree: &Tree, columns: u32, line: &str, variables: &[(&str, &str)]) -> String {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/on-terminal.py");
    let mut command = Command::new("python3");
    command.args([script, &columns.to_string(), "sh", "-c", line]).current_dir(&tree.0).env_clear();
    command.envs(std::env::var_os("PATH").map(|path| ("PATH", path))).env("TERM", "xterm-256color");
    command.env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint")).envs(variables.iter().copied());
    let output = command.output().expect("python3");
    assert!(output.stderr.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8")
}

const CHECK: &str = "\"$DEPLOYLINT\" check compose.yml --select unpinned-image";

#[test]
fn colours_are_for_terminals_and_can_be_refused() {
    if !python() {
        return;
    }
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    let coloured = |line: &str, variables: &[(&str, &str)]| terminal(&tree, 80, line, variables).contains(ESCAPE);
    assert!(coloured(CHECK, &[]));
    assert!(!coloured(&format!("{CHECK} | cat"), &[]), "a pipe is no terminal");
    assert!(coloured(&format!("{CHECK} | cat"), &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(CHECK, &[("NO_COLOR", "1")]));
    assert!(coloured(CHECK, &[("NO_COLOR", "")]), "set and empty means nothing");
    assert!(!coloured(CHECK, &[("CLICOLOR", "0")]));
    assert!(coloured(CHECK, &[("CLICOLOR", "1")]));
    assert!(!coloured(CHECK, &[("TERM", "dumb")]));
    assert!(!coloured(CHECK, &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")]));
    assert!(coloured(&format!("{CHECK} --color always"), &[("NO_COLOR", "1")]));
    assert!(!coloured(&format!("{CHECK} --color never"), &[("CLICOLOR_FORCE", "1")]));
    assert!(!coloured(&format!("{CHECK} --output human=report.txt >/dev/null; cat report.txt"), &[]));
    assert!(!coloured(&format!("{CHECK} --format json"), &[]));
}

#[test]
fn rules_are_links_where_their_pages_have_an_address() {
    if !python() {
        return;
    }
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    assert!(!terminal(&tree, 80, CHECK, &[]).contains("\u{1b}]8;"), "no address, no link");
    tree.write("deploylint.toml", b"rule-url = \"https://wiki.example.com/{rule}.html\"\n");
    let shown = terminal(&tree, 80, CHECK, &[]);
    let (_, link) = shown.split_once("\u{1b}]8;;https://wiki.example.com/unpinned-image.html\u{1b}\\").expect("a link");
    let (text, _) = link.split_once("\u{1b}]8;;\u{1b}\\").expect("its end");
    assert!(text.contains("warning[unpinned-image]"), "{text:?}");
    for line in [format!("{CHECK} | cat"), format!("{CHECK} --color always | cat"), format!("{CHECK} --color never")] {
        assert!(!terminal(&tree, 80, &line, &[]).contains("\u{1b}]8;"), "{line}");
    }
}

#[test]
fn lines_are_as_wide_as_the_terminal() {
    if !python() {
        return;
    }
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    let widest = |columns: u32, variables: &[(&str, &str)]| {
        let shown = terminal(&tree, columns, &format!("{CHECK} --verbose --color never"), variables);
        // The last line is the summary, which is not broken.
        shown.lines().filter(|l| !l.contains(" audited")).map(|l| l.chars().count()).max().unwrap_or(0)
    };
    for columns in [50, 80, 120] {
        let seen = widest(columns, &[]);
        assert!(seen <= columns as usize && seen > columns as usize - 20, "{columns}: {seen}");
    }
    assert!(widest(120, &[("COLUMNS", "60")]) <= 60, "COLUMNS wins");
    // Neither too narrow to read nor too wide.
    assert!(widest(10, &[]) > 30 && widest(400, &[]) <= 160);
}

#[test]
fn a_bar_is_for_long_runs_on_a_terminal() {
    if !python() {
        return;
    }
    let mut services = "services:\n".to_owned();
    for n in 0..60 {
        services.push_str(&format!("  s{n}:\n    image: nginx:latest\n    depends_on: [s{}]\n", (n + 1) % 60));
    }
    let tree = Tree::new(&[]);
    let drawn = |line: &str| {
        let shown = terminal(&tree, 80, line, &[]);
        shown.contains("auditing [") || shown.contains("auditing what ")
    };
    // Whatever the machine, some number of files takes it longer than the bar waits.
    let mut files = 0;
    let shown = (4..12).any(|power| {
        for n in files..1 << power {
            tree.write(&format!("{n}/compose.yml"), services.as_bytes());
        }
        files = 1 << power;
        drawn("\"$DEPLOYLINT\" check >/dev/null")
    });
    assert!(shown, "not even for {files} files");
    assert!(!drawn("\"$DEPLOYLINT\" check 2>/dev/null"), "the report is free of it");
    assert!(!drawn("\"$DEPLOYLINT\" check -q >/dev/null"));
}
