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

/// What a finding speaks of, and which findings take it in; for merging those of one cause.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    /// The numbers of the facts that it speaks of.
    pub about: Vec<u32>,
    /// Its cause: findings of one rule with one cause are one finding.
    pub cause: Option<String>,
    /// The rules that take it in where they fire, each with the number of the fact that both speak of.
    pub gives_way_to: Vec<(String, u32)>,
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
    /// Whether it keeps the deployment's behaviour but for the defect.
    pub safe: bool,
    /// What it does, in words.
    pub title: String,
    /// The replacements; they do not overlap.
    pub edits: Vec<(Span, String)>,
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
