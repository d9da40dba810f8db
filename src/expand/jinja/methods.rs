//! Methods of Python's strings, lists and dictionaries.

use super::MAX_LIST;
use super::functions::Args;
use super::machine::{Machine, Step};
use super::value::{Data, Value};
use crate::text::{Builder, Text};

/// Calls `base.name(args)`. The second value is what `base` became, where the method changes it in place.
pub(super) fn method(m: &mut Machine<'_>, base: Value, name: &str, args: &Args) -> Step<(Value, Option<Value>)> {
    m.step()?;
    if !args.seen() && !matches!(name, "append" | "get" | "update" | "extend" | "insert") {
        return Ok((base.lost(), None));
    }
    match &base.data {
        Data::Str(text) => {
            let text = text.clone();
            m.charge(text.value().len() / 256)?;
            Ok((string(m, &base, &text, name, args), None))
        }
        Data::List(items) => list(m, &base, items, name, args),
        Data::Map(entries) => Ok(map(m, &base, entries, name, args)),
        Data::Undefined => Ok((base, None)),
        _ => Ok((base.lost(), None)),
    }
}

/// The characters of `text`, each a string.
pub(super) fn characters(text: &Text) -> Vec<Value> {
    let value = text.value();
    let all = value.char_indices().take(MAX_LIST);
    all.map(|(at, c)| Value::str(text.slice(at..at + c.len_utf8()))).collect()
}

/// `text` with each known part put through `change`, piece by piece, so that places stay.
pub(super) fn mapped(text: &Text, change: &dyn Fn(&str) -> String) -> Text {
    let mut out = Builder::new(text.span());
    for piece in text.pieces() {
        let part = text.slice(piece.range.clone());
        let now = if piece.is_known() { change(part.value()) } else { part.value().to_owned() };
        if now == part.value() {
            out.text(&part);
        } else {
            out.derived(&now, piece.span);
        }
    }
    out.finish()
}

/// `text` with every `old` made `new`; what is unknown stays.
pub(super) fn replaced(text: &Text, old: &str, new: &Text, count: Option<usize>) -> Text {
    let mut out = Builder::new(text.span());
    let mut from = 0;
    let matches = text.value().match_indices(old).filter(|_| !old.is_empty());
    for (at, found) in matches.take(count.unwrap_or(usize::MAX)) {
        out.text(&text.slice(from..at));
        out.text(new);
        from = at + found.len();
    }
    out.text(&text.slice(from..text.value().len()));
    out.finish()
}

/// The parts of `text` between delimiters, or between white space.
pub(super) fn split(text: &Text, delimiter: Option<&str>, limit: Option<usize>, from_end: bool) -> Vec<Value> {
    let value = text.value();
    let mut ranges = Vec::new();
    match delimiter {
        Some(delimiter) if !delimiter.is_empty() => {
            let limit = limit.unwrap_or(MAX_LIST).min(MAX_LIST);
            let mut at: Vec<usize> = if from_end {
                value.rmatch_indices(delimiter).take(limit).map(|(i, _)| i).collect()
            } else {
                value.match_indices(delimiter).take(limit).map(|(i, _)| i).collect()
            };
            at.sort_unstable();
            let mut start = 0;
            for end in at {
                ranges.push(start..end);
                start = end + delimiter.len();
            }
            ranges.push(start..value.len());
        }
        _ => {
            let mut rest = 0;
            while let Some(start) = value[rest..].find(|c: char| !c.is_whitespace()).map(|i| rest + i) {
                if ranges.len() >= limit.unwrap_or(MAX_LIST).min(MAX_LIST) {
                    ranges.push(start..value.trim_end().len());
                    break;
                }
                let end = value[start..].find(char::is_whitespace).map_or(value.len(), |i| start + i);
                ranges.push(start..end);
                rest = end;
            }
        }
    }
    ranges.into_iter().map(|r| Value::str(text.slice(r))).collect()
}

