//! Facts of subject `membership`: a user who is put into a group of the host, by whatever file says so.
//!
//! Units, `usermod` and its like in scripts and tasks, Ansible's user module, compose's `group_add`. Groups inside an
//! image (`RUN usermod`) are not the host's and are left out.

use std::collections::{HashMap, HashSet};

use super::Model;
use super::ansible::library::Library;
use super::command::{Commands, Origin, Run};
use super::compose::read::{key_span, texts};
use super::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use super::subject::Subject;
use crate::ansible::walk::Task;
use crate::document::Body;
use crate::knowledge::{Knowledge, Role};
use crate::syntax::script::Word;
use crate::text::Text;
use crate::yaml::Node;

/// The fields of `membership`.
pub const SCHEMA: Schema = Schema {
    name: "membership",
    doc: "A user who is put into a group of the host.",
    fields: &[
        field("group", FieldKind::Str, "The group; `docker` too where a variable names its number (`DOCKER_GID`)."),
        field("user", FieldKind::Str, "The user or the service, as written."),
        field("origin", FieldKind::OneOf(&["unit", "command", "ansible", "compose"]), "What gives it."),
        field("service", FieldKind::Fact(Subject::Service), "The compose service that is put in, where it is one."),
        field("client", FieldKind::Bool, "Whether it is a unit all of whose commands are clients of the engine."),
        field(
            "inside",
            FieldKind::Bool,
            "Whether a container's own entrypoint does it, so that the group may be the container's.",
        ),
        field(
            "sudoer",
            FieldKind::Bool,
            "Whether the same file lets its user run everything as root without a password.",
        ),
        field(
            "of_service",
            FieldKind::Bool,
            "Whether the user is a service's: a unit of the deployment runs as it, or it is named like an agent gateway or a proxy of models.",
        ),
        field("operator", FieldKind::Bool, "Whether the user is whoever runs the script: `$USER`, `$SUDO_USER`."),
    ],
};

/// Adds the memberships of all files.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    let mut found: Vec<Membership> = Vec::new();
    units(model, &mut found);
    for run in &commands.all {
        let site = commands.sites.get(run.site);
        if !matches!(site.map(|s| s.origin), Some(Origin::DockerRun | Origin::DockerStart)) {
            let inside = site.is_some_and(|s| s.origin == Origin::Script && entrypoint(&s.path));
            found.extend(command(run).into_iter().map(|m| Membership { inside, ..m }));
        }
    }
    let library = Library::new(model.deployment);
    library.tasks().for_each(|(_, task)| user_module(task, &mut found));
    services(model, &mut found);
    let unit_users = unit_users(model);
    let sudoers: HashSet<_> =
        model.deployment.documents.iter().filter(|d| passwordless(d.text.value())).map(|d| d.source).collect();
    let mut seen = Vec::new();
    for membership in found {
        let span = membership.group.span();
        if seen.contains(&span) {
            continue;
        }
        seen.push(span);
        let sudoer = sudoers.contains(&span.source);
        let of_service = membership.of_service(&unit_users, model.knowledge);
        model.facts.add(membership.fact().with("sudoer", sudoer).with("of_service", of_service));
    }
}

struct Membership {
    group: Text,
    user: Option<Text>,
    origin: &'static str,
    service: Option<FactId>,
    /// Whether a container's entrypoint does it.
    inside: bool,
    /// Whether it is a unit that does nothing but call the engine.
    client: bool,
}

impl Membership {
    fn new(group: Text, user: Option<Text>, origin: &'static str) -> Self {
        Self { group, user, origin, service: None, inside: false, client: false }
    }
}

impl Membership {
    /// Whether the user is a service's. A person's own is root on the host anyway, as a rule.
    fn of_service(&self, unit_users: &HashSet<String>, knowledge: &Knowledge) -> Value {
        let Some(user) = &self.user else { return Value::Bool(self.origin == "unit") };
        let Some(name) = user.known() else { return Value::Unknown(user.display()) };
        let gateway = || {
            knowledge
                .image(&format!("{name}/{name}"))
                .is_some_and(|image| image.roles.iter().any(|role| matches!(role, Role::AgentGateway | Role::LlmProxy)))
        };
        Value::Bool(self.origin == "unit" || unit_users.contains(name) || gateway())
    }

    fn fact(&self) -> Fact {
        let operator = self.user.as_ref().is_some_and(is_operator);
        let by_number = self.group.variables().iter().any(|v| {
            let name = v.name.to_ascii_uppercase();
            name.contains("DOCKER") && (name.contains("GID") || name.contains("GROUP"))
        });
        let group = if by_number && self.group.known() != Some("docker") {
            Field::at("docker", self.group.place())
        } else {
            Field::text(&self.group)
        };
        let user = self.user.as_ref();
        Fact::new(Subject::Membership, self.group.place())
            .with("group", group)
            .with("user", user.map_or(Field::derived(Value::Null), |u| Field::at(u.display(), u.place())))
            .with("origin", self.origin)
            .with("service", Field::derived(self.service.map_or(Value::Null, Value::from)))
            .with("inside", self.inside)
            .with("client", self.client)
            .with("operator", operator)
    }
}

/// Whether a user is whoever runs the script, and not a service's.
fn is_operator(user: &Text) -> bool {
    let shown = user.display();
    let names = [
        "USER}",
        "USERNAME}",
        "LOGNAME}",
        "ansible_user",
        "ansible_env",
        "ansible_ssh_user",
        "whoami",
        "id -un",
        "vagrant",
    ];
    names.iter().any(|n| shown.contains(n)) || shown == "…" || shown == "$USER"
}

