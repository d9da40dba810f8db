//! Expressions in three-valued logic, and what their authors get wrong.

use indexmap::IndexMap;

use super::template::template;
use super::value::{Truth, Val};
use super::*;
use crate::model::fact::{Facts, Field, Value};

fn fields() -> IndexMap<String, Field> {
    let unknown = || Field::derived(Value::Unknown("${X}".to_owned()));
    let item = |name: &str, on: Field| {
        Field::derived(IndexMap::from([("name".to_owned(), Field::derived(name)), ("on".to_owned(), on)]))
    };
    let list = |items: Vec<Field>| Field::derived(Value::List(items));
    IndexMap::from([
        ("x".to_owned(), unknown()),
        ("s".to_owned(), Field::derived("abc")),
        ("n".to_owned(), Field::derived(Value::Int(3))),
        ("none".to_owned(), Field::derived(Value::Null)),
        ("part".to_owned(), list(vec![Field::derived("a"), unknown()])),
        ("all".to_owned(), list(vec![item("p", true.into()), item("q", false.into())])),
        ("some".to_owned(), list(vec![item("p", true.into()), item("q", unknown())])),
        ("maybe".to_owned(), list(vec![item("p", false.into()), item("q", unknown())])),
    ])
}

fn scope() -> Scope {
    Scope::new(vec![("m".into(), Type::Any)])
}

/// `yes`, `no` or `?`.
fn truth(source: &str) -> &'static str {
    let expr = expression(source, &mut scope()).expect(source).0;
    let (facts, field) = (Facts::default(), Field::derived(fields()));
    let mut env = Env { facts: &facts, vars: vec![Val::field(&field, &facts, None)], showing: false };
    match env.truth(&expr) {
        Truth::Yes => "yes",
        Truth::No => "no",
        Truth::Unknown(_) => "?",
    }
}

fn rendered(source: &str) -> String {
    let template = template(source, &mut scope()).expect(source);
    let (facts, field) = (Facts::default(), Field::derived(fields()));
    let mut env = Env { facts: &facts, vars: vec![Val::field(&field, &facts, None)], showing: false };
    template.render(&mut env).0
}

#[test]
fn an_unknown_never_decides() {
    for source in [
        "m.x",
        "not m.x",
        "not not m.x",
        "m.x == 'a'",
        "m.x != 'a'",
        "m.x < 3",
        "m.x in ['a']",
        "m.x not in ['a']",
        "'a' in m.x",
        "m.x is none",
        "m.x is defined",
        "m.x is match('a')",
        "m.x | lower == 'a'",
        "m.x ~ 'a' == 'a'",
        "m.x | default('a') == 'a'",
        "m.x.y.z",
        "m.x[0]",
        "m.x | length > 0",
        "m.x + 1 > 0",
        "m.x if true else 1",
        "1 if m.x else 1",
        "m.x | any",
        "not (m.x | any)",
        "m.x | select(item) | list",
        "[m.x] | any",
        "[m.x] | all",
        "[m.x] == ['a']",
        "[m.x] | join == 'a'",
        "[m.x] | unique",
        "[m.x] | first == 'a'",
        "m.s.startswith(m.x)",
        "m.s is startingwith([m.x])",
        "m.s is containing(m.x)",
        "m.s | replace(m.x, 'a')",
        "m.s in [m.x]",
    ] {
        assert_eq!(truth(source), "?", "{source}");
    }
}

