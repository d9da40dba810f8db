//! Secrets among the words of commands: by a variable's name, by an option's name, by the value's shape.
//!
//! What the shell itself runs (`echo`, `[`, `export`) has no place in the process table; neither have assignments
//! before a command, redirections and here-documents.

use std::collections::HashMap;

use super::about::About;
use super::{Commands, Run};
use crate::model::secret::{Worth, is_plain_name, is_secret_name, shape, tells_what_to_type, url_password, worth};
use crate::source::Span;
use crate::text::{Piece, PieceKind, Syntax, Text, Variable};

/// A secret in a word.
#[derive(Debug, Clone)]
#[allow(clippy::struct_excessive_bools)] // Independent facts about a secret, each a field of the fact.
pub(crate) struct Secret {
    /// The command: index into [`Commands::all`].
    pub(crate) command: usize,
    /// The part of the word that is the secret.
    pub(crate) text: Text,
    /// The variable, option or key whose value it is, or what its shape says.
    pub(crate) name: String,
    /// How it was recognised.
    pub(crate) by: By,
    /// Whether it is written out.
    pub(crate) literal: bool,
    /// Whether it is written out, and everybody can guess it.
    pub(crate) weak: bool,
    /// Whether it is the output of a command that reads it from a file or a store.
    pub(crate) from_file: bool,
    /// Whether it is gone at once: the program ends, or it is `env`, which becomes another one.
    pub(crate) short: bool,
}

/// Where the secrets of each command stand.
pub(super) fn by_command(secrets: &[Secret]) -> HashMap<usize, Vec<Span>> {
    let mut found: HashMap<usize, Vec<Span>> = HashMap::new();
    for secret in secrets {
        found.entry(secret.command).or_default().push(secret.text.span());
    }
    found
}

/// How a secret was recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    /// By the name of a variable.
    Variable,
    /// By the name of an option or a key.
    Name,
    /// By its shape.
    Shape,
    /// By its place in an address or a header.
    Place,
}

/// All secrets in arguments, in the order of the commands; each place once.
pub(crate) fn secrets(commands: &Commands) -> Vec<Secret> {
    let mut found: Vec<Secret> = Vec::new();
    let mut seen = std::collections::HashSet::new();
    // Inner commands first: of a script given to `sh -c`, the inner word says more than the whole script.
    for (index, run) in commands.all.iter().enumerate().rev() {
        if run.builtin() || run.words.is_empty() || commands.is_function(run.program()) {
            continue;
        }
        let mut of_run = Finder { commands, run, command: index, about: About::of(run), found: Vec::new() };
        of_run.words();
        for secret in of_run.found.into_iter().rev() {
            if seen.insert(secret.text.span()) {
                found.push(secret);
            }
        }
    }
    found.reverse();
    found
}

/// Programs whose arguments are files.
const FILE_TOOLS: &[&str] = &[
    "mv", "cp", "rm", "ls", "stat", "touch", "cat", "mkdir", "ln", "install", "chmod", "chown", "head", "tail",
    "shred", "tar", "tee", "rsync", "scp", "diff", "cmp", "file", "realpath", "readlink", "basename", "dirname",
];

/// Programs that look for what they are given: a value that is written out there is none of theirs.
const SEARCHES: &[&str] = &["grep", "egrep", "fgrep", "zgrep", "rg", "ag"];

/// Programs that look at their arguments and end.
const SHORT: &[&str] = &[
    "grep", "egrep", "sed", "awk", "gawk", "jq", "yq", "tr", "cut", "basename", "dirname", "expr", "envsubst",
    "base64", "wc",
];

struct Finder<'a> {
    commands: &'a Commands,
    run: &'a Run,
    command: usize,
    about: About,
    found: Vec<Secret>,
}

