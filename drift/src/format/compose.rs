//! Compose files: the short and long forms that the format says are equal give one tree.

mod port;

use crate::document::{Entry, Map, Node, Text, Value};
use crate::finding::FileFinding;

/// True for the names of Compose files: `compose.yml`, `docker-compose.prod.yaml` and the like.
pub(super) fn is_compose(name: &str) -> bool {
    let stem = name.strip_prefix("docker-").unwrap_or(name);
    let rest = stem.strip_prefix("compose");
    rest.is_some_and(|rest| rest.starts_with(['.', '-', '_'])) && (name.ends_with(".yml") || name.ends_with(".yaml"))
}

/// The same tree with `environment`, `labels`, `args` and the like as maps of texts, `depends_on` as a map, `env_file` as a
/// list and `ports` in their long form. What is in no known form stays as it stands.
pub(super) fn normal(root: Node, findings: &mut Vec<FileFinding>) -> Node {
    let mut alter = |key: &str, node: Node| match key {
        "services" => each(node, &mut |node| below(node, &mut |key, node| of_service(key, node, findings))),
        _ => node,
    };
    below(root, &mut alter)
}

fn of_service(key: &str, node: Node, findings: &mut Vec<FileFinding>) -> Node {
    match key {
        "environment" | "labels" | "annotations" | "sysctls" => assignments(node, findings),
        "build" | "deploy" => below(node, &mut |key, node| match key {
            "args" | "labels" => assignments(node, findings),
            _ => node,
        }),
        "depends_on" => conditions(node),
        "env_file" if matches!(node.value, Value::String(_)) => {
            let at = node.at;
            Node::new(Value::List(vec![node]), at)
        }
        "ports" => each(node, &mut port::long),
        _ => node,
    }
}

/// The values of a map, each altered by its key; another node as it is.
fn below(node: Node, alter: &mut dyn FnMut(&str, Node) -> Node) -> Node {
    let Node { value, at, tag } = node;
    let value = match value {
        Value::Map(map) => {
            let entries = map.into_entries().into_iter().map(|Entry { key, at, node }| {
                let node = alter(&key, node);
                Entry { key, at, node }
            });
            Value::Map(Map::from_unique(entries.collect()))
        }
        other => other,
    };
    Node { value, at, tag }
}

/// The values of a map or list, each altered; another node as it is.
fn each(node: Node, alter: &mut dyn FnMut(Node) -> Node) -> Node {
    match node {
        Node { value: Value::List(nodes), at, tag } => {
            Node { value: Value::List(nodes.into_iter().map(alter).collect()), at, tag }
        }
        node => below(node, &mut |_, node| alter(node)),
    }
}

/// `[KEY=VALUE, KEY]` as a map; the values of a map as texts, which is all that a container sees. Null is taken from the
/// shell that starts it.
fn assignments(node: Node, findings: &mut Vec<FileFinding>) -> Node {
    let is_text = |node: &Node| node.tag.is_none() && matches!(node.value, Value::String(_));
    match node {
        Node { value: Value::List(nodes), at, tag: None } if nodes.iter().all(is_text) => {
            let entries = nodes.into_iter().map(|node| {
                let text = node.value.scalar_text().unwrap_or_default().into_owned();
                let (key, value) = match text.split_once('=') {
                    Some((key, value)) => (key.to_owned(), Value::String(value.into())),
                    None => (text, Value::Null),
                };
                Entry { key: key.into(), at: node.at, node: Node::new(value, node.at) }
            });
            Node::new(Value::Map(Map::last_wins(entries.collect(), findings)), at)
        }
        node => below(node, &mut |_, node| match (&node.value, &node.tag) {
            (Value::Number(_) | Value::Bool(_), None) => text(node),
            _ => node,
        }),
    }
}

fn text(node: Node) -> Node {
    let text = node.value.scalar_text().unwrap_or_default().into_owned();
    Node::new(Value::String(text.into()), node.at)
}

/// `[db]` as `{db: {condition: service_started}}`, which is what it means.
fn conditions(node: Node) -> Node {
    let Value::List(nodes) = &node.value else { return node };
    let names: Option<Vec<Text>> = nodes
        .iter()
        .map(|node| match &node.value {
            Value::String(name) => Some(name.clone()),
            _ => None,
        })
        .collect();
    let unique = |names: &Vec<Text>| names.iter().collect::<std::collections::HashSet<_>>().len() == names.len();
    let Some(names) = names.filter(unique) else { return node };
    let entries = names.into_iter().zip(nodes).map(|(key, Node { at, .. })| {
        let started = Node::new(Value::String("service_started".into()), *at);
        let condition = Entry { key: "condition".into(), at: *at, node: started };
        Entry { key, at: *at, node: Node::new(Value::Map(Map::from_unique(vec![condition])), *at) }
    });
    Node::new(Value::Map(Map::from_unique(entries.collect())), node.at)
}
