//! Whether a program's arguments stay readable: some overwrite them after their start, and wrappers keep them.
//!
//! Which program hides what was measured, and is data: `rules/knowledge/_arguments.yaml`. A program that is not listed was
//! not measured.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

use super::argument::Secret;
use super::{Commands, Run, Through, base};
use crate::source::Span;
use crate::text::{PieceKind, Syntax};

/// How long others can read an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// For a moment: the program overwrites it.
    AtStart,
    /// Nobody looked.
    NotMeasured,
    /// As long as the program, or a wrapper that waits for it, runs.
    Always,
}

/// A program that was measured, or whose documentation offers another way.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Program {
    names: BTreeSet<String>,
    hides: BTreeSet<String>,
    #[serde(default)]
    within: Option<u32>,
    #[serde(default)]
    only: BTreeSet<String>,
    #[serde(default)]
    passes_on: BTreeSet<String>,
    #[serde(default)]
    brief: bool,
    #[serde(default)]
    unmeasured: bool,
    versions: String,
    #[serde(default)]
    instead: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    programs: Vec<Program>,
    waiting: BTreeSet<String>,
}

/// The list that is part of the program. A test makes sure that it can be read.
static ARGUMENTS: LazyLock<Arguments> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<Arguments, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/_arguments.json")))
}

/// How long `secret` can be read.
pub(super) fn seen(commands: &Commands, run: &Run, secret: &Secret) -> Seen {
    if kept(commands, run, secret) {
        return Seen::Always;
    }
    match measured(run.program()) {
        None => Seen::NotMeasured,
        Some(program) if program.unmeasured => Seen::NotMeasured,
        Some(program) if option(run, secret).is_some_and(|o| program.hides.contains(&o)) => Seen::AtStart,
        Some(_) => Seen::Always,
    }
}

/// What the program offers instead of an argument, where that is known.
pub(super) fn instead(run: &Run) -> Option<&'static str> {
    let program = measured(run.program())?;
    let elsewhere = run.known().first().is_some_and(|first| program.passes_on.contains(*first));
    program.instead.as_deref().filter(|_| !elsewhere)
}

/// Whether the program takes the secret in no other way: `docker swarm join --token`.
pub(super) fn only_way(run: &Run) -> bool {
    let known = run.known();
    measured(run.program()).is_some_and(|p| known.first().is_some_and(|first| p.only.contains(*first)))
}

/// Whether the program does one thing and ends: a request, a query; `docker` does where nobody waits for the container.
pub(super) fn brief(run: &Run) -> bool {
    let known = run.known();
    let started = known.first().is_some_and(|verb| matches!(*verb, "run" | "create"));
    let behind =
        known.first() == Some(&"create") || known.iter().any(|w| matches!(*w, "-d" | "--detach" | "-dit" | "-itd"));
    measured(run.program()).is_some_and(|p| p.brief) && (!started || behind)
}

/// The releases that were measured, and how long they take, for messages.
pub(super) fn versions(run: &Run) -> Option<String> {
    let program = measured(run.program()).filter(|program| !program.unmeasured)?;
    let within = program.within.map(|ms| format!(", after up to {ms} ms")).unwrap_or_default();
    Some(format!("{}{within}", program.versions))
}

/// Whether the container's own configuration holds the secret, and not a variable that a shell in it expands.
pub(super) fn in_configuration(secret: &Secret) -> bool {
    let shell = |p: &crate::text::Piece| matches!(&p.kind, PieceKind::Variable(v) if v.syntax == Syntax::Shell);
    !secret.text.pieces().iter().any(shell)
}

fn measured(program: &str) -> Option<&'static Program> {
    ARGUMENTS.programs.iter().find(|p| p.names.contains(program))
}

/// Whether something that waits for the program keeps the word among its own arguments.
fn kept(commands: &Commands, run: &Run, secret: &Secret) -> bool {
    let waits = |word: &str| ARGUMENTS.waiting.contains(base(word));
    let before = run.words.get(..run.start).unwrap_or(&[]);
    if before.iter().any(|w| w.text.known().is_some_and(waits)) {
        return true;
    }
    let span = secret.text.span();
    let (mut inner, mut index) = (run, secret.command);
    while let Some((at, outer)) = inner.outer.and_then(|at| Some((at, commands.all.get(at)?))) {
        let alone = !commands.all.iter().enumerate().any(|(i, r)| i != index && r.outer == Some(at));
        let replaced = inner.through == Through::Shell && alone;
        if inner.through != Through::Substitution && !replaced && holds(outer, span, secret) {
            return true;
        }
        (inner, index) = (outer, at);
    }
    false
}

/// Whether the secret itself stands in a word of `outer`: not where it is a variable that the inner shell expands.
fn holds(outer: &Run, span: Span, secret: &Secret) -> bool {
    let word = outer.words.iter().find(|w| w.text.span().contains(span));
    word.is_some_and(|word| {
        let expanded = word.text.pieces().iter().any(|p| {
            p.span.source == span.source
                && p.span.start < span.end
                && span.start < p.span.end
                && matches!(p.kind, PieceKind::Variable(_))
        });
        expanded || in_configuration(secret)
    })
}

/// The option whose value the secret is: `--password`, `-p` of `-pX`, `-u` of `-su`.
fn option(run: &Run, secret: &Secret) -> Option<String> {
    let span = secret.text.span();
    let at = run.words.iter().position(|w| w.text.span().contains(span))?;
    let word = run.words.get(at)?.text.value();
    if let Some((name, _)) = word.split_once('=').filter(|_| word.starts_with("--")) {
        return Some(name.to_owned());
    }
    if word.starts_with('-') && !word.starts_with("--") {
        return word.get(..2).map(str::to_owned);
    }
    let before = run.words.get(at.checked_sub(1)?)?.text.known()?;
    if before.starts_with("--") {
        return Some(before.to_owned());
    }
    // The last letter of a row takes the value.
    let letter = before.strip_prefix('-')?.chars().next_back()?;
    Some(format!("-{letter}"))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn the_list_can_be_read() {
        let list = read().unwrap_or_else(|e| panic!("{e}"));
        assert!(
            list.programs.len() > 30 && list.programs.iter().all(|p| !p.names.is_empty() && !p.versions.is_empty())
        );
    }
}
