//! Strings to words, the way docker compose splits `command`, `entrypoint` and hooks.
//!
//! That is go-shellwords' way, oddities included: the line ends at an unquoted `;`, `&`, `|`, `<` or `>`, and whatever
//! stands behind is silently dropped.

use std::ops::Range;

use crate::text::{Builder, Text};

/// The words of `line`; `None` where docker compose calls it an invalid command line.
pub(super) fn split(line: &Text) -> Option<Vec<Text>> {
    let mut state = Split { line, words: Vec::new(), word: None, run: 0..0 };
    let (mut single, mut double, mut back, mut dollar, mut escaped) = (false, false, false, false, false);
    for (at, c) in line.value().char_indices() {
        let range = at..at + c.len_utf8();
        if escaped {
            escaped = false;
            match c {
                't' => state.made("\t", &range),
                'n' => state.made("\n", &range),
                _ => state.take(&range),
            }
            continue;
        }
        match c {
            '\\' if !single => {
                escaped = true;
                continue;
            }
            ' ' | '\t' | '\r' | '\n' if !(single || double || back || dollar) => {
                state.end();
                continue;
            }
            '`' if !(single || double || dollar) => back = !back,
            ')' if !(single || double || back) => dollar = !dollar,
            '(' if !(single || double || back) => {
                if dollar || !state.ends_with_dollar() {
                    return None;
                }
                dollar = true;
            }
            '"' if !(single || dollar) => {
                double = !double;
                state.begin();
                continue;
            }
            '\'' if !(double || dollar) => {
                single = !single;
                state.begin();
                continue;
            }
            ';' | '&' | '|' | '<' | '>' if !(single || double || back || dollar) => {
                state.redirection(c);
                return Some(state.finish());
            }
            _ => {}
        }
        state.take(&range);
    }
    if escaped || single || double || back || dollar {
        return None;
    }
    Some(state.finish())
}

struct Split<'a> {
    line: &'a Text,
    words: Vec<Text>,
    /// The word so far, with where it began and ended in the line.
    word: Option<(Builder, Range<usize>)>,
    /// Bytes that belong to the word and are not in it yet.
    run: Range<usize>,
}

impl Split<'_> {
    fn begin(&mut self) {
        self.flush();
        if self.word.is_none() {
            self.word = Some((Builder::new(self.line.span()), self.run.end..self.run.end));
        }
    }

    fn take(&mut self, range: &Range<usize>) {
        if self.run.end == range.start && !self.run.is_empty() {
            self.run.end = range.end;
            return;
        }
        self.flush();
        self.run = range.clone();
    }

    fn made(&mut self, text: &str, range: &Range<usize>) {
        self.flush();
        let span = self.line.span_at(range.clone());
        let (word, place) = self.word.get_or_insert_with(|| (Builder::new(span), range.clone()));
        word.literal(text, span);
        place.end = range.end;
    }

    fn flush(&mut self) {
        if self.run.is_empty() {
            return;
        }
        let run = std::mem::take(&mut self.run);
        let (word, place) = self.word.get_or_insert_with(|| (Builder::new(self.line.span()), run.clone()));
        if word.is_empty() && place.start == place.end {
            place.start = run.start;
        }
        word.text(&self.line.slice(run.clone()));
        place.end = run.end;
    }

    fn end(&mut self) {
        self.flush();
        if let Some((word, place)) = self.word.take() {
            self.words.push(word.finish().with_span(self.line.span_at(place)));
        }
    }

    fn ends_with_dollar(&mut self) -> bool {
        self.line.value()[self.run.clone()].ends_with('$')
    }

    /// `2>` is no word `2`.
    fn redirection(&mut self, c: char) {
        let starts_with_digit = self.line.value()[self.run.clone()].starts_with(|c: char| c.is_ascii_digit());
        if c == '>' && self.word.is_none() && starts_with_digit {
            self.run = 0..0;
        }
    }

    fn finish(mut self) -> Vec<Text> {
        self.end();
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    fn words(line: &str) -> Option<Vec<String>> {
        let sources = Sources::default();
        let id = sources.add(Source::new("a", None, line));
        let split = split(&Text::literal(line, Span::new(id, 0, line.len())))?;
        Some(split.iter().map(|w| w.value().to_owned()).collect())
    }

    #[test]
    fn words_are_those_of_go_shellwords() {
        assert_eq!(words(r#"sh -c "a b" 'c d'e \" ''"#).unwrap(), ["sh", "-c", "a b", "c de", "\"", ""]);
        assert_eq!(words("a && b").unwrap(), ["a"]);
        assert_eq!(words("a 2>&1").unwrap(), ["a"]);
        assert_eq!(words("a $(b c) d").unwrap(), ["a", "$(b c)", "d"]);
        assert_eq!(words("a 'b"), None);
        assert_eq!(words("a (b)"), None);
    }
}
