//! Finds the secrets in a file's text, whatever its format, so that no report shows them.
//!
//! Works on lines, not on parsed documents: a report shows lines, also of files that could not be parsed. What counts:
//! values of names like `*_PASSWORD` (YAML, JSON, env files, INI, shell), options like `--token X`, credentials in
//! URLs and headers, known shapes of tokens, private keys. Which names and shapes count is `model::secret`'s.

use std::ops::Range;

use super::secret_extent::{Quotes, behind_pattern, closing, extent, more};
use super::secret_pair::{ends_pattern, pair};
use super::secret_patterns::{
    AUTHORIZATION, BASIC_USER, DEFAULTED, FALLBACK, KEYED, LOGIN, LOOSE, MYSQL, NAMES_SECRET, NEXT_VALUE, OPTION,
    PAIR_ONLY, PIPED, Pattern, REDIS, SPACED, SSHPASS, URL,
};
use super::secret_pem::PemKey;
use super::secret_value::{self, Reading};
use crate::model::secret::{self, Bytes};

/// What a file is, as far as values are concerned.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Form {
    /// A shell reads it.
    pub(super) shell: bool,
    /// Single quotes are YAML's, which whoever expands variables does not see.
    pub(super) yaml: bool,
}

/// What holds a secret behind an option.
const OPTIONS: &[&Pattern] = &[&OPTION, &REDIS, &SSHPASS, &MYSQL, &BASIC_USER, &LOGIN, &PIPED];

/// A line, where it begins in its file, and the file's form.
struct Line<'a> {
    text: &'a str,
    /// What its characters are made of.
    bytes: Bytes,
    /// Whether a part of it may be the name of a secret.
    names: bool,
    at: usize,
    form: Form,
}

impl<'a> Line<'a> {
    fn new(text: &'a str, at: usize, form: Form) -> Self {
        Self { text, bytes: Bytes::of(text), names: secret::may_say_secret_name(text), at, form }
    }
}

/// What earlier lines say of the next one.
#[derive(Debug, Default)]
struct State {
    /// The indentation of a secret's key whose value stands on the lines below.
    below: Option<usize>,
    /// Where the line stands towards a private key in PEM form.
    key: PemKey,
    /// The quote that a secret's value opened and did not close, and how many more lines may belong to it.
    open: Option<(char, u8)>,
    /// The line before is `name: SOME_PASSWORD` or `- --password`: the next `value:` or item is the secret.
    next: bool,
    /// Within the top-level `secrets:` of a compose file, whose `content:` is a secret.
    secrets: bool,
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
pub(super) fn secrets(text: &str, form: Form) -> Secrets {
    let mut found = Vec::new();
    let mut suspect = Vec::new();
    let mut state = State::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end_matches(['\n', '\r']);
        let before = found.len();
        let here = Line::new(body, start, form);
        scan_line(&here, &mut state, &mut found);
        suspects(&here, found.len() > before, &mut suspect);
        start += line.len();
    }
    let values = merged(found);
    suspect.extend(values.iter().cloned());
    Secrets { hidden: merged(suspect), values }
}

/// The secrets of one line that stands alone: known shapes and credentials in URLs.
pub(super) fn shapes(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    by_shape(&Line { text, bytes: Bytes::of(text), names: false, at: 0, form: Form::default() }, &mut found);
    merged(found)
}

fn scan_line(here: &Line<'_>, state: &mut State, found: &mut Vec<Range<usize>>) {
    let (line, at) = (here.text, here.at);
    let trimmed = line.trim_start();
    let indent = line.len() - trimmed.len();
    if trimmed.is_empty() {
        return;
    }
    if indent == 0 && !trimmed.starts_with('#') {
        state.secrets = trimmed.starts_with("secrets:");
    }
    let whole = at + indent..at + line.trim_end().len();
    if (state.key != PemKey::Outside || here.bytes.has(b'-')) && state.key.holds(trimmed) {
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
        let pair = PAIR_ONLY.on(trimmed, &here.bytes).is_some_and(|p| p.is_match(trimmed));
        if indent > outer && !pair {
            // An item `- hunter2` keeps its dash.
            let dash = usize::from(trimmed.starts_with("- ")) * 2;
            value(here, indent + dash..line.trim_end().len(), found);
            return;
        }
        state.below = None;
    }
    // `- name: X` begins another item: it is no value of the one before.
    let item = trimmed.starts_with("- ") && PAIR_ONLY.on(trimmed, &here.bytes).is_some_and(|p| p.is_match(trimmed));
    if std::mem::take(&mut state.next)
        && !item
        && let Some(range) = captured(&NEXT_VALUE, here)
    {
        value(here, range, found);
    }
    state.next = here.names
        && names_alone(trimmed)
        && captured(&NAMES_SECRET, here).is_some_and(|name| secret::may_be_secret_name(&line[name]));
    by_name(here, state, found);
    by_key(here, found);
    // All of them hold an option, or the name of one.
    let options = if here.bytes.has(b'-') { OPTIONS } else { &[] };
    for pattern in options {
        let Some(pattern) = pattern.on(line, &here.bytes) else { continue };
        for hit in pattern.captures_iter(line).filter_map(|c| c.get(1)) {
            value(here, hit.range(), found);
        }
    }
    by_shape(here, found);
}

