//! Shell scripts as lists of commands.
//!
//! tree-sitter-bash gives the structure; words are cut from the `Text`, so a command in a template, a `RUN` line or a
//! YAML block scalar has its exact place. What does not parse is skipped, the rest is kept. Which programs the commands
//! run and what that means is left to `model`.

mod expansion;
pub mod here;
pub mod quotes;
mod split;
mod walk;
mod word;

use std::cell::RefCell;
use std::collections::HashMap;

use tree_sitter::{Decode, ParseOptions, Parser, Tree};

use crate::problem::{Problem, ProblemKind};
use crate::source::Span;
use crate::text::Text;

pub use split::words;

/// For how many bytes of its text a script may cost the parser one round of 100 operations. The worst of a thousand
/// real scripts and templates took one for 48 bytes.
const BYTES_PER_ROUND: usize = 8;

/// How many `|` a script may have; what follows costs memory by the square of a pipeline's length.
const MAX_PIPES: usize = 10_000;

/// How many here-documents one line may open.
const MAX_HEREDOCS: usize = 50;

/// The most here-documents in all lines; where none is ever closed, all stay open.
const MAX_HEREDOCS_OF_ALL_LINES: usize = 2_000;

/// How many words a script or a command line may have. A word takes a kilobyte of facts, and no real script a third of these.
pub const MAX_WORDS: usize = 50_000;

/// A parsed script.
#[derive(Debug, Clone, Default)]
pub struct Script {
    /// The first line after `#!`, where there is one.
    pub shebang: Option<Text>,
    /// All simple commands in the order of the text, those in functions and in `$(…)` included.
    pub commands: Vec<Command>,
    /// The names of the functions.
    pub functions: Vec<String>,
    /// Which failures end the script.
    pub strict: Strict,
    /// Whether a part of the script did not parse.
    pub partial: bool,
    /// Whether nothing of it was parsed: it is past the limits of this file.
    pub unread: bool,
}

/// Which failures end a script: `set -euo pipefail`, also spelled out or in the shebang.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Strict {
    /// `-e`.
    pub errexit: bool,
    /// `-u`.
    pub nounset: bool,
    /// `-o pipefail`.
    pub pipefail: bool,
}

/// One simple command.
#[derive(Debug, Clone)]
pub struct Command {
    /// The program and its arguments; empty where the command only assigns.
    pub words: Vec<Word>,
    /// `X=1` before the program, alone, or after `export`, `local`, `declare`.
    pub assignments: Vec<Assignment>,
    /// Redirections.
    pub redirects: Vec<Redirect>,
    /// The whole command.
    pub span: Span,
    /// Its place in a pipeline.
    pub pipe: Option<Pipe>,
    /// The function that it stands in: index into [`Script::functions`].
    pub function: Option<usize>,
    /// The command whose word or redirection holds it in `$(…)` or `<(…)`: index into [`Script::commands`].
    pub inside: Option<usize>,
    /// Whether something looks at its failure: a condition, the left of `||` or `&&`, after `!`.
    pub tested: bool,
    /// Whether that is only an `&&` behind it: its failure is that of the whole list.
    pub passed_on: bool,
    /// Whether it runs only in some cases: in a branch, a loop, behind `&&` or `||`.
    pub guarded: bool,
}

/// A word of a command.
#[derive(Debug, Clone)]
pub struct Word {
    /// The word without its quotes.
    pub text: Text,
    /// Whether it begins with a quote.
    pub quoted: bool,
    /// The commands in its `$(…)` and `<(…)`: indexes into [`Script::commands`].
    pub substitutions: Vec<usize>,
}

/// An assignment.
#[derive(Debug, Clone)]
pub struct Assignment {
    /// The variable.
    pub name: Text,
    /// Its value; `None` for `export X` and for arrays.
    pub value: Option<Word>,
}

/// A redirection.
#[derive(Debug, Clone)]
pub struct Redirect {
    /// What it does.
    pub kind: RedirectKind,
    /// The file, the here-string or the content of the here-document.
    pub target: Text,
    /// The commands in the target's `$(…)` and `<(…)`.
    pub substitutions: Vec<usize>,
}

/// What a redirection does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RedirectKind {
    /// `<`.
    Read,
    /// `>`, `>|`, `&>`.
    Write,
    /// `>>`.
    Append,
    /// `<<<`.
    HereString,
    /// `<<`.
    HereDocument,
    /// `>&2` and the like.
    Descriptor,
}

/// A command's place in a pipeline.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pipe {
    /// Which pipeline of the script.
    pub id: usize,
    /// The position in it, from 0.
    pub position: usize,
}

impl Command {
    /// The program's name as written, with its directory; `None` where the command only assigns.
    pub fn program(&self) -> Option<&Text> {
        self.words.first().map(|w| &w.text)
    }
}

/// Parses `text` as a file.
pub fn parse(text: &Text) -> (Script, Vec<Problem>) {
    let script = script(text);
    let unread = script.unread.then(|| {
        let message = "this script is larger or more tangled than any that is parsed: it was not audited";
        Problem::new(ProblemKind::Unparsable, message, text.span_at(0..0))
            .help("split it, or leave it out of the audit")
    });
    (script, unread.into_iter().collect())
}

