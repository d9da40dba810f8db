//! Operators, with Python's semantics; what Python refuses is unknown.

use std::cmp::Ordering;

use minijinja::machinery::ast::BinOpKind;

use super::machine::{Machine, Step};
use super::value::{Data, Value};
use super::{MAX_LIST, MAX_STRING, methods};
use crate::text::{Builder, Text};

/// A comparison; `None` where it is not known.
pub(super) fn compare(op: BinOpKind, left: &Value, right: &Value) -> Option<bool> {
    match op {
        BinOpKind::Eq => left.equals(right),
        BinOpKind::Ne => left.equals(right).map(|e| !e),
        BinOpKind::Lt => left.compare(right).map(Ordering::is_lt),
        BinOpKind::Lte => left.compare(right).map(Ordering::is_le),
        BinOpKind::Gt => left.compare(right).map(Ordering::is_gt),
        BinOpKind::Gte => left.compare(right).map(Ordering::is_ge),
        BinOpKind::In => contains(right, left),
        _ => None,
    }
}

/// `item in container`.
pub(super) fn contains(container: &Value, item: &Value) -> Option<bool> {
    match &container.data {
        Data::Str(text) => Some(text.known()?.contains(item.as_str()?)),
        Data::List(items) | Data::Tuple(items) => any_equal(items.iter(), item),
        Data::Map(entries) => any_equal(entries.iter().map(|(k, _)| k), item),
        _ => None,
    }
}

fn any_equal<'v>(items: impl Iterator<Item = &'v Value>, item: &Value) -> Option<bool> {
    let mut found = Some(false);
    for other in items {
        match other.equals(item) {
            Some(true) => return Some(true),
            Some(false) => {}
            None => found = None,
        }
    }
    found
}

/// `-value`.
pub(super) fn negate(value: &Value) -> Value {
    match value.data {
        Data::Float(n) => Value::new(Data::Float(-n)),
        _ => value.integer().and_then(i64::checked_neg).map_or_else(|| value.lost(), Value::int),
    }
}

/// Arithmetic and concatenation.
pub(super) fn arithmetic(m: &mut Machine<'_>, op: BinOpKind, left: &Value, right: &Value) -> Step<Value> {
    if matches!(op, BinOpKind::Concat) {
        return concat(m, left, right);
    }
    if !left.is_seen() || !right.is_seen() {
        let culprit = if left.is_seen() { right } else { left };
        return Ok(culprit.lost());
    }
    match (op, &left.data, &right.data) {
        (BinOpKind::Add, Data::Str(_), Data::Str(_)) => concat(m, left, right),
        (BinOpKind::Add, Data::List(a), Data::List(b)) => {
            let all: Vec<_> = a.iter().chain(b.iter()).cloned().collect();
            m.charge(all.len())?;
            if all.len() > MAX_LIST { Err(m.fail("it makes too long a list")) } else { Ok(Value::list(all)) }
        }
        (BinOpKind::Mul, Data::Str(text), Data::Int(n)) | (BinOpKind::Mul, Data::Int(n), Data::Str(text)) => {
            repeat(m, text, *n)
        }
        (BinOpKind::Mul, Data::List(items), Data::Int(n)) => {
            let times = usize::try_from(*n).unwrap_or(0);
            if items.len().saturating_mul(times) > MAX_LIST {
                return Err(m.fail("it makes too long a list"));
            }
            Ok(Value::list((0..times).flat_map(|_| items.iter().cloned()).collect()))
        }
        (BinOpKind::Rem, Data::Str(_), _) => {
            let args = match &right.data {
                Data::Tuple(items) => (**items).clone(),
                _ => vec![right.clone()],
            };
            super::filters::percent(m, left, &args)
        }
        _ => Ok(numbers(op, left, right).unwrap_or_else(Value::unknown)),
    }
}

/// `left ~ right`, places kept.
fn concat(m: &mut Machine<'_>, left: &Value, right: &Value) -> Step<Value> {
    let mut out = Builder::new(m.here);
    out.text(&left.print(m.here));
    out.text(&right.print(m.here));
    if out.len() > MAX_STRING {
        return Err(m.fail("it makes too long a string"));
    }
    let text = out.finish();
    m.charge(text.value().len() / 1024 + text.pieces().len() / 16)?;
    Ok(Value { secret: left.secret || right.secret, ..Value::str(text) })
}

fn repeat(m: &mut Machine<'_>, text: &Text, times: i64) -> Step<Value> {
    let times = usize::try_from(times).unwrap_or(0);
    if text.value().len().saturating_mul(times) > MAX_STRING || times > MAX_LIST {
        return Err(m.fail("it makes too long a string"));
    }
    m.charge(times)?;
    let mut out = Builder::new(m.here);
    (0..times).for_each(|_| out.text(text));
    Ok(Value::str(out.finish()))
}

