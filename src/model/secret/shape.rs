//! Secrets by their shape: prefixes that vendors give their tokens, private keys, passwords in addresses.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use super::{Worth, worth};

/// What a token of this shape is, and the shape. From the vendors' own documentation of their prefixes.
const SHAPES: &[(&str, &str)] = &[
    ("an Anthropic API key", r"\bsk-ant-[A-Za-z0-9_-]{20,}"),
    ("an OpenRouter API key", r"\bsk-or-v1-[0-9a-f]{32,}"),
    ("an OpenAI API key", r"\bsk-(proj-|svcacct-)?[A-Za-z0-9_-]{32,}"),
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
    ("a private key", r"-----BEGIN ([A-Z]+ )*PRIVATE KEY-----"),
];

/// What `value` holds, by its shape; a placeholder in a vendor's form is nothing.
pub(crate) fn shape(value: &str) -> Option<&'static str> {
    static SET: LazyLock<Option<RegexSet>> = LazyLock::new(|| RegexSet::new(SHAPES.iter().map(|(_, r)| r)).ok());
    let found = SET.as_ref()?.matches(value).into_iter().next()?;
    let (title, _) = SHAPES.get(found)?;
    let distinct: std::collections::BTreeSet<char> = value.chars().collect();
    (worth(value) != Worth::Placeholder && distinct.len() > 9).then_some(title)
}

/// The password of `scheme://user:password@host` in `value`.
pub(crate) fn url_password(value: &str) -> Option<Range<usize>> {
    static URL: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(r"[a-zA-Z][a-zA-Z0-9+.-]*://[^\s/:@'\x22]*:([^\s/@'\x22]+)@[^\s/@]").ok());
    URL.as_ref()?.captures(value)?.get(1).map(|m| m.range())
}
