//! YAML files that say whom a program calls: Traefik's dynamic configuration and Grafana's data sources.

use std::sync::LazyLock;

use regex::Regex;

/// Whether `text` is one of them. Traefik's may be a template of Go, whose braces are no YAML.
pub(super) fn calling(text: &str) -> bool {
    static SOURCES: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^datasources\s*:").ok());
    static ROUTED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^(http|tcp|udp)\s*:").ok());
    let begins = |lazy: &LazyLock<Option<Regex>>| lazy.as_ref().is_some_and(|regex| regex.is_match(text));
    let sources = || text.contains("datasources") && text.contains("url:") && begins(&SOURCES);
    let routed = || text.contains("loadBalancer") && text.contains("servers") && begins(&ROUTED);
    !text.contains("{{") && !text.contains("{%") && (sources() || routed())
}

#[cfg(test)]
mod tests {
    use super::calling;

    #[test]
    fn they_are_told_by_their_sections() {
        assert!(calling("apiVersion: 1\ndatasources:\n  - url: http://a:1\n"));
        assert!(calling("http:\n  services:\n    a:\n      loadBalancer:\n        servers: [{url: http://a:1}]\n"));
        for text in [
            "a:\n  datasources:\n    - url: http://a:1\n",
            "http:\n  port: 80\n",
            "http:\n  services:\n    a:\n      loadBalancer:\n        servers: [{url: '{{ env \"A\" }}'}]\n",
        ] {
            assert!(!calling(text), "{text}");
        }
    }
}
