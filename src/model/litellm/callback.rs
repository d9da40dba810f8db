//! Facts of subject `litellm.callback`: the names in callback lists, and in `alerting`.

use super::service::{Use, Variable};
use super::version::Holds;
use super::view::Lookup;
use super::{Config, entry_place, keys};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::yaml::{Entry, Node};

/// The fields of `litellm.callback`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.callback",
    doc: "A name in one of LiteLLM's callback lists or in `alerting`, or such a list of the wrong shape.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field(
            "setting",
            FieldKind::OneOf(&["callbacks", "success_callback", "failure_callback", "alerting"]),
            "The setting that lists it.",
        ),
        field(
            "shape",
            FieldKind::OneOf(&["list", "string"]),
            "`list`, or `string` where a bare name stands instead of a list.",
        ),
        field("name", FieldKind::Str, "The name."),
        field("known", FieldKind::YES_NO_VARIES, "Whether LiteLLM knows it."),
        field("nearest", FieldKind::Str, "The known name that it is a slip of."),
        field("webhook", FieldKind::YES_NO_VARIES, "Of `slack` in `alerting`: whether SLACK_WEBHOOK_URL is set."),
    ],
};

/// Guardrails and limiters that `callbacks` takes beside the loggers (`initialize_callbacks_on_proxy`, both versions).
const GUARDS: [&str; 17] = [
    "presidio",
    "llamaguard_moderations",
    "hide_secrets",
    "openai_moderations",
    "lakera_prompt_injection",
    "aporia_prompt_injection",
    "google_text_moderation",
    "llmguard_moderations",
    "blocked_user_check",
    "banned_keywords",
    "detect_prompt_injection",
    "batch_redis_requests",
    "azure_content_safety",
    "websearch_interception",
    "datadog_cost_management",
    "compression_interception",
    "code_interpreter_interception",
];

/// Names that `success_callback` takes beside those: older integrations that LiteLLM handles by name.
const LOGGERS: [&str; 16] = [
    "sentry",
    "supabase",
    "helicone",
    "lunary",
    "promptlayer",
    "wandb",
    "traceloop",
    "athina",
    "greenscale",
    "s3",
    "dynamodb",
    "langfuse",
    "slack",
    "logfire",
    "posthog",
    "cache",
];

/// Adds the callbacks and alerts of one config.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>, used: Option<&Use>) {
    for setting in ["callbacks", "success_callback", "failure_callback"] {
        let Lookup::Entry(entry) = config.view.setting("litellm_settings", setting) else { continue };
        list(model, config, setting, entry, |name, fact| {
            let known = known(setting, name, config);
            let near = (known == Holds::No).then(|| nearest(name)).flatten();
            fact.with("known", known).with("nearest", near)
        });
    }
    let Lookup::Entry(entry) = config.view.setting("general_settings", "alerting") else { return };
    list(model, config, "alerting", entry, |name, fact| {
        let known = keys::known("alerting", name, config.version);
        let near = keys::nearest("alerting", name, config.version);
        let fact = fact.with("known", known).with("nearest", near);
        if name == "slack" { fact.with("webhook", webhook(config, used)) } else { fact }
    });
}

fn list(
    model: &mut Model<'_>,
    config: &Config<'_>,
    setting: &'static str,
    entry: &Entry,
    judge: impl Fn(&str, Fact) -> Fact,
) {
    let string = entry.value.seq().is_none() && entry.value.map().is_none();
    let items: Vec<&Node> =
        if string { vec![&entry.value] } else { entry.value.seq().unwrap_or_default().iter().collect() };
    for item in items {
        let Some(text) = item.text() else { continue };
        let place = if string { entry_place(entry) } else { text.place() };
        let fact = Fact::new(Subject::LiteLlmCallback, place)
            .with("config", config.id)
            .with("setting", setting)
            .with("shape", if string { "string" } else { "list" })
            .with("name", Field::text(text));
        let fact = match text.known() {
            Some(name) if !name.starts_with("os.environ/") => judge(name, fact),
            _ => fact.with("known", Holds::Varies),
        };
        model.facts.add(fact);
    }
}

/// A name with a dot is a module of one's own. Lists of loggers take any name; there only a slip counts.
fn known(setting: &str, name: &str, config: &Config<'_>) -> Holds {
    let custom = config.view.setting("litellm_settings", "custom_provider_map").node().is_some();
    if name.contains('.') || name.is_empty() || custom || GUARDS.contains(&name) {
        return Holds::Yes;
    }
    if setting != "callbacks" && LOGGERS.contains(&name) {
        return Holds::Yes;
    }
    keys::known("known_callbacks", name, config.version)
}

fn nearest(name: &str) -> Option<&'static str> {
    let mut names = keys::names("known_callbacks").to_vec();
    names.extend(LOGGERS);
    keys::nearest_of(&names, name)
}

fn webhook(config: &Config<'_>, used: Option<&Use>) -> Holds {
    let other = ["alert_to_webhook_url", "alerting_args"];
    if other.iter().any(|key| !matches!(config.view.setting("general_settings", key), Lookup::Absent)) {
        return Holds::Varies;
    }
    if !matches!(config.view.setting("environment_variables", "SLACK_WEBHOOK_URL"), Lookup::Absent) {
        return Holds::Yes;
    }
    match used.map_or(Variable::Unknown, |u| u.variable("SLACK_WEBHOOK_URL")) {
        Variable::Unknown | Variable::Given => Holds::Varies,
        Variable::Unset | Variable::Empty => Holds::No,
        Variable::Set { .. } => Holds::Yes,
    }
}
