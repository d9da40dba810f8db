//! The command line: help, exit codes, standard input, inputs.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use crate::common::{Tree, run};

const COMPOSE: &str = "services:\n  web:\n    image: nginx:1.27.3\n";

#[test]
fn help_of_all_commands() {
    let tree = Tree::new(&[]);
    insta::assert_snapshot!("help", tree.run(&["--help"]));
    for command in
        ["check", "graph", "config", "rules", "explain", "facts", "test", "explain-var", "init", "completions", "man"]
    {
        insta::assert_snapshot!(format!("help_{command}"), tree.run(&[command, "--help"]));
    }
}

#[test]
fn a_usage_error_exits_with_2() {
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    for arguments in [
        &["check", "--no-such-option"][..],
        &["check", "missing"],
        &["check", "-", "compose.yml"],
        &["check", "--stdin-filename", "x"],
        &["nothing"],
    ] {
        let ran = tree.run(arguments);
        assert_eq!(ran.code, 2, "{arguments:?}: {ran}");
        assert!(ran.stdout.is_empty(), "{arguments:?}: {ran}");
        assert!(!ran.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn nothing_that_it_understands_exits_with_3() {
    let tree = Tree::new(&[("main.py", "print(1)\n"), ("photo.png", "x")]);
    insta::assert_snapshot!(tree.run(&["check"]));
    assert_eq!(Tree::new(&[]).run(&["check"]).code, 3);
}

#[test]
fn standard_input_is_classified_by_its_name() {
    let tree = Tree::new(&[]);
    let ran =
        run(&tree.0, &["check", "-", "--format", "json", "--stdin-filename", "a/compose.yml"], COMPOSE.as_bytes(), &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["inputs"][0]["path"], "a/compose.yml");
    assert_eq!(report["inputs"][0]["kind"], "compose");
    let ran = run(&tree.0, &["check", "-", "--format", "json"], COMPOSE.as_bytes(), &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    assert_eq!(report["inputs"][0]["path"], "<stdin>");
}

#[test]
fn paths_are_relative_to_the_current_directory() {
    let tree = Tree::new(&[("a/compose.yml", COMPOSE), ("b/compose.yml", COMPOSE), ("here/x.txt", "")]);
    let absolute = tree.path("b");
    let absolute = absolute.to_str().expect("UTF-8");
    let ran = run(&tree.path("here"), &["check", "--format", "json", "../a", absolute, "../a/./compose.yml"], b"", &[]);
    let report: serde_json::Value = serde_json::from_str(&ran.stdout).expect("JSON");
    let paths: Vec<_> = report["inputs"].as_array().expect("a list").iter().map(|i| i["path"].clone()).collect();
    assert_eq!(paths, ["../a/compose.yml", "../b/compose.yml"]);
}

/// An index of git's that tracks one regular file.
fn index(name: &str) -> Vec<u8> {
    let mut entry = vec![0; 62];
    entry[24..28].copy_from_slice(&0o100_644_u32.to_be_bytes());
    entry.extend(name.as_bytes());
    entry.resize((entry.len() / 8 + 1) * 8, 0);
    [b"DIRC".as_slice(), &[0, 0, 0, 2, 0, 0, 0, 1], &entry, &[0; 20]].concat()
}

#[test]
fn a_file_that_git_tracks_is_audited_though_it_is_ignored() {
    let tree = Tree::new(&[
        (".gitignore", "group/\n"),
        ("compose.yml", COMPOSE),
        ("group/compose.yml", COMPOSE),
        ("group/mine.yml", COMPOSE),
    ]);
    let audited = |arguments: &[&str]| -> Vec<String> {
        let inputs = tree.json(arguments)["inputs"].as_array().cloned().unwrap_or_default();
        let paths = inputs.iter().filter(|i| i["status"] == "audited").filter_map(|i| i["path"].as_str());
        paths.map(str::to_owned).collect()
    };
    // Without a repository, what is there belongs to the tree.
    assert_eq!(audited(&[]), ["compose.yml", "group/compose.yml", "group/mine.yml"]);
    tree.write(".git/index", &index("group/compose.yml"));
    assert_eq!(audited(&[]), ["compose.yml", "group/compose.yml"]);
    // A folder that is named outright is taken whole.
    assert_eq!(audited(&["group"]), ["group/compose.yml", "group/mine.yml"]);
    // What `.ignore` names is left out, tracked or not; a worktree's index lies elsewhere.
    tree.write(".ignore", b"group/\n");
    assert_eq!(audited(&[]), ["compose.yml"]);
    tree.write("work/.git", b"gitdir: ../.git\n");
    tree.write("work/.gitignore", b"*\n");
    tree.write("work/group/compose.yml", COMPOSE.as_bytes());
    assert_eq!(audited(&["work"]), ["work/group/compose.yml"]);
}

#[test]
fn every_file_met_is_accounted_for() {
    let tree = Tree::new(&[
        ("compose.yml", COMPOSE),
        (".env", "A=1\n"),
        (".git/HEAD", "ref: refs/heads/main\n"),
        (".gitignore", "ignored/\n"),
        ("ignored/compose.yml", COMPOSE),
        ("node_modules/x/compose.yml", COMPOSE),
        ("target/compose.yml", COMPOSE),
        ("run", "#!/bin/sh\necho\n"),
        ("notes", "#!not a script we know\n"),
        ("values.yml", "a: 1\n"),
        ("photo.png", "\u{0}"),
        ("empty.yml", ""),
    ]);
    insta::assert_json_snapshot!(tree.json(&[])["inputs"]);
}

/// Runs the program on the repository's own fixtures through a shell, which has pipes and full disks.
#[cfg(unix)]
fn shell(line: &str) -> (String, String) {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", line]).current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint")).env_remove("GITHUB_ACTIONS");
    let output = command.output().expect("a shell");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim_end().to_owned();
    (text(&output.stdout), text(&output.stderr))
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_failure() {
    for command in ["check fixtures --format json", "check fixtures --format jsonl", "check fixtures", "facts fixtures"]
    {
        // Some hundred kilobytes, more than any pipe holds.
        let expected = u8::from(command.starts_with("check"));
        let line = format!("{{ \"$DEPLOYLINT\" {command}; echo \"exit $?\" >&2; }} | head -c 3");
        let (stdout, stderr) = shell(&line);
        assert_eq!((stdout.is_empty(), stderr), (false, format!("exit {expected}")), "{command}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_report_that_can_not_be_written_is_a_failure() {
    for command in
        ["check fixtures/optional-gateway", "check fixtures --format jsonl", "rules", "explain unpinned-image"]
    {
        let (stdout, stderr) = shell(&format!("\"$DEPLOYLINT\" {command} 2>&1 >/dev/full; echo $?"));
        assert_eq!(
            stdout, "deploylint: can't write the report: No space left on device (os error 28)\n2",
            "{command}: {stderr}"
        );
    }
    let (stdout, _) = shell("\"$DEPLOYLINT\" check fixtures/optional-gateway --output sarif=/dev/full 2>&1; echo $?");
    assert_eq!(stdout, "deploylint: /dev/full: can't be written: no space left on device\n2");
}
