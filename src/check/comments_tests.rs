//! Which comments suppress, and what they cover.

use super::*;
use crate::source::Sources;

/// `rules | lines | reason` of each comment.
fn found(text: &str) -> Vec<String> {
    let sources = Sources::default();
    let id = sources.add(Source::new("a", None, text));
    let source = sources.get(id);
    let all = comments(id, &source);
    let shown = all.iter().map(|c| {
        let rules: Vec<_> = c
            .rules
            .iter()
            .map(|(rule, span)| {
                assert_eq!(source.slice(*span), rule);
                rule.as_str()
            })
            .collect();
        let cover = match &c.cover {
            Cover::File => "file".to_owned(),
            Cover::Lines(lines) => format!("{}-{}", lines.start(), lines.end()),
            Cover::Nothing(why) => (*why).to_owned(),
        };
        format!("{} | {cover} | {}", rules.join("+"), c.reason)
    });
    shown.collect()
}

#[test]
fn a_comment_covers_its_line_or_the_next() {
    assert_eq!(found("image: a # deploylint: ignore[x] why"), ["x | 1-1 | why"]);
    assert_eq!(found("# deploylint: ignore[x, y] why\n\n# other\nimage: a\nb: c"), ["x+y | 1-4 | why"]);
    assert_eq!(found("{# deploylint: ignore[x]: it is so #}\na"), ["x | 1-2 | it is so"]);
    assert_eq!(found("a // deploylint: ignore[x]"), ["x | 1-1 | "]);
    assert_eq!(found("; deploylint:ignore[x] - why\na"), ["x | 1-2 | why"]);
    assert_eq!(found("<!-- deploylint: ignore[x] why -->\na"), ["x | 1-2 | why"]);
}

#[test]
fn a_comment_on_the_opening_line_covers_the_block() {
    assert_eq!(found("a: # deploylint: ignore[x]\n  b: 1\n\n  c: 2\n\nd: 3"), ["x | 1-4 | "]);
    assert_eq!(found("a: # deploylint: ignore[x]\n- b\n- c\nd: 3"), ["x | 1-3 | "]);
    assert_eq!(found("- a: 1 # deploylint: ignore[x]\n  b: 2\n- c: 3"), ["x | 1-2 | "]);
    assert_eq!(found("# deploylint: ignore[x]\n- a: 1\n  b: 2\n- c: 3"), ["x | 1-3 | "]);
    assert_eq!(found("# deploylint: ignore[x]\nRUN a \\\n  b \\\n  c\nRUN d"), ["x | 1-4 | "]);
    assert_eq!(found("f() { # deploylint: ignore[x]\n  a\n}\nb"), ["x | 1-2 | "]);
}

#[test]
fn a_whole_file_is_covered_from_its_top_only() {
    assert_eq!(found("#!/bin/sh\n# deploylint: ignore-file[x] why\na"), ["x | file | why"]);
    assert_eq!(found("a\n# deploylint: ignore-file[x]"), ["x | `ignore-file` counts only at the top of the file | "]);
}

#[test]
fn what_is_no_such_comment_is_left_alone() {
    assert_eq!(found("a: \"b # deploylint: ignore[x]\""), Vec::<String>::new());
    assert_eq!(found("deploylint: ignore[x]"), Vec::<String>::new());
    assert_eq!(found("a # deploylint: ignore"), [" | this suppresses nothing: it names no rule | "]);
    assert_eq!(found("a # deploylint: ignore[]"), [" | this suppresses nothing: it names no rule | "]);
}
