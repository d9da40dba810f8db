//! Facts of subjects `command` and `command.argument`.

use std::collections::{BTreeSet, HashMap};

use super::argument::{By, Secret, by_command};
use super::docker::{self, Verb};
use super::hides::{self, Seen};
use super::lasts::lasts;
use super::{Commands, Origin, Run, Through};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, FieldKind, Schema, Value, field};
use crate::model::file_purpose::{by_hand, of_tests};
use crate::model::secret::shape;
use crate::model::subject::Subject;
use crate::source::Span;
use crate::text::Text;

/// The fields of `command`.
pub const COMMAND: Schema = Schema {
    name: "command",
    doc: "A program that something starts: in a script, a task, a service, a Dockerfile, a unit; programs behind `sudo`, `sh -c` and `docker exec` are commands of their own.",
    fields: &[
        field(
            "program",
            FieldKind::Str,
            "The program's name without its directory; empty where only variables are set.",
        ),
        field(
            "words",
            FieldKind::List(&FieldKind::Str),
            "Its words, wrappers like `sudo` left out; secrets are shown as `…`.",
        ),
        field(
            "origin",
            FieldKind::OneOf(&[
                "compose-command",
                "compose-entrypoint",
                "healthcheck",
                "ansible",
                "script",
                "dockerfile-run",
                "dockerfile-start",
                "unit",
                "container",
            ]),
            "Where it is written; `container` for one that a container is started with anywhere but in compose.",
        ),
        field("site", FieldKind::Str, "The task, service or directive that it stands in; null for scripts."),
        field("path", FieldKind::Str, "The file; empty for compose services."),
        field("builtin", FieldKind::Bool, "Whether the shell runs it itself."),
        field(
            "through",
            FieldKind::OneOf(&["itself", "substitution", "shell", "container", "remote"]),
            "How it is started: `itself`, `substitution`, `shell`, `container` or `remote`.",
        ),
        field("outer", FieldKind::Fact(Subject::Command), "The command that starts it, where one does."),
        field("tested", FieldKind::Bool, "Whether something looks at its failure."),
        field("guarded", FieldKind::Bool, "Whether it runs only in some cases."),
        field("pipes_into", FieldKind::List(&FieldKind::Str), "The programs that read its output through pipes."),
        field(
            "download",
            FieldKind::Str,
            "The address whose content a shell runs at once, unchecked: `curl … | sh`, `bash <(curl …)`; null otherwise.",
        ),
        field(
            "engine",
            FieldKind::Str,
            "What it asks of a container engine: `run`, `exec`, `pull`, `build`, `compose-up` …; null otherwise.",
        ),
        field("target", FieldKind::Str, "The image, container or service that it names to a container engine."),
        field("waited", FieldKind::Bool, "Whether a `docker compose up --wait` stands before it in the same file."),
        field("groups", FieldKind::List(&FieldKind::Str), "The groups that it puts a user in."),
    ],
};

/// The fields of `command.argument`.
pub const ARGUMENT: Schema = Schema {
    name: "command.argument",
    doc: "A word of a command that is a secret: whoever may list processes reads it.",
    fields: &[
        field("command", FieldKind::Fact(Subject::Command), "The command."),
        field(
            "name",
            FieldKind::Str,
            "The variable, option or key whose value it is, or what its shape says; never the value.",
        ),
        field("by", FieldKind::OneOf(&["variable", "name", "shape", "place"]), "How it was recognised."),
        field("literal", FieldKind::Bool, "Whether it is written out."),
        field("from_file", FieldKind::Bool, "Whether it is the output of a command, like `$(cat file)`."),
        field("weak", FieldKind::Bool, "Whether it is written out and everybody can guess it."),
        field(
            "short",
            FieldKind::Bool,
            "Whether it is gone at once: the program is a text tool, or `env`, which becomes another one.",
        ),
        field("test", FieldKind::Bool, "Whether the file belongs to tests, by its folder or name."),
        field(
            "brief",
            FieldKind::Bool,
            "Whether the program is known to do one thing and to end: a request, a query, the start of a container.",
        ),
        field(
            "lasts",
            FieldKind::Bool,
            "Whether its process stays: a service, a unit or a container is started with it.",
        ),
        field(
            "by_hand",
            FieldKind::Bool,
            "Whether the file says by its name that somebody runs it once: `install.sh`, `create-users.sh`.",
        ),
        field(
            "credential",
            FieldKind::Fact(Subject::Credential),
            "The credential that it is, where it is written out.",
        ),
        field(
            "visible",
            FieldKind::OneOf(&["always", "start", "unmeasured"]),
            "How long others can read it: `always`, `start` (the program overwrites it), `unmeasured`.",
        ),
        field("versions", FieldKind::Str, "The releases of the program that were measured; null where none was."),
        field(
            "configured",
            FieldKind::Bool,
            "Whether it stands in the configuration of a container, which the engine shows.",
        ),
        field("instead", FieldKind::Str, "What the program takes instead of an argument; null where nobody looked."),
        field("only_way", FieldKind::Bool, "Whether the program takes it in no other way."),
        field("repeated", FieldKind::Bool, "Whether another argument of the same script or task stands for this one."),
        field("others", FieldKind::List(&FieldKind::Str), "The names of those that it stands for, each at its place."),
    ],
};

