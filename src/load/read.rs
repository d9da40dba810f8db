//! Bytes from disk, as few as possible.
//!
//! A tree holds pictures, programs and archives beside its deployment; their names are enough. What a text is, is
//! left to `classify`.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use super::classify::{self, Wanted};
use crate::discover::{Candidate, reason};
use crate::source::Sources;

/// The largest file that is read, in bytes, unless the user says otherwise. Deployment files are small (the largest compose file seen: 103 kB).
pub const MAX_BYTES: u64 = 8 * 1024 * 1024;

/// How much is read of a file whose name says nothing.
const HEAD: usize = 1024;

/// What is left of a file that can't be read as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Damage {
    /// All but the bytes that are not UTF-8.
    Bytes,
    /// All of it, which is UTF-16.
    Wide,
    /// Nothing.
    Lost,
}

/// A file's content.
#[derive(Debug)]
pub(super) enum Content {
    /// The text.
    Text(Arc<str>),
    /// It can't be read as text.
    Broken {
        /// What could be read, with replacement characters.
        text: Arc<str>,
        /// What is wrong.
        message: String,
        /// At which byte.
        at: usize,
        /// What is left of it.
        damage: Damage,
    },
    /// Its name or its first bytes say that it is nothing for us.
    Skipped,
}

/// Reads a candidate; `named` where somebody asked for it by name or pattern.
pub(super) fn read(candidate: &Candidate, named: bool, sources: &Sources) -> Content {
    let wanted = if named || candidate.content.is_some() { Wanted::Whole } else { classify::wanted(&candidate.path) };
    read_as(candidate, wanted, sources)
}

/// Reads as much of a candidate as is wanted.
pub(super) fn read_as(candidate: &Candidate, wanted: Wanted, sources: &Sources) -> Content {
    let limit = sources.largest().unwrap_or(MAX_BYTES);
    if let Some(content) = &candidate.content {
        if content.len() as u64 > limit {
            return too_large(content.len() as u64, limit);
        }
        return decode(content.clone());
    }
    let Some(disk) = &candidate.disk else { return lost("no content".to_owned()) };
    match (wanted, sources.unsaved(disk)) {
        (Wanted::Nothing, _) => Content::Skipped,
        (wanted, Some(text)) => unsaved(&text, wanted == Wanted::Head, limit),
        (Wanted::Whole, None) => from_disk(disk, false, limit),
        (Wanted::Head, None) => from_disk(disk, true, limit),
    }
}

/// A text that stands in for a file.
fn unsaved(text: &Arc<str>, sniff: bool, limit: u64) -> Content {
    let head = text.as_bytes().get(..HEAD).unwrap_or(text.as_bytes());
    if sniff && !classify::promising(head) {
        return Content::Skipped;
    }
    if text.len() as u64 > limit {
        return too_large(text.len() as u64, limit);
    }
    Content::Text(Arc::clone(text))
}

fn from_disk(disk: &Path, sniff: bool, limit: u64) -> Content {
    let failed = |error: std::io::Error| lost(format!("can't be read: {}", reason(&error)));
    // Asked before opening: to open a FIFO waits for its writer.
    let size = match std::fs::metadata(disk) {
        Err(error) => return failed(error),
        Ok(meta) if !meta.is_file() => return lost("not a regular file".to_owned()),
        Ok(meta) if meta.len() > limit && !sniff => return too_large(meta.len(), limit),
        Ok(meta) => meta.len().min(limit),
    };
    let mut file = match File::open(disk) {
        Ok(file) => file,
        Err(error) => return failed(error),
    };
    if sniff {
        let mut head = Vec::with_capacity(HEAD);
        match (&mut file).take(HEAD as u64).read_to_end(&mut head) {
            Err(error) => return failed(error),
            Ok(_) if !classify::promising(&head) => return Content::Skipped,
            Ok(n) if n < HEAD => return decode(head),
            Ok(_) => {}
        }
        if let Err(error) = file.seek(SeekFrom::Start(0)) {
            return failed(error);
        }
    }
    // With room for all of it, so that it is read at once.
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // The file may grow while it is read, and a file of /proc says that it has no length.
    match file.take(limit + 1).read_to_end(&mut bytes) {
        Err(error) => failed(error),
        Ok(n) if n as u64 > limit => too_large(n as u64, limit),
        Ok(_) => decode(bytes),
    }
}

fn decode(bytes: Vec<u8>) -> Content {
    if bytes.starts_with(classify::GIT_CRYPT.as_bytes()) {
        // What follows is noise; the mark says why nothing of it was audited.
        return Content::Text(classify::GIT_CRYPT.into());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Content::Text(text.into()),
        Err(error) => {
            let at = error.utf8_error().valid_up_to();
            let bytes = error.into_bytes();
            if let Some(text) = wide(&bytes) {
                let message = "UTF-16 text: save the file as UTF-8".to_owned();
                return Content::Broken { text: text.into(), message, at: 0, damage: Damage::Wide };
            }
            let text = String::from_utf8_lossy(&bytes).into();
            Content::Broken { text, message: "not valid UTF-8 here".to_owned(), at, damage: Damage::Bytes }
        }
    }
}

/// The text of a file that begins with the mark of UTF-16, where all of it is that.
fn wide(bytes: &[u8]) -> Option<String> {
    let (mark, rest) = bytes.split_at_checked(2)?;
    let unit: fn([u8; 2]) -> u16 = match mark {
        [0xff, 0xfe] => u16::from_le_bytes,
        [0xfe, 0xff] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, []) = rest.as_chunks::<2>() else { return None };
    char::decode_utf16(units.iter().copied().map(unit)).collect::<Result<_, _>>().ok()
}

fn too_large(size: u64, limit: u64) -> Content {
    let (size, limit) = (size.div_ceil(1_048_576), limit / 1_048_576);
    lost(format!("{size} MiB is larger than a deployment file can be (limit {limit} MiB)"))
}

fn lost(message: String) -> Content {
    Content::Broken { text: Arc::default(), message, at: 0, damage: Damage::Lost }
}
