//! From what a rule asks for to bytes: one planned change as replacements in the files as they are written.
//!
//! A place whose bytes do not say the value is refused: what a template computes, or a variable of several parts, has no
//! bytes of its own.

use super::files::Files;
use super::flow;
use super::lines::{self, Entry, Lines, indented};
use super::quote;
use crate::document::Kind;
use crate::finding::{Change, Planned, Side};
use crate::source::{Source, Span};

/// The replacements of a planned change.
pub(super) type Edits = Vec<(Span, String)>;

/// Why a change can't be written, in words.
pub(super) type Refusal = String;

/// The replacements that `planned` asks for.
///
/// # Errors
/// Why it can't be written.
pub(super) fn edits(planned: &Planned, files: &Files<'_>) -> Result<Edits, Refusal> {
    match &planned.change {
        Change::Replace(new) => value(planned, new, files),
        Change::Rewrite(new) => rewritten(planned, files).map(|span| vec![(span, new.clone())]),
        Change::Copy(from) => copied(planned, *from, files).map(|edit| vec![edit]),
        Change::Wrap(before, behind) => {
            files.writable(planned.at.source)?;
            let Span { source, start, end } = planned.at;
            let empty = |at: u32| Span { source, start: at, end: at };
            let both = [(empty(start), before.clone()), (empty(end), behind.clone())];
            Ok(both.into_iter().filter(|(_, new)| !new.is_empty()).collect())
        }
        Change::Insert(side, new) => Spot::new(planned.at, files)?.insert(*side, new).map(|edit| vec![edit]),
        Change::Delete => Spot::new(planned.at, files)?.delete().map(|span| vec![(span, String::new())]),
        Change::Move(to) => Spot::new(planned.at, files)?.take(*to, files),
        Change::Ignore(rules, reason) => ignored(planned.at, rules, reason, files).map(|edit| vec![edit]),
    }
}

/// A comment above what stands at the place.
fn ignored(at: Span, rules: &[String], reason: &str, files: &Files<'_>) -> Result<(Span, String), Refusal> {
    Spot::new(at, files)?;
    files.comment(at, &rules.join(", "), reason).ok_or_else(|| "a comment can't stand there".to_owned())
}

/// Another value at the place, or where the variable in it was set.
fn value(planned: &Planned, new: &str, files: &Files<'_>) -> Result<Edits, Refusal> {
    let span = literal(planned, files)?;
    files.writable(span.source)?;
    let source = files.sources.get(span.source);
    let written = quote::value(&source.text, span, planned.was.as_deref(), new, files.kind(span.source));
    written
        .map(|new| vec![(span, new)])
        .ok_or_else(|| "the value can't be written there without other quotes".to_owned())
}

/// The bytes that go; several values may be among them, but nothing that a reader of the file wrote for others.
fn rewritten(planned: &Planned, files: &Files<'_>) -> Result<Span, Refusal> {
    let span = literal(planned, files)?;
    if planned.was.is_some() {
        return Ok(span);
    }
    let source = files.sources.get(span.source);
    let span = quote::around(&source.text, span);
    let written = source.slice(span);
    if written.contains('#') || written.contains("{%") {
        Err("a comment or a statement stands in between".to_owned())
    } else {
        Ok(span)
    }
}

/// The value as it is written at `from`, quotes and variables included.
fn copied(planned: &Planned, from: Span, files: &Files<'_>) -> Result<(Span, String), Refusal> {
    let span = literal(planned, files)?;
    let source = files.sources.get(span.source);
    let written = source.slice(quote::around(&source.text, from));
    if from.source != span.source || written.contains('\n') {
        return Err("it is written in another file, or over several lines".to_owned());
    }
    Ok((quote::around(&source.text, span), written.to_owned()))
}

/// The bytes that say the value.
fn literal(planned: &Planned, files: &Files<'_>) -> Result<Span, Refusal> {
    let Some(was) = &planned.was else {
        return if planned.definitions.is_empty() { Ok(planned.at) } else { Err(computed()) };
    };
    let says = |span: Span| {
        let source = files.sources.get(span.source);
        let written = source.slice(span);
        if quote::says(written, was) {
            return Some(span);
        }
        // The place of an entry: its value, where that says it.
        let value = written.get(lines::key_ends(written)? + 1..)?;
        let start = span.end as usize - value.trim_start().len();
        quote::says(value.trim(), was).then(|| Span::new(span.source, start, start + value.trim().len()))
    };
    if planned.definitions.is_empty() {
        return says(planned.at).ok_or_else(computed);
    }
    let mut found = planned.definitions.iter().filter_map(|(_, span)| says(*span));
    match (found.next(), found.next()) {
        (Some(span), None) => Ok(span),
        _ => Err(computed()),
    }
}

