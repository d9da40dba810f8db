//! Commands, wherever they are written: compose, Ansible, scripts, Dockerfiles, units.
//!
//! `collect` finds the command lines, `unwrap` looks through `sudo`, `sh -c` and `docker exec` for the programs that
//! really run, `docker` reads a container engine's options, `argument` finds secrets among the words, `hides`
//! says how long they can be read, `facts` turns all into facts. What an image or a credential in a command means is left to their own files.

mod about;
mod argument;
mod collect;
pub(crate) mod docker;
mod facts;
mod hides;
mod lasts;
mod named;
mod unwrap;
pub(crate) mod wrapper;

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use crate::source::Span;
use crate::syntax::script::{Assignment, Pipe, Word};
use crate::text::Text;

pub(crate) use collect::collect;
pub(crate) use facts::build;
pub use facts::{ARGUMENT, COMMAND};
pub(crate) use wrapper::base;

/// All commands of a deployment.
#[derive(Debug, Default)]
pub(crate) struct Commands {
    /// Where they are written.
    pub(crate) sites: Vec<Site>,
    /// The commands, outer before inner.
    pub(crate) all: Vec<Run>,
    /// The names of all functions of all scripts: calling one starts no program.
    pub(crate) functions: BTreeSet<String>,
    /// The commands of each pipeline.
    pub(crate) pipelines: HashMap<usize, Vec<usize>>,
    /// What [`argument::secrets`] finds, once somebody has asked.
    secrets: OnceLock<Vec<argument::Secret>>,
}

/// A place that holds commands: one script, one task, one service's `command`.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// What kind of place it is.
    pub(crate) origin: Origin,
    /// Index of its document in the deployment; `None` for compose services, which may be of several.
    pub(crate) document: Option<usize>,
    /// The path of its file as reports print it; empty for compose services.
    pub(crate) path: String,
    /// What people call it: the service, the task, the directive.
    pub(crate) name: Option<Text>,
    /// Whether nobody watches: the job of a cron task.
    pub(crate) unattended: bool,
}

/// Where a command is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    /// `command:` of a compose service.
    ComposeCommand,
    /// `entrypoint:` of a compose service.
    ComposeEntrypoint,
    /// `healthcheck.test:` of a compose service.
    Healthcheck,
    /// A task or a handler.
    Ansible,
    /// A shell script.
    Script,
    /// `RUN`.
    DockerRun,
    /// `CMD`, `ENTRYPOINT`, `HEALTHCHECK` of a Dockerfile.
    DockerStart,
    /// `Exec*=` of a unit.
    Unit,
    /// What a Quadlet file or a Kubernetes manifest lets a container run.
    Container,
}

/// One program that runs.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// Index into [`Commands::sites`].
    pub(crate) site: usize,
    /// All words, wrappers included.
    pub(crate) words: Vec<Word>,
    /// Where the program stands in `words`, after `sudo` and the like.
    pub(crate) start: usize,
    /// `X=1` before the program, and what `export` assigns.
    pub(crate) assignments: Vec<Assignment>,
    /// The whole command.
    pub(crate) span: Span,
    /// Its pipeline, unique within the deployment.
    pub(crate) pipe: Option<Pipe>,
    /// The command that starts it: index into [`Commands::all`].
    pub(crate) outer: Option<usize>,
    /// How the outer one starts it.
    pub(crate) through: Through,
    /// The commands in the `$(…)` of each word: indexes into [`Commands::all`].
    pub(crate) substitutions: Vec<Vec<usize>>,
    /// Whether something looks at its failure.
    pub(crate) tested: bool,
    /// Whether it runs only in some cases.
    pub(crate) guarded: bool,
}

/// How a command comes to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Through {
    /// It stands in the script or list itself.
    Itself,
    /// In `$(…)` or `<(…)` of the outer one.
    Substitution,
    /// As the script of `sh -c`.
    Shell,
    /// In a container: `docker exec`, `docker run`.
    Container,
    /// On another host: `ssh`.
    Remote,
}

