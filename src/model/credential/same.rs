//! Which places hold one credential: it has to be replaced once, wherever it was copied to.
//!
//! A value that everybody can guess is often that of several systems which know nothing of each other: those of one file
//! alone are taken together.

use std::collections::HashMap;

use super::Found;
use crate::model::file_purpose::{of_development, of_example, of_tests};

/// For each credential the one that stands for it, which may be itself.
pub(super) fn leaders(all: &[Found]) -> Vec<usize> {
    let mut first: HashMap<_, usize> = HashMap::new();
    for (at, found) in all.iter().enumerate() {
        let leader = first.entry(key(found)).or_insert(at);
        if all.get(*leader).is_some_and(|other| rank(found) > rank(other)) {
            *leader = at;
        }
    }
    all.iter().enumerate().map(|(at, found)| first.get(&key(found)).copied().unwrap_or(at)).collect()
}

type Key<'a> = (&'a str, bool, bool, Option<&'a str>);

fn key(found: &Found) -> Key<'_> {
    let file = (found.weak || found.default).then_some(found.path.as_str());
    (&found.value, found.default, found.origin == "dockerfile", file)
}

/// What a person would call the cause: a value under a name of its own, in a file that is deployed.
fn rank(found: &Found) -> (bool, bool) {
    let aside = of_tests(&found.path) || of_development(&found.path) || of_example(&found.path);
    (!aside, found.by != "place")
}
