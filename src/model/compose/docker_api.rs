//! Who uses the Docker API, through what, and what a socket proxy lets them do.

mod sections;

use std::collections::HashSet;

use super::environment::url_of;
use super::read::texts;
use super::{MountInfo, ServiceInfo, StackInfo, VariableInfo, shell};
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};
use crate::model::mount;
use crate::text::Text;
use crate::yaml::Node;

pub(super) fn build(model: &mut Model<'_>, stack: &StackInfo) {
    for service in &stack.services {
        let socket = service.mounts.iter().find(|m| gives_socket(m));
        let doubt = || service.mounts.iter().any(|m| m.target.as_ref().is_some_and(|t| t.known().is_none()));
        let socket = match socket {
            Some(mount) => mount.id.into(),
            None if doubt() => Value::Unknown("where something is mounted is not known".to_owned()),
            None => Value::Null,
        };
        model.facts.set(service.id, "engine_socket", Field::derived(socket));
        let host = service.variables.iter().find(|v| v.name == "DOCKER_HOST").and_then(|v| v.value.as_ref());
        model.facts.set(service.id, "docker_host", host.map_or(Field::derived(Value::Null), Field::text));
        model.facts.set(service.id, "docker_use", docker_use(service, host));
        let (used, internal) = plain_api(model, stack, service, host);
        model.facts.set(service.id, "docker_api", used);
        model.facts.set(service.id, "docker_api_internal", internal);
        if service.is(Role::SocketProxy) {
            grants(model, service);
        }
        sections::build(model, stack, service);
    }
}

/// Of a service without a socket in one variant of a template, and with mounts in another, nobody knows.
pub(super) fn variants(model: &mut Model<'_>, stacks: &[StackInfo]) {
    let paths = |stack: &StackInfo| model.deployment.sources_of(stack.index);
    let mut mounting = HashSet::new();
    for stack in stacks {
        let with = stack.services.iter().filter(|s| !s.mounts.is_empty());
        mounting.extend(with.map(|s| (paths(stack), s.name.clone())));
    }
    let mut doubtful = Vec::new();
    for stack in stacks {
        let without = stack.services.iter().filter(|s| s.mounts.is_empty());
        let elsewhere = without.filter(|s| mounting.contains(&(paths(stack), s.name.clone())));
        doubtful.extend(elsewhere.map(|s| s.id));
    }
    for id in doubtful {
        let unknown = Value::Unknown("whether the template mounts anything is not known".to_owned());
        model.facts.set(id, "engine_socket", Field::derived(unknown));
    }
}

/// How a service uses or serves the API over TCP without TLS, and whether that stays on internal networks.
fn plain_api(model: &Model<'_>, stack: &StackInfo, service: &ServiceInfo, host: Option<&Text>) -> (Field, Field) {
    let nothing = || (Field::derived(Value::Null), Field::derived(Value::Null));
    if let Some(port) = published_api(model, service) {
        return (Field::at("served", model.facts.get(port).place.clone()), Field::derived(false));
    }
    let Some(host) = host.filter(|h| h.value().starts_with("tcp://")) else { return nothing() };
    let tls = service
        .variables
        .iter()
        .any(|v| matches!(v.name.as_str(), "DOCKER_TLS_VERIFY" | "DOCKER_TLS" | "DOCKER_CERT_PATH"));
    let url = url_of(host);
    let port = url.port.as_ref().map(Text::value);
    let Some(name) = url.host.known().filter(|_| !tls && port != Some("2376")) else { return nothing() };
    if name == "localhost" || name.starts_with("127.") {
        return nothing();
    }
    let Some(sibling) = stack.services.iter().find(|s| s.names.iter().any(|n| n == name) || has_address(s, name))
    else {
        // A bare name may be a container of another project; an address or a domain is another host.
        let other = name.contains('.') || name.contains(':');
        return if other { (Field::at("remote", host.place()), Field::derived(false)) } else { nothing() };
    };
    let roads = sibling.attachments.iter().map(|a| a.open);
    let internal = if roads.clone().any(|o| o == Some(true)) {
        Some(false)
    } else {
        roads.into_iter().all(|o| o == Some(false)).then_some(true)
    };
    let why = "whether the network is internal is not known";
    (Field::at("sibling", host.place()), Field::derived(super::read::tri(internal, why)))
}

/// Whether a network gives the service this address.
fn has_address(service: &ServiceInfo, address: &str) -> bool {
    let networks = service.node.get("networks").and_then(Node::map).unwrap_or(&[]);
    let own = |value: &Node, key: &str| value.get(key).and_then(Node::known) == Some(address);
    networks.iter().any(|e| own(&e.value, "ipv4_address") || own(&e.value, "ipv6_address"))
}

