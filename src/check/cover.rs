//! The lines that a comment covers: its own, or the next one when it stands alone, with everything that belongs to that
//! line: its continuation, its heredoc, the lines indented below it.
//!
//! Lines are told apart by their looks, for all formats alike; what a comment says is `comments`'.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;

use super::comments::code;
use crate::document::{Kind, TEMPLATE_COMMENTS};
use crate::source::Source;

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    /// Something that counts.
    Code,
    /// Blank, a comment, a statement of a template: belongs to whatever is around it.
    Remark,
    /// Inside of a comment that opened on a line above.
    Within,
}

/// The lines of a file, and what each is.
pub(super) struct Lines<'s> {
    source: &'s Source,
    kind: Option<Kind>,
    looks: Vec<Look>,
    /// Whether the line is outside of Markdown's fenced blocks; empty for other files.
    prose: Vec<bool>,
    /// For each line the next one below it that counts.
    next: Vec<u32>,
    /// The first line that counts.
    top: u32,
    /// Ends that are known already: many comments may stand above one line.
    ends: RefCell<HashMap<u32, u32>>,
}

/// How far below a heredoc's end is looked for.
const HEREDOC: u32 = 1_000;

/// `<<EOF`, `<<-'EOF'`; a here-string (`<<<`) and YAML's `<<:` are none.
static HEREDOC_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|[^<])<<-?\s*["'\\]?([A-Za-z_]\w*)"#).ok());

impl<'s> Lines<'s> {
    pub(super) fn new(source: &'s Source, kind: Option<Kind>) -> Self {
        let count = u32::try_from(source.line_count()).unwrap_or(u32::MAX);
        let text = |line| source.text.get(source.line_range(line)).unwrap_or("");
        let mut open = None;
        let closers = ["#}", "-->", "*/"].map(|closer| (closer, source.text.rfind(closer)));
        let looks: Vec<Look> = (1..=count)
            .map(|line| {
                let end = source.line_range(line).end;
                look(text(line), kind, &mut open, |closer| {
                    closers.iter().any(|(c, at)| *c == closer && at.is_some_and(|at| at >= end))
                })
            })
            .collect();
        let prose = if kind == Some(Kind::Markdown) { prose((1..=count).map(text)) } else { Vec::new() };
        let mut next = vec![count + 1; looks.len()];
        for at in (1..looks.len()).rev() {
            let below = u32::try_from(at + 1).unwrap_or(u32::MAX);
            next[at - 1] = if looks[at] == Look::Code { below } else { next[at] };
        }
        let counts = |at: &usize| looks[*at] == Look::Code && text(line_of(*at)).trim() != "---";
        let top = (0..looks.len()).find(counts).map_or(count, line_of);
        Self { source, kind, looks, prose, next, top, ends: RefCell::default() }
    }

    pub(super) fn text(&self, line: u32) -> &'s str {
        self.source.text.get(self.source.line_range(line)).unwrap_or("")
    }

    /// Whether the line begins inside of a comment that opened above it.
    pub(super) fn within_comment(&self, line: u32) -> bool {
        self.look(line) == Look::Within
    }

    /// Whether the line is Markdown outside of its fenced blocks.
    pub(super) fn prose(&self, line: u32) -> bool {
        self.prose.get(index(line)).is_some_and(|prose| *prose)
    }

    /// Whether nothing that counts stands above `line`.
    pub(super) fn at_top(&self, line: u32) -> bool {
        line <= self.top
    }

    /// What a comment on `line` covers; one that is `alone` there is about the next line.
    pub(super) fn covered(&self, line: u32, alone: bool) -> RangeInclusive<u32> {
        let last = self.last();
        let first = if alone { self.next(line) } else { line };
        if first > last {
            return line..=line;
        }
        if let Some(end) = self.ends.borrow().get(&first) {
            return line.min(first)..=*end;
        }
        let end = if self.prose(first) { self.fence(first) } else { self.block(first, self.statement(first)) };
        self.ends.borrow_mut().insert(first, end);
        line.min(first)..=end
    }

    /// The end of the statement that begins at `first`: its continuations and heredocs.
    fn statement(&self, first: u32) -> u32 {
        let (mut at, mut end) = (first, first);
        loop {
            let code = code(self.text(at));
            for word in HEREDOC_WORD.iter().flat_map(|r| r.captures_iter(code)).filter_map(|c| c.get(1)) {
                let far = self.last().min(at.saturating_add(HEREDOC));
                let close = (at + 1..=far).find(|line| self.text(*line).trim() == word.as_str());
                end = end.max(close.unwrap_or(at));
            }
            let piped = || ["|", "&&", "||"].iter().any(|joint| code.ends_with(joint));
            let goes_on = code.ends_with('\\') || self.kind == Some(Kind::Script) && piped();
            let next = self.next(at);
            if !goes_on || next > self.last() {
                return end;
            }
            at = next;
            end = end.max(at);
        }
    }

    /// The line with which the statement begins that `line` is a continuation of.
    pub(super) fn begins(&self, line: u32) -> u32 {
        let mut first = line;
        while first > 1 {
            let above = (1..first).rev().find(|at| self.look(*at) == Look::Code);
            let Some(above) = above.filter(|at| self.statement(*at) >= line) else { break };
            first = above;
        }
        first
    }

    /// The line of the heredoc that `line` stands in.
    pub(super) fn heredoc(&self, line: u32) -> Option<u32> {
        let far = line.saturating_sub(HEREDOC).max(1);
        let opens = |at: &u32| HEREDOC_WORD.as_ref().is_some_and(|r| r.is_match(code(self.text(*at))));
        (far..line).rev().find(|at| opens(at) && self.statement(*at) >= line)
    }

    /// The end of the lines that are indented below `first`, from `end` on.
    fn block(&self, first: u32, mut end: u32) -> u32 {
        let opening = self.text(first);
        let indent = indent(opening);
        let item = opening.trim_start().starts_with("- ");
        let key = !item && key(code(opening));
        let mut at = self.next(end);
        while at <= self.last() {
            let text = self.text(at);
            // The items of a list may stand as far left as its key.
            let inside = self::indent(text) > indent
                || self::indent(text) == indent && key && text.trim_start().starts_with('-') && text.trim() != "---";
            if !inside {
                break;
            }
            end = at;
            at = self.next(at);
        }
        end
    }

    /// The end of Markdown's fenced block, where `first` opens one.
    fn fence(&self, first: u32) -> u32 {
        if fence(self.text(first)).is_none() {
            return first;
        }
        let block = (first + 1..=self.last()).take_while(|line| !self.prose(*line));
        block.last().map_or(first, |line| (line + 1).min(self.last()))
    }

    fn look(&self, line: u32) -> Look {
        self.looks.get(index(line)).copied().unwrap_or(Look::Code)
    }

    fn next(&self, line: u32) -> u32 {
        self.next.get(index(line)).copied().unwrap_or(u32::MAX)
    }

    fn last(&self) -> u32 {
        line_of(self.looks.len().saturating_sub(1))
    }
}

