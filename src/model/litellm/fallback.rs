//! Facts of subject `litellm.fallback`: the model names that fallbacks and aliases speak of.

mod reach;

use std::collections::{BTreeMap, HashMap, HashSet};

use super::version::{Holds, NEW_ROUTER};
use super::view::Lookup;
use super::{Config, keys};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, Schema, field};
use crate::model::subject::Subject;
use crate::text::Place;
use crate::yaml::{Entry, Node};

/// The fields of `litellm.fallback`.
pub const SCHEMA: Schema = Schema {
    name: "litellm.fallback",
    doc: "A model name in a LiteLLM fallback or alias, or a fallback list of the wrong shape.",
    fields: &[
        field("config", FieldKind::Fact(Subject::LiteLlmConfig), "The config."),
        field("setting", FieldKind::Str, "The setting: `fallbacks`, `default_fallbacks`, `model_group_alias` …"),
        field(
            "role",
            FieldKind::OneOf(&["source", "target", "shape", "reach"]),
            "`source`, `target`, `shape` for a list of the wrong shape, or `reach` for one that reaches less than it says.",
        ),
        field("name", FieldKind::Str, "The model name."),
        field("known", FieldKind::YES_NO_VARIES, "Whether `model_list` serves it (not known)."),
        field("nearest", FieldKind::Str, "The served name that it is a slip of."),
        field(
            "reach",
            FieldKind::OneOf(&["wildcard", "repeated", "alias", "alias-of-alias", "replaced", "parameter", "context"]),
            "Why it reaches less: `wildcard`, `repeated`, `alias`, `alias-of-alias`, `replaced`, `parameter`, `context`.",
        ),
        field(
            "other",
            FieldKind::Str,
            "Of `alias` the model behind it, of `repeated` the first item, of `context` the other list.",
        ),
        field("shape", FieldKind::Str, "What is wrong with the shape."),
        field(
            "left_out",
            FieldKind::YES_NO_VARIES,
            "Whether LiteLLM starts and uses none of the fallbacks of a list of that shape.",
        ),
        field(
            "refused",
            FieldKind::Bool,
            "Whether every measured version, or the known one, refuses to start because of the shape.",
        ),
    ],
};

const LISTS: [&str; 3] = ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"];

/// The names that a config serves.
#[derive(Debug, Default)]
struct Served<'a> {
    names: HashSet<&'a str>,
    patterns: Patterns<'a>,
    /// Whether there can be others: unknown names, models in a database.
    open: bool,
}

/// How many models are compared with a name that none of them has.
const MOST: usize = 500;

/// Adds the fallbacks and aliases of one config.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>) {
    if config.view.included {
        return;
    }
    let served = served(config);
    for section in ["router_settings", "litellm_settings"] {
        for setting in LISTS {
            if let Lookup::Entry(entry) = config.view.setting(section, setting) {
                list(model, config, &served, section, setting, &entry.value);
            }
        }
        if let Lookup::Entry(entry) = config.view.setting(section, "default_fallbacks") {
            for target in entry.value.seq().unwrap_or_default() {
                name(model, config, &served, "default_fallbacks", "target", target);
            }
        }
    }
    reach::build(model, config);
    let aliases = config.view.setting("router_settings", "model_group_alias").node();
    for alias in aliases.and_then(Node::map).unwrap_or_default() {
        let target = if alias.value.map().is_some() { alias.value.get("model") } else { Some(&alias.value) };
        if let Some(target) = target {
            name(model, config, &served, "model_group_alias", "target", target);
        }
    }
}

fn list(
    model: &mut Model<'_>,
    config: &Config<'_>,
    served: &Served<'_>,
    section: &str,
    setting: &'static str,
    node: &Node,
) {
    // The shape of this list is not looked at when the proxy starts.
    let checked = setting != "context_window_fallbacks";
    if let Some(entries) = node.map() {
        let place = entries.first().map_or(node.span(), |e| e.key.span());
        let text = "a mapping stands where a list of one-key mappings belongs";
        let left_out = match section {
            _ if !checked => Holds::Yes,
            "router_settings" => NEW_ROUTER.at(config.version),
            // The process's own list is checked in each release, before the router is built.
            _ => Holds::No,
        };
        shape(model, config, setting, text, place.into(), left_out == Holds::No, left_out);
        return;
    }
    let items = node.seq().unwrap_or_default();
    // One slip, however many items are written so.
    if let Some(first) = items.iter().find(|item| spelled_out(item)).and_then(|item| item.map()?.first()) {
        let text = "items have keys such as `model`, but the name of the primary model must be the only key of each";
        let left_out = if checked { Holds::No } else { Holds::Yes };
        shape(model, config, setting, text, first.key.span().into(), checked, left_out);
    }
    for item in items.iter().filter(|item| !spelled_out(item)) {
        let Some(pairs) = item.map() else { continue };
        if pairs.len() > 1 && checked {
            let place = pairs.last().map_or(item.span(), |e| e.key.span());
            shape(
                model,
                config,
                setting,
                "an item holds two models, but each needs an item of its own",
                place.into(),
                true,
                Holds::No,
            );
        }
        for pair in pairs {
            name(model, config, served, setting, "source", &pair.key);
            match pair.value.seq() {
                Some(targets) => targets.iter().for_each(|t| name(model, config, served, setting, "target", t)),
                None if pair.value.known().is_some_and(|t| !t.is_empty()) && !pair.value.is_null() => {
                    let newer = config.version.is_some_and(|v| v >= super::version::NEW);
                    let text = "a model name stands where a list of model names belongs";
                    shape(model, config, setting, text, pair.value.span().into(), newer, Holds::No);
                }
                None => {}
            }
        }
    }
}

