//! The configurations of folders below: in a monorepo the nearest one above a file says which of its findings count.
//!
//! What concerns the whole run (who reads, the baseline, what is known of software) is the run's own configuration's
//! alone; a part that says it is told so.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use super::args::Check;
use super::settings::{Named, Settings};
use super::{Failure, Io, config_errors, deployment};
use crate::check::rules::Rule;
use crate::config::written::{ConfigFile, SeverityConfig};
use crate::config::{self, Config, Globs, Ignores, Mistake};
use crate::discover::{self, Candidate};
use crate::finding::Severity;
use crate::report::safe;

/// A configuration that governs the folder in which it is.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) config: Config,
    pub(super) exclude: Globs,
    pub(super) ignores: Ignores,
    pub(super) select: Named,
    pub(super) ignore: Named,
}

/// What decides which findings of a file count.
pub(super) struct Judge<'s> {
    pub(super) config: &'s Config,
    pub(super) select: &'s Named,
    pub(super) ignore: &'s Named,
}

/// Finds those of the candidates' folders and takes over what they say of the deployment.
///
/// # Errors
/// Their mistakes.
pub(super) fn add(settings: &mut Settings, candidates: &[Candidate], args: &Check) -> Result<(), Failure> {
    if args.config.isolated || args.config.config.is_some() || args.paths == [Path::new("-")] {
        return Ok(());
    }
    let found = find(candidates, settings).map_err(|m| config_errors::configuration(&m))?;
    for config in found {
        let wrong = |m: Mistake| config_errors::configuration(&m);
        let (stacks, markdown) = deployment::of_folder(&args.deployment, &config)?;
        settings.expand.stacks.extend(stacks);
        settings.expand.markdown.extend(markdown);
        settings.parts.push(Part {
            exclude: Globs::new(&config.file.exclude, &config).map_err(wrong)?,
            ignores: Ignores::new(&config).map_err(wrong)?,
            select: Named::new(&args.select, &config.file.select),
            ignore: Named::new(&args.ignore, &config.file.ignore),
            config,
        });
    }
    Ok(())
}

/// The configurations beside the run's own: those of the other inputs, and those below the inputs.
fn find(candidates: &[Candidate], settings: &Settings) -> Result<Vec<Config>, Mistake> {
    let mut found: Vec<Config> = Vec::new();
    let mut take = |config: Option<Config>| {
        let known = |c: &Config| c.folder == settings.config.folder;
        found.extend(config.filter(|c| !known(c)));
    };
    let mut asked = HashSet::new();
    let mut tops = HashSet::new();
    for path in &settings.paths {
        let folder = if path.is_dir() { path.as_path() } else { path.parent().unwrap_or(Path::new("")) };
        if asked.insert(folder.to_owned()) {
            take(config::find(path)?);
            tops.extend(std::path::absolute(folder).map(|folder| discover::normal(&folder)));
            tops.extend(std::fs::canonicalize(if folder == Path::new("") { Path::new(".") } else { folder }));
        }
    }
    let roots: Vec<PathBuf> = tops.iter().map(|top| config::root(top).to_owned()).collect();
    let mut seen: HashSet<&Path> = HashSet::new();
    let mut last = None;
    for disk in candidates.iter().filter_map(|candidate| candidate.disk.as_deref()) {
        // Most files lie beside the one before.
        if std::mem::replace(&mut last, disk.parent()) == disk.parent() {
            continue;
        }
        for folder in disk.ancestors().skip(1).take_while(|folder| !tops.contains(*folder)) {
            if !seen.insert(folder) {
                break;
            }
            if let Some(root) = roots.iter().find(|root| folder.starts_with(root)) {
                take(config::beside(folder, root)?);
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    found.dedup_by(|a, b| a.folder == b.folder);
    Ok(found)
}

/// Which part governs the file: the one of the nearest folder above it; none where that is the run's own configuration.
pub(super) fn governing<'s>(settings: &'s Settings, disk: Option<&Path>) -> Option<&'s Part> {
    let disk = disk.filter(|_| !settings.parts.is_empty())?;
    let nearest = |disk: &Path| {
        let above = settings.parts.iter().filter(|part| disk.starts_with(&part.config.folder));
        above.max_by_key(|part| part.config.folder.components().count())
    };
    let part = nearest(disk).or_else(|| nearest(&std::fs::canonicalize(disk).ok()?))?;
    let own = &settings.config.folder;
    let nearer = own.starts_with(&part.config.folder) && disk.starts_with(own);
    (!nearer).then_some(part)
}

/// What decides about the file: its part, or the run's own configuration.
pub(super) fn judge<'s>(settings: &'s Settings, disk: Option<&Path>) -> Judge<'s> {
    governing(settings, disk).map_or_else(|| own(settings), of)
}

