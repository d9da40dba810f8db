//! The filters that look at each item of a list: `any`, `all`, `select`, `reject`, `map`.
//!
//! They take an expression over `item`, or Jinja's own forms that name an attribute or a test in quotes.

use minijinja::machinery::ast;

use super::compile::{Compiled, Compiler, attribute, range, test_of};
use super::functions::{self, Wants};
use super::types::Type;
use super::{Body, Const, Each, Expr, Fault, Key};

/// What the filter `name` does for each item.
pub(super) fn each_of(name: &str) -> Option<Each> {
    match name {
        "any" => Some(Each::Any),
        "all" => Some(Each::All),
        "select" | "selectattr" => Some(Each::Select),
        "reject" | "rejectattr" => Some(Each::Reject),
        "map" => Some(Each::Map),
        _ => None,
    }
}

impl Compiler<'_> {
    /// Compiles one of them over `list`; `attr` where the name says that an attribute comes first.
    pub(super) fn each(
        &mut self,
        each: Each,
        attr: bool,
        (list, kind): (Expr, Type),
        args: &[ast::CallArg<'_>],
        at: std::ops::Range<usize>,
    ) -> Compiled {
        functions::wants("each", Wants::List, &kind, at.clone())?;
        let around = self.scope.find("item").map(|(at, of)| (at, of.clone()));
        let (outer, of_outer) = around.map_or((None, Type::Any), |(at, of)| (Some(at), of));
        let before = self.scope.depth();
        self.scope.push("outer", of_outer);
        self.scope.push("item", kind.item());
        let body = self.body(each, attr, args, at);
        self.scope.pop(2);
        let (body, of) = body?;
        let of = match each {
            Each::Any | Each::All => Type::Bool,
            Each::Select | Each::Reject => kind,
            Each::Map => of.listed(),
        };
        let body = body.map(|expr| Box::new(Body { before, outer, expr }));
        Ok((Expr::Each(each, Box::new(list), body), of))
    }

    fn body(
        &mut self,
        each: Each,
        attr: bool,
        args: &[ast::CallArg<'_>],
        at: std::ops::Range<usize>,
    ) -> Result<(Option<Expr>, Type), Fault> {
        let item = self.expr_of_item();
        let named = match args.first() {
            None => return Ok((None, item.1)),
            Some(ast::CallArg::Kwarg("attribute", expr)) => Some((true, expr)),
            Some(ast::CallArg::Pos(expr @ ast::Expr::Const(_))) => Some((attr, expr)),
            Some(_) => None,
        };
        let Some((attribute_of_item, named)) = named else {
            return match args {
                [ast::CallArg::Pos(expr)] => self.expr(expr).map(|(e, t)| (Some(e), t)),
                _ => Err(Fault::new(at, "this filter takes one expression over `item`")),
            };
        };
        let Expr::Const(Const::Str(name)) = self.expr(named)?.0 else {
            return Err(Fault::new(range(named), "expected a name in quotes, or an expression over `item`"));
        };
        let mut value = item;
        let mut rest = &args[1..];
        let mut test = Some(name.as_str());
        if attribute_of_item {
            for part in name.split('.') {
                let of = attribute(&value.1, part, range(named))?;
                value = (Expr::Attr(Box::new(value.0), Key::new(&value.1, part)), of);
            }
            test = None;
        }
        let given;
        if let (None, [ast::CallArg::Pos(first), more @ ..]) = (test, rest) {
            let Expr::Const(Const::Str(name)) = self.expr(first)?.0 else {
                return Err(Fault::new(range(first), "expected the name of a test in quotes"));
            };
            given = name;
            test = Some(&given);
            rest = more;
        }
        let Some(test) = test else { return Ok((Some(value.0), value.1)) };
        if each == Each::Map {
            return self.call(test, value, rest, at).map(|(e, t)| (Some(e), t));
        }
        let args = self.args(rest)?;
        test_of(test, value, args, at, self.scope.trusted()).map(|(e, t)| (Some(e), t))
    }

    fn expr_of_item(&self) -> (Expr, Type) {
        self.scope.find("item").map_or((Expr::Const(Const::Null), Type::Any), |(at, t)| (Expr::Var(at), t.clone()))
    }
}
