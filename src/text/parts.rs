//! What a [`Text`](super::Text) is stored as: characters that many texts share, and few pieces without an allocation.
//!
//! A document's scalars are slices of the document. To copy each would cost more than to read it.

use std::sync::Arc;

use super::{Piece, PieceKind};
use crate::source::Span;

/// A part of characters that others may share. Sources and what is made of them are shorter than 4 GiB.
#[derive(Clone)]
pub(super) struct Shared {
    whole: Arc<str>,
    start: u32,
    end: u32,
}

impl Shared {
    /// The characters from `start` on up to `end`, which are boundaries.
    pub(super) fn part(&self, start: usize, end: usize) -> Self {
        let at = |n: usize| self.start.saturating_add(u32::try_from(n).unwrap_or(u32::MAX));
        Self { whole: Arc::clone(&self.whole), start: at(start), end: at(end) }
    }
}

impl From<Arc<str>> for Shared {
    fn from(whole: Arc<str>) -> Self {
        let end = u32::try_from(whole.len()).unwrap_or(u32::MAX);
        Self { whole, start: 0, end }
    }
}

impl std::ops::Deref for Shared {
    type Target = str;

    fn deref(&self) -> &str {
        self.whole.get(self.start as usize..self.end as usize).unwrap_or_default()
    }
}

impl PartialEq for Shared {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Shared {}

impl std::fmt::Debug for Shared {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&**self, f)
    }
}

/// The pieces of a text. Most texts are one literal.
#[derive(Debug, Clone)]
pub(super) enum Pieces {
    /// None, or one.
    Few(Option<Piece>),
    /// More.
    Many(Arc<[Piece]>),
}

impl Pieces {
    /// One literal of `length` bytes at `span`.
    pub(super) fn literal(length: usize, span: Span) -> Self {
        Self::Few((length > 0).then_some(Piece { range: 0..length, span, kind: PieceKind::Literal }))
    }
}

impl From<Vec<Piece>> for Pieces {
    fn from(mut pieces: Vec<Piece>) -> Self {
        if pieces.len() > 1 { Self::Many(pieces.into()) } else { Self::Few(pieces.pop()) }
    }
}

impl std::ops::Deref for Pieces {
    type Target = [Piece];

    fn deref(&self) -> &[Piece] {
        match self {
            Self::Few(piece) => piece.as_slice(),
            Self::Many(pieces) => pieces,
        }
    }
}

impl PartialEq for Pieces {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl Eq for Pieces {}

/// The bit of `Text::uses` that says that something in it is not known.
pub(super) const OPEN: u32 = 1 << 31;

/// How many variables `pieces` use, those in values of others included, and whether something is not known.
pub(super) fn uses(pieces: &[Piece]) -> u32 {
    let of = |piece: &Piece| match &piece.kind {
        PieceKind::Variable(variable) => variable.value.as_ref().map_or(OPEN, |value| value.uses).saturating_add(1),
        PieceKind::Literal => 0,
        PieceKind::Opaque(_) => OPEN,
    };
    let add = |all: u32, of: u32| (all & !OPEN).saturating_add(of & !OPEN).min(OPEN - 1) | (all | of) & OPEN;
    pieces.iter().map(of).fold(0, add)
}
