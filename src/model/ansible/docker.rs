//! What a task does with containers: creates, starts, restarts, enters them, by module or by command line.
//!
//! Only as much of the command lines as the order of containers needs. Whether that comes at the right time is left to
//! `handlers`.

use crate::ansible::walk::{Command as TaskCommand, Task};
use crate::model::command::docker;
use crate::model::command::wrapper::{base, before_program, is_shell, script_of};
use crate::source::Span;
use crate::syntax::script::{Command, Script, Word, script, words};
use crate::text::Text;
use crate::yaml::{Node, Resolved, Schema};

/// How deep `sh -c` in `sh -c` is followed.
const MAX_DEPTH: usize = 4;

/// One thing done with containers.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is done.
    pub verb: Verb,
    /// To which containers: names, or services of a compose project. Empty with compose means all services.
    pub names: Vec<Text>,
    /// The compose project, where it goes through compose.
    pub compose: Option<Project>,
    /// Where the call is written.
    pub span: Span,
    /// Whether the shell around it expects its failure: behind a test, before `||`.
    pub guarded: bool,
}

/// A compose project, as a call names it.
#[derive(Debug, Clone, Default)]
pub struct Project {
    /// The directory that it runs in, or that its first file is in.
    pub directory: Option<Text>,
}

/// What is done with a container.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// Created where it does not exist, and started: `run`, `up`.
    Create,
    /// Restarted, started, stopped or killed, as far as that fails where it does not exist.
    Restart,
    /// Entered: `exec`, `cp`; fails where it does not run.
    Exec,
    /// A systemd unit is started, which may run a container of a like name.
    Unit,
    /// Something runs that may do anything: a script (then its path is the name), `make`.
    Unknown,
}

/// What `task` does with containers.
pub fn calls(task: &Task<'_>) -> Vec<Call> {
    if let Some(command) = task.command() {
        return of_command(&command);
    }
    let Some(module) = &task.module else { return Vec::new() };
    let span = module.text.span();
    let state = task.arg_text("state");
    let state = state.as_ref().map(|s| s.known().unwrap_or("")).map(str::to_owned);
    let call = |verb, names: Vec<Text>, compose| vec![Call { verb, names, compose, span, guarded: false }];
    let name = || task.arg_text("name").into_iter().collect();
    let project = || {
        let directory = ["project_src", "chdir"].iter().find_map(|key| task.arg_text(key));
        Some(Project { directory })
    };
    match (&*module.name, state.as_deref().unwrap_or("")) {
        (_, "absent" | "stopped") | ("docker_compose", "restarted") => Vec::new(),
        // Without names it is a `restart` of all that there is, which passes where nothing is.
        ("docker_compose_v2", "restarted") => {
            let services = list(task.arg("services").as_ref());
            if services.is_empty() { Vec::new() } else { call(Verb::Restart, services, project()) }
        }
        // Without an image it can only use a container that exists.
        ("docker_container", "" | "started") if restarts(task) => call(Verb::Restart, name(), None),
        ("docker_container" | "podman_container" | "docker_swarm_service", _) => call(Verb::Create, name(), None),
        ("docker_compose_v2_exec" | "docker_container_exec", _) => {
            let container = task.arg_text("container").or_else(|| task.arg_text("service"));
            call(Verb::Exec, container.into_iter().collect(), None)
        }
        ("docker_compose" | "docker_compose_v2" | "docker_compose_v2_run", _) => {
            call(Verb::Create, list(task.arg("services").as_ref()), project())
        }
        ("docker_stack" | "podman_play" | "script" | "make" | "include_role", _) => {
            call(Verb::Unknown, Vec::new(), None)
        }
        ("systemd" | "systemd_service" | "service", state) => {
            let starts = matches!(state, "started" | "restarted" | "reloaded");
            let unknown = state.is_empty() && task.arg("state").is_some();
            if starts || unknown { call(Verb::Unit, name(), None) } else { Vec::new() }
        }
        _ => Vec::new(),
    }
}

/// Whether a `docker_container` names no image that it could create its container from, and restarts it.
fn restarts(task: &Task<'_>) -> bool {
    task.arg("image").is_none() && task.arg("restart").is_some_and(|node| is_true(&node))
}

/// Whether the keyword's value is a plain yes.
pub fn is_true(node: &Node) -> bool {
    matches!(node.resolve(Schema::Python), Some(Resolved::Bool(true)))
}

fn of_command(command: &TaskCommand) -> Vec<Call> {
    let mut found = Vec::new();
    let directory = command.chdir.as_ref();
    match &command.line {
        Some(line) if command.shell => of_script(&script(line), directory, false, 0, &mut found),
        Some(line) => of_words(&words(line), line.span(), directory, false, 0, &mut found),
        None => {
            let words: Vec<Word> = command.argv.iter().map(|t| word(t.clone())).collect();
            let Some(span) = words.first().map(|w| w.text.span()) else { return found };
            let span = words.last().map_or(span, |last| span.to(last.text.span()));
            of_words(&words, span, directory, false, 0, &mut found);
        }
    }
    found
}

fn word(text: Text) -> Word {
    Word { text, quoted: true, substitutions: Vec::new() }
}

fn of_script(script: &Script, directory: Option<&Text>, guarded: bool, depth: usize, found: &mut Vec<Call>) {
    let mut directory = directory.cloned();
    // Whether the command stands behind `&&` after others that succeed without the container.
    let mut behind_step = false;
    for (index, command) in script.commands.iter().enumerate() {
        let words = command.words.as_slice();
        // An installer from elsewhere does not know the containers of this deployment.
        if runs_download(script, index) {
            continue;
        }
        let runs_always = !command.guarded || behind_step;
        behind_step = command.tested && runs_always && asks_no_container(words);
        if let [cd, to, ..] = words
            && cd.text.known() == Some("cd")
        {
            directory = Some(to.text.clone());
            continue;
        }
        let guarded = guarded || command.tested && !command.passed_on || !runs_always;
        of_words(words, command.span, directory.as_ref(), guarded, depth, found);
    }
}

