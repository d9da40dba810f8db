//! Instructions to stages: variables replaced, command lines parsed.

use std::collections::{HashMap, HashSet};

use super::lines::{Logical, lines};
use super::{Content, Dockerfile, Instruction, Pair, Stage};
use crate::problem::{Problem, ProblemKind};
use crate::syntax::json5;
use crate::syntax::script::{self, Word};
use crate::syntax::substitute::{substitute, too_large};
use crate::text::{Provenance, Syntax, Text, UNKNOWN};
use crate::yaml::Node;

/// The instructions that docker knows.
pub(crate) const KEYWORDS: &[&str] = &[
    "ADD",
    "ARG",
    "CMD",
    "COPY",
    "ENTRYPOINT",
    "ENV",
    "EXPOSE",
    "FROM",
    "HEALTHCHECK",
    "LABEL",
    "MAINTAINER",
    "ONBUILD",
    "RUN",
    "SHELL",
    "STOPSIGNAL",
    "USER",
    "VOLUME",
    "WORKDIR",
];

/// The values of variables at one point of the file.
type Values = HashMap<String, (Text, Provenance)>;

/// Reads the whole file.
pub(super) fn read(text: &Text) -> (Dockerfile, Vec<Problem>) {
    let mut reader = Reader::default();
    for logical in lines(text) {
        reader.instruction(&logical);
    }
    // Without a single stage it is a note beside a Dockerfile, not one.
    if reader.file.stages.is_empty() {
        reader.problems.clear();
    }
    (reader.file, reader.problems)
}

#[derive(Default)]
struct Reader {
    file: Dockerfile,
    problems: Vec<Problem>,
    /// `ARG`s before the first stage: seen by `FROM`, and by a stage that declares them again.
    global: Values,
    /// What the current stage sees.
    values: Values,
}

impl Reader {
    fn instruction(&mut self, logical: &Logical) {
        let (keyword, rest) = cut_word(&logical.text);
        let name = keyword.value().to_ascii_uppercase();
        if !KEYWORDS.contains(&name.as_str()) {
            // A template's unknown piece may stand for whole instructions.
            if self.problems.is_empty() && !name.contains(UNKNOWN) {
                let message = "docker knows no such instruction".to_owned();
                let problem = Problem::new(ProblemKind::Unparsable, message, keyword.span());
                self.problems.push(problem.help(self.continued()));
            }
            return;
        }
        let (flags, arguments) = cut_flags(rest);
        if name == "FROM" {
            return self.stage(logical, &arguments);
        }
        let content = self.content(&name, &arguments, logical);
        if let Content::Pairs(pairs) = &content {
            self.define(&name, pairs);
        }
        let span = logical.span;
        let instruction = Instruction { keyword, name, flags, arguments, content, span };
        match (self.file.stages.last_mut(), instruction.content) {
            (Some(stage), content) => stage.instructions.push(Instruction { content, ..instruction }),
            (None, Content::Pairs(pairs)) => self.file.arguments.extend(pairs),
            (None, _) => {}
        }
    }

