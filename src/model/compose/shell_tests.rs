//! Commands that services run through a shell.

use super::*;
use crate::source::{Source, Sources, Span};

fn words(line_text: &str) -> Vec<Vec<String>> {
    let id = Sources::default().add(Source::new("a", None, line_text));
    let text = Text::literal(line_text, Span::new(id, 0, line_text.len()));
    line(&text).iter().map(|c| c.iter().map(|w| w.value().to_owned()).collect()).collect()
}

#[test]
fn operators_split_and_quotes_hold() {
    assert_eq!(words("curl -f 'http://a/b c' || exit 1"), [vec!["curl", "-f", "http://a/b c"], vec!["exit", "1"]]);
    assert_eq!(words("A=1 exec nc -z h 1 2>&1 | grep x"), [vec!["nc", "-z", "h", "1"], vec!["grep", "x"]]);
}

#[test]
fn shells_and_substitutions_are_looked_into() {
    let all = words("sh -c 'docker ps; ls' && test \"$(docker inspect x)\" = y");
    let programs: Vec<_> = all.iter().filter_map(|c| c.first()).map(String::as_str).collect();
    assert!(programs.contains(&"ls"), "{all:?}");
    assert_eq!(programs.iter().filter(|p| **p == "docker").count(), 2, "{all:?}");
}

#[test]
fn hostile_lines_end() {
    for text in ["'", "\"$(", "\\", "$(", "a\\", "((((", "&>", "é'ß"] {
        words(text);
    }
}
