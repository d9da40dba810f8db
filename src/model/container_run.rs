//! Containers of `docker run` and `docker create`, wherever such a command is written.
//!
//! Options are cut by `command::docker`; what they mean for a container is here.

use super::Model;
use super::command::Commands;
use super::command::docker::{Call, Verb, parse};
use super::compose::healthcheck;
use super::compose::store::{self, Told};
use super::container::{
    Container, Namespaces, Origin, Software, host_device, list_of, no_new_privileges, root_by_user,
};
use super::fact::{Field, Value};
use super::mount::Mount;
use super::workload::{Probe, Test};
use crate::knowledge::Knowledge;
use crate::syntax::script::Word;
use crate::text::Text;

pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    for run in &commands.all {
        let call = parse(run.effective()).filter(|c| matches!(c.verb, Verb::Run | Verb::Create));
        let Some(call) = call else { continue };
        let Some(container) = container(&call, model.knowledge) else { continue };
        let (mounts, ends) = (container.mounts.clone(), container.ends);
        let added = container.add(model, None);
        if let Some(probe) = probe(&call, run.effective()) {
            healthcheck::of_probe(model, added.id, call.target.as_ref(), &told(&call), &probe);
        }
        // What ends by itself is a client, or keeps nothing.
        if let Some(image) = call.target.as_ref().filter(|_| !ends) {
            store::of_container(model, &added, image, &told(&call), &mounts);
        }
    }
}

/// What its options and its command say of where it keeps its data.
pub(super) fn told(call: &Call) -> Told {
    let secrets = call.values(&["--secret"]).filter_map(secret_variable);
    Told {
        names: variables(call).map(|(name, _)| name).chain(secrets).collect(),
        words: call.command.iter().map(|w| w.text.clone()).collect(),
        replaced: call.values(&["--entrypoint"]).next().is_some(),
        unread: call.values(&["--env-file"]).next().is_some(),
        more: call.values(&["--volumes-from"]).next().is_some(),
    }
}

/// The variables that its options set; without a value it is that of whoever runs the command.
pub(super) fn variables(call: &Call) -> impl Iterator<Item = (Text, Option<Text>)> {
    let all = call.values(&["-e", "--env"]);
    all.map(|v| v.split_once('=').map_or_else(|| (v.clone(), None), |(name, value)| (name, Some(value))))
}

/// The variable of Podman's `NAME,type=env,target=VARIABLE`.
pub(super) fn secret_variable(value: &Text) -> Option<Text> {
    let text = value.known()?;
    let target = text.split(',').skip(1).find_map(|o| o.trim().strip_prefix("target="));
    let name = target.or_else(|| text.split(',').next())?;
    let at = text.rfind(name)?;
    text.contains("type=env").then(|| value.slice(at..at + name.len()))
}

/// What its options mount, in the order of their forms.
pub(super) fn mounts(call: &Call) -> Vec<Mount> {
    let short = call.values(&["-v", "--volume"]).map(Mount::short);
    let long = call.values(&["--mount"]).map(Mount::option);
    short.chain(long).chain(call.values(&["--tmpfs"]).map(Mount::tmpfs)).collect()
}

/// `--health-cmd`: a line of shell for docker; Podman takes a list too.
fn probe(call: &Call, words: &[Word]) -> Option<Probe> {
    let line = call.values(&["--health-cmd"]).next()?;
    let podman = words.first().is_some_and(|w| w.text.value().rsplit('/').next() == Some("podman"));
    let test = if podman { Test::of_podman(line)? } else { Test::Shell(line.clone()) };
    Some(Probe { place: line.place(), test })
}

pub(super) fn container(call: &Call, knowledge: &Knowledge) -> Option<Container> {
    let image = call.target.as_ref()?;
    let texts = |names: &[&str]| call.values(names).cloned().collect::<Vec<Text>>();
    let one = |names: &[&str]| texts(names).first().map_or(Field::derived(Value::Null), Field::text);
    let security = texts(&["--security-opt"]);
    let devices = texts(&["--device"]);
    let user = one(&["-u", "--user"]);
    Some(Container {
        place: image.place(),
        origin: Origin::Command,
        service: None,
        name: Field::text(call.values(&["--name"]).next().unwrap_or(image)),
        image: Field::text(image),
        software: Software::of_image(image, knowledge),
        ends: flag(call, "--rm").is_some(),
        runs_as_root: root_by_user(&user),
        user,
        privileged: switch(call, "--privileged"),
        read_only: switch(call, "--read-only"),
        namespaces: Namespaces {
            network: one(&["--network", "--net"]),
            pid: one(&["--pid"]),
            ipc: one(&["--ipc"]),
            uts: one(&["--uts"]),
            user: one(&["--userns"]),
            cgroup: one(&["--cgroupns"]),
        },
        networks: list_of(&texts(&["--network", "--net"])),
        ports: list_of(&texts(&["-p", "--publish"])),
        cap_add: list_of(&texts(&["--cap-add"])),
        cap_drop: list_of(&texts(&["--cap-drop"])),
        no_new_privileges: Field::derived(no_new_privileges(&security)),
        security_opt: list_of(&security),
        devices: Field {
            value: Value::List(devices.iter().map(host_device).collect()),
            place: devices.first().map(Text::place),
        },
        groups: list_of(&texts(&["--group-add"])),
        mounts: mounts(call),
    })
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
