//! Facts of subject `image_use`: every place that names a container image, in any format.
//!
//! `collect` finds them, `pin` says how firmly a reference names one image, `published` which the repository makes. What is known about the software in an image
//! is knowledge, not said here.

mod collect;
mod known;
pub(super) mod official;
mod pin;
mod published;

use std::collections::{BTreeSet, HashMap};

use super::Model;
use super::command::Commands;
use super::compose::image::Reference;
use super::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use super::subject::Subject;
use super::workload::Workload;
use crate::document::{Body, Document};
use crate::expand::Deployment;
use crate::knowledge::Knowledge;
use crate::source::Span;
use crate::text::Text;
use crate::yaml::Node;
use collect::{Action, Use};
use known::Known;
use published::Published;

/// The fields of `image_use`.
pub const SCHEMA: Schema = Schema {
    name: "image_use",
    doc: "A place that names a container image: compose `image:`, `FROM`, `COPY --from`, `docker run` and `docker pull` in any script or task, Ansible's modules.",
    fields: &[
        field("image", FieldKind::Str, "The reference as written."),
        field("repository", FieldKind::Str, "Everything before the tag."),
        field("tag", FieldKind::Str, "The tag."),
        field("digest", FieldKind::Str, "The digest, without its `@`."),
        field(
            "pin",
            FieldKind::OneOf(&["none", "latest", "floating", "version", "digest"]),
            "How firmly it names one image: `none`, `latest`, `floating`, `version` or `digest`.",
        ),
        field(
            "origin",
            FieldKind::OneOf(crate::model::workload::origins!("compose", "dockerfile", "command", "ansible")),
            "What names it.",
        ),
        field(
            "action",
            FieldKind::OneOf(&["run", "pull", "build", "base"]),
            "What is done with it: `run`, `pull`, `build` (made here) or `base` (built upon).",
        ),
        field("built", FieldKind::Bool, "Whether the deployment builds it, or its tag says that it was built locally."),
        field(
            "own",
            FieldKind::Bool,
            "Whether a workflow, a pipeline or a Makefile of the repository builds and pushes images of this name, or it is a catalogue of its owner's images.",
        ),
        field("service", FieldKind::Fact(Subject::Service), "The compose service that uses it, where one does."),
        field("path", FieldKind::Str, "The file that names it; empty for compose services."),
        field(
            "unattended",
            FieldKind::Bool,
            "Whether nobody watches when it is used: a cron job, a timer, a backup script.",
        ),
        field(
            "helper",
            FieldKind::Bool,
            "Whether a command runs it in a container that is gone when it ends: `docker run --rm`.",
        ),
        field(
            "prepared",
            FieldKind::Bool,
            "Whether something else in the deployment pulls or runs the same reference.",
        ),
        field(
            "auto_updated",
            FieldKind::Bool,
            "Whether its file asks for each new image of the tag: `AutoUpdate=registry` of Quadlet, `pull_policy: always` of compose.",
        ),
        field("withdrawn", FieldKind::Str, "What happened, where images are no longer published under this name."),
        field(
            "known_as",
            FieldKind::Str,
            "Of a compose service whose image has no version: the same image as another service of the same file names it with one, where they all name the same.",
        ),
        field(
            "unpinned_alike",
            FieldKind::List(&FieldKind::Str),
            "Where `known_as` is known: the images of the same file that are written like this one, it included.",
        ),
        field("instead", FieldKind::Str, "Where the same image is published now, where that is known."),
    ],
};

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands, workloads: &[Workload]) {
    let uses = collect::collect(model.deployment, commands, workloads);
    let made: BTreeSet<String> = uses
        .iter()
        .filter(|u| u.action == Action::Build)
        .map(|u| plain(&Reference::parse(&u.image).repository))
        .collect();
    // What runs or is pulled while somebody watches is there when a job needs it.
    let there: BTreeSet<String> = uses
        .iter()
        .filter(|u| matches!(u.action, Action::Run | Action::Pull) && (!u.unattended || u.action == Action::Pull))
        .map(|u| plain(&u.image))
        .collect();
    let own = built_services(model.deployment);
    let published = Published::new(model.deployment);
    let services: HashMap<Span, FactId> =
        model.facts.of(Subject::Service).into_iter().map(|id| (model.facts.get(id).place.span, id)).collect();
    let known = Known::of(&uses);
    for found in uses {
        let service = found.service.and_then(|span| services.get(&span)).copied();
        let fact = fact(&found, (&made, &own), &there, service);
        let repository = Reference::parse(&found.image).repository;
        let fact = fact.with("own", repository.known().is_some_and(|name| published.has(name)));
        let fact = known.told(withdrawn(fact, &found.image, model.knowledge), &found);
        let fact = fact.with("auto_updated", auto_updated(model.deployment, &found));
        model.facts.add(fact);
    }
}

