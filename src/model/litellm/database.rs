//! The database and the Redis of a LiteLLM proxy: whether it is given one, and of which kind.
//!
//! Without a database nothing that is counted or kept in one works; without a Redis each process counts by itself.

use super::service::{Use, Variable};
use super::version::Holds;
use super::view::{Lookup, View};
use crate::text::Text;
use crate::yaml::Node;

/// The variables that tell an address, whole or in parts.
const VARIABLES: [&str; 2] = ["DATABASE_URL", "DATABASE_HOST"];

/// The variables that tell a Redis.
const REDIS: [&str; 5] = ["REDIS_HOST", "REDIS_URL", "REDIS_CLUSTER_NODES", "REDIS_SENTINEL_NODES", "REDIS_HOST_NAME"];

/// Whether the proxy is given a database.
pub(super) fn state(view: &View<'_>, used: Option<&Use>) -> Holds {
    let written = match view.setting("general_settings", "database_url") {
        Lookup::Unknown => return Holds::Varies,
        Lookup::Absent => Holds::No,
        Lookup::Entry(entry) => match entry.value.known() {
            None => return Holds::Varies,
            Some(text) => match text.strip_prefix("os.environ/") {
                Some(name) => variable(view, used, name),
                None => Holds::of(!text.is_empty()),
            },
        },
    };
    VARIABLES.iter().fold(written, |found, name| found.or(variable(view, used, name)))
}

/// The address that a config tells, or the container that it is mounted into.
pub(super) fn address(view: &View<'_>, used: Option<&Use>) -> Option<Text> {
    let written = view.setting("general_settings", "database_url").node().and_then(Node::text);
    let named = written.and_then(|t| t.known()).and_then(|t| t.strip_prefix("os.environ/"));
    match (written, named) {
        (Some(text), None) => Some(text.clone()),
        // Only this variable's text is kept.
        (Some(_), Some(name)) if name != "DATABASE_URL" => None,
        _ => used.and_then(|u| u.database_url.clone()),
    }
}

/// Whether a Redis joins the counts of several processes.
pub(super) fn shared(view: &View<'_>, used: Option<&Use>) -> Holds {
    let router = ["redis_host", "redis_url", "cache_kwargs", "redis_startup_nodes", "redis_sentinel_nodes"];
    if router.iter().any(|name| !matches!(view.setting("router_settings", name), Lookup::Absent)) {
        return Holds::Yes;
    }
    let cache = view.setting("litellm_settings", "cache");
    if !matches!(cache, Lookup::Absent) {
        let params = view.setting("litellm_settings", "cache_params").node();
        let kind = params.and_then(|p| p.get("type")).map_or(Some("redis"), Node::known);
        match kind {
            Some(kind) if !kind.starts_with("redis") => {}
            _ => return Holds::Yes,
        }
    }
    let told = REDIS.iter().map(|name| variable(view, used, name));
    match told.fold(Holds::No, Holds::or) {
        Holds::No => Holds::No,
        // A variable alone joins nothing for certain.
        Holds::Yes | Holds::Varies => Holds::Varies,
    }
}

/// Whether a variable is set, by the container or by the config's own `environment_variables`.
fn variable(view: &View<'_>, used: Option<&Use>, name: &str) -> Holds {
    if !matches!(view.setting("environment_variables", name), Lookup::Absent) {
        return Holds::Varies;
    }
    match used.map_or(Variable::Unknown, |u| u.variable(name)) {
        Variable::Unknown | Variable::Given => Holds::Varies,
        Variable::Unset | Variable::Empty => Holds::No,
        Variable::Set { .. } => Holds::Yes,
    }
}
