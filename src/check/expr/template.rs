//! Messages: Jinja templates of a rule, rendered over facts. Rendering never fails; an unknown value shows as the
//! variable that would decide it.

use minijinja::machinery::{ast, parse};
use minijinja::syntax::SyntaxConfig;

use super::compile::{Compiler, range, syntax};
use super::types::{Scope, Type};
use super::value::{Data, Truth, Val};
use super::{Env, Expr, Fault};

/// A compiled template.
#[derive(Debug, Default)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Value(Expr),
    If(Expr, Template, Template),
    /// The names that each item is bound to, the list and the body.
    For(usize, Expr, Template),
}

/// Compiles a template.
///
/// # Errors
/// What the author has to mend.
pub fn template(source: &str, scope: &mut Scope) -> Result<Template, Fault> {
    let tree = parse(source, "message", SyntaxConfig::default()).map_err(|e| syntax(&e, source))?;
    match &tree {
        ast::Stmt::Template(template) => parts(&template.children, scope, source),
        other => parts(std::slice::from_ref(other), scope, source),
    }
}

impl Template {
    /// Whether it renders to nothing whatever the facts.
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// The text, and whether every value in it was known.
    pub fn render<'a>(&'a self, env: &mut Env<'a>) -> (String, bool) {
        let (mut out, mut known) = (String::new(), true);
        let before = std::mem::replace(&mut env.showing, true);
        self.write(env, &mut out, &mut known);
        env.showing = before;
        (out.trim().to_owned(), known)
    }

    fn write<'a>(&'a self, env: &mut Env<'a>, out: &mut String, known: &mut bool) {
        for part in &self.parts {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Value(expr) => {
                    let value = env.eval(expr);
                    *known &= value.unknown().is_none();
                    out.push_str(&value.display(env.facts));
                }
                Part::If(test, yes, no) => {
                    let branch = if env.truth(test) == Truth::Yes { yes } else { no };
                    branch.write(env, out, known);
                }
                Part::For(names, list, body) => {
                    let Data::List(list) = env.eval(list).data else { continue };
                    let depth = env.vars.len();
                    for item in list.items {
                        match item.data {
                            Data::Dict(pairs) if *names > 1 => {
                                env.vars.extend(pairs.into_iter().map(|(_, v)| v).take(*names));
                            }
                            Data::List(inner) if *names > 1 => env.vars.extend(inner.items.into_iter().take(*names)),
                            _ => env.vars.push(item),
                        }
                        env.vars.resize_with(depth + names, Val::null);
                        body.write(env, out, known);
                        env.vars.truncate(depth);
                    }
                }
            }
        }
    }
}

fn parts(all: &[ast::Stmt<'_>], scope: &mut Scope, source: &str) -> Result<Template, Fault> {
    let parts = all.iter().map(|stmt| match stmt {
        ast::Stmt::EmitRaw(raw) => Ok(Part::Text(raw.raw.to_owned())),
        ast::Stmt::EmitExpr(emit) => Compiler { scope }.expr(&emit.expr).map(|(e, _)| Part::Value(e)),
        ast::Stmt::IfCond(cond) => {
            let (test, _) = Compiler { scope }.expr(&cond.expr)?;
            let yes = parts(&cond.true_body, scope, source)?;
            Ok(Part::If(test, yes, parts(&cond.false_body, scope, source)?))
        }
        ast::Stmt::ForLoop(each) => for_loop(each, scope, source),
        _ => Err(Fault::new(0..source.len(), "a message can hold only `{{ … }}`, `{% if %}` and `{% for %}`")),
    });
    Ok(Template { parts: parts.collect::<Result<_, _>>()? })
}

fn for_loop(each: &ast::ForLoop<'_>, scope: &mut Scope, source: &str) -> Result<Part, Fault> {
    let (list, of) = Compiler { scope }.expr(&each.iter)?;
    let names = match &each.target {
        ast::Expr::Var(var) => vec![var.id],
        ast::Expr::List(list) => list.items.iter().filter_map(name).collect(),
        ast::Expr::Tuple(tuple) => tuple.items.iter().filter_map(name).collect(),
        other => return Err(Fault::new(range(other), "expected a name")),
    };
    if each.filter_expr.is_some() || !each.else_body.is_empty() || each.recursive {
        let message = "a loop in a message has no `if`, `else` or `recursive`: use `| select(…)`";
        return Err(Fault::new(range(&each.iter), message));
    }
    let single = names.len() == 1;
    for name in &names {
        scope.push((*name).to_owned(), if single { of.item() } else { Type::Any });
    }
    let body = parts(&each.body, scope, source);
    scope.pop(names.len());
    Ok(Part::For(names.len(), list, body?))
}

fn name<'a>(expr: &ast::Expr<'a>) -> Option<&'a str> {
    match expr {
        ast::Expr::Var(var) => Some(var.id),
        _ => None,
    }
}
