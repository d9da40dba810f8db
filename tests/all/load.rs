//! Full disks, many runs at once, trees that change under the audit, reports that are cut off.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::print_stderr)] // Test code outside of test functions.

use std::process::{Command, Stdio};

use crate::common::{FORMATS, Tree};

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
    for format in FORMATS {
        for to in ["--format", "--output"] {
            let line = if to == "--format" {
                format!("\"$DEPLOYLINT\" check --format {format} > /dev/full")
            } else {
                format!("\"$DEPLOYLINT\" check --output {format}=/dev/full > /dev/null")
            };
            let (code, stderr) = shell(&tree, &line);
            assert!(code == 2 && stderr.contains("can't"), "{line}: {code} {stderr}");
        }
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

/// Nobody's tree decides where a report goes: not by links under the names that are written before they are renamed.
#[test]
fn a_report_is_not_written_through_a_planted_link() {
    let tree = Tree::new(&[("compose.yml", COMPOSE), ("victim", "old\n")]);
    for arguments in ["--output json=report.json", "--write-baseline report.json"] {
        let plant = "for n in '' -0; do ln -sf victim .report.json.$$$n.tmp; done;";
        let (code, stderr) = shell(&tree, &format!("{plant} exec \"$DEPLOYLINT\" check {arguments} >/dev/null"));
        assert!(matches!(code, 0 | 1), "{arguments}: {code} {stderr}");
        assert_eq!(std::fs::read_to_string(tree.path("victim")).expect("a file"), "old\n", "{arguments}");
        assert!(std::fs::read_to_string(tree.path("report.json")).is_ok_and(|report| report.starts_with('{')));
    }
}

/// The signal of a run in which the system sends `signal` at the `when`th call of `call`; its exit code where none came.
fn signalled(tree: &Tree, call: &str, signal: &str, when: u32) -> Result<i32, i32> {
    use std::os::unix::process::ExitStatusExt;
    let mut command = Command::new("strace");
    command.args(["-f", "--seccomp-bpf", "-o", "/dev/null", "-e", &format!("trace={call}")]);
    command.args(["-e", &format!("inject={call}:signal={signal}:when={when}"), env!("CARGO_BIN_EXE_deploylint")]);
    command.args(["check", "--output", "json=report.json", "--write-baseline", "baseline.json"]);
    let status = command.current_dir(&tree.0).env_clear().output().expect("strace").status;
    status.signal().map_or_else(|| Err(status.code().unwrap_or(-1)), Ok)
}

/// Whether this process, and with it its children, ignores a signal.
fn ignored(signal: i32) -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0);
    mask & (1 << (signal - 1)) != 0
}

#[test]
fn a_signal_leaves_the_old_report_or_the_new_one() {
    let works = Command::new("strace").args(["-f", "-o", "/dev/null", "true"]).status().is_ok_and(|s| s.success());
    if !works {
        eprintln!("NOT TESTED: strace can't be had here");
        return;
    }
    for (signal, number) in [("SIGINT", 2), ("SIGTERM", 15)] {
        // What a shell starts in the background ignores SIGINT from its birth, and so does all that it starts.
        if ignored(number) {
            eprintln!("NOT TESTED: {signal} is ignored by what started the tests");
            continue;
        }
        for call in ["write", "rename", "fchmod", "openat"] {
            let mut ended = 0;
            for when in [1, 2, 3, 4, 8, 16, 32] {
                let tree = Tree::new(&[("compose.yml", COMPOSE), ("report.json", "old\n"), ("baseline.json", "old\n")]);
                match signalled(&tree, call, signal, when) {
                    Ok(by) => {
                        assert_eq!(by, number, "{signal} at {call} {when}");
                        ended += 1;
                    }
                    // The call was made less often.
                    Err(code) => assert!(matches!(code, 0 | 1), "{signal} at {call} {when}: exit code {code}"),
                }
                for name in ["report.json", "baseline.json"] {
                    let text = std::fs::read_to_string(tree.path(name)).expect("a file");
                    let whole = text == "old\n" || serde_json::from_str::<serde_json::Value>(&text).is_ok();
                    assert!(whole, "{signal} at {call} {when}: {name}: {text}");
                }
            }
            assert!(ended > 0, "{signal} at {call}: it never came");
        }
    }
}

#[test]
fn memory_that_is_refused_ends_the_run_with_a_message() {
    let mut services = "services:\n".to_owned();
    for n in 0..2_000 {
        services.push_str(&["  s", &n.to_string(), ":\n    image: nginx:latest\n    depends_on: [s0]\n"].concat());
    }
    let tree = Tree::new(&[("report.json", "old\n")]);
    for n in 0..16 {
        tree.write(&format!("{n}/compose.yml"), services.as_bytes());
    }
    // Too little for the audit, and too little for its threads.
    for limit in ["ulimit -v 600000", "ulimit -d 300000", "ulimit -v 120000"] {
        let line =
            format!("{limit}; RAYON_NUM_THREADS=2 exec \"$DEPLOYLINT\" check --output json=report.json >/dev/null");
        let (code, stderr) = shell(&tree, &line);
        assert!(code == 2 && stderr.starts_with("deploylint: "), "{limit}: {code} {stderr}");
        assert_eq!(std::fs::read_to_string(tree.path("report.json")).expect("a file"), "old\n", "{limit}");
    }
    let line = "ulimit -v 4000000; RAYON_NUM_THREADS=2 exec \"$DEPLOYLINT\" check 0/compose.yml >/dev/null";
    assert_eq!(shell(&tree, line), (1, String::new()));
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
