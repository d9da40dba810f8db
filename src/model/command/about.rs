//! What a command's words say as a whole, found out once: to look again at each word costs the square of their number.

use std::collections::HashSet;

use super::named::Store;
use super::{Run, Through, base};
use crate::text::Syntax;

/// A command as the finder of its secrets sees it.
pub(super) struct About {
    pub(super) store: Store,
    /// Whether it logs in somewhere.
    pub(super) login: bool,
    /// The words of `-e NAME` without a value: they hand a variable on by its name.
    pub(super) by_name: HashSet<usize>,
    /// The words that have a finding.
    pub(super) taken: HashSet<usize>,
    /// The first word that is `env`.
    env: Option<usize>,
    /// The first word that starts another program and waits for it.
    waits: Option<usize>,
}

impl About {
    pub(super) fn of(run: &Run) -> Self {
        let words = &run.words;
        let known = |at: usize| words.get(at).and_then(|w| w.text.known());
        let bare = |at: &usize| words.get(*at).is_some_and(|w| w.text.is_literal() && !w.text.value().contains('='));
        let by_name =
            (1..words.len()).filter(|at| matches!(known(at - 1), Some("-e" | "--env"))).filter(bare).collect();
        let first = |is: fn(&str) -> bool| words.iter().position(|w| w.text.known().is_some_and(|k| is(base(k))));
        Self {
            store: Store::of(run),
            login: run.effective().iter().skip(1).any(|word| word.text.known() == Some("login")),
            by_name,
            taken: HashSet::new(),
            env: first(|program| program == "env"),
            waits: first(|program| matches!(program, "sudo" | "timeout" | "su" | "runuser")),
        }
    }

    /// Whether the word is a variable that `env` sets before it becomes the program; what starts `env` keeps its words.
    pub(super) fn of_env(&self, run: &Run, at: usize) -> bool {
        let before = |first: Option<usize>| first.is_some_and(|first| first < at);
        // The words of `sh -c` hold a variable's name, as long as its shell expands it.
        let name = || {
            let variables = run.words.get(at).map(|w| w.text.variables()).unwrap_or_default();
            !variables.is_empty() && variables.iter().all(|v| v.syntax == Syntax::Shell)
        };
        let kept = run.outer.is_some() && !(run.through == Through::Shell && name());
        !kept && at < run.start && before(self.env) && !before(self.waits)
    }
}
