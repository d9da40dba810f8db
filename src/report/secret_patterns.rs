//! The patterns that `secret_scan` looks for in a line; what becomes of a hit is left to it.

use std::sync::LazyLock;

use regex::Regex;

use crate::model::secret::Bytes;

/// A literal, and its bytes: a text that has not all of them need not be searched.
struct Needle {
    text: &'static str,
    bytes: Bytes,
}

const fn needle(text: &'static str) -> Needle {
    Needle { text, bytes: Bytes::of(text) }
}

/// A pattern, and the literals of which a line must hold one for it to match (none: any line may): most lines of most files
/// hold none, and a pattern that is never asked is never built.
pub(super) struct Pattern {
    needles: &'static [Needle],
    regex: LazyLock<Option<Regex>>,
}

impl Pattern {
    /// The pattern, where it may match in this line, which has no other bytes than these.
    pub(super) fn on(&self, line: &str, bytes: &Bytes) -> Option<&Regex> {
        let may = self.needles.is_empty()
            || self.needles.iter().any(|needle| bytes.hold(&needle.bytes) && line.contains(needle.text));
        if may { self.regex.as_ref() } else { None }
    }
}

/// Word boundaries are those of ASCII in all of them: those of Unicode need an engine that is many times slower. In names
/// all of Unicode counts for letters (`[^\x00-\x7f]`): its table of letters takes millions of instructions to build.
const fn pattern(needles: &'static [Needle], make: fn() -> Option<Regex>) -> Pattern {
    Pattern { needles, regex: LazyLock::new(make) }
}