impl Finder<'_> {
    fn words(&mut self) {
        let nested = self.nested_script();
        for (at, word) in self.run.words.iter().enumerate().skip(usize::from(!self.bare_arguments())) {
            if nested == Some(at) || self.about.by_name.contains(&at) || self.about.store.names(self.run, at) {
                continue;
            }
            let before = at.checked_sub(1).and_then(|b| self.run.words.get(b)).map(|w| &w.text);
            self.word(at, &word.text, before);
        }
        self.keyed();
    }

    /// Whether the words are arguments of the image's entrypoint: the first is one too.
    fn bare_arguments(&self) -> bool {
        self.run.words.first().is_some_and(|w| w.text.value().starts_with('-'))
    }

    /// The word that is a script for a shell and was read as commands of its own.
    fn nested_script(&self) -> Option<usize> {
        let shell = matches!(self.run.program(), "sh" | "bash" | "ash" | "dash" | "zsh" | "su" | "runuser" | "ssh");
        let read = || {
            self.commands
                .all
                .get(self.command + 1)
                .is_some_and(|r| r.outer == Some(self.command) && r.through != super::Through::Substitution)
        };
        if !shell || !read() {
            return None;
        }
        let flag = self.run.words.iter().position(|w| {
            let v = w.text.value();
            v.starts_with('-') && !v.starts_with("--") && v.ends_with('c') || v == "--command"
        });
        flag.map(|f| f + 1).or(self.run.words.len().checked_sub(1))
    }

    /// Whether the option is followed by a secret.
    fn takes_secret(&self, option: &str) -> bool {
        let program = self.run.program();
        let login =
            option == "-p" && matches!(program, "docker" | "podman" | "nerdctl" | "helm" | "skopeo" | "buildah");
        LETTERS.contains(&(program, option))
            || login && self.about.login
            || option.starts_with("--") && is_secret_name(option) && !option.contains('=')
    }

    fn word(&mut self, at: usize, word: &Text, before: Option<&Text>) {
        if let Some(title) = word.known().and_then(shape) {
            let literal = word.is_literal();
            self.add(at, word.clone(), title.to_owned(), By::Shape, literal);
            return;
        }
        if let Some((key, value)) = pair(word)
            && is_secret_name(&key)
            && self.value(at, &value, &key, By::Name)
        {
            return;
        }
        if let Some((name, value)) = behind_colon(self.run.program(), word, before)
            && self.value(at, &value, &name, By::Place)
        {
            return;
        }
        let option = before.and_then(Text::known).filter(|o| self.takes_secret(o));
        if let Some(option) = option
            && !word.value().starts_with('-')
            && self.value(at, word, &option_name(option), By::Name)
        {
            return;
        }
        if let Some(range) = attached(self.run.program(), word.value())
            && self.value(at, &word.slice(range..word.value().len()), "the password after `-p`", By::Name)
        {
            return;
        }
        if let Some(range) = url_password(word.value()).filter(|range| !tells_what_to_type(word.value(), range)) {
            let password = word.slice(range);
            if self.value(at, &password, "the password in an address", By::Place) {
                return;
            }
        }
        if let Some(header) = bearer(word)
            && self.value(at, &header, "Authorization", By::Place)
        {
            return;
        }
        self.variables(at, word);
    }

    /// The value of something that is called like a secret. Whether it was taken as one.
    fn value(&mut self, at: usize, value: &Text, name: &str, by: By) -> bool {
        let name = secret_variable(value).map_or_else(|| name.to_owned(), secret_name);
        match value.known() {
            Some(known) if matches!(worth(known), Worth::None | Worth::Placeholder) => false,
            Some(_) if value.is_literal() && SEARCHES.contains(&self.run.program()) => false,
            Some(_) => {
                self.add(at, value.clone(), name, by, value.is_literal());
                true
            }
            None if points_to_file(value) => false,
            None => {
                self.add(at, value.clone(), name, by, false);
                true
            }
        }
    }

    /// Variables that are called like secrets, wherever they stand in the word.
    fn variables(&mut self, at: usize, word: &Text) {
        // What these programs and options are given are paths, whatever the variable is called.
        let before = at.checked_sub(1).and_then(|b| self.run.words.get(b)).and_then(|w| w.text.known());
        let mounts = matches!(before, Some("-v" | "--volume" | "--mount"));
        if mounts || word.value().starts_with("--mount=") || FILE_TOOLS.contains(&self.run.program()) {
            return;
        }
        for piece in word.pieces() {
            let in_path = word.value().starts_with(['/', '.'])
                && word.value().get(..piece.range.start).is_some_and(|b| b.ends_with('/'));
            // What stands before `=` is a name: `grep "^${secret}="`.
            let names = word.value().get(piece.range.end..).is_some_and(|rest| rest.starts_with('='));
            if in_path || names {
                continue;
            }
            let PieceKind::Variable(variable) = &piece.kind else { continue };
            let Some(found) = secret_of(variable) else { continue };
            // An empty default of a role or of an environment is filled by the host; what a script sets is what it is.
            let set_here = found.syntax == Syntax::Shell && found.value.as_ref().is_some_and(Text::is_literal);
            let known = found.value.as_ref().and_then(Text::known);
            if known.is_none_or(|v| v.is_empty() && !set_here || worth(v) != Worth::None) {
                let name = secret_name(found);
                let text = word.slice(piece.range.clone()).with_span(piece.span);
                self.add(at, text, name, By::Variable, false);
            }
        }
    }

    /// `config set some.token VALUE`: the key stands before the value.
    fn keyed(&mut self) {
        let words = &self.run.words;
        for at in 3..words.len() {
            let known = |i: usize| words.get(i).and_then(|w| w.text.known()).unwrap_or("");
            let set = matches!(known(at - 2), "set" | "put" | "add")
                && matches!(known(at - 3), "config" | "secret" | "vars" | "env");
            let value = words.get(at).map(|w| w.text.clone());
            if let (true, true, Some(value)) = (set, is_secret_name(known(at - 1)), value)
                && !value.value().starts_with('-')
                && !self.about.taken.contains(&at)
            {
                let key = known(at - 1).to_owned();
                self.value(at, &value, &key, By::Name);
            }
        }
    }

    fn add(&mut self, at: usize, text: Text, name: String, by: By, literal: bool) {
        // Of `"$TOKEN"` the variable is the place, without the quotes around it.
        let text = match text.pieces() {
            [Piece { kind: PieceKind::Variable(_), span, .. }] => {
                let span = *span;
                text.with_span(span)
            }
            _ => text,
        };
        let from_file = !literal && self.reads_file(at) && text.variables().is_empty();
        let weak = literal && text.known().is_some_and(|v| worth(v) == Worth::Weak);
        let short = SHORT.contains(&self.run.program()) || self.about.of_env(self.run, at);
        self.about.taken.insert(at);
        self.found.push(Secret { command: self.command, text, name, by, literal, weak, from_file, short });
    }

    /// Whether a `$(…)` in the word runs a command that reads a file or a secret store.
    fn reads_file(&self, at: usize) -> bool {
        let inside = self.run.substitutions.get(at).map_or(&[][..], Vec::as_slice);
        !inside.is_empty()
    }
}

