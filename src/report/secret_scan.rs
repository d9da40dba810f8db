//! Finds the secrets in a file's text, whatever its format, so that no report shows them.
//!
//! Works on lines, not on parsed documents: a report shows lines, also of files that could not be parsed. What counts:
//! values of names like `*_PASSWORD` (YAML, JSON, env files, INI, shell), options like `--token X`, credentials in
//! URLs and headers, known shapes of tokens, private keys. Which names and shapes count is `model::secret`'s.

use std::ops::Range;

use super::secret_patterns::{
    AUTHORIZATION, BASIC_USER, COMPOSE_DEFAULT, EXPRESSION, JINJA_DEFAULT, KEYED, LOGIN, LOOSE, MYSQL, NAMED,
    NAMES_SECRET, NEXT_VALUE, OPTION, PAIR_ONLY, PIPED, Pattern, REDIS, SPACED, SSHPASS, URL,
};
use crate::model::secret;

/// What earlier lines say of the next one.
#[derive(Debug, Default)]
struct State {
    /// The indentation of a secret's key whose value stands on the lines below.
    below: Option<usize>,
    /// Within a private key.
    pem: bool,
    /// The quote that a secret's value opened and did not close, and how many more lines may belong to it.
    open: Option<(char, u8)>,
    /// The line before is `name: SOME_PASSWORD` or `- --password`: the next `value:` or item is the secret.
    next: bool,
}

/// Where the secrets of a text are.
#[derive(Debug, Default)]
pub(super) struct Secrets {
    /// What must not be shown, in order, without overlaps.
    pub(super) hidden: Vec<Range<usize>>,
    /// The values among it that are secrets wherever they stand; the others are only suspect here.
    pub(super) values: Vec<Range<usize>>,
}

/// The byte ranges of `text` that hold secrets.
pub(super) fn secrets(text: &str, shell: bool) -> Secrets {
    let mut found = Vec::new();
    let mut suspect = Vec::new();
    let mut state = State::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let before = found.len();
        scan_line(body, start, shell, &mut state, &mut found);
        suspects(body, start, found.len() > before, &mut suspect);
        start += line.len();
    }
    let values = merged(found);
    suspect.extend(values.iter().cloned());
    Secrets { hidden: merged(suspect), values }
}

/// The secrets of one line that stands alone: known shapes and credentials in URLs.
pub(super) fn shapes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    by_shape(text, 0, &mut found);
    merged(found)
}

fn scan_line(line: &str, at: usize, shell: bool, state: &mut State, found: &mut Vec<Range<usize>>) {
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    if trimmed.is_empty() {
        return;
    }
    let whole = at + indent..at + line.trim_end().len();
    if private_key(trimmed, state) {
        found.push(whole);
        return;
    }
    if let Some((quote, lines)) = state.open.take() {
        let end = closing(trimmed, quote);
        found.push(whole.start..(at + indent + end).max(whole.start));
        if end == trimmed.len() {
            state.open = lines.checked_sub(1).map(|left| (quote, left));
            return;
        }
    }
    if let Some(outer) = state.below {
        let pair = PAIR_ONLY.as_ref().is_some_and(|p| p.is_match(trimmed));
        if indent > outer && !pair {
            // An item `- hunter2` keeps its dash.
            let dash = usize::from(trimmed.starts_with("- ")) * 2;
            value(line, at, indent + dash..line.trim_end().len(), found);
            return;
        }
        state.below = None;
    }
    if std::mem::take(&mut state.next)
        && let Some(range) = captured(&NEXT_VALUE, line)
    {
        value(line, at, range, found);
    }
    state.next = captured(&NAMES_SECRET, line).is_some_and(|name| secret::may_be_secret_name(&line[name]));
    by_name(line, at, shell, state, found);
    by_key(line, at, found);
    for pattern in [&OPTION, &REDIS, &SSHPASS, &MYSQL, &BASIC_USER, &LOGIN, &PIPED] {
        let Some(pattern) = pattern.as_ref() else { continue };
        for hit in pattern.captures_iter(line).filter_map(|c| c.get(1)) {
            value(line, at, hit.range(), found);
        }
    }
    by_shape(line, at, found);
}

/// Whether the line belongs to a private key in PEM form.
fn private_key(line: &str, state: &mut State) -> bool {
    if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
        // On one line, with `\n` for line breaks, the whole key is here.
        state.pem = !line.contains("-----END");
        return true;
    }
    let inside = state.pem;
    if line.contains("-----END") {
        state.pem = false;
    }
    inside
}

