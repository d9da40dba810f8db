//! The command line: arguments to settings, settings to one run of the library, its answer to an exit code.
//!
//! Nothing here prints by itself: all output goes to the writers of [`Io`], so that a run is a function. What a run
//! finds out is the stages' work, what it looks like is `report`'s.

mod args;
mod baseline;
mod changes;
mod check;
mod compose;
mod config_errors;
mod deadline;
mod deployment;
mod file;
mod fix;
mod formats;
mod graph;
mod init;
mod lsp;
mod memory;
mod parts;
mod progress;
mod rules;
mod select;
mod settings;
mod shell;
mod show;
mod unused_config;
mod variables;
mod watch;

use std::ffi::OsString;
use std::io::{Read, Write};

use clap::Parser;
use clap::error::ErrorKind;

use args::{Args, Command};

/// Nothing at or above `--fail-on`.
pub const CLEAN: u8 = 0;
/// Findings at or above `--fail-on`.
pub const FOUND: u8 = 1;
/// Could not run: usage, a bad rule file, an unreadable path.
pub const FAILED: u8 = 2;
/// No input that deploylint understands.
pub const NO_INPUT: u8 = 3;

/// What a run reads and writes.
#[allow(missing_debug_implementations)] // Streams have nothing to show.
pub struct Io<'a> {
    /// Standard input, for the path `-`.
    pub stdin: &'a mut dyn Read,
    /// Where reports go.
    pub stdout: &'a mut dyn Write,
    /// Where messages about the run go.
    pub stderr: &'a mut dyn Write,
    /// Whether a person looks at `stdout`.
    pub stdout_terminal: bool,
    /// Whether a person looks at `stderr`.
    pub stderr_terminal: bool,
    /// Starts the threads that so many files deserve; what it was first told stays. Who calls from a program with
    /// threads of its own leaves it empty.
    ///
    /// # Errors
    /// Why the system gives none.
    pub threads: fn(usize) -> Result<(), String>,
}

/// Why a run could not be done, in words for who typed the command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(pub String);

/// Runs `deploylint` with these arguments, the program's name first; returns the exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, io: &mut Io<'_>) -> u8 {
    let args = match Args::try_parse_from(arguments) {
        Ok(args) => args,
        Err(error) => return usage(&error, io),
    };
    let done = match args.command {
        // It knows how many files there are once it looked.
        Command::Check(options) if !options.changes.watch => check::run(&options, io),
        command => (io.threads)(usize::MAX).map_err(Failure).and_then(|()| whole(command, io)),
    };
    done.unwrap_or_else(|Failure(message)| {
        let message = format!("deploylint: {}", crate::report::safe::lines(&message));
        let _ = writeln!(io.stderr, "{}", crate::report::safe::log(&message));
        FAILED
    })
}

/// A command that gets all the threads there are.
fn whole(command: Command, io: &mut Io<'_>) -> Result<u8, Failure> {
    match command {
        Command::Check(options) => check::run(&options, io),
        Command::Fix(options) => fix::run(&options, io),
        Command::Graph(options) => graph::run(&options, io),
        Command::Rules(options) => show::rules(&options, io),
        Command::Explain(options) => show::explain(&options, io),
        Command::Config(options) => compose::run(&options, io),
        Command::Facts(options) => show::facts(&options, io),
        Command::Test(options) => show::test(&options, io),
        Command::Lsp(options) => lsp::run(&options, io),
        Command::ExplainVar(options) => variables::explain(&options, io),
        Command::Init(options) => init::run(&options, io),
        Command::Completions(options) => shell::completions(&options, io),
        Command::Man(options) => shell::man(&options, io),
    }
}

fn usage(error: &clap::Error, io: &mut Io<'_>) -> u8 {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let text = crate::report::safe::lines(&error.render().to_string()).into_owned();
    let text = crate::report::safe::log(&text);
    if asked {
        let _ = write!(io.stdout, "{text}");
        return CLEAN;
    }
    let _ = write!(io.stderr, "{text}");
    FAILED
}

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Failure(format!("can't write the report: {error}"))
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Failure(message)
    }
}
