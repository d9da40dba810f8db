//! What Python prints: `str()` and `repr()` of values.

use super::value::{Data, Value};
use crate::source::Span;
use crate::text::Builder;

/// `str()` of a scalar other than a string.
pub(super) fn scalar(data: &Data) -> Option<String> {
    Some(match data {
        Data::None => "None".to_owned(),
        Data::Bool(true) => "True".to_owned(),
        Data::Bool(false) => "False".to_owned(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) => float(*n),
        _ => return None,
    })
}

/// `repr()` of a float: the shortest that reads back, with an exponent from 1e16 on and below 1e-4.
pub(super) fn float(n: f64) -> String {
    if n.is_nan() {
        return "nan".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { "inf" } else { "-inf" }.to_owned();
    }
    let magnitude = n.abs();
    if magnitude != 0.0 && !(1e-4..1e16).contains(&magnitude) {
        let text = format!("{n:e}");
        let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, digits) = exponent.strip_prefix('-').map_or(('+', exponent), |d| ('-', d));
        return format!("{mantissa}e{sign}{digits:0>2}");
    }
    let text = n.to_string();
    if text.contains('.') { text } else { format!("{text}.0") }
}

/// Adds `repr()` of `value`.
pub(super) fn repr(value: &Value, here: Span, out: &mut Builder) {
    match &value.data {
        Data::Str(text) => {
            let quote = if text.value().contains('\'') && !text.value().contains('"') { "\"" } else { "'" };
            out.derived(quote, here);
            let mut start = 0;
            for (at, c) in text.value().char_indices() {
                let escaped = match c {
                    '\n' => "\\n",
                    '\t' => "\\t",
                    '\r' => "\\r",
                    '\\' => "\\\\",
                    '\'' if quote == "'" => "\\'",
                    _ => continue,
                };
                out.text(&text.slice(start..at));
                out.derived(escaped, here);
                start = at + c.len_utf8();
            }
            out.text(&text.slice(start..text.value().len()));
            out.derived(quote, here);
        }
        Data::List(items) => sequence(items, "[", "]", here, out),
        Data::Tuple(items) if items.len() == 1 => sequence(items, "(", ",)", here, out),
        Data::Tuple(items) => sequence(items, "(", ")", here, out),
        Data::Map(entries) => {
            out.derived("{", here);
            for (i, (key, value)) in entries.iter().enumerate() {
                if i > 0 {
                    out.derived(", ", here);
                }
                repr(key, here, out);
                out.derived(": ", here);
                repr(value, here, out);
            }
            out.derived("}", here);
        }
        data => match scalar(data) {
            Some(text) => out.derived(&text, here),
            None => value.print_unknown(here, out),
        },
    }
}

fn sequence(items: &[Value], open: &str, close: &str, here: Span, out: &mut Builder) {
    out.derived(open, here);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.derived(", ", here);
        }
        repr(item, here, out);
    }
    out.derived(close, here);
}
