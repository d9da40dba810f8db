//! `deploylint check`: discover, audit, report.

use std::io::Read;
use std::path::{Path, PathBuf};

use super::args::{self, Format};
use super::settings::Settings;
use super::{CLEAN, FOUND, Failure, Io, NO_INPUT, select};
use crate::check::rules::RuleSet;
use crate::discover::{self, Candidate, Found};
use crate::expand;
use crate::knowledge::Knowledge;
use crate::report::{Report, Status, human, json};

pub(super) fn run(args: &args::Check, io: &mut Io<'_>) -> Result<u8, Failure> {
    let settings = Settings::resolve(args, io);
    let rules = rules(&settings.rules)?;
    let found = inputs(&settings, io)?;
    let audit = crate::audit(&found.candidates, &expand::Options::default(), &rules, &Knowledge::default());
    let report = select::report(audit, &found.skipped, &settings);
    let text = match settings.format {
        Format::Human => human::render(&report, style(&settings)),
        Format::Json => json::render(&report),
    };
    io.stdout.write_all(text.as_bytes())?;
    Ok(code(&report, &settings, io))
}

/// The embedded rules and those of `folders`.
pub(super) fn rules(folders: &[PathBuf]) -> Result<RuleSet, Failure> {
    if let Some(folder) = folders.first() {
        return Err(Failure(format!("{}: rule folders can't be read yet", folder.display())));
    }
    Ok(RuleSet::default())
}

/// The files to audit.
pub(super) fn inputs(settings: &Settings, io: &mut Io<'_>) -> Result<Found, Failure> {
    if settings.paths == [Path::new("-")] {
        return Ok(Found { candidates: vec![standard_input(settings, io)?], skipped: Vec::new() });
    }
    if settings.paths.iter().any(|p| p == Path::new("-")) {
        return Err(Failure("`-` reads standard input and can't stand beside other paths".to_owned()));
    }
    if settings.stdin_filename.is_some() {
        return Err(Failure("--stdin-filename names what `-` reads; the path `-` is missing".to_owned()));
    }
    Ok(discover::discover(&settings.paths)?)
}

fn standard_input(settings: &Settings, io: &mut Io<'_>) -> Result<Candidate, Failure> {
    let mut content = Vec::new();
    let limit = crate::load::MAX_BYTES + 1;
    let read = (&mut *io.stdin).take(limit).read_to_end(&mut content);
    read.map_err(|e| Failure(format!("standard input can't be read: {}", discover::reason(&e))))?;
    let path = settings.stdin_filename.clone().unwrap_or_else(|| "<stdin>".to_owned());
    Ok(Candidate { disk: None, path: path.replace('\\', "/"), content: Some(content) })
}

fn style(settings: &Settings) -> human::Style {
    human::Style {
        color: settings.look.color,
        width: settings.look.width,
        quiet: settings.quiet,
        undecided: settings.show_undecided,
    }
}

fn code(report: &Report, settings: &Settings, io: &mut Io<'_>) -> u8 {
    if select::fails(&report.findings, settings.fail_on) {
        return FOUND;
    }
    // A broken file was understood to be ours; that is an input, and a finding.
    if report.inputs.iter().all(|i| i.status == Status::Ignored) {
        let _ = writeln!(io.stderr, "deploylint: no file here that it understands");
        return NO_INPUT;
    }
    CLEAN
}
