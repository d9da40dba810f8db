//! A list of packages that one `RUN` fetches and a later one installs from, and an installation that waits for an answer.

use super::fact;
use crate::model::command::base as program_name;
use crate::model::command::wrapper::before_program;
use crate::model::compose::base::named;
use crate::model::compose::image::Reference;
use crate::model::compose::steps::{brings_others, may_make_folders};
use crate::model::fact::{Fact, Field};
use crate::syntax::dockerfile::{Content, Instruction, Stage};
use crate::syntax::script::{Command, Word};
use crate::text::Text;

/// Options of `apt-get` and `dnf` with which nothing is asked.
const ANSWERS: &[&str] = &[
    "--yes",
    "--assume-yes",
    "--force-yes",
    "--download-only",
    "--simulate",
    "--just-print",
    "--dry-run",
    "--recon",
    "--no-act",
    "--print-uris",
    "--assumeyes",
    "--assumeno",
    "--downloadonly",
];

/// The first `apt-get install` of a stage whose `RUN` fetches no list, behind a `RUN` that does nothing else with it.
pub(super) fn index(stage: &Stage) -> Option<Fact> {
    let mut fetched: Option<&Text> = None;
    for own in stage.instructions.iter().filter(|i| i.name == "RUN") {
        let Content::Shell(script) = &own.content else { continue };
        let asked = |verb: &str| script.commands.iter().find_map(|c| asks(c, verb));
        match (asked("update"), asked("install")) {
            // A cache that several builds share is kept apart from the layers.
            (Some(_), _) if own.flag("mount").is_some() => return None,
            (Some(_), Some(_)) => return None,
            // Who removes the list again installs nothing from it: what is asked for later is there, or comes in another way.
            (Some(_), None) if own.arguments.value().contains("/var/lib/apt/lists") => {}
            (Some(_), None) => fetched = fetched.or(Some(&own.keyword)),
            // A script from elsewhere may fetch the list as well.
            _ if may_make_folders(own) => return None,
            (None, Some(install)) if !may_fetch(own) => {
                let first = fetched?;
                return Some(fact("index", install.value(), install).with("used", Field::text(first)));
            }
            _ => {}
        }
    }
    None
}

/// The program of `apt-get … verb`.
fn asks<'a>(command: &'a Command, verb: &str) -> Option<&'a Text> {
    let start = before_program(command.words.iter().map(|w| &w.text));
    let (program, rest) = command.words.get(start..)?.split_first()?;
    let is_apt = program.text.known().is_some_and(|p| matches!(program_name(p), "apt-get" | "apt"));
    let said = rest.iter().find(|w| !w.text.value().starts_with('-'))?;
    (is_apt && said.text.known() == Some(verb)).then_some(&program.text)
}

/// Whether the instruction may fetch the list by something else.
fn may_fetch(own: &Instruction) -> bool {
    own.flag("mount").is_some() || own.arguments.value().contains("update")
}

/// An installation that asks whether it may go on, where nobody answers: of `apt-get`, the first of the image, where it names a package
/// that brings others.
pub(super) fn unconfirmed(stage: &Stage) -> Option<Fact> {
    let reference = Reference::parse(&stage.from);
    let (name, tag) = named(&reference).filter(|_| stage.base.is_none())?;
    let small = matches!(name, "debian" | "ubuntu") || tag.contains("slim");
    // A configuration may say yes to all.
    let says = |i: &Instruction| {
        let text = i.arguments.value().to_ascii_lowercase();
        ["assume-yes", "assumeyes", "apt.conf", "dnf.conf", "yum.conf", "/etc/apt", "zypp.conf"]
            .iter()
            .any(|w| text.contains(w))
    };
    if stage.instructions.iter().any(says) {
        return None;
    }
    for own in stage.instructions.iter().filter(|i| i.name == "RUN") {
        let Content::Shell(script) = &own.content else { return None };
        let text = own.arguments.value();
        // What is read from elsewhere, or passed over on purpose.
        if text.contains("<<") || text.contains("/dev/stdin") || script.partial {
            return None;
        }
        for command in &script.commands {
            let alone = command.function.is_none()
                && command.inside.is_none()
                && command.pipe.as_ref().is_none_or(|p| p.position == 0)
                && (!command.tested || command.passed_on);
            if let Some(found) = waits(command, small).filter(|_| alone) {
                return Some(found);
            }
            // What an earlier step brought is not known.
            if asks(command, "install").is_some() {
                return None;
            }
        }
    }
    None
}

/// The program of a command that installs and asks.
fn waits(command: &Command, small: bool) -> Option<Fact> {
    let start = before_program(command.words.iter().map(|w| &w.text));
    let (program, rest) = command.words.get(start..)?.split_first()?;
    let before = command.words.get(..start)?;
    // `yes |`, `xargs` and wrappers bring words of their own.
    if before.iter().any(|w| matches!(program_name(w.text.value()), "xargs" | "yes" | "expect" | "unbuffer")) {
        return None;
    }
    let name = program_name(program.text.known()?);
    let always = matches!(name, "dnf" | "yum");
    if !always && !matches!(name, "apt-get" | "apt") {
        return None;
    }
    let verb = rest.iter().find(|w| !w.text.value().starts_with('-'))?;
    let known =
        rest.iter().all(|w| w.text.is_known() && !w.text.value().contains(['$', '`']) && w.substitutions.is_empty());
    let brings = |w: &Word| always && w.text.value() != "install" || brings_others(w.text.value(), small);
    if verb.text.known() != Some("install")
        || !known
        || !rest.iter().any(|w| !w.text.value().starts_with('-') && brings(w))
    {
        return None;
    }
    let answers = |word: &Word| {
        let value = word.text.value();
        let short = value.starts_with('-') && !value.starts_with("--");
        value == "--quiet=2"
            || ANSWERS.contains(&value)
            || short && (value.contains(['y', 's', '2']) || value.contains("qq"))
    };
    if rest.iter().any(answers) {
        return None;
    }
    Some(fact("unconfirmed", name, &program.text).with("base", if always { "dnf" } else { "apt" }))
}