fn numbers(op: BinOpKind, left: &Value, right: &Value) -> Option<Value> {
    let floats = matches!(left.data, Data::Float(_)) || matches!(right.data, Data::Float(_));
    let float = |n: f64| Value::new(Data::Float(n));
    if let (false, Some(a), Some(b)) = (floats, left.integer(), right.integer()) {
        let value = match op {
            BinOpKind::Add => a.checked_add(b)?,
            BinOpKind::Sub => a.checked_sub(b)?,
            BinOpKind::Mul => a.checked_mul(b)?,
            BinOpKind::FloorDiv => floor_div(a, b)?,
            BinOpKind::Rem => a.checked_sub(floor_div(a, b)?.checked_mul(b)?)?,
            BinOpKind::Pow if b >= 0 => a.checked_pow(u32::try_from(b).ok()?)?,
            _ => return real(op, left.number()?, right.number()?).map(float),
        };
        return Some(Value::int(value));
    }
    real(op, left.number()?, right.number()?).map(float)
}

fn floor_div(a: i64, b: i64) -> Option<i64> {
    let quotient = a.checked_div(b)?;
    Some(if a % b != 0 && (a < 0) != (b < 0) { quotient - 1 } else { quotient })
}

fn real(op: BinOpKind, a: f64, b: f64) -> Option<f64> {
    match op {
        BinOpKind::Add => Some(a + b),
        BinOpKind::Sub => Some(a - b),
        BinOpKind::Mul => Some(a * b),
        BinOpKind::Div if b != 0.0 => Some(a / b),
        BinOpKind::FloorDiv if b != 0.0 => Some((a / b).floor()),
        BinOpKind::Rem if b != 0.0 => Some(a - b * (a / b).floor()),
        BinOpKind::Pow => Some(a.powf(b)),
        _ => None,
    }
}

/// Python's index into something of length `len`.
pub(super) fn index(at: i64, len: usize) -> Option<usize> {
    let len = i64::try_from(len).ok()?;
    let at = if at < 0 { at.checked_add(len)? } else { at };
    usize::try_from(at).ok().filter(|_| at < len)
}

/// `base[start:stop:step]`.
pub(super) fn slice(base: &Value, start: Option<i64>, stop: Option<i64>, by: i64) -> Value {
    let pick = |len: usize| -> Option<Vec<usize>> {
        let len = i64::try_from(len).ok()?;
        let bound = |n: Option<i64>, otherwise: i64, low: i64, high: i64| match n {
            Some(n) if n < 0 => n.saturating_add(len).clamp(low, high),
            Some(n) => n.clamp(low, high),
            None => otherwise,
        };
        let mut picked = Vec::new();
        if by > 0 {
            let (mut at, end) = (bound(start, 0, 0, len), bound(stop, len, 0, len));
            while at < end {
                picked.push(usize::try_from(at).ok()?);
                at = at.checked_add(by)?;
            }
        } else if by < 0 {
            let (mut at, end) = (bound(start, len - 1, -1, len - 1), bound(stop, -1, -1, len - 1));
            while at > end {
                picked.push(usize::try_from(at).ok()?);
                at = at.checked_add(by)?;
            }
        }
        Some(picked)
    };
    match &base.data {
        Data::Str(text) if text.is_known() => {
            let all = methods::characters(text);
            let Some(picked) = pick(all.len()) else { return base.lost() };
            if by == 1 {
                let offsets: Vec<usize> = text.value().char_indices().map(|(i, _)| i).collect();
                let at = |i: usize| offsets.get(i).copied().unwrap_or(text.value().len());
                let (first, last) = (picked.first().copied(), picked.last().copied());
                let range = first.map_or(0, at)..last.map_or(0, |i| at(i + 1));
                return Value::str(text.slice(range));
            }
            let mut out = Builder::new(text.span());
            picked.iter().filter_map(|i| all.get(*i)?.text.as_ref()).for_each(|t| out.text(t));
            Value::str(out.finish())
        }
        Data::List(items) => {
            let picked = pick(items.len()).unwrap_or_default();
            Value::list(picked.iter().filter_map(|i| items.get(*i).cloned()).collect())
        }
        Data::Tuple(items) => {
            let picked = pick(items.len()).unwrap_or_default();
            Value::tuple(picked.iter().filter_map(|i| items.get(*i).cloned()).collect())
        }
        _ => base.lost(),
    }
}
