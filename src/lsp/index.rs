//! What names there are in a folder, where they are defined and where they are used; and which variables are used where.

use std::collections::HashSet;
use std::sync::Arc;

use crate::Audit;
use crate::document::{Document, Kind};
use crate::model::fact::{Fact, Value};
use crate::model::subject::Subject;
use crate::source::{SourceId, Sources, Span};
use crate::text::{PieceKind, Text, Variable};
use crate::yaml::{self, Node};

/// What a name is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum What {
    Service,
    Network,
    Volume,
    Secret,
    Config,
    Model,
    Handler,
}

/// Within what a name means one thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Scope {
    /// The compose project with this number.
    Stack(usize),
    File(SourceId),
    Tree,
}

/// A name where it is written.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[allow(clippy::struct_field_names)] // What is written there is called a name.
pub(super) struct Name {
    pub(super) what: What,
    pub(super) scope: Scope,
    pub(super) name: String,
    /// The name alone, without quotes.
    pub(super) span: Span,
    pub(super) defines: bool,
}

/// A variable where it is used.
#[derive(Debug, Clone)]
pub(super) struct Use {
    /// The whole expression.
    pub(super) span: Span,
    pub(super) variable: Arc<Variable>,
}

/// All of them.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) names: Vec<Name>,
    pub(super) uses: Vec<Use>,
}

/// The most nodes that are walked: aliases make many of few.
const NODES: usize = 400_000;

/// The sections of a compose file that name things, and the key of a service that uses them.
const SECTIONS: [(&str, What); 5] = [
    ("services", What::Service),
    ("networks", What::Network),
    ("volumes", What::Volume),
    ("secrets", What::Secret),
    ("configs", What::Config),
];

struct Collector<'a> {
    sources: &'a Sources,
    index: Index,
    names: HashSet<Name>,
    uses: HashSet<(Span, String, Option<String>)>,
    left: usize,
}

impl Index {
    pub(super) fn of(audit: &Audit) -> Self {
        let mut collector = Collector {
            sources: &audit.sources,
            index: Index::default(),
            names: HashSet::new(),
            uses: HashSet::new(),
            left: NODES,
        };
        for document in &audit.deployment.documents {
            collector.document(document);
        }
        for (at, stack) in audit.deployment.stacks.iter().enumerate() {
            collector.walk(&stack.project);
            collector.project(Scope::Stack(at), &stack.project);
        }
        for (_, fact) in audit.facts.iter() {
            collector.fact(fact);
        }
        collector.index
    }

    /// The names at a place: several where one file is in several projects.
    pub(super) fn named(&self, at: Span) -> Vec<&Name> {
        self.names.iter().filter(|name| touches(name.span, at)).collect()
    }

    /// Everything that is called the same as what stands at a place.
    pub(super) fn same(&self, at: Span) -> Vec<&Name> {
        let here = self.named(at);
        let same =
            |name: &&Name| here.iter().any(|h| h.what == name.what && h.scope == name.scope && h.name == name.name);
        self.names.iter().filter(same).collect()
    }

    /// The uses of variables at a place: the innermost expression, once for each value.
    pub(super) fn used(&self, at: Span) -> Vec<&Use> {
        let all: Vec<&Use> = self.uses.iter().filter(|one| touches(one.span, at)).collect();
        let least = all.iter().map(|one| one.span.len()).min();
        all.into_iter().filter(|one| Some(one.span.len()) == least).collect()
    }
}

/// Whether `at` lies in `span`, its end included: a cursor stands behind a word as well.
fn touches(span: Span, at: Span) -> bool {
    span.source == at.source && span.start <= at.start && at.end <= span.end
}

