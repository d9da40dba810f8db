//! LiteLLM: facts about proxy configs, proved by running LiteLLM (`evidence/litellm`).
//!
//! A config is read as the proxy reads it (`view`), with the container that it is mounted into (`service`) and the
//! version that runs there (`version`). Each other file builds the facts of one subject. Which of them are defects is
//! left to `rules/litellm`.

pub mod address;
pub mod cache;
pub mod callback;
pub mod config;
mod database;
pub mod deployment;
mod effect;
mod embedded;
pub mod env_ref;
pub mod fallback;
pub mod guardrail;
mod keys;
mod mounts;
pub mod parameter;
mod provider;
pub mod provider_budget;
pub(crate) mod service;
pub mod setting;
mod version;
pub(crate) mod view;

use crate::model::Model;
use crate::model::deployment::Example;
use crate::model::fact::FactId;
use crate::model::launched::Launched;
use crate::model::workload::Workload;
use crate::source::Span;
use crate::text::Place;
use crate::yaml::{Entry, Value};
use mounts::Mounts;
use version::{Holds, Version};
use view::View;

/// Whether `text` says a release of LiteLLM: `1.81.0`, `v1.81.3-stable`.
pub fn is_version(text: &str) -> bool {
    Version::parse(text).is_some()
}

/// The keys that any measured release knows in a section (`litellm_params` too); at the top for an empty name.
pub(crate) fn keys_of(section: &str) -> Vec<&'static str> {
    keys::names(match section {
        "" => "top_level",
        "model_list" => "model_list_entry",
        "general_settings" | "router_settings" | "litellm_settings" | "litellm_params" | "model_info"
        | "cache_params" => section,
        _ => return Vec::new(),
    })
    .to_vec()
}

/// A config while its facts are built.
#[derive(Debug)]
struct Config<'a> {
    id: FactId,
    view: &'a View<'a>,
    version: Option<Version>,
    /// The routing strategy; `None` where it is not known.
    strategy: Option<String>,
    /// Whether `optional_pre_call_checks` names `enforce_model_rate_limits`.
    enforces_rates: Holds,
    /// Whether `enable_pre_call_checks` is true.
    pre_call_checks: Holds,
    /// Whether the container's environment may turn on models from a database.
    stores_models: bool,
}

/// Adds the facts of all LiteLLM configs.
pub(super) fn build(model: &mut Model<'_>, launched: &[Launched], workloads: &[Workload]) {
    let deployment = model.deployment;
    let embedded = embedded::find(deployment);
    let views = view::views(&deployment.documents, &embedded);
    let mounts = if views.is_empty() { Mounts::default() } else { Mounts::new(deployment, launched) };
    let examples = if views.is_empty() { Vec::new() } else { Example::all(deployment) };
    let mut addresses = Vec::new();
    for view in views {
        let used = service::find(deployment, &mounts, &view);
        let used = used.as_ref();
        // What another program reads has another program's rules.
        if used.is_some_and(|u| u.foreign) {
            continue;
        }
        let (id, version) = config::build(model, &view, used);
        addresses.extend(database::address(&view, used).map(|text| (id, text)));
        // What it says counts in the config that includes it.
        if view.included {
            continue;
        }
        let config = Config {
            id,
            view: &view,
            version,
            strategy: config::strategy(&view),
            enforces_rates: config::enforces_rates(&view),
            pre_call_checks: view.is_true("router_settings", "enable_pre_call_checks").map_or(Holds::Varies, Holds::of),
            stores_models: used.is_some_and(|u| {
                !matches!(u.variable("STORE_MODEL_IN_DB"), service::Variable::Unset | service::Variable::Unknown)
            }),
        };
        let parameters = deployment::build(model, &config);
        config::finish(model, &config, &parameters);
        setting::build(model, &config, used);
        env_ref::build(model, &config, used, &examples);
        fallback::build(model, &config);
        callback::build(model, &config, used);
        guardrail::build(model, &config);
        cache::build(model, &config, used);
        provider_budget::build(model, &config);
    }
    address::build(model, addresses, launched, workloads);
}

/// Where `key: value` stands: both where they stand together and the value is a scalar, else the key.
fn entry_place(entry: &Entry) -> Place {
    let (key, value) = (entry.key.span(), entry.value.span());
    let together = matches!(entry.value.value(), Value::Scalar(s) if !s.text.is_empty())
        && key.source == value.source
        && key.end <= value.start
        && value.start - key.end < 80;
    let span = if together { Span { end: value.end, ..key } } else { key };
    let definitions = entry.value.text().map(|t| t.place().definitions).unwrap_or_default();
    Place { span, definitions }
}
