//! Values and the bytes that say them: what quotes mean, and how another value is written in the same ones.

use crate::document::Kind;
use crate::source::Span;

/// Whether `written` says `value`: as it stands, or in quotes.
pub(super) fn says(written: &str, value: &str) -> bool {
    written == value || unquoted(written).is_some_and(|text| text == value)
}

/// What a text in quotes says; `None` where it has none, or an escape that not all formats share.
fn unquoted(written: &str) -> Option<String> {
    let quote = written.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let inner = written.get(1..)?.strip_suffix(quote)?;
    if quote == '\'' {
        return Some(inner.replace("''", "'"));
    }
    let plain = inner.replace("\\\"", "").replace("\\\\", "");
    (!plain.contains('\\')).then(|| inner.replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// The bytes at `span` with the quotes that they stand in.
pub(super) fn around(text: &str, span: Span) -> Span {
    let quote =
        |at: Option<usize>| at.and_then(|at| text.as_bytes().get(at)).is_some_and(|b| matches!(b, b'"' | b'\''));
    let (start, end) = (span.start as usize, span.end as usize);
    let start = if quote(start.checked_sub(1)) { start - 1 } else { start };
    Span::new(span.source, start, if quote(Some(end)) { end + 1 } else { end })
}

/// How `new` is written in place of the bytes at `span`, which say `was`; `None` where that needs other quotes around
/// more than those bytes.
pub(super) fn value(text: &str, span: Span, was: Option<&str>, new: &str, kind: Option<Kind>) -> Option<String> {
    let (start, end) = (span.start as usize, span.end as usize);
    let written = text.get(start..end)?;
    let yaml = is_yaml(kind);
    if let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\'') && was != Some(written)) {
        return requoted(new, quote, yaml);
    }
    if new.chars().all(|c| c.is_ascii_alphanumeric() || "_-./@%+=~".contains(c)) && !new.is_empty() {
        return Some(new.to_owned());
    }
    let before = text.get(..start)?.chars().next_back();
    let after = text.get(end..)?.chars().next();
    let alone = before.is_none_or(|c| c.is_whitespace() || "[{,".contains(c))
        && after.is_none_or(|c| c.is_whitespace() || "]},".contains(c));
    let plain = !new.contains(['"', '\'', '\\', '\n', '`', '#'])
        && !new.contains(": ")
        && !new.ends_with(':')
        && !new.starts_with(|c: char| !c.is_ascii_alphanumeric() && !"/$_.~(".contains(c))
        && !new.contains([',', '[', ']', '{', '}']);
    if plain && new.trim() == new {
        return Some(new.to_owned());
    }
    if alone && yaml { requoted(new, '"', true) } else { inner(text, start, new) }
}

/// Within a longer text: what no format reads as anything else.
fn inner(text: &str, start: usize, new: &str) -> Option<String> {
    let line = text.get(..start)?.rsplit('\n').next()?;
    let quoted = line.matches('"').count() % 2 == 1 || line.matches('\'').count() % 2 == 1;
    let plain = !new.contains(['"', '\'', '\\', '\n', '`', '#']);
    (quoted && plain).then(|| new.to_owned())
}

fn requoted(new: &str, quote: char, yaml: bool) -> Option<String> {
    let hard = new.contains('\n') || new.contains(quote) || quote == '"' && new.contains(['\\', '$', '`']);
    if hard && !yaml {
        return None;
    }
    if new.contains('\n') {
        return None;
    }
    let escaped = if quote == '"' { new.replace('\\', "\\\\").replace('"', "\\\"") } else { new.replace('\'', "''") };
    Some(format!("{quote}{escaped}{quote}"))
}

/// Whether quotes in the file are YAML's.
pub(super) fn is_yaml(kind: Option<Kind>) -> bool {
    use Kind::{AnsibleInventory, AnsiblePlaybook, AnsibleTasks, AnsibleVars, Compose, LiteLlm, Workload, Yaml};
    matches!(
        kind,
        Some(
            Compose
                | LiteLlm
                | AnsibleTasks
                | AnsiblePlaybook
                | AnsibleVars
                | AnsibleInventory
                | Workload("kubernetes")
                | Yaml
        )
    )
}
