//! What is wrong with a file itself, as its reader met it: what it is, in words, and where.
//!
//! The readers know no rules: a problem has a kind, and a rule asks for it (`when: problem.kind == "duplicate-key"`).

use crate::source::Span;

/// What kind of problem it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKind {
    /// Its bytes or its syntax can't be read; what follows was not audited.
    Unparsable,
    /// An alias that no anchor of its file answers; what stands around it was audited.
    UnknownAlias,
    /// A template, an include or a path that can't be followed.
    UnresolvedTemplate,
    /// A key stands twice in a mapping.
    DuplicateKey,
    /// A key stands twice in a mapping with one value, where a program reads it that takes the last.
    RepeatedKey,
    /// A key that its program does not know.
    UnknownKey,
    /// A value that its program refuses.
    InvalidValue,
    /// A name that nothing defines.
    UndefinedReference,
    /// Services that wait for each other, files that include each other.
    DependencyCycle,
    /// A service depends on one of a profile that is not active with it.
    ProfileDependency,
    /// Two services ask for one container name.
    DuplicateContainerName,
    /// Two services ask for one port of the host.
    DuplicateHostPort,
    /// A mode of a mount that compose does not know and leaves out.
    MountModeIgnored,
    /// An empty or missing value that takes the place of an env file's.
    EnvFileValueHidden,
    /// A number that YAML rewrites.
    UnquotedNumber,
    /// A command of which compose drops what stands behind an operator.
    CommandCutShort,
    /// A service, network or volume that an included file defines in another way.
    IncludeConflict,
    /// A variable or a label that a list gives twice, with two values.
    EntryRepeated,
    /// A comment that suppresses nothing.
    UnusedSuppression,
    /// Why a project can't be read as one; another reading of it may tell the cause.
    Refused,
}

impl ProblemKind {
    /// The words of all kinds, in the order of their declaration.
    pub const WORDS: &'static [&'static str] = &[
        "unparsable",
        "unknown-alias",
        "unresolved-template",
        "duplicate-key",
        "repeated-key",
        "unknown-key",
        "invalid-value",
        "undefined-reference",
        "dependency-cycle",
        "profile-dependency",
        "duplicate-container-name",
        "duplicate-host-port",
        "mount-mode-ignored",
        "env-file-value-hidden",
        "unquoted-number",
        "command-cut-short",
        "include-conflict",
        "entry-repeated",
        "unused-suppression",
        "refused",
    ];

    /// The kind's word, as rules compare with it.
    pub fn word(self) -> &'static str {
        match self {
            ProblemKind::Unparsable => "unparsable",
            ProblemKind::UnknownAlias => "unknown-alias",
            ProblemKind::UnresolvedTemplate => "unresolved-template",
            ProblemKind::DuplicateKey => "duplicate-key",
            ProblemKind::RepeatedKey => "repeated-key",
            ProblemKind::UnknownKey => "unknown-key",
            ProblemKind::InvalidValue => "invalid-value",
            ProblemKind::UndefinedReference => "undefined-reference",
            ProblemKind::DependencyCycle => "dependency-cycle",
            ProblemKind::ProfileDependency => "profile-dependency",
            ProblemKind::DuplicateContainerName => "duplicate-container-name",
            ProblemKind::DuplicateHostPort => "duplicate-host-port",
            ProblemKind::MountModeIgnored => "mount-mode-ignored",
            ProblemKind::EnvFileValueHidden => "env-file-value-hidden",
            ProblemKind::UnquotedNumber => "unquoted-number",
            ProblemKind::CommandCutShort => "command-cut-short",
            ProblemKind::IncludeConflict => "include-conflict",
            ProblemKind::EntryRepeated => "entry-repeated",
            ProblemKind::UnusedSuppression => "unused-suppression",
            ProblemKind::Refused => "refused",
        }
    }

    /// Whether what reads the file stops on it.
    pub fn broken(self) -> bool {
        matches!(self, ProblemKind::Unparsable | ProblemKind::UnknownAlias)
    }

    /// Whether what the file says is not known for it, so that nothing can be said to be absent.
    pub fn unread(self) -> bool {
        matches!(self, ProblemKind::Unparsable | ProblemKind::UnknownAlias | ProblemKind::UnresolvedTemplate)
    }
}

/// Something wrong with a file itself: becomes a fact of subject `problem`, and a finding by the rule that asks for its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// What kind of problem it is.
    pub kind: ProblemKind,
    /// What is wrong, as a sentence without a full stop. Never holds a value of the file that may be secret.
    pub message: String,
    /// What to do about it; may be empty.
    pub help: String,
    /// Where.
    pub span: Span,
    /// Other places that explain it.
    pub labels: Vec<(Span, String)>,
    /// What would decide whether it is a problem at all, where that can't be known.
    pub doubt: Option<Box<str>>,
}

impl Problem {
    /// A problem of `kind` at `span`.
    pub fn new(kind: ProblemKind, message: impl Into<String>, span: Span) -> Self {
        Self { kind, message: message.into(), help: String::new(), span, labels: Vec::new(), doubt: None }
    }

    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = help.into();
        self
    }

    /// The same as something that can't be known; `what` would decide it.
    #[must_use]
    pub fn doubt(mut self, what: impl Into<Box<str>>) -> Self {
        self.doubt = Some(what.into());
        self
    }

    /// The same with another place.
    #[must_use]
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push((span, text.into()));
        self
    }
}

/// Whether a part of a name is a word between brackets, which stands for one that belongs there: `<user>`, `{image}`.
pub(crate) fn is_placeholder(part: &str) -> bool {
    let inner = |open, close| part.strip_prefix(open).and_then(|rest: &str| rest.strip_suffix(close));
    let word = |w: &str| !w.is_empty() && w.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' '));
    inner('<', '>').or_else(|| inner('{', '}')).is_some_and(word)
}
