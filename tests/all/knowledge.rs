//! The knowledge files: readable, complete, without two entries of one name.

use std::collections::BTreeMap;
use std::path::Path;

use deploylint::knowledge::KnowledgeFile;

#[test]
fn every_entry_says_who_it_is_and_where_that_was_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/knowledge");
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        // Lists of words are no entries; they are read where they are used.
        let words = path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('_'));
        if words || path.extension().is_none_or(|e| e != "yaml") {
            continue;
        }
        let shown = path.display().to_string();
        let text = std::fs::read_to_string(&path).unwrap();
        let known: KnowledgeFile = serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{shown}: {e}"));
        for image in known.images {
            assert!(
                !image.title.is_empty() && !image.source.is_empty(),
                "{shown}: {:?} lacks title or source",
                image.names
            );
            for name in image.names {
                let before = names.insert(name.clone(), shown.clone());
                assert_eq!(before, None, "{name} is in {shown} too");
            }
        }
    }
    assert!(names.len() > 100, "only {} names were read", names.len());
}