/// Adds the facts; the fact of each command in the order of `commands`.
pub(crate) fn build(model: &mut Model<'_>, commands: &Commands) -> Vec<FactId> {
    let secrets = commands.secrets();
    let hidden = by_command(secrets);
    let mut ids = Vec::with_capacity(commands.all.len());
    let mut waited = BTreeSet::new();
    for (index, run) in commands.all.iter().enumerate() {
        let outer = run.outer.and_then(|o| ids.get(o)).copied();
        let hidden = hidden.get(&index).map(Vec::as_slice).unwrap_or_default();
        let fact = command(commands, index, run, outer, hidden).with("waited", waited.contains(&run.site));
        if waits(run) {
            waited.insert(run.site);
        }
        ids.push(model.facts.add(fact));
    }
    arguments(model, commands, secrets, &ids);
    ids
}

/// Whether it ends only when the services of a project are healthy.
fn waits(run: &Run) -> bool {
    let told = run.words.iter().any(|w| w.text.value() == "--wait");
    told && docker::parse(run.effective())
        .is_some_and(|call| call.compose && matches!(call.word.value(), "up" | "start"))
}

/// The facts of secrets among arguments; of several in one script or task the worst stands for the others.
fn arguments(model: &mut Model<'_>, commands: &Commands, secrets: &[Secret], ids: &[FactId]) {
    let paths: HashMap<_, _> = model.deployment.documents.iter().map(|d| (d.source, d.path.as_str())).collect();
    let seen: Vec<Seen> = secrets
        .iter()
        .map(|s| commands.all.get(s.command).map_or(Seen::NotMeasured, |run| hides::seen(commands, run, s)))
        .collect();
    let leaders = leaders(commands, secrets, &seen);
    let credentials = crate::model::credential::by_place(&model.facts);
    let credential = |secret: &Secret| credentials.get(&secret.text.span()).copied();
    for (at, secret) in secrets.iter().enumerate() {
        let Some((id, run)) = ids.get(secret.command).zip(commands.all.get(secret.command)) else { continue };
        let path = paths.get(&secret.text.span().source).copied().unwrap_or_default();
        let by = match secret.by {
            By::Variable => "variable",
            By::Name => "name",
            By::Shape => "shape",
            By::Place => "place",
        };
        let visible = match seen.get(at) {
            Some(Seen::AtStart) => "start",
            Some(Seen::Always) => "always",
            Some(Seen::NotMeasured) | None => "unmeasured",
        };
        let origin = commands.sites.get(run.site).map(|s| s.origin);
        let service = matches!(
            origin,
            Some(Origin::ComposeCommand | Origin::ComposeEntrypoint | Origin::Healthcheck | Origin::DockerStart)
        );
        let others = leaders.iter().enumerate().filter(|(other, leader)| *other != at && **leader == at);
        let others = others.filter_map(|(other, _)| secrets.get(other));
        let others = others.map(|s| Field::at(s.name.as_str(), s.text.place())).collect();
        let fact = Fact::new(Subject::Argument, secret.text.place())
            .with("command", *id)
            .with("name", secret.name.as_str())
            .with("by", by)
            .with("literal", secret.literal)
            .with("from_file", secret.from_file)
            .with("weak", secret.weak)
            .with("short", secret.short)
            .with("test", of_tests(path))
            .with("brief", hides::brief(run))
            .with("lasts", lasts(commands, secret.command, run))
            .with("by_hand", by_hand(path))
            .with("credential", Field::derived(credential(secret).map_or(Value::Null, Value::from)))
            .with("visible", visible)
            .with("versions", hides::versions(run))
            .with("configured", service && hides::in_configuration(secret))
            .with("instead", hides::instead(run))
            .with("only_way", hides::only_way(run))
            .with("repeated", leaders.get(at).is_some_and(|leader| *leader != at))
            .with("others", Value::List(others));
        model.facts.add(fact);
    }
}

