//! Directives, continued lines, command lines, and places.

use super::*;
use crate::source::{Source, Sources};

fn text(source: &str) -> Text {
    let id = Sources::default().add(Source::new("a.service", None, source));
    Text::literal(source, Span::new(id, 0, source.len()))
}

fn read(source: &str) -> (Unit, Vec<Problem>) {
    let (unit, problems) = parse(&text(source));
    (unit, problems)
}

#[test]
fn directives_belong_to_their_section() {
    let (unit, problems) = read("# c\n[Unit]\nAfter=a b\n[Service]\r\nUser = app \r\n; c\nAfter=x\n");
    assert!(problems.is_empty());
    assert_eq!(unit.get("Service", "User").and_then(|d| d.value.known()), Some("app"));
    assert_eq!(unit.get("Unit", "After").and_then(|d| d.value.known()), Some("a b"));
}

#[test]
fn continued_lines_are_joined() {
    let (unit, _) = read("[Service]\nExecStart=/bin/a \\\n  # not this\n  b\\\n c\nUser=x\n");
    let line =
        unit.get("Service", "ExecStart").map(|d| d.value.value().split_whitespace().collect::<Vec<_>>().join(" "));
    assert_eq!(line.as_deref(), Some("/bin/a b c"));
    assert!(unit.get("Service", "User").is_some());
}

#[test]
fn an_empty_assignment_discards_the_earlier_ones() {
    let (unit, _) = read("[Service]\nExecStart=/a\nExecStart=\nExecStart=/b\n");
    let all: Vec<_> = unit.all("Service", "ExecStart").iter().map(|d| d.value.value()).collect();
    assert_eq!(all, ["/b"]);
}

#[test]
fn a_command_line_has_its_prefix_and_variables() {
    let environment = [("TAG".to_owned(), text("1.2"))];
    let exec = exec(&text("-/usr/bin/docker run 'a b' r:${TAG} $MISSING 100%% $$x"), &environment);
    let words: Vec<_> = exec.words.iter().map(|w| w.text.display()).collect();
    assert_eq!(exec.prefix, "-");
    assert_eq!(words, ["/usr/bin/docker", "run", "a b", "r:1.2", "${MISSING}", "100%%", "$x"]);
}

#[test]
fn an_environment_line_holds_several() {
    let pairs = environment(&text("A=1 \"B=two words\" 'C=3'"));
    let shown: Vec<_> = pairs.iter().map(|(k, v)| (k.value(), v.value())).collect();
    assert_eq!(shown, [("A", "1"), ("B", "two words"), ("C", "3")]);
}

#[test]
fn places_are_those_of_the_bytes() {
    let source = "[Service]\n# é\nEnvironment=A=1 B=x\n";
    let (unit, _) = read(source);
    let directive = unit.get("Service", "Environment").expect("a directive");
    let slice = |s: Span| &source[s.start as usize..s.end as usize];
    assert_eq!(slice(directive.span), "Environment=A=1 B=x");
    assert_eq!(slice(environment(&directive.value)[1].1.span()), "x");
}

#[test]
fn a_stray_line_is_one_problem() {
    let (unit, problems) = read("stray\n[Service]\nalso stray\nUser=a\n");
    assert_eq!(problems.len(), 1);
    assert_eq!(unit.directives.len(), 1);
    assert!(read("<xml>\n<name>x</name>\n").1.is_empty());
}

#[test]
fn hostile_input_is_read_without_harm() {
    for source in ["", "[", "[]", "=", "\\", "\\\n", "[S]\n=\\", "[S]\nA=\\\n#", "é=1"] {
        let _ = read(source);
        let _ = exec(&text(source), &[]);
        let _ = environment(&text(source));
    }
}
