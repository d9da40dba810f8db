//! What `docker compose config --format json` prints for given files: the whole of docker compose's own way.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value as Json;

use super::consistency::Around;
use super::environment::Environment;
use super::group::Group;
use super::interpolate::Unset;
use super::missing::MentionedFiles;
use super::outside::Outside;
use super::read::Context;
use super::{chosen, consistency, print, tree};
use crate::document::{Document, Kind};
use crate::expand::{Deployment, Options, StackOptions};
use crate::load;
use crate::problem::{Problem, ProblemKind};
use crate::source::Sources;
use crate::yaml::{Entry, Node, Value};

/// A project as docker compose sees it.
#[derive(Debug, Clone)]
pub struct Config {
    /// The normal form; meaningful only without problems.
    pub json: Json,
    /// Why docker compose refuses the project; empty where it accepts it.
    pub problems: Vec<Problem>,
}

/// What docker compose would take in `folder`: the files that `COMPOSE_FILE` names in `.env`, or in the `env_files` given
/// instead; or else the base and the override there, or in the nearest folder above.
pub fn find(folder: &Path, env_files: &[PathBuf], sources: &Sources) -> Option<StackOptions> {
    let own = folder.join(".env");
    let dotenv = if env_files.is_empty() { vec![own.clone()] } else { env_files.to_vec() };
    let mut options = StackOptions { env_files: env_files.to_vec(), ..StackOptions::default() };
    if let Some(files) = chosen::on_disk(&dotenv, folder, sources) {
        if env_files.is_empty() {
            let beside = files.first().and_then(|f| f.parent()).map(|f| f.join(".env"));
            options.env_files.extend(beside.filter(|f| f.is_file() && *f != own));
            options.env_files.push(own);
        }
        return Some(StackOptions { files, ..options });
    }
    Some(StackOptions { files: by_name(folder)?, ..options })
}

/// The base and the override in `folder` or the nearest folder above it.
fn by_name(folder: &Path) -> Option<Vec<PathBuf>> {
    let first = |folder: &Path, names: &[&str]| names.iter().map(|n| folder.join(n)).find(|p| p.is_file());
    folder.ancestors().find_map(|folder| {
        let base = first(folder, super::group::BASES)?;
        Some(std::iter::once(base).chain(first(folder, super::group::OVERRIDES)).collect())
    })
}

/// The project of `stack.files`. The environment is what `options` lets through.
///
/// # Errors
/// A file that can't be read.
pub fn config(stack: &StackOptions, options: &Options, sources: &Sources) -> Result<Config, String> {
    let mut deployment = Deployment::default();
    for file in &stack.files {
        let disk = std::path::absolute(file).map_err(|e| format!("{}: {e}", file.display()))?;
        let (_, text) = load::load_one(&disk, sources).map_err(|e| format!("{}: {e}", file.display()))?;
        let parsed = load::parse(Kind::Compose, &text);
        let document = Document::plain(crate::discover::display(&disk), Some(disk), Kind::Compose, text, parsed);
        deployment.documents.push(Arc::new(document));
    }
    let Some(first) = deployment.documents.first() else { return Err("no compose file is given".to_owned()) };
    let beside = first.disk.as_deref().and_then(Path::parent).map(Path::to_owned).unwrap_or_default();
    let folder = stack.project_directory.clone().unwrap_or(beside);
    let folder = std::path::absolute(&folder).map_err(|e| e.to_string())?;
    let group = Group {
        documents: (0..deployment.documents.len()).collect(),
        directory: folder.to_string_lossy().into_owned(),
        folder,
        options: stack.clone(),
        named: true,
        ..Group::default()
    };
    let by_disk = super::by_disk(&deployment);
    // As docker compose does; the user names this one project.
    let reach = load::Reach::everywhere();
    let outside = Outside::new(sources, &reach);
    let context = Context {
        deployment: &deployment,
        by_disk: &by_disk,
        dotenv: &HashMap::new(),
        outside: &outside,
        mentioned_files: &MentionedFiles::default(),
        ignores: &load::Ignores::default(),
        sources,
        unset: Unset::Empty,
    };
    let process = Environment::process(&options.environment, sources);
    let loaded =
        super::load(&group, options, &process, &context).ok_or("no compose file is given")?.map_err(|p| p.message)?;
    let mut problems = loaded.problems;
    let project = loaded.stack.project;
    let empty = |node: &Node| node.map().is_none_or(<[Entry]>::is_empty);
    if deployment.documents.iter().flat_map(|d| d.nodes()).all(empty) {
        problems.push(Problem::new(ProblemKind::Refused, "the compose file is empty", project.span()));
    }
    let around = Around { disabled: &loaded.disabled, ..Around::default() };
    consistency::check(&project, &around, &mut problems);
    Ok(Config { json: print::project(&used(&project)), problems })
}

/// The project without the networks, volumes, secrets and configs that no service uses.
fn used(project: &Node) -> Node {
    let services: Vec<Node> =
        project.get("services").and_then(Node::map).unwrap_or_default().iter().map(|e| e.value.clone()).collect();
    let sources = |path: &'static [&'static str]| {
        let lists = services.iter().filter_map(|s| s.path(path)).filter_map(Node::seq).flatten();
        let names = lists.filter_map(|item| item.get("source")).filter_map(Node::known);
        names.map(str::to_owned).collect::<Vec<_>>()
    };
    let names = |key: &str| {
        let maps = services.iter().filter_map(|s| s.get(key)).filter_map(Node::map).flatten();
        maps.filter_map(|e| e.key.known()).map(str::to_owned).collect::<Vec<_>>()
    };
    let mut secrets = sources(&["secrets"]);
    secrets.extend(sources(&["build", "secrets"]));
    let sections = [
        ("networks", names("networks")),
        ("volumes", sources(&["volumes"])),
        ("secrets", secrets),
        ("configs", sources(&["configs"])),
    ];
    let mut out = project.clone();
    for (section, wanted) in sections {
        let Some(all) = out.get(section).and_then(Node::map) else { continue };
        let kept: Vec<Entry> =
            all.iter().filter(|e| e.key.known().is_some_and(|k| wanted.iter().any(|w| w == k))).cloned().collect();
        out = tree::change(&out, section, |node| tree::with(node, Value::Map(kept)));
    }
    out
}
