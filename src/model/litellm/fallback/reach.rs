//! Fallbacks that reach less than they say. The keys are compared with the name that the client sent, one by one, the
//! first hit counts, and only `*` stands for more than one name (measured on 1.106.12).

use std::collections::{HashMap, HashSet};

use super::{LISTS, spelled_out};
use crate::model::Model;
use crate::model::fact::{Fact, Field};
use crate::model::litellm::Config;
use crate::model::litellm::view::Lookup;
use crate::model::subject::Subject;
use crate::yaml::{Entry, Node};

/// Adds what is wrong with the reach of one config's fallbacks and aliases.
pub(super) fn build(model: &mut Model<'_>, config: &Config<'_>) {
    for setting in LISTS {
        let sections = ["router_settings", "litellm_settings"].map(|s| config.view.setting(s, setting));
        let [Lookup::Entry(router), own] = sections else {
            if let Lookup::Entry(own) = sections[1] {
                keys(model, config, setting, own);
            }
            continue;
        };
        keys(model, config, setting, router);
        if let Lookup::Entry(own) = own {
            let other = Field::at(setting, router.key.span().into());
            add(model, config, setting, "replaced", &own.key, Some(other));
        }
    }
    aliases(model, config);
    context(model, config);
    for entry in config.view.models() {
        let Some(list) = entry.path(&["litellm_params", "fallbacks"]).filter(|n| n.seq().is_some()) else { continue };
        let names: Option<Vec<&str>> = list.seq().unwrap_or_default().iter().map(Node::known).collect();
        if let Some(first) = names.and_then(|_| list.seq()?.first()) {
            add(model, config, "fallbacks", "parameter", first, None);
        }
    }
}

/// The items of a list: key and value.
fn items(entry: &Entry) -> impl Iterator<Item = &Entry> {
    let items = entry.value.seq().unwrap_or_default().iter().filter(|item| !spelled_out(item));
    items.filter_map(Node::map).flatten()
}

fn keys(model: &mut Model<'_>, config: &Config<'_>, setting: &'static str, list: &Entry) {
    let mut seen: HashMap<&str, &Entry> = HashMap::new();
    for item in items(list).take(1000) {
        let Some(name) = item.key.known() else { continue };
        if name.contains('*') && name != "*" {
            add(model, config, setting, "wildcard", &item.key, None);
        } else if let Some(first) = seen.get(name) {
            let other = Field::at(name, first.key.span().into());
            add(model, config, setting, "repeated", &item.key, Some(other));
        }
        seen.entry(name).or_insert(item);
    }
}

/// The list that counts: the router's replaces the other.
fn counts<'a>(config: &Config<'a>, setting: &str) -> Option<&'a Entry> {
    ["router_settings", "litellm_settings"].iter().find_map(|s| match config.view.setting(s, setting) {
        Lookup::Entry(entry) => Some(entry),
        Lookup::Absent | Lookup::Unknown => None,
    })
}

fn aliases(model: &mut Model<'_>, config: &Config<'_>) {
    let Lookup::Entry(aliases) = config.view.setting("router_settings", "model_group_alias") else { return };
    let aliases = aliases.value.map().unwrap_or_default();
    let open = ["router_settings", "litellm_settings"]
        .iter()
        .any(|s| !matches!(config.view.setting(s, "default_fallbacks"), Lookup::Absent));
    let list = counts(config, "fallbacks").filter(|_| !open);
    let known = list.is_some_and(|l| items(l).all(|i| i.key.known().is_some_and(|k| k != "*")));
    let models = config.view.models();
    let offered: HashSet<&str> = models.iter().filter_map(|m| m.get("model_name")?.known()).collect();
    let any = models.iter().any(|m| m.get("model_name").is_none_or(|n| n.known().is_none_or(|n| n.contains('*'))));
    let served = |name: &str| any || offered.contains(name);
    let names: HashSet<&str> = aliases.iter().filter_map(|alias| alias.key.known()).collect();
    let mut sources: HashMap<&str, &Entry> = HashMap::new();
    for item in list.into_iter().flat_map(items) {
        item.key.known().map(|name| sources.entry(name).or_insert(item));
    }
    for alias in aliases {
        let target = if alias.value.map().is_some() { alias.value.get("model") } else { Some(&alias.value) };
        let (Some(name), Some(target)) = (alias.key.known(), target.and_then(Node::known)) else { continue };
        if names.contains(target) && !served(target) && config.view.complete {
            add(model, config, "model_group_alias", "alias-of-alias", &alias.key, Some(target.into()));
            continue;
        }
        if let Some(behind) = sources.get(target).filter(|_| known && !sources.contains_key(name) && !served(name)) {
            let other = Field::at(target, behind.key.span().into());
            add(model, config, "model_group_alias", "alias", &alias.key, Some(other));
        }
    }
}

/// Once there is a list for context errors, the general one is not asked any more for those.
fn context(model: &mut Model<'_>, config: &Config<'_>) {
    let Some((general, own)) = counts(config, "fallbacks").zip(counts(config, "context_window_fallbacks")) else {
        return;
    };
    if items(own).any(|i| i.key.known().is_none_or(|k| k == "*")) {
        return;
    }
    for item in items(general) {
        let Some(name) = item.key.known().filter(|n| !n.contains('*')) else { continue };
        if items(own).all(|i| i.key.known() != Some(name)) {
            let other = Field::at("context_window_fallbacks", own.key.span().into());
            add(model, config, "fallbacks", "context", &item.key, Some(other));
        }
    }
}

fn add(
    model: &mut Model<'_>,
    config: &Config<'_>,
    setting: &'static str,
    reach: &'static str,
    node: &Node,
    other: Option<Field>,
) {
    let mut fact = Fact::new(Subject::LiteLlmFallback, node.span().into())
        .with("config", config.id)
        .with("setting", setting)
        .with("role", "reach")
        .with("reach", reach)
        .with("known", "yes");
    if let Some(text) = node.text() {
        fact = fact.with("name", Field::text(text));
    }
    if let Some(other) = other {
        fact = fact.with("other", other);
    }
    model.facts.add(fact);
}
