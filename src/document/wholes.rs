//! The values of a document that may go on over line breaks: no comment can stand inside of one.

use super::{Body, Document};
use crate::source::Span;
use crate::syntax::conf::Directive;
use crate::syntax::dockerfile::{Content, Pair};
use crate::syntax::script::{RedirectKind, Script, Word};
use crate::yaml::{Node, Style, Value};

impl Document {
    /// The places of its scalars, each from its key on, and of the words of its commands. A block scalar counts to where its
    /// content begins; a word with a command inside does not count, as comments may stand in that.
    pub fn wholes(&self) -> Vec<Span> {
        let mut found = Vec::new();
        match &self.body {
            Body::Nodes(nodes) => nodes.iter().for_each(|node| scalars(node, &mut found)),
            Body::Script(script) => words(script, &mut found),
            Body::Dockerfile(file) => {
                file.arguments.iter().for_each(|one| pair(one, &mut found));
                for content in file.stages.iter().flat_map(|stage| &stage.instructions).map(|one| &one.content) {
                    match content {
                        Content::Pairs(pairs) => pairs.iter().for_each(|one| pair(one, &mut found)),
                        Content::Shell(script) => words(script, &mut found),
                        Content::Exec(all) | Content::Words(all) => found.extend(all.iter().map(|w| w.text.span())),
                    }
                }
            }
            Body::Env(file) => found.extend(file.set().map(|entry| entry.span)),
            Body::Conf(conf) => conf.directives.iter().for_each(|one| directive(one, &mut found)),
            Body::Unit(_) | Body::Markdown(_) | Body::Lines => {}
        }
        found
    }
}

fn scalars(node: &Node, found: &mut Vec<Span>) {
    match node.value() {
        Value::Scalar(_) => found.push(node.span()),
        Value::Seq(items) => items.iter().for_each(|item| scalars(item, found)),
        Value::Map(entries) => {
            for entry in entries {
                let (key, value) = (entry.key.span(), entry.value.span());
                let Some(scalar) = entry.value.scalar() else {
                    scalars(&entry.value, found);
                    continue;
                };
                // An alias stands where its anchor does, an absent value nowhere.
                if value.start < key.end || value.is_empty() {
                    continue;
                }
                found.push(match scalar.style {
                    Style::Block => key.to(Span { end: value.start, ..value }),
                    Style::Plain | Style::Quoted => key.to(value),
                });
            }
        }
    }
}

fn words(script: &Script, found: &mut Vec<Span>) {
    for command in &script.commands {
        let values = command.assignments.iter().filter_map(|assignment| assignment.value.as_ref());
        let whole = |word: &&Word| word.substitutions.is_empty();
        found.extend(command.words.iter().chain(values).filter(whole).map(|word| word.text.span()));
        let targets = command.redirects.iter().filter(|r| r.kind != RedirectKind::HereDocument);
        found.extend(targets.filter(|r| r.substitutions.is_empty()).map(|redirect| redirect.target.span()));
    }
}

fn pair(pair: &Pair, found: &mut Vec<Span>) {
    found.extend(pair.value.as_ref().map(|value| pair.key.span().to(value.span())));
}

fn directive(directive: &Directive, found: &mut Vec<Span>) {
    found.extend(directive.words.iter().map(crate::text::Text::span));
    directive.block.iter().for_each(|one| self::directive(one, found));
}
