//! The files for other people's pipelines: linted, and run as their runners run them.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde::Deserialize;
use serde_json::Value;

use crate::common::Tree;

const GOOD: &str = "services:\n  web:\n    image: nginx:1.27.3\n    restart: always\n";
const LATEST: &str = "services:\n  web:\n    image: nginx:latest\n    restart: always\n";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The documents of a YAML file of the repository.
fn documents(path: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(root().join(path)).expect("the file");
    serde_yaml::Deserializer::from_str(&text).map(|d| Value::deserialize(d).expect("YAML")).collect()
}

/// Runs lines of bash in a folder, with this build on the `PATH`.
fn bash(lines: &str, folder: &Path, variables: &[(&str, &str)]) -> Output {
    let ours = Path::new(env!("CARGO_BIN_EXE_deploylint")).parent().expect("a folder");
    let theirs = std::env::var_os("PATH").expect("PATH");
    let path = std::env::join_paths([ours.to_owned()].into_iter().chain(std::env::split_paths(&theirs)));
    let mut command = Command::new("bash");
    command.args(["--noprofile", "--norc", "-eo", "pipefail", "-c", lines]).current_dir(folder).env_clear();
    command.env("PATH", path.expect("a path")).env("HOME", folder).envs(variables.iter().copied());
    for role in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{role}_NAME"), "A").env(format!("GIT_{role}_EMAIL"), "a@example.com");
    }
    command.output().expect("bash")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// A clone whose branch adds a finding to the one that `origin/main` has; and the commit of `origin/main`.
fn branch() -> (Tree, String) {
    let tree = Tree::new(&[("first/compose.yml", LATEST), ("compose.yml", GOOD)]);
    let lines = "git init -q -b main && git add . && git commit -qm x && git update-ref refs/remotes/origin/main HEAD \
                 && git checkout -q -b topic && sed -i.orig s/1.27.3/latest/ compose.yml && rm -f *.orig \
                 && git commit -qam y && git rev-parse origin/main";
    let output = bash(lines, &tree.0, &[]);
    assert!(output.status.success(), "{}", said(&output));
    let base = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (tree, base)
}

/// The paths in a SARIF report.
fn places(tree: &Tree) -> Vec<String> {
    let text = std::fs::read_to_string(tree.path("runner/deploylint.sarif")).expect("a report");
    let sarif: Value = serde_json::from_str(&text).expect("JSON");
    let results = sarif["runs"][0]["results"].as_array().expect("results").clone();
    let place =
        |r: &Value| r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].as_str().map(str::to_owned);
    results.iter().filter_map(place).collect()
}

#[test]
fn the_action_reports_and_then_fails() {
    let (tree, base) = branch();
    tree.write("runner/x", b"");
    let action = documents("action.yml").remove(0);
    let steps = action["runs"]["steps"].as_array().expect("steps");
    let step = |name: &str| steps.iter().find(|s| s["name"] == name).expect("the step");
    let check = step("Run deploylint");
    let runner = tree.path("runner");
    let file = |name: &str| runner.join(name).display().to_string();
    let (output, summary) = (file("output"), file("summary"));
    let run = |changed: &str, arguments: &str, program: &str| {
        for name in ["runner/output", "runner/summary", "runner/deploylint.sarif"] {
            let _ = std::fs::remove_file(tree.path(name));
        }
        let given = [
            ("PROGRAM", program),
            ("AUDITED", "."),
            ("CHANGED_ONLY", changed),
            ("BASE", base.as_str()),
            ("FAIL_ON", ""),
            ("ARGUMENTS", arguments),
        ];
        // Each variable that the step sets, and no other.
        let names: Vec<&str> = check["env"].as_object().expect("env").keys().map(String::as_str).collect();
        assert_eq!(names, given.map(|(name, _)| name));
        let runners = [
            ("RUNNER_TEMP", runner.to_str().expect("UTF-8")),
            ("GITHUB_OUTPUT", &output),
            ("GITHUB_STEP_SUMMARY", &summary),
        ];
        let ran = bash(check["run"].as_str().expect("a script"), &tree.0, &[&given[..], &runners].concat());
        assert!(ran.status.success(), "the report is uploaded before the step fails: {}", said(&ran));
        (said(&ran), std::fs::read_to_string(&output).unwrap_or_default())
    };
    let (shown, outputs) = run("false", "--exclude-nothing-such\n", "deploylint");
    assert!(outputs == "exit-code=2\n" && shown.contains("--exclude-nothing-such"), "{shown}{outputs}");
    let (shown, outputs) = run("false", "--select\nunpinned-image\n", "deploylint");
    assert!(shown.contains("::warning file=compose.yml,line=3"), "{shown}");
    assert_eq!(outputs, format!("exit-code=1\nsarif={}\n", file("deploylint.sarif")));
    assert!(std::fs::read_to_string(&summary).is_ok_and(|text| text.contains("unpinned-image")));
    assert_eq!(places(&tree), ["compose.yml", "first/compose.yml"]);
    run("true", "--select\nunpinned-image\n", "deploylint");
    assert_eq!(places(&tree), ["compose.yml"]);
    let end = step("Fail on findings")["run"].as_str().expect("a script");
    assert_eq!(bash(end, &tree.0, &[("CODE", "1")]).status.code(), Some(1));
    assert_eq!(bash(end, &tree.0, &[("CODE", "0")]).status.code(), Some(0));
    for output in ["sarif", "exit-code"] {
        assert!(action["outputs"][output].is_object());
    }
}

