//! Variables of a template that nothing defines and that are slips of one that is defined.
//!
//! A name that is like none may come from anywhere: the command line, a host, a role from elsewhere. It is left open.

use std::sync::Arc;

use super::vars::Scope;
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::{PieceKind, Provenance, Text};

/// The most names that are compared with each other.
const MAX_NAMES: usize = 20_000;

/// The slips among `names`, which the template `text` needs and no scope defines; `source` is the template itself.
pub(super) fn problems(
    text: &Text,
    source: &str,
    names: &[String],
    scopes: &[&Arc<Scope>],
    elsewhere: &dyn Fn(&str) -> bool,
) -> Vec<Problem> {
    // What an encrypted file defines is not seen.
    if scopes.iter().any(|s| s.vaulted) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for name in names.iter().filter(|n| n.len() >= 6 && !optional(source, n)) {
        let Some(span) = used(text, name) else { continue };
        let Some((near, defined)) = nearest(name, scopes) else { continue };
        if elsewhere(name) {
            continue;
        }
        let message = format!("nothing defines `{name}`: Ansible stops at this template");
        let problem = Problem::new(ProblemKind::MisspelledVariable, message, span);
        found.push(problem.help(format!("write `{near}`, or define `{name}`")).label(defined, "this is defined"));
    }
    found
}

/// Whether a text has a name as a whole word.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text.get(..at).and_then(|t| t.chars().next_back()).is_some_and(part);
        let behind = text.get(at + name.len()..).and_then(|t| t.chars().next()).is_some_and(part);
        !before && !behind
    })
}

/// Whether a template itself says what happens where the variable is not defined: a test or a default, at any place.
fn optional(source: &str, name: &str) -> bool {
    let asked = |(at, _): (usize, &str)| {
        let rest = source.get(at + name.len()..).unwrap_or("").trim_start();
        let filter = rest.strip_prefix('|').map(str::trim_start);
        rest.starts_with("is ") || filter.is_some_and(|f| f.starts_with("default") || f.starts_with("d("))
    };
    source.match_indices(name).any(asked)
}

/// Where the template writes out a variable.
fn used(text: &Text, name: &str) -> Option<Span> {
    let is = |piece: &&crate::text::Piece| match &piece.kind {
        PieceKind::Variable(v) => {
            let own = v.value.is_none() && v.provenance == Provenance::Undefined;
            own && v.names.iter().any(|n| n.split('.').next() == Some(name))
        }
        _ => false,
    };
    text.pieces().iter().find(is).map(|piece| piece.span)
}

/// The defined name that a name is a slip of, and where it is defined; two that are as near are none.
fn nearest(name: &str, scopes: &[&Arc<Scope>]) -> Option<(String, Span)> {
    let allowed = if name.len() >= 12 { 2 } else { 1 };
    let mut best: Option<(usize, &str, Span)> = None;
    let mut tied = false;
    let all = scopes.iter().flat_map(|s| &s.layers).flat_map(|l| l.names.iter()).take(MAX_NAMES);
    for (other, entry) in all {
        let lengths = other.len().abs_diff(name.len());
        if lengths > allowed || best.is_some_and(|(_, known, _)| known == other) || !alike(name, other) {
            continue;
        }
        let distance = strsim::damerau_levenshtein(name, other);
        if distance == 0 || distance > allowed {
            continue;
        }
        match best {
            Some((known, ..)) if known < distance => {}
            Some((known, ..)) if known == distance => tied = true,
            _ => (best, tied) = (Some((distance, other.as_str(), entry.key())), false),
        }
    }
    best.filter(|_| !tied).map(|(_, other, span)| (other.to_owned(), span))
}

/// Whether one of two names can be a slip of the other: names that differ in a number, or in one and many, are two names,
/// and each word that differs must be one of some length.
fn alike(name: &str, other: &str) -> bool {
    let digits = |s: &str| -> String { s.chars().filter(char::is_ascii_digit).collect() };
    let many = |a: &str, b: &str| a.strip_suffix('s') == Some(b) || b.strip_suffix('s') == Some(a);
    let (own, theirs): (Vec<&str>, Vec<&str>) = (name.split('_').collect(), other.split('_').collect());
    if digits(name) != digits(other) || many(name, other) {
        return false;
    }
    if own.len() != theirs.len() {
        // A missing or doubled underscore.
        return own.concat() == theirs.concat();
    }
    own.iter().zip(&theirs).all(|(a, b)| a == b || a.len().max(b.len()) >= 5 && !many(a, b))
}

#[cfg(test)]
mod tests {
    use super::alike;

    #[test]
    fn numbers_plurals_and_short_words_are_names_of_their_own() {
        for (a, b) in
            [("web_port_1", "web_port_2"), ("app_user", "app_users"), ("app_host", "app_post"), ("db_url", "db_uri")]
        {
            assert!(!alike(a, b), "{a} {b}");
        }
        for (a, b) in [
            ("gateway_imgae", "gateway_image"),
            ("litelm_version", "litellm_version"),
            ("app_dataroot", "app_data_root"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
    }
}