/// For each secret the one that stands for it: the worst of its script or of its task, or else the first.
fn leaders(commands: &Commands, secrets: &[Secret], seen: &[Seen]) -> Vec<usize> {
    let mut groups: HashMap<_, usize> = HashMap::new();
    let key = |secret: &Secret| {
        let site = commands.all.get(secret.command).map_or(0, |run| run.site);
        let script = commands.sites.get(site).is_some_and(|s| s.origin == Origin::Script);
        // What rules tell apart is not mixed.
        let short = (secret.short || secret.from_file, commands.all.get(secret.command).is_some_and(hides::brief));
        (site, short, if script { None } else { Some(secret.name.clone()) })
    };
    let rank = |at: usize| (seen.get(at).copied(), secrets.get(at).is_some_and(|s| !s.weak));
    for (at, secret) in secrets.iter().enumerate() {
        let leader = groups.entry(key(secret)).or_insert(at);
        if rank(at) > rank(*leader) {
            *leader = at;
        }
    }
    secrets.iter().enumerate().map(|(at, s)| groups.get(&key(s)).copied().unwrap_or(at)).collect()
}

fn command(commands: &Commands, index: usize, run: &Run, outer: Option<FactId>, hidden: &[Span]) -> Fact {
    let site = commands.sites.get(run.site);
    let through = match run.through {
        Through::Itself => "itself",
        Through::Substitution => "substitution",
        Through::Shell => "shell",
        Through::Container => "container",
        Through::Remote => "remote",
    };
    let call = docker::parse(run.effective());
    let text = |t: Option<&Text>| t.map_or(Field::derived(Value::Null), Field::text);
    let download =
        download(commands, index, run).map_or(Field::derived(Value::Null), |t| Field::at(t.display(), t.place()));
    let place = run.effective().first().map_or_else(
        || run.span.into(),
        |first| {
            let last = run.words.last().map_or(first.text.span(), |l| l.text.span());
            crate::text::Place::from(
                if first.text.span().source == last.source && first.text.span().start <= last.start {
                    first.text.span().to(last)
                } else {
                    run.span
                },
            )
        },
    );
    Fact::new(Subject::Command, place)
        .with("program", run.effective().first().map_or(Field::derived(""), |w| program_field(&w.text)))
        .with("words", words(run, hidden))
        .with("origin", site.map_or("", |s| s.origin.name()))
        .with("site", text(site.and_then(|s| s.name.as_ref())))
        .with("path", site.map_or("", |s| s.path.as_str()))
        .with("builtin", run.builtin())
        .with("through", through)
        .with("outer", Field::derived(outer.map_or(Value::Null, Value::from)))
        .with("tested", run.tested)
        .with("guarded", run.guarded)
        .with("pipes_into", pipes_into(commands, run))
        .with("download", download)
        .with("engine", Field::derived(call.as_ref().map_or(Value::Null, |c| engine(c.verb).into())))
        .with("target", text(call.as_ref().and_then(|c| c.target.as_ref())))
        .with("groups", groups(run))
}

fn program_field(text: &Text) -> Field {
    match text.known() {
        Some(known) if known.starts_with('-') => Field::derived(""),
        Some(known) => Field::at(super::program_name(known), text.place()),
        None => Field::text(text),
    }
}

fn engine(verb: Verb) -> &'static str {
    match verb {
        Verb::Run => "run",
        Verb::Create => "create",
        Verb::Pull => "pull",
        Verb::Build => "build",
        Verb::Exec => "exec",
        Verb::Tag => "tag",
        Verb::ComposeExec => "compose-exec",
        Verb::ComposeRun => "compose-run",
        Verb::ComposeUp => "compose-up",
        Verb::ComposePull => "compose-pull",
        Verb::ComposeBuild => "compose-build",
        Verb::Other => "other",
    }
}

/// The words, with secrets blotted out.
fn words(run: &Run, hidden: &[Span]) -> Value {
    let shown = |text: &Text| {
        let secret = hidden.iter().any(|h| text.span().contains(*h) || h.contains(text.span()));
        let secret = secret || text.known().is_some_and(|k| shape(k).is_some());
        if secret { Field::at("…", text.span().into()) } else { Field::text(text) }
    };
    Value::List(run.effective().iter().map(|w| shown(&w.text)).collect())
}

