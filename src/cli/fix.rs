//! `deploylint fix` and `check --fix`: which findings are fixed, and what is told of it. How is `fix`'s.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::args;
use super::settings::Settings;
use super::{CLEAN, FAILED, FOUND, Failure, Io, baseline, check, rules, select};
use crate::Audit;
use crate::discover::Candidate;
use crate::finding::{Change, Finding, Fix, Planned};
use crate::fix::{Changed, Fixed, Fixer, Note, write};
use crate::report::{counted, diff, safe};

/// What `check` does with fixes.
#[derive(Debug, Clone, Default, clap::Args)]
pub(super) struct Fixes {
    /// Fix what can be fixed before the report: `safe` changes nothing that runs, `unsafe` may [default: safe]
    #[arg(long, value_enum, value_name = "LEVEL", num_args = 0..=1, require_equals = true, default_missing_value = "safe")]
    pub(super) fix: Option<Level>,

    /// Put fixes into reports of JSON, SARIF, reviewdog, Markdown and GitLab, each tried first; the files are audited again for that
    #[arg(long)]
    pub(super) suggest_fixes: bool,
}

/// Which fixes are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Level {
    Safe,
    Unsafe,
}

/// The most notes of one kind that are printed without `--verbose`.
const SHOWN: usize = 20;

/// `deploylint fix`: shows what would change, or changes it.
pub(super) fn run(args: &args::Fix, io: &mut Io<'_>) -> Result<u8, Failure> {
    if args.check.fixes.fix.is_some() {
        return Err(Failure("--fix belongs to `check`: here, write --apply and --unsafe".to_owned()));
    }
    if args.check.changes.staged || args.check.changes.changed_since.is_some() {
        return Err(Failure("`fix` takes whole files: leave out --changed-since and --staged".to_owned()));
    }
    if args.check.changes.watch {
        return Err(Failure("`fix` changes files once: leave out --watch".to_owned()));
    }
    let mut settings = Settings::resolve(&args.check, io)?;
    let found = check::found(&mut settings, &args.check, io)?;
    let ignores = args.add_ignores.as_deref().map(reason).transpose()?;
    let make = match ignores {
        Some(reason) => Make::Ignores(reason),
        None => Make::Fixes { unsafe_too: args.unsafe_fixes },
    };
    let fixed = fixed(found.candidates, &settings, make)?;
    let tell = |fixed: &Fixed, io: &mut Io<'_>| match make {
        Make::Fixes { .. } => tell(fixed, &settings, ("fixed", args.apply), io),
        Make::Ignores(_) => tell(fixed, &settings, ("ignored", args.apply), io),
    };
    let stdin = settings.paths == [Path::new("-")];
    if stdin && args.apply {
        print(&fixed, io)?;
        tell(&fixed, io);
        return Ok(CLEAN);
    }
    if !args.apply {
        let people = diff::For::People { color: settings.output.color };
        let reader = if args.diff { diff::For::Programs } else { people };
        let shown = diff::unified(&fixed.changed, reader);
        io.stdout.write_all(shown.text.as_bytes())?;
        if shown.left_out > 0 {
            let parts = counted(shown.left_out, "change");
            writeln!(io.stderr, "{parts} left out beside a secret's value; use --apply")?;
        }
        if !args.diff {
            tell(&fixed, io);
        }
        return Ok(if fixed.changed.is_empty() { CLEAN } else { FOUND });
    }
    let written = put(&fixed.changed, &settings, io);
    tell(&fixed, io);
    Ok(if written { CLEAN } else { FAILED })
}

/// `check --fix`: fixes, then hands back the files to report on; false where one could not be written.
pub(super) fn first(
    candidates: Vec<Candidate>,
    settings: &Settings,
    unsafe_too: bool,
    io: &mut Io<'_>,
) -> Result<(Vec<Candidate>, bool), Failure> {
    let fixed = fixed(candidates, settings, Make::Fixes { unsafe_too })?;
    if settings.paths == [Path::new("-")] {
        print(&fixed, io)?;
        tell(&fixed, settings, ("fixed", true), io);
        return Ok((fixed.candidates, true));
    }
    let written = put(&fixed.changed, settings, io);
    tell(&fixed, settings, ("fixed", true), io);
    // What stands on disk now is what is reported on.
    let again = |candidate: Candidate| Candidate { content: None, ..candidate };
    Ok((fixed.candidates.into_iter().map(again).collect(), written))
}

/// What is made of findings.
#[derive(Debug, Clone, Copy)]
enum Make<'r> {
    /// Their fixes.
    Fixes { unsafe_too: bool },
    /// Comments that suppress them, with this reason.
    Ignores(&'r str),
}

/// A reason as a comment can hold it.
fn reason(given: &str) -> Result<&str, Failure> {
    let given = given.trim();
    // A template and a shell look into comments as well, and some readers of YAML end a line at these characters.
    let code = ["{{", "{%", "{#", "#}", "$(", "${", "`", "*/", "-->"].iter().any(|sign| given.contains(sign));
    let line_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    if given.is_empty() || code || given.contains(line_break) {
        return Err(Failure(
            "--add-ignores takes a reason of one line: why these findings are as they should be, in words, without \
             `{{`, `$(`, backticks and what ends a comment"
                .to_owned(),
        ));
    }
    Ok(given)
}

