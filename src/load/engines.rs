//! Templates of engines that no program of ours reads: Django, Handlebars, Go. A file that holds them is not audited.

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
