//! A rule file as its author wrote it. Compiling it, and every check beyond YAML's own, is left to `compile`.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde::Deserialize;

use crate::finding::{Confidence, Persona, Production, Remark, Severity, Side};

/// A whole file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// Kebab-case; equals the file's name.
    pub id: String,
    /// One line.
    pub title: String,
    /// The facts that it looks at.
    pub subject: String,
    /// How bad it is.
    pub severity: Severity,
    /// How sure it is.
    pub confidence: Confidence,
    /// Who sees it.
    pub persona: Persona,
    /// The condition.
    pub when: String,
    /// Exceptions, the first that holds counts.
    #[serde(default)]
    pub cases: Vec<CaseFile>,
    /// What to underline; the fact itself where absent.
    #[serde(default)]
    pub at: Option<String>,
    /// Other places.
    #[serde(default)]
    pub labels: Vec<LabelFile>,
    /// The cause: findings for which it has one value are one finding, at the worst place or the first.
    #[serde(default)]
    pub one_per: Option<String>,
    /// Where it holds, the finding counts also in tests, examples and copies.
    #[serde(default)]
    pub everywhere: Option<String>,
    /// Whether what a default turns off is its owner's to turn on: the finding is then for the pedantic persona, errors apart.
    #[serde(default)]
    pub opt_in: bool,
    /// Whether it counts in what is deployed alone: what becomes of it in a file for a developer's own machine.
    #[serde(default)]
    pub production: Production,
    /// What a comment beside the line may say that makes the finding one step milder.
    #[serde(default)]
    pub remark: Option<Remark>,
    /// What reports file it under beside its group; `security` for what gives access, power or a secret away.
    #[serde(default)]
    pub tags: Vec<String>,
    /// The rules whose findings take this one in, each with the fact that both speak of.
    #[serde(default)]
    pub gives_way_to: IndexMap<String, String>,
    /// What is wrong.
    pub message: String,
    /// What to type.
    #[serde(default)]
    pub help: String,
    /// What happens in production.
    pub why: String,
    /// How this is known.
    pub evidence: Evidence,
    /// What users may set.
    #[serde(default)]
    pub options: IndexMap<String, OptionFile>,
    /// A change that mends it.
    #[serde(default)]
    pub fix: Option<FixFile>,
    /// Several such changes: the first whose condition holds counts.
    #[serde(default)]
    pub fixes: Vec<FixFile>,
    /// Its tests; a rule without is refused, but what a run loads leaves them out.
    #[serde(default)]
    pub examples: Examples,
    /// Known gaps.
    #[serde(default)]
    pub misses: Vec<Miss>,
}

impl RuleFile {
    /// What stands for a file of the program's own that can't be read, which a test refuses: it never fires.
    pub(super) fn unreadable(id: &str) -> Self {
        debug_assert!(false, "{id} can't be read");
        Self {
            id: id.to_owned(),
            title: String::new(),
            subject: String::new(),
            severity: Severity::Note,
            confidence: Confidence::Low,
            persona: Persona::Auditor,
            when: "false".to_owned(),
            cases: Vec::new(),
            at: None,
            labels: Vec::new(),
            one_per: None,
            everywhere: None,
            opt_in: false,
            production: Production::Any,
            remark: None,
            tags: Vec::new(),
            gives_way_to: IndexMap::new(),
            message: String::new(),
            help: String::new(),
            why: String::new(),
            evidence: Evidence { kind: EvidenceKind::Documented, note: String::new(), refs: Vec::new() },
            options: IndexMap::new(),
            fix: None,
            fixes: Vec::new(),
            examples: Examples::default(),
            misses: Vec::new(),
        }
    }
}

/// What replaces parts of the finding where its condition holds.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The condition.
    pub when: String,
    /// How bad it is then.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// How sure it is then.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// Who sees it then.
    #[serde(default)]
    pub persona: Option<Persona>,
    /// What is wrong then.
    #[serde(default)]
    pub message: Option<String>,
    /// What to type then.
    #[serde(default)]
    pub help: Option<String>,
}

/// Another place.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabelFile {
    /// A list: one label for each `item`.
    #[serde(default)]
    pub each: Option<String>,
    /// The place.
    pub at: String,
    /// The remark.
    pub text: String,
}

/// How a claim is known.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The kind of proof.
    pub kind: EvidenceKind,
    /// What was seen.
    pub note: String,
    /// Where to look it up.
    #[serde(default)]
    pub refs: Vec<String>,
}

/// A kind of proof.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EvidenceKind {
    /// Seen by running the software.
    Ran,
    /// Read in the software's source.
    Source,
    /// Read in its documentation.
    Documented,
}

/// What users may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OptionFile {
    /// The value where the user sets none; its type is the option's type.
    pub default: serde_yaml::Value,
    /// One sentence.
    pub doc: String,
}

