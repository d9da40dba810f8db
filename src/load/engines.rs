//! Templates of engines that nobody expands here (Django, Handlebars, Go and others): what they make is not known, and they are no files
//! of what they make.

use std::sync::LazyLock;

use regex::Regex;

use super::classify::{has_extension, matches};
use crate::document::Kind;

/// A line that is a statement of a Go template. `{{ .Name }}` alone is none: Swarm and `docker inspect` read those.
static GO: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let words = r"(?:if|range|with|define|template|block|else\s+if)\s+[^|}\s]|(?:else|end)\s*-?\}\}|\$\w+\s*:?=\s";
    Regex::new(&format!(r"(?m)^\s*\{{\{{-?\s*(?:{words})")).ok()
});

/// `%%NAME%%` anywhere, or `%NAME%` where YAML allows no value to begin so.
static PERCENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"%%[A-Z][A-Z0-9_]+%%|(?m)^[^#\n]*[:\-][ \t]+%[A-Z][A-Z0-9_]+%").ok());

/// Which engine a file called `name` is a template for, as a reason not to audit it.
pub(super) fn other(name: &str, kind: Option<Kind>, text: &str) -> Option<&'static str> {
    if matches!(kind, None | Some(Kind::Script | Kind::Markdown | Kind::AnsibleTasks | Kind::AnsiblePlaybook)) {
        return None;
    }
    if text.contains("{{") && matches(&GO, text) {
        return Some("a Go template");
    }
    let percent = matches!(kind, Some(Kind::Compose | Kind::Dockerfile)) && text.contains('%');
    if percent && matches(&PERCENT, text) {
        return Some("a template with `%NAME%`");
    }
    let named = has_extension(name, &["template", "tmpl", "tpl", "in"]);
    let own = matches!(kind, Some(Kind::Conf(_) | Kind::Dockerfile));
    (named && own && text.contains("{{")).then_some("a template of another engine")
}

/// Whether a file is a template for Django, whose statements look like Jinja's: `verbatim` is what Jinja calls `raw`.
pub(super) fn django(text: &str) -> bool {
    text.contains("{% verbatim %}") && text.contains("{% endverbatim %}")
}

/// Whether lines of a file are blocks of Handlebars (`{{#if x}}` … `{{/if}}`), which no program that we know reads.
pub(super) fn handlebars(text: &str) -> bool {
    let line = |start: &str| text.lines().any(|line| line.trim_start().starts_with(start));
    text.contains("{{#") && line("{{#") && line("{{/")
}

/// Whether a unit is a template in Go's language: `PublishPort={{ .ports.web }}`. What a command prints in that language, and what a
/// comment says, is the unit's own.
pub(super) fn go_template(text: &str) -> bool {
    let commands = ["Exec", "Health", "PodmanArgs", "Notify", "#", ";"];
    let line = |line: &str| {
        let line = line.trim_start();
        let asks = line.contains("{{ .") || line.contains("{{.") || line.contains("{{- .") || line.contains("{{ $.");
        asks && line.contains('=') && !commands.iter().any(|start| line.starts_with(start))
    };
    text.contains("{{") && text.lines().any(line)
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::conf::Grammar;

    #[test]
    fn templates_of_other_engines_are_told_by_their_statements() {
        let go = "{{ if .Env.X }}\nserver {\n{{ end }}\n}\n";
        assert_eq!(other("meet.conf", Some(Kind::Conf(Grammar::Nginx)), go), Some("a Go template"));
        assert_eq!(other("a.conf", Some(Kind::Conf(Grammar::Nginx)), "{{ $X := .Env.X }}\n"), Some("a Go template"));
        assert!(other("a.nginx.conf.tmpl", Some(Kind::Conf(Grammar::Nginx)), "server_name {{DOMAIN}};\n").is_some());
        assert!(other("Dockerfile-head.template", Some(Kind::Dockerfile), "FROM php\n%%LABEL%%\n").is_some());
        assert!(other("compose.yml", Some(Kind::Compose), "services:\n  a:\n    image: %REPO%/nginx\n").is_some());
    }

    #[test]
    fn what_looks_like_one_is_audited() {
        let swarm = "services:\n  a:\n    hostname: '{{.Node.Hostname}}'\n";
        assert_eq!(other("compose.yml", Some(Kind::Compose), swarm), None);
        assert_eq!(other("compose.yml", Some(Kind::Compose), "{{ template }}\n{{ end_of_life }}\n"), None);
        let dates = "services:\n  a:\n    command: date +%Y%m%d\n    x: a %DATE%\n";
        assert_eq!(other("compose.yml", Some(Kind::Compose), dates), None);
        assert_eq!(other("default.conf.template", Some(Kind::Conf(Grammar::Nginx)), "server_name $NAME;\n"), None);
        assert_eq!(other("a.sh", Some(Kind::Script), "{{ if x }}\n{{ end }}\n"), None);
    }
}
