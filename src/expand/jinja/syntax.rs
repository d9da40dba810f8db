//! A template's own syntax: Ansible's defaults, its `#jinja2:` header, and what minijinja's parser needs to take the
//! same templates as Jinja2's.

use minijinja::machinery::{ast, parse};
use minijinja::syntax::SyntaxConfig;

use super::chains;

/// How templates are cut into pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Syntax {
    /// Whether the first newline after a block goes.
    pub trim_blocks: bool,
    /// Whether white space before a block goes, from the start of its line.
    pub lstrip_blocks: bool,
    /// Whether the last newline stays.
    pub keep_trailing_newline: bool,
    /// `{{` and `}}`.
    pub variable: (String, String),
    /// `{%` and `%}`.
    pub block: (String, String),
    /// `{#` and `#}`.
    pub comment: (String, String),
}

impl Default for Syntax {
    /// Ansible's `template` module.
    fn default() -> Self {
        let pair = |a: &str, b: &str| (a.to_owned(), b.to_owned());
        Self {
            trim_blocks: true,
            lstrip_blocks: false,
            keep_trailing_newline: true,
            variable: pair("{{", "}}"),
            block: pair("{%", "%}"),
            comment: pair("{#", "#}"),
        }
    }
}

/// The header that Ansible takes from a template's first line.
const HEADER: &str = "#jinja2:";

impl Syntax {
    /// The syntax of the template `source`, by its header, and where its content starts.
    pub fn of(source: &str) -> (Self, usize) {
        let mut syntax = Self::default();
        let Some(rest) = source.strip_prefix(HEADER) else { return (syntax, 0) };
        let end = rest.find('\n').unwrap_or(rest.len());
        for pair in rest[..end].split(',') {
            if let Some((key, value)) = pair.split_once(':') {
                syntax.set(key.trim(), value.trim());
            }
        }
        (syntax, (HEADER.len() + end + 1).min(source.len()))
    }

    fn set(&mut self, key: &str, value: &str) {
        let text = value.trim_matches(['\'', '"']).to_owned();
        match key {
            "trim_blocks" => self.trim_blocks = truthy(value),
            "lstrip_blocks" => self.lstrip_blocks = truthy(value),
            "keep_trailing_newline" => self.keep_trailing_newline = truthy(value),
            "variable_start_string" => self.variable.0 = text,
            "variable_end_string" => self.variable.1 = text,
            "block_start_string" => self.block.0 = text,
            "block_end_string" => self.block.1 = text,
            "comment_start_string" => self.comment.0 = text,
            "comment_end_string" => self.comment.1 = text,
            _ => {}
        }
    }

    /// Whether `source` has anything to expand.
    pub fn occurs(&self, source: &str) -> bool {
        [&self.variable.0, &self.block.0, &self.comment.0].iter().any(|start| source.contains(start.as_str()))
    }

    fn config(&self) -> Option<SyntaxConfig> {
        SyntaxConfig::builder()
            .block_delimiters(self.block.0.clone(), self.block.1.clone())
            .variable_delimiters(self.variable.0.clone(), self.variable.1.clone())
            .comment_delimiters(self.comment.0.clone(), self.comment.1.clone())
            .trim_blocks(self.trim_blocks)
            .lstrip_blocks(self.lstrip_blocks)
            .keep_trailing_newline(self.keep_trailing_newline)
            .build()
            .ok()
    }

    /// Parses `source`; on failure the message and the byte where it stands.
    pub fn parse<'s>(&self, source: &'s str) -> Result<ast::Stmt<'s>, (String, usize)> {
        let Some(config) = self.config() else {
            return Err(("the delimiters of the `#jinja2:` header can't be used".to_owned(), 0));
        };
        if let Some(at) = chains::too_long(source, &config) {
            return Err(("too many operators follow each other here".to_owned(), at));
        }
        parse(source, "template", config).map_err(|error| {
            let at = error.range().map_or(0, |r| r.start).min(source.len());
            let reason = error.detail().unwrap_or("not valid Jinja").to_owned();
            (reason, at)
        })
    }

    /// `source` with every U+00A0 inside a tag made two spaces: white space to Python, not to minijinja.
    ///
    /// Byte offsets stay. Strings inside tags are left alone.
    pub fn plain_spaces(&self, source: &str) -> Option<String> {
        if !source.contains('\u{a0}') {
            return None;
        }
        let mut out = String::with_capacity(source.len());
        let mut end: Option<&str> = None;
        let mut quote: Option<char> = None;
        let mut escaped = false;
        for (at, c) in source.char_indices() {
            let rest = &source[at..];
            if let Some(close) = end {
                match quote {
                    Some(q) if !escaped && c == q => quote = None,
                    None if c == '\'' || c == '"' => quote = Some(c),
                    None if rest.starts_with(close) => end = None,
                    _ => {}
                }
                escaped = !escaped && c == '\\';
            } else if rest.starts_with(&self.variable.0) {
                end = Some(&self.variable.1);
            } else if rest.starts_with(&self.block.0) {
                end = Some(&self.block.1);
            }
            if c == '\u{a0}' && end.is_some() && quote.is_none() {
                out.push_str("  ");
            } else {
                out.push(c);
            }
        }
        Some(out)
    }

    /// Where the raw block's content starts whose remaining content starts at byte `at`: minijinja drops the newline
    /// after `{% raw %}` under `trim_blocks`, Jinja2 keeps it.
    pub fn raw_start(&self, source: &str, at: usize) -> usize {
        let before = &source[..at];
        let Some(line) = before.strip_suffix('\n') else { return at };
        let line = line.strip_suffix('\r').unwrap_or(line);
        let Some(tag) = line.strip_suffix(self.block.1.as_str()) else { return at };
        let Some(open) = tag.rfind(self.block.0.as_str()) else { return at };
        let inside = tag[open + self.block.0.len()..].trim_start_matches(['-', '+']).trim();
        if inside == "raw" { line.len() } else { at }
    }
}

/// How Ansible's header reads its values: as Python literals, so that any quoted word is true.
fn truthy(value: &str) -> bool {
    let quoted = value.len() > 2 && value.starts_with(['\'', '"']);
    quoted || matches!(value, "True" | "true" | "1")
}
