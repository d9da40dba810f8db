//! Who goes through which forward proxy, and what goes past it by name (`NO_PROXY`).

use std::collections::BTreeSet;

use super::environment::{Url, url_of, urls};
use super::topology::network_names;
use super::{ServiceInfo, StackInfo, VariableInfo, squid};
use crate::knowledge::Role;
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};
use crate::text::Text;

/// The variables that send a program through a proxy, upper case.
const PROXY: &[&str] =
    &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GLOBAL_AGENT_HTTP_PROXY", "GLOBAL_AGENT_HTTPS_PROXY"];

pub(super) fn build(model: &mut Model<'_>, stacks: &mut [StackInfo]) {
    let mut uses: Vec<Use> = Vec::new();
    for stack in stacks.iter() {
        for service in &stack.services {
            uses.extend(client(model, stacks, stack, service));
        }
    }
    for service in stacks.iter_mut().flat_map(|s| &mut s.services) {
        let of: Vec<&Use> = uses.iter().filter(|u| u.proxy == service.id).collect();
        if !of.is_empty() || service.is(Role::ForwardProxy) {
            proxy(model, service, &of);
        }
    }
}

/// A service that goes through another.
#[derive(Debug)]
struct Use {
    proxy: FactId,
    client: FactId,
    /// The ports that its variables name.
    ports: Vec<i64>,
}

fn client(model: &mut Model<'_>, stacks: &[StackInfo], stack: &StackInfo, service: &ServiceInfo) -> Option<Use> {
    let named: Vec<(&VariableInfo, Url, &ServiceInfo)> = proxy_variables(service)
        .filter_map(|v| {
            let url = url_of(v.value.as_ref()?);
            let proxy = named_by(stacks, stack, service, &url.host)?;
            Some((v, url, proxy))
        })
        .filter(|(_, _, proxy)| proxy.id != service.id)
        .collect();
    for (variable, _, proxy) in &named {
        model.facts.set(variable.id, "target", proxy.id);
    }
    let Some((_, _, proxy)) = named.first() else {
        model.facts.set(service.id, "proxy", no_proxy_known(service));
        return None;
    };
    let variables: Vec<FactId> = named.iter().map(|(v, _, _)| v.id).collect();
    let plain: Vec<FactId> = named.iter().filter(|(_, u, _)| !u.secure).map(|(v, _, _)| v.id).collect();
    model.facts.set(service.id, "proxy", proxy.id);
    model.facts.set(service.id, "proxy_variables", variables);
    model.facts.set(service.id, "plain_proxy_variables", plain);
    siblings(model, stack, service, proxy);
    let ports = named.iter().filter_map(|(_, u, _)| u.port.as_ref()?.known()?.parse().ok()).collect();
    Some(Use { proxy: proxy.id, client: service.id, ports })
}

/// What follows for a proxy from those who use it: software that nobody knows, and software that takes requests from
/// outside elsewhere (such as Envoy), is a forward proxy by its clients.
fn proxy(model: &mut Model<'_>, service: &mut ServiceInfo, uses: &[&Use]) {
    if service.roles.iter().all(|r| *r == Role::ReverseProxy) {
        service.roles.push(Role::ForwardProxy);
        service.roles_known = true;
        let roles = Value::List(service.roles.iter().map(|r| Field::derived(r.name())).collect());
        model.facts.set(service.id, "roles", Field::derived(roles.clone()));
        model.facts.set(service.id, "roles_by", "clients");
        model.facts.set(service.container, "roles", Field::derived(roles));
    }
    let known = service.title.as_deref().and_then(|t| model.knowledge.image(&t.to_ascii_lowercase()));
    let own = known.into_iter().flat_map(|i| i.ports.iter().map(|p| i64::from(*p)));
    let ports: BTreeSet<i64> = uses.iter().flat_map(|u| u.ports.iter().copied()).chain(own).collect();
    let clients: Vec<FactId> = uses.iter().map(|u| u.client).collect();
    model.facts.set(service.id, "proxy_clients", clients);
    model.facts.set(service.id, "proxy_ports", ports.into_iter().map(Field::derived).collect::<Vec<_>>());
}

