//! Facts of subject `compose.call`: a name that a command gives to docker compose for a service, and that no project has.
//!
//! Only scripts that lie beside a project or below it are asked, and only where the names of all services are known. Where
//! any other file of the tree has a line for the name, it may make the service.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

use super::Model;
use super::command::docker::{self, Call, Verb};
use super::command::{Commands, Origin, Run, Through};
use super::compose::StackInfo;
use super::fact::{Fact, Field, FieldKind, FieldSchema, Schema, Value};
use super::subject::Subject;
use crate::document::{Body, Kind};
use crate::expand::Deployment;
use crate::text::Text;
use crate::text::path::join;
use crate::text::slip::Index;
use crate::yaml::Node;

/// The fields of `compose.call`.
pub const SCHEMA: Schema = Schema {
    name: "compose.call",
    doc: "A name that a script gives to docker compose for a service, and that no project of the tree has.",
    fields: &[
        FieldSchema { name: "name", kind: FieldKind::Str, doc: "The name." },
        FieldSchema { name: "verb", kind: FieldKind::Str, doc: "What compose is asked: `up`, `exec`, `ps` …" },
        FieldSchema {
            name: "meant",
            kind: FieldKind::Str,
            doc: "The service whose container has that name, or whose own name is nearly the same; null where there is none.",
        },
        FieldSchema {
            name: "container",
            kind: FieldKind::Bool,
            doc: "Whether it is the name of that service's container.",
        },
        FieldSchema { name: "path", kind: FieldKind::Str, doc: "The script." },
    ],
};

/// Verbs that take one service, and a command behind it.
const ONE: &[&str] = &["exec", "run", "port"];
/// Verbs that take any number of services.
const ALL: &[&str] = &[
    "up", "create", "start", "restart", "stop", "kill", "logs", "ps", "pull", "build", "rm", "pause", "unpause", "top",
];
/// Variables that lead compose to another project or another machine.
const LEADING: &[&str] =
    &["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_ENV_FILES", "COMPOSE_PROFILES", "DOCKER_HOST", "DOCKER_CONTEXT"];
/// Options before the verb that lead to another machine or another project.
const ELSEWHERE: &[&str] = &["-H", "--host", "-c", "--context", "-p", "--project-name", "--project-directory"];

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>, stacks: &[StackInfo], commands: &Commands) {
    let Some(services) = services(model.deployment) else { return };
    let folders: BTreeSet<String> =
        model.deployment.stacks.iter().map(|s| join("", s.directory.trim_start_matches("./"))).collect();
    let moved = moved(commands, &model.deployment.paths);
    let (keys, known) = (OnceCell::new(), OnceCell::new());
    let mut found = Vec::new();
    for run in commands.all.iter().filter(|run| !moved.contains(&run.site)) {
        let Some(path) = beside(commands, run, &folders) else { continue };
        let stays = |call: &Call| call.compose && stays(call, path, &model.deployment.paths);
        let Some(call) = docker::parse(run.effective()).filter(stays) else { continue };
        for name in names(&call) {
            let Some(asked) = name.known().filter(|n| plain(n) && !services.contains(*n)) else { continue };
            if keys.get_or_init(|| line_keys(model.deployment)).contains(asked) {
                continue;
            }
            let meant = known.get_or_init(|| Services::of(stacks)).meant(asked);
            let (meant, container) = meant.map_or((Value::Null, false), |(service, is)| (service.into(), is));
            found.push(
                Fact::new(Subject::ComposeCall, name.place())
                    .with("name", Field::text(&name))
                    .with("verb", Field::text(&call.word))
                    .with("meant", Field::derived(meant))
                    .with("container", container)
                    .with("path", path),
            );
        }
    }
    for fact in found {
        model.facts.add(fact);
    }
}

/// The sites whose commands may be about another project: they go to a folder that is not known to be one of the tree,
/// fetch a project, or set what leads compose elsewhere.
fn moved(commands: &Commands, paths: &[String]) -> BTreeSet<usize> {
    let goes = |run: &&Run| {
        let words: Vec<&str> = run.effective().iter().map(|word| word.text.value()).collect();
        let leads = run.assignments.iter().any(|set| set.name.known().is_none_or(|name| LEADING.contains(&name)));
        let fetches =
            matches!(words.first(), Some(&("curl" | "wget"))) && words.iter().any(|w| w.contains("compose.y"));
        let cloned = matches!(words.as_slice(), ["git", "clone", ..]);
        let folder = matches!(words.first(), Some(&("cd" | "pushd"))).then(|| words.get(1).copied().unwrap_or("~"));
        let path = commands.sites.get(run.site).map_or("", |site| site.path.as_str());
        leads || fetches || cloned || folder.is_some_and(|folder| !of_tree(folder, path, paths))
    };
    commands.all.iter().filter(goes).map(|run| run.site).collect()
}

