//! `$X`, `${X}`, `${X:-d}`: which value they have, where the script itself says.

use tree_sitter::Node;

use super::walk::Walker;
use crate::text::{Provenance, Syntax, Text, Variable};

/// The variable that `node`, a `simple_expansion` or an `expansion`, reads.
pub(super) fn variable(walker: &Walker<'_>, node: Node<'_>) -> Variable {
    let source = walker.source(node);
    let start = node.start_byte();
    if !source.starts_with("${") {
        return read(walker, source.trim_start_matches('$'));
    }
    let inner = source.trim_end_matches('}').get(2..).unwrap_or("");
    let name = name(inner);
    let operator = inner.get(name.len()..).unwrap_or("");
    let known = read(walker, name);
    if operator.is_empty() || operator.starts_with(['?', ':']) && operator.trim_start_matches(':').starts_with('?') {
        return known;
    }
    let word = ["-", ":-", "=", ":="].iter().filter_map(|o| operator.strip_prefix(o)).max_by_key(|rest| rest.len());
    let Some(word) = operator.strip_prefix(':').and_then(|o| o.strip_prefix(['-', '='])).or(word) else {
        // Cut, replaced, measured, or an alternative: not what the variable holds, unless it is read again inside.
        let inside = operator.contains(&format!("${name}")) || operator.contains(&format!("${{{name}"));
        let measured = inner.starts_with('#') || operator.trim_start_matches(':').starts_with('+');
        let name = if measured && !inside { "" } else { name };
        return Variable::unknown(name, Syntax::Shell, Provenance::Dynamic);
    };
    let assigned = walker.assigned.get(name).copied().unwrap_or_default();
    // `X=${X:-d}` reads what came from outside: the only assignment is this one.
    let outside = assigned == 0 || assigned == 1 && !walker.met.contains(name);
    if known.value.as_ref().is_some_and(|v| !v.is_empty()) || known.value.is_none() && !outside {
        return known;
    }
    let end = start + 2 + inner.len();
    match default(walker.text, end - word.len(), end) {
        Some(value) => Variable::known(name, Syntax::Shell, value, Provenance::Default),
        None => Variable::unknown(name, Syntax::Shell, Provenance::Dynamic),
    }
}

/// The default at `from..to`, where it is written out.
fn default(text: &Text, from: usize, to: usize) -> Option<Text> {
    let value = text.slice(from..to);
    let quoted = |q: char| value.value().len() >= 2 && value.value().starts_with(q) && value.value().ends_with(q);
    let bare = if quoted('"') || quoted('\'') { text.slice(from + 1..to - 1) } else { value };
    (!bare.value().contains(['$', '`', '\\', '"', '\''])).then_some(bare)
}

fn read(walker: &Walker<'_>, name: &str) -> Variable {
    match (walker.values.get(name), walker.assigned.contains_key(name)) {
        (Some(value), _) => Variable::known(name, Syntax::Shell, value.clone(), Provenance::Defined),
        (None, true) => Variable::unknown(name, Syntax::Shell, Provenance::Dynamic),
        (None, false) => Variable::unknown(name, Syntax::Shell, Provenance::Undefined),
    }
}

/// The name at the start of an expansion's content. `${!X}` and `${#X}` have none of use.
fn name(inner: &str) -> &str {
    let end = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let special = inner.starts_with(['@', '*', '?', '$', '!', '#', '-']);
    inner.get(..if end == 0 && special { 1 } else { end }).unwrap_or("")
}