pub(super) static PAIR_ONLY: Pattern =
    pattern(&[needle(":")], || Regex::new(r#"^(- )?["']?[A-Za-z_][A-Za-z0-9_.\-]*["']?\s*:(\s|$)"#).ok());
pub(super) static NAMES_SECRET: Pattern = pattern(&[needle("name"), needle("key"), needle("-")], || {
    Regex::new(r#"^\s*-?\s*(?:(?:name|key)\s*:\s*["']?([A-Za-z0-9_.\-[^\x00-\x7f]]+)["']?|["']?(--?[A-Za-z0-9_\-[^\x00-\x7f]]+)["']?)\s*,?\s*$"#).ok()
});
pub(super) static NEXT_VALUE: Pattern =
    pattern(&[needle("value"), needle("-")], || Regex::new(r#"^\s*(?:value\s*:|-)\s*["']?([^"'\s#][^"'#]*)"#).ok());
pub(super) static OPTION: Pattern = pattern(
    &[
        needle("pass"),
        needle("PASS"),
        needle("Pass"),
        needle("token"),
        needle("TOKEN"),
        needle("Token"),
        needle("secret"),
        needle("SECRET"),
        needle("Secret"),
        needle("key"),
        needle("KEY"),
        needle("Key"),
        needle("auth"),
        needle("AUTH"),
        needle("Auth"),
    ],
    || {
        Regex::new(
            r#"(?ix) -- ?(?:[a-z0-9]+-)* (?:password|passwd|pass|passphrase|token|secret|api-?key|requirepass|masterauth
        |access-key|secret-key|private-key|auth-?key)
        (?: = ["']? | ["']?\s*,\s*["']? | ["']?\s+["']? ) ( \$\{[^}]*\} | \{\{.*?\}\} | [^\s"',\]\-][^\s"',\]]* )"#,
        )
        .ok()
    },
);
pub(super) static REDIS: Pattern = pattern(&[needle("redis-cli")], || {
    Regex::new(r#"redis-cli(?-u:\b)[^|;&]*?\s?["']?-a["']?(?:\s*,\s*|\s+)["']?([^\s"',\]]+)"#).ok()
});
pub(super) static SSHPASS: Pattern =
    pattern(&[needle("sshpass")], || Regex::new(r#"(?-u:\b)sshpass\s+-p\s*["']?([^\s"']+)"#).ok());
pub(super) static MYSQL: Pattern = pattern(&[needle("mysql"), needle("mariadb")], || {
    Regex::new(r#"(?-u:\b)(?:mysql|mysqldump|mysqladmin|mariadb)(?-u:\b)[^|;&]*?\s["']?-p([^\s"',\]]+)"#).ok()
});
pub(super) static BASIC_USER: Pattern = pattern(&[needle("curl"), needle("wget"), needle("http")], || {
    Regex::new(r#"(?-u:\b)(?:curl|wget|http)(?-u:\b).*?["'\s](?:-u|--user)(?:["']?\s*,\s*["']?|[= ]\s*["']?)[^\s:"']+:([^\s"']+)"#).ok()
});
pub(super) static URL: Pattern = pattern(&[needle("://")], || {
    // A token may stand in the place of the user, as of git's addresses.
    let password = r#"[A-Za-z][A-Za-z0-9+.\-]*://[^\s/@:"']*:((?:\$\{[^}]*\}|\{\{.*?\}\}|[^\s@"'/])+)@"#;
    Regex::new(&format!(r"(?:{password}|https?://([A-Za-z0-9_.\-]{{16,}})@)")).ok()
});
pub(super) static AUTHORIZATION: Pattern = pattern(
    &[needle("earer"), needle("EARER"), needle("asic"), needle("ASIC"), needle("uthorization"), needle("UTHORIZATION")],
    || {
        // Words follow `basic` in prose; a login in base64, of eight characters or more, has a capital letter, a digit or a sign.
        let named = r"(?:(?-u:\b)bearer|(?-u:\b)authorization:\s*[a-z]+)\s+([A-Za-z0-9._~+/=$\-]{8,})";
        let (small, sign, any) = (r"[a-z._~\-]", "[A-Z0-9+/=$]", r"[A-Za-z0-9._~+/=$\-]");
        let early: Vec<String> = (0..7).map(|at| format!("{small}{{{at}}}{sign}{any}{{{},}}|", 7 - at)).collect();
        let early = early.concat();
        let basic = format!(r"(?-u:\b)basic\s+((?-i:{early}{small}{{7,}}{sign}{any}*))");
        Regex::new(&format!("(?i)(?:{named}|{basic})")).ok()
    },
);
/// `docker login -p X`.
pub(super) static LOGIN: Pattern = pattern(&[needle("login")], || {
    Regex::new(r#"(?-u:\b)login(?-u:\b)[^|;&]*?\s["']?-p(?:["']?\s*,\s*|\s*=?\s*)["']?([^\s"',\]]+)"#).ok()
});
/// `config set some.token X`.
pub(super) static KEYED: Pattern = pattern(&[needle(" set "), needle(" put "), needle(" add ")], || {
    Regex::new(r#"(?-u:\b)(?:config|secret|vars|env) (?:set|put|add) ([A-Za-z0-9_.\-[^\x00-\x7f]]+)\s+["']?([^\s"']+)"#)
        .ok()
});
/// `echo X | tool login --password-stdin`.
pub(super) static PIPED: Pattern = pattern(&[needle("password-stdin"), needle("with-token")], || {
    Regex::new(
        r#"(?-u:\b)(?:echo|printf)\s+(?:-[A-Za-z0-9_[^\x00-\x7f]]+\s+|["']%s(?:\\n)?["']\s+)*["']?([^|"']+?)["']?\s*\|.*(?:password-stdin|with-token)"#,
    )
    .ok()
});
/// `ENV DB_PASSWORD x`, `setenv TOKEN x`: a name in capital letters, and a value after white space.
pub(super) static SPACED: Pattern = pattern(&[needle("ENV"), needle("ARG"), needle("setenv")], || {
    Regex::new(r"^\s*(?:ENV|ARG|setenv)\s+([A-Za-z_][A-Za-z0-9_[^\x00-\x7f]]*)\s+([^\s=].*)$").ok()
});
/// `${DB_PASSWORD:-x}`, wherever it stands.
pub(super) static DEFAULTED: Pattern =
    pattern(&[needle("${")], || Regex::new(r"\$\{([A-Za-z_][A-Za-z0-9_[^\x00-\x7f]]*):?[-=+]([^${}]+)\}").ok());
/// `db_password | default('x')`, wherever it stands.
pub(super) static FALLBACK: Pattern = pattern(&[needle("|")], || {
    Regex::new(r#"([A-Za-z_][A-Za-z0-9_.[^\x00-\x7f]]*)\s*\|\s*d(?:efault)?\s*\(\s*\\?["']([^"']+)\\?["']"#).ok()
});
/// A name in capital letters before a word, in a line that is nothing else.
pub(super) static LOOSE: Pattern = pattern(&[], || Regex::new(r"(?-u:\b)([A-Z][A-Z0-9_]{3,})\s+(\S+)").ok());

/// Whether a comment tells something about keys: it has words behind the head of one, and nothing that may be a key.
pub(super) fn speaks_of_key(line: &str) -> bool {
    let behind = line.rsplit_once("PRIVATE KEY-----").map_or("", |(_, behind)| behind);
    is_comment(line) && !line.contains("-----END") && behind.split_whitespace().count() > 1 && !has_drawn(behind, 8)
}

/// Whether the line is a comment of a script, of YAML or of a configuration.
pub(super) fn is_comment(line: &str) -> bool {
    line.trim_start().starts_with(['#', ';']) || line.trim_start().starts_with("//")
}

/// Whether `text` holds `least` letters and digits in a row, as base64 writes them, that are no word.
pub(super) fn has_drawn(text: &str, least: usize) -> bool {
    let base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '_' | '-');
    text.split(|c| !base64(c)).filter(|run| run.len() >= least).any(|run| {
        let has = |is: fn(&u8) -> bool| run.as_bytes().iter().any(is);
        has(u8::is_ascii_digit) || has(u8::is_ascii_lowercase) && run.as_bytes()[1..].iter().any(u8::is_ascii_uppercase)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_can_be_compiled() {
        let all = [
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
        assert!(all.into_iter().all(|p| p.regex.is_some()));
    }
}
