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

/// A line of `__NAME__` alone, which somebody's build script replaces: no instruction of a Dockerfile begins so.
static UNDERSCORES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^__[A-Z][A-Z0-9_]*__\s*$").ok());

/// A line that is a statement of Jinja: Ansible reads its own variables without expanding the file.
static STATEMENT: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?m)^\s*\{%-?\s*(if|for|set|macro|include)\b[^\n]*%\}\s*$").ok());

/// Which engine a file called `name` may be a template for, as a reason not to audit it where it does not parse.
pub(super) fn other(name: &str, kind: Kind, text: &str) -> Option<&'static str> {
    if matches!(kind, Kind::Script | Kind::Markdown | Kind::AnsibleTasks | Kind::AnsiblePlaybook) {
        return None;
    }
    if text.contains("{{") && matches(&GO, text) {
        return Some("a Go template");
    }
    let percent = matches!(kind, Kind::Compose | Kind::Dockerfile) && text.contains('%');
    if percent && matches(&PERCENT, text) {
        return Some("a template with `%NAME%`");
    }
    if kind == Kind::Dockerfile && text.contains("__") && matches(&UNDERSCORES, text) {
        return Some("a template with `__NAME__`");
    }
    if kind == Kind::AnsibleVars && text.contains("{%") && matches(&STATEMENT, text) {
        return Some("a Jinja template");
    }
    let named = has_extension(name, &["template", "tmpl", "tpl", "in"]);
    let own = matches!(kind, Kind::Conf(_) | Kind::Dockerfile);
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

/// Whether a unit is a template in Go's language: `PublishPort={{ .ports.web }}`. What a command prints in that language, what
/// docker fills in (a label, an option of a log), and what a comment says, is the unit's own.
pub(super) fn go_template(text: &str) -> bool {
    const OWN: [&str; 11] = [
        "Exec",
        "Health",
        "PodmanArgs",
        "GlobalArgs",
        "Notify",
        "Environment",
        "Label",
        "Annotation",
        "LogOpt",
        "#",
        ";",
    ];
    let mut goes_on = false;
    text.contains("{{")
        && text.lines().any(|line| {
            let part = std::mem::replace(&mut goes_on, line.ends_with('\\'));
            let asks = ["{{ .", "{{.", "{{- .", "{{ $."].iter().any(|start| line.contains(start));
            let line = line.trim_start();
            asks && !part && line.contains('=') && !OWN.iter().any(|start| line.starts_with(start))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::conf::Grammar;

    const NGINX: Kind = Kind::Conf(Grammar::Nginx);

    #[test]
    fn templates_of_other_engines_are_told_by_their_statements() {
        let go = "{{ if .Env.X }}\nserver {\n{{ end }}\n}\n";
        assert_eq!(other("meet.conf", NGINX, go), Some("a Go template"));
        assert_eq!(other("a.conf", NGINX, "{{ $X := .Env.X }}\n"), Some("a Go template"));
        assert!(other("a.nginx.conf.tmpl", NGINX, "server_name {{DOMAIN}};\n").is_some());
        assert_eq!(
            other("Dockerfile", Kind::Dockerfile, "FROM __BASE__\n__PREINSTALL__\n"),
            Some("a template with `__NAME__`")
        );
        assert_eq!(other("Dockerfile", Kind::Dockerfile, "FROM a\nRUN echo \\\n    __X__ \\\n b\n"), None);
        let vars = "A:\n  {% if B != '' -%}\n  C: 1\n  {%- endif %}\n";
        assert_eq!(other("10-a.yml", Kind::AnsibleVars, vars), Some("a Jinja template"));
        assert!(other("Dockerfile-head.template", Kind::Dockerfile, "FROM php\n%%LABEL%%\n").is_some());
        assert!(other("compose.yml", Kind::Compose, "services:\n  a:\n    image: %REPO%/nginx\n").is_some());
    }

    #[test]
    fn what_a_unit_gives_to_docker_is_its_own() {
        assert!(go_template("[Container]\nPublishPort={{ .ports.web }}\n"));
        let goes_on = "[Service]\nExecStart=/usr/bin/docker run \\\n  --log-opt tag={{.Name}} \\\n  --privileged a:1\n";
        for text in
            [goes_on, "LogOpt=tag={{.Name}}\n", "Label=x={{ .Host }}\n", "Environment=F={{.ID}}\n", "# X={{ .A }}\n"]
        {
            assert!(!go_template(text), "{text}");
        }
    }

    #[test]
    fn what_looks_like_one_is_audited() {
        let swarm = "services:\n  a:\n    hostname: '{{.Node.Hostname}}'\n";
        assert_eq!(other("compose.yml", Kind::Compose, swarm), None);
        assert_eq!(other("compose.yml", Kind::Compose, "{{ template }}\n{{ end_of_life }}\n"), None);
        let dates = "services:\n  a:\n    command: date +%Y%m%d\n    x: a %DATE%\n";
        assert_eq!(other("compose.yml", Kind::Compose, dates), None);
        assert_eq!(other("default.conf.template", NGINX, "server_name $NAME;\n"), None);
        assert_eq!(other("a.sh", Kind::Script, "{{ if x }}\n{{ end }}\n"), None);
    }
}
