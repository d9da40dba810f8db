//! The evaluator's state: scopes, output, macros, loops, and the caps.

use std::collections::HashMap;

use minijinja::machinery::ast::{self, Stmt};

use super::decide::Decisions;
use super::units::Unit;
use super::value::{Data, Value};
use super::{Env, Failure, MAX_STEPS, MAX_STRING, Rendered, Switch};
use crate::source::Span;
use crate::text::{Builder, Text};

/// The result of one evaluation step; an `Err` ends the whole evaluation.
pub(super) type Step<T> = Result<T, Failure>;

/// One scope's variables, last assignment last.
#[derive(Debug, Default, Clone)]
pub(super) struct Frame {
    pub vars: Vec<(String, Value)>,
}

/// A macro and what it can see.
pub(super) struct Closure<'a> {
    pub unit: usize,
    pub decl: &'a ast::Macro<'a>,
    /// The names of the imported template that it is of.
    pub module: Option<usize>,
    /// The variables of the scope around a call block.
    pub captured: Option<Frame>,
    /// Whether it sees the variables that Ansible passes.
    pub context: bool,
}

/// A running loop.
pub(super) struct LoopState<'a> {
    pub index: usize,
    pub items: Vec<Value>,
    /// Whether the items are not known, so that only one stands for all.
    pub unknown: bool,
    pub depth: usize,
    pub recursive: Option<&'a ast::ForLoop<'a>>,
    pub changed: Option<Vec<Value>>,
}

pub(super) struct Machine<'a> {
    pub units: &'a [Unit<'a>],
    pub env: &'a dyn Env,
    pub decisions: Decisions,
    /// The template whose statements run now.
    pub unit: usize,
    /// The expression that is being printed.
    pub here: Span,
    pub frames: Vec<Frame>,
    /// The first frame, after the outermost, that can be seen.
    pub base: usize,
    /// The frame of the running template's own top level.
    pub top: usize,
    /// Whether the variables of the environment can be seen.
    pub context: bool,
    pub macros: Vec<Closure<'a>>,
    pub namespaces: Vec<Vec<(String, Value)>>,
    pub loops: Vec<LoopState<'a>>,
    pub modules: Vec<Frame>,
    /// Blocks by name, the most derived first, each with its template.
    pub blocks: HashMap<&'a str, Vec<(usize, &'a ast::Block<'a>)>>,
    /// The block that runs now, and how far up its chain.
    pub block: Option<(&'a str, usize)>,
    pub out: Builder,
    steps: usize,
    pub depth: usize,
    pub module: Option<usize>,
    /// The switches that were met turned off by a default.
    pub switches: Vec<Switch>,
}

impl<'a> Machine<'a> {
    pub(super) fn new(units: &'a [Unit<'a>], here: Span, env: &'a dyn Env, decisions: Decisions) -> Self {
        Self {
            units,
            env,
            decisions,
            unit: 0,
            here,
            frames: vec![Frame::default()],
            base: 0,
            top: 0,
            context: true,
            macros: Vec::new(),
            namespaces: Vec::new(),
            loops: Vec::new(),
            modules: Vec::new(),
            blocks: HashMap::new(),
            block: None,
            out: Builder::new(here),
            steps: 0,
            depth: 0,
            module: None,
            switches: Vec::new(),
        }
    }

    pub(super) fn run(&mut self) -> Step<Rendered> {
        let units = self.units;
        let Some(unit) = units.first() else {
            return Err(self.fail("there is nothing in it"));
        };
        let value = self.single(&unit.root)?;
        if value.is_none() {
            self.template(0)?;
            self.last_newlines();
        }
        let text = std::mem::replace(&mut self.out, Builder::new(self.here)).finish();
        let switches = std::mem::take(&mut self.switches);
        Ok(Rendered { text, conditions: self.decisions.met(), switches, value })
    }

    /// Puts back the newlines at the template's end that `trim_blocks` took: Ansible keeps their number.
    fn last_newlines(&mut self) {
        let text = self.text();
        let count = |value: &str| value.len() - value.trim_end_matches('\n').len();
        let wanted = count(text.value()).min(super::MAX_LIST);
        let so_far = if wanted == 0 { 0 } else { count(self.out.peek().value()) };
        for _ in so_far..wanted {
            let end = text.value().len();
            self.out.text(&text.slice(end - 1..end));
        }
    }

    /// Prints a template that is one expression, and returns its native value.
    fn single(&mut self, root: &'a Stmt<'a>) -> Step<Option<Value>> {
        let Stmt::Template(template) = root else { return Ok(None) };
        let (first, rest) = match template.children.as_slice() {
            [Stmt::EmitExpr(first)] => (first, None),
            [Stmt::EmitExpr(first), Stmt::EmitRaw(rest)] if rest.raw.trim().is_empty() => (first, Some(rest)),
            _ => return Ok(None),
        };
        let value = self.emit(first)?;
        if let Some(rest) = rest {
            self.raw(rest.raw);
            // Only a collection survives the newline of a block scalar as what it is.
            let collection = matches!(value.data, Data::List(_) | Data::Map(_) | Data::Unknown | Data::Undefined);
            return Ok(Some(if collection { value } else { Value::str(self.out.peek()) }));
        }
        Ok(Some(value))
    }

    /// Counts a step.
    pub(super) fn step(&mut self) -> Step<()> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(self.fail("its evaluation takes too many steps"));
        }
        if self.out.len() > MAX_STRING {
            return Err(self.fail("its output is too long"));
        }
        Ok(())
    }

    /// Counts `cost` steps at once, for work that is proportional to its input.
    pub(super) fn charge(&mut self, cost: usize) -> Step<()> {
        self.steps = self.steps.saturating_add(cost);
        self.step()
    }

    /// The end of the evaluation, because of a cap.
    pub(super) fn fail(&self, message: &str) -> Failure {
        Failure { message: message.to_owned(), span: self.here, capped: true }
    }

    /// Where bytes `start..end` of the running template are written.
    pub(super) fn span(&self, span: minijinja::machinery::Span) -> Span {
        self.text().span_at(span.start_offset as usize..span.end_offset as usize)
    }

    /// The running template's text.
    pub(super) fn text(&self) -> &'a Text {
        let units = self.units;
        &units[self.unit].source.text
    }

    /// What the parser read of the running template.
    pub(super) fn input(&self) -> &'a str {
        let units = self.units;
        &units[self.unit].source.input
    }

    /// The value of `name`, from the innermost scope out.
    pub(super) fn lookup(&self, name: &str) -> Value {
        let inner = self.frames.get(self.base..).unwrap_or(&[]).iter().rev();
        for frame in inner.chain(self.frames.get(self.top)) {
            if let Some((_, value)) = frame.vars.iter().rev().find(|(n, _)| n == name) {
                return value.clone();
            }
        }
        if self.context { self.env.variable(name) } else { Value::undefined(name) }
    }

    /// Assigns in the innermost scope.
    pub(super) fn assign(&mut self, name: &str, value: Value) {
        let Some(frame) = self.frames.last_mut() else { return };
        match frame.vars.iter_mut().find(|(n, _)| n == name) {
            Some(slot) => slot.1 = value,
            None => frame.vars.push((name.to_owned(), value)),
        }
    }

    /// Runs `body` with the output going into a text of its own.
    pub(super) fn capture(&mut self, body: impl FnOnce(&mut Self) -> Step<()>) -> Step<Text> {
        let outer = std::mem::replace(&mut self.out, Builder::new(self.here));
        let result = body(self);
        let inner = std::mem::replace(&mut self.out, outer);
        result.map(|()| inner.finish())
    }
}
