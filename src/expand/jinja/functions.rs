//! Calls: macros, global functions, lookups.

use minijinja::machinery::ast::{self, Expr};

use super::machine::{Machine, Step};
use super::value::{Data, Value};
use super::{MAX_LIST, methods};

/// Evaluated arguments.
#[derive(Debug, Default)]
pub(super) struct Args {
    pub positional: Vec<Value>,
    pub named: Vec<(String, Value)>,
    /// Whether some arguments could not be seen (`*unknown`).
    pub lost: bool,
}

impl Args {
    /// The argument at `index`, or the one called `name`.
    pub(super) fn get(&self, index: usize, name: &str) -> Option<&Value> {
        self.positional.get(index).or_else(|| self.key(name))
    }

    /// The argument called `name`.
    pub(super) fn key(&self, name: &str) -> Option<&Value> {
        self.named.iter().find(|(n, _)| n == name).map(|(_, v)| v)
    }

    /// Whether all arguments are seen.
    pub(super) fn seen(&self) -> bool {
        !self.lost && self.positional.iter().chain(self.named.iter().map(|(_, v)| v)).all(Value::is_seen)
    }
}

impl<'a> Machine<'a> {
    /// A call; `caller` is the body of a call block.
    pub(super) fn call(&mut self, c: &'a ast::Call<'a>, caller: Option<Value>) -> Step<Value> {
        let args = self.args(&c.args)?;
        match &c.expr {
            Expr::Var(v) => {
                let found = self.lookup(v.id);
                match found.data {
                    Data::Macro(number) => self.call_macro(number, args, caller),
                    Data::Loop(number) => self.recurse(number, &args),
                    _ => self.function(v.id, &args),
                }
            }
            Expr::GetAttr(a) => {
                if matches!(&a.expr, Expr::Var(v) if v.id == "self") {
                    return self.own_block(a.name);
                }
                let base = self.eval(&a.expr)?;
                match &base.data {
                    Data::Module(_) | Data::Map(_) | Data::Namespace(_) => {
                        if let Data::Macro(number) = self.attribute(&base, a.name).data {
                            return self.call_macro(number, args, caller);
                        }
                    }
                    Data::Loop(number) => return Ok(self.loop_method(*number, a.name, args)),
                    _ => {}
                }
                let before = base.clone();
                let (value, changed) = methods::method(self, base, a.name, &args)?;
                if let Some(changed) = changed {
                    self.replace(&a.expr, &before, changed);
                }
                Ok(value)
            }
            other => {
                let found = self.eval(other)?;
                match found.data {
                    Data::Macro(number) => self.call_macro(number, args, caller),
                    _ => Ok(found.lost()),
                }
            }
        }
    }

    /// Puts back what a method changed in place (`list.append`).
    fn replace(&mut self, target: &'a Expr<'a>, _before: &Value, changed: Value) {
        match target {
            Expr::Var(v) => {
                let base = self.base;
                let top = self.top;
                let inner = (base..self.frames.len()).rev().chain(std::iter::once(top));
                for at in inner {
                    let Some(frame) = self.frames.get_mut(at) else { continue };
                    if let Some(slot) = frame.vars.iter_mut().rev().find(|(n, _)| n == v.id) {
                        slot.1 = changed;
                        return;
                    }
                }
            }
            Expr::GetAttr(a) => {
                let Expr::Var(v) = &a.expr else { return };
                let owner = self.lookup(v.id);
                let Data::Namespace(number) = owner.data else { return };
                if let Some(slot) = self.namespaces[number].iter_mut().find(|(n, _)| n == a.name) {
                    slot.1 = changed;
                }
            }
            _ => {}
        }
    }

    fn recurse(&mut self, number: usize, args: &Args) -> Step<Value> {
        let state = &self.loops[number];
        let (Some(body), Some(items)) = (state.recursive, args.positional.first()) else { return Ok(Value::unknown()) };
        let depth = state.depth + 1;
        let text = self.nested(|m| m.capture(|m| m.for_loop(body, items, depth)))?;
        Ok(Value::str(text))
    }

