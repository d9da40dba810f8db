//! How firmly a tag names one image.

use std::sync::LazyLock;

use regex::Regex;

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
    static VERSION: LazyLock<Option<Regex>> = LazyLock::new(|| {
        // Two numbers of a version, a date, a build number, a commit. In ASCII: Unicode's digits make the pattern many
        // times as large, and no tag has them.
        Regex::new(r"[0-9]+\.[0-9]+|[0-9]+u[0-9]+|[0-9]{8}|[0-9]{4}-[0-9]{2}|(^|[^a-z0-9])[a-z]{0,2}[0-9]{3,}(?-u:\b)|(^|[-_])([0-9a-f]{7,12}|[0-9a-f]{40}|[0-9a-f]{64})$").ok()
    });
    if tag.is_empty() {
        return Pin::None;
    }
    if tag == "latest" {
        return Pin::Latest;
    }
    let parts: Vec<&str> = tag.split(['-', '_']).collect();
    let moves = parts.iter().any(|p| matches!(*p, "latest" | "nightly" | "rolling"));
    let version = VERSION.as_ref().is_some_and(|r| r.is_match(tag));
    // `nightly-2026-01-01` is one image; `cuda12.1-latest` is not.
    let dated = tag.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() == 8) || tag.matches('-').count() > 2;
    let word = tag.chars().all(|c| c.is_ascii_alphabetic() || c == '-');
    if !version || word || moves && !dated { Pin::Floating } else { Pin::Version }
}

#[cfg(test)]
mod tests {
    use super::*;

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
