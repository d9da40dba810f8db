//! From text to nodes, with granit-parser's events.
//!
//! Nothing here is fatal: what parsed before an error is kept, and the error is a [`ParseProblem`] with its place.
//! Aliases share nodes; a file whose aliases and merge keys would expand to more than [`MAX_EXPANDED`] nodes keeps those
//! up to there, as docker compose refuses it whole.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use granit_parser::{Event, Parser, ScalarStyle, ScanError};

use super::align::{Escapes, align};
use super::repair::repair;
use super::{Entry, Node, Scalar, Style, Value};
use crate::source::Span;
use crate::text::{Piece, PieceKind, Text};

/// The most nodes that the aliases and merge keys of a file may stand for, all together.
pub(super) const MAX_EXPANDED: usize = 200_000;

/// Why nothing is known of an alias without an anchor.
const NO_ANCHOR: &str = "an alias without an anchor";

/// How many badly indented continuation lines of quoted scalars are mended before giving up.
const MAX_REPAIRS: usize = 200;

/// How many bytes are parsed again for them, beside a few times the file's own.
const MAX_REPARSED: usize = 4 * 1024 * 1024;

/// A parsed file.
#[derive(Debug, Clone, Default)]
pub struct Yaml {
    /// The documents, in order; those before an error are kept.
    pub documents: Vec<Node>,
    /// All comments, in order.
    pub comments: Vec<Comment>,
    /// What went wrong.
    pub problems: Vec<ParseProblem>,
    /// Where a mapping has a merge key (`<<`) after another one, each with the first; not every reader takes that.
    pub merges: Vec<(Span, Span)>,
}

/// A comment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comment {
    /// Its text after the `#`.
    pub text: String,
    /// The whole comment, with the `#`.
    pub span: Span,
}

/// Something that is wrong with the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseProblem {
    /// What, in the parser's words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The name of the alias that no anchor of the file answers, where that is what is wrong.
    pub alias: Option<String>,
}

/// Parses `text` as YAML.
pub fn parse(text: &Text) -> Yaml {
    let mut input = text.value().to_owned();
    let mut repairs = 0;
    let mut left = MAX_REPARSED + 4 * input.len();
    loop {
        let (yaml, error) = Build::new(text, &input).run();
        let Some(error) = error else { return yaml };
        left = left.saturating_sub(error.marker().byte_offset().unwrap_or(input.len()));
        let repaired = repairs < MAX_REPAIRS && left > 0 && repair(&mut input, &error);
        if !repaired {
            return with_error(yaml, text, &error);
        }
        repairs += 1;
    }
}

fn with_error(mut yaml: Yaml, text: &Text, error: &ScanError) -> Yaml {
    let at = error.marker().byte_offset().unwrap_or(0).min(text.value().len());
    let rest = &text.value()[floor(text.value(), at)..];
    let width = rest.chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    yaml.problems.push(ParseProblem { message: error.info().clone(), span: text.span_at(at..at + width), alias: None });
    yaml
}

pub(super) fn floor(value: &str, at: usize) -> usize {
    let mut at = at.min(value.len());
    while !value.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A collection whose end has not come yet.
struct Open {
    start: usize,
    end: usize,
    tag: Option<Arc<str>>,
    anchor: usize,
    flow: bool,
    items: Vec<Node>,
    map: bool,
    weight: usize,
}

struct Build<'a> {
    text: &'a Text,
    input: &'a str,
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    /// The aliases that no anchor answers.
    unknown: HashSet<String>,
    /// The nodes that aliases and merge keys stood for so far.
    expanded: usize,
    out: Yaml,
}

impl<'a> Build<'a> {
    fn new(text: &'a Text, input: &'a str) -> Self {
        Self {
            text,
            input,
            open: Vec::new(),
            anchors: HashMap::new(),
            unknown: HashSet::new(),
            expanded: 0,
            out: Yaml::default(),
        }
    }