/// The published port of an API that has no TLS, where it is open to others than the host itself.
fn published_api(model: &Model<'_>, service: &ServiceInfo) -> Option<FactId> {
    if !service.is(Role::SocketProxy) && !own_engine(service) {
        return None;
    }
    service.ports.iter().copied().find(|id| {
        let is = |name: &str, wanted: &Value| match (model.facts.get(*id).field(name).map(|f| &f.value), wanted) {
            (Some(Value::Str(a)), Value::Str(b)) => a == b,
            (Some(Value::Bool(a)), Value::Bool(b)) => a == b,
            _ => false,
        };
        is("target", &"2375".into()) && is("loopback", &false.into())
    })
}

/// Whether a mount brings an engine's socket: by its source, or a volume whose target is the socket's place.
fn gives_socket(m: &MountInfo) -> bool {
    let by = |t: Option<&Text>| {
        t.is_some_and(|t| {
            mount::engine_socket(t.value()).is_some() || t.known().is_some_and(|t| mount::socket_directory(t).is_some())
        })
    };
    match m.kind.as_str() {
        "tmpfs" => false,
        "bind" => by(m.source.as_ref()) || by(m.target.as_ref()),
        _ => by(m.target.as_ref()),
    }
}

/// What shows that a service talks to an engine through a local socket. An engine of its own (dind) needs none.
fn docker_use(service: &ServiceInfo, host: Option<&Text>) -> Field {
    let nothing = || Field::derived(Value::Null);
    if own_engine(service) {
        return nothing();
    }
    if let Some(host) = host {
        return match host.known() {
            Some(value) if value.starts_with("unix://") || value.starts_with('/') => Field::text(host),
            Some(_) => nothing(),
            None => Field::text(host),
        };
    }
    let names_socket = |v: &&VariableInfo| {
        v.value.as_ref().is_some_and(|t| t.known().is_some_and(|t| mount::engine_socket(t) == Some("docker")))
    };
    if let Some(value) = service.variables.iter().find(names_socket).and_then(|v| v.value.as_ref()) {
        return Field::text(value);
    }
    let words: Vec<Text> = [texts(service.node.get("entrypoint")), texts(service.node.get("command"))].concat();
    let probe = texts(service.node.path(&["healthcheck", "test"]));
    let mut commands = shell::commands(&words);
    match probe.first().map(Text::value) {
        Some("CMD") => commands.extend(shell::commands(&probe[1..])),
        Some("CMD-SHELL") => commands.extend(probe.get(1).map(shell::line).unwrap_or_default()),
        _ => {}
    }
    let called = commands.iter().filter_map(|c| c.first()).find(|p| calls_engine(p.value()));
    let named = || words.iter().find(|w| w.value().contains("unix://") && w.value().contains("docker.sock"));
    called.or_else(named).map_or_else(nothing, Field::text)
}

fn calls_engine(program: &str) -> bool {
    matches!(shell::base(program), "docker" | "docker-compose")
}

fn own_engine(service: &ServiceInfo) -> bool {
    let privileged = service.node.get("privileged").is_some_and(|p| super::read::truth(Some(p), false) != Some(false));
    let image = service.node.get("image").and_then(Node::text).map_or("", Text::value);
    privileged || image.contains("dind") || service.node.get("runtime").and_then(Node::known) == Some("sysbox-runc")
}

/// The sections of the API whose use changes the host, or reads secrets.
const DANGEROUS: &[&str] = &[
    "CONTAINERS",
    "EXEC",
    "IMAGES",
    "BUILD",
    "VOLUMES",
    "NETWORKS",
    "SECRETS",
    "CONFIGS",
    "SWARM",
    "SERVICES",
    "NODES",
    "PLUGINS",
    "SYSTEM",
    "TASKS",
    "ALLOW_START",
    "ALLOW_STOP",
    "ALLOW_RESTARTS",
    "COMMIT",
    "DISTRIBUTION",
    "AUTH",
    "SESSION",
];

fn grants(model: &mut Model<'_>, service: &ServiceInfo) {
    let set = |v: &&VariableInfo| v.value.as_ref().and_then(Text::known).is_some_and(on);
    let found: Vec<FactId> =
        service.variables.iter().filter(|v| DANGEROUS.contains(&v.name.as_str())).filter(set).map(|v| v.id).collect();
    let post = service.variables.iter().find(|v| v.name == "POST");
    let value = match post.map(|v| v.value.as_ref()) {
        None => Field::derived(false),
        Some(Some(text)) => match text.known() {
            Some(known) => Field::at(on(known), text.place()),
            None => Field::text(text),
        },
        Some(None) => Field::derived(Value::Unknown("POST is passed through from the shell".to_owned())),
    };
    model.facts.set(service.id, "socket_grants", found);
    model.facts.set(service.id, "socket_post", value);
}

/// Whether a switch is on as `HAProxy` reads it (`env(X) -m bool`): by the integer that it begins with; words are off.
fn on(value: &str) -> bool {
    let digits = value.strip_prefix(['-', '+']).unwrap_or(value);
    let number = digits.split(|c: char| !c.is_ascii_digit()).next().unwrap_or("");
    number.chars().any(|c| c != '0')
}
