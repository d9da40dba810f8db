//! Whatever the template: no panic, pieces that tile the text, and literals that stand where they say.

use deploylint::expand::jinja::decide::Decisions;
use deploylint::expand::jinja::value::{Value, from_node};
use deploylint::expand::jinja::{Env, Syntax, mask, render};
use deploylint::source::{Source, Sources, Span};
use deploylint::text::{PieceKind, Text};
use deploylint::yaml::{self, Node};
use proptest::prelude::*;

const VARS: &str =
    "a: Redis é\nn: 0x10\nl: [b, 1, yes, 'it''s']\nd: {k: \"x\\ty\", m: [1, {z: null}]}\nt: |\n  one\n\n  two\n";

/// Parts of templates, whole and broken.
const PARTS: &[&str] = &[
    "text\n",
    "  ",
    "é",
    "\r\n",
    "\n",
    "k: ",
    "- ",
    "{{ a }}",
    "{{ a | upper }}",
    "{{ n }}",
    "{{ l }}",
    "{{ d }}",
    "{{ l | join(', ') }}",
    "{{ a ~ 'x' ~ n }}",
    "{{ d | to_json }}",
    "{{ d | to_nice_yaml }}",
    "{{ t | indent(2) }}",
    "{{ unknown }}",
    "{{ unknown | default(a) }}",
    "{{ a[1:] }}",
    "{{ a | replace('e', '__') }}",
    "{{ a.split(' ') }}",
    "{{ a | regex_replace('(e)', '<\\\\1>') }}",
    "{{ '%s-%5s' % (a, n) }}",
    "{{ a | quote }}",
    "{{ a | lower }}",
    "{{ l | map('string') | sort | list }}",
    "{% if unknown %}",
    "{% elif a == 'x' %}",
    "{% else %}",
    "{% endif %}",
    "{% for x in l %}",
    "{{ x }}",
    "{{ loop.index }}",
    "{% for x in unknown %}",
    "{% endfor %}",
    "{% set a = l[0] %}",
    "{% macro m(x) %}",
    "{% endmacro %}",
    "{{ m(a) }}",
    "{% raw %}",
    "{% endraw %}",
    "{# c #}",
    "{%- if n -%}",
    "{{- a -}}",
    "{{",
    "}}",
    "{%",
    "%}",
    "{{ a\u{a0}}}",
    "#jinja2: lstrip_blocks: True\n",
    "{% filter upper %}",
    "{% endfilter %}",
    "{{ t | trim }}",
    "{{ a | b64encode }}",
    "{{ l + [a] }}",
    "{{ a * 3 }}",
    "{{ d.k }}",
];

struct Fixed(Node);

impl Env for Fixed {
    fn variable(&self, name: &str) -> Value {
        self.0.get(name).map_or_else(|| Value::undefined(name), from_node)
    }
}

fn add(sources: &Sources, name: &str, text: &str) -> Text {
    let id = sources.add(Source::new(name, None, text));
    Text::literal(text, Span::new(id, 0, text.len()))
}

fn exact(sources: &Sources, text: &Text) -> Result<(), TestCaseError> {
    let mut at = 0;
    for piece in text.pieces() {
        prop_assert_eq!(piece.range.start, at);
        at = piece.range.end;
        let value = &text.value()[piece.range.clone()];
        match &piece.kind {
            PieceKind::Literal if piece.span.len() == value.len() => {
                prop_assert_eq!(sources.get(piece.span.source).slice(piece.span).to_owned(), value);
            }
            PieceKind::Variable(variable) => {
                if let Some(inner) = &variable.value {
                    prop_assert_eq!(inner.value(), value);
                    exact(sources, inner)?;
                }
            }
            PieceKind::Literal | PieceKind::Opaque(_) => {}
        }
    }
    prop_assert_eq!(at, text.value().len());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn literals_stand_where_they_say(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..14)) {
        let sources = Sources::default();
        let vars = add(&sources, "vars.yml", VARS);
        let env = Fixed(yaml::parse(&vars).documents[0].clone());
        let template = parts.concat();
        let text = add(&sources, "template.j2", &template);
        let (syntax, start) = Syntax::of(&template);
        for decisions in [Decisions::none(), Decisions::variant(0), Decisions::variant(1), Decisions::variant(2)] {
            if let Ok(rendered) = render(&text, &syntax, start, &env, decisions) {
                exact(&sources, &rendered.text)?;
            }
        }
        exact(&sources, &mask(&text, &syntax))?;
    }
}