/// A change.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FixFile {
    /// The condition under which it is right.
    #[serde(default)]
    pub when: Option<String>,
    /// Whether it keeps what runs in a deployment that works.
    pub safety: Safety,
    /// What it does.
    pub title: String,
    /// What it may break, where it is not safe.
    #[serde(default)]
    pub breaks: String,
    /// Milder rules that may have something to say of the new value.
    #[serde(default)]
    pub leaves: Vec<String>,
    /// The edits.
    pub edits: Vec<EditFile>,
}

/// Whether a fix can be applied without a look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Safety {
    /// Yes.
    Safe,
    /// No.
    Unsafe,
}

/// One edit: `at` and one of `replace`, `rewrite`, `wrap`, `insert` with `to`, `delete`, `move`, `copy`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EditFile {
    /// A list: one edit for each `item`.
    #[serde(default)]
    pub each: Option<String>,
    /// The place.
    pub at: String,
    /// Another value; its quotes stay.
    #[serde(default)]
    pub replace: Option<String>,
    /// Other bytes.
    #[serde(default)]
    pub rewrite: Option<String>,
    /// What goes before and behind the bytes, which stay.
    #[serde(default)]
    pub wrap: Option<(String, String)>,
    /// New lines.
    #[serde(default)]
    pub insert: Option<String>,
    /// Where the new lines go.
    #[serde(default)]
    pub to: Option<Side>,
    /// Whether the whole entry goes.
    #[serde(default)]
    pub delete: bool,
    /// The key of the mapping that the whole entry goes into.
    #[serde(default, rename = "move")]
    pub into: Option<String>,
    /// The value of the same file whose bytes are written there.
    #[serde(default)]
    pub copy: Option<String>,
}

/// The tests of a rule.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Examples {
    /// Those that fire.
    pub bad: Vec<Example>,
    /// Those that do not; the near misses.
    pub good: Vec<Example>,
}

/// A deployment, as one text or several files.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Example {
    /// What it shows.
    pub name: String,
    /// The content of the one file.
    #[serde(default)]
    pub text: Option<String>,
    /// The name of the one file; with `files`, the one that `at` lies in.
    #[serde(default)]
    pub file: Option<String>,
    /// Several files, by path.
    #[serde(default)]
    pub files: IndexMap<String, String>,
    /// The modes of `files`, as chmod takes them; the others' are not known.
    #[serde(default)]
    pub modes: BTreeMap<String, Mode>,
    /// The exact source text that is underlined, once for each finding.
    #[serde(default)]
    pub at: Many<String>,
    /// The lines of `at`, where its text occurs more than once.
    #[serde(default)]
    pub line: Many<u32>,
    /// The severity of the findings, where a case changes it.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// A part of the first finding's message.
    #[serde(default)]
    pub message: Option<String>,
    /// The first finding's help, whole.
    #[serde(default)]
    pub help: Option<String>,
    /// Source texts that labels of the first finding underline.
    #[serde(default)]
    pub labels: Many<String>,
    /// Options to run with.
    #[serde(default)]
    pub options: BTreeMap<String, serde_yaml::Value>,
    /// Other rules that run too; their findings do not count.
    #[serde(default)]
    pub with: Vec<String>,
    /// Why the rule's fix leaves this bad example as it is; without it, the fix has to make it silent.
    #[serde(default)]
    pub unfixed: Option<String>,
}

/// The mode of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Mode {
    /// Whether somebody may execute it.
    pub executable: bool,
}

impl TryFrom<String> for Mode {
    type Error = String;

    fn try_from(written: String) -> Result<Self, String> {
        let mode = u32::from_str_radix(&written, 8).ok().filter(|mode| *mode <= 0o7777);
        let mode =
            mode.ok_or_else(|| format!("`{written}` is no mode: write four digits in quotes, such as '0755'"))?;
        Ok(Self { executable: mode & 0o111 != 0 })
    }
}

/// A known gap: asserted silent, so that closing it is noticed.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Miss {
    /// What is missed.
    pub name: String,
    /// Why.
    pub why: String,
    /// The content of the one file.
    #[serde(default)]
    pub text: Option<String>,
    /// The name of the one file.
    #[serde(default)]
    pub file: Option<String>,
    /// Several files, by path.
    #[serde(default)]
    pub files: IndexMap<String, String>,
}

/// One or several.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Many<T> {
    /// One.
    One(T),
    /// Several.
    All(Vec<T>),
}

impl<T> Many<T> {
    /// As a slice.
    pub fn all(&self) -> &[T] {
        match self {
            Many::One(one) => std::slice::from_ref(one),
            Many::All(all) => all,
        }
    }
}

impl<T> Default for Many<T> {
    fn default() -> Self {
        Many::All(Vec::new())
    }
}

impl From<&Miss> for Example {
    fn from(miss: &Miss) -> Self {
        Example {
            name: miss.name.clone(),
            text: miss.text.clone(),
            file: miss.file.clone(),
            files: miss.files.clone(),
            at: Many::default(),
            line: Many::default(),
            severity: None,
            message: None,
            help: None,
            labels: Many::default(),
            options: BTreeMap::new(),
            with: Vec::new(),
            unfixed: None,
            modes: BTreeMap::new(),
        }
    }
}
