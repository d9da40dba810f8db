//! Facts of subjects `compose.service` and `container`: one of each for a service, from its own keys.
//!
//! What follows from several services together is added by `topology`.

use super::build::Build;
use super::fresh_volume::Takers;
use super::image::Reference;
use super::read::{self, list, scalar, tri, truth_field};
use super::roles::{self, Identity};
use super::{
    MountInfo, ServiceInfo, StackInfo, build as dockerfile, dependency, endpoint, environment, fresh_volume, grant,
    healthcheck, mounts, network, port, probe_variable, programs, shell, smokescreen, start_shell, steps, store,
    without_network,
};
use crate::expand::Stack;
use crate::knowledge::Image;
use crate::model::Model;
use crate::model::container::{
    Container, Namespaces, Origin, Software, host_device, is_root, no_new_privileges, root_by_user,
};
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::{Entry, Node};

pub(super) fn build(
    model: &mut Model<'_>,
    stack: &StackInfo,
    (project, takers): (&Stack, &Takers<'_, '_>),
    entry: &Entry,
) -> ServiceInfo {
    let (node, name) = (&entry.value, read::display(&entry.key));
    let at = read::key_span(entry);
    let reference = node.get("image").and_then(Node::text).map(Reference::parse);
    let build = dockerfile::find(model.deployment, project, node);
    let identity = roles::identify(model.knowledge, &name, node, reference.as_ref(), build.as_ref());
    let service = model.facts.add(service_fact(stack.id, entry, reference.as_ref(), &identity));
    let domain = container_of(service, entry, &identity, build.as_ref());
    let written = domain.mounts.clone();
    let added = domain.add(model, Some(stack.id));
    let container = added.id;
    model.facts.set(service, "container", container);
    grant::build(model, (service, stack.id), project, node);
    let mounts: Vec<MountInfo> =
        added.mounts.iter().zip(written).map(|(id, mount)| MountInfo::new(*id, mount)).collect();
    let tmpfs: Vec<FactId> = mounts.iter().filter(|m| m.kind == "tmpfs").map(|m| m.id).collect();
    model.facts.set(service, "mounts", added.mounts);
    model.facts.set(service, "tmpfs", tmpfs);
    let variables = environment::build(model, stack.id, service, node);
    let ids: Vec<FactId> = variables.iter().map(|v| v.id).collect();
    model.facts.set(service, "variables", ids);
    let ports: Vec<FactId> = node
        .get("ports")
        .and_then(Node::seq)
        .unwrap_or(&[])
        .iter()
        .map(|p| port::build(model, stack.id, service, p))
        .collect();
    port::ranges(model, &ports);
    model.facts.set(service, "ports", ports.clone());
    model.facts.set(service, "first_port", Field::derived(ports.first().map_or(Value::Null, |p| (*p).into())));
    model.facts.set(service, "mode_overlaid", without_network::mode_overlaid(node));
    model.facts.set(service, "refused_option", without_network::refused_option(node));
    let attachments = network::attachments(model, stack, service, node, at);
    let ids: Vec<FactId> = attachments.iter().map(|a| a.id).collect();
    model.facts.set(service, "attachments", ids);
    let dependencies = dependency::build(model, stack.id, service, &name, node);
    let ids: Vec<FactId> = dependencies.iter().map(|d| d.id).collect();
    model.facts.set(service, "dependencies", ids);
    let names = own_names(&name, node);
    let knowledge = model.knowledge;
    let base = programs::base(knowledge);
    let has = |program: &str| {
        let has = programs::has(identity.image, reference.as_ref(), build.as_ref(), &base, program);
        has.filter(|has| *has || !programs::may_bring(node, program))
    };
    let shell = start_shell::missing(model.deployment, project, node, reference.as_ref(), &has);
    model.facts.set(service, "missing_shell", shell);
    let set = set_variables(node);
    let healthcheck = {
        let image = build.as_ref().and_then(Build::probe);
        let runner = healthcheck::Runner { names: &names, variables: &set, has: &has };
        healthcheck::build(model, (stack.id, service, container), node, runner, image.as_deref())
    };
    if let Some(image) = identity.image {
        endpoint::speaks_tls(model, service, image, reference.as_ref(), node);
    }
    let test = read::texts(node.path(&["healthcheck", "test"]));
    if let (Some(check), Some((name, meant))) = (healthcheck, probe_variable::unset(&test, node, identity.image)) {
        model.facts.set(check, "unset_variable", Field::text(&name));
        model.facts.set(check, "meant_variable", meant);
    }
    if let (Some(check), Some(image)) = (healthcheck, identity.image) {
        endpoint::build(model, check, image, reference.as_ref(), node);
    }
    model.facts.set(service, "healthcheck", Field::derived(healthcheck.map_or(Value::Null, Value::from)));
    writable(model, service, (&identity, reference.as_ref()), &mounts);
    store::build(model, container, (node, build.as_ref()), reference.as_ref(), &mounts);
    if let Some(build) = &build {
        let why = "whether the base image has a HEALTHCHECK is not known";
        model.facts.set(service, "image_healthcheck", Field::derived(tri(build.healthcheck(model.knowledge), why)));
        smokescreen::build(model, service, node, build);
        fresh_volume::build(model, (project, takers), entry, build, &mounts);
    }
    ServiceInfo {
        id: service,
        container,
        ports,
        needs_internet: identity.image.is_some_and(|i| i.needs_internet),
        title: identity.title.map(str::to_owned),
        name,
        node: node.clone(),
        roles_known: !identity.open,
        roles: identity.roles,
        names,
        attachments,
        dependencies,
        mounts,
        variables,
    }
}

