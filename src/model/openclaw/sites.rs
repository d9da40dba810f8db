//! Finds the gateways of a deployment: compose services, units, scripts, tasks and Dockerfiles.
//!
//! A service is a gateway by its command or by its image; elsewhere the command decides.

use std::collections::BTreeMap;

use super::gateway::{Gateway, Hidden, may_be_set};
use super::launch::{Options, Use, names_it, uses};
use super::probe::Probe;
use super::{Sets, take, version};
use crate::document::{Body, Document};
use crate::expand::Deployment;
use crate::model::command::{Commands, Origin};
use crate::source::Span;
use crate::syntax::script::Word;
use crate::syntax::unit::environment;
use crate::text::{Place, Text};
use crate::yaml::{Entry, Node, Value};

/// The port of a gateway that is told no other.
const PORT: &str = "18789";

/// The gateways of a deployment, and what its commands set, by document.
pub(super) fn collect(deployment: &Deployment, commands: &Commands) -> (Vec<Gateway>, Sets) {
    let mut gateways = services(deployment);
    let told = told(deployment);
    let mut sets: Sets = BTreeMap::new();
    let mut seen: Vec<Span> = Vec::new();
    for run in &commands.all {
        let Some(site) = commands.sites.get(run.site) else { continue };
        let Some((index, document)) = site.document.and_then(|at| Some((at, deployment.documents.get(at)?))) else {
            continue;
        };
        if matches!(site.origin, Origin::Healthcheck | Origin::Container) {
            continue;
        }
        for found in take(uses(run.effective(), 0), &mut seen) {
            match found {
                Use::Set(setting) => sets.entry(index).or_default().push(setting),
                Use::Gateway(options, span) => {
                    let Some(mut gateway) = started(document, site.origin, *options, span) else { continue };
                    if let Some((environment, hidden)) = docker_run(run.effective(), span) {
                        (gateway.container, gateway.environment, gateway.hidden) = (true, environment, hidden);
                    } else if told && site.origin != Origin::Unit {
                        gateway.hidden = Hidden::Credential;
                    }
                    gateways.push(gateway);
                }
            }
        }
    }
    (gateways, sets)
}

/// What says that a command line's program is OpenClaw; `None` where nothing does.
fn sign(options: &Options, around: impl FnOnce() -> bool) -> Option<&'static str> {
    if options.named {
        return Some("program");
    }
    if options.are_openclaws() {
        return Some("option");
    }
    around().then_some("around")
}

/// A gateway that a script, a task, a unit or a Dockerfile starts.
fn started(document: &Document, origin: Origin, options: Options, span: Span) -> Option<Gateway> {
    let sign = sign(&options, || names_it(&document.path) || names_it(document.text.value()))?;
    let container = matches!(origin, Origin::DockerRun | Origin::DockerStart);
    let mut gateway = Gateway {
        sign,
        origin: match origin {
            Origin::Unit => "unit",
            Origin::Ansible => "ansible",
            Origin::DockerRun | Origin::DockerStart => "dockerfile",
            _ => "script",
        },
        name: None,
        place: span.into(),
        container,
        image: None,
        options: Some(options),
        environment: Vec::new(),
        // A shell's and an image's environment come from where nobody looks.
        hidden: Hidden::Settings,
        host_network: false,
        published: None,
        probe: None,
    };
    if let Body::Unit(unit) = &document.body {
        let variables = unit.all("Service", "Environment").into_iter().flat_map(|d| environment(&d.value));
        gateway.environment = variables.map(|(name, value)| (name, Some(value))).collect();
        let elsewhere = ["EnvironmentFile", "LoadCredential", "PassEnvironment"];
        let hidden = elsewhere.iter().any(|key| unit.get("Service", key).is_some());
        gateway.hidden = if hidden { Hidden::Settings } else { Hidden::Nothing };
    }
    Some(gateway)
}

/// Variables with their values, where they are given any.
type Environment = Vec<(Text, Option<Text>)>;

/// The environment that `docker run` gives the gateway which starts at `span`, and what is not seen of it.
fn docker_run(words: &[Word], span: Span) -> Option<(Environment, Hidden)> {
    let known = |at: usize| words.get(at).and_then(|w| w.text.known());
    let engine = known(0).is_some_and(|p| matches!(p.rsplit('/').next(), Some("docker" | "podman" | "nerdctl")));
    if !engine || !(1..3).any(|at| known(at) == Some("run")) {
        return None;
    }
    let (mut environment, mut hidden) = (Vec::new(), Hidden::Nothing);
    let before = words.iter().take_while(|w| w.text.span() != span && !span.contains(w.text.span())).map(|w| &w.text);
    let mut before = before.skip(1).peekable();
    while let Some(word) = before.next() {
        let (option, inline) = match word.split_once('=') {
            Some((option, value)) if word.value().starts_with("--") => (option, Some(value)),
            _ => (word.clone(), None),
        };
        match option.known() {
            Some("-e" | "--env") => {
                let Some(pair) = inline.or_else(|| before.next().cloned()) else { continue };
                match pair.split_once('=') {
                    Some((name, value)) => environment.push((name, Some(value))),
                    None => environment.push((pair, None)),
                }
            }
            // Files may hold any variable, and mounts may bring a configuration.
            Some("--env-file" | "-v" | "--volume" | "--mount" | "--volumes-from" | "--secret") => {
                hidden = Hidden::Settings;
            }
            Some(_) => {}
            None => hidden = Hidden::Settings,
        }
    }
    Some((environment, hidden))
}

