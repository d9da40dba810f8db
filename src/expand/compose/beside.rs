//! What other compose files define, which may be started together with the one at hand.
//!
//! `docker compose` takes a base and its override by itself. Every other file is named with `-f`, and nobody but the
//! deployment knows beside which others: a name that a file beside or above defines may be there or not, and so may one
//! of a base that lies elsewhere, where a comment or a script names that base. An example beside the file is copied, so
//! what it defines may be there as well; parts without a base in their folder are parts of something that is not here.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::group::{BASES, OVERRIDES, place};
use crate::document::{Document, Kind};
use crate::expand::Deployment;
use crate::load::classify::by_name;
use crate::yaml::Node;

/// The sections whose names are referred to.
const SECTIONS: [&str; 6] = ["services", "volumes", "networks", "secrets", "configs", "models"];

/// The definitions of all compose files, by folder, and the command lines that join files.
#[derive(Debug, Default)]
pub(super) struct Beside<'a> {
    folders: HashMap<String, HashMap<(&'static str, &'a str), Vec<&'a Document>>>,
    /// What any project of the tree defines, with what it includes: the path of its first file.
    projects: HashMap<(&'static str, &'a str), &'a str>,
    /// Lines of scripts, Makefiles, tasks, units and env files that name compose files.
    commands: Vec<&'a str>,
    /// Whether one of them takes the compose files of all folders: `$(wildcard */docker-compose.yml)`.
    joined: bool,
    paths: HashSet<&'a str>,
    /// The words of the compose files in each folder of parts, with the number of files that have them.
    parts: HashMap<String, OnceCell<HashMap<&'a str, usize>>>,
    /// The compose files of all folders.
    files: Vec<(String, &'a Document)>,
    /// The files that a commented line of an `include` names: parts that are switched off.
    switched_off: HashSet<String>,
    /// Lines that replace something by `sed`.
    replacing: Vec<&'a str>,
    /// What examples hold, by folder.
    examples: HashMap<String, Vec<(&'a str, Node)>>,
}

/// So many parts of one folder, none of which is a base, are parts of a project that lies elsewhere.
const PARTS: usize = 3;

/// The folders whose compose files are parts of a project that is not here: several, and no base among them.
pub(super) fn folders_of_parts(deployment: &Deployment) -> HashSet<String> {
    let mut counts: HashMap<String, Option<usize>> = HashMap::new();
    for document in deployment.documents.iter().filter(|d| d.kind == Kind::Compose && d.variant == 0) {
        let (folder, name) = place(document);
        let count = counts.entry(folder).or_insert(Some(0));
        if by_itself(document) {
            *count = None;
        } else if by_name("", &name) == Some(Kind::Compose) {
            *count = count.map(|count| count + 1);
        }
    }
    counts
        .into_iter()
        .filter(|(_, count)| count.is_some_and(|count| count >= PARTS))
        .map(|(folder, _)| folder)
        .collect()
}

impl<'a> Beside<'a> {
    /// The definitions of `deployment`'s compose files.
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        let mut beside = Self::default();
        for document in deployment.documents.iter().filter(|d| d.kind == Kind::Compose) {
            let (folder, name) = place(document);
            if by_name("", &name) != Some(Kind::Compose) {
                continue;
            }
            beside.files.push((folder.clone(), document));
            let defined = beside.folders.entry(folder).or_default();
            for (section, entries) in document.nodes().iter().flat_map(sections) {
                for key in entries.iter().filter_map(|e| e.key.known()) {
                    defined.entry((section, key)).or_default().push(document);
                }
            }
        }
        let starting =
            &[Kind::Script, Kind::AnsibleTasks, Kind::AnsiblePlaybook, Kind::Unit, Kind::Env, Kind::Markdown];
        let lines = deployment.texts_of(starting).flat_map(str::lines);
        beside.commands = lines.filter(|line| line.contains("compose") && line.contains(".y")).collect();
        let all = deployment.texts_of(&[Kind::Script, Kind::AnsibleTasks, Kind::Markdown]).flat_map(str::lines);
        // Each word in capitals is looked for in all of them.
        beside.replacing = all.filter(|line| line.contains("sed ")).take(1000).collect();
        let including = |d: &&Document| d.nodes().iter().any(|node| node.get("include").is_some());
        let compose = deployment.documents.iter().map(AsRef::as_ref).filter(|d: &&Document| d.kind == Kind::Compose);
        beside.switched_off = compose.filter(including).flat_map(switched_off).collect();
        beside.joined =
            beside.commands.iter().any(|line| line.contains("*/docker-compose.y") || line.contains("*/compose.y"));
        beside.paths = deployment.paths.iter().map(String::as_str).collect();
        beside.parts = folders_of_parts(deployment).into_iter().map(|folder| (folder, OnceCell::new())).collect();
        for (path, text) in &deployment.examples {
            let folder = path.rsplit_once('/').map_or(".", |(folder, _)| folder);
            let nodes = crate::yaml::parse(text).documents;
            let of = beside.examples.entry(folder.to_owned()).or_default();
            of.extend(nodes.into_iter().map(|node| (path.as_str(), node)));
        }
        beside
    }

    /// Adds what a project defines, whose first file is at `path`.
    pub(super) fn project(&mut self, path: &'a str, project: &'a Node) {
        for (section, entries) in sections(project) {
            for key in entries.iter().filter_map(|e| e.key.known()) {
                self.projects.entry((section, key)).or_insert(path);
            }
        }
    }

    /// What would decide whether `name` is defined: the first file beside the stack of `documents`, or in a folder
    /// above, that defines it; or a base that is named and not there. A file that compose does not take by itself is
    /// included or named with `-f`, from wherever: any file of the tree may define what it uses.
    pub(super) fn doubt(&self, documents: &[&Document], section: &str, name: &str) -> Option<String> {
        let named = documents.iter().find(|d| !by_itself(d));
        let part = named.or(documents.first())?;
        let folder = place(part).0;
        let section = SECTIONS.iter().find(|s| **s == section)?;
        let near = folders(&folder).into_iter().find_map(|folder| {
            let all = self.folders.get(folder)?.get(&(*section, name))?;
            all.iter().find(|d| documents.iter().all(|own| own.path != d.path)).map(|d| d.path.as_str())
        });
        let off = || documents.iter().any(|d| self.switched_off.contains(&d.path));
        let far = || self.projects.get(&(*section, name)).copied().filter(|_| named.is_some() || self.joined || off());
        if let Some(found) = near.or_else(far) {
            return Some(format!("whether `{found}`, which defines it, is started together with this file"));
        }
        if let Some(example) = self.example(&folder, section, name) {
            return Some(format!("whether `{example}`, which defines it, is copied for this deployment"));
        }
        if let Some(word) = capitals(name).find(|word| self.replaces(word)) {
            return Some(format!("what a script puts in place of `{word}`"));
        }
        if named.is_some() && self.parts(&folder, name) {
            return Some("what the base of these parts defines, which is not here".to_owned());
        }
        let base = documents.iter().filter(|d| !by_itself(d)).find_map(|d| self.named_base(d))?;
        Some(format!("what `{base}` defines, which is named as the base of this file and is not here"))
    }

    /// Whether a line replaces this word by `sed`.
    fn replaces(&self, word: &str) -> bool {
        self.replacing.iter().any(|line| {
            // Not by the value of a variable that is called so.
            line.match_indices(word).any(|(at, _)| !line.get(..at).unwrap_or("").ends_with(['$', '{']))
        })
    }

    /// An example in this folder that defines `name`.
    fn example(&self, folder: &str, section: &str, name: &str) -> Option<&'a str> {
        let all = self.examples.get(folder)?;
        all.iter().find(|(_, node)| node.path(&[section, name]).is_some()).map(|(path, _)| *path)
    }

    /// Whether the folder holds parts that use the same `name`, and no base.
    fn parts(&self, folder: &str, name: &str) -> bool {
        let Some(words) = self.parts.get(folder) else { return false };
        let words = words.get_or_init(|| {
            let mut counts = HashMap::new();
            for (_, document) in self.files.iter().filter(|(own, document)| own == folder && document.variant == 0) {
                let all: HashSet<&str> = document.text.value().split(|c: char| !is_word(c)).collect();
                for word in all {
                    *counts.entry(word).or_default() += 1;
                }
            }
            counts
        });
        words.get(name).is_some_and(|count| *count >= PARTS)
    }

    /// A compose file that the head of `document`, or a command line with it, names and that is not in the tree.
    fn named_base(&self, document: &Document) -> Option<String> {
        let (folder, own) = place(document);
        let head = document.text.value().lines().map(str::trim).take_while(|l| l.is_empty() || l.starts_with('#'));
        let joined = self.commands.iter().copied().filter(|line| words(line).any(|w| last(w) == own));
        head.chain(joined).flat_map(words).find_map(|word| {
            let other = by_name("", last(word)) == Some(Kind::Compose) && last(word) != own;
            (other && !self.here(&folder, word)).then(|| word.to_owned())
        })
    }

    fn here(&self, folder: &str, word: &str) -> bool {
        let disk = crate::discover::normal(&std::path::Path::new(folder).join(word));
        let shown = disk.to_string_lossy().replace('\\', "/");
        self.paths.contains(shown.as_str()) || self.paths.contains(word.trim_start_matches("./"))
    }
}

