//! Filters over lists.

use std::cmp::Ordering;

use super::super::functions::Args;
use super::super::machine::{Machine, Step};
use super::super::value::{Data, Value};
use super::super::{MAX_LIST, methods, ops, tests};

pub(super) fn apply(m: &mut Machine<'_>, name: &str, input: &Value, args: &Args) -> Step<Option<Value>> {
    let known = matches!(
        name,
        "length"
            | "count"
            | "list"
            | "first"
            | "last"
            | "map"
            | "select"
            | "reject"
            | "selectattr"
            | "rejectattr"
            | "sort"
            | "unique"
            | "min"
            | "max"
            | "sum"
            | "reverse"
            | "flatten"
            | "union"
            | "intersect"
            | "difference"
            | "symmetric_difference"
            | "zip"
            | "batch"
            | "slice"
            | "product"
            | "subelements"
    );
    if !known {
        return Ok(None);
    }
    if name == "length" || name == "count" {
        return Ok(Some(length(input)));
    }
    let Some(items) = items(input) else { return Ok(Some(input.lost())) };
    let value = match name {
        "list" => Value::list(items),
        "first" => items.into_iter().next().unwrap_or_else(|| Value::absent("")),
        "last" => items.into_iter().next_back().unwrap_or_else(|| Value::absent("")),
        "reverse" => match &input.data {
            Data::Str(text) => {
                let text = text.value().chars().rev().collect::<String>();
                Value::computed(&text, m.here)
            }
            _ => Value::list(items.into_iter().rev().collect()),
        },
        "map" => map(m, items, args)?,
        "select" | "reject" => select(m, &items, args, name == "select", None)?,
        "selectattr" | "rejectattr" => {
            let path = args.positional.first().and_then(Value::as_str).map(str::to_owned);
            let rest = Args { positional: args.positional.iter().skip(1).cloned().collect(), ..Args::default() };
            match path {
                Some(path) => select(m, &items, &rest, name == "selectattr", Some(&path))?,
                None => input.lost(),
            }
        }
        "sort" => sort(m, items, args)?.unwrap_or_else(|| input.lost()),
        "min" | "max" => extreme(m, &items, args, name == "max").unwrap_or_else(|| input.lost()),
        "sum" => sum(m, &items, args)?,
        "unique" => unique(m, items, args)?.unwrap_or_else(|| input.lost()),
        "flatten" => flatten(m, items, args)?,
        "zip" => zip(&items, args).unwrap_or_else(|| input.lost()),
        "union" | "intersect" | "difference" | "symmetric_difference" => {
            set(m, name, &items, args)?.unwrap_or_else(|| input.lost())
        }
        _ => super::layout::apply(m, name, items, args)?.unwrap_or_else(|| input.lost()),
    };
    Ok(Some(value))
}

fn length(input: &Value) -> Value {
    let length = match &input.data {
        Data::Str(text) => match text.known() {
            Some(value) => value.chars().count(),
            None => return input.lost(),
        },
        Data::Map(entries) => entries.len(),
        _ => match input.items() {
            Some(items) => items.len(),
            None => return input.lost(),
        },
    };
    Value::int(i64::try_from(length).unwrap_or(i64::MAX))
}

/// What iterating `input` gives.
fn items(input: &Value) -> Option<Vec<Value>> {
    match &input.data {
        Data::List(items) | Data::Tuple(items) => Some(items.to_vec()),
        Data::Map(entries) => Some(entries.iter().map(|(k, _)| k.clone()).collect()),
        Data::Str(text) if text.is_known() => Some(methods::characters(text)),
        _ => None,
    }
}

/// The member at a dotted path.
pub(super) fn attribute(m: &mut Machine<'_>, value: &Value, path: &str) -> Value {
    path.split('.').fold(value.clone(), |value, part| match part.parse::<i64>() {
        Ok(index) => m.item_of(&value, &Value::int(index)),
        Err(_) => m.attribute(&value, part),
    })
}

