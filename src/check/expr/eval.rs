//! Evaluation: an expression and its variables to a value. Never fails: what can't be computed is null, what can't be
//! known is unknown.

use std::borrow::Cow;

use super::value::{self, Data, List, Truth, Val};
use super::{Arith, Body, Compare, Const, Each, Expr, Function, Pattern};
use crate::model::fact::Facts;

/// The variables of one evaluation, in the order of the scope that the expression was compiled in.
#[derive(Debug)]
pub struct Env<'a> {
    /// All facts.
    pub facts: &'a Facts,
    /// The variables.
    pub vars: Vec<Val<'a>>,
    /// Whether the result is only shown to people: then an unknown value counts as the text that shows it.
    pub showing: bool,
}

impl<'a> Env<'a> {
    /// The value of `expr`.
    pub fn eval(&mut self, expr: &'a Expr) -> Val<'a> {
        match expr {
            Expr::Const(value) => constant(value),
            Expr::Var(at) => self.vars.get(*at).cloned().unwrap_or_else(Val::null),
            Expr::Attr(of, key) => match &**of {
                // Most fields are those of a variable, which is not copied to be asked.
                Expr::Var(at) => self.vars.get(*at).map_or_else(Val::null, |of| of.key(key, self.facts)),
                of => self.eval(of).key(key, self.facts),
            },
            Expr::Index(of, key) => self.index(of, key),
            Expr::Not(of) => (!self.truth(of)).into(),
            Expr::And(..) | Expr::Or(..) => self.logic(expr),
            Expr::Compare(kind, a, b) => self.compare(*kind, a, b),
            Expr::In(item, list) => self.contains(item, list),
            Expr::Arith(kind, a, b) => self.arith(*kind, a, b),
            Expr::If(test, yes, no) => match self.truth(test) {
                Truth::Yes => self.eval(yes),
                Truth::No => self.eval(no),
                Truth::Unknown(_) if self.showing => self.eval(no),
                Truth::Unknown(why) => Val::new(Data::Unknown(why)),
            },
            Expr::List(items) => Val::list(items.iter().map(|e| self.eval(e)).collect()),
            Expr::Dict(pairs) => Val::new(Data::Dict(pairs.iter().map(|(k, e)| (k.clone(), self.eval(e))).collect())),
            Expr::Call(function, of, args) => self.call(function, of, args),
            Expr::Test(test, of, args) => {
                let (of, args) = (self.eval(of), self.evals(args));
                // Items of lists may be unknown here: the tests that look into lists are three-valued themselves.
                if let Some(why) = of.unknown().or_else(|| args.iter().find_map(Val::unknown)) {
                    return Val::new(Data::Unknown(why));
                }
                (test.run)(&of, &args, self.facts).into()
            }
            Expr::Each(each, list, body) => self.each(*each, list, body.as_deref()),
            Expr::Match(of, pattern) => self.matches(of, pattern),
        }
    }

    fn evals(&mut self, all: &'a [Expr]) -> Vec<Val<'a>> {
        all.iter().map(|e| self.eval(e)).collect()
    }

    fn index(&mut self, of: &'a Expr, key: &'a Expr) -> Val<'a> {
        let (of, key) = (self.eval(of), self.eval(key));
        if let Some(why) = of.unknown().or_else(|| key.unknown()) {
            return Val::new(Data::Unknown(why));
        }
        match (&of.data, &key.data) {
            (Data::List(List { open: Some(why), .. }), _) => Val::new(Data::Unknown(why.clone())),
            (Data::List(list), Data::Int(n)) => {
                let at = if *n < 0 {
                    list.items.len().checked_sub(n.unsigned_abs().try_into().unwrap_or(usize::MAX))
                } else {
                    usize::try_from(*n).ok()
                };
                at.and_then(|at| list.items.get(at)).cloned().unwrap_or_else(Val::null)
            }
            (_, Data::Str(name)) => of.attribute(name, self.facts),
            _ => Val::null(),
        }
    }

    /// `and` gives the first operand that does not hold, `or` the first that does, as in Python; an unknown one counts
    /// only where no other settles it.
    fn logic(&mut self, expr: &'a Expr) -> Val<'a> {
        let (a, b, settles) = match expr {
            Expr::And(a, b) => (a, b, Truth::No),
            Expr::Or(a, b) => (a, b, Truth::Yes),
            other => return self.eval(other),
        };
        let left = self.eval(a);
        let first = left.truth();
        if first == settles {
            return left;
        }
        let right = self.eval(b);
        match (first, right.truth()) {
            (_, second) if second == settles => right,
            (Truth::Unknown(why), _) => Val::new(Data::Unknown(why)),
            _ => right,
        }
    }

    fn contains(&mut self, item: &'a Expr, list: &'a Expr) -> Val<'a> {
        let item = self.eval(item);
        // Most lists are written out in the rule: nothing is made of them.
        if let Expr::List(items) = list
            && let Some(found) = among(&item, items)
        {
            return found.into();
        }
        let list = self.eval(list);
        value::contains(&list, &item, self.facts).into()
    }

    fn compare(&mut self, kind: Compare, a: &'a Expr, b: &'a Expr) -> Val<'a> {
        let (a, b) = (self.eval(a), self.eval(b));
        match kind {
            Compare::Eq => return a.equals(&b, self.facts).into(),
            Compare::Ne => return (!a.equals(&b, self.facts)).into(),
            _ => {}
        }
        if let Some(why) = a.unknown().or_else(|| b.unknown()) {
            return Val::new(Data::Unknown(why));
        }
        Val::new(match kind {
            Compare::Lt => value::less(&a, &b),
            Compare::Gt => value::less(&b, &a),
            Compare::Le => value::at_most(&a, &b),
            _ => value::at_most(&b, &a),
        })
    }

