//! The configuration file: found, read, and its mistakes shown where they stand.
//!
//! What it says about single files and rules is asked through `apply`; `written` has the keys. Which settings win over
//! it (the command line's) is decided in `cli`.

mod apply;
pub mod docs;
pub mod written;

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;

use std::ops::Range;
use std::path::{Path, PathBuf};

use serde::Deserialize;

pub use apply::{Globs, Ignores, printed};
use written::ConfigFile;

/// A configuration file that was read.
#[derive(Debug, Default)]
pub struct Config {
    /// The folder that its paths and globs are relative to.
    pub folder: PathBuf,
    /// Its path, as reports print it; empty where there is no file.
    pub path: String,
    /// Its text.
    pub text: String,
    /// What it says.
    pub file: ConfigFile,
}

/// A mistake in a configuration file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file's path.
    pub path: String,
    /// The file's text.
    pub text: String,
    /// Where the mistake is, in bytes.
    pub range: Range<usize>,
    /// What it is.
    pub message: String,
    /// What to type instead; may be empty.
    pub help: String,
}

/// The part of `pyproject.toml` that is ours.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Pyproject {
    tool: Tools,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Tools {
    deploylint: Option<ConfigFile>,
}

/// The file's own name, and the one of Python projects.
const NAMES: [&str; 2] = ["deploylint.toml", "pyproject.toml"];

/// The configuration file for `input`: in its folder or above it, up to the root of the repository (where `.git` is).
/// Outside of a repository only the input's own folder counts, so that a stray file far above decides nothing.
///
/// # Errors
/// The mistakes of the file that was found.
pub fn find(input: &Path) -> Result<Option<Config>, Mistake> {
    let Ok(input) = std::fs::canonicalize(input) else { return Ok(None) };
    let start = if input.is_dir() { input.as_path() } else { input.parent().unwrap_or(&input) };
    let root = root(start);
    for folder in start.ancestors().take_while(|folder| folder.starts_with(root)) {
        if let Some(config) = beside(folder, root)? {
            return Ok(Some(config));
        }
    }
    Ok(None)
}

/// The root of the repository that `folder` is in; the folder itself outside of one.
pub fn root(folder: &Path) -> &Path {
    folder.ancestors().find(|folder| folder.join(".git").exists()).unwrap_or(folder)
}

/// The configuration in `folder`, which lies below `root`.
///
/// # Errors
/// Its mistakes.
pub fn beside(folder: &Path, root: &Path) -> Result<Option<Config>, Mistake> {
    for path in NAMES.iter().map(|name| folder.join(name)).filter(|path| within(path, root)) {
        if let Some(config) = read(&path)? {
            return Ok(Some(config));
        }
    }
    Ok(None)
}

/// Whether there is a file at `path` that lies below `root` after all links: a link out of the repository would show what
/// it leads to.
fn within(path: &Path, root: &Path) -> bool {
    path.is_file() && std::fs::canonicalize(path).is_ok_and(|path| path.starts_with(root))
}

/// The configuration in the file at `path`; `None` for a `pyproject.toml` without `[tool.deploylint]`.
///
/// # Errors
/// Its mistakes, or why it can't be read.
pub fn read(path: &Path) -> Result<Option<Config>, Mistake> {
    let shown = crate::discover::display(&std::path::absolute(path).unwrap_or_else(|_| path.to_owned()));
    let failed = |reason: String| Mistake {
        path: shown.clone(),
        text: String::new(),
        range: 0..0,
        message: format!("can't be read: {reason}"),
        help: String::new(),
    };
    let bytes = std::fs::read(path).map_err(|error| failed(crate::discover::reason(&error)))?;
    let python = path.file_name().is_some_and(|name| name == "pyproject.toml");
    let text = match String::from_utf8(bytes) {
        Ok(text) => text,
        // Another tool's broken file is none of our business, whatever it is broken by.
        Err(error) if python && !String::from_utf8_lossy(error.as_bytes()).contains("deploylint") => return Ok(None),
        Err(error) => return Err(failed(format!("{}", error.utf8_error()))),
    };
    let folder = std::fs::canonicalize(path).ok().and_then(|p| p.parent().map(Path::to_owned)).unwrap_or_default();
    let file = if python { parse_pyproject(&shown, &text)? } else { Some(parse(&shown, &text)?) };
    Ok(file.map(|file| Config { folder, path: shown, text, file }))
}

