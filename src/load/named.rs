//! What a file's name alone says: the names that docker compose, Docker, systemd and others give meaning to.
//!
//! Every file of a tree is asked. To cut a name costs a part of what a regular expression does, and a small run would build
//! all of them; the tests hold each against its pattern.

/// How users mark an env file that is to be copied, or is one machine's.
const COPIES: [&str; 5] = ["example", "sample", "template", "dist", "local"];

/// `compose.yml`, `docker-compose.prod.yaml`, `web.compose.yml`.
pub(super) fn compose(name: &str) -> bool {
    let Some(stem) = without(name, &[".yml", ".yaml"]) else { return false };
    let own = stem.strip_prefix("docker-").or_else(|| stem.strip_prefix("podman-")).unwrap_or(stem);
    own.strip_prefix("compose").is_some_and(goes_on) || stem.ends_with(".compose") || stem.ends_with(".docker-compose")
}

/// `Dockerfile`, `Containerfile.dev`, `web.dockerfile`.
pub(super) fn dockerfile(name: &str) -> bool {
    let begins = ["Dockerfile", "Containerfile"].iter().any(|word| name.strip_prefix(word).is_some_and(goes_on));
    begins || without(name, &[".Dockerfile", ".dockerfile", ".Containerfile", ".containerfile"]).is_some()
}

/// `.env`, `.env.prod`, `env.example`, `web.env.local`.
pub(super) fn env(name: &str) -> bool {
    if name.strip_prefix(".env").is_some_and(goes_on) {
        return true;
    }
    let copy = |word: &&str| name.strip_suffix(*word).and_then(|rest| without(rest, &[".", "-"]));
    let stem = COPIES.iter().find_map(copy).unwrap_or(name);
    stem == "env" || stem.rsplit_once('.').is_some_and(|(_, ending)| ending == "env")
}

/// A file of systemd's that rules look at.
pub(super) fn unit(name: &str) -> bool {
    without(name, &[".service", ".timer", ".socket", ".path", ".mount", ".target"]).is_some()
}

/// `hosts`, `inventory.ini`, `hosts-prod.yml`.
pub(super) fn inventory(name: &str) -> bool {
    let Some(rest) = ["hosts", "inventory"].iter().find_map(|word| name.strip_prefix(word)) else { return false };
    let middle = rest.strip_prefix(['.', '_', '-']).and_then(|rest| without(rest, &[".ini", ".yml", ".yaml"]));
    matches!(rest, "" | ".ini" | ".yml" | ".yaml" | ".cfg") || middle.is_some_and(|middle| !middle.contains('\n'))
}

/// `openclaw.json`, `moltbot-prod.json5`.
pub(super) fn openclaw(name: &str) -> bool {
    let Some(stem) = without(name, &[".json", ".json5"]) else { return false };
    ["openclaw", "clawdbot", "moltbot"].iter().any(|word| stem.strip_prefix(word).is_some_and(goes_on))
}

/// The name without the first of these ends that it has.
fn without<'n>(name: &'n str, ends: &[&str]) -> Option<&'n str> {
    ends.iter().find_map(|end| name.strip_suffix(end))
}

/// Whether what follows a known word is nothing, or set off by a sign.
fn goes_on(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with(['.', '-', '_']) && !rest.contains('\n')
}

/// Whether a file of this name is a compose file that people copy and change: `compose.override.yaml.example`.
pub(crate) fn compose_example(name: &str) -> bool {
    [".example", ".sample", ".dist"].iter().filter_map(|end| name.strip_suffix(end)).any(compose)
}

/// Whether a file of this name, in small letters, says how something is started, what a role is given, or which images a
/// manifest is deployed with.
pub(super) fn helper(name: &str) -> bool {
    const NAMES: [&str; 19] = [
        "makefile",
        "gnumakefile",
        "justfile",
        ".justfile",
        "taskfile.yml",
        "taskfile.yaml",
        ".envrc",
        "mise.toml",
        ".mise.toml",
        "jenkinsfile",
        ".gitlab-ci.yml",
        ".drone.yml",
        "azure-pipelines.yml",
        "azure-pipelines.yaml",
        "bitbucket-pipelines.yml",
        "argument_specs.yml",
        "argument_specs.yaml",
        "kustomization.yml",
        "kustomization.yaml",
    ];
    NAMES.contains(&name) || starter(name)
}

/// Whether a file of this name, in small letters, is a program in Python that prepares or starts something.
fn starter(name: &str) -> bool {
    const WORDS: [&str; 8] = ["start", "setup", "install", "deploy", "bootstrap", "launch", "prepare", "init"];
    let words = |stem: &str| stem.split(['-', '_']).any(|word| WORDS.contains(&word));
    name.strip_suffix(".py").is_some_and(|stem| !stem.starts_with("__") && stem != "setup" && words(stem))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex::Regex;

    /// A predicate and the pattern that says the same.
    type Same = (fn(&str) -> bool, &'static str);

    const SAME: [Same; 6] = [
        (super::compose, r"^(docker-|podman-)?compose([.\-_].*)?\.ya?ml$|\.(docker-)?compose\.ya?ml$"),
        (super::dockerfile, r"^(Dockerfile|Containerfile)([.\-_].*)?$|\.([Dd]ockerfile|[Cc]ontainerfile)$"),
        (
            super::env,
            r"^\.env([.\-_].*)?$|^env([.\-](example|sample|template|dist|local))?$|\.env([.\-](example|sample|template|dist|local))?$",
        ),
        (super::unit, r"\.(service|timer|socket|path|mount|target)$"),
        (super::inventory, r"^(hosts|inventory)(\.(ini|ya?ml|cfg))?$|^(hosts|inventory)[._-].*\.(ini|ya?ml)$"),
        (super::openclaw, r"^(openclaw|clawdbot|moltbot)([.\-_].*)?\.json5?$"),
    ];

    fn agree(name: &str) -> usize {
        let held = SAME.map(|(predicate, pattern)| {
            let expected = Regex::new(pattern).expect("a pattern").is_match(name);
            assert_eq!(predicate(name), expected, "{name:?}: {pattern}");
            expected
        });
        held.into_iter().filter(|held| *held).count()
    }

    #[test]
    fn names_that_are_written_say_what_the_patterns_say() {
        let names = ["compose.yml", "docker-compose.a.yaml", "a.docker-compose.yml", "x.compose.yaml", "Dockerfile-a"];
        let more =
            ["a.containerfile", ".env", ".env.x", "env-dist", "a.env.local", "x.path", "hosts", "inventory_x.ini"];
        let last = ["openclaw.json", "moltbot_a.json5", "inventory.cfg", "hosts.prod.yaml"];
        let all = names.into_iter().chain(more).chain(last);
        assert!(all.map(agree).all(|count| count == 1));
        let others =
            ["composer.yml", "compose", "Dockerfiles", "environment", "env.prod", "ahosts", "hosts.txt", ".yml"];
        assert!(others.into_iter().map(agree).all(|count| count == 0));
    }

    proptest! {
        #[test]
        fn names_by_lot_say_what_the_patterns_say(
            parts in prop::collection::vec(
                prop::sample::select(vec![
                    "docker-", "podman-", "compose", "Dockerfile", "dockerfile", "Containerfile", ".", "-", "_", "env", ".env",
                    "example", "local", "dist", "yml", "yaml", "ini", "cfg", "json", "json5", "hosts", "inventory", "openclaw",
                    "clawdbot", "moltbot", "service", "path", "target", "a", "\n", "\u{e9}",
                ]),
                0..6,
            )
        ) {
            agree(&parts.concat());
        }
    }
}
