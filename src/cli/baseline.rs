//! `--write-baseline`, `--baseline` and `--prune-baseline`: live with today's findings, see tomorrow's.
//!
//! Paths in a baseline are relative to the baseline's own folder, so that it holds from wherever the tool is run.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::settings::Settings;
use super::{Failure, Io};
use crate::check::baseline::{Baseline, Entry};
use crate::check::rules::RuleSet;
use crate::discover::{self, reason};
use crate::finding::Finding;
use crate::report::redact::Redactor;
use crate::report::{Report, Status, fingerprint};

/// The most fixed entries that are listed by name.
const LISTED: usize = 20;

/// Writes the baseline, or suppresses what is in it, as the settings say. `report` still has all findings; `wanted` are
/// those that this user sees.
pub(super) fn apply(
    report: &mut Report,
    wanted: impl Fn(&Finding) -> bool,
    rules: &RuleSet,
    settings: &Settings,
    io: &mut Io<'_>,
) -> Result<(), Failure> {
    let mut say = |line: String| {
        if !settings.output.quiet {
            let _ = writeln!(io.stderr, "{}", crate::report::safe::log(&crate::report::safe::line(&line)));
        }
    };
    if let Some(path) = &settings.write_baseline {
        let identity = identity(report, &folder(path));
        let seen = report.findings.iter().zip(&identity).filter(|(finding, _)| wanted(finding));
        let baseline = Baseline::of(seen.map(|(finding, (path, print))| (finding, path.clone(), print.clone())));
        write(path, &baseline)?;
        baseline.apply(&mut report.findings, &identity, |_| false);
        say(format!("{}: {} written", path.display(), crate::report::counted(baseline.len(), "finding")));
    }
    let Some(path) = settings.baseline.as_ref().filter(|_| !settings.no_ignores) else { return Ok(()) };
    let baseline = read(path)?;
    let folder = folder(path);
    let identity = identity(report, &folder);
    let audited = audited(report, &folder);
    let ran = |rule: &str| rules.get(rule).is_some() || !rules.knows(rule);
    let mut fixed =
        baseline.apply(&mut report.findings, &identity, |entry| audited.contains(entry) || gone(&folder, entry));
    fixed.retain(|entry| ran(&entry.rule));
    if fixed.is_empty() {
        return Ok(());
    }
    tell(&fixed, path, settings.prune_baseline, &mut say);
    if settings.prune_baseline {
        write(path, &baseline.without(&fixed))?;
    }
    Ok(())
}

fn tell(fixed: &[Entry], path: &Path, prune: bool, say: &mut impl FnMut(String)) {
    for entry in fixed.iter().take(LISTED) {
        say(format!("{}: fixed: {} in {}", path.display(), entry.rule, entry.path));
    }
    if fixed.len() > LISTED {
        say(format!("{}: fixed: {} more", path.display(), fixed.len() - LISTED));
    }
    let count = crate::report::counted(fixed.len(), "fixed finding");
    say(if prune {
        format!("{}: {count} taken out", path.display())
    } else {
        format!("{}: {count} can be taken out with --prune-baseline", path.display())
    });
}

fn read(path: &Path) -> Result<Baseline, Failure> {
    let failed = |message: String| Failure(format!("{}: {message}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| failed(format!("can't be read: {}", reason(&e))))?;
    Baseline::parse(&text).map_err(failed)
}

fn write(path: &Path, baseline: &Baseline) -> Result<(), Failure> {
    super::file::write(path, baseline.to_json().as_bytes())
}

/// The folder of a baseline, absolute.
fn folder(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    discover::normal(absolute.parent().unwrap_or(&absolute))
}

/// A path that reports print, as one from `folder` on.
fn below(folder: &Path, shown: &str) -> String {
    let absolute = std::path::absolute(shown).unwrap_or_else(|_| PathBuf::from(shown));
    discover::relative(&absolute, folder)
}

/// The paths of the files that were audited.
fn audited(report: &Report, folder: &Path) -> HashSet<String> {
    let inputs = report.inputs.iter().filter(|input| matches!(input.status, Status::Audited | Status::Read));
    inputs.map(|input| below(folder, &input.path)).collect()
}

/// Whether the file of an entry is not there any more.
fn gone(folder: &Path, entry: &str) -> bool {
    !folder.join(entry).exists()
}

/// The path and the fingerprint of each finding.
fn identity(report: &Report, folder: &Path) -> Vec<(String, String)> {
    let prints = fingerprint::all_with(report, &Redactor::new(report), |source| below(folder, &source.path));
    let path = |finding: &Finding| below(folder, &report.sources.get(finding.span.source).path);
    report.findings.iter().map(path).zip(prints).collect()
}
