//! The lines of a text, and the entries that indentation makes of them: a key with everything below it, an item of a list.
//!
//! Read from the bytes as they are written and not from a parsed document, so that a template is edited like a plain file.
//! Statements and comments of templates, blank lines and comments belong to no entry.

/// A text as lines.
pub(super) struct Lines<'t> {
    pub(super) text: &'t str,
    starts: Vec<usize>,
}

/// An entry of a block: a key and its value, or an item of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Entry {
    /// Its first line.
    pub(super) first: usize,
    /// Its last line that holds something.
    pub(super) last: usize,
    /// How far in it begins: the key, or the dash of an item.
    pub(super) column: usize,
    /// Whether it is a key; otherwise an item.
    pub(super) key: bool,
    /// Whether it is the first key of an item: the dash stands on its line.
    pub(super) dashed: bool,
}

impl<'t> Lines<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let after = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        let mut starts: Vec<usize> = std::iter::once(0).chain(after).collect();
        if starts.len() > 1 && starts.last() == Some(&text.len()) {
            starts.pop();
        }
        Self { text, starts }
    }

    /// The line that holds byte `offset`.
    pub(super) fn of(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    pub(super) fn start(&self, line: usize) -> usize {
        self.starts.get(line).copied().unwrap_or(self.text.len())
    }

    /// Past the line's end, its line break included.
    pub(super) fn end(&self, line: usize) -> usize {
        self.start(line + 1)
    }

    /// The line without its line break.
    pub(super) fn body(&self, line: usize) -> &'t str {
        self.text.get(self.start(line)..self.end(line)).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// The line break that the line has, or that the lines above it have.
    pub(super) fn eol(&self, line: usize) -> &'static str {
        let at = (0..=line).rev().find(|at| self.text.get(..self.end(*at)).is_some_and(|text| text.ends_with('\n')));
        let windows = at.is_some_and(|at| self.text.get(..self.end(at)).is_some_and(|text| text.ends_with("\r\n")));
        if windows { "\r\n" } else { "\n" }
    }

    pub(super) fn indent(&self, line: usize) -> usize {
        let body = self.body(line);
        body.len() - body.trim_start_matches(' ').len()
    }

    /// Whether the line is blank, a comment, or a statement of a template.
    pub(super) fn remark(&self, line: usize) -> bool {
        let body = self.body(line).trim();
        body.is_empty() || body.starts_with('#') || body.starts_with("{#") || self.statement(line)
    }

    /// Whether the line is a statement of a template.
    pub(super) fn statement(&self, line: usize) -> bool {
        self.body(line).trim_start().starts_with("{%")
    }

    /// How far one level is indented.
    pub(super) fn step(&self) -> usize {
        let indents = (0..self.count()).filter(|line| !self.remark(*line)).map(|line| self.indent(line));
        indents.filter(|indent| *indent > 0).min().filter(|step| *step <= 8).unwrap_or(2)
    }

    /// The entry whose first line holds `offset`; none where that line begins no entry.
    pub(super) fn entry(&self, offset: usize) -> Option<Entry> {
        let first = self.of(offset);
        let body = self.body(first);
        let at = offset - self.start(first);
        let mut column = body.len() - body.trim_start_matches(' ').len();
        let mut dashed = false;
        // Over the dashes of items, as far as they stand before the place.
        while let Some(rest) = body.get(column..).and_then(|rest| rest.strip_prefix("- ")) {
            let inner = rest.trim_start_matches(' ');
            let next = body.len() - inner.len();
            if next > at || key_ends(inner).is_none() && !inner.starts_with("- ") {
                break;
            }
            (column, dashed) = (next, true);
        }
        let rest = body.get(column..)?;
        let key = key_ends(rest).is_some();
        let item = rest == "-" || rest.starts_with("- ");
        if !key && !item {
            return None;
        }
        Some(Entry { first, last: self.last(first, column, key), column, key, dashed })
    }

    /// The last line of the entry that begins on `first`.
    fn last(&self, first: usize, column: usize, key: bool) -> usize {
        let value = self.value(first, column).map_or("", |(_, value)| value);
        let block = value.starts_with(['|', '>']);
        let mut last = first;
        for line in first + 1..self.count() {
            let body = self.body(line);
            let indent = self.indent(line);
            let item =
                key && value.is_empty() && indent == column && (body.trim() == "-" || body.trim().starts_with("- "));
            let closes =
                indent == column && body.trim_start().starts_with([']', '}']) && !body.trim_start().starts_with("}}");
            let inside = !body.trim().is_empty() && (indent > column || item || closes);
            let remark = self.remark(line);
            if inside && (block || !remark) {
                last = line;
            } else if !remark {
                break;
            }
        }
        last
    }

    /// The value behind the key at `column` of `line`, and where it begins; without comment, anchor and tag.
    pub(super) fn value(&self, line: usize, column: usize) -> Option<(usize, &'t str)> {
        let rest = self.body(line).get(column..)?;
        let colon = key_ends(rest)?;
        let mut value = rest.get(colon + 1..)?;
        let end = comment(value);
        value = value.get(..end)?.trim_end();
        loop {
            let trimmed = value.trim_start();
            if !trimmed.starts_with(['&', '!']) {
                let at = self.start(line) + column + colon + 1;
                let skipped = rest.get(colon + 1..)?.get(..end)?.trim_end().len() - trimmed.len();
                return Some((at + skipped, trimmed));
            }
            value = trimmed.split_once(' ').map_or("", |(_, rest)| rest);
        }
    }

    /// The key whose value is nothing but `entry`.
    pub(super) fn alone(&self, entry: Entry) -> Option<Entry> {
        let below = (entry.last + 1..self.count()).find(|line| !self.remark(*line));
        if below.is_some_and(|line| self.indent(line) >= entry.column) && entry.key {
            return None;
        }
        let above = (0..entry.first).rev().find(|line| !self.remark(*line))?;
        let dashes = self.indent(above) < entry.column && self.body(above).trim_start().starts_with("- ");
        let parent =
            self.entry(self.start(above) + if dashes { entry.column.saturating_sub(1) } else { self.indent(above) })?;
        let empty = self.value(above, parent.column).is_some_and(|(_, value)| value.is_empty());
        let inner = !entry.dashed && parent.key && empty && parent.column < entry.column && parent.last == entry.last;
        inner.then_some(parent)
    }
}

