//! README is true: each of its commands runs, and the output that it shows is the output.

#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

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

/// Runs a command of CI, which is a line of a shell, in the folder.
fn shell(line: &str, folder: &Path) -> Output {
    let ours = Path::new(env!("CARGO_BIN_EXE_deploylint")).parent().expect("a folder");
    let theirs = std::env::var_os("PATH").expect("PATH");
    let path = std::env::join_paths([ours.to_owned()].into_iter().chain(std::env::split_paths(&theirs)));
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(folder).env("PATH", path.expect("a path"));
    command.env("GITHUB_STEP_SUMMARY", folder.join("summary.md")).output().expect("a shell")
}

#[cfg(unix)]
#[test]
fn each_snippet_of_ci_is_right() {
    let folder = std::env::temp_dir().join(format!("deploylint-readme-ci-{}", std::process::id()));
    copy(&root().join("fixtures/optional-gateway"), &folder);
    let text = readme();
    let blocks: Vec<serde_json::Value> = text
        .split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .map(|block| serde_yaml::from_str(block).expect("YAML"))
        .collect();
    let [github, gitlab, pre_commit] = &blocks[..] else { panic!("{} snippets", blocks.len()) };
    let run = github["steps"][0]["run"].as_str().expect("a command");
    let output = shell(run, &folder);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let sarif = github["steps"][1]["with"]["sarif_file"].as_str().expect("a file");
    assert!(folder.join(sarif).is_file() && folder.join("summary.md").is_file());
    let script = gitlab["deploylint"]["script"].as_str().expect("a command");
    assert_eq!(shell(script, &folder).status.code(), Some(1));
    for report in ["codequality", "junit"] {
        let file = gitlab["deploylint"]["artifacts"]["reports"][report].as_str().expect("a file");
        assert!(folder.join(file).is_file(), "{file}");
    }
    let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: serde_json::Value = serde_yaml::from_str(&hooks).expect("YAML");
    assert_eq!(pre_commit["repos"][0]["hooks"][0]["id"], hooks[0]["id"]);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

#[test]
fn links_lead_somewhere() {
    let text = readme();
    let links: Vec<&str> = text.split("](").skip(1).filter_map(|rest| rest.split(')').next()).collect();
    let lost: Vec<_> = links.iter().filter(|l| !l.starts_with("https://") && !root().join(l).exists()).collect();
    assert!(links.len() > 8 && lost.is_empty(), "{lost:?}");
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
