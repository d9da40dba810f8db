//! Containers that no compose file starts, and the ways to the internet of all.

use std::fmt::Write as _;

use super::super::tests::{graph, lines, notes, tree};
use super::super::{Link, Tone, View, ways};

const FILES: &[(&str, &str)] = &[
    (
        "roles/x/tasks/main.yml",
        "- community.docker.docker_network:\n    name: agents\n    internal: true\n\
         - community.docker.docker_container:\n    name: agent\n    image: ghcr.io/openclaw/openclaw:2026.2.23\n    \
         networks: [{name: agents}, {name: edge}]\n    published_ports: ['127.0.0.1:18789:18789']\n    \
         volumes: ['/var/run/docker.sock:/var/run/docker.sock', '/srv/data:/data']\n",
    ),
    (
        "start.sh",
        "docker network create --internal back\n\
         docker run -d --name web -p 8080:80 -v /srv/data:/pages:ro --network back nginx:1.27.2\n\
         docker run --rm alpine:3.20.1 true\ndocker run alpine:3.20.1 true\n\
         docker run -d --name side --network container:web redis:7.4.2\n\
         docker run -d --name open redis:7.4.2\ndocker run -d --name as-open --network container:open redis:7.4.2\n",
    ),
    ("q/store.container", "[Container]\nImage=redis:7.4.2\nNetwork=closed.network\nPublishPort=6379:6379/udp\n"),
    ("q/closed.network", "[Network]\nInternal=true\n"),
    (
        "pod.yaml",
        "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec:\n  containers:\n  - {name: inner, image: 'redis:7.4.2'}\n",
    ),
    (
        "compose.yml",
        "services:\n  vpn-user: {image: 'a:1', network_mode: 'container:open'}\n  lost: {image: 'a:1', network_mode: 'container:gone'}\n  \
         member: {image: 'a:1', networks: [agents]}\nnetworks: {agents: {external: true}}\n",
    ),
];

#[test]
fn containers_that_something_else_starts_are_drawn() {
    let found = graph(View::Network, &tree(FILES));
    let told = lines(&found);
    let wanted = [
        "agent attached agents",
        "agent attached edge",
        "edge leads-out internet: ?",
        "the host itself published agent: 18789 → 18789",
        "web attached back",
        "whoever reaches the host published web: 8080 → 80",
        "whoever reaches the host published store: 6379 → 6379/udp",
        "side shares-network web: uses its network",
        "store attached closed.network",
        "open attached bridge",
        "vpn-user shares-network open: uses its network",
        "lost attached the network of gone",
        "inner attached the cluster's network",
    ];
    for line in wanted {
        assert!(told.iter().any(|f| f == line), "{line}: {told:#?}");
    }
    assert!(told.iter().any(|l| l.starts_with("agent holds-socket docker socket: mounted")), "{told:#?}");
    for closed in ["agents", "back", "closed.network"] {
        assert!(notes(&found, closed).contains(&"internal: no way out".to_owned()), "{closed}: {found:#?}");
    }
    assert!(notes(&found, "agent").contains(&"started by Ansible".to_owned()), "{found:#?}");
    assert!(found.nodes.iter().all(|n| !n.title.contains("alpine")), "jobs are no part of a deployment: {found:#?}");
    let volumes = lines(&graph(View::Volumes, &tree(FILES)));
    assert!(volumes.contains(&"web mounts /srv/data: /pages (read-only)".to_owned()), "{volumes:#?}");
    assert!(volumes.contains(&"agent mounts /srv/data: /data".to_owned()), "{volumes:#?}");
}

