//! Paths as files write them, with `/` on every system: what stays when `.`, `..` and doubled slashes are worked out by the
//! names alone. Paths on disk are `discover::normal`'s.

/// `path` without `.`, doubled slashes and, as far as the names allow, `..`; empty for the folder itself.
pub(crate) fn clean(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match parts.last() {
            Some(last) if part == ".." && *last != ".." => drop(parts.pop()),
            // Nothing is above the root.
            None if part == ".." && rooted => {}
            _ => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

/// `name` as seen from `folder`: itself where it begins at the root.
pub(crate) fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() || name.starts_with('/') { clean(name) } else { clean(&format!("{folder}/{name}")) }
}

#[cfg(test)]
mod tests {
    use super::{clean, join};

    #[test]
    fn dots_are_worked_out_by_names() {
        for (path, expected) in [
            ("a/./b//c/", "a/b/c"),
            ("a/../b", "b"),
            ("a/..", ""),
            (".", ""),
            ("../../a/../b", "../../b"),
            ("/a/../../b", "/b"),
            ("//a", "/a"),
            ("/", "/"),
        ] {
            assert_eq!(clean(path), expected, "{path}");
        }
        for (folder, name, expected) in [
            ("", "a", "a"),
            ("a/b", "../c", "a/c"),
            ("a", "/etc/x", "/etc/x"),
            ("/srv", "./x", "/srv/x"),
            (".", "x", "x"),
        ] {
            assert_eq!(join(folder, name), expected, "{folder} {name}");
        }
    }
}
