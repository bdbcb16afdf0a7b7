//! docs/API.md: its list of routes is generated from the document.

const DOCS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/API.md");
const BEGIN: &str = "<!-- routes: generated -->\n";
const END: &str = "<!-- end of routes -->\n";

/// Set it to write the list instead of comparing.
const UPDATE: &str = "UPDATE_DOCS";

#[test]
fn the_list_of_routes_is_the_generated_one() {
    let rows = api::route_list();
    let rows = rows.iter().map(|[operation, scope, summary]| format!("| `{operation}` | {scope} | {summary} |\n"));
    let table = format!("| route | scope | |\n| --- | --- | --- |\n{}", rows.collect::<String>());
    let text = std::fs::read_to_string(DOCS).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (committed, after) = rest.split_once(END).unwrap();
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(DOCS, format!("{before}{BEGIN}{table}{END}{after}")).unwrap();
        return;
    }
    assert_eq!(committed, table, "run the tests with {UPDATE}=1");
}
