//! Which places hold one credential: it has to be replaced once, wherever it was copied to.
//!
//! A value that everybody can guess is often that of several systems which know nothing of each other: those of one file
//! alone are taken together (defaults: of one folder), unless it is long enough to name its system: `llm-postgres-password`.

use std::collections::HashMap;

use super::Found;
use crate::model::file_purpose::Purposes;

/// For each credential the one that stands for it, which may be itself.
pub(super) fn leaders(all: &[Found]) -> Vec<usize> {
    let mut first: HashMap<_, usize> = HashMap::new();
    let mut purposes = Purposes::default();
    for (at, found) in all.iter().enumerate() {
        let leader = first.entry(key(found)).or_insert(at);
        let other = all.get(*leader).filter(|_| *leader != at);
        if other.is_some_and(|other| rank(found, &mut purposes) > rank(other, &mut purposes)) {
            *leader = at;
        }
    }
    all.iter().enumerate().map(|(at, found)| first.get(&key(found)).copied().unwrap_or(at)).collect()
}

/// From this length on a value that can be guessed is that of one system.
const OWN: usize = 16;

type Key<'a> = (&'a str, bool, bool, Option<&'a str>);

fn key(found: &Found) -> Key<'_> {
    let folder = found.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let short = found.value.chars().count() < OWN;
    let file = ((found.weak || found.default) && short).then_some(if found.default { folder } else { &found.path });
    (&found.value, found.default, found.origin == "dockerfile", file)
}

/// What a person would call the cause: a value under a name of its own, in a file that is deployed.
fn rank<'a>(found: &'a Found, purposes: &mut Purposes<'a>) -> (bool, bool, bool) {
    let purpose = purposes.of(&found.path);
    let aside = purpose.tests || purpose.development || purpose.example;
    (!aside, found.origin != "script", found.by != "place")
}
