//! Arguments before the first `FROM` that no stage asks for.
//!
//! The names that a file asks for, reads and makes are collected once, however many arguments it has.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::fact;
use crate::document::Document;
use crate::model::fact::{Fact, Field};
use crate::source::Span;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction, Pair, Stage};
use crate::syntax::script::Script;
use crate::text::Text;

/// Arguments that every step has without asking (docs.docker.com, Dockerfile, predefined ARGs), and one that sets the times of files.
const GIVEN: &[&str] = &["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY", "SOURCE_DATE_EPOCH"];

/// Arguments that the builder sets before the first `FROM` and that a stage has to ask for (docs.docker.com, Dockerfile,
/// automatic platform ARGs).
const PLATFORM: &[&str] = &[
    "TARGETPLATFORM",
    "TARGETOS",
    "TARGETARCH",
    "TARGETVARIANT",
    "BUILDPLATFORM",
    "BUILDOS",
    "BUILDARCH",
    "BUILDVARIANT",
];

/// What the instructions of a file say of names.
struct Names<'t> {
    /// Those that a stage asks for or sets; `None` where one of them is not known.
    asked: Option<HashSet<&'t str>>,
    /// Those that a `FROM` or another argument reads.
    read: HashSet<&'t str>,
    /// Those that a step of a stage reads, each with the first instruction that does.
    used: HashMap<&'t str, &'t Text>,
}

/// Arguments before the first `FROM` that no `FROM` reads and no stage asks for.
pub(super) fn slips(document: &Document, file: &Dockerfile) -> Vec<Fact> {
    // Places of a template are not those of its text.
    if document.template || file.stages.is_empty() || file.arguments.is_empty() {
        return Vec::new();
    }
    let names = names(document, file);
    let Some(asked) = &names.asked else { return Vec::new() };
    let one = |pair: &Pair| {
        let name = pair.key.known()?;
        let given = GIVEN.iter().any(|g| g.eq_ignore_ascii_case(name)) || name.starts_with("BUILDKIT_");
        if given || asked.contains(name) || names.read.contains(name) {
            return None;
        }
        let slip = fact("argument", name, &pair.key);
        match names.used.get(name) {
            Some(step) => Some(slip.with("used", Field::text(step))),
            // Without a default it is a note at most: nothing is given for it here.
            None => (pair.value.is_some() && !PLATFORM.contains(&name)).then_some(slip),
        }
    };
    file.arguments.iter().filter_map(one).collect()
}

/// A variable in a `FROM` for which no `ARG` stands before the first one: the name of the image is none.
///
/// Where no stage names it either, `filled` says whether something else may fill the text.
pub(super) fn blank(
    document: &Document,
    stage: &Stage,
    file: &Dockerfile,
    filled: impl FnOnce() -> bool,
) -> Option<Fact> {
    let text = document.text.value();
    let line = text.get(stage.span.start as usize..stage.span.end as usize).filter(|_| !document.template)?;
    let image = line.split_whitespace().skip(1).find(|word| !word.starts_with("--"))?;
    let given = |name: &str| {
        PLATFORM.contains(&name)
            || GIVEN.contains(&name)
            || name.starts_with("BUILDKIT_")
            || file.arguments.iter().any(|p| p.key.known().is_none_or(|key| key == name))
    };
    let whole = |written: &str| {
        let (before, after) = image.split_once(written).unwrap_or_default();
        before.ends_with([':', '@', '/']) || after.starts_with('/') || before.is_empty() && after.is_empty()
    };
    let missing = |(name, otherwise): &(&str, bool)| {
        !*otherwise
            && !given(name)
            && [format!("${{{name}}}"), format!("${name}")].iter().any(|w| image.contains(w.as_str()) && whole(w))
    };
    let (name, _) = read(image).find(missing)?;
    let own = file.stages.iter().flat_map(|s| &s.instructions).filter(|i| i.name == "ARG").flat_map(pairs_of);
    let asked = own.map(|p| &p.key).find(|key| key.known() == Some(name));
    let slip = fact("blank", name, &stage.from);
    let template = ["tmpl", "template", ".in"].iter().any(|word| document.path.contains(word));
    match asked {
        Some(asked) => Some(slip.with("used", Field::text(asked))),
        None => (!template && !filled()).then_some(slip),
    }
}

/// The names that a stage asks for or sets.
pub(super) fn declared(stage: &Stage) -> HashSet<&str> {
    stage.instructions.iter().flat_map(pairs_of).filter_map(|p| p.key.known()).collect()
}

/// The pairs of an `ARG` or an `ENV`.
fn pairs_of(own: &Instruction) -> &[Pair] {
    match (&own.content, own.name.as_str()) {
        (Content::Pairs(pairs), "ARG" | "ENV") => pairs,
        _ => &[],
    }
}

