//! Settings of a run: what the arguments decide; where they are silent the configuration; then the surroundings.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::args::{self, Check, Color, FailOn, Format, PersonaArg};
use super::parts::Part;
use super::{Failure, Io, config_errors, deployment};
use crate::config::{self, Config, Globs, Ignores};
use crate::expand;
use crate::finding::{Persona, Severity};
use crate::load::Reach;

/// Everything that `check` has to know, decided once.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) paths: Vec<PathBuf>,
    pub(super) stdin_filename: Option<String>,
    /// `None` for `never`.
    pub(super) fail_on: Option<Severity>,
    pub(super) persona: Persona,
    pub(super) select: Named,
    pub(super) ignore: Named,
    pub(super) rule_folders: Vec<PathBuf>,
    pub(super) expand: expand::Options,
    /// How many of its stacks the command line names; they come first.
    pub(super) given: usize,
    pub(super) config: Config,
    pub(super) exclude: Globs,
    pub(super) ignores: Ignores,
    /// The configurations of folders below, each for its own.
    pub(super) parts: Vec<Part>,
    /// Whether nothing is suppressed.
    pub(super) no_ignores: bool,
    /// Whether only what has a reason is suppressed.
    pub(super) require_reason: bool,
    pub(super) baseline: Option<PathBuf>,
    pub(super) prune_baseline: bool,
    pub(super) write_baseline: Option<PathBuf>,
    pub(super) output: Output,
}

/// Rules that are named, each with its place where the configuration names it.
#[derive(Debug)]
pub(super) struct Named(pub(super) Vec<(String, Option<Range<usize>>)>);

/// What is printed, and how.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools)] // Each is an argument of its own.
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) files: Vec<(Format, PathBuf)>,
    pub(super) show_undecided: bool,
    pub(super) verbose: bool,
    pub(super) all: bool,
    pub(super) statistics: bool,
    pub(super) quiet: bool,
    pub(super) color: bool,
    /// Whether rule ids may be links.
    pub(super) links: bool,
    /// Where the pages of rules are, with `{rule}` for the id.
    pub(super) rule_url: Option<String>,
    /// In columns.
    pub(super) width: usize,
}

/// The width where nothing says otherwise; also the width of snapshots.
const WIDTH: usize = 100;

impl Settings {
    /// # Errors
    /// Mistakes of the configuration.
    pub(super) fn resolve(args: &Check, io: &Io<'_>) -> Result<Self, Failure> {
        let config = configuration(&args.config, args.paths.first().map(PathBuf::as_path))?;
        let file = &config.file;
        let fail_on = match args.fail_on {
            Some(FailOn::Error) => Some(Severity::Error),
            Some(FailOn::Warning) => Some(Severity::Warning),
            Some(FailOn::Note) => Some(Severity::Note),
            Some(FailOn::Never) => None,
            None => file.fail_on.map_or(Some(Severity::Warning), config::written::FailOn::severity),
        };
        let persona = match args.persona {
            Some(PersonaArg::Regular) => Persona::Regular,
            Some(PersonaArg::Pedantic) => Persona::Pedantic,
            Some(PersonaArg::Auditor) => Persona::Auditor,
            None => file.persona.map_or(Persona::Regular, Into::into),
        };
        let mut rule_folders = args.rules.clone();
        for folder in &file.rule_folders {
            rule_folders.push(deployment::written_folder(folder, &config)?);
        }
        Ok(Self {
            paths: args.paths.clone(),
            stdin_filename: args.stdin_filename.clone(),
            fail_on,
            persona,
            // Who selects on the command line wants just that.
            select: Named::new(&args.select, &file.select),
            ignore: Named::new(&args.ignore, &file.ignore),
            rule_folders,
            expand: expand::Options {
                roots: args.paths.iter().filter(|path| *path != Path::new("-")).map(|path| root(path)).collect(),
                reach: reach(args),
                max_file_size: args.limits.max_file_size.map(|mib| mib * 1024 * 1024),
                ..deployment::options(&args.deployment, &config)?
            },
            given: usize::from(!args.deployment.files.is_empty()),
            exclude: Globs::new(&file.exclude, &config).map_err(|m| config_errors::configuration(&m))?,
            ignores: Ignores::new(&config).map_err(|m| config_errors::configuration(&m))?,
            parts: Vec::new(),
            no_ignores: args.no_ignores,
            require_reason: args.require_reason || file.require_reason.unwrap_or(false),
            baseline: baseline(args, &config)?,
            prune_baseline: args.prune_baseline,
            write_baseline: args.write_baseline.clone(),
            output: Output::resolve(&args.output, rule_url(&config)?, io),
            config,
        })
    }
}

