//! Facts of subject `compose.overlay`: services of an overlay that the project's own file does not have, and that no file gives an
//! image.
//!
//! An overlay alone may be for a project of somebody else; one beside a `compose.yml` is for that.

use std::collections::{BTreeMap, BTreeSet};

use super::Model;
use super::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use super::subject::Subject;
use crate::document::{Document, Kind};
use crate::expand::compose::BASES;
use crate::text::path::join;
use crate::text::slip::slips;
use crate::yaml::{Entry, Node};

/// The fields of `compose.overlay`.
pub const SCHEMA: Schema = Schema {
    name: "compose.overlay",
    doc: "A service of a compose file beside `compose.yml` that no file of the tree gives an image, or an empty key of one, which clears nothing.",
    fields: &[
        FieldSchema { name: "service", kind: FieldKind::Str, doc: "The service, as the overlay calls it." },
        FieldSchema { name: "base", kind: FieldKind::Str, doc: "The project's own file." },
        FieldSchema {
            name: "meant",
            kind: FieldKind::Str,
            doc: "The service of that file that is meant, where only one is left; null otherwise.",
        },
        FieldSchema {
            name: "key",
            kind: FieldKind::Str,
            doc: "The key of a service of both files that is empty here, where an empty one clears nothing; null otherwise.",
        },
        FieldSchema { name: "kept", kind: FieldKind::Str, doc: "That key in the project's own file." },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The overlay." },
    ],
};

/// Services of a base beyond which none is taken for what is meant.
const MOST: usize = 50;

/// Keys without which a service has nothing to run.
const BODIES: &[&str] = &["image", "build", "extends", "provider"];

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let all: Vec<&Document> = model
        .deployment
        .documents
        .iter()
        .map(AsRef::as_ref)
        .filter(|d| d.kind == Kind::Compose && d.variant == 0)
        .collect();
    let run = all.iter().flat_map(|d| services(d)).filter(|e| bodied(e));
    let bodied: BTreeSet<&str> = run.filter_map(|e| e.key.known()).collect();
    let mut bases: BTreeMap<&str, &Document> = BTreeMap::new();
    for base in all.iter().filter(|d| BASES.contains(&name(d))) {
        bases.entry(folder(base)).or_insert(base);
    }
    let drawn_on = drawn_on(&all);
    let merged = |d: &&&Document| {
        let named = name(d).starts_with("compose") || name(d).starts_with("docker-compose");
        named && !d.template && !BASES.contains(&name(d)) && !drawn_on.contains(&d.path)
    };
    let mut found = Vec::new();
    for overlay in all.iter().filter(merged) {
        let Some(base) = bases.get(folder(overlay)) else { continue };
        if base.template || !whole(base) || !whole(overlay) {
            continue;
        }
        let own = services(base);
        let names: BTreeSet<&str> = own.iter().filter_map(|e| e.key.known()).collect();
        let used: BTreeSet<&str> = services(overlay).iter().filter_map(|e| e.key.known()).collect();
        found.extend(cleared(base, overlay));
        let left: Vec<&str> = names.difference(&used).copied().collect();
        for entry in services(overlay) {
            let Some(service) = entry.key.known().filter(|s| !names.contains(s)) else { continue };
            if bodied.contains(service) {
                continue;
            }
            let near = left.iter().take(MOST).find(|n| slip(n, service));
            let only = left.first().filter(|_| left.len() == 1);
            let meant = near.or(only).map_or(Value::Null, |n| (*n).into());
            found.push(
                Fact::new(Subject::ComposeOverlay, entry.key.span().into())
                    .with("service", Field::at(service, entry.key.span().into()))
                    .with("base", name(base))
                    .with("meant", Field::derived(meant))
                    .with("path", overlay.path.as_str()),
            );
        }
    }
    for fact in found {
        model.facts.add(fact);
    }
}

/// Keys of a service that are joined when files are merged.
const JOINED: &[&str] = &[
    "ports",
    "volumes",
    "environment",
    "labels",
    "depends_on",
    "networks",
    "expose",
    "cap_add",
    "profiles",
    "extra_hosts",
];