fn by_name(line: &str, at: usize, shell: bool, state: &mut State, found: &mut Vec<Range<usize>>) {
    let Some(pattern) = NAMED.as_ref() else { return };
    let mut from = 0;
    while let Some(hit) = pattern.captures_at(line, from) {
        let (Some(all), Some(name), Some(separator)) = (hit.get(0), hit.get(1), hit.get(2)) else { return };
        from = all.end().max(from + 1);
        if !secret::may_be_secret_name(name.as_str()) {
            // `A=B=…`: the second name begins where the first one's separator ends.
            from = separator.end();
            continue;
        }
        let quoted = line[..name.start()].chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let next = line[separator.end()..].chars().next();
        let mapping = separator.as_str().ends_with(':');
        if mapping && quoted.is_none() && next.is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        let first = line[..name.start()].trim_start_matches([' ', '\t', '-', '"', '\'']).trim_end();
        let alone = !shell && matches!(first, "" | "export" | "ENV" | "ARG");
        let range = extent(line, all.end(), mapping, quoted, alone);
        let written = line[range.clone()].trim();
        let block = written.is_empty() || written.starts_with(['|', '>']);
        if mapping && block && !line[range.end..].starts_with(['"', '\'']) {
            state.below = Some(line.len() - line.trim_start_matches([' ', '-', '\t']).len());
            return;
        }
        from = from.max(range.end).min(line.len());
        state.open = unclosed(line, all.end(), range.end);
        value(line, at, range, found);
    }
}

/// `config set some.token X`, `ENV DB_PASSWORD x`: the name stands before the value, with white space between.
fn by_key(line: &str, at: usize, found: &mut Vec<Range<usize>>) {
    for pattern in [&KEYED, &SPACED] {
        let Some(pattern) = pattern.as_ref() else { continue };
        for hit in pattern.captures_iter(line) {
            if let (Some(name), Some(hit)) = (hit.get(1), hit.get(2))
                && secret::may_be_secret_name(name.as_str())
            {
                value(line, at, hit.range(), found);
            }
        }
    }
}

/// The quote at `start` that the line does not close before `end`, and how many lines it may reach.
fn unclosed(line: &str, start: usize, end: usize) -> Option<(char, u8)> {
    let quote = line[start..].chars().next().filter(|c| matches!(c, '"' | '\''))?;
    (end >= line.len() && end > start + 1).then_some((quote, 3))
}

/// What is no secret by any rule, but stands where one may: words that look drawn by lot in a comment about secrets or
/// beside one, and behind the name of one in a line that is no pair.
fn suspects(line: &str, at: usize, beside: bool, found: &mut Vec<Range<usize>>) {
    let comment = if line.trim_start().starts_with('#') { line.find('#') } else { line.find(" #") };
    if let Some(start) = comment {
        let text = &line[start..];
        let about = beside || text.split_whitespace().any(|w| secret::may_be_secret_name(w.trim_matches(':')));
        let words = text.split_inclusive(char::is_whitespace).scan(start, |from, part| {
            let word = part.trim_matches(|c: char| c.is_whitespace() || "\"'`(),;:".contains(c));
            let begin = *from + part.find(word).unwrap_or(0);
            *from += part.len();
            Some((begin, word))
        });
        let drawn = words.filter(|(_, word)| about && drawn_by_lot(word));
        found.extend(drawn.map(|(begin, word)| at + begin..at + begin + word.len()));
    }
    let Some(loose) = LOOSE.as_ref() else { return };
    for hit in loose.captures_iter(line) {
        if let (Some(name), Some(word)) = (hit.get(1), hit.get(2))
            && secret::may_be_secret_name(name.as_str())
            && drawn_by_lot(word.as_str())
        {
            found.push(at + word.start()..at + word.end());
        }
    }
}

/// Whether a word of a sentence looks like a secret: long, with letters and digits, and no path, version or variable.
fn drawn_by_lot(word: &str) -> bool {
    let has = |test: fn(&char) -> bool| word.chars().any(|c| test(&c));
    let version = word.trim_start_matches('v').starts_with(|c: char| c.is_ascii_digit()) && word.contains('.');
    word.len() >= 8
        && has(char::is_ascii_digit)
        && has(char::is_ascii_alphabetic)
        && !word.contains(['/', '$', '{', '<'])
        && !version
}

