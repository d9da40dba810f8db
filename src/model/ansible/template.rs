//! The variables that a template of Ansible names, where nothing else of the file is read.
//!
//! Only what is certain to be read: an expression that begins with the name, and the list of a loop. What the template itself
//! makes (loops, `set`, macros) is none of them.

use std::collections::BTreeSet;

use crate::source::Span;
use crate::text::Text;

/// Words that begin an expression and are no variables.
const WORDS: &[&str] =
    &["not", "lookup", "query", "q", "range", "dict", "loop", "item", "namespace", "true", "false", "none", "undef"];

/// The variables, with their places.
pub(super) fn names(text: &Text) -> Vec<(String, Span)> {
    let value = text.value();
    // Statements in another form, or a file of another language's templates.
    if value.starts_with("#jinja2:") || value.contains("{% raw") || value.contains("{%- raw") || value.contains("{#") {
        return Vec::new();
    }
    let mut own = BTreeSet::new();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next(value, at) {
        let statement = value.get(start..).is_some_and(|rest| rest.starts_with("{%"));
        let close = if statement { "%}" } else { "}}" };
        let Some(length) = value.get(start..).and_then(|rest| rest.find(close)) else { break };
        at = start + length;
        let inside = start + 2;
        let body = value.get(inside..at).unwrap_or("");
        let shift = body.len() - body.trim_start_matches(['-', '+']).trim_start().len();
        let words = body.get(shift..).unwrap_or("");
        if statement {
            made(words, &mut own);
            if let Some(list) =
                words.strip_prefix("for ").and_then(|rest| Some(words.len() - rest.len() + rest.find(" in ")? + 4))
            {
                found.extend(first(words.get(list..).unwrap_or("")).map(|n| (n, inside + shift + list)));
            }
        } else {
            found.extend(first(words).map(|n| (n, inside + shift)));
        }
    }
    let kept = found.into_iter().filter(|(name, _)| !own.contains(*name));
    kept.map(|(name, at)| (name.to_owned(), text.span_at(at..at + name.len()))).collect()
}

/// Expressions in which a round or square bracket is never closed, or closes none, with the bracket's place.
pub(super) fn unclosed(text: &Text) -> Vec<(char, Span)> {
    let value = text.value();
    let marked = ["{% raw", "{%- raw", "{#"].iter().any(|mark| value.contains(mark));
    if value.starts_with("#jinja2:") || marked || !text.is_known() {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(start) = next(value, at) {
        let is_expression = value.get(start..).is_some_and(|rest| rest.starts_with("{{"));
        let close = if is_expression { "}}" } else { "%}" };
        let Some(length) = value.get(start..).and_then(|rest| rest.find(close)) else { break };
        let inside = start + 2;
        at = start + length;
        let body = value.get(inside..at).unwrap_or("");
        // What quotes and braces hold is not looked through.
        if is_expression && !body.contains(['"', '{', '}', '\\', '\n']) && body.matches('\'').count() % 2 == 0 {
            let at = bracket(body);
            found.extend(at.map(|(c, at)| (c, text.span_at(inside + at..inside + at + 1))));
        }
    }
    found
}

/// The first bracket of an expression that has no other half; texts in single quotes are passed over.
fn bracket(body: &str) -> Option<(char, usize)> {
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut quoted = false;
    for (at, c) in body.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' | '[' if !quoted => open.push((c, at)),
            ')' | ']' if !quoted => match open.pop() {
                Some(('(', _)) if c == ')' => {}
                Some(('[', _)) if c == ']' => {}
                Some(before) => return Some(before),
                None => return Some((c, at)),
            },
            _ => {}
        }
    }
    open.pop()
}

/// Where the next expression or statement begins.
fn next(value: &str, from: usize) -> Option<usize> {
    let mut braces = value.get(from..)?.match_indices('{').map(|(at, _)| from + at);
    braces.find(|at| matches!(value.as_bytes().get(at + 1), Some(b'{' | b'%')))
}

/// The variable that an expression begins with.
fn first(words: &str) -> Option<&str> {
    let end = words.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(words.len());
    let (name, rest) = words.split_at(end);
    let rest = rest.trim_start();
    // What has a default, or is asked whether it is there, may be undefined; a call is none.
    let safe = rest.starts_with('(') || rest.starts_with("is ") || rest.contains("default") || rest.contains("d(");
    let tested = words.contains(" if ");
    let variable = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && !WORDS.contains(&name);
    (variable && !safe && !tested).then_some(name)
}

/// Adds the names that a statement makes.
fn made<'t>(words: &'t str, own: &mut BTreeSet<&'t str>) {
    let mut add = |list: &'t str| {
        own.extend(list.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).filter(|w| !w.is_empty()));
    };
    if let Some(rest) = words.strip_prefix("for ") {
        add(rest.split(" in ").next().unwrap_or(""));
    } else if let Some(rest) = words.strip_prefix("set ") {
        add(rest.split('=').next().unwrap_or(""));
    } else if words.starts_with("macro ")
        || words.starts_with("import ")
        || words.starts_with("from ")
        || words.starts_with("with ")
    {
        add(words);
    }
}

#[cfg(test)]
mod tests {
    use super::{names, unclosed};
    use crate::source::{Source, Sources, Span};
    use crate::text::Text;

    fn of(text: &str) -> Vec<String> {
        let source = Sources::default().add(Source::new("a", None, text));
        names(&Text::literal(text, Span::new(source, 0, text.len()))).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn a_bracket_without_its_other_half() {
        let of = |text: &str| {
            let source = Sources::default().add(Source::new("a", None, text));
            let found = unclosed(&Text::literal(text, Span::new(source, 0, text.len())));
            found.into_iter().map(|(c, span)| (c, span.start)).collect::<Vec<_>>()
        };
        assert_eq!(of("a: {{ (groups['x'][0] }}"), [('(', 6)]);
        assert_eq!(of("a: {{ x) }} {{ y[0 }}"), [(')', 7), ('[', 16)]);
        for none in ["{{ f(x)[0] }}", "{{ ')' }}", "{{ \"(\" }}", "{% if (x %}", "{{ {'a': (1} }}", "{# {{ (x }} #}"] {
            assert!(of(none).is_empty(), "{none}");
        }
    }

    #[test]
    fn what_an_expression_begins_with() {
        assert_eq!(of("a={{ app_name }} {{- app_list | join(',') }} {{ app.x }}"), ["app_name", "app_list", "app"]);
        assert_eq!(of("{% for host in app_hosts %}{{ host }}{{ loop.index }}{% endfor %}"), ["app_hosts"]);
        assert!(
            of("{{ a | default(1) }}{{ lookup('x') }}{{ f(x) }}{{ a if b }}{{ 'x' }}{% set y = z %}{{ y }}").is_empty()
        );
        assert!(of("{# {{ old_name }} #}").is_empty());
        assert_eq!(of("{ {a} {% if x %}{{{ b_name }}} {{ c_name }}{"), ["c_name"]);
    }
}
