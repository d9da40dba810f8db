//! The patterns that `secret_scan` looks for in a line; what becomes of a hit is left to it.

use std::sync::LazyLock;

use regex::Regex;

/// A pattern; `None` if it can't be compiled, which a test excludes.
pub(super) type Pattern = LazyLock<Option<Regex>>;

const fn pattern(make: fn() -> Option<Regex>) -> Pattern {
    LazyLock::new(make)
}

pub(super) static NAMED: Pattern =
    pattern(|| Regex::new(r#"([A-Za-z0-9_][A-Za-z0-9_.\-]*)\\?["']?\s*(:=|\+=|[:=])[ \t]*"#).ok());
pub(super) static PAIR_ONLY: Pattern = pattern(|| Regex::new(r#"^(- )?["']?[A-Za-z_][\w.\-]*["']?\s*:(\s|$)"#).ok());
pub(super) static NAMES_SECRET: Pattern = pattern(|| {
    Regex::new(r#"^\s*-?\s*(?:(?:name|key)\s*:\s*["']?([\w.\-]+)["']?|["']?(--?[\w\-]+)["']?)\s*,?\s*$"#).ok()
});
pub(super) static NEXT_VALUE: Pattern = pattern(|| Regex::new(r#"^\s*(?:value\s*:|-)\s*["']?([^"'\s#][^"'#]*)"#).ok());
pub(super) static OPTION: Pattern = pattern(|| {
    Regex::new(
        r#"(?ix) -- ?(?:[a-z0-9]+-)* (?:password|passwd|pass|passphrase|token|secret|api-?key|requirepass|masterauth
        |access-key|secret-key|private-key|auth-?key)
        (?: = ["']? | ["']?\s*,\s*["']? | ["']?\s+["']? ) ( \$\{[^}]*\} | \{\{.*?\}\} | [^\s"',\]\-][^\s"',\]]* )"#,
    )
    .ok()
});
pub(super) static REDIS: Pattern =
    pattern(|| Regex::new(r#"redis-cli\b[^|;&]*?\s?["']?-a["']?(?:\s*,\s*|\s+)["']?([^\s"',\]]+)"#).ok());
pub(super) static SSHPASS: Pattern = pattern(|| Regex::new(r#"\bsshpass\s+-p\s*["']?([^\s"']+)"#).ok());
pub(super) static MYSQL: Pattern =
    pattern(|| Regex::new(r#"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^|;&]*?\s["']?-p([^\s"',\]]+)"#).ok());
pub(super) static BASIC_USER: Pattern =
    pattern(|| Regex::new(r#"\b(?:curl|wget|http)\b.*?\s(?:-u|--user)[= ]\s*["']?[^\s:"']+:([^\s"']+)"#).ok());
pub(super) static URL: Pattern =
    pattern(|| Regex::new(r#"[A-Za-z][A-Za-z0-9+.\-]*://[^\s/@:"']*:((?:\$\{[^}]*\}|\{\{.*?\}\}|[^\s@"'/])+)@"#).ok());
pub(super) static AUTHORIZATION: Pattern =
    pattern(|| Regex::new(r"(?i)(?:\b(?:bearer|basic)|\bauthorization:\s*[a-z]+)\s+([A-Za-z0-9._~+/=$\-]{8,})").ok());
/// `docker login -p X`.
pub(super) static LOGIN: Pattern =
    pattern(|| Regex::new(r#"\blogin\b[^|;&]*?\s["']?-p(?:["']?\s*,\s*|\s*=?\s*)["']?([^\s"',\]]+)"#).ok());
/// `config set some.token X`.
pub(super) static KEYED: Pattern =
    pattern(|| Regex::new(r#"\b(?:config|secret|vars|env) (?:set|put|add) ([\w.\-]+)\s+["']?([^\s"']+)"#).ok());
/// `echo X | tool login --password-stdin`.
pub(super) static PIPED: Pattern = pattern(|| {
    Regex::new(
        r#"\b(?:echo|printf)\s+(?:-\w+\s+|["']%s(?:\\n)?["']\s+)*["']?([^|"']+?)["']?\s*\|.*(?:password-stdin|with-token)"#,
    )
    .ok()
});
/// `ENV DB_PASSWORD x`, `setenv TOKEN x`: a name in capital letters, and a value after white space.
pub(super) static SPACED: Pattern =
    pattern(|| Regex::new(r"^\s*(?:ENV|ARG|setenv)\s+([A-Za-z_]\w*)\s+([^\s=].*)$").ok());
/// `${DB_PASSWORD:-x}`, wherever it stands.
pub(super) static DEFAULTED: Pattern = pattern(|| Regex::new(r"\$\{([A-Za-z_]\w*):?[-=+]([^${}]+)\}").ok());
/// `db_password | default('x')`, wherever it stands.
pub(super) static FALLBACK: Pattern =
    pattern(|| Regex::new(r#"([A-Za-z_][\w.]*)\s*\|\s*d(?:efault)?\s*\(\s*\\?["']([^"']+)\\?["']"#).ok());
/// A name in capital letters before a word, in a line that is nothing else.
pub(super) static LOOSE: Pattern = pattern(|| Regex::new(r"\b([A-Z][A-Z0-9_]{3,})\s+(\S+)").ok());

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_can_be_compiled() {
        let all = [
            &NAMED,
            &PAIR_ONLY,
            &NAMES_SECRET,
            &NEXT_VALUE,
            &OPTION,
            &REDIS,
            &SSHPASS,
            &MYSQL,
            &BASIC_USER,
            &URL,
            &AUTHORIZATION,
            &LOGIN,
            &KEYED,
            &PIPED,
            &SPACED,
            &DEFAULTED,
            &FALLBACK,
            &LOOSE,
        ];
        assert!(all.into_iter().all(|p| p.is_some()));
    }
}
