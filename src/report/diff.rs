//! Changed files as a unified diff, which `git apply` and `patch` read.

use std::sync::Arc;

use similar::{Change, ChangeTag, TextDiff};

use super::redact::{MASK, Redactor};
use super::safe;
use crate::fix::Changed;
use crate::source::{Source, SourceId, Sources};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

const BOLD: &str = "\x1b[1m";
const CYAN: &str = "\x1b[36m";
const RED: &str = "\x1b[31m";
const GREEN: &str = "\x1b[32m";
const END: &str = "\x1b[0m";

/// What a diff shows of secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// People: a secret's value is masked, with or without colours.
    People {
        /// Whether colours are shown.
        color: bool,
    },
    /// `git apply`, which needs each byte: what holds a secret's value is left out.
    Programs,
}

/// A diff.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Diff {
    /// Its text.
    pub text: String,
    /// How many parts were left out, because a secret's value stands in their lines.
    pub left_out: usize,
}

/// The diff of all files.
pub fn unified(changed: &[Changed], reader: For) -> Diff {
    let sources = Sources::default();
    let texts: Vec<_> = changed
        .iter()
        .map(|file| {
            let add = |text: Arc<str>| sources.add(Source::new(file.candidate.path.clone(), None, text));
            (add(file.before.clone()), add(file.after.as_str().into()))
        })
        .collect();
    let secrets = Redactor::of(texts.iter().flat_map(|(before, after)| [*before, *after]), &sources);
    let mut diff = Diff::default();
    for (file, (before, after)) in changed.iter().zip(&texts) {
        let sides = Sides {
            before: (*before, &sources.get(*before)),
            after: (*after, &sources.get(*after)),
            secrets: &secrets,
        };
        one(file, &sides, reader, &mut diff);
    }
    diff
}

/// A file before and after, and what must not be shown of it.
struct Sides<'a> {
    before: (SourceId, &'a Source),
    after: (SourceId, &'a Source),
    secrets: &'a Redactor,
}

impl Sides<'_> {
    /// The line without secrets' values; `None` where there is none in it.
    fn masked(&self, change: &Change<&str>) -> Option<String> {
        let (side, line) = match change.tag() {
            ChangeTag::Insert => (self.after, change.new_index()?),
            ChangeTag::Delete | ChangeTag::Equal => (self.before, change.old_index()?),
        };
        let (id, source) = side;
        let range = source.line_range(u32::try_from(line + 1).ok()?);
        let hidden = self.secrets.hidden(id, source, range.clone());
        let mut text = source.text.get(range.clone())?.to_owned();
        for part in hidden.iter().rev() {
            text.replace_range(part.start - range.start..part.end - range.start, MASK);
        }
        (!hidden.is_empty()).then_some(text)
    }
}

fn one(file: &Changed, sides: &Sides<'_>, reader: For, out: &mut Diff) {
    let color = matches!(reader, For::People { color: true });
    let paint = |text: &str, with: &str| if color { format!("{with}{text}{END}") } else { text.to_owned() };
    // A name with a space ends at a tab.
    let tab = if file.candidate.path.contains(' ') { "\t" } else { "" };
    let header = |side: &str| format!("{side}/{}{tab}", file.candidate.path);
    let mut body = String::new();
    let diff = TextDiff::from_lines(&*file.before, file.after.as_str());
    for hunk in diff.unified_diff().context_radius(CONTEXT).iter_hunks() {
        let masked: Vec<_> = hunk.iter_changes().map(|change| sides.masked(&change)).collect();
        if reader == For::Programs && masked.iter().any(Option::is_some) {
            out.left_out += 1;
            continue;
        }
        body.push_str(&paint(hunk.header().to_string().trim_end(), CYAN));
        body.push('\n');
        for (change, masked) in hunk.iter_changes().zip(masked) {
            let (sign, with) = match change.tag() {
                ChangeTag::Delete => ("-", RED),
                ChangeTag::Insert => ("+", GREEN),
                ChangeTag::Equal => (" ", ""),
            };
            let value = change.value();
            let line = masked.unwrap_or_else(|| value.strip_suffix('\n').unwrap_or(value).to_owned());
            let shown = if reader == For::Programs { line } else { safe::line(&line).into_owned() };
            let text = format!("{sign}{shown}");
            body.push_str(&if with.is_empty() { text } else { paint(&text, with) });
            body.push('\n');
            if change.missing_newline() {
                body.push_str("\\ No newline at end of file\n");
            }
        }
    }
    if !body.is_empty() {
        let head = [format!("--- {}", header("a")), format!("+++ {}", header("b"))];
        out.text.extend(head.iter().map(|line| paint(line, BOLD) + "\n"));
        out.text.push_str(&body);
    }
}
