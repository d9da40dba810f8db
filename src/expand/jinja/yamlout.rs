//! YAML as PyYAML's dumper writes it, for `to_yaml` and `to_nice_yaml`.

use super::repr;
use super::value::{Data, Value};
use crate::source::Span;
use crate::text::{Builder, Text};
use crate::yaml;

/// How to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Spaces a level.
    pub indent: usize,
    /// The line width that long scalars are folded at.
    pub width: usize,
    /// Whether keys are sorted.
    pub sort: bool,
    /// Whether all collections are blocks; else those that hold only scalars are flows.
    pub block: bool,
}

/// Writes `value`; `None` where the dumper would fold or escape in ways that are not followed.
pub(super) fn write(value: &Value, style: Style, here: Span) -> Option<Text> {
    let mut out = Builder::new(here);
    let inline = !collection(value) || flow(value, style);
    node(value, style, 0, here, &mut out)?;
    if inline {
        let document_end = if collection(value) { "\n" } else { "\n...\n" };
        let quoted = matches!(&value.data, Data::Str(text) if !plain(text));
        out.derived(if quoted { "\n" } else { document_end }, here);
    }
    Some(out.finish())
}

fn collection(value: &Value) -> bool {
    matches!(value.data, Data::List(_) | Data::Tuple(_) | Data::Map(_))
}

/// Whether the dumper writes this collection in one line.
fn flow(value: &Value, style: Style) -> bool {
    let empty = value.items().is_some_and(<[_]>::is_empty) || value.entries().is_some_and(<[_]>::is_empty);
    let leaves = value.items().is_none_or(|items| !items.iter().any(collection))
        && value.entries().is_none_or(|entries| !entries.iter().any(|(_, v)| collection(v)));
    empty || (!style.block && leaves)
}

fn entries(value: &Value, style: Style) -> Option<Vec<&(Value, Value)>> {
    let mut all: Vec<_> = value.entries()?.iter().collect();
    if style.sort {
        let mut comparable = true;
        all.sort_by(|a, b| {
            a.0.compare(&b.0).unwrap_or_else(|| {
                comparable = false;
                std::cmp::Ordering::Equal
            })
        });
        comparable.then_some(())?;
    }
    Some(all)
}

fn node(value: &Value, style: Style, level: usize, here: Span, out: &mut Builder) -> Option<()> {
    if flow(value, style) && collection(value) {
        return one_line(value, style, here, out);
    }
    if let Some(items) = value.items() {
        for item in items {
            out.derived(&format!("{}-", " ".repeat(level * style.indent)), here);
            child(item, style, level + 1, true, here, out)?;
        }
        return Some(());
    }
    if value.entries().is_some() {
        for (key, value) in entries(value, style)? {
            out.derived(&" ".repeat(level * style.indent), here);
            scalar(key, level, style, here, out)?;
            out.derived(":", here);
            child(value, style, level + 1, false, here, out)?;
        }
        return Some(());
    }
    scalar(value, level, style, here, out)
}

/// What stands after `-` or `key:`.
fn child(value: &Value, style: Style, level: usize, in_list: bool, here: Span, out: &mut Builder) -> Option<()> {
    if !collection(value) || flow(value, style) {
        out.derived(" ", here);
        if collection(value) {
            one_line(value, style, here, out)?;
        } else {
            scalar(value, level, style, here, out)?;
        }
        out.derived("\n", here);
        return Some(());
    }
    if in_list {
        // The first entry stands on the line of the dash, padded to the indentation.
        let mut inner = Builder::new(here);
        node(value, style, level, here, &mut inner)?;
        let inner = inner.finish();
        let skip = (level - 1) * style.indent + 1;
        out.text(&inner.slice(skip..inner.value().len()));
        return Some(());
    }
    out.derived("\n", here);
    // A list inside a mapping stands at the mapping's own level.
    let level = if value.items().is_some() { level - 1 } else { level };
    node(value, style, level, here, out)
}

fn one_line(value: &Value, style: Style, here: Span, out: &mut Builder) -> Option<()> {
    if let Some(items) = value.items() {
        out.derived("[", here);
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.derived(", ", here);
            }
            if collection(item) { one_line(item, style, here, out)? } else { scalar(item, 0, style, here, out)? }
        }
        out.derived("]", here);
        return Some(());
    }
    out.derived("{", here);
    for (i, (key, value)) in entries(value, style)?.into_iter().enumerate() {
        if i > 0 {
            out.derived(", ", here);
        }
        scalar(key, 0, style, here, out)?;
        out.derived(": ", here);
        if collection(value) { one_line(value, style, here, out)? } else { scalar(value, 0, style, here, out)? }
    }
    out.derived("}", here);
    Some(())
}

fn scalar(value: &Value, level: usize, style: Style, here: Span, out: &mut Builder) -> Option<()> {
    let text = match &value.data {
        Data::Str(text) => text,
        Data::None => {
            out.derived("null", here);
            return Some(());
        }
        Data::Bool(b) => {
            out.derived(if *b { "true" } else { "false" }, here);
            return Some(());
        }
        data => {
            out.derived(&repr::scalar(data)?, here);
            return Some(());
        }
    };
    let string = text.known()?;
    // Long strings are folded at spaces; where that happens is the dumper's own business.
    if string.len() + level * style.indent > style.width.saturating_sub(2) && string.contains(' ') {
        return None;
    }
    if string.contains(['\n', '\r', '\t']) || !string.chars().all(printable) {
        return None;
    }
    if plain(text) {
        out.text(text);
        return Some(());
    }
    out.derived("'", here);
    let quote = Text::literal("''", here);
    out.text(&super::methods::replaced(text, "'", &quote, None));
    out.derived("'", here);
    Some(())
}

fn printable(c: char) -> bool {
    !c.is_control() && c != '\u{feff}'
}

/// Whether PyYAML writes `text` without quotes.
fn plain(text: &Text) -> bool {
    let scalar = yaml::Scalar { text: text.clone(), style: yaml::Style::Plain };
    let string = matches!(scalar.resolve(yaml::Schema::Python), Some(yaml::Resolved::Str(_)));
    let text = text.value();
    let Some(first) = text.chars().next() else { return false };
    let second_space = text.chars().nth(1).is_none_or(char::is_whitespace);
    let indicator = "#,[]{}&*!|>'\"%@`".contains(first) || ("?:-".contains(first) && second_space);
    let date = text.len() >= 8
        && text.as_bytes().get(4) == Some(&b'-')
        && text.as_bytes().first().is_some_and(u8::is_ascii_digit);
    let ends = text.starts_with(' ') || text.ends_with([' ', ':']);
    string
        && !indicator
        && !date
        && !ends
        && !text.contains(": ")
        && !text.contains(" #")
        && !text.starts_with("---")
        && !text.starts_with("...")
        && !matches!(text, "=" | "<<" | "-")
        && text.is_ascii()
}
