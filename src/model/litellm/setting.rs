//! Facts of subject `litellm.setting`: every key of a config's top level and settings sections, and the misspelt keys
//! of its `model_list` entries.

use super::effect::{self, Effect};
use super::keys::{self, SETTINGS};
use super::service::Use;
use super::version::{Holds, Version};
use super::{Config, entry_place};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::yaml::{Entry, Node};

/// The fields of `litellm.setting`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.setting",
    doc: "A key of a LiteLLM config: of the top level, a settings section, or a misspelt one of a `model_list` entry.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field(
            "section",
            FieldKind::OneOf(&[
                "top_level",
                "litellm_settings",
                "router_settings",
                "general_settings",
                "cache_params",
                "model_list_entry",
                "litellm_params",
            ]),
            "`top_level`, `litellm_settings`, `router_settings`, `general_settings`, `cache_params`, `model_list_entry` or `litellm_params`; of the last three only what is wrong.",
        ),
        field("name", FieldKind::Str, "The key."),
        field("known", FieldKind::YES_NO_VARIES, "Whether LiteLLM reads it there between versions."),
        field("home", FieldKind::Str, "The section that reads it, where this one does not."),
        field("nearest", FieldKind::Str, "The known key that it is a slip of."),
        field("problem", FieldKind::Str, "What a value of the wrong kind does; null where it is right."),
        field(
            "problem_varies",
            FieldKind::Bool,
            "Whether only some of the versions that it may be have that problem; null where there is none.",
        ),
        field("inert", FieldKind::Str, "Why nothing comes of a setting that LiteLLM knows; null where it works."),
        field("instead", FieldKind::Str, "What to write instead."),
        field(
            "needs_database",
            FieldKind::OneOf(&["budget", "storage"]),
            "`budget` or `storage` for what works through a database only.",
        ),
        field(
            "says_nothing",
            FieldKind::Bool,
            "Whether its value is empty, so that nothing changes wherever it stands.",
        ),
        field("refused", FieldKind::Bool, "Whether LiteLLM refuses to start because of it."),
        field("ignored", FieldKind::Str, "What LiteLLM does with an unknown key of this section, in words."),
    ],
};

/// Adds the settings of one config. Keys of included files are facts of the config that includes them.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>, used: Option<&Use>) {
    for root in &config.view.roots {
        for entry in root.map().unwrap_or_default() {
            add(model, config, used, "top_level", entry);
        }
        for section in SETTINGS {
            for entry in root.get(section).and_then(Node::map).unwrap_or_default() {
                add(model, config, used, section, entry);
            }
        }
        let params = root.path(&["litellm_settings", "cache_params"]).and_then(Node::map).unwrap_or_default();
        for entry in params {
            inner(model, config, used, "cache_params", entry);
        }
    }
    // The variable is the setting as well.
    if let Some(value) = used.and_then(|u| u.stores.as_ref()) {
        let fact = Fact::new(Subject::LiteLlmSetting, value.place())
            .with("config", config.id)
            .with("section", "general_settings")
            .with("name", Field::at("STORE_MODEL_IN_DB", value.place()))
            .with("known", Holds::Yes)
            .with("says_nothing", false)
            .with("refused", false)
            .with("needs_database", "storage");
        model.facts.add(fact);
    }
    for entry in config.view.models() {
        slips(model, config, entry);
        let params = entry.get("litellm_params").and_then(Node::map).unwrap_or_default();
        for entry in params {
            inner(model, config, used, "litellm_params", entry);
        }
    }
}

/// A key inside a setting or an entry, where something is wrong with it.
fn inner(model: &mut Model<'_>, config: &Config<'_>, used: Option<&Use>, section: &'static str, entry: &Entry) {
    let Some(name) = entry.key.known() else { return };
    let Some(effect) = effect::of(config, used, section, name, entry) else { return };
    let fact = Fact::new(Subject::LiteLlmSetting, entry.key.span().into())
        .with("config", config.id)
        .with("section", section)
        .with("name", Field::at(name, entry_place(entry)))
        .with("known", Holds::Yes)
        .with("refused", false);
    model.facts.add(told(fact, effect));
}

fn told(fact: Fact, (effect, instead): effect::Told) -> Fact {
    let fact = fact.with("instead", instead);
    match effect {
        Effect::Problem(text) => fact.with("problem", text).with("problem_varies", false),
        Effect::ProblemOfSome(text) => fact.with("problem", text).with("problem_varies", true),
        Effect::Inert(text) => fact.with("inert", text),
    }
}

