//! What the configuration and the arguments name and the tree does not have: mistakes, or left over.
//!
//! They are told on standard error after a run over the whole tree; they change neither report nor exit code.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use super::Io;
use super::args;
use super::settings::Settings;
use crate::Audit;
use crate::check::rules::RuleSet;
use crate::config::Globs;
use crate::discover::Candidate;
use crate::document::Kind;
use crate::knowledge::Image;
use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::report::safe;
use crate::source::Source;

/// What matches nothing.
#[derive(Debug, Default)]
pub(super) struct UnusedConfig {
    /// Places in the configuration.
    written: Vec<Range<usize>>,
    /// Arguments, as typed.
    typed: Vec<String>,
}

/// Looks for them in what was audited.
pub(super) fn of(audit: &Audit, candidates: &[Candidate], args: &args::Check, settings: &Settings) -> UnusedConfig {
    let file = &settings.config.file;
    let mut left = UnusedConfig::default();
    left.written.extend(settings.exclude.unused());
    // Already known to be globs by `load`; those that are not match nothing, which is what is told here.
    if let Ok(markdown) = Globs::new(&file.markdown, &settings.config) {
        for candidate in candidates {
            markdown.matches(candidate.disk.as_deref(), &candidate.path);
        }
        left.written.extend(markdown.unused());
    }
    let projects = || audit.deployment.stacks.iter().filter_map(|stack| stack.project.get("services"));
    let services = file.roles.values().flatten();
    left.written
        .extend(services.filter(|s| !projects().any(|all| all.get(s.get_ref()).is_some())).map(toml::Spanned::span));
    let profiles = profiles(audit);
    let unknown = |name: &str| name != "*" && profiles.as_ref().is_some_and(|all| !all.contains(name));
    let of_stacks = file.stack.iter().filter_map(|stack| stack.profiles.as_ref()).flatten();
    left.written.extend(of_stacks.filter(|p| unknown(p.get_ref())).map(toml::Spanned::span));
    left.typed.extend(
        args.deployment.profiles.iter().filter(|p| unknown(p)).map(|p| format!("no service has the profile `{p}`")),
    );
    let used = repositories(audit);
    let unused = |image: &Image| !used.iter().any(|name| image.is_of(name));
    left.written.extend(file.knowledge.images.iter().filter(|i| unused(i.get_ref())).map(toml::Spanned::span));
    let markdown = |glob: &&String| {
        let matcher = globset::Glob::new(glob).map(|glob| glob.compile_matcher());
        !matcher.is_ok_and(|matcher| candidates.iter().any(|c| matcher.is_match(&c.path)))
    };
    let globs = args.deployment.markdown.iter().filter(markdown);
    left.typed.extend(globs.map(|glob| format!("--markdown `{glob}` matches no file")));
    left
}

/// All profiles of the tree; `None` where some are not known.
fn profiles(audit: &Audit) -> Option<BTreeSet<&str>> {
    let mut all = BTreeSet::new();
    for document in audit.deployment.documents.iter().filter(|d| d.kind == Kind::Compose) {
        for services in document.nodes().iter().filter_map(|node| node.get("services")) {
            for service in services.map().unwrap_or(&[]) {
                let listed = service.value.get("profiles").and_then(|list| list.seq());
                for profile in listed.unwrap_or(&[]) {
                    all.insert(profile.text()?.known()?);
                }
            }
        }
    }
    Some(all)
}

/// The repositories of all images that the tree names.
fn repositories(audit: &Audit) -> BTreeSet<&str> {
    let uses = audit.facts.iter().filter(|(_, fact)| fact.subject == Subject::ImageUse);
    let named = uses.filter_map(|(_, fact)| match &fact.field("repository")?.value {
        Value::Str(name) => Some(name.as_str()),
        _ => None,
    });
    named.collect()
}

/// Tells them, where everything that the configuration is for was looked at: a part does not show what is left over.
pub(super) fn tell(left: UnusedConfig, rules: &RuleSet, settings: &Settings, io: &mut Io<'_>) {
    for line in &left.typed {
        let _ = writeln!(io.stderr, "deploylint: {}", safe::line(line));
    }
    let config = &settings.config;
    let holds = |path: &PathBuf| std::fs::canonicalize(path).is_ok_and(|path| config.folder.starts_with(path));
    if !settings.paths.iter().any(holds) {
        return;
    }
    let source = Source::new(config.path.clone(), None, config.text.as_str());
    let ignores = settings.ignores.unused(|rule| rules.get(rule).is_some());
    let mut ranges: Vec<_> = left.written.into_iter().chain(ignores).collect();
    ranges.sort_by_key(|range| range.start);
    for range in ranges {
        let at = source.position(u32::try_from(range.start).unwrap_or(u32::MAX));
        let written = config.text.get(range).unwrap_or("").lines().next().unwrap_or("").trim_matches(['"', '\'']);
        let folder = config.folder.join(written).is_dir() && !written.ends_with('/');
        let hint = if folder { format!(": write `{written}/` for all that is in it") } else { String::new() };
        let line = format!("{}:{}:{}: `{written}` matches nothing{hint}", config.path, at.line, at.column);
        let _ = writeln!(io.stderr, "{}", safe::log(&safe::line(&line)));
    }
}
