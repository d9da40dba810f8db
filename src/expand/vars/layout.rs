//! Where Ansible puts things: which role a file is of, which folder is a tree's root.

/// The folders that make a role.
const ROLE_PARTS: &[&str] = &["tasks", "handlers", "templates", "defaults", "vars", "files", "meta"];

/// The folder that holds roles.
const ROLES: &str = "roles/";

/// The folder of `path`, with a `/` at its end, or empty.
pub(in crate::expand) fn folder(path: &str) -> &str {
    path.rfind('/').map_or("", |at| &path[..=at])
}

/// The role that `path` is a part of: its folder with a `/` at its end; empty where the tree itself is a role.
///
/// Roles are looked for by the folders they are made of, because collections of roles nest (`roles/galaxy/x/tasks/`).
pub(in crate::expand) fn role(path: &str) -> Option<&str> {
    let start = roles(path).map_or(0, |at| at + ROLES.len());
    let mut at = start;
    for part in path[start..].split_inclusive('/') {
        let nameless = at == start && start > 0;
        if part.ends_with('/') && ROLE_PARTS.contains(&part.trim_end_matches('/')) && !nameless {
            return Some(&path[..at]);
        }
        at += part.len();
    }
    None
}

/// The root of the tree that `path` is of: what stands before `roles/`, else the folder around `templates/` and the like.
pub(in crate::expand) fn root(path: &str) -> &str {
    if let Some(at) = roles(path) {
        return &path[..at];
    }
    match role(path) {
        Some(role) => folder(role.trim_end_matches('/')),
        None => folder(path),
    }
}

/// Where the folder `roles/` stands in `path`.
fn roles(path: &str) -> Option<usize> {
    path.match_indices(ROLES).map(|(at, _)| at).find(|at| *at == 0 || path[..*at].ends_with('/'))
}

/// Whether variables kept below the folder `base` reach files of the tree at `root`: `base` lies above it, or in it and
/// not far down (`inventories/production/`).
pub(super) fn reaches(base: &str, root: &str) -> bool {
    root.starts_with(base) || (base.starts_with(root) && base[root.len()..].matches('/').count() <= 3)
}

/// The folder that holds `group_vars/` or `host_vars/`, and the group or host that `path` is for.
pub(super) fn group(path: &str, kind: &str) -> Option<(String, String)> {
    let marker = format!("{kind}/");
    let at = path.find(&marker).filter(|at| *at == 0 || path[..*at].ends_with('/'))?;
    let rest = &path[at + marker.len()..];
    let first = rest.split('/').next()?;
    let name = if first.len() == rest.len() { stem(first) } else { first };
    Some((path[..at].to_owned(), name.to_owned()))
}

/// A file's name without its YAML extension, and without what sops puts before it.
pub(super) fn stem(name: &str) -> &str {
    let name = [".yml", ".yaml", ".json", ".vault"].iter().find_map(|e| name.strip_suffix(e)).unwrap_or(name);
    name.strip_suffix(".sops").unwrap_or(name)
}

/// The last folder of `folder`.
pub(super) fn last(folder: &str) -> &str {
    folder.trim_end_matches('/').rsplit('/').next().unwrap_or("")
}
