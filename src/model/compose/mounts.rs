//! Facts of subject `mount` for compose services: `volumes` and `tmpfs`.

use super::MountInfo;
use super::read::{place, scalar, texts, tri, truth};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::model::mount;
use crate::model::subject::Subject;
use crate::text::{Place, Text};
use crate::yaml::Node;

/// Whom a mount belongs to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Owner {
    pub(super) stack: FactId,
    pub(super) service: FactId,
    pub(super) container: FactId,
}

pub(super) fn build(model: &mut Model<'_>, owner: Owner, node: &Node) -> Vec<MountInfo> {
    let mut all = Vec::new();
    for volume in node.get("volumes").and_then(Node::seq).unwrap_or(&[]) {
        all.push(one(model, owner, volume));
    }
    for tmpfs in texts(node.get("tmpfs")) {
        all.push(tmpfs_mount(model, owner, &tmpfs));
    }
    all
}

fn one(model: &mut Model<'_>, owner: Owner, node: &Node) -> MountInfo {
    let kind = node.get("type").and_then(Node::known).unwrap_or("volume").to_owned();
    let source = node.get("source").and_then(|n| n.text().cloned());
    let target = node.get("target").and_then(|n| n.text().cloned());
    let read_only = truth(node.get("read_only"), false);
    let read_only_field =
        Field { value: tri(read_only, "`read_only` is not known"), place: node.get("read_only").map(place) };
    let fact = host_fields(base(owner, place(node)), &kind, source.as_ref(), target.as_ref())
        .with("type", kind.as_str())
        .with("source", scalar(node.get("source")))
        .with("target", scalar(node.get("target")))
        .with("read_only", read_only_field);
    MountInfo { id: model.facts.add(fact), kind, source, target, read_only }
}

fn tmpfs_mount(model: &mut Model<'_>, owner: Owner, text: &Text) -> MountInfo {
    let target = text.split_once(':').map_or_else(|| text.clone(), |(t, _)| t);
    let fact = base(owner, text.place())
        .with("type", "tmpfs")
        .with("target", &target)
        .with("read_only", false)
        .with("credential", false);
    MountInfo {
        id: model.facts.add(fact),
        kind: "tmpfs".to_owned(),
        source: None,
        target: Some(target),
        read_only: Some(false),
    }
}

fn base(owner: Owner, place: Place) -> Fact {
    Fact::new(Subject::Mount, place)
        .with("container", owner.container)
        .with("service", owner.service)
        .with("stack", owner.stack)
}

/// The fields that say what the host path is; unknown where the path is.
pub(crate) fn host_fields(fact: Fact, kind: &str, source: Option<&Text>, target: Option<&Text>) -> Fact {
    let known = source.map(|s| s.known());
    let fact = fact.with("credential", mount::credential(known.flatten(), target.and_then(Text::known)));
    if kind != "bind" {
        return fact;
    }
    match (source, known.flatten()) {
        (Some(text), Some(path)) => {
            let (socket, engine) = mount::socket(path);
            fact.with("socket", Field::at(socket, text.place()))
                .with("engine", engine)
                .with("host_class", Field::at(mount::host_class(path), text.place()))
        }
        (Some(text), None) => unknown_source(fact, text, target),
        (None, _) => fact,
    }
}

/// A path that is only partly known still shows a socket by its end, or by where it goes.
fn unknown_source(fact: Fact, text: &Text, target: Option<&Text>) -> Fact {
    let why = match Field::text(text).value {
        Value::Unknown(why) => why,
        _ => String::new(),
    };
    let own = mount::engine_socket(text.value()).filter(|_| text.value().contains('/'));
    let ends = own.or_else(|| target.and_then(|t| mount::engine_socket(t.value())));
    match ends {
        Some(engine) => {
            fact.with("socket", Field::at("socket", text.place())).with("engine", engine).with("host_class", "socket")
        }
        None => fact
            .with("socket", Value::Unknown(why.clone()))
            .with("engine", Value::Unknown(why.clone()))
            .with("host_class", Value::Unknown(why)),
    }
}
