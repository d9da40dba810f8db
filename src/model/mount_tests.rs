//! Mounts in all their forms.

use super::*;

#[test]
fn host_paths_have_the_class_that_they_deserve() {
    let cases = [
        ("/", "root"),
        ("/etc", "system"),
        ("/etc/", "system"),
        ("/etc/localtime", "time"),
        ("/etc/letsencrypt", "other"),
        ("/etc/ssl/certs", "certificates"),
        ("/home", "system"),
        ("/home/deploy", "system"),
        ("/home/deploy/app/data", "other"),
        ("/root", "system"),
        ("/root/", "system"),
        ("/root/.ssh/id_ed25519", "system"),
        ("/root/.bashrc", "system"),
        ("/root/apps/proxy/certificates", "other"),
        ("/proc", "kernel"),
        ("/var/log", "logs"),
        ("/var/lib/docker/containers", "system"),
        ("/var/run/docker.sock", "socket"),
        ("/srv/app", "other"),
        ("/var/lib/containers/storage/volumes/caddy-data/_data/certificates/a.crt", "other"),
        ("/var/lib/docker/volumes/notes/_data", "other"),
        ("/var/lib/docker/volumes/notes", "system"),
        ("/var/lib/docker/volumes", "system"),
        ("/usr/lib/wsl", "other"),
        ("./data", "project"),
    ];
    for (path, class) in cases {
        assert_eq!(host_class(path), class, "{path}");
    }
}

#[test]
fn sockets_are_found_in_their_directories_too() {
    assert_eq!(engine_socket("/run/user/1000/podman/podman.sock"), Some("podman"));
    assert_eq!(socket_directory("/var/run/"), Some("docker"));
    assert_eq!(socket_directory("/run/user/1000"), Some("docker"));
    assert_eq!(socket_directory("/run/udev"), None);
    assert_eq!(socket_directory("/srv"), None);
}

#[test]
fn credentials_are_known_by_name_or_target() {
    assert!(credential(Some("codex_auth_volume"), None));
    assert!(credential(Some("data"), Some("/home/app/.codex")));
    assert!(credential(Some("/home/u/.aws"), Some("/root/.aws")));
    assert!(credential(None, Some("/root/.config/gcloud")));
    assert!(!credential(Some("openclaw_data"), Some("/var/lib/openclaw")));
    assert!(!credential(Some("/srv/credentials.py"), Some("/etc/app/credentials.py")));
    assert!(!credential(Some("author-images"), Some("/srv/authors")));
}
