//! From the syntax tree to commands: who runs when, in which pipeline, in which function.

use std::collections::{HashMap, HashSet};

use tree_sitter::Node;

use super::word::Pieces;
use super::{Assignment, Command, Pipe, Redirect, RedirectKind, Script, Word};
use crate::syntax::substitute::too_large;
use crate::text::Text;

/// How deep the tree is followed; what lies deeper is not read.
const MAX_DEPTH: usize = 150;

/// What surrounds a command.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Around {
    pub(super) function: Option<usize>,
    pub(super) inside: Option<usize>,
    pub(super) pipe: Option<Pipe>,
    pub(super) tested: bool,
    pub(super) passed_on: bool,
    pub(super) guarded: bool,
    depth: usize,
}

/// Collects the commands of one script.
pub(super) struct Walker<'a> {
    pub(super) text: &'a Text,
    pub(super) script: Script,
    /// How often each variable is assigned in the whole script, loops and `read` included.
    pub(super) assigned: HashMap<String, usize>,
    /// The values so far of variables that are assigned once, and not in a branch.
    pub(super) values: HashMap<String, Text>,
    /// Variables whose assignment was passed.
    pub(super) met: HashSet<String>,
    pipes: usize,
}

/// The commands of the script with the root `root`.
pub(super) fn walk(text: &Text, root: Node<'_>, values: HashMap<String, Text>) -> Script {
    let mut walker =
        Walker { text, script: Script::default(), assigned: HashMap::new(), values, met: HashSet::new(), pipes: 0 };
    walker.count(root);
    walker.node(root, Around::default());
    walker.script
}

