//! The simple commands of `command:`, `entrypoint:` and `healthcheck:`, shells looked into.
//!
//! A list of words that starts a shell (`sh -c '…'`) is read with `load::script`; words that only run the rest (`exec`,
//! `env A=1`, `sudo`) are left out, so the first word of each command is the program.

use crate::load::script::script;
use crate::text::Text;

/// Programs that run their arguments as a command.
const PREFIXES: &[&str] = &["exec", "sudo", "env", "command", "nohup", "time", "nice"];

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

/// The last part of a program's path.
pub(crate) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

fn exec(words: &[Text], depth: usize) -> Vec<Vec<Text>> {
    let words = unprefixed(words);
    let Some(program) = words.first() else { return Vec::new() };
    let mut all = vec![words.to_vec()];
    if is_shell(program.value()) && depth > 0 {
        let option = |w: &Text| w.value().starts_with('-') && !w.value().starts_with("--") && w.value().ends_with('c');
        if let Some(script) = words.iter().position(option).and_then(|at| words.get(at + 1)) {
            all.extend(shell(script, depth - 1));
        }
    }
    all
}

fn shell(text: &Text, depth: usize) -> Vec<Vec<Text>> {
    let parsed = script(text);
    let words = parsed.commands.iter().map(|c| c.words.iter().map(|w| w.text.clone()).collect::<Vec<_>>());
    words.flat_map(|w| exec(&w, depth)).collect()
}

fn unprefixed(words: &[Text]) -> &[Text] {
    let skipped = words.iter().take_while(|w| {
        let w = base(w.value());
        PREFIXES.contains(&w) || is_assignment(w)
    });
    &words[skipped.count()..]
}

fn is_shell(program: &str) -> bool {
    matches!(base(program), "sh" | "bash" | "ash" | "dash" | "zsh")
}

fn is_assignment(word: &str) -> bool {
    let name = |n: &str| !n.is_empty() && n.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    word.split_once('=').is_some_and(|(n, _)| name(n) && !n.starts_with(|c: char| c.is_ascii_digit()))
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
