//! Slips between the lines and the stages of a Dockerfile: an instruction that a backslash makes a part of the one above, a stage that
//! is none, an argument of another stage, a `CMD` that an `ENTRYPOINT` without brackets drops, packages in root's own folder.

use std::collections::HashSet;

use super::arguments::{declared, used_in};
use super::fact;
use crate::document::Document;
use crate::expand::Deployment;
use crate::model::compose::base::{is_plain, named};
use crate::model::compose::image::Reference;
use crate::model::fact::{Fact, Field};
use crate::model::image::official;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction, KEYWORDS, Stage};
use crate::syntax::script::Word;
use crate::text::Text;
use crate::text::slip::nearest;

/// Names that people give to stages, and nobody to an image without an owner.
const STAGES: &[&str] = &[
    "app",
    "assets",
    "backend",
    "base",
    "build",
    "builder",
    "compile",
    "compiler",
    "dependencies",
    "deps",
    "dev",
    "development",
    "final",
    "frontend",
    "install",
    "installer",
    "prod",
    "production",
    "release",
    "runner",
    "runtime",
    "test",
];

/// Instructions that a backslash at the end of the line above makes a part of that one.
pub(super) fn continued(document: &Document, stage: &Stage) -> Vec<Fact> {
    // Places of a template are not those of its text.
    if document.template {
        return Vec::new();
    }
    let begins = |word: &&Text| {
        let start = word.span().start as usize;
        let before = document.text.value().get(..start).unwrap_or("");
        let line = before.rsplit('\n').next().unwrap_or("");
        KEYWORDS.contains(&word.value()) && line.len() < before.len() && line.trim().is_empty()
    };
    let one = |own: &Instruction| {
        // The lines of a here-document are no continuations.
        if own.arguments.value().contains("<<") || own.name == "HEALTHCHECK" || own.name == "ONBUILD" {
            return None;
        }
        let word = match &own.content {
            Content::Pairs(pairs) => {
                pairs.iter().filter(|p| p.value.is_none()).map(|p| &p.key).find(|key| begins(key)).cloned()
            }
            Content::Words(words) => words.iter().filter(|w| !w.quoted).map(|w| &w.text).find(|w| begins(w)).cloned(),
            Content::Shell(script) => {
                let words = |w: &&Word| !w.quoted;
                let all = script.commands.iter().flat_map(|c| c.words.iter().filter(words).map(|w| &w.text));
                all.into_iter().find(|w| begins(w)).cloned()
            }
            Content::Exec(_) => None,
        }?;
        Some(fact("continued", word.value(), &word).with("used", Field::text(&own.keyword)))
    };
    stage.instructions.iter().filter_map(one).collect()
}

/// Whether a program of the tree fills texts with variables.
pub(super) fn fills_texts(deployment: &Deployment) -> bool {
    deployment.documents.iter().any(|d| d.text.value().contains("envsubst"))
}

/// Whether something outside of the Dockerfile may give names to what it copies from.
pub(super) fn names_contexts(deployment: &Deployment) -> bool {
    let says = |d: &Document| {
        let text = d.text.value();
        text.contains("additional_contexts") || text.contains("build-context") || text.contains("build_contexts")
    };
    deployment.documents.iter().any(|d| says(d)) || deployment.paths.iter().any(|p| p.contains("docker-bake"))
}

/// `--from=` with a name that no stage has, and no image either.
pub(super) fn missing(document: &Document, file: &Dockerfile) -> Vec<Fact> {
    let names: Vec<&str> = file.stages.iter().filter_map(|s| s.name.as_ref()?.known()).collect();
    if document.template || names.is_empty() || names.len() + 1 < file.stages.len() && file.stages.len() > 8 {
        return Vec::new();
    }
    let one = |own: &Instruction| {
        let from = own.flag("from").filter(|_| matches!(own.name.as_str(), "COPY" | "ADD"))?;
        let name =
            from.known().filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')))?;
        let is_number = name.parse::<usize>().is_ok();
        if file.stage(name).is_some() || official::may_be(name) {
            return None;
        }
        let small = name.to_ascii_lowercase();
        let near = nearest(&small, names.iter().copied(), 2)
            .or_else(|| names.iter().copied().find(|n| n.starts_with(&small) || small.starts_with(n)));
        if !is_number && near.is_none() && !STAGES.contains(&small.as_str()) {
            return None;
        }
        let slip = fact("stage", name, &from);
        Some(match near {
            Some(near) => slip.with("instead", near),
            None => slip,
        })
    };
    file.stages.iter().flat_map(|s| &s.instructions).filter_map(one).collect()
}

/// Arguments that a stage reads and another one asks for.
pub(super) fn foreign(document: &Document, file: &Dockerfile) -> Vec<Fact> {
    if document.template || file.stages.len() < 2 {
        return Vec::new();
    }
    let own: Vec<HashSet<&str>> = file.stages.iter().map(declared).collect();
    let mut found = Vec::new();
    for (at, stage) in file.stages.iter().enumerate() {
        let chain = chain(file, at);
        let base = chain.last().and_then(|at| file.stages.get(*at)).map(|s| &s.from);
        let Some(base) = base.filter(|base| is_plain(base)) else { continue };
        let (known, others): (Vec<_>, Vec<_>) = own.iter().enumerate().partition(|(other, _)| chain.contains(other));
        for (name, step) in used_in(document, stage) {
            let here = known.iter().any(|(_, names)| names.contains(name));
            let there = others.iter().find(|(_, names)| names.contains(name)).map(|(other, _)| *other);
            if let Some(other) = there.filter(|_| !here && !is_of_image(base, name)) {
                let argument = file.stages.get(other).and_then(|s| argument(s, name));
                if let Some(argument) = argument {
                    found.push(fact("foreign", name, step).with("used", Field::text(argument)));
                }
            }
        }
    }
    found
}

