//! Dockerfiles: stages and their instructions, with `ARG` and `ENV` replaced.
//!
//! A parser of our own: the instructions are cut from the `Text`, templates of Dockerfiles included, and a mistake in
//! one instruction does not hide the others. What a stage ends up containing is left to `model`.

mod lines;
mod read;

pub(crate) use read::KEYWORDS;
use std::collections::BTreeMap;

use super::script::{Script, Word};
use crate::problem::Problem;
use crate::source::Span;
use crate::text::Text;

/// How many stages that stand on each other are followed.
const MAX_CHAIN: usize = 64;

/// A parsed Dockerfile.
#[derive(Debug, Clone, Default)]
pub struct Dockerfile {
    /// The `ARG`s before the first stage.
    pub arguments: Vec<Pair>,
    /// The stages in order.
    pub stages: Vec<Stage>,
    /// The last stage of each name, in small letters.
    names: BTreeMap<String, usize>,
}

/// One stage.
#[derive(Debug, Clone)]
pub struct Stage {
    /// The image or the stage that it starts from.
    pub from: Text,
    /// The earlier stage that `from` names: index into [`Dockerfile::stages`].
    pub base: Option<usize>,
    /// The name after `AS`.
    pub name: Option<Text>,
    /// The instructions after `FROM`.
    pub instructions: Vec<Instruction>,
    /// The whole `FROM` instruction.
    pub span: Span,
}

/// One instruction.
#[derive(Debug, Clone)]
pub struct Instruction {
    /// Its name as written.
    pub keyword: Text,
    /// Its name in capitals.
    pub name: String,
    /// Its flags: `--from=builder`, `--mount=type=secret,id=x`.
    pub flags: Vec<Text>,
    /// What follows the flags, lines joined.
    pub arguments: Text,
    /// What follows the flags, read.
    pub content: Content,
    /// The whole instruction, its here-documents left out.
    pub span: Span,
}

/// What follows an instruction's name and flags.
#[derive(Debug, Clone)]
pub enum Content {
    /// `ENV`, `ARG`, `LABEL`.
    Pairs(Vec<Pair>),
    /// `RUN`, `CMD`, `ENTRYPOINT`, `HEALTHCHECK CMD` as a command line for a shell.
    Shell(Script),
    /// The same as a JSON list.
    Exec(Vec<Word>),
    /// `COPY`, `ADD`, `USER`, `WORKDIR` and all others.
    Words(Vec<Word>),
}

/// A name and its value.
#[derive(Debug, Clone)]
pub struct Pair {
    /// The name.
    pub key: Text,
    /// The value; `None` for an `ARG` without a default.
    pub value: Option<Text>,
}

impl Dockerfile {
    /// The stage that the image is made of, unless `--target` says otherwise.
    pub fn last(&self) -> Option<&Stage> {
        self.stages.last()
    }

    /// The stage with this number and those that it stands on.
    pub fn chain(&self, stage: usize) -> Vec<&Stage> {
        let mut all = Vec::new();
        let mut at = Some(stage);
        while let Some(stage) = at.and_then(|i| self.stages.get(i)).filter(|_| all.len() < MAX_CHAIN) {
            all.push(stage);
            at = stage.base;
        }
        all
    }

    /// The stage called `name`, or with that number.
    pub fn stage(&self, name: &str) -> Option<usize> {
        let by_number = || name.parse::<usize>().ok().filter(|n| *n < self.stages.len());
        self.names.get(&name.to_ascii_lowercase()).copied().or_else(by_number)
    }

    /// Adds a stage.
    fn push(&mut self, stage: Stage) {
        if let Some(name) = stage.name.as_ref().and_then(Text::known) {
            self.names.insert(name.to_ascii_lowercase(), self.stages.len());
        }
        self.stages.push(stage);
    }
}

impl Instruction {
    /// The value of the flag `--name=…`.
    pub fn flag(&self, name: &str) -> Option<Text> {
        self.flags.iter().find_map(|flag| {
            let (key, value) = flag.split_once('=')?;
            (key.value().strip_prefix("--") == Some(name)).then_some(value)
        })
    }
}

/// Parses `text`.
pub fn parse(text: &Text) -> (Dockerfile, Vec<Problem>) {
    read::read(text)
}

#[cfg(test)]
#[path = "dockerfile_tests.rs"]
mod tests;