fn add(model: &mut Model<'_>, config: &Config<'_>, used: Option<&Use>, section: &'static str, entry: &Entry) {
    let Some(name) = entry.key.known() else { return };
    // Anchors are kept under such names, as in compose files.
    if section == "top_level" && (name.starts_with("x-") || name.starts_with('.') || name.starts_with('_')) {
        return;
    }
    let known = keys::known(section, name, config.version);
    let unknown = known == Holds::No;
    // Defaults without a model, which no service mounts, are some program's own file as well.
    let apart = used.is_none() && config.view.models().is_empty();
    if section == "top_level" && unknown && apart && nearest(section, name, config.version).is_none() {
        return;
    }
    let fact = Fact::new(Subject::LiteLlmSetting, entry.key.span().into())
        .with("config", config.id)
        .with("section", section)
        .with("name", Field::at(name, entry_place(entry)))
        .with("known", known)
        .with("home", keys::home(section, name, config.version))
        .with("nearest", unknown.then(|| nearest(section, name, config.version)).flatten())
        .with("says_nothing", says_nothing(name, entry))
        .with("refused", section == "router_settings" && unknown && refused(name))
        .with("ignored", ignored(section))
        .with("needs_database", effect::needs_database(section, name, entry));
    let effect = if entry.value.is_null() { None } else { effect::of(config, used, section, name, entry) };
    model.facts.add(match effect {
        Some(effect) => told(fact, effect),
        None => fact,
    });
}

/// `models` is what people write who know other proxies.
fn nearest(section: &str, name: &str, version: Option<Version>) -> Option<&'static str> {
    if section == "top_level" && matches!(name, "models" | "model" | "modellist") {
        return Some("model_list");
    }
    keys::nearest(section, name, version)
}

/// Measured: LiteLLM passes these on to its router beside its own value for them, and Python refuses that.
fn refused(name: &str) -> bool {
    matches!(name, "health_check_interval" | "health_check_concurrency")
}

/// Whether a value is what LiteLLM has without it: nothing, or the `false` of the one switch that is off by itself in each
/// release (`set_verbose` of `litellm/__init__.py`).
fn says_nothing(name: &str, entry: &Entry) -> bool {
    let value = &entry.value;
    let empty =
        value.is_null() || value.seq().is_some_and(<[Node]>::is_empty) || value.map().is_some_and(<[Entry]>::is_empty);
    empty || name == "set_verbose" && matches!(value.known(), Some("false" | "False"))
}

fn ignored(section: &str) -> &'static str {
    match section {
        "router_settings" => "LiteLLM logs a warning and ignores it",
        "litellm_params" => "LiteLLM sends it to the provider as it is",
        _ => "LiteLLM ignores it without a word",
    }
}

/// The misspelt keys of an entry. `litellm_params` takes any key: only a slip of a parameter that LiteLLM declares, or
/// that `OpenAI`'s chat API takes, means something there.
fn slips(model: &mut Model<'_>, config: &Config<'_>, entry: &Node) {
    let unknown = |name: &str, sections: &[&str]| sections.iter().all(|s| keys::known(s, name, None) == Holds::No);
    let beside = entry.map().unwrap_or_default().iter().filter_map(|e| {
        let name = e.key.known().filter(|n| unknown(n, &["model_list_entry", "litellm_params", "model_info"]))?;
        Some((e, "model_list_entry", keys::nearest("model_list_entry", name, None)?))
    });
    let inside = entry.get("litellm_params").and_then(Node::map).unwrap_or_default().iter().filter_map(|e| {
        let name = e.key.known().filter(|n| unknown(n, &["litellm_params", "model_info"]))?;
        let nearest =
            keys::nearest("chat_params", name, None).or_else(|| keys::nearest("declared_params", name, None))?;
        Some((e, "litellm_params", nearest))
    });
    let found: Vec<_> = beside.chain(inside).collect();
    for (entry, section, nearest) in found {
        let fact = Fact::new(Subject::LiteLlmSetting, entry.key.span().into())
            .with("config", config.id)
            .with("section", section)
            .with("name", entry.key.known().map(str::to_owned))
            .with("known", Holds::No)
            .with("nearest", nearest)
            .with("says_nothing", false)
            .with("refused", false)
            .with("ignored", ignored(section));
        model.facts.add(fact);
    }
}
