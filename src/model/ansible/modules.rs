//! Modules and options of Ansible's collections: which release removed what, and what a module takes.
//!
//! The lists are `rules/knowledge/ansible-modules.json`; which release a repository installs is told by its
//! `requirements.yml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::ansible::walk::Task;
use crate::document::Document;
use crate::expand::Deployment;
use crate::model::fact::{Fact, Field};
use crate::text::{Text, slip};
use crate::yaml::Node;

#[derive(Debug, Default, Deserialize)]
struct Data {
    /// By the whole name of the module.
    removed: BTreeMap<String, Removed>,
    /// By the whole name: all options with their aliases.
    options: BTreeMap<String, Vec<String>>,
    /// Short names that ansible-core itself sends to what took the module's place: they go on working.
    redirected: Vec<String>,
    /// Tests that Ansible took for filters as well, up to 2.8, each with its name as a test.
    tests: BTreeMap<String, String>,
}

/// A module that a release removed.
#[derive(Debug, Default, Deserialize)]
struct Removed {
    #[serde(rename = "in")]
    release: String,
    instead: Option<String>,
}

static DATA: LazyLock<Data> = LazyLock::new(|| {
    // A broken file would know nothing; the test below keeps it whole.
    serde_json::from_str(include_str!("../../../rules/knowledge/ansible-modules.json")).unwrap_or_default()
});

/// How a filter that is a test is written as one; `None` where it is no test.
pub(super) fn test(filter: &str) -> Option<&'static str> {
    DATA.tests.get(filter).map(String::as_str)
}

/// What the `requirements.yml` files ask for: the collection, its version as written, the place.
#[derive(Debug)]
pub(super) struct Required(Vec<(String, Option<Text>, Text)>);

impl Required {
    pub(super) fn new(deployment: &Deployment) -> Self {
        let file = |d: &&std::sync::Arc<Document>| {
            let name = d.path.rsplit('/').next().unwrap_or(&d.path);
            matches!(name, "requirements.yml" | "requirements.yaml") && d.variant == 0
        };
        let roots = deployment.documents.iter().filter(file).flat_map(|d| d.nodes());
        let listed = roots.filter_map(|root| root.get("collections")?.seq()).flatten();
        let collection = |item: &Node| {
            let name = item.text().or_else(|| item.get("name")?.text())?;
            let (plain, inline) = match name.split_once(':') {
                Some((plain, version)) => (plain, Some(version)),
                None => (name.clone(), None),
            };
            let version = item.get("version").and_then(Node::text).cloned().or(inline);
            Some((plain.known()?.to_owned(), version, name.clone()))
        };
        Self(listed.filter_map(collection).collect())
    }

    /// Where the newest release that may be installed has no such module any more, the place that says so.
    fn lacks(&self, collection: &str, release: &str) -> Option<&Text> {
        let mut asked = self.0.iter().filter(|(name, ..)| name == collection);
        let (_, version, place) = asked.next()?;
        match version {
            None => Some(place),
            Some(version) => newest_is_at_least(version.known()?, release).then_some(version),
        }
    }
}

/// Adds to a task's fact what is wrong with its module.
pub(super) fn tell(fact: Fact, task: &Task<'_>, required: &Required) -> Fact {
    let Some(module) = &task.module else { return fact };
    let Some(written) = module.text.known() else { return fact };
    let redirected = DATA.redirected.iter().any(|short| short == written);
    let Some(name) = whole_name(written).filter(|_| !redirected) else { return fact };
    if let Some(removed) = DATA.removed.get(name) {
        let collection = name.rsplit_once('.').map_or("", |(collection, _)| collection);
        if let Some(place) = required.lacks(collection, &removed.release) {
            return fact
                .with("removed_in", Field::at(format!("{collection} {}", removed.release), place.place()))
                .with("replacement", replacement(removed));
        }
        return fact;
    }
    match unknown_option(task, name) {
        Some((option, near)) => fact
            .with("unknown_option", Field::text(&option))
            .with("option_nearest", near)
            .with("option_omitted", omitted(task, &option)),
        None => fact,
    }
}

