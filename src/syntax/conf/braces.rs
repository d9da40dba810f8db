//! Grammars of words and braces: nginx, where `;` ends a directive, and Caddy, where the line does.

use std::ops::Range;

use super::Directive;
use crate::problem::{Problem, ProblemKind};
use crate::text::Text;

/// Blocks nested deeper than this are not read further.
const MAX_DEPTH: usize = 64;

/// A piece of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// A word, its quotes left out.
    Word(Range<usize>),
    /// `{` that opens a block.
    Open(usize),
    /// `}` that closes one.
    Close(usize),
    /// The end of a directive: `;`, or the end of the line.
    End,
}

/// Reads nginx's grammar.
pub(super) fn nginx(text: &Text) -> (Vec<Directive>, Vec<Problem>) {
    tree(text, &Lexer::new(text.value()).nginx(), "nginx")
}

/// Reads Caddy's grammar.
pub(super) fn caddy(text: &Text) -> (Vec<Directive>, Vec<Problem>) {
    let tokens = Lexer::new(text.value()).caddy();
    let (directives, mut problems) = tree(text, &tokens, "Caddy");
    if problems.is_empty() && text.is_known() {
        problems.extend(on_one_line(text, &tokens));
    }
    (directives, problems)
}

/// A block whose first word stands beside its brace: Caddy reads no such file. A snippet may.
fn on_one_line(text: &Text, tokens: &[Token]) -> Option<Problem> {
    let mut line = 0;
    for (at, pair) in tokens.windows(2).enumerate() {
        match pair {
            [Token::End, _] => line = at + 1,
            [Token::Open(brace), next] if *next != Token::End => {
                let snippet =
                    matches!(tokens.get(line), Some(Token::Word(w)) if text.value()[w.clone()].starts_with('('));
                if !snippet {
                    let place = text.span_at(*brace..*brace + 1);
                    let what = "not a configuration that Caddy reads: what a block holds begins on a line of its own";
                    let help = "put it on the next line, and the `}` on one of its own; a matcher of one condition needs no braces";
                    return Some(Problem::new(ProblemKind::Unparsable, what.to_owned(), place).help(help));
                }
            }
            _ => {}
        }
    }
    None
}

fn tree(text: &Text, tokens: &[Token], program: &str) -> (Vec<Directive>, Vec<Problem>) {
    let mut problems = Vec::new();
    // The open blocks, each with the directives read so far and the words before its brace.
    let mut open: Vec<(Vec<Directive>, Vec<Text>, usize)> = Vec::new();
    let mut done: Vec<Directive> = Vec::new();
    let mut words: Vec<Text> = Vec::new();
    for token in tokens {
        match token {
            Token::Word(range) => words.push(text.slice(range.clone())),
            Token::End => {
                if !words.is_empty() {
                    done.push(Directive { words: std::mem::take(&mut words), block: Vec::new() });
                }
            }
            Token::Open(at) => {
                if open.len() >= MAX_DEPTH {
                    break;
                }
                open.push((std::mem::take(&mut done), std::mem::take(&mut words), *at));
            }
            Token::Close(at) => {
                if !words.is_empty() {
                    done.push(Directive { words: std::mem::take(&mut words), block: Vec::new() });
                }
                let Some((outer, head, _)) = open.pop() else {
                    problems.push(unbalanced(text, *at, "`}` closes no block", program));
                    break;
                };
                let block = std::mem::replace(&mut done, outer);
                done.push(Directive { words: head, block });
            }
        }
    }
    if !words.is_empty() {
        done.push(Directive { words, block: Vec::new() });
    }
    while let Some((outer, head, at)) = open.pop() {
        if problems.is_empty() {
            problems.push(unbalanced(text, at, "this block is never closed", program));
        }
        let block = std::mem::replace(&mut done, outer);
        done.push(Directive { words: head, block });
    }
    (done, problems)
}

fn unbalanced(text: &Text, at: usize, what: &str, program: &str) -> Problem {
    Problem::new(
        ProblemKind::Unparsable,
        format!("not a configuration that {program} reads: {what}"),
        text.span_at(at..at + 1),
    )
    .help("mend the braces; what stands behind them was not audited")
}

struct Lexer<'a> {
    value: &'a str,
    at: usize,
    tokens: Vec<Token>,
}

impl<'a> Lexer<'a> {
    fn new(value: &'a str) -> Self {
        Self { value, at: 0, tokens: Vec::new() }
    }

    fn peek(&self) -> Option<char> {
        self.value.get(self.at..)?.chars().next()
    }

