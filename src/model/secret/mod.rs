//! What is a secret: by its name, by its shape, and what only stands in for one.
//!
//! Names are judged by their last word, so that `TOKEN_FILE`, `KEY_ID` and `MAX_TOKENS` are none. No function here
//! returns a secret's characters.

mod shape;

pub(crate) use shape::{shape, url_password};

use crate::text::UNKNOWN;

/// Last words that make a name a secret's.
const NOUNS: &[&str] = &["password", "passwd", "passphrase", "pwd", "secret", "token", "apikey", "requirepass"];

/// Ends of a last word that was written in one piece: `dbpassword`, `accesstoken`.
const ENDS: &[&str] = &["password", "passwd", "passphrase", "apikey", "authtoken", "accesstoken", "secretkey"];

/// Words before `key` that name a key which is no secret, or only its place.
const PUBLIC_KEYS: &[&str] = &[
    "public",
    "pub",
    "ssh",
    "host",
    "hosts",
    "gpg",
    "pgp",
    "apt",
    "repo",
    "repository",
    "cache",
    "primary",
    "foreign",
    "sort",
    "partition",
    "object",
    "s3",
    "redis",
    "routing",
    "config",
    "dict",
    "map",
    "json",
    "item",
    "label",
    "index",
    "lookup",
    "hash",
    "hot",
    "variable",
    "env",
    "field",
    "row",
    "column",
    "tag",
    "setting",
    "settings",
    "group",
    "idempotency",
    "ssl",
    "tls",
    "cert",
    "certificate",
    "ca",
    "server",
    "rsa",
    "ed25519",
    "known",
    "authorized",
    "yaml",
    "this",
    "the",
    "each",
    "signed",
    "signature",
    "registry",
    "sub",
    "data",
    "storage",
    "bucket",
    "path",
    "name",
    "site",
];

/// First words of names that say what to do with a secret.
const VERBS: &[&str] = &[
    "allow", "require", "requires", "reset", "change", "use", "enable", "enabled", "disable", "show", "has", "no",
    "skip", "generate", "is", "force", "random", "rotate", "check", "validate", "update", "max", "min", "need",
    "needs", "get", "set", "create", "delete", "with", "without", "forgot", "missing", "invalid", "disabled", "ask",
    "prompt", "keep", "num", "count", "add",
];

/// Whether `name` (an environment variable, an option, a key of a file) is that of a secret.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let words = words(name);
    let words: Vec<&str> =
        words.iter().map(String::as_str).filter(|w| !w.chars().all(|c| c.is_ascii_digit())).collect();
    let [before @ .., last] = words.as_slice() else { return false };
    if before.first().is_some_and(|first| VERBS.contains(first)) || words.iter().any(|w| matches!(*w, "csrf" | "xsrf"))
    {
        return false;
    }
    match *last {
        // The shell's working directory, and counters of test scripts.
        "pwd" | "pass" => !before.is_empty(),
        "key" => secret_key(before, name),
        "base" => before.ends_with(&["secret", "key"]),
        last => NOUNS.contains(&last) || ENDS.iter().any(|end| last.ends_with(end)),
    }
}

/// Words before `key` that make it a secret. An access key alone is half a name: its owner's.
const SECRET_KEYS: &[&str] = &[
    "api",
    "secret",
    "private",
    "auth",
    "master",
    "encryption",
    "encrypt",
    "signing",
    "session",
    "jwt",
    "service",
    "account",
    "license",
    "salt",
    "hmac",
    "crypt",
    "cookie",
    "webhook",
    "admin",
    "deploy",
    "join",
];

/// Whether `… key` is a secret: by the word before, or because an environment variable is called so.
fn secret_key(before: &[&str], name: &str) -> bool {
    let Some(last) = before.last() else { return false };
    if before.contains(&"secret") && !before.contains(&"name") || SECRET_KEYS.contains(last) {
        return true;
    }
    let variable = name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    variable && !PUBLIC_KEYS.contains(last) && *last != "access"
}

/// The words of a name in small letters: cut at signs and at changes of case. Only the last part of a dotted path or
/// of a subscript is taken.
fn words(name: &str) -> Vec<String> {
    let name = name.trim_start_matches('-').trim_end_matches(['\'', '"', ']']);
    let name = name.rsplit(['.', '[', '/']).next().unwrap_or(name);
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    for c in name.chars() {
        let boundary = !c.is_alphanumeric() || c.is_uppercase() && previous.is_lowercase();
        if boundary || words.is_empty() {
            words.push(String::new());
        }
        if c.is_alphanumeric()
            && let Some(last) = words.last_mut()
        {
            last.extend(c.to_lowercase());
        }
        previous = c;
    }
    words.retain(|w| !w.is_empty());
    words
}

