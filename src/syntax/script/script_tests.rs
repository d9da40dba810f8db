//! Commands, words, variables and places of scripts.

use super::*;
use crate::source::{Source, Sources};
use crate::text::UNKNOWN;

fn text(source: &str) -> Text {
    let id = Sources::default().add(Source::new("a.sh", None, source));
    Text::literal(source, Span::new(id, 0, source.len()))
}

fn read(source: &str) -> Script {
    script(&text(source))
}

/// The words of each command, `?` for what is not known.
fn lines(source: &str) -> Vec<String> {
    let shown = |w: &Word| w.text.value().replace(UNKNOWN, "?");
    read(source).commands.iter().map(|c| c.words.iter().map(shown).collect::<Vec<_>>().join("|")).collect()
}

#[test]
fn words_lose_their_quotes() {
    assert_eq!(lines(r#"a "b c" 'd $e' f\ g "h\"i" j'k'"l" $'m\tn'"#), ["a|b c|d $e|f g|h\"i|jkl|m\tn"]);
    assert_eq!(
        lines("docker run --rm \\\n  -v a:/b \\\n  alpine:3.21 tar\n"),
        ["docker|run|--rm|-v|a:/b|alpine:3.21|tar"]
    );
    assert_eq!(lines("echo \"a  $X  b\" ''"), ["echo|a  ?  b|"]);
}

#[test]
fn a_variable_has_the_value_of_its_only_assignment() {
    assert_eq!(lines("T=1\nrun x:$T y:${T}z"), ["", "run|x:1|y:1z"]);
    assert_eq!(lines("T=1\nT=2\nrun $T"), ["", "", "run|?"]);
    assert_eq!(lines("if a; then T=1; fi\nrun $T"), ["a", "", "run|?"]);
    assert_eq!(lines("f() { local T=1; run $T; }"), ["local", "run|1"]);
    assert_eq!(lines("for T in a b; do run $T; done"), ["run|?"]);
    assert_eq!(lines("read -r T\nrun $T"), ["read|-r|T", "run|?"]);
}

#[test]
fn a_default_is_the_value_of_an_unset_variable() {
    assert_eq!(lines("run ${T:-1} ${T-\"2\"} ${T:?no} ${T:-$U} ${T%x}"), ["run|1|2|?|?|?"]);
    assert_eq!(lines("T=${T:-latest}\nrun r:$T"), ["", "run|r:latest"]);
    assert_eq!(lines("T=3\nrun ${T:-1}"), ["", "run|3"]);
}

#[test]
fn commands_in_substitutions_are_listed_inside_their_command() {
    let script = read("a \"$(b c | d)\" <(e)\nX=$(f)");
    let programs: Vec<_> = script.commands.iter().map(|c| c.program().map_or("", Text::value)).collect();
    assert_eq!(programs, ["a", "b", "d", "e", "", "f"]);
    assert_eq!(script.commands[0].words[1].substitutions, [1, 2]);
    assert_eq!(script.commands[0].words[2].substitutions, [3]);
    assert_eq!(script.commands[5].inside, Some(4));
}

#[test]
fn pipelines_are_seen() {
    let script = read("curl x | sudo bash -s -- y\ncat <<EOF | tee f\nhi $X\nEOF\n");
    let pipes: Vec<_> = script.commands.iter().map(|c| c.pipe.map(|p| (p.id, p.position))).collect();
    assert_eq!(pipes, [Some((0, 0)), Some((0, 1)), Some((1, 0)), Some((1, 1))]);
    assert_eq!(script.commands[2].redirects.len(), 1);
    assert_eq!(script.commands[2].redirects[0].kind, RedirectKind::HereDocument);
}

#[test]
fn conditions_and_branches_are_told_apart() {
    let script = read("if a; then b; else c; fi\nd || e\n! f\nwhile g; do h; done\ni");
    let flags: Vec<_> =
        script.commands.iter().map(|c| (c.program().map_or("", Text::value), c.tested, c.guarded)).collect();
    let expected = [
        ("a", true, false),
        ("b", false, true),
        ("c", false, true),
        ("d", true, false),
        ("e", false, true),
        ("f", true, false),
        ("g", true, false),
        ("h", false, true),
        ("i", false, false),
    ];
    assert_eq!(flags, expected);
}

#[test]
fn what_fails_before_and_fails_the_list() {
    let script = read("a && b && c\nd && e || f\nif g && h; then i; fi\n(j && k) || l\n! m && n");
    let passed: String = script.commands.iter().filter(|c| c.passed_on).filter_map(|c| c.program()?.known()).collect();
    assert_eq!(passed, "ab");
}

#[test]
fn strict_mode_is_read_in_all_its_spellings() {
    let all = Strict { errexit: true, nounset: true, pipefail: true };
    assert_eq!(read("#!/bin/bash\nset -euo pipefail\n").strict, all);
    assert_eq!(read("#!/bin/bash\nset -e -u\nset -o pipefail\n").strict, all);
    assert_eq!(read("#!/bin/bash -eu\nset -o pipefail\n").strict, all);
    assert_eq!(read("set -Eeuo pipefail").strict, all);
    assert_eq!(read("f() { set -e; }\nset -x").strict, Strict::default());
}

#[test]
fn places_are_those_of_the_bytes() {
    let source = "# é\ncmd --token=\"a$X\" 'b'\n";
    let script = read(source);
    let slice = |s: Span| &source[s.start as usize..s.end as usize];
    let command = &script.commands[0];
    assert_eq!(slice(command.span), "cmd --token=\"a$X\" 'b'");
    let words: Vec<_> = command.words.iter().map(|w| slice(w.text.span())).collect();
    assert_eq!(words, ["cmd", "--token=\"a$X\"", "'b'"]);
    assert_eq!(slice(command.words[1].text.slice(8..9).span()), "a");
}

#[test]
fn what_does_not_parse_does_not_hide_the_rest() {
    let script = read("a b\nif then fi )\ndocker pull x\n");
    assert!(script.partial);
    assert!(script.commands.iter().any(|c| c.words.iter().any(|w| w.text.value() == "pull")));
}

#[test]
fn plain_splitting_knows_quotes_and_nothing_else() {
    let split = |s: &str| words(&text(s)).iter().map(|w| w.text.value().to_owned()).collect::<Vec<_>>();
    assert_eq!(split("a 'b c'  \"d \\\" e\"f\\ g\n h;i|$X"), ["a", "b c", "d \" ef g", "h;i|$X"]);
    assert_eq!(split("a '' \"open"), ["a", "", "open"]);
    assert_eq!(split("a \\"), ["a", "\\"]);
}

#[test]
fn values_that_double_are_given_up() {
    let lines: Vec<String> = (1..200).map(|i| format!("A{i}=$A{}$A{}", i - 1, i - 1)).collect();
    let script = read(&format!("A0=\n{}\nrun $A199\n", lines.join("\n")));
    assert_eq!(script.commands.len(), 201);
}

#[test]
fn hostile_scripts_end() {
    for unit in ["$(", "\"$(", "((", "{ ", "if a; then ", "<<A ", "${X:-", "a | ", "`", "'", "case x in "] {
        let _ = read(&unit.repeat(3000));
    }
}

#[test]
fn a_script_that_is_given_up_is_reported() {
    let (_, problems) = parse(&text(&"a | ".repeat(MAX_PIPES + 1)));
    assert_eq!(problems.len(), 1);
    assert!(parse(&text("a | b\n")).1.is_empty());
}

#[test]
fn here_documents_are_written_to_files() {
    let script = read(
        "cat > /etc/a.json <<'EOF'\n{\"a\": 1}\nEOF\nsudo tee -a \"$DIR/b.json\" > /dev/null <<EOF\n{}\nEOF\ncat <<EOF | tee c.json\n[]\nEOF\nssh host <<EOF\nls\nEOF\n",
    );
    let written = super::here::written(&script);
    let files: Vec<&str> = written.iter().map(|(file, _)| file.value().rsplit('/').next().unwrap_or("")).collect();
    assert_eq!(files, ["a.json", "b.json", "c.json"]);
    assert_eq!(written[0].1.value().trim(), "{\"a\": 1}");
}
