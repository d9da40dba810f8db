//! From minijinja's tree to [`Expr`], with every author mistake found on the way.

use minijinja::machinery::{ast, parse_expr};
use minijinja::value::ValueKind;

use super::each::each_of;
use super::functions::{self, Wants};
use super::types::{Scope, Type};
use super::{Anchor, Arith, Compare, Const, Expr, Fault, Key, LazyRegex, Pattern};

/// Compiles one expression.
///
/// # Errors
/// What the author has to mend.
pub fn expression(source: &str, scope: &mut Scope) -> Result<(Expr, Type), Fault> {
    let tree = parse_expr(source).map_err(|e| syntax(&e, source))?;
    Compiler { scope }.expr(&tree)
}

/// A syntax error as a fault.
pub(super) fn syntax(error: &minijinja::Error, source: &str) -> Fault {
    let range = error.range().filter(|r| r.end <= source.len()).unwrap_or(0..source.len());
    let what = error.detail().map_or_else(|| error.to_string(), str::to_owned);
    let assigns = source.get(range.clone()).is_some_and(|part| part.trim() == "=");
    let help = if assigns { "compare with `==`" } else { "" };
    Fault::new(range, format!("this is no Jinja expression: {what}")).help(help)
}

/// The name of `names` that `name` may stand for.
pub(crate) fn did_you_mean<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().collect();
    let close = names.iter().map(|n| (strsim::jaro_winkler(name, n), *n)).filter(|(score, _)| *score > 0.8);
    match close.max_by(|a, b| a.0.total_cmp(&b.0)) {
        Some((_, best)) => format!("did you mean `{best}`?"),
        None if names.is_empty() => String::new(),
        None => format!("there is: {}", names.join(", ")),
    }
}

/// Compiles the expressions of one scope.
pub(super) struct Compiler<'s> {
    pub(super) scope: &'s mut Scope,
}

pub(super) type Compiled = Result<(Expr, Type), Fault>;

