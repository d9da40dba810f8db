//! Filters that lay lists out anew: in rows, in columns, one with the other.

use super::super::MAX_LIST;
use super::super::functions::Args;
use super::super::machine::{Machine, Step};
use super::super::value::Value;

/// Applies the filter `name` to `items`; `None` where it can't be followed.
pub(super) fn apply(m: &mut Machine<'_>, name: &str, items: Vec<Value>, args: &Args) -> Step<Option<Value>> {
    let count = |index: usize, name: &str| {
        let given = args.get(index, name).and_then(Value::integer);
        given.and_then(|n| usize::try_from(n).ok()).filter(|n| (1..=MAX_LIST).contains(n))
    };
    m.charge(items.len())?;
    match name {
        "batch" => {
            let Some(n) = count(0, "linecount") else { return Ok(None) };
            m.charge(n)?;
            Ok(Some(batch(&items, n, args.get(1, "fill_with"))))
        }
        "slice" => Ok(count(0, "slices").map(|n| slice(&items, n, args.get(1, "fill_with")))),
        "product" => product(m, items, args),
        _ => subelements(m, &items, args),
    }
}

/// Rows of `count`; the last one is filled up.
fn batch(items: &[Value], count: usize, fill: Option<&Value>) -> Value {
    let row = |chunk: &[Value]| {
        let missing = fill.map(|f| std::iter::repeat_n(f.clone(), count - chunk.len()));
        Value::list(chunk.iter().cloned().chain(missing.into_iter().flatten()).collect())
    };
    Value::list(items.chunks(count).map(row).collect())
}

/// So many columns, the first ones longer by one where it does not come out even.
fn slice(items: &[Value], count: usize, fill: Option<&Value>) -> Value {
    let (each, longer) = (items.len() / count, items.len() % count);
    let mut at = 0;
    let column = |i: usize| {
        let end = at + each + usize::from(i < longer);
        let part = items.get(at..end).unwrap_or(&[]).to_vec();
        at = end;
        // As in Jinja2, where every column that is not longer is filled up, even if none is.
        let missing = fill.filter(|_| i >= longer).cloned();
        Value::list(part.into_iter().chain(missing).collect())
    };
    Value::list((0..count).map(column).collect())
}

/// Every item with every item of the other lists.
fn product(m: &mut Machine<'_>, items: Vec<Value>, args: &Args) -> Step<Option<Value>> {
    if !args.named.is_empty() {
        return Ok(None);
    }
    let mut rows: Vec<Vec<Value>> = items.into_iter().map(|item| vec![item]).collect();
    for list in &args.positional {
        let Some(others) = list.items() else { return Ok(None) };
        if rows.len().saturating_mul(others.len()) > MAX_LIST {
            return Err(m.fail("it makes too long a list"));
        }
        m.charge(rows.len().saturating_mul(others.len()))?;
        let with = |row: &Vec<Value>, other: &Value| row.iter().cloned().chain([other.clone()]).collect();
        rows = rows.iter().flat_map(|row| others.iter().map(move |other| with(row, other))).collect();
    }
    Ok(Some(Value::list(rows.into_iter().map(Value::tuple).collect())))
}

/// Every item with every item of the list that it holds under a key.
fn subelements(m: &mut Machine<'_>, items: &[Value], args: &Args) -> Step<Option<Value>> {
    let Some(path) = args.get(0, "subelements").and_then(Value::as_str) else { return Ok(None) };
    let lenient = args.get(1, "skip_missing").and_then(Value::truth).unwrap_or(false);
    let mut pairs = Vec::new();
    for item in items {
        let found = path.split('.').try_fold(item, |value, key| value.get(key));
        let Some(list) = found.and_then(Value::items) else {
            if lenient && item.is_known() {
                continue;
            }
            return Ok(None);
        };
        m.charge(list.len())?;
        if pairs.len() + list.len() > MAX_LIST {
            return Err(m.fail("it makes too long a list"));
        }
        pairs.extend(list.iter().map(|inner| Value::tuple(vec![item.clone(), inner.clone()])));
    }
    Ok(Some(Value::list(pairs)))
}
