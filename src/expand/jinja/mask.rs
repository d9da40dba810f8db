//! The last resort: a template that can't be evaluated, with its tags made unknown and its text kept.

use super::Syntax;
use crate::text::{Builder, Text};

/// `text` with each expression made an unknown piece and each statement and comment left out.
pub fn mask(text: &Text, syntax: &Syntax) -> Text {
    let source = text.value();
    let mut out = Builder::new(text.span());
    let mut tags = Tags::new(source, syntax);
    let mut at = 0;
    while let Some((start, end, printed)) = tags.next(at) {
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

/// The tags of a template, in order.
struct Tags<'a> {
    source: &'a str,
    /// Of each sort of tag: its delimiters, whether it prints something, where the next one starts. The start is kept
    /// until it is passed: to look for all sorts from each tag on takes a time that grows with the square of the size.
    sorts: [(&'a (String, String), bool, Option<usize>); 3],
}

impl<'a> Tags<'a> {
    fn new(source: &'a str, syntax: &'a Syntax) -> Self {
        let sort = |pair: &'a (String, String), printed| (pair, printed, source.find(pair.0.as_str()));
        let sorts = [sort(&syntax.variable, true), sort(&syntax.block, false), sort(&syntax.comment, false)];
        Self { source, sorts }
    }

    /// The next tag from byte `from` on, and whether it prints something.
    fn next(&mut self, from: usize) -> Option<(usize, usize, bool)> {
        let source = self.source;
        for (pair, _, start) in &mut self.sorts {
            if start.is_some_and(|at| at < from) {
                *start = source[from..].find(pair.0.as_str()).map(|at| from + at);
            }
        }
        let sorts = self.sorts.iter().filter_map(|(pair, printed, start)| Some((*pair, *printed, (*start)?)));
        let (pair, printed, start) = sorts.min_by_key(|(.., start)| *start)?;
        let end = source[start..].find(pair.1.as_str()).map_or(source.len(), |at| start + at + pair.1.len());
        Some((start, end, printed))
    }
}