/// Where the colon of the key that `rest` begins with is.
pub(super) fn key_ends(rest: &str) -> Option<usize> {
    let quote = rest.chars().next()?;
    if matches!(quote, '"' | '\'') {
        let close = rest.get(1..)?.find(quote)? + 2;
        return rest.get(close..)?.starts_with(':').then_some(close);
    }
    if "[{#&*!|>%@`,?".contains(quote) || rest.starts_with("- ") {
        return None;
    }
    let colon = rest.match_indices(':').map(|(at, _)| at);
    let colon = colon
        .into_iter()
        .find(|at| rest.get(at + 1..).is_some_and(|next| next.is_empty() || next.starts_with([' ', '\t'])))?;
    (!rest.get(..colon)?.contains(" #")).then_some(colon)
}

/// Where the comment of `value` begins; its end where it has none.
pub(super) fn comment(value: &str) -> usize {
    let mut quote = None;
    let mut before = ' ';
    for (at, c) in value.char_indices() {
        match quote {
            Some(open) if c == open => quote = None,
            None if c == '#' && before.is_whitespace() => return at,
            None if matches!(c, '"' | '\'') && !before.is_alphanumeric() => quote = Some(c),
            Some(_) | None => {}
        }
        before = c;
    }
    value.len()
}

/// `text`, whose lines are indented by two a level, at `column` of a file with `step` a level; every line with its break.
pub(super) fn indented(text: &str, column: usize, step: usize, eol: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let rest = line.trim_start_matches(' ');
        let levels = line.len() - rest.len();
        let own = if levels % 2 == 0 { levels / 2 * step } else { levels };
        if !rest.is_empty() {
            out.extend(std::iter::repeat_n(' ', column + own));
            out.push_str(rest);
        }
        out.push_str(eol);
    }
    out
}
