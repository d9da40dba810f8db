//! `Text`: characters that know where they were written and which of them are known.
//!
//! Every value that a rule can look at is a `Text`: the whole of a template after its expansion, one YAML scalar, one
//! word of a shell command, the tag of an image. It is cut, never copied out of its places, so the tag of
//! `redis:${TAG:-latest}` still points at the variable and at its default. Which variables have values is
//! decided in `expand`; this file only keeps the answer.

mod builder;
mod definitions;
mod parts;
pub(crate) mod path;
pub(crate) mod search;
pub(crate) mod slip;

use std::ops::Range;
use std::sync::Arc;

use crate::source::Span;
use parts::{OPEN, Pieces, Shared, uses};

pub use builder::Builder;
pub use definitions::Definitions;

/// Stands in [`Text::value`] for each piece whose value is not known.
///
/// One private-use character, so that YAML, shell and Dockerfile parsers take it as part of a word. Whether a character
/// is such a stand-in is decided by the pieces, never by looking for this character.
pub const UNKNOWN: char = '\u{F8FF}';

/// About how many definitions a place names; nobody reads more, and values of values of values may have any number.
const MAX_DEFINITIONS: usize = 16;

/// A value, made of pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    value: Shared,
    pieces: Pieces,
    span: Span,
    /// How many variables it uses, those in values of others included: what a walk over all of them costs.
    uses: u32,
}

/// A part of a [`Text`] that comes from one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// The bytes of the text's value that this piece makes.
    pub range: Range<usize>,
    /// Where it is written: the literal itself, or the whole expression (`${X:-d}`, `{{ x }}`).
    pub span: Span,
    /// What it is.
    pub kind: PieceKind,
}

/// What a [`Piece`] is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PieceKind {
    /// Characters as written. Where value and span differ in length (an escape), the whole stands for the whole.
    Literal,
    /// The value of a variable or of an expression over variables.
    Variable(Arc<Variable>),
    /// Something that is not known and has no name, with the reason in words.
    Opaque(Arc<str>),
}

/// A use of a variable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variable {
    /// The variable's name; for an expression over several, the first one.
    pub name: String,
    /// All names that the expression reads, `name` included.
    pub names: Vec<String>,
    /// Who expands it.
    pub syntax: Syntax,
    /// The value, with its own places; `None` where it is not known. Its value is what the piece's range holds.
    pub value: Option<Text>,
    /// Where the value came from.
    pub provenance: Provenance,
    /// Whether the value is a secret by its nature (vault-encrypted, a secret store).
    pub secret: bool,
}

/// Who expands a variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Syntax {
    /// `${X}` by docker compose.
    Compose,
    /// `{{ x }}` by Jinja.
    Jinja,
    /// `$X` by a shell, when the command runs.
    Shell,
    /// `os.environ/X` by LiteLLM.
    LiteLlm,
    /// `$X` by `docker build` (ARG, ENV).
    Docker,
    /// `%i` or `$X` by systemd.
    Systemd,
    /// `${X}` by OpenClaw.
    OpenClaw,
}

/// Where a variable's value came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Provenance {
    /// Defined somewhere that we read.
    Defined,
    /// Not defined; the expression's own default stands.
    Default,
    /// Defined nowhere that we read, and no default.
    Undefined,
    /// Defined nowhere that we read, and whoever expands it stops there (`${X:?}`).
    Required,
    /// Computed at run time, or past what we evaluate.
    Dynamic,
}

/// Where something is, with the other places that explain it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The place to underline.
    pub span: Span,
    /// Where the values of its variables were written, with the variable's name.
    pub definitions: Definitions,
}

impl Text {
    /// `value` as written at `span`, byte for byte.
    pub fn literal(value: impl Into<Arc<str>>, span: Span) -> Self {
        let value = Shared::from(value.into());
        Self { pieces: Pieces::literal(value.len(), span), value, span, uses: 0 }
    }

    /// The use at `span` of a variable.
    pub fn variable(variable: Variable, span: Span) -> Self {
        let mut builder = Builder::new(span);
        builder.variable(variable, span);
        builder.finish()
    }

    /// Something at `span` that is not known, and why.
    pub fn opaque(why: impl Into<Arc<str>>, span: Span) -> Self {
        let mut builder = Builder::new(span);
        builder.opaque(why, span);
        builder.finish()
    }

