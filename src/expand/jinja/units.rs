//! The templates of one evaluation: the template itself and those that it includes, imports or extends by a name that
//! is written out.

use minijinja::machinery::ast::{Expr, Stmt};

use super::syntax::Syntax;
use super::{Env, Failure};
use crate::source::Span;
use crate::text::Text;

/// The most templates that one evaluation reads.
const MAX_TEMPLATES: usize = 50;

/// One template before parsing.
#[derive(Debug)]
pub(super) struct SourceUnit {
    /// The name that others call it by; empty for the first.
    pub name: String,
    /// Its text, without header.
    pub text: Text,
    /// What the parser reads: the text's value, U+00A0 in tags made plain.
    pub input: String,
    /// Its syntax.
    pub syntax: Syntax,
}

/// One parsed template.
pub(super) struct Unit<'a> {
    /// Where it came from.
    pub source: &'a SourceUnit,
    /// Its statements.
    pub root: Stmt<'a>,
}

/// The template `text` and, breadth first, all that it names.
pub(super) fn collect(text: Text, syntax: &Syntax, env: &dyn Env) -> Vec<SourceUnit> {
    let mut all = vec![unit(String::new(), text, syntax.clone())];
    let mut at = 0;
    while at < all.len() {
        let mut names = Vec::new();
        let from = all[at].text.span();
        let root = mentions(&all[at].input).then(|| all[at].syntax.parse(&all[at].input).ok()).flatten();
        if let Some(root) = root {
            templates(&root, &mut names);
        }
        names.retain(|name| !all.iter().any(|u| u.name == *name));
        for name in names {
            let found = if all.len() < MAX_TEMPLATES { env.template(&name, from) } else { None };
            // An included template is read with the settings of the one that Ansible was told to render.
            all.extend(found.map(|text| unit(name, text, syntax.clone())));
        }
        at += 1;
    }
    all
}

/// Parses all; an included template that does not parse is left out.
pub(super) fn parse(sources: &[SourceUnit]) -> Result<Vec<Unit<'_>>, Failure> {
    let mut units = Vec::with_capacity(sources.len());
    for (i, source) in sources.iter().enumerate() {
        match source.syntax.parse(&source.input) {
            Ok(root) => units.push(Unit { source, root }),
            Err((message, at)) if i == 0 => {
                return Err(Failure { message, span: mark(&source.text, at), capped: false });
            }
            Err(_) => {}
        }
    }
    Ok(units)
}

fn unit(name: String, text: Text, syntax: Syntax) -> SourceUnit {
    let input = syntax.plain_spaces(text.value()).unwrap_or_else(|| text.value().to_owned());
    SourceUnit { name, text, input, syntax }
}

fn mentions(input: &str) -> bool {
    ["include", "import", "extends"].iter().any(|word| input.contains(word))
}

fn mark(text: &Text, at: usize) -> Span {
    let width = text.value().get(at..).and_then(|r| r.chars().next()).map_or(0, char::len_utf8);
    text.span_at(at..at + width)
}

/// The names of templates that `root` reads, where they are written out.
fn templates(root: &Stmt<'_>, into: &mut Vec<String>) {
    let all = |body: &[Stmt<'_>], into: &mut Vec<String>| body.iter().for_each(|s| templates(s, into));
    match root {
        Stmt::Template(t) => all(&t.children, into),
        Stmt::ForLoop(s) => {
            all(&s.body, into);
            all(&s.else_body, into);
        }
        Stmt::IfCond(s) => {
            all(&s.true_body, into);
            all(&s.false_body, into);
        }
        Stmt::WithBlock(s) => all(&s.body, into),
        Stmt::SetBlock(s) => all(&s.body, into),
        Stmt::AutoEscape(s) => all(&s.body, into),
        Stmt::FilterBlock(s) => all(&s.body, into),
        Stmt::Block(s) => all(&s.body, into),
        Stmt::Macro(s) => all(&s.body, into),
        Stmt::CallBlock(s) => all(&s.macro_decl.body, into),
        Stmt::Include(s) => named(&s.name, into),
        Stmt::Import(s) => named(&s.expr, into),
        Stmt::FromImport(s) => named(&s.expr, into),
        Stmt::Extends(s) => named(&s.name, into),
        _ => {}
    }
}

fn named(expr: &Expr<'_>, into: &mut Vec<String>) {
    match expr {
        Expr::Const(c) => into.extend(c.value.as_str().map(str::to_owned)),
        Expr::List(list) => list.items.iter().for_each(|item| named(item, into)),
        Expr::Tuple(list) => list.items.iter().for_each(|item| named(item, into)),
        Expr::IfExpr(e) => {
            named(&e.true_expr, into);
            if let Some(other) = &e.false_expr {
                named(other, into);
            }
        }
        _ => {}
    }
}
