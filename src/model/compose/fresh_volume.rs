//! Named volumes that docker makes for root under an image that runs as somebody else.
//!
//! An empty volume takes the owner of the folder that the image has at its target. Where the image has none there, docker
//! makes the folder, and it belongs to root. What is not certain to be missing in the image counts as there.

use std::cell::OnceCell;
use std::collections::HashMap;

use super::MountInfo;
use super::base;
use super::build::Build;
use super::steps;
use crate::document::Kind;
use crate::expand::{Deployment, Stack};
use crate::model::Model;
use crate::model::container::is_root;
use crate::model::fact::Field;
use crate::syntax::dockerfile::Instruction;
use crate::text::Text;
use crate::yaml::{Entry, Node};

/// Says of each mount of the service `entry` of `project` whether its program can't write the new volume.
pub(super) fn build(
    model: &mut Model<'_>,
    (project, takers): (&Stack, &Takers<'_, '_>),
    entry: &Entry,
    build: &Build<'_>,
    mounts: &[MountInfo],
) {
    let node = &entry.value;
    let Some(user) = user(node, build) else { return };
    let tells = |path: &[&str]| node.path(path).is_some_and(|n| !n.is_null());
    // A hook may make the folder, and an argument another base.
    if !build.base().is_some_and(base::is_root) || tells(&["post_start"]) || tells(&["build", "args"]) {
        return;
    }
    let instructions = build.instructions();
    let raises = |i: &&Instruction| steps::may_become_root(i.arguments.value());
    if instructions.iter().any(raises) {
        return;
    }
    for mount in mounts.iter().filter(|m| m.kind == "volume" && m.read_only != Some(true)) {
        let known = |text: &Option<Text>| text.as_ref().and_then(Text::known).map(str::to_owned);
        let (Some(source), Some(target)) = (known(&mount.source), known(&mount.target)) else { continue };
        let target = target.trim_end_matches('/');
        if is_local(project, &source)
            && !takers.share(&entry.key, &source)
            && !takers.prepared.speak(&source)
            && !may_have(&model.deployment.paths, &instructions, target)
        {
            model.facts.set(mount.id, "unwritable_by", Field::text(&user));
        }
    }
}

/// Who the container runs as, where that is known and not root.
fn user(node: &Node, build: &Build<'_>) -> Option<Text> {
    let told = node.get("user").filter(|n| !n.is_null());
    let text = match told {
        Some(node) => node.text()?.clone().with_span(node.span()),
        None => build.instructions().into_iter().rev().find(|i| i.name == "USER")?.arguments.clone(),
    };
    let name = text.known()?.trim();
    (!name.is_empty() && !name.contains('$') && !is_root(name)).then(|| text.clone())
}

/// Whether docker makes the volume itself, as a folder of the host.
fn is_local(project: &Stack, source: &str) -> bool {
    let Some(volume) = project.project.get("volumes").and_then(|v| v.get(source)) else { return false };
    let plain = |key: &str| volume.get(key).is_none_or(Node::is_null);
    let local = volume.get("driver").is_none_or(|d| d.is_null() || d.known() == Some("local"));
    local && ["driver_opts", "external"].iter().all(|key| plain(key))
}

/// Who takes something.
#[derive(Debug, Default)]
enum Names<'a> {
    #[default]
    None,
    /// One service, by its name where that is known.
    One(Option<&'a str>),
    Several,
}

impl<'a> Names<'a> {
    fn add(&mut self, name: Option<&'a str>) {
        *self = match self {
            Self::None => Self::One(name),
            Self::One(first) if *first == name => return,
            Self::One(_) | Self::Several => Self::Several,
        };
    }

    /// Whether another service than `own` is among them.
    fn another(&self, own: Option<&str>) -> bool {
        match self {
            Self::None => false,
            Self::One(name) => *name != own,
            Self::Several => true,
        }
    }
}

/// Which services of a project mount which volume, collected when a volume asks for it.
pub(super) struct Takers<'a, 'd> {
    project: &'a Stack,
    prepared: &'a Prepared<'d>,
    found: OnceCell<(HashMap<&'a str, Names<'a>>, Names<'a>)>,
}

impl<'a, 'd> Takers<'a, 'd> {
    pub(super) fn of(project: &'a Stack, prepared: &'a Prepared<'d>) -> Self {
        Self { project, prepared, found: OnceCell::new() }
    }

