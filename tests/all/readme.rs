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
    // Two commits, for the commands that ask git.
    for line in ["git init --quiet", "git commit --quiet --allow-empty -m x", "git add .", "git commit --quiet -m x"] {
        let user = "export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@b.c GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@b.c";
        assert!(shell(&format!("{user}; {line}"), &folder).status.success(), "{line}");
    }
    let text = readme();
    let commands: Vec<&str> = text.lines().filter_map(|l| l.strip_prefix("    deploylint ")).collect();
    assert!(commands.len() >= 8, "only {} commands", commands.len());
    for command in commands {
        let output = run(&format!("deploylint {command}"), &folder);
        let said = String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned();
        let code = output.status.code();
        // Only a check may find something; and each command shows what it is there for.
        let shown = match command.split_whitespace().next().expect("a command") {
            "check" => said.contains(" audited") || said.contains("\"results\""),
            "explain" => said.contains("why") || said.contains("Why"),
            "config" => said.contains("\"services\""),
            "explain-var" => said.contains("group_vars/all.yml:7:1"),
            "facts" => said.contains("compose.port ("),
            "rules" => said.contains("docker-socket-mount"),
            "fix" => said.contains(" fixed in "),
            "graph" => said.starts_with("flowchart LR") || folder.join("network.svg").exists(),
            other => panic!("`deploylint {other}`: say here what it shows"),
        };
        let previews = command.starts_with("fix") && code == Some(1);
        let fine = code == Some(0)
            || previews
            || command.starts_with("check") && (code == Some(1) || said.contains("baseline"));
        assert!(fine && shown, "`{command}`: {code:?}\n{said}");
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
    assert_eq!(github["permissions"], serde_json::json!({"contents": "read", "security-events": "write"}));
    let steps = github["jobs"]["deploylint"]["steps"].as_array().expect("steps");
    let runs: Vec<&str> = steps.iter().filter_map(|s| s["run"].as_str()).collect();
    let [install, check] = runs[..] else { panic!("{runs:?}") };
    assert!(steps[0]["uses"].as_str().is_some_and(|u| u.starts_with("actions/checkout@")));
    assert!(install.starts_with("cargo install --locked --git "), "{install}");
    let output = shell(check, &folder);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    let sarif = steps[3]["with"]["sarif_file"].as_str().expect("a file");
    assert!(folder.join(sarif).is_file() && folder.join("summary.md").is_file());
    let script: Vec<&str> =
        gitlab["deploylint"]["script"].as_array().into_iter().flatten().filter_map(|l| l.as_str()).collect();
    let [install, check] = script[..] else { panic!("{script:?}") };
    assert!(install.starts_with("cargo install --locked --git "), "{install}");
    assert_eq!(shell(check, &folder).status.code(), Some(1));
    for report in ["codequality", "junit"] {
        let file = gitlab["deploylint"]["artifacts"]["reports"][report].as_str().expect("a file");
        assert!(folder.join(file).is_file(), "{file}");
    }
    let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: serde_json::Value = serde_yaml::from_str(&hooks).expect("YAML");
    assert_eq!(pre_commit["repos"][0]["hooks"][0]["id"], hooks[0]["id"]);
    std::fs::remove_dir_all(&folder).expect("the folder goes");
}

/// The first command builds; what it builds is what is tested here.
#[test]
fn the_first_command_does_the_main_job() {
    let text = readme();
    let (_, start) = text.split_once("## Start").expect("a section");
    let commands: Vec<&str> = start.lines().filter_map(|l| l.strip_prefix("    ")).take(2).collect();
    let check = commands[0].strip_prefix("cargo run --release --locked -- ").expect("cargo run");
    assert_eq!(commands[1], "scripts/test.sh");
    let before = run(&format!("deploylint {check}"), &root());
    let said = String::from_utf8_lossy(&before.stdout).into_owned();
    assert!(before.status.code() == Some(1) && said.contains("error[egress-proxy-bypass]"), "{said}");
    let after = run(&format!("deploylint {}", check.replace("/before", "/after")), &root());
    let said = String::from_utf8_lossy(&[after.stdout, after.stderr].concat()).into_owned();
    assert!(after.status.code() == Some(0) && said.trim().lines().count() == 1, "{said}");
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let (_, version) = manifest.split_once("rust-version = \"").expect("a minimum version");
    let version = &version[..version.find('"').expect("a quote")];
    assert!(start.contains(&format!("Rust {version} or newer")), "{version}");
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
