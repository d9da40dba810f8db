//! The static addresses of services, against the subnets of their networks and against each other.

use std::collections::HashMap;
use std::net::IpAddr;

use super::read::scalar;
use super::{NetworkInfo, ServiceInfo, StackInfo};
use crate::model::Model;
use crate::model::fact::{Fact, FactId, Field, Value};
use crate::text::{Place, Text};
use crate::yaml::{Node, Schema};

/// The subnets that a network's definition asks for; `None` where another driver of addresses, or something that is not
/// known, may choose them.
pub(super) fn subnets(network: &Node) -> Option<Vec<Text>> {
    if network.is_null() {
        return Some(Vec::new());
    }
    let all = network.map()?;
    if all.iter().any(|e| e.key.known().is_none()) {
        return None;
    }
    let Some(ipam) = network.get("ipam").filter(|n| !n.is_null()) else { return Some(Vec::new()) };
    let driver = ipam.get("driver").filter(|d| !d.is_null());
    if ipam.map().is_none_or(|all| all.iter().any(|e| e.key.known().is_none()))
        || driver.is_some_and(|d| !matches!(d.known(), Some("default" | "")))
    {
        return None;
    }
    let Some(config) = ipam.get("config").filter(|n| !n.is_null()) else { return Some(Vec::new()) };
    let items = config.seq()?;
    let subnets: Vec<Text> = items.iter().filter_map(|i| i.get("subnet").and_then(Node::text).cloned()).collect();
    let open = items.iter().any(|i| i.map().is_none_or(|all| all.iter().any(|e| e.key.known().is_none())));
    (!open).then_some(subnets)
}

/// Adds what the attachment `value` says about addresses on `network`.
pub(super) fn fields(fact: Fact, value: Option<&Node>, network: Option<&NetworkInfo>) -> Fact {
    let written = |key: &str| value.and_then(|v| v.get(key)).filter(|n| !n.is_null());
    let addresses: Vec<&Node> = ["ipv4_address", "ipv6_address"].into_iter().filter_map(written).collect();
    if addresses.is_empty() {
        return fact;
    }
    let subnets = network.and_then(|n| n.subnets.as_ref());
    let mut fault = Field::derived(Value::Null);
    for node in &addresses {
        match judge(node, subnets) {
            Some(None) => {}
            Some(Some(why)) => {
                let field = Field { value: why.into(), place: scalar(Some(node)).place };
                fault = field;
                break;
            }
            None => fault = Field::derived(Value::Unknown("the subnets of the network are not known".to_owned())),
        }
    }
    let list: Vec<Field> = addresses.iter().map(|n| scalar(Some(n))).collect();
    let ranges: Vec<Field> = subnets.map_or(&[][..], Vec::as_slice).iter().map(Field::text).collect();
    fact.with("addresses", list).with("address_fault", fault).with("subnets", ranges)
}

/// Says of static addresses that another service asks for too, or that the network's gateway has.
pub(super) fn taken(model: &mut Model<'_>, stack: &StackInfo, networks: Option<&Node>) {
    let mut seen: HashMap<(&str, String), FactId> = HashMap::new();
    // Services of profiles may never run at the same time.
    let always = |s: &&ServiceInfo| s.node.get("profiles").is_none_or(|p| p.seq().is_some_and(<[Node]>::is_empty));
    for service in stack.services.iter().filter(always) {
        for attachment in &service.attachments {
            let Some(key) = attachment.network.as_deref() else { continue };
            let gateways = gateways(networks.and_then(|n| n.get(key)));
            for (address, place) in written(model, attachment.id) {
                if gateways.contains(&address) {
                    model.facts.set(attachment.id, "taken", Field { value: "gateway".into(), place });
                    continue;
                }
                let Some(first) = seen.insert((key, address), service.id).filter(|first| *first != service.id) else {
                    continue;
                };
                model.facts.set(attachment.id, "taken", Field { value: "service".into(), place });
                model.facts.set(attachment.id, "taken_by", first);
            }
        }
    }
}

/// The known addresses that an attachment asks for, each with its place.
fn written(model: &Model<'_>, attachment: FactId) -> Vec<(String, Option<Place>)> {
    let Some(Value::List(all)) = model.facts.get(attachment).field("addresses").map(|f| &f.value) else {
        return Vec::new();
    };
    let known = |f: &Field| match &f.value {
        Value::Str(address) => Some((address.clone(), f.place.clone())),
        _ => None,
    };
    all.iter().filter_map(known).collect()
}

/// The gateways that a network's definition names.
fn gateways(network: Option<&Node>) -> Vec<String> {
    let config = network.and_then(|n| n.path(&["ipam", "config"])).and_then(Node::seq).unwrap_or_default();
    config.iter().filter_map(|c| Some(c.get("gateway")?.text()?.known()?.to_owned())).collect()
}

/// `Some(None)`: the address fits. `None`: nobody can say.
#[allow(clippy::option_option)] // Not known, nothing wrong, or what is wrong.
fn judge(address: &Node, subnets: Option<&Vec<Text>>) -> Option<Option<&'static str>> {
    let subnets = subnets?;
    let text = address.text().filter(|_| address.resolve(Schema::Compose).is_some())?;
    let address: IpAddr = text.known()?.parse().ok()?;
    let ranges: Vec<(IpAddr, u32)> = subnets.iter().map(|s| range(s.known()?)).collect::<Option<_>>()?;
    let alike: Vec<_> = ranges.iter().filter(|(base, _)| base.is_ipv4() == address.is_ipv4()).collect();
    if alike.is_empty() {
        return Some(Some("none"));
    }
    let inside = alike.iter().any(|(base, length)| holds(*base, *length, address));
    Some((!inside).then_some("outside"))
}

fn range(subnet: &str) -> Option<(IpAddr, u32)> {
    let (base, length) = subnet.split_once('/')?;
    Some((base.parse().ok()?, length.parse().ok()?))
}

fn holds(base: IpAddr, length: u32, address: IpAddr) -> bool {
    match (base, address) {
        (IpAddr::V4(base), IpAddr::V4(address)) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(length)).unwrap_or(0);
            u32::from(base) & mask == u32::from(address) & mask
        }
        (IpAddr::V6(base), IpAddr::V6(address)) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(length)).unwrap_or(0);
            u128::from(base) & mask == u128::from(address) & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subnet_holds_the_addresses_that_share_its_prefix() {
        let holds = |subnet: &str, address: &str| {
            let (base, length) = range(subnet).unwrap();
            holds(base, length, address.parse().unwrap())
        };
        assert!(holds("172.28.0.0/24", "172.28.0.3") && !holds("172.28.0.0/24", "172.28.1.3"));
        assert!(holds("10.0.0.0/28", "10.0.0.15") && !holds("10.0.0.0/28", "10.0.0.16"));
        assert!(holds("0.0.0.0/0", "9.9.9.9") && holds("10.0.0.1/32", "10.0.0.1"));
        assert!(
            holds("fd00::/64", "fd00::1") && !holds("fd00::/64", "fd00:0:0:1::1") && !holds("fd00::/64", "10.0.0.1")
        );
    }
}
