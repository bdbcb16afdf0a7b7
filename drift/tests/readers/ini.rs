//! INI, cfg and conf files.

use crate::outline::{outline, survives_damage};

#[test]
fn sections_are_maps_and_earlier_keys_stand_at_the_top() {
    let text =
        "; head\nmode = fast\n\n[server]\n  port: 8080\nname=a = b\n\n[ log ] ; trailing\n# none\nlevel =\n[empty]\n";
    assert_eq!(
        outline("a.ini", text),
        [
            r#"/mode 2:1 2:8 "fast""#,
            "/server 4:2 4:1 {}",
            r#"/server/port 5:3 5:9 "8080""#,
            r#"/server/name 6:1 6:6 "a = b""#,
            "/log 8:3 8:1 {}",
            r#"/log/level 10:1 10:8 """#,
            "/empty 11:2 11:1 {}",
        ]
    );
}

#[test]
fn comments_end_values_but_never_begin_them_or_stand_in_quotes() {
    let text = "[a]\nx = 1 ; note\ny = 2 # note\nz = a;b#c\ncolour = #fff\nq = \"1 ; 2\" ; note\nr = ' s '\nt = \"a\" b\nflag ; note\n";
    assert_eq!(
        outline("a.cfg", text),
        [
            "/a 1:2 1:1 {}",
            r#"/a/x 2:1 2:5 "1""#,
            r#"/a/y 3:1 3:5 "2""#,
            r#"/a/z 4:1 4:5 "a;b#c""#,
            r##"/a/colour 5:1 5:10 "#fff""##,
            r#"/a/q 6:1 6:5 "1 ; 2""#,
            r#"/a/r 7:1 7:5 " s ""#,
            r#"/a/t 8:1 8:5 "\"a\" b""#,
            "/a/flag 9:1 9:1 null",
        ]
    );
}

#[test]
fn sections_merge_and_a_repeated_key_keeps_all_its_values() {
    let text = "[a]\nx=1\n[b]\ny=1\n[a]\nz=2\nx=3\nx=4\n";
    assert_eq!(
        outline("a.ini", text),
        [
            "/a 1:2 1:1 {}",
            "/a/x 2:1 2:3 []",
            r#"/a/x/0 2:3 "1""#,
            r#"/a/x/1 7:3 "3""#,
            r#"/a/x/2 8:3 "4""#,
            r#"/a/z 6:1 6:3 "2""#,
            "/b 3:2 3:1 {}",
            r#"/b/y 4:1 4:3 "1""#,
            "duplicate-key 7:1 key `x` stands twice, first at line 2, column 1; all its values are compared, in order",
            "duplicate-key 8:1 key `x` stands twice, first at line 2, column 1; all its values are compared, in order",
        ]
    );
}

#[test]
fn a_section_named_like_a_key_of_the_top_level_stays_apart() {
    assert_eq!(
        outline("a.conf", "a = 1\n[a]\nb = 2\n"),
        [r#"/a 1:1 1:5 "1""#, "/[a] 2:2 2:1 {}", r#"/[a]/b 3:1 3:5 "2""#]
    );
}

#[test]
fn deeper_lines_go_on_with_a_value_but_never_hide_a_key() {
    let text = "[options]\nrequires =\n    one==1.0\n\n    two>=2 ; note\nnext = a\n    more text\n  deep = b\n\n[git]\n\tname = x\n\tmail = y\n";
    assert_eq!(
        outline("setup.cfg", text),
        [
            "/options 1:2 1:1 {}",
            r#"/options/requires 2:1 3:5 "one==1.0\ntwo>=2""#,
            r#"/options/next 6:1 6:8 "a\nmore text""#,
            r#"/options/deep 8:3 8:10 "b""#,
            "/git 10:2 10:1 {}",
            r#"/git/name 11:2 11:9 "x""#,
            r#"/git/mail 12:2 12:9 "y""#,
        ]
    );
}

#[test]
fn an_empty_value_in_quotes_is_no_block() {
    assert_eq!(
        outline("a.ini", "[a]\nx = \"\"\n  y = 1\n"),
        ["/a 1:2 1:1 {}", r#"/a/x 2:1 2:5 """#, r#"/a/y 3:3 3:7 "1""#]
    );
}

#[test]
fn a_file_with_a_line_of_another_kind_is_text() {
    for text in [
        "port 6379\nname = a\n",
        "server {\n  listen = 80\n}\n",
        "<VirtualHost *:80>\nName = a\n",
        "[a]\nx = 1\nserver_name a.example;\n",
        "proxy_pass http://a.example;\n",
        "[a\nx = 1\n",
        "= 1\n",
    ] {
        let lines = text.lines().zip(1..).map(|(line, number)| format!("line {number} {line:?}"));
        assert_eq!(outline("a.conf", text), lines.collect::<Vec<_>>());
    }
}

#[test]
fn carriage_returns_are_no_part_of_values() {
    assert_eq!(outline("a.ini", "[a]\r\nx = 1\r\n"), ["/a 1:2 1:1 {}", r#"/a/x 2:1 2:5 "1""#]);
}

#[test]
fn damage_never_panics() {
    survives_damage("a.ini", "top = 1\n[a]\nx = \"1\" ; n\n  more\nx = 2\nflag\n[top]\ny :\n  é\n");
}