/// The users that units of the deployment run as.
fn unit_users(model: &Model<'_>) -> HashSet<String> {
    let units = model.deployment.documents.iter().filter_map(|document| match &document.body {
        Body::Unit(unit) => unit.get("Service", "User"),
        _ => None,
    });
    units.filter_map(|directive| directive.value.known().map(str::to_owned)).collect()
}

/// Whether all that a unit starts are clients of a container engine.
fn starts_containers(unit: &crate::syntax::unit::Unit) -> bool {
    let mut programs = unit
        .all("Service", "ExecStart")
        .into_iter()
        .filter_map(|d| d.value.value().split_whitespace().next())
        .peekable();
    let client = |program: &str| {
        let name = program.trim_start_matches(['-', '+', '!', '@', ':']).rsplit('/').next();
        matches!(name, Some("docker" | "docker-compose" | "podman" | "podman-compose"))
    };
    programs.peek().is_some() && programs.all(client)
}

fn units(model: &Model<'_>, found: &mut Vec<Membership>) {
    for document in &model.deployment.documents {
        let Body::Unit(unit) = &document.body else { continue };
        let user = unit.get("Service", "User").map(|d| d.value.clone());
        let client = starts_containers(unit);
        for key in ["SupplementaryGroups", "Group"] {
            for directive in unit.all("Service", key) {
                for word in crate::syntax::script::words(&directive.value) {
                    let mut membership = Membership::new(word.text, user.clone(), "unit");
                    membership.client = client;
                    found.push(membership);
                }
            }
        }
    }
}

/// The memberships that a command gives.
fn command(run: &Run) -> Vec<Membership> {
    let words = run.effective().get(1..).unwrap_or(&[]);
    let plain = |valued: &[&str]| operands(words, valued);
    let (groups, user) = match run.program() {
        "usermod" | "useradd" => {
            let groups = option(words, "--groups", 'G');
            (groups, plain(&["-d", "-s", "-u", "-g", "-c", "-e", "-f", "-k", "-p"]).pop())
        }
        "gpasswd" => (plain(&[]).pop(), option(words, "--add", 'a')),
        "adduser" | "addgroup" => match plain(&["-h", "-g", "-s", "-u", "-G", "-k"]).as_slice() {
            [user, group] => (Some(group.clone()), Some(user.clone())),
            _ => (None, None),
        },
        _ => (None, None),
    };
    let Some(groups) = groups else { return Vec::new() };
    if run.program() == "gpasswd" && user.is_none() {
        return Vec::new();
    }
    let each = split(&groups).into_iter();
    each.map(|group| Membership::new(group, user.clone(), "command")).collect()
}

/// The value of an option: `--groups x`, `--groups=x`, `-G x`, `-aG x`.
fn option(words: &[Word], long: &str, short: char) -> Option<Text> {
    words.iter().enumerate().find_map(|(at, word)| {
        let value = word.text.value();
        if let Some(inline) = value.strip_prefix(long).and_then(|rest| rest.strip_prefix('=')) {
            return Some(word.text.slice(value.len() - inline.len()..value.len()));
        }
        let bundled = value.starts_with('-') && !value.starts_with("--") && value.ends_with(short);
        (value == long || bundled).then(|| words.get(at + 1).map(|w| w.text.clone()))?
    })
}

/// The words that are no options and no options' values.
fn operands(words: &[Word], valued: &[&str]) -> Vec<Text> {
    let mut found = Vec::new();
    let mut skip = false;
    for word in words {
        let value = word.text.value();
        if std::mem::take(&mut skip) {
            continue;
        }
        if value.starts_with('-') {
            skip = valued.contains(&value) || !value.starts_with("--") && value.ends_with(['G', 'a']) && value != "-a";
            continue;
        }
        found.push(word.text.clone());
    }
    found
}

/// The names in `a,b`.
fn split(list: &Text) -> Vec<Text> {
    let value = list.value();
    let mut found = Vec::new();
    let mut start = 0;
    for part in value.split(',') {
        found.push(list.slice(start..start + part.len()).trim());
        start += part.len() + 1;
    }
    found.retain(|t| !t.is_empty());
    found
}

fn user_module(task: &Task<'_>, found: &mut Vec<Membership>) {
    if task.module_name() != "user" || task.arg_text("state").is_some_and(|s| s.known() == Some("absent")) {
        return;
    }
    let user = task.arg_text("name");
    for key in ["groups", "group"] {
        let node = task.arg(key);
        let groups = node.as_ref().map(|n| n.text().map_or_else(|| texts(Some(n)), split)).unwrap_or_default();
        found.extend(groups.into_iter().map(|group| Membership::new(group, user.clone(), "ansible")));
    }
}

/// Whether a script is what a container starts with, by its name.
fn entrypoint(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.contains("entrypoint"))
}

/// Whether a file lets somebody run everything as root without a password.
fn passwordless(text: &str) -> bool {
    text.split("NOPASSWD:").skip(1).any(|rest| rest.trim_start().starts_with("ALL"))
}

fn services(model: &Model<'_>, found: &mut Vec<Membership>) {
    let facts = &model.facts;
    let services: HashMap<_, _> =
        facts.of(Subject::Service).into_iter().map(|id| (facts.get(id).place.span, id)).collect();
    for stack in &model.deployment.stacks {
        for entry in stack.project.get("services").and_then(Node::map).unwrap_or(&[]) {
            for group in texts(entry.value.get("group_add")) {
                let one = Membership::new(group, entry.key.text().cloned(), "compose");
                found.push(Membership { service: services.get(&key_span(entry)).copied(), ..one });
            }
        }
    }
}
