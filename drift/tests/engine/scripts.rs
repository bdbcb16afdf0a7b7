//! Scripts of Gradle and Jenkins: no token is lost on the way into keys and lines, so that no change of one goes unseen.

use crate::deltas;

fn differ(path: &str, old: &str, new: &str) {
    assert_ne!(deltas(path, old, new).len(), 0, "{path}\n{old}\n---\n{new}");
    assert_ne!(deltas(path, new, old).len(), 0, "{path}\n{new}\n---\n{old}");
}

fn in_dependencies(inner: &str) -> String {
    format!("dependencies {{\n{inner}\n}}\n")
}

#[test]
fn what_a_coordinate_does_not_keep_is_told() {
    for (old, new) in [
        ("id 'x' version '1' apply false", "id 'x' version '1'"),
        ("id 'x' apply false", "id 'x'"),
        ("id 'x' version f(1)", "id 'x' version f(2)"),
    ] {
        differ("build.gradle", &format!("plugins {{\n{old}\n}}\n"), &format!("plugins {{\n{new}\n}}\n"));
    }
    for (old, new) in [
        (
            "api group: 'g', name: 'a', version: '1', classifier: 'x'",
            "api group: 'g', name: 'a', version: '1', classifier: 'y'",
        ),
        ("api group: 'g', name: 'a', version: '1'", "api group: 'g', name: 'a', version: '1', transitive: false"),
        ("api group: 'g', name: 'a', ext: 'jar'", "api group: 'g', name: 'a', configuration: 'jar'"),
        ("api group: 'g', name: 'a', 'g:b:1'", "api group: 'g', name: 'a', 'g:b:2'"),
        ("api x: 'g:a:1'", "api y: 'g:a:1'"),
        ("api('g:a:1') { }", "api('g:a:1')"),
        (
            "api('g:a:1') { transitive = false }\napi('g:b:1') { x = 1 }",
            "api('g:a:1') { x = 1 }\napi('g:b:1') { transitive = false }",
        ),
        (
            "api('g:a:1') { exclude group: 'x' }\napi('g:b:1') { }",
            "api('g:a:1') { }\napi('g:b:1') { exclude group: 'x' }",
        ),
    ] {
        differ("build.gradle", &in_dependencies(old), &in_dependencies(new));
    }
}

#[test]
fn comments_end_where_they_end_and_begin_where_they_begin() {
    for (old, new) in [
        ("/*/ x // */ a 'evil:x:1'\n", "/*/ x // */ a 'evil:x:2'\n"),
        ("if (a ==~ /b\\// && evil1) { x }\n", "if (a ==~ /b\\// && evil2) { x }\n"),
        ("a = /x\\/*y/ + 1 /* c */\n", "a = /x\\/*y/ + 2 /* c */\n"),
        ("url = $/https://a.example/$\n", "url = $/https://b.example/$\n"),
        ("foo /a\\// + x\n", "foo /a\\// + y\n"),
        ("x = \"\"\"a\"\"\"\" + \"b//1\"\n", "x = \"\"\"a\"\"\"\" + \"b//2\"\n"),
    ] {
        differ("build.gradle", old, new);
        differ("Jenkinsfile", old, new);
    }
    assert!(deltas("build.gradle", "a = b / c // x\n", "a = b / c // y\n").is_empty());
    assert!(deltas("build.gradle", "a = i++ / c // x\n", "a = i++ / c // y\n").is_empty());
}

#[test]
fn literals_that_mean_something_else_differ() {
    for (old, new) in [
        ("'v${X}'", "\"v${X}\""),
        ("'${X}'", "\"${X}\""),
        ("X", "\"${X}\""),
        ("' X '", "\"${X}\""),
        ("'$X'", "\"$X\""),
        ("\"\\\\$X\"", "'$X'"),
        ("\"\\\\$X\"", "'\\\\$X'"),
        ("\"\\\\\\$X\"", "\"\\\\$X\""),
        ("'\\r'", "'\\\\r'"),
        ("'false'", "false"),
        ("'1'", "1"),
        ("1.1", "1.10"),
        ("010", "10"),
        ("'1L'", "1L"),
        ("'null'", "null"),
        ("\"\"\"a\\nb\"\"\"", "\"\"\"a\nb\"\"\""),
        ("'''a\n  b'''", "'''a\nb'''"),
    ] {
        differ("build.gradle", &format!("a = {old}\n"), &format!("a = {new}\n"));
        let pipeline = |value: &str| format!("pipeline {{\n environment {{\n A = {value}\n }}\n}}\n");
        differ("Jenkinsfile", &pipeline(old), &pipeline(new));
    }
    let sh = |text: &str| format!("node {{\n writeFile file: 'a.yml', text: {text}\n}}\n");
    differ("Jenkinsfile", &sh("'''a:\n  b: 1'''"), &sh("'''a:\nb: 1'''"));
    for (left, right) in [("'v'", "\"v\""), ("'\\$X'", "'$X'"), ("\"a\\u0041\"", "'aA'")] {
        assert!(deltas("build.gradle", &format!("a = {left}\n"), &format!("a = {right}\n")).is_empty(), "{left}");
    }
}

