//! Facts of subject `litellm.parameter`: the keys of a `model_list` entry, each with the place where it stands.
//!
//! LiteLLM reads some keys beside `model_name`, some inside `litellm_params`, some in several places. The tables here
//! are measured on 1.81.3 and 1.109.1 with the real router and proxy; `evidence/litellm` runs them again.

use super::deployment::Deployment;
use super::version::{
    ENFORCES_ON_REQUEST, Holds, NEW_ROUTER, ORDER_IN_MODEL_INFO, PRE_CALL_COUNTS, Version, ZERO_RATE_FAILS,
};
use super::{Config, entry_place, keys};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::yaml::{Entry, Node, Resolved, Schema as Dialect};

/// The fields of `litellm.parameter`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.parameter",
    doc: "A key of a `model_list` entry: beside `model_name`, inside `litellm_params`, or inside `model_info`.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field("deployment", FieldKind::Fact(Subject::LiteLlmDeployment), "The entry."),
        field("name", FieldKind::Str, "The key."),
        field(
            "place",
            FieldKind::OneOf(&["model", "litellm_params", "model_info"]),
            "`model` (beside `model_name`), `litellm_params` or `model_info`.",
        ),
        field(
            "belongs",
            FieldKind::Str,
            "`litellm_params` for a key that LiteLLM or the chat API declares as a parameter.",
        ),
        field(
            "limit",
            FieldKind::Bool,
            "Whether it is a rate, a budget, a weight, an order, a timeout or a concurrency.",
        ),
        field("value", FieldKind::Any, "The value of a limit; null for other keys, which may hold secrets."),
        field("read", FieldKind::YES_NO_VARIES, "Whether LiteLLM reads the key at this place."),
        field(
            "enforced",
            FieldKind::YES_NO_VARIES,
            "Of `rpm` and `tpm`: whether this config refuses requests above the rate.",
        ),
        field("problem", FieldKind::Str, "What a limit's wrong type does; null where the type is right."),
        field(
            "scientific",
            FieldKind::Bool,
            "Whether the value is text because YAML 1.1 reads no number in it: `1e5`.",
        ),
        field("high_price", FieldKind::Str, "A price for one token, as written, where it is half a cent or more."),
    ],
};

/// Where a key of an entry stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// Beside `model_name`.
    Model,
    /// Inside `litellm_params`.
    Params,
    /// Inside `model_info`.
    Info,
}

const LIMITS: [&str; 9] = [
    "rpm",
    "tpm",
    "max_budget",
    "budget_duration",
    "max_parallel_requests",
    "timeout",
    "stream_timeout",
    "weight",
    "order",
];

/// Adds the parameters of one entry.
pub(super) fn build(
    model: &mut Model<'_>,
    config: &Config<'_>,
    deployment: FactId,
    entry: &Deployment<'_>,
) -> Vec<FactId> {
    let holders = [(Place::Model, Some(entry.node)), (Place::Params, entry.params), (Place::Info, entry.info)];
    let mut ids = Vec::new();
    for (place, holder) in holders {
        for pair in holder.and_then(Node::map).unwrap_or_default() {
            let Some(name) = pair.key.known() else { continue };
            let limit = LIMITS.contains(&name);
            if limit && pair.value.is_null() {
                continue;
            }
            let mut fact = Fact::new(Subject::LiteLlmParameter, entry_place(pair))
                .with("config", config.id)
                .with("deployment", deployment)
                .with("name", Field::at(name, pair.key.span().into()))
                .with("place", place.name())
                .with("belongs", belongs(name).then_some("litellm_params"))
                .with("limit", limit)
                .with("read", read(name, place, config.version).name());
            if limit {
                fact = fact.with("value", Field::node(&pair.value, Dialect::Python));
            }
            let problem = problem(name, place, pair, config.version);
            // What is left out or fails each request is no rate at all.
            if matches!(name, "rpm" | "tpm") && problem.is_none() {
                fact = fact.with("enforced", enforced(name, place, config));
            }
            if let Some(problem) = problem {
                fact = fact.with("problem", problem).with("scientific", scientific(&pair.value));
            }
            if let Some(price) = high_price(name, &pair.value) {
                fact = fact.with("high_price", price);
            }
            ids.push(model.facts.add(fact));
        }
    }
    ids
}

impl Place {
    /// Its name in rules.
    pub(super) fn name(self) -> &'static str {
        match self {
            Place::Model => "model",
            Place::Params => "litellm_params",
            Place::Info => "model_info",
        }
    }
}

/// Whether LiteLLM reads `name` at `place`.
fn read(name: &str, place: Place, version: Option<Version>) -> Holds {
    match (place, name) {
        (Place::Params, _) => Holds::Yes,
        (_, "max_budget" | "budget_duration" | "weight" | "max_parallel_requests" | "timeout" | "stream_timeout")
        | (Place::Model, "order") => Holds::No,
        (Place::Info, "order") => ORDER_IN_MODEL_INFO.at(version),
        (Place::Info, _) => Holds::Yes,
        (Place::Model, _) => keys::known("model_list_entry", name, version),
    }
}

