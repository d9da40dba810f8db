//! `deploylint check`: discover, audit, report.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::args::{self, Format};
use super::changes::Changes;
use super::deadline::Deadline;
use super::memory::Memory;
use super::settings::{Output, Settings};
use super::unused_config::UnusedConfig;
use super::{
    CLEAN, FAILED, FOUND, Failure, Io, NO_INPUT, baseline, deadline, file, fix, graph, memory, parts, progress, rules,
    select, unused_config, watch,
};
use crate::Audit;
use crate::check::rules::RuleSet;
use crate::config::Globs;
use crate::discover::{self, Candidate, Found, Skipped};
use crate::finding::Finding;
use crate::knowledge::Knowledge;
use crate::model::fact::Facts;
use crate::report::{
    Report, Status, compact, github, gitlab, gitlab_sast, html, human, json, junit, markdown, rdjson, safe, sarif,
};

pub(super) fn run(args: &args::Check, io: &mut Io<'_>) -> Result<u8, Failure> {
    if args.changes.watch {
        return watch::run(args, io);
    }
    let (code, rest) = started(args, io)?;
    // The process ends: to take millions of small values apart one by one would cost a twentieth of the run.
    std::mem::forget(rest);
    Ok(code)
}

/// One run of several.
pub(super) fn once(args: &args::Check, io: &mut Io<'_>) -> Result<u8, Failure> {
    Ok(started(args, io)?.0)
}

/// One run, and what is left of it.
fn started(args: &args::Check, io: &mut Io<'_>) -> Result<(u8, Option<(Done, Audit)>), Failure> {
    let limits = (deadline::start(args.limits.max_time), memory::start());
    let Some(changes) = Changes::of(args)? else {
        let (mut done, audit) = audit(args, io)?;
        let code = finish(&mut done, limits, io)?;
        return Ok((code, Some((done, audit))));
    };
    let code = changes.after(args, |moved| {
        let mut done = audit(moved, io)?.0;
        let left_out = changes.keep(&mut done.report, |args, io| Ok(audit(args, io)?.0.report))?;
        let seen = |finding: &&Finding| {
            finding.suppressed.is_none() && select::wanted(&finding.rule, finding.persona, &done.settings)
        };
        let count = left_out.iter().filter(seen).count();
        if count > 0 && !done.settings.output.quiet {
            let count = crate::report::counted(count, "finding");
            let _ = writeln!(io.stderr, "deploylint: {count} left out that the change did not cause");
        }
        finish(&mut done, limits, io)
    })?;
    Ok((code, None))
}

/// A run whose findings each stand for themselves: those of one cause are not merged yet.
struct Done {
    settings: Settings,
    rules: RuleSet,
    knowledge: Knowledge,
    report: Report,
    unused_config: UnusedConfig,
    /// What pictures are drawn from, where a report shows some.
    facts: Option<Facts>,
    /// Whether the report is left out: standard output is the fixed text of standard input.
    printed: bool,
    /// Whether all fixed files could be written.
    written: bool,
}

fn audit(args: &args::Check, io: &mut Io<'_>) -> Result<(Done, Audit), Failure> {
    let mut settings = Settings::resolve(args, io)?;
    if !settings.rule_folders.is_empty() {
        (io.threads)(usize::MAX)?;
    }
    let mut rules = rules::of(&settings)?;
    let mut found = found(&mut settings, args, io)?;
    (io.threads)(found.candidates.len())?;
    if !settings.parts.is_empty() {
        rules = rules::of(&settings)?;
    }
    let knowledge = rules::knowledge(&settings)?;
    let mut written = true;
    if let Some(level) = args.fixes.fix {
        let unsafe_too = level == fix::Level::Unsafe;
        (found.candidates, written) = fix::first(found.candidates, &settings, unsafe_too, io)?;
    }
    let progress = progress::start(found.candidates.len(), io.stderr_terminal && !settings.output.quiet);
    settings.expand.parsed = progress.parsed();
    let mut audit = crate::audit(&found.candidates, &settings.expand, &rules, &knowledge);
    drop(progress);
    let unused_config = unused_config::of(&audit, &found.candidates, args, &settings);
    let suggest = args.fixes.suggest_fixes && suggests(&settings.output);
    // What is suggested is compared with all that was found.
    let checked = if suggest { audit.checked.clone() } else { std::mem::take(&mut audit.checked) };
    let mut report = select::report(&audit, checked, &found.skipped, &settings, &rules);
    if suggest {
        let again = |files: &[Candidate]| crate::audit(files, &settings.expand, &rules, &knowledge);
        let roots = &settings.expand.roots;
        crate::fix::verified(&mut report.findings, &audit, &found.candidates, &again, roots);
    } else {
        report.findings.iter_mut().for_each(|finding| finding.fixes.clear());
    }
    let wanted = |finding: &Finding| select::wanted(&finding.rule, finding.persona, &settings);
    baseline::apply(&mut report, wanted, &rules, &settings, io)?;
    let printed = args.fixes.fix.is_some() && settings.paths == [Path::new("-")];
    let facts = settings.output.shows(Format::Html).then(|| std::mem::take(&mut audit.facts));
    Ok((Done { settings, rules, knowledge, report, unused_config, facts, printed, written }, audit))
}

