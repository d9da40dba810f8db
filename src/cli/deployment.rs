//! What belongs together, and what is known about it: from the arguments and the configuration to `expand`'s options.
//!
//! A file that is named and not there is a mistake here: what would be audited without it is another deployment.

use std::path::{Path, PathBuf};

use toml::Spanned;

use super::args::Deployment;
use super::{Failure, config_errors};
use crate::config::written::StackConfig;
use crate::config::{self, Config};
use crate::expand::{Options, StackOptions};
use crate::load::Reach;

/// # Errors
/// Files that are named and not there.
pub(super) fn options(args: &Deployment, config: &Config) -> Result<Options, Failure> {
    let file = &config.file;
    let profiles = (!args.profiles.is_empty()).then(|| args.profiles.clone());
    let mut stacks = Vec::new();
    if !args.files.is_empty() {
        let files = args.files.iter().map(|f| Ok(shown(&typed(f)?))).collect::<Result<_, Failure>>()?;
        stacks.push(StackOptions { files, profiles: profiles.clone(), ..StackOptions::default() });
    }
    let (of_file, markdown) = of_folder(args, config)?;
    stacks.extend(of_file);
    let names = args.env.iter().chain(&file.env);
    let environment = names.filter_map(|name| Some((name.clone(), std::env::var(name).ok()?))).collect();
    let joined = |given: &[PathBuf], of_file: &[Spanned<String>]| -> Result<Vec<PathBuf>, Failure> {
        if given.is_empty() {
            return of_file.iter().map(|path| written(path, config)).collect();
        }
        given.iter().map(|path| typed(path)).collect()
    };
    Ok(Options {
        stacks,
        environment,
        profiles,
        roots: Vec::new(),
        reach: Reach::default(),
        max_file_size: None,
        parsed: None,
        env_files: joined(&args.env_files, &file.env_files)?,
        vars_files: joined(&args.vars, &file.vars)?,
        markdown: args.markdown.iter().cloned().chain(markdown).collect(),
    })
}

/// What a configuration says of its folder alone: the stacks, and the globs of Markdown playbooks.
///
/// # Errors
/// Files that are named and not there.
pub(super) fn of_folder(args: &Deployment, config: &Config) -> Result<(Vec<StackOptions>, Vec<String>), Failure> {
    let profiles = (!args.profiles.is_empty()).then(|| args.profiles.clone());
    let stacks = config.file.stack.iter().map(|one| stack(one, profiles.as_ref(), config)).collect::<Result<_, _>>()?;
    let markdown = config.file.markdown.iter().map(|glob| config::printed(glob.get_ref(), config)).collect();
    Ok((stacks, markdown))
}

fn stack(stack: &StackConfig, profiles: Option<&Vec<String>>, config: &Config) -> Result<StackOptions, Failure> {
    let files = stack.files.iter().map(|f| Ok(shown(&written(f, config)?))).collect::<Result<_, Failure>>()?;
    let own = stack.profiles.as_ref().map(|all| all.iter().map(|p| p.get_ref().clone()).collect());
    Ok(StackOptions {
        files,
        profiles: profiles.cloned().or(own),
        env_files: stack.env_files.iter().map(|f| written(f, config)).collect::<Result<_, _>>()?,
        project_directory: stack.project_directory.as_ref().map(|f| written_folder(f, config)).transpose()?,
        name: stack.name.clone(),
    })
}

/// The file that the configuration names, from its folder on.
fn written(path: &Spanned<String>, config: &Config) -> Result<PathBuf, Failure> {
    named(path, config, Path::is_file, "is not a file that is there")
}

/// The folder that the configuration names, from its own on.
///
/// # Errors
/// It is not there.
pub(super) fn written_folder(path: &Spanned<String>, config: &Config) -> Result<PathBuf, Failure> {
    named(path, config, Path::is_dir, "is not a folder that is there")
}

fn named(
    path: &Spanned<String>,
    config: &Config,
    there: impl Fn(&Path) -> bool,
    otherwise: &str,
) -> Result<PathBuf, Failure> {
    let found = config.folder.join(path.get_ref());
    if there(&found) {
        return Ok(found);
    }
    let message = format!("`{}` {otherwise}", path.get_ref());
    Err(config_errors::configuration(&config.mistake(path.span(), message, "paths are relative to this file's folder")))
}

/// A file of the command line. A pipe (`<(…)`) is none: it can be read once only, and may wait for ever.
fn typed(path: &Path) -> Result<PathBuf, Failure> {
    match std::fs::metadata(path) {
        Ok(found) if found.is_file() => Ok(path.to_owned()),
        Ok(_) => Err(Failure(format!("{}: not a regular file", path.display()))),
        Err(error) => Err(Failure(format!("{}: {}", path.display(), crate::discover::reason(&error)))),
    }
}

/// A path as reports print it.
fn shown(path: &Path) -> PathBuf {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    PathBuf::from(crate::discover::display(&absolute))
}
