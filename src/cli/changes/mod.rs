//! `--changed-since` and `--staged`: only findings on changed lines, and those that the change caused elsewhere.
//!
//! The version before the change is audited as well, in a copy that git's objects are written to, with the same
//! arguments; what it reports at the same place of an unchanged line is left out. `--staged` audits a copy of the index,
//! so that what is not staged does not count.

mod compare;
mod copy;
mod git;
mod lines;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::args::{self, Check};
use super::{Failure, Io};
use crate::finding::Finding;
use crate::report::Report;
use copy::Copy;
use git::{Entry, Repository};

/// Which findings count, by what changed. Both ask git for the version before.
#[derive(Debug, Clone, Default, clap::Args)]
#[command(next_help_heading = "Changes")]
pub(super) struct Asked {
    /// Only findings on lines that changed since this commit and the current one parted, and those that the change causes elsewhere
    #[arg(long, value_name = "REV", conflicts_with_all = ["staged", "fix", "write_baseline", "prune_baseline", "stdin_filename"])]
    pub(super) changed_since: Option<String>,

    /// The same for what is staged, which is audited as it is staged
    #[arg(long, conflicts_with_all = ["fix", "write_baseline", "prune_baseline", "stdin_filename"])]
    pub(super) staged: bool,

    /// Audit again whenever a file changes, until Ctrl-C
    #[arg(long, conflicts_with_all = ["staged", "fix", "write_baseline", "prune_baseline", "stdin_filename"])]
    pub(super) watch: bool,
}

/// The versions that are compared.
pub(super) struct Changes {
    /// Those before the change: one, or each parent of a merge.
    before: Vec<Version>,
    /// The one after it; `None` where that is the working tree.
    after: Option<Version>,
}

/// A copy, with the arguments to audit it.
struct Version {
    copy: Copy,
    args: Check,
}

impl Changes {
    /// The versions that the arguments ask to compare, if they do.
    ///
    /// # Errors
    /// What git says against it.
    pub(super) fn of(args: &Check) -> Result<Option<Self>, Failure> {
        let (since, staged) = (args.changes.changed_since.as_deref(), args.changes.staged);
        if since.is_none() && !staged {
            return Ok(None);
        }
        let option = if staged { "--staged" } else { "--changed-since" };
        let top = top(&args.paths).map_err(|why| format!("{option} compares versions that git has: {why}"))?;
        let repository = Repository::new(top.clone(), option);
        let parents = match since {
            Some(rev) => vec![repository.fork_point(rev)?],
            None => repository.parents()?,
        };
        let absent = if staged { Vec::new() } else { repository.not_checked_out()? };
        let mut trees = Vec::new();
        for parent in &parents {
            let mut entries = repository.tree(parent)?;
            entries.retain(|entry| !absent.contains(&entry.path));
            trees.push(entries);
        }
        let index = if staged { Some(repository.index(trees.first())?) } else { None };
        let ignored = repository.ignored()?;
        let copied = |entries: &[Entry], lenient: bool| -> Result<Version, Failure> {
            let copy = Copy::new(&top).map_err(unwritten)?;
            copy.write(&repository, entries)?;
            copy.add(&ignored).map_err(unwritten)?;
            let args = moved(args, &copy, &top, lenient);
            Ok(Version { copy, args })
        };
        if trees.is_empty() {
            // Before the first commit, everything is new.
            trees.push(Vec::new());
        }
        let before = trees.iter().map(|entries| copied(entries, true)).collect::<Result<_, _>>()?;
        let after = index.map(|entries| copied(&entries, false)).transpose()?;
        Ok(Some(Self { before, after }))
    }

    /// Does `run` with the arguments and the current folder of the version after the change.
    pub(super) fn after<T>(&self, args: &Check, run: impl FnOnce(&Check) -> Result<T, Failure>) -> Result<T, Failure> {
        match &self.after {
            Some(Version { copy, args }) => copy.within(|| run(args)),
            None => run(args),
        }
    }

