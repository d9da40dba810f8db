//! What an image starts: a script whose shell it lacks, or a program outside of the environment that a step made.

use std::cell::OnceCell;
use std::collections::{HashMap, HashSet};

use super::fact;
use crate::document::{Document, Kind};
use crate::expand::Deployment;
use crate::model::command::base as program_name;
use crate::model::command::wrapper::{before_program, is_shell};
use crate::model::compose::base::{Family, family, has, named};
use crate::model::compose::build::{self, Build};
use crate::model::compose::image::Reference;
use crate::model::compose::steps::{
    installs_no_package, is_command_of_apk, is_of_environment, is_package_without_bash, makers, starts_itself,
};
use crate::model::fact::{Fact, Field, Value};
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction};
use crate::syntax::script::Word;
use crate::text::Text;
use crate::text::path::join;

/// Words of variables that say where a virtual environment is, or that there is none.
const PLACES: &[&str] = &["venv", "VIRTUAL_ENV", "UV_", "POETRY", "PIPENV", "PYTHONPATH"];

/// What the other files of a tree say of images; each part is collected when an image asks for it.
pub(super) struct Tree<'d> {
    deployment: &'d Deployment,
    /// By the name of a file.
    files: OnceCell<HashMap<&'d str, Vec<&'d Document>>>,
    /// The words of what gives builds arguments.
    given: OnceCell<HashSet<&'d str>>,
    /// What services build that start it in another way; `None` where one builds what can't be told.
    replaced: OnceCell<Option<Vec<Build<'d>>>>,
}

impl<'d> Tree<'d> {
    pub(super) fn new(deployment: &'d Deployment) -> Self {
        Self { deployment, files: OnceCell::new(), given: OnceCell::new(), replaced: OnceCell::new() }
    }

    /// Whether a service that builds this Dockerfile, or one that can't be told, starts it in another way.
    fn starts_otherwise(&self, file: &Dockerfile) -> bool {
        let all = self.replaced.get_or_init(|| replaced(self.deployment));
        all.as_ref().is_none_or(|all| all.iter().any(|build| build.is_of(file)))
    }

    /// The image that a stage starts from, at its place; unknown where a build may get another one as an argument.
    pub(super) fn base(&self, from: &Text) -> Field {
        let given = |name: &str| self.given.get_or_init(|| given(self.deployment)).contains(name);
        match from.variables().iter().find(|v| given(&v.name)) {
            Some(variable) => {
                Field::at(Value::Unknown(format!("what a build gives `{}`", variable.name)), from.place())
            }
            None => Field::text(from),
        }
    }

    /// The files that `source` may be for a Dockerfile in `folder`: the one beside it, or those below it.
    fn copied(&self, folder: &str, source: &str) -> Vec<&'d Document> {
        let all = self.files.get_or_init(|| {
            let mut found: HashMap<&str, Vec<&Document>> = HashMap::new();
            for document in &self.deployment.documents {
                found.entry(name_of(&document.path)).or_default().push(document);
            }
            found
        });
        let own = join(folder, source);
        let is = |path: &str| path == source || path.strip_suffix(source).is_some_and(|rest| rest.ends_with('/'));
        let named = all.get(name_of(source)).map(Vec::as_slice).unwrap_or_default();
        let below = || named.iter().copied().filter(|d| is_below(&d.path, folder) && is(&d.path));
        let beside: Vec<&Document> = below().filter(|d| d.path == own).collect();
        if beside.is_empty() { below().collect() } else { beside }
    }
}

/// The script that the image starts, where its first line names a shell that the image has not.
pub(super) fn interpreter(tree: &Tree<'_>, document: &Document, file: &Dockerfile) -> Option<Fact> {
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
    let name = word.known().map(name_of).filter(|n| n.contains('.'))?;
    let source = steps.iter().rev().find_map(|step| source(step, name))?;
    let folder = document.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let scripts = tree.copied(folder, &source);
    let asks = |script: &&Document| {
        let first = script.text.value().lines().next().unwrap_or("");
        first.starts_with("#!") && first.trim_end().ends_with("bash")
    };
    let asked = !scripts.is_empty() && scripts.iter().all(asks);
    asked.then(|| fact("interpreter", name, word).with("base", tree.base(base)))
}