#[test]
fn what_is_known_settles_it() {
    for (source, expected) in [
        ("m.x and false", "no"),
        ("false and m.x", "no"),
        ("m.x or true", "yes"),
        ("true or m.x", "yes"),
        ("m.x and true", "?"),
        ("m.x or false", "?"),
        ("'a' in m.part", "yes"),
        ("'b' in m.part", "?"),
        ("'b' not in m.part", "?"),
        ("m.part | length == 2", "yes"),
        ("m.some | any(item.on)", "yes"),
        ("m.some | all(item.on)", "?"),
        ("m.maybe | all(item.on)", "no"),
        ("m.maybe | any(item.on)", "?"),
        ("m.maybe | select(item.on)", "?"),
        ("m.some | select(item.on)", "yes"),
        ("m.some | select(item.on) | length == 1", "?"),
        ("m.some | selectattr('on') | map(attribute='name') | list == ['p']", "?"),
        ("m.all | selectattr('on') | map(attribute='name') | list == ['p']", "yes"),
        ("m.all | rejectattr('name', 'equalto', 'p') | map(item.name) | join == 'q'", "yes"),
        ("m.all | any(item.name == 'q' and m.all | any(item.name == 'p' and outer.name == 'q'))", "yes"),
        ("m.none == none and m.none.deeper is none", "yes"),
        ("m.none < 3", "no"),
        ("1 < m.n < 4", "yes"),
        ("m.s is match('b')", "no"),
        ("m.s is search('b')", "yes"),
        ("m.s is fullmatch('ab')", "no"),
        ("m['s'][0:1] == 'a'", "error"),
    ] {
        if expected == "error" {
            assert!(expression(source, &mut scope()).is_err(), "{source}");
        } else {
            assert_eq!(truth(source), expected, "{source}");
        }
    }
}

#[test]
fn a_message_shows_what_is_unknown() {
    assert_eq!(rendered("`{{ m.x }}` and {{ m.s }}"), "`${X}` and abc");
    assert_eq!(rendered("{{ m.part | join('+') }}"), "a+${X}");
    assert_eq!(rendered("{% if m.x == 1 %}one{% else %}other{% endif %}"), "other");
    assert_eq!(rendered("{% for i in m.all %}{{ i.name }}{% endfor %}"), "pq");
    assert_eq!(rendered("{% for k, v in m.all[0] | items %}{{ k }}={{ v }} {% endfor %}"), "name=p on=true");
    assert_eq!(rendered("{{ m.all | map(item.name) | sentence }}"), "p and q");
}

#[test]
fn mistakes_have_a_place_and_advice() {
    let subject = crate::model::subject::Subject::Problem;
    let fault = |source: &str| {
        let mut scope = Scope::new(vec![("problem".into(), Type::Fact(subject))]);
        let fault = expression(source, &mut scope).expect_err(source);
        (source[fault.range.clone()].to_owned(), fault.message, fault.help)
    };
    let (at, message, help) = fault("problem.mesage == ''");
    assert_eq!(at, "problem.mesage");
    assert_eq!((message.as_str(), help.as_str()), ("`problem` has no field `mesage`", "did you mean `message`?"));
    assert_eq!(fault("problm.message").1, "there is no variable `problm` here");
    assert_eq!(fault("problem.message.x").1, "`x` is asked of characters, which has no fields");
    assert_eq!(fault("problem.labels.x").1, "`x` is asked of a list");
    assert_eq!(fault("problem.labels | any(item.x)").1, "`x` is asked of characters, which has no fields");
    assert_eq!(fault("problem.message == 1").0, "problem.message == 1");
    assert_eq!(fault("problem.message | lowre").2, "did you mean `lower`?");
    assert_eq!(fault("problem.message is startingwit('x')").2, "did you mean `startingwith`?");
    assert!(fault("problem.message ==").1.starts_with("this is no Jinja expression"));
    assert!(fault("problem.message is match('(')").1.contains("regex parse error"));
}

#[test]
fn a_word_that_a_field_never_holds_is_an_authors_mistake() {
    let mut scope = Scope::new(vec![("image".into(), Type::Fact(crate::model::subject::Subject::ImageUse))]);
    let mut fault = |source: &str| {
        let fault = expression(source, &mut scope).expect_err(source);
        (source[fault.range.clone()].to_owned(), fault.message, fault.help)
    };
    let (at, message, help) = fault("image.pin == 'latets'");
    assert_eq!((at.as_str(), message.as_str()), ("'latets'", "this is never `latets`"));
    assert_eq!(help, "did you mean `latest`?");
    assert_eq!(fault("'newest' != image.pin").0, "'newest'");
    assert_eq!(fault("image.pin in ['none', 'newest']").0, "'newest'");
    assert_eq!(fault("not (image.pin not in ['newest'])").0, "'newest'");
    for source in
        ["image.pin == 'latest'", "image.pin in ['none', 'latest']", "(image.pin or 'x') == 'x'", "image.pin == none"]
    {
        assert!(expression(source, &mut scope).is_ok(), "{source}");
    }
}
