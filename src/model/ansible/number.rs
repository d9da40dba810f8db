//! Facts of subject `ansible.number`: variables whose text looks like a number, which Ansible writes in another way.
//!
//! YAML and the inventory's INI both read `1.10` as the number 1.1; what a template puts in is `1.1`.

use std::collections::HashSet;

use crate::document::{Body, Document, Kind};
use crate::model::Model;
use crate::model::fact::{Fact, Field, FieldKind, FieldSchema, Schema};
use crate::model::subject::Subject;
use crate::text::Text;
use crate::yaml::{Entry, Node, Style};

/// The fields of `ansible.number`.
pub const SCHEMA: Schema = Schema {
    name: "ansible.number",
    doc: "A variable of an inventory, a variables file or a role's defaults whose number Ansible writes in another way.",
    fields: &[
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The variable." },
        FieldSchema { name: "value", kind: FieldKind::Str, doc: "Its value, as written." },
        FieldSchema { name: "becomes", kind: FieldKind::Str, doc: "What a template gets." },
        FieldSchema {
            name: "release",
            kind: FieldKind::Bool,
            doc: "Whether the variable's name says that it is a version or a tag.",
        },
        FieldSchema {
            name: "idle",
            kind: FieldKind::Bool,
            doc: "Whether a role of the tree gives it a default, and nothing of the tree reads it.",
        },
        FieldSchema { name: "ini", kind: FieldKind::Bool, doc: "Whether it stands in an inventory in INI form." },
    ],
};

/// How deep mappings are followed.
const MAX_DEPTH: usize = 20;

/// Ends of names that say that a text is meant.
const RELEASES: [&str; 5] = ["version", "tag", "release", "ver", "branch"];

/// Adds the numbers of all documents that hold variables.
pub(super) fn build(model: &mut Model<'_>) {
    let mut said = None;
    for document in model.deployment.documents.iter().filter(|d| d.variant == 0) {
        if !matches!(document.kind, Kind::AnsibleInventory | Kind::AnsibleVars) {
            continue;
        }
        let Body::Nodes(nodes) = &document.body else { continue };
        let mut found = Vec::new();
        for node in nodes {
            walk(node, 0, &mut found);
        }
        for (name, text, becomes) in found {
            let idle = is_release(&name) && said.get_or_insert_with(|| Said::of(model)).is_idle(&name);
            let fact = Fact::new(Subject::AnsibleNumber, text.place())
                .with("name", name.as_str())
                .with("value", Field::text(text))
                .with("becomes", becomes)
                .with("release", is_release(&name))
                .with("idle", idle)
                .with("ini", ini(document));
            model.facts.add(fact);
        }
    }
}

/// What the files of a tree say of names, read once.
struct Said<'a> {
    /// The variables of the defaults of roles.
    defaults: HashSet<&'a str>,
    /// The names that a file says but to set them.
    read: HashSet<&'a str>,
}

impl<'a> Said<'a> {
    fn of(model: &Model<'a>) -> Self {
        let documents = &model.deployment.documents;
        let defaults = documents.iter().filter(|d| d.path.contains("defaults/"));
        let entries = defaults.flat_map(|d| d.nodes()).flat_map(|node| node.map().unwrap_or(&[]));
        let mut read = HashSet::new();
        for document in documents {
            let text = &document.text;
            read.extend(
                words(text.value()).filter(|(_, rest)| !rest.trim_start().starts_with([':', '='])).map(|w| w.0),
            );
            read.extend(text.variables().into_iter().flat_map(|v| &v.names).map(String::as_str));
        }
        read.extend(model.deployment.helpers.iter().flat_map(|text| words(text.value())).map(|w| w.0));
        Self { defaults: entries.filter_map(|e| e.key.known()).collect(), read }
    }

    /// Whether the defaults of a role set it, and no file reads it.
    fn is_idle(&self, name: &str) -> bool {
        self.defaults.contains(name) && !self.read.contains(name)
    }
}

