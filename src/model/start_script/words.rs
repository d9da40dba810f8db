//! Which files the words of a start name: by their path, or by a name that is sought in `PATH`.

use crate::model::command::wrapper::{before_program, is_shell, script_of};
use crate::syntax::script::{self, Script};
use crate::text::Text;
use crate::text::path::join;

/// The folders that each image has in its `PATH`.
const SOUGHT: &[&str] = &["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/// A program that something starts.
#[derive(Debug)]
pub(super) struct Program {
    /// The word that names it.
    pub(super) word: Text,
    /// The paths in the container at which it may be.
    pub(super) paths: Vec<String>,
    /// Whether the engine starts it, with no shell and no wrapper between them.
    pub(super) direct: bool,
    /// Whether the line goes on where it fails.
    pub(super) tested: bool,
}

/// The program of a list of words that starts in `folder`, or those of the line that it hands to a shell.
pub(super) fn of_list(words: &[Text], folder: Option<&str>) -> Vec<Program> {
    let start = before_program(words.iter());
    let Some(word) = words.get(start) else { return Vec::new() };
    if is_shell(word.value()) {
        let line = script_of(words.iter().skip(start));
        return line.map(|line| of_script(&script::script(line), folder)).unwrap_or_default();
    }
    named(word, folder)
        .map(|paths| Program { word: word.clone(), paths, direct: start == 0, tested: false })
        .into_iter()
        .collect()
}

/// The programs of the lines of a shell that starts in `folder`.
pub(super) fn of_script(script: &Script, folder: Option<&str>) -> Vec<Program> {
    let asks = |name: &str| matches!(name, "test" | "[" | "[[" | "chmod" | "install" | "pushd");
    let starts = script.commands.iter().filter_map(|c| c.program());
    if script.partial || script.unread || starts.clone().any(|p| asks(p.value())) {
        return Vec::new();
    }
    let mut folder = folder.map(str::to_owned);
    let mut found = Vec::new();
    for command in script.commands.iter().filter(|c| c.function.is_none() && c.inside.is_none()) {
        let words: Vec<Text> = command.words.iter().map(|w| w.text.clone()).collect();
        if words.first().is_some_and(|w| w.value() == "cd") {
            let to = words.get(1).and_then(plain);
            folder = to.and_then(|to| resolved(to, folder.as_deref()));
        } else {
            let tested = command.tested && !command.passed_on;
            let programs = of_list(&words, folder.as_deref());
            found.extend(programs.into_iter().map(|program| Program { direct: false, tested, ..program }));
        }
    }
    found
}

/// The paths that a word may stand for as a program.
fn named(word: &Text, folder: Option<&str>) -> Option<Vec<String>> {
    let name = plain(word)?;
    if name.contains('/') {
        return Some(vec![resolved(name, folder)?]);
    }
    Some(SOUGHT.iter().map(|folder| format!("{folder}/{name}")).collect())
}

/// A word that is known and that no shell changes.
fn plain(word: &Text) -> Option<&str> {
    word.known().filter(|w| !w.is_empty() && !w.contains(['$', '`', '*', '?', '~', ' ']))
}

/// An absolute path.
pub(super) fn resolved(path: &str, folder: Option<&str>) -> Option<String> {
    if path.starts_with('/') { Some(join("", path)) } else { folder.map(|folder| join(folder, path)) }
}
