//! Entries of flow collections and of JSON: `{a: 1, b: [2, 3]}`, on one line or several.

use super::lines::Lines;

/// An element of a flow collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Element {
    /// Its first byte.
    pub(super) start: usize,
    /// Past its last byte.
    pub(super) end: usize,
    /// The bracket that opens the collection.
    pub(super) open: usize,
}

/// The most lines above a place at which the opening bracket is looked for.
const FAR: usize = 400;

/// The element at `offset`, where that lies within brackets. `json` where the whole text is one collection.
pub(super) fn element(lines: &Lines<'_>, offset: usize, json: bool) -> Option<Element> {
    let text = lines.text;
    let open = if json { innermost(text, 0, offset)? } else { opened(lines, offset)? };
    let mut start = open + 1;
    let mut end = None;
    for (at, c, depth) in scan(text, open) {
        if depth == 1 && c == ',' {
            if at >= offset {
                end = Some(at);
                break;
            }
            start = at + 1;
        }
        if depth == 0 {
            end = Some(at);
            break;
        }
    }
    let end = end?;
    let inside = text.get(start..end)?;
    let (lead, tail) = (inside.len() - inside.trim_start().len(), inside.len() - inside.trim_end().len());
    (lead + tail <= inside.len()).then_some(Element { start: start + lead, end: end - tail, open })
}

/// The bracket around `offset` that a line of its entry opens.
fn opened(lines: &Lines<'_>, offset: usize) -> Option<usize> {
    let line = lines.of(offset);
    for line in (line.saturating_sub(FAR)..=line).rev() {
        let body = lines.body(line);
        let indent = lines.indent(line);
        let mut column = indent;
        while let Some(rest) = body.get(column..).and_then(|rest| rest.strip_prefix("- ")) {
            column += 2 + (rest.len() - rest.trim_start().len());
        }
        let start = match lines.value(line, column) {
            Some((at, value)) if value.starts_with(['{', '[']) => Some(at),
            Some(_) => return None,
            None if body.get(column..).is_some_and(|rest| rest.starts_with(['{', '['])) => {
                Some(lines.start(line) + column)
            }
            None => None,
        };
        if let Some(start) = start.filter(|start| *start < offset) {
            return innermost(lines.text, start, offset);
        }
        if start.is_some() {
            return None;
        }
    }
    None
}

/// The innermost bracket open at `offset`, read from `start`.
fn innermost(text: &str, start: usize, offset: usize) -> Option<usize> {
    let mut open = Vec::new();
    for (at, c, _) in scan(text, start) {
        if at >= offset {
            break;
        }
        match c {
            '{' | '[' => open.push(at),
            '}' | ']' => _ = open.pop(),
            _ => {}
        }
    }
    open.pop()
}

/// The bracket that closes the one at `open`.
pub(super) fn close(text: &str, open: usize) -> Option<usize> {
    scan(text, open).find(|(_, _, depth)| *depth == 0).map(|(at, _, _)| at)
}

/// The brackets and commas outside of quotes and comments from `start` on, each with the depth behind it. What begins
/// before the first bracket is passed over; the bracket that closes it is the last.
fn scan(text: &str, start: usize) -> impl Iterator<Item = (usize, char, usize)> {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut done) = (start, 0_usize, false);
    std::iter::from_fn(move || {
        while !done && at < bytes.len() {
            let here = at;
            let byte = *bytes.get(at)?;
            at += 1;
            match byte {
                b'"' | b'\'' if !word(bytes, here) => at = quoted(bytes, at, byte),
                b'#' if bytes.get(here.wrapping_sub(1)).is_none_or(u8::is_ascii_whitespace) => at = line_end(bytes, at),
                b'/' if bytes.get(at) == Some(&b'/') && bytes.get(here.wrapping_sub(1)) != Some(&b':') => {
                    at = line_end(bytes, at);
                }
                b'/' if bytes.get(at) == Some(&b'*') => {
                    at = text.get(at..).and_then(|rest| rest.find("*/")).map_or(bytes.len(), |end| at + end + 2);
                }
                b'{' | b'[' => {
                    depth += 1;
                    return Some((here, char::from(byte), depth));
                }
                b'}' | b']' => {
                    depth = depth.saturating_sub(1);
                    done = depth == 0;
                    return Some((here, char::from(byte), depth));
                }
                b',' => return Some((here, ',', depth)),
                _ => {}
            }
        }
        None
    })
}

/// Whether a quote at `at` stands within a word, where it quotes nothing.
fn word(bytes: &[u8], at: usize) -> bool {
    at.checked_sub(1).and_then(|before| bytes.get(before)).is_some_and(u8::is_ascii_alphanumeric)
}

fn quoted(bytes: &[u8], mut at: usize, quote: u8) -> usize {
    while let Some(byte) = bytes.get(at) {
        at += 1;
        match *byte {
            b'\\' if quote == b'"' => at += 1,
            byte if byte == quote => break,
            _ => {}
        }
    }
    at
}

fn line_end(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.iter().position(|b| *b == b'\n')).map_or(bytes.len(), |end| at + end)
}

/// `text` as the last element of the collection that opens at `open`: where it goes, and what is written there.
pub(super) fn append(lines: &Lines<'_>, open: usize, text: &str) -> Option<(usize, String)> {
    let close = close(lines.text, open)?;
    let inside = lines.text.get(open + 1..close)?;
    let end = open + 1 + inside.trim_end().len();
    let empty = inside.trim().is_empty();
    let several = inside.contains('\n');
    if !several {
        return Some(if empty { (open + 1, text.to_owned()) } else { (end, format!(", {text}")) });
    }
    if inside.lines().any(|line| line.contains("//") || line.contains(" #")) && !inside.trim_end().ends_with(',') {
        // A comment may stand behind the last element.
        let last = inside.trim_end().lines().next_back()?;
        if last.contains("//") || last.contains('#') {
            return None;
        }
    }
    let first = lines.of(open);
    let child = (first + 1..lines.count()).find(|line| !lines.body(*line).trim().is_empty())?;
    let body = lines.body(child);
    let indent = body.get(..body.len() - body.trim_start().len())?;
    let eol = lines.eol(first);
    let comma = if empty || inside.trim_end().ends_with(',') { "" } else { "," };
    let trailing = if inside.trim_end().ends_with(',') { "," } else { "" };
    Some((end, format!("{comma}{eol}{indent}{text}{trailing}")))
}

/// The bytes that go with `element` when it is taken out: it, and a comma beside it.
pub(super) fn removal(text: &str, element: Element) -> Option<std::ops::Range<usize>> {
    let after = text.get(element.end..)?;
    if let Some(rest) = after.trim_start().strip_prefix(',') {
        let end = text.len() - rest.trim_start().len();
        return Some(element.start..end);
    }
    let before = text.get(element.open + 1..element.start)?;
    let comma = before.trim_end().strip_suffix(',');
    Some(comma.map_or(element.start, |kept| element.open + 1 + kept.len())..element.end)
}
