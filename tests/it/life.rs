//! The life of runs: what real `golden` processes store, show again, race for and leave behind when they are killed.

mod canary;
mod crowd;
mod desk;
mod history;
mod killed;
mod rows;
mod same;
mod size;
