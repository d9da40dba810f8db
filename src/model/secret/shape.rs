//! Secrets by their shape: prefixes that vendors give their tokens, private keys, passwords in addresses.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::bytes::Bytes;
use super::value::{Worth, worth};

/// What a token in the form of many vendors is: the name that it has says more.
pub(crate) const ANY_API_KEY: &str = "an API key (`sk-…`)";

/// What a token of this shape is, and the shape. From the vendors' own documentation of their prefixes.
const SHAPES: &[(&str, &str)] = &[
    ("an Anthropic API key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("an OpenRouter API key", r"\bsk-or-v1-[0-9a-f]{32,}"),
    ("an OpenAI API key", r"\bsk-((proj|svcacct|admin)-[A-Za-z0-9_-]{32,}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})"),
    // OpenAI's form of old, which proxies and other vendors use as well: LiteLLM's own keys begin so.
    (ANY_API_KEY, r"\bsk-[A-Za-z0-9]{32,}"),
    ("a GitHub token", r"\b(gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40,})"),
    ("a GitLab token", r"\bglpat-[A-Za-z0-9_-]{20,}"),
    ("a Slack token", r"\bxox[abeprs]-[A-Za-z0-9-]{20,}"),
    ("a Slack webhook", r"hooks\.slack\.com/services/T[A-Z0-9]{6,}/B[A-Z0-9]{6,}/[A-Za-z0-9]{16,}"),
    ("an AWS access key", r"\b(AKIA|ASIA)[0-9A-Z]{16}\b"),
    ("a Google API key", r"\bAIza[0-9A-Za-z_-]{35}"),
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("a Tailscale key", r"\btskey-[a-z]+-[A-Za-z0-9]+-[A-Za-z0-9]{16,}"),
    ("an npm token", r"\bnpm_[A-Za-z0-9]{36}"),
    ("a Telegram bot token", r"\b[0-9]{8,10}:AA[A-Za-z0-9_-]{32,}"),
    ("a Groq API key", r"\bgsk_[A-Za-z0-9]{40,}"),
    ("a SendGrid key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}"),
    ("a DigitalOcean token", r"\bdop_v1_[0-9a-f]{64}"),
    // The first line alone is what scripts look for in a file.
    ("a private key", r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----(\s|\\n)*[A-Za-z0-9+/=]{16,}"),
];

/// More beginnings, which rules do not judge: anybody may use them for something else.
const HIDDEN: &str = r"(?x)
      \b sk-[A-Za-z0-9_\-]{16,} | \b gh[pousr]_[A-Za-z0-9]{20,} | \b github_pat_[A-Za-z0-9_]{20,}
    | \b glpat-[A-Za-z0-9_\-]{16,} | \b xox[abeprs]-[A-Za-z0-9\-]{10,} | \b AIza[0-9A-Za-z_\-]{30,}
    | \b eyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}(?:\.[A-Za-z0-9_\-]*)?
    | \b hf_[A-Za-z0-9]{20,} | \b npm_[A-Za-z0-9]{30,} | \b dckr_pat_[A-Za-z0-9_\-]{20,} | \b tskey-[A-Za-z0-9\-]{16,}
    | \b [0-9]{8,10}:AA[A-Za-z0-9_\-]{30,} | AGE-SECRET-KEY-1[0-9A-Z]{40,}
    | \b gsk_[A-Za-z0-9]{20,} | \b pk?sk_(?:live|test)_[A-Za-z0-9]{16,} | \b (?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,}
    | \b pypi-[A-Za-z0-9_\-]{40,} | \b xai-[A-Za-z0-9]{30,} | \$2[aby]?\$[0-9]{2}\$[./A-Za-z0-9]{50,}
    | \$6\$[./A-Za-z0-9$=]{40,} | \b [MN][A-Za-z0-9_\-]{23,25}\.[A-Za-z0-9_\-]{6}\.[A-Za-z0-9_\-]{27,}";

/// The fewest characters in a row that any shape has of those which tokens are made of.
const SHORTEST: usize = 15;

/// From so many on it may be Discord's, the one without a beginning of its own.
const LONG: usize = 59;

/// Whether `text` is worth asking for shapes: most texts have no such row or hold no beginning, and the patterns cost many
/// times as much.
fn may_hold(text: &str) -> bool {
    if text.len() < SHORTEST {
        return false;
    }
    let bytes = text.as_bytes();
    let (mut row, mut longest) = (0, 0);
    for byte in bytes {
        row = if IN_TOKENS.get(usize::from(*byte)) == Some(&true) { row + 1 } else { 0 };
        longest = longest.max(row);
    }
    longest >= LONG || longest >= SHORTEST && (0..bytes.len()).any(|at| bytes.get(at..).is_some_and(begins))
}

/// Whether `rest` starts with what one of the shapes can't be without.
fn begins(rest: &[u8]) -> bool {
    let words: &[&str] = match rest.first() {
        Some(b's') => &["sk-", "sk_live_", "sk_test_"],
        Some(b'g') => &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gsk_"],
        Some(b'x') => &["xox", "xai-"],
        Some(b'h') => &["hf_", "hooks.slack.com/services/T"],
        Some(b'A') => &["AKIA", "ASIA", "AIza", "AGE-SECRET-KEY-1"],
        Some(b't') => &["tskey-"],
        Some(b'n') => &["npm_"],
        Some(b':') => &[":AA"],
        Some(b'S') => &["SG."],
        Some(b'd') => &["dop_v1_", "dckr_pat_"],
        Some(b'P') => &["PRIVATE KEY-----"],
        Some(b'e') => &["eyJ"],
        Some(b'r') => &["rk_live_", "rk_test_"],
        Some(b'p') => &["pypi-"],
        Some(b'$') => &["$2", "$6$"],
        _ => return false,
    };
    words.iter().any(|word| rest.starts_with(word.as_bytes()))
}

/// What tokens are made of.
const OF_TOKENS: Bytes = Bytes::of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./+=$");

/// The same for each byte: all texts are asked for it.
const IN_TOKENS: [bool; 256] = OF_TOKENS.table();

/// A word's boundary in ASCII: that of Unicode needs an engine that is many times slower.
fn ascii(pattern: &str) -> String {
    pattern.replace(r"\b", r"(?-u:\b)")
}

/// What `value` holds, by its shape; a placeholder in a vendor's form is nothing.
pub(crate) fn shape(value: &str) -> Option<&'static str> {
    static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|(_, r)| ascii(r))).ok());
    static EACH: LazyLock<Vec<Option<Regex>>> =
        LazyLock::new(|| SHAPES.iter().map(|(_, r)| Regex::new(&ascii(r)).ok()).collect());
    if !may_hold(value) {
        return None;
    }
    SET.as_ref()?.matches(value).into_iter().find_map(|index| {
        let (title, _) = SHAPES.get(index)?;
        let found = EACH.get(index)?.as_ref()?.find_iter(value);
        let mut real = found.filter(|m| !drawn_by_hand(m.as_str()));
        real.next().map(|_| *title)
    })
}

