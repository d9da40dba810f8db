//! Tests (`x is …`): Jinja2's and Ansible's; `None` where the answer is not known.

use std::cmp::Ordering;

use minijinja::machinery::ast::BinOpKind;

use super::functions::Args;
use super::machine::Machine;
use super::value::{Data, Value};
use super::{filters, ops};
use crate::text::Provenance;

/// Whether `value` passes the test `name`.
pub(super) fn test(m: &Machine<'_>, name: &str, value: &Value, args: &Args) -> Option<bool> {
    let name = name.strip_prefix("ansible.builtin.").unwrap_or(name);
    let first = args.positional.first();
    // What is defined is often all that can be known of a value.
    if matches!(name, "defined" | "undefined") {
        let defined = match value.data {
            Data::Unknown => None,
            // A name that nothing we read defines may still come from the command line.
            Data::Undefined if value.provenance == Provenance::Defined => Some(false),
            Data::Undefined => (!m.context || m.env.closed()).then_some(false),
            _ => Some(true),
        };
        return if name == "defined" { defined } else { defined.map(|d| !d) };
    }
    if !value.is_seen() {
        return None;
    }
    let is_str = matches!(value.data, Data::Str(_));
    Some(match name {
        "none" => matches!(value.data, Data::None),
        "string" => is_str,
        "boolean" => matches!(value.data, Data::Bool(_)),
        "integer" => matches!(value.data, Data::Int(_)),
        "float" => matches!(value.data, Data::Float(_)),
        "number" => matches!(value.data, Data::Int(_) | Data::Float(_) | Data::Bool(_)),
        "mapping" => matches!(value.data, Data::Map(_)),
        "sequence" | "iterable" => is_str || value.items().is_some() || value.entries().is_some(),
        "callable" => matches!(value.data, Data::Macro(_)),
        "true" => matches!(value.data, Data::Bool(true)),
        "false" => matches!(value.data, Data::Bool(false)),
        "truthy" => value.truth()?,
        "falsy" => !value.truth()?,
        "odd" => value.integer()?.rem_euclid(2) == 1,
        "even" => value.integer()?.rem_euclid(2) == 0,
        "divisibleby" => value.integer()?.checked_rem(first?.integer()?)? == 0,
        "sameas" | "eq" | "==" | "equalto" => value.equals(first?)?,
        "ne" | "!=" => !value.equals(first?)?,
        "lt" | "<" | "lessthan" => ops::compare(BinOpKind::Lt, value, first?)?,
        "le" | "<=" => ops::compare(BinOpKind::Lte, value, first?)?,
        "gt" | ">" | "greaterthan" => ops::compare(BinOpKind::Gt, value, first?)?,
        "ge" | ">=" => ops::compare(BinOpKind::Gte, value, first?)?,
        "in" => ops::contains(first?, value)?,
        "contains" => ops::contains(value, first?)?,
        "lower" => {
            value.as_str()?.chars().all(|c| !c.is_uppercase()) && value.as_str()?.chars().any(char::is_lowercase)
        }
        "upper" => {
            value.as_str()?.chars().all(|c| !c.is_lowercase()) && value.as_str()?.chars().any(char::is_uppercase)
        }
        "match" => filters::pattern(first?.as_str()?, args, true)?.is_match(value.as_str()?),
        "search" | "regex" => filters::pattern(first?.as_str()?, args, false)?.is_match(value.as_str()?),
        "version" | "version_compare" => version(value, args)?,
        "subset" | "issubset" => within(value.items()?, first?)?,
        "superset" | "issuperset" => within(first?.items()?, value)?,
        "all" => value.items()?.iter().map(Value::truth).try_fold(true, |all, t| Some(all && t?))?,
        "any" => value.items()?.iter().map(Value::truth).try_fold(false, |any, t| Some(any || t?))?,
        "abs" => value.as_str()?.starts_with('/'),
        // Results of tasks, files and mounts exist at run time only.
        _ => return None,
    })
}

fn within(items: &[Value], container: &Value) -> Option<bool> {
    items.iter().map(|i| ops::contains(container, i)).try_fold(true, |all, t| Some(all && t?))
}

/// Ansible's loose version comparison.
fn version(value: &Value, args: &Args) -> Option<bool> {
    let text = |v: &Value| v.text.as_ref().and_then(|t| t.known().map(str::to_owned)).or_else(|| number(v));
    let (left, right) = (text(value)?, text(args.get(0, "version")?)?);
    let operator = args.get(1, "operator").and_then(Value::as_str).unwrap_or("==");
    let order = loose(&left).partial_cmp(&loose(&right))?;
    Some(match operator {
        "==" | "=" | "eq" => order == Ordering::Equal,
        "!=" | "<>" | "ne" => order != Ordering::Equal,
        "<" | "lt" => order == Ordering::Less,
        "<=" | "le" => order != Ordering::Greater,
        ">" | "gt" => order == Ordering::Greater,
        ">=" | "ge" => order != Ordering::Less,
        _ => return None,
    })
}

fn number(value: &Value) -> Option<String> {
    super::repr::scalar(&value.data)
}

/// A version as its numbers and words; numbers and words never compare, as in Python.
fn loose(version: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut current = String::new();
    for c in version.chars().chain(std::iter::once('.')) {
        let same = current.chars().next_back().is_none_or(|l| l.is_ascii_digit() == c.is_ascii_digit());
        if (c == '.' || !same) && !current.is_empty() {
            parts.push(current.parse().map_or_else(|_| Part::Word(current.clone()), Part::Number));
            current.clear();
        }
        if c != '.' {
            current.push(c);
        }
    }
    parts
}

#[derive(Debug, PartialEq)]
enum Part {
    Number(u64),
    Word(String),
}

impl PartialOrd for Part {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Part::Number(a), Part::Number(b)) => a.partial_cmp(b),
            (Part::Word(a), Part::Word(b)) => a.partial_cmp(b),
            _ => None,
        }
    }
}