impl Named {
    /// Those of the command line; the configuration's where it names none.
    pub(super) fn new(typed: &[String], written: &[toml::Spanned<String>]) -> Self {
        let of_file = written.iter().map(|name| (name.get_ref().clone(), Some(name.span())));
        Self(if typed.is_empty() { of_file.collect() } else { typed.iter().map(|name| (name.clone(), None)).collect() })
    }

    pub(super) fn has(&self, rule: &str) -> bool {
        self.0.iter().any(|(name, _)| name == rule)
    }
}

impl Output {
    /// Whether any report is in this format.
    pub(super) fn shows(&self, wanted: Format) -> bool {
        self.format == wanted || self.files.iter().any(|(format, _)| *format == wanted)
    }

    fn resolve(args: &args::Output, rule_url: Option<String>, io: &Io<'_>) -> Self {
        let github = std::env::var_os("GITHUB_ACTIONS").is_some_and(|v| v == "true") && !io.stdout_terminal;
        let color = color(args.color, io.stdout_terminal);
        Self {
            format: args.format.unwrap_or(if github { Format::Github } else { Format::Human }),
            files: args.outputs.clone(),
            show_undecided: args.show_undecided,
            verbose: args.verbose,
            all: args.all,
            statistics: args.statistics,
            quiet: args.quiet,
            color,
            links: color && io.stdout_terminal,
            rule_url,
            width: width(io.stdout_terminal),
        }
    }
}

/// Where files are read that an audited one names: around what the command line names.
fn reach(args: &Check) -> Reach {
    if args.deployment.follow_outside {
        return Reach::everywhere();
    }
    let standard_input = args.paths == [Path::new("-")];
    let beside = args.stdin_filename.as_ref().map(|name| Path::new(name).parent().unwrap_or(Path::new("")));
    // A name without a folder is beside us.
    let beside = beside.filter(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let named = args.paths.iter().chain(&args.deployment.files).map(PathBuf::as_path);
    Reach::around(named.chain(standard_input.then_some(beside)))
}

/// The folder below which a file's path says what it is for: the one that is named. A file that is named is judged by its
/// whole path from the current folder on, so that it is judged alike with and without the rest.
fn root(path: &Path) -> String {
    let shown = crate::discover::display(path);
    let outside = shown.starts_with("..") || Path::new(&shown).is_absolute();
    if outside && path.is_file() {
        return shown.rsplit_once('/').map(|(folder, _)| folder.to_owned()).unwrap_or_default();
    }
    shown
}

/// The baseline that is named; the configuration's where none is, and none is written.
fn baseline(args: &Check, config: &Config) -> Result<Option<PathBuf>, Failure> {
    let written = || {
        let path = config.folder.join(config.file.baseline.as_ref()?);
        args.write_baseline.is_none().then(|| PathBuf::from(crate::discover::display(&path)))
    };
    let found = args.baseline.clone().or_else(written);
    if args.prune_baseline && found.is_none() {
        return Err(Failure("--prune-baseline needs a baseline: name it with --baseline".to_owned()));
    }
    Ok(found)
}

/// # Errors
/// It is no address, or does not say where the rule's id goes.
fn rule_url(config: &Config) -> Result<Option<String>, Failure> {
    let Some(url) = &config.file.rule_url else { return Ok(None) };
    let text = url.get_ref();
    let scheme = ["https://", "http://", "file://"].iter().any(|scheme| text.starts_with(scheme));
    // A terminal would take control characters for commands.
    let plain = text.chars().all(|c| c.is_ascii_graphic());
    if scheme && plain && text.contains("{rule}") {
        return Ok(Some(text.clone()));
    }
    let help = "write `https://…/{rule}`";
    Err(config_errors::configuration(&config.mistake(url.span(), "this is no address of a rule's page", help)))
}

/// The configuration that is named, or found from `input`; an empty one where there is none.
pub(super) fn configuration(args: &args::ConfigArgs, input: Option<&Path>) -> Result<Config, Failure> {
    if args.isolated {
        return Ok(Config::default());
    }
    let found = match (&args.config, input) {
        (Some(path), _) => match config::read(path) {
            Ok(None) => return Err(Failure(format!("{}: there is no [tool.deploylint] in it", path.display()))),
            other => other,
        },
        (None, Some(input)) if input != Path::new("-") => config::find(input),
        (None, _) => config::find(Path::new(".")),
    };
    Ok(found.map_err(|m| config_errors::configuration(&m))?.unwrap_or_default())
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