/// The file that a `COPY` brings under a name, as the instruction says it.
fn source(step: &Instruction, name: &str) -> Option<String> {
    let Content::Words(words) = &step.content else { return None };
    let (to, sources) = words.split_last().filter(|_| step.name == "COPY")?;
    let renamed = name_of(to.text.known()?) == name;
    let named = |word: &&Word| word.text.known().is_some_and(|word| name_of(word) == name);
    let from = if renamed && sources.len() == 1 { sources.first() } else { sources.iter().find(named) }?;
    let from = from.text.known()?.trim_start_matches("./").trim_start_matches('/');
    Some(from.to_owned())
}

/// The name of the file at a path.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
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

/// Whether a file lies below a folder.
fn is_below(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'))
}

/// A start by a program of the virtual environment that a step of the same stage made, which is on no path.
pub(super) fn environment(tree: &Tree<'_>, file: &Dockerfile) -> Option<Fact> {
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
            "ENV" | "ARG" => PLACES.iter().any(|w| text.contains(w)),
            "RUN" => {
                let others = ["pip install", "ln -s", "--system", "export", "activate"];
                PLACES.iter().chain(&others).any(|w| text.contains(w))
            }
            "COPY" | "ADD" => i.flag("from").is_some() && text.contains("venv"),
            "SHELL" => true,
            _ => false,
        }
    };
    if steps.iter().any(|i| hidden(&i)) || steps.iter().any(|i| i.name == "ENTRYPOINT") || tree.starts_otherwise(file) {
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
    Some(fact("environment", program, &word).with("base", tree.base(base)).with("instead", maker.tool.as_str()))
}

/// A `CMD` that begins with a shell, where the image below starts its own program whatever it is told.
pub(super) fn shell(tree: &Tree<'_>, file: &Dockerfile) -> Option<Fact> {
    let chain = file.chain(file.stages.len().checked_sub(1)?);
    let base = chain.last().map(|s| &s.from)?;
    let reference = Reference::parse(base);
    reference.repository.known().filter(|name| starts_itself(name))?;
    let steps = || chain.iter().flat_map(|s| &s.instructions);
    if steps().any(|i| i.name == "ENTRYPOINT") || tree.starts_otherwise(file) {
        return None;
    }
    let own = file.stages.last()?.instructions.iter().rev().find(|i| i.name == "CMD")?;
    let found = match &own.content {
        Content::Exec(words) => {
            let word = &words.first()?.text;
            fact("shell", word.known().filter(|w| is_shell(w))?, word)
        }
        // Docker makes `/bin/sh -c` of it, or what `SHELL` says.
        Content::Shell(_) if !steps().any(|i| i.name == "SHELL") => fact("shell-form", "/bin/sh", &own.arguments),
        _ => return None,
    };
    Some(found.with("base", tree.base(base)))
}

/// The words of the files that give builds arguments: `--build-arg NAME=…`, `build-args:`, `args:` of compose.
fn given(deployment: &Deployment) -> HashSet<&str> {
    let gives = |text: &str| ["build-arg", "build_arg", "args:", "args ="].iter().any(|sign| text.contains(sign));
    let others = deployment.documents.iter().filter(|d| d.kind != Kind::Dockerfile).map(|d| d.text.value());
    let files = others.chain(deployment.helpers.iter().map(Text::value)).filter(|text| gives(text));
    // A Dockerfile's own comment may say how it is built.
    let own = deployment.documents.iter().filter(|d| d.kind == Kind::Dockerfile).map(|d| d.text.value());
    let lines = own.filter(|text| text.contains("build-arg")).flat_map(str::lines).filter(|l| l.contains("build-arg"));
    files.chain(lines).flat_map(|text| text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')).collect()
}

/// What the services build that start it in another way; `None` where one builds what can't be told.
fn replaced(deployment: &Deployment) -> Option<Vec<Build<'_>>> {
    let mut found = Vec::new();
    for stack in &deployment.stacks {
        for entry in stack.project.get("services").and_then(crate::yaml::Node::map).unwrap_or_default() {
            let has = |key: &str| entry.value.get(key).is_some_and(|n| !n.is_null());
            if has("build") && (has("command") || has("entrypoint")) {
                found.push(build::find(deployment, stack, &entry.value)?);
            }
        }
    }
    Some(found)
}
