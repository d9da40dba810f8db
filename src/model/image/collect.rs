//! Finds the places that name images.

use std::collections::{BTreeSet, HashSet};

use crate::ansible::walk::{self, Task};
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::model::command::docker::{self, Verb};
use crate::model::command::{Commands, Origin};
use crate::model::workload::{self, Workload};
use crate::source::Span;
use crate::syntax::dockerfile::Dockerfile;
use crate::text::{Builder, Text};
use crate::yaml::Node;

/// One place that names an image.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // Independent facts about one place, each a field of the fact.
pub(super) struct Use {
    pub(super) image: Text,
    pub(super) origin: &'static str,
    pub(super) action: Action,
    /// Whether the same place says that it is built here.
    pub(super) built: bool,
    /// Whether compose is told to pull it again at each start, or each day.
    pub(super) asked: bool,
    /// The key of the compose service.
    pub(super) service: Option<Span>,
    pub(super) path: String,
    pub(super) unattended: bool,
    /// Whether a command runs a container that is gone when it ends: `docker run --rm`.
    pub(super) helper: bool,
}

/// What is done with an image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Run,
    Pull,
    Build,
    Base,
}

impl Action {
    /// The name in facts; frozen.
    pub(super) fn name(self) -> &'static str {
        match self {
            Action::Run => "run",
            Action::Pull => "pull",
            Action::Build => "build",
            Action::Base => "base",
        }
    }
}

/// All uses, in the order of stacks, documents and commands.
pub(super) fn collect(deployment: &Deployment, commands: &Commands, workloads: &[Workload]) -> Vec<Use> {
    let mut found = Vec::new();
    for stack in &deployment.stacks {
        of_project(&stack.project, &mut found);
    }
    for document in &deployment.documents {
        match &document.body {
            Body::Dockerfile(file) => of_dockerfile(file, &document.path, &mut found),
            _ if matches!(document.kind, Kind::AnsiblePlaybook | Kind::AnsibleTasks) => {
                for task in walk::walk(document) {
                    of_task(&task, &document.path, &mut found);
                }
            }
            _ => {}
        }
    }
    of_workloads(deployment, workloads, &mut found);
    let jobs = Jobs::new(deployment, commands);
    for run in &commands.all {
        let Some(site) = commands.sites.get(run.site) else { continue };
        let Some(call) = docker::parse(run.effective()) else { continue };
        let action = match call.verb {
            Verb::Run | Verb::Create => Action::Run,
            Verb::Pull => Action::Pull,
            Verb::Build | Verb::Tag => Action::Build,
            _ => continue,
        };
        let document = site.document.and_then(|d| deployment.documents.get(d));
        let unattended = site.unattended || document.is_some_and(|d| jobs.runs(d));
        let origin = if site.origin == Origin::Ansible { "ansible" } else { "command" };
        let plain = |w: &Text| !w.value().starts_with('-') && !w.value().is_empty();
        let images: Vec<Text> = match call.verb {
            Verb::Build => call.values(&["-t", "--tag"]).cloned().collect(),
            Verb::Tag => call.command.last().map(|w| w.text.clone()).into_iter().collect(),
            Verb::Pull => {
                call.target.iter().chain(call.command.iter().map(|w| &w.text)).filter(|w| plain(w)).cloned().collect()
            }
            _ => call.target.clone().filter(plain).into_iter().collect(),
        };
        let set = |name: &str| call.options.iter().any(|(option, _)| option.value() == name);
        let helper = action == Action::Run && set("--rm") && !call.detached();
        let of = |image| Use {
            image,
            origin,
            action,
            built: false,
            asked: false,
            service: None,
            path: site.path.clone(),
            unattended,
            helper,
        };
        found.extend(images.into_iter().map(of));
    }
    found
}

fn of_workloads(deployment: &Deployment, workloads: &[Workload], found: &mut Vec<Use>) {
    let of = |image: &Text, origin, action, path: &str| Use {
        image: image.clone(),
        origin,
        action,
        built: false,
        asked: false,
        service: None,
        path: path.to_owned(),
        unattended: false,
        helper: false,
    };
    let replaced = kustomized(deployment);
    for workload in workloads {
        let path = workload::document(deployment, workload).map_or("", |d| d.path.as_str());
        let origin = workload.container.origin.name();
        let here = |image: &&Text| origin != "kubernetes" || image.known().is_none_or(|i| !replaced.contains(name(i)));
        found.extend(workload.image.iter().filter(here).map(|image| of(image, origin, Action::Run, path)));
    }
    let pulled = workload::images(deployment).into_iter();
    found.extend(pulled.map(|(document, image)| of(image, "quadlet", Action::Pull, &document.path)));
}

/// The images for which a `kustomization.yml` gives the tag or the digest: what the manifests say of them is replaced.
fn kustomized(deployment: &Deployment) -> HashSet<String> {
    let all = deployment.helpers.iter().chain(deployment.documents.iter().map(|d| &d.text));
    let texts = all.filter(|t| t.value().contains("kustomize.config.k8s.io") && t.value().contains("images:"));
    let nodes = texts.flat_map(|text| crate::yaml::parse(text).documents);
    let mut found = HashSet::new();
    for node in nodes {
        for item in node.get("images").and_then(Node::seq).unwrap_or_default() {
            let given = ["newTag", "digest"].iter().any(|key| item.get(key).is_some_and(|n| !n.is_null()));
            let known = item.get("name").and_then(Node::known).filter(|_| given);
            found.extend(known.map(|n| name(n).to_owned()));
        }
    }
    found
}

/// The name of an image without tag and digest.
fn name(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => name,
        _ => image,
    }
}

