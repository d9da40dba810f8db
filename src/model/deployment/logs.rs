//! Facts of subject `deployment.log`: logs that nothing limits or rotates.

use std::collections::BTreeSet;

use super::around::Around;
use super::{ServiceView, View, below};
use crate::document::{Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::text::Text;

/// The fields of `deployment.log`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.log",
    doc: "A log that grows: the containers' own of one project, or a file that a configuration writes to a volume.",
    fields: &[
        field("kind", FieldKind::OneOf(&["container", "file"]), "Whose log it is."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("services", FieldKind::List(&FieldKind::Fact(Subject::Service)), "The services whose log it is."),
        field("path", FieldKind::Str, "The file, where it is one."),
        field("mount", FieldKind::Str, "The mount that it lies on, where it is a file."),
        field(
            "limited",
            FieldKind::Bool,
            "Whether something limits it: logging options, the engine's daemon.json, logrotate.",
        ),
    ],
};

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>, around: &Around<'_>) {
    containers(model, view, around.daemon_limits);
    let mounts: Vec<_> = view.services.iter().flat_map(ServiceView::mounts).collect();
    let names: BTreeSet<&str> = mounts.iter().filter_map(|m| m.source?.value().rsplit('/').next()).collect();
    let mounted = |d: &&&Document| d.path.rsplit('/').next().is_some_and(|name| names.contains(name));
    for document in around.configurations.iter().filter(mounted) {
        files(model, view, document);
    }
}

fn containers(model: &mut Model<'_>, view: &View<'_>, limited: bool) {
    let unlimited = |s: &&ServiceView<'_>| {
        matches!(model.facts.get(s.id).field("log_limited").map(|f| &f.value), Some(Value::Bool(false)))
    };
    let services: Vec<&ServiceView<'_>> = view.services.iter().filter(unlimited).collect();
    let Some(first) = services.first() else { return };
    let place = first.key.span();
    let ids: Vec<FactId> = services.iter().map(|s| s.id).collect();
    let fact = Fact::new(Subject::DeploymentLog, place.into())
        .with("kind", "container")
        .with("stack", view.id)
        .with("services", ids)
        .with("limited", limited);
    model.facts.add(fact);
}

/// The log files that an nginx configuration writes, where the service that mounts it keeps them on a volume.
fn files(model: &mut Model<'_>, view: &View<'_>, document: &Document) {
    let name = document.path.rsplit('/').next().unwrap_or_default();
    let holds = |s: &&ServiceView<'_>| {
        let mounts = s.mounts();
        mounts.iter().any(|m| m.source.is_some_and(|t| t.value().rsplit('/').next() == Some(name)))
    };
    let Some(service) = view.services.iter().find(holds) else { return };
    for path in log_paths(&document.text) {
        let Some(known) = path.known() else { continue };
        let mounts = service.mounts();
        let kept = |k: &str| matches!(k, "volume" | "bind");
        let Some(mount) = mounts.iter().find(|m| kept(&m.kind) && m.target.known().is_some_and(|t| below(known, t)))
        else {
            continue;
        };
        let fact = Fact::new(Subject::DeploymentLog, path.place())
            .with("kind", "file")
            .with("stack", view.id)
            .with("services", vec![service.id])
            .with("path", &path)
            .with("mount", mount.source.map_or(Field::derived(Value::Null), Field::text))
            .with("limited", rotated(model, known));
        model.facts.add(fact);
    }
}

/// The paths of `access_log` and `error_log` directives.
fn log_paths(text: &Text) -> Vec<Text> {
    let mut found = Vec::new();
    let mut at = 0;
    for line in text.value().split_inclusive('\n') {
        let start = at;
        at += line.len();
        let mut words = line.split_whitespace();
        if !matches!(words.next(), Some("access_log" | "error_log")) {
            continue;
        }
        let Some(path) = words.next().map(|w| w.trim_end_matches(';')) else { continue };
        let Some(offset) = line.find(path) else { continue };
        if path.starts_with('/') && !path.starts_with("/dev/") {
            found.push(text.slice(start + offset..start + offset + path.len()));
        }
    }
    found
}

/// Whether a logrotate configuration of the deployment names the file or its folder.
fn rotated(model: &Model<'_>, path: &str) -> bool {
    let folder = super::folder(path);
    let rotates = |d: &Document| d.text.value().contains("rotate ") || d.text.value().contains("maxsize");
    let mut files =
        model.deployment.documents.iter().filter(|d| matches!(d.kind, Kind::Conf(_) | Kind::Script) && rotates(d));
    files.any(|d| d.text.value().contains(path) || d.text.value().contains(&format!("{folder}/*")))
}
