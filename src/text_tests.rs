//! Unit tests of `text`: cutting keeps every place.

use super::*;
use crate::source::{Source, Sources};

fn span(start: usize, end: usize) -> Span {
    let sources = Sources::default();
    let id = sources.add(Source::new("a", None, ""));
    Span::new(id, start, end)
}

/// `redis:${TAG:-latest}` written at byte 10.
fn image() -> Text {
    let mut builder = Builder::new(span(10, 30));
    builder.literal("redis:", span(10, 16));
    let default = Text::literal("latest", span(23, 29));
    builder.variable(Variable::known("TAG", Syntax::Compose, default, Provenance::Default), span(16, 30));
    builder.finish()
}

#[test]
fn a_cut_keeps_the_variable_and_its_default() {
    let (_, tag) = image().split_once(':').unwrap();
    assert_eq!(tag.known(), Some("latest"));
    assert_eq!(tag.span(), span(16, 30));
    let part = tag.slice(0..2);
    assert_eq!(part.known(), Some("la"));
    assert_eq!(part.variables()[0].value.as_ref().unwrap().span(), span(23, 25));
}

#[test]
fn an_unknown_piece_is_one_character_and_never_known() {
    let mut builder = Builder::new(span(0, 12));
    builder.literal("a:", span(0, 2));
    builder.variable(Variable::unknown("X", Syntax::Jinja, Provenance::Undefined), span(2, 9));
    builder.literal("-b", span(9, 11));
    let text = builder.finish();
    assert_eq!(text.known(), None);
    assert_eq!(text.display(), "a:{{ X }}-b");
    let end = text.value().len();
    assert_eq!(text.slice(end - 2..end).known(), Some("-b"));
    assert_eq!(text.span_at(end - 1..end), span(10, 11));
    assert_eq!(text.span_at(0..3), span(0, 9));
}

#[test]
fn definitions_leave_out_defaults_within_the_expression() {
    assert!(image().place().definitions.is_empty());
    let value = Text::literal("2-alpine", span(100, 108));
    let text = Text::variable(Variable::known("v", Syntax::Jinja, value, Provenance::Defined), span(0, 7));
    assert_eq!(text.place().definitions, vec![("v".to_owned(), span(100, 108))].into());
}

#[test]
fn an_escape_maps_as_a_whole() {
    let mut builder = Builder::new(span(0, 6));
    builder.literal("a", span(0, 1));
    builder.literal("\n", span(1, 3));
    builder.literal("b", span(3, 4));
    let text = builder.finish();
    assert_eq!(text.span_at(1..2), span(1, 3));
    assert_eq!(text.span_at(2..3), span(3, 4));
    assert_eq!(text.span_at(0..3), span(0, 4));
}