/// Whether a script at `path` that goes to `folder` stays in the tree: to its own folder, upwards, or to one that is there.
fn of_tree(folder: &str, path: &str, paths: &[String]) -> bool {
    if folder.contains("dirname")
        || folder.contains("BASH_SOURCE")
        || folder.split('/').all(|p| matches!(p, "." | ".."))
    {
        return true;
    }
    !folder.starts_with(['/', '~', '$', '-']) && above(path).any(|from| holds(paths, &join(from, folder)))
}

/// The folder of a file, and all above it.
fn above(path: &str) -> impl Iterator<Item = &str> {
    let folder = |path: &'_ str| path.rfind('/').unwrap_or(0);
    std::iter::successors(path.get(..folder(path)), move |at| at.get(..folder(at)).filter(|_| !at.is_empty()))
}

/// Whether the tree has this file, or something below this folder.
fn holds(paths: &[String], path: &str) -> bool {
    let at = paths.partition_point(|p| p.as_str() < path);
    let below = |p: &&String| p.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    paths.get(at..).unwrap_or_default().iter().take_while(|p| p.starts_with(path)).any(|p| below(&p))
}

/// The names of all services of the tree; `None` where there are none, or where one of them is not known.
fn services(deployment: &Deployment) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let documents = deployment.documents.iter().filter(|d| d.kind == Kind::Compose);
    let written = documents.flat_map(|d| d.nodes()).filter_map(|n| n.get("services"));
    for services in written.chain(deployment.stacks.iter().filter_map(|s| s.project.get("services"))) {
        for entry in services.map()? {
            found.insert(entry.key.known()?.to_owned());
        }
    }
    let unread = deployment.documents.iter().any(|d| d.kind == Kind::Compose && !matches!(d.body, Body::Nodes(_)));
    (!found.is_empty() && !unread).then_some(found)
}

/// The path of the script that a command stands in, where a project lies in its folder or in one above.
fn beside<'c>(commands: &'c Commands, run: &Run, folders: &BTreeSet<String>) -> Option<&'c str> {
    let site = commands.sites.get(run.site).filter(|s| s.origin == Origin::Script)?;
    if matches!(run.through, Through::Remote | Through::Container) {
        return None;
    }
    let mut folder = site.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    loop {
        if folders.contains(folder) {
            return Some(site.path.as_str());
        }
        if folder.is_empty() {
            return None;
        }
        folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
    }
}

/// Whether a call is about this machine and files that the tree holds.
fn stays(call: &Call, path: &str, paths: &[String]) -> bool {
    let files = call.globals.iter().filter(|(name, _)| matches!(name.value(), "-f" | "--file"));
    let known = |value: &Option<Text>| {
        let file = value.as_ref().and_then(Text::known).filter(|f| !f.starts_with(['/', '~', '-']));
        file.is_some_and(|file| above(path).any(|from| holds(paths, &join(from, file))))
    };
    let elsewhere = call.globals.iter().any(|(name, _)| ELSEWHERE.contains(&name.value()) || !name.is_known());
    !elsewhere && files.into_iter().all(|(_, value)| known(value))
}

/// The words of a call that are names of services.
fn names(call: &Call) -> Vec<Text> {
    let verb = call.word.known().unwrap_or("");
    let mut words = call.target.iter().chain(call.command.iter().map(|w| &w.text));
    // No verb takes it: what follows may be its value.
    let misplaced = call.options.iter().any(|(name, _)| name.value() == "--profile");
    if misplaced || call.verb == Verb::Other && !ALL.contains(&verb) && !ONE.contains(&verb) {
        return Vec::new();
    }
    if ONE.contains(&verb) {
        return words.next().cloned().into_iter().collect();
    }
    if !ALL.contains(&verb) {
        return Vec::new();
    }
    words.take_while(|w| w.known().is_some_and(|w| !w.starts_with('-'))).cloned().collect()
}

