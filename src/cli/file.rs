//! Writes files whole or not at all: a report that is cut off looks like a report.

use std::fs;
use std::io::{self, Write};
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
    let renamed = beside(target).and_then(|(mut file, beside)| {
        let filled = file.write_all(content).and_then(|()| {
            there.map_or(Ok(()), |meta| file.set_permissions(meta.permissions()))?;
            drop(file);
            fs::rename(&beside, target)
        });
        if filled.is_err() {
            let _ = fs::remove_file(&beside);
        }
        filled
    });
    let Err(error) = renamed else { return Ok(()) };
    // The folder may be closed to us and the file open.
    if error.kind() == io::ErrorKind::PermissionDenied && there.is_some() {
        return fs::write(target, content);
    }
    Err(error)
}

/// A new file beside `target`. What lies there under its name already, a link that someone planted, is not written to.
fn beside(target: &Path) -> io::Result<(fs::File, PathBuf)> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    let mut error = io::Error::from(io::ErrorKind::AlreadyExists);
    for n in 0..100 {
        let beside = target.with_file_name(format!(".{name}.{}-{n}.tmp", std::process::id()));
        match fs::File::create_new(&beside) {
            Ok(file) => return Ok((file, beside)),
            Err(found) if found.kind() == io::ErrorKind::AlreadyExists => error = found,
            Err(other) => return Err(other),
        }
    }
    Err(error)
}
