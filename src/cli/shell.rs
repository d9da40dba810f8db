//! What a shell and a reader of manuals want of the command line: `completions` and `man`.

use std::path::PathBuf;

use clap::CommandFactory;

use super::args::Args;
use super::{CLEAN, Failure, Io};
use crate::discover::reason;

#[derive(Debug, clap::Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    pub(super) shell: clap_complete::Shell,
}

#[derive(Debug, clap::Args)]
pub(super) struct Man {
    /// Write the pages of all commands to this folder instead
    #[arg(long, value_name = "DIR")]
    pub(super) dir: Option<PathBuf>,
}

/// Prints the completions for a shell.
pub(super) fn completions(args: &Completions, io: &mut Io<'_>) -> Result<u8, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Args::command(), "deploylint", &mut text);
    io.stdout.write_all(&text)?;
    Ok(CLEAN)
}

/// Prints the manual page, or writes the pages of all commands to a folder.
pub(super) fn man(args: &Man, io: &mut Io<'_>) -> Result<u8, Failure> {
    let Some(folder) = &args.dir else {
        let mut text = Vec::new();
        clap_mangen::Man::new(Args::command()).render(&mut text)?;
        io.stdout.write_all(&text)?;
        return Ok(CLEAN);
    };
    let failed = |error: std::io::Error| Failure(format!("{}: can't be written: {}", folder.display(), reason(&error)));
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Args::command(), folder).map_err(failed)?;
    Ok(CLEAN)
}
