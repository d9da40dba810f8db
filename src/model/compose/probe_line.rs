//! The words of a health check that is not run as it is written, as the line for a shell that they can only mean.

use super::probe_form::OPERATORS;
use crate::text::{Place, Text};

/// What stands behind the first word, as words of a line for a shell, and where it is; `None` where it is not written out, or
/// where a word could be split or quoted in more than one way.
pub(super) fn shell_words(words: &[Text]) -> Option<(Vec<String>, Place)> {
    let [form, rest @ ..] = words else { return None };
    let (first, last) = (rest.first()?, rest.last()?);
    let (start, end) = (first.span(), last.span());
    if rest.len() < 2 || start.source != end.source || start.start >= end.start {
        return None;
    }
    let mut line = Vec::new();
    // Where a command may begin: of several words in one string alone there.
    let mut begins = form.known() == Some("CMD-SHELL");
    for word in rest {
        let value = word.known().filter(|_| word.is_literal())?;
        let parts: Vec<&str> = value.split_whitespace().collect();
        let first = parts.first()?;
        let operator = |part: &str| OPERATORS.contains(&part);
        // What goes on behind an address is no part of it; any other word with blanks is one word, such as a script.
        let address = first.starts_with("http") && parts.get(1).is_some_and(|part| operator(part));
        if parts.len() > 1 && !begins && !operator(first) && !address {
            return None;
        }
        begins = parts.last().is_some_and(|part| operator(part));
        for part in parts {
            // Behind it stands a script, which is one word whatever it holds.
            if part == "-c" {
                return None;
            }
            line.push(shell_word(part)?);
        }
    }
    let mut place = first.place();
    place.span = crate::source::Span { end: end.end, ..start };
    Some((line, place))
}

/// A word that a shell reads as it stands, or one variable in quotes.
fn shell_word(part: &str) -> Option<String> {
    if OPERATORS.contains(&part) {
        return Some(part.to_owned());
    }
    let name =
        part.strip_prefix('$').map(|rest| rest.strip_prefix('{').and_then(|r| r.strip_suffix('}')).unwrap_or(rest));
    if let Some(name) = name {
        let named = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        // Compose takes one of the two signs away.
        return named.then(|| format!("\"$${{{name}}}\""));
    }
    part.chars().all(|c| c.is_ascii_alphanumeric() || "_-./:@%+=,".contains(c)).then(|| part.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Source, Sources, Span};

    #[test]
    fn what_can_mean_one_line_only() {
        let source = Sources::default().add(Source::new("compose.yml", None, ""));
        let line = |words: &[&str]| {
            let mut at = 0;
            let text = |word: &&str| {
                at += 8;
                Text::literal(*word, Span::new(source, at, at + word.len()))
            };
            let words: Vec<Text> = words.iter().map(text).collect();
            shell_words(&words).map(|(line, _)| line.join(" "))
        };
        let url = "http://127.0.0.1/";
        let whole = Some(format!("curl -f {url} || exit 1"));
        assert_eq!(line(&["CMD", "curl", "-f", url, "||", "exit", "1"]), whole);
        assert_eq!(line(&["CMD", "curl", "-f", url, "||", "exit 1"]), whole);
        assert_eq!(line(&["CMD", "curl", "-f", "http://127.0.0.1/ || exit 1"]), whole);
        assert_eq!(line(&["CMD-SHELL", "curl -f", url, "|| exit 1"]), whole);
        assert_eq!(
            line(&["CMD", "pg_isready", "-U", "$POSTGRES_USER"]).as_deref(),
            Some("pg_isready -U \"$${POSTGRES_USER}\"")
        );
        for words in [
            &["CMD", "grep", "two words", "/run/state", "||", "exit", "1"][..],
            &["CMD", "curl", "-f", "http://127.0.0.1/?a=1&b=2", "||", "exit", "1"],
            &["CMD", "test", "*", "||", "exit", "1"],
            &["CMD", "echo", "it's", ">", "/dev/null"],
            &["CMD", "psql", "-U", "$USER-$NAME"],
            &["CMD", "true"],
            &["CMD-SHELL", "sh", "-c", "exit 1"],
            &["CMD-SHELL", "mysql", "-e", "select 1"],
            &["CMD-SHELL", "redis-cli ping |", "grep", "-e", "a b"],
            &["CMD", "psql", "-c", "select 1 > 0", "||", "exit", "1"],
        ] {
            assert_eq!(line(words), None, "{words:?}");
        }
    }
}