#[test]
fn who_reaches_the_internet_is_told_of_each_container() {
    let all = ways(&graph(View::Network, &tree(FILES)));
    let told: Vec<String> = all.iter().map(|w| format!("{}: {}", w.service, w.how)).collect();
    let wanted = [
        "vpn-user: as open, whose network it uses",
        "lost: perhaps, by the network of gone: no file here says whether it leads out",
        "open: directly, by the network bridge",
        "as-open: as open, whose network it uses",
        "agent: perhaps, by the network edge: no file here says whether it leads out",
        "inner: perhaps, by the cluster's network: no file here says whether it leads out",
    ];
    // `web`, `side`, `store` and `member` are on networks without a way out, or on the network of one that is.
    let (mut told, mut wanted) = (told, wanted.map(str::to_owned).to_vec());
    told.sort();
    wanted.sort();
    assert_eq!(told, wanted);
}

/// A gateway that is let out past its proxy, a proxy whose probe never passes, and others up to `count` services; or all mended.
fn demonstration(count: usize, mended: bool) -> String {
    let (networks, probe) = if mended {
        ("inside", "nc -z localhost 4750")
    } else {
        ("inside, edge", "wget -q http://localhost:4750/healthcheck")
    };
    let mut out = format!(
        "services:\n  gateway:\n    image: ghcr.io/openclaw/openclaw:2026.2.23\n    \
         environment: {{HTTPS_PROXY: 'http://egress:4750'}}\n    networks: [{networks}]\n    \
         depends_on: {{egress: {{condition: service_healthy}}}}\n  egress:\n    image: example/smokescreen:1.0.0\n    \
         networks: [inside, out]\n    healthcheck: {{test: ['CMD-SHELL', '{probe}']}}\n  \
         caddy:\n    image: caddy:2.9.1\n    networks: [edge]\n"
    );
    for at in 3..count {
        let network = ["inside", "out", "edge", "other"][at % 4];
        let _ = writeln!(out, "  worker-{at}:\n    image: example/worker:1.0.{at}\n    networks: [{network}]");
        if at % 3 == 0 {
            let _ = writeln!(out, "    depends_on: [gateway]");
        }
    }
    out + "networks: {inside: {internal: true}, other: {internal: true}, out: , edge: }\n"
}

#[test]
fn the_bypass_and_the_cascade_are_red_before_the_fix_and_not_after_it() {
    for count in [3, 5, 20, 60] {
        let [before, after] = [false, true].map(|mended| tree(&[("compose.yml", &demonstration(count, mended))]));
        let red = |view, audit| {
            let all = lines(&graph(view, audit)).into_iter();
            all.filter(|l| l.ends_with("!bad")).collect::<Vec<_>>()
        };
        assert_eq!(
            red(View::Network, &before),
            ["gateway attached edge !bad", "edge leads-out internet !bad"],
            "{count}"
        );
        let waits = 1 + (3..count).filter(|at| at % 3 == 0).count();
        assert_eq!(red(View::Startup, &before).len(), waits, "{count}: {:#?}", red(View::Startup, &before));
        for view in View::ALL {
            let drawn = graph(view, &after);
            assert!(drawn.nodes.iter().all(|n| n.tone != Tone::Bad), "{count}, {view:?}: {drawn:#?}");
            assert_eq!(red(view, &after), Vec::<String>::new(), "{count}, {view:?}");
        }
        // Each way, as the networks were written.
        for (audit, mended) in [(&before, false), (&after, true)] {
            let drawn = graph(View::Network, audit);
            let told: Vec<String> = ways(&drawn).iter().map(|w| format!("{}: {}", w.service, w.how)).collect();
            let mut wanted = Vec::new();
            if !mended {
                wanted.push("gateway: directly, by the network edge, past its proxy egress".to_owned());
            }
            wanted.push("gateway: through the proxy egress".to_owned());
            wanted.push("egress: directly, by the network out".to_owned());
            wanted.push("caddy: directly, by the network edge".to_owned());
            for at in (3..count).filter(|at| matches!(at % 4, 1 | 2)) {
                wanted.push(format!("worker-{at}: directly, by the network {}", ["out", "edge"][at % 4 - 1]));
            }
            assert_eq!(told, wanted, "{count}, mended: {mended}");
            assert!(drawn.edges.iter().any(|e| e.kind == Link::Proxied));
        }
    }
}
