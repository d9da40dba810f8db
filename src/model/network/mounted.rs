//! The configurations that a service's container sees: what is mounted, what an inline `configs` entry holds, and what
//! its own Dockerfile copies in.
//!
//! What is mounted and was not read is kept as a path, so that nobody takes it for absent.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::document::{Body, Document, Kind};
use crate::expand::{Deployment, Stack};
use crate::load;
use crate::model::compose::build;
use crate::syntax::conf::Grammar;
use crate::syntax::dockerfile::{Content, Instruction};
use crate::text::path::join;
use crate::text::{Piece, PieceKind, Provenance, Text};
use crate::yaml::Node;

/// The documents that may be a program's configuration.
#[derive(Debug)]
pub(super) struct Files<'a> {
    deployment: &'a Deployment,
    documents: Vec<&'a Arc<Document>>,
    /// The paths of those whose place is known, in order, each with which of them it is, and whether it is that on disk.
    paths: Vec<(String, usize, bool)>,
    /// The others, by the names of their files.
    names: HashMap<String, Vec<usize>>,
}

/// What a container sees of configurations.
#[derive(Debug, Default)]
pub(super) struct Mounted {
    /// What was read: the path in the container, and the file.
    pub(super) files: Vec<(String, Arc<Document>)>,
    /// Paths in the container at which something is mounted that was not read, or not wholly.
    pub(super) unread: Vec<String>,
    /// Folders of the container that a folder of the files stands in place of.
    pub(super) folders: Vec<String>,
}

/// Whether `source` is the project's folder, or one above it.
fn whole(directory: &str, source: &str) -> bool {
    let (directory, source) = (join("", directory), join(directory, source));
    let plain = |path: &str| path.trim_start_matches('.').trim_end_matches('/').to_owned();
    let (directory, source) = (plain(&directory), plain(&source));
    source.is_empty()
        || directory == source
        || directory.strip_prefix(source.as_str()).is_some_and(|below| below.starts_with('/'))
}

/// Whether the name of a file is one of several, of which a variable with a default chooses.
fn chosen(source: &Text) -> bool {
    let name = source.value().rfind('/').map_or(0, |slash| slash + 1);
    let default = |piece: &Piece| matches!(&piece.kind, PieceKind::Variable(v) if v.provenance == Provenance::Default);
    source.pieces().iter().any(|piece| piece.range.end > name && piece.range.start >= name && default(piece))
}

