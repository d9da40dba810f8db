//! Containers of Ansible's `docker_container` and `podman_container` modules.
//!
//! Finding tasks and their arguments is `crate::ansible`'s; a value that still holds Jinja is unknown.

use super::Model;
use super::compose::healthcheck;
use super::compose::read::{entries, list, scalar, texts, truth_field};
use super::compose::store::{self, Told};
use super::container::{
    Container, Namespaces, Origin, Software, host_device, list_of, no_new_privileges, root_by_user,
};
use super::fact::{Field, Value};
use super::mount::Mount;
use super::workload::{Probe, Test};
use crate::ansible::walk::{Task, walk};
use crate::document::Kind;
use crate::knowledge::Knowledge;
use crate::syntax::script::words;
use crate::text::{Builder, Place, Text};
use crate::yaml::{self, Entry, Node, Scalar, Style};

pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    let ansible = |k: Kind| matches!(k, Kind::AnsibleTasks | Kind::AnsiblePlaybook);
    for document in deployment.documents.iter().filter(|d| d.variant == 0 && ansible(d.kind)) {
        for task in walk(document) {
            if matches!(task.module_name(), "docker_container" | "podman_container")
                && let Some(container) = container(&task, model.knowledge)
            {
                let (mounts, ends) = (container.mounts.clone(), container.ends);
                let added = container.add(model, None);
                let image = task.arg("image").and_then(|n| settled(&n).text().cloned());
                if let Some(probe) = probe(&task) {
                    healthcheck::of_probe(model, added.id, image.as_ref(), &told(&task), &probe);
                }
                if let Some(image) = image.filter(|_| !ends) {
                    store::of_container(model, &added, &image, &told(&task), &mounts);
                }
            }
        }
    }
}

fn container(task: &Task<'_>, knowledge: &Knowledge) -> Option<Container> {
    // Docker's module and Podman's call the same thing by other names; the first that stands there counts.
    let arg = |names: &[&str]| names.iter().find_map(|name| task.arg(name)).map(|node| settled(&node));
    let texts = |names: &[&str]| texts(arg(names).as_ref());
    let strings = |names: &[&str]| first_placed(list(arg(names).as_ref()));
    let image = arg(&["image"])?.text()?.clone();
    let name = task.arg_text("name").unwrap_or_else(|| image.clone());
    let user = scalar(arg(&["user"]).as_ref());
    let devices = texts(&["devices", "device"]);
    Some(Container {
        place: name.place(),
        origin: Origin::Ansible,
        service: None,
        name: Field::at(name.display(), name.place()),
        image: Field::text(&image),
        software: Software::of_image(&image, knowledge),
        ends: arg(&["auto_remove", "rm", "cleanup"]).and_then(|n| n.resolve(yaml::Schema::Python))
            == Some(yaml::Resolved::Bool(true)),
        runs_as_root: root_by_user(&user),
        user,
        privileged: truth_field(arg(&["privileged"]).as_ref(), false),
        read_only: truth_field(arg(&["read_only"]).as_ref(), false),
        namespaces: Namespaces {
            network: scalar(arg(&["network_mode", "network", "net"]).filter(|n| n.text().is_some()).as_ref()),
            pid: scalar(arg(&["pid_mode", "pid"]).as_ref()),
            ipc: scalar(arg(&["ipc_mode", "ipc"]).as_ref()),
            uts: scalar(arg(&["uts"]).as_ref()),
            user: scalar(arg(&["userns_mode", "userns"]).as_ref()),
            cgroup: scalar(arg(&["cgroupns_mode", "cgroupns"]).as_ref()),
        },
        networks: networks(arg(&["networks"]).as_ref(), arg(&["network_mode", "network", "net"]).as_ref()),
        ports: strings(&["published_ports", "ports", "publish", "published"]),
        cap_add: strings(&["capabilities", "cap_add"]),
        cap_drop: strings(&["cap_drop", "cap_drop"]),
        no_new_privileges: Field::derived(no_new_privileges(&texts(&["security_opts", "security_opt"]))),
        security_opt: strings(&["security_opts", "security_opt"]),
        devices: Field {
            value: Value::List(devices.iter().map(host_device).collect()),
            place: devices.first().map(Text::place),
        },
        groups: strings(&["groups", "group_add"]),
        mounts: mounts(&texts(&["volumes", "volume"]), arg(&["mounts", "mount"]).as_ref(), &texts(&["tmpfs"])),
    })
}

