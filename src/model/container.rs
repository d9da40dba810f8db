//! A container, whatever starts it, and its facts of subject `container`.
//!
//! Providers (compose, docker's command line, Ansible's modules, Quadlet, Kubernetes) make a `Container` as a literal:
//! a new field has to be answered by each of them before anything compiles. Facts are its projection, so a rule about
//! what a container may do is written once. What only compose can say is in `compose.service`.

use super::Model;
use super::compose::image::Reference;
use super::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use super::mount::{Mount, Owner};
use super::subject::Subject;
use crate::knowledge::{Image, Knowledge, Need, Role};
use crate::text::{Place, Text};

const STRINGS: FieldKind = FieldKind::List(&FieldKind::Str);

/// The fields of `container`.
pub const SCHEMA: Schema = Schema {
    name: "container",
    doc: "A container that something starts: a compose service, a `docker run` command, an Ansible docker module, a Quadlet file, a Kubernetes manifest.",
    fields: &[
        field("name", FieldKind::Str, "The service's name, or the container's where there is no service."),
        field(
            "origin",
            FieldKind::OneOf(super::workload::origins!("compose", "command", "ansible")),
            "What starts it.",
        ),
        field("service", FieldKind::Fact(Subject::Service), "The compose service, where it is one."),
        field("image", FieldKind::Str, "The image reference as written."),
        field("repository", FieldKind::Str, "The image without tag and digest."),
        field("title", FieldKind::Str, "What the software is called, where the image is known."),
        field(
            "roles",
            STRINGS,
            "Its roles: `agent-gateway`, `socket-proxy`, `datastore` …; empty where none is known.",
        ),
        field("reads_host", FieldKind::Bool, "Whether it is known to read the host for metrics or logs."),
        field(
            "needs_host",
            FieldKind::List(&FieldKind::OneOf(&[
                "devices",
                "capabilities",
                "network",
                "namespaces",
                "files",
                "socket",
                "unconfined",
                "privileged",
            ])),
            "What its software is known to need of the host: `devices`, `capabilities`, `network`, `namespaces`, `files`, `socket`, `unconfined`, `privileged`.",
        ),
        field(
            "engine_api",
            STRINGS,
            "The sections of a container engine's API that its software is known to use, as socket proxies call them; `POST` where it changes something.",
        ),
        field("manages", FieldKind::Str, "The variable that lets its software change what runs, where one is set."),
        field(
            "engine_client",
            FieldKind::Str,
            "The version of a container engine's API that this release of its software asks for, where it can ask for no other; unknown where something in the tree speaks of that version, or of the engine's.",
        ),
        field("engine_client_instead", FieldKind::Str, "What to use in its place."),
        field(
            "unprivileged",
            FieldKind::Str,
            "What to write in place of `privileged`, where its documentation shows a way without it.",
        ),
        field("tunnels", FieldKind::Bool, "Whether it is known to be a VPN or a tunnel."),
        field(
            "socket_proxy",
            FieldKind::Bool,
            "Whether it is known to limit what others may ask of a container engine.",
        ),
        field(
            "runs_as_root",
            FieldKind::Bool,
            "Whether it is told to run as root, or its own Dockerfile never leaves root.",
        ),
        field("known_image", FieldKind::Bool, "Whether the image is in the knowledge base."),
        field("image_ports", FieldKind::List(&FieldKind::Int), "The ports that the known image listens on."),
        field("image_health_paths", STRINGS, "The HTTP paths that answer a health probe of the known image."),
        field("one_shot", FieldKind::Bool, "Whether it is known to end by itself: a job, `--rm`."),
        field("user", FieldKind::Str, "The user it is told to run as."),
        field("privileged", FieldKind::Bool, "Whether it is privileged."),
        field("read_only", FieldKind::Bool, "Whether its root file system is read-only."),
        field("network_mode", FieldKind::Str, "`host`, `none`, `service:x` …, where set."),
        field(
            "networks",
            STRINGS,
            "The networks that it is told to join, as written; of a compose service null: it has attachments.",
        ),
        field("ports", STRINGS, "What it publishes, as written; of a compose service null: it has ports of its own."),
        field("pid", FieldKind::Str, "The PID namespace, where set."),
        field("ipc", FieldKind::Str, "The IPC namespace, where set."),
        field("uts", FieldKind::Str, "The UTS namespace, where set."),
        field("userns", FieldKind::Str, "The user namespace, where set."),
        field("cgroup", FieldKind::Str, "The cgroup namespace, where set."),
        field("host_namespaces", STRINGS, "The namespaces shared with the host, each at its place: `network`, `pid` …"),
        field("cap_add", STRINGS, "Capabilities added, upper case, without `CAP_`."),
        field("cap_drop", STRINGS, "Capabilities dropped, upper case, without `CAP_`."),
        field("security_opt", STRINGS, "Security options as written."),
        field("no_new_privileges", FieldKind::Bool, "Whether `no-new-privileges` is set."),
        field("devices", STRINGS, "Host devices handed over: their paths on the host."),
        field("groups", STRINGS, "Supplementary groups."),
        field("mounts", FieldKind::List(&FieldKind::Fact(Subject::Mount)), "What is mounted into it."),
        field(
            "data_missed",
            FieldKind::Str,
            "The path of a mount that is meant for the data of the known image and misses them, at its place.",
        ),
        field("data_directory", FieldKind::Str, "Where that image keeps its data."),
        field("data_volume", FieldKind::Str, "The volume that it declares for them, where it does."),
        field("data_refused", FieldKind::Bool, "Whether it refuses to start with such a mount."),
        field("data_title", FieldKind::Str, "What the software is called."),
    ],
};

