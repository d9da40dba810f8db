//! How deep a template's tree would be, before there is a tree.
//!
//! minijinja's parser bounds what nests (brackets, blocks), but builds chains (`a.b.c`, `a | f | f`, `a ~ b ~ c`,
//! `{% elif %}`) in a loop, into a tree as deep as the chain is long. Walking that tree, or only dropping it, would
//! end on a full stack. This looks at the tokens; what they mean is left to the parser.

use minijinja::machinery::{Token, tokenize};
use minijinja::syntax::SyntaxConfig;

/// The longest chain that is read. Of 2,185 public templates, no tag has more than 33 operators.
const MAX_LINKS: usize = 200;

/// The byte at which a chain gets too long, if one does.
pub(super) fn too_long(source: &str, config: &SyntaxConfig) -> Option<usize> {
    // A link takes a byte at least.
    if source.len() <= MAX_LINKS {
        return None;
    }
    let mut links = Links::default();
    let tokens = tokenize(source, false, config.clone());
    // What can't be read is the parser's to say.
    tokens.map_while(Result::ok).find(|(token, _)| links.add(token)).map(|(_, span)| span.start_offset as usize)
}

/// The links that are open at one point of a template.
#[derive(Default)]
struct Links {
    /// Of the expression in each open bracket.
    levels: Vec<usize>,
    /// Of all levels.
    sum: usize,
    /// The `{% elif %}`s of each open block.
    blocks: Vec<usize>,
    /// Whether the next token is a tag's name.
    tag: bool,
}

impl Links {
    /// Takes a token; whether the chain that it ends is too long.
    fn add(&mut self, token: &Token<'_>) -> bool {
        let tag = std::mem::take(&mut self.tag);
        match token {
            Token::BlockStart | Token::VariableStart => {
                self.levels = vec![0];
                self.sum = 0;
                self.tag = matches!(token, Token::BlockStart);
            }
            Token::Ident(name) if tag => return self.named(name),
            Token::BracketOpen | Token::ParenOpen | Token::BraceOpen => {
                self.link();
                self.levels.push(0);
            }
            Token::BracketClose | Token::ParenClose | Token::BraceClose => {
                self.sum -= self.levels.pop().unwrap_or(0).min(self.sum);
            }
            Token::Comma | Token::Colon => {
                let level = self.levels.last_mut().map_or(0, std::mem::take);
                self.sum -= level.min(self.sum);
            }
            Token::Ident("and" | "or" | "not" | "is" | "in" | "if" | "else") => self.link(),
            Token::Ident(_)
            | Token::Str(_)
            | Token::String(_)
            | Token::Int(_)
            | Token::Int128(_)
            | Token::Float(_)
            | Token::TemplateData(_) => {}
            _ => self.link(),
        }
        self.sum > MAX_LINKS
    }

    fn link(&mut self) {
        if let Some(level) = self.levels.last_mut() {
            *level += 1;
            self.sum += 1;
        }
    }

    fn named(&mut self, name: &str) -> bool {
        match name {
            "elif" => {
                let Some(block) = self.blocks.last_mut() else { return false };
                *block += 1;
                return self.blocks.iter().sum::<usize>() > MAX_LINKS;
            }
            "if" => self.blocks.push(0),
            "endif" => drop(self.blocks.pop()),
            _ => {}
        }
        false
    }
}
