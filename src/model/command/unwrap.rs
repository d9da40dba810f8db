//! The programs behind `sudo`, `sh -c`, `docker exec`, `ssh`: each becomes a command of its own, inside the outer one.

use super::docker::{self, Verb};
use super::{Commands, Run, Site, Through, base};
use crate::load::script::{self, Command, Pipe, Script, Word};
use crate::source::Span;

/// How many shells within shells are looked into.
const MAX_DEPTH: usize = 4;

/// How many commands one deployment may have; a guard against scripts that were made to be slow.
const MAX_COMMANDS: usize = 200_000;

/// Adds commands to the list.
#[derive(Default)]
pub(super) struct Collector {
    pub(super) commands: Commands,
    pipes: usize,
}

impl Collector {
    /// Adds a site.
    pub(super) fn site(&mut self, site: Site) -> usize {
        self.commands.sites.push(site);
        self.commands.sites.len() - 1
    }

    /// Adds words that are arguments of a program that is not known.
    pub(super) fn arguments(&mut self, site: usize, words: Vec<Word>, span: Span) {
        let substitutions = vec![Vec::new(); words.len()];
        self.commands.all.push(Run { words, substitutions, ..empty(site, span) });
    }

    /// Adds the commands of `script`; those at its top are started by `outer`.
    pub(super) fn add_script(
        &mut self,
        site: usize,
        script: &Script,
        outer: Option<usize>,
        through: Through,
        depth: usize,
    ) {
        self.commands.functions.extend(script.functions.iter().cloned());
        let pipes = self.pipes;
        let most = script.commands.iter().filter_map(|c| c.pipe).map(|p| p.id + 1).max().unwrap_or(0);
        self.pipes += most;
        // Indexes into the script become indexes into the list; a nested command comes after its outer one.
        let mut places: Vec<usize> = Vec::with_capacity(script.commands.len());
        for command in &script.commands {
            if self.commands.all.len() >= MAX_COMMANDS {
                return;
            }
            let inside = command.inside.and_then(|i| places.get(i).copied());
            let index = self.commands.all.len();
            places.push(index);
            let (outer, through) = inside.map_or((outer, through), |i| (Some(i), Through::Substitution));
            let pipe = command.pipe.map(|p| Pipe { id: p.id + pipes, ..p });
            self.commands.all.push(Run { pipe, outer, through, ..of_command(site, command) });
            self.look_inside(index, depth);
        }
        for (command, place) in script.commands.iter().zip(&places) {
            let mapped = |w: &Word| w.substitutions.iter().filter_map(|i| places.get(*i).copied()).collect();
            if let Some(run) = self.commands.all.get_mut(*place) {
                run.substitutions = command.words.iter().map(mapped).collect();
            }
        }
    }

    /// Adds a command that no shell reads.
    pub(super) fn add_words(
        &mut self,
        site: usize,
        words: Vec<Word>,
        span: Span,
        outer: Option<usize>,
        through: Through,
        depth: usize,
    ) {
        if words.is_empty() || self.commands.all.len() >= MAX_COMMANDS {
            return;
        }
        let substitutions = vec![Vec::new(); words.len()];
        self.commands.all.push(Run { words, outer, through, substitutions, ..empty(site, span) });
        self.look_inside(self.commands.all.len() - 1, depth);
    }