/// The names under which a service is reached: its own, its container's, its host name. Aliases belong to networks.
fn own_names(name: &str, node: &Node) -> Vec<String> {
    let more = ["container_name", "hostname"].iter().filter_map(|k| node.get(k)?.known());
    let aliases = read::entries(node.get("networks")).iter().flat_map(|e| texts_of(e.value.get("aliases")));
    std::iter::once(name.to_owned()).chain(more.map(str::to_owned)).chain(aliases).collect()
}

/// The first label whose name has a variable: compose replaces none there.
fn label_variable(node: &Node) -> Field {
    let keys = read::entries(node.get("labels")).iter().filter_map(|e| e.key.text());
    let mut named = keys.filter(|k| k.known().is_some_and(|k| k.contains("${")));
    named.next().map_or(Field::derived(Value::Null), Field::text)
}

/// The names of the variables that are set, and of those that an env file may set.
fn set_variables(node: &Node) -> Vec<&str> {
    let own = read::entries(node.get("environment")).iter().filter_map(|e| e.key.known());
    let file = node.get("env_file").is_some_and(|n| !n.is_null());
    own.chain(["PGPORT", "MYSQL_TCP_PORT"].into_iter().filter(|_| file)).collect()
}

fn texts_of(node: Option<&Node>) -> Vec<String> {
    read::texts(node).iter().filter_map(Text::known).map(str::to_owned).collect()
}

fn service_fact(stack: FactId, entry: &Entry, reference: Option<&Reference>, identity: &Identity<'_>) -> Fact {
    let node = &entry.value;
    let words: Vec<Text> = [read::texts(node.get("entrypoint")), read::texts(node.get("command"))].concat();
    let programs: Vec<Field> = shell::commands(&words).iter().filter_map(|c| c.first()).map(Field::text).collect();
    let part = |text: Option<&Text>| text.map_or(Field::derived(Value::Null), Field::text);
    let fact = Fact::new(Subject::Service, read::key_span(entry).into())
        .with("name", read::key_field(entry))
        .with("stack", stack)
        .with("container_name", scalar(node.get("container_name")))
        .with("image", scalar(node.get("image")))
        .with("repository", part(reference.map(|r| &r.repository)))
        .with("tag", part(reference.and_then(|r| r.tag.as_ref())))
        .with("digest", part(reference.and_then(|r| r.digest.as_ref())))
        .with("starts_itself", reference.and_then(|r| r.repository.known()).is_some_and(steps::starts_itself))
        .with(
            "built",
            Field {
                value: node.get("build").is_some_and(|b| !b.is_null()).into(),
                place: node.get("build").map(read::place),
            },
        )
        .with("command", list(node.get("command")))
        .with("entrypoint", list(node.get("entrypoint")))
        .with("programs", programs)
        .with("user", scalar(node.get("user")))
        .with("read_only", truth_field(node.get("read_only"), false))
        .with("restart", restart(node))
        .with("replicas", replicas(node))
        .with("profiles", list(node.get("profiles")))
        .with("network_mode", scalar(node.get("network_mode")))
        .with("log_driver", scalar(node.path(&["logging", "driver"])))
        .with("log_options", list(node.path(&["logging", "options"])))
        .with("log_limited", tri(log_limited(node), "the logging driver is not known"))
        .with("labels", environment::labels(node))
        .with("label_variable", label_variable(node))
        .with("environment", environment::map(node))
        .with("more_variables", read::hides_variables(node));
    identity_fields(fact, node, identity)
}