/// What a line is; `open` is what ends the comment that it begins in, and after it the one that it leaves open.
/// `below` says whether that stands anywhere below the line.
fn look(text: &str, kind: Option<Kind>, open: &mut Option<&'static str>, below: impl Fn(&str) -> bool) -> Look {
    if let Some(closer) = *open {
        let Some(at) = text.find(closer) else { return Look::Within };
        *open = None;
        return if text[at + closer.len()..].trim().is_empty() { Look::Within } else { Look::Code };
    }
    let trimmed = text.trim();
    for (opener, closer) in kind.map_or(TEMPLATE_COMMENTS, Kind::block_comments) {
        let Some(at) = text.rfind(opener).filter(|at| !text[..*at].ends_with('$')) else { continue };
        let Some(end) = text[at..].find(closer) else {
            // One that nothing closes is no comment.
            if !below(closer) {
                continue;
            }
            *open = Some(closer);
            return if trimmed.starts_with(opener) { Look::Remark } else { Look::Code };
        };
        if trimmed.starts_with(opener) && text[at + end + closer.len()..].trim().is_empty() {
            return Look::Remark;
        }
    }
    let statement = trimmed.starts_with("{%") && trimmed.find("%}").is_some_and(|at| at + 2 == trimmed.len());
    let line = ["#", "//", ";"].iter().any(|opener| trimmed.starts_with(opener));
    if trimmed.is_empty() || line || statement { Look::Remark } else { Look::Code }
}

/// Of each line whether it is outside of fenced blocks; a fence itself is outside.
fn prose<'t>(lines: impl Iterator<Item = &'t str>) -> Vec<bool> {
    let mut open: Option<&str> = None;
    let mut one = |line: &'t str| match (open, fence(line)) {
        (None, found) => {
            open = found;
            true
        }
        (Some(opened), Some(found)) if found.starts_with(opened) && line.trim().len() == found.len() => {
            open = None;
            true
        }
        _ => false,
    };
    lines.map(&mut one).collect()
}

/// The signs that open or close a fenced block.
fn fence(line: &str) -> Option<&str> {
    let line = line.trim_start();
    let sign = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let len = line.len() - line.trim_start_matches(sign).len();
    (len >= 3).then(|| &line[..len])
}

/// Whether a line is a key whose value stands below, also behind an anchor or a tag.
fn key(code: &str) -> bool {
    let mut words = code.split_whitespace().rev().skip_while(|word| word.starts_with(['&', '!']));
    words.next().is_some_and(|word| word.ends_with(':'))
}

fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

fn index(line: u32) -> usize {
    (line.max(1) - 1) as usize
}

fn line_of(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}
