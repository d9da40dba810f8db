//! `--write-baseline` and `--baseline`: live with today's findings, see tomorrow's.

use std::path::Path;

use super::settings::Settings;
use super::{Failure, Io};
use crate::check::baseline::{Baseline, Entry};
use crate::discover::reason;
use crate::report::redact::Redactor;
use crate::report::{Report, Status, fingerprint};

/// Writes the baseline, or suppresses what is in it, as the settings say.
pub(super) fn apply(report: &mut Report, settings: &Settings, io: &mut Io<'_>) -> Result<(), Failure> {
    if settings.baseline.is_none() && settings.write_baseline.is_none() {
        return Ok(());
    }
    let identity = identity(report);
    if let Some(path) = &settings.write_baseline {
        let both = report.findings.iter().zip(&identity);
        let baseline = Baseline::of(both.map(|(finding, (path, print))| (finding, path.clone(), print.clone())));
        let written = std::fs::write(path, baseline.to_json());
        written.map_err(|e| Failure(format!("{}: can't be written: {}", path.display(), reason(&e))))?;
        suppress(&baseline, report, &identity);
        if !settings.output.quiet {
            let _ = writeln!(io.stderr, "{}: {} findings written", path.display(), baseline.len());
        }
    }
    let Some(path) = settings.baseline.as_ref().filter(|_| !settings.no_ignores) else { return Ok(()) };
    let fixed = suppress(&read(path)?, report, &identity);
    for entry in fixed.iter().filter(|_| !settings.output.quiet) {
        let _ = writeln!(io.stderr, "{}: fixed: {} in {}", path.display(), entry.rule, entry.path);
    }
    if !fixed.is_empty() && !settings.output.quiet {
        let _ = writeln!(io.stderr, "--write-baseline {} takes them out", path.display());
    }
    Ok(())
}

fn read(path: &Path) -> Result<Baseline, Failure> {
    let failed = |message: String| Failure(format!("{}: {message}", path.display()));
    let text = std::fs::read_to_string(path).map_err(|e| failed(format!("can't be read: {}", reason(&e))))?;
    Baseline::parse(&text).map_err(failed)
}

/// Returns the entries that are fixed: of files that were audited, or are gone.
fn suppress(baseline: &Baseline, report: &mut Report, identity: &[(String, String)]) -> Vec<Entry> {
    let inputs = &report.inputs;
    let audited = |path: &str| {
        let found = inputs.binary_search_by(|input| input.path.as_str().cmp(path));
        found.map_or_else(|_| !Path::new(path).exists(), |at| inputs[at].status == Status::Audited)
    };
    baseline.apply(&mut report.findings, identity, audited)
}

fn identity(report: &Report) -> Vec<(String, String)> {
    let prints = fingerprint::all(report, &Redactor::new(report));
    let path = |finding: &crate::finding::Finding| report.sources.get(finding.span.source).path.clone();
    report.findings.iter().map(path).zip(prints).collect()
}