impl<'a> Files<'a> {
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        let configuration =
            |d: &&Arc<Document>| matches!(d.kind, Kind::Conf(_) | Kind::LiteLlm | Kind::OpenClaw | Kind::Yaml);
        let documents: Vec<_> = deployment.documents.iter().filter(configuration).collect();
        let (mut paths, mut names) = (Vec::new(), HashMap::<String, Vec<usize>>::new());
        for (at, document) in documents.iter().enumerate() {
            if document.template && document.deployed.is_none() {
                let name = document.path.rsplit('/').next().unwrap_or_default();
                let name = load::classify::template_stem(name).unwrap_or(name);
                names.entry(name.to_owned()).or_default().push(at);
                continue;
            }
            let deployed = document.deployed.as_ref();
            paths.push((deployed.map_or_else(|| join("", &document.path), |d| join("", &d.display())), at, false));
            paths.extend(document.disk.as_ref().and_then(|d| d.to_str()).map(|disk| (disk.to_owned(), at, true)));
        }
        paths.sort();
        Self { deployment, documents, paths, names }
    }

    /// The documents at or below `source`, in order, each with its path below it.
    fn below(&self, source: &str) -> BTreeMap<usize, String> {
        let mut found = BTreeMap::new();
        let first = self.paths.partition_point(|(path, ..)| path.as_str() < source);
        for (path, at, on_disk) in self.paths.iter().skip(first) {
            let Some(below) = path.strip_prefix(source) else { break };
            let inside = below.is_empty() || below.starts_with('/');
            if inside && !(*on_disk && found.contains_key(at)) {
                found.insert(*at, below.trim_start_matches('/').to_owned());
            }
        }
        // A template whose deployed place is not known is told by its name.
        let name = source.rsplit('/').next().unwrap_or(source);
        found.extend(self.names.get(name).into_iter().flatten().map(|at| (*at, String::new())));
        found
    }

    /// What the container of `service` sees.
    pub(super) fn of(&self, stack: &Stack, service: &Node) -> Mounted {
        let mut found = Mounted::default();
        for volume in service.get("volumes").and_then(Node::seq).unwrap_or_default() {
            let Some(target) = volume.get("target").and_then(Node::text) else { continue };
            let bind = volume.get("type").and_then(Node::known) == Some("bind");
            match volume.get("source").and_then(Node::text).filter(|_| bind) {
                // The whole project is some program's sources, unless it stands where programs keep their configuration.
                Some(source) if whole(&stack.directory, &source.display()) && !target.value().starts_with("/etc") => {
                    found.unread.push(target.display());
                }
                Some(source) => {
                    if chosen(source) {
                        found.unread.push(target.display());
                    }
                    self.file(&join(&stack.directory, &source.display()), &target.display(), true, &mut found);
                }
                None => found.unread.push(target.display()),
            }
        }
        for section in ["configs", "secrets"] {
            for config in service.get(section).and_then(Node::seq).unwrap_or_default() {
                self.config(stack, section, config, &mut found);
            }
        }
        if let Some(build) = build::find(self.deployment, stack, service) {
            let context = service.path(&["build", "context"]).and_then(Node::text).map_or(".", Text::value);
            let context = join(&stack.directory, context);
            for copy in build.instructions().into_iter().filter(|i| matches!(i.name.as_str(), "COPY" | "ADD")) {
                self.copied(&context, copy, &mut found);
            }
        }
        found
    }

    /// Adds what an instruction copies from the folder that the image is built from.
    fn copied(&self, context: &str, copy: &Instruction, found: &mut Mounted) {
        let words: Vec<&Text> = match &copy.content {
            Content::Words(words) | Content::Exec(words) => words.iter().map(|w| &w.text).collect(),
            Content::Pairs(_) | Content::Shell(_) => return,
        };
        let Some((target, sources)) = words.split_last().filter(|_| copy.flag("from").is_none()) else { return };
        // Only what is told from all else: whole trees are a program's own files.
        let files = sources.iter().filter(|s| s.known().is_some_and(|s| s.contains('.') && s != "." && s != "./"));
        for source in files {
            let name = source.value().rsplit('/').next().unwrap_or("");
            let at = target.display();
            let at = if at.ends_with('/') { join(&at, name) } else { at };
            self.file(&join(context, source.value()), &at, false, found);
        }
    }

    fn config(&self, stack: &Stack, section: &str, config: &Node, found: &mut Mounted) {
        let Some(source) = config.get("source").and_then(Node::known) else { return };
        let target = config.get("target").and_then(Node::text).map_or_else(|| source.to_owned(), Text::display);
        let target = if section == "secrets" { join("/run/secrets", &target) } else { join("/", &target) };
        let definition = stack.project.path(&[section, source]);
        if let Some(content) = definition.and_then(|d| d.get("content")).and_then(Node::text) {
            let name = target.rsplit('/').next().unwrap_or("");
            match Grammar::of(name, content.value()) {
                Some(grammar) => {
                    let kind = Kind::Conf(grammar);
                    let document =
                        Document::plain(target.clone(), None, kind, content.clone(), load::parse(kind, content));
                    found.files.push((target, Arc::new(document)));
                }
                None => found.unread.push(target),
            }
            return;
        }
        match definition.and_then(|d| d.get("file")).and_then(Node::text) {
            Some(file) => self.file(&join(&stack.directory, &file.display()), &target, true, found),
            None => found.unread.push(target),
        }
    }

    /// Adds the file or folder at `source`, which the container sees as `target`.
    fn file(&self, source: &str, target: &str, bound: bool, found: &mut Mounted) {
        let before = found.files.len();
        for (document, below) in self.below(source) {
            let Some(document) = self.documents.get(document).copied() else { continue };
            let at = if below.is_empty() { target.to_owned() } else { join(target, &below) };
            if !matches!(document.body, Body::Lines) {
                found.files.push((at, Arc::clone(document)));
            }
        }
        let read = &found.files[before..];
        let whole = read.iter().any(|(at, _)| at == target);
        if !read.is_empty() && !whole && bound {
            found.folders.push(target.to_owned());
        }
        if !whole && (read.is_empty() || self.more_below(source, read)) {
            found.unread.push(target.to_owned());
        }
    }

    /// Whether the folder `source` holds a file that may be a configuration and was not read as one.
    fn more_below(&self, source: &str, read: &[(String, Arc<Document>)]) -> bool {
        let folder = format!("{}/", join("", source).trim_end_matches('/'));
        let paths = &self.deployment.paths;
        let may = |path: &str| {
            let name = path.rsplit('/').next().unwrap_or(path);
            let ending = name.rsplit_once('.').map_or("", |(_, e)| e);
            matches!(
                ending,
                "" | "conf" | "cfg" | "yml" | "yaml" | "toml" | "json" | "template" | "tmpl" | "ini" | "inc" | "j2"
            )
        };
        let below = paths.iter().map(|p| join("", p)).filter(|p| p.starts_with(&folder));
        below.into_iter().any(|p| may(&p) && !read.iter().any(|(_, d)| join("", &d.path) == p))
    }
}

impl Mounted {
    /// Whether something that was not read is mounted at `path`, below it, or over it.
    pub(super) fn hides(&self, path: &str) -> bool {
        self.unread.iter().any(|at| covers(at, path) || covers(path, at))
    }

    /// Whether something is mounted at `path` or below it, or a folder above brings something there.
    pub(super) fn brings(&self, path: &str) -> bool {
        self.unread.iter().chain(self.files.iter().map(|(at, _)| at)).any(|at| covers(path, at))
    }

    /// The configurations in `grammar` at or below one of `folders`.
    pub(super) fn conf<'m>(
        &'m self,
        grammar: Grammar,
        folders: &'m [String],
    ) -> impl Iterator<Item = (&'m str, &'m Document)> {
        let inside = |at: &str| folders.iter().any(|f| covers(f, at));
        let fits = move |(at, d): &&(String, Arc<Document>)| d.kind == Kind::Conf(grammar) && inside(at);
        self.files.iter().filter(fits).map(|(at, d)| (at.as_str(), d.as_ref()))
    }
}

/// Whether `outer` is `inner` or a folder above it.
pub(super) fn covers(outer: &str, inner: &str) -> bool {
    let outer = outer.trim_end_matches('/');
    inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
