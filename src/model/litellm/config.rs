//! Facts of subject `litellm.config`: a config as a whole, with what its deployment says about it.

use super::service::Use;
use super::version::{Holds, NEEDS_MASTER_KEY, NEW, NEWEST, OLD, Version};
use super::view::{Lookup, View};
use super::{Config, database, entry_place, keys};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::subject::Subject;
use crate::source::Span;
use crate::yaml::{Node, Resolved, Schema as Dialect};

/// The fields of `litellm.config`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.config",
    doc: "A LiteLLM proxy configuration, with the container that it is mounted into.",
    fields: &[
        field("path", FieldKind::Str, "The file."),
        field("included", FieldKind::Bool, "Whether another config includes it."),
        field("version", FieldKind::Str, "The LiteLLM version that runs it; null where it is not known."),
        field("versions", FieldKind::Str, "The versions that findings hold for, in words."),
        field("strategy", FieldKind::Str, "`router_settings.routing_strategy`, or the default."),
        field("unenforced_rate", FieldKind::Str, "The first `rpm` or `tpm` that limits nothing."),
        field("unenforced_more", FieldKind::List(&FieldKind::Str), "The others."),
        field(
            "unenforced_grouped",
            FieldKind::Bool,
            "Whether all of them stand in groups of two or more deployments, where they are weights.",
        ),
        field("inner_budget", FieldKind::Bool, "Whether a `max_budget` stands inside `litellm_params` too."),
        field("inner_rate", FieldKind::Str, "The first `rpm` or `tpm` inside `litellm_params`."),
        field("inner_more", FieldKind::List(&FieldKind::Str), "The others."),
        field("service", FieldKind::Str, "The compose service that it is mounted into."),
        field("mount", FieldKind::Str, "The path in the container."),
        field("loaded", FieldKind::YES_NO_VARIES, "Whether the container's command names it (not known)."),
        field("loads_instead", FieldKind::Str, "The config that the command names instead."),
        field(
            "environment",
            FieldKind::OneOf(&["yes", "no"]),
            "Whether the container's whole environment is known; null without a container.",
        ),
        field(
            "master_key",
            FieldKind::OneOf(&["set", "missing", "unset", "empty", "null", "default", "number", "absent", "unknown"]),
            "`set`, `missing`, `unset` (a reference to a variable that is not set), `empty`, `null` (nothing behind the colon, which hides the variable), `default` (sk-1234), `number`, `absent` (from the config; the environment is not known), or `unknown`.",
        ),
        field(
            "needs_master_key",
            FieldKind::YES_NO_VARIES,
            "Whether the version refuses to start without a master key.",
        ),
        field(
            "credential",
            FieldKind::Fact(Subject::Credential),
            "The master key, where it is written out in the config.",
        ),
        field("permits_open", FieldKind::Bool, "Whether `dangerously_permit_weak_or_unset_master_key` is on."),
        field("custom_auth", FieldKind::Bool, "Whether `custom_auth` checks the keys instead."),
        field("strategy_known", FieldKind::YES_NO_VARIES, "Whether LiteLLM has the strategy."),
        field("strategy_nearest", FieldKind::Str, "The known strategy that it is a slip of."),
        field("database", FieldKind::YES_NO_VARIES, "Whether the proxy is given a database (not known)."),
        field("processes", FieldKind::Int, "How many processes run, by `--num_workers` and replicas, where told."),
        field("shared", FieldKind::YES_NO_VARIES, "Whether a Redis joins their counts (not known)."),
        field("counted", FieldKind::List(&FieldKind::Str), "The rates and budgets that a process counts by itself."),
        field("debug", FieldKind::Str, "What turns debug logs on: a setting, a variable or an option."),
        field("replaced_section", FieldKind::Str, "A section of its own that an included file replaces as a whole."),
        field("replaced_keys", FieldKind::List(&FieldKind::Str), "The settings of it that are gone by that."),
        field("replaced_by", FieldKind::Str, "The section that takes its place."),
    ],
};

/// Says which section an included file replaces: `LiteLLM` joins lists and takes every other section whole.
fn replaced(view: &View<'_>, fact: Fact) -> Fact {
    let Some((own, included)) = view.roots.split_first() else { return fact };
    for entry in own.map().unwrap_or_default() {
        let Some((section, settings)) = entry.key.known().zip(entry.value.map()) else { continue };
        let Some(other) = included.iter().filter_map(|r| r.entry(section)).next_back() else { continue };
        let Some(theirs) = other.value.map() else { continue };
        let open = theirs.iter().any(|e| e.key.known().is_none());
        let kept = |name: &str| theirs.iter().any(|e| e.key.known() == Some(name));
        let lost: Vec<Field> = settings
            .iter()
            .filter(|e| e.key.known().is_some_and(|name| !kept(name)))
            .filter_map(|e| e.key.text().map(Field::text))
            .collect();
        if !lost.is_empty() && !open {
            return fact
                .with("replaced_section", Field::at(section, entry.key.span().into()))
                .with("replaced_keys", lost)
                .with("replaced_by", Field::at(section, other.key.span().into()));
        }
    }
    fact
}