/// Whether what the command runs is downloaded at once: `curl … | sh`, `bash <(curl …)`, `sh -c "$(curl …)"`.
fn runs_download(script: &Script, index: usize) -> bool {
    let program = |command: &Command| base(effective(&command.words).first().map_or("", |w| w.text.value())).to_owned();
    let Some(command) = script.commands.get(index) else { return false };
    if !matches!(&*program(command), "sh" | "bash" | "dash" | "ash" | "eval" | "source" | ".") {
        return false;
    }
    script.commands.iter().any(|other| {
        let before = match (other.pipe, command.pipe) {
            (Some(a), Some(b)) => a.id == b.id && a.position < b.position,
            _ => false,
        };
        (before || other.inside == Some(index)) && matches!(&*program(other), "curl" | "wget")
    })
}

/// Whether a command succeeds or fails whatever containers there are: `cd /srv && docker compose pull && …` is no guard.
fn asks_no_container(words: &[Word]) -> bool {
    let words: Vec<&str> = effective(words).iter().filter_map(|w| w.text.known()).collect();
    let docker = matches!(words.first(), Some(&("docker" | "docker-compose" | "podman" | "podman-compose")));
    let plain = matches!(words.first(), Some(&("cd" | "echo" | "printf" | "sleep" | "export" | "set")));
    plain || docker && words.iter().any(|w| matches!(*w, "pull" | "build" | "config" | "login"))
}

fn of_words(words: &[Word], span: Span, directory: Option<&Text>, guarded: bool, depth: usize, found: &mut Vec<Call>) {
    let words = effective(words);
    let Some(program) = words.first().map(|w| w.text.value()) else { return };
    let name = base(program);
    let rest = words.get(1..).unwrap_or(&[]);
    let mut call = |verb, names, compose| found.push(Call { verb, names, compose, span, guarded });
    if let Some((verb, names, compose)) = docker::parse(words).and_then(|c| of_engine(&c, directory)) {
        return call(verb, names, compose);
    }
    match name {
        name if is_shell(name) && depth < MAX_DEPTH => match script_of(words.iter().map(|w| &w.text)) {
            Some(inner) => of_script(&script(inner), directory, guarded, depth + 1, found),
            None => call(Verb::Unknown, texts(rest).into_iter().take(1).collect(), None),
        },
        "make" | "just" => call(Verb::Unknown, Vec::new(), None),
        "systemctl" => {
            let rest = operands(rest);
            if matches!(rest.first().and_then(|w| w.text.known()), Some("start" | "restart" | "enable")) {
                call(Verb::Unit, texts(rest.get(1..).unwrap_or(&[])), None);
            }
        }
        _ if name.rsplit('.').next() == Some("sh") || words.first().is_some_and(|w| !w.text.is_known()) => {
            call(Verb::Unknown, words.first().map(|w| w.text.clone()).into_iter().collect(), None);
        }
        _ => {}
    }
}

/// The words of the program behind `sudo`, `timeout 5` and their like.
fn effective(words: &[Word]) -> &[Word] {
    words.get(before_program(words.iter().map(|w| &w.text))..).unwrap_or(&[])
}

type Found = (Verb, Vec<Text>, Option<Project>);

/// What a call of an engine does with containers.
fn of_engine(call: &docker::Call, directory: Option<&Text>) -> Option<Found> {
    let compose = call.compose.then(|| project(call, directory));
    let names = call.targets();
    match (call.word.known()?, call.compose) {
        ("up" | "create", true) => Some((Verb::Create, names, compose)),
        ("run", true) => Some((Verb::Create, Vec::new(), compose)),
        ("run" | "create", false) => Some((Verb::Create, call.values(&["--name"]).take(1).cloned().collect(), None)),
        ("restart" | "start" | "stop" | "kill", false) => Some((Verb::Restart, names, compose)),
        // `stop` and `kill` pass where there is no container, and so does `restart` without names (measured).
        ("restart" | "start", true) => (!names.is_empty()).then_some((Verb::Restart, names, compose)),
        ("exec", _) => call.target.clone().map(|name| (Verb::Exec, vec![name], compose)),
        ("stack", false) => Some((Verb::Unknown, Vec::new(), None)),
        _ => None,
    }
}

/// The project that a call of compose is about: `--project-directory`, the folder of its first file, where it runs.
fn project(call: &docker::Call, directory: Option<&Text>) -> Project {
    let first = call.globals.iter().find(|(name, _)| matches!(name.value(), "-f" | "--file"));
    let of_file = || first.and_then(|(_, file)| file.as_ref()?.rsplit_once('/')).map(|(dir, _)| dir);
    let chosen = call.global(&["--project-directory"]).cloned().or_else(of_file);
    Project { directory: chosen.or_else(|| directory.cloned()) }
}

/// The words after the options at the front.
fn operands(words: &[Word]) -> &[Word] {
    let options = words.iter().take_while(|w| w.text.value().starts_with('-')).count();
    words.get(options..).unwrap_or(&[])
}

/// The names among the words; options between them are left out.
fn texts(words: &[Word]) -> Vec<Text> {
    words.iter().filter(|w| !w.text.value().starts_with('-')).map(|w| w.text.clone()).collect()
}

fn list(node: Option<&Node>) -> Vec<Text> {
    let items = node.and_then(Node::seq).unwrap_or(&[]);
    items.iter().filter_map(|n| n.text().cloned()).collect()
}

#[cfg(test)]
#[path = "docker_tests.rs"]
mod tests;
