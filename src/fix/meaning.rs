//! Whether files say what they said before, wherever it is written: a comment changes nothing else.

use super::verify::same;
use crate::Audit;
use crate::document::{Body, Document};
use crate::model::fact::{Facts, Field, Value};
use crate::syntax::conf::Directive;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction, Pair};
use crate::syntax::env_file::EnvFile;
use crate::syntax::script::{Assignment, Command, Redirect, Script, Word};
use crate::syntax::unit::Unit;
use crate::text::Text;
use crate::yaml::Node;

/// Compares what was read before a change with what is read after it.
///
/// # Errors
/// The files say something else.
pub(super) fn kept(before: &Audit, after: &Audit) -> Result<(), String> {
    let (old, new) = (&before.deployment.documents, &after.deployment.documents);
    if all(old, new, |a, b| document(a, b)) && facts(&before.facts, &after.facts) {
        return Ok(());
    }
    Err("it would change what the file says".to_owned())
}

/// Whether the items are as many, and alike one by one.
fn all<T>(a: &[T], b: &[T], alike: impl Fn(&T, &T) -> bool) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| alike(a, b))
}

fn maybe<T>(a: Option<&T>, b: Option<&T>, alike: impl Fn(&T, &T) -> bool) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => alike(a, b),
        (None, None) => true,
        _ => false,
    }
}

fn document(a: &Document, b: &Document) -> bool {
    let file = a.path == b.path && a.variant == b.variant && a.kind == b.kind;
    file && match (&a.body, &b.body) {
        (Body::Nodes(a), Body::Nodes(b)) => all(a, b, node),
        (Body::Script(a), Body::Script(b)) => script(a, b),
        (Body::Dockerfile(a), Body::Dockerfile(b)) => dockerfile(a, b),
        (Body::Unit(a), Body::Unit(b)) => unit(a, b),
        (Body::Env(a), Body::Env(b)) => env(a, b),
        (Body::Markdown(a), Body::Markdown(b)) => all(&a.blocks, &b.blocks, |a, b| text(&a.text, &b.text)),
        (Body::Conf(a), Body::Conf(b)) => all(&a.directives, &b.directives, directive),
        // Nothing of it is read but by the model, whose facts are compared.
        (Body::Lines, Body::Lines) => true,
        _ => false,
    }
}

fn text(a: &Text, b: &Text) -> bool {
    a.value() == b.value() && a.display() == b.display()
}

fn node(a: &Node, b: &Node) -> bool {
    same(a, b)
}

fn script(a: &Script, b: &Script) -> bool {
    let whole = (a.strict, a.partial, a.unread) == (b.strict, b.partial, b.unread) && a.functions == b.functions;
    whole && maybe(a.shebang.as_ref(), b.shebang.as_ref(), text) && all(&a.commands, &b.commands, command)
}

fn command(a: &Command, b: &Command) -> bool {
    let around = |c: &Command| (c.pipe, c.function, c.inside, c.tested, c.passed_on, c.guarded);
    let assigned =
        |a: &Assignment, b: &Assignment| text(&a.name, &b.name) && maybe(a.value.as_ref(), b.value.as_ref(), word);
    let redirected = |a: &Redirect, b: &Redirect| a.kind == b.kind && text(&a.target, &b.target);
    around(a) == around(b)
        && all(&a.words, &b.words, word)
        && all(&a.assignments, &b.assignments, assigned)
        && all(&a.redirects, &b.redirects, redirected)
}

fn word(a: &Word, b: &Word) -> bool {
    a.quoted == b.quoted && a.substitutions == b.substitutions && text(&a.text, &b.text)
}

fn dockerfile(a: &Dockerfile, b: &Dockerfile) -> bool {
    all(&a.arguments, &b.arguments, pair)
        && all(&a.stages, &b.stages, |a, b| {
            text(&a.from, &b.from)
                && maybe(a.name.as_ref(), b.name.as_ref(), text)
                && all(&a.instructions, &b.instructions, instruction)
        })
}

fn instruction(a: &Instruction, b: &Instruction) -> bool {
    a.name == b.name
        && all(&a.flags, &b.flags, text)
        && match (&a.content, &b.content) {
            (Content::Pairs(a), Content::Pairs(b)) => all(a, b, pair),
            (Content::Shell(a), Content::Shell(b)) => script(a, b),
            (Content::Exec(a), Content::Exec(b)) | (Content::Words(a), Content::Words(b)) => all(a, b, word),
            _ => false,
        }
}

fn pair(a: &Pair, b: &Pair) -> bool {
    text(&a.key, &b.key) && maybe(a.value.as_ref(), b.value.as_ref(), text)
}

fn unit(a: &Unit, b: &Unit) -> bool {
    all(&a.sections, &b.sections, text)
        && all(&a.directives, &b.directives, |a, b| {
            (&a.section, a.reset) == (&b.section, b.reset) && text(&a.key, &b.key) && text(&a.value, &b.value)
        })
}

fn env(a: &EnvFile, b: &EnvFile) -> bool {
    let (a, b): (Vec<_>, Vec<_>) = (a.set().collect(), b.set().collect());
    all(&a, &b, |a, b| a.quote == b.quote && text(&a.key, &b.key) && maybe(a.value.as_ref(), b.value.as_ref(), text))
}

fn directive(a: &Directive, b: &Directive) -> bool {
    all(&a.words, &b.words, text) && all(&a.block, &b.block, directive)
}

fn facts(a: &Facts, b: &Facts) -> bool {
    a.len() == b.len()
        && a.iter().zip(b.iter()).all(|((_, a), (_, b))| {
            let (old, new): (Vec<_>, Vec<_>) = (a.fields().collect(), b.fields().collect());
            a.subject == b.subject && all(&old, &new, |(a, old), (b, new)| a == b && field(old, new))
        })
}

fn field(a: &Field, b: &Field) -> bool {
    match (&a.value, &b.value) {
        (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Int(a), Value::Int(b)) => a == b,
        (Value::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Value::Str(a), Value::Str(b)) | (Value::Unknown(a), Value::Unknown(b)) => a == b,
        (Value::List(a), Value::List(b)) => all(a, b, field),
        (Value::Map(a), Value::Map(b)) => {
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((a, old), (b, new))| a == b && field(old, new))
        }
        (Value::Fact(a), Value::Fact(b)) => a == b,
        _ => false,
    }
}
