//! Which comments suppress, and what they cover.

use super::*;
use crate::source::Sources;

/// `rules | lines | reason` of each comment.
fn found(text: &str) -> Vec<String> {
    found_in(text, None)
}

fn found_in(text: &str, kind: impl Into<Option<Kind>>) -> Vec<String> {
    let sources = Sources::default();
    let id = sources.add(Source::new("a", None, text));
    let source = sources.get(id);
    let all = comments(id, &source, kind.into(), Vec::new);
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
    assert_eq!(found("a: &x # deploylint: ignore[x]\n- b\nc: 1"), ["x | 1-2 | "]);
    assert_eq!(found("a: !!map # deploylint: ignore[x]\n  b: 1\n# far left\n  c: 2\nd: 3"), ["x | 1-4 | "]);
    assert_eq!(found("a: # deploylint: ignore[x]\n  b: 1\n---\n- c"), ["x | 1-2 | "]);
    assert_eq!(found("if a; then # deploylint: ignore[x]\n  b\nfi"), ["x | 1-2 | "]);
    assert_eq!(found("f() { # deploylint: ignore[x]\n  a\n}\nb"), ["x | 1-2 | "]);
}

#[test]
fn a_statement_is_covered_to_its_end() {
    assert_eq!(found("# deploylint: ignore[x]\nRUN a \\\n# remark\n\n  b\nRUN d"), ["x | 1-5 | "]);
    assert_eq!(found("# deploylint: ignore[x]\nRUN <<EOF\na\n\nb\nEOF\nRUN d"), ["x | 1-6 | "]);
    assert_eq!(found("# deploylint: ignore[x]\ncat <<-'E' <<\"F\"\na\nE\nb\nF\nc"), ["x | 1-6 | "]);
    assert_eq!(found("# deploylint: ignore[x]\ncat <<< EOF\nEOF"), ["x | 1-2 | "]);
    assert_eq!(found("# deploylint: ignore[x]\ncat <<NEVER\na\nb"), ["x | 1-2 | "]);
    assert_eq!(found_in("# deploylint: ignore[x]\na |\nb &&\nc\nd", Kind::Script), ["x | 1-4 | "]);
}

#[test]
fn statements_of_a_template_belong_to_what_is_around_them() {
    let text = "a: # deploylint: ignore[x]\n{% if b %}\n  c: 1\n{% endif %}\n  d: 2\n{% if e %}\nf: 1";
    assert_eq!(found(text), ["x | 1-5 | "]);
    assert_eq!(found("# deploylint: ignore[x]\n{% for a in b %}\n- c: 1\n  d: 2\n{% endfor %}\ne"), ["x | 1-4 | "]);
}

#[test]
fn a_comment_may_have_several_lines() {
    assert_eq!(found("{#\n   deploylint: ignore[x] why\n   more\n#}\na: 1\nb: 2"), ["x | 2-5 | why"]);
    assert_eq!(found("{# deploylint: ignore[x] why\n#}\na: 1"), ["x | 1-3 | why"]);
    assert_eq!(found_in("/*\n * deploylint: ignore[x] why */\na: 1", Kind::OpenClaw), ["x | 2-3 | why"]);
    assert_eq!(found("a: ${#b}\nc # deploylint: ignore[x]"), ["x | 2-2 | "]);
    assert_eq!(found("a {# nobody closes it\nc # deploylint: ignore[x]"), ["x | 2-2 | "]);
}

#[test]
fn a_comment_may_say_other_things_before() {
    assert_eq!(found("a # noqa # deploylint: ignore[x] why"), ["x | 1-1 | why"]);
    assert_eq!(found("a # it's known; deploylint: ignore[x] why"), ["x | 1-1 | why"]);
    assert_eq!(found("a # Deploylint: IGNORE[x]"), ["x | 1-1 | "]);
    assert_eq!(found("a: b/* # deploylint: ignore[x] every */5 minutes"), ["x | 1-1 | every */5 minutes"]);
    assert_eq!(found("{# deploylint: ignore[x] why -#} a: 1\nb"), ["x | 1-1 | why"]);
}

#[test]
fn what_means_to_suppress_and_can_not_is_told() {
    let verb = "this suppresses nothing: only `ignore` and `ignore-file` do";
    assert_eq!(found("a # deploylint: disable[x]"), [format!("x | {verb} | ")]);
    assert_eq!(found("a # deploylint: disable x"), [format!(" | {verb} | x")]);
    assert_eq!(found("a # deploylint: ignore-next-line[x]"), [format!("x | {verb} | ")]);
    let unit = "this suppresses nothing: systemd reads it as a part of the value";
    assert_eq!(found_in("ExecStart=/a # deploylint: ignore[x]", Kind::Unit), [format!("x | {unit} | ")]);
    assert_eq!(found_in("ExecStart=/a {# deploylint: ignore[x] #}", Kind::Unit), ["x | 1-1 | "]);
    assert_eq!(found_in("# deploylint: ignore[x]\nExecStart=/a \\\n  b", Kind::Unit), ["x | 1-3 | "]);
    let docker = "this suppresses nothing: docker reads it as a part of the instruction";
    assert_eq!(found_in("FROM a # deploylint: ignore[x]", Kind::Dockerfile), [format!("x | {docker} | ")]);
    assert_eq!(found_in("RUN a # deploylint: ignore[x]", Kind::Dockerfile), ["x | 1-1 | "]);
}

#[test]
fn markdown_has_comments_in_html_and_in_its_blocks() {
    let text = "# Write `a # deploylint: ignore[x]`\n\n<!-- deploylint: ignore[x] why -->\n```sh\na\n```\n# deploylint: ignore[x]\n";
    assert_eq!(found_in(text, Kind::Markdown), ["x | 3-6 | why"]);
    assert_eq!(found_in("~~~yaml\na # deploylint: ignore[x]\n~~~\n", Kind::Markdown), ["x | 2-2 | "]);
}

#[test]
fn many_comments_take_no_time() {
    let all = found(&("# deploylint: ignore[x]\n".repeat(100_000) + "a:\n  b: 1"));
    assert_eq!(all.last().map(String::as_str), Some("x | 5000-100002 | "));
    found(&"{# deploylint: ignore[x]\n".repeat(20_000));
    found(&"# deploylint: ignore[x] ".repeat(100_000));
    found(&"# deploylint: ignore[x]\na <<EOF\n".repeat(5_000));
}

#[test]
fn a_whole_file_is_covered_from_its_top_only() {
    assert_eq!(found("#!/bin/sh\n# deploylint: ignore-file[x] why\na"), ["x | file | why"]);
    assert_eq!(found("a\n# deploylint: ignore-file[x]"), ["x | `ignore-file` counts only at the top of the file | "]);
}

#[test]
fn what_is_no_such_comment_is_left_alone() {
    assert_eq!(found("a: \"b # deploylint: ignore[x]\""), Vec::<String>::new());
    assert_eq!(found("a: 'b # deploylint: ignore[x]'"), Vec::<String>::new());
    assert_eq!(found("deploylint: ignore[x]"), Vec::<String>::new());
    assert_eq!(found("# deploylint: see the handbook"), Vec::<String>::new());
    assert_eq!(found("# we write deploylint: ignore where we must"), Vec::<String>::new());
    assert_eq!(found("a # deploylint: ignore"), [" | this suppresses nothing: it names no rule | "]);
    assert_eq!(found("a # deploylint: ignore[]"), [" | this suppresses nothing: it names no rule | "]);
}
