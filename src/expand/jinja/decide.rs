//! Which way a condition goes that nobody can know: every way, one variant each.
//!
//! The first variant takes every unknown condition for true, the second for false, further ones flip one condition of
//! the first each. Within a variant, the same condition always goes the same way.

use std::collections::HashMap;

/// The most variants of one template under one set of variables.
pub const MAX_VARIANTS: usize = 8;

/// The answers of one variant.
#[derive(Debug, Default)]
pub struct Decisions {
    /// The answer to a condition that was not met before; `None`: leave it unknown.
    pub fallback: Option<bool>,
    /// The condition, by the order of their first meeting, that gets the other answer.
    pub flip: Option<usize>,
    answers: HashMap<String, bool>,
    equal: HashMap<String, String>,
    met: usize,
}

impl Decisions {
    /// Leaves unknown conditions unknown.
    pub fn none() -> Self {
        Self::default()
    }

    /// The answers of variant `number`.
    pub fn variant(number: usize) -> Self {
        Self { fallback: Some(number != 1), flip: number.checked_sub(2), ..Self::default() }
    }

    /// How many conditions were met.
    pub fn met(&self) -> usize {
        self.met
    }

    /// The answer to the condition written as `key`.
    pub fn decide(&mut self, key: &str) -> Option<bool> {
        let fallback = self.fallback?;
        if let Some(answer) = self.answers.get(key) {
            return Some(*answer);
        }
        let answer = fallback != (self.flip == Some(self.met));
        self.met += 1;
        self.answers.insert(key.to_owned(), answer);
        Some(answer)
    }

    /// The answer to `left == constant`: what equals one constant equals no other.
    pub fn decide_equal(&mut self, left: &str, constant: &str) -> Option<bool> {
        self.fallback?;
        if let Some(known) = self.equal.get(left) {
            return Some(known == constant);
        }
        let answer = self.decide(&format!("{left} == {constant}"))?;
        if answer {
            self.equal.insert(left.to_owned(), constant.to_owned());
        }
        Some(answer)
    }
}
