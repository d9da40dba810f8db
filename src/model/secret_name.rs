//! Which names are names of secrets: variables, keys, files.
//!
//! Names are read word by word, so that `max_tokens` and `token_url` are none. What a value looks like is left to others.

/// Words that make a name a secret's.
const WORDS: &[&str] = &[
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "token",
    "secret",
    "secrets",
    "apikey",
    "credential",
    "credentials",
    "psk",
];

/// Words before `key` that make it a secret's.
const KEYS: &[&str] = &[
    "api",
    "private",
    "secret",
    "access",
    "master",
    "encryption",
    "signing",
    "auth",
    "session",
    "app",
    "deploy",
    "account",
    "service",
    "hmac",
    "jwt",
    "license",
];

/// Words at the end that say that the name is about a secret, but is not one.
const ABOUT: &[&str] = &[
    "file",
    "files",
    "filename",
    "path",
    "paths",
    "dir",
    "directory",
    "url",
    "uri",
    "endpoint",
    "id",
    "ids",
    "name",
    "names",
    "user",
    "username",
    "length",
    "len",
    "size",
    "count",
    "ttl",
    "expiry",
    "expires",
    "expiration",
    "lifetime",
    "timeout",
    "age",
    "days",
    "enabled",
    "enable",
    "disabled",
    "required",
    "mode",
    "owner",
    "group",
    "type",
    "format",
    "policy",
    "algorithm",
    "method",
    "header",
    "field",
    "dest",
    "src",
    "source",
    "store",
    "backend",
    "provider",
    "manager",
    "exists",
    "stat",
    "changed",
    "result",
    "results",
    "check",
    "cmd",
    "command",
    "rotation",
    "min",
    "max",
    "chars",
    "charset",
    "hint",
    "prompt",
    "description",
    "label",
    "env",
    "var",
    "variable",
    "item",
    "key_name",
    "public",
    "pub",
    "limit",
    "budget",
    "usage",
    "version",
    "image",
    "port",
    "host",
    "status",
    "is",
    "template",
    "valid",
    "missing",
    "needed",
    "generated",
    "set",
    "defined",
    "update",
    "change",
    "regenerate",
    "create",
    "login",
    "authentication",
    "location",
    "prefix",
];

/// Words at the front that say the same.
const ASKS: &[&str] =
    &["public", "is", "has", "use", "enable", "disable", "require", "generate", "no", "max", "min", "stat", "check"];

/// Whether a variable or key of this name holds a secret. The last part of a dotted name decides.
pub fn names_secret(name: &str) -> bool {
    let last = name.rsplit('.').find(|part| !part.is_empty()).unwrap_or(name);
    let words = words(last);
    let (Some(first), Some(end)) = (words.first(), words.last()) else { return false };
    if ABOUT.contains(&end.as_str()) || words.len() > 1 && ASKS.contains(&first.as_str()) {
        return false;
    }
    let key = |pair: &[String]| matches!(pair, [kind, key] if key == "key" && KEYS.contains(&kind.as_str()));
    words.iter().any(|w| WORDS.contains(&w.as_str())) || words.windows(2).any(key)
}

/// Whether a file of this name holds secrets by what it is called: `.env`, `gateway.token`, `id_ed25519`, `tls.key`.
pub fn names_secret_file(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.strip_suffix(".j2").unwrap_or(&name);
    let public = [
        ".pub",
        ".example",
        ".sample",
        ".template",
        ".dist",
        ".md",
        ".sh",
        ".py",
        ".service",
        ".timer",
        ".crt",
        ".cer",
    ];
    if public.iter().any(|end| stem.ends_with(end)) {
        return false;
    }
    let whole = [".env", ".netrc", ".pgpass", ".my.cnf", ".htpasswd", "id_rsa", "id_ed25519", "id_ecdsa"];
    let ends = [".env", ".key", ".pfx", ".p12", ".keystore", ".kdbx", ".token", ".secret"];
    let bare = stem.trim_start_matches('.');
    whole.contains(&stem)
        || stem.starts_with(".env.")
        || ends.iter().any(|end| stem.ends_with(end))
        || names_secret(bare.rsplit_once('.').map_or(bare, |(stem, _)| stem))
}

/// The words of a name in small letters: cut at `_`, `-`, white space and where small letters meet capitals.
fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut small = false;
    for c in name.chars() {
        let cut = !c.is_ascii_alphanumeric();
        if cut || (small && c.is_ascii_uppercase()) {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| !cut) {
            word.extend(c.to_lowercase());
        }
        small = c.is_ascii_lowercase();
    }
    words.retain(|w| !w.is_empty());
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_word_by_word() {
        for name in
            ["TELEGRAM_BOT_TOKEN", "vault_db_password", "apiKey", "item.password", "smtp_pass", "github-api-key"]
        {
            assert!(names_secret(name), "{name}");
        }
        for name in
            ["max_tokens", "token_url", "DB_PASSWORD_FILE", "public_key", "passthrough", "secret_name", "keyboard"]
        {
            assert!(!names_secret(name), "{name}");
        }
    }

    #[test]
    fn files_are_known_by_name() {
        for path in ["/srv/.env", "a/.gateway-token", "tls.key", "/root/.ssh/id_rsa", "db_password.txt", "app.env.j2"] {
            assert!(names_secret_file(path), "{path}");
        }
        for path in [".env.example", "id_rsa.pub", "environment", "token.sh", "keys.yml"] {
            assert!(!names_secret_file(path), "{path}");
        }
    }
}
