//! Pairs of files of a wanted size, with the number of differences that they have.

/// Every shape that is measured: one for each format, and lists that are hard to match.
pub(crate) const SHAPES: [&str; 16] = [
    "json",
    "yaml",
    "toml",
    "properties",
    "ini",
    "dotenv",
    "xml",
    "dockerfile",
    "requirements",
    "go_mod",
    "text",
    "shuffled",
    "flat",
    "changed",
    "scalars",
    "values",
];

/// Changes of every pair but the lists of objects, of which one in a hundred changes.
const CHANGES: usize = 500;

/// Two sides of one file.
pub(crate) struct Pair {
    pub(crate) path: &'static str,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) deltas: usize,
}

/// How one record of a shape is written: its number, and the number in its value.
type Record = fn(&mut String, usize, usize);

/// A pair of at least so many bytes on each side.
pub(crate) fn pair(shape: &str, bytes: usize) -> Pair {
    let (path, head, record, tail): (_, _, Record, _) = match shape {
        "shuffled" => return keyed(bytes / 92, bytes / 92 / 100),
        "json" => ("a.json", "{\n", json, "\"end\": {}\n}\n"),
        "yaml" => ("a.yaml", "", yaml, ""),
        "toml" => ("a.toml", "", toml, ""),
        "properties" => ("a.properties", "", properties, ""),
        "ini" => ("a.ini", "", ini, ""),
        "dotenv" => ("a.env", "", dotenv, ""),
        "xml" => ("a.xml", "<root>\n", xml, "</root>\n"),
        "dockerfile" => ("Dockerfile", "FROM base.example/app:1\n", dockerfile, ""),
        "requirements" => ("requirements.txt", "", requirements, ""),
        "go_mod" => ("go.mod", "module svc.example/app\n\nrequire (\n", go_mod, ")\n"),
        "text" => ("a.txt", "", text, ""),
        "flat" | "changed" => ("a.json", "{\n", flat, "\"end\": {}\n}\n"),
        "scalars" => ("a.json", "[\n", scalar, "-1]\n"),
        "values" => ("a.yaml", "", values, ""),
        other => unreachable!("no shape {other}"),
    };
    let records = bytes / {
        let mut one = String::new();
        record(&mut one, 100_000, 100_000);
        one.len()
    };
    // Of the shape `changed` every record is.
    let changes = if shape == "changed" { records } else { CHANGES };
    let every = (records / changes).max(1);
    let side = |changed: bool| {
        let mut text = head.to_owned();
        for at in 0..records {
            let moved = changed && at % every == 0 && at / every < changes;
            record(&mut text, at, if moved { at + 1_000_000 } else { at });
        }
        text + tail
    };
    Pair { path, old: side(false), new: side(true), deltas: changes.min(records) }
}

/// A list of objects with a name, in another order, and so many of them with another port.
pub(crate) fn keyed(objects: usize, changed: usize) -> Pair {
    let every = objects / changed.max(1);
    // A step that shares no factor with the count visits each object once.
    let step = (objects / 3..).find(|step| greatest_common_divisor(*step, objects) == 1).unwrap_or(1);
    let object = |at: usize, port: usize| {
        format!(
            "  {{\"name\": \"object-{at:07}\", \"port\": {port:07}, \"host\": \"h{at}.svc.example\", \"zone\": \"a\"}}"
        )
    };
    let side = |shuffled: bool| {
        let objects: Vec<String> = (0..objects)
            .map(|at| {
                let at = if shuffled { at * step % objects } else { at };
                let moved = shuffled && at.is_multiple_of(every) && at / every < changed;
                object(at, if moved { at + 2_000_000 } else { at + 1_000_000 })
            })
            .collect();
        format!("[\n{}\n]\n", objects.join(",\n"))
    };
    Pair { path: "a.json", old: side(false), new: side(true), deltas: changed }
}

fn greatest_common_divisor(left: usize, right: usize) -> usize {
    if right == 0 { left } else { greatest_common_divisor(right, left % right) }
}

fn push(text: &mut String, record: std::fmt::Arguments<'_>) {
    std::fmt::Write::write_fmt(text, record).unwrap();
}

fn json(text: &mut String, at: usize, value: usize) {
    push(
        text,
        format_args!(
            "  \"service-{at}\": {{\"port\": {value}, \"host\": \"svc-{at}.example\", \"on\": true, \"tags\": [\"a\", \"b\"]}},\n"
        ),
    );
}

fn yaml(text: &mut String, at: usize, value: usize) {
    push(
        text,
        format_args!(
            "service-{at}:\n  port: {value}\n  host: svc-{at}.example\n  on: true\n  tags:\n    - a\n    - b\n"
        ),
    );
}

/// Kubernetes-like objects below each other.
fn values(text: &mut String, at: usize, value: usize) {
    push(
        text,
        format_args!(
            "app-{at}:\n  image:\n    repository: registry.example/app-{at}\n    tag: \"1.{value}\"\n  env:\n    - name: MODE\n      value: fast\n    - name: LEVEL\n      value: info\n  resources: {{limits: {{cpu: 500m, memory: 1Gi}}}}\n"
        ),
    );
}

fn toml(text: &mut String, at: usize, value: usize) {
    push(
        text,
        format_args!("[service-{at}]\nport = {value}\nhost = \"svc-{at}.example\"\non = true\ntags = [\"a\", \"b\"]\n"),
    );
}

fn properties(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("service.{at}.port={value}\nservice.{at}.host=svc-{at}.example\nservice.{at}.on=true\n"));
}

fn ini(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("[service-{at}]\nport = {value}\nhost = svc-{at}.example\non = true\n"));
}

fn dotenv(text: &mut String, at: usize, value: usize) {
    push(
        text,
        format_args!("SERVICE_{at}_PORT={value}\nSERVICE_{at}_HOST=\"svc-{at}.example\"\nSERVICE_{at}_ON=true\n"),
    );
}

fn xml(text: &mut String, at: usize, value: usize) {
    push(
        text,
        format_args!(
            "  <service name=\"service-{at}\" port=\"{value}\"><host>svc-{at}.example</host><on>true</on></service>\n"
        ),
    );
}

fn dockerfile(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("ENV SERVICE_{at}_PORT={value}\nENV SERVICE_{at}_HOST=svc-{at}.example\n"));
}

fn requirements(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("package-{at}[extra]==1.{value}.0 ; python_version >= \"3.11\"\n"));
}

fn go_mod(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("\tsvc.example/lib/module-{at} v1.{value}.0\n"));
}

fn text(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("line {at} of a text that nobody understands says {value}\n"));
}

fn flat(text: &mut String, at: usize, value: usize) {
    push(text, format_args!("  \"service.{at}.port\": {value},\n"));
}

fn scalar(text: &mut String, _: usize, value: usize) {
    push(text, format_args!("  {value},\n"));
}