/// The words in capitals of a name, as placeholders are written: `REPLACED_FULL_PATH/nginx`.
fn capitals(name: &str) -> impl Iterator<Item = &str> {
    let inside = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    name.split(move |c| !inside(c)).filter(|word| word.len() > 5)
}

/// The files that commented lines of a compose file name.
fn switched_off(document: &Document) -> impl Iterator<Item = String> {
    let (folder, _) = place(document);
    let lines = document.text.value().lines().map(str::trim).filter(|line| line.starts_with('#'));
    lines.flat_map(words).map(move |word| {
        let disk = crate::discover::normal(&std::path::Path::new(&folder).join(word));
        disk.to_string_lossy().replace('\\', "/")
    })
}

/// Whether docker compose takes the file without being told.
fn by_itself(document: &Document) -> bool {
    let name = place(document).1;
    BASES.contains(&name.as_str()) || OVERRIDES.contains(&name.as_str())
}

/// `folder` and all above it.
fn folders(folder: &str) -> Vec<&str> {
    let mut all = vec![folder];
    let mut at = folder;
    while let Some((above, _)) = at.rsplit_once('/') {
        all.push(above);
        at = above;
    }
    if folder != "." {
        all.push(".");
    }
    all
}

/// The words of a line that may be paths.
fn words(line: &str) -> impl Iterator<Item = &str> {
    let apart = |c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '/' | '$' | '{' | '}'));
    line.split(apart).map(|word| word.trim_end_matches('.')).filter(|word| word.contains(".y"))
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '.' | '_' | '-')
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

fn sections(node: &Node) -> impl Iterator<Item = (&'static str, &[crate::yaml::Entry])> {
    SECTIONS.into_iter().filter_map(|section| Some((section, node.get(section)?.map()?)))
}