/// Adds the config; what needs its deployments is set by [`finish`].
pub(super) fn build(model: &mut Model<'_>, view: &View<'_>, used: Option<&Use>) -> (FactId, Option<Version>) {
    let told = || model.knowledge.litellm_version.as_deref().and_then(Version::parse);
    let version = used.and_then(|u| u.version).or_else(told);
    let start = view.document.text.span();
    let first = view.roots.first().and_then(|r| r.map()).and_then(<[_]>::first);
    let place = first.map_or(Span { end: start.start, ..start }, |e| e.key.span());
    let mut fact = replaced(view, Fact::new(Subject::LiteLlmConfig, place.into()))
        .with("path", view.document.path.as_str())
        .with("included", view.included)
        .with("version", version.map(|v| v.to_string()))
        .with("versions", versions(version))
        .with("strategy", strategy_field(view))
        .with("needs_master_key", NEEDS_MASTER_KEY.at(version))
        .with("permits_open", permits_open(view))
        .with("master_key", master_key(view, used))
        .with("custom_auth", !matches!(view.setting("general_settings", "custom_auth"), Lookup::Absent))
        .with("database", database::state(view, used))
        .with("shared", database::shared(view, used))
        .with("debug", debug(view, used));
    if let Some(name) = strategy(view).filter(|s| !s.starts_with("os.environ/")) {
        let nearest = keys::nearest("routing_strategy", &name, version);
        // A program of the repository's own may make the router, and register strategies.
        let own = used.is_some_and(|u| !u.plain) && matches!(Value::from(nearest), Value::Null);
        let known = if own { "varies".into() } else { Value::from(keys::known("routing_strategy", &name, version)) };
        fact = fact.with("strategy_known", known).with("strategy_nearest", nearest);
    }
    if let Some(used) = used {
        fact = fact
            .with("service", Field::at(used.service.as_str(), used.service_place.into()))
            .with("mount", Field::at(used.target.as_str(), used.mount.into()))
            .with("loaded", used.loaded)
            .with("environment", Holds::of(used.closed));
        if let Some((count, place)) = &used.processes {
            fact = fact.with("processes", Field::at(*count, place.clone()));
        }
        if let Some((path, place)) = &used.loads {
            fact = fact.with("loads_instead", Field::at(path.as_str(), place.clone()));
        }
    }
    (model.facts.add(fact), version)
}

/// Sets what follows from the config's parameters.
pub(super) fn finish(model: &mut Model<'_>, config: &Config<'_>, parameters: &[FactId]) {
    let is = |fact: &Fact, name: &str, value: &str| matches!(fact.field(name).map(|f| &f.value), Some(Value::Str(s)) if s == value);
    let rate = |fact: &Fact| is(fact, "name", "rpm") || is(fact, "name", "tpm");
    let all = || parameters.iter().map(|id| model.facts.get(*id));
    let placed = |fact: &Fact| {
        let name = fact.field("name").map_or(Value::Null, |f| f.value.clone());
        Field { value: name, place: Some(fact.place.clone()) }
    };
    let works = |fact: &Fact| fact.field("problem").is_none();
    let inner = all().filter(|f| rate(f) && works(f) && is(f, "place", "litellm_params"));
    let inner: Vec<Field> = inner.map(placed).collect();
    let unenforced: Vec<&Fact> = all().filter(|f| is(f, "enforced", "no")).collect();
    let grouped = unenforced.iter().all(|f| match f.field("deployment").map(|d| &d.value) {
        Some(Value::Fact(id)) => {
            matches!(model.facts.get(*id).field("group_size").map(|g| &g.value), Some(Value::Int(n)) if *n > 1)
        }
        _ => false,
    });
    let counted = all().filter(|f| {
        let spent = is(f, "name", "max_budget") && is(f, "place", "litellm_params");
        rate(f) && is(f, "enforced", "yes") || spent
    });
    let budget = all().any(|f| is(f, "name", "max_budget") && is(f, "place", "litellm_params"));
    let counted: Vec<Field> = counted.map(placed).take(LABELS).collect();
    let unenforced: Vec<Field> = unenforced.into_iter().map(placed).collect();
    model.facts.set(config.id, "counted", Value::List(counted));
    model.facts.set(config.id, "unenforced_grouped", grouped);
    model.facts.set(config.id, "inner_budget", budget);
    for (first, more, list) in [("unenforced_rate", "unenforced_more", unenforced), ("inner_rate", "inner_more", inner)]
    {
        let mut list = list.into_iter();
        let Some(field) = list.next() else { continue };
        model.facts.set(config.id, first, field);
        model.facts.set(config.id, more, Value::List(list.take(LABELS).collect()));
    }
}

