//! Templates of one construct each, against what the real Jinja2 makes of them under Ansible's settings.
//!
//! The templates are `tests/jinja/*.yaml`, the expectations beside them in JSON, written by `scripts/jinja-oracle.py`.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use deploylint::expand::jinja::decide::Decisions;
use deploylint::expand::jinja::value::{Value, from_node};
use deploylint::expand::jinja::{Env, Syntax, render};
use deploylint::source::{Source, Sources, Span};
use deploylint::text::{PieceKind, Text};
use deploylint::yaml::{self, Node};

struct Fixed<'a> {
    vars: &'a Node,
    files: BTreeMap<String, Text>,
}

impl Env for Fixed<'_> {
    fn variable(&self, name: &str) -> Value {
        self.vars.get(name).map_or_else(|| Value::undefined(name), from_node)
    }

    fn template(&self, name: &str, _from: Span) -> Option<Text> {
        self.files.get(name).cloned()
    }

    fn closed(&self) -> bool {
        true
    }
}

fn add(sources: &Sources, name: &str, text: &str) -> Text {
    let id = sources.add(Source::new(name, None, text));
    Text::literal(text, Span::new(id, 0, text.len()))
}

/// Every literal piece must stand where it says, those inside variables' values too.
fn exact(sources: &Sources, text: &Text, template: &str) {
    for piece in text.pieces() {
        let value = &text.value()[piece.range.clone()];
        match &piece.kind {
            PieceKind::Literal if piece.span.len() == value.len() => {
                assert_eq!(sources.get(piece.span.source).slice(piece.span), value, "misplaced in {template:?}");
            }
            PieceKind::Variable(variable) => variable.value.iter().for_each(|v| exact(sources, v, template)),
            PieceKind::Literal | PieceKind::Opaque(_) => {}
        }
    }
}

#[test]
fn every_template_gives_what_jinja2_gives() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/jinja");
    let mut names: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|e| e.unwrap().path()).collect();
    names.sort();
    let mut count = 0;
    let mut wrong = Vec::new();
    for path in names.iter().filter(|p| p.extension().is_some_and(|e| e == "yaml")) {
        let sources = Sources::default();
        let text = add(&sources, &path.to_string_lossy(), &std::fs::read_to_string(path).unwrap());
        let parsed = yaml::parse(&text);
        assert!(parsed.problems.is_empty(), "{path:?}: {:?}", parsed.problems);
        let group = &parsed.documents[0];
        let expected = std::fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: BTreeMap<String, String> = serde_json::from_str(&expected).unwrap();
        assert_eq!(group.get("cases").unwrap().seq().unwrap().len(), expected.len(), "{path:?}: run the oracle");
        for case in group.get("cases").unwrap().seq().unwrap() {
            count += 1;
            let name = case.get("name").unwrap().known().unwrap();
            let template = case.get("template").unwrap().known().unwrap();
            let files = case.get("files").and_then(Node::map).unwrap_or(&[]).iter();
            let files = files.map(|e| (e.key.known().unwrap(), e.value.known().unwrap()));
            let files = files.map(|(name, text)| (name.to_owned(), add(&sources, name, text))).collect();
            let env = Fixed { vars: group.get("vars").unwrap(), files };
            let text = add(&sources, "template", template);
            let (syntax, start) = Syntax::of(template);
            let rendered = render(&text, &syntax, start, &env, Decisions::none());
            let got = rendered.as_ref().map_or_else(|f| f.message.clone(), |r| r.text.value().to_owned());
            if got != expected[name] || !rendered.as_ref().is_ok_and(|r| r.text.is_known()) {
                wrong.push(format!("{name}: {template:?}\n  Jinja2: {:?}\n  ours:   {got:?}", expected[name]));
            }
            if let Ok(rendered) = rendered {
                exact(&sources, &rendered.text, template);
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {count} differ\n{}", wrong.len(), wrong.join("\n"));
    assert!(count >= 120, "only {count} templates");
}

/// The committed expectations are what the real Jinja2 gives, where `scripts/install-jinja.sh` has installed it.
#[test]
fn the_expectations_come_from_jinja2() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join(".tools/jinja/bin/python");
    if !python.exists() {
        assert!(std::env::var_os("CI").is_none(), "run scripts/install-jinja.sh first");
        return;
    }
    let output = Command::new(python).arg(root.join("scripts/jinja-oracle.py")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}