    fn run(mut self) -> (Yaml, Option<ScanError>) {
        let options = granit_parser::options! {
            max_buffered_comment_events: 1_000_000,
            emit_unresolved_aliases: true,
        };
        let input = self.input;
        for next in Parser::new_from_str_with_options(input, options) {
            match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let tag_start = span.tag_start.and_then(|m| m.byte_offset());
                    self.event(&event, range, tag_start);
                }
                Err(error) => return (self.out, Some(error)),
            }
        }
        (self.out, None)
    }

    fn event(&mut self, event: &Event<'_>, range: std::ops::Range<usize>, tag_start: Option<usize>) {
        match event {
            Event::Scalar(value, style, anchor, tag) => {
                let node = self.scalar(value, *style, range.clone(), tag.is_some().then(|| self.tag(tag_start)));
                self.close(node, *anchor, 1, range.end);
            }
            Event::SequenceStart(style, anchor, tag) => {
                let tag = tag.is_some().then(|| self.tag(tag_start));
                self.start(false, *style == granit_parser::StructureStyle::Flow, *anchor, tag, range.start);
            }
            Event::MappingStart(style, anchor, tag) => {
                let tag = tag.is_some().then(|| self.tag(tag_start));
                self.start(true, *style == granit_parser::StructureStyle::Flow, *anchor, tag, range.start);
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end),
            Event::Alias(id) => self.alias(*id, range),
            Event::UnresolvedAlias(name) => {
                let span = self.text.span_at(range.clone());
                let message = format!("alias `*{name}` has no anchor before it");
                // What is missing is one anchor, however often it is named.
                if self.unknown.insert(name.to_string()) {
                    self.out.problems.push(ParseProblem { message, span, alias: Some(name.to_string()) });
                }
                let text = Text::opaque(NO_ANCHOR, span);
                self.close(Node::plain(text), 0, 1, range.end);
            }
            Event::Comment(text, _) => {
                let span = self.text.span_at(range);
                self.out.comments.push(Comment { text: text.clone().into_owned(), span });
            }
            Event::DocumentStart(..) => self.anchors.clear(),
            _ => {}
        }
    }

    fn tag(&self, start: Option<usize>) -> Arc<str> {
        let rest = &self.input[start.unwrap_or(self.input.len())..];
        rest.split([' ', '\t', '\n', '\r', ',', ']', '}']).next().unwrap_or("").into()
    }

    fn start(&mut self, map: bool, flow: bool, anchor: usize, tag: Option<Arc<str>>, start: usize) {
        self.open.push(Open { start, end: start, tag, anchor, flow, items: Vec::new(), map, weight: 1 });
    }

    fn end(&mut self, at: usize) {
        let Some(open) = self.open.pop() else { return };
        // A block collection's own end event stands at the next token; its last child's end is what a reader sees.
        let end = if open.flow || open.items.is_empty() { at } else { open.end };
        let span = self.text.span_at(open.start..end.max(open.start));
        let value = if open.map {
            Value::Map(self.entries(open.items, &(open.start..end.max(open.start))))
        } else {
            Value::Seq(open.items)
        };
        self.close(Node::tagged(value, span, open.tag), open.anchor, open.weight, end);
    }

    fn alias(&mut self, id: usize, range: std::ops::Range<usize>) {
        let Some((node, weight)) = self.anchors.get(&id).cloned() else {
            let span = self.text.span_at(range.clone());
            let message = "an alias inside its own anchor".to_owned();
            self.out.problems.push(ParseProblem { message, span, alias: None });
            self.close(Node::plain(Text::opaque("an alias inside its own anchor", span)), 0, 1, range.end);
            return;
        };
        if !self.expands(weight, &range) {
            let span = self.text.span_at(range.clone());
            self.close(Node::plain(Text::opaque("too many aliases", span)), 0, 1, range.end);
            return;
        }
        self.close(node, 0, weight, range.end);
    }

    /// Whether the file may grow by `weight` nodes; the first time that it may not is told at `range`.
    fn expands(&mut self, weight: usize, range: &std::ops::Range<usize>) -> bool {
        let before = self.expanded;
        self.expanded = before.saturating_add(weight);
        if before <= MAX_EXPANDED && self.expanded > MAX_EXPANDED {
            let message = format!("the file's aliases and merge keys stand for more than {MAX_EXPANDED} nodes");
            let span = self.text.span_at(range.clone());
            self.out.problems.push(ParseProblem { message, span, alias: None });
        }
        self.expanded <= MAX_EXPANDED
    }

    /// Puts a finished node where it belongs.
    fn close(&mut self, node: Node, anchor: usize, weight: usize, end: usize) {
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), weight));
        }
        match self.open.last_mut() {
            Some(open) => {
                open.items.push(node);
                open.end = open.end.max(end);
                open.weight = open.weight.saturating_add(weight);
            }
            None => self.out.documents.push(node),
        }
    }

    /// Pairs keys with values and puts merge keys (`<<`) in: an own key wins over a merged one, an earlier merge over a
    /// later one.
    fn entries(&mut self, items: Vec<Node>, range: &std::ops::Range<usize>) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(items.len() / 2);
        let mut merges: Vec<(Span, Node)> = Vec::new();
        let mut items = items.into_iter();
        while let (Some(key), Some(value)) = (items.next(), items.next()) {
            let plain = key.scalar().is_some_and(|s| s.style == Style::Plain);
            if plain && key.known() == Some("<<") && mergeable(&value) {
                self.out.merges.extend(merges.first().map(|(first, _)| (*first, key.span())));
                merges.push((key.span(), value));
            } else {
                entries.push(Entry::new(key, value, false));
            }
        }
        if !merges.is_empty() {
            self.merge(&mut entries, &merges, range);
        }
        entries
    }

    /// Adds to `entries` what `merges` name and they do not hold.
    fn merge(&mut self, entries: &mut Vec<Entry>, merges: &[(Span, Node)], range: &std::ops::Range<usize>) {
        let mut held: HashSet<String> = entries.iter().filter_map(|e| e.key.known()).map(str::to_owned).collect();
        for (span, merge) in merges {
            let sources = merge.seq().unwrap_or(std::slice::from_ref(merge));
            if let Some(unknown) = sources.iter().find(|source| without_anchor(source)) {
                // Which keys it has, nobody can say.
                entries.push(Entry::new(unknown.clone(), unknown.clone(), true));
            }
            for source in sources.iter().filter_map(Node::map) {
                // Also those that are held already: to look at them takes time.
                if !self.expands(source.len(), range) {
                    let unknown = || Node::plain(Text::opaque("too many merge keys", *span));
                    entries.push(Entry::new(unknown(), unknown(), true));
                    return;
                }
                for entry in source {
                    if entry.key.known().is_none_or(|key| held.insert(key.to_owned())) {
                        entries.push(Entry { merged: true, ..entry.clone() });
                    }
                }
            }
        }
    }

    fn scalar(&self, value: &str, style: ScalarStyle, range: std::ops::Range<usize>, tag: Option<Arc<str>>) -> Node {
        let (escapes, style, quotes) = match style {
            ScalarStyle::Plain => (Escapes::None, Style::Plain, 0),
            ScalarStyle::SingleQuoted => (Escapes::Single, Style::Quoted, 1),
            ScalarStyle::DoubleQuoted => (Escapes::Double, Style::Quoted, 1),
            ScalarStyle::Literal | ScalarStyle::Folded => (Escapes::None, Style::Block, 0),
        };
        let mut inner = range.start + quotes..range.end.saturating_sub(quotes).max(range.start + quotes);
        if style == Style::Block {
            // The block's span runs on to the next token.
            inner.end = inner.start + self.input[inner.clone()].trim_end().len();
        }
        let rest = self.input.get(inner.end..).unwrap_or("");
        let value = if style == Style::Block { written_end(value, rest) } else { value };
        let raw = self.input.get(inner.clone()).unwrap_or("");
        let text = align(self.text, raw, inner.start, value, escapes);
        let span = self.text.span_at(if style == Style::Block { inner } else { range });
        Node::tagged(Value::Scalar(Scalar { text, style }), span, tag)
    }
}

/// The value of a block without a line break that the file does not have: its last line, blanks and all, may end with
/// the file. `rest` is what stands behind the last character that is no blank.
fn written_end<'v>(value: &'v str, rest: &str) -> &'v str {
    let Some(body) = value.strip_suffix('\n') else { return value };
    if !rest.trim().is_empty() || rest.ends_with('\n') {
        return value;
    }
    let last = body.rsplit('\n').next().unwrap_or("");
    let blanks = !last.is_empty() && last.trim().is_empty();
    if blanks || !rest.contains('\n') { body } else { value }
}

fn mergeable(value: &Node) -> bool {
    let mapping = |node: &Node| node.map().is_some() || without_anchor(node);
    mapping(value) || value.seq().is_some_and(|items| items.iter().all(mapping))
}

/// Whether the node is an alias whose anchor the file does not have.
fn without_anchor(node: &Node) -> bool {
    let unknown = |piece: &Piece| matches!(&piece.kind, PieceKind::Opaque(why) if &**why == NO_ANCHOR);
    node.scalar().is_some_and(|scalar| scalar.text.pieces().iter().any(unknown))
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