/// Reads the text of a `deploylint.toml`.
///
/// # Errors
/// Its first mistake.
pub fn parse(path: &str, text: &str) -> Result<ConfigFile, Mistake> {
    toml::from_str(text).map_err(|error| mistake(path, text, &error))
}

fn parse_pyproject(path: &str, text: &str) -> Result<Option<ConfigFile>, Mistake> {
    // Another tool's broken table is none of our business unless ours is there.
    if !text.contains("deploylint") {
        return Ok(None);
    }
    let whole: Pyproject = toml::from_str(text).map_err(|error| mistake(path, text, &error))?;
    Ok(whole.tool.deploylint)
}

fn mistake(path: &str, text: &str, error: &toml::de::Error) -> Mistake {
    let said = error.message();
    let message = WORDS.iter().fold(said.to_owned(), |text, (theirs, ours)| text.replace(theirs, ours));
    let help = HELP.iter().find(|(theirs, _)| said.contains(theirs)).map(|(_, help)| (*help).to_owned());
    Mistake {
        path: path.to_owned(),
        text: text.to_owned(),
        range: error.span().unwrap_or(0..0),
        help: help.unwrap_or_else(|| did_you_mean_of(&message)),
        message,
    }
}

/// What the parser calls things, and what whoever writes TOML does.
const WORDS: &[(&str, &str)] = &[
    ("unknown field", "unknown key"),
    ("unknown variant", "unknown value"),
    ("expected struct RuleConfig", "expected a table"),
    ("expected struct StackConfig", "expected a table"),
    ("expected struct LiteLlmConfig", "expected a table"),
    ("expected struct KnowledgeConfig", "expected a table"),
    ("expected struct Image", "expected a table"),
    ("expected a sequence", "expected a list"),
    ("invalid type: sequence", "invalid type: list"),
    ("invalid type: map", "invalid type: table"),
    ("expected a map", "expected a table"),
    ("wanted string or table", "expected a string"),
];

/// What to type, by the parser's words.
const HELP: &[(&str, &str)] = &[
    (
        "expected struct RuleConfig",
        "write a table of the rule's own: `[rules.RULE]`, and below it `severity = \"off\"`",
    ),
    ("map, expected a sequence", "a list of tables has two brackets: `[[stack]]`"),
];

/// Advice for "unknown field `x`, expected one of `a`, `b`": the nearest of them.
fn did_you_mean_of(message: &str) -> String {
    let mut quoted = message.split('`').skip(1).step_by(2);
    let Some(wrong) = quoted.next().filter(|_| message.starts_with("unknown ")) else { return String::new() };
    let all: Vec<&str> = quoted.collect();
    did_you_mean(wrong, all.iter().copied())
}

/// Advice naming the one of `all` that `wrong` is nearest to; empty where none is near.
pub fn did_you_mean<'a>(wrong: &str, all: impl Iterator<Item = &'a str>) -> String {
    let near = all.map(|name| (strsim::jaro_winkler(wrong, name), name)).filter(|(score, _)| *score > 0.8);
    let best = near.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.map(|(_, name)| format!("did you mean `{name}`?")).unwrap_or_default()
}

impl Config {
    /// A mistake in this file.
    pub fn mistake(&self, range: Range<usize>, message: impl Into<String>, help: impl Into<String>) -> Mistake {
        Mistake { path: self.path.clone(), text: self.text.clone(), range, message: message.into(), help: help.into() }
    }
}
