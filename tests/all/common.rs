//! Runs the `deploylint` binary on small trees written for one test.

#![allow(dead_code, unreachable_pub, missing_docs)] // Each test file uses its own part.
#![allow(clippy::expect_used, clippy::panic)] // Test code outside of test functions.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// All formats of a report.
pub(crate) const FORMATS: [&str; 12] = [
    "human",
    "json",
    "jsonl",
    "sarif",
    "github",
    "gitlab",
    "gitlab-sast",
    "junit",
    "rdjson",
    "compact",
    "markdown",
    "html",
];

/// A folder of its own for one test, removed afterwards.
pub struct Tree(pub PathBuf);

/// What a run gave.
pub struct Ran {
    pub stdout: String,
    pub stderr: String,
    pub code: i32,
}

impl Tree {
    pub fn new(files: &[(&str, &str)]) -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("deploylint-test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let tree = Self(std::env::temp_dir().canonicalize().expect("a temporary folder").join(name));
        std::fs::create_dir_all(&tree.0).expect("create the folder");
        for (path, text) in files {
            tree.write(path, text.as_bytes());
        }
        tree
    }

    pub fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.0.join(path);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("create the folder");
        std::fs::write(path, bytes).expect("write the file");
    }

    pub fn path(&self, path: &str) -> PathBuf {
        self.0.join(path)
    }

    /// Runs deploylint in the tree.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        run(&self.0, arguments, b"", &[])
    }

    /// The JSON report of a check with these arguments.
    pub fn json(&self, arguments: &[&str]) -> serde_json::Value {
        let ran = self.run(&[&["check", "--format", "json"], arguments].concat());
        serde_json::from_str(&ran.stdout).unwrap_or_else(|e| panic!("{e}: {}{}", ran.stdout, ran.stderr))
    }
}

impl Drop for Tree {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

impl std::fmt::Display for Ran {
    /// For snapshots: everything that a user sees.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "exit {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }
}

/// The processor time after which the system ends a run, in seconds: hours of work are a failed test, a busy machine is not.
pub const PROCESSOR_SECONDS: u32 = 300;

/// The program under the limit of [`PROCESSOR_SECONDS`], where the system has one.
fn limited() -> Command {
    let program = env!("CARGO_BIN_EXE_deploylint");
    if cfg!(not(unix)) {
        return Command::new(program);
    }
    let mut command = Command::new("sh");
    command.args(["-c", &format!("ulimit -t {PROCESSOR_SECONDS}; exec \"$0\" \"$@\""), program]);
    command
}

/// Runs deploylint in `dir` with nothing of this process's surroundings that could change what it prints.
pub fn run(dir: &Path, arguments: &[&str], stdin: &[u8], variables: &[(&str, &str)]) -> Ran {
    let mut command = limited();
    command.current_dir(dir).args(arguments).env_clear();
    command.envs(std::env::var_os("PATH").map(|p| ("PATH", p))).envs(variables.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("start deploylint");
    // A run that fails early does not read its input.
    let _ = child.stdin.take().expect("a pipe").write_all(stdin);
    let output = child.wait_with_output().expect("wait for deploylint");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8 output");
    Ran { stdout: text(output.stdout), stderr: text(output.stderr), code: output.status.code().unwrap_or(-1) }
}