    fn loop_method(&mut self, number: usize, name: &str, args: Args) -> Value {
        let state = &mut self.loops[number];
        match name {
            "cycle" if !args.positional.is_empty() => {
                if state.unknown && args.positional.len() > 1 {
                    return Value::unknown();
                }
                let at = state.index % args.positional.len();
                args.positional.into_iter().nth(at).unwrap_or_else(Value::unknown)
            }
            "changed" => {
                let before = state.changed.replace(args.positional.clone());
                let Some(before) = before else { return Value::bool(true) };
                let same = Value::list(before).equals(&Value::list(args.positional));
                same.map_or_else(Value::unknown, |s| Value::bool(!s))
            }
            _ => Value::unknown(),
        }
    }

    fn function(&mut self, name: &str, args: &Args) -> Step<Value> {
        match name {
            "range" => self.range(args),
            "dict" => {
                let named = args.named.iter().map(|(n, v)| (Value::computed(n, self.here), v.clone()));
                let first = args.positional.first().and_then(Value::entries).unwrap_or(&[]);
                Ok(Value::map(first.iter().cloned().chain(named).collect()))
            }
            "namespace" => {
                let first = args.positional.first().and_then(Value::entries).unwrap_or(&[]);
                let given = first.iter().filter_map(|(k, v)| Some((k.as_str()?.to_owned(), v.clone())));
                self.namespaces.push(given.chain(args.named.iter().cloned()).collect());
                Ok(Value::new(Data::Namespace(self.namespaces.len() - 1)))
            }
            "lookup" | "query" | "q" => Ok(self.lookup_plugin(name != "lookup", args)),
            "super" => self.parent_block(),
            "caller" => Ok(Value::undefined("caller")),
            _ => Ok(Value { name: None, ..Value::unknown() }),
        }
    }

    fn range(&mut self, args: &Args) -> Step<Value> {
        let mut bounds = Vec::new();
        for value in &args.positional {
            match value.integer() {
                Some(n) => bounds.push(n),
                None => return Ok(value.lost()),
            }
        }
        let (start, end, by) = match *bounds.as_slice() {
            [end] => (0, end, 1),
            [start, end] => (start, end, 1),
            [start, end, by] if by != 0 => (start, end, by),
            _ => return Ok(Value::unknown()),
        };
        let mut items = Vec::new();
        let mut at = start;
        while if by > 0 { at < end } else { at > end } {
            if items.len() >= MAX_LIST {
                return Err(self.fail("it makes too long a list"));
            }
            items.push(Value::int(at));
            at = at.saturating_add(by);
        }
        self.charge(items.len())?;
        Ok(Value::list(items))
    }

    /// The lookups whose answer can be in the files; all others are made on the controller, at run time.
    fn lookup_plugin(&mut self, list: bool, args: &Args) -> Value {
        let plugin = args.positional.first().and_then(Value::as_str).unwrap_or("").to_owned();
        let plugin = plugin.strip_prefix("ansible.builtin.").unwrap_or(&plugin).to_owned();
        let [_, term] = args.positional.as_slice() else { return Value::unknown() };
        let Some(term) = term.as_str().map(str::to_owned) else { return Value::unknown() };
        let default = args.key("default").cloned();
        let value = match plugin.as_str() {
            "vars" => {
                let value = self.lookup(&term);
                if matches!(value.data, Data::Undefined) { default.unwrap_or(value) } else { value }
            }
            "env" => match self.env.environment(&term, self.here) {
                Some(value) => value,
                None => Value::opaque(&term),
            },
            "file" => match self.env.file(&term, self.here) {
                // Ansible's lookup takes the white space off the end.
                Some(text) => {
                    let end = text.value().trim_end().len();
                    Value::str(text.slice(0..end))
                }
                None => Value::unknown(),
            },
            _ => Value::unknown(),
        };
        if list && value.is_seen() { Value::list(vec![value]) } else { value }
    }
}
