//! Embeds the rule and knowledge files, so that adding one needs no edit in Rust, and what a run needs of them in a form
//! that costs nothing to load.
//!
//! What every run asks of a rule, and the names of every entry of knowledge, become static data; the rest stands beside
//! it as JSON, which is read where it is asked for. A file that is no YAML gets an empty text here; it is told with its
//! place where the rules are loaded.

// Build scripts talk to cargo on standard output.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=rules");
    collect(&root.join("rules"), &mut files)?;
    files.sort();
    let (knowledge, rules): (Vec<_>, Vec<_>) =
        files.into_iter().partition(|p| p.starts_with(root.join("rules/knowledge")));
    println!("cargo::rustc-env=DEPLOYLINT_COMMIT={}", commit(&root).map(|c| format!(" ({c})")).unwrap_or_default());
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    // Lists that single parts of the program read: `_secrets.yaml` becomes `_secrets.json`.
    for entry in fs::read_dir(root.join("rules/knowledge"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('_') && path.extension().is_some_and(|e| e == "yaml") {
            let brief = brief(&fs::read_to_string(&path)?).map(|b| b.to_string()).unwrap_or_default();
            fs::write(out.join(&name).with_extension("json"), brief)?;
        }
    }
    fs::write(out.join("rules.rs"), rule_list(&rules, &root)?)?;
    fs::write(out.join("knowledge.rs"), knowledge_list(&knowledge, &root)?)
}

/// The commit that is built, in ten digits: what the surroundings say, the package, or the clone. Only builds to be shipped
/// look: others would be built again after each commit. Git is not run.
fn commit(root: &Path) -> Option<String> {
    println!("cargo::rerun-if-env-changed=DEPLOYLINT_BUILD_COMMIT");
    let given = env::var("DEPLOYLINT_BUILD_COMMIT").ok().filter(|commit| !commit.is_empty());
    let found = given.or_else(|| {
        if env::var("PROFILE").is_ok_and(|profile| profile != "release") {
            return None;
        }
        packaged(root).or_else(|| cloned(root))
    })?;
    let digits: String = found.trim().chars().take(10).collect();
    (digits.len() >= 7 && digits.bytes().all(|b| b.is_ascii_hexdigit())).then_some(digits)
}

/// What `cargo package` wrote.
fn packaged(root: &Path) -> Option<String> {
    let info: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(root.join(".cargo_vcs_info.json")).ok()?).ok()?;
    Some(info["git"]["sha1"].as_str()?.to_owned())
}

/// What `HEAD` of the clone or the worktree names.
fn cloned(root: &Path) -> Option<String> {
    let mut git = root.join(".git");
    if git.is_file() {
        git = root.join(fs::read_to_string(&git).ok()?.strip_prefix("gitdir:")?.trim());
    }
    let read = |path: PathBuf| {
        println!("cargo::rerun-if-changed={}", path.display());
        fs::read_to_string(path).ok()
    };
    let head = read(git.join("HEAD"))?;
    let Some(name) = head.trim().strip_prefix("ref: ") else { return Some(head) };
    let shared =
        fs::read_to_string(git.join("commondir")).map_or_else(|_| git.clone(), |common| git.join(common.trim()));
    if shared.join(name).is_file() {
        return read(shared.join(name));
    }
    let packed = read(shared.join("packed-refs"))?;
    packed.lines().find_map(|line| line.strip_suffix(name)?.strip_suffix(' ').map(str::to_owned))
}

/// All `*.yaml` below `folder` whose names do not start with `_`. Each folder is watched, so that new files are seen.
fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> io::Result<()> {
    let Ok(entries) = fs::read_dir(folder) else { return Ok(()) };
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() {
            collect(&path, into)?;
        } else if path.extension().is_some_and(|e| e == "yaml") && !name.starts_with('_') {
            into.push(path);
        }
    }
    Ok(())
}

/// The path of a file in the repository.
fn shown(file: &Path, root: &Path) -> String {
    file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/")
}