/// `text` without the characters of `set` (white space where there is none) at its ends.
pub(super) fn stripped(text: &Text, set: Option<&str>, left: bool, right: bool) -> Text {
    let goes = |c: char| set.map_or_else(|| c.is_whitespace(), |s| s.contains(c));
    let value = text.value();
    let start = if left { value.len() - value.trim_start_matches(goes).len() } else { 0 };
    let end = if right { value.trim_end_matches(goes).len() } else { value.len() };
    text.slice(start..end.max(start))
}

fn string(m: &Machine<'_>, base: &Value, text: &Text, name: &str, args: &Args) -> Value {
    let first = args.positional.first().and_then(Value::as_str);
    let count = |at: usize| args.positional.get(at).and_then(Value::integer).and_then(|n| usize::try_from(n).ok());
    let truth = |f: &dyn Fn(&str) -> bool| text.known().map_or_else(|| base.lost(), |v| Value::bool(f(v)));
    match name {
        "lower" => Value::str(mapped(text, &|s| s.to_lowercase())),
        "upper" => Value::str(mapped(text, &|s| s.to_uppercase())),
        "strip" => Value::str(stripped(text, first, true, true)),
        "lstrip" => Value::str(stripped(text, first, true, false)),
        "rstrip" => Value::str(stripped(text, first, false, true)),
        "replace" => match (first, args.positional.get(1).and_then(|v| v.text.clone())) {
            (Some(old), Some(new)) => Value::str(replaced(text, old, &new, count(2))),
            _ => base.lost(),
        },
        "split" => Value::list(split(text, first.or_else(|| args.key("sep")?.as_str()), count(1), false)),
        "rsplit" => Value::list(split(text, first, count(1), true)),
        "splitlines" => Value::list(lines(text)),
        "startswith" | "endswith" => starts(base, text, args.positional.first(), name == "startswith"),
        "format" => super::filters::format(m, base, text, args),
        "join" => match args.positional.first().and_then(Value::items) {
            Some(items) => super::filters::joined(m, items, text),
            None => base.lost(),
        },
        "find" => match (text.known(), first) {
            (Some(v), Some(n)) => Value::int(v.find(n).map_or(-1, |i| v[..i].chars().count().try_into().unwrap_or(-1))),
            _ => base.lost(),
        },
        "count" => match (text.known(), first) {
            (Some(v), Some(n)) => Value::int(v.matches(n).count().try_into().unwrap_or(i64::MAX)),
            _ => base.lost(),
        },
        "isdigit" | "isnumeric" | "isdecimal" => truth(&|v| !v.is_empty() && v.chars().all(|c| c.is_ascii_digit())),
        "isalpha" => truth(&|v| !v.is_empty() && v.chars().all(char::is_alphabetic)),
        "isalnum" => truth(&|v| !v.is_empty() && v.chars().all(char::is_alphanumeric)),
        "isupper" => truth(&|v| v.chars().any(char::is_uppercase) && !v.chars().any(char::is_lowercase)),
        "islower" => truth(&|v| v.chars().any(char::is_lowercase) && !v.chars().any(char::is_uppercase)),
        "title" => super::filters::title(base, text),
        "capitalize" => super::filters::capitalize(base, text),
        "removeprefix" | "removesuffix" => match (text.known(), first) {
            (Some(v), Some(p)) if name == "removeprefix" && v.starts_with(p) => {
                Value::str(text.slice(p.len()..v.len()))
            }
            (Some(v), Some(p)) if name == "removesuffix" && v.ends_with(p) => {
                Value::str(text.slice(0..v.len() - p.len()))
            }
            (Some(_), Some(_)) => base.clone(),
            _ => base.lost(),
        },
        _ => base.lost(),
    }
}

fn starts(base: &Value, text: &Text, prefix: Option<&Value>, start: bool) -> Value {
    let Some(prefix) = prefix else { return base.lost() };
    let prefixes = prefix.items().map_or_else(|| vec![prefix], |all| all.iter().collect());
    let mut all = Some(false);
    for prefix in prefixes {
        match (text.known(), prefix.as_str()) {
            (Some(value), Some(p)) if if start { value.starts_with(p) } else { value.ends_with(p) } => {
                return Value::bool(true);
            }
            (Some(_), Some(_)) => {}
            _ => all = None,
        }
    }
    all.map_or_else(|| base.lost(), Value::bool)
}