fn by_name(here: &Line<'_>, state: &mut State, found: &mut Vec<Range<usize>>) {
    let line = here.text;
    let names = here.names || state.secrets;
    if !names || !here.bytes.has(b':') && !here.bytes.has(b'=') {
        return;
    }
    let (mut from, mut reader) = (0, Quotes::default());
    while let Some(hit) = pair(line, from) {
        let name = &line[hit.name.clone()];
        from = hit.end.max(from + 1);
        let inline = state.secrets && name == "content";
        if !inline && !secret::may_be_secret_name(name) {
            // `A=B=…`: the second name begins where the first one's separator ends.
            from = hit.separator.end;
            continue;
        }
        if line[hit.separator.clone()].ends_with('=')
            && hit.separator.end == hit.end
            && ends_pattern(line, hit.name.start, hit.end)
        {
            from = hit.end + 1;
            continue;
        }
        if let Some(next) = behind_pattern(line, hit.end) {
            from = next;
            continue;
        }
        let quoted = line[..hit.name.start].chars().next_back().filter(|c| matches!(c, '"' | '\''));
        let next = line[hit.separator.end..].chars().next();
        let mapping = line[hit.separator.clone()].ends_with(':');
        // Without a space it is no pair of YAML; `- API_TOKEN:x` was meant to be one all the same.
        if mapping && quoted.is_none() && next.is_some_and(|c| !c.is_whitespace()) && !is_item(line, &hit.name) {
            continue;
        }
        let first = line[..hit.name.start].trim_start_matches([' ', '\t', '-', '"', '\'']).trim_end();
        let alone = !here.form.shell && matches!(first, "" | "export" | "ENV" | "ARG");
        let range = extent(line, hit.end, mapping, quoted, alone);
        let written = line[range.clone()].trim();
        let block = written.is_empty() || written.starts_with(['|', '>']);
        if mapping && block && !line[range.end..].starts_with(['"', '\'']) {
            state.below = Some(line.len() - line.trim_start_matches([' ', '-', '\t']).len());
            return;
        }
        let pairs =
            line[range.clone()].starts_with('{') && !line[range.clone()].starts_with("{{") && range.start == hit.end;
        if !pairs {
            from = from.max(range.end).min(line.len());
        }
        state.open = unclosed(line, hit.end, range.end);
        let rest = if range.start > hit.end { more(line, hit.name.start, &range, &mut reader) } else { Vec::new() };
        value(here, range, found);
        for part in rest {
            from = from.max(part.end).min(line.len());
            value(here, part, found);
        }
        for word in dropped(line, from) {
            value(here, word, found);
        }
    }
}

/// Whether an item of a list begins with a variable's name.
fn is_item(line: &str, name: &Range<usize>) -> bool {
    line.trim_start().strip_prefix('-').is_some_and(|rest| rest.trim_start() == &line[name.start..])
        && line[name.clone()].bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_')
}

/// What a unit's `Environment=` has behind a value that begins before `from`, up to the next assignment: systemd drops it, and
/// whoever wrote it meant the rest of the value.
fn dropped(line: &str, from: usize) -> Vec<Range<usize>> {
    if !line.trim_start().starts_with("Environment=") {
        return Vec::new();
    }
    let (mut at, mut found) = (from, Vec::new());
    for word in line.get(from..).unwrap_or_default().split_inclusive(char::is_whitespace) {
        if word.contains('=') {
            break;
        }
        let bare = word.trim_end();
        if !bare.trim_matches(['"', '\'']).is_empty() {
            found.push(at..at + bare.len());
        }
        at += word.len();
    }
    found
}

