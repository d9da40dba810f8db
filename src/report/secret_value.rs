//! What of a secret's value must not be shown: everything but the names of variables that stand for it.
//!
//! `$Name` in a password may be a variable or a part of the password. It is shown where it is written as people write
//! names of variables, and where it stands alone; a secret that is taken for a name is printed for good.

use std::ops::Range;

use crate::model::secret::may_be_secret_name;

/// How the line is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading {
    /// A shell expands it: names in small letters are usual, and `$(…)` runs.
    pub(super) shell: bool,
    /// Nothing in it is expanded: it stands in single quotes.
    pub(super) literal: bool,
}

/// Values that say nothing.
const HARMLESS: &[&str] = &["", "true", "false", "yes", "no", "null", "~", "none", "[]", "{}"];

/// Beginnings of values that say where the secret is.
const ELSEWHERE: &[&str] = &["!vault", "!secret", "!env", "os.environ/", "lookup(", "op://", "vault:"];

/// Programs whose output is the secret, so that their arguments are none.
const SOURCES: &[&str] = &[
    "cat",
    "openssl",
    "head",
    "tr",
    "pwgen",
    "uuidgen",
    "date",
    "op",
    "vault",
    "aws",
    "gcloud",
    "pass",
    "sops",
    "kubectl",
    "docker",
    "grep",
    "awk",
    "sed",
    "jq",
    "cut",
    "tail",
    "python",
    "python3",
    "node",
    "security",
    "secret-tool",
    "age",
    "gpg",
    "az",
    "bw",
    "systemd-creds",
    "generate_secret",
    "read",
    "xxd",
    "base64",
    "od",
    "dd",
];

/// The parts of `text` that are hidden.
pub(super) fn hidden(text: &str, reading: Reading) -> Vec<Range<usize>> {
    let plain = text.trim().trim_matches(['"', '\'']).to_ascii_lowercase();
    if HARMLESS.contains(&plain.as_str()) || ELSEWHERE.iter().any(|start| plain.starts_with(start)) || path(text.trim())
    {
        return Vec::new();
    }
    let mut walk = Walk { text, reading, found: Vec::new() };
    if reading.literal && !text.contains("{{") {
        walk.literal(0..text.len());
    } else {
        walk.part(0..text.len(), 0);
    }
    walk.found
}

/// The names in hidden parts of `text` that a reader of variables would take out of it: `Name` of `p$Name`.
pub(super) fn fragments(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).filter_map(|rest| {
        let rest = rest.trim_start_matches('{');
        // Some readers take a name that begins with a digit.
        let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
        let name = &rest[..end];
        (name.len() >= 4).then_some(name)
    })
}

/// `/run/secrets/x`, `./tls.key`: segments that people write.
fn path(text: &str) -> bool {
    let text = text.trim_matches(['"', '\'']);
    let rooted = ["/", "./", "../", "~/"].iter().any(|start| text.starts_with(start));
    let segment = |s: &str| {
        let drawn =
            s.len() >= 8 && s.contains(|c: char| c.is_ascii_digit()) && s.contains(|c: char| c.is_ascii_uppercase());
        s.len() <= 40 && !drawn && s.chars().all(|c| c.is_ascii_alphanumeric() || "._-${}@ ".contains(c))
    };
    let several = text.matches('/').count() > 1 || text.contains('.');
    rooted && several && text.trim_start_matches('~').split('/').all(segment)
}

struct Walk<'a> {
    text: &'a str,
    reading: Reading,
    found: Vec<Range<usize>>,
}