/// The stage and those that it stands on, by their numbers.
fn chain(file: &Dockerfile, at: usize) -> Vec<usize> {
    let mut all = Vec::new();
    let mut next = Some(at);
    while let Some(at) = next.filter(|at| !all.contains(at)) {
        all.push(at);
        next = file.stages.get(at).and_then(|s| s.base);
    }
    all
}

/// Where a stage asks for an argument.
fn argument<'t>(stage: &'t Stage, name: &str) -> Option<&'t Text> {
    stage.instructions.iter().filter(|i| i.name == "ARG").find_map(|i| match &i.content {
        Content::Pairs(pairs) => pairs.iter().map(|p| &p.key).find(|key| key.known() == Some(name)),
        _ => None,
    })
}

/// Whether the image may set the variable itself: releases of languages, and what their installers use.
fn is_of_image(base: &Text, name: &str) -> bool {
    let reference = Reference::parse(base);
    let distribution = named(&reference)
        .is_some_and(|(image, _)| matches!(image, "alpine" | "busybox" | "debian" | "scratch" | "ubuntu"));
    let general = ["PATH", "HOME", "LANG", "LC_ALL", "HOSTNAME", "PWD", "USER", "SHELL", "TERM", "IFS"];
    let of_language = ["_VERSION", "_HOME", "_MAJOR", "_KEY", "_SHA256", "_PATH", "_CONFIG", "GOPATH", "GOTOOLCHAIN"];
    general.contains(&name) || !distribution && of_language.iter().any(|end| name.ends_with(end))
}

/// An `ENTRYPOINT` without brackets behind whose shell a `CMD` is dropped.
pub(super) fn dropped(file: &Dockerfile) -> Option<Fact> {
    let stage = file.last()?;
    let last = |name: &str| stage.instructions.iter().rev().find(|i| i.name == name);
    let (entrypoint, command) = (last("ENTRYPOINT")?, last("CMD")?);
    let Content::Shell(script) = &entrypoint.content else { return None };
    let text = entrypoint.arguments.value();
    let reads = ["$@", "$*", "${@", "${*", "$0", "$1", "${1", "$#"].iter().any(|word| text.contains(word));
    let shell = stage.instructions.iter().any(|i| i.name == "SHELL");
    let empty = match &command.content {
        Content::Exec(words) => words.is_empty(),
        _ => command.arguments.value().trim().is_empty(),
    };
    if reads
        || shell
        || empty
        || script.commands.is_empty()
        || !entrypoint.arguments.is_known()
        || text.starts_with('[')
    {
        return None;
    }
    Some(fact("dropped", text, &command.keyword).with("used", Field::text(&entrypoint.keyword)))
}

/// Packages that are copied into root's own folder of an image that does not run as root.
pub(super) fn home(file: &Dockerfile) -> Option<Fact> {
    let chain = file.chain(file.stages.len().checked_sub(1)?);
    chain.last().filter(|s| is_plain(&s.from))?;
    let steps: Vec<&Instruction> = chain.iter().rev().flat_map(|s| &s.instructions).collect();
    let user = steps.iter().rev().find(|i| i.name == "USER")?;
    let name = user.arguments.known()?.split(':').next().unwrap_or("");
    if matches!(name, "" | "root" | "0") || name.contains('$') {
        return None;
    }
    let of_root = |word: &str| {
        ["/root/.local", "/root/.cargo", "/root/.venv", "/root/.bun"].iter().any(|at| word.starts_with(at))
    };
    let path = |i: &&Instruction| match &i.content {
        Content::Pairs(pairs) => {
            i.name == "ENV"
                && pairs.iter().any(|p| {
                    p.key.known() == Some("PATH") && p.value.as_ref().is_some_and(|v| v.value().split(':').any(of_root))
                })
        }
        _ => false,
    };
    let opened = |i: &&Instruction| {
        let text = i.arguments.value();
        i.name == "RUN"
            && text.contains("/root")
            && ["chmod", "chown", "ln ", "mv ", "cp ", "setfacl", "usermod"].iter().any(|w| text.contains(w))
    };
    if steps.iter().any(opened) || !steps.iter().any(path) {
        return None;
    }
    let copied = |i: &&Instruction| match &i.content {
        Content::Words(words) => {
            i.name == "COPY" && i.flag("from").is_some() && words.last().is_some_and(|w| of_root(w.text.value()))
        }
        _ => false,
    };
    let copy = steps.iter().find(|i| copied(i))?;
    let Content::Words(words) = &copy.content else { return None };
    let to = &words.last()?.text;
    Some(fact("home", to.value(), to).with("used", Field::text(&user.keyword)).with("base", name))
}

#[cfg(test)]
#[path = "stages_tests.rs"]
mod tests;
