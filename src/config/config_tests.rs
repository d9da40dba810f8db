//! What the configuration accepts, and what it says of mistakes.

use super::*;

fn mistake_of(text: &str) -> (String, String, String) {
    let mistake = parse("deploylint.toml", text).expect_err("a mistake");
    (mistake.message.clone(), text[mistake.range].to_owned(), mistake.help)
}

#[test]
fn unknown_keys_are_shown_where_they_stand_with_the_nearest_name() {
    let (message, at, help) = mistake_of("persona = \"regular\"\nmarkdwon = []\n");
    assert!(message.starts_with("unknown key `markdwon`"), "{message}");
    assert_eq!((at.as_str(), help.as_str()), ("markdwon", "did you mean `markdown`?"));
    let (_, at, help) = mistake_of("[rules.x]\nseverty = \"error\"\n");
    assert_eq!((at.as_str(), help.as_str()), ("severty", "did you mean `severity`?"));
    let (_, at, help) = mistake_of("[roles]\nagent-gatway = []\n");
    assert_eq!((at.as_str(), help.as_str()), ("agent-gatway", "did you mean `agent-gateway`?"));
}

#[test]
fn wrong_values_are_shown_where_they_stand() {
    assert_eq!(mistake_of("persona = \"pedantc\"\n").1, "\"pedantc\"");
    assert_eq!(mistake_of("exclude = \"x\"\n").1, "\"x\"");
}

#[test]
fn a_glob_is_over_the_full_path() {
    let text = "exclude = [\"lab/*.yml\", \"old/\", \"**/x.yml\"]";
    let config = Config {
        folder: PathBuf::from("/r"),
        path: "deploylint.toml".to_owned(),
        text: text.to_owned(),
        file: parse("deploylint.toml", text).expect("valid"),
    };
    let globs = Globs::new(&config.file.exclude, &config).expect("globs");
    let matches = |path: &str| globs.matches(Some(&Path::new("/r").join(path)), path).is_some();
    assert!(matches("lab/a.yml"));
    assert!(!matches("lab/b/a.yml") && !matches("other/lab/a.yml"));
    assert_eq!(globs.unused().count(), 2);
    assert!(matches("old/a/b.yml") && matches("x.yml") && matches("deep/er/x.yml"));
    assert!(globs.matches(Some(Path::new("/elsewhere/x.yml")), "x.yml").is_none());
    assert_eq!(globs.unused().count(), 0);
}

#[test]
fn pyproject_counts_only_with_a_table_of_ours() {
    assert!(parse_pyproject("pyproject.toml", "[tool.ruff]\nline-length = 1\n").expect("valid").is_none());
    let file = parse_pyproject("pyproject.toml", "[tool.deploylint]\nenv = [\"TAG\"]\n").expect("valid");
    assert_eq!(file.expect("ours").env, ["TAG"]);
    assert!(parse_pyproject("pyproject.toml", "[tool.deploylint]\nenvs = []\n").is_err());
}

#[test]
fn a_pyproject_that_is_no_text_is_not_ours_to_mend() {
    let folder = std::env::temp_dir().join(format!("deploylint-config-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("pyproject.toml");
    std::fs::write(&path, b"[project]\nname = \"\xff\"\n").expect("written");
    assert!(read(&path).expect("nothing to mend").is_none());
    std::fs::write(&path, b"[tool.deploylint]\nenv = [\"\xff\"]\n").expect("written");
    assert!(read(&path).is_err());
    std::fs::remove_dir_all(&folder).expect("removed");
}
