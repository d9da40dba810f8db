//! Makes text of audited files harmless for terminals and readers.
//!
//! A file name, a key or a message may hold characters that move a cursor, ring a bell or turn the reading direction
//! (`ESC`, `BEL`, C1 controls, bidirectional overrides). They become visible stand-ins. Secrets are `redact`'s.

use std::borrow::Cow;

use crate::text::UNKNOWN;

/// `text` as one harmless line.
pub fn line(text: &str) -> Cow<'_, str> {
    if text.chars().any(|c| stand_in(c).is_some()) { Cow::Owned(replaced(text, false)) } else { Cow::Borrowed(text) }
}

/// `text` as harmless lines: line breaks stay.
pub fn lines(text: &str) -> Cow<'_, str> {
    // Most messages are of ASCII, in which only controls are harmful.
    if text.bytes().all(|b| matches!(b, b'\n' | b'\t' | 0x20..=0x7e)) {
        return Cow::Borrowed(text);
    }
    let harmful = |c: char| c != '\n' && stand_in(c).is_some();
    if text.chars().any(harmful) { Cow::Owned(replaced(text, true)) } else { Cow::Borrowed(text) }
}

/// `text` without what a CI system takes for a command: lines that begin with `::`, and `##[` anywhere (GitHub Actions and
/// Azure Pipelines read both from the output of every program). Reports for people go through this as a whole.
pub fn log(text: &str) -> Cow<'_, str> {
    let command = |line: &str| line.trim_start().starts_with("::");
    if !text.contains("##[") && !text.contains("##vso[") && !text.lines().any(command) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive('\n') {
        let start = line.len() - line.trim_start().len();
        match line.get(start..).and_then(|rest| rest.strip_prefix("::")) {
            Some(rest) => [&line[..start], ": :", rest].iter().for_each(|part| out.push_str(part)),
            None => out.push_str(line),
        }
    }
    Cow::Owned(out.replace("##[", "# #[").replace("##vso[", "# #vso["))
}

/// JSON in whose strings nothing is a command of a CI system, see [`log`].
pub fn log_json(text: String) -> String {
    if text.contains("##[") || text.contains("##vso[") {
        return text.replace("##[", "#\\u0023[").replace("##vso[", "#\\u0023vso[");
    }
    text
}

/// The same of XML.
pub fn log_xml(text: &str) -> String {
    let text = text.replace("##[", "#&#35;[").replace("##vso[", "#&#35;vso[");
    let command = |line: &str| line.trim_start().starts_with("::");
    if !text.lines().any(command) {
        return text;
    }
    let line = |line: &str| if command(line) { line.replacen("::", "&#58;:", 1) } else { line.to_owned() };
    text.split_inclusive('\n').map(line).collect()
}

/// What stands for `c`, where it must not be printed itself.
pub fn stand_in(c: char) -> Option<String> {
    match c {
        '\n' | '\r' => Some(" ".to_owned()),
        '\t' => None,
        '\u{7f}' => Some('\u{2421}'.to_string()),
        // The control pictures follow the controls in order.
        c if u32::from(c) < 0x20 => char::from_u32(0x2400 + u32::from(c)).map(String::from),
        // A value that is not known; no other program has a sign for this character.
        UNKNOWN => Some("…".to_owned()),
        c if harmful(c) => Some(format!("<U+{:04X}>", u32::from(c))),
        _ => None,
    }
}

/// Whether `c` can change what a reader sees of other characters; C0 controls are told apart by their number.
pub fn harmful(c: char) -> bool {
    matches!(c, '\u{80}'..='\u{9f}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{e0000}'..='\u{e007f}')
}

fn replaced(text: &str, keep_breaks: bool) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match stand_in(c) {
            Some(_) if keep_breaks && c == '\n' => out.push(c),
            Some(other) => out.push_str(&other),
            None => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_overrides_become_visible() {
        assert_eq!(line("a\u{1b}[31mb\u{7}\u{9b}\u{202e}c\u{8}"), "a␛[31mb␇<U+009B><U+202E>c␈");
        assert_eq!(line("two\nlines"), "two lines");
        assert_eq!(lines("two\nlines\u{1b}"), "two\nlines␛");
    }

    #[test]
    fn no_line_is_a_command_of_a_ci_system() {
        let text = "a ::error::b\n  ::set-output name=a::b\n##[add-mask]x\n::warning::c";
        assert_eq!(log(text), "a ::error::b\n  : :set-output name=a::b\n# #[add-mask]x\n: :warning::c");
        assert_eq!(log_json("[\"##[error]\"]".to_owned()), "[\"#\\u0023[error]\"]");
        assert_eq!(log_xml("##[error]\n ::a"), "#&#35;[error]\n &#58;:a");
        assert!(matches!(log("10::1 ## [x]"), Cow::Borrowed(_)));
    }

    #[test]
    fn ordinary_text_is_not_copied() {
        assert!(matches!(line("größer — ok\t✓"), Cow::Borrowed(_)));
    }
}
