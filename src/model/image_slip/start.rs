//! What an image starts: a script whose shell it lacks, or a program outside of the environment that a step made.

use super::fact;
use crate::document::Document;
use crate::model::Model;
use crate::model::command::base as program_name;
use crate::model::command::wrapper::before_program;
use crate::model::compose::base::{Family, family, has, named};
use crate::model::compose::image::Reference;
use crate::model::compose::steps::{
    installs_no_package, is_command_of_apk, is_of_environment, is_package_without_bash, makers,
};
use crate::model::fact::{Fact, Field};
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::syntax::script::Word;

/// The script that the image starts, where its first line names a shell that the image has not.
pub(super) fn interpreter(model: &Model<'_>, document: &Document, file: &Dockerfile) -> Option<Fact> {
    let last = file.stages.len().checked_sub(1)?;
    let chain = file.chain(last);
    let base = chain.last().map(|s| &s.from).filter(|base| !base.value().contains('{'))?;
    let reference = Reference::parse(base);
    // Other images on Alpine may have installed it.
    if family(&reference) != Some(Family::Alpine) || has(&reference, "bash") != Some(false) {
        return None;
    }
    let steps: Vec<&Instruction> = chain.iter().rev().flat_map(|s| &s.instructions).collect();
    if steps.iter().any(|step| may_bring_bash(step)) {
        return None;
    }
    let start =
        steps.iter().rev().find(|i| i.name == "ENTRYPOINT").or_else(|| steps.iter().rev().find(|i| i.name == "CMD"))?;
    let Content::Exec(words) = &start.content else { return None };
    let word = &words.first()?.text;
    let name = word.known()?.rsplit('/').next().filter(|n| n.contains('.'))?;
    let copied =
        steps.iter().any(|i| i.name == "COPY" && i.arguments.value().split_whitespace().any(|w| w.ends_with(name)));
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let script = model.deployment.documents.iter().find(|d| {
        let (own, file) = d.path.rsplit_once('/').unwrap_or(("", d.path.as_str()));
        file == name && is_below(own, folder)
    })?;
    let first = script.text.value().lines().next()?;
    let asked = first.starts_with("#!") && first.trim_end().ends_with("bash");
    (copied && asked).then(|| fact("interpreter", name, word).with("base", Field::text(base)))
}

/// Whether a step may install bash: by a name, or by what nobody sees here.
fn may_bring_bash(step: &Instruction) -> bool {
    let value = step.arguments.value();
    match step.name.as_str() {
        "COPY" => step.flag("from").is_some(),
        "ADD" => step.flag("from").is_some() || value.contains(".t") || value.contains("://"),
        "SHELL" => true,
        "RUN" => {
            let told = step.arguments.is_known() && !value.contains("bash") && !value.contains("<<");
            let plain = match &step.content {
                Content::Shell(script) => script.commands.iter().all(|c| is_plain(&c.words)),
                Content::Exec(words) => is_plain(words),
                Content::Pairs(_) | Content::Words(_) => false,
            };
            !told || !plain
        }
        _ => false,
    }
}

/// Whether a command installs nothing but what it names, and runs no script.
fn is_plain(words: &[Word]) -> bool {
    let start = before_program(words.iter().map(|w| &w.text));
    let Some((program, rest)) = words.get(start..).and_then(<[Word]>::split_first) else { return true };
    let name = program_name(program.text.value());
    // The words of `xargs` come from elsewhere.
    if words.iter().take(start).any(|w| w.text.value() == "xargs") {
        return false;
    }
    if name != "apk" {
        return program.text.is_known() && installs_no_package(name);
    }
    rest.iter().all(|word| {
        let value = word.text.value();
        let package = value.split(['=', '<', '>', '~', '@']).next().unwrap_or(value);
        let named = !value.contains(['$', '`']) && word.text.is_known();
        let other = value.starts_with(['-', '.']) || value.contains("://") || is_command_of_apk(value);
        named && (other || is_package_without_bash(package))
    })
}

/// Whether a folder is another one, or lies in it.
fn is_below(own: &str, folder: &str) -> bool {
    own == folder || own.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
}

/// A start by a program of the virtual environment that a step of the same stage made, which is on no path.
pub(super) fn environment(model: &Model<'_>, file: &Dockerfile) -> Option<Fact> {
    let last = file.stages.len().checked_sub(1)?;
    let chain = file.chain(last);
    let base = chain.last().map(|s| &s.from)?;
    let reference = Reference::parse(base);
    let (name, _) = named(&reference)?;
    // Images of others may have a path, or an environment, of their own.
    if !matches!(name, "python" | "debian" | "ubuntu") && !name.starts_with("ghcr.io/astral-sh/uv") {
        return None;
    }
    let steps: Vec<&Instruction> = chain.iter().rev().flat_map(|s| &s.instructions).collect();
    let all = |wanted: fn(&str) -> bool| steps.iter().filter(move |i| wanted(&i.name));
    let maker = makers().iter().find(|maker| {
        all(|n| n == "RUN").any(|i| i.arguments.value().contains(&maker.command))
            && !steps.iter().any(|i| maker.without.iter().any(|word| i.arguments.value().contains(word)))
    })?;
    let hidden = |i: &&&Instruction| {
        let text = i.arguments.value();
        match i.name.as_str() {
            // A path, or a place of the environment.
            "ENV" => ["venv", "VIRTUAL_ENV", "UV_", "POETRY", "PIPENV", "PYTHONPATH"].iter().any(|w| text.contains(w)),
            "RUN" => {
                ["venv", "pip install", "ln -s", "--system", "export", "activate"].iter().any(|w| text.contains(w))
            }
            "COPY" | "ADD" => i.flag("from").is_some() && text.contains("venv"),
            "SHELL" => true,
            _ => false,
        }
    };
    if steps.iter().any(|i| hidden(&i)) || steps.iter().any(|i| i.name == "ENTRYPOINT") || replaced(model) {
        return None;
    }
    let start = steps.iter().rev().find(|i| i.name == "CMD")?;
    let word = match &start.content {
        Content::Exec(words) => words.first()?.text.clone(),
        Content::Shell(_) => {
            let value = start.arguments.value();
            if value.contains(['&', '|', ';', '$']) {
                return None;
            }
            start.arguments.slice(0..value.find(' ').unwrap_or(value.len()))
        }
        _ => return None,
    };
    let program = word.known().filter(|p| is_of_environment(p))?;
    Some(fact("environment", program, &word).with("base", Field::text(base)).with("instead", maker.tool.as_str()))
}

/// Whether a project of the tree starts what it builds in another way.
fn replaced(model: &Model<'_>) -> bool {
    let services = |stack: &crate::expand::Stack| {
        let all = stack.project.get("services").and_then(crate::yaml::Node::map).unwrap_or_default();
        all.iter().any(|e| {
            let has = |key: &str| e.value.get(key).is_some_and(|n| !n.is_null());
            has("build") && (has("command") || has("entrypoint"))
        })
    };
    model.deployment.stacks.iter().any(services)
}
