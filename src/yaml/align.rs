//! Maps a scalar's value back to the bytes it was written with.
//!
//! The parser gives the value after escapes and folding and the span before; this walks both. It knows nothing of
//! nodes.

use crate::source::Span;
use crate::text::{Builder, Text};

/// How a scalar's bytes are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Plain and block scalars: only line folding.
    None,
    /// `''`.
    Single,
    /// Backslashes.
    Double,
}

/// The text of `value`, written as the bytes `start..end` of `whole` (inside the quotes).
pub(super) fn align(whole: &Text, raw: &str, start: usize, value: &str, escapes: Escapes) -> Text {
    let end = start + raw.len();
    let span = whole.span_at(start..end);
    if raw == value {
        return whole.slice(start..end).with_span(span);
    }
    let mut walk = Walk { whole, raw, start, value, escapes, at_raw: 0, at_value: 0, out: Builder::new(span) };
    walk.run();
    walk.out.finish()
}

struct Walk<'a> {
    whole: &'a Text,
    raw: &'a str,
    start: usize,
    value: &'a str,
    escapes: Escapes,
    at_raw: usize,
    at_value: usize,
    out: Builder,
}

impl Walk<'_> {
    fn run(&mut self) {
        while self.at_value < self.value.len() {
            let same = self.same_run();
            if same > 0 {
                let from = self.start + self.at_raw;
                self.out.text(&self.whole.slice(from..from + same));
                self.at_raw += same;
                self.at_value += same;
            } else if !self.escape() && !self.fold() {
                let rest = &self.value[self.at_value..];
                self.out.literal(rest, self.whole.span_at(self.start + self.at_raw..self.start + self.raw.len()));
                return;
            }
        }
    }

    /// How many bytes are the same from here on, up to the next escape.
    fn same_run(&self) -> usize {
        let value = &self.value[self.at_value..];
        let raw = &self.raw[self.at_raw..];
        let stop = |c: char| match self.escapes {
            Escapes::None => false,
            Escapes::Single => c == '\'',
            Escapes::Double => c == '\\',
        };
        let pairs = raw.chars().zip(value.chars());
        pairs.take_while(|(r, v)| r == v && !stop(*r)).map(|(r, _)| r.len_utf8()).sum()
    }

    /// Takes an escape, with the one character that it makes.
    fn escape(&mut self) -> bool {
        let raw = &self.raw[self.at_raw..];
        let length = match self.escapes {
            Escapes::Single if raw.starts_with("''") => 2,
            Escapes::Double if raw.starts_with('\\') => match raw[1..].chars().next() {
                Some('x') => 4,
                Some('u') => 6,
                Some('U') => 10,
                Some('\n' | '\r') => {
                    self.at_raw += 1;
                    self.skip_white_space();
                    return true;
                }
                Some(c) => 1 + c.len_utf8(),
                None => return false,
            },
            Escapes::None | Escapes::Single | Escapes::Double => return false,
        };
        let Some(character) = self.value[self.at_value..].chars().next() else { return false };
        let from = self.start + self.at_raw;
        let end = (from + length).min(self.start + self.raw.len());
        let span = self.whole.span_at(from..end);
        self.emit(character, span);
        self.at_raw = end - self.start;
        true
    }

    /// Takes white space of the raw text that folding or indentation dropped.
    fn fold(&mut self) -> bool {
        let Some(first) = self.raw[self.at_raw..].chars().next() else { return false };
        if !first.is_whitespace() {
            return false;
        }
        let from = self.start + self.at_raw;
        self.at_raw += first.len_utf8();
        let Some(character) = self.value[self.at_value..].chars().next() else { return true };
        if first == '\n' && character == ' ' {
            let span = self.whole.span_at(from..from + 1);
            self.skip_white_space();
            self.emit(character, span);
        }
        true
    }

    fn emit(&mut self, character: char, span: Span) {
        self.out.derived(character.encode_utf8(&mut [0; 4]), span);
        self.at_value += character.len_utf8();
    }

    fn skip_white_space(&mut self) {
        let rest = &self.raw[self.at_raw..];
        self.at_raw += rest.len() - rest.trim_start().len();
    }
}
