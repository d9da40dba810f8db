//! Whether a condition holds, without a value of each of its parts: most ask for one field of a fact, or compare it with what
//! the rule says. Everything else is `eval`'s, which gives the same answers.

use std::borrow::Cow;

use super::value::{Data, Truth, Val};
use super::{Body, Compare, Const, Each, Env, Expr};
use crate::model::fact::{FactId, Field, Value};

impl<'a> Env<'a> {
    /// Whether `expr` holds.
    pub fn truth(&mut self, expr: &'a Expr) -> Truth<'a> {
        match expr {
            Expr::Attr(..) => {
                if let Some(value) = self.field(expr) {
                    return holds(value);
                }
            }
            Expr::Not(of) => return !self.truth(of),
            Expr::And(a, b) => return self.both(a, b, &Truth::No),
            Expr::Or(a, b) => return self.both(a, b, &Truth::Yes),
            Expr::Compare(kind @ (Compare::Eq | Compare::Ne), a, b) => {
                if let Some(equal) = self.equal(a, b).or_else(|| self.equal(b, a)) {
                    return if *kind == Compare::Eq { equal } else { !equal };
                }
            }
            Expr::In(item, list) => {
                if let Some(found) = self.among(item, list).or_else(|| self.held(item, list)) {
                    return found;
                }
            }
            Expr::Each(each @ (Each::Any | Each::All), list, body) => match self.field(list) {
                None | Some(Value::Unknown(_)) => {}
                Some(Value::List(items)) => return self.of_items(*each, items, body.as_deref()),
                Some(_) => return self.of_items(*each, &[], None),
            },
            Expr::Test(test, of, _) => match (test.name, self.field(of)) {
                ("none", Some(value)) => return is_null(value),
                ("defined", Some(value)) => return !is_null(value),
                _ => {}
            },
            _ => {}
        }
        self.eval(expr).truth()
    }

    /// The truth of `a and b` or of `a or b`, either of which is settled by `settles`.
    fn both(&mut self, a: &'a Expr, b: &'a Expr, settles: &Truth<'a>) -> Truth<'a> {
        let first = self.truth(a);
        if first == *settles {
            return first;
        }
        let second = self.truth(b);
        match first {
            Truth::Unknown(_) if second != *settles => first,
            _ => second,
        }
    }

    /// The value of the field that `expr` names, where it is one of a fact.
    fn field(&self, expr: &'a Expr) -> Option<&'a Value> {
        let Expr::Attr(of, key) = expr else { return None };
        let fact = self.facts.get(self.fact(of)?);
        let field = match key.slot {
            Some((subject, slot)) if subject == fact.subject => fact.at(slot),
            _ => fact.field(&key.name),
        };
        Some(field.map_or(&Value::Null, |field| &field.value))
    }

    /// The fact that `expr` is.
    fn fact(&self, expr: &'a Expr) -> Option<FactId> {
        match expr {
            Expr::Var(at) => match self.vars.get(*at)?.data {
                Data::Fact(id) => Some(id),
                _ => None,
            },
            Expr::Attr(..) => match self.field(expr)? {
                Value::Fact(id) => Some(*id),
                _ => None,
            },
            _ => None,
        }
    }

    /// Whether the field `of` is the constant `other`.
    fn equal(&self, of: &'a Expr, other: &'a Expr) -> Option<Truth<'a>> {
        let Expr::Const(other) = other else { return None };
        is(self.field(of)?, other)
    }

    /// Whether the field `item` is one of the constants that `list` consists of.
    fn among(&self, item: &'a Expr, list: &'a Expr) -> Option<Truth<'a>> {
        let Expr::List(list) = list else { return None };
        let field = self.field(item)?;
        let mut found = Truth::No;
        for one in list {
            let Expr::Const(one) = one else { return None };
            match is(field, one)? {
                Truth::No => {}
                other => found = other,
            }
        }
        Some(found)
    }

    /// Whether `body` holds for any or for all of the items of a field.
    fn of_items(&mut self, each: Each, items: &'a [Field], body: Option<&'a Body>) -> Truth<'a> {
        let (settles, mut truth) = if each == Each::Any { (Truth::Yes, Truth::No) } else { (Truth::No, Truth::Yes) };
        for item in items {
            let holds = match body {
                None => holds(&item.value),
                Some(body) => self.holds_of(Val::field(item, self.facts, None), body),
            };
            match holds {
                // One settles it, whatever the others are.
                one if one == settles => return one,
                open @ Truth::Unknown(_) if !matches!(truth, Truth::Unknown(_)) => truth = open,
                _ => {}
            }
        }
        truth
    }

