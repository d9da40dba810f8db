//! Configurations of proxies, of Redis and of logrotate: directives with their words, and blocks of directives.
//!
//! nginx, Caddy, `HAProxy`, Squid, Redis and logrotate each have a grammar of words and lines; `braces` and `lines` cut them from the
//! `Text`, so templates of them keep their places. What a directive means is left to `model`.

mod braces;
mod lines;

use std::sync::LazyLock;

use regex::Regex;

use crate::problem::Problem;
use crate::source::Span;
use crate::text::Text;

/// A parsed configuration.
#[derive(Debug, Clone)]
pub struct Conf {
    /// Whose grammar it has.
    pub grammar: Grammar,
    /// The directives of its top level.
    pub directives: Vec<Directive>,
}

/// Whose grammar a configuration has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Grammar {
    /// nginx: `name word;` and `name word { … }`.
    Nginx,
    /// Caddy: one directive a line, blocks in braces.
    Caddy,
    /// `HAProxy`: sections of lines.
    HaProxy,
    /// Squid: lines.
    Squid,
    /// Redis and Valkey: lines.
    Redis,
    /// logrotate: lines, and blocks of lines for files.
    Logrotate,
    /// That of another program, which is only looked at as lines.
    Lines,
}

/// One directive.
#[derive(Debug, Clone)]
pub struct Directive {
    /// Its words, the name first; empty for a block that has no name.
    pub words: Vec<Text>,
    /// What stands in its block, or in its section.
    pub block: Vec<Directive>,
}

impl Directive {
    /// Its first word; empty where it has none or that is not known.
    pub fn name(&self) -> &str {
        self.words.first().and_then(Text::known).unwrap_or("")
    }

    /// The words after its name.
    pub fn arguments(&self) -> &[Text] {
        self.words.get(1..).unwrap_or(&[])
    }

    /// From its first word to its last.
    pub fn span(&self) -> Option<Span> {
        Some(self.words.first()?.span().to(self.words.last()?.span()))
    }
}

impl Conf {
    /// All directives, outer ones before what is in them.
    pub fn all(&self) -> Vec<&Directive> {
        let mut found = Vec::new();
        let mut open: Vec<&Directive> = self.directives.iter().rev().collect();
        while let Some(directive) = open.pop() {
            found.push(directive);
            open.extend(directive.block.iter().rev());
        }
        found
    }
}

impl Grammar {
    /// The grammar of the file `name` (without the suffix of a template) that holds `text`; `None` where none is known.
    pub fn of(name: &str, text: &str) -> Option<Grammar> {
        // `server {{ address }}` of chrony's and ntpd's templates opens no block.
        static NGINX: LazyLock<Option<Regex>> = LazyLock::new(|| {
            Regex::new(
                r"(?m)^\s*(server|http|stream|events|upstream\s+\S+|location\s+[^{}\n]+|map\s+\S+\s+\S+)\s*\{([^{%]|$)",
            )
            .ok()
        });
        static HAPROXY: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"(?m)^(frontend|backend|listen|defaults|global)\b").ok());
        static SQUID: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^(http_port|http_access)\s").ok());
        static REDIS: LazyLock<Option<Regex>> = LazyLock::new(|| {
            let keys = "requirepass|appendonly|maxmemory|maxmemory-policy|protected-mode|bind|port|save|aclfile";
            Regex::new(&format!(r"(?m)^({keys})\s+\S")).ok()
        });
        static DIRECTIVE: LazyLock<Option<Regex>> =
            LazyLock::new(|| Regex::new(r"(?m)^\s*[a-z_]+[ \t][^;{}\n]*;").ok());
        let says = |pattern: &LazyLock<Option<Regex>>| pattern.as_ref().is_some_and(|p| p.is_match(text));
        let ends = |all: &[&str]| all.iter().any(|e| name.ends_with(e));
        let lower = name.to_ascii_lowercase();
        if lower.starts_with("logrotate") {
            return Some(Grammar::Logrotate);
        }
        let other = ends(&[".md", ".json", ".yml", ".yaml", ".html", ".txt", ".sh"]);
        if name.starts_with("Caddyfile") && !other || ends(&[".caddy", ".Caddyfile"]) {
            return Some(Grammar::Caddy);
        }
        if lower.starts_with("haproxy") && ends(&[".cfg", ".conf"]) && says(&HAPROXY) {
            return Some(Grammar::HaProxy);
        }
        if lower.starts_with("squid") && ends(&[".conf"]) && says(&SQUID) {
            return Some(Grammar::Squid);
        }
        let store = lower.contains("redis") || lower.contains("valkey");
        if store && ends(&[".conf"]) && says(&REDIS) && !says(&NGINX) {
            return Some(Grammar::Redis);
        }
        if lower.starts_with("nginx") && ends(&[".conf", ".conf.template"]) && says(&DIRECTIVE) {
            return Some(Grammar::Nginx);
        }
        let nginx = ends(&[".nginx", ".conf", ".conf.template", ".conf.tmpl"]);
        (nginx && says(&NGINX)).then_some(Grammar::Nginx)
    }
}

/// Parses `text` in `grammar`; `None` where nothing but its lines is looked at.
pub fn parse(grammar: Grammar, text: &Text) -> (Option<Conf>, Vec<Problem>) {
    let (directives, mut problems) = match grammar {
        Grammar::Nginx => braces::nginx(text),
        Grammar::Caddy => braces::caddy(text),
        Grammar::HaProxy => (lines::sections(text), Vec::new()),
        Grammar::Squid | Grammar::Redis => (lines::flat(text), Vec::new()),
        Grammar::Logrotate => (lines::blocks(text), Vec::new()),
        Grammar::Lines => return (None, Vec::new()),
    };
    // What is not known may hold the brace that is missing.
    if !text.is_known() {
        problems.clear();
    }
    (Some(Conf { grammar, directives }), problems)
}

#[cfg(test)]
#[path = "conf_tests.rs"]
mod tests;