fn map(m: &mut Machine<'_>, items: Vec<Value>, args: &Args) -> Step<Value> {
    if let Some(path) = args.key("attribute") {
        let path = path.as_str().map(str::to_owned).or_else(|| path.integer().map(|n| n.to_string()));
        let Some(path) = path else { return Ok(Value::unknown()) };
        let default = args.key("default").cloned();
        let mut out = Vec::with_capacity(items.len());
        for item in items {
            let value = attribute(m, &item, &path);
            let missing = matches!(value.data, Data::Undefined);
            out.push(if missing { default.clone().unwrap_or(value) } else { value });
        }
        return Ok(Value::list(out));
    }
    let Some(name) = args.positional.first().and_then(Value::as_str).map(str::to_owned) else {
        return Ok(Value::unknown());
    };
    let rest = Args {
        positional: args.positional.iter().skip(1).cloned().collect(),
        named: args.named.clone(),
        lost: args.lost,
    };
    let mut out = Vec::with_capacity(items.len());
    for item in items {
        if name == "extract" {
            let container = rest.positional.first().cloned().unwrap_or_else(Value::unknown);
            out.push(m.item_of(&container, &item));
            continue;
        }
        out.push(super::filter(m, &name, item, &rest)?);
    }
    Ok(Value::list(out))
}

/// Keeps the items that pass a test; where one can't be decided, the list is unknown.
fn select(m: &mut Machine<'_>, items: &[Value], args: &Args, keep: bool, path: Option<&str>) -> Step<Value> {
    let test = args.positional.first().and_then(Value::as_str).map(str::to_owned);
    let rest = Args { positional: args.positional.iter().skip(1).cloned().collect(), ..Args::default() };
    let mut out = Vec::new();
    for item in items {
        m.step()?;
        let subject = path.map_or_else(|| item.clone(), |p| attribute(m, item, p));
        let passes = match &test {
            Some(test) => tests::test(m, test, &subject, &rest),
            None if matches!(subject.data, Data::Undefined) && subject.provenance == Value::absent("").provenance => {
                Some(false)
            }
            None => subject.truth(),
        };
        match passes {
            Some(p) if p == keep => out.push(item.clone()),
            Some(_) => {}
            None => return Ok(Value::unknown()),
        }
    }
    Ok(Value::list(out))
}

/// What items are compared by: case counts only where it is asked for.
fn sort_key(m: &mut Machine<'_>, item: &Value, args: &Args) -> Value {
    let value = match args.key("attribute").and_then(Value::as_str).map(str::to_owned) {
        Some(path) => attribute(m, item, &path),
        None => item.clone(),
    };
    let sensitive = args.key("case_sensitive").and_then(Value::truth).unwrap_or(false);
    match &value.data {
        Data::Str(text) if !sensitive => Value::str(methods::mapped(text, &|s| s.to_lowercase())),
        _ => value,
    }
}

fn sort(m: &mut Machine<'_>, items: Vec<Value>, args: &Args) -> Step<Option<Value>> {
    m.charge(items.len().saturating_mul(4))?;
    let reverse = args.get(0, "reverse").and_then(Value::truth).unwrap_or(false);
    let mut keyed: Vec<(Value, Value)> = items.into_iter().map(|i| (sort_key(m, &i, args), i)).collect();
    let mut comparable = true;
    keyed.sort_by(|(a, _), (b, _)| {
        let order = a.compare(b);
        comparable &= order.is_some();
        let order = order.unwrap_or(Ordering::Equal);
        if reverse { order.reverse() } else { order }
    });
    Ok(comparable.then(|| Value::list(keyed.into_iter().map(|(_, i)| i).collect())))
}

fn extreme(m: &mut Machine<'_>, items: &[Value], args: &Args, max: bool) -> Option<Value> {
    let mut best: Option<(Value, Value)> = None;
    for item in items {
        let key = sort_key(m, item, args);
        let better = match &best {
            None => true,
            Some((top, _)) => key.compare(top)? == if max { Ordering::Greater } else { Ordering::Less },
        };
        if better {
            best = Some((key, item.clone()));
        }
    }
    Some(best.map_or_else(|| Value::absent(""), |(_, item)| item))
}

