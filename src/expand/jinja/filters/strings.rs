//! Filters over strings.

use std::fmt::Write as _;

use super::super::functions::Args;
use super::super::machine::{Machine, Step};
use super::super::value::{Data, Value};
use super::super::{MAX_STRING, methods, repr};
use crate::text::{Builder, Text};

pub(super) fn apply(m: &mut Machine<'_>, name: &str, input: &Value, args: &Args) -> Step<Option<Value>> {
    let text = match name {
        "lower" | "upper" | "trim" | "replace" | "capitalize" | "title" | "indent" | "quote" | "format" | "split"
        | "basename" | "dirname" | "splitext" | "wordcount" | "center" | "truncate" | "comment" | "safe" | "escape"
        | "e" | "urlencode" | "forceescape" | "win_basename" | "win_dirname" => input.print(m.here),
        "join" => return join(m, input, args).map(Some),
        "path_join" => return Ok(Some(path_join(m, input))),
        _ => return Ok(None),
    };
    let first = args.positional.first();
    let value = match name {
        "lower" => Value::str(methods::mapped(&text, &|s| s.to_lowercase())),
        "upper" => Value::str(methods::mapped(&text, &|s| s.to_uppercase())),
        "trim" => Value::str(methods::stripped(&text, args.get(0, "chars").and_then(Value::as_str), true, true)),
        "capitalize" => capitalize(input, &text),
        "title" => title(input, &text),
        "replace" => match (args.get(0, "old"), args.get(1, "new")) {
            (Some(old), Some(new)) if old.is_known() && new.is_seen() => {
                let count = args.get(2, "count").and_then(Value::integer).and_then(|n| usize::try_from(n).ok());
                let old = old.print(m.here);
                let new = new.print(m.here);
                let matches = text.value().matches(old.value()).count();
                m.charge(matches / 4)?;
                if matches.saturating_mul(new.value().len()) > MAX_STRING {
                    return Err(m.fail("it makes too long a string"));
                }
                Value::str(methods::replaced(&text, old.value(), &new, count))
            }
            _ => input.lost(),
        },
        "indent" => indent(m, &text, args)?,
        "quote" => quote(m, input, &text),
        "format" => percent(m, input, &args.positional)?,
        "split" => {
            let limit = args.get(1, "maxsplit").and_then(Value::integer).and_then(|n| usize::try_from(n).ok());
            Value::list(methods::split(&text, args.get(0, "sep").and_then(Value::as_str), limit, false))
        }
        "basename" => Value::str(text.slice(text.value().rfind('/').map_or(0, |i| i + 1)..text.value().len())),
        "dirname" => Value::str(dirname(&text)),
        "splitext" => {
            let at = extension(text.value());
            Value::tuple(vec![Value::str(text.slice(0..at)), Value::str(text.slice(at..text.value().len()))])
        }
        "wordcount" => match text.known() {
            Some(v) => Value::int(i64::try_from(v.split_whitespace().count()).unwrap_or(i64::MAX)),
            None => input.lost(),
        },
        "safe" => input.clone(),
        "center" => center(m, &text, args)?,
        "truncate" => truncate(input, &text, args),
        "comment" if first.is_none() && args.named.is_empty() => comment(m, &text),
        "urlencode" => match text.known() {
            Some(v) => Value::computed(&urlencode(v), text.span()),
            None => input.lost(),
        },
        _ => input.lost(),
    };
    Ok(Some(Value { provenance: input.provenance, ..value }))
}

/// Python's `str.center`.
fn center(m: &mut Machine<'_>, text: &Text, args: &Args) -> Step<Value> {
    let width = args.get(0, "width").map_or(Some(80), Value::integer).and_then(|n| usize::try_from(n).ok());
    let (Some(value), Some(width)) = (text.known(), width) else { return Ok(Value::unknown()) };
    if width > MAX_STRING {
        return Err(m.fail("it makes too long a string"));
    }
    let missing = width.saturating_sub(value.chars().count());
    let left = missing / 2 + (missing & width & 1);
    let mut out = Builder::new(text.span());
    out.derived(&" ".repeat(left), m.here);
    out.text(text);
    out.derived(&" ".repeat(missing - left), m.here);
    Ok(Value::str(out.finish()))
}

