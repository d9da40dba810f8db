//! Facts of subjects `container` and `mount` for `docker run` and `docker create`, wherever such a command is written.
//!
//! Options are cut by `command::docker`; what a host path means is `mount`'s.

use super::Model;
use super::command::Commands;
use super::command::docker::{Call, Verb, parse};
use super::compose::image::Reference;
use super::compose::mounts::host_fields;
use super::fact::{Fact, FactId, Field, Value};
use super::subject::Subject;
use crate::knowledge::Role;
use crate::text::Text;

pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    for run in &commands.all {
        if let Some(call) = parse(run.effective()).filter(|c| matches!(c.verb, Verb::Run | Verb::Create)) {
            one(model, &call);
        }
    }
}

fn one(model: &mut Model<'_>, call: &Call) {
    let Some(image) = &call.target else { return };
    let reference = Reference::parse(image);
    let known = reference.knowledge(model.knowledge);
    let has = |role: Role| known.is_some_and(|i| i.roles.contains(&role));
    let roles = match known {
        Some(entry) => Value::List(entry.roles.iter().map(|r| Field::derived(r.name())).collect()),
        None if reference.repository.is_known() => Value::List(Vec::new()),
        None => Value::Unknown("what the container is: its image is not known".to_owned()),
    };
    let name = call.values(&["--name"]).next().unwrap_or(image);
    let fact = Fact::new(Subject::Container, image.place())
        .with("name", Field::text(name))
        .with("origin", "command")
        .with("image", Field::text(image))
        .with("title", known.map_or(Field::derived(Value::Null), |i| Field::at(i.title.as_str(), image.place())))
        .with("roles", roles)
        .with("known_image", known.is_some())
        .with("socket_proxy", has(Role::SocketProxy))
        .with("reads_host", has(Role::Exporter))
        .with("tunnels", has(Role::Vpn) || has(Role::Tunnel))
        .with("one_shot", flag(call, "--rm").is_some())
        .with("runs_as_root", runs_as_root(call))
        .with("privileged", switch(call, "--privileged"))
        .with("read_only", switch(call, "--read-only"))
        .with("host_namespaces", host_namespaces(call))
        .with("cap_add", capabilities(call, "--cap-add"))
        .with("cap_drop", capabilities(call, "--cap-drop"))
        .with("security_opt", texts(call, &["--security-opt"]))
        .with("devices", devices(call))
        .with("groups", texts(call, &["--group-add"]));
    let id = model.facts.add(fact);
    let mounts = mounts(model, id, call);
    model.facts.set(id, "mounts", mounts);
}

/// The option `name`, given alone or with a value after `=`.
fn flag<'a>(call: &'a Call, name: &str) -> Option<&'a (Text, Option<Text>)> {
    call.options.iter().find(|(n, _)| n.value() == name)
}

fn switch(call: &Call, name: &str) -> Field {
    match flag(call, name) {
        None => Field::derived(false),
        Some((option, None)) => Field::at(true, option.place()),
        Some((option, Some(value))) => match value.known() {
            Some(value) => Field::at(value != "false", option.place()),
            None => Field::text(value),
        },
    }
}

/// The values of an option, as one field at the first of them.
fn texts(call: &Call, names: &[&str]) -> Field {
    let all: Vec<&Text> = call.values(names).collect();
    let place = all.first().map(|t| t.place());
    Field { value: Value::List(all.into_iter().map(Field::text).collect()), place }
}

fn runs_as_root(call: &Call) -> Field {
    let Some(user) = call.values(&["-u", "--user"]).next() else {
        return Field::derived(Value::Unknown("which user the image runs as is not known".to_owned()));
    };
    match user.known() {
        Some(known) => Field::at(matches!(known.split(':').next(), Some("root" | "0")), user.place()),
        None => Field::text(user),
    }
}