/// What a value says about being a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Worth {
    /// No secret whatever its name: empty, a path, a flag, an address.
    None,
    /// Says that a real one has to be put there: `<token>`, `your-key`.
    Placeholder,
    /// Works, and everybody can guess it: `changeme`, `postgres`.
    Weak,
    /// May be a real one.
    Real,
}

/// What `value` would be worth as a secret.
pub(crate) fn worth(value: &str) -> Worth {
    let value = value.trim();
    let lower = value.to_ascii_lowercase();
    if not_a_secret(value, &lower) {
        return Worth::None;
    }
    // Passwords that documentation uses, and that work wherever they were copied to.
    let copied = ["my-secret", "my_secret", "mysecret", "my-password", "my_password", "mypassword"];
    if lower == "example" || copied.iter().any(|c| lower.starts_with(c)) {
        return Worth::Weak;
    }
    if is_placeholder(&lower) {
        return Worth::Placeholder;
    }
    let weak =
        ["password", "secret", "admin", "root", "postgres", "mysql", "redis", "guest", "test", "demo", "default"];
    let digits = lower.trim_end_matches(|c: char| c.is_ascii_digit() || "!_-".contains(c));
    if lower.len() < 8 || weak.contains(&digits) || lower.contains("changeme") || lower.contains("change_me") {
        return Worth::Weak;
    }
    Worth::Real
}

fn not_a_secret(value: &str, lower: &str) -> bool {
    let flag = [
        "",
        "true",
        "false",
        "yes",
        "no",
        "on",
        "off",
        "null",
        "none",
        "nil",
        "~",
        "undefined",
        "disable",
        "enable",
        "unset",
        "notset",
        "not set",
        "missing",
        "disabled",
        "auto",
    ];
    let path = value.starts_with(['/', '~']) || value.starts_with("./") || value.starts_with("../");
    // Base64 may begin with a slash; a path has a second one or an ending.
    let path = path && (value.matches('/').count() > 1 || value.contains('.') || value.len() < 24);
    let address = ["http://", "https://", "os.environ/", "file://", "op://", "vault:", "ssm:", "arn:"];
    flag.contains(&lower)
        || !value.contains(char::is_alphanumeric)
        || value.starts_with(['{', '['])
        || path
        || ["$6$", "$5$", "$2", "$y$", "$argon2", "ollama", "empty", "lm-studio", "local"]
            .iter()
            .any(|h| lower == *h || h.starts_with('$') && lower.starts_with(h))
        || address.iter().any(|a| lower.starts_with(a))
        || value.starts_with(['$', '%']) && value.len() < 40
        || value.starts_with("(@")
        || value.contains("$argon2")
        || value.contains("{{")
        || value.contains("${")
        || value.contains("$(")
        || value.contains(UNKNOWN)
}

fn is_placeholder(lower: &str) -> bool {
    let starts = [
        "your",
        "<",
        "[",
        "enter",
        "insert",
        "replace",
        "put",
        "paste",
        "add-",
        "add_",
        "example",
        "my-",
        "my_",
        "xxx",
        "***",
        "...",
        "todo",
        "fixme",
        "tbd",
        "placeholder",
        "dummy",
        "fake",
        "sample",
        "here",
        "not-a",
        "not_a",
        "unused",
        "anything",
        "sk-xxx",
        "sk-your",
        "sk-...",
        "sk-<",
        "set-",
        "set_",
        "generate",
        "change-this",
        "change_this",
        "changethis",
        "please",
        "some-",
        "some_",
        "test-",
        "test_",
        "abcd",
    ];
    let inside = [
        "your-",
        "your_",
        "your ",
        "xxxx",
        "placeholder",
        "example",
        "replace-",
        "replace_",
        "change-me-",
        "<",
        "insert_",
        "_here",
        "-here",
        "redacted",
        "dummy",
        "openssl rand",
        "change_this",
        "change-this",
        "put_",
        "changeme_",
        "not-needed",
        "notneeded",
        "not-used",
    ];
    starts.iter().any(|s| lower.starts_with(s))
        || inside.iter().any(|s| lower.contains(s))
        || lower.ends_with("...")
        // Words of a sentence, such as `Does Not Exist`.
        || lower.contains(' ') && lower.chars().all(|c| c.is_alphabetic() || c == ' ')
        || !lower.is_empty() && lower.chars().all(|c| matches!(c, 'x' | '*' | '.' | '-' | '_' | '?' | '0'))
}

#[cfg(test)]
#[path = "secret_tests.rs"]
mod tests;
