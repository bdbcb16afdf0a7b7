//! Which lines of a file show a secret: all of them, and no line of something else.

use drift::limits::Limits;
use drift::patch::secret_lines;

fn marked(path: &str, text: &str) -> Vec<u32> {
    secret_lines(path, text.as_bytes(), &Limits::default()).into_iter().collect()
}

#[test]
fn what_stands_right_under_a_secret_is_none() {
    for (path, text) in [
        ("a.properties", "a=1\npassword=hunter2\nb=2\nc=3\n"),
        (".env", "A=1\nPASSWORD=hunter2\nB=2\n"),
        ("a.yml", "a: 1\npassword: hunter2\nb: 2\n"),
        ("a.yml", "a: 1\npassword: hunter2\n# c\nb: 2\n"),
        ("a.yml", "l:\n- {token: hunter2}\n- b\n"),
        ("a.json", "{\n\"password\": \"hunter2\"\n}\n"),
        ("a.json", "{\n\"password\": \"hunter2\",\n\"b\": 2}\n"),
        ("a.toml", "[x]\npassword = 'hunter2'\n[y]\nb = 2\n"),
    ] {
        assert_eq!(marked(path, text), [2], "{path}\n{text}");
    }
}

#[test]
fn a_secret_of_several_lines_is_marked_to_its_end() {
    for (path, text, lines) in [
        ("a.yml", "password: |\n  one\n  two\nb: 2\n", &[2, 3][..]),
        ("a.yml", "password: |-\n  hunter2\nb: 2\n", &[2]),
        ("a.yml", "password: >-\n  hunter2\n", &[2]),
        ("a.yml", "{password: \"hun\n  ter2\", b: 1,\n c: 2}\n", &[1, 2]),
        ("a.xml", "<a>\n<password>\n  s3cr\n</password>\n<b/></a>\n", &[3]),
        ("a.yml", "password: one\n  two\nb: 2\n", &[1, 2]),
        ("a.properties", "password=hun\\\n  ter2\nb=2\n", &[1, 2]),
        ("a.toml", "password = '''\nhunter2\nx'''\nb = 2\n", &[1, 2, 3]),
    ] {
        assert_eq!(marked(path, text), lines, "{path}\n{text}");
    }
}
