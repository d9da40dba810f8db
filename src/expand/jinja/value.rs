//! Values of the evaluator: Python's, with places, and two kinds of not knowing.
//!
//! `Undefined` is a name that nothing we read defines: `default` replaces it. `Unknown` has a value that we can't see
//! (a fact, a registered result, a vault secret): nothing replaces it. How operators and filters treat both is theirs.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::source::Span;
use crate::text::{Builder, Provenance, Syntax, Text, Variable};
use crate::yaml::{self, Node};

/// A value of an expression.
#[derive(Debug, Clone)]
pub struct Value {
    /// What it is.
    pub data: Data,
    /// A scalar's characters with their places; a string always has it, others where they were written somewhere.
    pub text: Option<Text>,
    /// Where the value came from.
    pub provenance: Provenance,
    /// Whether it is a secret by its nature.
    pub secret: bool,
    /// The variable's name, where it has no value.
    pub name: Option<Arc<str>>,
    /// How much work it is to look at all of it; items that are shared count each time.
    pub weight: usize,
}

/// The heaviest value, in items and in parts of strings.
const MAX_WEIGHT: usize = 100_000;

/// What a [`Value`] holds.
#[derive(Debug, Clone)]
pub enum Data {
    /// A name that nothing defines.
    Undefined,
    /// Something that we can't see.
    Unknown,
    /// Python's `None`.
    None,
    /// A boolean.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A string; its characters are the value's `text`.
    Str(Text),
    /// A list.
    List(Arc<Vec<Value>>),
    /// A tuple; prints in parentheses.
    Tuple(Arc<Vec<Value>>),
    /// A mapping, in order.
    Map(Arc<Vec<(Value, Value)>>),
    /// Ansible's `omit`.
    Omit,
    /// A macro, by its number in the evaluator.
    Macro(usize),
    /// A `namespace()`, by its number in the evaluator.
    Namespace(usize),
    /// The variable `loop`, by its number in the evaluator.
    Loop(usize),
    /// An imported template, by its number in the evaluator.
    Module(usize),
}

impl Value {
    /// A value that was written nowhere.
    pub fn new(data: Data) -> Self {
        let text = if let Data::Str(text) = &data { Some(text.clone()) } else { None };
        let weight = weight(&data);
        // A few lists of lists of themselves say more than fits into memory.
        let data = if weight > MAX_WEIGHT { Data::Unknown } else { data };
        Self { data, text, provenance: Provenance::Defined, secret: false, name: None, weight: weight.min(MAX_WEIGHT) }
    }

    /// A string.
    pub fn str(text: Text) -> Self {
        Self::new(Data::Str(text))
    }

    /// A string that was computed at `span`.
    pub fn computed(value: &str, span: Span) -> Self {
        Self::str(derived(value, span))
    }

    /// A list.
    pub fn list(items: Vec<Value>) -> Self {
        Self::new(Data::List(Arc::new(items)))
    }

    /// A tuple.
    pub fn tuple(items: Vec<Value>) -> Self {
        Self::new(Data::Tuple(Arc::new(items)))
    }

    /// A mapping.
    pub fn map(entries: Vec<(Value, Value)>) -> Self {
        Self::new(Data::Map(Arc::new(entries)))
    }

    /// A boolean.
    pub fn bool(value: bool) -> Self {
        Self::new(Data::Bool(value))
    }

    /// A whole number.
    pub fn int(value: i64) -> Self {
        Self::new(Data::Int(value))
    }

    /// Something that we can't see.
    pub fn unknown() -> Self {
        Self { provenance: Provenance::Dynamic, ..Self::new(Data::Unknown) }
    }

    /// The variable `name`, which has a value that we can't see.
    pub fn opaque(name: &str) -> Self {
        Self { name: Some(name.into()), ..Self::unknown() }
    }

    /// The variable `name`, which nothing defines.
    pub fn undefined(name: &str) -> Self {
        Self { name: Some(name.into()), provenance: Provenance::Undefined, ..Self::new(Data::Undefined) }
    }

    /// A member `name` of something known that does not have it: absent whatever the command line says.
    pub fn absent(name: &str) -> Self {
        Self { provenance: Provenance::Defined, ..Self::undefined(name) }
    }

    /// What becomes of a value that went through something that we can't follow.
    #[must_use]
    pub fn lost(&self) -> Self {
        let provenance = match self.provenance {
            Provenance::Undefined => Provenance::Undefined,
            Provenance::Defined | Provenance::Default | Provenance::Dynamic | Provenance::Required => {
                Provenance::Dynamic
            }
        };
        Self { provenance, secret: self.secret, name: self.name.clone(), ..Self::unknown() }
    }