/// The findings with comments in place of their fixes: one for each line, for all its rules.
fn with_comments(findings: Vec<Finding>, audit: &Audit, reason: &str) -> Vec<Finding> {
    let line = |finding: &Finding| audit.sources.get(finding.span.source).position(finding.span.start).line;
    let mut by_line: BTreeMap<(String, u32), Vec<Finding>> = BTreeMap::new();
    for finding in findings {
        let path = audit.sources.get(finding.span.source).path.clone();
        by_line.entry((path, line(&finding))).or_default().push(finding);
    }
    let one = |mut all: Vec<Finding>| {
        let rules: BTreeSet<String> = all.iter().map(|finding| finding.rule.clone()).collect();
        let rules: Vec<String> = rules.into_iter().collect();
        let title = format!("ignore {}", rules.join(", "));
        let mut first = all.swap_remove(0);
        let change = Change::Ignore(rules, reason.to_owned());
        let plan = vec![Planned { at: first.span, was: None, definitions: Vec::new(), change }];
        first.fixes =
            vec![Fix { safe: true, title, breaks: String::new(), leaves: Vec::new(), plan, edits: Vec::new() }];
        first
    };
    by_line.into_values().map(one).collect()
}

fn fixed(candidates: Vec<Candidate>, settings: &Settings, make: Make<'_>) -> Result<Fixed, Failure> {
    let all = rules::configured(settings)?;
    let selected = rules::of(settings)?;
    let knowledge = rules::knowledge(settings)?;
    let audit = |files: &[Candidate]| crate::audit(files, &settings.expand, &all, &knowledge);
    let choose = |audit: &Audit| {
        let mut report = select::report(audit, audit.checked.clone(), &[], settings, &all);
        let wanted = |finding: &Finding| select::wanted(&finding.rule, finding.persona, settings);
        let (mut nothing, mut nowhere, mut away) = (std::io::empty(), std::io::sink(), std::io::sink());
        let mut silent = Io {
            stdin: &mut nothing,
            stdout: &mut nowhere,
            stderr: &mut away,
            stdout_terminal: false,
            stderr_terminal: false,
            threads: |_| Ok(()),
        };
        // A baseline that can't be read stops the report that follows.
        let known = baseline::apply(&mut report, wanted, &selected, settings, &mut silent).is_ok();
        report.findings.retain(|f| known && f.suppressed.is_none() && selected.get(&f.rule).is_some() && wanted(f));
        match make {
            Make::Fixes { .. } => report.findings,
            Make::Ignores(reason) => with_comments(report.findings, audit, reason),
        }
    };
    let unsafe_too = matches!(make, Make::Fixes { unsafe_too: true });
    let fixer = Fixer { audit: &audit, choose: &choose, unsafe_too, roots: &settings.expand.roots };
    Ok(fixer.run(candidates))
}

/// Standard input with its fixes made.
fn print(fixed: &Fixed, io: &mut Io<'_>) -> Result<(), Failure> {
    for candidate in &fixed.candidates {
        io.stdout.write_all(candidate.content.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

/// Writes the files; false where one could not be.
fn put(changed: &[Changed], settings: &Settings, io: &mut Io<'_>) -> bool {
    let roots: Vec<PathBuf> = settings.paths.clone();
    let mut all = true;
    for file in changed {
        if let Err(why) = write::write(file, &roots) {
            let _ = writeln!(io.stderr, "deploylint: {}", safe::line(&why));
            all = false;
        }
    }
    all
}

/// Tells what was done, by the word for it.
fn tell(fixed: &Fixed, settings: &Settings, (done, written): (&str, bool), io: &mut Io<'_>) {
    if settings.output.quiet {
        return;
    }
    let each = match done {
        _ if written => done,
        "fixed" => "would fix",
        _ => "would ignore",
    };
    let most = if settings.output.verbose { usize::MAX } else { SHOWN };
    let mut say = |line: &str| _ = writeln!(io.stderr, "{}", safe::line(line));
    let place = |note: &Note| format!("{}:{}: {}", note.path, note.line, note.rule);
    for note in fixed.applied.iter().take(most) {
        let label = if note.safe { String::new() } else { format!(" (unsafe: {})", note.remark) };
        say(&format!("{each} {}: {}{label}", place(note), note.title));
    }
    for note in fixed.dropped.iter().take(most) {
        say(&format!("not {done} {}: {}: {}", place(note), note.title, note.remark));
    }
    for (what, notes) in [(done.to_owned(), &fixed.applied), (format!("not {done}"), &fixed.dropped)] {
        if notes.len() > most {
            say(&format!("{} more {what}; --verbose lists them", notes.len() - most));
        }
    }
    let files = counted(fixed.changed.len(), "file");
    let what = if done == "fixed" { "finding" } else { "line" };
    let can = if written { "" } else { "can be " };
    say(&format!("{} {can}{done} in {files}", counted(fixed.applied.len(), what)));
    if !written && !fixed.changed.is_empty() {
        say("nothing was written: `--apply` writes it");
    }
    if !fixed.left.is_empty() {
        let count = counted(fixed.left.len(), "more finding");
        say(&format!("{count} can be fixed in a way that may change what runs: see `deploylint fix --unsafe`"));
    }
}
