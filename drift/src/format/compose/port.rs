//! Ports of Compose services in their long form.

use crate::document::{Entry, Map, Node, Position, Value};

/// `[[HOST_IP:]PUBLISHED:]TARGET[/PROTOCOL]` as a map with `target`, `published`, `host_ip` and `protocol`, all of them texts;
/// a long form with the protocol that it has when it names none.
pub(super) fn long(node: Node) -> Node {
    let at = node.at;
    match (&node.value, &node.tag) {
        (Value::String(_) | Value::Number(_), None) => {
            let text = node.value.scalar_text().unwrap_or_default();
            short(&text, at).unwrap_or(node)
        }
        (Value::Map(map), None) if map.get("target").is_some() => {
            let entries = map.entries().iter().map(|entry| match (&*entry.key, &entry.node.value) {
                ("target" | "published", Value::Number(number)) => of(&entry.key, number.source(), entry.node.at),
                _ => entry.clone(),
            });
            let tcp = map.get("protocol").is_none().then(|| of("protocol", "tcp", at));
            Node::new(Value::Map(Map::from_unique(entries.chain(tcp).collect())), at)
        }
        _ => node,
    }
}

fn short(text: &str, at: Position) -> Option<Node> {
    let (ports, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
    // The address may hold colons of its own: `[::1]:8080:80`.
    let (rest, target) = ports.rsplit_once(':').map_or((None, ports), |(rest, target)| (Some(rest), target));
    let (host, published) =
        match rest.map(|rest| rest.rsplit_once(':').map_or((None, rest), |(host, port)| (Some(host), port))) {
            Some((host, published)) => (host, Some(published)),
            None => (None, None),
        };
    let is_port = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if !is_port(target) || !published.is_none_or(|port| port.is_empty() || is_port(port)) {
        return None;
    }
    let mut entries = vec![of("target", target, at)];
    entries.extend(published.filter(|port| !port.is_empty()).map(|port| of("published", port, at)));
    entries.extend(host.map(|host| of("host_ip", host.trim_matches(['[', ']']), at)));
    entries.push(of("protocol", protocol, at));
    Some(Node::new(Value::Map(Map::from_unique(entries)), at))
}

fn of(key: &str, text: &str, at: Position) -> Entry {
    Entry { key: key.into(), at, node: Node::new(Value::String(text.into()), at) }
}