/// Whether a service of the deployment is given a gateway's credential.
fn told(deployment: &Deployment) -> bool {
    let services = deployment.stacks.iter().filter_map(|s| s.project.get("services")?.map()).flatten();
    let mut variables = services.filter_map(|s| s.value.get("environment")?.map()).flatten();
    variables.any(|v| {
        let credential = matches!(v.key.known(), Some("OPENCLAW_GATEWAY_TOKEN" | "OPENCLAW_GATEWAY_PASSWORD"));
        credential && v.value.text().is_none_or(|value| !value.is_empty() || may_be_set(value))
    })
}

fn services(deployment: &Deployment) -> Vec<Gateway> {
    let mut found: Vec<Gateway> = Vec::new();
    for stack in &deployment.stacks {
        for entry in stack.project.get("services").and_then(Node::map).unwrap_or(&[]) {
            let Some(gateway) = service(entry) else { continue };
            if !found.iter().any(|g| g.place == gateway.place) {
                found.push(gateway);
            }
        }
    }
    found
}

fn service(entry: &Entry) -> Option<Gateway> {
    let node = &entry.value;
    let image = node.get("image").and_then(Node::text).cloned();
    let own_image = image.as_ref().is_some_and(|i| version::is_openclaw_image(&i.display()));
    let list = |key: &str| node.get(key).and_then(Node::seq).unwrap_or(&[]).iter().filter_map(|n| n.text().cloned());
    let word = |text: Text| Word { text, quoted: true, substitutions: Vec::new() };
    let words: Vec<Word> = list("entrypoint").chain(list("command")).map(word).collect();
    let started = uses(&words, 0).into_iter().find_map(|u| match u {
        Use::Gateway(options, _) => Some(*options),
        Use::Set(_) => None,
    });
    if started.is_none() && (!own_image || !words.is_empty()) {
        return None;
    }
    let sign = match &started {
        Some(options) if !own_image => sign(options, || around(entry))?,
        _ => "image",
    };
    let told = started.as_ref().and_then(|o| o.port.as_ref()).and_then(Text::known);
    let port = told.unwrap_or(PORT).to_owned();
    let environment = node.get("environment").and_then(Node::map).unwrap_or(&[]);
    let variable = |e: &Entry| Some((e.key.text()?.clone(), e.value.text().filter(|_| !e.value.is_null()).cloned()));
    let published = node.get("ports").and_then(Node::seq).unwrap_or(&[]).iter().find(|p| {
        p.get("target").and_then(Node::known) == Some(port.as_str()) && p.get("published").is_some_and(|n| !n.is_null())
    });
    let mounted = node.get("volumes").and_then(Node::seq).unwrap_or(&[]).iter().any(|v| {
        v.get("target").and_then(Node::text).is_none_or(|t| {
            !t.is_known()
                || [".openclaw", ".clawdbot", "openclaw.json", "/home/node"].iter().any(|p| t.value().contains(p))
        })
    });
    let elsewhere =
        ["env_file", "secrets", "configs", "build"].iter().any(|key| node.get(key).is_some_and(|n| !n.is_null()));
    let test: Vec<Text> = node
        .path(&["healthcheck", "test"])
        .and_then(Node::seq)
        .unwrap_or(&[])
        .iter()
        .filter_map(|n| n.text().cloned())
        .collect();
    Some(Gateway {
        origin: "compose",
        sign,
        name: entry.key.text().cloned(),
        place: place(entry, node, started.is_some()),
        container: true,
        image,
        options: started,
        environment: environment.iter().filter_map(variable).collect(),
        hidden: if mounted || elsewhere { Hidden::Settings } else { Hidden::Nothing },
        host_network: node.get("network_mode").and_then(Node::known) == Some("host"),
        published: published.map(|p| p.span().into()),
        probe: (!test.is_empty()).then(|| Probe::read(&test, &port)),
    })
}

/// Whether anything in a service names OpenClaw: its name, a variable, a folder that is mounted, what it is built of.
fn around(entry: &Entry) -> bool {
    fn any(node: &Node) -> bool {
        match node.value() {
            Value::Scalar(_) => node.text().is_some_and(|text| names_it(text.value())),
            Value::Seq(items) => items.iter().any(any),
            Value::Map(entries) => {
                entries.iter().any(|e| e.key.text().is_some_and(|k| names_it(k.value())) || any(&e.value))
            }
        }
    }
    entry.key.text().is_some_and(|name| names_it(name.value())) || any(&entry.value)
}

/// The command line, or the image where the image's own runs.
fn place(entry: &Entry, node: &Node, commanded: bool) -> Place {
    let key = if commanded { "command" } else { "image" };
    let at = node.get(key).filter(|n| !n.is_null()).or_else(|| node.get("entrypoint"));
    at.map_or_else(|| entry.key.span().into(), |n| n.text().map_or_else(|| n.span().into(), Text::place))
}
