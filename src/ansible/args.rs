//! A module's arguments in all forms that Ansible reads: a mapping, `key=value` words, a free form line, and `args:`.
//!
//! Words are cut from the `Text`, so each value keeps its place. What an argument means is left to the caller.

use std::ops::Range;

use crate::text::{PieceKind, Text};
use crate::yaml::Node;

/// The words that Ansible takes out of a free form command line: its `RAW_PARAM_MODULES` keep all others.
const FREE_FORM_OPTIONS: &[&str] =
    &["creates", "removes", "chdir", "executable", "warn", "stdin", "stdin_add_newline", "strip_empty_ends"];

/// The arguments of one task's module.
#[derive(Debug, Clone)]
pub struct Args<'a> {
    mapping: Option<&'a Node>,
    line: Option<Text>,
    extra: Option<&'a Node>,
}

impl<'a> Args<'a> {
    /// Arguments from the module's mapping or line, and from `args:`.
    pub fn new(mapping: Option<&'a Node>, line: Option<Text>, extra: Option<&'a Node>) -> Self {
        Self { mapping, line, extra }
    }

    /// The mapping, where they are written as one.
    pub fn mapping(&self) -> Option<&'a Node> {
        self.mapping
    }

    /// The line, where they are written as one: free form or `key=value` words.
    pub fn line(&self) -> Option<&Text> {
        self.line.as_ref()
    }

    /// The argument `name`, however it is written.
    pub fn get(&self, name: &str) -> Option<Node> {
        let written = self.mapping.and_then(|m| m.get(name)).cloned();
        let word = || self.line.as_ref().and_then(|line| pair(line, name)).map(Node::plain);
        let extra = || self.extra.and_then(|e| e.get(name)).cloned();
        written.or_else(word).or_else(extra)
    }

    /// The line of a free form module without the options that Ansible takes out at its ends.
    pub fn free_form(&self) -> Option<Text> {
        let line = match &self.line {
            Some(line) => line.trim(),
            None => self.mapping?.get("_raw_params")?.text()?.trim(),
        };
        let mut range = 0..line.value().len();
        let words = words(&line);
        for word in &words {
            if word.start != range.start || !is_option(&line, word) {
                break;
            }
            range.start = skip_space(line.value(), word.end);
        }
        for word in words.iter().rev() {
            if word.start < range.start || !is_option(&line, word) {
                break;
            }
            range.end = word.start;
        }
        let cut = line.slice(range).trim();
        (!cut.is_empty()).then_some(cut)
    }

    /// All arguments that are written out, as name and value.
    pub fn pairs(&self) -> Vec<(String, Node)> {
        self.named().into_iter().map(|(key, value)| (key.value().to_owned(), value)).collect()
    }

    /// The same with the place of each name.
    pub fn named(&self) -> Vec<(Text, Node)> {
        let mut found = Vec::new();
        for entry in [self.mapping, self.extra].into_iter().flatten().filter_map(Node::map).flatten() {
            let Some(key) = entry.key.text().filter(|k| k.is_known()) else { continue };
            found.push((key.clone(), entry.value.clone()));
        }
        if let Some(line) = &self.line {
            for word in words(line) {
                let Some((key, value)) = split_pair(line, &word) else { continue };
                found.push((line.slice(word.start..word.start + key.len()), Node::plain(value)));
            }
        }
        found
    }
}

/// The module's name and the rest of an `action:` line.
pub fn split_action(line: &Text) -> (Text, Text) {
    let line = line.trim();
    let end = words(&line).first().map_or(0, |w| w.end);
    (line.slice(0..end), line.slice(end..line.value().len()).trim())
}

/// The value of the word `name=…` in `line`.
fn pair(line: &Text, name: &str) -> Option<Text> {
    words(line).iter().rev().find_map(|word| split_pair(line, word).filter(|(key, _)| key == name)).map(|(_, v)| v)
}

fn split_pair(line: &Text, word: &Range<usize>) -> Option<(String, Text)> {
    let (key, _) = line.value().get(word.clone())?.split_once('=')?;
    let named = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !named {
        return None;
    }
    let value = line.slice(word.start + key.len() + 1..word.end);
    Some((key.to_owned(), unquote(&value)))
}

fn unquote(text: &Text) -> Text {
    let value = text.value();
    for quote in ['"', '\''] {
        if value.len() >= 2 && value.starts_with(quote) && value.ends_with(quote) {
            return text.slice(1..value.len() - 1);
        }
    }
    text.clone()
}

fn is_option(line: &Text, word: &Range<usize>) -> bool {
    split_pair(line, word).is_some_and(|(key, _)| FREE_FORM_OPTIONS.contains(&key.as_str()))
}

/// The words of `line`: cut at white space outside quotes and outside `{{ … }}`, as Ansible splits before it templates;
/// variables whose value is known by now are atoms.
fn words(line: &Text) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut start = None;
    let mut quote = None;
    let mut braces = 0_usize;
    for piece in line.pieces() {
        if !matches!(piece.kind, PieceKind::Literal) {
            start.get_or_insert(piece.range.start);
            continue;
        }
        let Some(text) = line.value().get(piece.range.clone()) else { continue };
        for (offset, c) in text.char_indices() {
            let at = piece.range.start + offset;
            match (quote, c) {
                (Some(open), c) if open == c => quote = None,
                (None, '{') => braces += 1,
                (None, '}') => braces = braces.saturating_sub(1),
                (None, '"' | '\'') if braces == 0 => quote = Some(c),
                (None, c) if c.is_whitespace() && braces == 0 => {
                    found.extend(start.take().map(|s| s..at));
                    continue;
                }
                _ => {}
            }
            start.get_or_insert(at);
        }
    }
    found.extend(start.map(|s| s..line.value().len()));
    found
}

fn skip_space(value: &str, at: usize) -> usize {
    value.get(at..).map_or(at, |rest| at + rest.len() - rest.trim_start().len())
}

#[cfg(test)]
#[path = "args_tests.rs"]
mod tests;
