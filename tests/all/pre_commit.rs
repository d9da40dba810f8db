//! Our hook, run by the real pre-commit: `scripts/install-pre-commit.sh` installs it below `.tools/`.
//!
//! The hook is what `.pre-commit-hooks.yaml` says but for its language: here it runs this build, where a user's
//! pre-commit builds one. `scripts/prove-pre-commit.sh` proves that too, and takes some minutes.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::Tree;

const GOOD: &str = "services:\n  web:\n    image: nginx:1.27.3\n    restart: always\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The real program; `None`, with a word on it, where it can't be installed and this is not CI.
fn pre_commit() -> Option<PathBuf> {
    let installed = root().join(".tools/pre-commit/bin/pre-commit");
    if !installed.exists() {
        let _ = Command::new("bash").arg(root().join("scripts/install-pre-commit.sh")).status();
    }
    if installed.exists() {
        return Some(installed);
    }
    assert!(std::env::var_os("CI").is_none(), "pre-commit is not installed: run scripts/install-pre-commit.sh");
    eprintln!("NOT TESTED: pre-commit is not installed; run scripts/install-pre-commit.sh");
    None
}

/// Runs a program in a folder of the tree, away from this user's own settings; whether it succeeded, and what it said.
fn run(tree: &Tree, folder: &str, program: &Path, arguments: &[&str]) -> (bool, String) {
    let ours = Path::new(env!("CARGO_BIN_EXE_deploylint")).parent().expect("a folder");
    let path = std::env::join_paths(
        [ours.to_owned()].into_iter().chain(std::env::split_paths(&std::env::var_os("PATH").expect("PATH"))),
    );
    let mut command = Command::new(program);
    command.args(arguments).current_dir(tree.path(folder)).env_clear().env("PATH", path.expect("a path"));
    command.env("HOME", tree.path("home")).env("PRE_COMMIT_HOME", tree.path("home/pre-commit"));
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.com");
    }
    let output = command.output().expect("the program starts");
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8_lossy(&said).into_owned())
}

fn git(tree: &Tree, folder: &str, arguments: &[&str]) -> String {
    let (done, said) = run(tree, folder, Path::new("git"), arguments);
    assert!(done, "git {arguments:?}: {said}");
    said.trim().to_owned()
}

/// A repository with our hook, and one that uses it.
fn repositories() -> Tree {
    with_hook("deploylint")
}

fn with_hook(id: &str) -> Tree {
    let hooks = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    assert!(hooks.contains("\n  language: python\n"));
    let tree = Tree::new(&[
        ("home/x", ""),
        ("hooks/.pre-commit-hooks.yaml", &hooks.replace("language: python", "language: system")),
    ]);
    git(&tree, "hooks", &["init", "--quiet"]);
    git(&tree, "hooks", &["add", "."]);
    git(&tree, "hooks", &["commit", "--quiet", "-m", "x"]);
    let commit = git(&tree, "hooks", &["rev-parse", "HEAD"]);
    let repo = tree.path("hooks");
    let config = format!("repos:\n  - repo: {}\n    rev: {commit}\n    hooks: [{{id: {id}}}]\n", repo.display());
    tree.write("project/.pre-commit-config.yaml", config.as_bytes());
    tree.write("project/deploy/compose.yml", GOOD.as_bytes());
    git(&tree, "project", &["init", "--quiet"]);
    git(&tree, "project", &["add", "."]);
    tree
}

#[test]
fn a_commit_with_a_finding_is_refused() {
    let Some(program) = pre_commit() else { return };
    let tree = repositories();
    let (done, said) = run(&tree, "project", &program, &["install"]);
    assert!(done, "{said}");
    git(&tree, "project", &["commit", "--quiet", "-m", "a clean tree"]);
    let commit = || run(&tree, "project", Path::new("git"), &["commit", "--quiet", "-m", "x"]);

    tree.write("project/deploy/compose.yml", GOOD.replace("1.27.3", "latest").as_bytes());
    git(&tree, "project", &["add", "."]);
    let (done, said) = commit();
    assert!(!done && said.contains("warning[unpinned-image]") && said.contains("deploy/compose.yml:3:18"), "{said}");
    assert!(said.contains("- exit code: 1"), "{said}");

    let excused = "nginx:latest  # deploylint: ignore[unpinned-image] a lab";
    tree.write("project/deploy/compose.yml", GOOD.replace("nginx:1.27.3", excused).as_bytes());
    git(&tree, "project", &["add", "."]);
    let (done, said) = commit();
    assert!(done, "{said}");
    assert!(said.contains("Passed"), "{said}");
}

