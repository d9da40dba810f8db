//! `$X` and `${X:-d}` in texts that no shell reads: Dockerfile instructions and systemd command lines.
//!
//! Which value a variable has is the caller's; docker compose's own interpolation, with its errors, is `expand`'s.

use crate::text::{Builder, Provenance, Syntax, Text, Variable};

/// The value of a variable, where the caller knows it, and whether it is only a default.
pub(crate) type Lookup<'a> = &'a dyn Fn(&str) -> Option<(Text, Provenance)>;

/// Whether a value is too long, or made of too many variables, to be carried on: values that double line by line would
/// grow without end.
pub(crate) fn too_large(value: &Text) -> bool {
    value.value().len() > 8192 || value.variables().len() > 64
}

/// `text` with its `$X` and `${X}` as variables. A backslash or a second `$` keeps the sign.
pub(crate) fn substitute(text: &Text, syntax: Syntax, lookup: Lookup<'_>) -> Text {
    let source = text.value();
    if !source.contains('$') {
        return text.clone();
    }
    let mut builder = Builder::new(text.span());
    let mut run = 0;
    let mut at = 0;
    while let Some(found) = source.get(at..).and_then(|rest| rest.find('$')) {
        let dollar = at + found;
        let rest = source.get(dollar + 1..).unwrap_or("");
        let escaped = syntax == Syntax::Docker && source.get(..dollar).is_some_and(|s| s.ends_with('\\'));
        let doubled = syntax == Syntax::Systemd && rest.starts_with('$');
        let Some((variable, len)) = reference(text, dollar, syntax, lookup).filter(|_| !escaped && !doubled) else {
            at = dollar + 1 + usize::from(doubled);
            if escaped || doubled {
                let keep = if escaped { dollar - 1 } else { dollar };
                builder.text(&text.slice(run..keep));
                run = if escaped { dollar } else { dollar + 1 };
            }
            continue;
        };
        builder.text(&text.slice(run..dollar));
        builder.variable(variable, text.span_at(dollar..dollar + len));
        at = dollar + len;
        run = at;
    }
    builder.text(&text.slice(run..source.len()));
    builder.finish()
}

/// The variable at the `$` at `dollar`, and the length of its expression.
fn reference(text: &Text, dollar: usize, syntax: Syntax, lookup: Lookup<'_>) -> Option<(Variable, usize)> {
    let rest = text.value().get(dollar + 1..)?;
    let braced = rest.strip_prefix('{');
    let inner = braced.unwrap_or(rest);
    let len = inner.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(inner.len());
    let name = inner.get(..len).filter(|n| n.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_'))?;
    let known = |(value, provenance)| Variable::known(name, syntax, value, provenance);
    let found = lookup(name);
    if braced.is_none() {
        let variable = found.map_or_else(|| Variable::unknown(name, syntax, Provenance::Undefined), known);
        return Some((variable, 1 + len));
    }
    let tail = inner.get(len..)?;
    let close = tail.find('}')?;
    let total = 2 + len + close + 1;
    let start = dollar + 2 + len;
    let operator = tail.get(..close).unwrap_or("");
    if operator.is_empty() || operator.starts_with(":?") {
        return Some((found.map_or_else(|| Variable::unknown(name, syntax, Provenance::Undefined), known), total));
    }
    let default = operator.strip_prefix(":-").or_else(|| operator.strip_prefix('-'));
    let Some(default) = default else {
        return Some((Variable::unknown(name, syntax, Provenance::Dynamic), total));
    };
    let variable = match found.filter(|(value, _)| !value.is_empty()) {
        Some(found) => known(found),
        None if default.contains('$') => Variable::unknown(name, syntax, Provenance::Dynamic),
        None => {
            let from = start + operator.len() - default.len();
            known((text.slice(from..from + default.len()), Provenance::Default))
        }
    };
    Some((variable, total))
}
