//! `deploylint lsp`: what `check` does, asked by an editor again and again.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use clap::Parser as _;

use super::args::{self, Check};
use super::settings::Settings;
use super::{Failure, Io, baseline, check, rules, select};
use crate::Audit;
use crate::check::rules::RuleSet;
use crate::discover::Candidate;
use crate::finding::Finding;
use crate::fix::{Fixed, Fixer};
use crate::knowledge::Knowledge;
use crate::load::Kept;
use crate::lsp::{Auditor, Snapshot, Target, Unsaved};
use crate::pages;
use crate::source::Span;

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
    let mut auditor = Editor { check, ruled: None, pages: None };
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
    /// The rules with their examples, for pages.
    pages: Option<RuleSet>,
}

/// The rules and the knowledge of a configuration.
struct Ruled {
    /// The configuration that they were made by.
    by: String,
    rules: RuleSet,
    knowledge: Knowledge,
    /// The folders of the user's own rules.
    folders: Vec<PathBuf>,
}

impl Auditor for Editor {
    fn audit(&mut self, root: &Path, paths: &[PathBuf], unsaved: Unsaved, kept: &mut Kept) -> Result<Snapshot, String> {
        // `check` shows paths as they are from the current folder on, and finds its configuration from there.
        std::env::set_current_dir(root).map_err(|e| format!("{}: {}", root.display(), crate::discover::reason(&e)))?;
        self.snapshot(paths, unsaved, kept).map_err(|Failure(why)| why)
    }

    fn fix(
        &mut self,
        root: &Path,
        paths: &[PathBuf],
        unsaved: Unsaved,
        target: &Target,
    ) -> Result<Vec<(PathBuf, String, String)>, String> {
        std::env::set_current_dir(root).map_err(|e| format!("{}: {}", root.display(), crate::discover::reason(&e)))?;
        let mut fixed = self.fixed(paths, &unsaved, target).map_err(|Failure(why)| why)?;
        if let Some(dropped) = fixed.dropped.pop().filter(|_| fixed.changed.is_empty()) {
            return Err(dropped.remark);
        }
        let changed = fixed.changed.into_iter();
        Ok(changed.filter_map(|c| Some((c.candidate.disk?, c.before.to_string(), c.after))).collect())
    }

    fn comment(&self, audit: &Audit, finding: &Finding) -> Option<(Span, String)> {
        crate::fix::suppressing(audit, finding)
    }

    fn page(&mut self, rule: &str) -> Option<String> {
        let ruled = self.ruled.as_ref()?;
        if self.pages.is_none() || !ruled.folders.is_empty() {
            self.pages = rules::whole(&ruled.folders).ok();
        }
        let all = self.pages.as_ref()?;
        Some(pages::page(all.get(rule)?, all, &ruled.knowledge))
    }
}

/// Streams without anything: standard output is the conversation's.
#[derive(Default)]
struct Streams(std::io::Empty, std::io::Sink, std::io::Sink);

impl Streams {
    fn io(&mut self) -> Io<'_> {
        let Streams(stdin, stdout, stderr) = self;
        Io { stdin, stdout, stderr, stdout_terminal: false, stderr_terminal: false, threads: |_| Ok(()) }
    }
}

impl Editor {
    fn snapshot(&mut self, paths: &[PathBuf], unsaved: Unsaved, kept: &mut Kept) -> Result<Snapshot, Failure> {
        let mut streams = Streams::default();
        let mut silent = streams.io();
        let args = Check { paths: paths.to_vec(), ..self.check.clone() };
        let mut settings = Settings::resolve(&args, &silent)?;
        let found = check::found(&mut settings, &args, &mut silent)?;
        let ruled = ruled(&mut self.ruled, &settings)?;
        let by = (&ruled.rules, &ruled.knowledge);
        let audit = crate::audit_again(&found.candidates, unsaved, &settings.expand, by, kept);
        let mut report = select::report(&audit, audit.checked.clone(), &found.skipped, &settings, &ruled.rules);
        let wanted = |finding: &Finding| select::wanted(&finding.rule, finding.persona, &settings);
        baseline::apply(&mut report, wanted, &ruled.rules, &settings, &mut silent)?;
        check::condense(&mut report, &ruled.rules, &ruled.knowledge, &settings);
        Ok(Snapshot { audit, report, options: settings.expand })
    }

    /// Makes the fix of one finding in memory, also one that is not safe: who asks for it saw what it is.
    fn fixed(&mut self, paths: &[PathBuf], unsaved: &Unsaved, target: &Target) -> Result<Fixed, Failure> {
        let mut streams = Streams::default();
        let mut silent = streams.io();
        let args = Check { paths: paths.to_vec(), ..self.check.clone() };
        let mut settings = Settings::resolve(&args, &silent)?;
        let found = check::found(&mut settings, &args, &mut silent)?;
        let all = rules::configured(&settings)?;
        let knowledge = rules::knowledge(&settings)?;
        let audit = |files: &[Candidate]| crate::audit_with(files, unsaved.clone(), &settings.expand, &all, &knowledge);
        let asked = Cell::new(false);
        let choose = |audit: &Audit| {
            if asked.replace(true) {
                return Vec::new();
            }
            let is = |f: &Finding| {
                let place = (f.span.start, f.span.end) == (target.start, target.end);
                place && f.rule == target.rule && audit.sources.get(f.span.source).path == target.path
            };
            audit.checked.findings.iter().filter(|f| is(f)).take(1).cloned().collect()
        };
        Ok(Fixer { audit: &audit, choose: &choose, unsafe_too: true, roots: &settings.expand.roots }
            .run(found.candidates))
    }
}

/// The rules of these settings; those of the last audit where nothing about them changed.
fn ruled<'r>(last: &'r mut Option<Ruled>, settings: &Settings) -> Result<&'r Ruled, Failure> {
    let parts = settings.parts.iter().map(|part| &part.config);
    let all: Vec<String> =
        std::iter::once(&settings.config).chain(parts).map(|c| format!("{}\n{}", c.path, c.text)).collect();
    let by = all.join("\n");
    // The files of a rule folder may change at any time.
    let usable = last.take().filter(|ruled| settings.rule_folders.is_empty() && ruled.by == by);
    let ruled = match usable {
        Some(ruled) => ruled,
        None => Ruled {
            by,
            rules: rules::of(settings)?,
            knowledge: rules::knowledge(settings)?,
            folders: settings.rule_folders.clone(),
        },
    };
    Ok(last.insert(ruled))
}
