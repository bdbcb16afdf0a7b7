//! One build stage: its base image and what the instructions in it set.

use crate::document::{Entry, Line, Map, Node, Position, Value};
use crate::format::Unreadable;
use crate::format::dockerfile::instructions::Instruction;
use crate::format::dockerfile::words;
use crate::format::keys::{Keys, text_entry, tree_entry};
use crate::format::tally::Tally;

/// Instructions of which the last in a stage counts.
const SINGLE: [&str; 4] = ["USER", "WORKDIR", "ENTRYPOINT", "CMD"];

/// The nodes of every stage: itself, name, image, env, arg, label and expose.
const NODES: usize = 7;

/// A stage while it is read.
pub(super) struct Stage {
    /// Where its `FROM` stands.
    pub(super) at: Position,
    head: Vec<Entry>,
    env: Keys,
    arg: Keys,
    label: Keys,
    expose: Vec<Node>,
    single: [Option<Instruction>; SINGLE.len()],
}

impl Stage {
    /// Begins a stage with its `FROM`; one without a name is called by its 0-based index.
    pub(super) fn open(from: &Instruction, index: usize, tally: &mut Tally<'_>) -> Result<Self, Unreadable> {
        let at = from.line.place(0);
        for _ in 0..NODES {
            tally.node(at)?;
        }
        let mut platform = None;
        let mut words = Vec::new();
        for word in from.arguments().split_whitespace() {
            match word.strip_prefix("--platform=") {
                Some(value) => platform = Some(text_entry("platform", from.place(word), value, from.place(value))),
                None if word.starts_with("--") => {
                    return Err(Unreadable::new(from.place(word), "FROM has an option other than --platform"));
                }
                None => words.push(word),
            }
        }
        let (image, name) = match words.as_slice() {
            [image] => (*image, text_entry("name", at, index.to_string(), at)),
            [image, word, name] if word.eq_ignore_ascii_case("as") => {
                (*image, text_entry("name", from.place(name), *name, from.place(name)))
            }
            _ => return Err(Unreadable::new(at, "FROM is not `FROM image [AS name]`")),
        };
        let mut head = vec![name, text_entry("image", from.place(image), image, from.place(image))];
        head.extend(platform);
        let (env, arg, label) = (Keys::default(), Keys::default(), Keys::default());
        Ok(Self { at, head, env, arg, label, expose: Vec::new(), single: [const { None }; SINGLE.len()] })
    }

    /// Takes an instruction; what the tree does not hold comes back as lines.
    pub(super) fn instruction(
        &mut self,
        instruction: Instruction,
        tally: &mut Tally<'_>,
    ) -> Result<Vec<Line>, Unreadable> {
        let name = instruction.name().to_ascii_uppercase();
        let keys = match name.as_str() {
            "ENV" => &mut self.env,
            "ARG" => &mut self.arg,
            "LABEL" => &mut self.label,
            "EXPOSE" => {
                for port in instruction.arguments().split_whitespace() {
                    let at = instruction.place(port);
                    tally.node(at)?;
                    self.expose.push(Node::new(Value::String(port.into()), at));
                }
                return Ok(Vec::new());
            }
            _ => {
                let slot =
                    SINGLE.iter().position(|single| *single == name).and_then(|index| self.single.get_mut(index));
                let Some(slot) = slot else {
                    return Ok(instruction.into_lines().collect());
                };
                tally.node(instruction.line.place(0))?;
                // The one before has no effect at the end, but it may have had one on what stands between.
                return Ok(slot.replace(instruction).into_iter().flat_map(Instruction::into_lines).collect());
            }
        };
        words::read_into(keys, &instruction, tally)?;
        Ok(Vec::new())
    }

    /// The stage as a map. `env`, `arg`, `label` and `expose` are there even when empty, so that the first
    /// entry of each is one added key and not an added map.
    pub(super) fn into_node(self) -> Node {
        let mut entries = self.head;
        for (key, keys) in [("env", self.env), ("arg", self.arg), ("label", self.label)] {
            let map = keys.into_map();
            let at = map.entries().first().map_or(self.at, |entry| entry.at);
            entries.push(tree_entry(key, at, Value::Map(map)));
        }
        let at = self.expose.first().map_or(self.at, |port| port.at);
        entries.push(tree_entry("expose", at, Value::List(self.expose)));
        for (name, instruction) in SINGLE.iter().zip(self.single) {
            entries.extend(instruction.map(|instruction| {
                let arguments = instruction.arguments();
                text_entry(
                    name.to_ascii_lowercase(),
                    instruction.line.place(0),
                    arguments,
                    instruction.place(arguments),
                )
            }));
        }
        Node::new(Value::Map(Map::from_unique(entries)), self.at)
    }
}
