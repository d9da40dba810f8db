//! Command lines of docker, docker compose and podman, by option.
//!
//! Which options take the next word is copied from `docker run --help` and `docker compose --help` (27.x); all others
//! are flags or carry their value after `=`.

use super::base;
use crate::syntax::script::Word;
use crate::text::Text;

/// What a command line asks of the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verb {
    /// `docker run`.
    Run,
    /// `docker create`.
    Create,
    /// `docker pull`.
    Pull,
    /// `docker build`, `docker buildx build`.
    Build,
    /// `docker exec`.
    Exec,
    /// `docker tag`, `docker commit`: the last reference is made here.
    Tag,
    /// `docker compose exec`.
    ComposeExec,
    /// `docker compose run`.
    ComposeRun,
    /// `docker compose up`, `create`, `start`, `restart`.
    ComposeUp,
    /// `docker compose pull`.
    ComposePull,
    /// `docker compose build`.
    ComposeBuild,
    /// Anything else.
    Other,
}

/// One call of the engine's command line.
#[derive(Debug, Clone)]
pub(crate) struct Call {
    /// What it asks.
    pub(crate) verb: Verb,
    /// The word that says so: `restart`.
    pub(crate) word: Text,
    /// Whether compose is asked.
    pub(crate) compose: bool,
    /// The options before the verb: `-f`, `--project-directory`.
    pub(crate) globals: Vec<(Text, Option<Text>)>,
    /// The options of the verb, in order; a flag has no value.
    pub(crate) options: Vec<(Text, Option<Text>)>,
    /// The first word that is no option: the image, the container, the service.
    pub(crate) target: Option<Text>,
    /// The words after the target: the command in the container, or more targets.
    pub(crate) command: Vec<Word>,
}

/// Options of `run`, `create` and `exec` that take a value.
const RUN_VALUED: &[&str] = &[
    "--add-host",
    "--annotation",
    "-a",
    "--attach",
    "--blkio-weight",
    "--blkio-weight-device",
    "--cap-add",
    "--cap-drop",
    "--cgroup-parent",
    "--cgroupns",
    "--cidfile",
    "--cpu-period",
    "--cpu-quota",
    "--cpu-rt-period",
    "--cpu-rt-runtime",
    "-c",
    "--cpu-shares",
    "--cpus",
    "--cpuset-cpus",
    "--cpuset-mems",
    "--detach-keys",
    "--device",
    "--device-cgroup-rule",
    "--device-read-bps",
    "--device-read-iops",
    "--device-write-bps",
    "--device-write-iops",
    "--dns",
    "--dns-option",
    "--dns-search",
    "--domainname",
    "--entrypoint",
    "-e",
    "--env",
    "--env-file",
    "--expose",
    "--gpus",
    "--group-add",
    "--health-cmd",
    "--health-interval",
    "--health-retries",
    "--health-start-period",
    "--health-timeout",
    "-h",
    "--hostname",
    "--ip",
    "--ip6",
    "--ipc",
    "--isolation",
    "--kernel-memory",
    "-l",
    "--label",
    "--label-file",
    "--link",
    "--link-local-ip",
    "--log-driver",
    "--log-opt",
    "--mac-address",
    "-m",
    "--memory",
    "--memory-reservation",
    "--memory-swap",
    "--memory-swappiness",
    "--mount",
    "--name",
    "--network",
    "--net",
    "--network-alias",
    "--net-alias",
    "--oom-score-adj",
    "--pid",
    "--pids-limit",
    "--platform",
    "-p",
    "--publish",
    "--pull",
    "--restart",
    "--runtime",
    "--security-opt",
    "--shm-size",
    "--stop-signal",
    "--stop-timeout",
    "--storage-opt",
    "--sysctl",
    "--tmpfs",
    "--ulimit",
    "-u",
    "--user",
    "--userns",
    "--uts",
    "-v",
    "--volume",
    "--volume-driver",
    "--volumes-from",
    "-w",
    "--workdir",
    "--secret",
    "--pod",
    "--index",
    "--env-from-file",
];

/// Options of `build` that take a value.
const BUILD_VALUED: &[&str] = &[
    "-t",
    "--tag",
    "-f",
    "--file",
    "--build-arg",
    "--target",
    "--platform",
    "--label",
    "--cache-from",
    "--cache-to",
    "--network",
    "--secret",
    "--ssh",
    "-o",
    "--output",
    "--progress",
    "--iidfile",
    "--add-host",
    "--shm-size",
    "--ulimit",
    "--build-context",
    "--builder",
    "--metadata-file",
    "-m",
    "--memory",
    "--isolation",
    "--provenance",
    "--sbom",
    "--attest",
    "--annotation",
    "--allow",
    "--call",
    "--cgroup-parent",
    "--no-cache-filter",
];

/// Options of compose's `up` and its like that take a value.
const UP_VALUED: &[&str] =
    &["--scale", "-t", "--timeout", "--pull", "--wait-timeout", "--exit-code-from", "--attach", "--no-attach"];

/// Options before the verb that take a value.
const GLOBAL_VALUED: &[&str] = &[
    "-H",
    "--host",
    "-c",
    "--context",
    "--config",
    "-l",
    "--log-level",
    "--tlscacert",
    "--tlscert",
    "--tlskey",
    "-f",
    "--file",
    "-p",
    "--project-name",
    "--profile",
    "--env-file",
    "--project-directory",
    "--parallel",
    "--progress",
    "--ansi",
];

