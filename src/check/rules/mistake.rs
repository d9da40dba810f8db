//! A mistake of a rule's author, shown with a caret in the rule file.

use std::fmt::Write as _;
use std::ops::Range;

use crate::source::Source;

/// What is wrong with a rule file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The rule file's path.
    pub path: String,
    /// The rule file's text.
    pub source: String,
    /// The bytes that are wrong.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl std::fmt::Display for Mistake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let source = Source::new(self.path.clone(), None, self.source.as_str());
        let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let start = source.position(offset(self.range.start));
        let line = &source.text[source.line_range(start.line)];
        let end = source.position(offset(self.range.end));
        let last = if end.line == start.line { end.column } else { u32::MAX };
        let room = u32::try_from(line.chars().count()).unwrap_or(u32::MAX) + 1;
        let width = last.min(room).saturating_sub(start.column).max(1) as usize;
        let number = start.line.to_string();
        let gap = " ".repeat(number.len());
        let mut out = String::new();
        let _ = writeln!(out, "{}:{}:{}: {}", self.path, start.line, start.column, self.message);
        let _ = writeln!(out, "{gap} |");
        let _ = writeln!(out, "{number} | {line}");
        let _ = write!(out, "{gap} | {}{}", " ".repeat(start.column as usize - 1), "^".repeat(width));
        if !self.help.is_empty() {
            let _ = write!(out, "\n{gap} = {}", self.help);
        }
        f.write_str(&out)
    }
}

impl std::error::Error for Mistake {}

impl miette::Diagnostic for Mistake {
    fn help<'a>(&'a self) -> Option<Box<dyn std::fmt::Display + 'a>> {
        (!self.help.is_empty()).then(|| Box::new(&self.help) as Box<dyn std::fmt::Display>)
    }
}