fn plain(name: &str) -> bool {
    name.len() > 1
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The keys with which lines of any file of the tree begin: each may make a service.
fn line_keys(deployment: &Deployment) -> BTreeSet<&str> {
    deployment.texts().flat_map(str::lines).filter_map(line_key).collect()
}

fn line_key(line: &str) -> Option<&str> {
    let line = line.trim_start().trim_start_matches(['"', '\'', '#', ' ']);
    let end = line.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.')))?;
    let (key, rest) = line.split_at_checked(end)?;
    rest.trim_start_matches(['"', '\'']).trim_start().starts_with([':', '=']).then_some(key)
}

/// The services of all projects, and what finds the one that is meant by another name.
struct Services<'s> {
    /// By the name of a container, the first.
    containers: HashMap<&'s str, &'s str>,
    names: BTreeSet<&'s str>,
    /// By a word of its name; `None` where several have it.
    words: HashMap<&'s str, Option<&'s str>>,
    slips: Index<'s>,
}

impl<'s> Services<'s> {
    fn of(stacks: &'s [StackInfo]) -> Self {
        let mut containers = HashMap::new();
        let mut names = BTreeSet::new();
        for service in stacks.iter().flat_map(|s| &s.services) {
            let container = service.node.get("container_name").and_then(Node::known);
            container.map(|name| containers.entry(name).or_insert(service.name.as_str()));
            names.insert(service.name.as_str());
        }
        let mut words = HashMap::new();
        for name in &names {
            let other = |own: &mut Option<&str>| *own = own.filter(|own| own == name);
            for word in words_of(name) {
                words.entry(word).and_modify(other).or_insert(Some(*name));
            }
        }
        let slips = Index::of_slips(names.iter().copied());
        Self { containers, names, words, slips }
    }

    /// The service that is meant, and whether the name is its container's.
    fn meant(&self, name: &str) -> Option<(&'s str, bool)> {
        if let Some(service) = self.containers.get(name) {
            return Some((service, true));
        }
        let mut near = self.slips.one_slip(name);
        near.extend(words_of(name).filter_map(|word| self.names.get(word)));
        if let Some(own) = self.words.get(name) {
            near.insert((*own)?);
        }
        let mut near = near.into_iter();
        near.next().filter(|_| near.next().is_none()).map(|own| (own, false))
    }
}

/// The words of a name.
fn words_of(name: &str) -> impl Iterator<Item = &str> {
    name.split(['-', '_'])
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    fn names(script: &str) -> Vec<String> {
        let compose =
            "services:\n  db:\n    image: postgres:17\n    container_name: shop-db\n  web:\n    image: example/web:1\n";
        let facts = facts_of(&[("compose.yml", compose), ("scripts/backup.sh", &format!("#!/bin/sh\n{script}\n"))]);
        let one = |id| match facts.get(id).field("name").map(|f| f.value.clone()) {
            Some(Value::Str(name)) => name,
            _ => String::new(),
        };
        facts.of(Subject::ComposeCall).into_iter().map(one).collect()
    }

    #[test]
    fn a_name_that_no_project_has() {
        assert_eq!(names("docker compose exec -T shop-db pg_dump"), ["shop-db"]);
        assert_eq!(names("docker-compose up -d db wev"), ["wev"]);
        assert_eq!(names("docker cp $(docker-compose ps -q timeline):/a b"), ["timeline"]);
        assert!(names("docker compose up -d db web\ndocker compose exec db psql").is_empty());
        assert!(names("docker compose logs --tail 50 web\ndocker compose down other").is_empty());
        assert!(names("docker compose -f /opt/x/compose.yml up -d other").is_empty());
        assert!(names("docker compose -p other up -d other\nssh host docker compose up -d other").is_empty());
        for elsewhere in [
            "cd \"$DEPLOY_DIR\" && docker compose up -d other",
            "cd ../../elsewhere; docker compose up -d other",
            "(cd ../other && docker compose up -d other)",
            "export COMPOSE_FILE=/srv/x/compose.yml; docker compose up -d other",
            "COMPOSE_PROJECT_NAME=foo docker compose exec other sh",
            "docker compose -f docker-compose.prod.yml up -d other",
            "docker compose port --protocol tcp web 80",
            "docker compose run --rm --profile other web",
            "docker compose run --rm --env-from-file other.env web",
            "docker compose build --provenance other web",
            "docker compose build --sbom other web",
            "git clone https://git.example.com/x; docker compose up -d other",
        ] {
            assert!(names(elsewhere).is_empty(), "{elsewhere}");
        }
        assert_eq!(names("cd \"$(dirname \"$0\")/..\"\ndocker compose up -d other"), ["other"]);
        assert_eq!(names("docker compose -f ../compose.yml up -d other"), ["other"]);
        assert!(names("docker compose up -d $NAME\ndocker exec other sh").is_empty());
        assert!(
            names("docker compose up -d other\ncat > compose.override.yml <<E\nservices:\n  other:\n    image: a\nE")
                .is_empty()
        );
    }
}