    /// Whether another service mounts the volume: it may be the one whose image has the folder, or that sets its owner.
    fn share(&self, own: &Node, source: &str) -> bool {
        let (named, any) = self.found.get_or_init(|| self.collect());
        any.another(own.known()) || named.get(source).is_some_and(|names| names.another(own.known()))
    }

    /// The services by what they mount, and those that may mount anything.
    fn collect(&self) -> (HashMap<&'a str, Names<'a>>, Names<'a>) {
        let (mut named, mut any) = (HashMap::<&str, Names<'_>>::new(), Names::default());
        for entry in self.project.project.get("services").and_then(Node::map).unwrap_or_default() {
            let name = entry.key.known();
            if entry.value.get("volumes_from").is_some_and(|n| !n.is_null()) {
                any.add(name);
            }
            for mount in entry.value.get("volumes").and_then(Node::seq).unwrap_or_default() {
                let Some(source) = mount.get("source").and_then(Node::text) else { continue };
                match source.known() {
                    Some(source) => named.entry(source).or_default().add(name),
                    None => any.add(name),
                }
            }
        }
        (named, any)
    }
}

/// The texts of a deployment that speak of owners, collected when a volume asks for them.
pub(super) struct Prepared<'a> {
    deployment: &'a Deployment,
    texts: OnceCell<Vec<&'a str>>,
}

impl<'a> Prepared<'a> {
    pub(super) fn of(deployment: &'a Deployment) -> Self {
        Self { deployment, texts: OnceCell::new() }
    }

    /// Whether a script, a task or a service speaks of the volume and of owners.
    fn speak(&self, source: &str) -> bool {
        let documents = self.deployment.documents.iter().filter(|d| d.kind != Kind::Dockerfile);
        let all = documents.map(|d| d.text.value()).chain(self.deployment.helpers.iter().map(Text::value));
        self.texts
            .get_or_init(|| all.filter(|text| text.contains("chown")).collect())
            .iter()
            .any(|t| t.contains(source))
    }
}

/// Whether the image may have a folder at `target`.
fn may_have(paths: &[String], instructions: &[&Instruction], target: &str) -> bool {
    let parts: Vec<&str> = target.split('/').filter(|p| !p.is_empty()).collect();
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else { return true };
    let runs = || instructions.iter().filter(|i| i.name == "RUN");
    let deep = steps::is_deep_folder(first);
    let system =
        steps::is_system_folder(first) || deep && (parts.len() < 3 || runs().any(|i| steps::installs_packages(i)));
    if !target.starts_with('/') || system || parts.iter().any(|p| p.starts_with('.')) || steps::is_made_folder(last) {
        return true;
    }
    // Without these no step can make it but by its name.
    let by_variable = |i: &Instruction| {
        matches!(i.name.as_str(), "RUN" | "WORKDIR" | "VOLUME")
            && (i.arguments.value().contains('$') || !i.arguments.is_known())
    };
    let made_by_name = instructions.iter().any(|i| by_variable(i));
    let root = format!("/{first}");
    instructions.iter().any(|step| {
        let text = step.arguments.value();
        match step.name.as_str() {
            "RUN" => text.contains(&root) || names(text, last) || steps::may_make_folders(step),
            "WORKDIR" | "VOLUME" => names(text, last) || !step.arguments.is_known() || text.contains('$'),
            "ENV" | "ARG" => made_by_name && names(text, last),
            "COPY" | "ADD" => names(text, last) || !step.arguments.is_known() || brings(paths, step, target, last),
            "ONBUILD" => true,
            _ => false,
        }
    })
}

/// Whether `word` stands in `text` as a word of its own.
fn names(text: &str, word: &str) -> bool {
    text.split(|c: char| !c.is_ascii_alphanumeric() && !matches!(c, '-' | '_' | '.')).any(|part| part == word)
}

/// Whether what is copied to a folder above `target` may hold it.
fn brings(paths: &[String], step: &Instruction, target: &str, last: &str) -> bool {
    let words: Vec<&str> = step.arguments.value().split_whitespace().collect();
    let Some(to) = words.last().map(|w| w.trim_matches(['"', ']', '[', ','])) else { return true };
    let to = to.trim_start_matches("./").trim_end_matches('/');
    let above = !to.starts_with('/') || target.strip_prefix(to).is_some_and(|rest| rest.starts_with('/'));
    if !above {
        return false;
    }
    let of_image = step.flag("from").is_some() && !to.rsplit('/').next().is_some_and(|name| name.contains('.'));
    // `ADD` unpacks archives and fetches repositories.
    let whole = of_image || step.name == "ADD";
    whole || paths.iter().any(|path| path.split('/').rev().skip(1).any(|part| part == last))
}

#[cfg(test)]
mod tests {
    use crate::model::fact::Value;
    use crate::model::subject::Subject;
    use crate::model::test_support::facts_of;

