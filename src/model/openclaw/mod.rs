//! Facts about OpenClaw: its configuration, the gateways that are started, their credentials and environments.
//!
//! `launch` and `config` read what files say, `facts` and `gateway` turn it into facts, `keys` and `version` know
//! releases. Keys and behaviour are measured on 2026.2.23 and 2026.9.6.

mod address;
mod config;
mod credential;
mod embedded;
mod facts;
mod gateway;
mod keys;
mod launch;
mod probe;
mod sites;
mod version;

use std::collections::BTreeMap;

pub use credential::SCHEMA as SECRET;
pub use facts::{CHANNEL, CONFIG, PROXY, SETTING};
pub use gateway::{GATEWAY, VARIABLE};
pub(crate) use keys::below as keys_below;
pub(crate) use version::of_image as release_of_image;

use super::Model;
use super::command::Commands;
use super::file_purpose::is_template;
use crate::expand::Deployment;
use crate::source::Span;
use crate::yaml::Node;
use address::Range;
use config::{Config, Setting};
use facts::Around;
use gateway::{Configured, Gateway, Hidden};
use launch::Use;

/// Adds all facts about OpenClaw.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) {
    let deployment = model.deployment;
    let (gateways, sets) = sites::collect(deployment, commands);
    let embedded = embedded::find(deployment);
    let documents = deployment.documents.iter().map(AsRef::as_ref).chain(&embedded);
    let files: Vec<Config<'_>> = documents.filter_map(Config::of_file).collect();
    let parts = deployment.documents.iter().enumerate();
    let parts = parts.filter_map(|(at, d)| Config::of_commands(d, sets.get(&at).cloned()?));
    let parts: Vec<Config<'_>> = parts.collect();
    let release = version::of_deployment(deployment);
    let native = gateways.iter().any(|g| g.origin == "unit") && gateways.iter().all(|g| g.origin != "compose");
    let around = Around { release, networks: networks(deployment), native };
    for config in files.iter().chain(&parts) {
        facts::build(model, config, &around);
    }
    // An example is copied and changed: what the gateway reads in the end is another file.
    let real: Vec<&Config<'_>> =
        files.iter().filter(|c| !is_template(&c.document.path) || c.document.template).collect();
    let configured = match (real.as_slice(), parts.as_slice()) {
        ([one], []) if !one.document.template || one.is_complete() => Configured::One(one),
        ([], []) if files.is_empty() => Configured::None,
        _ => Configured::Hidden,
    };
    for gateway in &gateways {
        gateway::build(model, gateway, configured, release);
    }
    if gateways.is_empty() {
        for config in &files {
            gateway::build(model, &alone(config), Configured::One(config), release);
        }
    }
}

/// The gateway of a configuration that nothing in the tree starts.
fn alone(config: &Config<'_>) -> Gateway {
    let bind = config.text(&["gateway", "bind"]);
    Gateway {
        origin: "config",
        sign: "config",
        name: None,
        place: bind.map_or_else(|| config.span.into(), |t| t.place()),
        container: false,
        image: None,
        options: Some(launch::Options::default()),
        environment: Vec::new(),
        hidden: Hidden::Settings,
        host_network: false,
        published: None,
        probe: None,
    }
}

/// What `config set` commands set, by document.
type Sets = BTreeMap<usize, Vec<Setting>>;

/// Adds what a command line does, once: what looks through `docker exec` sees the same words again.
fn take(uses: Vec<Use>, seen: &mut Vec<Span>) -> Vec<Use> {
    let place = |u: &Use| match u {
        Use::Gateway(_, span) => *span,
        Use::Set(setting) => setting.key,
    };
    let fresh = |u: &Use| {
        let span = place(u);
        let new = !seen.contains(&span);
        seen.push(span);
        new
    };
    let mut fresh = fresh;
    uses.into_iter().filter(|u| fresh(u)).collect()
}

/// The ranges of all networks; `None` where there is none, or one whose range Docker chooses.
fn networks(deployment: &Deployment) -> Option<Vec<Range>> {
    let mut ranges = Vec::new();
    let all = deployment.stacks.iter().filter_map(|s| s.project.get("networks")?.map()).flatten();
    for entry in all {
        let pools = entry.value.path(&["ipam", "config"]).and_then(Node::seq).unwrap_or(&[]);
        let subnets: Vec<&Node> = pools.iter().filter_map(|p| p.get("subnet")).collect();
        if subnets.is_empty() {
            return None;
        }
        for subnet in subnets {
            ranges.push(Range::parse(subnet.known()?)?);
        }
    }
    (!ranges.is_empty()).then_some(ranges)
}