fn host_namespaces(call: &Call) -> Vec<Field> {
    let names: [(&[&str], &str); 6] = [
        (&["--network", "--net"], "network"),
        (&["--pid"], "pid"),
        (&["--ipc"], "ipc"),
        (&["--uts"], "uts"),
        (&["--userns"], "user"),
        (&["--cgroupns"], "cgroup"),
    ];
    let shared = names.iter().filter_map(|(options, name)| {
        let value = call.values(options).find(|v| v.known() == Some("host"))?;
        Some(Field::at(*name, value.place()))
    });
    shared.collect()
}

fn capabilities(call: &Call, option: &str) -> Field {
    let names = [option];
    let all: Vec<&Text> = call.values(&names).collect();
    let one = |text: &Text| match text.known() {
        Some(name) => {
            let upper = name.to_ascii_uppercase();
            Field::at(upper.strip_prefix("CAP_").unwrap_or(&upper), text.place())
        }
        None => Field::text(text),
    };
    let place = all.first().map(|t| t.place());
    Field { value: Value::List(all.into_iter().map(one).collect()), place }
}

fn devices(call: &Call) -> Field {
    let all: Vec<&Text> = call.values(&["--device"]).collect();
    let place = all.first().map(|t| t.place());
    let host = |text: &Text| Field::text(&text.split_once(':').map_or_else(|| text.clone(), |(host, _)| host));
    Field { value: Value::List(all.into_iter().map(host).collect()), place }
}

fn mounts(model: &mut Model<'_>, container: FactId, call: &Call) -> Vec<FactId> {
    let short: Vec<Text> = call.values(&["-v", "--volume"]).cloned().collect();
    let long: Vec<Text> = call.values(&["--mount"]).cloned().collect();
    let mut ids: Vec<FactId> = short.iter().map(|text| short_mount(model, container, text)).collect();
    ids.extend(long.iter().map(|text| long_mount(model, container, text)));
    ids
}

/// `source:target:options`; the source is a path where it starts like one, or with a variable (`$PWD/x`).
pub(super) fn short_mount(model: &mut Model<'_>, container: FactId, text: &Text) -> FactId {
    let (source, rest) = match text.split_once(':') {
        Some((source, rest)) => (Some(source), rest),
        None => (None, text.clone()),
    };
    let (target, options) = rest.split_once(':').map_or_else(|| (rest.clone(), None), |(t, o)| (t, Some(o)));
    let path = source.as_ref().is_some_and(|s| !s.is_known() || s.value().starts_with(['/', '.', '~']));
    let kind = if path { "bind" } else { "volume" };
    let read_only = options.as_ref().is_some_and(|o| o.value().split(',').any(|w| w == "ro"));
    mount(model, container, text, kind, source.as_ref(), Some(&target), read_only)
}

/// `type=bind,source=/a,target=/b,readonly`.
pub(super) fn long_mount(model: &mut Model<'_>, container: FactId, text: &Text) -> FactId {
    let mut rest = Some(text.clone());
    let (mut kind, mut source, mut target, mut read_only) = ("volume".to_owned(), None, None, false);
    while let Some(part) = rest {
        let (word, more) = part.split_once(',').map_or_else(|| (part.clone(), None), |(w, m)| (w, Some(m)));
        match word.split_once('=') {
            Some((key, value)) => match key.value() {
                "type" => value.value().clone_into(&mut kind),
                "source" | "src" => source = Some(value),
                "target" | "destination" | "dst" => target = Some(value),
                "readonly" | "ro" => read_only = value.value() != "false",
                _ => {}
            },
            None => read_only |= matches!(word.value(), "readonly" | "ro"),
        }
        rest = more;
    }
    mount(model, container, text, &kind, source.as_ref(), target.as_ref(), read_only)
}

fn mount(
    model: &mut Model<'_>,
    container: FactId,
    text: &Text,
    kind: &str,
    source: Option<&Text>,
    target: Option<&Text>,
    read_only: bool,
) -> FactId {
    let part = |text: Option<&Text>| text.map_or(Field::derived(Value::Null), Field::text);
    let fact = host_fields(Fact::new(Subject::Mount, text.place()).with("container", container), kind, source, target)
        .with("type", kind)
        .with("source", part(source))
        .with("target", part(target))
        .with("read_only", read_only);
    model.facts.add(fact)
}
