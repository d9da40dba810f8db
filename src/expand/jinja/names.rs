//! The variables that an expression reads, by walking it.

use minijinja::machinery::ast::{BinOpKind, CallArg, Expr, UnaryOpKind};

/// All variables of `expr` in order, with their attributes where those are written out (`service.image`).
pub(super) fn names(expr: &Expr<'_>) -> Vec<String> {
    let mut found = Vec::new();
    walk(expr, &mut found);
    found
}

/// The path of `expr`, where it is a variable or attributes of one.
pub(super) fn path(expr: &Expr<'_>) -> Option<String> {
    match expr {
        Expr::Var(v) => Some(v.id.to_owned()),
        Expr::GetAttr(a) => Some(format!("{}.{}", path(&a.expr)?, a.name)),
        Expr::GetItem(i) => {
            let Expr::Const(key) = &i.subscript_expr else { return None };
            Some(format!("{}.{}", path(&i.expr)?, key.value.as_str()?))
        }
        _ => None,
    }
}

/// The variable that a condition asks for and nothing else: `x`, `x | bool`, `x | default(false)`, `x is defined and x`.
pub(super) fn switch<'e>(expr: &Expr<'e>) -> Option<&'e str> {
    match expr {
        Expr::Var(v) => Some(v.id),
        Expr::Filter(f) => {
            let off = |arg: &CallArg<'_>| matches!(arg, CallArg::Pos(Expr::Const(c)) if !c.value.is_true());
            let plain = match f.name {
                "bool" => f.args.is_empty(),
                // The second argument says whether an empty value counts as none.
                "default" | "d" => f.args.first().is_some_and(off),
                _ => false,
            };
            switch(f.expr.as_ref()?).filter(|_| plain)
        }
        Expr::BinOp(b) if matches!(b.op, BinOpKind::ScAnd) => {
            let Expr::Test(t) = &b.left else { return None };
            let (left, right) = (switch(&t.expr)?, switch(&b.right)?);
            (t.name == "defined" && left == right).then_some(right)
        }
        _ => None,
    }
}

fn walk(expr: &Expr<'_>, into: &mut Vec<String>) {
    if let Some(name) = path(expr) {
        if !into.contains(&name) {
            into.push(name);
        }
        return;
    }
    match expr {
        Expr::Var(_) | Expr::Const(_) => {}
        Expr::Slice(s) => {
            walk(&s.expr, into);
            [&s.start, &s.stop, &s.step].into_iter().flatten().for_each(|e| walk(e, into));
        }
        Expr::UnaryOp(u) => walk(&u.expr, into),
        Expr::BinOp(b) => {
            walk(&b.left, into);
            walk(&b.right, into);
        }
        Expr::Compare(c) => {
            walk(&c.expr, into);
            c.ops.iter().for_each(|op| walk(&op.expr, into));
        }
        Expr::IfExpr(i) => {
            walk(&i.true_expr, into);
            walk(&i.test_expr, into);
            i.false_expr.iter().for_each(|e| walk(e, into));
        }
        Expr::Filter(f) => {
            f.expr.iter().for_each(|e| walk(e, into));
            args(&f.args, into);
        }
        Expr::Test(t) => {
            walk(&t.expr, into);
            args(&t.args, into);
        }
        Expr::GetAttr(a) => walk(&a.expr, into),
        Expr::GetItem(i) => {
            walk(&i.expr, into);
            walk(&i.subscript_expr, into);
        }
        Expr::Call(c) => {
            if let Expr::GetAttr(method) = &c.expr {
                walk(&method.expr, into);
            }
            args(&c.args, into);
        }
        Expr::List(l) => l.items.iter().for_each(|e| walk(e, into)),
        Expr::Tuple(l) => l.items.iter().for_each(|e| walk(e, into)),
        Expr::Map(m) => m.keys.iter().chain(&m.values).for_each(|e| walk(e, into)),
    }
}

