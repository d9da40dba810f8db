//! Facts of subjects `container` and `mount` for Ansible's `docker_container` and `podman_container` modules.
//!
//! Finding tasks and their arguments is `ansible::walk`'s; a value that still holds Jinja is unknown.

use super::Model;
use super::ansible::walk::{Task, walk};
use super::compose::image::Reference;
use super::compose::read::truth;
use super::container_run::short_mount;
use super::fact::{Fact, FactId, Field, Value};
use super::subject::Subject;
use crate::document::Kind;
use crate::knowledge::Role;
use crate::text::Text;
use crate::yaml::Node;

pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let ansible = |k: Kind| matches!(k, Kind::AnsibleTasks | Kind::AnsiblePlaybook);
    for document in deployment.documents.iter().filter(|d| d.variant == 0 && ansible(d.kind)) {
        for task in walk(document) {
            if matches!(task.module_name(), "docker_container" | "podman_container") {
                one(model, &task);
            }
        }
    }
}

fn one(model: &mut Model<'_>, task: &Task<'_>) {
    let Some(image) = task.arg_text("image") else { return };
    let reference = Reference::parse(&image);
    let known = (!open(&reference.repository)).then(|| reference.knowledge(model.knowledge)).flatten();
    let has = |role: Role| known.is_some_and(|i| i.roles.contains(&role));
    let name = task.arg_text("name").unwrap_or_else(|| image.clone());
    let strings = |key: &str| list(task.arg(key).as_ref());
    let fact = Fact::new(Subject::Container, name.place())
        .with("name", Field::at(name.display(), name.place()))
        .with("origin", "ansible")
        .with("image", field(&image))
        .with("title", known.map_or(Field::derived(Value::Null), |i| Field::at(i.title.as_str(), image.place())))
        .with("known_image", known.is_some())
        .with("socket_proxy", has(Role::SocketProxy))
        .with("reads_host", has(Role::Exporter))
        .with("tunnels", has(Role::Vpn) || has(Role::Tunnel))
        .with("privileged", switch(task, "privileged"))
        .with("read_only", switch(task, "read_only"))
        .with("runs_as_root", Value::Unknown("which user the image runs as is not known".to_owned()))
        .with("host_namespaces", host_namespaces(task))
        .with("cap_add", strings("capabilities"))
        .with("security_opt", strings("security_opts"))
        .with("devices", strings("devices"));
    let id = model.facts.add(fact);
    let volumes: Vec<Text> = task.arg("volumes").iter().flat_map(|v| super::compose::read::texts(Some(v))).collect();
    let mounts: Vec<FactId> = volumes.iter().filter(|t| !open(t)).map(|t| short_mount(model, id, t)).collect();
    model.facts.set(id, "mounts", mounts);
}

/// Whether a text is not known, or holds Jinja that nobody evaluated.
fn open(text: &Text) -> bool {
    text.known().is_none_or(|t| t.contains("{{") || t.contains("{%"))
}

fn field(text: &Text) -> Field {
    if open(text) && text.is_known() {
        return Field::at(Value::Unknown(text.display()), text.place());
    }
    Field::text(text)
}

fn switch(task: &Task<'_>, key: &str) -> Field {
    let Some(node) = task.arg(key) else { return Field::derived(false) };
    let place = node.text().map_or_else(|| node.span().into(), Text::place);
    let value = match node.text() {
        Some(text) if open(text) => None,
        _ => truth(Some(&node), false),
    };
    Field { value: super::compose::read::tri(value, "a variable of Ansible's"), place: Some(place) }
}

/// Texts of a list, upper case where they are names of capabilities.
fn list(node: Option<&Node>) -> Field {
    let texts = super::compose::read::texts(node);
    let place = texts.first().map(Text::place);
    Field { value: Value::List(texts.iter().map(field).collect()), place }
}

fn host_namespaces(task: &Task<'_>) -> Vec<Field> {
    let keys = [
        ("network_mode", "network"),
        ("pid_mode", "pid"),
        ("ipc_mode", "ipc"),
        ("uts", "uts"),
        ("userns_mode", "user"),
    ];
    let shared = keys.iter().filter_map(|(key, name)| {
        let text = task.arg_text(key)?;
        (text.known() == Some("host")).then(|| Field::at(*name, text.place()))
    });
    shared.collect()
}
