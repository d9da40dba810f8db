//! Which file of the tree lies at a path of an image, and whether a step may have changed it.

use std::cell::Cell;

use super::words;
use crate::model::command::wrapper::before_program;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::syntax::script::Command;
use crate::text::Text;
use crate::text::path::join;

/// How many stages are followed from one to another.
const MAX_STAGES: usize = 8;

/// How many steps are looked at for the programs of one Dockerfile. Nobody's needs a tenth of them; a made one, which starts
/// programs in thousands of steps, would ask each of the steps before.
const MOST: usize = 3_000_000;

/// What it costs to look into a `RUN`, in steps.
const INTO: usize = 20;

/// An instruction and the folder that it works in; `None` where the image below decides.
#[derive(Debug, Clone)]
pub(super) struct Step<'a> {
    pub(super) own: &'a Instruction,
    pub(super) folder: Option<String>,
}

/// A file of the tree at a path of an image.
#[derive(Debug, Clone)]
pub(super) struct Brought {
    /// Its path in the tree.
    pub(super) path: String,
    /// What names it, or the folder that it comes with.
    pub(super) source: Text,
    /// What may have given it another mode, or another content.
    pub(super) changed: Option<&'static str>,
}

/// What a build reads.
pub(super) struct Context<'a> {
    pub(super) file: &'a Dockerfile,
    /// The folder of the context.
    pub(super) folder: String,
    /// The paths of the tree, sorted.
    pub(super) paths: &'a [String],
    /// How many steps may still be looked at.
    pub(super) left: Budget,
}

/// How much may still be done: what follows is not known then.
#[derive(Debug)]
pub(super) struct Budget(Cell<usize>);

impl Default for Budget {
    fn default() -> Self {
        Self(Cell::new(MOST))
    }
}

