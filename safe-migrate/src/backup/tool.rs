//! A tool of the server that runs for as long as somebody waits for it.

use std::io::{self, Read as _};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How often it is looked whether it has ended.
const GLANCE: Duration = Duration::from_millis(5);
/// How long to wait for the end of one that was killed.
const LAST_WORDS: Duration = Duration::from_secs(1);

/// Runs a tool that says nothing but on standard error. Whoever stops waiting ends it: it would go on writing.
pub(super) async fn output(command: Command) -> io::Result<Output> {
    let stop = Arc::new(AtomicBool::new(false));
    let (ends, ended) = channel();
    let _waiting = Waiting { stop: Arc::clone(&stop), ended };
    let run = move || {
        let output = wait(command, &stop);
        // Nobody may be waiting any more.
        let _ = ends.send(());
        output
    };
    tokio::task::spawn_blocking(run).await.map_err(io::Error::other)?
}

fn wait(mut command: Command, stop: &AtomicBool) -> io::Result<Output> {
    if stop.load(Ordering::Acquire) {
        return Err(io::ErrorKind::Interrupted.into());
    }
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
    let pipe = child.stderr.take();
    let reader = std::thread::spawn(move || {
        let mut said = Vec::new();
        pipe.map_or(Ok(0), |mut pipe| pipe.read_to_end(&mut said)).map(|_| said)
    });
    let status = loop {
        if stop.load(Ordering::Acquire) {
            child.kill()?;
        }
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(GLANCE),
        }
    };
    let stderr = reader.join().map_err(|_| io::Error::other("its thread ended early"))??;
    Ok(Output { status, stdout: Vec::new(), stderr })
}

struct Waiting {
    stop: Arc<AtomicBool>,
    ended: Receiver<()>,
}

impl Drop for Waiting {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        // At once where it has ended.
        let _ = self.ended.recv_timeout(LAST_WORDS);
    }
}