/// `truncate(length, killwords, end, leeway)`.
fn truncate(input: &Value, text: &Text, args: &Args) -> Value {
    let number = |index: usize, name: &str, otherwise: usize| {
        args.get(index, name).map_or(Some(otherwise), |v| usize::try_from(v.integer()?).ok())
    };
    let end = args.get(2, "end").map_or(Some("..."), Value::as_str);
    let (Some(value), Some(length), Some(leeway), Some(end)) =
        (text.known(), number(0, "length", 255), number(3, "leeway", 5), end)
    else {
        return input.lost();
    };
    if value.chars().count() <= length.saturating_add(leeway) {
        return Value::str(text.clone());
    }
    let left = length.saturating_sub(end.chars().count());
    let mut cut = value.char_indices().nth(left).map_or(value.len(), |(at, _)| at);
    if args.get(1, "killwords").and_then(Value::truth) != Some(true) {
        cut = value[..cut].rfind(' ').unwrap_or(cut);
    }
    let mut out = Builder::new(text.span());
    out.text(&text.slice(0..cut));
    out.derived(end, text.span());
    Value::str(out.finish())
}

/// `join(separator, attribute)`.
fn join(m: &mut Machine<'_>, input: &Value, args: &Args) -> Step<Value> {
    let separator = args.get(0, "d").map_or_else(|| Text::literal("", m.here), |v| v.print(m.here));
    let attribute = args.get(1, "attribute").and_then(Value::as_str).map(str::to_owned);
    let items: Vec<Value> = match &input.data {
        Data::List(items) | Data::Tuple(items) => items.to_vec(),
        Data::Map(entries) => entries.iter().map(|(k, _)| k.clone()).collect(),
        Data::Str(text) if text.is_known() => methods::characters(text),
        _ => return Ok(input.lost()),
    };
    let items = match attribute {
        Some(path) => items.iter().map(|v| super::lists::attribute(m, v, &path)).collect(),
        None => items,
    };
    if items.len().saturating_mul(separator.value().len()) > MAX_STRING {
        return Err(m.fail("it makes too long a string"));
    }
    Ok(joined(m, &items, &separator))
}

/// The items' characters with `separator` between them.
pub(in super::super) fn joined(m: &Machine<'_>, items: &[Value], separator: &Text) -> Value {
    let mut out = Builder::new(m.here);
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.text(separator);
        }
        out.text(&item.print(m.here));
        if out.len() > MAX_STRING {
            return Value::unknown();
        }
    }
    Value::str(out.finish())
}

pub(in super::super) fn capitalize(input: &Value, text: &Text) -> Value {
    let Some(value) = text.known() else { return input.lost() };
    let mut chars = value.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).collect();
    Value::computed(&(first + &chars.as_str().to_lowercase()), text.span())
}

pub(in super::super) fn title(input: &Value, text: &Text) -> Value {
    let Some(value) = text.known() else { return input.lost() };
    let mut out = String::with_capacity(value.len());
    let mut inside = false;
    for c in value.chars() {
        if inside {
            out.extend(c.to_lowercase());
        } else {
            out.extend(c.to_uppercase());
        }
        inside = !(c.is_whitespace() || matches!(c, '-' | '(' | '{' | '[' | '<'));
    }
    Value::computed(&out, text.span())
}

