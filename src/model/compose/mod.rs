//! Facts about compose projects: services and what belongs to them, from docker compose's normal form.
//!
//! `stack` walks a project and calls the builder of each part; all keep in `StackInfo` what `topology` needs
//! afterwards to say what follows from several services together. Merging and normalising is `expand`'s.

mod address;
pub(in crate::model) mod base;
pub(in crate::model) mod build;
mod datastore;
mod dependency;
mod docker_api;
mod endpoint;
pub(crate) mod environment;
mod fresh_volume;
mod grant;
pub(in crate::model) mod healthcheck;
pub(crate) mod image;
pub(crate) mod mounts;
mod network;
mod port;
pub(crate) mod probe_form;
mod probe_line;
mod probe_port;
mod probe_variable;
pub(in crate::model) mod programs;
mod proxies;
pub(crate) mod read;
mod roles;
pub mod schema;
pub mod schema_probe;
mod service;
pub(crate) mod shell;
mod smokescreen;
mod squid;
mod stack;
mod start_shell;
mod startup;
pub(super) mod steps;
pub(in crate::model) mod store;
mod swarm;
pub(crate) mod topology;
mod volume;
mod without_network;

pub use grant::SCHEMA as GRANT;

use std::collections::HashMap;

use super::Model;
use super::fact::FactId;
use super::mount::Mount;
use crate::document::Body;
use crate::knowledge::Role;
use crate::source::Span;
use crate::text::{Place, Text};
use crate::yaml::Node;

/// A project on its way to facts.
#[derive(Debug)]
pub(crate) struct StackInfo {
    pub(crate) id: FactId,
    /// Which of the deployment's stacks it is.
    pub(crate) index: usize,
    pub(crate) services: Vec<ServiceInfo>,
    pub(crate) networks: Vec<NetworkInfo>,
    /// Which of them has a key.
    by_key: HashMap<String, usize>,
    pub(crate) volumes: Vec<VolumeInfo>,
}

/// A service on its way to facts.
#[derive(Debug)]
pub(crate) struct ServiceInfo {
    pub(crate) id: FactId,
    pub(crate) container: FactId,
    pub(crate) ports: Vec<FactId>,
    /// Whether its known image needs the internet.
    pub(crate) needs_internet: bool,
    /// What the software is called.
    pub(crate) title: Option<String>,
    pub(crate) name: String,
    pub(crate) node: Node,
    pub(crate) roles: Vec<Role>,
    /// Whether `roles` is all there is: false where the image is not known.
    pub(crate) roles_known: bool,
    /// Names by which others can reach it.
    pub(crate) names: Vec<String>,
    pub(crate) attachments: Vec<AttachmentInfo>,
    pub(crate) dependencies: Vec<DependencyInfo>,
    pub(crate) mounts: Vec<MountInfo>,
    pub(crate) variables: Vec<VariableInfo>,
}

/// A network on its way to facts.
#[derive(Debug)]
pub(crate) struct NetworkInfo {
    pub(crate) id: FactId,
    pub(crate) key: String,
    pub(crate) real_name: Option<String>,
    pub(crate) external: Option<bool>,
    /// Whether it leads out; of external ones, once joined.
    pub(crate) open: Option<bool>,
    /// Where its definition is; `None` for the implicit one.
    pub(crate) place: Option<Place>,
    /// The subnets that are asked for; `None` where something else may choose them.
    pub(crate) subnets: Option<Vec<Text>>,
}

/// A service on a network.
#[derive(Debug)]
pub(crate) struct AttachmentInfo {
    pub(crate) id: FactId,
    /// The network's key; `None` for the host's and another container's.
    pub(crate) network: Option<String>,
    /// The service whose network it shares.
    pub(crate) shares: Option<String>,
    pub(crate) open: Option<bool>,
}

/// A wait on its way to facts.
#[derive(Debug)]
pub(crate) struct DependencyInfo {
    pub(crate) id: FactId,
    pub(crate) target: String,
    pub(crate) healthy: bool,
    pub(crate) completes: bool,
    pub(crate) required: bool,
}

/// A mount on its way to facts.
#[derive(Debug)]
pub(crate) struct MountInfo {
    pub(crate) id: FactId,
    pub(crate) kind: String,
    pub(crate) source: Option<Text>,
    pub(crate) target: Option<Text>,
    pub(crate) read_only: Option<bool>,
    /// Whether it is a folder of the volume alone.
    pub(crate) part: bool,
}

/// A variable on its way to facts.
#[derive(Debug)]
pub(crate) struct VariableInfo {
    pub(crate) id: FactId,
    pub(crate) name: String,
    pub(crate) value: Option<Text>,
}

/// A volume on its way to facts.
#[derive(Debug)]
pub(crate) struct VolumeInfo {
    pub(crate) key: String,
    pub(crate) real_name: Option<Text>,
    pub(crate) external: Option<bool>,
    pub(crate) place: Span,
}

impl StackInfo {
    /// The network of a key.
    pub(crate) fn network(&self, key: &str) -> Option<&NetworkInfo> {
        self.networks.get(*self.by_key.get(key)?)
    }

    fn add_network(&mut self, network: NetworkInfo) {
        self.by_key.entry(network.key.clone()).or_insert(self.networks.len());
        self.networks.push(network);
    }
}

impl MountInfo {
    fn new(id: FactId, mount: Mount) -> Self {
        let kind = mount.kind().unwrap_or("volume").to_owned();
        let read_only = mount.is_read_only();
        Self { id, kind, source: mount.source, target: mount.target, read_only, part: mount.part }
    }
}

impl ServiceInfo {
    /// Whether it has `role` for certain.
    pub(crate) fn is(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }
}

/// Builds the facts of all projects, and returns what they are made of.
pub(crate) fn build(model: &mut Model<'_>) -> Vec<StackInfo> {
    let deployment = model.deployment;
    let swarm = swarm::told(deployment);
    let prepared = fresh_volume::Prepared::of(deployment);
    let mut stacks: Vec<StackInfo> = deployment
        .stacks
        .iter()
        .enumerate()
        .map(|(index, stack)| stack::build(model, index, stack, (&swarm, &prepared)))
        .collect();
    proxies::build(model, &mut stacks);
    topology::build(model, &mut stacks);
    for stack in &stacks {
        let project = deployment.stacks.get(stack.index).map(|s| &s.project);
        address::taken(model, stack, project.and_then(|p| p.get("networks")));
        startup::build(model, stack);
        docker_api::build(model, stack);
        datastore::build(model, stack);
    }
    docker_api::variants(model, &stacks);
    for stack in &stacks {
        volume::build(model, stack);
    }
    lone_probes(model);
    stacks
}

/// The health checks of Dockerfiles that no service builds.
fn lone_probes(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let seen: Vec<Span> = model
        .facts
        .iter()
        .filter(|(_, f)| f.subject == super::subject::Subject::Healthcheck)
        .map(|(_, f)| f.place.span)
        .collect();
    for document in &deployment.documents {
        let Body::Dockerfile(file) = &document.body else { continue };
        for (at, stage) in file.stages.iter().enumerate() {
            let build = build::Build::of_stage(file, at);
            let knowledge = model.knowledge;
            let has = |program: &str| programs::has(None, None, Some(&build), &programs::base(knowledge), program);
            let checks = stage.instructions.iter().filter(|i| i.name == "HEALTHCHECK");
            for words in checks.filter_map(build::probe) {
                if words.first().is_some_and(|w| !seen.contains(&w.span())) {
                    healthcheck::lone(model, &words, &has);
                }
            }
        }
    }
}