impl<'a> Walker<'a> {
    /// The characters of a node.
    pub(super) fn source(&self, node: Node<'_>) -> &'a str {
        self.text.value().get(node.byte_range()).unwrap_or("")
    }

    /// Counts assignments, so that a variable with two of them has no known value.
    fn count(&mut self, root: Node<'_>) {
        let mut cursor = root.walk();
        loop {
            let node = cursor.node();
            let name = match node.kind() {
                "variable_assignment" => node.child_by_field_name("name"),
                "for_statement" => node.child_by_field_name("variable"),
                _ => None,
            };
            if let Some(name) = name {
                *self.assigned.entry(self.source(name).to_owned()).or_default() += 1;
            }
            if node.kind() == "command"
                && matches!(self.source(node).split_whitespace().next(), Some("read" | "mapfile"))
            {
                for word in self.source(node).split_whitespace().skip(1) {
                    *self.assigned.entry(word.to_owned()).or_default() += 2;
                }
            }
            if cursor.goto_first_child() || cursor.goto_next_sibling() {
                continue;
            }
            loop {
                if !cursor.goto_parent() {
                    return;
                }
                if cursor.goto_next_sibling() {
                    break;
                }
            }
        }
    }

    /// Reads a statement and everything in it.
    pub(super) fn node(&mut self, node: Node<'_>, around: Around) {
        if around.depth >= MAX_DEPTH {
            self.script.partial = true;
            return;
        }
        let around = Around { depth: around.depth + 1, ..around };
        match node.kind() {
            "command" | "declaration_command" | "unset_command" | "variable_assignment" | "variable_assignments" => {
                self.command(node, around);
            }
            "function_definition" => self.function(node, around),
            "if_statement" | "elif_clause" | "while_statement" => self.branch(node, around),
            "else_clause" | "for_statement" | "c_style_for_statement" | "case_statement" => {
                self.children(node, Around { guarded: true, ..around });
            }
            "list" => self.list(node, around),
            "pipeline" => self.pipeline(node, around),
            "negated_command" => self.children(node, Around { tested: true, passed_on: false, ..around }),
            "redirected_statement" => self.redirected(node, around),
            "command_substitution" | "process_substitution" => {
                self.children(node, Around { pipe: None, tested: false, passed_on: false, ..around });
            }
            "comment" => {}
            _ => self.children(node, around),
        }
    }

    pub(super) fn children(&mut self, node: Node<'_>, around: Around) {
        let mut cursor = node.walk();
        for child in node.named_children(&mut cursor) {
            self.node(child, around);
        }
    }

    fn function(&mut self, node: Node<'_>, around: Around) {
        let name = node.child_by_field_name("name").map_or("", |n| self.source(n));
        self.script.functions.push(name.to_owned());
        let function = Some(self.script.functions.len() - 1);
        if let Some(body) = node.child_by_field_name("body") {
            self.node(body, Around { function, pipe: None, tested: false, passed_on: false, ..around });
        }
    }

    /// `if`, `elif` and `while`: what stands before `then` or `do` is tested, the rest runs in some cases only.
    fn branch(&mut self, node: Node<'_>, around: Around) {
        let mut cursor = node.walk();
        let mut condition = true;
        for child in node.children(&mut cursor) {
            condition &= !matches!(child.kind(), "then" | "do" | "do_group");
            if child.is_named() {
                let inner = if condition {
                    Around { tested: true, passed_on: false, ..around }
                } else {
                    Around { guarded: true, ..around }
                };
                self.node(child, inner);
            }
        }
    }

    /// `a && b`, `a || b`.
    fn list(&mut self, node: Node<'_>, around: Around) {
        let mut cursor = node.walk();
        let statements: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        let last = statements.len().saturating_sub(1);
        let both = child_of_kind_any(node, "&&");
        for (index, child) in statements.into_iter().enumerate() {
            let tested = around.tested || index < last;
            // What fails before `&&` fails the whole list.
            let passed_on = around.passed_on || index < last && both && !around.tested;
            let passed_on = passed_on && (both || index == last);
            self.node(child, Around { tested, passed_on, guarded: around.guarded || index > 0, ..around });
        }
    }

    fn pipeline(&mut self, node: Node<'_>, around: Around) {
        let pipe = around.pipe.unwrap_or_else(|| self.pipe());
        let mut cursor = node.walk();
        for (index, child) in node.named_children(&mut cursor).enumerate() {
            let pipe = Some(Pipe { position: pipe.position + index, ..pipe });
            self.node(child, Around { pipe, ..around });
        }
    }

    fn pipe(&mut self) -> Pipe {
        self.pipes += 1;
        Pipe { id: self.pipes - 1, position: 0 }
    }

    /// `command > file`, `command <<EOF`, `command <<EOF | other`.
    fn redirected(&mut self, node: Node<'_>, around: Around) {
        let mut cursor = node.walk();
        let redirects: Vec<Node<'_>> = node.children_by_field_name("redirect", &mut cursor).collect();
        let next = redirects.iter().find_map(|n| child_of_kind(*n, "pipeline"));
        let pipe = if next.is_some() { Some(around.pipe.unwrap_or_else(|| self.pipe())) } else { around.pipe };
        let around = Around { pipe, ..around };
        let first = self.script.commands.len();
        if let Some(body) = node.child_by_field_name("body") {
            self.node(body, around);
        }
        // A redirection belongs to the command that it follows; of a compound body, to its last one.
        let owner =
            (first..self.script.commands.len()).rev().find(|i| self.script.commands[*i].inside == around.inside);
        for redirect in redirects {
            self.redirect(redirect, owner, around);
        }
        if let (Some(next), Some(pipe)) = (next, pipe) {
            let pipe = Some(Pipe { position: pipe.position + 1, ..pipe });
            self.node(next, Around { pipe, ..around });
        }
    }

    fn command(&mut self, node: Node<'_>, around: Around) {
        let index = self.script.commands.len();
        self.script.commands.push(Command {
            words: Vec::new(),
            assignments: Vec::new(),
            redirects: Vec::new(),
            span: self.text.span_at(node.byte_range()),
            pipe: around.pipe,
            function: around.function,
            inside: around.inside,
            tested: around.tested,
            passed_on: around.passed_on,
            guarded: around.guarded,
        });
        let inner = Around { inside: Some(index), ..around };
        let (mut words, mut assignments) = (Vec::new(), Vec::new());
        if node.kind() == "variable_assignment" {
            assignments.extend(self.assignment(node, inner));
        }
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.children(&mut cursor).collect();
        for part in parts.into_iter().filter(|_| node.kind() != "variable_assignment") {
            match part.kind() {
                "variable_assignment" => assignments.extend(self.assignment(part, inner)),
                "file_redirect" | "herestring_redirect" | "heredoc_redirect" => self.redirect(part, Some(index), inner),
                "variable_name" if node.kind() == "declaration_command" => {
                    assignments.push(Assignment { name: self.text.slice(part.byte_range()), value: None });
                }
                "subshell" | "comment" => self.node(part, inner),
                _ => words.push(self.word(part, inner)),
            }
        }
        if let Some(command) = self.script.commands.get_mut(index) {
            command.words = words;
            command.assignments = assignments;
        }
    }

    fn assignment(&mut self, node: Node<'_>, around: Around) -> Option<Assignment> {
        let name = node.child_by_field_name("name")?;
        let key = self.source(name).to_owned();
        let value = match node.child_by_field_name("value") {
            Some(value) if value.kind() == "array" => {
                self.children(value, around);
                None
            }
            Some(value) => Some(self.word(value, around)),
            None => Some(Word {
                text: self.text.slice(node.end_byte()..node.end_byte()),
                quoted: false,
                substitutions: Vec::new(),
            }),
        };
        let once = self.assigned.get(&key).is_some_and(|n| *n == 1);
        if let (Some(value), true, false) = (&value, once, around.guarded)
            && !too_large(&value.text)
        {
            self.values.insert(key.clone(), value.text.clone());
        }
        self.met.insert(key);
        Some(Assignment { name: self.text.slice(name.byte_range()), value })
    }

    /// One word, with the commands in it.
    pub(super) fn word(&mut self, node: Node<'_>, around: Around) -> Word {
        let mut pieces = Pieces::new(self.text, node);
        pieces.node(self, node, around);
        let quoted = self.source(node).starts_with(['"', '\'']);
        let (text, substitutions) = pieces.finish();
        Word { text, quoted, substitutions }
    }

    fn redirect(&mut self, node: Node<'_>, owner: Option<usize>, around: Around) {
        let inner = Around { inside: owner.or(around.inside), pipe: None, ..around };
        let mut cursor = node.walk();
        let parts: Vec<Node<'_>> = node.children(&mut cursor).collect();
        let operator = parts.iter().map(Node::kind).find(|k| k.contains(['<', '>'])).unwrap_or("");
        let kind = match operator {
            "<<<" => RedirectKind::HereString,
            "<<" | "<<-" => RedirectKind::HereDocument,
            ">>" | "&>>" => RedirectKind::Append,
            ">&" | "<&" | ">&-" | "<&-" => RedirectKind::Descriptor,
            "<" => RedirectKind::Read,
            _ => RedirectKind::Write,
        };
        let target = parts.iter().rev().find(|p| {
            let skipped = ["heredoc_start", "heredoc_end", "pipeline", "file_descriptor", "comment"];
            p.is_named()
                && !skipped.contains(&p.kind())
                && (kind != RedirectKind::HereDocument || p.kind() == "heredoc_body")
        });
        let word = target.map(|t| self.word(*t, inner));
        if let (Some(word), Some(owner)) = (word, owner.and_then(|o| self.script.commands.get_mut(o))) {
            owner.redirects.push(Redirect { kind, target: word.text, substitutions: word.substitutions });
        }
    }
}

/// Whether the node has a child of `kind`, named or not.
fn child_of_kind_any(node: Node<'_>, kind: &str) -> bool {
    let mut cursor = node.walk();
    node.children(&mut cursor).any(|c| c.kind() == kind)
}

fn child_of_kind<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).find(|c| c.kind() == kind)
}
