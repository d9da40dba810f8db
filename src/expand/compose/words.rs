//! Strings to words, the way docker compose splits `command`, `entrypoint` and hooks.
//!
//! That is go-shellwords' way, oddities included: the line ends at an unquoted `;`, `&`, `|`, `<` or `>`, and whatever
//! stands behind is silently dropped.

use std::ops::Range;

use crate::text::{Builder, Text};

/// The words of `line`; `None` where docker compose calls it an invalid command line.
pub(super) fn split(line: &Text) -> Option<Vec<Text>> {
    let mut state = Split { line, words: Vec::new(), word: None, run: 0..0, cut: None };
    state.walk()?;
    Some(state.finish())
}

/// The operator at which `line` ends, and what is dropped behind it; nothing where only output is sent where it goes anyway.
pub(super) fn cut(line: &Text) -> Option<(Text, Text)> {
    let mut state = Split { line, words: Vec::new(), word: None, run: 0..0, cut: None };
    state.walk()?;
    let value = line.value();
    let at = state.cut?;
    let end = at + value[at..].find(|c: char| !matches!(c, ';' | '&' | '|' | '<' | '>')).unwrap_or(value.len() - at);
    let rest = value[at..].trim();
    let redirection = rest.trim_start_matches('>').trim_start();
    let output = rest.starts_with('>')
        && matches!(redirection, "&1" | "&2" | "/dev/stdout" | "/dev/stderr" | "/dev/stdout 2>&1");
    let empty = value[end..].trim().is_empty();
    (!output && !empty).then(|| (line.slice(at..end), line.slice(at..value.len())))
}

struct Split<'a> {
    line: &'a Text,
    words: Vec<Text>,
    /// The word so far, with where it began and ended in the line.
    word: Option<(Builder, Range<usize>)>,
    /// Bytes that belong to the word and are not in it yet.
    run: Range<usize>,
    /// Where an operator ended the line.
    cut: Option<usize>,
}

impl Split<'_> {
    /// Goes through the line; `None` where it is invalid.
    fn walk(&mut self) -> Option<()> {
        let (mut single, mut double, mut back, mut dollar, mut escaped) = (false, false, false, false, false);
        for (at, c) in self.line.value().char_indices() {
            let range = at..at + c.len_utf8();
            if escaped {
                escaped = false;
                match c {
                    't' => self.made("\t", &range),
                    'n' => self.made("\n", &range),
                    _ => self.take(&range),
                }
                continue;
            }
            match c {
                '\\' if !single => {
                    escaped = true;
                    continue;
                }
                ' ' | '\t' | '\r' | '\n' if !(single || double || back || dollar) => {
                    self.end();
                    continue;
                }
                '`' if !(single || double || dollar) => back = !back,
                ')' if !(single || double || back) => dollar = !dollar,
                '(' if !(single || double || back) => {
                    if dollar || !self.ends_with_dollar() {
                        return None;
                    }
                    dollar = true;
                }
                '"' if !(single || dollar) => {
                    double = !double;
                    self.begin();
                    continue;
                }
                '\'' if !(double || dollar) => {
                    single = !single;
                    self.begin();
                    continue;
                }
                ';' | '&' | '|' | '<' | '>' if !(single || double || back || dollar) => {
                    self.redirection(c);
                    self.cut = Some(at);
                    return Some(());
                }
                _ => {}
            }
            self.take(&range);
        }
        (!(escaped || single || double || back || dollar)).then_some(())
    }

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
    fn what_stands_behind_an_operator_is_cut() {
        let cut = |line: &str| {
            let sources = Sources::default();
            let id = sources.add(Source::new("a", None, line));
            let found = cut(&Text::literal(line, Span::new(id, 0, line.len())));
            found.map(|(operator, rest)| (operator.value().to_owned(), rest.value().to_owned()))
        };
        assert_eq!(cut("a && b"), Some(("&&".to_owned(), "&& b".to_owned())));
        assert_eq!(cut("a http://h/?a=1&b=2 -v"), Some(("&".to_owned(), "&b=2 -v".to_owned())));
        for line in ["a 2>&1", "a > /dev/stdout", "a;", "sh -c 'a && b'", "a \\& b", "a"] {
            assert_eq!(cut(line), None, "{line}");
        }
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
