//! The profiles that scripts, tasks, Makefiles and env files of the tree switch on.

use std::cell::OnceCell;
use std::collections::HashSet;

use crate::document::Kind;
use crate::expand::Deployment;

/// The profiles, collected when one is first asked for.
pub(super) struct Switched<'a> {
    deployment: &'a Deployment,
    all: OnceCell<HashSet<&'a str>>,
}

impl<'a> Switched<'a> {
    /// Of all files of `deployment`.
    pub(super) fn new(deployment: &'a Deployment) -> Self {
        Self { deployment, all: OnceCell::new() }
    }

    /// Whether something starts a project with this profile.
    pub(super) fn on(&self, profile: &str) -> bool {
        self.all.get_or_init(|| all(self.deployment)).contains(profile)
    }
}

fn all(deployment: &Deployment) -> HashSet<&str> {
    const KINDS: &[Kind] = &[Kind::Script, Kind::AnsibleTasks, Kind::AnsiblePlaybook, Kind::Env, Kind::Unit];
    let texts = deployment.texts_of(KINDS);
    let lines = texts.flat_map(str::lines).filter(|line| !line.trim_start().starts_with('#'));
    lines.filter(|line| line.contains("--profile") || line.contains("COMPOSE_PROFILES")).flat_map(named).collect()
}

/// The words behind each of the two on a line.
fn named(line: &str) -> impl Iterator<Item = &str> {
    let words = line.split(|c: char| c.is_whitespace() || matches!(c, '=' | ',' | '"' | '\'' | ':' | '[' | ']' | ';'));
    let mut listed = false;
    let mut next = false;
    words.filter(|word| !word.is_empty()).filter(move |word| {
        let (behind, list) = (std::mem::take(&mut next), listed);
        next = *word == "--profile";
        listed |= *word == "COMPOSE_PROFILES";
        behind || list
    })
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn profiles_stand_behind_the_option_and_in_the_variable() {
        let all = |line: &'static str| named(line).collect::<Vec<_>>();
        assert_eq!(all("docker compose --profile dev --profile=\"gpu\" up -d"), ["dev", "gpu"]);
        assert_eq!(all("\tcommand: [docker, compose, --profile, 'dev', up]"), ["dev"]);
        assert_eq!(all("export COMPOSE_PROFILES=dev,gpu"), ["dev", "gpu"]);
        assert_eq!(all("docker compose up --detach"), [""; 0]);
    }
}