/// Whether a token was made up for an example: few characters, a row of them, or words that say so.
fn drawn_by_hand(token: &str) -> bool {
    let distinct: std::collections::BTreeSet<char> = token.chars().collect();
    let row = token.as_bytes().windows(2).fold((0_usize, 0), |(longest, run), pair| {
        let run = if pair.first().is_some_and(|a| pair.get(1) == Some(&a.wrapping_add(1))) { run + 1 } else { 0 };
        (longest.max(run), run)
    });
    // `xoxb-bot-user-oauth-access-token`: words.
    let words = token.starts_with("xox") && !token.chars().any(|c| c.is_ascii_digit());
    distinct.len() <= 9 || row.0 >= 7 || words || worth(token) == Worth::Placeholder
}

/// Where `text` holds something of a token's shape, also if it may be none: what nobody should be shown.
pub(crate) fn shapes(text: &str) -> Vec<Range<usize>> {
    static ALL: LazyLock<Option<Regex>> = LazyLock::new(|| {
        let known: Vec<&str> = SHAPES.iter().map(|(_, r)| *r).collect();
        Regex::new(&ascii(&format!("(?:{HIDDEN})|{}", known.join("|")))).ok()
    });
    if !may_hold(text) {
        return Vec::new();
    }
    ALL.as_ref().map(|all| all.find_iter(text).map(|m| m.range()).collect()).unwrap_or_default()
}

/// The password of `scheme://user:password@host` in `value`.
pub(crate) fn url_password(value: &str) -> Option<Range<usize>> {
    static URL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'\x22]*:([^\s/@'\x22]+)@[^\s/@]").ok());
    if !value.contains("://") {
        return None;
    }
    let found = URL.as_ref()?.captures(value)?.get(1)?;
    // `://{USER:-app}@` is a name and its default, whose dollar sign is missing.
    let user = value.get(..found.start()).and_then(|before| before.rsplit("://").next());
    let braced = user.is_some_and(|user| user.starts_with('{')) && found.as_str().ends_with('}');
    (!braced).then(|| found.range())
}

/// Whether the address whose password stands at `password` tells people what to type: `Address (format: postgresql://app:PASSWORD@db/app)`,
/// `postgresql://user:password@host:port/app`.
pub(crate) fn tells_what_to_type(value: &str, password: &Range<usize>) -> bool {
    let capitals = |text: &str| text.chars().all(|c| c.is_ascii_uppercase() || matches!(c, '_' | '-'));
    let sample = value.get(password.end..).is_some_and(|rest| rest.to_ascii_lowercase().starts_with("@host:port"));
    sample
        || value.get(..password.start).is_some_and(|before| before.contains(' '))
            && value.get(password.clone()).is_some_and(capitals)
}

#[cfg(test)]
mod tests {
    use proptest::strategy::{Strategy, ValueTree};
    use proptest::test_runner::TestRunner;

    use super::{HIDDEN, SHAPES, may_hold};

    #[test]
    fn what_has_a_shape_is_asked_for_it() {
        let mut runner = TestRunner::deterministic();
        let hidden = HIDDEN.trim_start_matches("(?x)").split(" | ").map(|shape| shape.split_whitespace().collect());
        let all =
            SHAPES.iter().map(|(_, shape)| (*shape).to_owned()).chain(hidden.map(|parts: Vec<&str>| parts.concat()));
        for shape in all {
            let texts = proptest::string::string_regex(&shape.replace(r"\b", "")).expect("a shape");
            for _ in 0..20 {
                let text = texts.new_tree(&mut runner).expect("a text").current();
                assert!(may_hold(&text), "{text} is of {shape}");
            }
        }
    }
}
