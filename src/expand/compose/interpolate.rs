//! Interpolation as docker compose does it: `$X`, `${X}`, `${X:-d}`, `${X-d}`, `${X:?e}`, `${X?e}`, `${X:+a}`, `${X+a}`.
//!
//! Works on texts: each use becomes a variable piece whose value keeps the place where it was written. Whatever the
//! grammar's pattern matches by odd means (greedy to the line's last brace) is matched here too.

use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::{Builder, Provenance, Syntax, Text, Variable};

/// What becomes of a variable that has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unset {
    /// It stays unknown: for rules.
    Unknown,
    /// It is the empty string, and a required one is an error: what docker compose prints.
    Empty,
}

/// Why a text can't be interpolated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failed {
    /// The reason, as a sentence without a full stop.
    pub(super) message: String,
    /// Where.
    pub(super) span: Span,
}

impl Failed {
    /// The same as a finding about a value of an env file.
    pub(super) fn problem(&self) -> Problem {
        let help = "put the value in single quotes, or close the brace; docker compose refuses the whole file";
        let message = self.message.split(';').next().unwrap_or_default();
        Problem::new(ProblemKind::InvalidValue, message, self.span).help(help)
    }
}

/// Nested defaults deeper than this are refused.
const MAX_NESTING: usize = 20;

/// The values of variables.
pub(super) type Lookup<'a> = dyn Fn(&str) -> Option<Text> + 'a;

/// Replaces the variables of `text` by their values.
///
/// # Errors
/// A `${` that starts no variable, or a required variable without a value (in mode [`Unset::Empty`]).
pub(super) fn interpolate(text: &Text, lookup: &Lookup<'_>, unset: Unset) -> Result<Text, Failed> {
    run(text, lookup, unset, 0)
}

/// One `${…}` taken apart; ranges are of the text's value.
struct Braced<'a> {
    name: &'a str,
    operator: &'a str,
    argument: std::ops::Range<usize>,
    end: usize,
}

fn run(text: &Text, lookup: &Lookup<'_>, unset: Unset, depth: usize) -> Result<Text, Failed> {
    let value = text.value();
    if !value.contains('$') {
        return Ok(text.clone());
    }
    let mut out = Builder::new(text.span());
    let mut at = 0;
    while let Some(found) = value[at..].find('$') {
        let start = at + found;
        out.text(&text.slice(at..start));
        let rest = &value[start + 1..];
        let span = |end: usize| text.span_at(start..end);
        if rest.starts_with('$') {
            at = start + 2;
            out.literal("$", span(at));
        } else if rest.starts_with('{') {
            let braced = braced(value, start).ok_or_else(|| invalid(rest, span(start + 2)))?;
            if depth > MAX_NESTING {
                return Err(Failed { message: "variables nest too deeply".to_owned(), span: span(braced.end) });
            }
            at = braced.end;
            let variable = expand(text, &braced, span(at), lookup, unset, depth)?;
            out.variable(variable, span(at));
        } else {
            let length = name_length(rest);
            at = start + 1 + length;
            if length == 0 {
                // `$(` and the like start nothing and stay.
                out.text(&text.slice(start..at));
            } else {
                out.variable(plain(&rest[..length], span(at), lookup, unset), span(at));
            }
        }
    }
    out.text(&text.slice(at..value.len()));
    Ok(out.finish())
}

/// Why `rest`, which begins with a brace, is no variable.
fn invalid(rest: &str, span: Span) -> Failed {
    let inside = rest.strip_prefix('{').unwrap_or(rest);
    let (name, after) = inside.split_at(name_length(inside));
    let open = after.is_empty() || after.starts_with([':', '-', '?', '+', '/']) && !after.contains('}');
    let message = if open && !name.is_empty() {
        // What stands behind it may be a piece of a password, and no name.
        "the `}` of this `${` is missing".to_owned()
    } else {
        "this `${` starts no variable; write `$$` for a dollar sign".to_owned()
    };
    Failed { message, span }
}