fn indent(m: &mut Machine<'_>, text: &Text, args: &Args) -> Step<Value> {
    let width = args.get(0, "width");
    let filler = match width.map(|w| (w.integer(), w.as_str())) {
        Some((Some(n), _)) => " ".repeat(usize::try_from(n).unwrap_or(0).min(10_000)),
        Some((None, Some(s))) => s.to_owned(),
        Some((None, None)) => return Ok(Value::unknown()),
        None => "    ".to_owned(),
    };
    let first = args.get(1, "first").and_then(Value::truth).unwrap_or(false);
    let blank = args.get(2, "blank").and_then(Value::truth).unwrap_or(false);
    let value = text.value();
    m.charge(value.lines().count() / 4)?;
    if value.lines().count().saturating_mul(filler.len()) > MAX_STRING {
        return Err(m.fail("it makes too long a string"));
    }
    let mut out = Builder::new(text.span());
    let mut start = 0;
    for (i, line) in value.split('\n').enumerate() {
        if i > 0 {
            out.text(&text.slice(start - 1..start));
        }
        if if i == 0 { first } else { blank || !line.is_empty() } {
            out.derived(&filler, m.here);
        }
        out.text(&text.slice(start..start + line.len()));
        start += line.len() + 1;
    }
    Ok(Value::str(out.finish()))
}

/// A shell word, as Python's `shlex.quote` makes it.
fn quote(m: &Machine<'_>, input: &Value, text: &Text) -> Value {
    let safe = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./-_".contains(c);
    match text.known() {
        Some(v) if !v.is_empty() && v.chars().all(safe) => Value::str(text.clone()),
        Some(_) => {
            let mut out = Builder::new(text.span());
            out.derived("'", m.here);
            out.text(&methods::replaced(text, "'", &Text::literal("'\"'\"'", m.here), None));
            out.derived("'", m.here);
            Value::str(out.finish())
        }
        None => input.lost(),
    }
}

fn dirname(text: &Text) -> Text {
    let value = text.value();
    let Some(at) = value.rfind('/') else { return text.slice(0..0) };
    let head = value[..=at].trim_end_matches('/');
    text.slice(0..if head.is_empty() { at + 1 } else { head.len() })
}

/// Where the extension starts.
fn extension(path: &str) -> usize {
    let name = path.rfind('/').map_or(0, |i| i + 1);
    let stem = path[name..].trim_start_matches('.');
    let offset = path.len() - stem.len();
    stem.rfind('.').map_or(path.len(), |i| offset + i)
}

fn path_join(m: &Machine<'_>, input: &Value) -> Value {
    let Some(items) = input.items() else { return input.clone() };
    let mut out = Builder::new(m.here);
    let mut closed = true;
    for item in items {
        let part = item.print(m.here);
        if part.value().starts_with('/') {
            out = Builder::new(m.here);
        } else if !closed {
            out.derived("/", m.here);
        }
        closed = part.value().ends_with('/');
        out.text(&part);
        if out.len() > MAX_STRING {
            return input.lost();
        }
    }
    Value::str(out.finish())
}

fn comment(m: &Machine<'_>, text: &Text) -> Value {
    let mut out = Builder::new(m.here);
    out.derived("#\n", m.here);
    let mut start = 0;
    for line in text.value().split('\n') {
        out.derived(if line.is_empty() { "#" } else { "# " }, m.here);
        out.text(&text.slice(start..start + line.len()));
        out.derived("\n", m.here);
        start += line.len() + 1;
    }
    out.derived("#", m.here);
    Value::str(out.finish())
}

