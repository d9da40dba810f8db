//! `init`: looks at a tree, says what is in it, and writes a configuration to start from. Never overwrites.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::args::ConfigArgs;
use super::settings::configuration;
use super::{CLEAN, Failure, Io, check};
use crate::discover::reason;
use crate::finding::{Finding, Severity};
use crate::report::{Report, Status, counted, safe};

/// The file that is written.
const NAME: &str = "deploylint.toml";

/// What the baseline is called where one is asked for.
const BASELINE: &str = "deploylint-baseline.json";

/// The most files that are named of those that can't be read.
const NAMED: usize = 20;

/// The rules that say that a file was not read: nothing to be set.
const UNREAD: [&str; 2] = ["unparsable-file", "unresolved-template"];

/// Says what was found and what can't be read. Overwrites nothing.
#[derive(Debug, clap::Args)]
pub(super) struct Init {
    /// The folder to look at, where `deploylint.toml` is written
    #[arg(value_name = "DIR", default_value = ".")]
    pub(super) path: PathBuf,

    /// Write the findings to `deploylint-baseline.json` too, so that only new ones count
    #[arg(long)]
    pub(super) baseline: bool,
}

/// Runs `init`.
pub(super) fn run(args: &Init, io: &mut Io<'_>) -> Result<u8, Failure> {
    let target = args.path.join(NAME);
    let baseline = args.path.join(BASELINE);
    for file in [&target].into_iter().chain(args.baseline.then_some(&baseline)) {
        if file.symlink_metadata().is_ok() {
            return Err(Failure(format!("{} is there already and stays as it is", file.display())));
        }
    }
    let config = configuration(&ConfigArgs::default(), Some(&args.path))?;
    if !config.path.is_empty() {
        let path = safe::line(&config.path).to_string();
        return Err(Failure(format!("{path} configures this folder already and stays as it is")));
    }
    let baseline = args.baseline.then_some(baseline.as_path());
    let report = check::report(&args.path, baseline, io)?;
    let text = text(&report, args.baseline);
    write(&target, &text)?;
    io.stdout.write_all(told(&report, &target, baseline).as_bytes())?;
    Ok(CLEAN)
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    // Another program may have been faster.
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|e| Failure(format!("{}: can't be written: {}", path.display(), reason(&e))))
}

/// What was found, for the person who typed the command.
fn told(report: &Report, target: &Path, baseline: Option<&Path>) -> String {
    let mut out = String::new();
    for (kind, files) in kinds(report) {
        let _ = writeln!(out, "{files:>5}  {kind}");
    }
    let broken: Vec<_> = report.inputs.iter().filter(|input| input.status == Status::Unparsable).collect();
    for input in broken.iter().take(NAMED) {
        let _ = writeln!(out, "can't be read: {}: {}", safe::line(&input.path), safe::line(&input.reason));
    }
    if broken.len() > NAMED {
        let _ = writeln!(out, "can't be read: {} more", broken.len() - NAMED);
    }
    let summary = report.summary();
    let counts = [(summary.error, "error"), (summary.warning, "warning"), (summary.note, "note")];
    let found: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(*n, what)).collect();
    let found = match summary.suppressed {
        0 if found.is_empty() => "no findings".to_owned(),
        0 => found.join(", "),
        n => counted(n, "finding"),
    };
    let _ = writeln!(out, "{found} in {}", counted(summary.audited, "file"));
    let _ = writeln!(out, "{} written", shown(target));
    match baseline {
        Some(path) => {
            let _ = writeln!(out, "{} written: only findings that are not in it count", shown(path));
        }
        None if report.open().next().is_some() => {
            let _ = writeln!(
                out,
                "next: `deploylint check`; to begin with these findings taken as they are: `deploylint check --write-baseline {BASELINE}`, and `baseline = \"{BASELINE}\"` in {NAME}"
            );
        }
        None => {
            let _ = writeln!(out, "next: `deploylint check`");
        }
    }
    out
}

/// A path as reports print it.
fn shown(path: &Path) -> String {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    safe::line(&crate::discover::display(&absolute)).to_string()
}

/// How many files of each kind are audited.
fn kinds(report: &Report) -> BTreeMap<&'static str, usize> {
    let mut kinds = BTreeMap::new();
    let audited = report.inputs.iter().filter(|input| input.status == Status::Audited);
    for kind in audited.filter_map(|input| input.kind) {
        *kinds.entry(kind.name()).or_default() += 1;
    }
    kinds
}

/// The configuration: what is decided is set, the rest is there to be uncommented.
fn text(report: &Report, baseline: bool) -> String {
    let mut out = String::from(
        "# What deploylint does here. Each key is optional; docs/config.md describes all of them.\n\n\
         # The least severity that fails a run: error, warning, note or never.\n\
         fail-on = \"warning\"\n\n\
         # Who reads: regular, pedantic (adds tidiness), auditor (adds everything worth a look).\n\
         persona = \"regular\"\n\n",
    );
    if baseline {
        let _ = writeln!(
            out,
            "# Findings that were there at the beginning; only others count.\nbaseline = \"{BASELINE}\"\n"
        );
    } else {
        let _ = writeln!(
            out,
            "# Findings to live with; `deploylint check --write-baseline {BASELINE}` writes them.\n# baseline = \"{BASELINE}\"\n"
        );
    }
    let has = |kind: &str| kinds(report).contains_key(kind);
    out.push_str(
        "# Files that are no part of the deployment, as globs from this folder on.\n# exclude = [\"examples/\"]\n",
    );
    if has("compose") {
        out.push_str(
            "\n# Variables of the environment that compose files may see; all others stay unknown.\n# env = [\"TAG\"]\n\
             \n# Compose files that are started together, base first. A tree may have several.\n\
             # [[stack]]\n# files = [\"compose.yml\", \"compose.prod.yml\"]\n",
        );
    }
    if has("ansible-tasks") || has("ansible-playbook") {
        out.push_str("\n# Files of Ansible variables that win over all others, as `--extra-vars @FILE`.\n# vars = [\"production.yml\"]\n");
    }
    if has("litellm") {
        out.push_str("\n# The release of LiteLLM that is deployed, where no image tag says it.\n# [litellm]\n# version = \"1.81.0\"\n");
    }
    out.push_str(&loudest(report));
    out
}

/// The settings of the rule that fires most, as an example that means something here.
fn loudest(report: &Report) -> String {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    let of_rule =
        |finding: &&Finding| finding.severity >= Severity::Warning && !UNREAD.contains(&finding.rule.as_str());
    for finding in report.open().filter(of_rule) {
        *count.entry(&finding.rule).or_default() += 1;
    }
    let most = count.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0)));
    let (rule, times) = most.unwrap_or(("unpinned-image", 0));
    let times = counted(times, "finding");
    let fires = if most.is_none() { String::new() } else { format!(" This one fires most here ({times}).") };
    format!(
        "\n# Settings of one rule; `deploylint explain RULE` says what it is for.{fires}\n\
         # [rules.{rule}]\n# severity = \"note\"\n# ignore = [\"lab/**\"]\n# reason = \"never deployed\"\n"
    )
}