/// The report of a check of `path`, as `check` would show it. Where a baseline is named, the findings are written to it.
pub(super) fn report(path: &Path, baseline: Option<&Path>, io: &mut Io<'_>) -> Result<Report, Failure> {
    let output = args::Output { quiet: true, ..args::Output::default() };
    let paths = vec![path.to_owned()];
    let args = args::Check { paths, output, write_baseline: baseline.map(Path::to_owned), ..args::Check::default() };
    let Done { settings, rules, knowledge, mut report, .. } = audit(&args, io)?.0;
    crate::check::merge::merge(&mut report.findings);
    select::show(&mut report, &rules, &knowledge, &settings);
    Ok(report)
}

fn finish(done: &mut Done, limits: (Deadline, Memory), io: &mut Io<'_>) -> Result<u8, Failure> {
    let Done { settings, rules, knowledge, report, unused_config, facts, printed, written } = done;
    condense(report, rules, knowledge, settings);
    if let Some(facts) = facts {
        report.graphs = graph::all(facts, report);
    }
    // From here on only the report is written, and no half of it.
    drop(limits);
    if !*printed {
        write(report, &settings.output, io)?;
    }
    if !settings.output.quiet {
        unused_config::tell(std::mem::take(unused_config), rules, settings, io);
        parts::tell(settings, io);
    }
    if !*written {
        return Ok(FAILED);
    }
    Ok(code(report, settings, io))
}

/// Whether a report is written that holds fixes: they are tried before, which costs another audit.
fn suggests(output: &Output) -> bool {
    let holds = |format: Format| {
        use Format::{Gitlab, Json, Jsonl, Markdown, Rdjson, Sarif};
        matches!(format, Json | Jsonl | Sarif | Rdjson | Markdown | Gitlab)
    };
    holds(output.format) || output.files.iter().any(|(format, _)| holds(*format))
}

/// From all findings to those that are shown, each cause once.
pub(super) fn condense(report: &mut Report, rules: &RuleSet, knowledge: &Knowledge, settings: &Settings) {
    crate::check::merge::merge(&mut report.findings);
    select::show(report, rules, knowledge, settings);
}

/// The files to audit, without those that are excluded; the configurations of folders below are found with them.
pub(super) fn found(settings: &mut Settings, args: &args::Check, io: &mut Io<'_>) -> Result<Found, Failure> {
    let mut found = inputs(settings, io)?;
    exclude(&mut found, &settings.exclude, &settings.config.path);
    parts::add(settings, &found.candidates, args)?;
    for part in &settings.parts {
        exclude(&mut found, &part.exclude, &part.config.path);
    }
    Ok(found)
}

/// The files to audit.
fn inputs(settings: &Settings, io: &mut Io<'_>) -> Result<Found, Failure> {
    if settings.paths == [Path::new("-")] {
        return Ok(Found { candidates: vec![standard_input(settings, io)?], skipped: Vec::new() });
    }
    if settings.paths.iter().any(|p| p == Path::new("-")) {
        return Err(Failure("`-` reads standard input and can't stand beside other paths".to_owned()));
    }
    if settings.stdin_filename.is_some() {
        return Err(Failure("--stdin-filename names what `-` reads; the path `-` is missing".to_owned()));
    }
    let mut found = discover::discover(&settings.paths)?;
    for path in named(settings, &found.candidates) {
        let more = discover::discover(&[path])?;
        found.candidates.extend(more.candidates);
    }
    found.candidates.sort_by(|a, b| a.path.cmp(&b.path));
    found.candidates.dedup_by(|a, b| a.path == b.path);
    Ok(found)
}

