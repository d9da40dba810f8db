//! Which files are for a developer's own machine.

use super::{Development, of};

#[test]
fn a_word_of_the_name_is_enough() {
    for path in ["compose.dev.yml", "docker-compose-development.yaml", ".devcontainer/compose.yml", "dev-up.sh"] {
        assert_eq!(of(path, ""), Some(Development::Named), "{path}");
    }
}

#[test]
fn a_folder_says_so_unless_it_is_one_of_the_environments() {
    for path in ["docker/development/compose.mysql.yml", "dev/compose.yml", "docker-compose.local.yml"] {
        assert_eq!(of(path, ""), Some(Development::Said), "{path}");
    }
    for path in
        ["environments/dev/compose.yml", "overlays/dev/pod.yml", ".env.local", "local/compose.yml", "devices.yml"]
    {
        assert_eq!(of(path, ""), None, "{path}");
    }
}

#[test]
fn the_first_comment_says_so_for_the_whole_file() {
    for text in [
        "# This is the local development environment for Desk.\nservices: {}\n",
        "---\n# Development stack.\n# Not for production: see docker-compose.prod.yml\n",
        "#!/bin/sh\n# Dev containers. In production use compose.prod.yml.\n",
        "# Compose for local development (not for production)\n",
    ] {
        assert_eq!(of("compose.yml", text), Some(Development::Said), "{text}");
    }
    for text in [
        "# Desk. For local development use docker-compose.dev.yml\nservices: {}\n",
        "# For local development: works as it is.\n# For production: set the credentials.\n",
        "# Services for development and production\n",
        "# Production. The dev environment is compose.dev.yml.\n",
        "services: {} # local development\n",
        "services:\n  # for development\n  a: {}\n",
        "# Developed by the desk team\n",
    ] {
        assert_eq!(of("compose.yml", text), None, "{text}");
    }
}
