//! What a task does with containers: creates, starts, restarts, enters them, by module or by command line.
//!
//! Only as much of the command lines as the order of containers needs. Whether that comes at the right time is left to
//! `handlers`.

use super::walk::{Command as TaskCommand, Task};
use crate::load::script::{Command, Script, Word, script, words};
use crate::source::Span;
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
        (_, "absent" | "stopped") | ("docker_compose" | "docker_compose_v2", "restarted") => Vec::new(),
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
    let program = |command: &Command| {
        let first = without_wrappers(&command.words).first().map_or("", |w| w.text.value());
        first.rsplit('/').next().unwrap_or(first).to_owned()
    };
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
    let words: Vec<&str> = without_wrappers(words).iter().filter_map(|w| w.text.known()).collect();
    let docker = matches!(words.first(), Some(&("docker" | "docker-compose" | "podman" | "podman-compose")));
    let plain = matches!(words.first(), Some(&("cd" | "echo" | "printf" | "sleep" | "export" | "set")));
    plain || docker && words.iter().any(|w| matches!(*w, "pull" | "build" | "config" | "login"))
}

fn of_words(words: &[Word], span: Span, directory: Option<&Text>, guarded: bool, depth: usize, found: &mut Vec<Call>) {
    let words = without_wrappers(words);
    let Some(program) = words.first().map(|w| w.text.value()) else { return };
    let name = program.rsplit('/').next().unwrap_or(program);
    let rest = words.get(1..).unwrap_or(&[]);
    let mut call = |verb, names, compose| found.push(Call { verb, names, compose, span, guarded });
    match name {
        "docker" | "podman" => {
            if let Some((verb, names, compose)) = of_docker(rest, directory) {
                call(verb, names, compose);
            }
        }
        "docker-compose" | "podman-compose" => {
            if let Some((verb, names, compose)) = of_compose(rest, directory) {
                call(verb, names, Some(compose));
            }
        }
        "sh" | "bash" | "dash" | "ash" if depth < MAX_DEPTH => {
            let inline = rest.iter().position(|w| matches!(w.text.known(), Some("-c" | "-ec" | "-lc" | "-euc")));
            match inline.and_then(|at| rest.get(at + 1)) {
                Some(inner) => of_script(&script(&inner.text), directory, guarded, depth + 1, found),
                None => call(Verb::Unknown, texts(rest).into_iter().take(1).collect(), None),
            }
        }
        "make" | "just" => call(Verb::Unknown, Vec::new(), None),
        "systemctl" => {
            let rest = skip_options(rest, &[]);
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

fn without_wrappers(words: &[Word]) -> &[Word] {
    let mut words = words;
    while let Some(first) = words.first() {
        if !matches!(first.text.known(), Some("sudo" | "env" | "nohup" | "exec" | "time" | "command")) {
            break;
        }
        words = words.get(1..).unwrap_or(&[]);
        let option = |w: &Word| w.text.value().starts_with('-') || w.text.value().contains('=');
        while words.first().is_some_and(option) {
            let takes_value = matches!(words.first().and_then(|w| w.text.known()), Some("-u" | "-g" | "--user"));
            words = words.get(1 + usize::from(takes_value)..).unwrap_or(&[]);
        }
    }
    words
}

type Found = (Verb, Vec<Text>, Option<Project>);

fn of_docker(words: &[Word], directory: Option<&Text>) -> Option<Found> {
    let rest = skip_options(words, &["-H", "--host", "-c", "--context", "--config", "-l", "--log-level"]);
    let mut rest = rest;
    if matches!(rest.first()?.text.known(), Some("container")) {
        rest = rest.get(1..)?;
    }
    let verb = rest.first()?.text.known()?;
    let after = rest.get(1..)?;
    match verb {
        "compose" => of_compose(after, directory).map(|(verb, names, project)| (verb, names, Some(project))),
        "restart" | "start" | "stop" | "kill" => {
            let names = skip_options(after, &["-t", "--time", "--timeout", "-s", "--signal"]);
            Some((Verb::Restart, texts(names), None))
        }
        "run" | "create" => {
            let name = option_value(after, "--name");
            Some((Verb::Create, name.into_iter().collect(), None))
        }
        "exec" => {
            let options = ["-e", "--env", "--env-file", "-u", "--user", "-w", "--workdir", "--detach-keys"];
            let name = skip_options(after, &options).first()?.text.clone();
            Some((Verb::Exec, vec![name], None))
        }
        "stack" => Some((Verb::Unknown, Vec::new(), None)),
        _ => None,
    }
}

fn of_compose(words: &[Word], directory: Option<&Text>) -> Option<(Verb, Vec<Text>, Project)> {
    let valued = [
        "-f",
        "--file",
        "-p",
        "--project-name",
        "--profile",
        "--env-file",
        "--project-directory",
        "--ansi",
        "--parallel",
        "--progress",
    ];
    let rest = skip_options(words, &valued);
    let globals = words.get(..words.len() - rest.len())?;
    let of_file = || {
        let file = option_value(globals, "-f").or_else(|| option_value(globals, "--file"))?;
        file.rsplit_once('/').map(|(dir, _)| dir)
    };
    let chosen = option_value(globals, "--project-directory").or_else(of_file);
    let project = Project { directory: chosen.or_else(|| directory.cloned()) };
    let verb = rest.first()?.text.known()?;
    let after = rest.get(1..)?;
    let services = |valued: &[&str]| texts(skip_options(after, valued));
    match verb {
        "up" | "create" => {
            let valued = ["--scale", "-t", "--timeout", "--wait-timeout", "--pull", "--exit-code-from", "--attach"];
            Some((Verb::Create, services(&valued), project))
        }
        "run" => Some((Verb::Create, Vec::new(), project)),
        // `stop` and `kill` pass where there is no container, and so does `restart` without names (measured).
        "restart" | "start" => {
            let names = services(&["-t", "--timeout"]);
            (!names.is_empty()).then_some((Verb::Restart, names, project))
        }
        "exec" => {
            let options = ["-e", "--env", "-u", "--user", "-w", "--workdir", "--index"];
            Some((Verb::Exec, services(&options).into_iter().take(1).collect(), project))
        }
        _ => None,
    }
}

/// The words after the options at the front; those in `valued` take the next word with them.
fn skip_options<'w>(words: &'w [Word], valued: &[&str]) -> &'w [Word] {
    let mut at = 0;
    while let Some(word) = words.get(at).map(|w| w.text.value()) {
        if !word.starts_with('-') {
            break;
        }
        at += 1 + usize::from(valued.contains(&word));
    }
    words.get(at..).unwrap_or(&[])
}

fn option_value(words: &[Word], option: &str) -> Option<Text> {
    words.iter().enumerate().find_map(|(at, word)| {
        let value = word.text.value();
        if value == option {
            return words.get(at + 1).map(|w| w.text.clone());
        }
        let inline = value.strip_prefix(option)?.strip_prefix('=')?;
        Some(word.text.slice(value.len() - inline.len()..value.len()))
    })
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
