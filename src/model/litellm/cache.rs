//! Facts of subject `litellm.cache`: a config's response cache.

use super::service::{Use, Variable};
use super::version::Holds;
use super::view::Lookup;
use super::{Config, entry_place, keys};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::text::Place;
use crate::yaml::{Entry, Node, Resolved, Schema as Dialect};

/// The fields of `litellm.cache`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.cache",
    doc: "The response cache of a LiteLLM config: `litellm_settings.cache` and `cache_params`.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field(
            "switch",
            FieldKind::OneOf(&["on", "off", "absent", "string", "unknown"]),
            "`cache`: `on`, `off`, `absent`, `string` (in quotes), `unknown`.",
        ),
        field("params", FieldKind::Str, "`cache_params`, where there are some."),
        field("type", FieldKind::Str, "`cache_params.type`, or the default."),
        field("type_known", FieldKind::YES_NO_VARIES, "Whether LiteLLM has this type."),
        field("type_nearest", FieldKind::Str, "The known type that it is a slip of."),
        field("host", FieldKind::YES_NO_VARIES, "Whether a Redis host is told (not known)."),
        field(
            "threshold",
            FieldKind::OneOf(&["yes", "no"]),
            "Whether a semantic cache has its `similarity_threshold`; null for other caches.",
        ),
    ],
};

/// Adds the cache of one config, where it speaks of one.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>, used: Option<&Use>) {
    let cache = config.view.setting("litellm_settings", "cache");
    let params = config.view.setting("litellm_settings", "cache_params");
    let Some(place) = place(cache).or_else(|| place(params)) else { return };
    let mut fact = Fact::new(Subject::LiteLlmCache, place).with("config", config.id).with("switch", switch(cache));
    if let Lookup::Entry(entry) = params {
        fact = fact.with("params", Field::at("cache_params", entry.key.span().into()));
    }
    let params = params.node();
    let kind = params.and_then(|p| p.entry("type")).filter(|e| !e.value.is_null());
    let name = kind.map_or(Some("redis"), |e| e.value.known());
    fact = fact.with("type", kind.map_or_else(|| "redis".into(), type_field));
    if let (Some("redis-semantic"), "on", Some(used)) = (name, switch(cache), used) {
        let at = kind.map(entry_place);
        for service in model.facts.of(Subject::Service) {
            if model.facts.get(service).place.span == used.service_place {
                let why = Field { value: "a semantic cache".into(), place: at.clone() };
                model.facts.set(service, "calls_at_start", why);
            }
        }
    }
    if let Some(name) = name.filter(|n| !n.starts_with("os.environ/")) {
        let near = keys::nearest("cache_types", name, config.version);
        fact = fact.with("type_known", keys::known("cache_types", name, config.version)).with("type_nearest", near);
        if name.starts_with("redis") {
            fact = fact.with("host", host(params, config, used));
        }
        if matches!(name, "redis-semantic" | "qdrant-semantic" | "valkey-semantic") {
            let told = params.is_some_and(|p| p.get("similarity_threshold").is_some_and(|n| !n.is_null()));
            let open = params.is_some_and(|p| !super::view::closed(p));
            fact = fact.with("threshold", if open { Holds::Varies } else { Holds::of(told) });
        }
    }
    model.facts.add(fact);
}

fn type_field(entry: &Entry) -> Field {
    Field::node(&entry.value, Dialect::Python).placed(entry_place(entry))
}

fn place(lookup: Lookup<'_>) -> Option<Place> {
    match lookup {
        Lookup::Entry(entry) => Some(entry_place(entry)),
        Lookup::Absent | Lookup::Unknown => None,
    }
}

fn switch(cache: Lookup<'_>) -> &'static str {
    match cache {
        Lookup::Absent => "absent",
        Lookup::Unknown => "unknown",
        Lookup::Entry(entry) => match entry.value.resolve(Dialect::Python) {
            Some(Resolved::Bool(true)) => "on",
            Some(Resolved::Bool(false)) => "off",
            Some(Resolved::Str(text)) if !text.is_empty() && !text.starts_with("os.environ/") => "string",
            _ => "unknown",
        },
    }
}

/// Whether the Redis client will know its server: by `cache_params`, or by `REDIS_*` of the environment.
fn host(params: Option<&Node>, config: &Config<'_>, used: Option<&Use>) -> Holds {
    const KEYS: [&str; 6] = ["host", "url", "redis_url", "redis_startup_nodes", "startup_nodes", "sentinel_nodes"];
    let told = params.is_some_and(|p| KEYS.iter().any(|k| p.get(k).is_some_and(|n| !n.is_null())));
    if told {
        return Holds::Yes;
    }
    if params.is_some_and(|p| !super::view::closed(p)) {
        return Holds::Varies;
    }
    let names = ["REDIS_HOST", "REDIS_URL", "REDIS_CLUSTER_NODES", "REDIS_SENTINEL_NODES"];
    let in_file = |name: &&str| !matches!(config.view.setting("environment_variables", name), Lookup::Absent);
    if names.iter().any(in_file) {
        return Holds::Varies;
    }
    let Some(used) = used else { return Holds::Varies };
    let states: Vec<Variable> = names.iter().map(|n| used.variable(n)).collect();
    if states.iter().any(|s| matches!(s, Variable::Set { .. })) {
        Holds::Yes
    } else if states.iter().any(|s| matches!(s, Variable::Unknown | Variable::Given)) {
        Holds::Varies
    } else {
        Holds::No
    }
}
