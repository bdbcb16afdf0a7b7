//! Length, names and words of source files.

use super::{Source, files, none};

const FILE_LINES: usize = 400;
const FUNCTION_LINES: usize = 70;

/// Names that say nothing about what is inside.
const EMPTY_NAMES: [&str; 6] = ["utils", "util", "common", "helpers", "manager", "types"];

/// Put together here, so that this file does not hold what it looks for.
const UNFINISHED: [&str; 3] = [concat!("TO", "DO"), concat!("FIX", "ME"), concat!("XX", "X")];

/// What library code never does: it ends the process or writes where only the command may.
const ABRUPT: [&str; 8] =
    [".unwrap()", ".expect(", "panic!(", "todo!(", "unimplemented!(", "dbg!(", " println!(", "eprintln!("];

fn is_generated(source: &Source) -> bool {
    source.path.contains("/src/generated/")
}

fn is_migration(source: &Source) -> bool {
    source.path.starts_with("migration/src/m2")
}

#[test]
fn files_are_short() {
    let long = files(&["rs"]).into_iter().filter(|source| !is_generated(source) && !is_migration(source));
    let lines = long.map(|source| (source.text.lines().count(), source.path));
    none(
        lines.filter(|(lines, _)| *lines > FILE_LINES).map(|(lines, path)| format!("{path}: {lines} lines")).collect(),
    );
}

#[test]
fn functions_fit_in_one_look() {
    let faults = files(&["rs"]).iter().filter(|source| !is_generated(source)).flat_map(long_functions).collect();
    none(faults);
}

/// A function that rustfmt laid out ends with a brace at the depth at which it starts.
fn long_functions(source: &Source) -> Vec<String> {
    let lines: Vec<&str> = source.text.lines().collect();
    let mut faults = Vec::new();
    for (start, line) in lines.iter().enumerate().filter(|(_, line)| starts_function(line)) {
        let end = format!("{}}}", &line[..line.len() - line.trim_start().len()]);
        let rest = lines[start..].iter().position(|line| *line == end || line.ends_with(';') && starts_function(line));
        let length = rest.map_or(1, |rest| rest + 1);
        if length > FUNCTION_LINES && !line.ends_with('}') {
            faults.push(format!("{}:{}: {length} lines", source.path, start + 1));
        }
    }
    faults
}

fn starts_function(line: &str) -> bool {
    let mut words = line.trim_start();
    if let Some(rest) = words.strip_prefix("pub(").and_then(|rest| rest.split_once(") ")) {
        words = rest.1;
    }
    for word in ["pub ", "const ", "async ", "extern \"C\" "] {
        words = words.strip_prefix(word).unwrap_or(words);
    }
    words.starts_with("fn ")
}

#[test]
fn a_long_function_is_found_and_a_short_one_is_not() {
    let body = "    work();\n".repeat(FUNCTION_LINES - 1);
    let long =
        Source { path: "a.rs".to_owned(), text: format!("fn short() {{}}\n\npub(crate) async fn f() {{\n{body}}}\n") };
    assert_eq!(long_functions(&long), ["a.rs:3: 71 lines"]);
    let fits = Source { path: "a.rs".to_owned(), text: long.text.replacen("    work();\n", "", 1) };
    assert_eq!(long_functions(&fits), Vec::<String>::new());
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = files(&["rs"]).into_iter().filter(|source| !is_generated(source) && !source.text.starts_with("//! "));
    none(silent.map(|source| format!("{}: does not open with a `//!` sentence", source.path)).collect());
}

#[test]
fn names_say_something() {
    let mut faults = Vec::new();
    for source in files(&["rs"]) {
        let names: Vec<&str> = source.path.trim_end_matches(".rs").split('/').collect();
        if names.last() == Some(&"mod") && !is_generated(&source) {
            faults.push(format!("{}: a folder's file stands beside the folder", source.path));
        }
        if names.iter().any(|name| EMPTY_NAMES.contains(name)) {
            faults.push(format!("{}: says nothing about what is inside", source.path));
        }
    }
    none(faults);
}

#[test]
fn nothing_is_left_unfinished() {
    let mut faults = Vec::new();
    for source in files(&["rs", "md", "toml"]) {
        for (number, line) in source.text.lines().enumerate() {
            let words: Vec<&str> = line.split(|c: char| !c.is_alphanumeric()).collect();
            if UNFINISHED.iter().any(|word| words.contains(word)) {
                faults.push(format!("{}:{}: {}", source.path, number + 1, line.trim()));
            }
        }
    }
    none(faults);
}

#[test]
fn library_code_ends_no_process_and_prints_nothing() {
    let library = files(&["rs"]).into_iter().filter(|source| {
        !is_generated(source) && source.path.contains("/src/") && !source.path.starts_with("examples/")
    });
    none(library.flat_map(|source| abrupt_lines(&source)).collect());
}

/// Up to the tests of a file, which stand at its end.
fn abrupt_lines(source: &Source) -> Vec<String> {
    let library = source.text.lines().enumerate().take_while(|(_, line)| *line != "#[cfg(test)]");
    let code = library.filter(|(_, line)| !line.trim_start().starts_with("//"));
    code.filter(|(_, line)| ABRUPT.iter().any(|word| line.contains(word)))
        .map(|(number, line)| format!("{}:{}: {}", source.path, number + 1, line.trim()))
        .collect()
}

#[test]
fn an_abrupt_end_is_found_outside_of_tests_only() {
    let text = "//! x.unwrap()\nfn f() {\n    x.unwrap();\n}\n\n#[cfg(test)]\nmod tests {\n    x.unwrap();\n}\n";
    let source = Source { path: "a/src/lib.rs".to_owned(), text: text.to_owned() };
    assert_eq!(abrupt_lines(&source), ["a/src/lib.rs:3: x.unwrap();"]);
}

#[test]
fn no_file_knows_the_machine_that_it_was_written_on() {
    let here = env!("CARGO_MANIFEST_DIR");
    let home = std::env::var("CARGO_HOME").or_else(|_| std::env::var("HOME").map(|home| home + "/.cargo")).unwrap();
    let known = files(&["rs", "md", "toml", "yml", "yaml", "json", "html"]).into_iter();
    let faults = known.filter(|source| source.text.contains(here) || source.text.contains(&home));
    none(faults.map(|source| source.path).collect());
}
