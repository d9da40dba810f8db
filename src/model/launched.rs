//! Containers that a script, a task or a Quadlet file starts, in the form that compose gives to a service.
//!
//! What is known of images' ports and of LiteLLM's containers is asked of such a node, so that it holds for them too. What
//! a command line leaves open stands there as an env file that nobody reads.

use super::command::Commands;
use super::command::docker::{Call, Verb, parse};
use super::container_run;
use super::fact::Value;
use super::mount::Mount;
use super::workload::{self, Workload};
use crate::expand::Deployment;
use crate::source::Span;
use crate::text::Text;
use crate::yaml::{self, Entry, Node};

/// A container that no compose file starts.
#[derive(Debug)]
pub(crate) struct Launched {
    /// Its name, and what compose would say of it.
    pub(crate) service: Entry,
    /// The folder of the file that starts it.
    pub(crate) folder: String,
    /// What it publishes, as written.
    pub(crate) ports: Vec<Text>,
    /// Whether it uses the network of the host.
    pub(crate) on_host: bool,
}

/// All of them, in the order of the commands and of the files.
pub(crate) fn all(deployment: &Deployment, commands: &Commands, workloads: &[Workload]) -> Vec<Launched> {
    let runs = commands.all.iter().filter_map(|run| {
        let call = parse(run.effective()).filter(|c| matches!(c.verb, Verb::Run | Verb::Create))?;
        let site = commands.sites.get(run.site)?;
        of_call(&call, folder(&site.path))
    });
    let files = workloads.iter().filter_map(|w| of_workload(w, &workload::document(deployment, w)?.path));
    runs.chain(files).collect()
}

fn folder(path: &str) -> String {
    path.rsplit_once('/').map_or_else(String::new, |(folder, _)| folder.to_owned())
}

fn of_call(call: &Call, folder: String) -> Option<Launched> {
    let image = call.target.as_ref()?;
    let name = call.values(&["--name"]).next().unwrap_or(image);
    let environment: Vec<(Text, Option<Text>)> = container_run::variables(call).collect();
    let mounts = container_run::mounts(call);
    let told = container_run::told(call);
    // A word that is not known may hold any option.
    let open = told.unread
        || call.options.iter().any(|(name, _)| !name.is_known())
        || environment.iter().any(|(name, _)| !name.is_known());
    let entrypoint: Vec<Text> = call.values(&["--entrypoint"]).cloned().collect();
    let on_host = call.values(&["--network", "--net"]).any(|n| n.known() == Some("host"));
    let ports = call.values(&["-p", "--publish"]).cloned().collect();
    let node = service(image, (&entrypoint, &told.words), &environment, &mounts, open);
    let service = Entry::new(Node::string(name.clone()), node, false);
    Some(Launched { service, folder, ports, on_host })
}

fn of_workload(workload: &Workload, path: &str) -> Option<Launched> {
    let quadlet = path.rsplit_once('.').is_some_and(|(_, end)| end == "container");
    let image = workload.image.as_ref().filter(|_| quadlet)?;
    let command = workload.starts.first().cloned().unwrap_or_default();
    let container = &workload.container;
    let own = if workload.told.replaced { vec![image.clone()] } else { Vec::new() };
    // What `PodmanArgs=` gives is known by its name alone.
    let more = workload.told.names.iter().filter(|n| workload.environment.iter().all(|(o, _)| o.value() != n.value()));
    let environment: Vec<_> = workload.environment.iter().cloned().chain(more.map(|n| (n.clone(), None))).collect();
    let node = service(image, (&own, &command), &environment, &container.mounts, workload.told.unread);
    let name = match &container.name.value {
        Value::Str(name) => name.as_str(),
        _ => "the container",
    };
    let service = Entry::new(Node::string(Text::literal(name, image.span())), node, false);
    // On the host's network a port is told of its own rule for Quadlet.
    let on_host = !matches!(container.namespaces.network.value, Value::Null);
    let ports = if on_host { Vec::new() } else { workload.ports.clone() };
    Some(Launched { service, folder: folder(path), ports, on_host: false })
}

fn service(
    image: &Text,
    (entrypoint, command): (&[Text], &[Text]),
    environment: &[(Text, Option<Text>)],
    mounts: &[Mount],
    open: bool,
) -> Node {
    let span = image.span();
    let list = |words: &[Text]| Node::new(yaml::Value::Seq(words.iter().cloned().map(Node::string).collect()), span);
    let nothing = || Node::plain(Text::literal("", span));
    let value = |value: &Option<Text>| value.clone().map_or_else(nothing, Node::string);
    let variables = environment.iter().map(|(name, given)| Entry::new(Node::string(name.clone()), value(given), false));
    let volumes = mounts.iter().map(|m| mount(m, span)).collect();
    let mut all = vec![
        entry("image", Node::string(image.clone()), span),
        entry("command", list(command), span),
        entry("environment", Node::new(yaml::Value::Map(variables.collect()), span), span),
        entry("volumes", Node::new(yaml::Value::Seq(volumes), span), span),
    ];
    if !entrypoint.is_empty() {
        all.push(entry("entrypoint", list(entrypoint), span));
    }
    if open {
        all.push(entry("env_file", list(std::slice::from_ref(image)), span));
    }
    Node::new(yaml::Value::Map(all), span)
}

fn mount(mount: &Mount, span: Span) -> Node {
    let text = |key: &str, text: &Option<Text>| text.clone().map(|t| entry(key, Node::string(t), span));
    let parts = [text("source", &mount.source), text("target", &mount.target)];
    Node::new(yaml::Value::Map(parts.into_iter().flatten().collect()), mount.place.span)
}

fn entry(key: &str, value: Node, span: Span) -> Entry {
    Entry::new(Node::string(Text::literal(key, span)), value, false)
}
