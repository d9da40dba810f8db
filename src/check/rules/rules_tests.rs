//! What authors of rules get wrong, shown where it is.

use super::*;
use crate::check::rules::written::Examples;

const GOOD: &str = "\
id: some-rule
title: Something
subject: problem
severity: warning
confidence: high
persona: regular
when: problem.message == \"x\"
at: problem.message
labels:
  - {each: problem.labels, at: item, text: '{{ item }}'}
message: '`{{ problem.message }}`'
help: ''
why: It breaks.
evidence: {kind: ran, note: Seen.}
options:
  words: {default: [a], doc: Words.}
examples:
  bad: [{name: bad, text: x, at: x}]
  good: [{name: good, text: x}]
";

fn compile(text: &str) -> Result<RuleSet, Vec<Mistake>> {
    RuleSet::compile(vec![("rules/group/some-rule.yaml".to_owned(), text.to_owned())])
}

/// The first mistake of the rule with `old` replaced by `new`: the source text at its caret, its message and its help.
fn mistake(old: &str, new: &str) -> (String, String, String) {
    assert!(GOOD.contains(old), "{old}");
    let found = compile(&GOOD.replacen(old, new, 1)).expect_err("a mistake").remove(0);
    (found.source[found.range].to_owned(), found.message, found.help)
}

#[test]
fn a_rule_without_mistakes_compiles() {
    let set = compile(GOOD).expect("no mistakes");
    let rule = set.get("some-rule").expect("the rule");
    assert_eq!((rule.group.as_str(), rule.file.title.as_str()), ("group", "Something"));
}

#[test]
fn every_mistake_has_its_place() {
    let (at, message, help) = mistake("problem.message ==", "problem.mesage ==");
    assert_eq!((at.as_str(), help.as_str()), ("problem.mesage", "did you mean `message`?"));
    assert_eq!(message, "`problem` has no field `mesage`");
    assert_eq!(mistake("subject: problem", "subject: problm").0, "problm");
    assert_eq!(mistake("id: some-rule", "id: other-rule").0, "other-rule");
    assert_eq!(mistake("at: problem.message", "at: problem.where").0, "problem.where");
    assert_eq!(mistake("{{ item }}", "{{ itme }}").0, "itme");
    assert_eq!(mistake("at: item,", "at: item.x,").0, "item.x");
    assert_eq!(mistake("{{ problem.message }}", "{{ problem.nothing }}").0, "problem.nothing");
    assert_eq!(mistake("each: problem.labels", "each: problem.message").1, "`each` wants a list, this is characters");
    assert_eq!(mistake("help: ''", "help: '{{ options.letters }}'").1, "there is no key `letters`");
    assert_eq!(mistake("bad: [{name: bad, text: x, at: x}]", "bad: []").1, "there is no bad example");
    assert_eq!(mistake(", text: x, at: x", ", text: x").1, "this bad example has no `at`");
    assert_eq!(mistake("text: x}]", "text: x, files: {a: b}}]").1, "an example has either `text` or `files`");
    assert!(mistake("title:", "titel:").1.contains("unknown key `titel`"));
    assert!(mistake("note: Seen.", "nota: Seen.").1.contains("unknown key `nota`"));
    assert_eq!(mistake("severity: warning", "severty: warning").2, "did you mean `severity`?");
    assert_eq!(mistake("message: '`", "message: {{ x }} #").2, "put it in quotes: `{` opens a mapping in YAML");
    assert_eq!(mistake("problem.message == ", "problem.message = ").2, "compare with `==`");
}

#[test]
fn a_mistake_is_shown_with_a_caret() {
    let text = GOOD.replace("problem.message ==", "problem.mesage ==");
    let shown = compile(&text).expect_err("a mistake").remove(0).to_string();
    let expected = "\
rules/group/some-rule.yaml:7:7: `problem` has no field `mesage`
  |
7 | when: problem.mesage == \"x\"
  |       ^^^^^^^^^^^^^^
  = did you mean `message`?";
    assert_eq!(shown, expected);
}

#[test]
fn options_keep_their_type() {
    let mut set = compile(GOOD).expect("no mistakes");
    let yaml = |text: &str| serde_yaml::from_str(text).expect("yaml");
    assert_eq!(set.set_option("some-rule", "words", &yaml("[b]")), Ok(()));
    assert!(set.set_option("some-rule", "words", &yaml("b")).is_err());
    let wrong = set.set_option("some-rule", "letters", &yaml("b"));
    assert_eq!(wrong, Err("`some-rule` has no option `letters`: it has words".to_owned()));
}

#[test]
fn the_embedded_rules_are_valid() {
    let mistakes = RuleSet::embedded().err().unwrap_or_default();
    let shown: Vec<_> = mistakes.iter().map(ToString::to_string).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n\n"));
}

#[test]
fn what_the_build_makes_of_the_rules_says_what_they_say() {
    for rule in RULES {
        // A value that YAML reads as a text and JSON as a number wants quotes in the rule's file.
        let read = serde_json::from_str::<RuleFile>(rule.brief);
        let file = read.unwrap_or_else(|error| panic!("{}: {error}", rule.path));
        assert_eq!((rule.id, rule.subject), (&*file.id, &*file.subject), "{}", rule.path);
    }
    let (whole, brief) = (RuleSet::embedded().expect("valid rules"), RuleSet::brief().expect("valid rules"));
    assert!(!brief.is_empty() && brief.len() == whole.len());
    for (whole, brief) in whole.iter().zip(brief.iter()) {
        let bare = RuleFile { examples: Examples::default(), misses: Vec::new(), ..(**whole.file).clone() };
        let said = |file: &RuleFile| format!("{file:?}");
        assert_eq!(said(&bare), said(&brief.file), "{}", whole.path);
        assert_eq!(format!("{:?}", whole.options), format!("{:?}", brief.options), "{}", whole.path);
        assert_eq!((&whole.group, &whole.path, whole.subject), (&brief.group, &brief.path, brief.subject));
        // The build divides conditions as text, the compiler as expressions.
        let conditions = |rule: &Rule| {
            let gate = rule.gate();
            let compiled =
                gate.conditions.iter().map(|c| c.compiled(&gate.parents, |text| compile::condition(rule, text)));
            format!("{:?} {:?}", gate.parents, compiled.collect::<Vec<_>>())
        };
        assert_eq!(conditions(whole), conditions(brief), "{}", whole.path);
        let (whole, brief) = (whole.body().expect("a body"), brief.body().expect("a body"));
        assert_eq!(format!("{whole:?}"), format!("{brief:?}"));
    }
}
