//! Which names are names of secrets.
//!
//! Deliberately wide: a masked harmless value costs a reader little, a printed secret costs its owner much.

/// Words that make a name a secret's.
const WORDS: [&str; 14] = [
    "password",
    "passwords",
    "passwd",
    "pass",
    "pwd",
    "passphrase",
    "secret",
    "token",
    "apikey",
    "credential",
    "credentials",
    "requirepass",
    "masterauth",
    "pat",
];

/// Ends of names written without separators.
const ENDS: [&str; 6] = ["password", "passwd", "secret", "token", "apikey", "passphrase"];

/// Last words that say that the value is something about a secret, not the secret.
const ABOUT: [&str; 47] = [
    "file",
    "files",
    "path",
    "dir",
    "id",
    "ids",
    "name",
    "names",
    "url",
    "uri",
    "endpoint",
    "ttl",
    "expiry",
    "expire",
    "expires",
    "expired",
    "expiration",
    "length",
    "len",
    "size",
    "enabled",
    "enable",
    "disabled",
    "count",
    "type",
    "lifetime",
    "policy",
    "mode",
    "algorithm",
    "env",
    "ref",
    "prefix",
    "limit",
    "budget",
    "version",
    "header",
    "user",
    "username",
    "min",
    "max",
    "required",
    "rotation",
    "mount",
    "store",
    "manager",
    "provider",
    "stdin",
];

/// What before a last word `key` makes it no secret.
const OPEN_KEYS: [&str; 10] =
    ["public", "primary", "foreign", "sort", "cache", "host", "pub", "apt", "repo", "partition"];

/// Whether a value of this name is a secret: `POSTGRES_PASSWORD`, `apiKey`, `--requirepass`.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = snake(name);
    let words: Vec<&str> = name.split('_').filter(|w| !w.is_empty()).collect();
    let Some((last, before)) = words.split_last() else { return false };
    if ABOUT.contains(last) || words == ["proxy", "pass"] || words == ["fastcgi", "pass"] {
        return false;
    }
    let key = *last == "key" && before.last().is_some_and(|word| !OPEN_KEYS.contains(word));
    key || words.iter().any(|w| WORDS.contains(w)) || ENDS.iter().any(|end| last.ends_with(end))
}

/// `apiKey`, `api-key` and `API_KEY` as `api_key`.
fn snake(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    let mut lower = false;
    for c in name.chars() {
        if c.is_ascii_uppercase() && lower {
            out.push('_');
        }
        lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn names_of_secrets() {
        for name in [
            "POSTGRES_PASSWORD",
            "password",
            "dbPassword",
            "apiKey",
            "api_key",
            "OPENAI_API_KEY",
            "master-key",
            "redispassword",
            "GITHUB_PAT",
            "secret",
            "auth.token",
            "--requirepass",
            "SALT_KEY",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn names_about_secrets_and_others() {
        for name in [
            "POSTGRES_PASSWORD_FILE",
            "max_tokens",
            "AWS_ACCESS_KEY_ID",
            "secrets",
            "public_key",
            "key",
            "bypass",
            "proxy_pass",
            "token_ttl",
            "image",
            "compass",
            "tokenizer",
            "password-stdin",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
