//! Writes files whole or not at all: a report that is cut off looks like a report.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::Failure;
use crate::discover::reason;

/// Writes `content` to `path`: to a file beside it first, which then takes its name.
///
/// # Errors
/// The path and the system's reason. What stood there before stands there still.
pub(super) fn write(path: &Path, content: &[u8]) -> Result<(), Failure> {
    // A link stays a link.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let there = fs::metadata(&target).ok();
    // A pipe or a device can't be replaced.
    let stream = there.as_ref().is_some_and(|meta| !meta.is_file());
    let written = if stream { fs::write(&target, content) } else { replace(&target, content, there.as_ref()) };
    written.map_err(|error| Failure(format!("{}: can't be written: {}", path.display(), reason(&error))))
}

fn replace(target: &Path, content: &[u8], there: Option<&fs::Metadata>) -> io::Result<()> {
    let beside = beside(target);
    let renamed = fs::write(&beside, content).and_then(|()| {
        if let Some(meta) = there {
            fs::set_permissions(&beside, meta.permissions())?;
        }
        fs::rename(&beside, target)
    });
    let Err(error) = renamed else { return Ok(()) };
    let _ = fs::remove_file(&beside);
    // The folder may be closed to us and the file open.
    if error.kind() == io::ErrorKind::PermissionDenied && there.is_some() {
        return fs::write(target, content);
    }
    Err(error)
}

/// A name beside `target` that no other run uses.
fn beside(target: &Path) -> PathBuf {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    target.with_file_name(format!(".{name}.{}.tmp", std::process::id()))
}
