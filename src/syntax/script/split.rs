//! One-line commands that no shell reads: compose's string `command`, Ansible's `command`, systemd's `ExecStart`.
//!
//! Quotes and backslashes as in a shell, nothing else: `$X`, `;` and `|` are ordinary characters of a word.

use super::Word;
use crate::text::{Builder, Text};

/// The words of `text`, split at white space outside quotes. An open quote ends with the text. Of more words than any
/// command has, none is known.
pub fn words(text: &Text) -> Vec<Word> {
    let source = text.value();
    if super::too_long(source) {
        let text = Text::opaque("too many words", text.span());
        return vec![Word { text, quoted: false, substitutions: Vec::new() }];
    }
    let mut words = Vec::new();
    let mut at = 0;
    while let Some(rest) = source.get(at..) {
        let trimmed = rest.trim_start();
        if trimmed.is_empty() {
            break;
        }
        let start = at + rest.len() - trimmed.len();
        let (word, next) = word(text, start);
        words.push(word);
        at = next;
    }
    words
}

/// The word at `start`, and where it ends.
fn word(text: &Text, start: usize) -> (Word, usize) {
    let source = text.value();
    let mut builder = Builder::new(text.span_at(start..start));
    let mut quote = None;
    let mut run = start;
    let mut at = start;
    let mut flush = |run: usize, at: usize| {
        if run < at {
            builder.text(&text.slice(run..at));
        }
    };
    while let Some(c) = source.get(at..).and_then(|rest| rest.chars().next()) {
        let next = at + c.len_utf8();
        match (quote, c) {
            (None, c) if c.is_whitespace() => break,
            (None, '"' | '\'') => {
                flush(run, at);
                quote = Some(c);
                run = next;
            }
            (Some(open), c) if c == open => {
                flush(run, at);
                quote = None;
                run = next;
            }
            (Some('\''), _) => {}
            (_, '\\') => {
                // A backslash at the very end stands for itself.
                if let Some(escaped) = source.get(next..).and_then(|rest| rest.chars().next()) {
                    if quote.is_none() || matches!(escaped, '"' | '\\' | '$' | '`' | '\n') {
                        flush(run, at);
                        run = if escaped == '\n' { next + 1 } else { next };
                    }
                    at = next + escaped.len_utf8();
                    continue;
                }
            }
            _ => {}
        }
        at = next;
    }
    flush(run, at);
    let quoted = source.get(start..).is_some_and(|rest| rest.starts_with(['"', '\'']));
    let text = builder.finish().with_span(text.span_at(start..at));
    (Word { text, quoted, substitutions: Vec::new() }, at)
}