fn lines(text: &Text) -> Vec<Value> {
    let value = text.value();
    let mut out = Vec::new();
    let mut start = 0;
    while start < value.len() && out.len() < MAX_LIST {
        let end = value[start..].find('\n').map_or(value.len(), |i| start + i);
        let body = value[start..end].trim_end_matches('\r').len();
        out.push(Value::str(text.slice(start..start + body)));
        start = end + 1;
    }
    out
}

fn list(m: &mut Machine<'_>, base: &Value, items: &[Value], name: &str, args: &Args) -> Step<(Value, Option<Value>)> {
    let first = args.positional.first();
    let mut changed = items.to_vec();
    m.charge(items.len() / 8)?;
    let value = match (name, first) {
        ("append", Some(item)) => {
            changed.push(item.clone());
            Value::new(Data::None)
        }
        ("extend", Some(more)) => match more.items() {
            Some(more) => {
                changed.extend(more.iter().cloned());
                Value::new(Data::None)
            }
            None => return Ok((Value::new(Data::None), Some(base.lost()))),
        },
        ("insert", Some(at)) => {
            let (Some(at), Some(item)) = (at.integer(), args.positional.get(1)) else {
                return Ok((Value::new(Data::None), Some(base.lost())));
            };
            let at = super::ops::index(at, changed.len()).unwrap_or(changed.len());
            changed.insert(at, item.clone());
            Value::new(Data::None)
        }
        ("pop", _) => {
            let at = first.and_then(Value::integer).unwrap_or(-1);
            match super::ops::index(at, changed.len()) {
                Some(at) => changed.remove(at),
                None => return Ok((base.lost(), None)),
            }
        }
        ("index", Some(item)) => {
            let at = items.iter().position(|i| i.equals(item) == Some(true));
            let at = at.and_then(|at| i64::try_from(at).ok());
            return Ok((at.map_or_else(|| base.lost(), Value::int), None));
        }
        ("count", Some(item)) => {
            let n = items.iter().filter(|i| i.equals(item) == Some(true)).count();
            return Ok((Value::int(i64::try_from(n).unwrap_or(i64::MAX)), None));
        }
        ("copy", _) => return Ok((base.clone(), None)),
        _ => return Ok((base.lost(), None)),
    };
    if changed.len() > MAX_LIST {
        return Err(m.fail("it makes too long a list"));
    }
    Ok((value, Some(Value::list(changed))))
}

fn map(
    m: &mut Machine<'_>,
    base: &Value,
    entries: &[(Value, Value)],
    name: &str,
    args: &Args,
) -> (Value, Option<Value>) {
    let first = args.positional.first();
    let value = match (name, first) {
        ("items", _) => Value::list(entries.iter().map(|(k, v)| Value::tuple(vec![k.clone(), v.clone()])).collect()),
        ("keys", _) => Value::list(entries.iter().map(|(k, _)| k.clone()).collect()),
        ("values", _) => Value::list(entries.iter().map(|(_, v)| v.clone()).collect()),
        ("copy", _) => base.clone(),
        ("get" | "pop", Some(key)) => {
            let found = m.item_of(base, key);
            let default = args.get(1, "default").cloned();
            let value = match found.data {
                Data::Undefined => default.unwrap_or_else(|| Value::new(Data::None)),
                _ => found,
            };
            let rest = entries.iter().filter(|(k, _)| k.equals(key) != Some(true)).cloned().collect();
            return (value, (name == "pop").then(|| Value::map(rest)));
        }
        ("update", _) => {
            let mut changed = entries.to_vec();
            let Some(more) = first.map_or(Some(&[][..]), Value::entries) else {
                return (Value::new(Data::None), Some(base.lost()));
            };
            let named = args.named.iter().map(|(n, v)| (Value::computed(n, m.here), v.clone()));
            for (key, value) in more.iter().cloned().chain(named) {
                match changed.iter_mut().find(|(k, _)| k.equals(&key) == Some(true)) {
                    Some(slot) => slot.1 = value,
                    None => changed.push((key, value)),
                }
            }
            return (Value::new(Data::None), Some(Value::map(changed)));
        }
        _ => base.lost(),
    };
    (value, None)
}