    /// The characters, with [`UNKNOWN`] for each unknown piece. For parsers; rules ask [`Text::known`].
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The pieces, in order; their ranges tile the value.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Where the whole is written.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The same text, said to be written at `span` (a quoted scalar with its quotes, say).
    #[must_use]
    pub fn with_span(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// The characters, where all of them are known.
    pub fn known(&self) -> Option<&str> {
        self.is_known().then_some(&*self.value)
    }

    /// Whether all pieces are known.
    pub fn is_known(&self) -> bool {
        self.uses & OPEN == 0
    }

    /// Whether the text has no characters, known or not.
    pub fn is_empty(&self) -> bool {
        self.value.is_empty()
    }

    /// Whether all of it is written out: no variable, nothing unknown.
    pub fn is_literal(&self) -> bool {
        self.pieces.iter().all(|p| matches!(p.kind, PieceKind::Literal))
    }

    /// The part of the value in `range`, with its places. Bounds are moved inwards to character boundaries.
    #[must_use]
    pub fn slice(&self, range: Range<usize>) -> Text {
        let end = floor(&self.value, range.end);
        let start = floor(&self.value, range.start).min(end);
        if start == 0 && end == self.value.len() {
            return self.clone();
        }
        let value = self.value.part(start, end);
        // A file that is no template: each byte stands where it is written.
        if let [Piece { range: whole, span, kind: PieceKind::Literal }] = &*self.pieces
            && span.len() == whole.len()
        {
            let first = span.start as usize;
            let span = Span::new(span.source, first + start, first + end);
            return Text { value, uses: 0, pieces: Pieces::literal(end - start, span), span };
        }
        let span = self.span_at(start..end);
        let pieces = match &*self.pieces {
            [piece] => {
                let within = piece.range.end > start && piece.range.start < end;
                Pieces::Few(within.then(|| piece.cut(start, end)))
            }
            pieces => {
                let first = pieces.partition_point(|p| p.range.end <= start);
                let cut = pieces[first..].iter().take_while(|p| p.range.start < end);
                Pieces::from(cut.map(|p| p.cut(start, end)).collect::<Vec<_>>())
            }
        };
        Text { value, uses: uses(&pieces), pieces, span }
    }

    /// Where the bytes `range` of the value are written. An empty range gives an empty span there.
    pub fn span_at(&self, range: Range<usize>) -> Span {
        // A file that is no template: each byte stands where it is written.
        if let [Piece { range: whole, span, kind: PieceKind::Literal }] = &*self.pieces
            && span.len() == whole.len()
        {
            let at = |at: usize| span.start as usize + at.clamp(whole.start, whole.end) - whole.start;
            let start = at(range.start);
            return Span::new(span.source, start, if range.is_empty() { start } else { at(range.end) });
        }
        let start = self.offset(range.start, false);
        if range.is_empty() {
            return Span { end: start.start, ..start };
        }
        start.to(self.offset(range.end, true))
    }

    /// The place of the whole, with the definitions of its variables.
    pub fn place(&self) -> Place {
        let mut definitions = Vec::new();
        self.collect_definitions(&mut definitions);
        Place { span: self.span, definitions: definitions.into() }
    }

    /// All variables that it uses, those in values and defaults of others included, outermost first.
    pub fn variables(&self) -> Vec<&Variable> {
        let mut found = Vec::new();
        self.collect_variables(&mut found);
        found
    }

    /// The text for people: unknown variables by name as they would be written.
    pub fn display(&self) -> String {
        let mut out = String::with_capacity(self.value.len());
        for piece in self.pieces.iter() {
            match &piece.kind {
                PieceKind::Variable(v) if v.value.is_none() => out.push_str(&v.written()),
                PieceKind::Opaque(_) => out.push('…'),
                PieceKind::Variable(v) => out.push_str(&v.value.as_ref().map(Text::display).unwrap_or_default()),
                PieceKind::Literal => out.push_str(&self.value[piece.range.clone()]),
            }
        }
        out
    }

    /// Splits at the first `delimiter` that is written out or known.
    pub fn split_once(&self, delimiter: char) -> Option<(Text, Text)> {
        let at = self.value.find(delimiter)?;
        Some((self.slice(0..at), self.slice(at + delimiter.len_utf8()..self.value.len())))
    }

    /// Splits at the last `delimiter` that is written out or known.
    pub fn rsplit_once(&self, delimiter: char) -> Option<(Text, Text)> {
        let at = self.value.rfind(delimiter)?;
        Some((self.slice(0..at), self.slice(at + delimiter.len_utf8()..self.value.len())))
    }

    /// The text without surrounding white space.
    #[must_use]
    pub fn trim(&self) -> Text {
        let start = self.value.len() - self.value.trim_start().len();
        self.slice(start..start.max(self.value.trim_end().len()))
    }

    fn offset(&self, at: usize, end: bool) -> Span {
        let index = if end {
            self.pieces.partition_point(|p| p.range.end < at)
        } else {
            self.pieces.partition_point(|p| p.range.end <= at)
        };
        let Some(piece) = self.pieces.get(index).or(self.pieces.last()) else {
            return Span { end: self.span.start, ..self.span };
        };
        match (&piece.kind, piece.span.len() == piece.range.len()) {
            (PieceKind::Literal, true) => {
                let start =
                    piece.span.start as usize + (at.clamp(piece.range.start, piece.range.end) - piece.range.start);
                Span::new(piece.span.source, start, start)
            }
            _ if end => piece.span,
            _ if at >= piece.range.end => Span { start: piece.span.end, ..piece.span },
            _ => piece.span,
        }
    }

    fn collect_definitions(&self, into: &mut Vec<(String, Span)>) {
        for piece in self.pieces.iter() {
            let PieceKind::Variable(variable) = &piece.kind else { continue };
            let Some(value) = &variable.value else { continue };
            let entry = (variable.name.clone(), value.span);
            if !piece.span.contains(value.span) && !into.contains(&entry) {
                into.push(entry);
            }
            if into.len() < MAX_DEFINITIONS {
                value.collect_definitions(into);
            }
        }
    }

    fn collect_variables<'a>(&'a self, into: &mut Vec<&'a Variable>) {
        for piece in self.pieces.iter() {
            let PieceKind::Variable(variable) = &piece.kind else { continue };
            into.push(variable);
            if let Some(value) = &variable.value {
                value.collect_variables(into);
            }
        }
    }
}

