//! Statements over several templates: blocks, includes, imports; and the calling of macros.

use minijinja::machinery::ast::{self, Expr, Spanned};

use super::functions::Args;
use super::machine::{Frame, Machine, Step};
use super::value::{Data, Value};

impl<'a> Machine<'a> {
    pub(super) fn block(&mut self, own: &'a Spanned<ast::Block<'a>>) -> Step<()> {
        let chain = self.blocks.entry(own.name).or_default();
        let unit = self.unit;
        if !chain.iter().any(|(u, b)| *u == unit && std::ptr::eq(*b, &raw const **own)) {
            chain.push((unit, own));
        }
        self.block_at(own.name, 0)
    }

    /// Runs the definition of block `name` that stands `level` places up its chain.
    pub(super) fn block_at(&mut self, name: &'a str, level: usize) -> Step<()> {
        let Some((unit, block)) = self.blocks.get(name).and_then(|c| c.get(level)).copied() else { return Ok(()) };
        let before = (self.unit, self.block);
        self.unit = unit;
        self.block = Some((name, level));
        self.frames.push(Frame::default());
        let result = self.nested(|m| m.body(&block.body).map(drop));
        self.frames.pop();
        (self.unit, self.block) = before;
        result
    }

    pub(super) fn include(&mut self, s: &'a Spanned<ast::Include<'a>>) -> Step<()> {
        let span = self.span(s.span());
        let name = self.eval(&s.name)?;
        let names = name.items().map_or_else(|| vec![name.clone()], <[Value]>::to_vec);
        let found = names.iter().filter_map(Value::as_str).find_map(|n| self.named(n));
        match found {
            Some(unit) => {
                self.frames.push(Frame::default());
                let result = self.nested(|m| m.template(unit));
                self.frames.pop();
                result
            }
            None if s.ignore_missing && name.is_known() => Ok(()),
            None => {
                self.out.opaque("includes a template that is not in the tree", span);
                Ok(())
            }
        }
    }

    pub(super) fn import(&mut self, expr: &'a Expr<'a>, tag: minijinja::machinery::Span) -> Step<Value> {
        let name = self.eval(expr)?;
        let Some(unit) = name.as_str().and_then(|n| self.named(n)) else { return Ok(Value::unknown()) };
        let written = self.input().get(tag.start_offset as usize..tag.end_offset as usize).unwrap_or("");
        let context = self.context && written.contains("with context") && !written.contains("without context");
        let number = self.modules.len();
        self.modules.push(Frame::default());
        let before = (self.base, self.top, self.context, self.module);
        self.frames.push(Frame::default());
        let top = self.frames.len() - 1;
        (self.base, self.top, self.context, self.module) = (top, top, context, Some(number));
        let result = self.nested(|m| m.capture(|m| m.template(unit)));
        (self.base, self.top, self.context, self.module) = before;
        let frame = self.frames.pop().unwrap_or_default();
        result?;
        self.modules[number] = frame;
        Ok(Value::new(Data::Module(number)))
    }

    pub(super) fn import_names(&mut self, s: &'a Spanned<ast::FromImport<'a>>) -> Step<()> {
        let module = self.import(&s.expr, s.span())?;
        for (name, alias) in &s.names {
            let Expr::Var(wanted) = name else { continue };
            let value = match module.data {
                Data::Module(number) => {
                    let found = self.modules[number].vars.iter().find(|(n, _)| n == wanted.id);
                    found.map_or_else(|| Value::undefined(wanted.id), |(_, v)| v.clone())
                }
                _ => Value::opaque(wanted.id),
            };
            self.bind(alias.as_ref().unwrap_or(name), value);
        }
        Ok(())
    }

    /// Calls macro `number`; its output is the value.
    pub(super) fn call_macro(&mut self, number: usize, args: Args, caller: Option<Value>) -> Step<Value> {
        let closure = &self.macros[number];
        let (unit, decl, module, context) = (closure.unit, closure.decl, closure.module, closure.context);
        let captured = closure.captured.clone();
        let mut frame = captured.unwrap_or_default();
        if let Some(module) = module {
            frame.vars.extend(self.modules[module].vars.iter().cloned());
        }
        let before = (self.unit, self.base, self.context, self.module, self.top);
        self.frames.push(frame);
        self.frames.push(Frame::default());
        let base = self.frames.len() - 2;
        (self.unit, self.base, self.context, self.module) = (unit, base, context, module);
        if module.is_some() {
            self.top = base;
        }
        let result = self.nested(|m| m.capture(|m| m.run_macro(decl, args, caller)));
        (self.unit, self.base, self.context, self.module, self.top) = before;
        self.frames.pop();
        self.frames.pop();
        result.map(Value::str)
    }

    fn run_macro(&mut self, decl: &'a ast::Macro<'a>, mut args: Args, caller: Option<Value>) -> Step<()> {
        let first_default = decl.args.len().saturating_sub(decl.defaults.len());
        let mut positional = std::mem::take(&mut args.positional).into_iter();
        for (i, target) in decl.args.iter().enumerate() {
            let Expr::Var(parameter) = target else { continue };
            let named = args.named.iter().position(|(n, _)| n == parameter.id).map(|at| args.named.remove(at).1);
            let given = positional.next().or(named);
            let value = match (given, i.checked_sub(first_default).and_then(|d| decl.defaults.get(d))) {
                (Some(value), _) => value,
                (None, Some(default)) => self.eval(default)?,
                (None, None) => Value::absent(parameter.id),
            };
            self.assign(parameter.id, value);
        }
        self.assign("varargs", Value::tuple(positional.collect()));
        let rest = args.named.into_iter().map(|(n, v)| (Value::computed(&n, self.here), v)).collect();
        self.assign("kwargs", Value::map(rest));
        if let Some(caller) = caller {
            self.assign("caller", caller);
        }
        self.body(&decl.body).map(drop)
    }

    /// The value of `super()`.
    pub(super) fn parent_block(&mut self) -> Step<Value> {
        let Some((name, level)) = self.block else { return Ok(Value::unknown()) };
        let text = self.capture(|m| m.block_at(name, level + 1))?;
        Ok(Value::str(text))
    }

    /// The value of `self.name()`.
    pub(super) fn own_block(&mut self, name: &str) -> Step<Value> {
        let Some(name) = self.blocks.keys().find(|k| **k == name).copied() else { return Ok(Value::unknown()) };
        let text = self.capture(|m| m.block_at(name, 0))?;
        Ok(Value::str(text))
    }
}