fn identity_fields(fact: Fact, node: &Node, identity: &Identity<'_>) -> Fact {
    let strings = |all: &[String]| Value::List(all.iter().map(|s| Field::derived(s.as_str())).collect());
    let image = identity.image;
    let health = image.map(Image::health_paths).unwrap_or_default();
    let nobody_looked = "whether the image has a HEALTHCHECK of its own is not known";
    fact.with("title", title(node, identity))
        .with("roles", roles_value(identity))
        .with("roles_by", identity.by.map_or(Value::Null, Value::from))
        .with("known_image", image.is_some())
        .with(
            "image_ports",
            image
                .map(|i| i.ports.iter().map(|p| Field::derived(i64::from(*p))).collect::<Vec<_>>())
                .unwrap_or_default(),
        )
        .with("image_health_paths", strings(&health))
        .with("image_health_only", image.is_some_and(|i| i.health_only))
        .with(
            "admin_ports",
            image.map_or(&[][..], |i| &i.admin_ports).iter().map(|p| Field::derived(p.to_string())).collect::<Vec<_>>(),
        )
        .with("image_lacks", strings(image.map_or(&[], |i| &i.lacks)))
        .with("image_has", strings(image.map_or(&[], |i| &i.has)))
        .with("image_healthcheck", tri(image.and_then(|i| i.healthcheck), nobody_looked))
        .with("image_user", image.and_then(|i| i.user.clone()))
        .with("needs_internet", image.is_some_and(|i| i.needs_internet))
        .with("one_shot", image.is_some_and(|i| i.one_shot))
}

fn roles_value(identity: &Identity<'_>) -> Value {
    if identity.open {
        return Value::Unknown("what the service is: its image is not known".to_owned());
    }
    Value::List(identity.roles.iter().map(|r| Field::derived(r.name())).collect())
}

/// The restart policy, from either of the two places that compose knows.
fn restart(node: &Node) -> Field {
    match node.get("restart").filter(|n| !n.is_null()) {
        Some(restart) => scalar(Some(restart)),
        None => match node.path(&["deploy", "restart_policy"]) {
            Some(policy) => {
                policy.get("condition").map_or_else(|| Field::at("any", read::place(policy)), |c| scalar(Some(c)))
            }
            None => Field::derived(Value::Null),
        },
    }
}

/// How many containers a service asks for.
fn replicas(node: &Node) -> Field {
    let written = node.get("scale").or_else(|| node.path(&["deploy", "replicas"])).filter(|n| !n.is_null());
    let Some(node) = written else { return Field::derived(1_i64) };
    match node.text().map(|t| t.known().map(str::parse::<i64>)) {
        Some(Some(Ok(number))) => Field::at(number, read::place(node)),
        _ => Field::at(Value::Unknown("how many containers it has is not known".to_owned()), read::place(node)),
    }
}

/// Whether a service's log can't fill the disk: limited, or not a file of Docker's. The default driver is not.
fn log_limited(node: &Node) -> Option<bool> {
    let Some(logging) = node.get("logging").filter(|l| !l.is_null()) else { return Some(false) };
    logging.map()?;
    if logging.path(&["options", "max-size"]).is_some() {
        return Some(true);
    }
    match logging.get("driver") {
        None => Some(false),
        Some(driver) => driver.known().map(|d| d != "json-file"),
    }
}

fn container_of(service: FactId, entry: &Entry, identity: &Identity<'_>, build: Option<&Build<'_>>) -> Container {
    let node = &entry.value;
    Container {
        place: read::key_span(entry).into(),
        origin: Origin::Compose,
        service: Some(service),
        name: read::key_field(entry),
        image: scalar(node.get("image")),
        software: Software {
            title: title(node, identity),
            repository: node
                .get("image")
                .and_then(Node::text)
                .map_or(Field::derived(Value::Null), |image| Field::text(&Reference::parse(image).repository)),
            roles: identity.roles.clone(),
            open: identity.open,
            manages: identity.image.and_then(|image| manages(image, node)),
            ..Software::of_entry(identity.image).upon(identity.base)
        },
        ends: false,
        user: scalar(node.get("user")),
        runs_as_root: runs_as_root(node, build),
        privileged: truth_field(node.get("privileged"), false),
        read_only: truth_field(node.get("read_only"), false),
        namespaces: Namespaces {
            network: scalar(node.get("network_mode")),
            pid: scalar(node.get("pid")),
            ipc: scalar(node.get("ipc")),
            uts: scalar(node.get("uts")),
            user: scalar(node.get("userns_mode")),
            cgroup: scalar(node.get("cgroup")),
        },
        networks: Field::derived(Value::Null),
        ports: Field::derived(Value::Null),
        cap_add: list(node.get("cap_add")),
        cap_drop: list(node.get("cap_drop")),
        no_new_privileges: Field::derived(no_new_privileges(&read::texts(node.get("security_opt")))),
        security_opt: list(node.get("security_opt")),
        devices: devices(node),
        groups: list(node.get("group_add")),
        mounts: mounts::of(node),
    }
}