/// The names that the steps of a stage read and do not make themselves, in order, each with the first step that does.
pub(super) fn used_in<'t>(document: &'t Document, stage: &'t Stage) -> BTreeMap<&'t str, &'t Text> {
    let mut all = HashMap::new();
    for step in &stage.instructions {
        let later = matches!(step.name.as_str(), "CMD" | "ENTRYPOINT" | "HEALTHCHECK" | "ONBUILD" | "ARG");
        // A file that the shell reads, or a secret, may set anything.
        let others = match &step.content {
            Content::Shell(script) => {
                script.partial
                    || script
                        .commands
                        .iter()
                        .any(|c| c.program().is_some_and(|p| matches!(p.value(), "." | "source" | "eval" | "export")))
            }
            _ => false,
        };
        let secret = step.flags.iter().any(|flag| flag.value().contains("env="));
        if !(later || others || secret || step.keyword.value().is_empty()) {
            used(document, step, &mut all);
        }
    }
    all.into_iter().collect()
}

fn names<'t>(document: &'t Document, file: &'t Dockerfile) -> Names<'t> {
    let text = |span: Span| document.text.value().get(span.start as usize..span.end as usize).unwrap_or("");
    let mut names = Names { asked: Some(HashSet::new()), read: HashSet::new(), used: HashMap::new() };
    for pair in &file.arguments {
        names.read.extend(pair.value.iter().flat_map(|v| read(text(v.span()))).map(|(name, _)| name));
    }
    for stage in &file.stages {
        names.read.extend(read(text(stage.span)).map(|(name, _)| name));
        for step in &stage.instructions {
            if let (Content::Pairs(pairs), "ARG" | "ENV") = (&step.content, step.name.as_str()) {
                for pair in pairs {
                    match (pair.key.known(), &mut names.asked) {
                        (Some(name), Some(asked)) => _ = asked.insert(name),
                        _ => names.asked = None,
                    }
                }
            }
            // What runs later has the variables of the container.
            let later = matches!(step.name.as_str(), "CMD" | "ENTRYPOINT" | "HEALTHCHECK" | "ONBUILD");
            if !later && !step.keyword.value().is_empty() {
                used(document, step, &mut names.used);
            }
        }
    }
    names
}

/// Adds the names that a step reads and does not make itself.
fn used<'t>(document: &'t Document, step: &'t Instruction, all: &mut HashMap<&'t str, &'t Text>) {
    let mut add = |text: &'t str, made: &HashSet<&str>| {
        for name in read(text).filter(|(name, otherwise)| !otherwise && !made.contains(name)).map(|(name, _)| name) {
            all.entry(name).or_insert(&step.keyword);
        }
    };
    let made = match &step.content {
        Content::Shell(script) => made(script, step.arguments.value()),
        _ => HashSet::new(),
    };
    add(step.arguments.value(), &made);
    step.flags.iter().for_each(|flag| add(flag.value(), &made));
    // The lines of a here-document stand outside of the instruction.
    if let Content::Shell(script) = &step.content
        && step.arguments.value().starts_with("<<")
    {
        for command in &script.commands {
            let (start, end) = (command.span.start as usize, command.span.end as usize);
            add(document.text.value().get(start..end).unwrap_or(""), &made);
        }
    }
}

/// The variables that a script makes: by an assignment, a loop, `read`.
fn made<'t>(script: &'t Script, line: &'t str) -> HashSet<&'t str> {
    let assigned = script.commands.iter().flat_map(|c| &c.assignments).filter_map(|a| a.name.known());
    let read = script.commands.iter().filter(|c| c.program().is_some_and(|p| p.value() == "read"));
    let read = read.flat_map(|c| c.words.iter().skip(1)).filter_map(|w| w.text.known());
    let looped = line.match_indices("for ").filter_map(|(at, _)| line.get(at + 4..)?.split_whitespace().next());
    assigned.chain(read).chain(looped).collect()
}

/// The names of the variables that a text reads, `$NAME` or `${NAME…`, and whether it says what stands for an empty one: `${NAME:-x}`.
fn read(text: &str) -> impl Iterator<Item = (&str, bool)> {
    text.match_indices('$').filter_map(move |(at, _)| {
        if text.get(..at)?.ends_with('\\') {
            return None;
        }
        let bare = text.get(at + 1..)?;
        let rest = bare.strip_prefix('{').unwrap_or(bare);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let behind = rest.get(end..)?;
        let otherwise =
            bare.starts_with('{') && behind.strip_prefix(':').unwrap_or(behind).starts_with(['-', '+', '=']);
        rest.get(..end).filter(|name| !name.is_empty()).map(|name| (name, otherwise))
    })
}