/// What starts a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Compose,
    Command,
    Ansible,
    /// A file of another format, by its name.
    Workload(&'static str),
}

impl Origin {
    /// The name in facts; frozen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Origin::Compose => "compose",
            Origin::Command => "command",
            Origin::Ansible => "ansible",
            Origin::Workload(format) => format,
        }
    }
}

/// A container. A [`Field`] is known, absent (null) or unknown, and says where.
#[derive(Debug, Clone)]
pub(crate) struct Container {
    pub(crate) place: Place,
    pub(crate) origin: Origin,
    /// The compose service that it is.
    pub(crate) service: Option<FactId>,
    pub(crate) name: Field,
    pub(crate) image: Field,
    pub(crate) software: Software,
    /// Whether it is told to end by itself.
    pub(crate) ends: bool,
    pub(crate) user: Field,
    /// Whether it is root, by its user or by its Dockerfile.
    pub(crate) runs_as_root: Field,
    pub(crate) privileged: Field,
    pub(crate) read_only: Field,
    pub(crate) namespaces: Namespaces,
    /// The networks that it joins and the ports that it publishes, where no facts of their own say it.
    pub(crate) networks: Field,
    pub(crate) ports: Field,
    /// Capabilities, in any spelling.
    pub(crate) cap_add: Field,
    pub(crate) cap_drop: Field,
    pub(crate) security_opt: Field,
    pub(crate) no_new_privileges: Field,
    /// Paths on the host.
    pub(crate) devices: Field,
    pub(crate) groups: Field,
    pub(crate) mounts: Vec<Mount>,
}

/// The namespaces of a container, as written: `host`, `none`, another container's.
#[derive(Debug, Clone)]
pub(crate) struct Namespaces {
    pub(crate) network: Field,
    pub(crate) pid: Field,
    pub(crate) ipc: Field,
    pub(crate) uts: Field,
    pub(crate) user: Field,
    pub(crate) cgroup: Field,
}

/// What is known about the software in a container.
#[derive(Debug, Clone)]
pub(crate) struct Software {
    pub(crate) title: Field,
    pub(crate) repository: Field,
    pub(crate) roles: Vec<Role>,
    /// Whether the image is not known, so that its roles could be any.
    pub(crate) open: bool,
    pub(crate) known: bool,
    pub(crate) one_shot: bool,
    pub(crate) ports: Vec<u16>,
    /// The paths that answer a health probe.
    pub(crate) health_paths: Vec<String>,
    /// What it needs of the host.
    pub(crate) needs: Vec<Need>,
    /// What it asks of a container engine.
    pub(crate) engine_api: Vec<String>,
    /// The variable that lets it change what runs.
    pub(crate) manages: Option<String>,
    /// What to write in place of `privileged`.
    pub(crate) unprivileged: Option<String>,
}

