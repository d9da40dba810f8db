//! Kubernetes manifests: YAML with an `apiVersion`, several documents in a file. Templates of Helm charts look like
//! Jinja's and are none.

use std::sync::LazyLock;

use regex::Regex;

use super::{Format, Recognised};
use crate::load::classify::{has_extension, matches};

pub(super) const FORMAT: Format =
    Format { name: "kubernetes", extensions: &["yml", "yaml"], recognise, parse: crate::load::lenient_yaml };

fn recognise(name: &str, text: &str) -> Recognised {
    match has_extension(name, &["yml", "yaml"]) && manifest(text) {
        false => Recognised::No,
        true if starts_containers(text) => Recognised::Yes,
        true => Recognised::Aside,
    }
}

fn manifest(text: &str) -> bool {
    static API: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^apiVersion\s*:").ok());
    text.contains("apiVersion") && matches(&API, text)
}

/// Whether a manifest starts containers, or holds what they read.
fn starts_containers(text: &str) -> bool {
    static KINDS: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"(?m)^[ \t-]*kind\s*:\s*["']?(Pod|Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|ConfigMap|Secret)["']?\s*(#.*)?$"#).ok()
    });
    matches(&KINDS, text)
}

/// Whether `text` is a template of a Helm chart.
pub(super) fn helm_template(path: &str, text: &str) -> bool {
    static HELM: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(r#"\{\{-?\s*(\$\w+\s*:?=|\.(Values|Release|Chart|Capabilities|Files)\b|(if|with|range|toYaml|include|template|define|tpl)\b[^}]*[.$"])"#).ok()
    });
    path.split('/').rev().skip(1).any(|part| part == "templates") && manifest(text) && matches(&HELM, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_audited_where_it_starts_containers() {
        let of = |name, text| recognise(name, text);
        assert_eq!(of("app.yaml", "apiVersion: v1\nkind: Pod\n"), Recognised::Yes);
        assert_eq!(of("app.yml", "apiVersion: apps/v1\nkind: 'Deployment' # web\n"), Recognised::Yes);
        assert_eq!(of("list.yml", "apiVersion: v1\nkind: List\nitems:\n  - kind: ConfigMap\n"), Recognised::Yes);
        assert_eq!(of("svc.yaml", "apiVersion: v1\nkind: Service\n"), Recognised::Aside);
        assert_eq!(of("app.txt", "apiVersion: v1\nkind: Pod\n"), Recognised::No);
        assert_eq!(of("app.yaml", "  apiVersion: v1\nkind: Pod\n"), Recognised::No);
        assert_eq!(of("app.yaml", "kind: Pod\n"), Recognised::No);
    }
}
