//! Facts: what rules look at.
//!
//! A [`Fact`] is a subject with fields; a [`Field`] is a value with the place that says so. Values are three-valued:
//! [`Value::Unknown`] stops the evaluation of a rule. Which fields a subject has is declared once, in its [`Schema`],
//! from which rule checking and `docs/facts.md` are made. Building facts is left to this folder's other files.

mod fields;
mod slot;

use indexmap::IndexMap;

use super::subject::Subject;
use crate::document::Switch;
use crate::expand::vars::Owners;
use crate::source::Span;
use crate::text::{Definitions, Place, Text, Variable};
use crate::yaml::{self, Node, Resolved};

use fields::Fields;
pub use slot::Slot;

/// Identifies a [`Fact`] within one [`Facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FactId(u32);

impl FactId {
    /// Its number, which says no more than that it is another one than others.
    pub fn number(self) -> u32 {
        self.0
    }
}

/// Everything that was found out, in a fixed order.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    all: Vec<Fact>,
    /// The facts of each subject, by its number.
    by_subject: Vec<Vec<FactId>>,
    /// Which group or host the definition of a variable is for.
    pub owners: Owners,
    /// The switches, off by a default, that some documents turn on.
    pub switches: Vec<Switch>,
}

/// Something that rules look at.
#[derive(Debug, Clone)]
pub struct Fact {
    /// What it is.
    pub subject: Subject,
    /// Where it is: what a rule underlines when it names no field.
    pub place: Place,
    /// In the order of their setting; null fields are left out.
    fields: Fields,
}

/// A field's value and the place that says so.
#[derive(Debug, Clone)]
pub struct Field {
    /// The value.
    pub value: Value,
    /// Where it is written; `None` where nothing writes it (an absent key, a derived count).
    pub place: Option<Place>,
}

/// A field's value.
#[derive(Debug, Clone)]
pub enum Value {
    /// Absent.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// Characters. A secret's characters never go into a fact.
    Str(String),
    /// A list.
    List(Vec<Field>),
    /// A mapping, in order. Boxed: few values are mappings, and every value would be as large.
    Map(Box<IndexMap<String, Field>>),
    /// Another fact.
    Fact(FactId),
    /// Not known, and what would decide it.
    Unknown(String),
}

/// What a subject is and which fields it has.
#[derive(Debug)]
pub struct Schema {
    /// The name that rules use: `group.name`; the part after the dot is the fact's name in expressions.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// The fields.
    pub fields: &'static [FieldSchema],
}

/// One field of a subject.
#[derive(Debug)]
pub struct FieldSchema {
    /// Its name.
    pub name: &'static str,
    /// What it holds (or null).
    pub kind: FieldKind,
    /// One sentence.
    pub doc: &'static str,
}

/// A field of a schema.
pub(crate) const fn field(name: &'static str, kind: FieldKind, doc: &'static str) -> FieldSchema {
    FieldSchema { name, kind, doc }
}

