//! Small tools over immutable nodes: paths, patterns, and edits that keep places.

use std::collections::HashMap;

use crate::source::Span;
use crate::text::{Builder, Text};
use crate::yaml::{Entry, Node, Resolved, Schema, Value};

/// How deep compose's own structure can nest before it is refused; keeps recursion bounded.
pub(super) const MAX_DEPTH: usize = 64;

/// Where a walk is: the keys from the root, list items as `[]`.
pub(super) type Path<'a> = Vec<&'a str>;

/// Whether `path` is one that `pattern` (`services.*.ports`) means.
pub(super) fn matches(path: &[&str], pattern: &str) -> bool {
    // Most patterns end otherwise.
    if path.last().is_some_and(|last| !pattern.ends_with(last) && !pattern.ends_with('*')) {
        return false;
    }
    let mut parts = pattern.split('.');
    for at in path {
        match parts.next() {
            Some(part) if part == "*" || part == *at => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

/// `node` with another value at the same place.
pub(super) fn with(node: &Node, value: Value) -> Node {
    Node::tagged(value, node.span(), node.tag().map(Into::into))
}

/// A string that nobody wrote, standing at `span`.
pub(super) fn word(value: &str, span: Span) -> Node {
    Node::string(Text::literal(value, span))
}

/// A number, boolean or null that nobody wrote, standing at `span`.
pub(super) fn plain(value: &str, span: Span) -> Node {
    Node::plain(Text::literal(value, span))
}

/// A mapping at `span`.
pub(super) fn map(entries: Vec<Entry>, span: Span) -> Node {
    Node::new(Value::Map(entries), span)
}

/// A sequence at `span`.
pub(super) fn seq(items: Vec<Node>, span: Span) -> Node {
    Node::new(Value::Seq(items), span)
}

/// An entry.
pub(super) fn entry(key: Node, value: Node) -> Entry {
    Entry::new(key, value, false)
}

/// An entry whose key nobody wrote.
pub(super) fn named(key: &str, value: Node) -> Entry {
    let key = word(key, value.span());
    entry(key, value)
}

/// The entries of a mapping; none for other nodes.
pub(super) fn entries(node: &Node) -> Vec<Entry> {
    node.map().map(<[Entry]>::to_vec).unwrap_or_default()
}

/// Sets `key` in `entries`; an existing entry keeps its key's place.
pub(super) fn put(entries: &mut Vec<Entry>, key: &str, value: Node) {
    match entries.iter_mut().rev().find(|e| e.key.known() == Some(key)) {
        Some(found) => found.value = value,
        None => entries.push(named(key, value)),
    }
}

/// The value of `key` in `entries`.
pub(super) fn get<'a>(entries: &'a [Entry], key: &str) -> Option<&'a Node> {
    entries.iter().rev().find(|e| e.key.known() == Some(key)).map(|e| &e.value)
}

/// `node` with its entry `key` replaced by what `change` makes of it; unchanged without that entry.
pub(super) fn change(node: &Node, key: &str, change: impl FnOnce(&Node) -> Node) -> Node {
    let Some(before) = node.get(key) else { return node.clone() };
    let value = change(before);
    if value.same(before) {
        return node.clone();
    }
    let mut all = entries(node);
    put(&mut all, key, value);
    with(node, Value::Map(all))
}

/// `node` with every value of its mapping replaced by what `change` makes of it.
pub(super) fn each(node: &Node, mut change: impl FnMut(&Entry) -> Node) -> Node {
    let Some(all) = node.map() else { return node.clone() };
    let values = all.iter().map(&mut change).collect();
    with_values(node, all, values)
}

/// `node`, a mapping of `entries`, with these values. Where they are what it has it stays the node that it is: most of a file
/// goes through all changes as it was written, and is kept once.
pub(super) fn with_values(node: &Node, entries: &[Entry], values: Vec<Node>) -> Node {
    if entries.iter().zip(&values).all(|(entry, value)| value.same(&entry.value)) {
        return node.clone();
    }
    let changed = entries.iter().zip(values).map(|(entry, value)| entry.with(value));
    with(node, Value::Map(changed.collect()))
}

/// The same of `node`, a sequence of `items`.
pub(super) fn with_items(node: &Node, items: &[Node], changed: Vec<Node>) -> Node {
    let same = items.len() == changed.len() && items.iter().zip(&changed).all(|(item, other)| other.same(item));
    if same { node.clone() } else { with(node, Value::Seq(changed)) }
}

/// Whether the two texts are the same key: both known and equal, or written as the same characters.
pub(super) fn same_key(a: &Node, b: &Node) -> bool {
    match (a.text(), b.text()) {
        (Some(a), Some(b)) => a.value() == b.value() && (a.is_known() == b.is_known()),
        _ => false,
    }
}

/// Where each key stands in a list of entries, so that merging long lists takes no longer than reading them.
pub(super) struct Index {
    places: HashMap<(bool, String), usize>,
}

impl Index {
    /// That of `entries`, for the first of a key.
    pub(super) fn of(entries: &[Entry]) -> Self {
        let mut index = Self { places: HashMap::new() };
        entries.iter().enumerate().for_each(|(at, entry)| index.add(&entry.key, at));
        index
    }

    /// Where the entry stands whose key is the same as `key` (see [`same_key`]).
    pub(super) fn find(&self, key: &Node) -> Option<usize> {
        self.places.get(&Self::key(key)?).copied()
    }

    /// `key` stands at `at`, if it stands nowhere before.
    pub(super) fn add(&mut self, key: &Node, at: usize) {
        if let Some(key) = Self::key(key) {
            self.places.entry(key).or_insert(at);
        }
    }

    fn key(key: &Node) -> Option<(bool, String)> {
        key.text().map(|text| (text.is_known(), text.value().to_owned()))
    }
}

/// `a` and `b` in a row, at the place of `b`.
pub(super) fn join(a: &Text, middle: &str, b: &Text) -> Text {
    let span = a.span().to(b.span());
    let mut out = Builder::new(span);
    out.text(a);
    out.literal(middle, Span { end: b.span().start, start: b.span().start, ..b.span() });
    out.text(b);
    out.finish()
}

/// A scalar as the string that docker compose makes of it (`fmt.Sprint` of what Go yaml decoded).
pub(super) fn text(node: &Node) -> Option<Text> {
    let text = node.text()?;
    let shown = match node.resolve(Schema::Compose) {
        Some(Resolved::Bool(b)) => b.to_string(),
        Some(Resolved::Int(n)) => n.to_string(),
        Some(Resolved::Float(f)) => go_float(f),
        _ if date(node, text.value()) => format!("{} 00:00:00 +0000 UTC", text.value()),
        _ => return Some(text.clone()),
    };
    Some(if shown == text.value() { text.clone() } else { Text::literal(shown, text.span()) })
}

/// Whether Go yaml takes a plain scalar for a point in time.
fn date(node: &Node, text: &str) -> bool {
    let bytes = text.as_bytes();
    let plain = node.scalar().is_some_and(|s| s.style == crate::yaml::Style::Plain && s.text.is_known());
    let digits = |b: &u8| b.is_ascii_digit();
    plain
        && bytes.len() == 10
        && bytes[..4].iter().all(digits)
        && (bytes[4], bytes[7]) == (b'-', b'-')
        && bytes[5..7].iter().chain(&bytes[8..]).all(digits)
        && ("01".."13").contains(&&text[5..7])
        && ("01".."32").contains(&&text[8..])
}

/// A float as Go's `%v` prints it.
pub(super) fn go_float(f: f64) -> String {
    if f.is_infinite() {
        return if f > 0.0 { "+Inf".to_owned() } else { "-Inf".to_owned() };
    }
    if f.is_nan() {
        return "NaN".to_owned();
    }
    let magnitude = f.abs();
    if magnitude != 0.0 && !(1e-4..1e6).contains(&magnitude) {
        let shown = format!("{f:e}");
        let (mantissa, exponent) = shown.split_once('e').unwrap_or((&shown, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    format!("{f}")
}

/// Whether two values are certain to say different things. Paths are written in several ways, and what is not known may be the same.
pub(super) fn differs(a: &Node, b: &Node) -> bool {
    match (a.value(), b.value()) {
        (Value::Map(a), Value::Map(b)) => {
            // Each key is looked for among the others: of larger mappings nothing is said.
            if a.len().max(b.len()) > 300 {
                return false;
            }
            let known = |all: &[Entry]| all.iter().all(|e| e.key.known().is_some());
            let lacks =
                |all: &[Entry], of: &[Entry]| of.iter().any(|e| all.iter().all(|o| o.key.known() != e.key.known()));
            let apart = |e: &Entry| b.iter().any(|o| o.key.known() == e.key.known() && differs(&e.value, &o.value));
            known(a) && known(b) && (lacks(a, b) || lacks(b, a) || a.iter().any(apart))
        }
        (Value::Seq(a), Value::Seq(b)) => a.len() != b.len() || a.iter().zip(b).any(|(a, b)| differs(a, b)),
        _ => match (a.known(), b.known()) {
            (Some(a), Some(b)) => {
                a != b && !a.contains('/') && !b.contains('/') && !a.starts_with('.') && !b.starts_with('.')
            }
            _ => {
                a.is_null() && b.map().is_some_and(|m| !m.is_empty())
                    || b.is_null() && a.map().is_some_and(|m| !m.is_empty())
            }
        },
    }
}
