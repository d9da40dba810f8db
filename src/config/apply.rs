//! What the configuration says about single files: globs, and findings that do not count.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use globset::{GlobBuilder, GlobMatcher};
use toml::Spanned;

use super::{Config, Mistake};
use crate::finding::{Finding, Suppression};
use crate::source::{Source, SourceId, Sources, Span};

/// Globs over paths relative to the configuration's folder, each of which knows whether it ever matched.
#[derive(Debug, Default)]
pub struct Globs {
    folder: PathBuf,
    all: Vec<OneGlob>,
}

#[derive(Debug)]
struct OneGlob {
    matcher: GlobMatcher,
    range: std::ops::Range<usize>,
    used: AtomicBool,
}

/// The findings that do not count because the configuration says so.
#[derive(Debug, Default)]
pub struct Ignores {
    rules: Vec<(String, Globs, String)>,
}

impl Globs {
    /// Compiles `written`.
    ///
    /// # Errors
    /// The first one that is not a glob.
    pub fn new(written: &[Spanned<String>], config: &Config) -> Result<Self, Mistake> {
        let one = |glob: &Spanned<String>| {
            let compiled = compile(glob.get_ref())
                .map_err(|error| config.mistake(glob.span(), format!("not a glob: {error}"), ""))?;
            Ok(OneGlob { matcher: compiled, range: glob.span(), used: AtomicBool::new(false) })
        };
        Ok(Self { folder: config.folder.clone(), all: written.iter().map(one).collect::<Result<_, _>>()? })
    }

    /// Where the first glob that matches the file stands in the configuration. `shown` is the path of a file that is
    /// not on disk.
    pub fn matches(&self, disk: Option<&Path>, shown: &str) -> Option<std::ops::Range<usize>> {
        if self.all.is_empty() {
            return None;
        }
        let path = match disk {
            Some(disk) => self.below(disk)?,
            None => PathBuf::from(shown),
        };
        let path = path.to_string_lossy().replace('\\', "/");
        let mut first = None;
        for glob in self.all.iter().filter(|g| g.matcher.is_match(&path)) {
            glob.used.store(true, Ordering::Relaxed);
            first = first.or_else(|| Some(glob.range.clone()));
        }
        first
    }

    /// `disk` from the configuration's folder on, also where a link lies on the way to it.
    fn below(&self, disk: &Path) -> Option<PathBuf> {
        let direct = disk.strip_prefix(&self.folder).ok().map(Path::to_owned);
        direct.or_else(|| std::fs::canonicalize(disk).ok()?.strip_prefix(&self.folder).ok().map(Path::to_owned))
    }

    /// Where the globs stand that matched nothing.
    pub fn unused(&self) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.all.iter().filter(|g| !g.used.load(Ordering::Relaxed)).map(|g| g.range.clone())
    }
}

impl Ignores {
    /// The `ignore` lists of all rules.
    ///
    /// # Errors
    /// The first one that is not a glob.
    pub fn new(config: &Config) -> Result<Self, Mistake> {
        let rules = config.file.rules.iter().filter(|(_, rule)| !rule.ignore.is_empty());
        let one = |(id, rule): (&Spanned<String>, &super::written::RuleConfig)| {
            let globs = Globs::new(&rule.ignore, config)?;
            Ok((id.get_ref().clone(), globs, rule.reason.clone().unwrap_or_default()))
        };
        Ok(Self { rules: rules.map(one).collect::<Result<_, _>>()? })
    }

    /// Marks the findings that do not count, of the files that `governed` says are this configuration's; those that are
    /// suppressed already stay as they are.
    pub fn apply(
        &self,
        findings: &mut [Finding],
        config: &Config,
        sources: &Sources,
        governed: impl Fn(&Source) -> bool,
    ) {
        let mut at = None;
        for finding in findings {
            let Some((_, globs, reason)) = self.rules.iter().find(|(id, ..)| *id == finding.rule) else { continue };
            let source = sources.get(finding.span.source);
            if !governed(&source) {
                continue;
            }
            let Some(range) = globs.matches(source.disk.as_deref(), &source.path) else { continue };
            if finding.suppressed.is_some() {
                continue;
            }
            let id: SourceId = *at.get_or_insert_with(|| {
                sources.add(Source::new(
                    config.path.clone(),
                    Some(config.folder.join(&config.path)),
                    config.text.as_str(),
                ))
            });
            let span = Span::new(id, range.start, range.end);
            finding.suppressed = Some(Suppression { kind: "config", reason: reason.clone(), span: Some(span) });
        }
    }

    /// Where the globs stand that no finding matched, of the rules that `ran`.
    pub fn unused(&self, ran: impl Fn(&str) -> bool) -> impl Iterator<Item = std::ops::Range<usize>> {
        self.rules.iter().filter(move |(id, ..)| ran(id)).flat_map(|(_, globs, _)| globs.unused())
    }
}

/// A glob of the configuration as one over the paths that reports print.
pub fn printed(glob: &str, config: &Config) -> String {
    let folder = crate::discover::display(&config.folder);
    let glob = whole_folder(glob);
    if folder == "." { glob } else { format!("{}/{glob}", globset::escape(&folder)) }
}

fn compile(glob: &str) -> Result<GlobMatcher, globset::Error> {
    // `*` stays within one folder, `**` does not: a glob is over the full path, as in .gitignore.
    Ok(GlobBuilder::new(&whole_folder(glob)).literal_separator(true).build()?.compile_matcher())
}

/// `legacy/` means all that is in it; `/legacy` and `./legacy` are `legacy`, as in .gitignore.
fn whole_folder(glob: &str) -> String {
    let glob = glob.strip_prefix("./").or_else(|| glob.strip_prefix('/')).unwrap_or(glob);
    if glob.ends_with('/') { format!("{glob}**") } else { glob.to_owned() }
}
