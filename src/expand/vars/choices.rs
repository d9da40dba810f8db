//! Definitions that exclude each other: which one an evaluation takes, and which others there are.
//!
//! A fact that tasks set under conditions, a file of variables that is chosen by the host's system, the item of a loop:
//! each has several values, one at a time. An evaluation takes the first of each and notes the rest, so that the caller
//! can evaluate again. What depends on the same condition is chosen together.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most alternatives that are followed.
pub(crate) const MAX_ALTERNATIVES: usize = 12;

/// Conditions that are taken for true or false.
pub(crate) type Preset = Vec<(Arc<str>, bool)>;

/// A list of alternatives that was met, what was taken, and whether none of them would do as well.
type Met = (Vec<Arc<str>>, Option<usize>, bool);

/// What one evaluation takes.
#[derive(Debug, Default)]
pub(crate) struct Choices {
    /// What holds for all evaluations of the one at hand.
    given: Preset,
    taken: RefCell<BTreeMap<Arc<str>, bool>>,
    met: RefCell<Vec<Met>>,
}

impl Choices {
    /// Starts with what is `given`, and with `preset`.
    pub(crate) fn with(given: &Preset, preset: &Preset) -> Self {
        let taken = preset.iter().chain(given).cloned().collect();
        Self { given: given.clone(), taken: RefCell::new(taken), met: RefCell::default() }
    }

    /// What holds for all evaluations.
    pub(super) fn given(&self) -> &Preset {
        &self.given
    }

    /// The alternative that counts, by its number; `None` where none does, which is possible where it is `open`.
    pub(super) fn pick(&self, conditions: &[Arc<str>], open: bool) -> Option<usize> {
        let mut taken = self.taken.borrow_mut();
        let sure = conditions.iter().position(|c| taken.get(c) == Some(&true));
        let left = || conditions.iter().position(|c| taken.get(c) != Some(&false));
        let picked = sure.or_else(left).or_else(|| (!open).then(|| conditions.len().saturating_sub(1)));
        for (i, condition) in conditions.iter().enumerate() {
            taken.entry(Arc::clone(condition)).or_insert(Some(i) == picked);
        }
        let mut met = self.met.borrow_mut();
        if !met.iter().any(|(m, _, _)| m == conditions) {
            met.push((conditions.to_vec(), picked, open));
        }
        picked
    }

    /// What to start with for each other alternative, one at a time.
    pub(crate) fn others(&self) -> Vec<Preset> {
        let mut all: Vec<Preset> = Vec::new();
        let held = |preset: &Preset| preset.iter().find(|(_, holds)| *holds).map(|(c, _)| Arc::clone(c));
        let against = |p: &Preset| p.iter().any(|(c, holds)| self.given.iter().any(|(g, is)| g == c && is != holds));
        let mut add = |preset: Preset| {
            // What holds decides; what does not hold follows from it.
            let same = |p: &Preset| *p == preset || held(p).is_some() && held(p) == held(&preset);
            if all.len() < MAX_ALTERNATIVES && !all.iter().any(same) && !against(&preset) {
                all.push(preset);
            }
        };
        for (conditions, picked, open) in self.met.borrow().iter() {
            for (i, condition) in conditions.iter().enumerate().filter(|(i, _)| Some(*i) != *picked) {
                let not = conditions.iter().enumerate().filter(|(j, _)| *j != i).map(|(_, c)| (Arc::clone(c), false));
                add(std::iter::once((Arc::clone(condition), true)).chain(not).collect());
            }
            if *open && picked.is_some() {
                add(conditions.iter().map(|c| (Arc::clone(c), false)).collect());
            }
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> Vec<Arc<str>> {
        all.iter().map(|n| Arc::from(*n)).collect()
    }

    #[test]
    fn what_shares_a_condition_is_chosen_together() {
        let first = Choices::default();
        assert_eq!(first.pick(&names(&["debian", "redhat"]), false), Some(0));
        assert_eq!(first.pick(&names(&["redhat"]), true), None);
        let others = first.others();
        assert_eq!(others.len(), 1);
        let second = Choices::with(&Preset::new(), &others[0]);
        assert_eq!(second.pick(&names(&["redhat"]), true), Some(0));
        assert_eq!(second.pick(&names(&["debian", "redhat"]), false), Some(1));
    }

    #[test]
    fn what_is_given_has_no_alternative() {
        let given: Preset = vec![("a".into(), true)];
        let first = Choices::with(&given, &Preset::new());
        assert_eq!(first.pick(&names(&["b", "a"]), true), Some(1));
        assert!(first.others().is_empty());
    }

    #[test]
    fn none_is_an_alternative_where_a_weaker_definition_stands() {
        let first = Choices::default();
        assert_eq!(first.pick(&names(&["a"]), true), Some(0));
        let others = first.others();
        assert_eq!(Choices::with(&Preset::new(), &others[0]).pick(&names(&["a"]), true), None);
    }
}