/// What its arguments say of where it keeps its data.
fn told(task: &Task<'_>) -> Told {
    let arg = |name: &str| task.arg(name).map(|node| settled(&node)).filter(|node| !node.is_null());
    let (env, entrypoint) = (arg("env"), arg("entrypoint"));
    // A command is one line or a list of words.
    let cut = |node: &Option<Node>| {
        let line = node.as_ref().and_then(Node::text);
        line.map_or_else(|| texts(node.as_ref()), |line| words(line).into_iter().map(|w| w.text).collect())
    };
    Told {
        names: entries(env.as_ref()).iter().filter_map(|e| e.key.text().cloned()).collect(),
        words: [cut(&entrypoint), cut(&arg("command"))].concat(),
        unread: arg("env_file").is_some() || env.as_ref().is_some_and(|env| env.text().is_some()),
        more: arg("volumes_from").is_some(),
        replaced: entrypoint.is_some(),
    }
}

/// `healthcheck:`: a mapping with `test`, as compose has it; Podman's module takes a line.
fn probe(task: &Task<'_>) -> Option<Probe> {
    let told = settled(&task.arg("healthcheck")?);
    if let Some(line) = told.text() {
        return Some(Probe { place: line.place(), test: Test::of_podman(line)? });
    }
    let test = told.get("test")?;
    let place = Place::from(test.span());
    Some(match test.text() {
        Some(line) => Probe { place: line.place(), test: Test::Shell(line.clone()) },
        None => Probe { place, test: Test::List(texts(Some(test))) },
    })
}

/// The names in `networks:`, or else the mode or the names that `network_mode:` and its like say.
fn networks(listed: Option<&Node>, mode: Option<&Node>) -> Field {
    let items = listed.and_then(Node::seq).unwrap_or(&[]).iter();
    let named: Vec<Text> = items.filter_map(|n| n.get("name").unwrap_or(n).text().cloned()).collect();
    match mode {
        Some(mode) if named.is_empty() => list_of(&mode.text().map_or_else(|| texts(Some(mode)), |t| vec![t.clone()])),
        _ => list_of(&named),
    }
}

fn mounts(short: &[Text], long: Option<&Node>, tmpfs: &[Text]) -> Vec<Mount> {
    let long = long.and_then(Node::seq).unwrap_or(&[]).iter();
    let long = long.map(|item| item.text().map_or_else(|| of_mapping(item), Mount::option));
    short.iter().map(Mount::short).chain(long).chain(tmpfs.iter().map(Mount::tmpfs)).collect()
}

/// One item of `mounts:`: a mapping of `source`, `target`, `type` (a volume, where it is not said) and `read_only`.
fn of_mapping(node: &Node) -> Mount {
    let text = |keys: &[&str]| keys.iter().find_map(|k| node.get(k)?.text()).cloned();
    Mount {
        place: node.span().into(),
        kind: text(&["type"]).map_or(Field::derived("volume"), |kind| Field::text(&kind)),
        source: text(&["source", "src"]),
        target: text(&["target", "dest", "destination"]),
        read_only: truth_field(node.get("read_only"), false),
        label: None,
        part: false,
    }
}

/// A list at its first item.
fn first_placed(mut field: Field) -> Field {
    if let Value::List(items) = &field.value {
        field.place = items.first().and_then(|item| item.place.clone());
    }
    field
}

/// The node with unknown pieces where it still holds Jinja that nobody could evaluate.
fn settled(node: &Node) -> Node {
    match node.value() {
        yaml::Value::Scalar(scalar) if is_open(&scalar.text) => {
            let scalar = Scalar { text: closed(&scalar.text), style: Style::Plain };
            Node::new(yaml::Value::Scalar(scalar), node.span())
        }
        yaml::Value::Scalar(_) => node.clone(),
        yaml::Value::Seq(items) => Node::new(yaml::Value::Seq(items.iter().map(settled).collect()), node.span()),
        yaml::Value::Map(_) => {
            let entry = |e: &Entry| Entry::new(e.key.clone(), settled(&e.value), e.merged);
            Node::new(yaml::Value::Map(entries(Some(node)).iter().map(entry).collect()), node.span())
        }
    }
}

fn is_open(text: &Text) -> bool {
    text.value().contains("{{") || text.value().contains("{%")
}

/// `text` with each `{{ … }}` and `{% … %}` as one unknown piece.
fn closed(text: &Text) -> Text {
    let value = text.value();
    let mut out = Builder::new(text.span());
    let mut at = 0;
    while let Some(start) = ["{{", "{%"].iter().filter_map(|open| value.get(at..)?.find(open)).min().map(|s| s + at) {
        let end = ["}}", "%}"].iter().filter_map(|close| value.get(start..)?.find(close)).min();
        let end = end.map_or(value.len(), |e| start + e + 2);
        out.text(&text.slice(at..start));
        out.opaque("a variable of Ansible's", text.span_at(start..end));
        at = end;
    }
    out.text(&text.slice(at..value.len()));
    out.finish()
}