/// What a field holds. Every field may also be null or unknown.
#[derive(Debug, Clone, Copy)]
pub enum FieldKind {
    /// True or false.
    Bool,
    /// A number.
    Int,
    /// Characters.
    Str,
    /// One of these words: a rule that compares with another one is an author's mistake.
    OneOf(&'static [&'static str]),
    /// Anything: a value as the file has it.
    Any,
    /// A list.
    List(&'static FieldKind),
    /// A mapping from names.
    Map(&'static FieldKind),
    /// Another fact.
    Fact(Subject),
}

impl FieldKind {
    /// What is asked of software whose releases differ: `varies` where they do, or where what decides is not known.
    pub(crate) const YES_NO_VARIES: FieldKind = FieldKind::OneOf(&["yes", "no", "varies"]);
}

impl Facts {
    /// Adds a fact.
    pub fn add(&mut self, mut fact: Fact) -> FactId {
        fact.fields.shrink();
        let id = FactId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.by_subject.resize_with(Subject::ALL.len().max(self.by_subject.len()), Vec::new);
        self.by_subject.get_mut(fact.subject as usize).into_iter().for_each(|of_subject| of_subject.push(id));
        self.all.push(fact);
        id
    }

    /// The fact with this id, which must come from here.
    pub fn get(&self, id: FactId) -> &Fact {
        &self.all[id.0 as usize]
    }

    /// The fact with this number, where there is one.
    pub fn numbered(&self, number: u32) -> Option<&Fact> {
        self.all.get(number as usize)
    }

    /// Sets a field of a fact that was added before (facts that point at each other).
    pub fn set(&mut self, id: FactId, name: &'static str, field: impl Into<Field>) {
        self.all[id.0 as usize].set(name, field.into());
    }

    /// All facts with their ids, in order.
    pub fn iter(&self) -> impl Iterator<Item = (FactId, &Fact)> {
        self.all.iter().enumerate().map(|(i, f)| (FactId(u32::try_from(i).unwrap_or(u32::MAX)), f))
    }

    /// The ids of all facts of `subject`, in order.
    pub fn of(&self, subject: Subject) -> Vec<FactId> {
        self.all_of(subject).to_vec()
    }

    /// The same, where nothing is added meanwhile.
    pub fn all_of(&self, subject: Subject) -> &[FactId] {
        self.by_subject.get(subject as usize).map_or(&[], Vec::as_slice)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}

impl Fact {
    /// A fact at `place`; fields that are not set are null.
    pub fn new(subject: Subject, place: Place) -> Self {
        // Most facts set most of their fields: to grow the list one by one would copy it again and again.
        let fields = Fields::with_capacity(subject.schema().fields.len());
        Self { subject, place, fields }
    }

    /// The same with a field.
    #[must_use]
    pub fn with(mut self, name: &'static str, field: impl Into<Field>) -> Self {
        self.set(name, field.into());
        self
    }

    /// The field `name`; `None` where it was not set, which rules see as null.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.at(self.subject.slot(name)?)
    }

    /// The field at `slot` of its subject's schema.
    pub fn at(&self, slot: Slot) -> Option<&Field> {
        self.fields.get(slot)
    }

    /// The fields that were set, in order.
    pub fn fields(&self) -> impl Iterator<Item = (&'static str, &Field)> {
        let fields = self.subject.schema().fields;
        self.fields.iter().filter_map(|(slot, field)| Some((fields.get(slot.index())?.name, field)))
    }

    fn set(&mut self, name: &'static str, field: Field) {
        debug_assert!(
            self.subject.schema().fields.iter().any(|f| f.name == name),
            "{} has no field {name}: declare it in the schema",
            self.subject.schema().name
        );
        #[cfg(debug_assertions)]
        self.assert_word(name, &field.value);
        // Fields are set in about the order of their schema.
        if let Some(slot) = slot::of(self.subject, self.fields.next(), name) {
            self.fields.put(slot, field);
        }
    }
}

#[cfg(debug_assertions)]
impl Fact {
    /// A word that its schema does not list would be one that no rule can ask for.
    fn assert_word(&self, name: &str, value: &Value) {
        fn check(kind: &FieldKind, value: &Value, what: &dyn Fn() -> String) {
            match (kind, value) {
                (FieldKind::OneOf(words), Value::Str(word)) => {
                    debug_assert!(words.contains(&word.as_str()), "{} is never `{word}` by its schema", what());
                }
                (FieldKind::List(item), Value::List(all)) => all.iter().for_each(|f| check(item, &f.value, what)),
                _ => {}
            }
        }
        let schema = self.subject.schema();
        let Some(field) = schema.fields.iter().find(|f| f.name == name) else { return };
        check(&field.kind, value, &|| format!("{} {name}", schema.name));
    }
}

impl Field {
    /// A value that is written nowhere.
    pub fn derived(value: impl Into<Value>) -> Self {
        Self { value: value.into(), place: None }
    }

    /// A value at `place`.
    pub fn at(value: impl Into<Value>, place: Place) -> Self {
        Self { value: value.into(), place: Some(place) }
    }

    /// A text: its characters, or unknown; with its place and the definitions of its variables.
    pub fn text(text: &Text) -> Self {
        let value = text.known().map_or_else(|| unknown(text), |s| Value::Str(s.to_owned()));
        Self { value, place: Some(text.place()) }
    }

    /// A whole YAML value.
    pub fn node(node: &Node, schema: yaml::Schema) -> Self {
        match node.value() {
            yaml::Value::Scalar(scalar) => {
                let value = match scalar.resolve(schema) {
                    Some(Resolved::Null) => Value::Null,
                    Some(Resolved::Bool(b)) => Value::Bool(b),
                    Some(Resolved::Int(n)) => Value::Int(n),
                    Some(Resolved::Float(n)) => Value::Float(n),
                    Some(Resolved::Str(s)) => Value::Str(s),
                    None => unknown(&scalar.text),
                };
                let place = Place { span: node.span(), ..scalar.text.place() };
                Self { value, place: Some(place) }
            }
            yaml::Value::Seq(items) => {
                let list = items.iter().map(|n| Field::node(n, schema)).collect();
                Self { value: Value::List(list), place: Some(node.span().into()) }
            }
            yaml::Value::Map(entries) => {
                let pairs = entries.iter().filter_map(|e| {
                    let key = e.key.text()?.display();
                    Some((key, Field::node(&e.value, schema)))
                });
                Self { value: Value::Map(Box::new(pairs.collect())), place: Some(node.span().into()) }
            }
        }
    }

    /// The same value, said at another place.
    #[must_use]
    pub fn placed(mut self, place: impl Into<Place>) -> Self {
        self.place = Some(place.into());
        self
    }
}

/// Why a text is not known: the variables without a value, or the opaque pieces' reasons.
fn unknown(text: &Text) -> Value {
    let open = |v: &&&Variable| v.value.is_none();
    let names: Vec<_> = text.variables().iter().filter(open).map(|v| v.written()).collect();
    let why =
        if names.is_empty() { "a value that is not known before deployment".to_owned() } else { names.join(", ") };
    Value::Unknown(why)
}

impl From<Span> for Place {
    fn from(span: Span) -> Self {
        Place { span, definitions: Definitions::default() }
    }
}

impl From<&Text> for Field {
    fn from(text: &Text) -> Self {
        Field::text(text)
    }
}

impl<T: Into<Value>> From<T> for Field {
    fn from(value: T) -> Self {
        Field::derived(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Value::Bool(value)
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Value::Int(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Value::Int(i64::try_from(value).unwrap_or(i64::MAX))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Value::Str(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Value::Str(value)
    }
}

impl From<FactId> for Value {
    fn from(value: FactId) -> Self {
        Value::Fact(value)
    }
}

impl From<Vec<FactId>> for Value {
    fn from(value: Vec<FactId>) -> Self {
        Value::List(value.into_iter().map(Field::from).collect())
    }
}

impl From<Vec<Field>> for Value {
    fn from(value: Vec<Field>) -> Self {
        Value::List(value)
    }
}

impl From<IndexMap<String, Field>> for Value {
    fn from(value: IndexMap<String, Field>) -> Self {
        Value::Map(Box::new(value))
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}