    fn arith(&mut self, kind: Arith, a: &'a Expr, b: &'a Expr) -> Val<'a> {
        let (a, b) = (self.shown(a), self.shown(b));
        if let (Arith::Add, Data::List(one), Data::List(two)) = (kind, &a.data, &b.data) {
            let items = one.items.iter().chain(&two.items).cloned().collect();
            let open = one.open.clone().or_else(|| two.open.clone());
            return Val::new(Data::List(List { items, open }));
        }
        if let Some(why) = touches_unknown(&a).or_else(|| touches_unknown(&b)) {
            return Val::new(Data::Unknown(why));
        }
        match (kind, &a.data, &b.data) {
            (Arith::Concat, ..) | (Arith::Add, Data::Str(_), Data::Str(_)) => {
                Val::new(a.display(self.facts) + &b.display(self.facts))
            }
            (_, Data::Int(a), Data::Int(b)) => Val::new(whole(kind, *a, *b).map_or(Data::Null, Data::Int)),
            _ => match (a.number(), b.number()) {
                (Some(a), Some(b)) => Val::new(Data::Float(float(kind, a, b))),
                _ => Val::null(),
            },
        }
    }

    fn call(&mut self, function: &'static Function, of: &'a Expr, args: &'a [Expr]) -> Val<'a> {
        let of = self.shown(of);
        let args: Vec<_> = args.iter().map(|e| self.shown(e)).collect();
        let mut all = std::iter::once(&of).chain(&args);
        let unknown = if function.lenient {
            // An argument that is only a fallback may stay unknown.
            of.unknown()
        } else {
            all.find_map(touches_unknown)
        };
        match unknown {
            Some(why) => Val::new(Data::Unknown(why)),
            None => (function.run)(&of, &args, self.facts),
        }
    }

    fn each(&mut self, each: Each, list: &'a Expr, body: Option<&'a Body>) -> Val<'a> {
        let of = self.eval(list);
        let list = match of.data {
            Data::List(list) => list,
            Data::Unknown(why) => return Val { data: Data::Unknown(why), ..Val::null() },
            _ => List::default(),
        };
        let mut kept = List { items: Vec::new(), open: list.open.clone() };
        let mut truths = Vec::new();
        for item in list.items {
            let (value, item) = self.with_item(item, body);
            match (each, value.truth()) {
                (Each::Map, _) => kept.items.push(value),
                // One settles it, whatever the others are.
                (Each::Any, Truth::Yes) => return Truth::Yes.into(),
                (Each::All, Truth::No) => return Truth::No.into(),
                (Each::Any | Each::All, truth) => truths.push(truth),
                (Each::Select, Truth::Yes) | (Each::Reject, Truth::No) => kept.items.extend(item),
                (Each::Select | Each::Reject, Truth::Unknown(why)) => kept.open = Some(why),
                (Each::Select, Truth::No) | (Each::Reject, Truth::Yes) => {}
            }
        }
        truths.extend(list.open.map(Truth::Unknown));
        match each {
            Each::Any => Truth::any(truths).into(),
            Each::All => Truth::all(truths).into(),
            Each::Select | Each::Reject | Each::Map => Val { data: Data::List(kept), place: of.place, near: of.near },
        }
    }

    /// The value of `body` with `item` bound, which is given back.
    fn with_item(&mut self, item: Val<'a>, body: Option<&'a Body>) -> (Val<'a>, Option<Val<'a>>) {
        let Some(body) = body else { return (item.clone(), Some(item)) };
        let depth = self.bind(item, body);
        let value = self.eval(&body.expr);
        self.vars.truncate(depth + 2);
        let item = self.vars.pop();
        self.vars.truncate(depth);
        (value, item)
    }

    /// Whether `body` holds with `item` bound.
    pub(super) fn holds_of(&mut self, item: Val<'a>, body: &'a Body) -> Truth<'a> {
        let depth = self.bind(item, body);
        let truth = self.truth(&body.expr);
        self.vars.truncate(depth);
        truth
    }

    /// Binds `item` and the one around it; how many variables there were.
    fn bind(&mut self, item: Val<'a>, body: &Body) -> usize {
        let outer = body.outer.and_then(|at| self.vars.get(at)).cloned().unwrap_or_else(Val::null);
        let depth = self.vars.len().max(body.before);
        self.vars.resize_with(depth, Val::null);
        self.vars.extend([outer, item]);
        depth
    }

    fn matches(&mut self, of: &'a Expr, pattern: &'a Pattern) -> Val<'a> {
        let of = self.eval(of);
        if let Some(why) = of.unknown() {
            return Val::new(Data::Unknown(why));
        }
        let Some(text) = of.str() else { return Val::new(false) };
        Val::new(match pattern {
            Pattern::Fixed(regex) => regex.get().is_some_and(|r| r.is_match(text)),
            Pattern::Dynamic(expr, anchor) => {
                let pattern = self.eval(expr);
                pattern.str().and_then(|p| anchor.regex(p).ok()).is_some_and(|r| r.is_match(text))
            }
        })
    }

    /// The value, as its shown text where it is unknown and only shown.
    fn shown(&mut self, expr: &'a Expr) -> Val<'a> {
        let mut value = self.eval(expr);
        if self.showing {
            show(&mut value, self.facts);
        }
        value
    }
}