/// The words of a text, as names are written, each with what follows it.
fn words(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(|c| !inside(c));
        let (word, after) = rest.split_at(rest.find(|c| !inside(c)).unwrap_or(rest.len()));
        rest = after;
        (!word.is_empty()).then_some((word, after))
    })
}

/// Whether it is an inventory in INI form: that has a section or a host alone on its first line.
fn ini(document: &Document) -> bool {
    let mut lines =
        document.text.value().lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', ';']));
    document.kind == Kind::AnsibleInventory
        && lines.next().is_some_and(|line| line.starts_with('[') || !line.contains(':'))
}

fn walk<'t>(node: &'t Node, depth: usize, found: &mut Vec<(String, &'t Text, String)>) {
    if depth > MAX_DEPTH {
        return;
    }
    for item in node.seq().unwrap_or(&[]) {
        walk(item, depth + 1, found);
    }
    for entry in node.map().unwrap_or(&[]) {
        found.extend(number(entry));
        walk(&entry.value, depth + 1, found);
    }
}

/// The entry, where its value is a number that is written in another way.
fn number(entry: &Entry) -> Option<(String, &Text, String)> {
    let scalar = entry.value.scalar().filter(|s| s.style == Style::Plain && s.text.is_literal())?;
    if entry.value.tag().is_some() {
        return None;
    }
    let becomes = rewritten(scalar.text.known()?)?;
    Some((entry.key.known()?.to_owned(), &scalar.text, becomes))
}

/// What becomes of `1.10`: the zeros at its end go, but for the first after the point.
fn rewritten(written: &str) -> Option<String> {
    let (whole, part) = written.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let short = part.trim_end_matches('0');
    let plain =
        digits(whole) && digits(part) && whole.len() + part.len() < 15 && (whole == "0" || !whole.starts_with('0'));
    let part_left = if short.is_empty() { "0" } else { short };
    (plain && part_left != part).then(|| format!("{whole}.{part_left}"))
}

fn is_release(name: &str) -> bool {
    let last = name.rsplit(['_', '-', '.']).next().unwrap_or(name).to_ascii_lowercase();
    RELEASES.contains(&last.as_str())
}

#[cfg(test)]
mod tests {
    use super::{is_release, rewritten, words};
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    #[test]
    fn zeros_at_the_end_are_lost() {
        let all = [("1.10", Some("1.1")), ("10.00", Some("10.0")), ("0.20", Some("0.2"))];
        for (written, becomes) in all {
            assert_eq!(rewritten(written).as_deref(), becomes, "{written}");
        }
        for kept in ["1.1", "2.0", "1.10.0", "v1.10", "1.10-alpine", "1", ".10", "1.", "01.10"] {
            assert_eq!(rewritten(kept), None, "{kept}");
        }
    }

    #[test]
    fn what_only_defaults_say_is_idle() {
        let idle = |task: &str| {
            let files = [("roles/app/defaults/main.yml", "app_version: 1.10\n"), ("roles/app/tasks/main.yml", task)];
            let facts = facts_of(&files);
            let all = facts.of(Subject::AnsibleNumber).into_iter();
            all.map(|id| facts.get(id).field("idle").map(|f| matches!(f.value, Value::Bool(true)))).collect::<Vec<_>>()
        };
        assert_eq!(idle("- debug: {msg: x}\n"), [Some(true)]);
        assert_eq!(idle("- debug: {msg: '{{ app_version }}'}\n"), [Some(false)]);
        assert_eq!(idle("- debug: {msg: '{{ my_app_version }}'}\n"), [Some(true)]);
        let all: Vec<&str> = words("{{ a_b }}: é-c").map(|w| w.0).collect();
        assert_eq!(all, ["a_b", "c"]);
    }

    #[test]
    fn names_say_what_is_meant() {
        assert!(is_release("app_version") && is_release("tag") && is_release("image.tag"));
        assert!(!is_release("timeout") && !is_release("tags_enabled"));
    }
}