/// The variable that lets the software change what runs, where one is set.
fn manages(image: &Image, node: &Node) -> Option<String> {
    let set = |name: &&String| {
        let value = read::entries(node.get("environment")).iter().find(|e| e.key.known() == Some(name.as_str()));
        value.is_some_and(|e| !matches!(e.value.known(), None | Some("false" | "0" | "")))
    };
    image.manages_with.iter().find(set).cloned()
}

/// What the software is called, at the image where that says so.
fn title(node: &Node, identity: &Identity<'_>) -> Field {
    let value = identity.title.map_or(Value::Null, Value::from);
    let place = node.get("image").filter(|_| identity.title.is_some() && identity.by == Some("image")).map(read::place);
    Field { value, place }
}

/// Whether it runs as root: told so, or by a Dockerfile without `USER`.
fn runs_as_root(node: &Node, build: Option<&Build<'_>>) -> Field {
    match (scalar(node.get("user")), build) {
        (Field { value: Value::Null, .. }, Some(build)) => build.root(is_root),
        (user, _) => root_by_user(&user),
    }
}

fn devices(node: &Node) -> Field {
    let Some(devices) = node.get("devices") else { return Field::derived(Value::List(Vec::new())) };
    let one = |item: &Node| match item.map() {
        Some(_) => scalar(item.get("source")),
        None => item.text().map_or(Field::derived(Value::Null), host_device),
    };
    let all: Vec<Field> = devices.seq().unwrap_or(&[]).iter().map(one).collect();
    Field { value: all.into(), place: Some(read::place(devices)) }
}

/// Which directories the image writes, and which of them no mount makes writable.
fn writable(
    model: &mut Model<'_>,
    service: FactId,
    (identity, reference): (&Identity<'_>, Option<&Reference>),
    mounts: &[super::MountInfo],
) {
    let tag = reference.and_then(|r| r.tag.as_ref()).and_then(Text::known);
    let known = identity.image.map(|i| i.writes(tag)).unwrap_or_default();
    let beside = identity.image.map(|i| i.writes_beside(tag)).unwrap_or_default();
    let is_known = !known.is_empty();
    let wanted = if is_known { known } else { vec!["/run".to_owned(), "/tmp".to_owned()] };
    // `/var/run` is a link to `/run` in every distribution's image.
    let real = |path: &str| path.strip_prefix("/var/run").map_or(path.to_owned(), |rest| format!("/run{rest}"));
    let writable = mounts.iter().filter(|m| m.read_only != Some(true));
    let targets: Vec<String> = writable.filter_map(|m| m.target.as_ref()?.known()).map(real).collect();
    let unknown_target = mounts.iter().any(|m| m.target.as_ref().is_some_and(|t| !t.is_known()));
    let covered = |path: &str| {
        let path = real(path);
        targets.iter().any(|t| {
            let t = t.trim_end_matches('/');
            t.is_empty()
                || path == t
                || path.strip_prefix(t).is_some_and(|rest| rest.starts_with('/'))
                // Whoever gives a folder below it has looked where the program writes.
                || (!is_known && path == "/run" && t.starts_with("/run/"))
        })
    };
    let missing: Vec<Field> = wanted.iter().filter(|p| !covered(p)).map(|p| Field::derived(p.as_str())).collect();
    let all: Vec<Field> = wanted.iter().map(|p| Field::derived(p.as_str())).collect();
    let unwritable = if unknown_target && !missing.is_empty() {
        Value::Unknown("where a volume is mounted is not known".to_owned())
    } else {
        missing.into()
    };
    let beside: Vec<Field> = beside.iter().filter(|p| !covered(p)).map(|p| Field::derived(p.as_str())).collect();
    model.facts.set(service, "unwritable_beside", beside);
    model.facts.set(service, "writes", all);
    model.facts.set(service, "writes_known", is_known);
    model.facts.set(service, "read_only_ok", identity.image.is_some_and(|i| i.read_only_ok));
    model.facts.set(service, "unwritable", Field::derived(unwritable));
}
