//! Places as the protocol writes them: lines and characters from 0, and URIs of files.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::{Position, PositionEncodingKind, Range, Uri};

use crate::source::{Source, Span};

/// In what characters of a line are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client knows.
    Utf16,
}

impl Encoding {
    /// The best one of those that a client knows.
    pub(super) fn of(known: Option<&[PositionEncodingKind]>) -> Self {
        let utf8 = known.is_some_and(|all| all.contains(&PositionEncodingKind::UTF8));
        if utf8 { Self::Utf8 } else { Self::Utf16 }
    }

    /// Its name.
    pub(super) fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
        }
    }

    fn length(self, text: &str) -> usize {
        match self {
            Self::Utf8 => text.len(),
            Self::Utf16 => text.encode_utf16().count(),
        }
    }

    /// Where `span` is in the text that it is of.
    pub(super) fn range(self, source: &Source, span: Span) -> Range {
        Range { start: self.position(source, span.start), end: self.position(source, span.end) }
    }

    /// Where the byte `offset` is.
    pub(super) fn position(self, source: &Source, offset: u32) -> Position {
        let line = source.position(offset).line;
        let start = source.line_range(line).start;
        let mut end = (offset as usize).clamp(start, source.text.len().max(start));
        while !source.text.is_char_boundary(end) {
            end -= 1;
        }
        let before = source.text.get(start..end).unwrap_or_default();
        Position { line: line - 1, character: u32::try_from(self.length(before)).unwrap_or(u32::MAX) }
    }

    /// The byte at `position` of `text`; one past the end of a line is its end.
    pub(super) fn offset(self, text: &str, position: Position) -> usize {
        let Some(start) = line_start(text, position.line) else { return text.len() };
        let rest = text.get(start..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        let line = line.strip_suffix('\r').unwrap_or(line);
        let wanted = position.character as usize;
        let mut counted = 0;
        for (at, c) in line.char_indices() {
            let width = if self == Self::Utf8 { c.len_utf8() } else { c.len_utf16() };
            // A place within a character is its beginning.
            if counted + width > wanted {
                return start + at;
            }
            counted += width;
        }
        start + line.len()
    }
}

/// The first byte of the line, from 0; `None` behind the last one.
fn line_start(text: &str, line: u32) -> Option<usize> {
    match line.checked_sub(1) {
        None => Some(0),
        Some(before) => text.match_indices('\n').nth(before as usize).map(|(at, _)| at + 1),
    }
}

/// The path of a file's URI; `None` for other schemes and machines.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let slash = rest.find('/')?;
    let (machine, path) = rest.split_at(slash);
    if !machine.is_empty() && machine != "localhost" {
        return None;
    }
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let text = decoded(path)?;
    // `/c:/x` of Windows.
    let drive = text.as_bytes().get(2) == Some(&b':');
    Some(PathBuf::from(if cfg!(windows) && drive { text.get(1..)? } else { &text }))
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let mut digit = || char::from(rest.next()?).to_digit(16);
        bytes.push(u8::try_from(digit()? * 16 + digit()?).ok()?);
    }
    String::from_utf8(bytes).ok()
}

/// The URI of an absolute path.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let text = path.to_str()?.replace('\\', if cfg!(windows) { "/" } else { "\\" });
    let mut out = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => _ = write!(out, "%{byte:02X}"),
        }
    }
    Uri::from_str(&out).ok()
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::{Encoding, path, uri};
    use crate::source::Source;
    use lsp_types::Position;

    #[test]
    fn places_go_both_ways() {
        let text = "a: \u{e9}\u{1f600}x\r\nlast";
        let source = Source::new("a", None, text);
        let at = |line, character| Position { line, character };
        for (encoding, offset, position) in [
            (Encoding::Utf16, 3, at(0, 3)),
            (Encoding::Utf16, 5, at(0, 4)),
            (Encoding::Utf16, 9, at(0, 6)),
            (Encoding::Utf8, 9, at(0, 9)),
            (Encoding::Utf8, 12, at(1, 0)),
        ] {
            assert_eq!(encoding.position(&source, offset), position);
            assert_eq!(encoding.offset(text, position), offset as usize);
        }
        // Past the end of a line, of the text, and within a character.
        assert_eq!(Encoding::Utf16.offset(text, at(0, 99)), 10);
        assert_eq!(Encoding::Utf16.offset(text, at(9, 0)), text.len());
        assert_eq!(Encoding::Utf16.offset(text, at(0, 5)), 5);
    }

    #[test]
    fn a_path_is_escaped_and_read_again() {
        let odd = Path::new("/a b/\u{e9}%#.yml");
        let escaped = uri(odd).expect("a URI");
        assert_eq!(escaped.as_str(), "file:///a%20b/%C3%A9%25%23.yml");
        assert_eq!(path(&escaped), Some(PathBuf::from(odd)));
        for other in ["untitled:one", "file://elsewhere/a", "file:///a%4"] {
            assert_eq!(other.parse().ok().and_then(|u| path(&u)), None, "{other}");
        }
    }
}
