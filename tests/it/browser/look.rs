//! How a page looks: a picture at each width in each theme, and what must hold of its layout.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::driver::Browser;
use crate::harness::skips::say;

const WIDTHS: [u32; 3] = [360, 768, 1440];
const THEMES: [&str; 2] = ["light", "dark"];
/// Tallest picture; what lies below is checked and not painted.
const TALLEST: u64 = 4_000;

/// Gives the faults of the page: what sticks out, what lies over each other, what has too little contrast
/// (WCAG 2.2, 1.4.3).
const FAULTS: &str = include_str!("look.js");

/// Pictures and checks the page at every width in both themes.
pub(super) async fn look(browser: &Browser, name: &str) {
    for theme in THEMES {
        // Without smooth scrolling, so that what is clicked stands still.
        let still = json!({ "name": "prefers-reduced-motion", "value": "reduce" });
        let features = json!([{ "name": "prefers-color-scheme", "value": theme }, still]);
        browser.devtools("Emulation.setEmulatedMedia", json!({ "features": features })).await;
        for width in WIDTHS {
            resize(browser, width, 900).await;
            let faults = browser.script(FAULTS).await;
            assert_eq!(faults, json!([]), "{name} at {width} px, {theme}: {faults:#}");
            let height = browser.script("return document.documentElement.scrollHeight").await;
            resize(browser, width, height.as_u64().unwrap().clamp(600, TALLEST)).await;
            picture(browser, &format!("{name}-{width}-{theme}.png")).await;
            accessible(browser, &format!("{name} at {width} px, {theme}")).await;
        }
    }
    resize(browser, 1440, 900).await;
}

async fn resize(browser: &Browser, width: u32, height: u64) {
    let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    browser.devtools("Emulation.setDeviceMetricsOverride", size).await;
}

async fn picture(browser: &Browser, file: &str) {
    let taken = browser.devtools("Page.captureScreenshot", json!({ "format": "png" })).await;
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/screenshots");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(file), base64(taken["data"].as_str().unwrap())).unwrap();
}

/// Decodes base64 (RFC 4648, section 4).
fn base64(text: &str) -> Vec<u8> {
    const DIGITS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::with_capacity(text.len() * 3 / 4);
    let (mut held, mut bits) = (0_u32, 0);
    for digit in text.bytes().filter_map(|byte| DIGITS.iter().position(|digit| *digit == byte)) {
        held = (held << 6 | u32::try_from(digit).unwrap()) & 0xffff;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            bytes.push((held >> bits & 0xff) as u8);
        }
    }
    bytes
}

/// Axe finds nothing serious, where `AXE_CORE` names its `axe.min.js` (npm package axe-core).
async fn accessible(browser: &Browser, place: &str) {
    let Ok(axe) = std::env::var("AXE_CORE") else { return };
    browser.script(&std::fs::read_to_string(axe).unwrap()).await;
    let found = browser
        .later(
            "const done = arguments[0]; axe.run().then((found) => done({ passes: found.passes.length, faults: \
             found.violations.map((fault) => [fault.impact, fault.id, ...fault.nodes.map((node) => node.html)]) }));",
        )
        .await;
    assert!(found["passes"].as_u64().unwrap() > 10, "axe looked at {place}: {found}");
    let serious: Vec<&Value> = found["faults"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|fault| matches!(fault[0].as_str(), Some("serious" | "critical")))
        .collect();
    assert!(serious.is_empty(), "{place}: {serious:#?}");
}

/// Says aloud whether axe is there.
pub(super) fn tell_axe() {
    if std::env::var("AXE_CORE").is_err() {
        say("SKIPPED axe: AXE_CORE names no axe.min.js\n");
    }
}

#[test]
fn base64_is_read_as_it_is_written() {
    assert_eq!(base64("Z29sZGVu"), b"golden");
    assert_eq!(base64("Zw=="), b"g");
    assert_eq!(base64("+/8="), [0xfb, 0xff]);
}
