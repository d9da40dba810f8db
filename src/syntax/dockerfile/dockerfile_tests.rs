//! Stages, variables, forms of commands, and places.

use super::*;
use crate::source::{Source, Sources};

fn read(source: &str) -> (Dockerfile, Vec<Problem>) {
    let id = Sources::default().add(Source::new("Dockerfile", None, source));
    let text = Text::literal(source, Span::new(id, 0, source.len()));
    parse(&text)
}

fn commands(instruction: &Instruction) -> Vec<String> {
    let join = |words: &[Word]| words.iter().map(|w| w.text.display()).collect::<Vec<_>>().join("|");
    match &instruction.content {
        Content::Shell(script) => script.commands.iter().map(|c| join(&c.words)).collect(),
        Content::Exec(words) | Content::Words(words) => vec![join(words)],
        Content::Pairs(pairs) => {
            let shown =
                |p: &Pair| format!("{}={}", p.key.display(), p.value.as_ref().map_or("-".into(), Text::display));
            pairs.iter().map(shown).collect()
        }
    }
}

#[test]
fn stages_see_the_arguments_before_them() {
    let (file, problems) = read("ARG V=1.2\nFROM golang:${V}-alpine AS b\nFROM b\nFROM alpine:${W:-3.21}\nFROM x:$U\n");
    assert!(problems.is_empty());
    let from: Vec<_> = file.stages.iter().map(|s| (s.from.known(), s.base)).collect();
    assert_eq!(
        from,
        [(Some("golang:1.2-alpine"), None), (Some("b"), Some(0)), (Some("alpine:3.21"), None), (None, None)]
    );
    let variable = file.stages[0].from.variables()[0].provenance;
    assert_eq!(variable, crate::text::Provenance::Default);
}

#[test]
fn lines_join_and_comments_between_them_go() {
    let (file, _) = read("FROM a\nRUN apk add \\\n  # why\n\n  git \\\n  curl && echo done\nUSER app\n");
    assert_eq!(commands(&file.stages[0].instructions[0]), ["apk|add|git|curl", "echo|done"]);
    assert_eq!(file.stages[0].instructions[1].name, "USER");
}

#[test]
fn commands_have_two_forms() {
    let (file, _) = read(
        "FROM a\nCMD [\"a\", \"b c\"]\nENTRYPOINT a 'b c'\nHEALTHCHECK --interval=5s CMD curl -f x\nHEALTHCHECK NONE\n",
    );
    let all: Vec<_> = file.stages[0].instructions.iter().map(commands).collect();
    assert_eq!(all, [["a|b c"], ["a|b c"], ["curl|-f|x"], ["NONE"]]);
    assert!(matches!(file.stages[0].instructions[0].content, Content::Exec(_)));
}

#[test]
fn variables_of_the_stage_reach_its_commands() {
    let (file, _) = read(
        "ARG G=9\nFROM a\nARG G\nARG T\nENV A=1 B=\"x $A\"\nENV OLD some words\nRUN get $A $T $G\nCOPY --from=b:1 $A /x\n",
    );
    let all: Vec<_> = file.stages[0].instructions.iter().flat_map(commands).collect();
    assert_eq!(all, ["G=-", "T=-", "A=1", "B=x ${A}", "OLD=some words", "get|1|${T}|9", "1|/x"]);
    assert_eq!(file.stages[0].instructions[5].flag("from").map(|f| f.display()), Some("b:1".into()));
}

#[test]
fn here_documents_are_scripts() {
    let (file, problems) = read("FROM a\nRUN <<EOF\napk add git\nFROM x\nEOF\nCOPY <<-'X' /f\n\tdata\n\tX\nUSER u\n");
    assert!(problems.is_empty());
    assert_eq!(file.stages.len(), 1);
    assert_eq!(commands(&file.stages[0].instructions[0])[0], "apk|add|git");
    assert_eq!(file.stages[0].instructions.len(), 3);
}

#[test]
fn an_unknown_instruction_is_one_problem() {
    let (file, problems) = read("FROM a\nRUN x\n  y z\nfoo\nUSER u\n");
    assert_eq!(problems.len(), 1);
    assert_eq!(file.stages[0].instructions.len(), 2);
}

#[test]
fn places_are_those_of_the_bytes() {
    let source = "FROM alpine:3.21 AS x\nRUN curl \\\n  -H \"a: $B\"\n";
    let (file, _) = read(source);
    let slice = |s: Span| &source[s.start as usize..s.end as usize];
    assert_eq!(slice(file.stages[0].from.span()), "alpine:3.21");
    let run = &file.stages[0].instructions[0];
    assert_eq!(slice(run.span), "RUN curl \\\n  -H \"a: $B\"");
    let Content::Shell(script) = &run.content else { unreachable!("a shell form") };
    assert_eq!(slice(script.commands[0].words[2].text.span()), "\"a: $B\"");
}

#[test]
fn values_that_double_are_given_up() {
    let doubled = |first: &str| format!("FROM a\nENV A={first}\n{}RUN x $A\n", "ENV A=$A$A\n".repeat(200));
    for first in ["x", "", "$B"] {
        let (file, _) = read(&doubled(first));
        assert_eq!(file.stages[0].instructions.len(), 202);
    }
}

#[test]
fn hostile_input_is_read_without_harm() {
    for source in [
        "",
        "FROM",
        "FROM \\",
        "RUN <<E",
        "\\",
        "#",
        "# escape=`\nFROM a`\n",
        "FROM a AS",
        "ENV",
        "ENV =",
        "RUN [\"",
        "FROM $",
        "FROM ${",
        "FROM ${X",
    ] {
        let _ = read(source);
    }
}
