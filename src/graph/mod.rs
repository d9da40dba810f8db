//! What a deployment looks like, from facts and findings: boxes, lines and frames, without coordinates.
//!
//! `project` says which facts are one service, a file a view says what is drawn; `layout` places it, `svg`, `mermaid`, `dot`
//! and `json` write it. Nothing here reads files, and every text went through the caller's cleaning, which hides secrets.

mod compare;
pub mod dot;
pub mod json;
mod layout;
pub mod mermaid;
mod names;
mod network;
mod outside;
mod project;
mod read;
mod startup;
pub mod svg;
mod variables;
mod volumes;
mod ways;

#[cfg(test)]
#[path = "graph_tests.rs"]
mod tests;

pub use compare::compare;
pub use ways::{Way, ways};

use std::collections::{BTreeMap, HashMap};

use crate::finding::{Finding, Severity};
use crate::model::fact::{FactId, Facts};
use crate::source::{Sources, Span};

/// What of a deployment is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum View {
    /// Who can reach whom, and the internet.
    Network,
    /// Who waits for whom.
    Startup,
    /// Who shares which files.
    Volumes,
    /// Where variables are set and used.
    Variables,
}

/// A picture before it has coordinates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Graph {
    /// What it shows.
    pub view: View,
    /// The boxes.
    pub nodes: Vec<Node>,
    /// The lines between them.
    pub edges: Vec<Edge>,
    /// The frames around boxes.
    pub groups: Vec<Group>,
}

/// A box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// What it is known by; the same in two trees for the same thing.
    pub id: String,
    /// What it stands for.
    pub kind: Kind,
    /// Its name.
    pub title: String,
    /// What else there is to say, a line each.
    pub notes: Vec<String>,
    /// The frame around it.
    pub group: Option<usize>,
    /// How loud it is drawn.
    pub tone: Tone,
    /// Where it is written.
    pub place: Option<At>,
    /// The findings about it.
    pub marks: Vec<Mark>,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// Where it begins.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// What it means.
    pub kind: Link,
    /// What stands on it, a line each; the ids of its findings follow.
    pub labels: Vec<String>,
    /// How loud it is drawn.
    pub tone: Tone,
    /// Where it is written.
    pub place: Option<At>,
    /// The findings about it.
    pub marks: Vec<Mark>,
}

/// A frame.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// What it is known by.
    pub id: String,
    /// What it stands for.
    pub kind: Frame,
    /// The frame around it.
    pub parent: Option<usize>,
    /// Its name, where no box inside says it.
    pub title: String,
}

/// What a box stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A compose service, or a container that something else starts.
    Service,
    /// A network that does not lead out.
    ClosedNetwork,
    /// A network that leads to the internet.
    OpenNetwork,
    /// A network of which nobody knows.
    UnknownNetwork,
    /// The internet.
    Internet,
    /// Whoever calls from outside.
    Clients,
    /// The socket of a container engine.
    Socket,
    /// A volume, or a path of the host.
    Volume,
    /// A volume that holds credentials.
    Credentials,
    /// A variable.
    Variable,
    /// A file that sets variables or documents them.
    File,
}

/// What a line means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Link {
    /// A service is on a network.
    Attached,
    /// A network leads to the internet.
    LeadsOut,
    /// A service calls another.
    Calls,
    /// A service is sent through a forward proxy.
    Proxied,
    /// A port of the host leads to a service.
    Published,
    /// A service has the socket of a container engine.
    HoldsSocket,
    /// A service uses the network of another.
    SharesNetwork,
    /// A service starts after another.
    StartsAfter,
    /// A service mounts a volume.
    Mounts,
    /// A file sets a variable.
    Sets,
    /// A file documents a variable.
    Documents,
    /// A service uses a variable.
    Uses,
}

/// What a frame stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Frame {
    /// One of several projects.
    Project,
    /// A network that does not lead out.
    ClosedNetwork,
    /// Another network.
    Network,
}

/// How loud something is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// As everything.
    #[default]
    Plain,
    /// Worth a look.
    Warn,
    /// Wrong.
    Bad,
}

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct At {
    /// The file.
    pub path: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
}

/// A finding about something that is drawn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The rule's id.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// Its number in the list of findings.
    pub finding: usize,
}

/// What a picture is made from.
#[allow(missing_debug_implementations)] // A function has nothing to show.
pub struct Input<'a> {
    /// What the files say.
    pub facts: &'a Facts,
    /// What rules said of it; those that are suppressed are not drawn.
    pub findings: &'a [Finding],
    /// The texts that spans point into.
    pub sources: &'a Sources,
    /// Makes a text of the files harmless: one line, no secrets.
    pub clean: &'a dyn Fn(&str) -> String,
}

/// Draws `view`.
pub fn build(view: View, input: &Input<'_>) -> Graph {
    let mut draft = Draft::new(view, input);
    match view {
        View::Network => network::draw(&mut draft),
        View::Startup => startup::draw(&mut draft),
        View::Volumes => volumes::draw(&mut draft),
        View::Variables => variables::draw(&mut draft),
    }
    draft.graph
}

