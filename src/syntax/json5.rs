//! JSON and JSON5 as YAML nodes, with every place kept.
//!
//! A parser of our own: the values have to be cut from the `Text` (templates write `"token": {{ x | to_json }}`), and
//! hostile depth has to end without a crash. Everything of JSON5 is taken in `.json` files as well: OpenClaw reads its
//! configuration so. What the keys mean is left to `model`.

use std::ops::Range;

use crate::problem::{Problem, ProblemKind};
use crate::text::{Builder, Text, UNKNOWN};
use crate::yaml::{Entry, Node, Value};

/// How deep collections may nest; real configurations stay below ten.
const MAX_DEPTH: usize = 64;

/// Parses `text`: one node, or none where it is empty. At the first mistake what was read so far is kept.
pub fn parse(text: &Text) -> (Vec<Node>, Vec<Problem>) {
    let mut parser = Parser { text, source: text.value(), at: 0 };
    let mut problems = Vec::new();
    let mut nodes = Vec::new();
    let mut refuse = |refused: Refused| {
        let message = format!("not valid JSON5: {}", refused.message);
        let problem = Problem::new(ProblemKind::Unparsable, message, text.span_at(refused.range));
        problems.push(problem.help("mend the syntax here; nothing after this point was audited"));
    };
    match parser.skip() {
        Err(refused) => refuse(refused),
        Ok(()) if parser.peek().is_none() => {}
        Ok(()) => {
            let (node, result) = parser.value(0);
            nodes.extend(node);
            let rest = result.and_then(|()| parser.skip()).and_then(|()| match parser.peek() {
                Some(_) => Err(parser.refused("only one value may stand in a file")),
                None => Ok(()),
            });
            if let Err(refused) = rest {
                refuse(refused);
            }
        }
    }
    (nodes, problems)
}

/// Where and why the text is not JSON5.
struct Refused {
    range: Range<usize>,
    message: &'static str,
}

/// What could be read, and why it ended early.
type Read = (Option<Node>, Result<(), Refused>);

