//! One word of a shell command: quotes removed, expansions as variables.

use tree_sitter::Node;

use super::expansion::variable;
use super::walk::{Around, Walker};
use crate::text::{Builder, Text};

/// Builds the text of one word.
pub(super) struct Pieces {
    builder: Builder,
    substitutions: Vec<usize>,
}

/// Which backslashes disappear.
#[derive(Clone, Copy)]
enum Escapes {
    /// Every one, with a line break behind it too: outside quotes.
    All,
    /// Those before `"`, `$`, a backquote, a backslash or a line break: in double quotes.
    Double,
    /// None: single quotes, here-documents.
    Kept,
    /// As in C: `$'…'`.
    C,
}

impl Pieces {
    /// An empty word at `node`.
    pub(super) fn new(text: &Text, node: Node<'_>) -> Self {
        Self { builder: Builder::new(text.span_at(node.byte_range())), substitutions: Vec::new() }
    }

    /// The text, and the commands inside.
    pub(super) fn finish(self) -> (Text, Vec<usize>) {
        (self.builder.finish(), self.substitutions)
    }

    /// Adds what `node` stands for.
    pub(super) fn node(&mut self, walker: &mut Walker<'_>, node: Node<'_>, around: Around) {
        let range = node.byte_range();
        match node.kind() {
            "raw_string" => self.characters(walker.text, range.start + 1, range.end.saturating_sub(1), Escapes::Kept),
            "ansi_c_string" => self.characters(walker.text, range.start + 2, range.end.saturating_sub(1), Escapes::C),
            "string" => {
                self.parts(walker, node, around, (range.start + 1, range.end.saturating_sub(1)), Escapes::Double);
            }
            "heredoc_body" => self.parts(walker, node, around, (range.start, range.end), Escapes::Double),
            "concatenation" | "command_name" | "translated_string" => {
                let start = if node.kind() == "translated_string" { range.start + 1 } else { range.start };
                self.parts(walker, node, around, (start, range.end), Escapes::All);
            }
            "simple_expansion" | "expansion" => {
                let variable = variable(walker, node);
                self.builder.variable(variable, walker.text.span_at(range));
                self.nested(walker, node, around);
            }
            "command_substitution" => {
                self.builder.opaque("the output of a command", walker.text.span_at(range));
                self.nested(walker, node, around);
            }
            "process_substitution" => {
                self.builder.opaque("a pipe from a command", walker.text.span_at(range));
                self.nested(walker, node, around);
            }
            "arithmetic_expansion" => {
                self.builder.opaque("a computed number", walker.text.span_at(range));
                self.nested(walker, node, around);
            }
            _ => self.characters(walker.text, range.start, range.end, Escapes::All),
        }
    }

    /// Adds the children of `node`, and the characters between them, which the grammar does not always give as nodes.
    fn parts(
        &mut self,
        walker: &mut Walker<'_>,
        node: Node<'_>,
        around: Around,
        (from, to): (usize, usize),
        escapes: Escapes,
    ) {
        let mut cursor = node.walk();
        let mut at = from;
        for child in node.named_children(&mut cursor) {
            if matches!(child.kind(), "string_content" | "heredoc_content") || child.start_byte() < at {
                continue;
            }
            self.characters(walker.text, at, child.start_byte(), escapes);
            self.node(walker, child, around);
            at = child.end_byte();
        }
        self.characters(walker.text, at, to, escapes);
    }

    /// Reads the commands inside an expansion.
    fn nested(&mut self, walker: &mut Walker<'_>, node: Node<'_>, around: Around) {
        let first = walker.script.commands.len();
        walker.node(node, around);
        let own = |i: &usize| walker.script.commands.get(*i).is_some_and(|c| c.inside == around.inside);
        self.substitutions.extend((first..walker.script.commands.len()).filter(own));
    }

    fn characters(&mut self, text: &Text, from: usize, to: usize, escapes: Escapes) {
        let source = text.value();
        let mut run = from;
        let mut at = from;
        while let Some(c) = source.get(at..to).and_then(|rest| rest.chars().next()) {
            let next = at + c.len_utf8();
            if c != '\\' || matches!(escapes, Escapes::Kept) {
                at = next;
                continue;
            }
            let Some(second) = source.get(next..to).and_then(|rest| rest.chars().next()) else { break };
            let end = next + second.len_utf8();
            if let Some(value) = unescape(second, escapes) {
                self.builder.text(&text.slice(run..at));
                self.builder.literal(value.encode_utf8(&mut [0; 4]), text.span_at(at..end));
                run = end;
            } else if second == '\n' {
                self.builder.text(&text.slice(run..at));
                run = end;
            }
            at = end;
        }
        if run < to {
            self.builder.text(&text.slice(run..to));
        }
    }
}

/// What a backslash and `c` stand for; `None` where both stay (or, for a line break, both go).
fn unescape(c: char, escapes: Escapes) -> Option<char> {
    match (escapes, c) {
        (_, '\n') | (Escapes::Kept, _) => None,
        (Escapes::All, c) => Some(c),
        (Escapes::Double, c) => matches!(c, '"' | '$' | '`' | '\\').then_some(c),
        (Escapes::C, 'n') => Some('\n'),
        (Escapes::C, 't') => Some('\t'),
        (Escapes::C, 'r') => Some('\r'),
        (Escapes::C, c) => matches!(c, '\'' | '"' | '\\').then_some(c),
    }
}
