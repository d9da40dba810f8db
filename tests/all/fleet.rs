//! examples/fleet: many repositories on a cluster of two workers, of which one is killed, and questions in SQL.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::Path;
use std::process::Command;

#[test]
fn many_repositories_are_audited_whatever_happens_to_a_worker() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let install = root.join("scripts/install-fleet.sh");
    if !Command::new("bash").arg(install).output().is_ok_and(|done| done.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "run scripts/install-fleet.sh");
        eprintln!("NOT TESTED: run scripts/install-fleet.sh");
        return;
    }
    let mut command = Command::new(root.join(".tools/fleet/bin/python"));
    command.arg(root.join("scripts/prove-fleet.py")).env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint"));
    let output = command.env("PYTHONDONTWRITEBYTECODE", "1").output().expect("python starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}
