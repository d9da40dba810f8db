//! Filters: Jinja2's and Ansible's, by their short and long names. What is not here makes its result unknown.

mod collections;
mod encode;
mod layout;
mod lists;
mod patterns;
mod strings;

use super::functions::Args;
use super::machine::{Machine, Step};
use super::value::{Data, Value};
use super::{json, yamlout};
use crate::text::{Provenance, Text};

pub(super) use patterns::pattern;
pub(super) use strings::{capitalize, format, joined, percent, title};

/// Applies the filter `name` to `input`.
pub(super) fn filter(m: &mut Machine<'_>, name: &str, input: Value, args: &Args) -> Step<Value> {
    m.step()?;
    let name = short(name);
    if matches!(name, "default" | "d") {
        return Ok(default(m, &input, args));
    }
    if name == "mandatory" {
        return Ok(input);
    }
    if !input.is_seen() {
        return Ok(input.lost());
    }
    if matches!(input.data, Data::Omit) || args.lost {
        return Ok(input.lost());
    }
    m.charge(input.weight / 2)?;
    if let Some(value) = scalar(m, name, &input, args) {
        return Ok(value);
    }
    if let Some(value) = strings::apply(m, name, &input, args)? {
        return Ok(value);
    }
    if let Some(value) = patterns::apply(m, name, &input, args)? {
        return Ok(value);
    }
    if let Some(value) = encode::apply(m, name, &input) {
        return Ok(value);
    }
    if let Some(value) = lists::apply(m, name, &input, args)? {
        return Ok(value);
    }
    Ok(collections::apply(m, name, &input, args)?.unwrap_or_else(|| input.lost()))
}

/// The filter's name without its collection.
fn short(name: &str) -> &str {
    let known = ["ansible.builtin.", "ansible.legacy.", "ansible.utils.", "community.general."];
    known.iter().find_map(|prefix| name.strip_prefix(prefix)).unwrap_or(name)
}

/// `default(value, boolean)`.
fn default(m: &Machine<'_>, input: &Value, args: &Args) -> Value {
    let otherwise = args.get(0, "default_value").cloned();
    let boolean = args.get(1, "boolean").and_then(Value::truth).unwrap_or(false);
    let otherwise = || {
        let mut value = otherwise.clone().unwrap_or_else(|| Value::str(Text::literal("", m.here)));
        value.provenance = if value.is_seen() { Provenance::Default } else { value.provenance };
        value
    };
    match input.data {
        Data::Undefined => otherwise(),
        Data::Unknown => input.clone(),
        _ if boolean => match input.truth() {
            Some(false) => otherwise(),
            Some(true) => input.clone(),
            None => input.lost(),
        },
        _ => input.clone(),
    }
}

fn scalar(m: &Machine<'_>, name: &str, input: &Value, args: &Args) -> Option<Value> {
    let here = m.here;
    Some(match name {
        "bool" => to_bool(input),
        "int" => int(input, args),
        "float" => match number(input) {
            Number::Known(n) => Value::new(Data::Float(n)),
            Number::No => args.get(0, "default").cloned().unwrap_or_else(|| Value::new(Data::Float(0.0))),
            Number::Unknown => input.lost(),
        },
        "abs" => match input.data {
            Data::Float(n) => Value::new(Data::Float(n.abs())),
            _ => input.integer().and_then(i64::checked_abs).map_or_else(|| input.lost(), Value::int),
        },
        "round" => round(input, args),
        "string" => Value { provenance: input.provenance, ..Value::str(input.print(here)) },
        "ternary" => match (input.truth(), &input.data) {
            (_, Data::None) if args.key("none_val").is_some() || args.positional.len() > 2 => {
                args.get(2, "none_val").cloned().unwrap_or_else(|| input.lost())
            }
            (Some(true), _) => args.get(0, "true_val").cloned().unwrap_or_else(|| input.lost()),
            (Some(false), _) => args.get(1, "false_val").cloned().unwrap_or_else(|| input.lost()),
            (None, _) => input.lost(),
        },
        "to_json" | "tojson" => {
            let sort = args.key("sort_keys").and_then(Value::truth).unwrap_or(name == "tojson");
            let ascii = args.key("ensure_ascii").and_then(Value::truth).unwrap_or(true);
            let indent = args.key("indent").and_then(Value::integer).and_then(|n| usize::try_from(n).ok());
            let text = json::write(input, json::Style { indent: indent.map(|n| n.min(64)), sort, ascii }, here);
            Value { provenance: input.provenance, ..Value::str(text) }
        }
        "to_nice_json" => {
            let sort = args.key("sort_keys").and_then(Value::truth).unwrap_or(true);
            let indent = args.get(0, "indent").and_then(Value::integer).and_then(|n| usize::try_from(n).ok());
            let style = json::Style { indent: Some(indent.unwrap_or(4).min(64)), sort, ascii: true };
            Value { provenance: input.provenance, ..Value::str(json::write(input, style, here)) }
        }
        "to_yaml" | "to_nice_yaml" => {
            if !input.is_known() {
                return Some(input.lost());
            }
            let nice = name == "to_nice_yaml";
            let indent = args.get(if nice { 0 } else { 9 }, "indent").and_then(Value::integer);
            let style = yamlout::Style {
                indent: indent.and_then(|n| usize::try_from(n).ok()).unwrap_or(if nice { 4 } else { 2 }).clamp(2, 9),
                width: args.key("width").and_then(Value::integer).and_then(|n| usize::try_from(n).ok()).unwrap_or(80),
                sort: args.key("sort_keys").and_then(Value::truth).unwrap_or(true),
                block: nice || args.key("default_flow_style").and_then(Value::truth) == Some(false),
            };
            match yamlout::write(input, style, here) {
                Some(text) => Value { provenance: input.provenance, ..Value::str(text) },
                None => input.lost(),
            }
        }
        "from_json" => match input.as_str() {
            Some(source) => json::read(source, input.print(here).span()).unwrap_or_else(|| input.lost()),
            None => input.lost(),
        },
        "from_yaml" => match &input.data {
            Data::Str(text) if text.is_known() => from_yaml(text).unwrap_or_else(|| input.lost()),
            Data::Str(_) => input.lost(),
            _ => input.clone(),
        },
        _ => return None,
    })
}

