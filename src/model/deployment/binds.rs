//! Facts of subject `deployment.bind`: host paths that a stack mounts and that nothing visible creates.

use std::collections::HashSet;

use super::around::Around;
use super::{View, below};
use crate::expand::Deployment;
use crate::expand::compose::OVERRIDES;
use crate::model::Model;
use crate::model::compose::read::{self, entries, scalar};
use crate::model::fact::{Fact, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::text::path::{clean, join};
use crate::yaml::Node;

/// The fields of `deployment.bind`.
pub const SCHEMA: Schema = Schema {
    name: "deployment.bind",
    doc: "A bind mount of a project, with what is known of its source.",
    fields: &[
        field("service", FieldKind::Fact(Subject::Service), "The service."),
        field("stack", FieldKind::Fact(Subject::Stack), "The project."),
        field("source", FieldKind::Str, "The path on the host, as written."),
        field("target", FieldKind::Str, "The path in the container."),
        field(
            "kind",
            FieldKind::OneOf(&["project", "volatile", "host"]),
            "`project` for a path below the audited tree, `volatile` for one that a reboot empties, else `host`.",
        ),
        field("exists", FieldKind::Bool, "Whether the audited tree holds it; false for paths outside."),
        field(
            "created",
            FieldKind::Bool,
            "Whether a task, script or unit of the deployment names it; false for other paths of the host.",
        ),
        field("supplied", FieldKind::Bool, "Whether the platform that the project is written for writes it."),
        field("file", FieldKind::Bool, "Whether it is meant to be a file, by its name."),
        field(
            "private",
            FieldKind::Bool,
            "Whether it is a key or a certificate, by its name: those are in no repository.",
        ),
        field("read_only", FieldKind::Bool, "Whether the container may only read it."),
        field(
            "read_by",
            FieldKind::OneOf(&["command", "entrypoint"]),
            "What reads the file at the start and ends where it finds a directory: `command` for a path in the command, `entrypoint` for one of the image's; null for none known.",
        ),
        field("ignored", FieldKind::Bool, "Whether git ignores it: it is kept out of the tree on purpose."),
        field("user", FieldKind::Str, "The service's user, where set."),
        field(
            "must_exist",
            FieldKind::Bool,
            "Whether compose refuses to start without it (`create_host_path: false`).",
        ),
    ],
};

pub(super) fn build(model: &mut Model<'_>, view: &View<'_>, around: &Around<'_>) {
    // A relative path of a rendered file is one from where it is written to; of an override, from where its base lies.
    let rendered = rendered_elsewhere(model, view) || override_alone(model, view);
    for service in &view.services {
        let commanded = commanded(service.node);
        for (node, source) in bound(service.node) {
            let Some(path) = source.known() else { continue };
            // `${HOME:-/tmp}`: everybody has a home.
            let home = source.variables().iter().any(|v| v.name == "HOME");
            let target = node.get("target").and_then(Node::known).unwrap_or_default();
            let create = node.path(&["bind", "create_host_path"]).and_then(Node::known);
            let project = project_path(&view.stack.directory, path);
            let fact = Fact::new(Subject::DeploymentBind, source.place())
                .with("service", service.id)
                .with("stack", view.id)
                .with("source", source)
                .with("target", target)
                .with("kind", if home { "host" } else { kind(path) })
                .with(
                    "exists",
                    match &project {
                        Some(_) if rendered => Value::Unknown("where this file is written to".to_owned()),
                        Some(below) => match exists(model, below) {
                            Value::Bool(false) if above(model, &view.stack.directory, path) => {
                                Value::Unknown("the project directory".to_owned())
                            }
                            known => known,
                        },
                        None if rendered && !path.starts_with(['/', '~']) => {
                            Value::Unknown("where the base of this file lies".to_owned())
                        }
                        None => Value::Bool(false),
                    },
                )
                .with("created", kind(path) != "host" && around.makes(path))
                .with("supplied", view.stack.platform.as_ref().is_some_and(|p| p.writes(path)))
                .with("file", file_like(path, target))
                .with("private", private(path))
                .with("read_only", read::truth(node.get("read_only"), false))
                .with("read_by", read_by(&commanded, target))
                .with("ignored", view.stack.ignored.iter().any(|p| p == path))
                .with("user", scalar(service.node.get("user")))
                .with("must_exist", Field::derived(create == Some("false")));
            model.facts.add(fact);
        }
    }
}

/// The bind mounts of a service, each with its source.
fn bound(service: &Node) -> impl Iterator<Item = (&Node, &Text)> {
    let items = service.get("volumes").and_then(Node::seq).unwrap_or(&[]);
    let binds = items.iter().filter(|n| n.get("type").and_then(Node::known) == Some("bind"));
    binds.filter_map(|node| Some((node, node.get("source")?.text()?)))
}

/// The sources of all bind mounts.
pub(super) fn sources(deployment: &Deployment) -> Vec<&str> {
    let services = deployment.stacks.iter().flat_map(|stack| entries(stack.project.get("services")));
    services.flat_map(|entry| bound(&entry.value)).filter_map(|(_, source)| source.known()).collect()
}

/// Whether a task writes the project's file to a path that is relative or not known.
fn rendered_elsewhere(model: &Model<'_>, view: &View<'_>) -> bool {
    let first = view.stack.documents.first().and_then(|at| model.deployment.documents.get(*at));
    let dest = first.and_then(|d| d.deployed.as_ref()).filter(|_| first.is_some_and(|d| d.template));
    dest.is_some_and(|d| !d.value().starts_with('/'))
}

/// Whether the project's first file is an override, whose base is named somewhere else.
fn override_alone(model: &Model<'_>, view: &View<'_>) -> bool {
    let first = view.stack.documents.first().and_then(|at| model.deployment.documents.get(*at));
    first.is_some_and(|d| OVERRIDES.contains(&d.path.rsplit('/').next().unwrap_or(&d.path)))
}

/// Whether it is a path of Windows with a drive, which is the host's.
fn drive(path: &str) -> bool {
    matches!(path.as_bytes(), [letter, b':', b'/' | b'\\', ..] if letter.is_ascii_alphabetic())
}

fn kind(path: &str) -> &'static str {
    if drive(path) {
        return "host";
    }
    if !path.starts_with('/') && !path.starts_with('~') {
        return "project";
    }
    // The display server makes its sockets' directory at every start of the host.
    if ["/tmp/.X11-unix", "/tmp/.ICE-unix"].iter().any(|root| below(path, root)) {
        return "host";
    }
    let inside = |root: &str| below(path, root) && path.trim_end_matches('/') != root;
    if ["/tmp", "/dev/shm"].iter().any(|root| inside(root)) { "volatile" } else { "host" }
}