struct Parser<'a> {
    text: &'a Text,
    source: &'a str,
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.source.get(self.at..)?.chars().next()
    }

    fn refused(&self, message: &'static str) -> Refused {
        let end = self.at + self.peek().map_or(0, char::len_utf8);
        Refused { range: self.at..end, message }
    }

    /// Skips white space and comments.
    fn skip(&mut self) -> Result<(), Refused> {
        loop {
            let rest = self.source.get(self.at..).unwrap_or("");
            let space = |c: char| c.is_whitespace() || c == '\u{feff}';
            self.at += rest.len() - rest.trim_start_matches(space).len();
            let rest = self.source.get(self.at..).unwrap_or("");
            if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                let Some(end) = rest.find("*/") else { return Err(self.refused("this comment is never closed")) };
                self.at += end + 2;
            } else {
                return Ok(());
            }
        }
    }

    fn value(&mut self, depth: usize) -> Read {
        match self.peek() {
            None => (None, Err(self.refused("a value is missing"))),
            Some('{' | '[') if depth >= MAX_DEPTH => (None, Err(self.refused("nested too deeply"))),
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some(quote @ ('"' | '\'')) => match self.string(quote) {
                Ok(text) => (Some(Node::string(text)), Ok(())),
                Err(refused) => (None, Err(refused)),
            },
            Some(_) => self.word(),
        }
    }

    fn object(&mut self, depth: usize) -> Read {
        let start = self.at;
        self.at += 1;
        let mut entries = Vec::new();
        let result = self.entries(depth, &mut entries);
        let node = Node::new(Value::Map(entries), self.text.span_at(start..self.at));
        (Some(node), result)
    }

    fn entries(&mut self, depth: usize, entries: &mut Vec<Entry>) -> Result<(), Refused> {
        loop {
            self.skip()?;
            if self.close('}') {
                return Ok(());
            }
            let key = match self.peek() {
                Some(quote @ ('"' | '\'')) => self.string(quote)?,
                _ => self.name()?,
            };
            self.skip()?;
            if !self.close(':') {
                return Err(self.refused("`:` is missing after the key"));
            }
            self.skip()?;
            let (value, result) = self.value(depth + 1);
            entries.extend(value.map(|value| Entry::new(Node::string(key), value, false)));
            result?;
            self.separator('}')?;
        }
    }

    fn array(&mut self, depth: usize) -> Read {
        let start = self.at;
        self.at += 1;
        let mut items = Vec::new();
        let result = self.items(depth, &mut items);
        let node = Node::new(Value::Seq(items), self.text.span_at(start..self.at));
        (Some(node), result)
    }

    fn items(&mut self, depth: usize, items: &mut Vec<Node>) -> Result<(), Refused> {
        loop {
            self.skip()?;
            if self.close(']') {
                return Ok(());
            }
            let (value, result) = self.value(depth + 1);
            items.extend(value);
            result?;
            self.separator(']')?;
        }
    }

    /// A comma, or the end of the collection, which is left for the caller.
    fn separator(&mut self, end: char) -> Result<(), Refused> {
        self.skip()?;
        if self.close(',') || self.peek() == Some(end) {
            return Ok(());
        }
        Err(self.refused(if end == '}' { "`,` or `}` is missing here" } else { "`,` or `]` is missing here" }))
    }

    fn close(&mut self, c: char) -> bool {
        let found = self.peek() == Some(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn name(&mut self) -> Result<Text, Refused> {
        let rest = self.source.get(self.at..).unwrap_or("");
        let allowed = |c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == '-' || c == UNKNOWN;
        let len = rest.find(|c| !allowed(c)).unwrap_or(rest.len());
        if len == 0 {
            return Err(self.refused("a key is missing"));
        }
        self.at += len;
        Ok(self.text.slice(self.at - len..self.at))
    }

    /// A number, a keyword, or a piece whose value is not known.
    fn word(&mut self) -> Read {
        let rest = self.source.get(self.at..).unwrap_or("");
        let len = rest.find(|c: char| c.is_whitespace() || ",:]}[{\"'/".contains(c)).unwrap_or(rest.len());
        let word = rest.get(..len).unwrap_or("");
        let keyword = matches!(word, "true" | "false" | "null");
        if !keyword && !number(word) && !word.contains(UNKNOWN) {
            let refused = Refused { range: self.at..self.at + len.max(1), message: "not a value" };
            return (None, Err(refused));
        }
        self.at += len;
        (Some(Node::plain(self.text.slice(self.at - len..self.at))), Ok(()))
    }

    fn string(&mut self, quote: char) -> Result<Text, Refused> {
        let open = self.at;
        let start = open + 1;
        let mut builder = Builder::new(self.text.span_at(open..open));
        let mut run = start;
        let mut at = start;
        while let Some(c) = self.source.get(at..).and_then(|rest| rest.chars().next()) {
            if c == quote {
                builder.text(&self.text.slice(run..at));
                self.at = at + 1;
                return Ok(builder.finish().with_span(self.text.span_at(start..at)));
            }
            if c == '\n' {
                break;
            }
            if c != '\\' {
                at += c.len_utf8();
                continue;
            }
            builder.text(&self.text.slice(run..at));
            let (value, len) = escape(self.source.get(at + 1..).unwrap_or(""));
            builder.literal(value.encode_utf8(&mut [0; 4]).trim_matches('\0'), self.text.span_at(at..at + 1 + len));
            at += 1 + len;
            run = at;
        }
        self.at = at;
        Err(Refused { range: open..start, message: "this string is never closed" })
    }
}

/// What the escape sequence that `rest` begins with (after the backslash) stands for, and its length. A continued line
/// stands for nothing, given as NUL.
fn escape(rest: &str) -> (char, usize) {
    let hex = |from: usize, len: usize| rest.get(from..from + len).and_then(|h| u32::from_str_radix(h, 16).ok());
    let Some(c) = rest.chars().next() else { return ('\0', 0) };
    match c {
        'n' => ('\n', 1),
        'r' => ('\r', 1),
        't' => ('\t', 1),
        'b' => ('\u{8}', 1),
        'f' => ('\u{c}', 1),
        'v' => ('\u{b}', 1),
        '\n' => ('\0', 1),
        '\r' if rest.starts_with("\r\n") => ('\0', 2),
        'x' => hex(1, 2).and_then(char::from_u32).map_or(('x', 1), |c| (c, 3)),
        'u' => match hex(1, 4) {
            Some(high @ 0xd800..=0xdbff) if rest.get(5..7) == Some("\\u") => {
                let low = hex(7, 4).filter(|low| (0xdc00..=0xdfff).contains(low));
                let joined = low.and_then(|low| char::from_u32(0x1_0000 + (((high - 0xd800) << 10) | (low - 0xdc00))));
                joined.map_or((char::REPLACEMENT_CHARACTER, 5), |c| (c, 11))
            }
            Some(code) => (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), 5),
            None => ('u', 1),
        },
        other => (other, other.len_utf8()),
    }
}

fn number(word: &str) -> bool {
    let digits = word.trim_start_matches(['+', '-']);
    let hex = digits.strip_prefix("0x").or_else(|| digits.strip_prefix("0X"));
    if let Some(hex) = hex {
        return !hex.is_empty() && hex.chars().all(|c| c.is_ascii_hexdigit());
    }
    matches!(digits, "Infinity" | "NaN")
        || digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') && digits.parse::<f64>().is_ok()
}

#[cfg(test)]
#[path = "json5_tests.rs"]
mod tests;
