//! Expressions and conditions.

use minijinja::machinery::ast::{self, BinOpKind, CompareOpKind, Expr, UnaryOpKind};
use minijinja::value::ValueKind;

use super::functions::Args;
use super::machine::{Machine, Step};
use super::value::{Data, Value};
use super::{filters, names, ops, tests};
use crate::text::{Provenance, Text};

impl<'a> Machine<'a> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, expr: &'a Expr<'a>) -> Step<Value> {
        self.step()?;
        match expr {
            Expr::Var(v) => Ok(self.variable(v.id)),
            Expr::Const(c) => Ok(self.constant(&c.value, c.span())),
            Expr::Slice(s) => self.slice(s),
            Expr::UnaryOp(u) => match u.op {
                UnaryOpKind::Not => {
                    let truth = self.condition(&u.expr)?;
                    Ok(truth.map_or_else(Value::unknown, |t| Value::bool(!t)))
                }
                UnaryOpKind::Neg => Ok(ops::negate(&self.eval(&u.expr)?)),
            },
            Expr::BinOp(b) => self.binary(b),
            Expr::Compare(c) => {
                let mut left = self.eval(&c.expr)?;
                let mut all = Some(true);
                for op in &c.ops {
                    let right = self.eval(&op.expr)?;
                    self.charge((left.weight + right.weight) / 8)?;
                    match ops::compare(comparison(op.op), &left, &right) {
                        Some(false) => return Ok(Value::bool(false)),
                        Some(true) => {}
                        None => all = None,
                    }
                    left = right;
                }
                Ok(all.map_or_else(Value::unknown, Value::bool))
            }
            Expr::IfExpr(i) => match self.condition(&i.test_expr)? {
                Some(true) => self.eval(&i.true_expr),
                Some(false) => match &i.false_expr {
                    Some(other) => self.eval(other),
                    None => Ok(Value::str(Text::literal("", self.here))),
                },
                None => {
                    let test = self.eval(&i.test_expr)?;
                    Ok(Value { name: test.name, secret: test.secret, ..Value::unknown() })
                }
            },
            Expr::Filter(f) => {
                let input = match &f.expr {
                    Some(input) => self.eval(input)?,
                    None => Value::unknown(),
                };
                self.filter(f, input)
            }
            Expr::Test(t) => {
                let input = self.eval(&t.expr)?;
                let args = self.args(&t.args)?;
                self.charge(input.weight / 8)?;
                let truth = tests::test(self, t.name, &input, &args);
                Ok(truth.map_or_else(|| Value { name: input.name.clone(), ..Value::unknown() }, Value::bool))
            }
            Expr::GetAttr(a) => {
                let base = self.eval(&a.expr)?;
                Ok(self.attribute(&base, a.name))
            }
            Expr::GetItem(i) => {
                let base = self.eval(&i.expr)?;
                let key = self.eval(&i.subscript_expr)?;
                Ok(self.item_of(&base, &key))
            }
            Expr::Call(c) => self.call(c, None),
            Expr::List(l) => Ok(Value::list(self.all(&l.items)?)),
            Expr::Tuple(l) => Ok(Value::tuple(self.all(&l.items)?)),
            Expr::Map(m) => {
                let keys = self.all(&m.keys)?;
                let values = self.all(&m.values)?;
                let mut entries: Vec<(Value, Value)> = Vec::with_capacity(keys.len());
                for (key, value) in keys.into_iter().zip(values) {
                    // Each key is compared with those before it.
                    self.charge(entries.len() / 16)?;
                    match entries.iter_mut().find(|(k, _)| k.equals(&key) == Some(true)) {
                        Some(slot) => slot.1 = value,
                        None => entries.push((key, value)),
                    }
                }
                Ok(Value::map(entries))
            }
        }
    }

    fn all(&mut self, items: &'a [Expr<'a>]) -> Step<Vec<Value>> {
        items.iter().map(|item| self.eval(item)).collect()
    }

    fn variable(&mut self, name: &str) -> Value {
        let value = self.lookup(name);
        if matches!(value.data, Data::Undefined) && name == "omit" {
            return Value::new(Data::Omit);
        }
        if name == "ansible_managed" && !value.is_seen() {
            // What Ansible says unless its configuration says otherwise; a comment either way.
            return Value { provenance: Provenance::Default, ..Value::computed("Ansible managed", self.here) };
        }
        value
    }

    /// A literal; a string that is written without escapes keeps its place.
    fn constant(&self, value: &minijinja::Value, span: minijinja::machinery::Span) -> Value {
        match value.kind() {
            ValueKind::String => {
                let string = value.as_str().unwrap_or("");
                let (start, end) = (span.start_offset as usize + 1, (span.end_offset as usize).saturating_sub(1));
                if self.text().value().get(start..end) == Some(string) {
                    return Value::str(self.text().slice(start..end));
                }
                Value::computed(string, self.span(span))
            }
            ValueKind::Bool => Value::bool(value.is_true()),
            ValueKind::Number => match i64::try_from(value.clone()) {
                Ok(n) if value.is_integer() => Value::int(n),
                _ => f64::try_from(value.clone()).map_or_else(|_| Value::unknown(), |n| Value::new(Data::Float(n))),
            },
            _ => Value::new(Data::None),
        }
    }

    fn binary(&mut self, b: &'a ast::BinOp<'a>) -> Step<Value> {
        match b.op {
            BinOpKind::ScAnd | BinOpKind::ScOr => {
                let left = self.eval(&b.left)?;
                let truth = match left.truth() {
                    Some(truth) => Some(truth),
                    None => self.condition(&b.left)?,
                };
                let stops = matches!(b.op, BinOpKind::ScOr);
                match truth {
                    Some(t) if t == stops && left.truth().is_some() => Ok(left),
                    Some(t) if t == stops => Ok(left.lost()),
                    Some(_) => self.eval(&b.right),
                    None => {
                        let right = self.eval(&b.right)?;
                        // What settles the answer alone settles it whatever the left side is.
                        let settled = right.truth() == Some(stops);
                        Ok(if settled && matches!(right.data, Data::Bool(_)) { right } else { left.lost() })
                    }
                }
            }
            BinOpKind::Eq
            | BinOpKind::Ne
            | BinOpKind::Lt
            | BinOpKind::Lte
            | BinOpKind::Gt
            | BinOpKind::Gte
            | BinOpKind::In => {
                let left = self.eval(&b.left)?;
                let right = self.eval(&b.right)?;
                let name = left.name.clone().or_else(|| right.name.clone());
                self.charge((left.weight + right.weight) / 8)?;
                let truth = ops::compare(b.op, &left, &right);
                Ok(truth.map_or_else(|| Value { name, ..Value::unknown() }, Value::bool))
            }
            op => {
                let left = self.eval(&b.left)?;
                let right = self.eval(&b.right)?;
                ops::arithmetic(self, op, &left, &right)
            }
        }
    }

    /// Whether a condition holds; unknown parts of it are decided one by one, where this variant decides them.
    pub(super) fn condition(&mut self, expr: &'a Expr<'a>) -> Step<Option<bool>> {
        self.step()?;
        match expr {
            Expr::UnaryOp(u) if matches!(u.op, UnaryOpKind::Not) => Ok(self.condition(&u.expr)?.map(|t| !t)),
            Expr::BinOp(b) if matches!(b.op, BinOpKind::ScAnd | BinOpKind::ScOr) => {
                let stops = matches!(b.op, BinOpKind::ScOr);
                let left = self.condition(&b.left)?;
                if left == Some(stops) {
                    return Ok(left);
                }
                let right = self.condition(&b.right)?;
                Ok(if right == Some(stops) || left.is_some() { right } else { None })
            }
            Expr::BinOp(b) if matches!(b.op, BinOpKind::Eq | BinOpKind::Ne) => {
                let value = self.eval(expr)?;
                if let Some(truth) = value.truth() {
                    return Ok(Some(truth));
                }
                let (left, right) = (names::canonical(&b.left), names::canonical(&b.right));
                let equal = if matches!(b.right, Expr::Const(_)) {
                    self.decisions.decide_equal(&left, &right)
                } else {
                    self.decisions.decide(&format!("{left} == {right}"))
                };
                Ok(equal.map(|t| t == matches!(b.op, BinOpKind::Eq)))
            }
            Expr::Filter(f) if matches!(f.name, "bool" | "ansible.builtin.bool") => {
                let value = self.eval(expr)?;
                match (value.truth(), &f.expr) {
                    (Some(truth), _) => Ok(Some(truth)),
                    (None, Some(inner)) => self.condition(inner),
                    (None, None) => Ok(None),
                }
            }
            _ => {
                let value = self.eval(expr)?;
                match value.truth() {
                    Some(truth) => Ok(Some(truth)),
                    None => Ok(self.decisions.decide(&names::canonical(expr))),
                }
            }
        }
    }

    fn slice(&mut self, s: &'a ast::Slice<'a>) -> Step<Value> {
        let base = self.eval(&s.expr)?;
        let mut bounds = [None, None, None];
        for (bound, expr) in bounds.iter_mut().zip([&s.start, &s.stop, &s.step]) {
            if let Some(expr) = expr {
                let value = self.eval(expr)?;
                match (&value.data, value.integer()) {
                    (_, Some(n)) => *bound = Some(n),
                    (Data::None, _) => {}
                    _ => return Ok(base.lost()),
                }
            }
        }
        self.charge(base.items().map_or(0, <[Value]>::len))?;
        Ok(ops::slice(&base, bounds[0], bounds[1], bounds[2].unwrap_or(1)))
    }

    /// Evaluates arguments; splats are spread.
    pub(super) fn args(&mut self, args: &'a [ast::CallArg<'a>]) -> Step<Args> {
        let mut out = Args::default();
        for arg in args {
            match arg {
                ast::CallArg::Pos(e) => out.positional.push(self.eval(e)?),
                ast::CallArg::Kwarg(name, e) => {
                    let value = self.eval(e)?;
                    out.named.push(((*name).to_owned(), value));
                }
                ast::CallArg::PosSplat(e) => {
                    let value = self.eval(e)?;
                    match value.items() {
                        Some(items) => out.positional.extend(items.iter().cloned()),
                        None => out.lost = true,
                    }
                }
                ast::CallArg::KwargSplat(e) => {
                    let value = self.eval(e)?;
                    match value.entries() {
                        Some(entries) => {
                            let named = entries.iter().filter_map(|(k, v)| Some((k.as_str()?.to_owned(), v.clone())));
                            out.named.extend(named);
                        }
                        None => out.lost = true,
                    }
                }
            }
        }
        Ok(out)
    }

    fn filter(&mut self, f: &'a ast::Filter<'a>, input: Value) -> Step<Value> {
        let args = self.args(&f.args)?;
        let secret = input.secret;
        let mut value = filters::filter(self, f.name, input, &args)?;
        value.secret |= secret;
        Ok(value)
    }

    /// Applies the filters of a filter block to what its body printed.
    pub(super) fn filter_chain(&mut self, chain: &'a Expr<'a>, input: Value) -> Step<Value> {
        let Expr::Filter(f) = chain else { return Ok(input.lost()) };
        let input = match &f.expr {
            Some(inner) => self.filter_chain(inner, input)?,
            None => input,
        };
        self.filter(f, input)
    }

    /// `base.name`.
    pub(super) fn attribute(&mut self, base: &Value, name: &str) -> Value {
        match &base.data {
            Data::Loop(number) => self.loop_attribute(*number, name),
            Data::Namespace(number) => {
                let found = self.namespaces[*number].iter().find(|(n, _)| n == name);
                found.map_or_else(|| Value::undefined(name), |(_, v)| v.clone())
            }
            Data::Module(number) => {
                let found = self.modules[*number].vars.iter().find(|(n, _)| n == name);
                found.map_or_else(|| Value::undefined(name), |(_, v)| v.clone())
            }
            Data::Map(entries) => match base.get(name) {
                Some(value) => value.clone(),
                None if entries.iter().all(|(k, _)| k.is_known()) => Value::absent(name),
                None => Self::member(base, name, false),
            },
            Data::Undefined => Self::member(base, name, true),
            Data::Unknown => Self::member(base, name, false),
            _ => Value::undefined(name),
        }
    }

    /// The member of something that does not have it, or where we can't tell.
    fn member(base: &Value, name: &str, missing: bool) -> Value {
        let path = base.name.as_ref().map_or_else(|| name.to_owned(), |b| format!("{b}.{name}"));
        let value = if missing { Value::undefined(&path) } else { Value::opaque(&path) };
        Value { secret: base.secret, ..value }
    }

    /// `base[key]`.
    pub(super) fn item_of(&mut self, base: &Value, key: &Value) -> Value {
        match (&base.data, &key.data) {
            (Data::Map(entries), _) if key.is_seen() => {
                let found = entries.iter().rev().find(|(k, _)| k.equals(key) == Some(true));
                match (found, key.as_str()) {
                    (Some((_, value)), _) => value.clone(),
                    (None, Some(name)) => self.attribute(base, name),
                    (None, None) if key.is_known() => Value::absent(""),
                    (None, None) => base.lost(),
                }
            }
            (Data::List(items) | Data::Tuple(items), _) if key.integer().is_some() => {
                let index = ops::index(key.integer().unwrap_or(0), items.len());
                index.and_then(|i| items.get(i)).cloned().unwrap_or_else(undefined)
            }
            (Data::Str(text), _) if key.integer().is_some() && text.is_known() => {
                let all = super::methods::characters(text);
                let index = ops::index(key.integer().unwrap_or(0), all.len());
                index.and_then(|i| all.get(i)).cloned().unwrap_or_else(undefined)
            }
            (_, Data::Str(name)) if name.is_known() => self.attribute(base, name.value()),
            (Data::Undefined, _) => base.clone(),
            _ => Value { provenance: Provenance::Dynamic, ..base.lost() },
        }
    }

    fn loop_attribute(&mut self, number: usize, name: &str) -> Value {
        let state = &self.loops[number];
        let (index, count) = (state.index, state.items.len());
        let int = |n: usize| Value::int(i64::try_from(n).unwrap_or(i64::MAX));
        match name {
            "first" => Value::bool(index == 0),
            "last" => Value::bool(index + 1 == count),
            "depth" => int(state.depth + 1),
            "depth0" => int(state.depth),
            _ if state.unknown => Value::opaque(&format!("loop.{name}")),
            "index" => int(index + 1),
            "index0" => int(index),
            "revindex" => int(count - index),
            "revindex0" => int(count - index - 1),
            "length" => int(count),
            "previtem" => index.checked_sub(1).and_then(|i| state.items.get(i)).cloned().unwrap_or_else(undefined),
            "nextitem" => state.items.get(index + 1).cloned().unwrap_or_else(undefined),
            _ => Value::undefined(name),
        }
    }
}

fn undefined() -> Value {
    Value::absent("")
}

fn comparison(op: CompareOpKind) -> BinOpKind {
    match op {
        CompareOpKind::Eq => BinOpKind::Eq,
        CompareOpKind::Ne => BinOpKind::Ne,
        CompareOpKind::Lt => BinOpKind::Lt,
        CompareOpKind::Lte => BinOpKind::Lte,
        CompareOpKind::Gt => BinOpKind::Gt,
        CompareOpKind::Gte => BinOpKind::Gte,
        CompareOpKind::In => BinOpKind::In,
        // The chain's only operator without a twin; a chain with it is too rare to follow.
        CompareOpKind::NotIn => BinOpKind::ScAnd,
    }
}
