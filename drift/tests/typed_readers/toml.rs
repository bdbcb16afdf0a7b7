//! TOML: trees, places, exact numbers, date-times, errors, limits.

use drift::format::read;
use drift::limits::Limits;

use crate::mutation::survive;
use crate::show::{document, places, trees, unreadable};

const FILE: &str = "a.toml";

#[test]
fn tables_inline_tables_and_dotted_keys_are_equal() {
    let expected = ["{db={host=\"svc.example\" pool={max=5}}}"];
    assert_eq!(trees(FILE, "[db]\nhost = 'svc.example'\n[db.pool]\nmax = 5\n"), expected);
    assert_eq!(trees(FILE, "db = { host = \"svc.example\", pool = { max = 5 } }\n"), expected);
    assert_eq!(trees(FILE, "db.host = \"svc.example\"\r\ndb.pool.max = 5\r\n"), expected);
    assert_eq!(trees(FILE, ""), ["{}"]);
}

#[test]
fn arrays_of_tables_are_lists_of_maps_in_source_order() {
    let text = "z = 1\n[[m]]\nb = 1\na = 2\n[[m]]\nb = 3\n[c]\n\"k.e y\" = \"\"\"\none\n\"\"\"\n";
    assert_eq!(trees(FILE, text), ["{z=1 m=[{b=1 a=2} {b=3}] c={k.e y=\"one\\n\"}}"]);
}

#[test]
fn numbers_are_exact_and_date_times_are_typed() {
    let text = "a = 99999999999999999999\nb = -1_000\nc = 0xFF_FF\nd = 0o17\ne = 0b101\nf = 1.50\ng = -inf\nh = nan\ni = 5e+2\n\
                j = 1979-05-27T07:32:00Z\nk = 1979-05-27\nl = 07:32:00.5\nm = \"1979-05-27\"\nn = true\n";
    let expected = "{a=99999999999999999999 b=-1000 c=65535 d=15 e=5 f=1.5f g=\"-inf\"f h=\"nan\"f i=500.0f \
                    j=@1979-05-27T07:32:00Z k=@1979-05-27 l=@07:32:00.5 m=\"1979-05-27\" n=true}";
    assert_eq!(trees(FILE, text), [expected]);
}

#[test]
fn places_count_characters() {
    let text = "\"é\" = [\"ü\", 1]\n[t.u]\nv = {w = 1}\n";
    let expected =
        ["1:1", "é@1:1", "1:7", "1:8", "1:13", "t@2:2", "2:2", "u@2:4", "2:1", "v@3:1", "3:5", "w@3:6", "3:10"];
    assert_eq!(places(&document(FILE, text).roots[0]), expected);
}

#[test]
fn what_is_not_toml_names_its_place_and_quotes_nothing() {
    for (text, expected) in [
        ("a = 1\na = 2\n", "not valid TOML: duplicate key (line 2, column 1)"),
        ("[t]\n[t]\n", "not valid TOML: duplicate key (line 2, column 2)"),
        ("a = hunter2\n", "not valid TOML: string values must be quoted, expected literal string (line 1, column 5)"),
        ("a = \"hunter2\n", "not valid TOML: invalid basic string, expected `\"` (line 1, column 13)"),
        ("a = 1\n[a.b]\n", "not valid TOML: cannot extend value of type integer with a dotted key (line 2, column 2)"),
        ("a = 2024-13-01\n", "not valid TOML: invalid date, expected month between 01 and 12 (line 1, column 5)"),
    ] {
        assert_eq!(unreadable(FILE, text).to_string(), expected, "{text:?}");
    }
    assert_eq!(
        unreadable(FILE, "a = 1e99999999999\n").to_string(),
        "not valid TOML: a float has too large an exponent (line 1, column 5)"
    );
    let wide = format!("a = 0x{}\n", "f".repeat(33));
    assert_eq!(
        unreadable(FILE, &wide).to_string(),
        "not valid TOML: an integer has more than 128 bits (line 1, column 5)"
    );
}

#[test]
fn nesting_is_limited_however_it_is_written() {
    let too_deep = "nested deeper than 128 levels (limits.depth, at most 1000)";
    let dotted = vec!["a"; 79].join(".");
    let mixed = |levels: usize| {
        let open = format!("{dotted} = {{ ").repeat(levels);
        format!("[{dotted}]\n{open}x = 1{}\n", " }".repeat(levels))
    };
    assert_eq!(unreadable(FILE, &mixed(1)).reason, too_deep);
    assert_eq!(unreadable(FILE, &mixed(78)).reason, too_deep);
    assert_eq!(unreadable(FILE, &format!("x = 1\n{}\n{}", mixed(78), mixed(78))).reason, too_deep);
    let disguised = format!("x\" = 1\ny\"\"\" = 1\n# c\r{}", mixed(78));
    assert_eq!(unreadable(FILE, &disguised).reason, too_deep);
    let mismatched = format!("x = {}", format!("{{ {dotted} = {{ ]").repeat(78));
    assert_eq!(unreadable(FILE, &mismatched).reason, too_deep);
    let sections: String = (1..80).map(|parts| format!("[[{}]]\n", vec!["a"; parts].join("."))).collect();
    assert_eq!(unreadable(FILE, &sections).reason, too_deep);
    for text in
        [vec!["a"; 100_000].join("."), format!("a = {}", "[".repeat(100_000)), format!("a = {}", "{a=".repeat(100_000))]
    {
        assert_eq!(unreadable(FILE, &text).reason, too_deep);
    }
    assert_eq!(
        unreadable(FILE, &format!("{dotted}.b.c = 1")).reason,
        "not valid TOML: a dotted key has more than 80 parts"
    );
}

#[test]
fn strings_comments_and_fractions_are_no_nesting() {
    let points = ".".repeat(5_000);
    let text = format!(
        "a = \"{points}\\\"{points}\" # {points}\nb = '{points}'\nc = \"\"\"\n{points}\"\"\"\"\nd = '''{points}'\n'''\n"
    );
    assert_eq!(document(FILE, &text).roots.len(), 1);
    let floats = format!("a = [{}]\n", vec!["1.5"; 5_000].join(", "));
    assert_eq!(document(FILE, &floats).roots.len(), 1);
    let lines: String = (0..5_000).map(|number| format!("[t.u.v{number}]\nx.y = {{z.q = [1.5]}}\n")).collect();
    assert_eq!(document(FILE, &lines).roots.len(), 1);
}

#[test]
fn limits_are_exact() {
    let limits = Limits { depth: 2, nodes: 3, ..Limits::default() };
    assert!(read(FILE, b"a = [1]", &limits).is_ok());
    assert_eq!(read(FILE, b"a = [1, 2]", &limits).unwrap_err().reason, "more than 3 nodes (limits.nodes)");
    let refusal = read(FILE, b"a = [[]]", &limits).unwrap_err();
    assert_eq!(refusal.to_string(), "nested deeper than 2 levels (limits.depth, at most 1000) (line 1, column 6)");
}

#[test]
fn broken_files_are_answered_and_never_panic() {
    let seed = "title = \"é\\n\" # c\n[a.b]\nn = [1, 2.5, 0xff]\nt = {x = 1979-05-27T07:32:00Z, y.z = 'q'}\n[[s]]\nm = \"\"\"\nx\"\"\"\n";
    let (read, refused) = survive(FILE, seed, 5_000);
    assert!(read > 100 && refused > 1_000, "{read} {refused}");
}
