//! What the name of a variable says about an address in its value; the lists are data, `rules/knowledge/_addresses.yaml`.

use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Lists {
    told: Vec<String>,
    told_starts: Vec<String>,
    told_ends: Vec<String>,
    hosts: Vec<Hosts>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Hosts {
    ends: Vec<String>,
    #[serde(default)]
    port: Option<i64>,
}

/// The lists; a test makes sure that the file is valid.
fn lists() -> &'static Lists {
    static LISTS: LazyLock<Lists> = LazyLock::new(|| {
        // `rules/knowledge/_addresses.yaml`, as the build has it.
        serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/_addresses.json"))).unwrap_or_default()
    });
    &LISTS
}

/// Variables that say where others are told to go, or where the program itself listens.
const OWN: &[&str] =
    &["ADVERTISE", "ADVERTISED", "ANNOUNCE", "ANNOUNCED", "LISTENER", "LISTENERS", "LISTEN", "BIND", "BINDING"];

/// Whether the variable may hold an address that others are told, which the container itself does not call. Where it names
/// the `product` that is called, the end of the name says nothing.
pub(super) fn told(name: &str, product: bool) -> bool {
    let name = name.to_ascii_uppercase();
    let lists = lists();
    let starts = lists.told_starts.iter().any(|s| name.starts_with(s.as_str()));
    // Whole words: `DATABASE_URL` is no `BASE_URL`.
    let ends_with = |end: &str| {
        name.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('_') || end.starts_with('_'))
    };
    let ends = !product && lists.told_ends.iter().any(|e| ends_with(e));
    starts || ends || name.split('_').any(|word| lists.told.iter().any(|t| t == word))
}

/// Whether the variable says where the program itself is, whatever the scheme.
pub(super) fn own(name: &str) -> bool {
    name.to_ascii_uppercase().split('_').any(|word| OWN.contains(&word))
}

/// Whether the variable is a list of addresses to compare with, not one to call.
pub(super) fn compared(name: &str) -> bool {
    const WORDS: &[&str] = &[
        "CORS",
        "ORIGIN",
        "ORIGINS",
        "ALLOWED",
        "ALLOW",
        "ALLOWLIST",
        "WHITELIST",
        "TRUSTED",
        "CSRF",
        "REFERER",
        "REFERERS",
        "ISSUER",
        "ISS",
        "AUDIENCE",
        "REDIRECT",
        "REDIRECTS",
        "CALLBACK",
        "PUBLIC",
        "EXTERNAL",
    ];
    let name = name.to_ascii_uppercase();
    name.ends_with("NO_PROXY") || own(&name) || name.split('_').any(|word| WORDS.contains(&word))
}

/// Whether the variable holds a host alone.
pub(super) fn is_host(name: &str) -> bool {
    hosts(name).is_some()
}

/// The port that a variable which holds a host means, where its name says one.
pub(super) fn host_port(name: &str) -> Option<i64> {
    hosts(name)?.port
}

fn hosts(name: &str) -> Option<&'static Hosts> {
    let name = name.to_ascii_uppercase();
    lists().hosts.iter().find(|h| h.ends.iter().any(|end| name.ends_with(end.as_str())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_say_for_whom_an_address_is() {
        assert!(!lists().told.is_empty(), "the lists are valid");
        for name in [
            "NEXTAUTH_URL",
            "NEXT_PUBLIC_API",
            "CORS_ALLOW_ORIGIN",
            "GF_SERVER_ROOT_URL",
            "WEBHOOK_URL",
            "KAFKA_ADVERTISED_LISTENERS",
        ] {
            assert!(told(name, false), "{name}");
        }
        for name in ["DATABASE_URL", "OLLAMA_BASE", "QDRANT_URL", "REDIS_URL", "OPENAI_API_BASE"] {
            assert!(!told(name, false), "{name}");
        }
        assert_eq!(host_port("CACHE_REDIS_HOST"), Some(6379));
        assert!(is_host("DB_HOST") && host_port("DB_HOST").is_none());
        assert!(!is_host("HOST"));
    }
}