fn pipes_into(commands: &Commands, run: &Run) -> Value {
    Value::List(commands.readers(run).iter().map(|r| Field::derived(r.program())).collect())
}

/// The groups of `usermod -aG a,b user`, `adduser user group`, `gpasswd -a user group`.
fn groups(run: &Run) -> Value {
    let words = run.effective();
    let after = |options: &[&str]| {
        let at = words.iter().position(|w| options.contains(&w.text.value()))?;
        words.get(at + 1).map(|w| w.text.clone())
    };
    let list = match run.program() {
        "usermod" => {
            after(&["-aG", "-a", "-G", "--groups", "-Ga"]).filter(|t| t.value() != "-G").or_else(|| after(&["-G"]))
        }
        "useradd" => after(&["-G", "--groups"]),
        "gpasswd" => {
            words.get(3).map(|w| w.text.clone()).filter(|_| words.get(1).is_some_and(|w| w.text.value() == "-a"))
        }
        "adduser" | "addgroup" => {
            let plain: Vec<_> = words.iter().skip(1).filter(|w| !w.text.value().starts_with('-')).collect();
            plain.get(1).map(|w| w.text.clone()).filter(|_| plain.len() == 2 && plain.len() + 1 == words.len())
        }
        _ => None,
    };
    let Some(list) = list else { return Value::List(Vec::new()) };
    let mut found = Vec::new();
    let mut at = 0;
    for part in list.value().split(',') {
        found.push(Field::text(&list.slice(at..at + part.len())));
        at += part.len() + 1;
    }
    Value::List(found)
}

/// Programs that run what they read.
const INTERPRETERS: &[&str] = &["sh", "bash", "ash", "dash", "zsh", "python", "python3", "perl", "ruby", "node"];

/// The address of the download that this command starts and a shell runs at once.
fn download<'a>(commands: &'a Commands, index: usize, run: &'a Run) -> Option<&'a Text> {
    if !matches!(run.program(), "curl" | "wget")
        || commands.sites.get(run.site).is_some_and(|s| s.origin == Origin::Healthcheck)
    {
        return None;
    }
    let address = run.effective().iter().skip(1).map(|w| &w.text).find(|t| {
        let v = t.value();
        v.starts_with("http://") || v.starts_with("https://") || !t.is_known() && !v.starts_with('-')
    })?;
    let readers = commands.readers(run);
    let checks =
        |r: &&Run| matches!(r.program(), "sha256sum" | "sha512sum" | "shasum" | "gpg" | "gpgv" | "cosign" | "minisign");
    let piped = !readers.iter().any(checks) && readers.iter().any(|r| interprets(r));
    (piped || substituted(commands, index, run)).then_some(address)
}

/// Whether the program runs its standard input as code.
fn interprets(run: &Run) -> bool {
    let known = run.known();
    let shell = matches!(run.program(), "sh" | "bash" | "ash" | "dash" | "zsh");
    let own_script = known.iter().any(|w| *w == "-c" || *w == "-e" && !shell || *w == "-m" && !shell);
    let reads_input = known.iter().any(|w| matches!(*w, "-" | "-s" | "-es" | "/dev/stdin"));
    let file = known.iter().any(|w| !w.starts_with('-') && !w.is_empty());
    INTERPRETERS.contains(&run.program()) && !own_script && (reads_input || !file)
}

/// `bash <(curl …)`, `sh -c "$(curl …)"`, `eval "$(curl …)"`, `source <(curl …)`.
fn substituted(commands: &Commands, index: usize, run: &Run) -> bool {
    let Some(outer) = run.outer.filter(|_| run.through == Through::Substitution).and_then(|o| commands.all.get(o))
    else {
        return false;
    };
    let at = outer.substitutions.iter().position(|inside| inside.contains(&index));
    let shell = matches!(outer.program(), "sh" | "bash" | "ash" | "dash" | "zsh");
    let known = outer.known();
    match (outer.program(), at) {
        ("eval" | "source" | ".", Some(_)) => true,
        (_, Some(at)) if shell => {
            let place = at.checked_sub(outer.start + 1);
            let first = known.iter().position(|w| !w.starts_with('-'));
            place.is_some() && place == first
        }
        _ => false,
    }
}
