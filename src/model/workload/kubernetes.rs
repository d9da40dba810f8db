//! Kubernetes manifests, as far as they say what a container may do: pods and what makes them.
//!
//! Services, roles and what a cluster adds are not read. A value that is taken from elsewhere (`valueFrom`) is absent.

use std::collections::HashMap;

use super::{Probe, Test, Workload};
use crate::document::{Body, Document, Kind};
use crate::expand::Deployment;
use crate::knowledge::Knowledge;
use crate::model::compose::read::{list, place, scalar, texts, truth, truth_field};
use crate::model::compose::store::Told;
use crate::model::container::{Container, Namespaces, Origin, Software, root_by_user};
use crate::model::fact::{Field, Value};
use crate::model::mount::Mount;
use crate::text::Text;
use crate::yaml::{Entry, Node};

/// The format's name.
pub(super) const NAME: &str = "kubernetes";

/// The most objects of one file.
const MAX_OBJECTS: usize = 5_000;

/// A pod with its volumes by name.
struct Pod<'a> {
    node: &'a Node,
    volumes: HashMap<&'a str, &'a Node>,
}

/// The containers of a manifest.
pub(super) fn workloads(deployment: &Deployment, index: usize, knowledge: &Knowledge) -> Vec<Workload> {
    let mut found = Vec::new();
    let Some(document) = deployment.documents.get(index) else { return found };
    for object in objects(document) {
        let Some(node) = pod(object) else { continue };
        let pod = Pod { node, volumes: volumes(node) };
        for key in ["initContainers", "containers"] {
            for container in node.get(key).and_then(Node::seq).unwrap_or(&[]) {
                found.extend(workload(object, &pod, container, index, knowledge));
            }
        }
    }
    found
}

/// The text of each entry of a `ConfigMap` or a `Secret`, with its name: files that containers will see.
pub(crate) fn configurations(document: &Document) -> Vec<(&Text, &Text)> {
    let holds = |o: &&Node| matches!(kind(o), "ConfigMap" | "Secret");
    let sections = objects(document).into_iter().filter(holds).flat_map(|o| [o.get("data"), o.get("stringData")]);
    let entries = sections.flatten().filter_map(Node::map).flatten();
    entries.filter_map(|e| e.key.text().zip(e.value.text())).collect()
}

/// The entries of `stringData`, which stand there as they are.
pub(crate) fn secrets(document: &Document) -> Vec<&Entry> {
    let secrets = objects(document).into_iter().filter(|o| kind(o) == "Secret");
    secrets.filter_map(|o| o.get("stringData")?.map()).flatten().collect()
}

/// The objects of all documents of the file, those of a `List` too.
fn objects(document: &Document) -> Vec<&Node> {
    if document.kind != Kind::Workload(NAME) {
        return Vec::new();
    }
    let Body::Nodes(nodes) = &document.body else { return Vec::new() };
    let each = |node| match kind(node) {
        "List" => node.get("items").and_then(Node::seq).unwrap_or(&[]).iter().collect(),
        _ => vec![node],
    };
    nodes.iter().flat_map(each).take(MAX_OBJECTS).collect()
}

fn kind(object: &Node) -> &str {
    object.get("kind").and_then(Node::known).unwrap_or("")
}

/// The description of the pods that an object makes.
fn pod(object: &Node) -> Option<&Node> {
    match kind(object) {
        "Pod" => object.get("spec"),
        "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet" | "ReplicationController" | "Job" => {
            object.path(&["spec", "template", "spec"])
        }
        "CronJob" => object.path(&["spec", "jobTemplate", "spec", "template", "spec"]),
        _ => None,
    }
}

