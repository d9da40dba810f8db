//! A bounded run of what `fuzz/` runs without end: each target on its seeds, damaged as a fixed seed says, and on each input
//! that once broke it.

#![allow(clippy::expect_used)] // Test code outside of test functions.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::fuzzed::{TARGETS, repository, trees};
use crate::robustness::{Dice, damage};

/// How many damaged seeds each target takes.
const STEPS: u64 = 30;

#[test]
fn each_target_takes_damaged_seeds() {
    let trees = trees();
    for target in &TARGETS {
        let seeds = target.seeds(&trees);
        assert!(seeds.len() >= 2, "{} has {} seeds", target.name, seeds.len());
        for step in 0..STEPS {
            let mut dice = Dice(step);
            let input = damage(&seeds[dice.roll(seeds.len())], &mut dice);
            let held = catch_unwind(AssertUnwindSafe(|| target.run(&input)));
            assert!(held.is_ok(), "{} step {step}: {:?}", target.name, String::from_utf8_lossy(&input));
        }
    }
}

#[test]
fn what_once_broke_a_target_breaks_it_no_more() {
    let folder = repository().join("fuzz/regressions");
    for target in &TARGETS {
        for input in std::fs::read_dir(folder.join(target.name)).into_iter().flatten() {
            let path = input.expect("an entry").path();
            let input = std::fs::read(&path).expect("a file");
            let held = catch_unwind(AssertUnwindSafe(|| target.run(&input)));
            assert!(held.is_ok(), "{}", path.display());
        }
    }
}