fn from_yaml(text: &Text) -> Option<Value> {
    let parsed = crate::yaml::parse(text);
    let [document] = parsed.documents.as_slice() else { return None };
    parsed.problems.is_empty().then(|| super::value::from_node(document))
}

/// Ansible's `bool`: `yes`, `on`, `1` and `true` in any case are true, all else is false.
fn to_bool(input: &Value) -> Value {
    match &input.data {
        Data::Bool(_) | Data::None => input.clone(),
        Data::Str(text) => match text.known() {
            Some(word) => Value::bool(matches!(word.to_lowercase().as_str(), "yes" | "on" | "1" | "true")),
            None => input.lost(),
        },
        Data::Int(n) => Value::bool(*n == 1),
        Data::Float(n) => Value::bool((*n - 1.0).abs() < f64::EPSILON),
        _ => input.lost(),
    }
}

fn int(input: &Value, args: &Args) -> Value {
    let otherwise = || args.get(0, "default").cloned().unwrap_or_else(|| Value::int(0));
    match &input.data {
        Data::Int(_) => input.clone(),
        Data::Bool(b) => Value::int(i64::from(*b)),
        Data::Str(text) => {
            let Some(digits) = text.known().map(str::trim) else { return input.lost() };
            let base = args.get(1, "base").and_then(Value::integer).and_then(|n| u32::try_from(n).ok()).unwrap_or(10);
            let clean = digits.strip_prefix("0x").filter(|_| base == 16).or_else(|| digits.strip_prefix("0o"));
            let parsed = if (2..=36).contains(&base) {
                i64::from_str_radix(&clean.unwrap_or(digits).replace('_', ""), base).ok()
            } else {
                None
            };
            match parsed {
                // The characters stay where they are written.
                Some(n) => {
                    let same = n.to_string() == digits;
                    let trimmed = text.trim();
                    Value { text: same.then_some(trimmed), provenance: input.provenance, ..Value::int(n) }
                }
                None => truncated(digits.parse().ok()).unwrap_or_else(otherwise),
            }
        }
        Data::Float(n) => truncated(Some(*n)).unwrap_or_else(otherwise),
        _ => otherwise(),
    }
}

fn truncated(n: Option<f64>) -> Option<Value> {
    let n = n?.trunc();
    #[allow(clippy::cast_possible_truncation, reason = "the range is checked")]
    (n.abs() < 9e15).then(|| Value::int(n as i64))
}

enum Number {
    Known(f64),
    No,
    Unknown,
}

fn number(input: &Value) -> Number {
    match &input.data {
        Data::Str(text) => match text.known() {
            Some(digits) => digits.trim().parse().map_or(Number::No, Number::Known),
            None => Number::Unknown,
        },
        _ => input.number().map_or(Number::No, Number::Known),
    }
}

fn round(input: &Value, args: &Args) -> Value {
    let Some(n) = input.number() else { return input.lost() };
    let precision = args.get(0, "precision").and_then(Value::integer).unwrap_or(0).clamp(-15, 15);
    let factor = 10_f64.powi(i32::try_from(precision).unwrap_or(0));
    let method = args.get(1, "method").and_then(Value::as_str).unwrap_or("common");
    let scaled = n * factor;
    let rounded = match method {
        "ceil" => scaled.ceil(),
        "floor" => scaled.floor(),
        // Python rounds halves to the even neighbour.
        _ => scaled.round_ties_even(),
    };
    Value::new(Data::Float(rounded / factor))
}
