//! Jinja, evaluated as far as it can be known, with a source map.
//!
//! minijinja parses; the evaluation is ours, because it has to go on where a value is unknown and has to keep the place
//! of every character. The result is a [`Text`]: the template's own characters as literals, each `{{ … }}` as a
//! variable with its value's places. Where variables come from is left to the [`Env`]; `expand::vars` has Ansible's.

mod chains;
pub mod decide;
mod expr;
mod filters;
mod functions;
mod json;
mod machine;
mod mask;
mod methods;
mod names;
mod ops;
mod parts;
mod repr;
mod stmt;
pub mod syntax;
mod tests;
mod units;
pub mod value;
mod yamlout;

use crate::document::Switch;
use crate::source::Span;
use crate::text::Text;
use decide::Decisions;
use machine::Machine;
use value::Value;

pub use mask::mask;
pub use syntax::Syntax;

/// The most steps of one evaluation; a step is a statement or an expression's node.
const MAX_STEPS: usize = 200_000;

/// The longest string, and the longest output, in bytes.
const MAX_STRING: usize = 1_000_000;

/// The longest list.
const MAX_LIST: usize = 10_000;

/// The deepest nesting of macros, includes and recursive loops.
const MAX_DEPTH: usize = 12;

/// What an evaluation sees of the outside.
pub trait Env {
    /// The value of the variable `name`.
    fn variable(&self, name: &str) -> Value;

    /// The template that `name` means in a template at `from`, with its text.
    fn template(&self, _name: &str, _from: Span) -> Option<Text> {
        None
    }

    /// The content of a file on the controller, for `lookup('file', …)`.
    fn file(&self, _path: &str, _from: Span) -> Option<Text> {
        None
    }

    /// Whether `name` is a switch that its owner has turned off by a default alone: nothing sets it, or a role's
    /// default of `false`.
    fn off_by_default(&self, _name: &str) -> bool {
        false
    }

    /// Whether a name without a value has none for sure; else it may come from the command line.
    fn closed(&self) -> bool {
        false
    }

    /// A variable of the controller's environment, where it is part of what we were told.
    fn environment(&self, _name: &str, _from: Span) -> Option<Value> {
        None
    }
}

/// What a template became.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The output.
    pub text: Text,
    /// How many unknown conditions were met.
    pub conditions: usize,
    /// The switches that were met turned off by a default.
    pub switches: Vec<Switch>,
    /// The native value, where the template is one expression and nothing else.
    pub value: Option<Value>,
}

/// Why there is no output.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, in words.
    pub message: String,
    /// Where.
    pub span: Span,
    /// Whether it ran into a cap; else it does not parse.
    pub capped: bool,
}

/// Evaluates the template `text`, written in `syntax`, from byte `start` on.
///
/// # Errors
/// A template that does not parse, or one that runs into a cap.
pub fn render(
    text: &Text,
    syntax: &Syntax,
    start: usize,
    env: &dyn Env,
    decisions: Decisions,
) -> Result<Rendered, Failure> {
    let sources = units::collect(text.slice(start..text.value().len()), syntax, env);
    let units = units::parse(&sources)?;
    let mut machine = Machine::new(&units, text.span(), env, decisions);
    machine.run()
}

/// Evaluates one scalar that holds Jinja, as Ansible does in a task or a variable: a single `{{ x }}` gives `x` itself.
///
/// # Errors
/// A template that does not parse, or one that runs into a cap.
pub fn scalar(text: &Text, env: &dyn Env) -> Result<Rendered, Failure> {
    render(text, &Syntax::default(), 0, env, Decisions::none())
}
