//! Filters over mappings.

use super::super::functions::Args;
use super::super::machine::{Machine, Step};
use super::super::value::{Data, Value};

pub(super) fn apply(m: &mut Machine<'_>, name: &str, input: &Value, args: &Args) -> Step<Option<Value>> {
    Ok(Some(match name {
        "combine" => combine(m, input, args)?,
        "dict2items" => {
            let key = args.key("key_name").and_then(Value::as_str).unwrap_or("key").to_owned();
            let value = args.key("value_name").and_then(Value::as_str).unwrap_or("value").to_owned();
            let Some(entries) = input.entries() else { return Ok(Some(input.lost())) };
            let item = |(k, v): &(Value, Value)| {
                let named = |n: &str| Value::computed(n, m.here);
                Value::map(vec![(named(&key), k.clone()), (named(&value), v.clone())])
            };
            Value::list(entries.iter().map(item).collect())
        }
        "items2dict" => {
            let key = args.get(0, "key_name").and_then(Value::as_str).unwrap_or("key");
            let value = args.get(1, "value_name").and_then(Value::as_str).unwrap_or("value");
            let pairs = input.items().unwrap_or(&[]).iter();
            let pairs: Option<Vec<_>> = pairs.map(|i| Some((i.get(key)?.clone(), i.get(value)?.clone()))).collect();
            pairs.filter(|_| input.items().is_some()).map_or_else(|| input.lost(), Value::map)
        }
        "items" => match input.entries() {
            Some(entries) => {
                Value::list(entries.iter().map(|(k, v)| Value::tuple(vec![k.clone(), v.clone()])).collect())
            }
            None => input.lost(),
        },
        "dictsort" => dictsort(m, input, args)?,
        "extract" => match args.positional.first() {
            Some(container) => m.item_of(container, input),
            None => input.lost(),
        },
        _ => return Ok(None),
    }))
}

/// Sorted by key, case aside, or by value.
fn dictsort(m: &mut Machine<'_>, input: &Value, args: &Args) -> Step<Value> {
    let Some(entries) = input.entries() else { return Ok(input.lost()) };
    m.charge(entries.len().saturating_mul(4))?;
    let by_value = args.get(1, "by").and_then(Value::as_str) == Some("value");
    let sensitive = args.get(0, "case_sensitive").and_then(Value::truth).unwrap_or(false);
    let reverse = args.get(2, "reverse").and_then(Value::truth).unwrap_or(false);
    let mut pairs = entries.to_vec();
    let mut comparable = true;
    let key = |pair: &(Value, Value)| {
        let value = if by_value { &pair.1 } else { &pair.0 };
        match &value.data {
            Data::Str(text) if !sensitive => Value::str(super::super::methods::mapped(text, &|s| s.to_lowercase())),
            _ => value.clone(),
        }
    };
    pairs.sort_by(|a, b| {
        let order = key(a).compare(&key(b));
        comparable &= order.is_some();
        let order = order.unwrap_or(std::cmp::Ordering::Equal);
        if reverse { order.reverse() } else { order }
    });
    if !comparable {
        return Ok(input.lost());
    }
    Ok(Value::list(pairs.into_iter().map(|(k, v)| Value::tuple(vec![k, v])).collect()))
}

/// `combine(other, …, recursive, list_merge)`.
fn combine(m: &mut Machine<'_>, input: &Value, args: &Args) -> Step<Value> {
    let recursive = args.key("recursive").and_then(Value::truth).unwrap_or(false);
    let lists = args.key("list_merge").and_then(Value::as_str).unwrap_or("replace");
    if lists != "replace" {
        return Ok(input.lost());
    }
    let mut all: Vec<Value> = match input.items() {
        Some(items) => items.to_vec(),
        None => vec![input.clone()],
    };
    all.extend(args.positional.iter().flat_map(|v| v.items().map_or_else(|| vec![v.clone()], <[Value]>::to_vec)));
    let mut out = Value::map(Vec::new());
    for other in &all {
        // Each key is compared with those before it.
        let (more, held) = (other.entries().map_or(0, <[_]>::len), out.entries().map_or(0, <[_]>::len));
        m.charge(more + more.saturating_mul(held) / 16)?;
        match merge(&out, other, recursive, 0) {
            Some(merged) => out = merged,
            None => return Ok(other.lost()),
        }
    }
    Ok(out)
}

fn merge(left: &Value, right: &Value, recursive: bool, depth: usize) -> Option<Value> {
    let mut out = left.entries()?.to_vec();
    for (key, value) in right.entries()? {
        let slot = out.iter_mut().find(|(k, _)| k.equals(key) == Some(true));
        match slot {
            Some(slot) => {
                let deeper = recursive && depth < super::super::MAX_DEPTH;
                let merged = if deeper { merge(&slot.1, value, true, depth + 1) } else { None };
                slot.1 = merged.unwrap_or_else(|| value.clone());
            }
            None => out.push((key.clone(), value.clone())),
        }
    }
    Some(Value::map(out))
}