    fn rest(&self) -> &'a str {
        self.value.get(self.at..).unwrap_or("")
    }

    fn skip_line(&mut self) {
        self.at += self.rest().find('\n').unwrap_or(self.rest().len());
    }

    fn one(&mut self, token: Token, length: usize) {
        self.tokens.push(token);
        self.at += length;
    }

    fn nginx(mut self) -> Vec<Token> {
        while let Some(c) = self.peek() {
            match c {
                ';' => self.one(Token::End, 1),
                '{' => {
                    let lua = matches!(self.tokens.last(), Some(Token::Word(w)) if self.value[w.clone()].ends_with("_by_lua_block"));
                    if lua { self.lua() } else { self.one(Token::Open(self.at), 1) }
                }
                '}' => self.one(Token::Close(self.at), 1),
                '#' => self.skip_line(),
                '"' | '\'' => self.quoted(c),
                c if c.is_whitespace() => self.at += c.len_utf8(),
                _ => self.nginx_word(),
            }
        }
        self.tokens
    }

    /// A block of Lua: nothing of nginx's is in it.
    fn lua(&mut self) {
        let mut depth = 0_usize;
        for (at, c) in self.rest().char_indices() {
            match c {
                '{' => depth += 1,
                '}' if depth <= 1 => {
                    self.at += at + 1;
                    self.tokens.push(Token::End);
                    return;
                }
                '}' => depth -= 1,
                _ => {}
            }
        }
        self.at = self.value.len();
    }

    fn nginx_word(&mut self) {
        let start = self.at;
        let mut escaped = false;
        let mut variable = false;
        let mut before = ' ';
        for (at, c) in self.rest().char_indices() {
            if escaped {
                escaped = false;
            } else if variable {
                variable = c != '}';
            } else {
                match c {
                    '\\' => escaped = true,
                    '{' if before == '$' => variable = true,
                    ';' | '{' => {
                        self.at = start + at;
                        self.tokens.push(Token::Word(start..self.at));
                        return;
                    }
                    c if c.is_whitespace() => {
                        self.at = start + at;
                        self.tokens.push(Token::Word(start..self.at));
                        return;
                    }
                    _ => {}
                }
            }
            before = c;
        }
        self.at = self.value.len();
        self.tokens.push(Token::Word(start..self.at));
    }

    /// A word in quotes; a backslash keeps the next character.
    fn quoted(&mut self, quote: char) {
        let start = self.at + quote.len_utf8();
        let mut escaped = false;
        for (at, c) in self.value.get(start..).unwrap_or("").char_indices() {
            if escaped {
                escaped = false;
            } else if c == '\\' && quote != '`' {
                escaped = true;
            } else if c == quote {
                self.tokens.push(Token::Word(start..start + at));
                self.at = start + at + c.len_utf8();
                return;
            }
        }
        self.tokens.push(Token::Word(start.min(self.value.len())..self.value.len()));
        self.at = self.value.len();
    }

    fn caddy(mut self) -> Vec<Token> {
        while let Some(c) = self.peek() {
            let alone = |rest: &str| rest.chars().nth(1).is_none_or(char::is_whitespace);
            match c {
                '\n' => {
                    // A list of addresses goes on behind a comma.
                    let goes_on =
                        matches!(self.tokens.last(), Some(Token::Word(w)) if self.value[w.clone()].ends_with(','));
                    if goes_on { self.at += 1 } else { self.one(Token::End, 1) }
                }
                '\\' if self.rest().starts_with("\\\n") => self.at += 2,
                '\\' if self.rest().starts_with("\\\r\n") => self.at += 3,
                '{' if alone(self.rest()) => self.one(Token::Open(self.at), 1),
                '}' if alone(self.rest()) => self.one(Token::Close(self.at), 1),
                '#' => self.skip_line(),
                '"' | '`' => self.quoted(c),
                '<' if self.heredoc() => {}
                c if c.is_whitespace() => self.at += c.len_utf8(),
                _ => {
                    let length = self.rest().find(char::is_whitespace).unwrap_or(self.rest().len());
                    self.one(Token::Word(self.at..self.at + length), length);
                }
            }
        }
        self.tokens
    }

    /// `<<NAME` up to the line that holds the name alone.
    fn heredoc(&mut self) -> bool {
        let Some(rest) = self.rest().strip_prefix("<<") else { return false };
        let name = rest.lines().next().unwrap_or("").trim_end();
        let plain = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
        let Some(body) = rest.find('\n').filter(|_| plain).map(|at| self.at + 2 + at + 1) else { return false };
        let mut at = body;
        for line in self.value.get(body..).unwrap_or("").split_inclusive('\n') {
            if line.split_whitespace().next() == Some(name) {
                self.tokens.push(Token::Word(body..at));
                self.at = at + line.len() - line.trim_start().len() + name.len();
                return true;
            }
            at += line.len();
        }
        false
    }
}