/// The compose files that a stack names and the paths leave out: those of the command line, and those of a stack that is
/// audited in part. Stacks of other folders are not asked about.
fn named(settings: &Settings, candidates: &[Candidate]) -> Vec<PathBuf> {
    let there = |file: &Path| {
        let disk = std::path::absolute(file).map(|f| discover::normal(&f)).ok();
        candidates.iter().any(|c| c.disk == disk)
    };
    let stacks = settings.expand.stacks.iter().enumerate();
    let wanted = stacks.filter(|(at, stack)| *at < settings.given || stack.files.iter().any(|f| there(f)));
    wanted.flat_map(|(_, stack)| stack.files.iter().filter(|f| !there(f)).cloned()).collect()
}

fn standard_input(settings: &Settings, io: &mut Io<'_>) -> Result<Candidate, Failure> {
    let mut content = Vec::new();
    let limit = settings.expand.max_file_size.unwrap_or(crate::load::MAX_BYTES) + 1;
    let read = (&mut *io.stdin).take(limit).read_to_end(&mut content);
    read.map_err(|e| Failure(format!("standard input can't be read: {}", discover::reason(&e))))?;
    let path = settings.stdin_filename.clone().unwrap_or_else(|| "<stdin>".to_owned());
    Ok(Candidate { disk: None, path: path.replace('\\', "/"), content: Some(content), executable: None })
}

/// Leaves out what the globs match, of the configuration at `by`.
fn exclude(found: &mut Found, globs: &Globs, by: &str) {
    let Found { candidates, skipped } = found;
    candidates.retain(|candidate| {
        let excluded = globs.matches(candidate.disk.as_deref(), &candidate.path).is_some();
        if excluded {
            let reason = format!("excluded by {by}");
            skipped.push(Skipped { path: candidate.path.clone(), reason, failed: false });
        }
        !excluded
    });
}

fn write(report: &Report, output: &Output, io: &mut Io<'_>) -> Result<(), Failure> {
    for (format, path) in &output.files {
        let plain = human::Style { color: false, links: false, ..style(output) };
        let text = render(report, *format, plain);
        file::write(path, text.as_bytes())?;
    }
    if output.format == Format::Jsonl {
        return Ok(json::write_lines(report, io.stdout)?);
    }
    let text = render(report, output.format, style(output));
    Ok(io.stdout.write_all(text.as_bytes())?)
}

fn render(report: &Report, format: Format, style: human::Style) -> String {
    match format {
        Format::Human => safe::log(&human::render(report, style)).into_owned(),
        Format::Json => json::render(report),
        Format::Jsonl => json::render_lines(report),
        Format::Sarif => sarif::render(report),
        Format::Github => github::render(report),
        Format::Gitlab => gitlab::render(report),
        Format::GitlabSast => gitlab_sast::render(report, SystemTime::now()),
        Format::Junit => safe::log_xml(&junit::render(report)),
        Format::Rdjson => rdjson::render(report),
        Format::Compact => safe::log(&compact::render(report)).into_owned(),
        Format::Markdown => safe::log(&markdown::render(report)).into_owned(),
        Format::Html => html::render(report),
    }
}

fn style(output: &Output) -> human::Style {
    human::Style {
        color: output.color,
        links: output.links,
        width: output.width,
        quiet: output.quiet,
        verbose: output.verbose,
        all: output.all || output.verbose,
        undecided: output.show_undecided,
        statistics: output.statistics,
    }
}

fn code(report: &Report, settings: &Settings, io: &mut Io<'_>) -> u8 {
    if select::fails(&report.findings, settings.fail_on) {
        return FOUND;
    }
    let any = |wanted: Status| report.inputs.iter().any(|i| i.status == wanted);
    if !any(Status::Audited) {
        let broken = any(Status::Unparsable);
        let why = if broken { "no file here could be read" } else { "no file here that it understands" };
        let _ = writeln!(io.stderr, "deploylint: {why}");
        return NO_INPUT;
    }
    CLEAN
}
