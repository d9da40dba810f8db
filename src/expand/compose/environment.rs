//! The variables that interpolation may see: `.env` or the files named instead, and what the user lets through.
//!
//! The process environment is closed unless the user opens it name by name, so that an audit says the same everywhere.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use indexmap::IndexMap;

use super::interpolate::{Failed, Unset, interpolate};
use super::platform::Completion;
use super::read::Context;
use crate::document::{Body, Kind};
use crate::load;
use crate::problem::Problem;
use crate::source::{Source, Sources, Span};
use crate::syntax::env_file::{EnvFile, Quote};
use crate::text::Text;

/// A file with the place that names it; without one where the user named it outright.
pub(super) type Named = (PathBuf, Option<Span>);

/// Variables with the places of their values.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    values: IndexMap<String, Text>,
    /// The bytes of all values that were read from files.
    size: usize,
    /// The values that docker compose can't interpolate.
    invalid: Vec<Failed>,
    /// What a platform gives, and the text that stands for a value of it.
    platform: Option<(Arc<Completion>, Text)>,
    /// What stands for a variable that a file may set which is made before the start.
    unseen: Option<Text>,
}

/// The most bytes that the values of an environment take together; later ones are not known.
pub(super) const MAX_SIZE: usize = 16 * 1024 * 1024;

impl Environment {
    /// What the user lets through from the process environment; shown as the command line.
    pub(super) fn process(variables: &[(String, String)], sources: &Sources) -> Self {
        let mut values = IndexMap::new();
        for (name, value) in variables {
            let source = sources.add(Source::new("<environment>", None, value.as_str()));
            values.insert(name.clone(), Text::literal(value.as_str(), Span::new(source, 0, value.len())));
        }
        Self { values, ..Self::default() }
    }

    /// The value of `name`; not known where a platform sets it, or a file may that nobody can see.
    pub(super) fn get(&self, name: &str) -> Option<&Text> {
        let given = || self.platform.as_ref().filter(|(p, _)| p.sets(name)).map(|(_, text)| text);
        self.values.get(name).or_else(given).or(self.unseen.as_ref())
    }

    /// A file that is made before the start may set any variable; `why` says which, and `by` names it.
    pub(super) fn unsee(&mut self, why: &str, by: Span) {
        self.unseen = Some(Text::opaque(why, by));
    }

    /// What a platform gives to the file that begins at `start`.
    pub(super) fn complete(&mut self, platform: Completion, start: Span) {
        let text = Text::opaque(format!("what {} sets", platform.title), start);
        self.platform = Some((Arc::new(platform), text));
    }

    /// What a platform gives.
    pub(super) fn platform(&self) -> Option<&Arc<Completion>> {
        self.platform.as_ref().map(|(platform, _)| platform)
    }

    /// The values in its files for which docker compose refuses them.
    pub(super) fn invalid(&self) -> impl Iterator<Item = Problem> {
        self.invalid.iter().map(Failed::problem)
    }

    /// Sets `name` unless it is set.
    pub(super) fn offer(&mut self, name: &str, value: Text) {
        self.values.entry(name.to_owned()).or_insert(value);
    }

    /// Adds an env file; what was set before wins over it, a later file over an earlier one (see [`Self::files`]).
    /// In a file, a name means what the file itself says before it rather than what an earlier file says (up to compose
    /// 2.26 the other way round).
    fn read(&self, file: &EnvFile, unset: Unset, into: &mut Environment) {
        let mut here = Environment::default();
        for entry in file.set() {
            let Some(key) = entry.key.known() else { continue };
            let Some(value) = &entry.value else { continue };
            let value = if value.value().starts_with("ENC[AES256_GCM,") {
                Text::opaque("what sops encrypted", value.span())
            } else if entry.quote == Quote::Single {
                value.clone()
            } else {
                let values = &into.values;
                let before = |name: &str| self.get(name).or_else(|| here.get(name));
                let lookup = |name: &str| before(name).or_else(|| values.get(name)).cloned();
                let invalid = &mut into.invalid;
                interpolate(value, &lookup, unset).unwrap_or_else(|failed| {
                    invalid.push(failed);
                    value.clone()
                })
            };
            into.size += value.value().len();
            let value = if into.size <= MAX_SIZE { value } else { Text::opaque("too many values", value.span()) };
            here.values.insert(key.to_owned(), value);
        }
        into.values.extend(here.values);
    }

    /// This environment with the variables of `paths` added, and the paths that can't be read, with the reasons.
    pub(super) fn files(&self, paths: &[Named], context: &Context<'_>) -> (Self, Vec<(PathBuf, String)>) {
        let mut found = Environment::default();
        let mut errors = Vec::new();
        // `--env-file /dev/null` is how people say "none".
        for (path, by) in paths.iter().filter(|(p, _)| *p != Path::new("/dev/null")) {
            if let Some((how, text)) = context.sealed(path) {
                found.unsee(&format!("what a file sets that {how} encrypted"), by.unwrap_or(text));
                continue;
            }
            match readable(path, *by, context) {
                Ok((file, None)) => self.read(&file, context.unset, &mut found),
                Ok((file, Some(error))) => {
                    // Nothing of it is set; what else is wrong with it is said all the same.
                    let mut unused = Environment::default();
                    self.read(&file, context.unset, &mut unused);
                    found.invalid.append(&mut unused.invalid);
                    errors.push((path.clone(), error));
                }
                Err(error) => errors.push((path.clone(), error)),
            }
        }
        let mut all = self.clone();
        all.unseen = found.unseen.or(all.unseen);
        all.invalid.append(&mut found.invalid);
        for (name, value) in found.values {
            all.values.entry(name).or_insert(value);
        }
        (all, errors)
    }
}

/// The env file at `path`, which `by` names, as it is read with `format: raw`.
///
/// # Errors
/// The reason in words where it can't be read or is not such a file.
pub(super) fn raw_env_file(path: &Path, by: Option<Span>, context: &Context<'_>) -> Result<EnvFile, String> {
    let known = context.by_disk.get(path).and_then(|at| context.deployment.documents.get(*at));
    let raw = |text| crate::syntax::env_file::raw(text).map_err(|problem| problem.message);
    match known {
        Some(document) => raw(&document.text),
        None => raw(&context.outside.read(path, Kind::Env, by)?.text),
    }
}

/// The parsed env file at `path`, which `by` names.
///
/// # Errors
/// The reason in words where it can't be read or is not an env file.
pub(super) fn env_file(path: &Path, by: Option<Span>, context: &Context<'_>) -> Result<EnvFile, String> {
    match readable(path, by, context)? {
        (file, None) => Ok(file),
        (_, Some(problem)) => Err(problem),
    }
}

/// What can be read of the env file at `path`, and the first thing that is wrong with it.
fn readable(path: &Path, by: Option<Span>, context: &Context<'_>) -> Result<(EnvFile, Option<String>), String> {
    let known = context.by_disk.get(path).and_then(|at| context.deployment.documents.get(*at));
    let (body, problems) = if let Some(document) = known {
        load::parse(Kind::Env, &document.text)
    } else {
        let document = context.outside.read(path, Kind::Env, by)?;
        (document.body.clone(), document.problems.clone())
    };
    match (body, problems.into_iter().next()) {
        (Body::Env(file), problem) => Ok((file, problem.map(|p| p.message))),
        (_, Some(problem)) => Err(problem.message),
        (_, None) => Err("not an env file".to_owned()),
    }
}