/// All that decide about some file of the run.
pub(super) fn judges(settings: &Settings) -> impl Iterator<Item = Judge<'_>> {
    std::iter::once(own(settings)).chain(settings.parts.iter().map(of))
}

pub(super) fn own(settings: &Settings) -> Judge<'_> {
    Judge { config: &settings.config, select: &settings.select, ignore: &settings.ignore }
}

fn of(part: &Part) -> Judge<'_> {
    Judge { config: &part.config, select: &part.select, ignore: &part.ignore }
}

impl Judge<'_> {
    /// Whether the configuration turns the rule off.
    pub(super) fn off(&self, id: &str) -> bool {
        matches!(self.written(id), Some(SeverityConfig::Off))
    }

    /// How bad the configuration says that its findings are.
    pub(super) fn severity(&self, id: &str) -> Option<Severity> {
        match self.written(id)? {
            SeverityConfig::Error => Some(Severity::Error),
            SeverityConfig::Warning => Some(Severity::Warning),
            SeverityConfig::Note => Some(Severity::Note),
            SeverityConfig::Off => None,
        }
    }

    /// Whether the rule is asked for.
    pub(super) fn selects(&self, rule: &Rule) -> bool {
        let named = |names: &Named| names.has(&rule.id) || names.has(&rule.group);
        (self.select.0.is_empty() || named(self.select)) && !named(self.ignore)
    }

    fn written(&self, id: &str) -> Option<SeverityConfig> {
        let mut all = self.config.file.rules.iter();
        all.find(|(name, _)| name.get_ref() == id).and_then(|(_, rule)| rule.severity)
    }
}

/// Says which keys of parts do not count in this run.
pub(super) fn tell(settings: &Settings, io: &mut Io<'_>) {
    for part in &settings.parts {
        let keys = of_the_run(&part.config.file);
        if !keys.is_empty() {
            let (one, path) = (keys.len() == 1, &part.config.path);
            let keys: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let verb = if one { "counts" } else { "count" };
            let line =
                format!("deploylint: {path}: {} {verb} only where the audit starts in that folder", keys.join(", "));
            let _ = writeln!(io.stderr, "{}", safe::log(&safe::line(&line)));
        }
    }
}

/// The keys that are set and concern the whole run.
fn of_the_run(file: &ConfigFile) -> Vec<&'static str> {
    let known = &file.knowledge;
    let options = file.rules.values().any(|rule| !rule.options.is_empty());
    let keys = [
        ("fail-on", file.fail_on.is_some()),
        ("persona", file.persona.is_some()),
        ("env", !file.env.is_empty()),
        ("env-files", !file.env_files.is_empty()),
        ("vars", !file.vars.is_empty()),
        ("rule-url", file.rule_url.is_some()),
        ("rule-folders", !file.rule_folders.is_empty()),
        ("baseline", file.baseline.is_some()),
        ("require-reason", file.require_reason.is_some()),
        ("roles", !file.roles.is_empty()),
        ("litellm", file.litellm.version.is_some()),
        ("knowledge", !known.images.is_empty()),
        ("options", options),
    ];
    keys.into_iter().filter(|(_, set)| *set).map(|(key, _)| key).collect()
}
