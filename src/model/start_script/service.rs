//! What compose services start: files that they mount, or that lie in the image that they build.

use super::image::{Brought, steps};
use super::words::{Program, of_list, of_script};
use super::{Start, Tree, image_start};
use crate::expand::{Deployment, Stack};
use crate::model::compose::base::{is_plain, is_root};
use crate::model::compose::build::{self, Build};
use crate::model::compose::read::texts;
use crate::model::fact::Fact;
use crate::syntax::script;
use crate::text::Text;
use crate::text::path::join;
use crate::yaml::Node;

/// A service.
pub(super) struct Service<'d> {
    name: &'d str,
    stack: &'d Stack,
    node: &'d Node,
    /// The Dockerfile of the tree that it builds.
    pub(super) build: Option<Build<'d>>,
    /// The folder that the build reads.
    pub(super) context: String,
}

/// The services of all projects.
pub(super) fn all(deployment: &Deployment) -> Vec<Service<'_>> {
    let mut found = Vec::new();
    for stack in deployment.stacks.iter().filter(|s| s.variant == 0) {
        for entry in stack.project.get("services").and_then(Node::map).unwrap_or_default() {
            let (Some(name), node) = (entry.key.known(), &entry.value) else { continue };
            let context = node.path(&["build", "context"]).and_then(Node::known).unwrap_or(".");
            let context = join(stack.directory.trim_start_matches("./"), context);
            let build = build::find(deployment, stack, node);
            found.push(Service { name, stack, node, build, context });
        }
    }
    found
}

impl Service<'_> {
    /// Whether it has a value for a key.
    pub(super) fn has(&self, key: &str) -> bool {
        self.node.get(key).is_some_and(|n| !n.is_null())
    }

    /// The file of the tree that a mount brings to `path`; `Err` where no mount does.
    fn mounted(&self, path: &str) -> Result<Option<Brought>, ()> {
        let mounts = self.node.get("volumes").and_then(Node::seq).unwrap_or_default();
        let mut best: Option<(&Node, String)> = None;
        for mount in mounts {
            let Some(target) = mount.get("target").and_then(Node::known) else { return Ok(None) };
            let target = target.trim_end_matches('/');
            let Some(below) = path.strip_prefix(target).filter(|b| b.is_empty() || b.starts_with('/')) else {
                continue;
            };
            if best.as_ref().is_none_or(|(_, other)| below.len() < other.len()) {
                best = Some((mount, below.to_owned()));
            }
        }
        let (mount, below) = best.ok_or(())?;
        let source = mount.get("source").and_then(Node::text);
        let bind = mount.get("type").and_then(Node::known) == Some("bind");
        Ok(source.filter(|s| bind && s.known().is_some_and(|s| !s.starts_with(['/', '~']))).map(|source| Brought {
            path: join(&join(&self.stack.directory, source.value()), below.trim_start_matches('/')),
            source: source.clone(),
            changed: None,
        }))
    }
}

/// The facts of a service.
pub(super) fn starts(tree: &Tree<'_>, service: &Service<'_>, found: &mut Vec<Fact>) {
    let own = texts(service.node.get("entrypoint"));
    let command = texts(service.node.get("command"));
    let image = service.build.map(|build| (build, steps(build.file(), build.stage())));
    let told = service.node.get("working_dir").and_then(Node::known).map(str::to_owned);
    let folder = told.or_else(|| image.as_ref().and_then(|(_, all)| super::workdir(all)));
    let hands = || service.node.get("image").and_then(Node::text).is_some_and(|i| is_plain(i) || is_root(i));
    let (programs, by_image) = if !own.is_empty() {
        (of_list(&[own, command].concat(), folder.as_deref()), false)
    } else if let Some((build, all)) = &image {
        (image_start(build.file(), build.stage(), all), true)
    } else if hands() {
        (of_list(&command, folder.as_deref()), false)
    } else {
        (Vec::new(), false)
    };
    let all = programs.into_iter().map(|p| (p, "container", by_image));
    let probes = probes(service.node, folder.as_deref()).into_iter().map(|p| (p, "probe", false));
    for (program, starts, by_image) in all.chain(probes) {
        let mounted = program.paths.iter().find_map(|path| service.mounted(path).ok());
        let brought = match (mounted, &image) {
            (Some(brought), _) => {
                brought.filter(|b| tree.deployment.paths.binary_search(&b.path).is_ok()).map(|b| (b, true))
            }
            // What the image starts is told in the Dockerfile.
            (None, Some((build, all))) if !by_image => {
                let context = tree.of_service(service, build.file());
                program.paths.iter().find_map(|path| context.brought(all, path)).map(|b| (b, false))
            }
            (None, _) => None,
        };
        found.extend(brought.map(|(brought, mounted)| {
            tree.fact(&program, &brought, Start { starts, service: Some(service.name), mounted })
        }));
    }
}

/// The programs of a service's own health check.
fn probes(node: &Node, folder: Option<&str>) -> Vec<Program> {
    let words: Vec<Text> = texts(node.path(&["healthcheck", "test"]));
    match words.first().and_then(Text::known) {
        Some("CMD") => of_list(words.get(1..).unwrap_or_default(), folder),
        Some("CMD-SHELL") => words.get(1).map(|line| of_script(&script::script(line), folder)).unwrap_or_default(),
        _ => Vec::new(),
    }
}
