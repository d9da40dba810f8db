//! Facts of subject `deployment.shared_path`: a service is told a directory that another one keeps on a volume.

use super::{ServiceView, View, below};
use crate::model::Model;
use crate::model::compose::read::{display, place};
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::Node;

/// The fields of `deployment.shared_path`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.shared_path",
    doc: "A directory that a variable names to one service and that another service of the project keeps on a volume.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service that is told."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("variable", FieldKind::Str, "The variable's name."),
        field("path", FieldKind::Str, "The directory, at the variable's value."),
        field("writer", FieldKind::Fact(Subject::Service), "The service that keeps it on a volume and may write."),
        field("volume", FieldKind::Str, "The volume or host path."),
        field("mounted", FieldKind::Bool, "Whether the first service mounts something there."),
    ],
};

/// Words of names and paths that say nothing about what is shared.
const VAGUE: &[&str] = &[
    "dir",
    "path",
    "file",
    "root",
    "home",
    "data",
    "app",
    "var",
    "lib",
    "opt",
    "srv",
    "mnt",
    "usr",
    "etc",
    "tmp",
    "log",
    "logs",
    "config",
    "cache",
    "volume",
    "storage",
    "the",
    "db",
    "run",
    "src",
    "base",
    "folder",
    "directory",
];

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>) {
    for reader in &view.services {
        for (key, value) in reader.environment() {
            let (Some(name), Some(path)) = (key.known(), value.known()) else { continue };
            // An env file is handed to several services; one of them reads the variable.
            if !directory(name, path) || !beside(reader.node, key) {
                continue;
            }
            let Some((writer, volume)) = writer(view, reader, name, path) else { continue };
            let mounts = reader.mounts();
            let mounted = mounts.iter().any(|m| m.target.known().is_none_or(|t| below(path, t) || below(t, path)));
            let fact = Fact::new(Subject::DeploymentSharedPath, place(value))
                .with("service", reader.id)
                .with("stack", view.id)
                .with("variable", Field::at(display(key), place(key)))
                .with("path", Field::at(path, place(value)))
                .with("writer", writer.id)
                .with("volume", &volume)
                .with("mounted", mounted);
            model.facts.add(fact);
        }
    }
}

/// Whether a variable is written in the file that defines the service, and not in an env file.
fn beside(service: &Node, key: &Node) -> bool {
    key.span().source == service.span().source
        || service.get("environment").is_none_or(|e| e.span().source == key.span().source)
}

fn directory(name: &str, path: &str) -> bool {
    let endings = ["_DIR", "_PATH", "_DIRECTORY", "_FOLDER", "_FILE", "_LOG", "_LOCATION"];
    let named = endings.iter().any(|s| name.to_ascii_uppercase().ends_with(s));
    named && path.starts_with('/') && path.len() > 1 && !path.contains([' ', ':', '*'])
}

/// Another service that mounts a volume at or above `path` and may write, where the variable's name speaks of the same.
fn writer<'a>(
    view: &'a View<'_>,
    reader: &ServiceView<'_>,
    name: &str,
    path: &str,
) -> Option<(&'a ServiceView<'a>, Text)> {
    for other in view.services.iter().filter(|s| s.id != reader.id) {
        for mount in other.mounts() {
            let (Some(source), Some(target)) = (mount.source, mount.target.known()) else { continue };
            let shares = matches!(mount.kind.as_str(), "volume" | "bind") && mount.read_only == Some(false);
            let means = words(name).iter().any(|w| words(target).contains(w) || words(&source.display()).contains(w));
            if shares && means && below(path, target) {
                return Some((other, source.clone()));
            }
        }
    }
    None
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_ascii_lowercase);
    parts.filter(|w| w.len() > 2 && !VAGUE.contains(&w.as_str())).collect()
}