/// Where the value that begins at `start` ends.
fn extent(line: &str, start: usize, mapping: bool, before: Option<char>, alone: bool) -> Range<usize> {
    let rest = &line[start..];
    // JSON within a string: `{\"token\": \"x\"}`.
    if let Some(inside) = rest.strip_prefix("\\\"") {
        return start + 2..start + 2 + inside.find("\\\"").unwrap_or(inside.len());
    }
    if let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) {
        return start + 1..start + 1 + closing(&rest[1..], quote);
    }
    // "NAME=value": the quote that opened before the name closes after the value.
    if let (false, Some(quote)) = (mapping, before) {
        return start..start + closing(rest, quote);
    }
    let comment = rest.find(" #").unwrap_or(rest.len());
    let flow = mapping && line[..start].contains('{');
    let end = match () {
        () if flow => rest.find([',', '}']).unwrap_or(comment),
        () if mapping || alone => comment,
        () => expression_end(rest),
    };
    start..start + rest[..end.min(comment.max(1))].trim_end().len()
}

/// The end of a shell word; white space within `{{ }}` and `${ }` does not end it.
fn expression_end(rest: &str) -> usize {
    let mut depth = 0_usize;
    for (i, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '"' | '\'' | ',' | ']' | ';' | '&' | '|' => return i,
            c if c.is_whitespace() => return i,
            _ => {}
        }
    }
    rest.len()
}

fn closing(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices() {
        if c == quote && !escaped {
            return i;
        }
        escaped = c == '\\' && !escaped && quote == '"';
    }
    rest.len()
}

/// Masks what is written out in a value; `${X}`, `{{ x }}` and the like stay, their defaults do not.
fn value(line: &str, at: usize, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let text = &line[range.clone()];
    let plain = text.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    let harmless = ["", "true", "false", "yes", "no", "null", "~", "none", "[]", "{}"].contains(&plain.as_str());
    let reference = ["/", "./", "!vault", "*", "&", "os.environ/", "$(", "`", "lookup(", "{"];
    // `{{ x }}` is looked into below, `{a: b}` holds pairs of its own.
    if harmless || (reference.iter().any(|r| plain.starts_with(r)) && !plain.starts_with("{{")) {
        return;
    }
    let base = at + range.start;
    let mut done = 0;
    let expressions = EXPRESSION.as_ref().map(|p| p.find_iter(text).collect::<Vec<_>>()).unwrap_or_default();
    for expression in expressions {
        literal(text, base, done..expression.start(), found);
        let inner = expression.as_str();
        for default in [&COMPOSE_DEFAULT, &JINJA_DEFAULT] {
            let Some(default) = default.as_ref() else { continue };
            for hit in default.captures_iter(inner).filter_map(|c| c.get(1)) {
                literal(text, base, expression.start() + hit.start()..expression.start() + hit.end(), found);
            }
        }
        done = expression.end();
    }
    literal(text, base, done..text.len(), found);
}

fn literal(text: &str, base: usize, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let part = &text[range.clone()];
    if part.chars().any(char::is_alphanumeric) {
        let start = range.start + (part.len() - part.trim_start().len());
        found.push(base + start..base + range.start + part.trim_end().len());
    }
}

fn by_shape(line: &str, at: usize, found: &mut Vec<Range<usize>>) {
    for hit in secret::shapes(line) {
        value(line, at, hit, found);
    }
    for pattern in [&URL, &AUTHORIZATION] {
        let Some(pattern) = pattern.as_ref() else { continue };
        for hit in pattern.captures_iter(line).filter_map(|c| c.get(1)) {
            value(line, at, hit.range(), found);
        }
    }
}

fn captured(pattern: &Pattern, line: &str) -> Option<Range<usize>> {
    pattern.as_ref()?.captures(line)?.iter().skip(1).flatten().next().map(|m| m.range())
}

fn merged(mut found: Vec<Range<usize>>) -> Vec<Range<usize>> {
    found.sort_by_key(|r| (r.start, r.end));
    let mut out: Vec<Range<usize>> = Vec::with_capacity(found.len());
    for range in found {
        match out.last_mut() {
            Some(last) if range.start < last.end => last.end = last.end.max(range.end),
            _ => out.push(range),
        }
    }
    out
}

#[cfg(test)]
#[path = "secret_scan_tests.rs"]
mod tests;
