//! `deploylint lsp` and clients that other people wrote: `scripts/install-lsp-client.sh` installs one below `.tools/`.
//!
//! `scripts/prove-editors.sh` proves Neovim and the extension of VS Code, and takes some minutes.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::path::Path;
use std::process::Command;

#[test]
fn a_client_opens_edits_fixes_renames_and_suppresses() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let pytest = root.join(".tools/lsp-client/bin/pytest");
    if !pytest.exists() {
        let _ = Command::new("bash").arg(root.join("scripts/install-lsp-client.sh")).status();
    }
    if !pytest.exists() {
        assert!(std::env::var_os("CI").is_none(), "pytest-lsp is not installed: run scripts/install-lsp-client.sh");
        eprintln!("NOT TESTED: pytest-lsp is not installed; run scripts/install-lsp-client.sh");
        return;
    }
    let mut command = Command::new(pytest);
    command.args(["-q", "-p", "no:cacheprovider", "tests/lsp/test_editor.py"]).current_dir(root);
    command.env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint")).env("PYTHONDONTWRITEBYTECODE", "1");
    let output = command.output().expect("pytest starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&said));
}