/// The name and the value of `name=value`, `--name=value` or `--option=name=value`.
fn pair(word: &Text) -> Option<(String, Text)> {
    let (key, value) = word.split_once('=')?;
    let name = |k: &str| !k.is_empty() && k.chars().all(|c| c.is_alphanumeric() || "_-.".contains(c));
    if !name(key.value()) {
        return None;
    }
    if key.value().starts_with("--")
        && let Some((inner, rest)) = value.split_once('=')
        && name(inner.value())
        && !is_secret_name(key.value())
    {
        return Some((inner.value().to_owned(), rest));
    }
    // `PASSWORD=x tool …` in one word is a script for a shell: the value ends where the program begins.
    let end = value.value().find(char::is_whitespace).filter(|_| !key.value().starts_with('-'));
    let value = end.map_or_else(|| value.clone(), |end| value.slice(0..end));
    Some((key.value().to_owned(), value))
}

/// Options of one letter that are followed by a password.
const LETTERS: &[(&str, &str)] = &[
    ("redis-cli", "-a"),
    ("valkey-cli", "-a"),
    ("sshpass", "-p"),
    ("mongo", "-p"),
    ("mongosh", "-p"),
    ("mongodump", "-p"),
    ("mongorestore", "-p"),
    ("mcrcon", "-p"),
    ("mosquitto_pub", "-P"),
    ("mosquitto_sub", "-P"),
    ("ldapsearch", "-w"),
    ("ldapadd", "-w"),
    ("ldapmodify", "-w"),
];

