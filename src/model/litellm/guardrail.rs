//! Facts of subject `litellm.guardrail`: the guardrails of a config, whose kinds and modes are closed lists.

use super::version::Holds;
use super::{Config, entry_place, keys};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::yaml::Node;

/// The fields of `litellm.guardrail`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.guardrail",
    doc: "A guardrail of a LiteLLM config, or one of its modes.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field("name", FieldKind::Str, "`guardrail_name`."),
        field(
            "part",
            FieldKind::OneOf(&["guardrail", "mode"]),
            "Which part this is about: `guardrail` (the kind) or `mode`.",
        ),
        field("value", FieldKind::Str, "The kind or the mode."),
        field("known", FieldKind::YES_NO_VARIES, "Whether LiteLLM has it."),
        field("nearest", FieldKind::Str, "The known one that it is a slip of."),
    ],
};

/// Adds the kind and the modes of each guardrail.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>) {
    for item in config.view.top("guardrails").and_then(Node::seq).unwrap_or_default() {
        let Some(params) = item.get("litellm_params") else { continue };
        let name = item.get("guardrail_name");
        if let Some(entry) = params.entry("guardrail") {
            add(model, config, name, ("guardrail", "guardrails"), &entry.value, entry_place(entry));
        }
        let Some(entry) = params.entry("mode") else { continue };
        match entry.value.seq() {
            Some(several) => {
                for mode in several {
                    add(model, config, name, ("mode", "guardrail_modes"), mode, mode.span().into());
                }
            }
            // A mapping chooses modes by tag.
            None if entry.value.map().is_none() => {
                add(model, config, name, ("mode", "guardrail_modes"), &entry.value, entry_place(entry));
            }
            None => {}
        }
    }
}

fn add(
    model: &mut Model<'_>,
    config: &Config<'_>,
    name: Option<&Node>,
    (part, section): (&'static str, &'static str),
    value: &Node,
    place: crate::text::Place,
) {
    let Some(text) = value.text() else { return };
    let mut fact = Fact::new(Subject::LiteLlmGuardrail, place.clone())
        .with("config", config.id)
        .with("part", part)
        .with("value", Field::text(text).placed(place));
    if let Some(name) = name.and_then(Node::text) {
        fact = fact.with("name", name);
    }
    let fact = match text.known() {
        // A name with a dot is a class of one's own.
        Some(known) if !known.contains('.') && !known.starts_with("os.environ/") => {
            let holds = keys::known(section, known, config.version);
            let near = (holds == Holds::No).then(|| keys::nearest(section, known, config.version)).flatten();
            fact.with("known", holds).with("nearest", near)
        }
        Some(_) => fact.with("known", Holds::Yes),
        None => fact.with("known", Holds::Varies),
    };
    model.facts.add(fact);
}
