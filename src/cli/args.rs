//! Arguments as typed. What they mean together is `settings`'.

mod graph;

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand, ValueEnum};

pub(super) use graph::{Graph, GraphFormat, GraphView};

use super::changes::Asked;
use super::init::Init;
use super::shell::{Completions, Man};

/// Audits the files that deploy AI agent gateways and container stacks, before they are deployed.
#[derive(Debug, Parser)]
#[command(name = "deploylint", version = VERSION, max_term_width = 100, disable_help_subcommand = true, styles = STYLES)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Audit files and folders
    Check(Box<Check>),
    /// Show what fixes would change, or make the changes
    Fix(Box<Fix>),
    /// Draw the networks, the start-up, the volumes or the variables of a deployment
    Graph(Box<Graph>),
    /// Serve an editor over the language server protocol, on standard input and output
    Lsp(super::lsp::Lsp),
    /// List all rules
    Rules(Rules),
    /// Explain one rule: what breaks, how to mend it, examples
    Explain(Explain),
    /// Print the compose project as docker compose sees it
    Config(Config),
    /// Print what rules can see in files (for rule authors)
    Facts(Facts),
    /// Run the examples of rule files (for rule authors)
    Test(Test),
    /// Print every definition of an Ansible variable in order of precedence, and the winner
    ExplainVar(super::variables::ExplainVar),
    /// Look at a tree and write a configuration to start from
    Init(Init),
    /// Print the completions for a shell
    Completions(Completions),
    /// Print the manual page
    Man(Man),
}

/// The release, and the commit that it was built from where that is known.
const VERSION: &str = concat!(env!("CARGO_PKG_VERSION"), env!("DEPLOYLINT_COMMIT"));

/// Prints what `docker compose config --format json` prints. Exit codes: 0 accepted, 1 refused, 2 could not run.
#[derive(Debug, clap::Args)]
pub(super) struct Config {
    /// The folder of the compose file; like docker compose, the folders above it are tried too
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) path: PathBuf,

    /// The compose files, base first, instead of those that docker compose finds by itself
    #[arg(short, long = "file", value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,

    /// Read variables from this file instead of `.env`
    #[arg(long, value_name = "FILE")]
    pub(super) env_file: Vec<PathBuf>,

    /// Let interpolation see this variable of the environment
    #[arg(long, value_name = "NAME")]
    pub(super) env: Vec<String>,

    /// Turn this profile on (`*` for all)
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Vec<String>,

    /// The only format there is
    #[arg(long, value_parser = ["json"], default_value = "json", hide_possible_values = true)]
    pub(super) format: String,
}

/// Exit codes: 0 nothing at or above --fail-on, 1 findings, 2 could not run, 3 no input that it understands.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(after_help = EXIT_CODES)]
pub(super) struct Check {
    /// Files or folders to audit; `-` reads one file from standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,

    /// What the file on standard input is called; its name says what it is
    #[arg(long, value_name = "PATH")]
    pub(super) stdin_filename: Option<String>,

    /// The least severity that makes the exit code 1 [default: warning]
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,

    /// Who reads: `pedantic` adds matters of tidiness, `auditor` everything worth a look [default: regular]
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

    #[command(flatten)]
    pub(super) fixes: super::fix::Fixes,

    /// Count findings that comments, the configuration or the baseline would suppress
    #[arg(long)]
    pub(super) no_ignores: bool,

    /// Count findings whose suppression gives no reason
    #[arg(long)]
    pub(super) require_reason: bool,

    /// Suppress the findings that this file lists; tell which of them are fixed
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,

    /// Take the fixed findings out of the baseline file
    #[arg(long, conflicts_with = "fix")]
    pub(super) prune_baseline: bool,

    /// Write all findings to this file, for --baseline
    #[arg(long, value_name = "FILE", conflicts_with = "fix")]
    pub(super) write_baseline: Option<PathBuf>,

    #[command(flatten)]
    pub(super) changes: Asked,

    #[command(flatten)]
    pub(super) config: ConfigArgs,

    #[command(flatten)]
    pub(super) deployment: Deployment,

    #[command(flatten)]
    pub(super) limits: Limits,

    #[command(flatten)]
    pub(super) output: Output,
}

/// Prints the changes as a diff, or makes them. Exit codes: 0 nothing to change or changed, 1 there is something to change,
/// 2 could not run or could not write.
#[derive(Debug, clap::Args)]
pub(super) struct Fix {
    /// Change the files; without it, only show what would change
    #[arg(long)]
    pub(super) apply: bool,

