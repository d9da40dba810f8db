//! Who goes through which forward proxy, and what goes past it by name (`NO_PROXY`).

use std::collections::BTreeSet;

use super::environment::{Url, url_of, urls};
use super::topology::network_names;
use super::{ServiceInfo, StackInfo, VariableInfo};
use crate::model::Model;
use crate::model::fact::{FactId, Field, Value};
use crate::text::Text;

/// The variables that send a program through a proxy, upper case.
const PROXY: &[&str] =
    &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "GLOBAL_AGENT_HTTP_PROXY", "GLOBAL_AGENT_HTTPS_PROXY"];

pub(super) fn build(model: &mut Model<'_>, stacks: &[StackInfo], stack: &StackInfo) {
    let mut clients: Vec<(FactId, FactId)> = Vec::new();
    for service in &stack.services {
        let named: Vec<(&VariableInfo, &ServiceInfo)> = proxy_variables(service)
            .filter_map(|v| Some((v, named_by(stacks, stack, service, &url_of(v.value.as_ref()?).host)?)))
            .filter(|(_, proxy)| proxy.id != service.id)
            .collect();
        for (variable, proxy) in &named {
            model.facts.set(variable.id, "target", proxy.id);
        }
        let Some((_, proxy)) = named.first() else {
            model.facts.set(service.id, "proxy", no_proxy_known(service));
            continue;
        };
        clients.push((proxy.id, service.id));
        let variables: Vec<FactId> = named.iter().map(|(v, _)| v.id).collect();
        model.facts.set(service.id, "proxy", proxy.id);
        model.facts.set(service.id, "proxy_variables", variables);
        siblings(model, stack, service, proxy);
    }
    for proxy in clients.iter().map(|(proxy, _)| *proxy).collect::<BTreeSet<_>>() {
        let of: Vec<FactId> = clients.iter().filter(|(p, _)| *p == proxy).map(|(_, c)| *c).collect();
        model.facts.set(proxy, "proxy_clients", of);
    }
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
            (!excludes(&excluded, &host)).then_some(sibling)
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