impl Walk<'_> {
    /// Hides `range` but for the variables in it.
    fn part(&mut self, range: Range<usize>, depth: usize) {
        let (mut done, mut at) = (range.start, range.start);
        while let Some(offset) = self.text[at..range.end].find(['$', '{', 'o']) {
            let start = at + offset;
            match self.variable(start..range.end, range.clone(), depth) {
                Some(end) => {
                    self.literal(done..start);
                    (done, at) = (end, end);
                }
                None => at = start + 1,
            }
        }
        self.literal(done..range.end);
    }

    /// The end of the variable that begins at the start of `range`, where one does that may be shown; what is no name in
    /// it is hidden on the way.
    fn variable(&mut self, range: Range<usize>, whole: Range<usize>, depth: usize) -> Option<usize> {
        let start = range.start;
        let rest = &self.text[range.clone()];
        if rest.starts_with("{{") || rest.starts_with("{%") {
            let close = if rest.starts_with("{{") { "}}" } else { "%}" };
            let length = rest.find(close)? + 2;
            self.quoted(start..start + length);
            return Some(start + length);
        }
        if let Some(name) = rest.strip_prefix("os.environ/") {
            let length = name_length(name);
            return (length > 0).then_some(start + "os.environ/".len() + length);
        }
        let dollars = rest.len() - rest.trim_start_matches('$').len();
        if dollars == 0 || dollars > 2 || depth > 8 {
            return None;
        }
        let (inner, at) = (&rest[dollars..], start + dollars);
        if inner.starts_with('{') {
            return self.braced(inner, at, depth);
        }
        if let Some(script) = inner.strip_prefix('(') {
            let length = closing(inner, '(', ')')?;
            let word = script.trim_start().split(|c: char| c.is_whitespace() || c == ')').next().unwrap_or("");
            let command = word.rsplit('/').next().unwrap_or(word);
            let runs = SOURCES.contains(&command) || inner.starts_with("(<");
            if runs || self.reading.shell && !matches!(command, "echo" | "printf" | "") {
                return Some(at + length);
            }
            if self.reading.shell && !command.is_empty() {
                // What is printed is the secret.
                let from = at + inner.find(command).unwrap_or(0) + command.len();
                self.part(from..at + length - 1, depth + 1);
                return Some(at + length);
            }
            return None;
        }
        let length = name_length(inner);
        let bound = |c: Option<char>| c.is_none_or(|c| ":/@\"'`,; \\".contains(c));
        let alone = bound(self.text[whole.start..start].chars().next_back()) && bound(inner[length..].chars().next());
        let shown = length > 0 && self.is_name(&inner[..length], alone);
        shown.then_some(at + length)
    }

    /// `{NAME}`, `{NAME:-default}` behind a dollar sign.
    fn braced(&mut self, inner: &str, at: usize, depth: usize) -> Option<usize> {
        let length = closing(inner, '{', '}')?;
        let body = &inner[1..length - 1];
        let name = name_length(body);
        if name == 0 && !body.starts_with(['!', '#']) || drawn(&body[..name]) {
            return None;
        }
        let rest = &body[name..];
        let operator = rest.len() - rest.trim_start_matches([':', '-', '+', '=', '?']).len();
        if !rest.trim_start_matches(':').starts_with('?') {
            let from = at + 1 + name + operator;
            self.part(from..at + length - 1, depth + 1);
        }
        Some(at + length)
    }

    /// Whether `$name` is a variable.
    fn is_name(&self, name: &str, alone: bool) -> bool {
        let upper = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
        let lower = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
        if drawn(name) {
            return false;
        }
        if upper {
            // Five characters are no part of a secret that is worth hiding.
            let said = name.len() < 6 || name.contains('_') || may_be_secret_name(name);
            return if self.reading.shell { alone || said } else { alone && said };
        }
        self.reading.shell && alone && (lower || camel(name))
    }

    /// The strings in an expression of Jinja, but for those that say where something is: `lookup('env', 'X')`, `x['y']`.
    fn quoted(&mut self, range: Range<usize>) {
        let expression = &self.text[range.clone()];
        let mut at = 0;
        while let Some(offset) = expression[at..].find(['"', '\'']) {
            let open = at + offset;
            let quote = if expression[open..].starts_with('"') { '"' } else { '\'' };
            let Some(length) = expression[open + 1..].find(quote) else { return };
            let close = open + 1 + length;
            let before = expression[..open].trim_end();
            let subscript = before.ends_with('[')
                && before[..before.len() - 1]
                    .ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ']' || c == ')');
            if !subscript && !in_lookup(before) && !compared(before) {
                self.literal(range.start + open + 1..range.start + close);
            }
            at = close + 1;
        }
    }

    fn literal(&mut self, range: Range<usize>) {
        let part = &self.text[range.clone()];
        if part.chars().any(char::is_alphanumeric) {
            let start = range.start + (part.len() - part.trim_start().len());
            self.found.push(start..range.start + part.trim_end().len());
        }
    }
}

/// Whether what follows stands among the arguments of a lookup.
fn in_lookup(before: &str) -> bool {
    let starts = ["lookup(", "query(", "q(", "password_hash(", "hash(", "combine(", "attribute=", "selectattr("];
    let Some((at, start)) = starts.iter().filter_map(|s| before.rfind(s).map(|at| (at, s))).max() else { return false };
    let inside = &before[at + start.len()..];
    inside.matches('(').count() >= inside.matches(')').count()
}

