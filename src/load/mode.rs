//! Whether files may be executed.
//!
//! Asked of scripts alone, whatever they are called: of nothing else does it matter. What git says counts for each clone; what this
//! disk says may be lost on the way here, or be made up by a file system that has no modes.

use std::path::Path;

use crate::discover::Candidate;
use crate::document::Kind;
use crate::text::Text;

use super::Verdict;

/// Whether a file may be executed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Mode {
    /// Nobody says.
    #[default]
    Unknown,
    /// Somebody may.
    Executable,
    /// Nobody may, here and in each clone.
    Plain,
    /// Nobody may, on this disk; git does not track it.
    PlainHere,
}

/// The mode of a candidate that holds `text`.
pub(super) fn of(candidate: &Candidate, verdict: &Verdict, text: &Text) -> Mode {
    if *verdict != Verdict::Audited(Kind::Script) && !text.value().starts_with("#!") {
        return Mode::Unknown;
    }
    let given = candidate.content.is_some();
    let disk = candidate.disk.as_deref().and_then(on_disk);
    match (candidate.executable, disk) {
        (Some(true), _) | (_, Some(true)) => Mode::Executable,
        // Where the disk has no modes, git's are those of another system.
        (Some(false), Some(false)) => Mode::Plain,
        (Some(false), None) if given => Mode::Plain,
        (None, Some(false)) => Mode::PlainHere,
        (_, None) => Mode::Unknown,
    }
}

#[cfg(unix)]
fn on_disk(path: &Path) -> Option<bool> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).ok().map(|meta| meta.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn on_disk(_: &Path) -> Option<bool> {
    None
}