/// Parses `text` as a script, wherever it stands.
pub fn script(text: &Text) -> Script {
    if text.value().len() > MAX_RECENT_LENGTH {
        return script_with(text, []);
    }
    let span = text.span();
    let known = RECENT.with_borrow(|recent| {
        let (of, script) = recent.get(&span)?;
        (of == text).then(|| script.clone())
    });
    known.unwrap_or_else(|| {
        let script = script_with(text, []);
        RECENT.with_borrow_mut(|recent| {
            if recent.len() >= MAX_RECENT {
                recent.clear();
            }
            recent.insert(span, (text.clone(), script.clone()));
        });
        script
    })
}

/// How many lines of a shell are kept, and how long they may be.
const MAX_RECENT: usize = 2_000;
const MAX_RECENT_LENGTH: usize = 500;

thread_local! {
    /// The last lines that were parsed: several facts ask for the same one, and the parser costs more than all else.
    static RECENT: RefCell<HashMap<Span, (Text, Script)>> = RefCell::default();
}

/// The same with variables that have a value before the script starts.
pub fn script_with(text: &Text, values: impl IntoIterator<Item = (String, Text)>) -> Script {
    let Some(tree) = tree(text.value()) else {
        return Script { partial: true, unread: true, ..Script::default() };
    };
    let root = tree.root_node();
    let mut script = walk::walk(text, root, values.into_iter().collect());
    script.partial = root.has_error();
    script.shebang = shebang(text);
    script.strict = strict(&script);
    script
}

/// Whether it has more words than any that is read.
pub fn too_long(source: &str) -> bool {
    source.len() > 2 * MAX_WORDS && source.split_ascii_whitespace().nth(MAX_WORDS).is_some()
}

fn tree(source: &str) -> Option<Tree> {
    if too_long(source) {
        return None;
    }
    // The grammar keeps a list of open here-documents and copies it at every word.
    let opened = || source.matches("<<").count();
    if source.lines().any(|line| line.matches("<<").count() > MAX_HEREDOCS) || opened() > MAX_HEREDOCS_OF_ALL_LINES {
        return None;
    }
    if source.bytes().filter(|b| *b == b'|').count() > MAX_PIPES {
        return None;
    }
    let mut parser = Parser::new();
    parser.set_language(&tree_sitter_bash::LANGUAGE.into()).ok()?;
    let bytes = source.as_bytes();
    // Hostile input can make error recovery slow; the limit counts work, not time, so that results do not depend on the
    // machine.
    let mut rounds = 200 + bytes.len() / BYTES_PER_ROUND;
    let mut progress = |_: &tree_sitter::ParseState| {
        rounds = rounds.saturating_sub(1);
        rounds == 0
    };
    let options = ParseOptions::new().progress_callback(&mut progress);
    let mut read = |offset: usize, _| bytes.get(offset..).unwrap_or(&[]);
    parser.parse_custom_encoding::<Plain, _, _>(&mut read, None, Some(options))
}

/// UTF-8 whose characters outside of ASCII are all one letter to the grammar, which treats none of them apart.
///
/// Its scanner asks C's `isdigit` about a character behind `{`, which reads past a table where that is, say, an emoji.
struct Plain;

impl Decode for Plain {
    fn decode(bytes: &[u8]) -> (i32, u32) {
        match bytes {
            [] => (0, 0),
            [byte, ..] if byte.is_ascii() => (i32::from(*byte), 1),
            [_, rest @ ..] => {
                let more = rest.iter().take(3).take_while(|byte| **byte & 0xc0 == 0x80).count();
                ('é' as i32, u32::try_from(more).unwrap_or(0) + 1)
            }
        }
    }
}

fn shebang(text: &Text) -> Option<Text> {
    let line = text.value().lines().next()?;
    line.strip_prefix("#!")?;
    Some(text.slice(2..line.len()).trim())
}

/// The options that the script sets at its top level, whatever else it does in branches.
fn strict(script: &Script) -> Strict {
    let mut strict = Strict::default();
    let line = script.shebang.as_ref().map_or("", Text::value);
    let mut shebang: Vec<&str> = line.split_whitespace().skip(1).collect();
    shebang.retain(|w| w.starts_with('-'));
    options(&shebang, &mut strict);
    for command in script.commands.iter().filter(|c| c.function.is_none() && !c.guarded && c.inside.is_none()) {
        let words: Vec<&str> = command.words.iter().filter_map(|w| w.text.known()).collect();
        if let ["set", rest @ ..] = words.as_slice() {
            options(rest, &mut strict);
        }
    }
    strict
}

fn options(words: &[&str], strict: &mut Strict) {
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(letters) = word.strip_prefix('-').filter(|w| !w.starts_with('-')) else { continue };
        strict.errexit |= letters.contains('e');
        strict.nounset |= letters.contains('u');
        if letters.ends_with('o') {
            match words.next() {
                Some(&"pipefail") => strict.pipefail = true,
                Some(&"errexit") => strict.errexit = true,
                Some(&"nounset") => strict.nounset = true,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
#[path = "script_tests.rs"]
mod tests;
