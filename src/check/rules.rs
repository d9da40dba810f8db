//! Rule files: as written, then compiled.

/// The rules of a run, compiled; can't hold an invalid one.
#[derive(Debug, Default)]
pub struct RuleSet {}
