//! Unit tests of `parse`: values, and that every place slices back.

use super::*;
use crate::source::{Source, Sources};

fn read(text: &str) -> (Sources, Yaml) {
    let sources = Sources::default();
    let id = sources.add(Source::new("a.yml", None, text));
    let yaml = parse(&Text::literal(text, Span::new(id, 0, text.len())));
    (sources, yaml)
}

fn slice(sources: &Sources, span: Span) -> String {
    sources.get(span.source).slice(span).to_owned()
}

#[test]
fn scalars_slice_back_to_their_bytes() {
    let (sources, yaml) = read("a: plain text\nb: 'it''s'\nc: \"x\\ty\"\nd: |\n  one\n  two\ne:\n");
    let doc = &yaml.documents[0];
    assert_eq!(slice(&sources, doc.get("a").unwrap().span()), "plain text");
    assert_eq!(doc.get("b").unwrap().known(), Some("it's"));
    let c = doc.get("c").unwrap().text().unwrap();
    assert_eq!(c.known(), Some("x\ty"));
    assert_eq!(slice(&sources, c.span_at(2..3)), "y");
    assert_eq!(slice(&sources, c.span_at(1..2)), "\\t");
    let d = doc.get("d").unwrap().text().unwrap();
    assert_eq!(d.known(), Some("one\ntwo\n"));
    assert_eq!(slice(&sources, d.span_at(4..7)), "two");
    assert!(doc.get("e").unwrap().is_null());
}

#[test]
fn folded_lines_keep_their_places() {
    let (sources, yaml) = read("a: >-\n  docker exec\n  --flag value\n\n  tail\n");
    let a = yaml.documents[0].get("a").unwrap().text().unwrap();
    assert_eq!(a.known(), Some("docker exec --flag value\ntail"));
    let at = a.value().find("value").unwrap();
    assert_eq!(slice(&sources, a.span_at(at..at + 5)), "value");
    let at = a.value().find("tail").unwrap();
    assert_eq!(slice(&sources, a.span_at(at..at + 4)), "tail");
}

#[test]
fn a_block_mapping_ends_with_its_last_value() {
    let (sources, yaml) = read("s:\n  web:\n    image: x\n\nnext: 1\n");
    let web = yaml.documents[0].path(&["s", "web"]).unwrap();
    assert_eq!(slice(&sources, web.span()), "image: x");
}

#[test]
fn merges_and_aliases_share() {
    let (_, yaml) = read("x: &x {a: 1, b: 2}\ny:\n  <<: *x\n  b: 3\nz: *x\n");
    let doc = &yaml.documents[0];
    assert_eq!(doc.path(&["y", "a"]).unwrap().known(), Some("1"));
    assert_eq!(doc.path(&["y", "b"]).unwrap().known(), Some("3"));
    assert!(doc.get("z").unwrap().same(doc.get("x").unwrap()));
}

#[test]
fn a_long_quoted_continuation_is_mended() {
    let lines: Vec<String> = (0..900).map(|i| format!("  \"k{i}\": \"it''s {i}\",\n")).collect();
    let lines = lines.concat();
    let (_, yaml) = read(&format!("data:\n  a.json: '{{\n{lines}}}\n'\n  b: 1\nc: 2\n"));
    assert_eq!(yaml.problems, []);
    let doc = &yaml.documents[0];
    assert_eq!(doc.get("c").unwrap().known(), Some("2"));
    assert!(doc.get("data").unwrap().get("a.json").unwrap().known().is_some_and(|v| v.contains("it's 899")));
}

#[test]
fn a_quoted_continuation_at_the_keys_column_is_mended() {
    let (sources, yaml) = read("x: \"{{ {\n'a': 1\n} }}\"\ny: 2\n");
    assert!(yaml.problems.is_empty(), "{:?}", yaml.problems);
    let y = yaml.documents[0].get("y").unwrap();
    assert_eq!(slice(&sources, y.span()), "2");
}

#[test]
fn what_came_before_an_error_is_kept_with_its_place() {
    let (sources, yaml) = read("a: 1\n---\nb: [1, 2\nc: }\n");
    assert_eq!(yaml.documents.len(), 1);
    assert_eq!(yaml.problems.len(), 1);
    assert!(sources.get(yaml.problems[0].span.source).position(yaml.problems[0].span.start).line >= 3);
}

#[test]
fn a_billion_laughs_is_refused_and_quick() {
    let line = |n: usize| format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "));
    let text: String = std::iter::once("a0: &a0 [x]\n".to_owned()).chain((1..40).map(line)).collect();
    let (_, yaml) = read(&text);
    assert!(!yaml.problems.is_empty());
}

#[test]
fn hostile_nesting_is_an_error() {
    for text in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(5_000)] {
        assert_eq!(read(&text).1.problems.len(), 1);
    }
}