/// Whether a key is one that LiteLLM or the chat API declares as a parameter of a call.
fn belongs(name: &str) -> bool {
    LIMITS.contains(&name)
        || name != "model_info"
            && ["declared_params", "chat_params"].iter().any(|s| keys::known(s, name, None) != Holds::No)
}

/// The price of a token where no token can cost as much: the dearest models take less than a tenth of a cent.
fn high_price(name: &str, node: &Node) -> Option<String> {
    const PRICES: [&str; 5] = [
        "input_cost_per_token",
        "output_cost_per_token",
        "output_cost_per_reasoning_token",
        "cache_read_input_token_cost",
        "cache_creation_input_token_cost",
    ];
    node.resolve(Dialect::Python)?;
    let written = node.known().filter(|_| PRICES.contains(&name))?.trim();
    let dollars: f64 = written.parse().ok()?;
    (dollars.is_finite() && dollars >= 0.005).then(|| written.to_owned())
}

/// Whether a number in scientific notation is text to YAML 1.1, which wants a point and a sign in it.
fn scientific(node: &Node) -> bool {
    let Some(Resolved::Str(text)) = node.resolve(Dialect::Python) else { return false };
    text.contains(['e', 'E']) && text.starts_with(|c: char| c.is_ascii_digit()) && text.parse::<f64>().is_ok()
}

/// Whether a rate is a limit on requests, by strategy and settings. All cells measured with `rpm: 3`, ten requests, and
/// with `tpm: 90`, eight requests.
fn enforced(name: &str, place: Place, config: &Config<'_>) -> Holds {
    let Some(strategy) = config.strategy.as_deref() else { return Holds::Varies };
    match strategy {
        "usage-based-routing-v2" | "usage-based-routing" | "latency-based-routing" | "cost-based-routing" => Holds::Yes,
        "simple-shuffle" | "least-busy" => {
            let on_request = config.enforces_rates.and(ENFORCES_ON_REQUEST.at(config.version));
            let counted = name == "rpm" && place != Place::Info;
            let before_call =
                if counted { config.pre_call_checks.and(PRE_CALL_COUNTS.at(config.version)) } else { Holds::No };
            on_request.or(before_call)
        }
        // Not measured.
        _ => Holds::Varies,
    }
}

/// What a value of the wrong type does. Measured with two entries A and B, one value on A.
fn problem(name: &str, place: Place, pair: &Entry, version: Option<Version>) -> Option<&'static str> {
    const DROPPED: &str = "LiteLLM drops this deployment when it starts, logs one error and goes on without it";
    const ALL_FAIL: &str = "every request to this model name fails";
    const FAILS: &str = "every request that reaches this deployment fails";
    const REFUSED: &str = "the proxy refuses to start";
    const FAILS_OR_REFUSED: &str =
        "every request that reaches this deployment fails, and from 1.110 on the proxy refuses to start";
    let value = pair.value.resolve(Dialect::Python)?;
    let (text, number) = match &value {
        Resolved::Str(text) if text.starts_with("os.environ/") => return None,
        Resolved::Str(text) => (Some(text.trim()), text.trim().parse::<f64>().ok()),
        Resolved::Int(n) => (None, (*n).try_into().ok().map(|n: i32| f64::from(n)).or(Some(1e9))),
        Resolved::Float(n) => (None, Some(*n)),
        Resolved::Null | Resolved::Bool(_) => return None,
    };
    let whole = number.is_some_and(|n| n.fract() == 0.0) && !scientific(&pair.value);
    match (name, place) {
        ("rpm" | "tpm", Place::Params) if !whole => Some(DROPPED),
        ("rpm" | "tpm", Place::Model | Place::Info) if text.is_some() || !whole => Some(ALL_FAIL),
        ("rpm" | "tpm", Place::Params | Place::Model) if number == Some(-1.0) => Some(FAILS),
        ("rpm" | "tpm", Place::Params | Place::Model) if number == Some(0.0) => {
            (ZERO_RATE_FAILS.at(version) == Holds::Yes).then_some(ALL_FAIL)
        }
        ("max_budget", Place::Params) if number.is_none() => Some(DROPPED),
        ("budget_duration", Place::Params) if text.is_none() => Some(DROPPED),
        ("weight", Place::Params) if text.is_some() => Some(ALL_FAIL),
        ("timeout", Place::Params) if number.is_none() => Some(FAILS),
        ("max_parallel_requests", Place::Params) if text.is_some() => Some(match NEW_ROUTER.at(version) {
            Holds::No => FAILS,
            Holds::Yes => REFUSED,
            Holds::Varies => FAILS_OR_REFUSED,
        }),
        _ => None,
    }
}

impl From<Holds> for Value {
    fn from(value: Holds) -> Self {
        value.name().into()
    }
}
