//! Names of images without an owner: Docker Hub has a closed list of them, which is data, `rules/knowledge/_official.yaml`.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use serde::Deserialize;

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Official {
    names: BTreeSet<String>,
}

/// The list that is part of the program. A test makes sure that it can be read.
static OFFICIAL: LazyLock<Official> = LazyLock::new(|| read().unwrap_or_default());

fn read() -> Result<Official, serde_json::Error> {
    serde_json::from_str(include_str!(concat!(env!("OUT_DIR"), "/_official.json")))
}

/// Whether a registry may have an image of this name: it has an owner or a host, or is on the list.
pub(in crate::model) fn may_be(name: &str) -> bool {
    let list = &OFFICIAL.names;
    name.is_empty() || name.contains('/') || list.is_empty() || list.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_can_be_read() {
        let list = read().unwrap_or_else(|e| panic!("{e}"));
        assert!(list.names.len() > 140 && list.names.contains("postgres"));
        assert!(may_be("redis") && may_be("acme/web") && may_be("registry.test/web") && !may_be("openclaw"));
    }
}
