//! Full disks, many runs at once, trees that change under the audit, reports that are cut off.
#![cfg(unix)]
#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::process::{Command, Stdio};

use crate::common::Tree;

const COMPOSE: &str = "services:\n  web:\n    image: nginx:latest\n    ports: ['80:80']\n";

/// What a line of the shell does in the tree, with the program as `$DEPLOYLINT`: exit code and messages.
fn shell(tree: &Tree, line: &str) -> (i32, String) {
    let mut command = Command::new("sh");
    command.args(["-c", line]).current_dir(&tree.0).env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint"));
    let output = command.output().expect("a shell");
    (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn a_full_disk_is_told_on_each_output() {
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    for line in [
        "\"$DEPLOYLINT\" check > /dev/full",
        "\"$DEPLOYLINT\" check --format jsonl > /dev/full",
        "\"$DEPLOYLINT\" check --output sarif=/dev/full > /dev/null",
        "\"$DEPLOYLINT\" check --write-baseline /dev/full > /dev/null",
        "\"$DEPLOYLINT\" facts > /dev/full",
        "\"$DEPLOYLINT\" rules > /dev/full",
        "\"$DEPLOYLINT\" config > /dev/full",
    ] {
        let (code, stderr) = shell(&tree, line);
        assert_eq!(code, 2, "{line}: {stderr}");
        assert!(stderr.contains("can't be written") || stderr.contains("can't write"), "{line}: {stderr}");
    }
}

#[test]
fn a_report_that_can_not_be_written_leaves_the_old_one() {
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("report.json", "old\n"), ("baseline.json", "old\n")]);
    // No file may grow, as on a disk without room.
    let limit = "trap '' XFSZ; ulimit -f 0;";
    for arguments in ["--output json=report.json", "--write-baseline baseline.json"] {
        let (code, stderr) = shell(&tree, &format!("{limit} exec \"$DEPLOYLINT\" check {arguments} >/dev/null"));
        assert!(code == 2 && stderr.contains("can't be written"), "{arguments}: {code} {stderr}");
    }
    let names = std::fs::read_dir(&tree.0).expect("a folder").filter_map(Result::ok).map(|e| e.file_name());
    let mut names: Vec<String> = names.map(|name| name.to_string_lossy().into_owned()).collect();
    names.sort();
    assert_eq!(names, ["baseline.json", "compose.yml", "report.json"]);
    for name in ["report.json", "baseline.json"] {
        assert_eq!(std::fs::read_to_string(tree.path(name)).expect("a file"), "old\n");
    }
}

#[test]
fn a_report_replaces_the_old_one_and_keeps_links_and_modes() {
    use std::os::unix::fs::PermissionsExt;
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("real.json", "old\n")]);
    std::os::unix::fs::symlink("real.json", tree.path("link.json")).expect("a link");
    std::fs::set_permissions(tree.path("real.json"), std::fs::Permissions::from_mode(0o640)).expect("a mode");
    assert_eq!(tree.run(&["check", "compose.yml", "--output", "json=link.json"]).code, 1);
    assert!(std::fs::read_to_string(tree.path("real.json")).expect("a file").starts_with('{'));
    assert!(tree.path("link.json").symlink_metadata().expect("a link").is_symlink());
    assert_eq!(tree.path("real.json").metadata().expect("a file").permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_hundred_runs_at_once_say_the_same() {
    let tree =
        Tree::new(&[("compose.yml", COMPOSE), ("a/compose.yml", COMPOSE), ("deploy.sh", "#!/bin/sh\ndocker run x\n")]);
    let start = |_| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploylint"));
        command.args(["check", "--format", "json"]).current_dir(&tree.0).env_clear();
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("a run")
    };
    let runs: Vec<_> = (0..100).map(start).collect();
    let outputs: Vec<_> = runs.into_iter().map(|run| run.wait_with_output().expect("an output")).collect();
    for output in &outputs {
        assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(output.stdout, outputs[0].stdout);
    }
}

#[test]
fn a_tree_that_changes_under_the_audit_is_audited() {
    let tree = Tree::new(&[("compose.yml", COMPOSE)]);
    for n in 0..200 {
        tree.write(&format!("d{n}/compose.yml"), COMPOSE.as_bytes());
    }
    let mut change = Command::new("sh");
    change.current_dir(&tree.0).args([
        "-c",
        "while :; do for d in d1*; do rm -rf $d; mkdir $d; echo 'services: {' > $d/compose.yml; done; done 2>/dev/null",
    ]);
    let mut change = change.spawn().expect("a shell");
    let codes: Vec<i32> = (0..5).map(|_| tree.run(&["check", "--format", "json"]).code).collect();
    let _ = change.kill();
    let _ = change.wait();
    assert!(codes.iter().all(|code| *code == 1), "{codes:?}");
}

#[test]
fn a_run_that_may_not_last_ends_without_a_report() {
    let mut services = "services:\n".to_owned();
    for n in 0..4_000 {
        services.push_str(&["  s", &n.to_string(), ":\n    image: nginx:latest\n    depends_on: [s0]\n"].concat());
    }
    let tree = Tree::new(&[("compose.yml", &services), ("report.json", "old\n")]);
    // Whatever the machine, some number of files takes it longer than a second.
    let ended = (0..7).any(|power| {
        for n in 0..1 << power {
            tree.write(&format!("{n}/compose.yml"), services.as_bytes());
        }
        let ran = tree.run(&["check", "--max-time", "1", "--output", "json=report.json"]);
        assert!(matches!(ran.code, 1 | 2), "{ran}");
        assert!(
            ran.code == 1 || ran.stdout.is_empty() && ran.stderr.contains("takes longer than 1 s (--max-time)"),
            "{ran}"
        );
        ran.code == 2
    });
    assert!(ended);
    let ran = tree.run(&["check", "compose.yml", "--max-time", "1000000"]);
    assert_eq!(ran.code, 1, "{ran}");
}

#[test]
fn files_above_the_given_size_are_not_read() {
    let large = format!("{COMPOSE}# {}\n", "x".repeat(1_100_000));
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("large/compose.yml", &large)]);
    let report = tree.json(&["--max-file-size", "1"]);
    let found =
        report["findings"].as_array().expect("a list").iter().find(|f| f["rule"] == "unparsable-file").expect("one");
    assert_eq!(found["path"], "large/compose.yml");
    assert_eq!(found["message"], "2 MiB is larger than a deployment file can be (limit 1 MiB)");
    assert!(tree.json(&[])["findings"].as_array().expect("a list").iter().all(|f| f["rule"] != "unparsable-file"));
}
