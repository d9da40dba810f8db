//! Which file names say that a file holds a secret.

use crate::model::secret::is_secret_name;

/// Endings of files that are programs or examples.
const PUBLIC: &[&str] = &[".example", ".sample", ".template", ".dist", ".md", ".sh", ".py", ".service", ".timer"];

/// Endings of public keys, certificates and the keys that packages are signed with.
const PUBLIC_KEYS: &[&str] = &[".pub", ".crt", ".cer", ".gpg.key", ".asc"];

/// Whole names of files with secrets.
const WHOLE: &[&str] = &[
    ".env",
    ".netrc",
    ".pgpass",
    ".my.cnf",
    ".htpasswd",
    "id_rsa",
    "id_ed25519",
    "id_ecdsa",
    "auth-profiles.json",
    ".git-credentials",
];

/// Endings of files with secrets.
const ENDS: &[&str] = &[".env", ".key", ".pfx", ".p12", ".keystore", ".kdbx", ".token", ".secret"];

/// Whether a file of this name holds secrets by what it is called: `.env`, `gateway.token`, `id_ed25519`, `tls.key`.
pub(super) fn names_secret_file(path: &str) -> bool {
    let name = file_name(path);
    let stem = name.as_str();
    // The system's list of users holds no passwords, and everybody has to read it.
    if path == "/etc/passwd" || PUBLIC.iter().any(|end| stem.ends_with(end)) || names_public_key(path) {
        return false;
    }
    let bare = stem.trim_start_matches('.');
    WHOLE.contains(&stem)
        || stem.starts_with(".env.")
        || ENDS.iter().any(|end| stem.ends_with(end))
        || is_secret_name(bare.rsplit_once('.').map_or(bare, |(stem, _)| stem))
        || is_secret_name(bare)
}

/// Whether a file of this name is one that everybody may read whatever is put into it: a public key, a keyring.
pub(super) fn names_public_key(path: &str) -> bool {
    let name = file_name(path);
    PUBLIC_KEYS.iter().any(|end| name.ends_with(end)) || path.to_ascii_lowercase().contains("keyring")
}

/// The last part of a path in small letters, without `.j2`.
fn file_name(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    name.strip_suffix(".j2").map_or_else(|| name.clone(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_name() {
        for path in [
            "/srv/.env",
            "a/.gateway-token",
            "tls.key",
            "/root/.ssh/id_rsa",
            "agent/auth-profiles.json",
            "db_password.txt",
            "app.env.j2",
        ] {
            assert!(names_secret_file(path), "{path}");
        }
        for path in [
            ".env.example",
            "id_rsa.pub",
            "environment",
            "token.sh",
            "keys.yml",
            "vendor.gpg.key",
            "/etc/apt/keyrings/v.key",
            "/etc/passwd",
        ] {
            assert!(!names_secret_file(path), "{path}");
        }
    }
}