fn args(args: &[CallArg<'_>], into: &mut Vec<String>) {
    for arg in args {
        match arg {
            CallArg::Pos(e) | CallArg::Kwarg(_, e) | CallArg::PosSplat(e) | CallArg::KwargSplat(e) => walk(e, into),
        }
    }
}

/// `expr` in one fixed notation, so that the same condition written twice is the same condition.
pub(super) fn canonical(expr: &Expr<'_>) -> String {
    let join = |items: &[Expr<'_>]| items.iter().map(canonical).collect::<Vec<_>>().join(", ");
    let call = |args: &[CallArg<'_>]| args.iter().map(canonical_arg).collect::<Vec<_>>().join(", ");
    match expr {
        Expr::Var(v) => v.id.to_owned(),
        Expr::Const(c) => format!("{:?}", c.value),
        Expr::Slice(s) => {
            let part = |e: &Option<Expr<'_>>| e.as_ref().map(canonical).unwrap_or_default();
            format!("{}[{}:{}:{}]", canonical(&s.expr), part(&s.start), part(&s.stop), part(&s.step))
        }
        Expr::UnaryOp(u) => {
            let sign = if matches!(u.op, UnaryOpKind::Not) { "not " } else { "-" };
            format!("{sign}{}", canonical(&u.expr))
        }
        Expr::BinOp(b) => format!("({} {} {})", canonical(&b.left), operator(b.op), canonical(&b.right)),
        Expr::Compare(c) => {
            let ops: Vec<_> = c.ops.iter().map(|o| format!("{} {}", o.op as u8, canonical(&o.expr))).collect();
            format!("({} {})", canonical(&c.expr), ops.join(" "))
        }
        Expr::IfExpr(i) => {
            let other = i.false_expr.as_ref().map(canonical).unwrap_or_default();
            format!("({} if {} else {other})", canonical(&i.true_expr), canonical(&i.test_expr))
        }
        Expr::Filter(f) => {
            let input = f.expr.as_ref().map(canonical).unwrap_or_default();
            format!("{input}|{}({})", f.name, call(&f.args))
        }
        Expr::Test(t) => format!("{} is {}({})", canonical(&t.expr), t.name, call(&t.args)),
        Expr::GetAttr(a) => format!("{}.{}", canonical(&a.expr), a.name),
        Expr::GetItem(i) => format!("{}[{}]", canonical(&i.expr), canonical(&i.subscript_expr)),
        Expr::Call(c) => format!("{}({})", canonical(&c.expr), call(&c.args)),
        Expr::List(l) => format!("[{}]", join(&l.items)),
        Expr::Tuple(l) => format!("({})", join(&l.items)),
        Expr::Map(m) => format!("{{{} : {}}}", join(&m.keys), join(&m.values)),
    }
}

fn canonical_arg(arg: &CallArg<'_>) -> String {
    match arg {
        CallArg::Pos(e) => canonical(e),
        CallArg::Kwarg(name, e) => format!("{name}={}", canonical(e)),
        CallArg::PosSplat(e) => format!("*{}", canonical(e)),
        CallArg::KwargSplat(e) => format!("**{}", canonical(e)),
    }
}

fn operator(op: BinOpKind) -> &'static str {
    match op {
        BinOpKind::Eq => "==",
        BinOpKind::Ne => "!=",
        BinOpKind::Lt => "<",
        BinOpKind::Lte => "<=",
        BinOpKind::Gt => ">",
        BinOpKind::Gte => ">=",
        BinOpKind::ScAnd => "and",
        BinOpKind::ScOr => "or",
        BinOpKind::Add => "+",
        BinOpKind::Sub => "-",
        BinOpKind::Mul => "*",
        BinOpKind::Div => "/",
        BinOpKind::FloorDiv => "//",
        BinOpKind::Rem => "%",
        BinOpKind::Pow => "**",
        BinOpKind::Concat => "~",
        BinOpKind::In => "in",
    }
}