impl Compiler<'_> {
    pub(super) fn expr(&mut self, tree: &ast::Expr<'_>) -> Compiled {
        let range = range(tree);
        match tree {
            ast::Expr::Var(var) => match self.scope.find(var.id) {
                Some((at, of)) => Ok((Expr::Var(at), of.clone())),
                None => Err(Fault::new(range, format!("there is no variable `{}` here", var.id))
                    .help(did_you_mean(var.id, self.scope.names()))),
            },
            ast::Expr::Const(value) => constant(&value.value, range),
            ast::Expr::UnaryOp(op) => self.unary(op),
            ast::Expr::BinOp(op) => self.binary(op),
            ast::Expr::Compare(chain) => self.chain(chain),
            ast::Expr::IfExpr(choice) => self.choice(choice),
            ast::Expr::GetAttr(get) => {
                let (of, kind) = self.expr(&get.expr)?;
                let found = attribute(&kind, get.name, range)?;
                Ok((Expr::Attr(Box::new(of), Key::new(&kind, get.name)), found))
            }
            ast::Expr::GetItem(get) => self.item(get, range),
            ast::Expr::List(list) => {
                let items = list.items.iter().map(|e| self.expr(e)).collect::<Result<Vec<_>, _>>()?;
                let of = items.iter().map(|(_, t)| t.clone()).reduce(Type::or).unwrap_or(Type::Any);
                Ok((Expr::List(items.into_iter().map(|(e, _)| e).collect()), of.listed()))
            }
            ast::Expr::Map(map) => self.dict(map),
            ast::Expr::Filter(filter) => {
                let Some(on) = &filter.expr else {
                    return Err(Fault::new(range, "this filter has nothing to work on"));
                };
                let target = self.expr(on)?;
                self.call(filter.name, target, &filter.args, range)
            }
            ast::Expr::Call(call) => match &call.expr {
                ast::Expr::GetAttr(method) => {
                    let target = self.expr(&method.expr)?;
                    self.call(method.name, target, &call.args, range)
                }
                _ => Err(Fault::new(range, "rules can't call functions").help("use a filter: `value | name`")),
            },
            ast::Expr::Test(test) => {
                let target = self.expr(&test.expr)?;
                let args = self.args(&test.args)?;
                test_of(test.name, target, args, range, self.scope.trusted())
            }
            ast::Expr::Slice(_) | ast::Expr::Tuple(_) => {
                Err(Fault::new(range, format!("rules can't use a {}", tree.description())))
            }
        }
    }

    fn unary(&mut self, op: &ast::UnaryOp<'_>) -> Compiled {
        let (expr, of) = self.expr(&op.expr)?;
        Ok(match (&op.op, expr) {
            (ast::UnaryOpKind::Not, expr) => (Expr::Not(Box::new(expr)), Type::Bool),
            (ast::UnaryOpKind::Neg, Expr::Const(Const::Int(n))) => (Expr::Const(Const::Int(-n)), Type::Int),
            (ast::UnaryOpKind::Neg, expr) => {
                (Expr::Arith(Arith::Sub, Box::new(Expr::Const(Const::Int(0))), Box::new(expr)), of)
            }
        })
    }

    fn binary(&mut self, op: &ast::BinOp<'_>) -> Compiled {
        use ast::BinOpKind as Kind;
        let left = self.expr(&op.left)?;
        let right = self.expr(&op.right)?;
        let at = range(&op.left).start..range(&op.right).end;
        if matches!(op.op, Kind::In | Kind::Eq | Kind::Ne) {
            self.possible((&left, &op.left), (&right, &op.right))?;
        }
        let compare = |kind| comparison(kind, &left.1, &right.1, at.clone());
        let arith = match op.op {
            Kind::ScAnd => return Ok((Expr::And(Box::new(left.0), Box::new(right.0)), Type::Any)),
            Kind::ScOr => return Ok((Expr::Or(Box::new(left.0), Box::new(right.0)), Type::Any)),
            Kind::In => return Ok((Expr::In(Box::new(left.0), Box::new(right.0)), Type::Bool)),
            Kind::Eq => compare(Compare::Eq)?,
            Kind::Ne => compare(Compare::Ne)?,
            Kind::Lt => compare(Compare::Lt)?,
            Kind::Lte => compare(Compare::Le)?,
            Kind::Gt => compare(Compare::Gt)?,
            Kind::Gte => compare(Compare::Ge)?,
            Kind::Add => Operator::Arith(Arith::Add),
            Kind::Sub => Operator::Arith(Arith::Sub),
            Kind::Mul => Operator::Arith(Arith::Mul),
            Kind::Div => Operator::Arith(Arith::Div),
            Kind::Rem => Operator::Arith(Arith::Rem),
            Kind::Concat => Operator::Arith(Arith::Concat),
            Kind::FloorDiv | Kind::Pow => return Err(Fault::new(at, "rules can't use this operator")),
        };
        Ok(match arith {
            Operator::Compare(kind) => (Expr::Compare(kind, Box::new(left.0), Box::new(right.0)), Type::Bool),
            Operator::Arith(Arith::Concat) => {
                (Expr::Arith(Arith::Concat, Box::new(left.0), Box::new(right.0)), Type::Str)
            }
            Operator::Arith(kind) => (Expr::Arith(kind, Box::new(left.0), Box::new(right.0)), left.1),
        })
    }

    /// `a < b < c` as `a < b and b < c`; each part is compiled where it is used.
    fn chain(&mut self, chain: &ast::Compare<'_>) -> Compiled {
        let mut whole: Option<Expr> = None;
        let mut left = &chain.expr;
        for op in &chain.ops {
            let (a, b) = (self.expr(left)?, self.expr(&op.expr)?);
            let at = range(left).start..range(&op.expr).end;
            let kind = match op.op {
                ast::CompareOpKind::Eq => Some(Compare::Eq),
                ast::CompareOpKind::Ne => Some(Compare::Ne),
                ast::CompareOpKind::Lt => Some(Compare::Lt),
                ast::CompareOpKind::Lte => Some(Compare::Le),
                ast::CompareOpKind::Gt => Some(Compare::Gt),
                ast::CompareOpKind::Gte => Some(Compare::Ge),
                ast::CompareOpKind::In | ast::CompareOpKind::NotIn => None,
            };
            if matches!(kind, None | Some(Compare::Eq | Compare::Ne)) {
                self.possible((&a, left), (&b, &op.expr))?;
            }
            let part = if let Some(kind) = kind {
                comparison(kind, &a.1, &b.1, at)?;
                Expr::Compare(kind, Box::new(a.0), Box::new(b.0))
            } else {
                let found = Expr::In(Box::new(a.0), Box::new(b.0));
                let negated = matches!(op.op, ast::CompareOpKind::NotIn);
                if negated { Expr::Not(Box::new(found)) } else { found }
            };
            whole = Some(match whole {
                Some(before) => Expr::And(Box::new(before), Box::new(part)),
                None => part,
            });
            left = &op.expr;
        }
        match whole {
            Some(expr) => Ok((expr, Type::Bool)),
            None => self.expr(&chain.expr),
        }
    }

    fn choice(&mut self, choice: &ast::IfExpr<'_>) -> Compiled {
        let (test, _) = self.expr(&choice.test_expr)?;
        let (yes, of) = self.expr(&choice.true_expr)?;
        let (no, other) = match &choice.false_expr {
            Some(expr) => self.expr(expr)?,
            None => (Expr::Const(Const::Null), of.clone()),
        };
        let of = of.or(other);
        Ok((Expr::If(Box::new(test), Box::new(yes), Box::new(no)), of))
    }

    fn item(&mut self, get: &ast::GetItem<'_>, at: std::ops::Range<usize>) -> Compiled {
        let (of, kind) = self.expr(&get.expr)?;
        let (key, _) = self.expr(&get.subscript_expr)?;
        if let Expr::Const(Const::Str(name)) = key {
            let found = attribute(&kind, &name, at)?;
            return Ok((Expr::Attr(Box::new(of), Key::new(&kind, &name)), found));
        }
        let found = match &kind {
            Type::List(item) | Type::Map(item) => (**item).clone(),
            _ => Type::Any,
        };
        Ok((Expr::Index(Box::new(of), Box::new(key)), found))
    }

    fn dict(&mut self, map: &ast::Map<'_>) -> Compiled {
        let mut pairs = Vec::new();
        let mut record = Vec::new();
        for (key, value) in map.keys.iter().zip(&map.values) {
            let Expr::Const(Const::Str(name)) = self.expr(key)?.0 else {
                return Err(Fault::new(range(key), "the keys of a mapping must be written out, in quotes"));
            };
            let (value, of) = self.expr(value)?;
            record.push((name.clone(), of));
            pairs.push((name, value));
        }
        Ok((Expr::Dict(pairs), Type::Record(record)))
    }

    pub(super) fn args(&mut self, args: &[ast::CallArg<'_>]) -> Result<Vec<(Expr, Type)>, Fault> {
        let positional = args.iter().map(|arg| match arg {
            ast::CallArg::Pos(expr) => self.expr(expr),
            ast::CallArg::Kwarg(name, expr) => {
                Err(Fault::new(range(expr), format!("`{name}=` is not an argument here")).help("give it by position"))
            }
            ast::CallArg::PosSplat(expr) | ast::CallArg::KwargSplat(expr) => {
                Err(Fault::new(range(expr), "rules can't use `*` arguments"))
            }
        });
        positional.collect()
    }

    pub(super) fn call(
        &mut self,
        name: &str,
        target: (Expr, Type),
        args: &[ast::CallArg<'_>],
        at: std::ops::Range<usize>,
    ) -> Compiled {
        if let Some(each) = each_of(name) {
            return self.each(each, name.ends_with("attr"), target, args, at);
        }
        if matches!(name, "match" | "search" | "fullmatch") {
            let args = self.args(args)?;
            return test_of(name, target, args, at, self.scope.trusted());
        }
        let Some(function) = functions::function(name) else {
            let names = functions::FUNCTIONS.iter().map(|f| f.name).chain(["any", "all", "select", "reject", "map"]);
            let known = did_you_mean(name, names);
            return Err(Fault::new(at, format!("there is no filter `{name}`")).help(known));
        };
        functions::wants(name, function.wants, &target.1, at.clone())?;
        let args = self.args(args)?;
        if args.len() < function.args.0 || args.len() > function.args.1 {
            return Err(Fault::new(at, format!("`{name}` takes {}", functions::count(function.args))));
        }
        let of = function.gives.of(&target.1, args.first().map(|(_, t)| t));
        Ok((Expr::Call(function, Box::new(target.0), args.into_iter().map(|(e, _)| e).collect()), of))
    }
}

enum Operator {
    Compare(Compare),
    Arith(Arith),
}

fn comparison(kind: Compare, a: &Type, b: &Type, at: std::ops::Range<usize>) -> Result<Operator, Fault> {
    if a.never_equals(b) {
        let message = format!("these can never be equal: one is {}, the other {}", a.words(), b.words());
        return Err(Fault::new(at, message));
    }
    Ok(Operator::Compare(kind))
}

pub(super) fn test_of(
    name: &str,
    target: (Expr, Type),
    args: Vec<(Expr, Type)>,
    at: std::ops::Range<usize>,
    trusted: bool,
) -> Compiled {
    let anchor = match name {
        "match" => Some(Anchor::Start),
        "search" => Some(Anchor::Anywhere),
        "fullmatch" => Some(Anchor::Whole),
        _ => None,
    };
    if let Some(anchor) = anchor {
        functions::wants(name, Wants::Str, &target.1, at.clone())?;
        let Some((pattern, _)) = args.into_iter().next() else {
            return Err(Fault::new(at, format!("`{name}` takes a regular expression")));
        };
        let pattern = match pattern {
            Expr::Const(Const::Str(text)) => {
                if !trusted {
                    anchor.regex(&text).map_err(|e| Fault::new(at, e.to_string()))?;
                }
                Pattern::Fixed(LazyRegex::new(text, anchor))
            }
            pattern => Pattern::Dynamic(Box::new(pattern), anchor),
        };
        return Ok((Expr::Match(Box::new(target.0), pattern), Type::Bool));
    }
    let Some(test) = functions::test(name) else {
        let names = functions::TESTS.iter().map(|t| t.name).chain(["match", "search", "fullmatch"]);
        return Err(Fault::new(at, format!("there is no test `{name}`")).help(did_you_mean(name, names)));
    };
    if args.len() != test.args {
        return Err(Fault::new(at, format!("`{name}` takes {}", functions::count((test.args, test.args)))));
    }
    let args = args.into_iter().map(|(e, _)| e).collect();
    Ok((Expr::Test(test, Box::new(target.0), args), Type::Bool))
}

pub(super) fn attribute(of: &Type, name: &str, at: std::ops::Range<usize>) -> Result<Type, Fault> {
    match of {
        Type::Any => Ok(Type::Any),
        Type::Map(value) => Ok((**value).clone()),
        Type::Record(pairs) => match pairs.iter().find(|(n, _)| n == name) {
            Some((_, of)) => Ok(of.clone()),
            None => Err(Fault::new(at, format!("there is no key `{name}`"))),
        },
        Type::Fact(subject) => {
            let fields = subject.schema().fields;
            match fields.iter().find(|f| f.name == name) {
                Some(field) => Ok(Type::of(&field.kind)),
                None => Err(Fault::new(at, format!("`{}` has no field `{name}`", subject.schema().name))
                    .help(did_you_mean(name, fields.iter().map(|f| f.name)))),
            }
        }
        Type::List(_) => Err(Fault::new(at, format!("`{name}` is asked of a list"))
            .help(format!("use `| any(item.{name})`, `| map(item.{name})` or `| first`"))),
        Type::Bool | Type::Int | Type::Str | Type::OneOf(_) => {
            Err(Fault::new(at, format!("`{name}` is asked of {}, which has no fields", of.words())))
        }
    }
}

fn constant(value: &minijinja::Value, at: std::ops::Range<usize>) -> Compiled {
    let found = match value.kind() {
        ValueKind::None | ValueKind::Undefined => (Const::Null, Type::Any),
        ValueKind::Bool => (Const::Bool(value.is_true()), Type::Bool),
        ValueKind::String => (Const::Str(value.as_str().unwrap_or_default().to_owned()), Type::Str),
        ValueKind::Number => match (value.as_i64(), f64::try_from(value.clone())) {
            (Some(n), _) if value.is_integer() => (Const::Int(n), Type::Int),
            (_, Ok(n)) => (Const::Float(n), Type::Int),
            _ => return Err(Fault::new(at, "this number is too large")),
        },
        _ => return Err(Fault::new(at, "rules can't use this constant")),
    };
    Ok((Expr::Const(found.0), found.1))
}

/// The bytes of an expression in its source.
pub(super) fn range(tree: &ast::Expr<'_>) -> std::ops::Range<usize> {
    let span = tree.span();
    span.start_offset as usize..span.end_offset.max(span.start_offset) as usize
}
