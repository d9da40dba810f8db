//! The container image: a static program is built, the last stage of Dockerfile with it, and a real Docker engine runs it
//! read-only, without a network, over a tree that it can't write to.
//!
//! The program is one for development, as everything that is tested here; releases are built by `scripts/prove-static.sh`.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, clippy::panic, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::common::Tree;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr[..]].concat()).into_owned()
}

/// Whether a file of `.tools` is there; a line says so where it is not.
fn installed(path: &str, script: &str) -> bool {
    let found = root().join(".tools").join(path).exists();
    if !found {
        eprintln!("NOT TESTED: the container image: run scripts/{script}");
    }
    found
}

/// The static program.
fn program() -> PathBuf {
    let built = Path::new(env!("CARGO_BIN_EXE_deploylint")).ancestors().nth(2).expect("the target folder");
    let mut command = Command::new(root().join("scripts/build-static.sh"));
    let done = command.env("PROFILE", "dev").env("CARGO_TARGET_DIR", built).output().expect("bash");
    assert!(done.status.success(), "{}", said(&done));
    let shown = String::from_utf8(done.stdout).expect("UTF-8");
    root().join(shown.lines().last().expect("a path"))
}

#[test]
fn the_image_runs_on_a_real_engine() {
    if !installed("musl/bin/musl-gcc", "install-static.sh") {
        return;
    }
    let program = program();
    // Static: it starts where nothing else is, not even a loader.
    let tree = Tree::new(&[("compose.yml", "services:\n  web:\n    image: nginx:latest\n")]);
    let mut command = Command::new(&program);
    command.args(["check", "--select", "unpinned-image"]).current_dir(&tree.0).env_clear();
    let done = command.output().expect("the program starts");
    assert!(done.status.code() == Some(1) && said(&done).contains("unpinned-image"), "{}", said(&done));
    if !installed("image/bin/python", "install-image-engine.sh (as root)") {
        return;
    }
    let script = root().join("scripts/prove-image.py");
    let done = Command::new("python3").arg(script).arg(&program).output().expect("Python 3");
    let said = said(&done);
    assert!(done.status.success() && said.contains("runs as nobody, read-only, without a network"), "{said}");
}