fn show<'a>(value: &mut Val<'a>, facts: &'a Facts) {
    match &mut value.data {
        Data::Unknown(_) => value.data = Data::Str(value.display(facts).into()),
        Data::List(list) => {
            list.open = None;
            list.items.iter_mut().for_each(|v| show(v, facts));
        }
        _ => {}
    }
}

fn touches_unknown<'a>(value: &Val<'a>) -> Option<Cow<'a, str>> {
    match &value.data {
        Data::Unknown(why) => Some(why.clone()),
        Data::List(list) => list.open.clone().or_else(|| list.items.iter().find_map(touches_unknown)),
        _ => None,
    }
}

/// Whether `item` is one of the constants that `list` consists of; `None` where it holds other expressions.
fn among<'a>(item: &Val<'a>, list: &'a [Expr]) -> Option<Truth<'a>> {
    let mut found = false;
    for one in list {
        let Expr::Const(one) = one else { return None };
        found |= match (&item.data, one) {
            (Data::Null, Const::Null) => true,
            (Data::Bool(a), Const::Bool(b)) => a == b,
            (Data::Str(a), Const::Str(b)) => a == b,
            (Data::Int(a), Const::Int(b)) => a == b,
            (_, Const::Float(_)) | (Data::Float(_), Const::Int(_)) => return None,
            _ => false,
        };
    }
    match &item.data {
        Data::Unknown(why) if !list.is_empty() => Some(Truth::Unknown(why.clone())),
        _ => Some(found.into()),
    }
}

fn constant(value: &Const) -> Val<'_> {
    Val::new(match value {
        Const::Null => Data::Null,
        Const::Bool(b) => Data::Bool(*b),
        Const::Int(n) => Data::Int(*n),
        Const::Float(n) => Data::Float(*n),
        Const::Str(s) => Data::Str(Cow::Borrowed(s)),
    })
}

fn whole(kind: Arith, a: i64, b: i64) -> Option<i64> {
    match kind {
        Arith::Add => a.checked_add(b),
        Arith::Sub => a.checked_sub(b),
        Arith::Mul => a.checked_mul(b),
        Arith::Div => a.checked_div(b),
        Arith::Rem => a.checked_rem(b),
        Arith::Concat => None,
    }
}

fn float(kind: Arith, a: f64, b: f64) -> f64 {
    match kind {
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => a * b,
        Arith::Div => a / b,
        Arith::Rem | Arith::Concat => a % b,
    }
}
