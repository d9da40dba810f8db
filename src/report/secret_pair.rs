//! Names before a separator, in any line: `NAME=`, `name: `, `"name":`, `NAME :=`.

use std::ops::Range;

/// A name and what separates it from its value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) name: Range<usize>,
    /// `:=`, `+=`, `:` or `=`.
    pub(super) separator: Range<usize>,
    /// Behind the blanks that follow the separator.
    pub(super) end: usize,
}

/// The first pair of `line` whose name begins at `from` or behind it: letters, digits, `_`, `.` and `-`, then perhaps a
/// backslash, a quote and white space. It is asked of every line, so it is no regular expression.
pub(super) fn pair(line: &str, from: usize) -> Option<Pair> {
    let bytes = line.as_bytes();
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|b| starts(*b))?;
        let end = at + bytes[at..].iter().take_while(|b| starts(**b) || matches!(b, b'.' | b'-')).count();
        if let Some(separator) = separator(line, end) {
            let blanks = bytes[separator.end..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count();
            return Some(Pair { name: at..end, end: separator.end + blanks, separator });
        }
        at = end;
    }
}

fn starts(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The separator that follows the name that ends at `end`.
fn separator(line: &str, end: usize) -> Option<Range<usize>> {
    let rest = &line[end..];
    let rest = rest.strip_prefix('\\').unwrap_or(rest);
    let rest = rest.strip_prefix(['"', '\'']).unwrap_or(rest).trim_start();
    let length = match rest.as_bytes() {
        [b':' | b'+', b'=', ..] => 2,
        [b':' | b'=', ..] => 1,
        _ => return None,
    };
    let start = line.len() - rest.len();
    Some(start..start + length)
}

/// Whether a pattern ends behind the separator, as in `grep '^NAME=' file`: there is no value. Without the `^` the next word may be it.
pub(super) fn ends_pattern(line: &str, name: usize, value: usize) -> bool {
    let before = line[..name].strip_suffix('^').and_then(|before| before.chars().next_back());
    let mut behind = line[value..].chars();
    let quote = behind.next().filter(|c| matches!(c, '"' | '\''));
    let apart = behind.next().is_none_or(|c| c.is_whitespace() || matches!(c, ')' | ';' | '|' | ',' | ']'));
    quote.is_some() && quote == before && apart
}

#[cfg(test)]
mod tests {
    use super::*;
    use regex::Regex;

    #[test]
    fn pairs_are_those_of_the_pattern() {
        let pattern = Regex::new(r#"([A-Za-z0-9_][A-Za-z0-9_.\-]*)\\?["']?\s*(:=|\+=|[:=])[ \t]*"#).expect("a pattern");
        let lines = [
            "A=B=c",
            "  - name: x",
            r#"{"a": 1, "b":2}"#,
            r#"{\"token\": \"x\"}"#,
            "x := 1",
            "x += 1",
            "x + = 1",
            "a.b-c='d'",
            "-a: b",
            "..a:b",
            "größe: 1",
            "a\u{a0}: b",
            "a\u{2003}=b",
            "a\"'=b",
            "a''=b",
            "a\\\\=b",
            "",
            "=",
            ":=",
            "a",
            "a ",
            "a \t:\t =",
            "http://x:y@z",
            "a=b c=d  e = f",
            "1:2:3",
            "ä=b",
            "a\\ =b",
            "a:\u{2003}b",
        ];
        for line in lines {
            for from in (0..=line.len()).filter(|at| line.is_char_boundary(*at)) {
                let expected = pattern.captures_at(line, from).map(|hit| Pair {
                    name: hit.get(1).expect("a name").range(),
                    separator: hit.get(2).expect("a separator").range(),
                    end: hit.get(0).expect("all").end(),
                });
                assert_eq!(pair(line, from), expected, "{line:?} from {from}");
            }
        }
    }
}
