//! Facts of subject `litellm.deployment`: the entries of `model_list`.

use std::collections::HashMap;

use super::parameter::{self, Place as Where};
use super::version::{ANY_WEIGHT_COUNTS, Holds, NEW_ROUTER, Version};
use super::{Config, entry_place, keys};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::yaml::{Entry, Node, Resolved, Schema as Dialect};

/// The fields of `litellm.deployment`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.deployment",
    doc: "An entry of a LiteLLM config's `model_list`.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field("model_name", FieldKind::Str, "The name that callers use."),
        field("model", FieldKind::Str, "`litellm_params.model`."),
        field(
            "missing",
            FieldKind::List(&FieldKind::Str),
            "Required keys that are missing, and a null `model_info` where releases up to 1.109 may read it.",
        ),
        field("has_budget", FieldKind::Bool, "Whether `litellm_params` holds a `max_budget`, whatever its value."),
        field(
            "has_duration",
            FieldKind::Bool,
            "Whether `litellm_params` holds a `budget_duration`, whatever its value.",
        ),
        field("params", FieldKind::Str, "`litellm_params`, at its key, where the entry has it."),
        field("max_budget", FieldKind::Any, "`litellm_params.max_budget`."),
        field("budget_duration", FieldKind::Any, "`litellm_params.budget_duration`."),
        field(
            "duration_valid",
            FieldKind::YES_NO_VARIES,
            "Whether LiteLLM understands the duration; null without one.",
        ),
        field("group_size", FieldKind::Int, "How many entries share the model name."),
        field(
            "starved_by",
            FieldKind::Str,
            "The parameter of another entry of the group that leaves this one no traffic.",
        ),
        field("provider_known", FieldKind::YES_NO_VARIES, "Whether LiteLLM finds a provider for the model."),
        field("provider", FieldKind::Str, "What stands before the first `/` of the model."),
        field("provider_nearest", FieldKind::Str, "The known provider that the prefix is a slip of."),
    ],
};

/// One entry while its facts are built.
#[derive(Debug, Clone)]
pub(super) struct Deployment<'a> {
    pub(super) node: &'a Node,
    pub(super) params: Option<&'a Node>,
    pub(super) info: Option<&'a Node>,
    pub(super) name: Option<&'a Node>,
}

/// Adds the entries of one config with their parameters; gives the parameters' ids.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>) -> Vec<FactId> {
    let entries: Vec<Deployment<'_>> = config.view.models().into_iter().filter_map(Deployment::new).collect();
    let mut groups: HashMap<&str, Vec<&Deployment<'_>>> = HashMap::new();
    for (name, entry) in entries.iter().filter_map(|e| Some((e.name?.known()?, e))) {
        let group = groups.entry(name).or_default();
        if group.len() < GROUP_CAP {
            group.push(entry);
        }
    }
    let mut parameters = Vec::new();
    for entry in &entries {
        let named = entry.name.and_then(Node::known).and_then(|name| groups.get(name));
        let group = named.cloned().unwrap_or_else(|| vec![entry]);
        let fact = fact(entry, &group, config);
        let id = model.facts.add(fact);
        parameters.extend(parameter::build(model, config, id, entry));
    }
    parameters
}

/// Groups are looked at up to this size, so that a list of thousands stays linear.
const GROUP_CAP: usize = 64;

impl<'a> Deployment<'a> {
    fn new(node: &'a Node) -> Option<Self> {
        node.map()?;
        let (params, info) = (node.get("litellm_params"), node.get("model_info"));
        Some(Self { node, params, info, name: node.get("model_name") })
    }

    /// The entry of a parameter at one of the three places, unless it is null.
    pub(super) fn get(&self, place: Where, name: &str) -> Option<&'a Entry> {
        let holder = match place {
            Where::Model => Some(self.node),
            Where::Params => self.params,
            Where::Info => self.info,
        };
        holder?.entry(name).filter(|e| !e.value.is_null())
    }

    /// Where LiteLLM sees a weight of traffic: in `litellm_params`, where it also copies `rpm` and `tpm` to.
    fn weight(&self, name: &str) -> Option<&'a Entry> {
        let beside = if name == "weight" { None } else { self.get(Where::Model, name) };
        self.get(Where::Params, name).or(beside)
    }
}

