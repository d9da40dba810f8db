//! `deploylint lsp`: what `check` does, asked by an editor again and again.

use std::path::{Path, PathBuf};

use clap::Parser as _;

use super::args::{self, Check};
use super::settings::Settings;
use super::{Failure, Io, baseline, check, rules, select};
use crate::check::rules::RuleSet;
use crate::finding::Finding;
use crate::knowledge::Knowledge;
use crate::lsp::{Auditor, Snapshot, Unsaved};

#[derive(Debug, clap::Args)]
pub(super) struct Lsp {
    /// The only way to talk; editors that name it may
    #[arg(long)]
    pub(super) stdio: bool,

    /// Who reads: `pedantic` adds matters of tidiness, `auditor` everything worth a look [default: regular]
    #[arg(long, value_enum)]
    pub(super) persona: Option<args::PersonaArg>,

    #[command(flatten)]
    pub(super) config: args::ConfigArgs,
}

/// Serves an editor on standard input and output.
pub(super) fn run(args: &Lsp, io: &mut Io<'_>) -> Result<u8, Failure> {
    let check = Check { persona: args.persona, config: args.config.clone(), ..untyped()? };
    let mut auditor = Editor { check, ruled: None };
    Ok(crate::lsp::serve(std::io::stdin(), io.stdout, &mut auditor))
}

/// The arguments of `check` where none is typed.
fn untyped() -> Result<Check, Failure> {
    let typed = args::Args::try_parse_from(["deploylint", "check", "--format", "human"]);
    match typed.map(|args| args.command) {
        Ok(args::Command::Check(check)) => Ok(*check),
        _ => Err(Failure("`check` has no settings of its own".to_owned())),
    }
}

struct Editor {
    check: Check,
    ruled: Option<Ruled>,
}

/// The rules and the knowledge of a configuration.
struct Ruled {
    /// The configuration that they were made by.
    by: String,
    rules: RuleSet,
    knowledge: Knowledge,
}

impl Auditor for Editor {
    fn audit(&mut self, root: &Path, paths: &[PathBuf], unsaved: Unsaved) -> Result<Snapshot, String> {
        // `check` shows paths as they are from the current folder on, and finds its configuration from there.
        std::env::set_current_dir(root).map_err(|e| format!("{}: {}", root.display(), crate::discover::reason(&e)))?;
        self.snapshot(paths, unsaved).map_err(|Failure(why)| why)
    }
}

impl Editor {
    fn snapshot(&mut self, paths: &[PathBuf], unsaved: Unsaved) -> Result<Snapshot, Failure> {
        let (mut nothing, mut nowhere, mut away) = (std::io::empty(), std::io::sink(), std::io::sink());
        let mut silent = Io {
            stdin: &mut nothing,
            stdout: &mut nowhere,
            stderr: &mut away,
            stdout_terminal: false,
            stderr_terminal: false,
        };
        let args = Check { paths: paths.to_vec(), ..self.check.clone() };
        let settings = Settings::resolve(&args, &silent)?;
        let ruled = ruled(&mut self.ruled, &settings)?;
        let mut found = check::inputs(&settings, &mut silent)?;
        check::exclude(&mut found, &settings);
        let audit = crate::audit_with(&found.candidates, unsaved, &settings.expand, &ruled.rules, &ruled.knowledge);
        let mut report = select::report(&audit, audit.checked.clone(), &found.skipped, &settings);
        let wanted = |finding: &Finding| select::wanted(&finding.rule, finding.persona, &settings);
        baseline::apply(&mut report, wanted, &ruled.rules, &settings, &mut silent)?;
        check::condense(&mut report, &ruled.rules, &ruled.knowledge, &settings);
        Ok(Snapshot { audit, report })
    }
}

/// The rules of these settings; those of the last audit where nothing about them changed.
fn ruled<'r>(last: &'r mut Option<Ruled>, settings: &Settings) -> Result<&'r Ruled, Failure> {
    let by = format!("{}\n{}", settings.config.path, settings.config.text);
    // The files of a rule folder may change at any time.
    let usable = last.take().filter(|ruled| settings.rule_folders.is_empty() && ruled.by == by);
    let ruled = match usable {
        Some(ruled) => ruled,
        None => Ruled { by, rules: rules::of(settings)?, knowledge: rules::knowledge(settings)? },
    };
    Ok(last.insert(ruled))
}
