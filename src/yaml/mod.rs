//! YAML with every place kept: nodes whose scalars are [`Text`]s.
//!
//! Parsing is granit-parser's (`parse`), the mapping of escaped and folded scalars back to their bytes is `align`, what
//! a plain scalar means under each dialect is `resolve`. What a document is about is left to `load` and `expand`.

mod align;
mod parse;
mod repair;
mod resolve;

use std::sync::Arc;

use crate::source::Span;
use crate::text::Text;

pub use parse::{Comment, ParseProblem, Yaml, parse};
pub use resolve::{Resolved, Schema};

/// A node of a YAML document. Cloning shares it; aliases share their anchor's node.
#[derive(Debug, Clone, PartialEq)]
pub struct Node(Arc<NodeData>);

/// What a [`Node`] holds.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeData {
    /// Where the node's value is; a block collection spans from its first key to the end of its last value.
    pub span: Span,
    /// The tag as written (`!reset`, `!vault`), without resolution.
    pub tag: Option<Arc<str>>,
    /// The value.
    pub value: Value,
}

/// A node's value.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A scalar, `null` and absent values included: see [`Node::is_null`].
    Scalar(Scalar),
    /// A sequence.
    Seq(Vec<Node>),
    /// A mapping, in order, duplicate keys included.
    Map(Vec<Entry>),
}

/// A scalar's text and how it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct Scalar {
    /// The text after escapes and folding.
    pub text: Text,
    /// How it was written.
    pub style: Style,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Style {
    /// Without quotes: the only style whose type depends on its text.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// A `|` or `>` block.
    Block,
}

/// A key and its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The key.
    pub key: Node,
    /// The value.
    pub value: Node,
    /// Whether it came in by a merge key (`<<`).
    pub merged: bool,
    /// What tells its key from most others, without a look at it.
    name: Name,
}

impl Entry {
    /// `value` under `key`; `merged` where it came in by a merge key.
    pub fn new(key: Node, value: Node, merged: bool) -> Self {
        let name = Name::of(key.text().map_or("", Text::value));
        Self { key, value, merged, name }
    }

    /// The same with another value.
    #[must_use]
    pub fn with(&self, value: Node) -> Self {
        Self { key: self.key.clone(), value, merged: self.merged, name: self.name }
    }
}

/// A key's length, first, middle and last byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Name([u8; 4]);

impl Name {
    fn of(key: &str) -> Self {
        let bytes = key.as_bytes();
        let byte = |at: usize| bytes.get(at).copied().unwrap_or(0);
        let length = u8::try_from(bytes.len()).unwrap_or(u8::MAX);
        Self([length, byte(0), byte(bytes.len() / 2), byte(bytes.len().saturating_sub(1))])
    }
}

impl Node {
    /// A node of `value` at `span`.
    pub fn new(value: Value, span: Span) -> Self {
        Self::tagged(value, span, None)
    }

    /// A node with a tag.
    pub fn tagged(value: Value, span: Span, tag: Option<Arc<str>>) -> Self {
        Self(Arc::new(NodeData { span, tag, value }))
    }

    /// A scalar that was written as `text`, in quotes (so that it is a string in every dialect).
    pub fn string(text: Text) -> Self {
        let span = text.span();
        Self::new(Value::Scalar(Scalar { text, style: Style::Quoted }), span)
    }

    /// A plain scalar of `text`, whose type depends on what it says.
    pub fn plain(text: Text) -> Self {
        let span = text.span();
        Self::new(Value::Scalar(Scalar { text, style: Style::Plain }), span)
    }

    /// Where it is.
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// The tag as written.
    pub fn tag(&self) -> Option<&str> {
        self.0.tag.as_deref()
    }

    /// The value.
    pub fn value(&self) -> &Value {
        &self.0.value
    }

    /// Whether both are one node (an alias and its anchor).
    pub fn same(&self, other: &Node) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }

    /// The scalar, where it is one.
    pub fn scalar(&self) -> Option<&Scalar> {
        match &self.0.value {
            Value::Scalar(scalar) => Some(scalar),
            Value::Seq(_) | Value::Map(_) => None,
        }
    }

    /// The scalar's text, where it is a scalar.
    pub fn text(&self) -> Option<&Text> {
        self.scalar().map(|s| &s.text)
    }

    /// The scalar's characters, where it is a scalar and all are known.
    pub fn known(&self) -> Option<&str> {
        self.text().and_then(Text::known)
    }

    /// The items, where it is a sequence.
    pub fn seq(&self) -> Option<&[Node]> {
        match &self.0.value {
            Value::Seq(items) => Some(items),
            Value::Scalar(_) | Value::Map(_) => None,
        }
    }

    /// The entries, where it is a mapping.
    pub fn map(&self) -> Option<&[Entry]> {
        match &self.0.value {
            Value::Map(entries) => Some(entries),
            Value::Scalar(_) | Value::Seq(_) => None,
        }
    }

    /// Whether it is null: absent, `~`, or `null` without quotes.
    pub fn is_null(&self) -> bool {
        self.scalar().is_some_and(|s| {
            s.style == Style::Plain && matches!(s.text.known(), Some("" | "~" | "null" | "Null" | "NULL"))
        })
    }

    /// The entry of `key`; of duplicates the last, as PyYAML reads them.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        let name = Name::of(key);
        debug_assert!(self.map()?.iter().all(|e| e.name == Name::of(e.key.text().map_or("", Text::value))));
        let is = |e: &&Entry| e.name == name && e.key.known() == Some(key);
        self.map()?.iter().rev().find(is)
    }

    /// The value of `key`.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|e| &e.value)
    }

    /// The value at a path of keys.
    pub fn path(&self, keys: &[&str]) -> Option<&Node> {
        keys.iter().try_fold(self, |node, key| node.get(key))
    }

    /// What a scalar means under `schema`; `None` for collections and texts that are not known.
    pub fn resolve(&self, schema: Schema) -> Option<Resolved> {
        let resolved = self.scalar()?.resolve(schema)?;
        Some(match self.tag() {
            Some("!!str") => Resolved::Str(self.known()?.to_owned()),
            _ => resolved,
        })
    }
}
