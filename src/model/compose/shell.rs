//! The simple commands of a line of shell, each word with its place: enough for probes and start commands.
//!
//! Whole scripts are parsed by `load::script`; this reads the one-liners of `command:` and `healthcheck:`, where a list of
//! words that starts a shell (`sh -c '…'`) is looked into. Nothing is expanded.

use crate::text::Text;

/// Words that stand before a command without being one.
const PREFIXES: &[&str] = &[
    "if", "then", "else", "elif", "do", "while", "until", "!", "{", "time", "exec", "sudo", "env", "command", "nohup",
    "gosu", "su-exec",
];

/// The simple commands that the words of an exec form run, shells looked into, in order.
pub(crate) fn commands(words: &[Text]) -> Vec<Vec<Text>> {
    let Some(program) = words.first() else { return Vec::new() };
    let mut all = vec![words.to_vec()];
    if is_shell(program.value()) {
        let script = words
            .iter()
            .skip(1)
            .position(|w| w.value().starts_with('-') && w.value().ends_with('c') && !w.value().starts_with("--"));
        if let Some(script) = script.and_then(|at| words.get(at + 2)) {
            all.extend(line(script));
        }
    }
    all
}

fn is_shell(program: &str) -> bool {
    matches!(base(program), "sh" | "bash" | "ash" | "dash" | "zsh")
}

/// The last part of a program's path.
pub(crate) fn base(program: &str) -> &str {
    program.rsplit('/').next().unwrap_or(program)
}

/// The simple commands of a line of shell.
pub(crate) fn line(text: &Text) -> Vec<Vec<Text>> {
    // A substitution is read twice, so a line of nothing else costs its square.
    if text.value().len() > 16 * 1024 {
        return Vec::new();
    }
    let mut reader = Reader { text, bytes: text.value().as_bytes(), at: 0, current: Vec::new(), done: Vec::new() };
    reader.run();
    let mut all = Vec::new();
    for words in reader.done {
        let nested = if words.first().is_some_and(|w| is_shell(w.value())) { commands(&words) } else { vec![words] };
        all.extend(nested);
    }
    all
}

struct Reader<'a> {
    text: &'a Text,
    bytes: &'a [u8],
    at: usize,
    current: Vec<Text>,
    done: Vec<Vec<Text>>,
}

impl Reader<'_> {
    fn run(&mut self) {
        while let Some(byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\\' if self.bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                b'#' => self.comment(),
                b'\n' | b';' | b'|' | b'(' | b')' => self.end(),
                b'&' if self.bytes.get(self.at + 1) != Some(&b'>') => self.end(),
                _ => self.word(),
            }
        }
        self.flush();
    }

    fn comment(&mut self) {
        while self.bytes.get(self.at).is_some_and(|b| *b != b'\n') {
            self.at += 1;
        }
    }

    fn end(&mut self) {
        self.at += 1;
        self.flush();
    }

    fn flush(&mut self) {
        if !self.current.is_empty() {
            self.done.push(std::mem::take(&mut self.current));
        }
    }

    /// Reads one word; a substitution inside it starts commands of its own.
    fn word(&mut self) {
        let start = self.at;
        let mut quote = None;
        let mut opened = None;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            match (quote, byte) {
                (Some(q), b) if b == q => quote = None,
                (Some(b'\''), _) => {}
                (_, b'\\') => self.at += 1,
                (_, b'$') if self.bytes.get(self.at + 1) == Some(&b'(') => {
                    opened = opened.or(Some(self.at + 2));
                    self.at += 1;
                }
                (None, b'\'' | b'"') => quote = Some(byte),
                (None, b' ' | b'\t' | b'\r' | b'\n' | b';' | b'|' | b')' | b'(') => break,
                (None, b'&')
                    if self.at > start && !matches!(self.bytes.get(self.at.wrapping_sub(1)), Some(b'>' | b'<')) =>
                {
                    break;
                }
                _ => {}
            }
            self.at += 1;
            if opened.is_some() && quote.is_none() {
                break;
            }
        }
        let end = self.at.min(self.bytes.len());
        if let Some(inner) = opened {
            self.current.push(self.text.slice(start..end));
            self.flush();
            self.at = inner.min(self.bytes.len());
            return;
        }
        let word = self.unquoted(start, end);
        if self.current.is_empty() && (is_assignment(word.value()) || PREFIXES.contains(&word.value())) {
            return;
        }
        self.current.push(word);
    }

    fn unquoted(&self, start: usize, end: usize) -> Text {
        let value = &self.bytes[start..end];
        let quoted = |q: u8| {
            value.len() >= 2 && value[0] == q && value[value.len() - 1] == q && !value[1..value.len() - 1].contains(&q)
        };
        if quoted(b'"') || quoted(b'\'') { self.text.slice(start + 1..end - 1) } else { self.text.slice(start..end) }
    }
}

fn is_assignment(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty()
            && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit())
    })
}

#[cfg(test)]
#[path = "shell_tests.rs"]
mod tests;
