//! What all services of a deployment mount, and the containers of LiteLLM that scripts and Quadlet files start, to be found by what is mounted: each config asks for its own mounts, and there
//! may be as many configs as stacks.

use std::collections::HashMap;

use crate::document::Document;
use crate::expand::{Deployment, Stack};
use crate::model::launched::Launched;
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
    /// The project, where it is a service of one.
    pub(super) stack: Option<&'a Stack>,
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
    pub(super) fn new(deployment: &'a Deployment, launched: &'a [Launched]) -> Self {
        let mut mounts = Self::default();
        for stack in &deployment.stacks {
            for service in stack.project.get("services").and_then(Node::map).unwrap_or_default() {
                if service.key.text().is_some() {
                    mounts.service(stack, service);
                }
            }
        }
        for one in launched {
            mounts.launched(one);
        }
        mounts
    }

    /// The mounts of a container of LiteLLM's own image. `$PWD`, `%h` and their like are taken for the folder of the file that
    /// starts it where the name is all that is known.
    fn launched(&mut self, one: &'a Launched) {
        let service = &one.service;
        if !service.value.get("image").and_then(Node::text).is_some_and(super::service::litellm) {
            return;
        }
        for volume in service.value.get("volumes").and_then(Node::seq).unwrap_or_default() {
            let text = |key: &str| volume.get(key).and_then(Node::text);
            let (Some(source), Some(target)) = (text("source"), text("target").and_then(Text::known)) else { continue };
            let name = last(source.value());
            let near = !source.is_known() || source.value().starts_with(['/', '~', '%', '$']);
            let path = if near { join(&one.folder, name) } else { join(&one.folder, source.value()) };
            if name.contains('.') {
                let mount =
                    Mount { stack: None, service, target: target.to_owned(), folder: true, span: volume.span() };
                let at = self.all.len();
                self.by_source.entry(join("", &path)).or_default().push(at);
                self.all.push(mount);
            }
        }
    }

    fn service(&mut self, stack: &'a Stack, service: &'a Entry) {
        for volume in service.value.get("volumes").and_then(Node::seq).unwrap_or_default() {
            let text = |key: &str| volume.get(key).and_then(Node::text).map(Text::display);
            let (Some(source), Some(target)) = (text("source"), text("target")) else { continue };
            let mount = Mount { stack: Some(stack), service, target, folder: true, span: volume.span() };
            self.add(join(&stack.directory, &source), mount);
        }
        for config in service.value.get("configs").and_then(Node::seq).unwrap_or_default() {
            let Some(source) = config.get("source").and_then(Node::known) else { continue };
            let Some(file) = stack.project.path(&["configs", source, "file"]).and_then(Node::text) else { continue };
            let target = config.get("target").and_then(Node::text).map_or_else(|| source.to_owned(), Text::display);
            let mount = Mount { stack: Some(stack), service, target, folder: false, span: config.span() };
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
            let named = self.by_name.get(stem).filter(|_| loose)?;
            let at = named.iter().copied().min_by_key(|at| (!self.of_litellm(*at), *at))?;
            Some((at, String::new()))
        });
        let (at, below) = found?;
        let mount = self.all.get(at)?;
        let target = if mount.folder { join(&mount.target, &below) } else { join("/", &mount.target) };
        Some((mount, target))
    }

    /// The mount whose source is one of the document's paths or a folder above one, and the path below it: the first of a
    /// LiteLLM, else the first. What makes the config may mount it as well.
    fn exact(&self, document: &Document) -> Option<(usize, String)> {
        let path = document.deployed.as_ref().map_or_else(|| join("", &document.path), |d| join("", &d.display()));
        let disk = document.disk.as_ref().and_then(|d| d.to_str());
        let mut found: Vec<(usize, String)> = Vec::new();
        for path in [Some(path.as_str()), disk].into_iter().flatten() {
            let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
            for end in ends {
                let below = path[end..].trim_start_matches('/');
                let all = self.by_source.get(&path[..end]).into_iter().flatten();
                found.extend(all.map(|at| (*at, below.to_owned())));
            }
        }
        found.into_iter().min_by_key(|(at, _)| (!self.of_litellm(*at), *at))
    }

    /// Whether it is a mount of a container of LiteLLM's image.
    fn of_litellm(&self, at: usize) -> bool {
        let image = self.all.get(at).and_then(|m| m.service.value.get("image")).and_then(Node::text);
        image.is_some_and(super::service::litellm)
    }
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}
