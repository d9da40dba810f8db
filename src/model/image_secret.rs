//! Facts of subject `dockerfile.secret`: secrets that a build leaves in an image or in its history.
//!
//! `ENV` and `ARG` are judged by name and value, `COPY` and `ADD` by the names of what they copy.

use super::Model;
use super::fact::{Fact, FieldKind, Schema, field};
use super::secret::{Worth, is_secret_name, shape, worth};
use super::subject::Subject;
use crate::document::Body;
use crate::expand::Deployment;
use crate::syntax::dockerfile::{Content, Dockerfile, Instruction, Pair, Stage};
use crate::text::Text;

/// The fields of `dockerfile.secret`.
pub const SCHEMA: Schema = Schema {
    name: "dockerfile.secret",
    doc: "A secret that a Dockerfile puts into its image, or into the image's history.",
    fields: &[
        field("instruction", FieldKind::Str, "`ENV`, `ARG`, `COPY` or `ADD`."),
        field("name", FieldKind::Str, "The variable or the file; never the value."),
        field("literal", FieldKind::Bool, "Whether the value is written out."),
        field("weak", FieldKind::Bool, "Whether it is written out and everybody can guess it."),
        field("final", FieldKind::Bool, "Whether it is in the last stage, which the image is made of."),
        field("path", FieldKind::Str, "The Dockerfile."),
    ],
};

/// Files that hold secrets, by the end of their paths.
const FILES: &[&str] = &[
    ".env",
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    ".npmrc",
    ".netrc",
    ".pypirc",
    ".git-credentials",
    "credentials.json",
    ".pgpass",
    ".htpasswd",
    "service-account.json",
    "secrets.yml",
    "secrets.yaml",
    "secrets.json",
    ".env.production",
    ".env.local",
    ".env.prod",
];

/// Folders that hold secrets.
const FOLDERS: &[&str] = &[".ssh", ".aws", ".docker", ".gnupg", ".kube", "secrets", ".secrets"];

/// Adds the facts.
pub(crate) fn build(model: &mut Model<'_>) {
    let deployment = model.deployment;
    for document in &deployment.documents {
        if let Body::Dockerfile(file) = &document.body {
            let npmrc = |path: &str| without_token(deployment, &document.path, path);
            for fact in of_file(file, &document.path, &npmrc) {
                model.facts.add(fact);
            }
        }
    }
}

/// Whether the `.npmrc` at `path`, from the Dockerfile's folder or one above it, is in the tree and holds no token.
fn without_token(deployment: &Deployment, dockerfile: &str, path: &str) -> bool {
    let folders = dockerfile.match_indices('/').map(|(at, _)| &dockerfile[..=at]);
    let places = std::iter::once("").chain(folders).map(|folder| format!("{folder}{}", path.trim_start_matches("./")));
    let places: Vec<String> = places.collect();
    let found = deployment.documents.iter().rfind(|d| places.contains(&d.path));
    let secret = |line: &str| {
        let key = line.split('=').next().unwrap_or("").trim().to_ascii_lowercase();
        let value = line.split_once('=').map_or("", |(_, value)| value.trim());
        let named = ["_authtoken", "_auth", "_password"].iter().any(|end| key.ends_with(end));
        named && !line.trim_start().starts_with(['#', ';']) && !value.is_empty() && !value.starts_with("${")
    };
    found.is_some_and(|d| !d.text.value().lines().any(secret))
}

fn of_file(file: &Dockerfile, path: &str, harmless: &dyn Fn(&str) -> bool) -> Vec<Fact> {
    let mut found = Vec::new();
    let last = file.stages.len().saturating_sub(1);
    let mut defined: Vec<&str> = Vec::new();
    for (index, stage) in file.stages.iter().enumerate() {
        for instruction in &stage.instructions {
            let secrets = match &instruction.content {
                Content::Pairs(pairs) => {
                    let secrets = pairs.iter().filter_map(|p| of_pair(instruction, p, &defined)).collect();
                    if matches!(instruction.name.as_str(), "ENV" | "ARG") {
                        defined.extend(pairs.iter().filter_map(|p| p.key.known()));
                    }
                    secrets
                }
                Content::Words(_) => {
                    let mut copied = of_copy(instruction, harmless);
                    copied.retain(|(text, ..)| !signs_packages(text.value(), &instruction.arguments, stage));
                    copied
                }
                Content::Shell(_) | Content::Exec(_) => Vec::new(),
            };
            for (text, name, literal, weak) in secrets {
                let fact = Fact::new(Subject::ImageSecret, text.place())
                    .with("instruction", instruction.name.as_str())
                    .with("name", name)
                    .with("literal", literal)
                    .with("weak", weak)
                    .with("final", index == last)
                    .with("path", path);
                found.push(fact);
            }
        }
    }
    found
}