fn fact(
    found: &Use,
    (made, own): (&BTreeSet<String>, &BTreeSet<String>),
    there: &BTreeSet<String>,
    service: Option<FactId>,
) -> Fact {
    let reference = Reference::parse(&found.image);
    let part = |text: Option<&Text>| text.map_or(Field::derived(Value::Null), Field::text);
    let unknown = || match Field::text(&found.image).value {
        unknown @ Value::Unknown(_) => unknown,
        _ => Value::Unknown("the image's name".to_owned()),
    };
    let pin = pin::pin(&reference).map_or_else(unknown, |pin| pin.name().into());
    let pin_place = reference.tag.as_ref().or(reference.digest.as_ref()).unwrap_or(&found.image).place();
    let built =
        found.built || made.contains(&plain(&reference.repository)) || local(&reference) || of_service(&reference, own);
    let prepared =
        if found.image.is_known() { Value::Bool(there.contains(&plain(&found.image)) || built) } else { unknown() };
    Fact::new(Subject::ImageUse, found.image.place())
        .with("image", Field::text(&found.image))
        .with("repository", part(Some(&reference.repository)))
        .with("tag", part(reference.tag.as_ref()))
        .with("digest", part(reference.digest.as_ref()))
        .with("pin", Field::at(pin, pin_place))
        .with("origin", found.origin)
        .with("action", found.action.name())
        .with("built", built)
        .with("service", Field::derived(service.map_or(Value::Null, Value::from)))
        .with("path", found.path.as_str())
        .with("unattended", found.unattended)
        .with("helper", found.helper)
        .with("prepared", prepared)
}

/// Whether the Quadlet file that names the image asks for each new one of its tag.
fn auto_updated(deployment: &Deployment, found: &Use) -> bool {
    let own = |d: &&std::sync::Arc<Document>| d.path == found.path;
    let quadlet = (found.origin == "quadlet").then(|| deployment.documents.iter().find(own)).flatten();
    let Some(document) = quadlet else { return found.asked };
    let Body::Unit(unit) = &document.body else { return false };
    unit.get("Container", "AutoUpdate").is_some_and(|d| d.value.known() == Some("registry"))
}

/// Adds where the image went, where it is no longer published under its name.
fn withdrawn(fact: Fact, image: &Text, knowledge: &Knowledge) -> Fact {
    let reference = Reference::parse(image);
    let Some(repository) = reference.repository.known() else { return fact };
    let tag = reference.tag.as_ref().map(|tag| tag.known().unwrap_or("latest"));
    // A digest without a tag may be that of `latest`.
    let latest = tag.is_none_or(|tag| tag == "latest");
    let Some((found, instead)) = knowledge.withdrawn(repository, latest) else { return fact };
    let fact = fact.with("withdrawn", Field::at(found.what.as_str(), reference.repository.place()));
    match instead {
        Some(instead) => fact.with("instead", instead.as_str()),
        None => fact,
    }
}

/// Whether the reference says that the image was built on the machine that runs it.
fn local(reference: &Reference) -> bool {
    let tag = reference.tag.as_ref().and_then(Text::known).unwrap_or("");
    tag == "local"
        || tag.starts_with("local-")
        || tag.ends_with("-local")
        || ["localhost/", "localhost:"].iter().any(|host| reference.repository.value().starts_with(host))
        || reference.repository.known().is_some_and(|name| !official::may_be(name))
}

/// The services that are built in some compose file: without `image:`, compose calls the image `<project>-<service>`.
fn built_services(deployment: &Deployment) -> BTreeSet<String> {
    let services = deployment.stacks.iter().filter_map(|s| s.project.get("services")).filter_map(Node::map).flatten();
    let built = services.filter(|s| s.value.get("build").is_some_and(|b| !b.is_null()));
    built.filter_map(|s| s.key.known().map(str::to_owned)).collect()
}

/// Whether compose itself would give an image of `services` this name.
fn of_service(reference: &Reference, services: &BTreeSet<String>) -> bool {
    let Some(name) = reference.repository.known().filter(|r| !r.contains('/')) else { return false };
    services.iter().any(|s| name.strip_suffix(s.as_str()).is_some_and(|p| p.len() > 1 && p.ends_with(['-', '_'])))
}

/// A reference without what docker adds by itself, for comparing.
fn plain(text: &Text) -> String {
    let shown = text.display();
    let hub = ["docker.io/library/", "docker.io/", "index.docker.io/library/", "library/"];
    hub.iter().find_map(|p| shown.strip_prefix(p)).unwrap_or(&shown).to_owned()
}

#[cfg(test)]
#[path = "image_tests.rs"]
mod tests;