/// `config set some.token X`, `ENV DB_PASSWORD x`, `${DB_PASSWORD:-x}`, `db_password | default('x')`: the name stands before the value.
fn by_key(here: &Line<'_>, found: &mut Vec<Range<usize>>) {
    if !here.names {
        return;
    }
    for pattern in [&KEYED, &SPACED, &DEFAULTED, &FALLBACK] {
        let Some(pattern) = pattern.on(here.text, &here.bytes) else { continue };
        for hit in pattern.captures_iter(here.text) {
            if let (Some(name), Some(hit)) = (hit.get(1), hit.get(2))
                && secret::may_be_secret_name(name.as_str())
            {
                value(here, hit.range(), found);
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
fn suspects(here: &Line<'_>, beside: bool, found: &mut Vec<Range<usize>>) {
    let (line, at) = (here.text, here.at);
    let comment = if !here.bytes.has(b'#') {
        None
    } else if line.trim_start().starts_with('#') {
        line.find('#')
    } else {
        line.find(" #")
    };
    if let Some(start) = comment {
        let text = &line[start..];
        let about =
            beside || here.names && text.split_whitespace().any(|w| secret::may_be_secret_name(w.trim_matches(':')));
        let words = text.split_inclusive(char::is_whitespace).scan(start, |from, part| {
            let word = part.trim_matches(|c: char| c.is_whitespace() || "\"'`(),;:".contains(c));
            let begin = *from + part.find(word).unwrap_or(0);
            *from += part.len();
            Some((begin, word))
        });
        let drawn = words.filter(|(_, word)| about && drawn_by_lot(word));
        found.extend(drawn.map(|(begin, word)| at + begin..at + begin + word.len()));
    }
    if !here.names || !capitals(line) {
        return;
    }
    let Some(loose) = LOOSE.on(line, &here.bytes) else { return };
    for hit in loose.captures_iter(line) {
        if let (Some(name), Some(word)) = (hit.get(1), hit.get(2))
            && secret::may_be_secret_name(name.as_str())
            && drawn_by_lot(word.as_str())
        {
            found.push(at + word.start()..at + word.end());
        }
    }
}

/// Whether four characters of a name in capital letters stand before white space.
fn capitals(line: &str) -> bool {
    let mut row = 0;
    line.bytes().any(|b| {
        // White space beyond ASCII is left to the pattern.
        let ends = row >= 4 && (b.is_ascii_whitespace() || b == 0x0b || !b.is_ascii());
        row = if b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_' { row + 1 } else { 0 };
        ends
    })
}

/// Whether a line begins as one that holds a name alone: `name: X`, `key: X`, `--option`, also as an item and in quotes.
fn names_alone(trimmed: &str) -> bool {
    let option = |text: &str| text.trim_start_matches(['"', '\'']).starts_with('-');
    let named =
        |text: &str| text.starts_with("name") || text.starts_with("key") || text.starts_with('-') || option(text);
    match trimmed.strip_prefix('-') {
        Some(rest) => rest.starts_with(|c: char| !c.is_whitespace()) || named(rest.trim_start()),
        None => named(trimmed),
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

/// Hides what is written out in a value; what `secret_value` takes for a variable's name stays, its default does not.
fn value(line: &Line<'_>, range: Range<usize>, found: &mut Vec<Range<usize>>) {
    let before = line.text[..range.start].chars().next_back();
    let bare = before.is_none_or(|c| c.is_whitespace() || "=:-[,".contains(c));
    let mut start = range.start;
    let text = &line.text[range.clone()];
    // YAML's aliases and anchors, and mappings, whose pairs are looked at by themselves.
    if bare && text.starts_with('*') && text[1..].chars().all(|c| c.is_ascii_lowercase() || "_-.".contains(c)) {
        return;
    }
    if bare && text.starts_with('&') {
        start += text.find(' ').map_or(0, |at| at + 1);
    }
    if bare && text.starts_with('{') && !text.starts_with("{{") {
        return;
    }
    let reading = Reading { shell: line.form.shell, literal: before == Some('\'') && !line.form.yaml };
    for part in secret_value::hidden(&line.text[start..range.end], reading) {
        found.push(line.at + start + part.start..line.at + start + part.end);
    }
}

fn by_shape(here: &Line<'_>, found: &mut Vec<Range<usize>>) {
    for hit in secret::shapes(here.text) {
        value(here, hit, found);
    }
    for pattern in [&URL, &AUTHORIZATION] {
        let Some(pattern) = pattern.on(here.text, &here.bytes) else { continue };
        for hit in pattern.captures_iter(here.text).filter_map(|c| c.get(1).or_else(|| c.get(2))) {
            value(here, hit.range(), found);
        }
    }
}

fn captured(pattern: &Pattern, here: &Line<'_>) -> Option<Range<usize>> {
    pattern.on(here.text, &here.bytes)?.captures(here.text)?.iter().skip(1).flatten().next().map(|m| m.range())
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
