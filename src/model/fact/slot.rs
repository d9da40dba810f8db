//! Fields by where their subject's schema has them: to compare two numbers costs a part of what two names do, and a number is
//! a part as large.

use super::FieldSchema;
use crate::model::subject::Subject;

/// Where a field stands in its subject's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(u16);

impl Slot {
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }
}

impl Subject {
    /// Where the field `name` stands in the schema.
    pub fn slot(self, name: &str) -> Option<Slot> {
        of(self, 0, name)
    }
}

/// Where the field `name` stands in the schema of `subject`, looked for from `first` on and then before it.
pub(super) fn of(subject: Subject, first: usize, name: &str) -> Option<Slot> {
    let fields = subject.schema().fields;
    let (before, behind) = fields.split_at_checked(first).unwrap_or((fields, &[]));
    let is = |field: &FieldSchema| field.name == name;
    let at = behind.iter().position(is).map(|at| at + before.len()).or_else(|| before.iter().position(is))?;
    u16::try_from(at).ok().map(Slot)
}
