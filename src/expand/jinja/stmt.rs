//! Statements.

use minijinja::machinery::ast::{self, Expr, Spanned, Stmt};

use super::machine::{Closure, Frame, LoopState, Machine, Step};
use super::names;
use super::value::{Data, Value};
use super::{MAX_DEPTH, MAX_LIST, Switch};
use crate::source::Span;
use crate::text::{Provenance, Syntax, Text, Variable};

/// The most switches of one template that are followed.
const MAX_SWITCHES: usize = 6;

/// What comes after a statement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl<'a> Machine<'a> {
    /// Runs a whole template, with the one that it extends.
    pub(super) fn template(&mut self, unit: usize) -> Step<()> {
        let units = self.units;
        let Some(Stmt::Template(template)) = units.get(unit).map(|u| &u.root) else { return Ok(()) };
        let before = std::mem::replace(&mut self.unit, unit);
        let extends = template.children.iter().find_map(|s| if let Stmt::Extends(e) = s { Some(e) } else { None });
        let Some(extends) = extends else {
            self.body(&template.children)?;
            self.unit = before;
            return Ok(());
        };
        self.blocks_of(unit, &template.children);
        // What stands outside blocks only runs for its assignments.
        self.capture(|m| m.body(&template.children).map(drop))?;
        let name = self.eval(&extends.name)?;
        let parent = name.as_str().and_then(|n| self.named(n));
        self.nested(|m| {
            if let Some(parent) = parent {
                return m.template(parent);
            }
            let span = m.span(extends.span());
            m.out.opaque("extends a template that is not in the tree", span);
            Ok(())
        })?;
        self.unit = before;
        Ok(())
    }

    fn blocks_of(&mut self, unit: usize, body: &'a [Stmt<'a>]) {
        for stmt in body {
            match stmt {
                Stmt::Block(block) => {
                    self.blocks.entry(block.name).or_default().push((unit, block));
                    self.blocks_of(unit, &block.body);
                }
                Stmt::IfCond(s) => {
                    self.blocks_of(unit, &s.true_body);
                    self.blocks_of(unit, &s.false_body);
                }
                _ => {}
            }
        }
    }

    pub(super) fn named(&self, name: &str) -> Option<usize> {
        self.units.iter().position(|u| !u.source.name.is_empty() && u.source.name == name)
    }

    /// Runs something one level deeper.
    pub(super) fn nested<T>(&mut self, run: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fail("its templates, macros or loops nest too deep"));
        }
        self.depth += 1;
        let result = run(self);
        self.depth -= 1;
        result
    }

    pub(super) fn body(&mut self, body: &'a [Stmt<'a>]) -> Step<Flow> {
        for stmt in body {
            let flow = self.stmt(stmt)?;
            if flow != Flow::Next {
                return Ok(flow);
            }
        }
        Ok(Flow::Next)
    }

    /// Runs `body` in a scope of its own.
    fn scoped(&mut self, body: &'a [Stmt<'a>]) -> Step<Flow> {
        self.frames.push(Frame::default());
        let flow = self.body(body);
        self.frames.pop();
        flow
    }

    fn stmt(&mut self, stmt: &'a Stmt<'a>) -> Step<Flow> {
        self.step()?;
        match stmt {
            Stmt::Template(t) => return self.body(&t.children),
            Stmt::EmitRaw(raw) => self.raw(raw.raw),
            Stmt::EmitExpr(emit) => drop(self.emit(emit)?),
            Stmt::ForLoop(s) => {
                let span = self.span(s.iter.span());
                let outer = std::mem::replace(&mut self.here, span);
                let items = self.eval(&s.iter)?;
                self.for_loop(s, &items, 0)?;
                self.here = outer;
            }
            Stmt::IfCond(s) => return self.if_cond(s),
            Stmt::WithBlock(s) => {
                self.frames.push(Frame::default());
                for (target, expr) in &s.assignments {
                    let value = self.eval(expr)?;
                    self.bind(target, value);
                }
                let flow = self.body(&s.body);
                self.frames.pop();
                return flow;
            }
            Stmt::Set(s) => {
                self.here = self.span(s.span());
                let value = self.eval(&s.expr)?;
                self.bind(&s.target, value);
            }
            Stmt::SetBlock(s) => {
                let text = self.capture(|m| m.scoped(&s.body).map(drop))?;
                let mut value = Value::str(text);
                if let Some(filter) = &s.filter {
                    value = self.filter_chain(filter, value)?;
                }
                self.bind(&s.target, value);
            }
            Stmt::AutoEscape(s) => return self.body(&s.body),
            Stmt::FilterBlock(s) => {
                let text = self.capture(|m| m.scoped(&s.body).map(drop))?;
                self.here = self.span(s.span());
                let value = self.filter_chain(&s.filter, Value::str(text))?;
                let text = value.print(self.here);
                self.out.text(&text);
            }
            Stmt::Block(s) => self.block(s)?,
            Stmt::Import(s) => {
                let module = self.import(&s.expr, s.span())?;
                self.bind(&s.name, module);
            }
            Stmt::FromImport(s) => self.import_names(s)?,
            Stmt::Extends(_) => {}
            Stmt::Include(s) => self.include(s)?,
            Stmt::Macro(s) => {
                let number = self.closure(s, None);
                self.assign(s.name, Value::new(Data::Macro(number)));
            }
            Stmt::CallBlock(s) => {
                self.here = self.span(s.span());
                let captured = self.visible();
                let caller = Value::new(Data::Macro(self.closure(&s.macro_decl, Some(captured))));
                let value = self.call(&s.call, Some(caller))?;
                let text = value.print(self.here);
                self.out.text(&text);
            }
            Stmt::Continue(_) => return Ok(Flow::Continue),
            Stmt::Break(_) => return Ok(Flow::Break),
            Stmt::Do(s) => drop(self.call(&s.call, None)?),
        }
        Ok(Flow::Next)
    }

    fn closure(&mut self, decl: &'a ast::Macro<'a>, captured: Option<Frame>) -> usize {
        let (unit, module, context) = (self.unit, self.module, self.context);
        self.macros.push(Closure { unit, decl, module, captured, context });
        self.macros.len() - 1
    }

    /// All variables that can be seen now, for a call block's body.
    fn visible(&self) -> Frame {
        let frames = self.frames.get(self.base..).unwrap_or(&[]);
        Frame { vars: frames.iter().flat_map(|f| f.vars.iter().cloned()).collect() }
    }

    /// Prints the template's own characters. Jinja makes every line break a newline.
    pub(super) fn raw(&mut self, raw: &'a str) {
        let (text, input) = (self.text(), self.input());
        let start = (raw.as_ptr() as usize).saturating_sub(input.as_ptr() as usize);
        let end = (start + raw.len()).min(input.len());
        let units = self.units;
        let start = units[self.unit].source.syntax.raw_start(input, start.min(end));
        let mut from = start;
        while let Some(at) = input[from..end].find('\r').map(|at| from + at) {
            self.out.text(&text.slice(from..at));
            if !input[at..].starts_with("\r\n") {
                self.out.derived("\n", text.span_at(at..at + 1));
            }
            from = at + 1;
        }
        self.out.text(&text.slice(from..end));
    }

    /// Prints an expression.
    pub(super) fn emit(&mut self, emit: &'a Spanned<ast::EmitExpr<'a>>) -> Step<Value> {
        let units = self.units;
        let close = &units[self.unit].source.syntax.variable.1;
        let (start, end) = (emit.span().start_offset as usize, emit.span().end_offset as usize);
        let end = self.input().get(end..).and_then(|r| r.find(close.as_str())).map_or(end, |at| end + at + close.len());
        let span = self.text().span_at(start..end);
        let outer = std::mem::replace(&mut self.here, span);
        let value = self.eval(&emit.expr)?;
        self.charge(value.weight)?;
        self.here = outer;
        // Ansible prints nothing for `None`.
        let printed = if matches!(value.data, Data::None) { Text::literal("", span) } else { value.print(span) };
        let names = names::names(&emit.expr);
        let Some(name) = names.first().cloned() else {
            if value.is_seen() {
                self.out.text(&printed);
            } else {
                value.print_unknown(span, &mut self.out);
            }
            return Ok(value);
        };
        let shown = value.is_seen() && !matches!(value.data, Data::Omit | Data::Macro(_) | Data::Namespace(_));
        let provenance = value.provenance;
        let variable = Variable {
            name,
            names,
            syntax: Syntax::Jinja,
            value: shown.then_some(printed),
            provenance,
            secret: value.secret,
        };
        self.out.variable(variable, span);
        Ok(value)
    }

    fn if_cond(&mut self, s: &'a Spanned<ast::IfCond<'a>>) -> Step<Flow> {
        let span = self.span(s.expr.span());
        let outer = std::mem::replace(&mut self.here, span);
        let truth = self.condition(&s.expr)?;
        self.here = outer;
        match truth {
            Some(true) => self.body(&s.true_body),
            Some(false) => {
                self.switched_off(s);
                self.body(&s.false_body)
            }
            None => {
                let span = self.span(s.span());
                self.out.opaque("depends on a condition that is not known before the deployment", span);
                self.forget(&s.true_body);
                self.forget(&s.false_body);
                Ok(Flow::Next)
            }
        }
    }

    /// Notes a condition that asks for one variable, which a default turns off.
    fn switched_off(&mut self, s: &'a Spanned<ast::IfCond<'a>>) {
        let Some(name) = names::switch(&s.expr) else { return };
        let seen = self.switches.len() >= MAX_SWITCHES || self.switches.iter().any(|s| s.name == name);
        if seen || self.unit > 0 || !self.context || !self.env.off_by_default(name) {
            return;
        }
        let whole = self.span(s.span());
        let at = Span { end: self.span(s.expr.span()).end, ..whole };
        // Only what is there under no other condition is the switch's own.
        let body = if s.false_body.is_empty() { Span { start: at.end, ..whole } } else { at };
        self.switches.push(Switch { name: name.to_owned(), at, body });
    }

    /// Makes unknown what `body` would assign.
    fn forget(&mut self, body: &'a [Stmt<'a>]) {
        for stmt in body {
            match stmt {
                Stmt::Set(s) => self.bind(&s.target, Value::unknown()),
                Stmt::SetBlock(s) => self.bind(&s.target, Value::unknown()),
                Stmt::IfCond(s) => {
                    self.forget(&s.true_body);
                    self.forget(&s.false_body);
                }
                _ => {}
            }
        }
    }

    /// Runs a loop over `items`.
    pub(super) fn for_loop(&mut self, s: &'a ast::ForLoop<'a>, items: &Value, depth: usize) -> Step<()> {
        let (all, unknown) = match &items.data {
            Data::List(items) | Data::Tuple(items) => ((**items).clone(), false),
            Data::Map(entries) => (entries.iter().map(|(k, _)| k.clone()).collect(), false),
            Data::Str(text) if text.is_known() => (super::methods::characters(text), false),
            _ => (vec![Self::item(&s.target, items)], true),
        };
        let mut chosen = Vec::new();
        for item in all {
            if chosen.len() >= MAX_LIST {
                return Err(self.fail("it loops over too many items"));
            }
            if let Some(filter) = &s.filter_expr {
                self.frames.push(Frame::default());
                self.bind(&s.target, item.clone());
                let keep = self.condition(filter)?;
                self.frames.pop();
                if keep == Some(false) && !unknown {
                    continue;
                }
            }
            chosen.push(item);
        }
        if chosen.is_empty() {
            self.body(&s.else_body)?;
            return Ok(());
        }
        let recursive = s.recursive.then_some(s);
        let count = chosen.len();
        self.loops.push(LoopState { index: 0, items: chosen, unknown, depth, recursive, changed: None });
        let number = self.loops.len() - 1;
        self.frames.push(Frame::default());
        let result = self.iterate(s, number, count);
        self.frames.pop();
        result
    }

    fn iterate(&mut self, s: &'a ast::ForLoop<'a>, number: usize, count: usize) -> Step<()> {
        for index in 0..count {
            self.step()?;
            if let Some(frame) = self.frames.last_mut() {
                frame.vars.clear();
            }
            self.loops[number].index = index;
            let item = self.loops[number].items[index].clone();
            self.assign("loop", Value::new(Data::Loop(number)));
            self.bind(&s.target, item);
            if self.body(&s.body)? == Flow::Break {
                break;
            }
        }
        Ok(())
    }

    /// The one item that stands for those of a list that is not known.
    fn item(target: &Expr<'_>, list: &Value) -> Value {
        let name = names::names(target).into_iter().next().unwrap_or_default();
        Value { provenance: Provenance::Dynamic, secret: list.secret, ..Value::opaque(&name) }
    }

    /// Assigns `value` to a target.
    pub(super) fn bind(&mut self, target: &Expr<'_>, value: Value) {
        match target {
            Expr::Var(v) => self.assign(v.id, value),
            Expr::List(list) => {
                let items = value.items().map(<[Value]>::to_vec);
                for (i, part) in list.items.iter().enumerate() {
                    let item = items.as_ref().and_then(|all| all.get(i).cloned());
                    self.bind(part, item.unwrap_or_else(|| Self::item(part, &value)));
                }
            }
            Expr::GetAttr(attr) => {
                let Expr::Var(v) = &attr.expr else { return };
                if let Data::Namespace(number) = self.lookup(v.id).data {
                    let fields = &mut self.namespaces[number];
                    fields.retain(|(n, _)| n != attr.name);
                    fields.push((attr.name.to_owned(), value));
                }
            }
            _ => {}
        }
    }
}