/// The embedded rules, by id.
fn rule_list(files: &[PathBuf], root: &Path) -> io::Result<String> {
    let mut rules = Vec::new();
    for file in files {
        let brief = brief(&fs::read_to_string(file)?);
        let text = |key: &str| brief.as_ref().and_then(|b| b.get(key)?.as_str()).unwrap_or_default().to_owned();
        let options = brief.as_ref().and_then(|b| b.get("options")).map(ToString::to_string).unwrap_or_default();
        let json = brief.as_ref().map(ToString::to_string).unwrap_or_default();
        let written = format!(
            "    Embedded {{ path: {:?}, text: include_str!({:?}), brief: {json:?}, id: {:?}, subject: {:?}, when: &{:?}, options: {options:?} }},",
            shown(file, root),
            file.to_string_lossy(),
            text("id"),
            text("subject"),
            conditions(&text("when")),
        );
        rules.push((text("id"), written));
    }
    rules.sort();
    let lines: Vec<String> = rules.into_iter().map(|(_, written)| written).collect();
    Ok(format!("/// The embedded rules, by id.\nstatic RULES: &[Embedded] = &[\n{}\n];\n", lines.join("\n")))
}

/// The operands of the outermost `and`s of a condition; the whole where something that binds less stands beside them.
fn conditions(when: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '|');
    let mut last = ' ';
    for (at, c) in when.char_indices() {
        match (c, quote) {
            (_, Some(open)) => quote = (c != open || last == '\\').then_some(open),
            ('"' | '\'', None) => quote = Some(c),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth -= 1,
            _ if depth == 0 && !word(last) => {
                let rest = &when[at..];
                let here = |name: &str| rest.strip_prefix(name).is_some_and(|after| !after.starts_with(word));
                if here("or") || here("if") {
                    return vec![when];
                }
                if here("and") {
                    parts.push(when[start..at].trim());
                    start = at + "and".len();
                }
            }
            _ => {}
        }
        // Two backslashes are one character.
        last = if last == '\\' && c == '\\' { ' ' } else { c };
    }
    parts.push(when[start..].trim());
    parts
}

/// The embedded knowledge: the files, and the entries of each kind that are found by the name of an image.
fn knowledge_list(files: &[PathBuf], root: &Path) -> io::Result<String> {
    let mut out = "/// The embedded knowledge files: path in the repository, text, and content as JSON.\n\
        static KNOWLEDGE: &[(&str, &str, &str)] = &[\n"
        .to_owned();
    let mut contents = Vec::new();
    for file in files {
        let content = brief(&fs::read_to_string(file)?);
        let json = content.as_ref().map(ToString::to_string).unwrap_or_default();
        let _ = writeln!(out, "    ({:?}, include_str!({:?}), {json:?}),", shown(file, root), file.to_string_lossy());
        contents.extend(content);
    }
    out.push_str("];\n");
    for kind in ["images", "stores", "listeners"] {
        let lists = contents.iter().filter_map(|content| content.get(kind)?.as_array());
        table(kind, &lists.flatten().collect::<Vec<_>>(), &mut out);
    }
    Ok(out)
}

/// The entries of one kind: each as JSON with its names, and which of them have a name with this last part.
fn table(kind: &str, entries: &[&serde_json::Value], out: &mut String) {
    let mut ends: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let _ = writeln!(out, "static {}: Table = Table {{\n    entries: &[", kind.to_uppercase());
    for (at, entry) in entries.iter().enumerate() {
        let names = entry.get("names").and_then(|names| names.as_array());
        let names: Vec<&str> = names.into_iter().flatten().filter_map(|name| name.as_str()).collect();
        for name in &names {
            let of = ends.entry(name.rsplit('/').next().unwrap_or(name)).or_default();
            if of.last() != Some(&at) {
                of.push(at);
            }
        }
        let _ = writeln!(out, "        (&{names:?}, {:?}),", entry.to_string());
    }
    out.push_str("    ],\n    ends: &[\n");
    for (end, entries) in ends {
        let _ = writeln!(out, "        ({end:?}, &{entries:?}),");
    }
    out.push_str("    ],\n};\n");
}

/// The content as JSON, without what only tests and pages read.
fn brief(text: &str) -> Option<serde_json::Value> {
    let mut content: serde_json::Value = serde_yaml::from_str(text).ok()?;
    if let Some(keys) = content.as_object_mut() {
        keys.shift_remove("examples");
        keys.shift_remove("misses");
    }
    texts(&mut content);
    Some(content)
}

/// `when: true` is an expression, which is a text; YAML without types makes it a boolean.
fn texts(value: &mut serde_json::Value) {
    use serde_json::Value;
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                if matches!(key.as_str(), "when" | "at" | "each") && (value.is_boolean() || value.is_number()) {
                    *value = Value::String(value.to_string());
                }
                texts(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(texts),
        _ => {}
    }
}