/// Whether what follows is what a plain variable is compared with: `engine == 'postgresql'` says nothing of a secret.
fn compared(before: &str) -> bool {
    let Some(left) = before.strip_suffix("==").or_else(|| before.strip_suffix("!=")) else { return false };
    let left = left.trim_end();
    let start = left.trim_end_matches(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.')).len();
    !left[start..].is_empty() && !left[start..].split('.').any(may_be_secret_name)
}

/// Whether a name was drawn by lot: letters of both cases, or letters and digits, as nobody mixes them.
fn drawn(name: &str) -> bool {
    let classes = |c: char| (c.is_ascii_digit(), c.is_ascii_uppercase());
    let pairs = name.chars().zip(name.chars().skip(1));
    let to_digit = pairs.clone().filter(|(a, b)| a.is_ascii_alphabetic() && b.is_ascii_digit()).count();
    let changes = pairs.filter(|(a, b)| classes(*a) != classes(*b) && *a != '_' && *b != '_').count();
    let both = name.contains(|c: char| c.is_ascii_uppercase()) && name.contains(|c: char| c.is_ascii_lowercase());
    to_digit > 2 || both && !camel(name) && changes > 2
}

/// `dbPassword`, `ApiKey`: words of at least three letters.
fn camel(name: &str) -> bool {
    let words = name.split(|c: char| c.is_ascii_uppercase()).filter(|w| !w.is_empty());
    let capitals = name.chars().filter(char::is_ascii_uppercase).count();
    name.starts_with(|c: char| c.is_ascii_lowercase()) && capitals <= 3 && words.clone().all(|w| w.len() >= 2)
}

fn name_length(text: &str) -> usize {
    let first = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    let length = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(text.len());
    if first { length } else { 0 }
}

/// The length up to the sign that closes the first one.
fn closing(text: &str, open: char, close: char) -> Option<usize> {
    let mut depth = 0_usize;
    for (i, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.checked_sub(1)?;
            if depth == 0 {
                return Some(i + c.len_utf8());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{Reading, fragments, hidden};

    fn shown(text: &str, reading: Reading) -> String {
        let mut out = String::new();
        let mut done = 0;
        for range in hidden(text, reading) {
            out.push_str(&text[done..range.start]);
            out.push('*');
            done = range.end;
        }
        out + &text[done..]
    }

    #[test]
    fn names_are_shown_and_parts_of_secrets_are_not() {
        let plain = Reading { shell: false, literal: false };
        for (text, expected) in [
            ("$DB_PASSWORD", "$DB_PASSWORD"),
            ("$$DB_PASSWORD", "$$DB_PASSWORD"),
            ("${db_password}", "${db_password}"),
            ("u:${PW}@h", "*${PW}*"),
            ("$UsErPassWoRd", "*"),
            ("p$HunterTwoTwo", "*"),
            ("p$hunter", "*"),
            ("$HUNTERTWO", "*"),
            ("${X:-hunter}", "${X:-*}"),
            ("${X:-${Y:-hunter}}", "${X:-${Y:-*}}"),
            ("${X:?set it}", "${X:?set it}"),
            ("${h7Qw2zLp9Xv}", "*"),
            ("$2b$10$Wq4ZtLm0sVbYnHcKdJ", "*"),
            ("$$2b$$10$$Wq4ZtLm0sVbYnHcKdJ", "*"),
            ("/x8Yk2Lq9ZzT1vW4", "*"),
            ("/run/secrets/db", "/run/secrets/db"),
            ("*hunter2", "*"),
            ("{hunter2", "*"),
            ("$(cat /run/secrets/x)", "$(cat /run/secrets/x)"),
            ("$(echo hunter2)", "*"),
            ("{{ x | default('hunter') }}", "{{ x | default('*') }}"),
            ("{{ ['hunter'] | first }}", "{{ ['*'] | first }}"),
            ("{{ lookup('env', 'DB_PW') }}", "{{ lookup('env', 'DB_PW') }}"),
            ("{{ vars['db'] }}", "{{ vars['db'] }}"),
        ] {
            assert_eq!(shown(text, plain), expected, "{text}");
        }
        let shell = Reading { shell: true, literal: false };
        for (text, expected) in [
            ("$(echo hunter2)", "$(echo *)"),
            ("$token", "$token"),
            ("$dbPassword", "$dbPassword"),
            ("$(make)", "$(make)"),
            ("p$hunter", "*"),
        ] {
            assert_eq!(shown(text, shell), expected, "{text}");
        }
        assert_eq!(shown("$DB_PASSWORD", Reading { shell: true, literal: true }), "*");
        assert_eq!(fragments("p$HunterTwo/${x}$4bcd").collect::<Vec<_>>(), ["HunterTwo", "4bcd"]);
    }
}