fn fact(entry: &Deployment<'_>, group: &[&Deployment<'_>], config: &Config<'_>) -> Fact {
    let place = entry.name.map_or(entry.node.span(), Node::span);
    let model = entry.params.and_then(|p| p.get("model"));
    let parameter = |name| entry.get(Where::Params, name).map_or(Field::derived(Value::Null), value_of);
    let mut fact = Fact::new(Subject::LiteLlmDeployment, place.into())
        .with("config", config.id)
        .with("missing", missing(entry, config.version))
        .with("has_budget", entry.get(Where::Params, "max_budget").is_some())
        .with("has_duration", entry.get(Where::Params, "budget_duration").is_some())
        .with(
            "params",
            entry
                .node
                .entry("litellm_params")
                .map_or(Field::derived(Value::Null), |e| Field::at("litellm_params", e.key.span().into())),
        )
        .with("max_budget", parameter("max_budget"))
        .with("budget_duration", parameter("budget_duration"))
        .with("group_size", group.len());
    if let Some(name) = entry.name.and_then(Node::text) {
        fact = fact.with("model_name", name);
    }
    if let Some(duration) = entry.get(Where::Params, "budget_duration") {
        fact = fact.with("duration_valid", duration_valid(&duration.value, config.version));
    }
    if let Some((name, place)) = starved(entry, group, config) {
        fact = fact.with("starved_by", Field::at(name, place));
    }
    if let Some(text) = model.and_then(Node::text) {
        fact = fact.with("model", text);
        if let Some((known, provider)) = text.known().and_then(|m| super::provider::of(m, entry, config.version)) {
            let nearest = keys::nearest("providers", &provider, config.version);
            fact = fact
                .with("provider_known", known.name())
                .with("provider", Field::at(provider, text.place()))
                .with("provider_nearest", nearest);
        }
    }
    fact
}

/// A number or string, shown at its whole entry.
fn value_of(entry: &Entry) -> Field {
    Field::node(&entry.value, Dialect::Python).placed(entry_place(entry))
}

fn missing(entry: &Deployment<'_>, version: Option<Version>) -> Vec<Field> {
    let mut missing = Vec::new();
    let open = |n: &Node| !super::view::closed(n) || n.text().is_some_and(|t| !t.is_known());
    if entry.name.is_none() && !open(entry.node) {
        missing.push(Field::derived("model_name"));
    }
    match entry.params {
        None if !open(entry.node) => missing.push(Field::derived("litellm_params")),
        Some(params) if params.get("model").is_none_or(Node::is_null) && !open(params) => {
            missing.push(Field::derived("litellm_params.model"));
        }
        _ => {}
    }
    if let Some(info) = entry.node.entry("model_info").filter(|e| e.value.is_null())
        && NEW_ROUTER.at(version) != Holds::Yes
    {
        missing.push(Field::at("model_info", info.key.span().into()));
    }
    missing
}

/// `^\d+(s|m|h|d|w|mo)`, not anchored at its end, or one of the words of newer versions; `None` where not known.
fn duration_valid(node: &Node, version: Option<Version>) -> Field {
    let Some(resolved) = node.resolve(Dialect::Python) else {
        return Field::node(node, Dialect::Python);
    };
    let Resolved::Str(text) = resolved else { return "no".into() };
    if text.starts_with("os.environ/") {
        return Field::derived(Value::Unknown(text));
    }
    let unit = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let counted = unit.len() < text.len() && unit.starts_with(['s', 'm', 'h', 'd', 'w']);
    let word = matches!(text.as_str(), "hourly" | "daily" | "weekly" | "monthly");
    let valid = if word { super::version::DURATION_WORDS.at(version) } else { Holds::of(counted) };
    valid.name().into()
}

/// The weight of a group mate that leaves `entry`, which has none, without traffic under `simple-shuffle`.
///
/// Measured: the first entry's weights decide in both versions; in the newer one any entry's do.
fn starved(
    entry: &Deployment<'_>,
    group: &[&Deployment<'_>],
    config: &Config<'_>,
) -> Option<(&'static str, crate::text::Place)> {
    if group.len() < 2 || config.strategy.as_deref() != Some("simple-shuffle") {
        return None;
    }
    // `order` picks among them before any weight does.
    if group.iter().any(|d| d.get(Where::Params, "order").or(d.get(Where::Info, "order")).is_some()) {
        return None;
    }
    let any = ANY_WEIGHT_COUNTS.at(config.version) == Holds::Yes;
    let deciding = if any { group } else { group.get(..1)? };
    for name in ["weight", "rpm", "tpm"] {
        let Some(found) = deciding.iter().find_map(|d| d.weight(name)) else { continue };
        return entry.weight(name).is_none().then(|| (name, entry_place(found)));
    }
    None
}