impl Software {
    /// By the image alone.
    pub(crate) fn of_image(image: &Text, knowledge: &Knowledge) -> Self {
        let reference = Reference::parse(image);
        let known: Option<&Image> = reference.knowledge(knowledge);
        Software {
            title: known.map_or(Field::derived(Value::Null), |i| Field::at(i.title.as_str(), image.place())),
            repository: Field::text(&reference.repository),
            roles: known.map(|i| i.roles.clone()).unwrap_or_default(),
            open: known.is_none() && !reference.repository.is_known(),
            ..Software::of_entry(known)
        }
    }

    /// What an entry says of the software itself; title and roles are the caller's.
    pub(crate) fn of_entry(known: Option<&Image>) -> Self {
        Software {
            title: Field::derived(Value::Null),
            repository: Field::derived(Value::Null),
            roles: Vec::new(),
            open: false,
            known: known.is_some(),
            one_shot: known.is_some_and(|i| i.one_shot),
            ports: known.map(|i| i.ports.clone()).unwrap_or_default(),
            health_paths: known.map(Image::health_paths).unwrap_or_default(),
            needs: known.map(|i| i.needs_host.clone()).unwrap_or_default(),
            engine_api: known.map(|i| i.engine_api.clone()).unwrap_or_default(),
            manages: None,
            unprivileged: known.and_then(|i| i.unprivileged.clone()),
        }
    }

    /// The same, built upon an image that is known: it needs of the host, and asks of the engine, what that one does.
    pub(crate) fn upon(self, base: Option<&Image>) -> Self {
        let Some(base) = base else { return self };
        Software {
            needs: base.needs_host.clone(),
            engine_api: base.engine_api.clone(),
            unprivileged: base.unprivileged.clone(),
            ..self
        }
    }

    /// Whether it has one of these roles for certain.
    pub(crate) fn is(&self, roles: &[Role]) -> bool {
        self.roles.iter().any(|role| roles.contains(role))
    }

    fn roles(&self) -> Value {
        if self.open {
            return Value::Unknown("what the container is: its image is not known".to_owned());
        }
        Value::List(self.roles.iter().map(|r| Field::derived(r.name())).collect())
    }
}

/// Whether it is a socket proxy; of an image that is not known, its name says that it may be one.
fn socket_proxy(software: &Software, name: &Field) -> Value {
    if software.is(&[Role::SocketProxy]) {
        return true.into();
    }
    let Value::Str(name) = &name.value else { return false.into() };
    let lower = name.to_ascii_lowercase().replace('_', "-");
    let says = ["socket-proxy", "socketproxy", "docker-proxy", "dockerproxy"].iter().any(|n| lower.contains(n));
    if software.open && says {
        Value::Unknown("what the container is: its image is not known".to_owned())
    } else {
        false.into()
    }
}

impl Namespaces {
    /// Those that are the host's, each at its place.
    fn of_host(&self) -> Vec<Field> {
        let all = [
            (&self.network, "network"),
            (&self.pid, "pid"),
            (&self.ipc, "ipc"),
            (&self.uts, "uts"),
            (&self.user, "user"),
            (&self.cgroup, "cgroup"),
        ];
        let host = |(field, name): (&Field, &'static str)| {
            let is_host = matches!(&field.value, Value::Str(value) if value == "host");
            is_host.then(|| Field { value: name.into(), place: field.place.clone() })
        };
        all.into_iter().filter_map(host).collect()
    }
}