    const COMPOSE: &str = "services:\n  app:\n    build: .\n    volumes: ['state:/state']\nvolumes:\n  state:\n";

    fn told(docker: &str, compose: &str) -> Vec<String> {
        let facts = facts_of(&[("compose.yml", compose), ("Dockerfile", docker)]);
        let user = |id| match facts.get(id).field("unwritable_by").map(|f| f.value.clone()) {
            Some(Value::Str(user)) => Some(user),
            _ => None,
        };
        facts.of(Subject::Mount).into_iter().filter_map(user).collect()
    }

    #[test]
    fn a_folder_that_no_step_makes_belongs_to_root() {
        assert_eq!(told("FROM python:3.13-slim\nWORKDIR /app\nCOPY . .\nUSER 1000\n", COMPOSE), ["1000"]);
        let user = COMPOSE.replace("build: .", "build: .\n    user: '${U:-1000}:1000'");
        assert_eq!(told("FROM debian:12\nCOPY a /usr/bin/a\n", &user), ["1000:1000"]);
    }

    #[test]
    fn what_may_have_the_folder_or_become_root_is_left_alone() {
        for docker in [
            "FROM debian:12\nRUN mkdir -p /state && chown 1000 /state\nUSER 1000\n",
            "FROM debian:12\nRUN mkdir -p /{data,state}\nUSER 1000\n",
            "FROM debian:12\nENV D=/state\nRUN mkdir -p $D\nUSER 1000\n",
            "FROM debian:12\nCOPY --from=x / /\nUSER 1000\n",
            "FROM debian:12\nVOLUME /state\nUSER 1000\n",
            "FROM debian:12\nRUN apt-get install -y gosu\nUSER 1000\n",
            "FROM debian:12\nRUN <<EOF\nmkdir -p /state\nEOF\nUSER 1000\n",
            "FROM debian:12\nARG D=state\nWORKDIR /${D}\nUSER 1000\n",
            "FROM debian:12\nADD rootfs.tar.gz /\nUSER 1000\n",
            "FROM debian:12\nRUN make -C /src install\nUSER 1000\n",
            "FROM debian:12\nRUN curl -fsSL https://example.com/x | bash\nUSER 1000\n",
            "FROM debian:12\nUSER root\n",
            "FROM debian:12\n",
            "FROM example/app:1\nUSER 1000\n",
        ] {
            assert!(told(docker, COMPOSE).is_empty(), "{docker}");
        }
        let docker = "FROM debian:12\nUSER 1000\n";
        for compose in [
            COMPOSE.replace("  state:\n", "  state: {external: true}\n"),
            COMPOSE.replace("  state:\n", "  state: {driver: nfs}\n"),
            COMPOSE.replace("/state'", "/state:ro'"),
            COMPOSE.replace("/state'", "/tmp'"),
            COMPOSE.replace("/state'", "/var/lib/redis'"),
            COMPOSE.replace("build: .", "build: .\n    post_start: [{command: chown 1000 /state, user: root}]"),
            COMPOSE.replace("build: .", "build: {context: ., args: {BASE: 'example/own:1'}}"),
            COMPOSE.replace("services:\n", "services:\n  init:\n    image: alpine\n    volumes: ['state:/x']\n"),
        ] {
            assert!(told(docker, &compose).is_empty(), "{compose}");
        }
    }
}