fn name_length(text: &str) -> usize {
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let length = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    if first { length } else { 0 }
}

fn braced(value: &str, start: usize) -> Option<Braced<'_>> {
    let name_start = start + 2;
    let rest = &value[name_start..];
    let length = name_length(rest);
    if length == 0 {
        return None;
    }
    let (name, after) = rest.split_at(length);
    let name_end = name_start + length;
    if after.starts_with('}') {
        return Some(Braced { name, operator: "", argument: name_end..name_end, end: name_end + 1 });
    }
    let operator = [":-", ":?", ":+", "-", "?", "+"].into_iter().find(|o| after.starts_with(o))?;
    let argument = name_end + operator.len();
    let line = value[argument..].find('\n').map_or(value.len(), |n| argument + n);
    let last = argument + value[argument..line].rfind('}')?;
    let close = closing(&value[start..=last]).map_or(last, |n| start + n);
    // The closing brace that balances may stand before the argument only in broken input.
    let close = close.max(argument);
    Some(Braced { name, operator, argument: argument..close, end: close + 1 })
}

/// The brace that closes the first one; a character behind an opening brace is skipped, as compose-go skips it.
fn closing(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (0, 0_i64);
    while let Some(byte) = bytes.get(at) {
        if *byte == b'}' {
            open -= 1;
            if open == 0 {
                return Some(at);
            }
        }
        if *byte == b'{' {
            open += 1;
            at += 1;
        }
        at += 1;
    }
    None
}

fn plain(name: &str, span: Span, lookup: &Lookup<'_>, unset: Unset) -> Variable {
    match (lookup(name), unset) {
        (Some(value), _) => Variable::known(name, Syntax::Compose, value, Provenance::Defined),
        (None, Unset::Unknown) => Variable::unknown(name, Syntax::Compose, Provenance::Undefined),
        (None, Unset::Empty) => Variable::known(name, Syntax::Compose, empty(span), Provenance::Undefined),
    }
}

fn empty(span: Span) -> Text {
    Text::literal("", Span { start: span.end, ..span })
}

fn expand(
    text: &Text,
    braced: &Braced<'_>,
    span: Span,
    lookup: &Lookup<'_>,
    unset: Unset,
    depth: usize,
) -> Result<Variable, Failed> {
    let found = lookup(braced.name);
    // docker compose reads it whether it is used or not.
    let argument = run(&text.slice(braced.argument.clone()), lookup, unset, depth + 1)?;
    let strict = braced.operator.starts_with(':');
    let present = found.as_ref().is_some_and(|v| !strict || !v.is_empty());
    let make = |value: Text, provenance: Provenance| {
        let mut variable = Variable::known(braced.name, Syntax::Compose, value, provenance);
        let nested: Vec<String> = variable.value.iter().flat_map(Text::variables).map(|v| v.name.clone()).collect();
        variable.names.extend(nested.into_iter().filter(|n| n != braced.name));
        variable
    };
    match braced.operator.trim_start_matches(':') {
        "-" if !present => Ok(make(argument, Provenance::Default)),
        "+" if present => Ok(make(argument, Provenance::Defined)),
        "+" => Ok(make(found.unwrap_or_else(|| empty(span)), Provenance::Default)),
        "?" if !present && unset == Unset::Empty => {
            let reason = argument.known().unwrap_or_default().to_owned();
            let tail = if reason.is_empty() { String::new() } else { format!(": {reason}") };
            Err(Failed { message: format!("required variable `{}` has no value{tail}", braced.name), span })
        }
        "?" if !present => Ok(Variable::unknown(braced.name, Syntax::Compose, Provenance::Required)),
        _ => Ok(plain(braced.name, span, lookup, unset)),
    }
}

#[cfg(test)]
#[path = "interpolate_tests.rs"]
mod tests;
