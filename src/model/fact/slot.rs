//! Fields by where their subject's schema has them: to compare two numbers costs a part of what two names do, and a number is
//! a part as large.

use std::sync::{LazyLock, OnceLock};

use super::FieldSchema;
use crate::model::subject::Subject;

/// Where a field stands in its subject's schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Slot(u16);

/// The most fields that a schema may have: a fact holds a bit for each.
#[cfg(test)]
pub(super) const MOST: usize = 128;

impl Slot {
    pub(super) fn index(self) -> usize {
        usize::from(self.0)
    }

    /// The one that stands there.
    #[cfg(test)]
    pub(super) fn of(at: usize) -> Self {
        Self(u16::try_from(at).expect("a place in a schema"))
    }
}

impl Subject {
    /// Where the field `name` stands in the schema.
    pub fn slot(self, name: &str) -> Option<Slot> {
        of(self, 0, name)
    }
}

/// Where the field `name` stands in the schema of `subject`; `first` is looked at before all others.
pub(super) fn of(subject: Subject, first: usize, name: &str) -> Option<Slot> {
    let fields = subject.schema().fields;
    let is = |at: usize| fields.get(at).is_some_and(|field| field.name == name);
    let at = if is(first) {
        first
    } else {
        let guess = table(subject).and_then(|table| table.get(hash(name))).map_or(0, |at| usize::from(*at));
        if is(guess) { guess } else { fields.iter().position(|field| field.name == name)? }
    };
    u16::try_from(at).ok().map(Slot)
}

/// How many places a table has.
const PLACES: usize = 256;

/// A place for each name; of names that have the same the last one is there, and the others are looked for.
fn table(subject: Subject) -> Option<&'static [u8; PLACES]> {
    // Made once for each subject that has facts.
    static TABLES: LazyLock<Vec<OnceLock<Box<[u8; PLACES]>>>> =
        LazyLock::new(|| Subject::ALL.iter().map(|_| OnceLock::new()).collect());
    let table = TABLES.get(subject as usize)?;
    Some(table.get_or_init(|| Box::new(filled(subject.schema().fields))))
}

fn filled(fields: &[FieldSchema]) -> [u8; PLACES] {
    let mut table = [0; PLACES];
    for (at, field) in fields.iter().enumerate() {
        if let Some(place) = table.get_mut(hash(field.name)) {
            *place = u8::try_from(at).unwrap_or(0);
        }
    }
    table
}

/// Length, first, middle and last byte: names of one schema seldom agree in all.
fn hash(name: &str) -> usize {
    let bytes = name.as_bytes();
    let byte = |at: usize| bytes.get(at).map_or(0, |byte| usize::from(*byte));
    (bytes.len() * 31 + byte(0) * 7 + byte(bytes.len() / 2) * 3 + byte(bytes.len().saturating_sub(1))) % PLACES
}

#[cfg(test)]
mod tests {
    use super::{MOST, of};
    use crate::model::subject::Subject;

    #[test]
    fn each_name_has_its_place() {
        for subject in Subject::ALL {
            let fields = subject.schema().fields;
            assert!(fields.len() <= MOST, "{} has more fields than a fact has bits", subject.schema().name);
            for (at, field) in fields.iter().enumerate() {
                for first in [0, at, fields.len()] {
                    assert_eq!(of(*subject, first, field.name).map(super::Slot::index), Some(at), "{}", field.name);
                }
            }
            assert_eq!(of(*subject, 0, "no field"), None);
        }
    }
}