/// The path below the audited tree, where it is one; a path that climbs above it can't be judged.
fn project_path(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.starts_with('~') || drive(path) {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|p| !p.is_empty() && *p != ".").collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.is_empty() => return None,
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// Whether `path` is there as seen from a folder above `directory`: `--project-directory`, or another first file, makes that
/// the project's. A single name, such as `data`, is there by chance.
fn above(model: &Model<'_>, directory: &str, path: &str) -> bool {
    let path = clean(path);
    if path.starts_with(['/', '~']) || path.starts_with("..") || !path.contains('/') {
        return false;
    }
    let folders = std::iter::successors(directory.rsplit_once('/').map(|(above, _)| above), |folder| {
        folder.rsplit_once('/').map(|(above, _)| above)
    });
    folders.chain([""]).any(|folder| matches!(exists(model, &join(folder, &path)), Value::Bool(true)))
}

/// Unknown where the deployment's file list is not known (a file from standard input).
fn exists(model: &Model<'_>, path: &str) -> Value {
    let paths = &model.deployment.paths;
    if paths.len() < 2 {
        return Value::Unknown("the files beside this one".to_owned());
    }
    if path.is_empty() {
        return Value::Bool(true);
    }
    // Sorted: a folder's first file stands right after where the folder itself would.
    let at = paths.partition_point(|p| p.as_str() < path);
    Value::Bool(
        paths[at..].iter().take_while(|p| p.starts_with(path)).any(|p| below(p, path)) || templated(paths, path),
    )
}

/// Whether a template of that name stands there: it is rendered before the start.
fn templated(paths: &[String], path: &str) -> bool {
    let suffixes = [".j2", ".example", ".sample", ".template", ".tmpl", ".dist"];
    suffixes.iter().any(|s| paths.binary_search(&format!("{path}{s}")).is_ok()) || example_beside(paths, path)
}

/// Whether an example of that file stands beside it: `config.example.yml` for `config.yml`.
fn example_beside(paths: &[String], path: &str) -> bool {
    let (dir, name) = path.rsplit_once('/').map_or(("", path), |(dir, name)| (&path[..=dir.len()], name));
    let Some((stem, extension)) = name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()) else { return false };
    let words = ["example", "sample", "template", "dist", "default"];
    let named = |word: &&str| {
        ['.', '-', '_'].iter().any(|c| paths.binary_search(&format!("{dir}{stem}{c}{word}.{extension}")).is_ok())
    };
    words.iter().any(named)
}

/// The parts of the words that a service is started with.
fn commanded(service: &Node) -> HashSet<&str> {
    let words =
        ["command", "entrypoint"].into_iter().filter_map(|key| service.get(key)).filter_map(Node::seq).flatten();
    words.filter_map(Node::known).flat_map(|word| word.split(['=', ' ', ':', ','])).collect()
}

/// What reads the file at `target` when the container starts.
fn read_by(commanded: &HashSet<&str>, target: &str) -> Value {
    if target.len() > 1 && commanded.contains(target) {
        return Value::from("command");
    }
    let start = below(target, "/docker-entrypoint-initdb.d") && [".sql", ".sh"].iter().any(|e| target.ends_with(e));
    if start { Value::from("entrypoint") } else { Value::Null }
}

/// Whether the path is that of a key or a certificate.
fn private(path: &str) -> bool {
    let extension = path.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["pem", "crt", "key", "p12", "pfx", "jks"].contains(&extension)
}

/// Whether a mount is meant to be one file, by both names.
pub(crate) fn file_like(path: &str, target: &str) -> bool {
    let extension = |p: &str| {
        let name = p.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        name.trim_start_matches('.').rsplit_once('.').is_some_and(|(_, e)| {
            matches!(
                e,
                "conf"
                    | "yml"
                    | "yaml"
                    | "json"
                    | "toml"
                    | "ini"
                    | "cfg"
                    | "env"
                    | "pem"
                    | "crt"
                    | "key"
                    | "sh"
                    | "cnf"
                    | "xml"
                    | "properties"
                    | "template"
                    | "sql"
            )
        })
    };
    extension(path) && extension(target) && !path.ends_with('/')
}