    /// Whether it is neither unknown nor undefined itself; parts may be.
    pub fn is_seen(&self) -> bool {
        !matches!(self.data, Data::Undefined | Data::Unknown)
    }

    /// The string's characters, where it is a string and all of it is known.
    pub fn as_str(&self) -> Option<&str> {
        match &self.data {
            Data::Str(text) => text.known(),
            _ => None,
        }
    }

    /// The items of a list or tuple.
    pub fn items(&self) -> Option<&[Value]> {
        match &self.data {
            Data::List(items) | Data::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a mapping.
    pub fn entries(&self) -> Option<&[(Value, Value)]> {
        match &self.data {
            Data::Map(entries) => Some(entries),
            _ => None,
        }
    }

    /// The value of `key` in a mapping.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.entries()?.iter().rev().find(|(k, _)| k.as_str() == Some(key)).map(|(_, v)| v)
    }

    /// Python's truth; `None` where it is not known.
    pub fn truth(&self) -> Option<bool> {
        match &self.data {
            Data::Undefined | Data::Unknown => None,
            Data::None => Some(false),
            Data::Bool(b) => Some(*b),
            Data::Int(n) => Some(*n != 0),
            Data::Float(n) => Some(*n != 0.0),
            Data::Str(text) if text.is_known() => Some(!text.is_empty()),
            Data::Str(text) => text.pieces().iter().any(|p| p.is_known() && !p.range.is_empty()).then_some(true),
            Data::List(items) | Data::Tuple(items) => Some(!items.is_empty()),
            Data::Map(entries) => Some(!entries.is_empty()),
            Data::Omit | Data::Macro(_) | Data::Namespace(_) | Data::Loop(_) | Data::Module(_) => Some(true),
        }
    }

    /// Whether all of it is known, to the last item.
    pub fn is_known(&self) -> bool {
        match &self.data {
            Data::Undefined | Data::Unknown => false,
            Data::Str(text) => text.is_known(),
            Data::List(items) | Data::Tuple(items) => items.iter().all(Value::is_known),
            Data::Map(entries) => entries.iter().all(|(k, v)| k.is_known() && v.is_known()),
            _ => true,
        }
    }

    /// A number, booleans included.
    pub fn number(&self) -> Option<f64> {
        match self.data {
            #[allow(clippy::cast_precision_loss, reason = "Python compares whole numbers with floats the same way")]
            Data::Int(n) => Some(n as f64),
            Data::Float(n) => Some(n),
            Data::Bool(b) => Some(f64::from(u8::from(b))),
            _ => None,
        }
    }

    /// A whole number, booleans included.
    pub fn integer(&self) -> Option<i64> {
        match self.data {
            Data::Int(n) => Some(n),
            Data::Bool(b) => Some(i64::from(b)),
            _ => None,
        }
    }

    /// Python's `==`; `None` where it is not known.
    pub fn equals(&self, other: &Value) -> Option<bool> {
        match (&self.data, &other.data) {
            (Data::Undefined | Data::Unknown, _) | (_, Data::Undefined | Data::Unknown) => None,
            (Data::None, Data::None) | (Data::Omit, Data::Omit) => Some(true),
            (Data::Str(a), Data::Str(b)) => Some(a.known()? == b.known()?),
            (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => all_equal(a, b),
            (Data::Map(a), Data::Map(b)) => {
                if a.len() != b.len() {
                    return Some(false);
                }
                for (key, value) in a.iter() {
                    let Some((_, other)) = b.iter().find(|(k, _)| k.equals(key) == Some(true)) else {
                        return self.is_known().then_some(false);
                    };
                    if !value.equals(other)? {
                        return Some(false);
                    }
                }
                Some(true)
            }
            _ => match (self.integer(), other.integer()) {
                (Some(a), Some(b)) => Some(a == b),
                #[allow(clippy::float_cmp, reason = "Python's own comparison")]
                _ => Some(matches!((self.number(), other.number()), (Some(a), Some(b)) if a == b)),
            },
        }
    }

    /// Python's order; `None` where it is not known or Python refuses.
    pub fn compare(&self, other: &Value) -> Option<Ordering> {
        match (&self.data, &other.data) {
            (Data::Str(a), Data::Str(b)) => Some(a.known()?.cmp(b.known()?)),
            (Data::List(a), Data::List(b)) | (Data::Tuple(a), Data::Tuple(b)) => {
                for (x, y) in a.iter().zip(b.iter()) {
                    let order = x.compare(y)?;
                    if order != Ordering::Equal {
                        return Some(order);
                    }
                }
                Some(a.len().cmp(&b.len()))
            }
            _ => match (self.integer(), other.integer()) {
                (Some(a), Some(b)) => Some(a.cmp(&b)),
                _ => self.number()?.partial_cmp(&other.number()?),
            },
        }
    }

    /// The characters that Python's `str()` gives, with places; `here` is where it is printed.
    pub fn print(&self, here: Span) -> Text {
        if let Some(text) = &self.text {
            return text.clone();
        }
        let mut out = Builder::new(here);
        match &self.data {
            Data::List(_) | Data::Tuple(_) | Data::Map(_) => super::repr::repr(self, here, &mut out),
            Data::Undefined
            | Data::Unknown
            | Data::Omit
            | Data::Macro(_)
            | Data::Namespace(_)
            | Data::Loop(_)
            | Data::Module(_) => self.print_unknown(here, &mut out),
            _ => out.derived(&super::repr::scalar(&self.data).unwrap_or_default(), here),
        }
        out.finish()
    }

    /// Adds the unknown piece that this value makes.
    pub fn print_unknown(&self, here: Span, out: &mut Builder) {
        match &self.name {
            Some(name) => {
                let variable = Variable::unknown(&**name, Syntax::Jinja, self.provenance);
                out.variable(Variable { secret: self.secret, ..variable }, here);
            }
            None => out.opaque("not known before the deployment", here),
        }
    }
}

fn weight(data: &Data) -> usize {
    let sum = |weights: &mut dyn Iterator<Item = usize>| weights.fold(1_usize, usize::saturating_add);
    match data {
        Data::Str(text) => 1 + text.value().len() / 64 + text.pieces().len() / 16,
        Data::List(items) | Data::Tuple(items) => sum(&mut items.iter().map(|v| v.weight)),
        Data::Map(entries) => sum(&mut entries.iter().map(|(k, v)| k.weight.saturating_add(v.weight))),
        _ => 1,
    }
}

fn all_equal(a: &[Value], b: &[Value]) -> Option<bool> {
    if a.len() != b.len() {
        return Some(false);
    }
    let mut all = Some(true);
    for (x, y) in a.iter().zip(b) {
        match x.equals(y) {
            Some(true) => {}
            Some(false) => return Some(false),
            None => all = None,
        }
    }
    all
}

/// A text of characters that were made from what stands at `span`.
pub fn derived(value: &str, span: Span) -> Text {
    let mut out = Builder::new(span);
    out.derived(value, span);
    out.finish()
}

/// The value that PyYAML makes of `node`, without looking for Jinja in it.
pub fn from_node(node: &Node) -> Value {
    from_node_at(node, 0)
}

fn from_node_at(node: &Node, depth: usize) -> Value {
    if depth > 60 {
        return Value::unknown();
    }
    match node.value() {
        yaml::Value::Seq(items) => Value::list(items.iter().map(|n| from_node_at(n, depth + 1)).collect()),
        yaml::Value::Map(entries) => {
            let pairs = entries.iter().map(|e| (from_node_at(&e.key, depth + 1), from_node_at(&e.value, depth + 1)));
            Value::map(pairs.collect())
        }
        yaml::Value::Scalar(scalar) => from_scalar(node, scalar),
    }
}

/// The value that PyYAML makes of a scalar.
pub fn from_scalar(node: &Node, scalar: &yaml::Scalar) -> Value {
    if encrypted(node, scalar) {
        return Value { secret: true, ..Value::unknown() };
    }
    let string = || Value::str(scalar.text.clone());
    if node.tag().is_some_and(|tag| matches!(tag, "!!str" | "!unsafe" | "!")) {
        return string();
    }
    let Some(resolved) = scalar.resolve(yaml::Schema::Python) else { return string() };
    let data = match resolved {
        yaml::Resolved::Str(_) => return string(),
        yaml::Resolved::Null => Data::None,
        yaml::Resolved::Bool(b) => Data::Bool(b),
        yaml::Resolved::Int(n) => Data::Int(n),
        yaml::Resolved::Float(n) => Data::Float(n),
    };
    let printed = super::repr::scalar(&data).unwrap_or_default();
    let text = if printed == scalar.text.value() { scalar.text.clone() } else { derived(&printed, scalar.text.span()) };
    Value { text: Some(text), ..Value::new(data) }
}

/// Whether a scalar is ciphertext: Ansible Vault's, or that of sops.
pub fn encrypted(node: &Node, scalar: &yaml::Scalar) -> bool {
    node.tag().is_some_and(|tag| tag.starts_with("!vault")) || scalar.text.value().starts_with("ENC[AES256_GCM,data:")
}