#[test]
fn what_moves_to_another_block_is_told() {
    for (old, new) in [
        ("plugins {\n id 'x' version '1'\n}\n", "pluginManagement {\nplugins {\n id 'x' version '1'\n}\n}\n"),
        ("apply plugin: 'x'\nallprojects {\n a = 1\n}\n", "allprojects {\n apply plugin: 'x'\n a = 1\n}\n"),
        ("a {\n val b by extra(1)\n}\n", "val b by extra(1)\na {\n}\n"),
        ("a {\n project.b = 1\n}\n", "a {\n b = 1\n}\n"),
        ("def version = '1'\n", "version = '1'\n"),
        ("val a: String = x\n", "val a: Int = x\n"),
        ("f({\n return\n x\n})\n", "f({\n return x\n})\n"),
        ("f {\n g({\n  a\n  -1\n })\n}\n", "f {\n g({\n  a -1\n })\n}\n"),
    ] {
        differ("build.gradle", old, new);
    }
    differ(
        "Jenkinsfile",
        "pipeline { parameters { password(name: 'P', defaultValue: 'x') } }\n",
        "pipeline { parameters { password(name: 'P', password: 'x') } }\n",
    );
}

const GRADLE: &str = r#"plugins {
  id 'a.b' version '1.0'
  id "c.d" version "$v" apply false
  kotlin("jvm") version "${kt}"
  alias(libs.plugins.z)
  java
}
apply plugin: 'war'
group = 'g'
version '1.0'
def springVersion = '2.7'
val name: String = "x"
ext['a'] = 3
project.ext.flag = true
repositories {
  maven { url = uri('https://repo.example') }
}
subprojects {
  apply plugin: 'java'
  tasks.named('test') { maxHeap = '1g' }
}
dependencies {
  api 'g:a:1'
  api "g:b:$v"
  runtimeOnly group: 'g', name: 'c', version: '1'
  compile group: 'g', name: 'd', version: '1', classifier: 'x'
  api platform('g:bom:1')
  api project(':core')
  api libs.foo.bar
  api('g:e:1') {
    exclude group: 'x', module: 'y'
    transitive = false
  }
  constraints { api 'g:f:2' }
}
jar {
  enabled = flag
  pattern = ~/a\/b/
  from(list.collect({ it
    zipTree(it) }))
  doLast { println "done ${1 + 2}" }
}
"#;

const JENKINS: &str = r#"pipeline {
  agent { docker { image "a:${TAG}"; args '-v b' } }
  environment {
    A = 'x'
    B = credentials('id')
    C = "$D"
  }
  tools { maven '3.9' }
  parameters {
    string(name: 'P', defaultValue: 'x', description: 'd')
    choice(name: 'Q', choices: ['p', 'q'])
    booleanParam name: 'R', defaultValue: true
  }
  stages {
    stage('Build') {
      agent any
      environment { E = "1" }
      when { branch 'main' }
      steps {
        sh '''
          make all'''
        script { if (x =~ /y/) { z(1) } }
      }
    }
  }
}
"#;

/// The tokens of a script of ours: words, numbers, texts between quotes; each with its span.
fn tokens(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        let rest = &text[at..];
        let length = match letter {
            '\'' | '"' => {
                let mark = &rest[..if rest.starts_with("'''") { 3 } else { 1 }];
                rest[mark.len()..].find(mark).unwrap() + 2 * mark.len()
            }
            _ if letter.is_alphanumeric() => rest.find(|letter: char| !letter.is_alphanumeric()).unwrap(),
            _ => 0,
        };
        if length > 0 {
            found.push((at, at + length));
        }
        at += length.max(letter.len_utf8());
    }
    found
}

/// What a token may become so that another script stands there.
fn altered(token: &str) -> Vec<String> {
    let quoted = token.starts_with(['\'', '"']);
    let mut forms =
        vec![String::new(), format!("{token} zz"), "zz".to_owned(), "'zz'".to_owned(), "\"$zz\"".to_owned()];
    if quoted {
        let inner = token.trim_matches(['\'', '"']);
        forms.push(format!("'{inner}z'"));
        forms.push(format!("' {inner}'"));
        if inner.contains('$') {
            forms.push(format!("'{inner}'"));
        }
    } else {
        forms.push(format!("{token}z"));
        forms.push(format!("'{token}'"));
    }
    forms
}

#[test]
fn no_token_changes_without_a_delta() {
    for (path, script) in [("build.gradle", GRADLE), ("build.gradle.kts", GRADLE), ("Jenkinsfile", JENKINS)] {
        assert!(deltas(path, script, script).is_empty());
        let spans = tokens(script);
        assert!(spans.len() > 50, "{}", spans.len());
        for (start, end) in spans {
            for form in altered(&script[start..end]) {
                let other = format!("{}{form}{}", &script[..start], &script[end..]);
                let told = deltas(path, script, &other).len();
                assert_ne!(told, 0, "{path}: {:?} became {form:?} in {:?}", &script[start..end], line(script, start));
            }
        }
    }
}

fn line(text: &str, at: usize) -> &str {
    let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
    text[start..].lines().next().unwrap()
}