    /// What to do about a line that no instruction begins.
    fn continued(&self) -> &'static str {
        let last = self.file.stages.last().and_then(|stage| stage.instructions.last());
        // BuildKit looks at each word by itself: `<<` alone begins no here-document.
        let apart = last.is_some_and(|i| i.arguments.value().split_whitespace().any(|w| matches!(w, "<<" | "<<-")));
        if apart {
            "write the word right behind `<<`, as in `<<'EOF'`: with a blank between them docker reads no here-document"
        } else {
            "a line that continues the one before needs a backslash at its end"
        }
    }

    fn stage(&mut self, logical: &Logical, arguments: &Text) {
        let global = |name: &str| self.global.get(name).cloned();
        let words = script::words(arguments);
        let Some(image) = words.first() else { return };
        let from = substitute(&image.text, Syntax::Docker, &global);
        let named = words.get(1).is_some_and(|w| w.text.value().eq_ignore_ascii_case("as"));
        let name = words.get(2).filter(|_| named).map(|w| w.text.clone());
        let base = from.known().filter(|f| !f.contains([':', '/'])).and_then(|f| self.file.stage(f));
        self.values = Values::new();
        self.file.push(Stage { from, base, name, instructions: Vec::new(), span: logical.span });
    }

    fn content(&self, name: &str, arguments: &Text, logical: &Logical) -> Content {
        match name {
            "ENV" | "ARG" | "LABEL" => Content::Pairs(self.pairs(name, arguments)),
            "RUN" => {
                let only_heredocs = arguments.value().split_whitespace().all(|w| w.starts_with("<<"));
                match logical.heredocs.first().filter(|_| only_heredocs) {
                    Some(heredoc) => Content::Shell(self.script(heredoc)),
                    None => self.command(arguments),
                }
            }
            "CMD" | "ENTRYPOINT" => self.command(arguments),
            "HEALTHCHECK" => {
                let (first, rest) = cut_word(arguments);
                let command = first.value().eq_ignore_ascii_case("CMD");
                if command { self.command(&rest) } else { Content::Words(script::words(arguments)) }
            }
            _ => Content::Words(self.words(arguments)),
        }
    }

    fn command(&self, arguments: &Text) -> Content {
        exec(arguments).map_or_else(|| Content::Shell(self.script(arguments)), Content::Exec)
    }

    fn script(&self, text: &Text) -> script::Script {
        // Those that it can name: a file of many instructions and values is read in the time of its length.
        let apart = |c: char| !(c.is_ascii_alphanumeric() || c == '_');
        let named: HashSet<&str> = text.value().split(apart).collect();
        let values = named.into_iter().filter_map(|name| Some((name.to_owned(), self.values.get(name)?.0.clone())));
        script::script_with(text, values)
    }

    fn words(&self, arguments: &Text) -> Vec<Word> {
        let lookup = |name: &str| self.values.get(name).cloned();
        let words = exec(arguments).unwrap_or_else(|| script::words(arguments));
        let replaced = |w: Word| Word { text: substitute(&w.text, Syntax::Docker, &lookup), ..w };
        words.into_iter().map(replaced).collect()
    }

    fn pairs(&self, name: &str, arguments: &Text) -> Vec<Pair> {
        let words = self.words(arguments);
        // `ENV key the rest`: the old form.
        let old = name == "ENV" && words.first().is_some_and(|w| !w.text.value().contains('='));
        if let (true, Some(first)) = (old, words.first()) {
            let (_, rest) = cut_word(arguments);
            let lookup = |name: &str| self.values.get(name).cloned();
            let value = substitute(&rest.trim(), Syntax::Docker, &lookup);
            return vec![Pair { key: first.text.clone(), value: Some(value) }];
        }
        let pair = |w: Word| match w.text.split_once('=') {
            Some((key, value)) => Pair { key, value: Some(value) },
            None => Pair { key: w.text, value: None },
        };
        words.into_iter().map(pair).collect()
    }

    fn define(&mut self, name: &str, pairs: &[Pair]) {
        // `--build-arg` may replace an `ARG`, nothing replaces an `ENV`.
        let provenance = if name == "ARG" { Provenance::Default } else { Provenance::Defined };
        let before = self.file.stages.is_empty();
        for pair in pairs.iter().filter(|_| name != "LABEL") {
            let Some(key) = pair.key.known() else { continue };
            let value = pair.value.clone().map(|value| (value, provenance));
            let value = value.or_else(|| self.global.get(key).cloned().filter(|_| !before));
            let values = if before { &mut self.global } else { &mut self.values };
            if let Some((value, provenance)) = value {
                let kept =
                    if too_large(&value) { Text::opaque("a value that is too large", value.span()) } else { value };
                values.insert(key.to_owned(), (kept, provenance));
            }
        }
    }
}

/// The words of a JSON list; `None` where it is none.
fn exec(arguments: &Text) -> Option<Vec<Word>> {
    if !arguments.value().trim_start().starts_with('[') {
        return None;
    }
    let (nodes, problems) = json5::parse(arguments);
    if !problems.is_empty() {
        return None;
    }
    let item =
        |node: &Node| node.text().map(|text| Word { text: text.clone(), quoted: true, substitutions: Vec::new() });
    nodes.first()?.seq()?.iter().map(item).collect()
}

/// The first word, and what follows it.
fn cut_word(text: &Text) -> (Text, Text) {
    let source = text.value();
    let start = source.len() - source.trim_start().len();
    let rest = source.get(start..).unwrap_or("");
    let end = start + rest.find(char::is_whitespace).unwrap_or(rest.len());
    (text.slice(start..end), text.slice(end..source.len()).trim())
}

fn cut_flags(mut rest: Text) -> (Vec<Text>, Text) {
    let mut flags = Vec::new();
    while rest.value().starts_with("--") {
        let (flag, after) = cut_word(&rest);
        flags.push(flag);
        rest = after;
    }
    (flags, rest)
}