fn sum(m: &mut Machine<'_>, items: &[Value], args: &Args) -> Step<Value> {
    let path = args.get(0, "attribute").and_then(Value::as_str).map(str::to_owned);
    let mut total = args.get(1, "start").cloned().unwrap_or_else(|| Value::int(0));
    for item in items {
        let value = path.as_ref().map_or_else(|| item.clone(), |p| attribute(m, item, p));
        total = ops::arithmetic(m, minijinja::machinery::ast::BinOpKind::Add, &total, &value)?;
    }
    Ok(total)
}

/// Whether `item` is in `items`; `None` where it is not known.
fn holds(m: &mut Machine<'_>, items: &[Value], item: &Value) -> Step<Option<bool>> {
    m.charge(items.len() / 16)?;
    let mut found = Some(false);
    for other in items {
        match other.equals(item) {
            Some(true) => return Ok(Some(true)),
            Some(false) => {}
            None => found = None,
        }
    }
    Ok(found)
}

fn unique(m: &mut Machine<'_>, items: Vec<Value>, args: &Args) -> Step<Option<Value>> {
    let path = args.key("attribute").and_then(Value::as_str).map(str::to_owned);
    let (mut seen, mut out) = (Vec::new(), Vec::new());
    for item in items {
        let key = path.as_ref().map_or_else(|| item.clone(), |p| attribute(m, &item, p));
        match holds(m, &seen, &key)? {
            Some(true) => {}
            Some(false) => {
                seen.push(key);
                out.push(item);
            }
            None => return Ok(None),
        }
    }
    Ok(Some(Value::list(out)))
}

fn set(m: &mut Machine<'_>, name: &str, left: &[Value], args: &Args) -> Step<Option<Value>> {
    let Some(right) = args.positional.first().and_then(items) else { return Ok(None) };
    let mut out: Vec<Value> = Vec::new();
    let both: Vec<(Value, bool)> =
        left.iter().map(|v| (v.clone(), true)).chain(right.iter().map(|v| (v.clone(), false))).collect();
    for (item, from_left) in both {
        let Some(other) = holds(m, if from_left { &right } else { left }, &item)? else { return Ok(None) };
        let keep = match name {
            "union" => true,
            "intersect" => from_left && other,
            "difference" => from_left && !other,
            _ => !other,
        };
        if keep && holds(m, &out, &item)? == Some(false) {
            out.push(item);
        }
    }
    Ok(Some(Value::list(out)))
}

fn flatten(m: &mut Machine<'_>, items: Vec<Value>, args: &Args) -> Step<Value> {
    let levels = args.get(0, "levels").and_then(Value::integer);
    let skip = args.get(1, "skip_nulls").and_then(Value::truth).unwrap_or(true);
    let mut out = Vec::new();
    flatten_into(m, items, levels.unwrap_or(10), skip, &mut out)?;
    Ok(Value::list(out))
}

fn flatten_into(m: &mut Machine<'_>, items: Vec<Value>, levels: i64, skip: bool, out: &mut Vec<Value>) -> Step<()> {
    for item in items {
        m.step()?;
        match item.items() {
            _ if skip && matches!(item.data, Data::None) => {}
            Some(inner) if levels > 0 => flatten_into(m, inner.to_vec(), levels - 1, skip, out)?,
            _ => out.push(item),
        }
        if out.len() > MAX_LIST {
            return Err(m.fail("it makes too long a list"));
        }
    }
    Ok(())
}

fn zip(first: &[Value], args: &Args) -> Option<Value> {
    let mut columns = vec![first.to_vec()];
    for other in &args.positional {
        columns.push(items(other)?);
    }
    let rows = columns.iter().map(Vec::len).min().unwrap_or(0);
    let row = |i: usize| Value::tuple(columns.iter().filter_map(|c| c.get(i).cloned()).collect());
    Some(Value::list((0..rows).map(row).collect()))
}
