//! Where known images keep their data and their programs, and which mounts miss that.

use schemars::JsonSchema;
use serde::Deserialize;

use super::entries::Named;
use super::variant::at_least;

/// Where an image keeps its data and its program, for a range of its releases.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Store {
    /// Repository names without tag, as in the entries of images.
    pub names: Vec<String>,
    /// What to call it in messages.
    pub title: String,
    /// The first release that it holds for.
    pub from: Option<String>,
    /// The first release that it does not hold for any more.
    pub before: Option<String>,
    /// A word of the tags that it does not hold for.
    pub except: Option<String>,
    /// What stands before the release in a tag: `pg` of `0.8.1-pg18`.
    pub release_after: Option<String>,
    /// The directory that holds its data.
    pub data: Option<String>,
    /// The path that the image declares as a volume: a mount above it does not reach the data.
    pub volume: Option<String>,
    /// Paths that people mount for the data and that the program does not look at.
    pub mistaken: Vec<String>,
    /// Variables that move the data.
    pub moved_by: Vec<String>,
    /// Words of the command that move the data.
    pub flags: Vec<String>,
    /// Whether the image refuses to start with such a mount.
    pub refuses: bool,
    /// Whether only one program at a time may use the data.
    pub single_writer: bool,
    /// Directories that hold the program.
    pub program: Vec<String>,
    /// Where all this was read or run.
    pub source: String,
}

impl Store {
    /// Whether this is about images with this tag; none is `latest`.
    pub fn is_of_tag(&self, tag: Option<&str>) -> bool {
        let tag = tag.unwrap_or("latest");
        if self.except.as_ref().is_some_and(|word| tag.contains(word.as_str())) {
            return false;
        }
        let release = match &self.release_after {
            Some(word) => tag.split('-').find_map(|part| part.strip_prefix(word.as_str())).unwrap_or(""),
            None => tag,
        };
        let older = |before: &String| at_least(release, "0") && !at_least(release, before);
        self.from.as_ref().is_none_or(|from| at_least(release, from)) && self.before.as_ref().is_none_or(older)
    }

    /// Whether this is about images with any tag.
    pub fn is_of_all(&self) -> bool {
        self.from.is_none() && self.before.is_none() && self.except.is_none()
    }

    /// Whether a mount at `target` holds the data.
    pub fn holds(&self, target: &str) -> bool {
        let Some(data) = &self.data else { return false };
        let reaches = self.volume.as_ref().is_none_or(|volume| below(target, volume));
        below(data, target) && reaches
    }

    /// Whether a mount at `target` was meant for the data and misses it.
    pub fn misses(&self, target: &str) -> bool {
        self.mistaken.iter().any(|m| m == target)
    }

    /// The directory of the program that a mount at `target` hides.
    pub fn hidden(&self, target: &str) -> Option<&str> {
        self.program.iter().find(|program| below(program, target)).map(String::as_str)
    }
}

impl Named for Store {
    fn names(&self) -> &[String] {
        &self.names
    }
}

/// Whether `path` is `base` or below it.
fn below(path: &str, base: &str) -> bool {
    let base = base.trim_end_matches('/');
    path == base || path.strip_prefix(base).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mount_above_a_declared_volume_does_not_reach_it() {
        let text = |s: &str| Some(s.to_owned());
        let store = Store { data: text("/data/db"), volume: text("/data/db"), ..Store::default() };
        assert!(store.holds("/data/db") && !store.holds("/data") && !store.holds("/data/db/x"));
        let store = Store { data: text("/x/18/docker"), volume: text("/x"), ..Store::default() };
        assert!(store.holds("/x") && store.holds("/x/18") && !store.holds("/"));
        let store = Store { data: text("/root/.x"), ..Store::default() };
        assert!(store.holds("/root") && store.holds("/") && !store.holds("/root/.xy"));
    }

    #[test]
    fn a_release_may_stand_behind_a_word_of_the_tag() {
        let store = Store {
            names: vec!["a/b".to_owned()],
            from: Some("18".to_owned()),
            release_after: Some("pg".to_owned()),
            ..Store::default()
        };
        assert!(store.is_of_tag(Some("0.8.1-pg18-trixie")) && store.is_of_tag(Some("pg19")));
        assert!(!store.is_of_tag(Some("pg17")) && !store.is_of_tag(Some("latest")));
    }
}
