//! pip requirements.

use crate::outline::{outline, survives_damage};

#[test]
fn names_are_normalised_and_specifiers_keep_extras_markers_and_hashes() {
    let text = "# head\nDjango_Rest.Framework == 3.1 # note\nrequests [security , socks] >= 2.8.1 , < 3\nplain\ntomli>=1 ;  python_version  <  '3.11'\npinned==1.0 \\\n    --hash=sha256:aa \\\n    --hash=sha256:bb\n";
    assert_eq!(
        outline("requirements.txt", text),
        [
            r#"/django-rest-framework 2:1 2:23 "==3.1""#,
            r#"/requests 3:1 3:10 "[security,socks]>=2.8.1,<3""#,
            r#"/plain 4:1 4:6 """#,
            r#"/tomli 5:1 5:6 ">=1; python_version < '3.11'""#,
            r#"/pinned 6:1 6:7 "==1.0 --hash=sha256:aa --hash=sha256:bb""#,
        ]
    );
}

#[test]
fn options_links_and_paths_stay_lines() {
    let text = "-r  base.txt\n--index-url https://pip.example/simple\ngit+https://git.example/a.git@v1#egg=a\nname @ https://files.example/a.zip\nname[x] @ file:///a\n./local/pkg\na-1.0-py3-none-any.whl\nb==1\n";
    assert_eq!(
        outline("requirements-dev.txt", text),
        [
            r#"/b 8:1 8:2 "==1""#,
            r#"line 1 "-r base.txt""#,
            r#"line 2 "--index-url https://pip.example/simple""#,
            r#"line 3 "git+https://git.example/a.git@v1#egg=a""#,
            r#"line 4 "name @ https://files.example/a.zip""#,
            r#"line 5 "name[x] @ file:///a""#,
            r#"line 6 "./local/pkg""#,
            r#"line 7 "a-1.0-py3-none-any.whl""#,
        ]
    );
}

#[test]
fn a_name_twice_is_found_unless_markers_tell_the_two_apart() {
    let text = "a==1; os_name == 'nt'\na==2; os_name == 'posix'\nb==1\nB==2\n";
    assert_eq!(
        outline("requirements.txt", text),
        [
            "/a 1:1 1:2 []",
            r#"/a/0 1:2 "==1; os_name == 'nt'""#,
            r#"/a/1 2:2 "==2; os_name == 'posix'""#,
            "/b 3:1 3:2 []",
            r#"/b/0 3:2 "==1""#,
            r#"/b/1 4:2 "==2""#,
            "duplicate-key 4:1 key `b` stands twice, first at line 3, column 1; all its specifiers are compared, in order",
        ]
    );
}

#[test]
fn a_continuation_keeps_the_place_of_what_follows_it() {
    assert_eq!(outline("requirements.txt", "\\\r\n  a \\\r\n  == 1\r\n"), [r#"/a 2:3 3:3 "==1""#]);
}

#[test]
fn damage_never_panics() {
    survives_damage("requirements.txt", "a[x]==1.0 \\\n  --hash=sha256:aa\n-r b\nB.c~=2; os_name == 'é' # n\n");
}