/// Whether what is copied is a public key that packages are signed with: it goes where such keys lie, or a program takes it in.
fn signs_packages(path: &str, copy: &Text, stage: &Stage) -> bool {
    const FOLDERS: [&str; 4] = ["/trusted.gpg.d", "/keyrings", "/etc/apk/keys", "/rpm-gpg"];
    const READERS: [&str; 5] = ["apt-key add", "gpg --dearmor", "gpg --import", "rpm --import", "rpmkeys --import"];
    let name = path.rsplit('/').next().unwrap_or(path);
    let reads = |line: &str| line.contains(name) && READERS.iter().any(|reader| line.contains(reader));
    FOLDERS.iter().any(|folder| copy.value().contains(folder))
        || stage.instructions.iter().filter(|i| i.name == "RUN").any(|i| i.arguments.value().lines().any(reads))
}

/// The place, the name, whether the value is written out, and whether everybody can guess it.
type Found = (Text, String, bool, bool);

/// What there is to say of an `ENV` or `ARG` that is a secret; `defined` are the variables that the file sets before.
fn of_pair(instruction: &Instruction, pair: &Pair, defined: &[&str]) -> Option<Found> {
    let env = instruction.name == "ENV";
    if !env && instruction.name != "ARG" {
        return None;
    }
    let known = pair.value.as_ref().and_then(Text::known);
    if let (Some(title), Some(value)) = (known.and_then(shape), &pair.value) {
        return Some((value.clone(), title.to_owned(), true, false));
    }
    let name = pair.key.known().filter(|k| is_secret_name(k))?;
    let secret = match (known, &pair.value) {
        // A build argument is asked for, or its default stands; both stay in the image's history.
        (None, None) | (Some(""), _) => !env,
        (Some(value), _) => matches!(worth(value), Worth::Weak | Worth::Real),
        // What nothing declares is empty in a build, whatever the caller's shell has.
        (None, Some(value)) => {
            let names = value.variables();
            names.is_empty() || names.iter().any(|v| defined.contains(&v.name.as_str()))
        }
    };
    let literal = pair.value.as_ref().is_some_and(|v| v.is_literal() && !v.is_empty());
    let weak = literal && known.is_some_and(|value| worth(value) == Worth::Weak);
    secret.then(|| (pair.key.clone(), name.to_owned(), literal, weak))
}

/// The sources of a `COPY` or `ADD` that hold secrets; from other stages everything is taken on trust.
fn of_copy(instruction: &Instruction, harmless: &dyn Fn(&str) -> bool) -> Vec<Found> {
    let Content::Words(words) = &instruction.content else { return Vec::new() };
    if !matches!(instruction.name.as_str(), "COPY" | "ADD") || instruction.flag("from").is_some() {
        return Vec::new();
    }
    let sources = words.get(..words.len().saturating_sub(1)).unwrap_or(&[]);
    let secret = |text: &Text| {
        let Some(path) = text.known() else { return false };
        let name = path.trim_end_matches('/').rsplit('/').next().unwrap_or(path);
        let key = match name.rsplit_once('.') {
            Some((_, "pem")) => name.contains("key"),
            Some((_, "key")) => !name.contains("pub"),
            _ => false,
        };
        (FILES.contains(&name) || key || FOLDERS.contains(&name)) && !(name == ".npmrc" && harmless(path))
    };
    sources.iter().filter(|w| secret(&w.text)).map(|w| (w.text.clone(), w.text.display(), true, false)).collect()
}
