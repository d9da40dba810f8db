//! A list of packages that one `RUN` fetches and a later one installs from.

use super::fact;
use crate::model::command::base as program_name;
use crate::model::command::wrapper::before_program;
use crate::model::compose::steps::may_make_folders;
use crate::model::fact::{Fact, Field};
use crate::syntax::dockerfile::{Content, Instruction, Stage};
use crate::syntax::script::Command;
use crate::text::Text;

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