impl Commands {
    /// All secrets in arguments, in the order of the commands; each place once.
    pub(crate) fn secrets(&self) -> &[argument::Secret] {
        self.secrets.get_or_init(|| argument::secrets(self))
    }

    /// Whether `program` is a function of some script, and no well-known program that one of them wraps.
    pub(crate) fn is_function(&self, program: &str) -> bool {
        let wrapped = ["docker", "podman", "curl", "wget", "ssh", "mysql", "psql", "git", "openclaw"];
        self.functions.contains(program) && !wrapped.contains(&program)
    }

    /// The commands that read what `run` writes, through pipes.
    pub(crate) fn readers(&self, run: &Run) -> Vec<&Run> {
        let Some(pipe) = run.pipe else { return Vec::new() };
        let all = self.pipelines.get(&pipe.id).map_or(&[][..], Vec::as_slice);
        // In the order of the text, which is that of the positions; nested commands may stand between.
        let position = |i: &usize| self.all.get(*i).and_then(|r| r.pipe).map_or(0, |p| p.position);
        let first = all.partition_point(|i| position(i) <= pipe.position);
        let rest = all.get(first..).unwrap_or(&[]).iter();
        rest.filter(|i| position(i) > pipe.position).filter_map(|i| self.all.get(*i)).take(MAX_READERS).collect()
    }
}

impl Origin {
    /// The name in facts; frozen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Origin::ComposeCommand => "compose-command",
            Origin::ComposeEntrypoint => "compose-entrypoint",
            Origin::Healthcheck => "healthcheck",
            Origin::Ansible => "ansible",
            Origin::Script => "script",
            Origin::DockerRun => "dockerfile-run",
            Origin::DockerStart => "dockerfile-start",
            Origin::Unit => "unit",
            Origin::Container => "container",
        }
    }
}

impl Run {
    /// The program and its arguments, without wrappers.
    pub(crate) fn effective(&self) -> &[Word] {
        self.words.get(self.start..).unwrap_or(&[])
    }

    /// The program's name without its directory; empty where it is not known or there is none.
    pub(crate) fn program(&self) -> &str {
        let word = self.effective().first().and_then(|w| w.text.known()).unwrap_or("");
        // Arguments of an image's own entrypoint have no program here.
        if word.starts_with('-') { "" } else { program_name(word) }
    }

    /// Whether the shell itself runs it, so that its words are in no process table.
    pub(crate) fn builtin(&self) -> bool {
        BUILTINS.contains(&self.program())
    }

    /// Whether it shows its words to people, or looks for them in texts.
    pub(crate) fn shows(&self) -> bool {
        matches!(self.program(), "echo" | "printf" | "grep" | "egrep" | "fgrep")
    }

    /// The known words after the program.
    pub(crate) fn known(&self) -> Vec<&str> {
        self.effective().iter().skip(1).map(|w| w.text.known().unwrap_or("")).collect()
    }
}

/// The program's name in a command's first word; `$CURL` may hold options too.
pub(crate) fn program_name(word: &str) -> &str {
    // Most words are neither several nor paths.
    if word.bytes().all(|b| b.is_ascii_graphic() && b != b'/') {
        return word;
    }
    base(word.split_whitespace().next().unwrap_or(word))
}

/// How many readers of one command's output are looked at; longer pipelines were made to be slow.
const MAX_READERS: usize = 20;

/// What shells run themselves; from the builtins of bash and dash.
const BUILTINS: &[&str] = &[
    "echo",
    "printf",
    "[",
    "[[",
    "test",
    "export",
    "local",
    "declare",
    "typeset",
    "readonly",
    "read",
    "set",
    "unset",
    "eval",
    ":",
    "true",
    "false",
    "cd",
    "return",
    "exit",
    "shift",
    "source",
    ".",
    "trap",
    "let",
    "alias",
    "wait",
    "pushd",
    "popd",
    "mapfile",
    "readarray",
    "type",
    "hash",
    "umask",
    "ulimit",
    "getopts",
    "break",
    "continue",
    "exec",
];

#[cfg(test)]
#[path = "command_tests.rs"]
mod tests;