/// Reads `words` (program first); `None` where they call no container engine.
pub(crate) fn parse(words: &[Word]) -> Option<Call> {
    let program = base(words.first()?.text.known()?);
    let compose = matches!(program, "docker-compose" | "podman-compose");
    if !compose && !matches!(program, "docker" | "podman" | "nerdctl") {
        return None;
    }
    let (mut globals, rest) = options(words.get(1..)?, GLOBAL_VALUED);
    let (mut word, mut rest) = rest.split_first()?;
    let mut verb = word.text.known()?;
    let mut compose = compose;
    if matches!(verb, "container" | "image" | "buildx" | "compose" | "builder") {
        compose |= verb == "compose";
        let (more, inner) = options(rest, GLOBAL_VALUED);
        globals.extend(more);
        (word, rest) = inner.split_first()?;
        verb = word.text.known()?;
    }
    let (verb, valued) = verb_of(verb, compose);
    let (options, rest) = options(rest, valued);
    let target = rest.first().map(|w| w.text.clone());
    let command = rest.get(1..).unwrap_or(&[]).to_vec();
    Some(Call { verb, word: word.text.clone(), compose, globals, options, target, command })
}

fn verb_of(verb: &str, compose: bool) -> (Verb, &'static [&'static str]) {
    match (verb, compose) {
        ("run", false) => (Verb::Run, RUN_VALUED),
        ("create", false) => (Verb::Create, RUN_VALUED),
        ("exec", false) => (Verb::Exec, RUN_VALUED),
        ("pull", false) => (Verb::Pull, &["--platform", "--creds", "--authfile", "--arch", "--os"]),
        ("build" | "bake", false) => (Verb::Build, BUILD_VALUED),
        ("tag" | "commit" | "import", false) => (Verb::Tag, &["-m", "--message", "-a", "--author", "-c", "--change"]),
        ("run", true) => (Verb::ComposeRun, RUN_VALUED),
        ("exec", true) => (Verb::ComposeExec, RUN_VALUED),
        ("up" | "create" | "start" | "restart", true) => (Verb::ComposeUp, UP_VALUED),
        ("restart" | "start" | "stop" | "kill", false) | ("stop" | "kill", true) => {
            (Verb::Other, &["-t", "--time", "--timeout", "-s", "--signal"])
        }
        ("logs", true) => (Verb::Other, &["-n", "--tail", "--since", "--until", "--index"]),
        ("ps", true) => (Verb::Other, &["--filter", "--format", "--status"]),
        ("port", true) => (Verb::Other, &["--protocol", "--index"]),
        ("pull", true) => (Verb::ComposePull, &["--policy"]),
        ("build", true) => (Verb::ComposeBuild, BUILD_VALUED),
        _ => (Verb::Other, &[]),
    }
}

/// The options at the start of `words`, and the rest.
fn options<'w>(words: &'w [Word], valued: &[&str]) -> (Vec<(Text, Option<Text>)>, &'w [Word]) {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let value = word.text.value();
        if value == "--" {
            at += 1;
            break;
        }
        if !value.starts_with('-') || value == "-" {
            break;
        }
        at += 1;
        if let Some((name, given)) = word.text.split_once('=').filter(|_| value.starts_with("--")) {
            found.push((name, Some(given)));
        } else if valued.contains(&value) {
            found.push((word.text.clone(), words.get(at).map(|w| w.text.clone())));
            at += 1;
        } else if let Some(short) = attached(value, valued) {
            found.push((word.text.slice(0..short), Some(word.text.slice(short..value.len()))));
        } else if bundled(value, valued) {
            found.push((word.text.clone(), words.get(at).map(|w| w.text.clone())));
            at += 1;
        } else {
            found.push((word.text.clone(), None));
        }
    }
    (found, words.get(at..).unwrap_or(&[]))
}

/// `-p8080:80`, `-eX=1`: the length of the option.
fn attached(word: &str, valued: &[&str]) -> Option<usize> {
    let letter = word.get(0..2)?;
    (word.len() > 2 && !word.starts_with("--") && valued.contains(&letter)).then_some(2)
}

/// `-itv a:b`: flags with an option at the end that takes the next word.
fn bundled(word: &str, valued: &[&str]) -> bool {
    let Some(letters) = word.strip_prefix('-').filter(|w| !w.starts_with('-')) else { return false };
    let Some(last) = letters.chars().last() else { return false };
    let flags = letters.chars().rev().skip(1).all(|c| "itdPqTr".contains(c));
    letters.len() > 1 && flags && valued.contains(&format!("-{last}").as_str())
}

impl Call {
    /// Whether the container goes on in the background: `-d`, alone or among other letters, or `--detach`.
    pub(crate) fn detached(&self) -> bool {
        self.options.iter().any(|(name, value)| {
            let letters = name.value().strip_prefix('-').filter(|l| !l.starts_with('-')).unwrap_or("");
            letters.chars().take_while(|c| "itdPqT".contains(*c)).any(|c| c == 'd')
                || name.value() == "--detach" && value.as_ref().is_none_or(|v| v.known() != Some("false"))
        })
    }

    /// The values of an option under any of its names.
    pub(crate) fn values<'a>(&'a self, names: &'a [&str]) -> impl Iterator<Item = &'a Text> {
        self.options.iter().filter(|(name, _)| names.contains(&name.value())).filter_map(|(_, value)| value.as_ref())
    }

    /// The value of the last option before the verb under any of these names.
    pub(crate) fn global(&self, names: &[&str]) -> Option<&Text> {
        let found = self.globals.iter().rev().find(|(name, _)| names.contains(&name.value()));
        found.and_then(|(_, value)| value.as_ref())
    }

    /// The containers or services that it names; options between them are left out.
    pub(crate) fn targets(&self) -> Vec<Text> {
        let more = self.command.iter().map(|w| &w.text).filter(|t| !t.value().starts_with('-'));
        self.target.iter().chain(more).cloned().collect()
    }
}