/// A picture in the making.
pub(crate) struct Draft<'a> {
    facts: &'a Facts,
    findings: &'a [Finding],
    sources: &'a Sources,
    clean: &'a dyn Fn(&str) -> String,
    /// The findings by the fact that they are made of.
    about: HashMap<u32, Vec<usize>>,
    /// The boxes by their ids.
    known: BTreeMap<String, usize>,
    graph: Graph,
}

impl<'a> Draft<'a> {
    fn new(view: View, input: &Input<'a>) -> Self {
        let mut about: HashMap<u32, Vec<usize>> = HashMap::new();
        for (at, finding) in input.findings.iter().enumerate().filter(|(_, f)| f.suppressed.is_none()) {
            if let Some(fact) = finding.ties.about.first() {
                about.entry(*fact).or_default().push(at);
            }
        }
        let graph = Graph { view, nodes: Vec::new(), edges: Vec::new(), groups: Vec::new() };
        let Input { facts, findings, sources, clean } = *input;
        Self { facts, findings, sources, clean, about, known: BTreeMap::new(), graph }
    }

    /// The box `id`, made where it is new.
    fn node(&mut self, id: &str, kind: Kind, title: &str) -> usize {
        if let Some(at) = self.known.get(id) {
            return *at;
        }
        let at = self.graph.nodes.len();
        self.known.insert(id.to_owned(), at);
        self.graph.nodes.push(Node {
            id: self.cleaned(id),
            kind,
            title: self.cleaned(title),
            notes: Vec::new(),
            group: None,
            tone: Tone::Plain,
            place: None,
            marks: Vec::new(),
        });
        at
    }

    /// Says one thing more of a box, once.
    fn note(&mut self, at: usize, note: &str) {
        let note = self.cleaned(note);
        if let Some(node) = self.graph.nodes.get_mut(at)
            && !node.notes.contains(&note)
        {
            node.notes.push(note);
        }
    }

    /// The line between two boxes that means `kind`, made where it is new. Nothing leads from a box to itself.
    fn edge(&mut self, from: usize, to: usize, kind: Link) -> Option<&mut Edge> {
        if from == to {
            return None;
        }
        let found = self.graph.edges.iter().position(|e| (e.from, e.to, e.kind) == (from, to, kind));
        let at = found.unwrap_or_else(|| {
            let (labels, marks) = (Vec::new(), Vec::new());
            self.graph.edges.push(Edge { from, to, kind, labels, tone: Tone::Plain, place: None, marks });
            self.graph.edges.len() - 1
        });
        self.graph.edges.get_mut(at)
    }

    /// A line that says `label`, is written where `facts` are and has their findings; a finding from `least` on makes it red.
    fn link(&mut self, ends: (usize, usize), kind: Link, label: &str, facts: &[FactId], least: Severity) {
        let (label, marks) = (self.cleaned(label), self.marks(facts));
        let place = facts.first().map(|id| self.at(self.facts.get(*id).place.span));
        let Some(edge) = self.edge(ends.0, ends.1, kind) else { return };
        if !label.is_empty() && !edge.labels.contains(&label) {
            edge.labels.push(label);
        }
        edge.place = edge.place.take().or(place);
        for mark in marks {
            edge.tone = edge.tone.max(tone(mark.severity, least));
            if !edge.marks.contains(&mark) {
                edge.marks.push(mark);
            }
        }
    }

    /// The findings that were made of these facts.
    fn marks(&self, facts: &[FactId]) -> Vec<Mark> {
        let numbers = facts.iter().filter_map(|id| self.about.get(&id.number())).flatten();
        let mut all: Vec<usize> = numbers.copied().collect();
        all.sort_unstable();
        all.dedup();
        let mark = |at: usize| {
            let finding = self.findings.get(at)?;
            Some(Mark { rule: finding.rule.clone(), severity: finding.severity, finding: at })
        };
        all.into_iter().filter_map(mark).collect()
    }

    fn at(&self, span: Span) -> At {
        let source = self.sources.get(span.source);
        let at = source.position(span.start);
        At { path: self.cleaned(&source.path), line: at.line, column: at.column }
    }

    fn cleaned(&self, text: &str) -> String {
        (self.clean)(text)
    }
}

/// How loud a finding is drawn, where those from `least` on are red.
fn tone(severity: Severity, least: Severity) -> Tone {
    match severity {
        _ if severity >= least => Tone::Bad,
        Severity::Warning | Severity::Error => Tone::Warn,
        Severity::Note => Tone::Plain,
    }
}

impl Edge {
    /// All lines of text on it: what it says, then the rules of its findings where it is drawn loud.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = self.labels.clone();
        if self.tone != Tone::Plain {
            for mark in self.marks.iter().filter(|m| m.severity > Severity::Note || self.tone == Tone::Bad) {
                if !lines.contains(&mark.rule) {
                    lines.push(mark.rule.clone());
                }
            }
        }
        lines
    }
}