impl Budget {
    /// Takes so much of it; whether it was there.
    pub(super) fn spend(&self, steps: usize) -> bool {
        let left = self.0.get().checked_sub(steps);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// The steps of a stage and of those that it stands on, the lowest first.
pub(super) fn steps(file: &Dockerfile, stage: usize) -> Vec<Step<'_>> {
    let mut folder: Option<String> = None;
    let mut all = Vec::new();
    for own in file.chain(stage).into_iter().rev().flat_map(|s| &s.instructions) {
        let step = Step { own, folder: folder.take() };
        folder = after(&step);
        all.push(step);
    }
    all
}

/// The folder that what follows a step works in.
pub(super) fn after(step: &Step<'_>) -> Option<String> {
    match &step.own.content {
        Content::Words(words) if step.own.name == "WORKDIR" => {
            words::resolved(words.first()?.text.known()?, step.folder.as_deref())
        }
        _ => step.folder.clone(),
    }
}

impl Context<'_> {
    /// The file at `path` of the image that `steps` make.
    pub(super) fn brought(&self, steps: &[Step<'_>], path: &str) -> Option<Brought> {
        self.follow(steps, path, 0)
    }

    fn follow(&self, steps: &[Step<'_>], path: &str, depth: usize) -> Option<Brought> {
        if !self.left.spend(steps.len()) {
            return None;
        }
        let copies = steps.iter().enumerate().rev().filter(|(_, s)| matches!(s.own.name.as_str(), "COPY" | "ADD"));
        for (position, step) in copies {
            for (source, at) in candidates(step, path) {
                if let Some(found) = self.source(step.own, source, &at, depth) {
                    let given = step.own.flag("chmod").map(|_| "`--chmod`");
                    let changed = self.changed(steps.get(position + 1..)?, path)?;
                    return Some(Brought { changed: changed.or(given).or(found.changed), ..found });
                }
            }
        }
        None
    }

    /// What in the steps behind the copy may have changed the file; `None` where too much would have to be looked at.
    #[allow(clippy::option_option)] // Not known, nothing, or what.
    fn changed(&self, behind: &[Step<'_>], path: &str) -> Option<Option<&'static str>> {
        for step in behind.iter().filter(|s| s.own.name == "RUN") {
            if !self.left.spend(INTO) {
                return None;
            }
            if touches(step, path) {
                return Some(Some("a `RUN` that names the file or changes modes"));
            }
        }
        Some(None)
    }

    /// The file that a step copies from `at`.
    fn source(&self, step: &Instruction, source: &Text, at: &str, depth: usize) -> Option<Brought> {
        if let Some(from) = step.flag("from") {
            let stage = self.file.stage(from.known()?).filter(|_| depth < MAX_STAGES)?;
            return self.follow(&steps(self.file, stage), &join("/", at), depth + 1);
        }
        let path = join(&self.folder, at.trim_start_matches('/'));
        self.paths.binary_search(&path).ok()?;
        Some(Brought { path, source: source.clone(), changed: None })
    }
}

/// The sources of a step from which the file at `path` may come, each with the path of that file there.
fn candidates<'s>(step: &'s Step<'_>, path: &str) -> Vec<(&'s Text, String)> {
    let Content::Words(words) = &step.own.content else { return Vec::new() };
    let Some((to, sources)) = words.split_last() else { return Vec::new() };
    let Some(target) = to.text.known() else { return Vec::new() };
    let folder = if target.starts_with('/') { Some("") } else { step.folder.as_deref() };
    let Some(place) = folder.map(|folder| join(folder, target)) else { return Vec::new() };
    let below = path.strip_prefix(place.trim_end_matches('/')).and_then(|rest| rest.strip_prefix('/'));
    let renames = sources.len() == 1 && !target.ends_with('/') && path == place;
    let mut found = Vec::new();
    for source in sources.iter().map(|w| &w.text) {
        let Some(from) = source.known().filter(|s| !s.contains("://") && !s.starts_with("<<")) else { continue };
        let (parent, name) = from.trim_end_matches('/').rsplit_once('/').unwrap_or(("", from.trim_end_matches('/')));
        if renames {
            found.push((source, from.to_owned()));
        }
        let Some(below) = below else { continue };
        if name.contains(['*', '?', '[']) {
            let is = globset::Glob::new(name).is_ok_and(|glob| glob.compile_matcher().is_match(below));
            if is && !below.contains('/') {
                found.push((source, format!("{parent}/{below}")));
            }
            continue;
        }
        if below == name {
            found.push((source, from.to_owned()));
        }
        found.push((source, format!("{from}/{below}")));
    }
    found
}

/// Whether a `RUN` may change the mode or the content of the file at `path`.
fn touches(step: &Step<'_>, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let value = step.own.arguments.value();
    let Content::Shell(script) = &step.own.content else { return value.contains(name) || value.contains("chmod") };
    let commands = &script.commands;
    let says = |word: &str| commands.iter().flat_map(|c| &c.words).any(|w| w.text.value().contains(word));
    // Whatever changes lines may change the first one.
    let lines = value.contains("dos2unix") || value.contains("\\r");
    if says(name) || value.contains(name) || lines || script.partial || script.unread {
        return true;
    }
    let modes: Vec<&Command> = commands.iter().filter(|c| c.words.iter().any(|w| is_chmod(w.text.value()))).collect();
    let unseen = value.matches("chmod").count() > modes.len();
    // A `cd` before it makes its paths others.
    let elsewhere = || commands.iter().any(|c| c.program().is_some_and(|p| p.value() == "cd"));
    unseen || modes.iter().any(|c| covers(c, step.folder.as_deref(), path) || elsewhere())
}

fn is_chmod(word: &str) -> bool {
    matches!(word, "chmod" | "setfacl" | "/bin/chmod")
}

/// Whether a command that changes modes reaches `path`.
fn covers(command: &Command, folder: Option<&str>, path: &str) -> bool {
    let start = before_program(command.words.iter().map(|w| &w.text));
    let words: Vec<&Text> = command.words.iter().skip(start).map(|w| &w.text).collect();
    let Some((program, rest)) = words.split_first() else { return true };
    if !is_chmod(program.value()) {
        return true; // `find … -exec chmod`, `xargs chmod`
    }
    let deep = rest.iter().any(|w| w.value() == "--recursive" || w.value().starts_with('-') && w.value().contains('R'));
    let operands: Vec<&&Text> = rest.iter().filter(|w| !w.value().starts_with('-')).skip(1).collect();
    operands.is_empty() || operands.iter().any(|w| reaches(w, deep, folder, path))
}

fn reaches(operand: &Text, deep: bool, folder: Option<&str>, path: &str) -> bool {
    let Some(word) = operand.known().filter(|w| !w.contains(['*', '?', '[', '{', '$', '`'])) else { return true };
    let Some(at) = words::resolved(word, folder) else { return true };
    at == path || deep && path.strip_prefix(at.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'))
}
