//! The programs behind `sudo`, `sh -c`, `docker exec`, `ssh`: each becomes a command of its own, inside the outer one.

use super::docker::{self, Verb};
use super::wrapper::{before_program, is_shell, script_of};
use super::{Commands, Run, Site, Through};
use crate::source::Span;
use crate::syntax::script::{self, Command, Pipe, Script, Word};

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
        run.start = before_program(run.words.iter().map(|w| &w.text));
        if depth >= MAX_DEPTH {
            return;
        }
        let (site, span, effective) = (run.site, run.span, run.effective().to_vec());
        let outer = Some(index);
        match run.program() {
            program if is_shell(program) || matches!(program, "su" | "runuser") => {
                if let Some(inner) = script_of(effective.iter().map(|w| &w.text)) {
                    self.add_script(site, &script::script(inner), outer, Through::Shell, depth + 1);
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

fn after_options<'w>(words: &'w [Word], valued: &[&str]) -> &'w [Word] {
    let mut at = 1;
    while let Some(option) = words.get(at).map(|w| w.text.value()).filter(|w| w.starts_with('-')) {
        at += 1 + usize::from(valued.contains(&option));
    }
    words.get(at..).unwrap_or(&[])
}