    /// Leaves only the findings of `report` that are on changed lines or that no version before has; returns the others.
    /// `audit` is asked for the reports of the versions before.
    pub(super) fn keep(
        &self,
        report: &mut Report,
        audit: impl Fn(&Check, &mut Io<'_>) -> Result<Report, Failure>,
    ) -> Result<Vec<Finding>, Failure> {
        let mut caused = vec![true; report.findings.len()];
        let mut changed: Option<BTreeSet<_>> = None;
        for version in &self.before {
            let older = version.copy.within(|| version.audited(&audit))?;
            let (news, lines) = compare::news(report, older.as_ref(), version.copy.current());
            changed = Some(changed.map_or_else(|| lines.clone(), |known| &known & &lines));
            caused.iter_mut().zip(news).for_each(|(caused, news)| *caused &= news);
        }
        let both = std::mem::take(&mut report.findings).into_iter().zip(caused);
        let (kept, others): (Vec<_>, Vec<_>) = both.partition(|(_, caused)| *caused);
        report.changed = changed;
        report.findings = kept.into_iter().map(|(finding, _)| finding).collect();
        Ok(others.into_iter().map(|(finding, _)| finding).collect())
    }
}

/// A commit that what is here is compared with.
pub(super) struct Revision(Version);

impl Revision {
    /// The commit `rev` of the repository that the paths of `args` lie in; `option` is what the user typed.
    ///
    /// # Errors
    /// What git says against it.
    pub(super) fn of(rev: &str, args: &Check, option: &'static str) -> Result<Self, Failure> {
        let top = top(&args.paths).map_err(|why| format!("{option} reads a version that git has: {why}"))?;
        let repository = Repository::new(top.clone(), option);
        let mut entries = repository.tree(&repository.commit(rev)?)?;
        let absent = repository.not_checked_out()?;
        entries.retain(|entry| !absent.contains(&entry.path));
        let copy = Copy::new(&top).map_err(unwritten)?;
        copy.write(&repository, &entries)?;
        copy.add(&repository.ignored()?).map_err(unwritten)?;
        let args = moved(args, &copy, &top, true);
        Ok(Self(Version { copy, args }))
    }

    /// What `audit` makes of it; `None` where none of the paths was there.
    pub(super) fn audited<T>(
        &self,
        audit: impl Fn(&Check, &mut Io<'_>) -> Result<T, Failure>,
    ) -> Result<Option<T>, Failure> {
        self.0.copy.within(|| self.0.audited(&audit))
    }
}

impl Version {
    /// What `audit` makes of this version; `None` where none of the paths was there.
    fn audited<T>(&self, audit: &impl Fn(&Check, &mut Io<'_>) -> Result<T, Failure>) -> Result<Option<T>, Failure> {
        let mut args = self.args.clone();
        if args.paths.is_empty() {
            return Ok(None);
        }
        let quietly = |args: &Check| {
            let (stdin, mut stdout, mut stderr) = (&mut std::io::empty(), std::io::sink(), std::io::sink());
            let (stdout, stderr) = (&mut stdout, &mut stderr);
            let mut io =
                Io { stdin, stdout, stderr, stdout_terminal: false, stderr_terminal: false, threads: |_| Ok(()) };
            audit(args, &mut io)
        };
        // A mistake in the configuration of old says nothing about the change.
        quietly(&args)
            .or_else(|_| {
                args.config = args::ConfigArgs { config: None, isolated: true };
                args.baseline = None;
                quietly(&args)
            })
            .map(Some)
            .map_err(|Failure(why)| Failure(format!("the version before the change can't be audited: {why}")))
    }
}

/// The root of the repository that all paths lie in.
fn top(paths: &[PathBuf]) -> Result<PathBuf, String> {
    let mut found: Option<PathBuf> = None;
    for path in paths {
        if path == Path::new("-") {
            return Err("standard input is none".to_owned());
        }
        let real = real(path);
        let top = real.ancestors().find(|folder| folder.join(".git").exists());
        let top = top.ok_or_else(|| format!("{} is in no git repository", path.display()))?;
        if found.as_deref().is_some_and(|other| other != top) {
            return Err("the paths are in several repositories".to_owned());
        }
        found = Some(top.to_owned());
    }
    found.ok_or_else(|| "no path is named".to_owned())
}

/// The path without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    std::fs::canonicalize(path).unwrap_or_else(|_| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        crate::discover::normal(&absolute)
    })
}

/// The arguments with all paths of the repository moved into the copy. With `lenient`, files that are not there are
/// left out: the version before the change had not all of them.
fn moved(args: &Check, copy: &Copy, top: &Path, lenient: bool) -> Check {
    let mut args = args.clone();
    let to = |path: &PathBuf| real(path).strip_prefix(top).map_or_else(|_| real(path), |below| copy.top().join(below));
    let there = |path: &PathBuf| !lenient || path.exists();
    let all = |paths: &mut Vec<PathBuf>| *paths = paths.iter().map(to).filter(there).collect();
    all(&mut args.paths);
    all(&mut args.rules);
    all(&mut args.deployment.files);
    all(&mut args.deployment.env_files);
    all(&mut args.deployment.vars);
    args.config.config = args.config.config.as_ref().map(to).filter(there);
    args.baseline = args.baseline.as_ref().map(to).filter(there);
    for (_, file) in &mut args.output.outputs {
        *file = std::path::absolute(&*file).unwrap_or_else(|_| file.clone());
    }
    args
}

#[allow(clippy::needless_pass_by_value)] // What `map_err` hands over.
fn unwritten(error: std::io::Error) -> Failure {
    Failure(format!("the version to compare with can't be written to a temporary folder: {error}"))
}
