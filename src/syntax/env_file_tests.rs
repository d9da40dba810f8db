//! What compose reads, read the same way; and places.

use super::*;
use crate::source::{Source, Sources};

fn read(source: &str) -> (EnvFile, Vec<Problem>) {
    let id = Sources::default().add(Source::new(".env", None, source));
    parse(&Text::literal(source, Span::new(id, 0, source.len())))
}

fn pairs(source: &str) -> Vec<(String, Option<String>)> {
    let (file, _) = read(source);
    file.set().map(|e| (e.key.value().to_owned(), e.value.as_ref().map(|v| v.value().to_owned()))).collect()
}

fn one(source: &str) -> Option<String> {
    pairs(source).pop().and_then(|(_, value)| value)
}

#[test]
fn values_end_at_a_comment_behind_a_space() {
    assert_eq!(one("A=b # c").as_deref(), Some("b"));
    assert_eq!(one("A=b#c").as_deref(), Some("b#c"));
    assert_eq!(one("A=  b  \r\n").as_deref(), Some("b"));
    assert_eq!(one("A=").as_deref(), Some(""));
    assert_eq!(one("export A: b").as_deref(), Some("b"));
}

#[test]
fn quotes_hold_what_they_hold() {
    assert_eq!(one("A='b # \\n $c'").as_deref(), Some("b # \\n $c"));
    assert_eq!(one("A=\"one\ntwo\\tx\" # note").as_deref(), Some("one\ntwo\tx"));
    assert_eq!(one(r#"A="a\"b\$c\\d""#).as_deref(), Some(r#"a"b$$c\d"#));
    assert_eq!(pairs("A=\"x\ny\"\nB=2").len(), 2);
}

#[test]
fn a_key_alone_passes_through() {
    assert_eq!(pairs("A\nB=1"), [("A".to_owned(), None), ("B".to_owned(), Some("1".to_owned()))]);
}

#[test]
fn a_commented_assignment_documents_and_sets_nothing() {
    let (file, problems) = read("# TOKEN=abc\n#   words, a = b here\n## export OTHER='x'\n");
    let found: Vec<_> = file.entries.iter().map(|e| (e.key.value(), e.commented)).collect();
    assert_eq!(found, [("TOKEN", true), ("OTHER", true)]);
    assert_eq!(file.set().count(), 0);
    assert!(problems.is_empty());
}

#[test]
fn each_refused_line_is_a_problem_and_the_rest_is_read() {
    let (file, problems) = read("if [ a ]\nfoo bar=1\nA=1\nB='open\n");
    assert_eq!(problems.len(), 3);
    assert_eq!(problems[0].span.start, 0);
    assert_eq!(file.set().count(), 1);
}

#[test]
fn places_are_those_of_the_bytes() {
    let source = "# é\nexport TOKEN=\"a\\nb\" # x\n";
    let (file, _) = read(source);
    let entry = file.set().next().expect("one entry");
    let slice = |s: Span| &source[s.start as usize..s.end as usize];
    assert_eq!(slice(entry.key.span()), "TOKEN");
    assert_eq!(slice(entry.span), "TOKEN=\"a\\nb\"");
    assert_eq!(entry.value.as_ref().map(|v| slice(v.span())), Some("a\\nb"));
}

#[test]
fn hostile_input_is_read_without_harm() {
    for source in ["", "=", "\"", "A=\"\\", "export", "export ", "#", "A", "\u{feff}A=1", "é=1", "A=é # ü", "é é"]
    {
        let _ = read(source);
    }
}

#[test]
fn behind_a_closing_quote_compose_reads_a_name() {
    let problems = |line: &str| {
        let sources = crate::source::Sources::default();
        let id = sources.add(crate::source::Source::new(".env", None, line));
        parse(&Text::literal(line, Span::new(id, 0, line.len()))).1.len()
    };
    for refused in ["A=\"north\"\"east\"", "A='it''s time'", "A=\"x\";", "A=\"x\" two words", "A=\"x\","] {
        assert_eq!(problems(refused), 1, "{refused}");
    }
    for taken in ["A=\"x\" # c", "A=\"x\" B=\"y\"", "A=\"x\"y", "A=x\"y", "A='x' #'y'", "A=\"x\" word"] {
        assert_eq!(problems(taken), 0, "{taken}");
    }
}

#[test]
fn a_raw_file_is_taken_as_it_is() {
    let text = |source: &str| {
        let id = Sources::default().add(Source::new("raw.env", None, source));
        Text::literal(source, Span::new(id, 0, source.len()))
    };
    let file = raw(&text("# A=1\n  B='x' # y\nC\nD= ${E} \r\n")).expect("no refused line");
    let found: Vec<_> = file.entries.iter().map(|e| (e.key.value(), e.value.as_ref().map(Text::value))).collect();
    assert_eq!(found, [("B", Some("'x' # y")), ("C", None), ("D", Some(" ${E} "))]);
    assert!(raw(&text("export A=1\n")).is_err());
}
