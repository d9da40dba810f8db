//! The addresses that a container calls: in its variables, in the words of its command, in the configurations that it reads.

use super::Site;
use super::address::{Address, addresses, bare, uris};
use super::listen::Told;
use super::names;
use super::proxy;
use crate::document::Kind;
use crate::model::compose::ServiceInfo;
use crate::model::compose::read::texts;
use crate::text::Text;
use crate::yaml::Node;

/// An address that a container calls.
#[derive(Debug, Clone)]
pub(super) struct Dial {
    /// Where it is written: `environment`, `command`, `config`.
    pub(super) by: &'static str,
    /// The variable, option or directive.
    pub(super) name: String,
    /// The address.
    pub(super) address: Address,
    /// The port that is meant, where that is known.
    pub(super) port: Option<i64>,
}

/// Variables that send a program through a proxy; they are looked at elsewhere.
const PROXIES: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"];

/// All addresses that `service` calls.
pub(super) fn of(service: &ServiceInfo, site: &Site<'_>) -> Vec<Dial> {
    let mut found = Vec::new();
    for variable in &service.variables {
        if let Some(value) = &variable.value {
            found.extend(variable_dials(service, &variable.name, value));
        }
    }
    for word in [texts(service.node.get("entrypoint")), texts(service.node.get("command"))].concat() {
        let own = site.entry.is_some_and(|entry| entry.calls_own_port);
        let called = uris(&word).into_iter().filter(|address| !own || address.port.is_some());
        found.extend(called.map(|a| dial("command", "command", a, None)));
    }
    for upstream in proxy::upstreams(&site.mounted) {
        found.push(dial("config", &upstream.name, upstream.address, upstream.default));
    }
    for (_, document) in site.mounted.files.iter().filter(|(_, d)| d.kind == Kind::LiteLlm) {
        let models = document.nodes().first().and_then(|root| root.get("model_list")).and_then(Node::seq);
        let bases = models.unwrap_or_default().iter().filter_map(|m| m.path(&["litellm_params", "api_base"])?.text());
        found.extend(bases.flat_map(uris).map(|a| dial("config", "api_base", a, None)));
        found.extend(document.nodes().first().into_iter().flat_map(stores));
    }
    found
}

/// The Redis servers that a configuration of LiteLLM names, with the port in the key beside the host's.
fn stores(root: &Node) -> Vec<Dial> {
    let at = |path: &[&str], prefix: &str| {
        let section = root.path(path)?;
        let host = section.get(&format!("{prefix}host")).and_then(Node::text)?;
        let address = bare(host).filter(|a| a.port.is_none())?;
        let port = section.get(&format!("{prefix}port")).map_or(Some(6379), |port| {
            port.text().and_then(Text::known).and_then(|p| p.parse::<u16>().ok()).map(i64::from)
        });
        Some(Dial { by: "config", name: format!("{prefix}host"), address, port })
    };
    let cache = ["litellm_settings", "cache_params"];
    [at(&["router_settings"], "redis_"), at(&cache, "")].into_iter().flatten().collect()
}

fn dial(by: &'static str, name: &str, address: Address, default: Option<i64>) -> Dial {
    // A port that is written and not known stays unknown.
    let port = address.port_number().or(default.filter(|_| address.port.is_none()));
    Dial { by, name: name.to_owned(), address, port }
}

fn variable_dials(service: &ServiceInfo, name: &str, value: &Text) -> Vec<Dial> {
    let upper = name.to_ascii_uppercase();
    if PROXIES.iter().any(|p| upper.ends_with(p)) {
        return Vec::new();
    }
    let own = addresses(value);
    // A host with a port in a variable of that name may be where the program itself listens.
    if names::is_host(&upper) && own.iter().all(|a| a.scheme.is_empty()) {
        let address = bare(value).filter(|a| a.port.is_none());
        let port = port_beside(service, name).map_or_else(|| names::host_port(&upper), Told::value);
        return address
            .into_iter()
            .map(|address| Dial { by: "environment", name: name.to_owned(), address, port })
            .collect();
    }
    own.into_iter().map(|a| dial("environment", name, a, None)).collect()
}

/// The port in the variable beside `…_HOST`, where there is one. `…_HOST_PORT` is that port (Nextcloud), or the one that is published on the host.
fn port_beside(service: &ServiceInfo, name: &str) -> Option<Told<i64>> {
    let variable = |wanted: String| service.variables.iter().find(|v| v.name == wanted);
    let stem = ["_HOSTNAME", "_HOST", "_SERVER", "HOST"].iter().find_map(|end| name.strip_suffix(end))?;
    let Some(port) = variable(format!("{stem}_PORT")).or_else(|| variable(format!("{stem}PORT"))) else {
        return variable(format!("{name}_PORT")).map(|_| Told::Unseen);
    };
    let number = port.value.as_ref().and_then(Text::known).and_then(|v| v.parse::<u16>().ok());
    Some(number.map_or(Told::Unseen, |n| Told::Value(i64::from(n))))
}
