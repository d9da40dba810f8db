//! Which paths the texts that make files speak of: all paths are looked for together, in one pass over each text.

use std::collections::HashMap;

use aho_corasick::AhoCorasick;

use super::folder;

/// How often the words of paths are found before nobody looks for more: past this, all paths are taken for made.
const MOST: usize = 10_000_000;

/// The words that were looked for, and where they were found.
pub(super) struct Made {
    /// By the word; `None` where the words were found too often.
    found: Option<HashMap<String, Found>>,
}

/// In what texts a word was found.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    any: bool,
    /// In one with `dest:`.
    written: bool,
    /// In one with `mkdir`.
    folders: bool,
}

/// What of a path is looked for.
pub(super) fn needle(path: &str) -> &str {
    path.trim_start_matches("./").trim_end_matches('/')
}

impl Made {
    /// Looks for paths in texts.
    pub(super) fn of(paths: &[&str], texts: &[&str]) -> Self {
        let mut words: Vec<&str> = paths.iter().flat_map(|path| words(needle(path))).filter(|w| w.len() > 1).collect();
        words.sort_unstable();
        words.dedup();
        let mut found = vec![Found::default(); words.len()];
        let Ok(finder) = AhoCorasick::new(&words) else { return Self { found: None } };
        let mut left = MOST;
        for text in texts {
            let (written, folders) = (text.contains("dest:"), text.contains("mkdir"));
            for hit in finder.find_overlapping_iter(text) {
                left -= 1;
                if left == 0 {
                    return Self { found: None };
                }
                if let Some(found) = found.get_mut(hit.pattern().as_usize()) {
                    found.any = true;
                    found.written |= written;
                    found.folders |= folders;
                }
            }
        }
        Self { found: Some(words.into_iter().map(str::to_owned).zip(found).collect()) }
    }

    /// Whether a text speaks of a path that was looked for.
    pub(super) fn has(&self, needle: &str) -> bool {
        let Some(all) = &self.found else { return true };
        let found = |word: &str| all.get(word).copied().unwrap_or_default();
        let [whole, last, parent] = words(needle);
        // `- {src: edge.yaml.j2, dest: edge.yaml}` of a loop names the file alone.
        let looped = last.len() > 5 && last.contains('.') && found(last).written;
        let inside = |word: &str| word.len() > 3 && found(word).folders;
        found(whole).any || looped || inside(last) || inside(parent)
    }
}

/// A path, its last part, and the folder.
fn words(needle: &str) -> [&str; 3] {
    [needle, needle.rsplit('/').next().unwrap_or(needle), folder(needle)]
}

#[cfg(test)]
mod tests {
    use super::{MOST, Made};

    #[test]
    fn a_text_speaks_of_a_path() {
        let texts = ["mkdir -p /srv/data/app", "- {src: edge.yaml.j2, dest: edge.yaml}", "cp a certs/key.pem"];
        let paths = [
            "/srv/data/app",
            "x/data/y",
            "./edge.yaml",
            "conf/edge.yaml",
            "certs/key.pem",
            "other",
            "data/a",
            "/srv/data/b",
        ];
        let made = Made::of(&paths, &texts);
        let found: Vec<&str> = paths.into_iter().filter(|path| made.has(super::needle(path))).collect();
        assert_eq!(found, ["/srv/data/app", "./edge.yaml", "conf/edge.yaml", "certs/key.pem", "data/a", "/srv/data/b"]);
    }

    #[test]
    fn words_that_are_found_without_end_are_not_counted() {
        let paths: Vec<String> = (2..400).map(|n| "a".repeat(n)).collect();
        let text = "a".repeat(MOST / 300);
        let paths: Vec<&str> = paths.iter().map(String::as_str).chain(["other"]).collect();
        assert!(Made::of(&paths, &[text.as_str()]).has("other"));
        assert!(!Made::of(&paths, &["aaa"]).has("other"));
    }
}
