//! Filters over regular expressions.

use regex::{Regex, RegexBuilder};

use super::super::functions::Args;
use super::super::machine::{Machine, Step};
use super::super::value::{Data, Value};
use super::super::{MAX_LIST, MAX_STRING};
use crate::text::{Builder, Text};

pub(super) fn apply(m: &mut Machine<'_>, name: &str, input: &Value, args: &Args) -> Step<Option<Value>> {
    if !matches!(name, "regex_replace" | "regex_search" | "regex_findall" | "regex_escape") {
        return Ok(None);
    }
    let text = input.print(m.here);
    if !text.is_known() {
        return Ok(Some(input.lost()));
    }
    if name == "regex_escape" {
        return Ok(Some(Value::computed(&escape(text.value()), text.span())));
    }
    let compiled = args.get(0, "pattern").or_else(|| args.key("regex"));
    let Some(compiled) = compiled.and_then(Value::as_str).and_then(|p| pattern(p, args, false)) else {
        return Ok(Some(input.lost()));
    };
    let value = match name {
        "regex_replace" => {
            let replacement = args.get(1, "replacement").map(|v| v.print(m.here));
            let replacement = replacement.unwrap_or_else(|| Text::literal("", m.here));
            replace(m, &text, &compiled, &replacement)?
        }
        "regex_search" => search(&text, &compiled, args),
        _ => Some(find_all(&text, &compiled)),
    };
    Ok(Some(value.unwrap_or_else(|| input.lost())))
}

/// Python's pattern as ours; `None` where ours can't say it (look-around, back-references).
pub(in super::super) fn pattern(source: &str, args: &Args, anchored: bool) -> Option<Regex> {
    let source = source.replace("\\Z", "\\z").replace("(?P=", "(?P<never>(?!");
    let source = if anchored { format!("^(?:{source})") } else { source };
    let flag = |name: &str| args.key(name).and_then(Value::truth).unwrap_or(false);
    RegexBuilder::new(&source)
        .case_insensitive(flag("ignorecase"))
        .multi_line(flag("multiline"))
        .size_limit(1 << 20)
        .build()
        .ok()
}

/// Replaces all matches; what does not match keeps its place.
fn replace(m: &mut Machine<'_>, text: &Text, pattern: &Regex, replacement: &Text) -> Step<Option<Value>> {
    let value = text.value();
    let mut out = Builder::new(text.span());
    let mut from = 0;
    for found in pattern.captures_iter(value) {
        m.step()?;
        let Some(whole) = found.get(0) else { continue };
        out.text(&text.slice(from..whole.start()));
        expand(text, &found, replacement, &mut out);
        from = whole.end();
        if out.len() > MAX_STRING {
            return Err(m.fail("it makes too long a string"));
        }
    }
    out.text(&text.slice(from..value.len()));
    Ok(Some(Value::str(out.finish())))
}

/// Adds `replacement` with its `\1`, `\g<1>` and `\g<name>` filled in.
fn expand(text: &Text, found: &regex::Captures<'_>, replacement: &Text, out: &mut Builder) {
    let source = replacement.value();
    let mut from = 0;
    while let Some(at) = source[from..].find('\\').map(|i| from + i) {
        out.text(&replacement.slice(from..at));
        let rest = &source[at + 1..];
        let (name, used) = if let Some(named) = rest.strip_prefix("g<") {
            let end = named.find('>').unwrap_or(named.len());
            (named[..end].to_owned(), (end + 3).min(rest.len()))
        } else {
            let digits = rest.chars().take_while(char::is_ascii_digit).take(2).collect::<String>();
            let used = digits.len();
            (digits, used)
        };
        if used == 0 {
            let width = rest.chars().next().map_or(0, char::len_utf8);
            out.text(&replacement.slice(at + 1..at + 1 + width));
            from = at + 1 + width;
            continue;
        }
        let group = name.parse::<usize>().map_or_else(|_| found.name(&name), |i| found.get(i));
        if let Some(group) = group {
            out.text(&text.slice(group.range()));
        }
        from = at + 1 + used;
    }
    out.text(&replacement.slice(from..source.len()));
}

/// `regex_search`: the match, or the groups that are asked for, or `None`.
fn search(text: &Text, pattern: &Regex, args: &Args) -> Option<Value> {
    let Some(found) = pattern.captures(text.value()) else { return Some(Value::new(Data::None)) };
    let wanted: Vec<String> = args.positional.iter().skip(1).filter_map(|v| v.as_str().map(str::to_owned)).collect();
    if wanted.is_empty() {
        return Some(Value::str(text.slice(found.get(0)?.range())));
    }
    let groups = wanted.iter().map(|w| {
        let name = w.strip_prefix("\\g<").map_or_else(|| w.trim_start_matches('\\'), |n| n.trim_end_matches('>'));
        let group = name.parse::<usize>().map_or_else(|_| found.name(name), |i| found.get(i));
        group.map_or_else(|| Value::new(Data::None), |g| Value::str(text.slice(g.range())))
    });
    Some(Value::list(groups.collect()))
}

fn find_all(text: &Text, pattern: &Regex) -> Value {
    let all = pattern.captures_iter(text.value()).take(MAX_LIST);
    let part = |found: &regex::Captures<'_>, i: usize| {
        Value::str(found.get(i).map_or_else(|| text.slice(0..0), |g| text.slice(g.range())))
    };
    Value::list(
        all.map(|found| match found.len() {
            1 => part(&found, 0),
            2 => part(&found, 1),
            n => Value::tuple((1..n).map(|i| part(&found, i)).collect()),
        })
        .collect(),
    )
}

/// Python's `re.escape`.
fn escape(value: &str) -> String {
    value.chars().fold(String::new(), |mut out, c| {
        if c.is_ascii() && !c.is_ascii_alphanumeric() && !"_!\"%',/:;<=>@`".contains(c) {
            out.push('\\');
        }
        out.push(c);
        out
    })
}