/// Empty keys of an overlay where the base has something.
fn cleared(base: &Document, overlay: &Document) -> Vec<Fact> {
    let overrides = name(overlay).contains("override");
    let mut found = Vec::new();
    for entry in services(overlay).iter().filter(|e| overrides || !bodied(e)) {
        let Some(service) = entry.key.known() else { continue };
        let own = services(base).iter().find(|e| e.key.known() == Some(service));
        for written in own.and_then(|_| entry.value.map()).unwrap_or_default() {
            let key = written.key.known().filter(|key| JOINED.contains(key));
            let Some((key, kept)) = key.and_then(|key| Some((key, own?.value.get(key)?))) else { continue };
            let empty =
                |node: &Node| node.seq().is_some_and(<[Node]>::is_empty) || node.map().is_some_and(<[Entry]>::is_empty);
            let filled = kept.seq().is_some_and(|all| !all.is_empty()) || kept.map().is_some_and(|all| !all.is_empty());
            if written.value.tag().is_none() && empty(&written.value) && filled {
                found.push(
                    Fact::new(Subject::ComposeOverlay, written.key.span().into())
                        .with("service", Field::at(service, entry.key.span().into()))
                        .with("base", name(base))
                        .with("key", Field::at(key, written.key.span().into()))
                        .with("kept", Field::at(key, kept.span().into()))
                        .with("path", overlay.path.as_str()),
                );
            }
        }
    }
    found
}

/// The files that services of others extend: what is in them is merged by no `-f`.
fn drawn_on(all: &[&Document]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for document in all {
        for entry in services(document) {
            let file = entry.value.path(&["extends", "file"]).and_then(Node::known);
            found.extend(file.map(|file| join(folder(document), file.trim_start_matches("./"))));
        }
    }
    found
}

/// Whether one name is the other with a slip in it: two letters in a long one, one in a short one.
fn slip(a: &str, b: &str) -> bool {
    let most = (a.len() / 3).min(2);
    slips(a, b, most).is_some()
}

fn name(document: &Document) -> &str {
    document.path.rsplit('/').next().unwrap_or(&document.path)
}

fn folder(document: &Document) -> &str {
    document.path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

fn services(document: &Document) -> &[Entry] {
    document.nodes().first().and_then(|root| root.get("services")).and_then(Node::map).unwrap_or_default()
}

/// Whether all services of a file are seen: nothing is included, no name unknown.
fn whole(document: &Document) -> bool {
    let includes = document.nodes().first().and_then(|root| root.get("include")).is_some_and(|n| !n.is_null());
    let all = services(document);
    !includes && !all.is_empty() && all.iter().all(|e| e.key.known().is_some() && e.value.map().is_some())
}

/// Whether a service has something to run, or may have.
fn bodied(entry: &Entry) -> bool {
    entry
        .value
        .map()
        .is_none_or(|keys| keys.iter().any(|k| k.key.known().is_none_or(|key| key == "<<" || BODIES.contains(&key))))
}

#[cfg(test)]
mod tests {
    use super::slip;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    fn count(base: &str, overlay: &str) -> usize {
        facts_of(&[("compose.yml", base), ("compose.dev.yml", overlay)]).of(Subject::ComposeOverlay).len()
    }

    #[test]
    fn short_names_are_no_slips_of_each_other() {
        assert!(slip("wev", "web") && slip("postgers", "postgres"));
        assert!(!slip("db", "ui") && !slip("api", "app2"));
    }

    #[test]
    fn a_service_that_the_base_has_not() {
        let base = "services:\n  app:\n    image: example/app:1\n";
        assert_eq!(count(base, "services:\n  ap:\n    ports: ['80:80']\n"), 1);
        assert_eq!(count(base, "services:\n  app:\n    ports: ['80:80']\n  mail:\n    image: example/mail:1\n"), 0);
        assert_eq!(
            count("include: [other.yml]\nservices:\n  app:\n    image: a:1\n", "services:\n  ap:\n    tty: true\n"),
            0
        );
        assert_eq!(count(base, "services:\n  db:\n    tty: true\n"), 1);
        assert_eq!(count("x: 1\n", "services:\n  ap:\n    tty: true\n"), 0);
    }
}
