//! Mistakes of configuration and rule files, as a user sees them.

use std::ops::Range;

use super::Failure;
use crate::check::rules::mistake::Mistake;
use crate::config;

/// A mistake of the configuration, with a caret.
pub(super) fn configuration(mistake: &config::Mistake) -> Failure {
    let config::Mistake { path, text, range, message, help } = mistake;
    Failure(shown(path, text, range.clone(), message, help))
}

/// Mistakes of rule files, each with a caret.
pub(super) fn rules(mistakes: &[Mistake]) -> Failure {
    let all: Vec<_> =
        mistakes.iter().map(|m| shown(&m.path, &m.source, m.range.clone(), &m.message, &m.help)).collect();
    Failure(all.join("\n\n"))
}

/// `text` is the file's; where it is empty there is no line to show.
fn shown(path: &str, text: &str, range: Range<usize>, message: &str, help: &str) -> String {
    let mistake = Mistake {
        path: path.to_owned(),
        source: text.to_owned(),
        range,
        message: message.to_owned(),
        help: help.to_owned(),
    };
    if text.is_empty() { format!("{path}: {message}") } else { mistake.to_string() }
}
