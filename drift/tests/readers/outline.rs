//! A document as lines of text, so that a test states all of it.

use drift::document::{Document, Entry, Node, Position, Value};
use drift::format::read;
use drift::limits::Limits;

/// What `read` makes of a file: `pointer key-place value-place value` for each node, then lines, then findings;
/// or the one refusal.
pub(crate) fn outline(path: &str, bytes: impl AsRef<[u8]>) -> Vec<String> {
    outline_within(path, bytes, &Limits::default())
}

/// The same with other limits.
pub(crate) fn outline_within(path: &str, bytes: impl AsRef<[u8]>, limits: &Limits) -> Vec<String> {
    match read(path, bytes.as_ref(), limits) {
        Ok(document) => describe(&document),
        Err(refused) => vec![format!("{} {} {}", refused.code, place(refused.at), refused.reason)],
    }
}

/// The trees of a file on one line without places; numbers in their source spelling.
pub(crate) fn tree(path: &str, text: &str) -> String {
    match read(path, text.as_bytes(), &Limits::default()) {
        Ok(document) => document.roots.iter().map(whole).collect::<Vec<_>>().join(" "),
        Err(refused) => refused.to_string(),
    }
}

fn whole(node: &Node) -> String {
    let value = match &node.value {
        Value::List(nodes) => format!("[{}]", nodes.iter().map(whole).collect::<Vec<_>>().join(" ")),
        Value::Map(map) => {
            let entries = map.entries().iter().map(|entry| format!("{}={}", entry.key, whole(&entry.node)));
            format!("{{{}}}", entries.collect::<Vec<_>>().join(" "))
        }
        scalar => shown(scalar),
    };
    node.tag.as_deref().map_or(value.clone(), |tag| format!("{tag} {value}"))
}

fn describe(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    if document.binary {
        out.push("binary".to_owned());
    }
    for root in &document.roots {
        children(root, "", &mut out);
    }
    out.extend(document.lines.iter().map(|line| format!("line {} {:?}", line.number, line.text)));
    out.extend(
        document.findings.iter().map(|finding| format!("{} {} {}", finding.code, place(finding.at), finding.message)),
    );
    out
}

fn children(node: &Node, pointer: &str, out: &mut Vec<String>) {
    match &node.value {
        Value::Map(map) => {
            for Entry { key, at, node } in map.entries() {
                let pointer = format!("{pointer}/{}", key.replace('~', "~0").replace('/', "~1"));
                out.push(format!("{pointer} {} {} {}", place(*at), place(node.at), shown(&node.value)));
                children(node, &pointer, out);
            }
        }
        Value::List(nodes) => {
            for (index, node) in nodes.iter().enumerate() {
                let pointer = format!("{pointer}/{index}");
                out.push(format!("{pointer} {} {}", place(node.at), shown(&node.value)));
                children(node, &pointer, out);
            }
        }
        _ => {}
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text:?}"),
        Value::Map(_) => "{}".to_owned(),
        Value::List(_) => "[]".to_owned(),
        scalar => scalar.scalar_text().unwrap_or_default().into_owned(),
    }
}

fn place(at: Position) -> String {
    format!("{}:{}", at.line, at.column)
}

const PARTS: &[&str] = &[
    "\n", "\r", "\\", "\"", "'", "=", ":", "#", "<", ">", "&", "[", "]", "{", "(", ")", "<!--", "-->", "]]>", "<!",
    "\u{fe0f}", "é", "\0", " ", "\\u", "\u{feff}",
];

const ROUNDS: usize = 3_000;

/// Reads thousands of damaged forms of a file, twice each: no panic, the same result, and real places.
pub(crate) fn survives_damage(path: &str, seed: &str) {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut next = |most: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as usize % (most + 1)
    };
    let limits = Limits { nodes: 60, depth: 6, ..Limits::default() };
    let mut bytes = seed.as_bytes().to_vec();
    for round in 0..ROUNDS {
        if round % 12 == 0 {
            bytes = seed.as_bytes().to_vec();
        }
        let (one, other) = (next(bytes.len()), next(bytes.len()));
        let (from, to) = (one.min(other), one.max(other));
        match next(3) {
            0 => drop(bytes.drain(from..to.min(from + 4))),
            1 => drop(bytes.splice(
                one..one,
                PARTS.iter().cycle().nth(next(PARTS.len())).into_iter().flat_map(|part| part.bytes()),
            )),
            2 => {
                let part: Vec<u8> = bytes.iter().copied().skip(from).take((to - from).min(12)).collect();
                drop(bytes.splice(other..other, part));
            }
            _ => bytes.truncate(to),
        }
        let result = read(path, &bytes, &limits);
        assert_eq!(result, read(path, &bytes, &limits));
        let places: Vec<Position> = match &result {
            Ok(document) => document
                .roots
                .iter()
                .map(|root| root.at)
                .chain(document.findings.iter().map(|found| found.at))
                .collect(),
            Err(refused) => vec![refused.at],
        };
        let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
        assert!(
            places.iter().all(|at| at.line >= 1 && at.line as usize <= lines && at.column >= 1),
            "{places:?} in {bytes:?}"
        );
    }
}
