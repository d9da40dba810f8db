//! Rule expressions: Jinja's grammar, typed against the facts' schemas, evaluated in three-valued logic.
//!
//! minijinja parses; `compile` turns its tree into an [`Expr`] that can't name a field that does not exist; `eval` runs
//! it. Its own machine is not used, because a filter that swallows an unknown value would make a rule fire on
//! something nobody knows. What rules do with expressions is left to `rules` and to `check`.

mod compile;
mod direct;
mod each;
mod eval;
mod functions;
mod library;
pub mod template;
pub mod types;
pub mod value;
mod words;

#[cfg(test)]
#[path = "expr_tests.rs"]
mod tests;

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use crate::model::fact::Slot;
use crate::model::subject::Subject;

pub(crate) use compile::did_you_mean;
pub use compile::expression;
pub use eval::Env;
pub use functions::{FUNCTIONS, Function, TESTS, Test};
pub use types::{Scope, Type};

/// A compiled expression.
#[derive(Debug)]
pub enum Expr {
    /// A constant.
    Const(Const),
    /// A variable, by its place in the scope.
    Var(usize),
    /// A field or a key.
    Attr(Box<Expr>, Key),
    /// An item or a key that is computed.
    Index(Box<Expr>, Box<Expr>),
    /// Negation.
    Not(Box<Expr>),
    /// Both.
    And(Box<Expr>, Box<Expr>),
    /// At least one.
    Or(Box<Expr>, Box<Expr>),
    /// A comparison.
    Compare(Compare, Box<Expr>, Box<Expr>),
    /// Whether the first is in the second.
    In(Box<Expr>, Box<Expr>),
    /// A calculation.
    Arith(Arith, Box<Expr>, Box<Expr>),
    /// The second where the first holds, else the third.
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// A list.
    List(Vec<Expr>),
    /// A mapping.
    Dict(Vec<(String, Expr)>),
    /// A filter over one value.
    Call(&'static Function, Box<Expr>, Vec<Expr>),
    /// A test of one value.
    Test(&'static Test, Box<Expr>, Vec<Expr>),
    /// A filter that looks at each item of a list, with `item` (and the one around it, `outer`) bound.
    Each(Each, Box<Expr>, Option<Box<Body>>),
    /// Whether a text matches a pattern.
    Match(Box<Expr>, Pattern),
}

impl Expr {
    /// Calls `see` with each variable that it reads.
    pub fn variables(&self, see: &mut dyn FnMut(usize)) {
        match self {
            Expr::Const(_) => {}
            Expr::Var(at) => see(*at),
            Expr::Attr(of, _) | Expr::Not(of) => of.variables(see),
            Expr::Index(a, b)
            | Expr::And(a, b)
            | Expr::Or(a, b)
            | Expr::Compare(_, a, b)
            | Expr::In(a, b)
            | Expr::Arith(_, a, b) => [a, b].into_iter().for_each(|of| of.variables(see)),
            Expr::If(test, yes, no) => [test, yes, no].into_iter().for_each(|of| of.variables(see)),
            Expr::List(items) => items.iter().for_each(|of| of.variables(see)),
            Expr::Dict(pairs) => pairs.iter().for_each(|(_, of)| of.variables(see)),
            Expr::Call(_, of, args) | Expr::Test(_, of, args) => {
                of.variables(see);
                for of in args {
                    of.variables(see);
                }
            }
            Expr::Each(_, list, body) => {
                list.variables(see);
                if let Some(body) = body {
                    body.outer.iter().for_each(|at| see(*at));
                    body.expr.variables(see);
                }
            }
            Expr::Match(of, pattern) => {
                of.variables(see);
                if let Pattern::Dynamic(pattern, _) = pattern {
                    pattern.variables(see);
                }
            }
        }
    }
}

/// The name of a field or a key; of a field also where it stands, as far as that is known before a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// The name.
    pub name: String,
    /// Where the facts of this subject have it.
    pub slot: Option<(Subject, Slot)>,
}

impl Key {
    /// The key `name` of what is of this type.
    pub(crate) fn new(of: &Type, name: &str) -> Self {
        let slot = if let Type::Fact(subject) = of { subject.slot(name).map(|slot| (*subject, slot)) } else { None };
        Self { name: name.to_owned(), slot }
    }
}

/// A constant.
#[derive(Debug, Clone, PartialEq)]
pub enum Const {
    /// None.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Characters.
    Str(String),
}

/// A comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // Their names say it.
pub enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

/// A calculation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // Their names say it.
pub enum Arith {
    Add,
    Sub,
    Mul,
    Div,
    Rem,
    Concat,
}

/// What is done for each item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Each {
    /// Whether one holds.
    Any,
    /// Whether all hold.
    All,
    /// The items that hold.
    Select,
    /// The items that do not.
    Reject,
    /// What the body gives for each.
    Map,
}

/// An expression over `item`.
#[derive(Debug)]
pub struct Body {
    /// How many variables stand before `outer` and `item`; those that nobody asked for may not be bound yet.
    pub before: usize,
    /// The `item` around it, where there is one.
    pub outer: Option<usize>,
    /// The expression.
    pub expr: Expr,
}

/// A regular expression.
#[derive(Debug)]
pub enum Pattern {
    /// Written out in the rule.
    Fixed(LazyRegex),
    /// From an option, anchored so.
    Dynamic(Box<Expr>, Anchor),
}

/// A pattern that is built at its first use: building costs more than most uses, and most patterns are never asked.
#[derive(Debug)]
pub struct LazyRegex {
    pattern: String,
    anchor: Anchor,
    built: OnceLock<Option<Regex>>,
}

impl LazyRegex {
    fn new(pattern: String, anchor: Anchor) -> Self {
        Self { pattern, anchor, built: OnceLock::new() }
    }

    /// The pattern; `None` where it is no valid one, which compiling refuses unless a test has seen it.
    fn get(&self) -> Option<&Regex> {
        self.built.get_or_init(|| self.anchor.regex(&self.pattern).ok()).as_ref()
    }
}

/// Which part of the text a pattern has to match.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Anchor {
    /// Its beginning (`match`).
    Start,
    /// Any part (`search`).
    Anywhere,
    /// All of it (`fullmatch`).
    Whole,
}

/// A mistake in an expression or a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The bytes of the expression that are wrong.
    pub range: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to do; may be empty.
    pub help: String,
}

impl Fault {
    pub(crate) fn new(range: Range<usize>, message: impl Into<String>) -> Self {
        Self { range, message: message.into(), help: String::new() }
    }

    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }
}

impl Anchor {
    /// The compiled pattern.
    fn regex(self, pattern: &str) -> Result<Regex, regex::Error> {
        let anchored = match self {
            Anchor::Start => format!("^(?:{pattern})"),
            Anchor::Anywhere => pattern.to_owned(),
            Anchor::Whole => format!("^(?:{pattern})$"),
        };
        // Rules may come from a folder that somebody shared.
        regex::RegexBuilder::new(&anchored).size_limit(1 << 20).build()
    }
}