impl Collector<'_> {
    fn document(&mut self, document: &Document) {
        self.text(&document.text);
        for node in document.nodes() {
            self.walk(node);
            match document.kind {
                Kind::LiteLlm => self.models(document.source, node),
                Kind::AnsibleTasks | Kind::AnsiblePlaybook => self.handlers(document, node, false, 0),
                _ => {}
            }
        }
    }

    fn walk(&mut self, node: &Node) {
        if self.left == 0 {
            return;
        }
        self.left -= 1;
        match node.value() {
            yaml::Value::Scalar(scalar) => self.text(&scalar.text),
            yaml::Value::Seq(items) => items.iter().for_each(|item| self.walk(item)),
            yaml::Value::Map(entries) => {
                for entry in entries {
                    self.walk(&entry.key);
                    self.walk(&entry.value);
                }
            }
        }
    }

    fn text(&mut self, text: &Text) {
        for piece in text.pieces() {
            let PieceKind::Variable(variable) = &piece.kind else { continue };
            let value = variable.value.as_ref().map(Text::display);
            if self.uses.insert((piece.span, variable.name.clone(), value)) {
                self.index.uses.push(Use { span: piece.span, variable: Arc::clone(variable) });
                if let Some(value) = &variable.value {
                    self.text(value);
                }
            }
        }
    }

    fn project(&mut self, scope: Scope, project: &Node) {
        for (section, what) in SECTIONS {
            for entry in project.get(section).and_then(Node::map).unwrap_or_default() {
                self.add(what, scope, entry.key.text(), true);
            }
        }
        for service in project.get("services").and_then(Node::map).unwrap_or_default() {
            let service = &service.value;
            for (key, what) in [("depends_on", What::Service), ("networks", What::Network)] {
                for entry in service.get(key).and_then(Node::map).unwrap_or_default() {
                    self.add(what, scope, entry.key.text(), false);
                }
            }
            for (key, what) in [("volumes", What::Volume), ("secrets", What::Secret), ("configs", What::Config)] {
                for item in service.get(key).and_then(Node::seq).unwrap_or_default() {
                    let named = what != What::Volume || item.get("type").and_then(Node::known) == Some("volume");
                    self.add(what, scope, item.get("source").and_then(Node::text).filter(|_| named), false);
                }
            }
            for key in ["network_mode", "ipc", "pid"] {
                let Some(text) = service.get(key).and_then(Node::text) else { continue };
                if text.value().starts_with("service:") {
                    self.add(What::Service, scope, Some(&text.slice(8..text.value().len())), false);
                }
            }
        }
    }

    fn models(&mut self, source: SourceId, root: &Node) {
        for item in root.get("model_list").and_then(Node::seq).unwrap_or_default() {
            self.add(What::Model, Scope::File(source), item.get("model_name").and_then(Node::text), true);
        }
    }

    fn handlers(&mut self, document: &Document, node: &Node, handlers: bool, depth: usize) {
        let handlers = handlers || document.path.contains("handlers/");
        for task in node.seq().unwrap_or_default().iter().filter(|_| depth < 8) {
            for key in ["name", "listen"] {
                for text in texts(task.get(key)).into_iter().filter(|_| handlers) {
                    self.add(What::Handler, Scope::Tree, Some(text), true);
                }
            }
            for text in texts(task.get("notify")) {
                self.add(What::Handler, Scope::Tree, Some(text), false);
            }
            for key in ["tasks", "pre_tasks", "post_tasks", "block", "rescue", "always", "handlers"] {
                if let Some(inner) = task.get(key) {
                    self.handlers(document, inner, key == "handlers" || handlers, depth + 1);
                }
            }
        }
    }

    fn fact(&mut self, fact: &Fact) {
        if fact.subject != Subject::LiteLlmFallback {
            return;
        }
        let Some(field) = fact.field("name") else { return };
        if let Value::Str(name) = &field.value {
            let span = field.place.as_ref().map_or(fact.place.span, |place| place.span);
            self.written(What::Model, Scope::File(span.source), name, span, false);
        }
    }

    fn add(&mut self, what: What, scope: Scope, text: Option<&Text>, defines: bool) {
        let Some(text) = text else { return };
        if let Some(name) = text.known() {
            self.written(what, scope, name, text.span(), defines);
        }
    }

    /// Adds a name where its own characters are written, in quotes or without.
    fn written(&mut self, what: What, scope: Scope, name: &str, span: Span, defines: bool) {
        let source = self.sources.get(span.source);
        let quoted = source.slice(span).trim_matches(['"', '\'']) == name && !name.is_empty();
        if !quoted {
            return;
        }
        let start = span.start as usize + source.slice(span).find(name).unwrap_or(0);
        let span = Span::new(span.source, start, start + name.len());
        let name = Name { what, scope, name: name.to_owned(), span, defines };
        if self.names.insert(name.clone()) {
            self.index.names.push(name);
        }
    }
}

fn texts(node: Option<&Node>) -> Vec<&Text> {
    let Some(node) = node else { return Vec::new() };
    let items = node.seq().unwrap_or_default().iter().filter_map(Node::text);
    node.text().into_iter().chain(items).collect()
}
