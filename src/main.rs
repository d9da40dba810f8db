//! The `deploylint` command: prints and exits; everything else is the library's.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use deploylint::cli::{self, Io};

fn main() -> ExitCode {
    let mut stdin = io::stdin();
    let stdout_terminal = io::stdout().is_terminal();
    let stderr_terminal = io::stderr().is_terminal();
    let mut stdout = io::BufWriter::new(io::stdout());
    let mut stderr = io::stderr();
    let mut io = Io { stdin: &mut stdin, stdout: &mut stdout, stderr: &mut stderr, stdout_terminal, stderr_terminal };
    let code = cli::run(std::env::args_os(), &mut io);
    // A reader that went away (`| head`) is no failure of ours, and there is nobody left to tell.
    let _ = stdout.flush();
    ExitCode::from(code)
}