fn of_project(project: &Node, found: &mut Vec<Use>) {
    for entry in project.get("services").and_then(Node::map).unwrap_or(&[]) {
        let Some(image) = entry.value.get("image").and_then(Node::text).filter(|t| !t.is_empty()) else { continue };
        let built = entry.value.get("build").is_some_and(|b| !b.is_null());
        let action = if built { Action::Build } else { Action::Run };
        let service = Some(entry.key.span());
        found.push(Use {
            image: image.clone(),
            origin: "compose",
            action,
            built,
            asked: entry.value.get("pull_policy").and_then(Node::known).is_some_and(pulls_again),
            service,
            path: String::new(),
            unattended: false,
            helper: false,
        });
    }
}

/// Whether a `pull_policy` asks for the registry's image though there is one.
fn pulls_again(policy: &str) -> bool {
    matches!(policy, "always" | "daily" | "weekly") || policy.starts_with("every_")
}

fn of_dockerfile(file: &Dockerfile, path: &str, found: &mut Vec<Use>) {
    let of = |image: Text| Use {
        image,
        origin: "dockerfile",
        action: Action::Base,
        built: false,
        asked: false,
        service: None,
        path: path.to_owned(),
        unattended: false,
        helper: false,
    };
    for (index, stage) in file.stages.iter().enumerate() {
        if stage.base.is_none() && stage.from.known() != Some("scratch") {
            found.push(of(stage.from.clone()));
        }
        for instruction in stage.instructions.iter().filter(|i| i.name == "COPY") {
            let Some(from) = instruction.flag("from") else { continue };
            let stage = from.known().and_then(|f| file.stage(f)).filter(|s| *s < index);
            // A name without a tag or a registry may be a build context that compose or `docker build` names.
            let named = from.value().contains([':', '/', '@']);
            if stage.is_none() && named {
                found.push(of(from));
            }
        }
    }
}

fn of_task(task: &Task<'_>, path: &str, found: &mut Vec<Use>) {
    let built_from = || task.arg("build").is_some_and(|b| !b.is_null()) || task.arg("path").is_some();
    let source = task.arg_text("source").and_then(|s| s.known().map(str::to_owned)).unwrap_or_default();
    let (image, action) = match task.module_name() {
        "docker_container" | "podman_container" | "docker_swarm_service" | "docker_compose_v2_run" => {
            (task.arg_text("image"), Action::Run)
        }
        "docker_image_pull" => (named(task), Action::Pull),
        "docker_image_build" | "docker_image_load" | "docker_image_tag" => (named(task), Action::Build),
        "docker_image" | "podman_image" => {
            let absent = task.arg_text("state").is_some_and(|s| s.known() == Some("absent"));
            let action = match source.as_str() {
                _ if absent => return,
                "build" | "load" | "local" => Action::Build,
                "pull" => Action::Pull,
                _ if built_from() => Action::Build,
                _ => Action::Pull,
            };
            (named(task), action)
        }
        _ => return,
    };
    let absent = task.arg_text("state").is_some_and(|s| s.known() == Some("absent"));
    if let Some(image) = image.filter(|i| !i.is_empty() && !absent) {
        found.push(Use {
            image,
            origin: "ansible",
            action,
            built: false,
            asked: false,
            service: None,
            path: path.to_owned(),
            unattended: false,
            helper: false,
        });
    }
}

/// `name:` with `tag:` behind it.
fn named(task: &Task<'_>) -> Option<Text> {
    let name = task.arg_text("name")?;
    let Some(tag) = task.arg_text("tag") else { return Some(name) };
    let mut builder = Builder::new(name.span());
    builder.text(&name);
    // The colon is Ansible's; it stands where the tag begins.
    builder.literal(":", Span { end: tag.span().start, ..tag.span() });
    builder.text(&tag);
    Some(builder.finish().with_span(name.span()))
}

/// The scripts and units that run without anybody watching.
struct Jobs {
    /// The last parts of the files that cron jobs and timers run.
    names: BTreeSet<String>,
}

impl Jobs {
    fn new(deployment: &Deployment, commands: &Commands) -> Self {
        let timers: BTreeSet<&str> =
            deployment.documents.iter().filter_map(|d| file_name(d).strip_suffix(".timer")).collect();
        let mut names: BTreeSet<String> = timers.iter().map(|t| format!("{t}.service")).collect();
        for run in &commands.all {
            let Some(site) = commands.sites.get(run.site) else { continue };
            let document = site.document.and_then(|d| deployment.documents.get(d));
            let timed =
                document.is_some_and(|d| file_name(d).strip_suffix(".service").is_some_and(|n| timers.contains(n)));
            if site.unattended || timed {
                let words = run.effective().iter().map(|w| w.text.display());
                names.extend(words.filter_map(|w| w.rsplit('/').next().map(str::to_owned)).filter(|w| w.len() > 2));
            }
        }
        Self { names }
    }

    fn runs(&self, document: &Document) -> bool {
        if !matches!(document.kind, Kind::Script | Kind::Unit) {
            return false;
        }
        let name = file_name(document);
        let deployed = document.deployed.as_ref().map(Text::display).unwrap_or_default();
        let deployed = deployed.rsplit('/').next().unwrap_or("");
        let words = ["backup", "cron", "nightly", "daily", "hourly", "weekly", "cleanup", "prune"];
        let called = || document.kind == Kind::Script && words.iter().any(|w| name.contains(w));
        let folder = || document.path.contains("/cron.");
        self.names.contains(name) || !deployed.is_empty() && self.names.contains(deployed) || called() || folder()
    }
}

/// The last part of a document's path, without a template's ending.
fn file_name(document: &Document) -> &str {
    let name = document.path.rsplit('/').next().unwrap_or(&document.path);
    crate::load::classify::template_stem(name).unwrap_or(name)
}