    /// Fixes that may change what runs, too; each says what
    #[arg(long = "unsafe")]
    pub(super) unsafe_fixes: bool,

    /// Add comments that ignore the findings, with this reason, instead of fixing them
    #[arg(long, value_name = "REASON", conflicts_with = "unsafe_fixes")]
    pub(super) add_ignores: Option<String>,

    /// Print the diff alone, as `git apply` reads it
    #[arg(long, conflicts_with = "apply")]
    pub(super) diff: bool,

    #[command(flatten)]
    pub(super) check: Check,
}

/// Where settings come from.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct ConfigArgs {
    /// Read this configuration instead of looking for `deploylint.toml` or `pyproject.toml`
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(super) config: Option<PathBuf>,

    /// Read no configuration
    #[arg(long)]
    pub(super) isolated: bool,
}

/// What belongs together, and what is known about it.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Deployment")]
pub(super) struct Deployment {
    /// A compose file; several are merged in this order, as docker compose does
    #[arg(long = "file", short = 'f', value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,

    /// Activate this profile; all are active where none is named
    #[arg(long = "profile", value_name = "NAME")]
    pub(super) profiles: Vec<String>,

    /// Interpolate with this env file instead of `.env`
    #[arg(long = "env-file", value_name = "FILE")]
    pub(super) env_files: Vec<PathBuf>,

    /// Let interpolation see this variable of the environment; all others stay unknown
    #[arg(long = "env", value_name = "NAME")]
    pub(super) env: Vec<String>,

    /// Ansible variables that win over all others
    #[arg(long = "vars", value_name = "FILE")]
    pub(super) vars: Vec<PathBuf>,

    /// Read files that audited files name outside of the repository or the folder that is audited
    #[arg(long)]
    pub(super) follow_outside: bool,

    /// Audit the fenced code blocks of these Markdown files
    #[arg(long = "markdown", value_name = "GLOB")]
    pub(super) markdown: Vec<String>,
}

/// What a run may cost.
#[derive(Debug, Default, Clone, clap::Args)]
#[command(next_help_heading = "Limits")]
pub(super) struct Limits {
    /// Files of more MiB are not read, and told as `unparsable-file` [default: 8]
    #[arg(long, value_name = "MIB", value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub(super) max_file_size: Option<u64>,

    /// End with exit code 2 and without a report where the audit takes longer
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    pub(super) max_time: Option<u64>,
}

/// What is printed, and how.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Output")]
#[allow(clippy::struct_excessive_bools)] // Each is an argument of its own.
pub(super) struct Output {
    /// How to print [default: human; github in GitHub Actions]
    #[arg(long, value_enum)]
    pub(super) format: Option<Format>,

    /// Write one more report to a file; may be repeated
    #[arg(long = "output", value_name = "FORMAT=FILE", value_parser = super::formats::output)]
    pub(super) outputs: Vec<(Format, PathBuf)>,

    /// List what could not be decided, with what would decide it
    #[arg(long)]
    pub(super) show_undecided: bool,

    /// Say of each finding what happens in production, and list what is not audited
    #[arg(long, short)]
    pub(super) verbose: bool,

    /// Show each finding, also where a rule has more than ten
    #[arg(long)]
    pub(super) all: bool,

    /// Count the findings of each rule instead of showing them
    #[arg(long)]
    pub(super) statistics: bool,

    /// Print findings only: no summary, no hints
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,

    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
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

    /// Only facts of this subject, such as `compose.port`
    #[arg(long = "subject", value_name = "SUBJECT", value_delimiter = ',')]
    pub(super) subjects: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// A rule file, or a folder of them
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people: the place in the file, what breaks, what to type
    Human,
    /// One JSON object, documented in docs/json.md
    Json,
    /// One JSON object a line
    Jsonl,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations of GitHub Actions
    Github,
    /// GitLab's code quality report
    Gitlab,
    /// GitLab's SAST report: the findings about security
    GitlabSast,
    /// JUnit XML
    Junit,
    /// reviewdog's diagnostic format, one JSON object
    Rdjson,
    /// `path:line:column: severity[rule]: message`
    Compact,
    /// A summary in Markdown, for `$GITHUB_STEP_SUMMARY`
    Markdown,
    /// One page with filters and pictures, for a browser
    Html,
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

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default());

const EXIT_CODES: &str = "\
Exit codes:
  0  nothing at or above --fail-on
  1  findings
  2  could not run: usage, a bad rule or configuration file, an unreadable path
  3  no input that it understands";