/// More labels than this help nobody.
const LABELS: usize = 20;

/// The strategy's name; `None` where it is not known.
pub(super) fn strategy(view: &View<'_>) -> Option<String> {
    match view.setting("router_settings", "routing_strategy") {
        Lookup::Absent => Some("simple-shuffle".to_owned()),
        Lookup::Unknown => None,
        Lookup::Entry(entry) => entry.value.known().map(str::to_owned),
    }
}

fn strategy_field(view: &View<'_>) -> Field {
    match view.setting("router_settings", "routing_strategy") {
        Lookup::Absent => "simple-shuffle".into(),
        Lookup::Unknown => Field::derived(Value::Unknown("the rest of the config".to_owned())),
        Lookup::Entry(entry) => Field::node(&entry.value, Dialect::Python).placed(entry_place(entry)),
    }
}

/// Whether `optional_pre_call_checks` turns rate limits on.
pub(super) fn enforces_rates(view: &View<'_>) -> Holds {
    match view.setting("router_settings", "optional_pre_call_checks") {
        Lookup::Absent => Holds::No,
        Lookup::Unknown => Holds::Varies,
        Lookup::Entry(entry) => {
            let Some(items) = entry.value.seq() else { return Holds::Varies };
            if items.iter().any(|n| n.known() == Some("enforce_model_rate_limits")) {
                Holds::Yes
            } else if items.iter().all(|n| n.known().is_some()) {
                Holds::No
            } else {
                Holds::Varies
            }
        }
    }
}

/// The versions a finding holds for, in words.
fn versions(version: Option<Version>) -> String {
    match version {
        Some(v) if [OLD, NEW, NEWEST].contains(&v) => format!("LiteLLM {v}"),
        Some(v) => format!("LiteLLM {v} (measured on {OLD} and {NEW})"),
        None => format!("LiteLLM {OLD} and {NEW}, the measured versions"),
    }
}

fn permits_open(view: &View<'_>) -> Field {
    match view.setting("general_settings", "dangerously_permit_weak_or_unset_master_key") {
        Lookup::Absent => false.into(),
        Lookup::Unknown => Field::derived(Value::Unknown("general_settings".to_owned())),
        Lookup::Entry(entry) => Field::node(&entry.value, Dialect::Python).placed(entry_place(entry)),
    }
}

/// What turns debug logs on.
fn debug(view: &View<'_>, used: Option<&Use>) -> Field {
    if let Lookup::Entry(entry) = view.setting("litellm_settings", "set_verbose")
        && matches!(entry.value.resolve(Dialect::Python), Some(Resolved::Bool(true)))
    {
        return Field::at("set_verbose: true", entry_place(entry));
    }
    used.and_then(|u| u.debug.as_ref())
        .map_or(Field::derived(Value::Null), |(what, place)| Field::at(*what, place.clone()))
}

/// What the master key is, without its value.
fn master_key(view: &View<'_>, used: Option<&Use>) -> Field {
    let from_environment = || used.map_or("unknown", |u| key_state(u.variable("LITELLM_MASTER_KEY")));
    // A null hides the variable: LiteLLM asks for it only where the key is not there.
    if let Some(entry) = view.written("general_settings", "master_key").filter(|e| e.value.is_null()) {
        return Field::at("null", entry_place(entry));
    }
    match view.setting("general_settings", "master_key") {
        Lookup::Absent => match from_environment() {
            "unknown" => "absent".into(),
            state => state.into(),
        },
        Lookup::Unknown => "unknown".into(),
        Lookup::Entry(entry) => Field::at(written_key(&entry.value, used), entry_place(entry)),
    }
}

fn written_key(node: &Node, used: Option<&Use>) -> &'static str {
    match node.resolve(Dialect::Python) {
        None => "unknown",
        Some(Resolved::Str(text)) => match text.strip_prefix("os.environ/") {
            Some(name) => match used.map_or(super::service::Variable::Unknown, |u| u.variable(name)) {
                super::service::Variable::Unset => "unset",
                other => key_state(other),
            },
            None if text == "sk-1234" => "default",
            None if text.is_empty() => "empty",
            None => "set",
        },
        Some(Resolved::Null) => "missing",
        Some(_) => "number",
    }
}

fn key_state(variable: super::service::Variable) -> &'static str {
    use super::service::Variable;
    match variable {
        Variable::Unknown | Variable::Given => "unknown",
        Variable::Unset => "missing",
        Variable::Empty => "empty",
        Variable::Set { default_key: true } => "default",
        Variable::Set { .. } => "set",
    }
}
