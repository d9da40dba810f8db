//! Findings: what the audit says, with bytes for places.

use serde::Deserialize;

use crate::source::Span;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Will cost something some day.
    Warning,
    /// Broken or dangerous now.
    Error,
}

/// How sure the rule is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A guess worth a look.
    Low,
    /// Likely.
    Medium,
    /// Certain from the files.
    High,
}

/// Who sees it by default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Persona {
    /// Everyone.
    Regular,
    /// Who wants it tidy.
    Pedantic,
    /// Who reviews everything.
    Auditor,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure the rule is.
    pub confidence: Confidence,
    /// Who sees it by default.
    pub persona: Persona,
    /// What is wrong, here.
    pub message: String,
    /// What to type; may be empty.
    pub help: String,
    /// The place to underline.
    pub span: Span,
    /// Other places that explain it, in any file.
    pub labels: Vec<Label>,
    /// Where the variables in the underlined value were set: a list for each reading of the place, such as the variants
    /// of a template.
    pub definitions: Vec<Vec<Span>>,
    /// Changes that mend it.
    pub fixes: Vec<Fix>,
    /// Set where the user decided to live with it.
    pub suppressed: Option<Suppression>,
    /// By what it is known to have the cause of another finding.
    pub ties: Ties,
}

/// What a finding speaks of, which findings take it in, and whether it counts wherever it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// The numbers of the facts that it speaks of.
    pub about: Vec<u32>,
    /// Its cause: findings of one rule with one cause are one finding.
    pub cause: Option<String>,
    /// Whether it counts also where a file deploys nothing.
    pub everywhere: bool,
    /// What becomes of it on a developer's own machine.
    pub production: Production,
    /// What a comment beside it may say that makes it one step milder.
    pub remark: Option<Remark>,
    /// How bad it was, and for whom, before such a comment counted.
    pub before_remark: Option<(Severity, Persona)>,
    /// The rules that take it in where they fire, each with the number of the fact that both speak of.
    pub gives_way_to: Vec<(String, u32)>,
}

/// What becomes of a finding in a file for a developer's own machine.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(from = "Counted")]
pub enum Production {
    /// Nothing.
    #[default]
    Any,
    /// It is one step milder.
    Milder,
    /// It is for the pedantic persona, where the file's name says so; else one step milder.
    Only,
}

/// As a rule says it: `true`, or `milder`.
#[derive(Deserialize)]
#[serde(untagged)]
enum Counted {
    Only(bool),
    Milder(Milder),
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Milder {
    Milder,
}

impl From<Counted> for Production {
    fn from(counted: Counted) -> Self {
        match counted {
            Counted::Only(false) => Production::Any,
            Counted::Only(true) => Production::Only,
            Counted::Milder(Milder::Milder) => Production::Milder,
        }
    }
}

/// What a comment beside a line may say, so that its owner needs no more telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// Why it has to be so.
    Reason,
    /// The same, where that takes nothing from what there is to do: an error becomes a warning, and a warning stays one.
    ReasonOfError,
    /// That the value has to be replaced.
    Replace,
    /// That another linter of Dockerfiles is told to accept the tag, by its rule for that.
    Tag,
}

/// A place with a remark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// The remark.
    pub text: String,
}

/// A change that mends a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// Whether it can't change what runs in a deployment that works.
    pub safe: bool,
    /// What it does, in words.
    pub title: String,
    /// What it may break; empty for a safe one.
    pub breaks: String,
    /// Milder rules that may have something to say of the new value.
    pub leaves: Vec<String>,
    /// What the rule asks for, in places of values. `fix` makes `edits` of it.
    pub plan: Vec<Planned>,
    /// The replacements in the files as they are written; they do not overlap. Empty until `fix` has placed them.
    pub edits: Vec<(Span, String)>,
}

/// One change of a fix, at the place of a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Where the value, the key or the entry is.
    pub at: Span,
    /// The value that the place says, where it is one.
    pub was: Option<String>,
    /// Where the variables in it were set, by name.
    pub definitions: Vec<(String, Span)>,
    /// What becomes of it.
    pub change: Change,
}

/// What becomes of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another value; its quotes stay.
    Replace(String),
    /// Other bytes, as they are typed.
    Rewrite(String),
    /// The bytes that stand at another place of the same file.
    Copy(Span),
    /// The same bytes between two others.
    Wrap(String, String),
    /// New lines, or a new entry.
    Insert(Side, String),
    /// The whole entry goes, with its lines.
    Delete,
    /// The whole entry goes into the mapping whose key is here.
    Move(Span),
    /// A comment that suppresses these rules there, for this reason.
    Ignore(Vec<String>, String),
}

/// Where something new goes, seen from a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// As the last entry of the mapping, the list or the section that begins at the place.
    Inside,
    /// As the next entry after the one at the place.
    After,
    /// As the entry before the one at the place.
    Before,
    /// As the line below the one at the place, with its indentation.
    LineBelow,
    /// As the line above the one at the place, with its indentation.
    LineAbove,
    /// As the last line of the file that the place is in.
    End,
}

/// Why a finding does not count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suppression {
    /// `comment`, `config` or `baseline`.
    pub kind: &'static str,
    /// The user's reason; may be empty.
    pub reason: String,
    /// Where it was decided, where that is a place in a file.
    pub span: Option<Span>,
}

impl Severity {
    /// Its name in reports; frozen.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl Confidence {
    /// Its name in reports; frozen.
    pub fn name(self) -> &'static str {
        match self {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        }
    }
}

impl Persona {
    /// Its name in reports; frozen.
    pub fn name(self) -> &'static str {
        match self {
            Persona::Regular => "regular",
            Persona::Pedantic => "pedantic",
            Persona::Auditor => "auditor",
        }
    }
}
