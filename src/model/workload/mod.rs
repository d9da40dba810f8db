//! Containers that a file starts by itself (Quadlet, Kubernetes): each with what it runs, its environment and its probes.
//!
//! A provider reads one kind of file and gives [`Workload`]s; nothing else has to know the format. Its commands, images,
//! credentials and probes become facts with everybody else's. Compose, docker's command line and Ansible have facts of
//! their own beside those and give a [`Container`] only.

mod kubernetes;
mod quadlet;
pub(crate) mod quadlet_key;
mod quadlet_slip;

use super::Model;
use super::compose::healthcheck;
use super::compose::store::{self, Told};
use super::container::Container;
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::knowledge::Knowledge;
use crate::text::{Place, Text};

pub(crate) use kubernetes::{configurations, secrets};
pub(crate) use quadlet::images;

/// One container of a file.
#[derive(Debug, Clone)]
pub(crate) struct Workload {
    pub(crate) container: Container,
    /// Index of its document in the deployment.
    pub(crate) document: usize,
    /// The image; `None` where it is another unit's, or none.
    pub(crate) image: Option<Text>,
    /// The command lines that it is told to run in place of the image's own, or behind its entrypoint.
    pub(crate) starts: Vec<Vec<Text>>,
    /// Its environment; a value that stands elsewhere is `None`.
    pub(crate) environment: Vec<(Text, Option<Text>)>,
    pub(crate) probes: Vec<Probe>,
    /// What it publishes on the host, as written.
    pub(crate) ports: Vec<Text>,
    /// What says where it keeps its data.
    pub(crate) told: Told,
}

/// What asks a container whether it is well.
#[derive(Debug, Clone)]
pub(crate) struct Probe {
    pub(crate) place: Place,
    pub(crate) test: Test,
}

/// How it is asked.
#[derive(Debug, Clone)]
pub(crate) enum Test {
    /// Not at all: the image's own check is switched off.
    None,
    /// By a line of shell in the container.
    Shell(Text),
    /// By a program in the container, without a shell.
    Words(Vec<Text>),
    /// As compose writes it: `CMD`, `CMD-SHELL` or `NONE` first.
    List(Vec<Text>),
    /// By a request from outside; without a host it is the container's own address.
    Http { host: Option<Text>, port: Option<Text>, path: Option<Text> },
}

impl Test {
    /// Whether it switches the image's own check off.
    pub(crate) fn is_off(&self) -> bool {
        match self {
            Test::None => true,
            Test::List(words) => words.first().and_then(Text::known) == Some("NONE"),
            Test::Shell(_) | Test::Words(_) | Test::Http { .. } => false,
        }
    }

    /// As Podman takes it: a line of shell, which may begin with `CMD-SHELL`, words behind `CMD`, a list as JSON, or `none`.
    pub(crate) fn of_podman(value: &Text) -> Option<Test> {
        const SHELL: &str = "CMD-SHELL ";
        const WORDS: &str = "CMD ";
        Some(match value.known() {
            Some("none") => Test::None,
            Some(list) if list.starts_with('[') => {
                let Body::Nodes(nodes) = crate::load::parse(Kind::Json, value).0 else { return None };
                let items = nodes.first()?.seq()?.iter().filter_map(|n| n.text().cloned());
                Test::Words(items.filter(|t| t.value() != "CMD").collect())
            }
            Some(line) if line.starts_with(WORDS) => Test::Words(quadlet::texts(&value.slice(WORDS.len()..line.len()))),
            Some(line) if line.starts_with(SHELL) => Test::Shell(value.slice(SHELL.len()..line.len())),
            _ => Test::Shell(value.clone()),
        })
    }
}

/// What gives the containers of the file with this index.
type Provider = fn(&Deployment, usize, &Knowledge) -> Vec<Workload>;

/// Who reads the files of which format of `load::formats`.
const PROVIDERS: [(&str, Provider); 1] = [(kubernetes::NAME, kubernetes::workloads)];

/// The words that an `origin` may be: those that are given, and the formats of this folder.
macro_rules! origins {
    ($($own:literal),*) => { &[$($own,)* "quadlet", "kubernetes"] };
}
pub(crate) use origins;

/// The containers of all files that start some.
pub(crate) fn collect(deployment: &Deployment, knowledge: &Knowledge) -> Vec<Workload> {
    let mut found = Vec::new();
    for (index, document) in deployment.documents.iter().enumerate() {
        match document.kind {
            Kind::Unit => found.extend(quadlet::workload(deployment, index, knowledge)),
            Kind::Workload(format) => {
                let provider = PROVIDERS.iter().find(|(name, _)| *name == format);
                found.extend(provider.into_iter().flat_map(|(_, read)| read(deployment, index, knowledge)));
            }
            _ => {}
        }
    }
    found
}

/// The file that a container stands in.
pub(crate) fn document<'a>(deployment: &'a Deployment, workload: &Workload) -> Option<&'a Document> {
    deployment.documents.get(workload.document).map(AsRef::as_ref)
}

/// Adds the facts of the containers, their mounts and their probes.
pub(crate) fn build(model: &mut Model<'_>, workloads: &[Workload]) {
    for workload in workloads {
        let added = workload.container.clone().add(model, None);
        if let Some(image) = workload.image.as_ref().filter(|_| !workload.container.ends) {
            store::of_container(model, &added, image, &workload.told, &workload.container.mounts);
        }
        for probe in &workload.probes {
            healthcheck::of_probe(model, added.id, workload.image.as_ref(), &workload.told, probe);
        }
    }
    quadlet_key::build(model);
}

#[cfg(test)]
#[path = "workload_tests.rs"]
mod tests;
