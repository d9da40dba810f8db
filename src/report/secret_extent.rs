//! How far a secret's value reaches in its line: quotes that open and close, words that go on behind them.

use std::ops::Range;

use super::secret_pair::pair;

/// Where the value that begins at `start` ends.
pub(super) fn extent(line: &str, start: usize, mapping: bool, before: Option<char>, alone: bool) -> Range<usize> {
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

/// The end of a shell word; white space within `{{ }}`, `${ }` and `$( )` does not end it.
fn expression_end(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut before = ' ';
    for (i, c) in rest.char_indices() {
        match c {
            '{' => depth += 1,
            '(' if depth > 0 || before == '$' => depth += 1,
            '}' | ')' => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            '"' | '\'' | ',' | ']' | ';' | '&' | '|' => return i,
            c if c.is_whitespace() => return i,
            _ => {}
        }
        before = c;
    }
    rest.len()
}

/// The length up to the next `quote`, or all.
pub(super) fn closing(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (i, c) in rest.char_indices() {
        if c == quote && !escaped {
            return i;
        }
        escaped = c == '\\' && !escaped && quote == '"';
    }
    rest.len()
}

/// What belongs to a quoted value beside `inside`, which lies between the quote behind the separator and the next one of
/// its kind: `X=''a`, `X="a"b`, and the next string where the first quote closes one, `'X=' 'a'`.
pub(super) fn more(line: &str, name: usize, inside: &Range<usize>, quotes: &mut Quotes) -> Vec<Range<usize>> {
    let Some(quote) = line[..inside.start].chars().next_back().filter(|c| matches!(c, '"' | '\'')) else {
        return Vec::new();
    };
    if !line[inside.end..].starts_with(quote) {
        return Vec::new();
    }
    let outer = quotes.before(line, name);
    let behind = inside.end + 1;
    let gap = &line[inside.clone()];
    let closes = quotes.before(line, inside.start - 1) == Some(quote) && gap.starts_with([' ', '\t', ',']);
    if closes || !gap.is_empty() && !gap.contains(char::is_alphanumeric) {
        let string = behind..behind + closing(&line[behind..], quote);
        return if assigns(&line[string.clone()]) { Vec::new() } else { vec![string] };
    }
    attached(line, behind, outer)
}

/// The rest of a word that goes on at `at`, without its quotes; the quote `outer`, which was open before, ends it.
fn attached(line: &str, mut at: usize, outer: Option<char>) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    // What an expression or a substitution of `sed` goes on with is no part of the value: `.strip()`, `/g`.
    let rest = &line[at..];
    let tail = expression_end(rest);
    if rest.starts_with(['.', ':', '?', '(', '[', '}', '>', '<', '#', '\\']) || rest.starts_with(['/', '|']) && tail < 4
    {
        return found;
    }
    while let Some(next) = line[at..].chars().next() {
        let end = match next {
            '"' | '\'' if Some(next) == outer => break,
            '"' | '\'' => {
                at += 1;
                at + closing(&line[at..], next)
            }
            _ => at + expression_end(&line[at..]),
        };
        if end == at && !matches!(next, '"' | '\'') {
            break;
        }
        found.push(at..end);
        at = end + usize::from(matches!(next, '"' | '\'') && end < line.len());
    }
    found
}

/// Whether a string is a pair of its own: `PORT=80`.
fn assigns(text: &str) -> bool {
    pair(text, 0).is_some_and(|hit| {
        hit.name.start == 0
            && text[hit.separator.clone()] == *"="
            && !matches!(text[hit.separator.end..].chars().next(), None | Some('='))
    })
}

/// The quote that is open at a place of a line, read once from its beginning to its end.
#[derive(Debug, Default)]
pub(super) struct Quotes {
    at: usize,
    open: Option<char>,
    escaped: bool,
}

impl Quotes {
    /// The quote that is open before `at`, which is not before the place that was asked for last.
    fn before(&mut self, line: &str, at: usize) -> Option<char> {
        for c in line.get(self.at..at).unwrap_or_default().chars() {
            match c {
                _ if self.escaped => self.escaped = false,
                '\\' if self.open != Some('\'') => self.escaped = true,
                '"' | '\'' if self.open.is_none() => self.open = Some(c),
                _ if self.open == Some(c) => self.open = None,
                _ => {}
            }
        }
        self.at = self.at.max(at);
        self.open
    }
}

/// Where a pattern of `sed` that stands for any value goes on with the same kind of name: `X=.*/X=`.
pub(super) fn behind_pattern(line: &str, value: usize) -> Option<usize> {
    let rest = line[value..].strip_prefix(".*")?;
    let rest = rest.strip_prefix('$').unwrap_or(rest);
    let at = line.len() - rest.strip_prefix(['/', '|', '#', '@', ',', '~', '!', '%'])?.len();
    pair(line, at).is_some_and(|next| next.name.start == at).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quote_is_open_until_its_like() {
        let open = |text: &str| Quotes::default().before(text, text.len());
        assert_eq!(open("a 'b \" c"), Some('\''));
        assert_eq!(open("a \"b\\\" c"), Some('"'));
        assert_eq!(open("a 'b\\' c"), None);
        let mut quotes = Quotes::default();
        let line = "a 'b' \"c";
        assert_eq!([1, 4, 5, 7].map(|at| quotes.before(line, at)), [None, Some('\''), None, Some('"')]);
    }
}
