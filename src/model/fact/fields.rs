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
    /// The slots that are set.
    set: Bits,
    /// The same for the beginning of `all` that is in the order of the schema.
    ordered: Bits,
}

/// A bit for each slot of a schema, in two halves: to count the bits of both at once costs many times as much.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Bits {
    low: u64,
    high: u64,
}

impl Bits {
    fn has(self, slot: Slot) -> bool {
        let (at, half) = self.half(slot);
        half >> at & 1 == 1
    }

    fn add(&mut self, slot: Slot) {
        let bit = 1 << (slot.index() % 64);
        if slot.index() < 64 { self.low |= bit } else { self.high |= bit }
    }

    /// How many there are before `slot`.
    fn before(self, slot: Slot) -> u32 {
        let (at, half) = self.half(slot);
        let all = if slot.index() < 64 { 0 } else { self.low.count_ones() };
        all + (half & ((1 << at) - 1)).count_ones()
    }

    /// Whether all are before `slot`.
    fn end_before(self, slot: Slot) -> bool {
        let (at, half) = self.half(slot);
        half >> at == 0 && (slot.index() >= 64 || self.high == 0)
    }

    fn count(self) -> u32 {
        self.low.count_ones() + self.high.count_ones()
    }

    fn half(self, slot: Slot) -> (usize, u64) {
        (slot.index() % 64, if slot.index() < 64 { self.low } else { self.high })
    }
}

impl Fields {
    /// None, with room for so many.
    pub(super) fn with_capacity(count: usize) -> Self {
        Self { all: Vec::with_capacity(count), set: Bits::default(), ordered: Bits::default() }
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
        // Most are set in the order of the schema: behind the last one, which nobody has to look for.
        if self.set == self.ordered && self.set.end_before(slot) {
            if !absent {
                self.set.add(slot);
                self.ordered = self.set;
                self.all.push((slot, field));
            }
            return;
        }
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
        if !self.set.has(slot) {
            return None;
        }
        if self.ordered.has(slot) {
            return usize::try_from(self.ordered.before(slot)).ok();
        }
        let first = self.beginning();
        self.all.iter().skip(first).position(|(known, _)| *known == slot).map(|at| at + first)
    }

    /// How many fields are in the order of the schema.
    fn beginning(&self) -> usize {
        usize::try_from(self.ordered.count()).unwrap_or(0)
    }

    /// Notes that `slot` stands at `at`, behind all others.
    fn add(&mut self, at: usize, slot: Slot) {
        self.set.add(slot);
        if at == self.beginning() && self.ordered.end_before(slot) {
            self.ordered.add(slot);
        }
    }

    /// Notes anew what stands where.
    fn count(&mut self) {
        (self.set, self.ordered) = (Bits::default(), Bits::default());
        let slots: Vec<Slot> = self.all.iter().map(|(slot, _)| *slot).collect();
        slots.into_iter().enumerate().for_each(|(at, slot)| self.add(at, slot));
    }
}

#[cfg(test)]
mod tests {
    use super::Bits;
    use crate::model::fact::slot::{MOST, Slot};
    use crate::model::fact::{Fact, Value};
    use crate::model::subject::Subject;
    use crate::source::{Source, Sources, Span};

    #[test]
    fn slots_are_counted_in_both_halves() {
        let mut bits = Bits::default();
        let slots = [0, 1, 62, 63, 64, 65, MOST - 1].map(Slot::of);
        for (count, slot) in slots.into_iter().enumerate() {
            assert!(!bits.has(slot) && bits.end_before(slot), "{slot:?}");
            bits.add(slot);
            assert!(bits.has(slot) && !bits.end_before(slot), "{slot:?}");
            assert_eq!(
                (bits.before(slot), bits.count()),
                (u32::try_from(count).unwrap_or(0), u32::try_from(count + 1).unwrap_or(0)),
                "{slot:?}"
            );
        }
        assert_eq!(bits.before(Slot::of(64)), 4);
        assert!(!bits.end_before(Slot::of(2)) && !bits.end_before(Slot::of(64)));
    }

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
