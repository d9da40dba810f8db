//! Unknown values that stand for YAML structure: an expression alone on its line.
//!
//! `{{ extra | to_nice_yaml }}` between the entries of a mapping would break the YAML around it, or run into the value
//! above. It is made an entry of its own kind, with a key (or an item) that is not known: anything may stand there.

use crate::text::{Builder, Text};

/// `text` with each unknown value that stands alone on its line made an entry of the collection around it.
pub(super) fn structural(text: &Text) -> Text {
    let value = text.value();
    let mut out = Builder::new(text.span());
    let mut from = 0;
    for piece in text.pieces().iter().filter(|p| !p.is_known() && p.range.len() == crate::text::UNKNOWN.len_utf8()) {
        let start = value[..piece.range.start].rfind('\n').map_or(0, |i| i + 1);
        let end = value[piece.range.end..].find('\n').map_or(value.len(), |i| piece.range.end + i);
        let alone = value[start..piece.range.start].trim().is_empty() && value[piece.range.end..end].trim().is_empty();
        let indent = piece.range.start - start;
        let Some(role) = alone.then(|| role(&value[..start], &value[end..], indent)).flatten() else { continue };
        let unknown = text.slice(piece.range.clone());
        out.text(&text.slice(from..piece.range.start));
        match role {
            Role::Value(missing) => out.derived(&" ".repeat(missing), piece.span),
            Role::Item => out.derived("- ", piece.span),
            Role::Entry => {
                out.text(&unknown);
                out.derived(": ", piece.span);
            }
        }
        out.text(&unknown);
        from = piece.range.end;
    }
    if from == 0 {
        return text.clone();
    }
    out.text(&text.slice(from..value.len()));
    out.finish()
}

/// What an unknown value that stands alone on its line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// An item of a list.
    Item,
    /// An entry of a mapping.
    Entry,
    /// The value of the key above, from which it lacks so many spaces: its filters would have put them in.
    Value(usize),
}

/// What the lines around say that a lone value at `indent` has to be; `None` where it may stay a value.
fn role(before: &str, after: &str, indent: usize) -> Option<Role> {
    let width = |line: &str| line.len() - line.trim_start().len();
    let says = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let next = after.lines().find(says).filter(|l| width(l) == indent);
    let kind = |line: &str| if line.trim_start().starts_with("- ") { Role::Item } else { Role::Entry };
    let above = before.lines().rev().find(says).filter(|l| width(l) >= indent);
    if let Some(above) = above.filter(|l| l.trim_end().ends_with(':') || block(l.trim_end())) {
        return Some(Role::Value(width(above) + 2 - indent));
    }
    let mut same = None;
    // Whether the key above has its value already, further in.
    let mut filled = false;
    for line in before.lines().rev().filter(says).take(2_000) {
        let body = line.split(" #").next().unwrap_or(line).trim_end();
        filled |= width(line) > indent;
        if width(line) < indent || (width(line) == indent && same.is_none() && !filled && opens(body)) {
            if block(body) {
                return None;
            }
            let value = opens(body) && same.is_none();
            return if value { next.map(kind) } else { Some(same.or(next.map(kind)).unwrap_or(Role::Entry)) };
        }
        if width(line) == indent && same.is_none() {
            same = Some(kind(line));
        }
    }
    Some(same.or(next.map(kind)).unwrap_or(Role::Entry)).filter(|_| same.is_some() || next.is_some())
}

/// Whether a value is expected after `line`.
fn opens(line: &str) -> bool {
    line.ends_with(':') || line.ends_with('-')
}

/// Whether `line` starts a block scalar.
fn block(line: &str) -> bool {
    let head = line.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '-' | '+'));
    head.ends_with(": |") || head.ends_with(": >") || head.ends_with("- |") || head.ends_with("- >")
}
