//! The dashboard in a real browser: a reviewer's walk, and how every page looks at each width in light and dark.

mod driver;
mod live;
mod look;
mod stage;
mod walk;