#[test]
fn each_action_is_pinned_with_a_comment_that_renovate_reads() {
    let pin = regex::Regex::new(r"uses: (\S+)@([0-9a-f]{40}) # v\d+\.\d+\.\d+$").expect("a pattern");
    let files = ["action.yml", ".github/workflows/release.yml", "examples/ci/github.yml", "examples/ci/forgejo.yml"];
    let mut seen = 0;
    for file in files {
        let text = std::fs::read_to_string(root().join(file)).expect("the file");
        for line in text.lines().filter(|line| line.trim_start().trim_start_matches("- ").starts_with("uses:")) {
            assert!(pin.is_match(line), "{file}: {line}");
            seen += 1;
        }
    }
    assert!(seen > 6, "only {seen}");
}

#[test]
fn the_component_of_gitlab_reports() {
    let (tree, base) = branch();
    let [spec, jobs] = &documents("templates/deploylint.yml")[..] else { panic!("two documents") };
    let inputs = spec["spec"]["inputs"].as_object().expect("inputs");
    let job = &jobs["deploylint"];
    let script: Vec<&str> = job["script"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let [install, check] = script[..] else { panic!("{script:?}") };
    assert!(install.starts_with("cargo install --quiet --locked --git "), "{install}");
    let reference = regex::Regex::new(r"\$\[\[ inputs\.(\w+) \]\]").expect("a pattern");
    let filled = reference.replace_all(check, |found: &regex::Captures<'_>| {
        let input = inputs.get(&found[1]).expect("an input of the specification");
        input["default"].as_str().expect("a default").to_owned()
    });
    let count = |variables: &[(&str, &str)]| {
        let ran = bash(&filled, &tree.0, variables);
        assert_eq!(ran.status.code(), Some(1), "{}", said(&ran));
        for report in ["codequality", "junit", "sast"] {
            assert!(tree.path(job["artifacts"]["reports"][report].as_str().expect("a file")).is_file());
        }
        let text = std::fs::read_to_string(tree.path("gl-code-quality-report.json")).expect("a report");
        let issues: Value = serde_json::from_str(&text).expect("JSON");
        let ours = issues.as_array().into_iter().flatten().filter(|issue| issue["check_name"] == "unpinned-image");
        ours.count()
    };
    assert_eq!(count(&[("DEPLOYLINT_CHANGED_ONLY", "false"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]), 2);
    assert_eq!(count(&[("DEPLOYLINT_CHANGED_ONLY", "true"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)]), 1);
    assert_eq!(count(&[("DEPLOYLINT_CHANGED_ONLY", "true")]), 2, "no merge request");
}

#[test]
fn the_examples_for_other_forges_run() {
    let (tree, _) = branch();
    let woodpecker = documents("examples/ci/woodpecker.yml").remove(0);
    let forgejo = documents("examples/ci/forgejo.yml").remove(0);
    let steps = forgejo["jobs"]["deploylint"]["steps"].as_array().expect("steps");
    for (line, variable) in
        [(&woodpecker["steps"][0]["commands"][1], "CI_COMMIT_TARGET_BRANCH"), (&steps[2]["run"], "GITHUB_BASE_REF")]
    {
        let line = line.as_str().expect("a command");
        assert!(line.starts_with("deploylint check "), "{line}");
        let ran = bash(line, &tree.0, &[(variable, "main")]);
        let shown = said(&ran);
        assert!(
            ran.status.code() == Some(1) && shown.contains("compose.yml:3:") && !shown.contains("first/"),
            "{shown}"
        );
    }
}

/// A script that is there, or a word that it was not run.
fn installed(tool: &str, install: &str) -> bool {
    let there = root().join(tool).exists()
        || Command::new("bash").arg(root().join(install)).status().is_ok_and(|s| s.success());
    assert!(there || std::env::var_os("CI").is_none(), "run {install}");
    if !there {
        eprintln!("NOT TESTED: run {install}");
    }
    there
}

#[test]
fn the_field_s_linters_find_nothing() {
    if !installed(".tools/pipeline/bin/zizmor", "scripts/install-pipeline-linters.sh") {
        return;
    }
    let output = Command::new("bash").arg(root().join("scripts/lint-pipeline.sh")).output().expect("bash");
    assert!(output.status.success(), "{}", said(&output));
}

#[test]
fn the_wheel_installs_and_runs_where_only_python_is() {
    if Command::new("python3").args(["-c", "import ensurepip, venv"]).output().is_ok_and(|done| done.status.success()) {
        let built = Path::new(env!("CARGO_BIN_EXE_deploylint")).ancestors().nth(2).expect("the target folder");
        let script = root().join("scripts/prove-wheel.sh");
        let output = Command::new("bash").arg(script).arg(built).output().expect("bash");
        assert!(output.status.success(), "{}", said(&output));
    } else {
        assert!(std::env::var_os("CI").is_none(), "Python 3 with venv is not installed");
        eprintln!("NOT TESTED: Python 3 with venv is not installed");
    }
}

#[test]
fn the_npm_packages_install_and_run() {
    if Command::new("npm").arg("--version").output().is_err() {
        eprintln!("NOT TESTED: npm is not installed");
        return;
    }
    let script: PathBuf = root().join("scripts/prove-npm.sh");
    let output = Command::new("bash").arg(script).arg(env!("CARGO_BIN_EXE_deploylint")).output().expect("bash");
    assert!(output.status.success(), "{}", said(&output));
}
