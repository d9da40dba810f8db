//! One project: its networks first, then its services.

use std::collections::HashMap;

use super::fresh_volume::{self, Prepared};
use super::read::{self, entries};
use super::{StackInfo, VolumeInfo, network, service, swarm};
use crate::expand::Stack;
use crate::model::Model;
use crate::model::fact::{Fact, Field, Value};
use crate::model::subject::Subject;
use crate::yaml::Entry;

pub(super) fn build(
    model: &mut Model<'_>,
    index: usize,
    stack: &Stack,
    (swarm, prepared): (&[&str], &Prepared<'_>),
) -> StackInfo {
    let fact = Fact::new(Subject::Stack, stack.project.span().into())
        .with("name", &stack.name)
        .with("directory", stack.directory.as_str())
        .with("completed", stack.platform.as_ref().is_some_and(|p| p.asks))
        .with("platform", stack.platform.as_ref().map_or(Value::Null, |p| Value::from(p.title.as_str())))
        .with("swarm", swarm::holds(swarm, model.deployment, stack) || swarm::written(model.deployment, stack));
    let id = model.facts.add(fact);
    let mut info = StackInfo {
        id,
        index,
        services: Vec::new(),
        networks: Vec::new(),
        by_key: HashMap::new(),
        volumes: Vec::new(),
    };
    let takers = fresh_volume::Takers::of(stack, prepared);
    for entry in entries(stack.project.get("networks")) {
        let network = network::build(model, id, entry);
        info.add_network(network);
    }
    for entry in entries(stack.project.get("volumes")) {
        info.volumes.push(VolumeInfo {
            key: read::display(&entry.key),
            real_name: entry.value.get("name").and_then(|n| n.text().cloned()),
            external: read::truth(entry.value.get("external"), false),
            place: read::key_span(entry),
        });
    }
    // What stands for services that are not seen (a file that can't be read, an expression of a template) is none itself.
    let seen = |e: &&Entry| e.key.known().is_some() || e.value.map().is_some();
    for entry in entries(stack.project.get("services")).iter().filter(seen) {
        let service = service::build(model, &info, (stack, &takers), entry);
        info.services.push(service);
    }
    let services: Vec<_> = info.services.iter().map(|s| s.id).collect();
    let networks: Vec<_> = info.networks.iter().map(|n| n.id).collect();
    model.facts.set(id, "services", Field::derived(services));
    model.facts.set(id, "networks", Field::derived(networks));
    info
}
