//! `deploylint lsp` and clients that other people wrote: pytest-lsp (`scripts/install-lsp-client.sh` installs it below
//! `.tools/`), Neovim (`scripts/install-neovim.sh`), and VS Code, whose extension is built, type-checked and packaged (`scripts/install-vscode-build.sh`).
//!
//! What is not installed is not tested, and says so; in CI it has to be there. `scripts/prove-editors.sh` adds a thousand
//! edits by lot and the memory over ten thousand.
#![cfg(unix)]
#![allow(clippy::expect_used, clippy::print_stderr)] // A helper that fails is a failed test.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Whether a program can be run; where it can't, the test says so.
fn there(program: impl AsRef<OsStr>) -> bool {
    let ran = Command::new(&program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    let there = ran.is_ok_and(|status| status.success());
    let name = program.as_ref().display();
    assert!(there || std::env::var_os("CI").is_none(), "{name} is not installed");
    if !there {
        eprintln!("NOT TESTED: {name} is not installed");
    }
    there
}

fn succeeds(command: &mut Command) {
    let output = command.output().expect("a program that starts");
    let said = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&said));
}

#[test]
fn a_client_opens_edits_fixes_renames_and_suppresses() {
    let pytest = root().join(".tools/lsp-client/bin/pytest");
    if !pytest.exists() {
        let _ = Command::new("bash").arg(root().join("scripts/install-lsp-client.sh")).status();
    }
    if !there(&pytest) {
        return;
    }
    let mut command = Command::new(pytest);
    command.args(["-q", "-p", "no:cacheprovider", "tests/lsp/test_editor.py"]).current_dir(root());
    command.env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint")).env("PYTHONDONTWRITEBYTECODE", "1");
    succeeds(&mut command);
}

#[test]
fn neovim_opens_edits_fixes_renames_and_suppresses() {
    let nvim = root().join(".tools/neovim/nvim");
    if !nvim.exists() {
        let _ = Command::new("bash").arg(root().join("scripts/install-neovim.sh")).status();
    }
    if !there(&nvim) {
        return;
    }
    let mut command = Command::new(nvim);
    command.args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "-c", "luafile tests/lsp/neovim.lua"]);
    command.current_dir(root()).env("DEPLOYLINT", env!("CARGO_BIN_EXE_deploylint"));
    succeeds(&mut command);
}

#[test]
fn the_extension_of_vs_code_is_type_checked_built_and_packaged() {
    if !there("npm") {
        return;
    }
    let install = Command::new("bash").arg(root().join("scripts/install-vscode-build.sh")).status();
    if !install.is_ok_and(|status| status.success()) {
        assert!(std::env::var_os("CI").is_none(), "scripts/install-vscode-build.sh failed");
        eprintln!("NOT TESTED: what builds the extension can't be installed");
        return;
    }
    // In a folder of its own: nothing is built in the repository.
    let (from, to) = (root().join("editors/vscode"), Path::new(env!("CARGO_TARGET_TMPDIR")).join("vscode"));
    let _ = std::fs::remove_dir_all(&to);
    std::fs::create_dir_all(to.join("src")).expect("a folder");
    for name in ["package.json", "package-lock.json", "tsconfig.json", "README.md", ".vscodeignore", "src/extension.ts"]
    {
        std::fs::copy(from.join(name), to.join(name)).expect("a file of the extension");
    }
    let installed = root().join(".tools/vscode/node_modules").canonicalize().expect("what was installed");
    std::os::unix::fs::symlink(installed, to.join("node_modules")).expect("a link");
    succeeds(Command::new("npm").args(["run", "--silent", "check"]).current_dir(&to));
    succeeds(Command::new("npm").args(["run", "--silent", "package"]).current_dir(&to));
    let package = std::fs::read(to.join("out/deploylint.vsix")).expect("a package");
    assert!(package.starts_with(b"PK") && package.len() > 10_000, "{} bytes", package.len());
    let _ = std::fs::remove_dir_all(&to);
}