fn computed() -> Refusal {
    "the value is computed, and no place in a file says it".to_owned()
}

/// A place in a file, with the file's lines.
struct Spot<'s> {
    at: Span,
    source: &'s Source,
    kind: Option<Kind>,
}

impl<'s> Spot<'s> {
    fn new(at: Span, files: &'s Files<'_>) -> Result<Self, Refusal> {
        files.writable(at.source)?;
        let source = files.source(at.source).ok_or_else(|| "the file was not audited by itself".to_owned())?;
        Ok(Self { at, source, kind: files.kind(at.source) })
    }

    fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.at.source, start, end)
    }

    fn offset(&self) -> usize {
        self.at.start as usize
    }

    fn json(&self) -> bool {
        matches!(self.kind, Some(Kind::Json | Kind::OpenClaw))
    }

    /// One insertion.
    fn insert(&self, side: Side, new: &str) -> Result<(Span, String), Refusal> {
        let lines = Lines::new(&self.source.text);
        let line = lines.of(self.offset());
        let (at, text) = match side {
            Side::End => (lines.text.len(), indented(new, 0, 2, lines.eol(lines.count()))),
            Side::LineBelow => (lines.end(line), indented(new, indent(&lines, line), 2, lines.eol(line))),
            Side::LineAbove => (lines.start(line), indented(new, indent(&lines, line), 2, lines.eol(line))),
            Side::Inside => return self.inside(&lines, new),
            Side::After | Side::Before => return self.beside(&lines, side, new),
        };
        Ok(self.whole_lines(&lines, at, text))
    }

    /// New lines at `at`, also where the last line of the file has no end.
    fn whole_lines(&self, lines: &Lines<'_>, at: usize, text: String) -> (Span, String) {
        let open = at == lines.text.len() && !lines.text.is_empty() && !lines.text.ends_with('\n');
        let eol = lines.eol(lines.count());
        let text = if open { format!("{eol}{}", text.trim_end_matches(['\r', '\n'])) } else { text };
        (self.span(at, at), text)
    }

    /// `key: value` as an item of a list whose items are `KEY=value`, where the place is in one.
    fn as_pair(&self, lines: &Lines<'_>, new: &str) -> Option<String> {
        let name = |text: &str| text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
        let written = lines.text.get(self.offset()..)?.trim_start_matches(['-', ' ', '"', '\'']);
        let (key, value) = new.split_once(": ")?;
        let listed = written.get(name(written)..)?.starts_with('=') && name(key) == key.len();
        listed.then(|| format!("- {key}={}", value.trim_matches('"')))
    }

    /// As an entry before or after the one at the place.
    fn beside(&self, lines: &Lines<'_>, side: Side, new: &str) -> Result<(Span, String), Refusal> {
        let paired = self.as_pair(lines, new);
        let new = paired.as_deref().unwrap_or(new);
        if let Some(element) = flow::element(lines, self.offset(), self.json()) {
            let new = one_line(new.strip_prefix("- ").unwrap_or(new))?;
            let (at, text) = if side == Side::After {
                (element.end, format!(", {new}"))
            } else {
                (element.start, format!("{new}, "))
            };
            return Ok((self.span(at, at), text));
        }
        let entry = lines.entry(self.offset()).ok_or_else(no_entry)?;
        let text = indented(new, entry.column, lines.step(), lines.eol(entry.first));
        if side == Side::Before && entry.dashed {
            // The dash stays in front of what is first then.
            let at = lines.start(entry.first) + entry.column;
            let rest = format!("{}{}", text.trim_start_matches(' '), " ".repeat(entry.column));
            return Ok((self.span(at, at), rest));
        }
        let at = if side == Side::Before { lines.start(entry.first) } else { lines.end(entry.last) };
        Ok(self.whole_lines(lines, at, text))
    }

    /// As the last entry of what begins at the place.
    fn inside(&self, lines: &Lines<'_>, new: &str) -> Result<(Span, String), Refusal> {
        let line = lines.of(self.offset());
        let body = lines.body(line).trim();
        if self.kind == Some(Kind::Unit) && body.starts_with('[') {
            return Ok(self.named_section(lines, line, new));
        }
        let inner = flow::element(lines, self.offset(), self.json());
        if let Some(element) = inner {
            let value = lines.text.get(element.start..element.end).unwrap_or("");
            let open = value.find(['{', '[']).map(|at| element.start + at).ok_or_else(no_mapping)?;
            return self.bracket(lines, open, new);
        }
        let entry = lines.entry(self.offset()).ok_or_else(no_entry)?;
        let (at, value) = lines.value(entry.first, entry.column).ok_or_else(no_mapping)?;
        if value.starts_with(['{', '[']) {
            return self.bracket(lines, at, new);
        }
        if !value.is_empty() {
            return Err(no_mapping());
        }
        self.child(lines, entry, new)
    }

    fn bracket(&self, lines: &Lines<'_>, open: usize, new: &str) -> Result<(Span, String), Refusal> {
        let (at, text) = flow::append(lines, open, one_line(new)?).ok_or_else(no_mapping)?;
        Ok((self.span(at, at), text))
    }

    fn child(&self, lines: &Lines<'_>, entry: Entry, new: &str) -> Result<(Span, String), Refusal> {
        let (step, eol) = (lines.step(), lines.eol(entry.first));
        let within = entry.first + 1..=entry.last;
        let first = within.clone().find(|line| !lines.remark(*line));
        let column = first.map_or(entry.column + step, |line| lines.indent(line));
        let list = first.is_some_and(|line| lines.body(line).trim_start().starts_with('-'));
        if first.is_some() && list != new.starts_with("- ") {
            return Err(no_mapping());
        }
        // Behind a statement of a template it would depend on that statement.
        let conditional = within.clone().any(|line| lines.statement(line));
        let at = if conditional { lines.end(entry.first) } else { lines.end(entry.last) };
        Ok(self.whole_lines(lines, at, indented(new, column, step, eol)))
    }

    /// As the last lines of the section that `new` begins with, or else of the one whose header is on `line`. A section that
    /// the file lacks is written above that one.
    fn named_section(&self, lines: &Lines<'_>, line: usize, new: &str) -> (Span, String) {
        let Some((header, rest)) = new.split_once('\n').filter(|_| new.starts_with('[')) else {
            return self.section(lines, line, new);
        };
        let same = |at: &usize| lines.body(*at).trim() == header;
        if let Some(at) = (0..lines.count()).find(same) {
            return self.section(lines, at, rest);
        }
        let eol = lines.eol(line);
        let text = format!("{}{eol}", indented(new, 0, 2, eol));
        self.whole_lines(lines, lines.start(line), text)
    }

    /// As the last lines of the section whose header is on `line`.
    fn section(&self, lines: &Lines<'_>, line: usize, new: &str) -> (Span, String) {
        let header = |line: &usize| lines.body(*line).trim_start().starts_with('[');
        let next = (line + 1..lines.count()).find(header).unwrap_or(lines.count());
        let said = |line: &usize| !lines.remark(*line) && !lines.body(*line).trim_start().starts_with(';');
        let last = (line + 1..next).rev().find(said).unwrap_or(line);
        self.whole_lines(lines, lines.end(last), indented(new, 0, 2, lines.eol(line)))
    }

    /// The bytes of the whole entry at the place.
    fn delete(&self) -> Result<Span, Refusal> {
        let lines = Lines::new(&self.source.text);
        if let Some(element) = flow::element(&lines, self.offset(), self.json()) {
            let range = flow::removal(lines.text, element).ok_or_else(no_entry)?;
            return Ok(self.span(range.start, range.end));
        }
        if !matches!(self.kind, Some(Kind::Unit | Kind::Env | Kind::Script | Kind::Dockerfile | Kind::Conf(_))) {
            let entry = lines.entry(self.offset()).ok_or_else(no_entry)?;
            return self.without(&lines, entry);
        }
        let line = lines.of(self.offset());
        if lines.body(line).ends_with('\\') {
            return Err("it goes on over several lines".to_owned());
        }
        Ok(self.gone(&lines, line, line))
    }

    /// Whole lines; a file whose last line has no end keeps it so.
    fn gone(&self, lines: &Lines<'_>, first: usize, last: usize) -> Span {
        let (start, end) = (lines.start(first), lines.end(last));
        let open = end == lines.text.len() && !lines.text.ends_with('\n');
        let before = lines.text.get(..start).unwrap_or("");
        let kept =
            if open { before.strip_suffix('\n').map(|text| text.strip_suffix('\r').unwrap_or(text)) } else { None };
        self.span(kept.map_or(start, str::len), end)
    }

    fn without(&self, lines: &Lines<'_>, entry: Entry) -> Result<Span, Refusal> {
        if let Some(parent) = lines.alone(entry).filter(|parent| parent.column > 0) {
            return self.without(lines, parent);
        }
        if !entry.dashed {
            return Ok(self.gone(lines, entry.first, entry.last));
        }
        let next = entry.last + 1;
        if next < lines.count() && !lines.remark(next) && lines.indent(next) == entry.column {
            // The next key of the item moves behind the dash.
            return Ok(self.span(lines.start(entry.first) + entry.column, lines.start(next) + entry.column));
        }
        Err("it is the only key of its item".to_owned())
    }

    /// The whole entry goes into the mapping whose key is at `to`.
    fn take(&self, to: Span, files: &Files<'_>) -> Result<Edits, Refusal> {
        let lines = Lines::new(&self.source.text);
        let text = match flow::element(&lines, self.offset(), self.json()) {
            Some(element) => lines.text.get(element.start..element.end).unwrap_or("").to_owned(),
            None => dedented(&lines, lines.entry(self.offset()).ok_or_else(no_entry)?),
        };
        let gone = self.delete()?;
        let (mut at, mut new) = Spot::new(to, files)?.inside_own(&text)?;
        // The lines stand where the end of the line before them goes.
        let end = lines.text.get(gone.start as usize..at.start as usize).unwrap_or("");
        if gone.source == at.source && matches!(end, "\n" | "\r\n") {
            at = self.span(gone.start as usize, gone.start as usize);
            new = format!("{end}{}", new.trim_end_matches(['\r', '\n']));
        }
        if gone.source == at.source && gone.start < at.start && at.start < gone.end {
            return Err("it would go into itself".to_owned());
        }
        Ok(vec![(gone, String::new()), (at, new)])
    }

    /// As [`Spot::inside`], of text that is indented as this file is.
    fn inside_own(&self, text: &str) -> Result<(Span, String), Refusal> {
        let lines = Lines::new(&self.source.text);
        let step = lines.step().max(1);
        let scaled: Vec<String> = text
            .lines()
            .map(|line| {
                let rest = line.trim_start_matches(' ');
                let own = line.len() - rest.len();
                if own % step == 0 { format!("{}{rest}", " ".repeat(own / step * 2)) } else { line.to_owned() }
            })
            .collect();
        self.inside(&lines, &scaled.join("\n"))
    }
}

/// The text of an entry as if it stood at the margin.
fn dedented(lines: &Lines<'_>, entry: Entry) -> String {
    let mut out = lines.body(entry.first).get(entry.column..).unwrap_or("").to_owned();
    for line in entry.first + 1..=entry.last {
        let body = lines.body(line);
        let cut = entry.column.min(lines.indent(line));
        out.push('\n');
        out.push_str(body.get(cut..).unwrap_or(""));
    }
    out
}

fn indent(lines: &Lines<'_>, line: usize) -> usize {
    lines.indent(line)
}

/// What goes between brackets is one line.
fn one_line(new: &str) -> Result<&str, Refusal> {
    match new {
        _ if new.contains('\n') => Err("several lines do not go between brackets".to_owned()),
        _ if new.contains(" #") && lines::comment(new) < new.len() => {
            Err("a comment does not go between brackets".to_owned())
        }
        _ => Ok(new),
    }
}

fn no_entry() -> Refusal {
    "no entry begins on that line".to_owned()
}

fn no_mapping() -> Refusal {
    "there is nothing there that takes an entry".to_owned()
}
