//! Which files make a stack.
//!
//! A base with its automatic override, each fragment (a service with neither image nor build) over the base beside it,
//! every other file alone; files that a user named together first. Deployed templates count by where they land.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

use crate::discover::normal;
use crate::document::{Document, Kind};
use crate::expand::{Deployment, StackOptions};
use crate::load::classify::{by_name, template_stem};
use crate::yaml::Node;

/// One stack to be loaded.
#[derive(Debug, Clone, Default)]
pub(super) struct Group {
    /// The files, base first: indexes of documents.
    pub(super) documents: Vec<usize>,
    /// The directory that reports print.
    pub(super) directory: String,
    /// The directory on disk.
    pub(super) folder: PathBuf,
    /// Which variant of its templates this is.
    pub(super) variant: u32,
    /// What the user said about it.
    pub(super) options: StackOptions,
    /// Whether somebody said which files these are.
    pub(super) named: bool,
    /// The env file that says it; its variables win over those of the `.env` in the project directory.
    pub(super) dotenv: Option<PathBuf>,
}

/// The names of a base file, in docker compose's order of preference.
pub(crate) const BASES: &[&str] = &["compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"];
/// The names of the override that is merged by itself.
pub(crate) const OVERRIDES: &[&str] =
    &["compose.override.yml", "compose.override.yaml", "docker-compose.override.yml", "docker-compose.override.yaml"];

/// A compose file of one directory, with the documents of its variants.
struct Member {
    name: String,
    variants: Vec<usize>,
    folder: PathBuf,
    fragment: bool,
}

/// The stacks of `deployment`, those that somebody has `chosen` among them, in the order of their first files.
pub(super) fn groups(deployment: &Deployment, chosen: Vec<Group>) -> Vec<Group> {
    let mut out = chosen;
    let documents = out.iter().flat_map(|g| &g.documents).filter_map(|at| deployment.documents.get(*at));
    let taken: HashSet<String> = documents.map(|d| d.path.clone()).collect();
    let patterns = extended(deployment);
    let mut directories: BTreeMap<String, BTreeMap<String, Member>> = BTreeMap::new();
    for (at, document) in deployment.documents.iter().enumerate() {
        if document.kind != Kind::Compose || taken.contains(&document.path) {
            continue;
        }
        let (directory, name) = place(document);
        // Nobody starts what only others extend.
        if !BASES.contains(&name.as_str()) && document.disk.as_deref().is_some_and(|d| patterns.contains(&normal(d))) {
            continue;
        }
        // Other programs' files have `services` too; only a name of compose's own makes a wrong form a mistake.
        let services = document.nodes().iter().find_map(|n| n.get("services"));
        let puts_together = || document.nodes().iter().any(|n| n.get("include").and_then(Node::seq).is_some());
        if by_name("", &name) != Some(Kind::Compose) && services.map_or(!puts_together(), |s| s.map().is_none()) {
            continue;
        }
        if !BASES.contains(&name.as_str()) && services.is_none() && !compose_like(document) {
            continue;
        }
        let members = directories.entry(directory).or_default();
        // Two templates that land on one file are alternatives; keep both apart.
        let key = format!("{name}\n{}", document.path);
        let member = members.entry(key).or_insert_with(|| Member {
            name,
            variants: Vec::new(),
            folder: disk_folder(document),
            fragment: false,
        });
        member.variants.push(at);
        member.fragment |= fragment(document);
    }
    for (directory, members) in directories {
        let members: Vec<Member> = members.into_values().collect();
        for (folder, files) in in_directory(&members) {
            out.extend(variants(deployment, &directory, &folder, &files));
        }
    }
    out.sort_by_key(|g| (g.documents.first().copied(), g.documents.len(), g.documents.get(1).copied(), g.variant));
    out
}

/// The files on disk that services of other files extend.
fn extended(deployment: &Deployment) -> HashSet<PathBuf> {
    let mut out = HashSet::new();
    for document in deployment.documents.iter().filter(|d| d.kind == Kind::Compose) {
        let services = document.nodes().iter().filter_map(|n| n.get("services")).filter_map(Node::map).flatten();
        let files = services.filter_map(|e| e.value.get("extends")?.get("file")?.known());
        let files = files.map(|file| normal(&disk_folder(document).join(file)));
        out.extend(files.filter(|file| document.disk.as_deref().is_none_or(|own| normal(own) != *file)));
    }
    out
}

