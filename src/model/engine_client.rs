//! The version in which a container's software asks a container engine's API, where its release can ask in that one alone.
//!
//! Docker Engine 29 refuses old ones. Which engine runs is not written in these files, unless something says it.

use super::Model;
use super::compose::image::Reference;
use super::fact::{Field, Value};
use super::subject::Subject;
use crate::text::Place;

/// What a file says that sets the version of a client, the lowest one of an engine, or the engine's own.
const SAID: &[&str] = &[
    "DOCKER_API_VERSION",
    "DOCKER_MIN_API_VERSION",
    "min-api-version",
    "docker-ce=",
    "docker_version",
    "docker_ce_version",
];

/// Says of each container of known software in which version it asks.
pub(crate) fn build(model: &mut Model<'_>) {
    let mut found = Vec::new();
    for id in model.facts.of(Subject::Container) {
        let Some(image) = model.facts.get(id).field("image") else { continue };
        let Value::Str(reference) = &image.value else { continue };
        let (repository, tag) = Reference::cut(reference);
        // A digest alone may be that of any release.
        let Some(tag) = tag.or((!reference.contains('@')).then_some("latest")) else { continue };
        let client = model.knowledge.image(repository).and_then(|known| known.engine_client(tag));
        found.extend(client.map(|c| (id, c.api.clone(), c.instead.clone(), image.place.clone())));
    }
    if found.is_empty() {
        return;
    }
    let said = said(model);
    for (id, api, instead, place) in found {
        let unknown = || Value::Unknown("which version of the API the engine takes is not known".to_owned());
        let value = if said { unknown() } else { api.into() };
        model.facts.set(id, "engine_client", at(value, place.as_ref()));
        model.facts.set(id, "engine_client_instead", at(instead.into(), place.as_ref()));
    }
}

fn at(value: Value, place: Option<&Place>) -> Field {
    Field { value, place: place.cloned() }
}

/// Whether a file of the tree says something of versions of the API, or pins the engine.
fn said(model: &Model<'_>) -> bool {
    model.deployment.texts().any(|text| SAID.iter().any(|word| text.contains(word)))
}
