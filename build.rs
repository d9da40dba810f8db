//! Embeds the rule and knowledge files, so that adding one needs no edit in Rust, and their content as JSON beside them.
//!
//! A run needs neither their examples nor their places, and JSON is read many times faster than YAML. A file that is no
//! YAML gets an empty text here; it is told with its place where the rules are loaded.

// Build scripts talk to cargo on standard output.
#![allow(clippy::print_stdout)]

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
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    // Lists that single parts of the program read: `_secrets.yaml` becomes `_secrets.json`.
    for entry in fs::read_dir(root.join("rules/knowledge"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('_') && path.extension().is_some_and(|e| e == "yaml") {
            let brief = brief(&fs::read_to_string(&path)?).unwrap_or_default();
            fs::write(out.join(&name).with_extension("json"), brief)?;
        }
    }
    fs::write(out.join("rules.rs"), list("RULES", "rule", &rules, &root)?)?;
    fs::write(out.join("knowledge.rs"), list("KNOWLEDGE", "knowledge", &knowledge, &root)?)
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

fn list(name: &str, what: &str, files: &[PathBuf], root: &Path) -> io::Result<String> {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "/// The embedded {what} files: path in the repository, text, and what a run needs of it as JSON."
    );
    let _ = writeln!(out, "static {name}: &[(&str, &str, &str)] = &[");
    for file in files {
        let shown = file.strip_prefix(root).unwrap_or(file).to_string_lossy().replace('\\', "/");
        let brief = brief(&fs::read_to_string(file)?).unwrap_or_default();
        let _ = writeln!(out, "    ({shown:?}, include_str!({:?}), {brief:?}),", file.to_string_lossy());
    }
    let _ = writeln!(out, "];");
    Ok(out)
}

/// The content as JSON, without what only tests and pages read.
fn brief(text: &str) -> Option<String> {
    let mut content: serde_json::Value = serde_yaml::from_str(text).ok()?;
    if let Some(keys) = content.as_object_mut() {
        keys.shift_remove("examples");
        keys.shift_remove("misses");
    }
    texts(&mut content);
    serde_json::to_string(&content).ok()
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
