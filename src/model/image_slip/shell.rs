//! Lines of a `RUN` that `sh` does not read as bash does, or refuses: braces that it leaves as they are, an operator with nothing behind it.

use std::sync::LazyLock;

use regex::Regex;

use super::fact;
use crate::document::Document;
use crate::model::command::base as program_name;
use crate::model::command::wrapper::before_program;
use crate::model::compose::base::{Family, family, is_plain, named};
use crate::model::compose::image::Reference;
use crate::model::fact::{Fact, Field};
use crate::syntax::dockerfile::{Content, Instruction, Stage};

/// Programs that take the names of files and folders.
const NAMERS: &[&str] = &["mkdir", "touch", "cp", "mv", "chown", "chmod", "ln", "install", "rmdir", "rm"];

static BRACES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?:^|[^$])\{[^{}\s"'$]*,[^{}\s"'$]*\}"#).ok());

/// Whether the stages are run by the `sh` of Debian, Ubuntu or Alpine, which is dash or `BusyBox`.
pub(super) fn is_plain_sh(chain: &[&Stage]) -> bool {
    let Some(base) = chain.last().map(|stage| &stage.from) else { return false };
    let reference = Reference::parse(base);
    let known = matches!(family(&reference), Some(Family::Alpine | Family::Debian))
        || is_plain(base) && named(&reference).is_some_and(|(name, _)| name != "scratch");
    // `ln -sf /bin/bash /bin/sh`, `dpkg-reconfigure dash`.
    let replaced = |i: &Instruction| {
        let value = i.arguments.value();
        i.name == "SHELL" || i.name == "RUN" && (value.contains("/bin/sh") || value.contains("reconfigure dash"))
    };
    known && !chain.iter().flat_map(|stage| &stage.instructions).any(replaced)
}

/// The first word of a `RUN` with braces that are meant to make several of it.
pub(super) fn braces(document: &Document, own: &Instruction) -> Option<Fact> {
    let Content::Shell(script) = &own.content else { return None };
    if own.name != "RUN" || document.template || script.partial || own.arguments.value().contains("<<") {
        return None;
    }
    let expression = BRACES.as_ref()?;
    script.commands.iter().find_map(|command| {
        let start = before_program(command.words.iter().map(|w| &w.text));
        let (program, rest) = command.words.get(start..)?.split_first()?;
        let name = program.text.known().map(program_name).filter(|name| NAMERS.contains(name))?;
        let word = rest.iter().find(|word| {
            let span = word.text.span();
            let written = document.text.value().get(span.start as usize..span.end as usize).unwrap_or("");
            !word.quoted && !written.contains(['"', '\'', '\\']) && expression.is_match(written)
        })?;
        Some(fact("braces", word.text.value(), &word.text).with("used", Field::at(name, program.text.place())))
    })
}

/// The operator at which a `RUN` ends.
pub(super) fn cut(document: &Document, own: &Instruction) -> Option<Fact> {
    let value = own.arguments.value();
    let shell = matches!(own.content, Content::Shell(_)) && own.name == "RUN";
    let last = value.lines().last().unwrap_or("");
    if !shell || document.template || value.contains("<<") || last.contains('#') || !own.arguments.is_known() {
        return None;
    }
    let end = value.trim_end().len();
    let operator = ["&&", "||", "|"].into_iter().find(|o| value.trim_end().ends_with(o))?;
    Some(fact("cut", operator, &own.arguments.slice(end - operator.len()..end)))
}