impl Piece {
    /// Whether the characters of this piece are known.
    pub fn is_known(&self) -> bool {
        match &self.kind {
            PieceKind::Literal => true,
            PieceKind::Variable(variable) => variable.value.as_ref().is_some_and(Text::is_known),
            PieceKind::Opaque(_) => false,
        }
    }

    /// The part of this piece within `start..end` of the old value, moved so that `start` becomes 0.
    fn cut(&self, start: usize, end: usize) -> Piece {
        let from = self.range.start.max(start);
        let to = self.range.end.min(end);
        let range = from - start..to - start;
        let inner = from - self.range.start..to - self.range.start;
        if inner.start == 0 && inner.end == self.range.len() {
            return Piece { range, span: self.span, kind: self.kind.clone() };
        }
        match &self.kind {
            PieceKind::Literal if self.span.len() == self.range.len() => {
                let at = self.span.start as usize;
                let span = Span::new(self.span.source, at + inner.start, at + inner.end);
                Piece { range, span, kind: PieceKind::Literal }
            }
            PieceKind::Variable(variable) => {
                let value = variable.value.as_ref().map(|v| v.slice(inner));
                let kind = PieceKind::Variable(Arc::new(Variable { value, ..(**variable).clone() }));
                Piece { range, span: self.span, kind }
            }
            kind => Piece { range, span: self.span, kind: kind.clone() },
        }
    }
}

impl Variable {
    /// A variable that is expanded by `syntax` and has no known value.
    pub fn unknown(name: impl Into<String>, syntax: Syntax, provenance: Provenance) -> Self {
        let name = name.into();
        Self { names: vec![name.clone()], name, syntax, value: None, provenance, secret: false }
    }

    /// A variable with a value that was written somewhere.
    pub fn known(name: impl Into<String>, syntax: Syntax, value: Text, provenance: Provenance) -> Self {
        Self { value: Some(value), ..Self::unknown(name, syntax, provenance) }
    }

    /// The variable as its own syntax writes it, for messages.
    pub fn written(&self) -> String {
        match self.syntax {
            Syntax::Jinja => format!("{{{{ {} }}}}", self.name),
            Syntax::LiteLlm => format!("os.environ/{}", self.name),
            Syntax::Compose | Syntax::Shell | Syntax::Docker | Syntax::Systemd | Syntax::OpenClaw => {
                format!("${{{}}}", self.name)
            }
        }
    }
}

fn floor(value: &str, at: usize) -> usize {
    let mut at = at.min(value.len());
    while !value.is_char_boundary(at) {
        at -= 1;
    }
    at
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;
