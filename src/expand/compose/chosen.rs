//! Stacks that somebody put together: the user, or a project's own `COMPOSE_FILE`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::extends::joined;
use super::group::{Group, disk_folder, place};
use super::missing;
use super::read::Context;
use crate::document::{Body, Document, Kind};
use crate::expand::{Deployment, Options};
use crate::problem::Problem;
use crate::syntax::env_file::{EnvEntry, EnvFile, Quote};
use crate::text::Text;

/// The files of one `COMPOSE_FILE`, with the `.env` that says it.
pub(super) struct Chosen {
    files: Vec<File>,
    dotenv: PathBuf,
}

/// One of them: a document, or a file that nobody asked to audit.
enum File {
    Known(usize),
    New(Arc<Document>),
}

/// The stacks that the user described.
pub(super) fn by_user(deployment: &Deployment, options: &Options) -> Vec<Group> {
    let group = |stack: &crate::expand::StackOptions| {
        let find = |file: &PathBuf| {
            let absolute = std::path::absolute(file).unwrap_or_else(|_| file.clone());
            let absolute = crate::discover::normal(&absolute);
            deployment.documents.iter().position(|d| d.disk.as_deref() == Some(&absolute) && d.variant == 0)
        };
        let documents: Vec<usize> = stack.files.iter().filter_map(find).collect();
        let first = documents.first().and_then(|at| deployment.documents.get(*at))?;
        let folder = stack.project_directory.clone().unwrap_or_else(|| disk_folder(first));
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        let directory = crate::discover::display(&folder);
        Some(Group { documents, directory, folder, options: stack.clone(), named: true, ..Group::default() })
    };
    options.stacks.iter().filter_map(group).collect()
}

/// What the `.env` files say in `COMPOSE_FILE`; an env file of the user's replaces them.
pub(super) fn by_projects(context: &Context<'_>, options: &Options, problems: &mut Vec<Problem>) -> Vec<Chosen> {
    if !options.env_files.is_empty() {
        return Vec::new();
    }
    let plain = |d: &&Arc<Document>| d.kind == Kind::Env && !d.template && d.deployed.is_none() && place(d).1 == ".env";
    let env_files = context.deployment.documents.iter().filter(plain);
    env_files.filter_map(|document| of_project(document, context, problems)).collect()
}

fn of_project(document: &Document, context: &Context<'_>, problems: &mut Vec<Problem>) -> Option<Chosen> {
    let Body::Env(file) = &document.body else { return None };
    let dotenv = document.disk.clone()?;
    let folder = dotenv.parent()?.to_owned();
    let mut files = Vec::new();
    for name in listed(file)? {
        if missing::remote(name.value()) {
            problems.push(missing::unread("`COMPOSE_FILE`", &name, context.unset));
            return None;
        }
        let disk = joined(&folder, name.value());
        if context.beyond(&disk) {
            problems.push(missing::beyond("`COMPOSE_FILE`", &name));
            return None;
        }
        let known = context.by_disk.get(&disk).copied().map(File::Known);
        let read = || context.outside.read(&disk, Kind::Compose, Some(name.span())).map(File::New);
        match known.map_or_else(read, Ok) {
            Ok(file) => files.push(file),
            Err(reason) => {
                problems.push(missing::compose_file("`COMPOSE_FILE`", &name, &disk, &reason, context));
                return None;
            }
        }
    }
    Some(Chosen { files, dotenv })
}

/// The paths in the `COMPOSE_FILE` of an env file, as far as they are known; `None` where there are none.
pub(super) fn listed(file: &EnvFile) -> Option<Vec<Text>> {
    let value = |name: &str| {
        let said = |e: &&EnvEntry| e.key.known() == Some(name);
        let entry = file.set().filter(said).last()?;
        let text = entry.value.as_ref()?;
        text.known().filter(|v| !v.is_empty() && (entry.quote == Quote::Single || !v.contains('$')))?;
        Some(text.clone())
    };
    let list = value("COMPOSE_FILE")?;
    let separator = value("COMPOSE_PATH_SEPARATOR").map_or_else(|| ":".to_owned(), |t| t.value().to_owned());
    let mut at = 0;
    let mut out = Vec::new();
    for part in list.value().split(&separator) {
        out.push(list.slice(at..at + part.len()));
        at += part.len() + separator.len();
    }
    Some(out)
}

/// The groups of `chosen`; files that nobody asked to audit become documents.
pub(super) fn groups(chosen: Vec<Chosen>, deployment: &mut Deployment) -> Vec<Group> {
    let mut out = Vec::new();
    for one in chosen {
        let mut documents = Vec::new();
        for file in one.files {
            match file {
                File::Known(at) => documents.push(at),
                File::New(document) => {
                    let known = deployment.documents.iter().position(|d| d.disk == document.disk);
                    documents.push(known.unwrap_or(deployment.documents.len()));
                    if known.is_none() {
                        deployment.documents.push(document);
                    }
                }
            }
        }
        let Some(first) = documents.first().and_then(|at| deployment.documents.get(*at)) else { continue };
        let (directory, folder) = (place(first).0, disk_folder(first));
        let dotenv = Some(one.dotenv);
        out.push(Group { documents, directory, folder, dotenv, named: true, ..Group::default() });
    }
    out
}

/// The files that the env files at `paths` choose for `docker compose` run in `folder`; the last one that says it counts.
pub(super) fn on_disk(paths: &[PathBuf], folder: &Path, sources: &crate::source::Sources) -> Option<Vec<PathBuf>> {
    let chosen = |path: &PathBuf| {
        let (_, text) = crate::load::load_one(path, sources).ok()?;
        let (Body::Env(file), _) = crate::load::parse(Kind::Env, &text) else { return None };
        listed(&file)
    };
    let names = paths.iter().filter(|p| p.is_file()).filter_map(chosen).next_back()?;
    Some(names.iter().map(|name| joined(folder, name.value())).collect())
}
