//! Finds the secrets in a file's text, whatever its format, so that no report shows them.
//!
//! Works on lines, not on parsed documents: a report shows lines, also of files that could not be parsed. What counts:
//! values of names like `*_PASSWORD` (YAML, JSON, env files, INI, shell), options like `--token X`, credentials in
//! URLs and headers, known shapes of tokens, private keys. Which names and shapes count is `model::secret`'s.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::secret;

type Pattern = LazyLock<Option<Regex>>;

/// What earlier lines say of the next one.
#[derive(Debug, Default)]
struct State {
    /// The indentation of a secret's key whose value stands on the lines below.
    below: Option<usize>,
    /// Within a private key.
    pem: bool,
    /// The line before is `name: SOME_PASSWORD` or `- --password`: the next `value:` or item is the secret.
    next: bool,
}

/// The byte ranges of `text` that hold secrets, in order, without overlaps.
pub(super) fn secrets(text: &str, shell: bool) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut state = State::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        scan_line(body, start, shell, &mut state, &mut found);
        start += line.len();
    }
    merged(found)
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
    for pattern in [&OPTION, &REDIS, &SSHPASS, &MYSQL, &BASIC_USER] {
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
        value(line, at, range, found);
    }
}

/// Where the value that begins at `start` ends.
fn extent(line: &str, start: usize, mapping: bool, before: Option<char>, alone: bool) -> Range<usize> {
    let rest = &line[start..];
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

const fn pattern(make: fn() -> Option<Regex>) -> Pattern {
    LazyLock::new(make)
}

static NAMED: Pattern = pattern(|| Regex::new(r#"([A-Za-z0-9_][A-Za-z0-9_.\-]*)["']?\s*(:=|\+=|[:=])[ \t]*"#).ok());
static PAIR_ONLY: Pattern = pattern(|| Regex::new(r#"^(- )?["']?[A-Za-z_][\w.\-]*["']?\s*:(\s|$)"#).ok());
static NAMES_SECRET: Pattern = pattern(|| {
    Regex::new(r#"^\s*-?\s*(?:(?:name|key)\s*:\s*["']?([\w.\-]+)["']?|["']?(--?[\w\-]+)["']?)\s*,?\s*$"#).ok()
});
static NEXT_VALUE: Pattern = pattern(|| Regex::new(r#"^\s*(?:value\s*:|-)\s*["']?([^"'\s#][^"'#]*)"#).ok());
static OPTION: Pattern = pattern(|| {
    Regex::new(
        r#"(?ix) -- ?(?:[a-z0-9]+-)* (?:password|passwd|pass|passphrase|token|secret|api-?key|requirepass|masterauth
        |access-key|secret-key|private-key|auth-?key)
        (?: = ["']? | ["']?\s*,\s*["']? | ["']?\s+["']? ) ( \$\{[^}]*\} | \{\{.*?\}\} | [^\s"',\]\-][^\s"',\]]* )"#,
    )
    .ok()
});
static REDIS: Pattern =
    pattern(|| Regex::new(r#"redis-cli\b[^|;&]*?\s?["']?-a["']?(?:\s*,\s*|\s+)["']?([^\s"',\]]+)"#).ok());
static SSHPASS: Pattern = pattern(|| Regex::new(r#"\bsshpass\s+-p\s*["']?([^\s"']+)"#).ok());
static MYSQL: Pattern =
    pattern(|| Regex::new(r#"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;&]*?\s["']?-p([^\s"',\]]+)"#).ok());
static BASIC_USER: Pattern =
    pattern(|| Regex::new(r#"\b(?:curl|wget|http)\b.*?\s(?:-u|--user)[= ]\s*["']?[^\s:"']+:([^\s"']+)"#).ok());
static URL: Pattern =
    pattern(|| Regex::new(r#"[A-Za-z][A-Za-z0-9+.\-]*://[^\s/@:"']*:((?:\$\{[^}]*\}|\{\{.*?\}\}|[^\s@"'/])+)@"#).ok());
static AUTHORIZATION: Pattern = pattern(|| Regex::new(r"(?i)\b(?:bearer|basic)\s+([A-Za-z0-9._~+/=\-]{8,})").ok());
static EXPRESSION: Pattern = pattern(|| {
    Regex::new(r"\{\{.*?\}\}|\{%.*?%\}|\$\{(?:[^{}]|\{[^{}]*\})*\}|\$\([^)]*\)|\$[A-Za-z_]\w*|os\.environ/\w+").ok()
});
static COMPOSE_DEFAULT: Pattern = pattern(|| Regex::new(r"^\$\{\w+:?[-+]([^$].*)\}$").ok());
static JINJA_DEFAULT: Pattern = pattern(|| Regex::new(r#"(?:\bd|default|else|or|~)\s*\(?\s*["']([^"']+)["']"#).ok());

#[cfg(test)]
#[path = "secret_scan_tests.rs"]
mod tests;
