//! How firmly a tag names one image.

use crate::model::compose::image::Reference;

/// How firmly a reference names one image.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pin {
    /// No tag: docker takes `latest`.
    None,
    /// The tag `latest`.
    Latest,
    /// A tag that moves: `stable`, a bare major version, a code name.
    Floating,
    /// A version, a date or a commit.
    Version,
    /// A digest.
    Digest,
}

impl Pin {
    /// The name in facts; frozen.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Pin::None => "none",
            Pin::Latest => "latest",
            Pin::Floating => "floating",
            Pin::Version => "version",
            Pin::Digest => "digest",
        }
    }
}

/// How firmly `reference` names one image; `None` where the part that says so is not known.
pub(crate) fn pin(reference: &Reference) -> Option<Pin> {
    if let Some(digest) = &reference.digest {
        return digest.known().filter(|d| !written_as_variable(d)).map(|_| Pin::Digest);
    }
    let Some(tag) = &reference.tag else {
        return reference.repository.known().filter(|r| !written_as_variable(r) && !r.is_empty()).map(|_| Pin::None);
    };
    tag.known().filter(|t| !written_as_variable(t)).map(of_tag)
}

/// Whether the text holds a variable of a syntax that was not expanded here.
fn written_as_variable(text: &str) -> bool {
    text.contains(['$', '{', '<', '%', '*']) || text.contains(char::is_whitespace)
}

fn of_tag(tag: &str) -> Pin {
    if tag.is_empty() {
        return Pin::None;
    }
    if tag == "latest" {
        return Pin::Latest;
    }
    let parts: Vec<&str> = tag.split(['-', '_']).collect();
    let moves = parts.iter().any(|p| matches!(*p, "latest" | "nightly" | "rolling"));
    let version = versioned(tag.as_bytes());
    // `nightly-2026-01-01` is one image; `cuda12.1-latest` is not.
    let dated = tag.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 8) || tag.matches('-').count() > 2;
    let word = tag.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    if !version || word || moves && !dated { Pin::Floating } else { Pin::Version }
}

/// Whether a tag holds two numbers of a version, a date, a build number or a commit.
fn versioned(tag: &[u8]) -> bool {
    let digit = |at: usize| tag.get(at).is_some_and(u8::is_ascii_digit);
    let two = |at: usize| matches!(tag.get(at), Some(b'.' | b'u')) && at > 0 && digit(at - 1) && digit(at + 1);
    let month =
        |at: usize| at > 3 && tag.get(at) == Some(&b'-') && (at - 4..at).all(digit) && (at + 1..at + 3).all(digit);
    let last = tag.rsplit(|b| matches!(b, b'-' | b'_')).next().unwrap_or(tag);
    let commit = matches!(last.len(), 7..=12 | 40 | 64) && last.iter().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    commit || (0..tag.len()).any(|at| two(at) || month(at)) || numbered(tag)
}

/// Whether a number has eight digits, or three and no more than two small letters before it: `b4123`.
fn numbered(tag: &[u8]) -> bool {
    let mut from = 0;
    while let Some(start) = tag[from..].iter().position(u8::is_ascii_digit).map(|at| from + at) {
        let length = tag[start..].iter().take_while(|b| b.is_ascii_digit()).count();
        let (before, after) = (&tag[..start], &tag[start + length..]);
        let letters = before.iter().rev().take_while(|b| b.is_ascii_lowercase()).count();
        let alone = letters <= 2 && !before[..before.len() - letters].last().is_some_and(u8::is_ascii_digit);
        let ends = !after.first().is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
        if length >= 8 || length >= 3 && alone && ends {
            return true;
        }
        from = start + length;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_with_a_version_are_those_of_the_pattern() {
        // The pattern that it replaces.
        let pattern = r"[0-9]+\.[0-9]+|[0-9]+u[0-9]+|[0-9]{8}|[0-9]{4}-[0-9]{2}|(^|[^a-z0-9])[a-z]{0,2}[0-9]{3,}(?-u:\b)|(^|[-_])([0-9a-f]{7,12}|[0-9a-f]{40}|[0-9a-f]{64})$";
        let pattern = regex::Regex::new(pattern).expect("a pattern");
        let pieces =
            ["", "1", "12", "123", "1234", "20240115", "a", "v", "rc", "sha", "é", "X", "u", "deadbee", "0a1b2c3"];
        let signs = ["", "-", ".", "_"];
        for (a, b) in pieces.iter().flat_map(|a| pieces.iter().map(move |b| (a, b))) {
            for (one, two) in signs.iter().flat_map(|one| signs.iter().map(move |two| (one, two))) {
                for c in pieces {
                    let tag = format!("{a}{one}{b}{two}{c}");
                    assert_eq!(versioned(tag.as_bytes()), pattern.is_match(&tag), "{tag}");
                }
            }
        }
    }

    #[test]
    fn tags_are_told_apart() {
        for tag in [
            "3.21",
            "v1.2.3",
            "16.4-alpine",
            "3.11-slim",
            "2024-01-15",
            "20240115",
            "RELEASE.2023-01-01T00-00-00Z",
            "main-v1.81.3-stable",
            "b4123",
            "sha-1a2b3c4",
            "nightly-2026-01-15",
            "22.04",
            "r1234",
            "8u131-jre",
            "6.10-24.10_edge",
        ] {
            assert_eq!(of_tag(tag), Pin::Version, "{tag}");
        }
        for tag in [
            "7",
            "v1",
            "2-alpine",
            "22-bookworm",
            "lts",
            "stable",
            "nightly",
            "main-stable",
            "bookworm-slim",
            "alpine",
            "cuda12.1-latest",
            "17-jre",
            "deadbeef-tag",
            "facade",
        ] {
            assert_eq!(of_tag(tag), Pin::Floating, "{tag}");
        }
        assert_eq!(of_tag("latest"), Pin::Latest);
    }
}