    /// Whether the constant `item` is in the list that is the field `list`.
    fn held(&self, item: &'a Expr, list: &'a Expr) -> Option<Truth<'a>> {
        let Expr::Const(item) = item else { return None };
        match self.field(list)? {
            Value::Null => Some(Truth::No),
            Value::List(items) => {
                let mut found = Truth::No;
                for field in items {
                    match is(&field.value, item)? {
                        Truth::Yes => return Some(Truth::Yes),
                        open @ Truth::Unknown(_) if found == Truth::No => found = open,
                        _ => {}
                    }
                }
                Some(found)
            }
            _ => None,
        }
    }
}

/// Whether a field is absent.
fn is_null(value: &Value) -> Truth<'_> {
    match value {
        Value::Null => Truth::Yes,
        Value::Unknown(why) => Truth::Unknown(Cow::Borrowed(why)),
        _ => Truth::No,
    }
}

/// Whether a field's value counts as true, see [`Val::truth`](super::value::Val::truth).
fn holds(value: &Value) -> Truth<'_> {
    Truth::from(match value {
        Value::Null => false,
        Value::Bool(b) => *b,
        Value::Int(n) => *n != 0,
        Value::Float(n) => *n != 0.0,
        Value::Str(s) => !s.is_empty(),
        Value::List(items) => !items.is_empty(),
        Value::Map(map) => !map.is_empty(),
        Value::Fact(_) => true,
        Value::Unknown(why) => return Truth::Unknown(Cow::Borrowed(why)),
    })
}

/// Whether a field has a constant's value; `None` where that is not as easy to say.
fn is<'a>(value: &'a Value, other: &Const) -> Option<Truth<'a>> {
    let equal = match (value, other) {
        (Value::Unknown(why), _) => return Some(Truth::Unknown(Cow::Borrowed(why))),
        (_, Const::Float(_)) | (Value::Float(_), Const::Int(_)) => return None,
        (Value::Null, Const::Null) => true,
        (Value::Bool(a), Const::Bool(b)) => a == b,
        (Value::Str(a), Const::Str(b)) => a == b,
        (Value::Int(a), Const::Int(b)) => a == b,
        _ => false,
    };
    Some(Truth::from(equal))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::expr::{Scope, Type, expression};
    use crate::model::fact::{Fact, Facts};
    use crate::model::subject::Subject;
    use crate::source::{Source, Sources, Span};

    #[test]
    fn what_is_asked_directly_is_what_its_value_says() {
        let span = Span::new(Sources::default().add(Source::new("a", None, "")), 0, 0);
        let unknown = || Field::derived(Value::Unknown("${X}".to_owned()));
        let mut facts = Facts::default();
        let service = Fact::new(Subject::Service, span.into())
            .with("name", "a")
            .with("roles", vec![Field::derived("datastore"), unknown()])
            .with("image", unknown());
        let service = facts.add(service);
        let port = Fact::new(Subject::Port, span.into()).with("service", service).with("host_ip", "127.0.0.1");
        let port = facts.add(port);
        let parts = [
            "port.service.image",
            "port.service.name",
            "port.service.roles",
            "port.service.command",
            "port.host_ip",
            "port.target",
        ];
        let questions = [
            "{}",
            "not {}",
            "{} is none",
            "{} is defined",
            "{} == 'a'",
            "'a' == {}",
            "{} != 'a'",
            "{} in ['a', 'b']",
            "{} not in ['127.0.0.1']",
            "{} and port.service.name == 'a'",
            "{} or port.service.name == 'b'",
            "'datastore' in port.service.roles and {}",
            "'proxy' in port.service.roles or {}",
            "port.service.roles | any(item == {})",
            "port.service.roles | all(item != {})",
            "port.service.roles | any",
            "port.service.ports | all(item == {})",
        ];
        let mut told = std::collections::HashSet::new();
        let mut scope = Scope::new(vec![("port".into(), Type::Any)]);
        for source in parts.iter().flat_map(|part| questions.map(|question| question.replace("{}", part))) {
            let expr = expression(&source, &mut scope).expect(&source).0;
            let mut env = Env { facts: &facts, vars: vec![Val::fact(port, &facts)], showing: false };
            let whole = env.eval(&expr).truth();
            assert_eq!(env.truth(&expr), whole, "{source}");
            told.insert(format!("{whole:?}"));
        }
        assert_eq!(told.len(), 3, "yes, no and unknown are all among them: {told:?}");
    }
}
