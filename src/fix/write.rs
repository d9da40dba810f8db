//! Changed files on disk: each is the old one or the new one at any moment, and never another.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::Changed;
use crate::discover::reason;

/// Writes a changed file in place of the old one; its mode stays, and so does a link that names it.
///
/// # Errors
/// Why it was not written, in words: the old file is there then.
pub fn write(changed: &Changed, roots: &[PathBuf]) -> Result<(), String> {
    let path = &changed.candidate.path;
    let Some(disk) = &changed.candidate.disk else { return Err(format!("{path}: it is no file on disk")) };
    let failed = |what: &str, error: &io::Error| format!("{path}: {what}: {}", reason(error));
    let real = fs::canonicalize(disk).map_err(|e| failed("can't be found", &e))?;
    if !inside(&real, roots) {
        return Err(format!("{path}: not written: it is a link to a file outside of what is audited"));
    }
    let now = fs::read(&real).map_err(|e| failed("can't be read", &e))?;
    if now.starts_with(&[0xff, 0xfe]) || now.starts_with(&[0xfe, 0xff]) {
        return Err(format!("{path}: not written: it is UTF-16 text, save it as UTF-8 first"));
    }
    if now != changed.before.as_bytes() {
        return Err(format!("{path}: not written: the file changed while it was audited"));
    }
    replace(&real, changed.after.as_bytes()).map_err(|e| failed("can't be written", &e))
}

/// Whether the file lies below one of the folders, links followed.
fn inside(real: &Path, roots: &[PathBuf]) -> bool {
    let root = |root: &PathBuf| {
        // Who names a file names its folder, not where a link of that name leads.
        let parent = root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let folder = fs::canonicalize(if root.is_dir() { root } else { parent }).ok()?;
        Some(real.starts_with(folder))
    };
    roots.iter().any(|path| root(path) == Some(true))
}

/// Puts `content` in place of the file: written beside it, made durable, then renamed over it.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let meta = fs::metadata(path)?;
    let (mut file, temporary) = beside(path)?;
    let done = fill(&mut file, content, &meta).and_then(|()| {
        drop(file);
        fs::rename(&temporary, path)
    });
    if done.is_err() {
        let _ = fs::remove_file(&temporary);
        return done;
    }
    // The rename itself is durable when the folder is; not all systems let a folder be opened.
    if let Some(folder) = path.parent().and_then(|folder| File::open(folder).ok()) {
        let _ = folder.sync_all();
    }
    Ok(())
}

fn fill(file: &mut File, content: &[u8], meta: &fs::Metadata) -> io::Result<()> {
    file.write_all(content)?;
    file.set_permissions(meta.permissions())?;
    owner(file, meta)?;
    file.sync_all()
}

/// The owner stays; where that is not allowed, nothing is written.
#[cfg(unix)]
fn owner(file: &File, meta: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = file.metadata()?;
    if (own.uid(), own.gid()) == (meta.uid(), meta.gid()) {
        return Ok(());
    }
    fchown(file, Some(meta.uid()), Some(meta.gid()))?;
    file.set_permissions(meta.permissions())
}

#[cfg(not(unix))]
fn owner(_: &File, _: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// A new file in the folder of `path`, which nobody else has.
fn beside(path: &Path) -> io::Result<(File, PathBuf)> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let mut error = io::Error::from(io::ErrorKind::AlreadyExists);
    for n in 0..100 {
        let temporary = path.with_file_name(format!(".{name}.deploylint-{}-{n}", std::process::id()));
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        match options.open(&temporary) {
            Ok(file) => return Ok((file, temporary)),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists => error = e,
            Err(e) => return Err(e),
        }
    }
    Err(error)
}
