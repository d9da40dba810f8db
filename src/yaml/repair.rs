//! Quoted scalars whose lines stand further left than the parser takes them, mended without moving a byte.

use granit_parser::ScanError;

use super::parse::floor;

/// PyYAML and Go yaml accept quoted scalars whose continuation lines stand at or left of their key's column; the parser
/// does not. Replacing the line break before such a line by a space keeps every byte offset.
pub(super) fn repair(input: &mut String, error: &ScanError) -> bool {
    let message = error.info();
    let indentation = message.contains("indent") || message.contains("tab");
    let at = error.marker().byte_offset().unwrap_or(0).min(input.len());
    if !indentation {
        return false;
    }
    let Some(newline) = input[..floor(input, at)].rfind('\n') else { return false };
    // A picture of a dashboard in quotes has thousands of such lines.
    let end = if message.contains("quoted") { closing_quote(input, newline).unwrap_or(newline) } else { newline };
    let mut bytes = std::mem::take(input).into_bytes();
    for byte in &mut bytes[newline..=end] {
        if matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    if newline > 0 && bytes[newline - 1] == b'\r' {
        bytes[newline - 1] = b' ';
    }
    *input = String::from_utf8(bytes).unwrap_or_default();
    true
}

/// Where the quoted scalar ends that the line break at `newline` lies in. It begins behind `: ` or `- ` with the nearest quote
/// that nothing closes up to there.
fn closing_quote(input: &str, newline: usize) -> Option<usize> {
    let bytes = input.as_bytes();
    // How often each quote stands between here and the line break.
    let (mut single, mut double) = (0_usize, 0_usize);
    for at in (2..newline).rev() {
        let count = match bytes[at] {
            b'\'' => &mut single,
            b'"' if bytes[at - 1] != b'\\' => &mut double,
            _ => continue,
        };
        *count += 1;
        if *count % 2 == 1 && bytes[at - 1] == b' ' && matches!(bytes[at - 2], b':' | b'-') {
            return closing(bytes, bytes[at], newline);
        }
    }
    None
}

/// Where the quote `quote` stands behind `from` and is not escaped: by a backslash, or by being doubled.
fn closing(bytes: &[u8], quote: u8, from: usize) -> Option<usize> {
    let mut at = from;
    while let Some(byte) = bytes.get(at) {
        if quote == b'"' && *byte == b'\\' || quote == b'\'' && bytes[at..].starts_with(b"''") {
            at += 2;
            continue;
        }
        if *byte == quote {
            return Some(at);
        }
        at += 1;
    }
    None
}