#[test]
fn a_commit_answers_for_what_it_stages() {
    let Some(program) = pre_commit() else { return };
    let tree = with_hook("deploylint-staged");
    let latest = GOOD.replace("1.27.3", "latest");
    tree.write("project/before/compose.yml", latest.as_bytes());
    git(&tree, "project", &["add", "."]);
    git(&tree, "project", &["commit", "--quiet", "-m", "a finding that is there"]);
    let (done, said) = run(&tree, "project", &program, &["install"]);
    assert!(done, "{said}");
    let commit = |arguments: &[&str]| {
        let all = [&["commit", "--quiet", "-m", "x"], arguments].concat();
        run(&tree, "project", Path::new("git"), &all)
    };

    // Partially staged: a good line is, a bad one is not, and stays as it is.
    let staged = format!("{GOOD}  more:\n    image: redis:7.2.4\n    restart: always\n");
    tree.write("project/deploy/compose.yml", staged.as_bytes());
    git(&tree, "project", &["add", "."]);
    let unstaged = staged.replace("1.27.3", "latest");
    tree.write("project/deploy/compose.yml", unstaged.as_bytes());
    let (done, said) = commit(&[]);
    assert!(done, "{said}");
    let kept = std::fs::read_to_string(tree.path("project/deploy/compose.yml")).expect("the file");
    assert_eq!(kept, unstaged);
    // With `--all`, git commits by an index of its own.
    let (done, said) = commit(&["--all"]);
    assert!(!done && said.contains("deploy/compose.yml:3:18") && !said.contains("before/"), "{said}");
    git(&tree, "project", &["checkout", "--quiet", "--", "."]);

    // A merge answers for neither side, but for what it adds.
    git(&tree, "project", &["checkout", "--quiet", "-b", "side"]);
    tree.write("project/side/compose.yml", latest.as_bytes());
    git(&tree, "project", &["add", "."]);
    git(&tree, "project", &["commit", "--quiet", "--no-verify", "-m", "x"]);
    git(&tree, "project", &["checkout", "--quiet", "-"]);
    tree.write("project/main.txt", b"x");
    git(&tree, "project", &["add", "."]);
    git(&tree, "project", &["commit", "--quiet", "--no-verify", "-m", "x"]);
    git(&tree, "project", &["merge", "--quiet", "--no-commit", "side"]);
    tree.write("project/new/compose.yml", latest.as_bytes());
    git(&tree, "project", &["add", "."]);
    let (done, said) = commit(&[]);
    assert!(!done && said.contains("new/compose.yml:3:18") && !said.contains("side/compose.yml"), "{said}");
    tree.write("project/new/compose.yml", GOOD.as_bytes());
    git(&tree, "project", &["add", "."]);
    let (done, said) = commit(&[]);
    assert!(done, "{said}");
}

#[test]
fn it_runs_when_a_file_of_the_deployment_changes() {
    let Some(program) = pre_commit() else { return };
    let tree = repositories();
    let of_hook = |file: &str| {
        tree.write(&format!("project/{file}"), b"");
        git(&tree, "project", &["add", "."]);
        let (done, said) = run(&tree, "project", &program, &["run", "--files", file]);
        assert!(done, "{file}: {said}");
        said
    };
    for file in ["main.py", "README.md", "src/environment.ts", "docs/env/x.txt"] {
        assert!(of_hook(file).contains("Skipped"), "{file}");
    }
    for file in [".env.example", "prod.env", "deploy/Dockerfile.gpu", "web.Dockerfile", "Caddyfile", "deploylint.toml"]
    {
        assert!(of_hook(file).contains("Passed"), "{file}");
    }
}

#[test]
fn every_file_that_is_audited_sets_it_off() {
    let text = std::fs::read_to_string(root().join(".pre-commit-hooks.yaml")).expect("the hooks");
    let hooks: serde_json::Value = serde_yaml::from_str(&text).expect("YAML");
    let files = regex::Regex::new(hooks[0]["files"].as_str().expect("a pattern")).expect("a pattern");
    let report = crate::common::run(root(), &["check", "fixtures", "--format", "json"], b"", &[]);
    let report: serde_json::Value = serde_json::from_str(&report.stdout).expect("JSON");
    let audited = report["inputs"].as_array().into_iter().flatten().filter(|i| i["status"] == "audited");
    // Markdown is read where a configuration asks for it: who writes that names the files to the hook as well.
    let audited = audited.filter(|i| i["kind"] != "markdown");
    let paths: Vec<_> = audited.filter_map(|i| i["path"].as_str()).collect();
    assert!(paths.len() > 50, "only {} files", paths.len());
    let missed: Vec<_> = paths.iter().filter(|path| !files.is_match(path)).collect();
    assert!(missed.is_empty(), "{missed:?}");
}

#[test]
fn pre_commit_takes_the_file_as_it_is() {
    let Some(program) = pre_commit() else { return };
    let tree = Tree::new(&[("home/x", "")]);
    let file = root().join(".pre-commit-hooks.yaml");
    let (done, said) = run(&tree, ".", &program, &["validate-manifest", file.to_str().expect("UTF-8")]);
    assert!(done, "{said}");
}
