//! README is true: each of its commands runs, and the output that it shows is the output.

#![allow(clippy::expect_used)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    std::fs::read_to_string(root().join("README.md")).expect("README.md")
}

/// The arguments of a command line of README, without its comment.
fn arguments(line: &str) -> Vec<String> {
    let command = line.split(" #").next().unwrap_or(line);
    command.split_whitespace().skip(1).map(str::to_owned).collect()
}

fn run(line: &str, folder: &Path) -> Output {
    let program = env!("CARGO_BIN_EXE_deploylint");
    let mut command = Command::new(program);
    command.args(arguments(line)).current_dir(folder);
    for name in ["GITHUB_ACTIONS", "COLUMNS", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE"] {
        command.env_remove(name);
    }
    command.output().expect("the program starts")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a file");
        }
    }
}

#[test]
fn each_command_runs() {
    let folder = std::env::temp_dir().join(format!("deploylint-readme-{}", std::process::id()));
    copy(&root().join("fixtures"), &folder.join("fixtures"));
    let text = readme();
    let commands: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("    deploylint ")).collect();
    assert!(commands.len() >= 8, "only {} commands", commands.len());
    for command in commands {
        let output = run(&format!("deploylint {command}"), &folder);
        let fine = matches!(output.status.code(), Some(0 | 1));
        assert!(fine, "`{command}`: {:?}\n{}", output.status, String::from_utf8_lossy(&output.stderr));
    }
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn the_output_shown_is_the_output() {
    let text = readme();
    let (_, rest) = text.split_once("    $ deploylint ").expect("a shown command");
    let (command, rest) = rest.split_once('\n').expect("its output");
    let block = rest.lines().take_while(|l| l.is_empty() || l.starts_with("    "));
    let shown: Vec<&str> = block.map(|l| l.strip_prefix("    ").unwrap_or(l).trim_end()).collect();
    let output = run(&format!("deploylint {command}"), &root());
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    let said: Vec<&str> = said.lines().map(str::trim_end).collect();
    assert_eq!(shown.join("\n").trim(), said.join("\n").trim());
}
