//! Tests of `stages` and of what waits for an answer.

use crate::model::fact::Value;
use crate::model::subject::Subject;
use crate::model::test_support::facts_of;

fn kinds(text: &str) -> Vec<String> {
    let facts = facts_of(&[("Dockerfile", text)]);
    let one = |id| match facts.get(id).field("kind").map(|f| f.value.clone()) {
        Some(Value::Str(kind)) => kind,
        _ => String::new(),
    };
    facts.of(Subject::ImageSlip).into_iter().map(one).collect()
}

#[test]
fn an_instruction_that_goes_on() {
    for (text, told) in [
        ("RUN a \\\nENV B=1\n", true),
        ("RUN a && \\\n  COPY x y\n", true),
        ("COPY a b \\\nRUN c\n", true),
        ("ENV A=1 \\\nRUN c\n", true),
        ("RUN a \\\n  ENVIRONMENT\n", false),
        ("RUN echo 'a \\\nRUN b'\n", false),
        ("HEALTHCHECK --interval=3s \\\n  CMD true\n", false),
        ("RUN <<EOF\nRUN a\nEOF\n", false),
        ("RUN RUN\n", false),
    ] {
        assert_eq!(kinds(&format!("FROM debian:12\n{text}")).contains(&"continued".to_owned()), told, "{text}");
    }
}

#[test]
fn a_name_that_is_no_stage() {
    let of = |from: &str| kinds(&format!("FROM debian:12 AS build-app\nFROM debian:12\nCOPY --from={from} /a /b\n"));
    for missing in ["build", "build-ap", "builder", "9"] {
        assert_eq!(of(missing), ["stage"], "{missing}");
    }
    for there in ["BUILD-APP", "0", "busybox", "acme/build", "build:1", "tools", "$X"] {
        assert!(of(there).is_empty(), "{there}");
    }
    assert!(kinds("FROM debian:12\nCOPY --from=builder /a /b\n").is_empty());
}

#[test]
fn an_argument_is_of_its_stage() {
    let of = |below: &str| kinds(&format!("FROM debian:12 AS a\nARG V=1\nRUN echo $V\n{below}\n"));
    assert_eq!(of("FROM debian:12\nRUN echo $V"), ["foreign"]);
    assert_eq!(of("FROM node:22\nLABEL v=${V}"), ["foreign"]);
    for none in [
        "FROM a\nRUN echo $V",
        "FROM debian:12\nARG V\nRUN echo $V",
        "FROM debian:12\nENV V=2\nRUN echo $V",
        "FROM debian:12\nRUN . ./x && echo $V",
        "FROM debian:12\nRUN --mount=type=secret,id=v,env=V echo $V",
        "FROM acme/base:1\nRUN echo $V",
        "FROM debian:12\nCMD echo $V",
    ] {
        assert!(of(none).is_empty(), "{none}");
    }
}

#[test]
fn a_from_without_a_value() {
    for (text, told) in [
        ("FROM debian:12\nARG V=1\nFROM debian:$V\n", true),
        ("FROM $IMAGE\n", true),
        ("ARG V\nFROM debian:$V\n", false),
        ("FROM debian:${V:-12}\n", false),
        ("FROM ${PREFIX}debian:12\n", false),
        ("FROM --platform=$BUILDPLATFORM debian:12\n", false),
    ] {
        assert_eq!(kinds(text).contains(&"blank".to_owned()), told, "{text}");
    }
}

#[test]
fn an_installation_that_asks() {
    for (text, told) in [
        ("FROM debian:12\nRUN apt-get update && apt-get install curl\n", true),
        ("FROM debian:12\nRUN apt-get -y update && apt install --no-install-recommends npm\n", true),
        ("FROM python:3.13-bookworm\nRUN apt-get install curl\n", false),
        ("FROM debian:12\nRUN apt-get install -qq curl\n", false),
        ("FROM debian:12\nRUN echo y | apt-get install curl\n", false),
        ("FROM debian:12\nRUN apt-get install unzip\n", false),
        ("FROM debian:12\nRUN apt-get install -y git\nRUN apt-get install curl\n", false),
    ] {
        assert_eq!(kinds(text).contains(&"unconfirmed".to_owned()), told, "{text}");
    }
}

#[test]
fn a_command_that_is_dropped_and_a_folder_of_root() {
    assert_eq!(kinds("FROM debian:12\nENTRYPOINT run\nCMD [\"a\"]\n"), ["dropped"]);
    assert!(kinds("FROM debian:12\nENTRYPOINT run \"$@\"\nCMD [\"a\"]\n").is_empty());
    let of = |last: &str| {
        let path = "ENV PATH=/root/.local/bin:$PATH";
        kinds(&format!(
            "FROM python:3.13 AS b\nFROM python:3.13\nCOPY --from=b /root/.local /root/.local\n{path}\n{last}\n"
        ))
    };
    assert_eq!(of("USER app"), ["home"]);
    for none in ["USER root", "RUN chmod 755 /root\nUSER app", "USER 0:0", "USER $U"] {
        assert!(of(none).is_empty(), "{none}");
    }
}