/// Whether an item is written as `model: a` with `fallback_models: [b]`: it says with keys what LiteLLM reads from its
/// shape.
fn spelled_out(item: &Node) -> bool {
    let pairs = item.map().unwrap_or_default();
    let says = |pair: &Entry| matches!(pair.key.known(), Some("model" | "model_name" | "primary" | "source"));
    pairs.len() > 1
        && pairs.iter().any(|p| says(p) && p.value.text().is_some())
        && pairs.iter().any(|p| !says(p) && p.value.seq().is_some())
}

fn shape(
    model: &mut Model<'_>,
    config: &Config<'_>,
    setting: &str,
    text: &str,
    place: Place,
    refused: bool,
    left_out: Holds,
) {
    let fact = Fact::new(Subject::LiteLlmFallback, place)
        .with("config", config.id)
        .with("setting", setting)
        .with("role", "shape")
        .with("shape", text)
        .with("refused", refused)
        .with("left_out", left_out);
    model.facts.add(fact);
}

fn name(model: &mut Model<'_>, config: &Config<'_>, served: &Served<'_>, setting: &str, role: &str, node: &Node) {
    // Targets may be whole requests, as mappings.
    let Some(text) = node.text() else { return };
    let mut fact = Fact::new(Subject::LiteLlmFallback, text.place())
        .with("config", config.id)
        .with("setting", setting)
        .with("role", role)
        .with("name", Field::text(text));
    if let Some(name) = text.known() {
        let known = served.has(name);
        // Of more models than that, none is taken for what is meant.
        let few = !known && served.names.len() <= MOST;
        let names: Vec<&str> = served.names.iter().copied().filter(|_| few).collect();
        let near = keys::nearest_of(&names, name);
        let known = if known {
            "yes"
        } else if served.open {
            "varies"
        } else {
            "no"
        };
        fact = fact.with("known", known).with("nearest", near);
    } else {
        fact = fact.with("known", "varies");
    }
    model.facts.add(fact);
}

fn served<'a>(config: &Config<'a>) -> Served<'a> {
    let view = config.view;
    let stored = view.is_true("general_settings", "store_model_in_db") != Some(false);
    let mut served = Served { open: !view.complete || stored || config.stores_models, ..Served::default() };
    for entry in view.models() {
        if entry.map().is_none() {
            served.open = true;
        }
        if let Some(id) = entry.path(&["model_info", "id"]).and_then(Node::known) {
            served.names.insert(id);
        }
        match entry.get("model_name").map(Node::known) {
            Some(Some(name)) if name.contains('*') => served.patterns.add(name),
            Some(Some(name)) => _ = served.names.insert(name),
            Some(None) => served.open = true,
            None => {}
        }
    }
    if view.models().is_empty() {
        served.open = true;
    }
    match view.setting("router_settings", "model_group_alias") {
        Lookup::Entry(entry) => {
            for alias in entry.value.map().unwrap_or_default() {
                served.names.extend(alias.key.known());
            }
        }
        Lookup::Unknown => served.open = true,
        Lookup::Absent => {}
    }
    served
}

impl Served<'_> {
    fn has(&self, name: &str) -> bool {
        // A `*` as a source stands for every model.
        name.contains('*') || self.names.contains(name) || self.patterns.fit(name)
    }
}

/// Patterns with `*`, by what they begin and end with: a name is compared with those alone that have its own.
#[derive(Debug, Default)]
struct Patterns<'a>(BTreeMap<(usize, usize), Alike<'a>>);

/// Patterns whose beginnings are of one length, and their ends.
type Alike<'a> = HashMap<(&'a str, &'a str), Vec<&'a str>>;

impl<'a> Patterns<'a> {
    fn add(&mut self, pattern: &'a str) {
        let (Some((begin, _)), Some((_, end))) = (pattern.split_once('*'), pattern.rsplit_once('*')) else { return };
        self.0.entry((begin.len(), end.len())).or_default().entry((begin, end)).or_default().push(pattern);
    }

    fn fit(&self, name: &str) -> bool {
        self.0.iter().any(|((begin, end), of_these)| {
            let Some(rest) = name.len().checked_sub(*end) else { return false };
            let (Some(begin), Some(end)) = (name.get(..*begin), name.get(rest..)) else { return false };
            of_these.get(&(begin, end)).is_some_and(|patterns| patterns.iter().any(|p| wildcard(p, name)))
        })
    }
}

/// Whether `name` fits a pattern with `*` in it; parts must follow each other.
fn wildcard(pattern: &str, name: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::{Patterns, wildcard};

    #[test]
    fn wildcards_match_as_globs() {
        let mut patterns = Patterns::default();
        for pattern in ["openai/*", "*-mini", "a*b*c", "äx*"] {
            patterns.add(pattern);
        }
        for name in ["openai/x", "gpt-mini", "abc", "aXbYc", "äxy"] {
            assert!(patterns.fit(name), "{name}");
        }
        for name in ["azure/x", "ac", "aXc", "mini", "ä", "öxy", ""] {
            assert!(!patterns.fit(name), "{name}");
        }
        assert!(wildcard("openai/*", "openai/gpt-4o"));
        assert!(wildcard("*", "anything"));
        assert!(wildcard("*-mini", "gpt-4o-mini"));
        assert!(!wildcard("openai/*", "azure/gpt-4o"));
        assert!(!wildcard("gpt", "gpt-4"));
    }
}
