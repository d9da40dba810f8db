//! `fix --apply` that is killed at any moment: each file is the old one or the new one, and a second run ends the work.
//!
//! `DEPLOYLINT_KILLS` says how many runs are killed; `scripts/prove-kill.sh` asks for more than a test run does.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout)] // A helper that fails is a failed test.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::common::Tree;

/// How many files each run changes.
const FILES: usize = 24;

/// How many runs are killed, where nobody says.
const KILLS: usize = 24;

const OLD: &str = "\
services:
  web:
    image: nginx:1.29.1-alpine # keep
    volumes: ['./pages.conf:/etc/nginx/conf.d/default.conf:ro']
    healthcheck: {test: [CMD, wget, -q, --spider, 'http://localhost:8081/']}
";

const NEW: &str = "\
services:
  web:
    image: nginx:1.29.1-alpine # keep
    volumes: ['./pages.conf:/etc/nginx/conf.d/default.conf:ro']
    healthcheck: {test: [CMD, wget, -q, --spider, 'http://127.0.0.1:8081/']}
";

const ARGUMENTS: [&str; 5] = ["fix", "--apply", "--quiet", "--select", "healthcheck-localhost-ipv6"];

fn path(at: usize) -> String {
    format!("s{at:02}/compose.yml")
}

fn tree() -> Tree {
    let tree = Tree::new(&[]);
    for at in 0..FILES {
        tree.write(&path(at), OLD.as_bytes());
        tree.write(&format!("s{at:02}/pages.conf"), b"server { listen 8081; }\n");
    }
    tree
}

/// The files that are new ones; each other one has to be the old one.
fn done(tree: &Tree) -> usize {
    let text = |at| std::fs::read_to_string(tree.path(&path(at))).unwrap_or_else(|e| panic!("{}: {e}", path(at)));
    let new = |at: &usize| match text(*at).as_str() {
        NEW => true,
        OLD => false,
        other => panic!("{} is neither old nor new: {other:?}", path(*at)),
    };
    (0..FILES).filter(new).count()
}

/// Whether a file is being written, or was when a run ended.
fn half_written(tree: &Tree) -> bool {
    let names = (0..FILES).filter_map(|at| std::fs::read_dir(tree.path(&format!("s{at:02}"))).ok());
    names.flatten().flatten().any(|entry| entry.file_name().to_string_lossy().starts_with(".compose.yml.deploylint-"))
}

/// Kills a run once `wanted` files are new, or one more is half written; false where it had ended before.
fn killed(tree: &Tree, wanted: usize, half: bool) -> bool {
    let mut command = Command::new(env!("CARGO_BIN_EXE_deploylint"));
    command.args(ARGUMENTS).current_dir(&tree.0).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().expect("deploylint starts");
    loop {
        if child.try_wait().expect("a child").is_some() {
            return false;
        }
        let now = done(tree);
        if now > wanted || now == wanted && (!half || half_written(tree)) {
            let _ = child.kill();
            return child.wait().expect("a child").code().is_none();
        }
    }
}

#[test]
fn a_run_that_is_killed_leaves_each_file_old_or_new() {
    let kills = std::env::var("DEPLOYLINT_KILLS").ok().and_then(|n| n.parse().ok()).unwrap_or(KILLS);
    let (mut made, mut runs, mut left) = (0, 0, BTreeMap::<usize, usize>::new());
    let mut halves = 0;
    while made < kills {
        runs += 1;
        assert!(runs <= 20 * kills, "only {made} of {runs} runs could be killed before they ended");
        let tree = tree();
        // From before the first file to before the last one, also in the middle of one.
        if !killed(&tree, made * FILES / kills, made % 2 == 1) {
            assert_eq!(done(&tree), FILES, "a run that ends is whole");
            continue;
        }
        made += 1;
        *left.entry(done(&tree)).or_default() += 1;
        halves += usize::from(half_written(&tree));
        let mut again = Command::new(env!("CARGO_BIN_EXE_deploylint"));
        let ended = again.args(ARGUMENTS).current_dir(&tree.0).status().expect("deploylint starts");
        assert!(ended.success() && done(&tree) == FILES, "a second run ends the work");
    }
    println!("{kills} of {runs} runs killed, {halves} in the middle of a file; files that were new: {left:?}");
    assert!(left.len() > 1, "all were killed at one moment: {left:?}");
}
