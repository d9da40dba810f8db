//! What the clients of a socket proxy ask for, against what it grants.
//!
//! Only proxies that are switched by variables, as Tecnativa's and its relatives; what an image asks for is knowledge.

use super::super::environment::urls;
use super::super::image::Reference;
use super::super::read::texts;
use super::super::{ServiceInfo, StackInfo, VariableInfo};
use super::on;
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::fact::{Field, Value};
use crate::text::Text;
use crate::yaml::Node;

/// On unless a variable says otherwise.
const GRANTED: [&str; 3] = ["EVENTS", "PING", "VERSION"];

pub(super) fn build(model: &mut Model<'_>, stack: &StackInfo, service: &ServiceInfo) {
    let Some((endpoint, proxy)) = proxy_of(stack, service) else { return };
    let needs = needs(model, service);
    model.facts.set(service.id, "engine_proxy", proxy.id);
    model.facts.set(service.id, "engine_endpoint", Field::text(&endpoint));
    if needs.is_empty() || !by_switches(proxy) {
        return;
    }
    let asked: Option<Vec<(bool, &String)>> = needs.iter().map(|n| Some((granted(proxy, n)?, n))).collect();
    let denied: Option<Vec<Field>> = asked.map(|asked| {
        let refused = asked.into_iter().filter(|(granted, _)| !granted);
        refused.map(|(_, section)| Field::derived(section.as_str())).collect()
    });
    let denied = denied.map_or_else(|| Value::Unknown("what the proxy grants is not known".to_owned()), Value::List);
    model.facts.set(service.id, "engine_denied", Field::derived(denied));
}

/// The socket proxy of the project that a variable or a word of the command names, and where.
fn proxy_of<'s>(stack: &'s StackInfo, service: &ServiceInfo) -> Option<(Text, &'s ServiceInfo)> {
    let proxies = || stack.services.iter().filter(|s| s.is(Role::SocketProxy) && s.id != service.id);
    let mut told: Vec<Text> = service.variables.iter().filter_map(|v| v.value.clone()).collect();
    told.extend(texts(service.node.get("command")));
    told.iter().flat_map(urls).find_map(|url| {
        let host = url.host.known()?;
        let port = url.port.as_ref().map_or("", |p| p.value());
        let proxy = proxies().find(|s| s.names.iter().any(|n| n == host))?;
        (url.whole.value().starts_with("tcp:") || port == "2375").then_some((url.whole, proxy))
    })
}

/// What the service's known image cannot do without.
fn needs(model: &Model<'_>, service: &ServiceInfo) -> Vec<String> {
    let image = service.node.get("image").and_then(Node::text).map_or("", Text::value);
    let mut needs = model.knowledge.image(Reference::cut(image).0).map(|i| i.engine_api.clone()).unwrap_or_default();
    let known = model.knowledge.image(Reference::cut(image).0);
    let switches = known.map(|i| i.manages_with.as_slice()).unwrap_or_default();
    if service.variables.iter().any(|v| switches.contains(&v.name)) {
        needs.push("POST".to_owned());
    }
    // Told to change nothing, it may do without.
    let only_looks = |v: &VariableInfo| v.name.contains("MONITOR_ONLY") || v.name.contains("NO_RESTART");
    if service.variables.iter().any(only_looks) {
        needs.retain(|n| n != "POST");
    }
    needs
}

/// Whether the proxy is switched by variables that this file knows.
fn by_switches(proxy: &ServiceInfo) -> bool {
    let image = proxy.node.get("image").and_then(Node::text).map_or("", Text::value);
    let name = image.split(['@', ':']).next().unwrap_or(image);
    let open = proxy.node.get("env_file").is_none_or(|n| n.is_null() || n.seq().is_some_and(<[Node]>::is_empty));
    let known = name.ends_with("/docker-socket-proxy") || name.ends_with("linuxserver/socket-proxy");
    let environment = proxy.node.get("environment").and_then(Node::map).unwrap_or_default();
    known && open && environment.iter().all(|e| e.key.known().is_some())
}

/// Whether a section is open; `None` where that is not known.
fn granted(proxy: &ServiceInfo, section: &str) -> Option<bool> {
    let switch = |name: &str| match proxy.variables.iter().find(|v| v.name == name) {
        None => Some(GRANTED.contains(&name)),
        Some(variable) => variable.value.as_ref()?.known().map(on),
    };
    let own = switch(section)?;
    // Restarting alone has a switch of its own, past `POST`.
    let restarts = section == "POST" && switch("ALLOW_RESTARTS")?;
    Some(own || restarts)
}
