//! Private keys in PEM form, line by line: which lines are theirs, also behind a comment that only tells of one.

use super::secret_patterns::{has_drawn, is_comment, speaks_of_key};

/// Where the lines of a file stand towards a private key.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum PemKey {
    #[default]
    Outside,
    /// Behind a comment that tells of the head of one: the next line decides.
    Told,
    Within,
}

impl PemKey {
    /// Whether the next line belongs to a private key.
    pub(super) fn holds(&mut self, line: &str) -> bool {
        if line.contains("-----BEGIN") && line.contains("PRIVATE KEY") {
            if !speaks_of_key(line) {
                // On one line, with `\n` for line breaks, the whole key is here.
                *self = if line.contains("-----END") { Self::Outside } else { Self::Within };
                return true;
            }
            // A key that is open stays open: its end is still to come.
            if *self != Self::Within {
                *self = Self::Told;
            }
        } else if *self == Self::Told && !line.is_empty() {
            // A comment may be a name for the key below it.
            let first = line.trim_start_matches(['#', '/', ';', '>', '-', '"', '\'', ' ']).split_whitespace().next();
            let comment = is_comment(line);
            let drawn = if comment { has_drawn(line, 16) } else { first.is_some_and(|word| has_drawn(word, 12)) };
            *self = match (drawn, comment) {
                (true, _) => Self::Within,
                (false, true) => Self::Told,
                (false, false) => Self::Outside,
            };
        }
        let inside = *self == Self::Within;
        if inside && line.contains("-----END") {
            *self = Self::Outside;
        }
        inside
    }
}
