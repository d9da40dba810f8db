//! Whether a process stays: what a service, a unit or a container is started with, not the steps before it.

use super::{Commands, Origin, Run, Through};
use crate::model::file_purpose::by_hand;

/// Whether the process is the one that its service, unit or container runs as long as it is up.
pub(super) fn lasts(commands: &Commands, index: usize, run: &Run) -> bool {
    let Some(site) = commands.sites.get(run.site) else { return false };
    let name = site.name.as_ref().map_or("", |name| name.value());
    let becomes = run.words.iter().take(run.start).any(|word| word.text.known() == Some("exec"));
    match site.origin {
        // What a script becomes.
        Origin::Script => becomes && run.through == Through::Itself,
        Origin::Unit if name != "ExecStart" => false,
        Origin::ComposeCommand | Origin::ComposeEntrypoint | Origin::DockerStart | Origin::Unit | Origin::Container => {
            // A service called `db-init` or `create-buckets` ends.
            !by_hand(name)
                && match run.through {
                    Through::Itself => true,
                    Through::Shell => becomes || last(commands, index, run),
                    Through::Substitution | Through::Container | Through::Remote => false,
                }
        }
        Origin::Healthcheck | Origin::Ansible | Origin::DockerRun => false,
    }
}

/// Whether nothing follows it in the script that it stands in.
fn last(commands: &Commands, index: usize, run: &Run) -> bool {
    let rest = commands.all.get(index + 1..).unwrap_or(&[]);
    rest.iter().take_while(|other| other.site == run.site).all(|other| other.outer != run.outer)
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    /// Whether each secret among arguments is that of a process that stays.
    fn lasting(path: &str, text: &str) -> Vec<bool> {
        let facts = facts_of(&[(path, text)]);
        let all = facts.of(Subject::Argument).into_iter();
        all.map(|id| matches!(facts.get(id).field("lasts").map(|f| &f.value), Some(Value::Bool(true)))).collect()
    }

    #[test]
    fn what_a_service_is_started_with_stays() {
        let one = |command: &str| {
            let text = format!("services:\n  app:\n    image: example/app:1.0.0\n    command: {command}\n");
            lasting("compose.yml", &text)
        };
        assert_eq!(one("app --token ${APP_TOKEN:?}"), [true]);
        assert_eq!(one("sh -c 'login --token \"$$APP_TOKEN\" && app serve'"), [false]);
        assert_eq!(one("sh -c 'prepare; exec app --token \"$$APP_TOKEN\"'"), [true]);
    }

    #[test]
    fn steps_of_scripts_and_units_end() {
        assert_eq!(lasting("a.sh", "app --token \"$APP_TOKEN\"\n"), [false]);
        assert_eq!(lasting("a.sh", "exec app --token \"$APP_TOKEN\"\n"), [true]);
        let unit = "[Service]\nExecStartPre=/bin/login --token ${PRE_TOKEN}\nExecStart=/bin/app --token ${APP_TOKEN}\n";
        assert_eq!(lasting("a.service", unit), [false, true]);
    }
}
