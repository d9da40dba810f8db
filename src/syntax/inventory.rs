//! Ansible inventories, INI and YAML, as nodes of the YAML form.
//!
//! Every name and value keeps its place. Which variables follow for a host is `vars`' business.

use std::collections::HashMap;

use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::Text;
use crate::yaml::{self, Entry, Node, Value};

/// The most lines that are read.
const MAX_LINES: usize = 100_000;

/// How deep groups nest, and how many nested groups are followed.
const MAX_DEPTH: usize = 10;
const MAX_NESTED: usize = 5_000;

/// A section of an INI inventory.
#[derive(Debug, Default)]
struct Group {
    name: Option<Text>,
    hosts: Vec<Entry>,
    vars: Vec<Entry>,
    children: Vec<Text>,
}

/// What the lines of a section are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Hosts,
    Vars,
    Children,
}

/// Parses `text`.
pub fn parse(text: &Text) -> (Vec<Node>, Vec<Problem>) {
    if !looks_like_ini(text.value()) {
        let parsed = yaml::parse(text);
        let problems = parsed.problems.iter().map(|p| {
            Problem::new(ProblemKind::Unparsable, format!("not valid YAML: {}", p.message), p.span)
                .help("mend the syntax here; nothing after this point was audited")
        });
        return (parsed.documents, problems.collect());
    }
    (vec![ini(text)], Vec::new())
}

fn looks_like_ini(value: &str) -> bool {
    let mut lines = value.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with(['#', ';']));
    lines
        .next()
        .is_some_and(|line| line != "---" && !line.starts_with('{') && !line.ends_with(':') && !line.contains(": "))
}

/// An INI inventory in the YAML form: `all` with every group as its child.
fn ini(text: &Text) -> Node {
    let value = text.value();
    let mut groups = Groups { all: vec![Group::default()], by_name: HashMap::new() };
    let (mut current, mut part) = (0, Part::Hosts);
    let mut start = 0;
    for line in value.split('\n').take(MAX_LINES) {
        let from = start;
        start += line.len() + 1;
        let body = line.trim();
        if body.is_empty() || body.starts_with(['#', ';']) {
            continue;
        }
        let at = from + (line.len() - line.trim_start().len());
        let whole = text.slice(at..at + body.len());
        if let Some(section) = body.strip_prefix('[').and_then(|b| b.split(']').next()) {
            let (name, kind) = section.split_once(':').unwrap_or((section, ""));
            part = match kind {
                "vars" => Part::Vars,
                "children" => Part::Children,
                _ => Part::Hosts,
            };
            current = groups.named(&whole.slice(1..1 + name.len()));
            continue;
        }
        let Some(group) = groups.all.get_mut(current) else { continue };
        match part {
            Part::Vars => group.vars.extend(pair(&whole)),
            Part::Children => group.children.push(words(&whole).into_iter().next().unwrap_or(whole)),
            Part::Hosts => group.hosts.extend(host(&whole)),
        }
    }
    tree(&groups, text.span())
}

/// The sections of an inventory, found by name.
struct Groups {
    all: Vec<Group>,
    by_name: HashMap<String, usize>,
}

impl Groups {
    /// The group called `name`, made where it is new.
    fn named(&mut self, name: &Text) -> usize {
        let next = self.all.len();
        let at = *self.by_name.entry(name.value().to_owned()).or_insert(next);
        if at == next {
            self.all.push(Group { name: Some(name.clone()), ..Group::default() });
        }
        at
    }

    fn get(&self, name: &Text) -> Option<&Group> {
        self.all.get(*self.by_name.get(name.value())?)
    }
}

/// A host's line: its name, then `key=value` words.
fn host(line: &Text) -> Option<Entry> {
    let mut words = words(line).into_iter();
    let name = words.next()?;
    let vars: Vec<Entry> = words.filter_map(|w| pair(&w)).collect();
    let value = Node::new(Value::Map(vars), line.span());
    Some(Entry::new(Node::string(name), value, false))
}

/// `key=value`, or `key = value`.
fn pair(text: &Text) -> Option<Entry> {
    let (key, value) = text.split_once('=')?;
    let value = value.trim();
    let quoted = value.value().len() >= 2
        && ['"', '\''].iter().any(|q| value.value().starts_with(*q) && value.value().ends_with(*q));
    let node = if quoted { Node::string(value.slice(1..value.value().len() - 1)) } else { Node::plain(value) };
    Some(Entry::new(Node::string(key.trim()), node, false))
}

/// Words at white space; quotes hold it.
fn words(line: &Text) -> Vec<Text> {
    let value = line.value();
    let (mut out, mut start, mut quote) = (Vec::new(), None, None);
    for (at, c) in value.char_indices() {
        if quote.is_none() && c == '#' && start.is_none() {
            return out;
        }
        match quote {
            Some(q) if c == q => quote = None,
            None if c == '"' || c == '\'' => quote = Some(c),
            _ => {}
        }
        let space = c.is_whitespace() && quote.is_none();
        match (space, start) {
            (true, Some(from)) => {
                out.push(line.slice(from..at));
                start = None;
            }
            (false, None) => start = Some(at),
            _ => {}
        }
    }
    out.extend(start.map(|from| line.slice(from..value.len())));
    out
}

fn tree(groups: &Groups, span: Span) -> Node {
    let word = |name: &'static str| Node::string(Text::literal(name, Span { end: span.start, ..span }));
    let map = |entries: Vec<Entry>| Node::new(Value::Map(entries), span);
    let entry = |key: Node, value: Node| Entry::new(key, value, false);
    let content = |group: &Group, nested: Vec<Entry>| {
        let parts = [("hosts", group.hosts.clone()), ("vars", group.vars.clone()), ("children", nested)];
        let parts = parts.into_iter().filter(|(_, entries)| !entries.is_empty());
        map(parts.map(|(name, entries)| entry(word(name), map(entries))).collect())
    };
    let mut budget = MAX_NESTED;
    let is_all = |g: &&Group| g.name.as_ref().is_none_or(|n| n.value() == "all");
    let mut top = Group::default();
    for group in groups.all.iter().filter(is_all) {
        top.hosts.extend(group.hosts.iter().cloned());
        top.vars.extend(group.vars.iter().cloned());
    }
    let mut named: Vec<Entry> = Vec::new();
    for group in groups.all.iter().filter(|g| !is_all(g)) {
        let Some(name) = group.name.clone() else { continue };
        let nested = children(groups, group, 0, &mut budget, &content);
        named.push(entry(Node::string(name), content(group, nested)));
    }
    map(vec![entry(word("all"), content(&top, named))])
}

/// The groups below `group`. A group's variables stand once, below `all`; here its name and its hosts count.
fn children(
    groups: &Groups,
    group: &Group,
    depth: usize,
    budget: &mut usize,
    content: &dyn Fn(&Group, Vec<Entry>) -> Node,
) -> Vec<Entry> {
    let mut out = Vec::new();
    for name in &group.children {
        let Some(left) = budget.checked_sub(1).filter(|_| depth < MAX_DEPTH) else { break };
        *budget = left;
        let of = groups.get(name);
        let nested = of.map(|g| children(groups, g, depth + 1, budget, content)).unwrap_or_default();
        let hosts = of.map(|g| Group { hosts: g.hosts.clone(), ..Group::default() }).unwrap_or_default();
        out.push(Entry::new(Node::string(name.clone()), content(&hosts, nested), false));
    }
    out
}

#[cfg(test)]
#[path = "inventory_tests.rs"]
mod tests;