/// What follows a colon in `curl -u user:password` and `curl -H "X-Api-Key: value"`.
fn behind_colon(program: &str, word: &Text, before: Option<&Text>) -> Option<(String, Text)> {
    let option = before.and_then(Text::known).filter(|_| matches!(program, "curl" | "wget" | "http" | "https"))?;
    let (name, value) = word.split_once(':')?;
    match option {
        "-u" | "--user" => Some(("the password after the user's name".to_owned(), value)),
        "-H" | "--header" if is_secret_name(name.known()?) => Some((name.value().to_owned(), value.trim())),
        _ => None,
    }
}

/// What an option is called in a message: a single letter says nothing alone.
fn option_name(option: &str) -> String {
    let name = option.trim_start_matches('-');
    if name.len() > 1 { name.to_owned() } else { format!("the password after `{option}`") }
}

/// Where the password begins in `-pPASSWORD`.
fn attached(program: &str, word: &str) -> Option<usize> {
    let mysql = ["mysql", "mysqladmin", "mysqldump", "mariadb", "mariadb-admin", "mariadb-dump"];
    (mysql.contains(&program) && word.starts_with("-p") && word.len() > 2).then_some(2)
}

/// The token of an `Authorization` header.
fn bearer(word: &Text) -> Option<Text> {
    let value = word.value();
    let header = value.get(..14).is_some_and(|h| h.eq_ignore_ascii_case("authorization:"));
    let start = ["Bearer ", "bearer ", "token ", "Basic "].iter().find_map(|p| value.find(p).map(|at| at + p.len()));
    start.filter(|_| header).map(|s| word.slice(s..value.len()).trim())
}

/// The variable of `text` that is called like a secret, inner ones included.
fn secret_variable(text: &Text) -> Option<&Variable> {
    text.variables().into_iter().find(|v| named_secret(v))
}

fn secret_of(variable: &Variable) -> Option<&Variable> {
    if named_secret(variable) {
        return Some(variable);
    }
    // What is called a user or a host is none, whatever store its value comes from.
    if is_plain_name(&variable.name) {
        return None;
    }
    variable.value.as_ref().and_then(secret_variable)
}

fn named_secret(variable: &Variable) -> bool {
    variable.secret && !is_plain_name(&variable.name) || names(variable).any(|n| named(variable, n))
}

/// What a secret variable is called: of several names in one expression, the secret's.
fn secret_name(variable: &Variable) -> String {
    names(variable).find(|n| named(variable, n)).unwrap_or(&variable.name).clone()
}

fn names(variable: &Variable) -> impl Iterator<Item = &String> {
    std::iter::once(&variable.name).chain(&variable.names)
}

fn named(variable: &Variable, name: &str) -> bool {
    // In scripts any `…_KEY` may be the key of a table; the word before has to say more than elsewhere.
    match variable.syntax {
        Syntax::Shell => is_secret_name(&name.to_ascii_lowercase()),
        _ => is_secret_name(name),
    }
}

/// Whether an unknown value is called like a file or a directory (`$TOKEN_FILE`), or only stands for its name.
fn points_to_file(value: &Text) -> bool {
    let suffix = ["file", "path", "dir", "name", "id", "url"];
    let file = |v: &&Variable| {
        let lower = v.name.to_ascii_lowercase();
        suffix.iter().any(|s| lower.ends_with(s)) && !named_secret(v)
    };
    value.variables().iter().any(file)
        || value.value().starts_with('@')
        || value.value().contains('/') && !value.value().contains("://")
}