fn urlencode(value: &str) -> String {
    value.bytes().fold(String::new(), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"_.-~/".contains(&b) {
            out.push(char::from(b));
        } else {
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

/// Python's `%`: `%s`, `%d`, `%r`, `%x`, `%f` with flags and width.
pub(in super::super) fn percent(m: &mut Machine<'_>, input: &Value, args: &[Value]) -> Step<Value> {
    let Some(text) = input.text.clone().filter(Text::is_known) else { return Ok(input.lost()) };
    let value = text.value().to_owned();
    let mut out = Builder::new(m.here);
    let mut args = args.iter();
    let mut from = 0;
    while let Some(at) = value[from..].find('%').map(|i| from + i) {
        out.text(&text.slice(from..at));
        let spec = &value[at + 1..];
        let length = spec.find(|c: char| !c.is_ascii_digit() && !"+-. #".contains(c)).unwrap_or(spec.len());
        let (flags, kind) = (&spec[..length], spec[length..].chars().next());
        from = at + 1 + length + kind.map_or(0, char::len_utf8);
        if kind == Some('%') {
            out.derived("%", text.span_at(at..from));
            continue;
        }
        let Some(arg) = args.next() else { return Ok(input.lost()) };
        match (kind, flags) {
            (Some('s'), "") => out.text(&arg.print(m.here)),
            (Some('d' | 'i'), "") if arg.integer().is_some() => out.text(&arg.print(m.here)),
            _ if !arg.is_known() => out.opaque("not known before the deployment", m.here),
            _ => match one(kind, flags, arg) {
                Some(part) => out.derived(&part, m.here),
                None => return Ok(input.lost()),
            },
        }
        if out.len() > MAX_STRING {
            return Err(m.fail("it makes too long a string"));
        }
    }
    out.text(&text.slice(from..value.len()));
    Ok(Value::str(out.finish()))
}

fn one(kind: Option<char>, flags: &str, arg: &Value) -> Option<String> {
    let (width, precision) = match flags.split_once('.') {
        Some((w, p)) => (w, p.parse::<usize>().ok()),
        None => (flags, None),
    };
    let left = width.contains('-');
    let digits = width.trim_start_matches(['-', '+', ' ', '#']);
    let zero = digits.starts_with('0') && !left;
    let width = digits.parse::<usize>().unwrap_or(0).min(10_000);
    let precision = precision.map(|p| p.min(50));
    let body = match kind? {
        's' => {
            let text = arg.text.as_ref().map(|t| t.value().to_owned()).or_else(|| repr::scalar(&arg.data))?;
            precision.map_or_else(|| text.clone(), |p| text.chars().take(p).collect())
        }
        'd' | 'i' => arg.integer().map(|n| n.to_string()).or_else(|| Some(format!("{:.0}", arg.number()?.trunc())))?,
        'x' => format!("{:x}", arg.integer()?),
        'X' => format!("{:X}", arg.integer()?),
        'o' => format!("{:o}", arg.integer()?),
        'f' | 'F' => format!("{:.*}", precision.unwrap_or(6), arg.number()?),
        _ => return None,
    };
    let body = if flags.contains('+') && !body.starts_with('-') && kind? != 's' { format!("+{body}") } else { body };
    let pad = width.saturating_sub(body.chars().count());
    Some(match (left, zero && kind? != 's') {
        (true, _) => body + &" ".repeat(pad),
        (false, true) => match body.strip_prefix(['-', '+']) {
            Some(rest) => format!("{}{}{rest}", &body[..1], "0".repeat(pad)),
            None => "0".repeat(pad) + &body,
        },
        (false, false) => " ".repeat(pad) + &body,
    })
}

/// `str.format`: `{}`, `{0}`, `{name}` without conversions.
pub(in super::super) fn format(m: &Machine<'_>, base: &Value, text: &Text, args: &Args) -> Value {
    let Some(value) = text.known() else { return base.lost() };
    let mut out = Builder::new(m.here);
    let mut next = 0;
    let mut from = 0;
    while let Some(at) = value[from..].find(['{', '}']).map(|i| from + i) {
        out.text(&text.slice(from..at));
        let doubled = value[at + 1..].starts_with(&value[at..=at]);
        if doubled {
            out.text(&text.slice(at..at + 1));
            from = at + 2;
            continue;
        }
        let Some(end) = value[at..].find('}').map(|i| at + i) else { return base.lost() };
        let field = value.get(at + 1..end).unwrap_or("");
        let found = if field.is_empty() {
            next += 1;
            args.positional.get(next - 1)
        } else {
            field.parse::<usize>().map_or_else(|_| args.key(field), |i| args.positional.get(i))
        };
        let Some(found) = found else { return base.lost() };
        out.text(&found.print(m.here));
        from = end + 1;
    }
    out.text(&text.slice(from..value.len()));
    Value::str(out.finish())
}