impl Container {
    /// Adds the facts of the container and of its mounts; `stack` is the compose project around it.
    pub(crate) fn add(self, model: &mut Model<'_>, stack: Option<FactId>) -> Added {
        let software = &self.software;
        let proxy = socket_proxy(software, &self.name);
        let fact = Fact::new(Subject::Container, self.place)
            .with("name", self.name)
            .with("origin", self.origin.name())
            .with("service", Field::derived(self.service.map_or(Value::Null, Value::from)))
            .with("image", self.image)
            .with("repository", software.repository.clone())
            .with("roles", software.roles())
            .with("socket_proxy", proxy)
            .with("reads_host", software.is(&[Role::Exporter]))
            .with("needs_host", Value::List(software.needs.iter().map(|n| Field::derived(n.name())).collect()))
            .with("engine_api", software.engine_api.iter().map(|s| Field::derived(s.as_str())).collect::<Vec<_>>())
            .with("manages", software.manages.as_deref())
            .with("unprivileged", software.unprivileged.as_deref())
            .with("tunnels", software.is(&[Role::Vpn, Role::Tunnel]))
            .with("known_image", software.known)
            .with("image_ports", software.ports.iter().map(|p| Field::derived(i64::from(*p))).collect::<Vec<_>>())
            .with(
                "image_health_paths",
                software.health_paths.iter().map(|p| Field::derived(p.as_str())).collect::<Vec<_>>(),
            )
            .with("one_shot", software.one_shot || self.ends)
            .with("title", self.software.title)
            .with("runs_as_root", self.runs_as_root)
            .with("user", self.user)
            .with("privileged", self.privileged)
            .with("read_only", self.read_only)
            .with("host_namespaces", self.namespaces.of_host())
            .with("network_mode", self.namespaces.network)
            .with("networks", self.networks)
            .with("ports", self.ports)
            .with("pid", self.namespaces.pid)
            .with("ipc", self.namespaces.ipc)
            .with("uts", self.namespaces.uts)
            .with("userns", self.namespaces.user)
            .with("cgroup", self.namespaces.cgroup)
            .with("cap_add", capabilities(self.cap_add))
            .with("cap_drop", capabilities(self.cap_drop))
            .with("security_opt", self.security_opt)
            .with("no_new_privileges", self.no_new_privileges)
            .with("devices", self.devices)
            .with("groups", self.groups);
        let id = model.facts.add(fact);
        let owner = Owner { container: id, service: self.service, stack };
        let mounts: Vec<FactId> = self.mounts.into_iter().map(|mount| mount.add(model, owner)).collect();
        model.facts.set(id, "mounts", mounts.clone());
        Added { id, mounts }
    }
}

/// The facts of a container.
#[derive(Debug, Clone)]
pub(crate) struct Added {
    pub(crate) id: FactId,
    pub(crate) mounts: Vec<FactId>,
}

/// Capabilities in one spelling.
fn capabilities(mut field: Field) -> Field {
    if let Value::List(items) = &mut field.value {
        for item in items {
            if let Value::Str(name) = &mut item.value {
                let upper = name.to_ascii_uppercase();
                upper.strip_prefix("CAP_").unwrap_or(&upper).clone_into(name);
            }
        }
    }
    field
}

/// Whether the user that a container is told to run as is root; unknown where nothing says.
pub(crate) fn root_by_user(user: &Field) -> Field {
    let value = match &user.value {
        Value::Null => Value::Unknown("which user the image runs as is not known".to_owned()),
        Value::Str(name) => Value::Bool(is_root(name)),
        Value::Int(number) => Value::Bool(*number == 0),
        _ => Value::Unknown("the user is not known".to_owned()),
    };
    Field { value, place: user.place.clone() }
}

/// Whether `user`, maybe with a group, is root.
pub(crate) fn is_root(user: &str) -> bool {
    matches!(user.split(':').next(), Some("root" | "0"))
}

/// Whether security options keep a program from getting more rights than it started with.
pub(crate) fn no_new_privileges(options: &[Text]) -> bool {
    options.iter().any(|o| o.value().starts_with("no-new-privileges") && !o.value().ends_with("false"))
}

/// The path on the host of `/dev/x:/dev/y:rwm`.
pub(crate) fn host_device(text: &Text) -> Field {
    Field::text(&text.split_once(':').map_or_else(|| text.clone(), |(host, _)| host))
}

/// Texts as one field, at the first of them.
pub(crate) fn list_of(texts: &[Text]) -> Field {
    Field { value: Value::List(texts.iter().map(Field::text).collect()), place: texts.first().map(Text::place) }
}
