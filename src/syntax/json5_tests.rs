//! The forms of JSON5, places, and what must not crash.

use super::*;
use crate::source::{Source, Sources, Span};
use crate::yaml::{Resolved, Schema};

fn text(source: &str) -> Text {
    let id = Sources::default().add(Source::new("a.json", None, source));
    Text::literal(source, Span::new(id, 0, source.len()))
}

fn read(source: &str) -> (Option<Node>, Vec<Problem>) {
    let (mut nodes, problems) = parse(&text(source));
    (nodes.pop(), problems)
}

#[test]
fn the_forms_of_json5_are_read() {
    let source = "// c\n{ a: 1, 'b': \"x\\ny\", /* c */ \"c\": [true, null, +.5, 0x1F,], $d_e: 'it\\'s', }\n";
    let (node, problems) = read(source);
    let node = node.expect("a node");
    assert!(problems.is_empty(), "{problems:?}");
    assert_eq!(node.get("a").and_then(|n| n.resolve(Schema::Compose)), Some(Resolved::Int(1)));
    assert_eq!(node.get("b").and_then(Node::known), Some("x\ny"));
    assert_eq!(node.get("c").and_then(Node::seq).map(<[Node]>::len), Some(4));
    assert_eq!(node.get("$d_e").and_then(Node::known), Some("it's"));
}

#[test]
fn escapes_are_those_of_json() {
    let (node, _) = read(
        r#"["é\x41\ud83d\ude00\
z"]"#,
    );
    let first = node.as_ref().and_then(Node::seq).and_then(|s| s.first()).and_then(Node::known);
    assert_eq!(first, Some("éA😀z"));
}

#[test]
fn places_are_those_of_the_bytes() {
    let source = "{\"é\": {token: 'ab\\tc'}, n: 12}";
    let (node, _) = read(source);
    let node = node.expect("a node");
    let slice = |s: Span| &source[s.start as usize..s.end as usize];
    assert_eq!(slice(node.span()), source);
    assert_eq!(node.path(&["é", "token"]).map(|n| slice(n.span())), Some("ab\\tc"));
    assert_eq!(node.get("n").map(|n| slice(n.span())), Some("12"));
}

#[test]
fn an_unknown_piece_is_a_value() {
    let whole = text("{\"a\": X, \"b\": \"p-X\"}");
    let mut builder = Builder::new(whole.span());
    for (index, part) in whole.value().split('X').enumerate() {
        if index > 0 {
            builder.opaque("a variable", whole.span());
        }
        builder.literal(part, whole.span());
    }
    let (nodes, problems) = parse(&builder.finish());
    assert!(problems.is_empty());
    assert!(nodes[0].get("a").is_some_and(|n| n.known().is_none()));
    assert!(nodes[0].get("b").is_some_and(|n| n.known().is_none()));
}

#[test]
fn a_mistake_keeps_what_was_read() {
    let (node, problems) = read("{a: 1, b: {c: 2, d: oops}, e: 3}");
    assert_eq!(problems.len(), 1);
    assert_eq!(problems[0].span.start, 20);
    assert!(node.is_some_and(|n| n.path(&["b", "c"]).is_some()));
}

#[test]
fn hostile_input_is_refused_without_harm() {
    let deep = "[".repeat(100_000);
    let cases =
        ["", " ", "{", "[", "{\"", "\"\\", "\"\\u12", "/*", "{a", "{a:", "{a:1", "1 2", "\\", "{,}", "é", &deep];
    for source in cases {
        let _ = read(source);
    }
    assert_eq!(read(&deep).1.len(), 1);
}
