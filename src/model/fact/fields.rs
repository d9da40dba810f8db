//! The fields of one fact: in the order of their setting, and found without a walk over them.
//!
//! Most facts set their fields in the order of their schema; where a field of this beginning stands is counted from a bit for
//! each. Those that are set out of order stand behind it and are looked through.

use super::slot::Slot;
use super::{Field, Value};

/// Fields, each with its place in the schema. A list, because a fact has few fields and there are many facts.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    all: Vec<(Slot, Field)>,
    /// A bit for each slot that is set.
    set: u128,
    /// The same for the beginning of `all` that is in the order of the schema.
    ordered: u128,
}

impl Fields {
    /// None, with room for so many.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { all: Vec::with_capacity(count), set: 0, ordered: 0 }
    }

    /// Gives back what room is left.
    pub(super) fn shrink(&mut self) {
        if self.all.capacity() > self.all.len() {
            // To shrink a list is left to the allocator, which leaves it be.
            let mut exact = Vec::with_capacity(self.all.len());
            exact.append(&mut self.all);
            self.all = exact;
        }
    }

    /// The slot that follows the one that was set last.
    pub(super) fn next(&self) -> usize {
        self.all.last().map_or(0, |(slot, _)| slot.index() + 1)
    }

    /// The field at `slot`.
    pub(super) fn get(&self, slot: Slot) -> Option<&Field> {
        self.all.get(self.position(slot)?).map(|(_, field)| field)
    }

    /// Sets the field at `slot`; one that is null and stands nowhere is left out.
    pub(super) fn put(&mut self, slot: Slot, field: Field) {
        let absent = matches!(field.value, Value::Null) && field.place.is_none();
        match (self.position(slot), absent) {
            (Some(at), true) => {
                self.all.remove(at);
                self.count();
            }
            (Some(at), false) => {
                if let Some((_, known)) = self.all.get_mut(at) {
                    *known = field;
                }
            }
            (None, true) => {}
            (None, false) => {
                self.add(self.all.len(), slot);
                self.all.push((slot, field));
            }
        }
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &(Slot, Field)> {
        self.all.iter()
    }

    fn position(&self, slot: Slot) -> Option<usize> {
        let bit = slot.bit();
        if self.set & bit == 0 {
            return None;
        }
        if self.ordered & bit != 0 {
            return usize::try_from((self.ordered & (bit - 1)).count_ones()).ok();
        }
        let first = self.beginning();
        self.all.iter().skip(first).position(|(known, _)| *known == slot).map(|at| at + first)
    }

    /// How many fields are in the order of the schema.
    fn beginning(&self) -> usize {
        usize::try_from(self.ordered.count_ones()).unwrap_or(0)
    }

    /// Notes that `slot` stands at `at`, behind all others.
    fn add(&mut self, at: usize, slot: Slot) {
        let bit = slot.bit();
        self.set |= bit;
        if at == self.beginning() && self.ordered < bit {
            self.ordered |= bit;
        }
    }

    /// Notes anew what stands where.
    fn count(&mut self) {
        (self.set, self.ordered) = (0, 0);
        let slots: Vec<Slot> = self.all.iter().map(|(slot, _)| *slot).collect();
        slots.into_iter().enumerate().for_each(|(at, slot)| self.add(at, slot));
    }
}

#[cfg(test)]
mod tests {
    use crate::model::fact::{Fact, Value};
    use crate::model::subject::Subject;
    use crate::source::{Source, Sources, Span};

    #[test]
    fn fields_are_found_in_whatever_order_they_are_set() {
        let span = Span::new(Sources::default().add(Source::new("a", None, "")), 0, 0);
        let names: Vec<&str> = Subject::Credential.schema().fields.iter().map(|field| field.name).collect();
        let mut fact = Fact::new(Subject::Credential, span.into());
        let mut order = Vec::new();
        for name in [3, 5, 1, 7, 9, 2, 5].map(|at| names[at]) {
            fact.set(name, true.into());
            if !order.contains(&name) {
                order.push(name);
            }
        }
        fact.set(names[5], Value::Null.into());
        order.retain(|name| *name != names[5]);
        fact.set(names[8], true.into());
        order.push(names[8]);
        assert_eq!(fact.fields().map(|(name, _)| name).collect::<Vec<_>>(), order);
        for name in names {
            assert_eq!(fact.field(name).is_some(), order.contains(&name), "{name}");
        }
    }
}
