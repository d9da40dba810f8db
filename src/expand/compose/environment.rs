//! The variables that interpolation may see: `.env` or the files named instead, and what the user lets through.
//!
//! The process environment is closed unless the user opens it name by name, so that an audit says the same everywhere.

use std::path::{Path, PathBuf};

use indexmap::IndexMap;

use super::interpolate::{Unset, interpolate};
use super::read::Context;
use crate::document::{Body, Kind};
use crate::load;
use crate::load::env_file::{EnvFile, Quote};
use crate::source::{Source, Sources, Span};
use crate::text::Text;

/// A file with the place that names it; without one where the user named it outright.
pub(super) type Named = (PathBuf, Option<Span>);

/// Variables with the places of their values.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment {
    values: IndexMap<String, Text>,
    /// The bytes of all values that were read from files.
    size: usize,
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
        Self { values, size: 0 }
    }

    /// The value of `name`.
    pub(super) fn get(&self, name: &str) -> Option<&Text> {
        self.values.get(name)
    }

    /// Sets `name` unless it is set.
    pub(super) fn offer(&mut self, name: &str, value: Text) {
        self.values.entry(name.to_owned()).or_insert(value);
    }

    /// Adds an env file; what was set before wins over it, a later file over an earlier one (see [`Self::files`]).
    /// In a file, a name means what was set before the file rather than what the file itself says.
    fn read(&self, file: &EnvFile, unset: Unset, into: &mut Environment) {
        let mut here = Environment::default();
        for entry in file.set() {
            let Some(key) = entry.key.known() else { continue };
            let Some(value) = &entry.value else { continue };
            let value = if entry.quote == Quote::Single {
                value.clone()
            } else {
                let before = |name: &str| self.get(name).or_else(|| into.get(name));
                let lookup = |name: &str| before(name).or_else(|| here.get(name)).cloned();
                interpolate(value, &lookup, unset).unwrap_or_else(|_| value.clone())
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
            match env_file(path, *by, context) {
                Ok(file) => self.read(&file, context.unset, &mut found),
                Err(error) => errors.push((path.clone(), error)),
            }
        }
        let mut all = self.clone();
        for (name, value) in found.values {
            all.values.entry(name).or_insert(value);
        }
        (all, errors)
    }
}

/// The parsed env file at `path`, which `by` names.
///
/// # Errors
/// The reason in words where it can't be read or is not an env file.
pub(super) fn env_file(path: &Path, by: Option<Span>, context: &Context<'_>) -> Result<EnvFile, String> {
    let known = context.by_disk.get(path).and_then(|at| context.deployment.documents.get(*at));
    let (body, problems) = if let Some(document) = known {
        load::parse(Kind::Env, &document.text)
    } else {
        let document = context.outside.read(path, Kind::Env, by)?;
        (document.body.clone(), document.problems.clone())
    };
    match (body, problems.into_iter().next()) {
        (Body::Env(file), None) => Ok(file),
        (_, Some(problem)) => Err(problem.message),
        _ => Err("not an env file".to_owned()),
    }
}