/// What takes a removed module's place, and is not removed itself.
fn replacement(removed: &Removed) -> Option<&str> {
    let mut name = removed.instead.as_deref()?;
    for _ in 0..4 {
        match DATA.removed.get(name).and_then(|next| next.instead.as_deref()) {
            Some(next) => name = next,
            None => break,
        }
    }
    Some(name)
}

/// The module's name with its collection, for a short name too.
fn whole_name(name: &str) -> Option<&'static str> {
    let mut all = DATA.removed.keys().chain(DATA.options.keys()).map(String::as_str);
    all.find(|full| *full == name || !name.contains('.') && full.rsplit('.').next() == Some(name))
}

/// Modules all of whose releases take these options: a name that is not among them is refused.
const WHOLE: &str = "community.docker.docker_compose_v2";

/// An option that the module does not take: of a module whose options differ by release, a slip of one only.
fn unknown_option(task: &Task<'_>, module: &str) -> Option<(Text, Option<&'static str>)> {
    let known = DATA.options.get(module)?;
    let written = task.module.as_ref()?.args.mapping()?;
    written
        .map()?
        .iter()
        .find_map(|entry| {
            let name = entry.key.known().filter(|n| !known.iter().any(|k| k == n) && !n.starts_with('_'))?;
            let near = nearest(known, name);
            (near.is_some() || module == WHOLE).then(|| (entry.key.text().cloned(), near))
        })
        .and_then(|(text, near)| Some((text?, near)))
}

/// Whether the option is given only where a variable is set: `{{ item.x | default(omit) }}`.
fn omitted(task: &Task<'_>, option: &Text) -> bool {
    let value = task.module.as_ref().and_then(|m| m.args.mapping()?.get(option.value()));
    let reads_omit = |text: &Text| text.variables().iter().any(|v| v.names.iter().any(|name| name == "omit"));
    value.and_then(Node::text).is_some_and(reads_omit)
}

fn nearest(known: &'static [String], name: &str) -> Option<&'static str> {
    let allowed = match name.len() {
        0..=4 => return None,
        5..=9 => 1,
        _ => 2,
    };
    slip::nearest(name, known.iter().map(String::as_str), allowed)
}

/// Whether the newest release that `wanted` allows is `release` or later.
fn newest_is_at_least(wanted: &str, release: &str) -> bool {
    wanted.split(',').map(str::trim).all(|part| {
        let number = part.trim_start_matches(['<', '>', '=', '!', '~', ' ']);
        let order = compare(number, release);
        match part.get(..part.len() - number.len()).unwrap_or("").trim() {
            "" | "=" | "==" => number == "*" || order >= std::cmp::Ordering::Equal,
            "<" => order > std::cmp::Ordering::Equal,
            "<=" => order >= std::cmp::Ordering::Equal,
            _ => true,
        }
    })
}

fn compare(a: &str, b: &str) -> std::cmp::Ordering {
    let numbers = |v: &str| v.split('.').map_while(|p| p.parse::<u64>().ok()).collect::<Vec<_>>();
    numbers(a).cmp(&numbers(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_whole() {
        assert!(DATA.removed.contains_key("community.docker.docker_compose"));
        assert!(DATA.options.get(WHOLE).is_some_and(|o| o.iter().any(|o| o == "project_src")));
    }

    #[test]
    fn a_requirement_is_met_by_the_newest_release_that_it_allows() {
        for wanted in ["4.0.0", ">=4.0.0", ">=3.0.0", "*", ">=3.0.0,<5.0.0", "==4.1.2"] {
            assert!(newest_is_at_least(wanted, "4.0.0"), "{wanted}");
        }
        for wanted in ["3.13.1", "<4.0.0", ">=3.0.0,<4.0.0", "<=3.9.0", "==3.4.0"] {
            assert!(!newest_is_at_least(wanted, "4.0.0"), "{wanted}");
        }
    }
}
