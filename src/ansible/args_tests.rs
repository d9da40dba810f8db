//! Tests of reading arguments.

use super::*;
use crate::source::{Source, Sources, Span};

fn text(value: &str) -> Text {
    let source = Sources::default().add(Source::new("a", None, value));
    Text::literal(value, Span::new(source, 0, value.len()))
}

fn line(value: &str) -> Args<'static> {
    Args::new(None, Some(text(value)), None)
}

#[test]
fn options_leave_a_free_form_line_only_at_its_ends() {
    let free = |value| line(value).free_form().map(|t| t.value().to_owned());
    assert_eq!(free("chdir=/srv docker run -e creates=1 x").as_deref(), Some("docker run -e creates=1 x"));
    assert_eq!(free("docker ps creates=/x  chdir='/a b'").as_deref(), Some("docker ps"));
    assert_eq!(free("chdir=/srv"), None);
}

#[test]
fn words_keep_their_places() {
    let args = line("src=a dest='/b c' mode=0600");
    let dest = args.get("dest").and_then(|n| n.text().cloned());
    assert_eq!(dest.as_ref().map(Text::value), Some("/b c"));
    assert_eq!(dest.map(|t| (t.span().start, t.span().end)), Some((12, 16)));
    assert_eq!(args.pairs().len(), 3);
    assert!(args.get("src ").is_none());
}