fn workload(object: &Node, pod: &Pod<'_>, node: &Node, document: usize, knowledge: &Knowledge) -> Option<Workload> {
    let Pod { node: pod, volumes } = pod;
    let image = node.get("image").and_then(Node::text).filter(|t| !t.is_empty())?.clone();
    let name = node.get("name").or_else(|| object.path(&["metadata", "name"]))?;
    let own = node.get("securityContext");
    let shared = pod.get("securityContext");
    let from = |key: &str| own.and_then(|o| o.get(key)).or_else(|| shared.and_then(|s| s.get(key)));
    let security = |key: &str| own.and_then(|o| o.get(key));
    let host = |key: &str| match truth(pod.get(key), false) {
        Some(true) => Field { value: "host".into(), place: pod.get(key).map(place) },
        Some(false) => Field::derived(Value::Null),
        None => truth_field(pod.get(key), false),
    };
    let user = scalar(from("runAsUser"));
    let capability = |key: &str| list(own.and_then(|o| o.path(&["capabilities", key])));
    let escalates = truth(security("allowPrivilegeEscalation"), true);
    let container = Container {
        place: place(name),
        origin: Origin::Workload(NAME),
        service: None,
        name: scalar(Some(name)),
        image: Field::text(&image),
        software: Software::of_image(&image, knowledge),
        ends: matches!(kind(object), "Job" | "CronJob"),
        runs_as_root: root(&user, from("runAsNonRoot")),
        user,
        privileged: truth_field(security("privileged"), false),
        read_only: truth_field(security("readOnlyRootFilesystem"), false),
        namespaces: Namespaces {
            network: host("hostNetwork"),
            pid: host("hostPID"),
            ipc: host("hostIPC"),
            uts: Field::derived(Value::Null),
            // Without `hostUsers: false` it is the host's, as everywhere.
            user: Field::derived(Value::Null),
            cgroup: Field::derived(Value::Null),
        },
        // All pods of a cluster share one, and a Service leads to them.
        networks: Field::derived(Value::Null),
        ports: Field::derived(Value::Null),
        cap_add: capability("add"),
        cap_drop: capability("drop"),
        security_opt: confinement(from("seccompProfile"), "seccomp", from("appArmorProfile"), "apparmor"),
        no_new_privileges: Field::derived(escalates.map_or(Value::Null, |escalates| Value::Bool(!escalates))),
        // A cluster hands devices over by resources of plugins.
        devices: Field::derived(Value::List(Vec::new())),
        groups: list(shared.and_then(|s| s.get("supplementalGroups"))),
        mounts: mounts(volumes, node),
    };
    let variable =
        |node: &Node| Some((node.get("name")?.text()?.clone(), node.get("value").and_then(Node::text).cloned()));
    let probes =
        ["livenessProbe", "readinessProbe", "startupProbe"].iter().filter_map(|key| probe(node.get(key)?, node));
    let environment: Vec<(Text, Option<Text>)> =
        node.get("env").and_then(Node::seq).unwrap_or(&[]).iter().filter_map(variable).collect();
    let told = Told {
        names: environment.iter().map(|(name, _)| name.clone()).collect(),
        words: texts(node.get("args")),
        replaced: node.get("command").is_some_and(|c| !c.is_null()),
        unread: node.get("envFrom").is_some(),
        more: false,
    };
    Some(Workload {
        container,
        document,
        image: Some(image),
        starts: vec![[texts(node.get("command")), texts(node.get("args"))].concat()],
        environment,
        probes: probes.collect(),
        ports: Vec::new(),
        told,
    })
}

/// Whether it runs as root: a user that is given, or a promise that it is none.
fn root(user: &Field, promised: Option<&Node>) -> Field {
    match truth(promised, false) {
        Some(true) if matches!(user.value, Value::Null) => Field::derived(false),
        _ => root_by_user(user),
    }
}

/// `Unconfined` profiles in docker's words.
fn confinement(seccomp: Option<&Node>, first: &str, apparmor: Option<&Node>, second: &str) -> Field {
    let all = [(seccomp, first), (apparmor, second)].into_iter().filter_map(|(profile, name)| {
        let kind = profile?.get("type")?;
        (kind.known() == Some("Unconfined")).then(|| Field::at(format!("{name}=unconfined"), place(kind)))
    });
    let all: Vec<Field> = all.collect();
    let place = all.first().and_then(|f| f.place.clone());
    Field { value: Value::List(all), place }
}

/// The pod's volumes by name; of two with one name the first.
fn volumes(pod: &Node) -> HashMap<&str, &Node> {
    let mut by_name = HashMap::new();
    for volume in pod.get("volumes").and_then(Node::seq).unwrap_or(&[]) {
        by_name.entry(volume.get("name").and_then(Node::known).unwrap_or_default()).or_insert(volume);
    }
    by_name
}

/// The container's mounts, with what the pod's volumes are.
fn mounts(volumes: &HashMap<&str, &Node>, node: &Node) -> Vec<Mount> {
    let mounts = node.get("volumeMounts").and_then(Node::seq).unwrap_or(&[]);
    let one = |mount: &Node| {
        let name = mount.get("name")?;
        let volume = name.known().filter(|name| !name.is_empty()).and_then(|name| volumes.get(name));
        let path = volume.and_then(|v| v.path(&["hostPath", "path"])).and_then(Node::text);
        let memory = volume.and_then(|v| v.get("emptyDir")).is_some();
        let kind = match (path, memory) {
            (Some(_), _) => "bind",
            (None, true) => "tmpfs",
            (None, false) => "volume",
        };
        Some(Mount {
            place: path.map_or_else(|| place(mount), Text::place),
            kind: Field::derived(kind),
            source: path.or_else(|| name.text()).filter(|_| kind != "tmpfs").cloned(),
            target: mount.get("mountPath").and_then(Node::text).cloned(),
            read_only: truth_field(mount.get("readOnly"), false),
            label: None,
            part: mount.get("subPath").is_some(),
        })
    };
    mounts.iter().filter_map(one).collect()
}

fn probe(node: &Node, container: &Node) -> Option<Probe> {
    let test = if let Some(http) = node.get("httpGet") {
        let text = |key: &str| http.get(key).and_then(Node::text).cloned();
        Test::Http { host: text("host"), port: text("port").map(|p| port(&p, container)), path: text("path") }
    } else {
        Test::Words(texts(node.path(&["exec", "command"])))
    };
    let words = matches!(&test, Test::Words(words) if words.is_empty());
    (!words).then(|| Probe { place: node.span().into(), test })
}

/// The number of a port that is called by its name.
fn port(name: &Text, container: &Node) -> Text {
    let ports = container.get("ports").and_then(Node::seq).unwrap_or(&[]);
    let named = |p: &&Node| p.get("name").and_then(Node::known).is_some_and(|n| Some(n) == name.known());
    let number = ports.iter().find(named).and_then(|p| p.get("containerPort")?.text());
    number.map_or_else(|| name.clone(), |n| n.clone().with_span(name.span()))
}
