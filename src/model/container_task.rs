//! Facts of subjects `container` and `mount` for Ansible's `docker_container` and `podman_container` modules.
//!
//! Finding tasks and their arguments is `crate::ansible`'s; a value that still holds Jinja is unknown.

use super::Model;
use super::compose::image::Reference;
use super::compose::read::truth;
use super::container_run::{long_mount as option_mount, short_mount};
use super::fact::{Fact, FactId, Field, Value};
use super::mount;
use super::subject::Subject;
use crate::ansible::walk::{Task, walk};
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
        .with("cap_add", capabilities(task.arg("capabilities").or_else(|| task.arg("cap_add")).as_ref()))
        .with("cap_drop", capabilities(task.arg("cap_drop").as_ref()))
        .with("security_opt", strings("security_opts"))
        .with("devices", strings("devices"));
    let id = model.facts.add(fact);
    let volumes: Vec<Text> = task.arg("volumes").iter().flat_map(|v| super::compose::read::texts(Some(v))).collect();
    let short = |t: &Text| if open(t) { open_mount(model, id, t) } else { Some(short_mount(model, id, t)) };
    let mut mounts: Vec<FactId> = volumes.iter().filter_map(short).collect();
    let long = task.arg("mounts").or_else(|| task.arg("mount"));
    let long = long.as_ref().and_then(Node::seq).unwrap_or(&[]);
    for item in long {
        match item.text() {
            Some(option) if open(option) => {}
            Some(option) => mounts.push(option_mount(model, id, option)),
            None => mounts.push(long_mount(model, id, item)),
        }
    }
    model.facts.set(id, "mounts", mounts);
}

/// What the source of a bind is.
struct Host {
    socket: Value,
    engine: Value,
    class: Value,
}

impl Host {
    fn known(path: &str) -> Host {
        let (socket, engine) = mount::socket(path);
        Host { socket, engine, class: mount::host_class(path).into() }
    }

    /// A path that holds a variable still shows a socket by its end, or by where it goes.
    fn unknown(source: &Text, target: Option<&Text>) -> Host {
        let engine =
            mount::engine_socket(source.value()).or_else(|| target.and_then(|t| mount::engine_socket(t.value())));
        let why = || Value::Unknown(source.display());
        match engine {
            Some(engine) => Host { socket: "socket".into(), engine: engine.into(), class: "socket".into() },
            None => Host { socket: why(), engine: why(), class: why() },
        }
    }
}

/// One item of `volumes:` with a variable in it, where it is an engine's socket all the same, by one of its ends.
fn open_mount(model: &mut Model<'_>, container: FactId, text: &Text) -> Option<FactId> {
    let parts = outside_braces(text);
    let [source, target, rest @ ..] = parts.as_slice() else { return None };
    let host = Host::unknown(source, Some(target));
    if matches!(host.socket, Value::Unknown(_)) {
        return None;
    }
    let options = rest.first().map(Text::value);
    let read_only = options.is_some_and(|o| o.split(',').any(|word| word == "ro"));
    let fact = Fact::new(Subject::Mount, text.place())
        .with("container", container)
        .with("type", "bind")
        .with("source", field(source))
        .with("target", field(target))
        .with("read_only", read_only)
        .with("socket", host.socket)
        .with("engine", host.engine)
        .with("host_class", host.class)
        .with("credential", false);
    Some(model.facts.add(fact))
}

/// The parts of a text between colons; those in `{{ … }}` do not count.
fn outside_braces(text: &Text) -> Vec<Text> {
    let value = text.value();
    let (mut parts, mut start, mut depth) = (Vec::new(), 0, 0_u32);
    for (at, c) in value.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            ':' if depth == 0 => {
                parts.push(text.slice(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(text.slice(start..value.len()));
    parts
}

/// One item of `mounts:`: a mapping of `source`, `target`, `type` (a volume, where it is not said) and `read_only`.
fn long_mount(model: &mut Model<'_>, container: FactId, node: &Node) -> FactId {
    let text = |keys: &[&str]| keys.iter().find_map(|k| node.get(k)?.text());
    let (source, target) = (text(&["source", "src"]), text(&["target", "dest", "destination"]));
    let kind = text(&["type"]);
    let shown = |t: Option<&Text>| t.map_or(Field::derived(Value::Null), field);
    let clear = |t: Option<&Text>| t.filter(|t| !open(t)).and_then(Text::known).map(str::to_owned);
    let read_only = match node.get("read_only") {
        Some(value) if value.text().is_some_and(open) => None,
        value => truth(value, false),
    };
    let bind = kind.and_then(Text::known) == Some("bind");
    let host = match (source.filter(|_| bind), clear(source)) {
        (None, _) => Host { socket: Value::Null, engine: Value::Null, class: Value::Null },
        (Some(_), Some(path)) => Host::known(&path),
        (Some(text), None) => Host::unknown(text, target),
    };
    let fact = Fact::new(Subject::Mount, node.span().into())
        .with("container", container)
        .with("type", kind.map_or(Field::derived("volume"), field))
        .with("source", shown(source))
        .with("target", shown(target))
        .with("read_only", super::compose::read::tri(read_only, "a variable of Ansible's"))
        .with("socket", host.socket)
        .with("engine", host.engine)
        .with("host_class", host.class)
        .with("credential", mount::credential(clear(source).as_deref(), clear(target).as_deref()));
    model.facts.add(fact)
}

/// Capabilities in one spelling: upper case, without `CAP_`.
fn capabilities(node: Option<&Node>) -> Field {
    let texts = super::compose::read::texts(node);
    let one = |text: &Text| match text.known().filter(|_| !open(text)) {
        Some(name) => {
            let upper = name.to_ascii_uppercase();
            Field::at(upper.strip_prefix("CAP_").unwrap_or(&upper), text.place())
        }
        None => field(text),
    };
    Field { value: Value::List(texts.iter().map(one).collect()), place: texts.first().map(Text::place) }
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

/// Texts of a list.
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
