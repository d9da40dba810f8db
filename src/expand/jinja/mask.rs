//! The last resort: a template that can't be evaluated, with its tags made unknown and its text kept.

use super::Syntax;
use crate::text::{Builder, Text};

/// `text` with each expression made an unknown piece and each statement and comment left out.
pub fn mask(text: &Text, syntax: &Syntax) -> Text {
    let source = text.value();
    let mut out = Builder::new(text.span());
    let mut at = 0;
    while let Some((start, end, printed)) = next(source, at, syntax) {
        out.text(&text.slice(at..start));
        if printed {
            out.opaque("could not be evaluated", text.span_at(start..end));
        }
        at = end;
        if !printed && syntax.trim_blocks && source[at..].starts_with('\n') {
            at += 1;
        }
    }
    out.text(&text.slice(at..source.len()));
    out.finish()
}

/// The next tag from byte `from` on, and whether it prints something.
fn next(source: &str, from: usize, syntax: &Syntax) -> Option<(usize, usize, bool)> {
    let tags = [(&syntax.variable, true), (&syntax.block, false), (&syntax.comment, false)];
    let found = tags.iter().filter_map(|(pair, printed)| {
        let start = from + source[from..].find(pair.0.as_str())?;
        let end = source[start..].find(pair.1.as_str()).map_or(source.len(), |i| start + i + pair.1.len());
        Some((start, end, *printed))
    });
    found.min_by_key(|(start, ..)| *start)
}
