//! Settings of a run: what the arguments, and where they are silent the surroundings, decide.

use std::path::PathBuf;

use super::Io;
use super::args::{Check, Color, FailOn, Format};
use crate::finding::{Persona, Severity};

/// Everything that `check` has to know, decided once.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) paths: Vec<PathBuf>,
    pub(super) stdin_filename: Option<String>,
    pub(super) format: Format,
    /// `None` for `never`.
    pub(super) fail_on: Option<Severity>,
    pub(super) persona: Persona,
    pub(super) select: Vec<String>,
    pub(super) ignore: Vec<String>,
    pub(super) rules: Vec<PathBuf>,
    pub(super) show_undecided: bool,
    pub(super) quiet: bool,
    pub(super) look: Look,
}

/// How text for people looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) color: bool,
    /// In columns.
    pub(super) width: usize,
}

/// The width where nothing says otherwise; also the width of snapshots.
const WIDTH: usize = 100;

impl Settings {
    pub(super) fn resolve(args: &Check, io: &Io<'_>) -> Self {
        let fail_on = match args.fail_on.unwrap_or(FailOn::Warning) {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        };
        Self {
            paths: args.paths.clone(),
            stdin_filename: args.stdin_filename.clone(),
            format: args.format.unwrap_or(Format::Human),
            fail_on,
            persona: args.persona.map_or(Persona::Regular, Into::into),
            select: args.select.clone(),
            ignore: args.ignore.clone(),
            rules: args.rules.clone(),
            show_undecided: args.show_undecided,
            quiet: args.quiet,
            look: Look { color: color(args.color, io.stdout_terminal), width: width(io.stdout_terminal) },
        }
    }
}

/// Whether to use colours: the argument, then `NO_COLOR`, `CLICOLOR_FORCE`, `CLICOLOR`, then whether a person looks.
fn color(asked: Color, terminal: bool) -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|v| !v.is_empty());
    let zero = |name: &str| std::env::var_os(name).is_some_and(|v| v == "0");
    match asked {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR") => false,
        Color::Auto if set("CLICOLOR_FORCE") && !zero("CLICOLOR_FORCE") => true,
        Color::Auto if zero("CLICOLOR") || std::env::var_os("TERM").is_some_and(|v| v == "dumb") => false,
        Color::Auto => terminal,
    }
}

fn width(terminal: bool) -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|c| c.parse().ok());
    let seen = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = if terminal { asked.or_else(seen) } else { asked };
    width.unwrap_or(WIDTH).clamp(40, 160)
}