    /// Finds the program of the command at `index` behind its wrappers, and what that program starts.
    fn look_inside(&mut self, index: usize, depth: usize) {
        let Some(run) = self.commands.all.get_mut(index) else { return };
        run.start = wrapped(&run.words);
        if depth >= MAX_DEPTH {
            return;
        }
        let (site, span, effective) = (run.site, run.span, run.effective().to_vec());
        let outer = Some(index);
        match run.program() {
            "sh" | "bash" | "ash" | "dash" | "zsh" | "su" | "runuser" => {
                if let Some(inner) = shell_script(&effective) {
                    self.add_script(site, &script::script(&inner.text), outer, Through::Shell, depth + 1);
                }
            }
            "ssh" => {
                let rest = after_options(&effective, SSH_VALUED);
                if let [_, line] = rest {
                    self.add_script(site, &script::script(&line.text), outer, Through::Remote, depth + 1);
                } else if let [_, words @ ..] = rest {
                    self.add_words(site, words.to_vec(), span, outer, Through::Remote, depth + 1);
                }
            }
            _ => {
                let inner = match docker::parse(&effective) {
                    Some(call)
                        if matches!(call.verb, Verb::Exec | Verb::Run | Verb::ComposeExec | Verb::ComposeRun) =>
                    {
                        call.command
                    }
                    _ => return,
                };
                if inner.first().is_some_and(|w| !w.text.value().starts_with('-')) {
                    self.add_words(site, inner, span, outer, Through::Container, depth + 1);
                }
            }
        }
    }
}

/// Options of `ssh` that take the next word.
const SSH_VALUED: &[&str] = &["-i", "-p", "-o", "-l", "-F", "-J", "-L", "-R", "-D", "-b", "-c", "-m", "-S", "-W"];

fn empty(site: usize, span: Span) -> Run {
    Run {
        site,
        words: Vec::new(),
        start: 0,
        assignments: Vec::new(),
        span,
        pipe: None,
        outer: None,
        through: Through::Itself,
        substitutions: Vec::new(),
        tested: false,
        guarded: false,
    }
}

fn of_command(site: usize, command: &Command) -> Run {
    Run {
        words: command.words.clone(),
        assignments: command.assignments.clone(),
        tested: command.tested,
        guarded: command.guarded,
        ..empty(site, command.span)
    }
}

/// How many words stand before the program: `sudo -u x`, `env A=b`, `timeout 5`.
fn wrapped(words: &[Word]) -> usize {
    let mut at = 0;
    while let Some(word) = words.get(at).and_then(|w| w.text.known()) {
        // Options that take the next word, and whether a word of its own (a duration) comes before the program.
        let (valued, own): (&[&str], usize) = match base(word) {
            "sudo" | "doas" => (&["-u", "-g", "-h", "-p", "-C", "-D", "-r", "-t", "-T", "--user", "--group"], 0),
            "env" => (&["-u", "--unset", "-C", "--chdir", "-S"], 0),
            "timeout" => (&["-k", "-s", "--kill-after", "--signal"], 1),
            "nice" | "ionice" | "chrt" => (&["-n", "-c", "-p"], 0),
            "stdbuf" => (&["-i", "-o", "-e"], 0),
            "flock" => (&["-w", "-E"], 1),
            "exec" | "nohup" | "time" | "command" | "setsid" | "tini" | "dumb-init" | "gosu" | "su-exec" | "xargs"
            | "builtin" => {
                (&["-I", "-n", "-P", "-a", "-L", "-d"], usize::from(matches!(base(word), "gosu" | "su-exec")))
            }
            _ => break,
        };
        let mut next = at + 1;
        while let Some(option) = words.get(next).map(|w| w.text.value()) {
            let assignment = option.split_once('=').is_some_and(|(k, _)| is_name(k));
            if option == "--" {
                next += 1;
                break;
            }
            if !option.starts_with('-') && !assignment {
                break;
            }
            next += 1 + usize::from(valued.contains(&option));
        }
        next += own;
        if next >= words.len() {
            break;
        }
        at = next;
    }
    at
}

fn is_name(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// The script that a shell is given by `-c`.
fn shell_script(words: &[Word]) -> Option<&Word> {
    let flag = words.iter().skip(1).position(|w| {
        let value = w.text.value();
        value.starts_with('-') && !value.starts_with("--") && value.ends_with('c') || value == "--command"
    })?;
    words.get(flag + 2)
}

fn after_options<'w>(words: &'w [Word], valued: &[&str]) -> &'w [Word] {
    let mut at = 1;
    while let Some(option) = words.get(at).map(|w| w.text.value()).filter(|w| w.starts_with('-')) {
        at += 1 + usize::from(valued.contains(&option));
    }
    words.get(at..).unwrap_or(&[])
}
