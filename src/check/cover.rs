//! The lines that a comment covers: its own, or the next one when it stands alone, with everything that belongs to that
//! line: its continuation, its heredoc, the lines indented below it.
//!
//! Lines are told apart by their looks, for all formats alike; what a comment says is `comments`'.

use std::cell::{OnceCell, RefCell};
use std::collections::HashMap;
use std::ops::RangeInclusive;
use std::sync::LazyLock;

use regex::Regex;

use super::comments::code;
use crate::document::{Kind, TEMPLATE_COMMENTS};
use crate::source::{Source, Span};

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
pub(crate) struct Lines<'s> {
    source: &'s Source,
    kind: Option<Kind>,
    looks: Vec<Look>,
    /// Whether the line is outside of Markdown's fenced blocks; empty for other files.
    prose: Vec<bool>,
    /// For each line the next one below it that counts.
    next: Vec<u32>,
    /// For each line the next one above it that counts, or 0.
    previous: Vec<u32>,
    /// The first line that counts.
    top: u32,
    /// Ends that are known already: many comments may stand above one line.
    ends: RefCell<HashMap<u32, u32>>,
    /// The lines over which values go on, those that meet on a line as one, in order.
    wholes: Vec<(u32, u32)>,
    /// Beginnings that are known already.
    beginnings: RefCell<HashMap<u32, u32>>,
    /// For each line the one that opens the heredoc which it stands in, or 0.
    heredocs: OnceCell<Vec<u32>>,
}

/// How far below a heredoc's end is looked for.
const HEREDOC: u32 = 1_000;

/// `<<EOF`, `<<-'EOF'`; a here-string (`<<<`) and YAML's `<<:` are none.
static HEREDOC_WORD: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r#"(?:^|[^<])<<-?\s*["'\\]?([A-Za-z_]\w*)"#).ok());

impl<'s> Lines<'s> {
    /// The lines of `source`, in which values stand at `wholes`.
    pub(crate) fn new(source: &'s Source, kind: Option<Kind>, wholes: &[Span]) -> Self {
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
        let mut previous = vec![0; looks.len()];
        for at in 1..looks.len() {
            previous[at] = if looks[at - 1] == Look::Code { line_of(at - 1) } else { previous[at - 1] };
        }
        let counts = |at: &usize| looks[*at] == Look::Code && text(line_of(*at)).trim() != "---";
        let top = (0..looks.len()).find(counts).map_or(count, line_of);
        Self {
            source,
            kind,
            looks,
            prose,
            next,
            previous,
            top,
            ends: RefCell::default(),
            wholes: joined(source, wholes),
            beginnings: RefCell::default(),
            heredocs: OnceCell::new(),
        }
    }

    pub(crate) fn text(&self, line: u32) -> &'s str {
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
            end = end.max(self.heredoc_end(at));
            let whole = self.whole(at).filter(|(_, last)| *last > at);
            let next = whole.map_or_else(|| self.next(at), |(_, last)| last);
            if whole.is_none() && !self.goes_on(at) || next > self.last() {
                return end;
            }
            at = next;
            end = end.max(at);
        }
    }

    /// Whether the statement on `line` goes on with the next one.
    fn goes_on(&self, line: u32) -> bool {
        let code = code(self.text(line));
        let piped = || ["|", "&&", "||"].iter().any(|joint| code.ends_with(joint));
        code.ends_with('\\') || self.kind == Some(Kind::Script) && piped()
    }

    /// The first line and the last of the values that stand on `line` and go on over several ones.
    fn whole(&self, line: u32) -> Option<(u32, u32)> {
        let at = self.wholes.partition_point(|(_, last)| *last < line);
        self.wholes.get(at).copied().filter(|(first, _)| *first <= line)
    }

    /// The line that ends the last heredoc which `line` opens; itself where it opens none.
    fn heredoc_end(&self, line: u32) -> u32 {
        let text = self.text(line);
        if !text.contains("<<") {
            return line;
        }
        let words = HEREDOC_WORD.iter().flat_map(|r| r.captures_iter(code(text))).filter_map(|c| c.get(1));
        let far = self.last().min(line.saturating_add(HEREDOC));
        let ends = words.filter_map(|word| (line + 1..=far).find(|at| self.text(*at).trim() == word.as_str()));
        ends.max().unwrap_or(line)
    }

    /// The line with which the statement begins that `line` is a continuation of.
    pub(crate) fn begins(&self, line: u32) -> u32 {
        let (mut first, mut walked) = (line, Vec::new());
        loop {
            if let Some(known) = self.beginnings.borrow().get(&first) {
                first = *known;
                break;
            }
            walked.push(first);
            let whole = self.whole(first).map(|(opening, _)| opening).filter(|opening| *opening < first);
            let above = || self.previous.get(index(first)).copied().filter(|at| *at > 0 && self.goes_on(*at));
            let Some(above) = whole.or_else(above) else { break };
            first = above;
        }
        self.beginnings.borrow_mut().extend(walked.into_iter().map(|line| (line, first)));
        first
    }

    /// The line of the heredoc that `line` stands in.
    pub(crate) fn heredoc(&self, line: u32) -> Option<u32> {
        let all = self.heredocs.get_or_init(|| {
            let mut openings = vec![0; self.looks.len()];
            for line in 1..=self.last() {
                let inside = index(line) + 1..=index(self.heredoc_end(line));
                // Of one in another the inner one comes later.
                openings.get_mut(inside).into_iter().flatten().for_each(|opening| *opening = line);
            }
            openings
        });
        all.get(index(line)).copied().filter(|opening| *opening > 0)
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

    /// The number of the last line.
    pub(crate) fn last(&self) -> u32 {
        line_of(self.looks.len().saturating_sub(1))
    }
}

/// The lines over which values at `spans` go on; values that meet on a line are one.
fn joined(source: &Source, spans: &[Span]) -> Vec<(u32, u32)> {
    let lines = spans.iter().map(|span| (source.line(span.start), source.line(span.end)));
    let mut all: Vec<(u32, u32)> = lines.filter(|(first, last)| first < last).collect();
    all.sort_unstable();
    all.dedup_by(|next, kept| {
        let meet = next.0 <= kept.1;
        kept.1 = if meet { kept.1.max(next.1) } else { kept.1 };
        meet
    });
    all
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
