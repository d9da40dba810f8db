//! What a file is for, by its path: production, development, tests, an example.
//!
//! What a rule makes of it is the rule's. What its first comment says of it is read here too.

use std::collections::HashMap;
use std::sync::LazyLock;

use regex::Regex;

use crate::text::search::holds;

/// What paths say, each asked once: a file may hold thousands of what asks.
#[derive(Debug, Default)]
pub(crate) struct Purposes<'a>(HashMap<&'a str, Purpose>);

/// What a path says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Purpose {
    /// See [`of_tests`].
    pub(crate) tests: bool,
    /// See [`of_development`].
    pub(crate) development: bool,
    /// See [`of_example`].
    pub(crate) example: bool,
}

impl<'a> Purposes<'a> {
    /// What `path` says.
    pub(crate) fn of(&mut self, path: &'a str) -> Purpose {
        *self.0.entry(path).or_insert_with(|| Purpose {
            tests: of_tests(path),
            development: of_development(path),
            example: of_example(path),
        })
    }
}

/// Whether the file at `path` belongs to tests: what it holds guards nothing.
pub(crate) fn of_tests(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = parts.next().unwrap_or("");
    let folders = [
        "test",
        "tests",
        "molecule",
        "e2e",
        "testdata",
        "fixtures",
        "__tests__",
        "integration",
        "_unit-test",
        "unit-tests",
        "integration-tests",
    ];
    // A script called `smoke-test.sh` tests what is deployed, with its secrets.
    let script = matches!(name.rsplit_once('.'), Some((_, "sh" | "bash")));
    let script = script && !name.contains(".test.");
    let named = words(name).iter().any(|w| matches!(w.as_str(), "test" | "tests" | "testing" | "e2e"));
    named && !script || name.starts_with("test_") || name.starts_with("test-") || parts.any(|p| folders.contains(&p))
}

/// Whether it is for a developer's own machine, by a word of its name or its folder.
pub(crate) fn of_development(path: &str) -> bool {
    let mut parts = path.rsplit('/');
    let name = words(parts.next().unwrap_or(""));
    // `.env.local` is what a host keeps for itself, wherever that is.
    let env = name.iter().any(|w| w == "env");
    name.iter().any(|w| matches!(w.as_str(), "dev" | "devel" | "development" | "devcontainer") || w == "local" && !env)
        || parts.any(|p| matches!(p, ".devcontainer" | "devcontainer" | "dev" | "development" | "vagrant"))
}

/// Whether it shows how something is used, by its folder.
pub(crate) fn of_example(path: &str) -> bool {
    let mut folders = path.rsplit('/').skip(1).flat_map(words);
    folders.any(|w| matches!(w.as_str(), "example" | "examples" | "sample" | "samples" | "demo" | "demos" | "cookbook"))
}

/// Whether a script says by its name that somebody runs it once: `install.sh`, `create-users.sh`.
pub(crate) fn by_hand(path: &str) -> bool {
    let once = [
        "install",
        "installer",
        "uninstall",
        "setup",
        "bootstrap",
        "provision",
        "init",
        "create",
        "register",
        "restore",
        "migrate",
        "seed",
        "configure",
        "onboard",
        "quickstart",
        "verify",
        "check",
        "diagnose",
        "debug",
        "import",
        "smoke",
        "test",
        "demo",
        "rotate",
    ];
    let name = path.rsplit('/').next().unwrap_or(path);
    words(name).iter().any(|w| once.contains(&w.as_str()))
}

/// Whether it is made to be copied: `.env.example`, `settings.sample.yml`.
pub(crate) fn is_template(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let last = ["example", "examples", "sample", "template", "tmpl", "tpl", "dist", "default", "defaults", "skel"];
    words(name).iter().any(|w| last.contains(&w.as_str()))
}

/// The most lines that the first comment is read for.
const MOST: usize = 16;

/// The comment that a file begins with, in one line.
pub(crate) fn first_comment(text: &str) -> String {
    let opens = |line: &&str| line.is_empty() || line.starts_with('#') || line.starts_with("---");
    let lines = text.lines().take(MOST).map(str::trim).take_while(opens).filter(|line| !line.starts_with("#!"));
    let words = lines.flat_map(|line| line.trim_start_matches(['#', '-', '=', '*', ' ']).split_whitespace());
    words.collect::<Vec<_>>().join(" ")
}

/// What says that the defaults of a file are there on purpose, for development.
static WANTED: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?ix)\b(with|has|have|uses?)\ (the\ )?(local\ )?(dev|development|local)\ (defaults?|default\ (credentials|passwords|values))\b
        |\bdefaults?\ (credentials\ |passwords\ |values\ |secrets\ )?(are\ |is\ )?(only\ |meant\ |intended\ )*for\ (local\ )?(dev|development)\b
        |\b(works?|runs?|starts?)\ (out[\ -]of[\ -]the[\ -]box\ )?without\ (an?\ |any\ )?`?[.]env\b",
    )
    .ok()
});

/// Whether a file's first comment says that its defaults are there on purpose, for development.
pub(crate) fn wants_defaults(text: &str) -> bool {
    if !text.starts_with(['#', '-', '\n', ' ']) {
        return false;
    }
    let comment = first_comment(text);
    // One of the two stands in each branch of the pattern, which is seldom built.
    holds(&comment, &["default", ".env"]) && WANTED.as_ref().is_some_and(|w| w.is_match(&comment))
}

/// The words of a file's name in small letters.
fn words(name: &str) -> Vec<String> {
    name.split(['.', '-', '_', ' ']).filter(|w| !w.is_empty()).map(str::to_ascii_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_say_what_a_file_is_for() {
        for path in
            ["tests/a.yml", "setup.test.sh", "a/compose.quota-test.yml", ".env.testing", "test_x.sh", "_unit-test/a.sh"]
        {
            assert!(of_tests(path), "{path}");
        }
        for path in ["compose.yml", "latest/compose.yml", "contest.env", "attestation.sh", "smoke-test.sh"] {
            assert!(!of_tests(path), "{path}");
        }
        for path in [
            "compose.dev.yml",
            ".devcontainer/compose.yml",
            "docker-compose.local.yml",
            "dev/.env",
            "inventories/vagrant/hosts.yml",
        ] {
            assert!(of_development(path), "{path}");
        }
        for path in [".env.local", "devices.yml", "deploy/local/compose.yml", "compose.yml"] {
            assert!(!of_development(path), "{path}");
        }
        assert!(of_example("examples/a/compose.yml") && of_example("demo-setups/x.yml") && !of_example("example.yml"));
        assert!(by_hand("a/install_app.sh") && by_hand("create-users.sh") && !by_hand("entrypoint.sh"));
        assert!(!by_hand("setup/start.sh"));
        assert!(is_template(".env.example") && is_template("a.sample.yml") && !is_template("distribution.env"));
    }
    #[test]
    fn a_comment_of_many_lines_is_read_as_one() {
        assert_eq!(first_comment("# ====\n# local\n#   development\n\na: 1\n# b\n"), "local development");
    }

    #[test]
    fn a_first_comment_says_that_defaults_are_wanted() {
        for text in [
            "# For local development: works with dev defaults.\n# For production: set the credentials.\n",
            "# The default passwords are only for development.\na: 1\n",
            "# Runs without a .env file\n",
        ] {
            assert!(wants_defaults(text), "{text}");
        }
        for text in [
            "# Change the default passwords.\n",
            "a: 1\n# works with dev defaults\n",
            "# Defaults for the developers' cluster\n",
            "# uses the defaults of development tools\n",
        ] {
            assert!(!wants_defaults(text), "{text}");
        }
    }
}
