//! Contradictions between parts of a template that stand under different conditions.
//!
//! A template's first variant takes all unknown conditions for true, further ones take one of them for false. A
//! contradiction that goes away with either of two conditions needs both to be true at once, and nobody knows whether
//! a deployment does that: whoever writes such a template means one or the other.

use std::collections::{BTreeSet, HashMap};

use crate::document::Document;
use crate::problem::{Problem, ProblemKind};
use crate::source::Span;

/// In how many variants of its templates a contradiction is missing, when it is there by all conditions together only:
/// in that without any condition, and in that without the one and without the other.
const BOTH: usize = 3;

/// The contradictions of all variants.
#[derive(Debug, Default)]
pub(super) struct Branches {
    variants: HashMap<String, usize>,
    seen: HashMap<(String, Span), usize>,
    files: HashMap<Span, BTreeSet<String>>,
}

impl Branches {
    /// Takes the problems of one variant, which is made of `documents`.
    pub(super) fn see(&mut self, documents: &[&Document], problems: &[Problem]) {
        let key: String = documents.iter().map(|d| d.path.as_str()).collect::<Vec<_>>().join("\n");
        *self.variants.entry(key.clone()).or_default() += 1;
        let places: BTreeSet<Span> = problems.iter().filter(|p| contradiction(p)).map(|p| p.span).collect();
        for place in places {
            *self.seen.entry((key.clone(), place)).or_default() += 1;
            self.files.entry(place).or_default().insert(key.clone());
        }
    }

    /// Makes those problems undecided that two conditions have to hold for.
    pub(super) fn doubt(&self, problems: &mut [Problem]) {
        for problem in problems.iter_mut().filter(|p| contradiction(p)) {
            let Some(files) = self.files.get(&problem.span) else { continue };
            let missing = |key: &String| {
                let all = self.variants.get(key).copied().unwrap_or_default();
                all.saturating_sub(self.seen.get(&(key.clone(), problem.span)).copied().unwrap_or_default())
            };
            if files.iter().all(|key| missing(key) >= BOTH) {
                *problem = problem.clone().doubt("whether both conditions of the template hold at once".to_owned());
            }
        }
    }
}

fn contradiction(problem: &Problem) -> bool {
    problem.kind == ProblemKind::InvalidValue
}
