//! JSON as Python's `json` writes and reads it.

use super::repr;
use super::value::{Data, Value, derived};
use crate::source::Span;
use crate::text::{Builder, Text};

/// How to write.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    /// Spaces a level; `None` for one line.
    pub indent: Option<usize>,
    /// Whether keys are sorted.
    pub sort: bool,
    /// Whether characters beyond ASCII are escaped.
    pub ascii: bool,
}

/// Writes `value`; unknown parts stay unknown.
pub(super) fn write(value: &Value, style: Style, here: Span) -> Text {
    let mut out = Builder::new(here);
    node(value, style, 0, here, &mut out);
    out.finish()
}

fn node(value: &Value, style: Style, level: usize, here: Span, out: &mut Builder) {
    match &value.data {
        Data::Str(text) => string(text, style, here, out),
        Data::List(items) | Data::Tuple(items) => {
            let parts = items.iter().map(|v| (None, v)).collect::<Vec<_>>();
            collection(&parts, ("[", "]"), style, level, here, out);
        }
        Data::Map(entries) => {
            let mut parts: Vec<_> = entries.iter().map(|(k, v)| (Some(k), v)).collect();
            if style.sort {
                parts.sort_by_key(|part| key(part.0));
            }
            collection(&parts, ("{", "}"), style, level, here, out);
        }
        data => match scalar(data) {
            Some(word) => match &value.text {
                Some(text) if text.value() == word => out.text(text),
                _ => out.derived(&word, here),
            },
            None => value.print_unknown(here, out),
        },
    }
}

fn scalar(data: &Data) -> Option<String> {
    Some(match data {
        Data::None => "null".to_owned(),
        Data::Bool(b) => b.to_string(),
        Data::Int(_) | Data::Float(_) => repr::scalar(data)?,
        _ => return None,
    })
}

fn key(value: Option<&Value>) -> String {
    value
        .map(|v| v.text.as_ref().map_or_else(|| scalar(&v.data).unwrap_or_default(), |t| t.value().to_owned()))
        .unwrap_or_default()
}

fn collection(
    parts: &[(Option<&Value>, &Value)],
    (open, close): (&str, &str),
    style: Style,
    level: usize,
    here: Span,
    out: &mut Builder,
) {
    out.derived(open, here);
    let line = |level: usize| style.indent.map_or_else(String::new, |n| format!("\n{}", " ".repeat(n * level)));
    for (i, (key, value)) in parts.iter().enumerate() {
        if i > 0 {
            out.derived(if style.indent.is_some() { "," } else { ", " }, here);
        }
        out.derived(&line(level + 1), here);
        if let Some(key) = key {
            match (&key.data, scalar(&key.data)) {
                (Data::Str(text), _) => string(text, style, here, out),
                (_, Some(word)) => out.derived(&format!("\"{word}\""), here),
                _ => key.print_unknown(here, out),
            }
            out.derived(": ", here);
        }
        node(value, style, level + 1, here, out);
    }
    if !parts.is_empty() {
        out.derived(&line(level), here);
    }
    out.derived(close, here);
}

fn string(text: &Text, style: Style, here: Span, out: &mut Builder) {
    out.derived("\"", here);
    for piece in text.pieces() {
        if !piece.is_known() {
            out.text(&text.slice(piece.range.clone()));
            continue;
        }
        let mut start = piece.range.start;
        for (at, c) in text.value()[piece.range.clone()].char_indices() {
            let at = piece.range.start + at;
            let Some(escape) = escape(c, style.ascii) else { continue };
            out.text(&text.slice(start..at));
            out.derived(&escape, text.span_at(at..at + c.len_utf8()));
            start = at + c.len_utf8();
        }
        out.text(&text.slice(start..piece.range.end));
    }
    out.derived("\"", here);
}

fn escape(c: char, ascii: bool) -> Option<String> {
    Some(match c {
        '"' => "\\\"".to_owned(),
        '\\' => "\\\\".to_owned(),
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{8}' => "\\b".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        c if u32::from(c) < 0x20 || (ascii && u32::from(c) > 0x7e) => {
            c.encode_utf16(&mut [0; 2]).iter().fold(String::new(), |out, unit| format!("{out}\\u{unit:04x}"))
        }
        _ => return None,
    })
}

/// Reads JSON that was computed; all of it stands at `span`.
pub(super) fn read(source: &str, span: Span) -> Option<Value> {
    serde_json::from_str(source).ok().map(|json| from(&json, span))
}

fn from(json: &serde_json::Value, span: Span) -> Value {
    match json {
        serde_json::Value::Null => Value::new(Data::None),
        serde_json::Value::Bool(b) => Value::bool(*b),
        serde_json::Value::Number(n) => match (n.as_i64(), n.as_f64()) {
            (Some(n), _) => Value::int(n),
            (None, Some(n)) => Value::new(Data::Float(n)),
            (None, None) => Value::unknown(),
        },
        serde_json::Value::String(s) => Value::str(derived(s, span)),
        serde_json::Value::Array(items) => Value::list(items.iter().map(|v| from(v, span)).collect()),
        serde_json::Value::Object(map) => {
            Value::map(map.iter().map(|(k, v)| (Value::str(derived(k, span)), from(v, span))).collect())
        }
    }
}
