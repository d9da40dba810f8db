//! The simple commands of `command:`, `entrypoint:` and `healthcheck:`, shells looked into.
//!
//! A list of words that starts a shell (`sh -c '…'`) is read with `syntax::script`; words that only run the rest (`exec`,
//! `env A=1`, `timeout 5`) are left out, so the first word of each command is the program.

use crate::model::command::wrapper::{before_program, is_shell, script_of};
use crate::syntax::script::script;
use crate::text::Text;

pub(crate) use crate::model::command::wrapper::base;

/// How deep shells in shells are looked into.
const DEPTH: usize = 4;

/// The simple commands that the words of an exec form run, in order.
pub(crate) fn commands(words: &[Text]) -> Vec<Vec<Text>> {
    exec(words, DEPTH)
}

/// The simple commands of a line of shell.
pub(crate) fn line(text: &Text) -> Vec<Vec<Text>> {
    shell(text, DEPTH)
}

fn exec(words: &[Text], depth: usize) -> Vec<Vec<Text>> {
    let words = words.get(before_program(words.iter())..).unwrap_or(&[]);
    let Some(program) = words.first() else { return Vec::new() };
    let mut all = vec![words.to_vec()];
    if is_shell(program.value()) && depth > 0 {
        all.extend(script_of(words.iter()).map(|script| shell(script, depth - 1)).unwrap_or_default());
    }
    all
}

fn shell(text: &Text, depth: usize) -> Vec<Vec<Text>> {
    let parsed = script(text);
    let words = parsed.commands.iter().map(|c| c.words.iter().map(|w| w.text.clone()).collect::<Vec<_>>());
    words.flat_map(|w| exec(&w, depth)).collect()
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
