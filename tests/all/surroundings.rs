//! What the program takes from its surroundings and does to them: no network, no other program, the variables of a list.

#![allow(clippy::expect_used, clippy::print_stderr)] // Test code outside of test functions.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::common::Tree;

/// The variables of the environment that the program reads; docs/security.md lists them. `--env NAME` adds what it names.
const VARIABLES: [&str; 7] = ["CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "GITHUB_ACTIONS", "HOME", "NO_COLOR", "TERM"];

fn sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let walk = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().filter_map(Result::ok);
    let rust = walk.filter(|e| e.path().extension().is_some_and(|e| e == "rs"));
    rust.map(|e| (e.path().display().to_string(), std::fs::read_to_string(e.path()).expect("a file"))).collect()
}

#[test]
fn the_sources_name_no_network_and_no_other_program() {
    // `--changed-since`, `--staged` and `graph --compare` ask git.
    for (path, text) in sources().into_iter().filter(|(path, _)| !path.ends_with("cli/changes/git.rs")) {
        for word in ["std::net", "TcpStream", "UdpSocket", "UnixStream", "process::Command", "Command::new", "libc::"] {
            let used = text.lines().find(|line| {
                line.contains(word) && !["std::net::Ip", "clap::Command::new"].iter().any(|own| line.contains(own))
            });
            assert_eq!(used, None, "{path}: {word}");
        }
    }
}

#[test]
fn only_variables_of_the_list_are_read() {
    let document = include_str!("../../docs/security.md");
    let mut read = BTreeSet::new();
    for (path, text) in sources() {
        for part in text.split("std::env::var").skip(1) {
            let argument = part.trim_start_matches("_os").trim_start_matches('(').split(')').next().unwrap_or("");
            match argument.strip_prefix('"') {
                Some(name) => drop(read.insert(name.trim_end_matches('"').to_owned())),
                // Those that the user names with `--env`, and two helpers.
                None => {
                    assert!(["name", "&name"].contains(&argument), "{path}: a variable of another name: {argument}");
                }
            }
        }
        // The helpers.
        let settings = path.ends_with("cli/settings.rs");
        let helped = ["if set(\"", "zero(\""].into_iter().flat_map(|helper| text.split(helper).skip(1));
        let names = helped.filter(|_| settings).filter_map(|part| part.split('"').next());
        read.extend(names.map(str::to_owned));
    }
    for name in &read {
        assert!(VARIABLES.contains(&name.as_str()), "{name} is read and not in the list");
        assert!(document.contains(&format!("`{name}`")), "docs/security.md does not name {name}");
    }
    assert!(read.len() >= 5, "{read:?}");
}

/// The fixtures' folder, and what the audit of it says.
fn expected() -> (String, String) {
    let fixtures = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures");
    let tree = Tree::new(&[]);
    (fixtures.to_owned(), tree.run(&["check", fixtures, "--format", "json"]).stdout)
}

#[test]
fn without_a_network_the_report_is_the_same() {
    let works = Command::new("unshare").args(["-rn", "true"]).status().is_ok_and(|s| s.success());
    if !works {
        eprintln!("NOT TESTED: no network namespace can be made here");
        return;
    }
    let (fixtures, expected) = expected();
    let tree = Tree::new(&[]);
    let mut command = Command::new("unshare");
    command.args(["-rn", env!("CARGO_BIN_EXE_deploylint"), "check", &fixtures, "--format", "json"]);
    let output = command.current_dir(&tree.0).env_clear().output().expect("unshare");
    // The paths that reports print go from the current folder on, which is another one each time.
    let shown = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(shown.len(), expected.len());
    assert!(output.stderr.is_empty());
}

#[test]
fn the_system_sees_no_connection_and_no_other_program() {
    let works = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).status().is_ok_and(|s| s.success());
    if !works {
        eprintln!("NOT TESTED: strace can't be had here");
        return;
    }
    let tree = Tree::new(&[
        (
            "compose.yml",
            "include: ['https://example.com/x.git', 'oci://registry.example.com/y']\nservices:\n  a: {image: x:latest, build: 'https://example.com/z.git'}\n",
        ),
        ("deploy.sh", "#!/bin/sh\ncurl https://example.com/install.sh | sh\n$(touch planted)\n"),
        (
            "templates/docker-compose.yml.j2",
            "services:\n  a:\n    image: '{{ lookup(\"pipe\", \"touch planted\") }}{{ lookup(\"url\", \"https://example.com\") }}'\n",
        ),
    ]);
    let mut command = Command::new("strace");
    command.args(["-f", "-o", "trace", "-e", "trace=%network,execve,execveat,fork,vfork,kill", "--"]);
    command.args([env!("CARGO_BIN_EXE_deploylint"), "check"]).current_dir(&tree.0).env_clear();
    command.output().expect("strace");
    let trace = std::fs::read_to_string(tree.path("trace")).expect("a trace");
    let calls: Vec<&str> = trace.lines().filter(|line| !line.contains("+++") && !line.contains("---")).collect();
    assert!(calls.iter().filter(|call| call.contains("execve")).count() == 1, "{trace}");
    assert_eq!(calls.iter().find(|call| !call.contains("execve(")), None, "{trace}");
    assert!(!tree.path("planted").exists());
}
