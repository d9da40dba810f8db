//! Arguments as typed. What they mean together is `settings`'.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::finding::Persona;

/// Audits the files that deploy AI agent gateways and container stacks, before they are deployed.
#[derive(Debug, Parser)]
#[command(name = "deploylint", version, max_term_width = 100, disable_help_subcommand = true)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Audit files and folders
    Check(Check),
    /// List all rules
    Rules(Rules),
    /// Explain one rule: what breaks, how to mend it, examples
    Explain(Explain),
    /// Print what rules can see in files (for rule authors)
    Facts(Facts),
    /// Run the examples of rule files (for rule authors)
    Test(Test),
}

/// Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run, 3 no input that it understands.
#[derive(Debug, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Check {
    /// Files or folders to audit; `-` reads one file from standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,

    /// What the file on standard input is called; its name says what it is
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<String>,

    /// How to print
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,

    /// The least severity that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,

    /// Who reads: `pedantic` adds matters of tidiness, `auditor` everything worth a look
    #[arg(long, value_enum)]
    pub(super) persona: Option<PersonaArg>,

    /// Only these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) select: Vec<String>,

    /// All but these rules
    #[arg(long, value_name = "RULE", value_delimiter = ',')]
    pub(super) ignore: Vec<String>,

    /// Add the rule files of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,

    /// List what could not be decided, with what would decide it
    #[arg(long)]
    pub(super) show_undecided: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,

    /// Print findings only: no summary, no hints
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Rules {
    /// How to print
    #[arg(long, value_enum, default_value_t = ListFormat::Human)]
    pub(super) format: ListFormat,

    /// Add the rule files of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Explain {
    /// The rule's id
    pub(super) rule: String,

    /// Add the rule files of this folder
    #[arg(long, value_name = "DIR")]
    pub(super) rules: Vec<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Facts {
    /// Files or folders to read
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,

    /// Only facts of this subject, such as `compose.service`
    #[arg(long, value_name = "SUBJECT")]
    pub(super) subject: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// A folder of rule files
    #[arg(value_name = "DIR")]
    pub(super) dir: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: the place in the file, what breaks, what to type
    Human,
    /// One JSON object, documented in docs/json.md
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ListFormat {
    /// A table
    Human,
    /// A JSON list
    Json,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum PersonaArg {
    Regular,
    Pedantic,
    Auditor,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  could not run: usage, a bad rule file, an unreadable path
  3  no input that it understands";

impl From<PersonaArg> for Persona {
    fn from(persona: PersonaArg) -> Self {
        match persona {
            PersonaArg::Regular => Persona::Regular,
            PersonaArg::Pedantic => Persona::Pedantic,
            PersonaArg::Auditor => Persona::Auditor,
        }
    }
}
