//! Builds a [`Text`]; what texts are and how they are cut is in `text`.

use std::fmt::Write as _;
use std::sync::Arc;

use super::{OPEN, Piece, PieceKind, Text, UNKNOWN, Variable, uses};
use crate::source::Span;

/// The longest value of a variable, in bytes. A process's environment takes 128 KiB a variable.
const MAX_VALUE: usize = 1024 * 1024;

/// The longest text that variables may grow, in bytes: twice the largest file.
const MAX_LENGTH: usize = 16 * 1024 * 1024;

/// The most variables in the value of a variable, those in their values included. With two uses of a variable in each
/// value, thirty lines of an env file would make a thousand million.
const MAX_USES: u32 = 200;

/// Builds a [`Text`] piece by piece.
#[derive(Debug)]
pub struct Builder {
    value: String,
    pieces: Vec<Piece>,
    span: Span,
}

impl Builder {
    /// An empty text, written at `span`.
    pub fn new(span: Span) -> Self {
        Self { value: String::new(), pieces: Vec::new(), span }
    }

    /// Adds `value`, which stands at `span`. Adjoining literals become one piece.
    pub fn literal(&mut self, value: &str, span: Span) {
        if value.is_empty() {
            return;
        }
        let start = self.value.len();
        self.value.push_str(value);
        let exact = span.len() == value.len();
        if let Some(last) = self.pieces.last_mut() {
            let joins = matches!(last.kind, PieceKind::Literal)
                && exact
                && last.span.len() == last.range.len()
                && last.span.source == span.source
                && last.span.end == span.start;
            if joins {
                last.range.end = self.value.len();
                last.span.end = span.end;
                return;
            }
        }
        self.push(start, span, PieceKind::Literal);
    }

    /// Adds `value`, which was made from what stands at `span` and is not what stands there.
    ///
    /// A literal whose span has the same length is taken to be the same characters, so one that happens to be as long
    /// is kept in two halves that each stand for the whole.
    pub fn derived(&mut self, value: &str, span: Span) {
        if value.len() != span.len() {
            return self.literal(value, span);
        }
        let half = value.char_indices().nth(1).map_or(0, |(at, _)| at);
        if half == 0 {
            return self.literal(value, Span { end: span.start, ..span });
        }
        self.literal(&value[..half], span);
        self.literal(&value[half..], span);
    }

    /// Adds the use of a variable at `span`. A value that is too long is left out, as if it were not known.
    pub fn variable(&mut self, mut variable: Variable, span: Span) {
        let start = self.value.len();
        let fits = |value: &Text| value.value.len() <= MAX_VALUE && start + value.value.len() <= MAX_LENGTH;
        variable.value = variable.value.filter(fits).map(flat);
        match &variable.value {
            Some(value) => self.value.push_str(&value.value),
            None => self.value.push(UNKNOWN),
        }
        self.push(start, span, PieceKind::Variable(Arc::new(variable)));
    }

    /// Adds something unknown at `span`, and why it is.
    pub fn opaque(&mut self, why: impl Into<Arc<str>>, span: Span) {
        let start = self.value.len();
        self.value.push(UNKNOWN);
        self.push(start, span, PieceKind::Opaque(why.into()));
    }

    /// Adds all pieces of `text`.
    pub fn text(&mut self, text: &Text) {
        for piece in text.pieces.iter() {
            if matches!(piece.kind, PieceKind::Literal) {
                self.literal(&text.value[piece.range.clone()], piece.span);
                continue;
            }
            let start = self.value.len();
            let _ = write!(self.value, "{}", &text.value[piece.range.clone()]);
            self.push(start, piece.span, piece.kind.clone());
        }
    }

    /// How many bytes the value has so far.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// Whether nothing was added.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// The text so far.
    pub fn peek(&self) -> Text {
        let value: Arc<str> = self.value.as_str().into();
        Text { value: value.into(), uses: uses(&self.pieces), pieces: self.pieces.clone().into(), span: self.span }
    }

    /// The finished text.
    pub fn finish(self) -> Text {
        let value: Arc<str> = self.value.into();
        Text { value: value.into(), uses: uses(&self.pieces), pieces: self.pieces.into(), span: self.span }
    }

    fn push(&mut self, start: usize, span: Span, kind: PieceKind) {
        self.pieces.push(Piece { range: start..self.value.len(), span, kind });
    }
}

/// `value` without what it was made of, where that is too much to walk over.
fn flat(value: Text) -> Text {
    if value.uses & !OPEN <= MAX_USES {
        return value;
    }
    let mut out = Builder::new(value.span);
    match value.known() {
        Some(known) => out.derived(known, value.span),
        None => out.opaque("made of too many variables", value.span),
    }
    out.finish()
}
