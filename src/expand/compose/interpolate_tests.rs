//! Interpolation as docker compose does it.

use super::*;
use crate::source::{Source, Sources};

fn show(input: &str, values: &[(&str, &str)]) -> String {
    let sources = Sources::default();
    let id = sources.add(Source::new("a", None, input));
    let text = Text::literal(input, Span::new(id, 0, input.len()));
    let lookup = |name: &str| {
        let value = values.iter().find(|(n, _)| *n == name)?.1;
        let id = sources.add(Source::new(".env", None, value));
        Some(Text::literal(value, Span::new(id, 0, value.len())))
    };
    match interpolate(&text, &lookup, Unset::Empty) {
        Ok(text) => text.known().unwrap_or("?").to_owned(),
        Err(failed) => format!("ERR {}", failed.message),
    }
}

#[test]
fn the_operators_do_what_compose_does() {
    let set = [("A", "a"), ("E", "")];
    let table = [
        ("$A-${A}-$$A", "a-a-$A"),
        ("${N:-d}${N-d}${E:-d}${E-d}", "ddd"),
        ("${A:+x}${N:+x}${E:+x}${E+x}", "xx"),
        ("${N:-${M:-deep}}/t", "deep/t"),
        ("${N:-{a}} b", "{a} b"),
        ("${N:?gone}", "ERR required variable `N` has no value: gone"),
        ("${A:?gone}${E?gone}", "a"),
        ("a $ $(b) ${", "ERR this `${` starts no variable; write `$$` for a dollar sign"),
        ("a $ $(b) $1", "a $ $(b) $1"),
        ("${N:-a}${A}", "aa"),
        ("${A", "ERR the `}` of this `${` is missing"),
        ("${A:-x", "ERR the `}` of this `${` is missing"),
        ("${A.b}", "ERR this `${` starts no variable; write `$$` for a dollar sign"),
        // What is not used is read all the same.
        ("${A:-${1}}", "ERR this `${` starts no variable; write `$$` for a dollar sign"),
        ("${N:+${}", "ERR this `${` starts no variable; write `$$` for a dollar sign"),
        ("${A:-${N:?gone}}", "ERR required variable `N` has no value: gone"),
    ];
    for (input, expected) in table {
        assert_eq!(show(input, &set), expected, "{input}");
    }
}

#[test]
fn a_default_keeps_its_own_place() {
    let sources = Sources::default();
    let input = "redis:${TAG:-latest}";
    let id = sources.add(Source::new("a", None, input));
    let text = Text::literal(input, Span::new(id, 0, input.len()));
    let out = interpolate(&text, &|_| None, Unset::Unknown).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(out.known(), Some("redis:latest"));
    let variables = out.variables();
    let value = variables[0].value.as_ref().map(Text::span);
    assert_eq!(value.map(|s| &input[s.start as usize..s.end as usize]), Some("latest"));
    assert_eq!(variables[0].provenance, Provenance::Default);
    assert_eq!(out.slice(6..12).span(), Span::new(id, 6, 20));
}

#[test]
fn an_unset_variable_stays_unknown_for_rules() {
    let sources = Sources::default();
    let id = sources.add(Source::new("a", None, "${X}"));
    let text = Text::literal("${X}", Span::new(id, 0, 4));
    let out = interpolate(&text, &|_| None, Unset::Unknown).unwrap_or_else(|e| panic!("{e:?}"));
    assert_eq!(out.known(), None);
    assert_eq!(out.variables()[0].provenance, Provenance::Undefined);
}
