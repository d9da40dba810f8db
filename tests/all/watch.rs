//! `check --watch` audits again what changed, and nothing that it writes itself.
#![allow(clippy::expect_used, clippy::panic)] // A helper that fails is a failed test.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use crate::common::Tree;

/// Longer than any machine takes.
const PATIENCE: Duration = Duration::from_mins(10);

/// What a round ends with.
const WAITING: &str = "waiting for changes";

/// A run that goes on until this is dropped.
struct Watching {
    child: Child,
    said: Receiver<String>,
    seen: Vec<String>,
}

impl Watching {
    fn start(tree: &Tree, arguments: &[&str]) -> Self {
        // One pipe for both streams, so that lines come in the order in which they are printed.
        let (reader, writer) = std::io::pipe().expect("a pipe");
        let mut command = Command::new(env!("CARGO_BIN_EXE_deploylint"));
        command.args(["check", "--watch", "--format", "compact"]).args(arguments).current_dir(&tree.0);
        command.stdin(Stdio::null()).stdout(writer.try_clone().expect("a pipe")).stderr(writer);
        let child = command.spawn().expect("deploylint starts");
        let (sender, said) = channel();
        thread::spawn(move || {
            for line in BufReader::new(reader).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        Self { child, said, seen: Vec::new() }
    }

    /// Waits for the end of a round that says all of it. A change that is written in several steps may take several
    /// rounds, so those that say something else are passed over.
    fn until(&mut self, what: &[&str]) {
        self.round(&format!("{what:?}"), |has| what.iter().all(|w| has(w)));
    }

    /// Waits for the end of a round after which nothing is found any more.
    fn until_silent(&mut self) {
        self.round("silence", |has| !has("warning[") && !has("the same as before"));
    }

    fn round(&mut self, what: &str, wanted: impl Fn(&dyn Fn(&str) -> bool) -> bool) {
        loop {
            let from = self.seen.len();
            while !self.seen.get(from..).is_some_and(|round| round.iter().any(|line| line.contains(WAITING))) {
                match self.said.recv_timeout(PATIENCE) {
                    Ok(line) => self.seen.push(line),
                    Err(error) => panic!("{what}: {error}: {:#?}", self.seen),
                }
            }
            let round = self.seen.get(from..).unwrap_or_default();
            if wanted(&|what| round.iter().any(|line| line.contains(what))) {
                return;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn what_changes_is_audited_again() {
    let floating = "services:\n  web:\n    image: nginx:latest\n";
    let pinned = "services:\n  web:\n    image: nginx:1.27.3\n";
    let tree = Tree::new(&[("compose.yml", floating), ("group_vars/x.yml", "a: 1\n")]);
    let mut run = Watching::start(&tree, &["--select", "unpinned-image", "--output", "json=report.json"]);
    run.until(&["compose.yml:3:18: warning[unpinned-image]"]);
    tree.write("compose.yml", pinned.as_bytes());
    run.until_silent();
    assert!(std::fs::read_to_string(tree.path("report.json")).expect("it is written").contains("\"findings\": []"));
    // A folder that is new, and a file in it.
    tree.write("other/compose.yml", floating.as_bytes());
    run.until(&["other/compose.yml:3:18: warning[unpinned-image]"]);
    // What changes no finding is told so; what is broken is told, and may be mended.
    tree.write("group_vars/x.yml", b"a: 2\n");
    run.until(&["group_vars/x.yml", "the same as before"]);
    tree.write("deploylint.toml", b"select = 3\n");
    run.until(&["deploylint.toml:1:10"]);
    std::fs::remove_file(tree.path("deploylint.toml")).expect("it is there");
    run.until(&["other/compose.yml:3:18: warning[unpinned-image]"]);
    let own = run.seen.iter().find(|line| line.contains("changed:") && line.contains("report.json"));
    assert_eq!(own, None, "what it writes itself is no change");
}

#[test]
fn a_folder_that_is_made_again_or_moved_away_is_noticed() {
    let floating = "services:\n  web:\n    image: nginx:latest\n";
    let pinned = "services:\n  web:\n    image: nginx:1.27.3\n";
    let tree = Tree::new(&[("sub/compose.yml", floating)]);
    let mut run = Watching::start(&tree, &["--select", "unpinned-image"]);
    run.until(&["sub/compose.yml:3:18: warning[unpinned-image]"]);
    // As `git checkout` does it.
    std::fs::remove_dir_all(tree.path("sub")).expect("it is there");
    tree.write("sub/compose.yml", format!("# again\n{floating}").as_bytes());
    run.until(&["sub/compose.yml:4:18: warning[unpinned-image]"]);
    tree.write("sub/compose.yml", pinned.as_bytes());
    run.until_silent();
    tree.write("sub/compose.yml", floating.as_bytes());
    run.until(&["sub/compose.yml:3:18: warning[unpinned-image]"]);
    let elsewhere = Tree::new(&[]);
    std::fs::rename(tree.path("sub"), elsewhere.path("sub")).expect("it is there");
    run.until_silent();
}

#[test]
fn what_can_not_go_together_is_refused() {
    let tree = Tree::new(&[("compose.yml", "services: {}\n")]);
    for arguments in [&["check", "--watch", "--staged"][..], &["check", "--watch", "--fix"], &["fix", "--watch"]] {
        assert_eq!(tree.run(arguments).code, 2, "{arguments:?}");
    }
}
