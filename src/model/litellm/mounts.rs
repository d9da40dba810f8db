//! What all services of a deployment mount, to be found by what is mounted: each config asks for its own mounts, and there
//! may be as many configs as stacks.

use std::collections::HashMap;

use crate::document::Document;
use crate::expand::{Deployment, Stack};
use crate::source::Span;
use crate::text::Text;
use crate::text::path::join;
use crate::yaml::{Entry, Node};

/// All mounts, in order of stacks and services.
#[derive(Debug, Default)]
pub(super) struct Mounts<'a> {
    all: Vec<Mount<'a>>,
    by_source: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

/// A file or folder that a service mounts.
#[derive(Debug)]
pub(super) struct Mount<'a> {
    pub(super) stack: &'a Stack,
    /// The entry of the service.
    pub(super) service: &'a Entry,
    /// The path in the container.
    target: String,
    /// Whether a folder's files appear below the target.
    folder: bool,
    /// Where the mount is written.
    pub(super) span: Span,
}

impl<'a> Mounts<'a> {
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        let mut mounts = Self::default();
        for stack in &deployment.stacks {
            for service in stack.project.get("services").and_then(Node::map).unwrap_or_default() {
                if service.key.text().is_some() {
                    mounts.service(stack, service);
                }
            }
        }
        mounts
    }

    fn service(&mut self, stack: &'a Stack, service: &'a Entry) {
        for volume in service.value.get("volumes").and_then(Node::seq).unwrap_or_default() {
            let text = |key: &str| volume.get(key).and_then(Node::text).map(Text::display);
            let (Some(source), Some(target)) = (text("source"), text("target")) else { continue };
            let mount = Mount { stack, service, target, folder: true, span: volume.span() };
            self.add(join(&stack.directory, &source), mount);
        }
        for config in service.value.get("configs").and_then(Node::seq).unwrap_or_default() {
            let Some(source) = config.get("source").and_then(Node::known) else { continue };
            let Some(file) = stack.project.path(&["configs", source, "file"]).and_then(Node::text) else { continue };
            let target = config.get("target").and_then(Node::text).map_or_else(|| source.to_owned(), Text::display);
            let mount = Mount { stack, service, target, folder: false, span: config.span() };
            self.add(join(&stack.directory, &file.display()), mount);
        }
    }

    fn add(&mut self, source: String, mount: Mount<'a>) {
        let at = self.all.len();
        self.by_name.entry(last(&source).to_owned()).or_default().push(at);
        self.by_source.entry(source).or_default().push(at);
        self.all.push(mount);
    }

    /// The first mount of `document`, or of a folder above it, and its path in the container. A template whose deployed
    /// place is not known is also told by its name alone.
    pub(super) fn of(&self, document: &Document) -> Option<(&Mount<'a>, String)> {
        let found = self.exact(document).or_else(|| {
            let loose = document.template && document.deployed.is_none();
            let name = last(&document.path);
            let stem = crate::load::classify::template_stem(name).unwrap_or(name);
            let at = self.by_name.get(stem).filter(|_| loose)?.first()?;
            Some((*at, String::new()))
        });
        let (at, below) = found?;
        let mount = self.all.get(at)?;
        let target = if mount.folder { join(&mount.target, &below) } else { join("/", &mount.target) };
        Some((mount, target))
    }

    /// The first mount whose source is one of the document's paths or a folder above one, and the path below it.
    fn exact(&self, document: &Document) -> Option<(usize, String)> {
        let path = document.deployed.as_ref().map_or_else(|| join("", &document.path), |d| join("", &d.display()));
        let disk = document.disk.as_ref().and_then(|d| d.to_str());
        let mut first: Option<(usize, String)> = None;
        for path in [Some(path.as_str()), disk].into_iter().flatten() {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            for end in ends {
                let Some(at) = self.by_source.get(&path[..end]).and_then(|all| all.first()) else { continue };
                if first.as_ref().is_none_or(|(other, _)| at < other) {
                    first = Some((*at, path[end..].trim_start_matches('/').to_owned()));
                }
            }
        }
        first
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
