//! Names that images are no longer published under.

use schemars::JsonSchema;
use serde::Deserialize;

use super::{Knowledge, short};

/// A name that its owner no longer publishes an image under.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Withdrawn {
    /// The repositories, without tag: `minio/mc`, or `bitnami/*` for all of an owner.
    pub names: Vec<String>,
    /// Whether `latest` and images without a tag are still published.
    pub keeps_latest: bool,
    /// What happened, to be read behind the image's name: `was removed from Docker Hub in September 2026`.
    pub what: String,
    /// Where the same image is now; `*` stands for what it stands for in the name, or for the whole name.
    pub instead: String,
    /// Where all this was read or run.
    pub source: String,
}

impl Knowledge {
    /// Whether an image is no longer published under a name, and where the same image is now, where that is known.
    pub fn withdrawn(&self, repository: &str, latest: bool) -> Option<(&Withdrawn, Option<String>)> {
        let name = short(repository);
        self.withdrawn.iter().filter(|w| !(latest && w.keeps_latest)).find_map(|withdrawn| {
            let rest = withdrawn.names.iter().find_map(|pattern| match pattern.strip_suffix('*') {
                Some(start) => name.strip_prefix(start),
                None => (pattern == name).then_some(name),
            })?;
            let instead = (!withdrawn.instead.is_empty()).then(|| withdrawn.instead.replace('*', rest));
            Some((withdrawn, instead))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::Knowledge;

    #[test]
    fn a_withdrawn_name_leads_to_the_new_one() {
        let all = Knowledge::embedded().expect("knowledge");
        let instead = |name: &str, latest| all.withdrawn(name, latest).map(|(_, instead)| instead);
        let legacy = Some(Some("bitnamilegacy/redis".to_owned()));
        assert_eq!(instead("bitnami/redis", false), legacy);
        assert_eq!(instead("docker.io/bitnami/redis", false), legacy);
        assert_eq!(instead("bitnami/redis", true), None);
        assert_eq!(instead("bitnamilegacy/redis", false), None);
        assert_eq!(instead("minio/minio", true), Some(Some("quay.io/minio/minio".to_owned())));
        assert_eq!(instead("quay.io/minio/minio", false), None);
    }
}
