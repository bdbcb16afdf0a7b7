//! A Postgres server that belongs to one test alone, which may stop it, restart it, and be alone on it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::cluster;

/// A server in a folder of its own; stopped when it is dropped.
pub(crate) struct Server {
    bin: PathBuf,
    data: PathBuf,
    port: u16,
    process: AtomicU32,
}

impl Server {
    /// Makes one in the folder; none, said aloud, where no server is installed.
    pub(crate) fn start(folder: &Path, settings: &str) -> Option<Self> {
        let Some(bin) = cluster::server_binaries() else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "Postgres tests must run in CI");
            eprintln!("SKIPPED a test with a Postgres server of its own: there is no initdb");
            return None;
        };
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { bin, data: folder.join("data"), port, process: AtomicU32::new(0) };
        std::fs::create_dir_all(&server.data).unwrap();
        server.give(folder);
        server.give(&server.data);
        server.must("initdb", &["-U", "golden", "-A", "trust", "-E", "UTF8", "--no-sync"]);
        let settings = format!(
            "port = {port}\nlisten_addresses = '127.0.0.1'\nunix_socket_directories = ''\nautovacuum = off\n{settings}\n"
        );
        let file = server.data.join("postgresql.conf");
        let old = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, old + &settings).unwrap();
        // What was made without waiting for the disk is on it before anything happens to it.
        Command::new("sync").status().unwrap();
        server.up();
        Some(server)
    }

    /// Starts it, and waits until it answers.
    pub(crate) fn up(&self) {
        // After a power cut the lock of the server that is gone may be there and empty, which stops the next one.
        let _ = std::fs::remove_file(self.data.join("postmaster.pid"));
        let log = self.data.join("server.log");
        if !self.run("pg_ctl", &["-w", "-l", &log.display().to_string(), "start"]) {
            panic!("the server does not start: {}", std::fs::read_to_string(log).unwrap());
        }
        let file = std::fs::read_to_string(self.data.join("postmaster.pid")).unwrap();
        self.process.store(file.lines().next().unwrap().parse().unwrap(), Ordering::SeqCst);
    }

    /// Ends it as a crash would.
    pub(crate) fn crash(&self) {
        // Its disk may be gone, so that nothing is read from it.
        let process = match self.process.load(Ordering::SeqCst) {
            // It was never started: nobody is 0, which stands for a whole group of processes.
            0 => return,
            process => process.to_string(),
        };
        Command::new("kill").args(["-QUIT", &process]).stderr(std::process::Stdio::null()).status().unwrap();
        let stat = Path::new("/proc").join(&process).join("stat");
        while std::fs::read_to_string(&stat).is_ok_and(|stat| !stat.contains(") Z ")) {
            std::thread::yield_now();
        }
    }

    /// Ends it as a crash would and starts it again.
    pub(crate) fn restart(&self) {
        self.crash();
        self.up();
    }

    pub(crate) fn url(&self, database: &str) -> String {
        format!("postgres://golden@127.0.0.1:{}/{database}", self.port)
    }

    /// Gives a folder to the account of the server.
    pub(crate) fn give(&self, folder: &Path) {
        if is_root() {
            Command::new("chown").arg(cluster::owner()).arg(folder).status().unwrap();
            Command::new("chmod").arg("700").arg(folder).status().unwrap();
        }
        // The account of the server must be able to come this far.
        for parent in folder.ancestors().skip(1).filter(|parent| parent.starts_with(std::env::temp_dir())) {
            if is_root() && parent != std::env::temp_dir() {
                Command::new("chmod").arg("go+x").arg(parent).status().unwrap();
            }
        }
    }

    fn must(&self, tool: &str, arguments: &[&str]) {
        assert!(self.run(tool, arguments), "{tool} {arguments:?}");
    }

    fn run(&self, tool: &str, arguments: &[&str]) -> bool {
        let mut command = if is_root() {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", cluster::owner(), "--regid", "nogroup", "--clear-groups", "--"]);
            command.arg(self.bin.join(tool));
            command
        } else {
            Command::new(self.bin.join(tool))
        };
        command.arg("-D").arg(&self.data).args(arguments).current_dir("/");
        // Its output goes to the log: a server that inherited a pipe would keep it open.
        let quiet = || std::process::Stdio::null();
        command.stdin(quiet()).stdout(quiet()).stderr(quiet()).status().unwrap().success()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.crash();
    }
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}
