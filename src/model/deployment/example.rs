//! Example env files: what they list, what their comments speak of, and which one documents a project or a config.

use std::cell::OnceCell;
use std::collections::HashSet;

use super::around::{above, is_example, same};
use super::folder;
use crate::document::{Body, Document};
use crate::expand::Deployment;

/// An example env file.
pub(in crate::model) struct Example<'a> {
    /// The file.
    pub(in crate::model) document: &'a Document,
    /// The variables that it lists, those in comments included.
    pub(in crate::model) keys: HashSet<&'a str>,
    /// The words of its comments, cut once.
    spoken: OnceCell<HashSet<&'a str>>,
}

impl<'a> Example<'a> {
    /// The document as an example env file, where it is one.
    pub(in crate::model) fn of(document: &'a Document) -> Option<Self> {
        let Body::Env(file) = &document.body else { return None };
        let keys = || file.entries.iter().filter_map(|e| e.key.known()).collect();
        is_example(document).then(|| Self { document, keys: keys(), spoken: OnceCell::new() })
    }

    /// The example env files of a deployment.
    pub(in crate::model) fn all(deployment: &'a Deployment) -> Vec<Self> {
        deployment.documents.iter().filter_map(|d| Self::of(d)).collect()
    }

    /// Whether it is an example of one of `files`, by their names: `creds.example.env` is one of `creds.env`.
    pub(in crate::model) fn copied_to(&self, files: &HashSet<String>) -> bool {
        let name = self.document.path.rsplit('/').next().unwrap_or_default();
        let words = ["example", "sample", "template", "dist", "default"];
        let without = |word: &str| ['.', '-', '_'].map(|sign| [format!("{sign}{word}"), format!("{word}{sign}")]);
        let targets = words.iter().flat_map(|word| without(word)).flatten().filter(|part| name.contains(part));
        targets.map(|part| name.replacen(&part, "", 1)).any(|target| files.contains(&target))
    }

    /// The folder that it is in.
    pub(in crate::model) fn folder(&self) -> &'a str {
        folder(&self.document.path)
    }

    /// Whether whoever copies the file learns of `name`: it is listed, or a comment has it as a word; or so is one before
    /// it of a numbered row.
    pub(in crate::model) fn documents(&self, name: &str) -> bool {
        std::iter::successors(Some(name.to_owned()), |name| before(name)).take(ROW).any(|name| self.tells(&name))
    }

    fn tells(&self, name: &str) -> bool {
        self.keys.contains(name) || self.spoken.get_or_init(|| spoken(self.document.text.value())).contains(name)
    }

    /// Whether it lists more than half of `names`: one that lists fewer is about something else.
    pub(in crate::model) fn lists_most<N: AsRef<str>>(&self, names: impl IntoIterator<Item = N>) -> bool {
        let (mut listed, mut all) = (0, 0);
        for name in names {
            all += 1;
            listed += usize::from(self.keys.contains(name.as_ref()));
        }
        listed * 2 > all
    }
}

/// How far a row is followed down.
const ROW: usize = 100;

/// The name before this one in a numbered row: `HOST_2` before `HOST_3`, `MODEL2_KEY` before `MODEL3_KEY`.
fn before(name: &str) -> Option<String> {
    let end = name.rfind(|c: char| c.is_ascii_digit())? + 1;
    let start = name[..end].rfind(|c: char| !c.is_ascii_digit()).map_or(0, |at| at + 1);
    let number: u32 = name[start..end].parse().ok().filter(|number| *number >= 2)?;
    Some(format!("{}{}{}", &name[..start], number - 1, &name[end..]))
}

/// The example env files beside `home` or above it, nearest first.
pub(in crate::model) fn near<'b, 'a>(examples: &'b [Example<'a>], home: &str) -> Vec<&'b Example<'a>> {
    let near = |e: &Example<'_>| same(e.folder(), home) || above(e.folder(), home);
    let mut found: Vec<_> = examples.iter().filter(|e| near(e)).collect();
    // The nearest one has the longest folder; of several there, the first by name.
    found.sort_by_key(|e| (std::cmp::Reverse(e.folder().len()), e.document.path.as_str()));
    found
}

/// The words of the comments of `text`.
fn spoken(text: &str) -> HashSet<&str> {
    let comments = text.lines().filter(|line| line.trim_start().starts_with('#'));
    comments.flat_map(|line| line.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_counted_down() {
        assert_eq!(before("HOST_3").as_deref(), Some("HOST_2"));
        assert_eq!(before("MODEL10_KEY").as_deref(), Some("MODEL9_KEY"));
        assert_eq!((before("HOST_1"), before("HOST"), before("é")), (None, None, None));
    }

    #[test]
    fn words_of_comments_are_whole_words() {
        let words = spoken("A=1 # X\n# set API_KEY, or the file's\n  # $OTHER too\n");
        assert!(words.contains("API_KEY") && words.contains("OTHER"));
        assert!(!words.contains("X") && !words.contains("API") && !words.contains("A"));
    }
}
