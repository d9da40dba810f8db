//! Which file of the tree a start means.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

/// The paths in the tree of what is started, each with whether something may have changed the mode.
fn of(files: &[(&str, &str)]) -> Vec<String> {
    let facts = facts_of(files);
    let all = facts.of(Subject::StartScript).into_iter().map(|id| {
        let fact = facts.get(id);
        let Some(Value::Str(path)) = fact.field("path").map(|f| &f.value) else { return String::new() };
        let changed =
            matches!(fact.field("executable").map(|f| &f.value), Some(Value::Unknown(why)) if why.contains("after"));
        if changed { format!("{path} changed") } else { path.clone() }
    });
    all.collect()
}

/// The same of a Dockerfile with scripts around it.
fn built(docker: &str) -> Vec<String> {
    let sh = "#!/bin/sh\n";
    of(&[("Dockerfile", docker), ("run.sh", sh), ("bin/a.sh", sh), ("bin/b.sh", sh)])
}

#[test]
fn a_copy_names_the_file_or_the_folder_around_it() {
    let start =
        |copy: &str, path: &str| built(&format!("FROM alpine:3.22\nWORKDIR /srv\n{copy}\nENTRYPOINT [\"{path}\"]\n"));
    for (copy, path, expected) in [
        ("COPY run.sh /x/start", "/x/start", "run.sh"),
        ("COPY run.sh /x/", "/x/run.sh", "run.sh"),
        ("COPY ./run.sh .", "./run.sh", "run.sh"),
        ("COPY . .", "/srv/bin/a.sh", "bin/a.sh"),
        ("COPY bin /usr/local/bin", "b.sh", "bin/b.sh"),
        ("COPY [\"bin/\", \"/opt/\"]", "/opt/b.sh", "bin/b.sh"),
        ("COPY bin/*.sh /opt/", "/opt/a.sh", "bin/a.sh"),
        ("ADD bin/a.sh run.sh /opt/", "/opt/a.sh", "bin/a.sh"),
        ("COPY bin/a.sh /opt/b.sh\nCOPY bin/b.sh /opt/b.sh", "/opt/b.sh", "bin/b.sh"),
    ] {
        assert_eq!(start(copy, path), [expected], "{copy}");
    }
    for (copy, path) in [
        ("COPY run.sh /x/", "/y/run.sh"),
        ("COPY bin/*.sh /opt/", "/opt/x/a.sh"),
        ("COPY --from=alpine:3.22 /run.sh /run.sh", "/run.sh"),
        ("COPY bin /opt", "/opt/bin/a.sh"),
    ] {
        assert!(start(copy, path).is_empty(), "{copy}");
    }
}

#[test]
fn what_changes_modes_between() {
    let with = |run: &str| built(&format!("FROM alpine:3.22\nCOPY . /srv\n{run}\nCMD [\"/srv/run.sh\"]\n"));
    for run in [
        "RUN chmod +x /srv/run.sh",
        "RUN cd /srv && chmod +x a b",
        "RUN chmod -R 755 /srv",
        "RUN chmod 755 /srv/*",
        "RUN find /srv -type f -exec chmod +x {} +",
        "RUN ls /srv | xargs chmod +x",
        "RUN sh -c 'chmod +x /srv/*.sh'",
        "RUN install -m 755 /srv/run.sh /srv/run.sh",
        "RUN [\"chmod\", \"+x\", \"/srv/run.sh\"]",
        "COPY --chmod=755 run.sh /srv/",
    ] {
        assert_eq!(with(run), ["run.sh changed"], "{run}");
    }
    for run in
        ["RUN chmod 644 /srv/other", "RUN chmod -R 755 /var", "RUN apt-get install -y curl", "RUN chmod 755 /srv"]
    {
        assert_eq!(with(run), ["run.sh"], "{run}");
    }
}

#[test]
fn the_words_of_a_start() {
    let start = |line: &str| built(&format!("FROM alpine:3.22\nWORKDIR /srv\nCOPY . .\n{line}\n"));
    for line in [
        "CMD [\"./run.sh\"]",
        "CMD ./run.sh",
        "CMD cd bin && cd .. && exec ./run.sh",
        "ENTRYPOINT [\"tini\", \"--\"]\nCMD [\"/srv/run.sh\", \"x\"]",
        "ENTRYPOINT [\"sh\", \"-c\", \"./run.sh\"]",
        "HEALTHCHECK CMD /srv/run.sh || exit 1",
        "RUN ./run.sh",
    ] {
        assert_eq!(start(line), ["run.sh"], "{line}");
    }
    for line in [
        "CMD [\"sh\", \"run.sh\"]",
        "CMD . ./run.sh",
        "CMD test -x ./run.sh && ./run.sh",
        "CMD cd bin && ./run.sh",
        "CMD cd $X && ./run.sh",
        "ENTRYPOINT [\"python\"]\nCMD [\"./run.sh\"]",
        "HEALTHCHECK NONE",
        "RUN ./run.sh || true",
    ] {
        assert!(start(line).is_empty(), "{line}");
    }
}

#[test]
fn what_a_service_mounts_comes_before_what_it_builds() {
    let docker = "FROM alpine:3.22\nCOPY run.sh /srv/run.sh\nENTRYPOINT [\"/srv/run.sh\"]\n";
    let with = |service: &str| {
        let compose = format!("services:\n  a:\n    build: .\n{service}");
        of(&[("Dockerfile", docker), ("compose.yml", &compose), ("run.sh", "#!/bin/sh\n"), ("x/run.sh", "#!/bin/sh\n")])
    };
    assert_eq!(with(""), ["run.sh"]);
    assert_eq!(with("    volumes: ['./x:/srv']\n"), ["x/run.sh"]);
    assert_eq!(with("    volumes: ['./x:/srv', './run.sh:/srv/run.sh:ro']\n"), ["run.sh"]);
    // What a volume holds is not seen, but another service may have none.
    assert_eq!(with("    volumes: ['data:/srv']\nvolumes: {data: }\n"), ["run.sh"]);
    assert!(with("    entrypoint: ['sh', '/srv/run.sh']\n").is_empty());
    assert_eq!(with("    entrypoint: ['/x/run.sh']\n    volumes: ['./x:/x']\n"), ["x/run.sh"]);
}