/// The ends of paths below a variable that services of other files extend: `shared/compose.yml` of `${ROOT}/shared/compose.yml`.
pub(super) fn extended_by_variable(deployment: &Deployment) -> Vec<PathBuf> {
    let documents = deployment.documents.iter().filter(|d| d.kind == Kind::Compose).flat_map(|d| d.nodes());
    let services = documents.filter_map(|n| n.get("services")).filter_map(Node::map).flatten();
    let files = services.filter_map(|e| e.value.get("extends")?.get("file")?.text());
    let mut tails: Vec<PathBuf> = files.filter_map(|file| Some(file.value().rsplit_once("}/")?.1.into())).collect();
    tails.sort_unstable();
    tails.dedup();
    tails
}

/// Whether the document has a key that makes sense in compose files only.
fn compose_like(document: &Document) -> bool {
    let keys = ["include", "networks", "volumes", "secrets", "configs", "models"];
    document.nodes().iter().any(|node| keys.iter().any(|key| node.get(key).is_some()))
}

/// The directory (as printed) and the name by which docker compose knows the document.
pub(super) fn place(document: &Document) -> (String, String) {
    let own = document.path.rsplit('/').next().unwrap_or(&document.path);
    let own = template_stem(own).unwrap_or(own);
    let deployed = document.deployed.as_ref().map(crate::text::Text::display);
    let path = match &deployed {
        Some(dest) if dest.ends_with('/') => format!("{dest}{own}"),
        Some(dest) => dest.clone(),
        None => {
            let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            if folder.is_empty() { own.to_owned() } else { format!("{folder}/{own}") }
        }
    };
    match path.rsplit_once('/') {
        Some((folder, name)) => (folder.to_owned(), name.to_owned()),
        None => (".".to_owned(), path),
    }
}

/// The folder on disk that the document lies in.
pub(super) fn disk_folder(document: &Document) -> PathBuf {
    let parent = document.disk.as_deref().and_then(std::path::Path::parent);
    parent.map_or_else(|| std::env::current_dir().unwrap_or_default(), std::path::Path::to_owned)
}

/// Whether a service of the document has neither image nor build, so that it needs a base.
fn fragment(document: &Document) -> bool {
    let nodes = document.nodes().iter();
    let mut services = nodes.filter_map(|n| n.get("services")).filter_map(Node::map).flatten();
    let complete = |service: &Node| {
        let all = service.map().unwrap_or_default();
        let has = ["image", "build", "extends", "provider"].iter().any(|k| service.get(k).is_some());
        has || all.iter().any(|e| e.key.known().is_none())
    };
    services.any(|e| !complete(&e.value) && (e.value.map().is_some() || e.value.is_null()))
}

/// The stacks of one directory as lists of members, with the folder of the first.
fn in_directory(members: &[Member]) -> Vec<(PathBuf, Vec<&Member>)> {
    let named = |names: &[&str]| names.iter().find_map(|n| members.iter().find(|m| m.name == *n));
    let over = named(OVERRIDES);
    let complete: Vec<&Member> = members.iter().filter(|m| !m.fragment).collect();
    let base = named(BASES).or(match complete.as_slice() {
        [only] => Some(*only),
        _ => None,
    });
    let mut out = Vec::new();
    for member in members {
        let is_over = over.is_some_and(|o| std::ptr::eq(o, member));
        let is_base = base.is_some_and(|b| std::ptr::eq(b, member));
        let files = match (base, over) {
            (Some(_), Some(_)) if is_over => continue,
            (_, Some(over)) if is_base && BASES.contains(&member.name.as_str()) => vec![member, over],
            (Some(base), _) if !is_base && member.fragment => vec![base, member],
            _ => vec![member],
        };
        out.push((files[0].folder.clone(), files));
    }
    out
}

/// One group for each variant of the files' templates.
fn variants(deployment: &Deployment, directory: &str, folder: &std::path::Path, files: &[&Member]) -> Vec<Group> {
    let count = files.iter().map(|m| m.variants.len()).max().unwrap_or(0);
    let group = |at: usize| {
        let pick = |m: &&Member| m.variants.get(at).or(m.variants.last()).copied();
        let documents: Vec<usize> = files.iter().filter_map(pick).collect();
        let variant = documents.iter().filter_map(|d| deployment.documents.get(*d)).map(|d| d.variant).max();
        Group {
            documents,
            directory: directory.to_owned(),
            folder: folder.to_owned(),
            variant: variant.unwrap_or(0),
            ..Group::default()
        }
    };
    (0..count).map(group).collect()
}