fn proxy_variables(service: &ServiceInfo) -> impl Iterator<Item = &VariableInfo> {
    service.variables.iter().filter(|v| PROXY.contains(&v.name.to_ascii_uppercase().as_str()))
}

/// Null, or unknown where a proxy variable has a value that is not known.
fn no_proxy_known(service: &ServiceInfo) -> Field {
    let unknown = proxy_variables(service).filter_map(|v| v.value.as_ref()).find(|v| !url_of(v).host.is_known());
    match unknown.map(Field::text) {
        Some(Field { value: Value::Unknown(why), place }) => Field { value: Value::Unknown(why), place },
        Some(_) | None => Field::derived(Value::Null),
    }
}

/// The service that `host` names for `from`: of its own stack, else of another one that shares a network with it.
fn named_by<'a>(
    stacks: &'a [StackInfo],
    own: &'a StackInfo,
    from: &ServiceInfo,
    host: &Text,
) -> Option<&'a ServiceInfo> {
    let host = host.known().filter(|h| !h.is_empty())?;
    let is = |s: &&ServiceInfo| s.names.iter().any(|n| n == host);
    if let Some(found) = own.services.iter().find(is) {
        return Some(found);
    }
    let names: BTreeSet<String> = network_names(own, from).into_iter().collect();
    let others = stacks.iter().filter(|s| s.index != own.index);
    others
        .flat_map(|stack| stack.services.iter().map(move |s| (stack, s)))
        .filter(|(_, s)| is(s))
        .find(|(stack, s)| network_names(stack, s).iter().any(|n| names.contains(n)))
        .map(|(_, s)| s)
}

/// Which of the service's variables name a sibling that its `NO_PROXY` does not list.
fn siblings(model: &mut Model<'_>, stack: &StackInfo, service: &ServiceInfo, proxy: &ServiceInfo) {
    let lists: Vec<&Text> = service
        .variables
        .iter()
        .filter(|v| v.name.eq_ignore_ascii_case("NO_PROXY"))
        .filter_map(|v| v.value.as_ref())
        .collect();
    if let Some(unknown) = lists.iter().find(|t| !t.is_known()) {
        model.facts.set(service.id, "no_proxy", Field::text(unknown));
        model.facts.set(service.id, "unproxied_siblings", Field::text(unknown));
        return;
    }
    let excluded: Vec<String> = lists
        .iter()
        .flat_map(|t| t.value().split([',', ' ']))
        .map(|h| h.trim().to_ascii_lowercase())
        .filter(|h| !h.is_empty())
        .collect();
    let through = |url: &Url| {
        let wanted = if url.secure { "HTTPS_PROXY" } else { "HTTP_PROXY" };
        proxy_variables(service)
            .any(|v| matches!(v.name.to_ascii_uppercase().as_str(), n if n == wanted || n == "ALL_PROXY"))
    };
    let mut found = Vec::new();
    for variable in service.variables.iter().filter(|v| !v.name.to_ascii_uppercase().ends_with("_PROXY")) {
        let Some(value) = &variable.value else { continue };
        let sibling = urls(value).into_iter().filter(|u| u.http && through(u)).find_map(|u| {
            let host = u.host.known()?.to_owned();
            let sibling =
                stack.services.iter().find(|s| s.names.contains(&host) && s.id != service.id && s.id != proxy.id)?;
            let gap = !excludes(&excluded, &host) && !squid::carries(model.deployment, proxy, &host);
            gap.then_some(sibling)
        });
        if let Some(sibling) = sibling {
            model.facts.set(variable.id, "target", sibling.id);
            found.push(variable.id);
        }
    }
    let listed: Vec<Field> = excluded.iter().map(|h| Field::derived(h.as_str())).collect();
    model.facts.set(service.id, "no_proxy", listed);
    model.facts.set(service.id, "unproxied_siblings", found);
}

/// Whether a `NO_PROXY` list covers `host`: by name, by domain, or all of them.
fn excludes(list: &[String], host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    list.iter().any(|entry| {
        let entry = entry.trim_start_matches('*').trim_start_matches('.');
        let entry = entry.split(':').next().unwrap_or(entry);
        entry.is_empty() || host == entry || host.strip_suffix(entry).is_some_and(|rest| rest.ends_with('.'))
    })
}
