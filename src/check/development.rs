//! Which files are for a developer's own machine: by a word of the name, by the folder, or by what the first comment says.
//!
//! A word of the name is as good as a promise. A folder or a comment is less, so that an error there is still shown. A file
//! that another one brings in, which is for no such machine, deploys something.

#[cfg(test)]
#[path = "development_tests.rs"]
mod tests;

use std::sync::LazyLock;

use regex::Regex;

use crate::model::file_purpose::first_comment;
use crate::text::search::holds;

/// Folders that hold one folder an environment: one for tests or for development is deployed as the others are.
pub(super) const ENVIRONMENTS: [&str; 14] = [
    "inventory",
    "inventories",
    "env",
    "envs",
    "environment",
    "environments",
    "group_vars",
    "host_vars",
    "stage",
    "stages",
    "deploy",
    "deployments",
    "clusters",
    "overlays",
];

/// How sure it is that a file is for a developer's own machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Development {
    /// Its name says so.
    Named,
    /// Its folder or its first comment says so.
    Said,
}

/// What says that all of a file is for development.
static SAYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\blocal\ dev(elopment)?\b
        |\b(development|dev)([\ -]only\b|\ (environment|env|stack|set-?up|compose|docker|containers?|overrides?|services?)\b)
        |\bfor\ (the\ )?dev(elopment)?\b",
    )
    .ok()
});

/// What only points at another file, or says that this one is not for production.
static ASIDE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(not|never|no|don't|do\ not|isn't|unlike|instead\ of|rather\ than)\b[^.]{0,40}?\bproduction\b
        |\b(in|for)\ production\b[,:]?\ (please\ )?(you\ should\ )?(use|see|run|deploy|there\ is)\b
        |\b(for|during)\ (local\ )?dev(elopment)?\b[,:]?\ (please\ )?(use|see|run|start)\b
        |\bnot\ (meant\ |intended\ )?for\ (local\ )?dev(elopment)?\b
        |\S*(dev|prod|production|development|local)\S*[.]ya?ml\b",
    )
    .ok()
});

/// What a file that is for several environments speaks of.
static BOTH: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?i)\b(prod|production|staging)\b").ok());

/// Whether the file at `path`, seen from the folder that was named, is for a developer's own machine.
pub(super) fn of(path: &str, text: &str) -> Option<Development> {
    let lower = path.to_lowercase();
    let mut parts: Vec<&str> = lower.split('/').collect();
    let name = parts.pop().unwrap_or_default();
    // `.env.local` is what a host keeps for itself, and `dev` as the name of an environment is a deployment.
    let word = |w: &str| matches!(w, "dev" | "devel" | "development" | "devcontainer");
    if name.split(['.', '-', '_']).any(word) || parts.iter().any(|p| matches!(*p, ".devcontainer" | "devcontainer")) {
        return Some(Development::Named);
    }
    let folder = |(at, part): (usize, &&str)| {
        let environment = at > 0 && parts.get(at - 1).is_some_and(|before| ENVIRONMENTS.contains(before));
        matches!(*part, "dev" | "development") && !environment
    };
    let local = name.contains("compose") && name.split(['.', '-', '_']).any(|w| w == "local");
    (parts.iter().enumerate().any(folder) || local || says(&first_comment(text))).then_some(Development::Said)
}

/// Whether the first comment of a file says that all of it is for development.
fn says(comment: &str) -> bool {
    // What `SAYS` wants in each of its branches: most comments do not hold it, and the patterns are never built.
    if !holds(comment, &["dev"]) {
        return false;
    }
    let (Some(says), Some(aside), Some(both)) = (SAYS.as_ref(), ASIDE.as_ref(), BOTH.as_ref()) else { return false };
    let own = aside.replace_all(comment, ".");
    says.is_match(&own) && !both.is_match(&own)
}
