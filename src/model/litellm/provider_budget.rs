//! Facts of subject `litellm.provider_budget`: the entries of `router_settings.provider_budget_config`.

use super::Config;
use super::view::Lookup;
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::yaml::Node;

/// The fields of `litellm.provider_budget`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.provider_budget",
    doc: "A provider's budget in `router_settings.provider_budget_config`.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field("provider", FieldKind::Str, "The provider."),
        field(
            "missing",
            FieldKind::List(&FieldKind::Str),
            "Those of `budget_limit` and `time_period` that are missing.",
        ),
        field("wrong", FieldKind::List(&FieldKind::Str), "Keys of other budgets that LiteLLM does not read here."),
    ],
};

/// Adds the provider budgets of one config.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>) {
    let Lookup::Entry(entry) = config.view.setting("router_settings", "provider_budget_config") else { return };
    for provider in entry.value.map().unwrap_or_default() {
        let Some(name) = provider.key.known() else { continue };
        let Some(keys) = provider.value.map().filter(|_| super::view::closed(&provider.value)) else { continue };
        let missing = ["budget_limit", "time_period"].into_iter();
        let missing: Vec<Field> =
            missing.filter(|k| provider.value.get(k).is_none_or(Node::is_null)).map(Field::derived).collect();
        let wrong = keys.iter().filter(|e| matches!(e.key.known(), Some("max_budget" | "budget_duration")));
        let wrong: Vec<Field> = wrong.filter_map(|e| e.key.text().map(Field::text)).collect();
        let fact = Fact::new(Subject::LiteLlmProviderBudget, provider.key.span().into())
            .with("config", config.id)
            .with("provider", name)
            .with("missing", missing)
            .with("wrong", wrong);
        model.facts.add(fact);
    }
}
