//! A private Postgres server for the test process, gone when the process is gone.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};

/// How often another port is tried when somebody took the free one in between.
const START_ATTEMPTS: u32 = 5;

/// Makes the data directory, starts the server, says `ready`, and removes both when its standard input closes: that
/// is at the end of the test process, however it ends.
const KEEPER: &str = r#"
cd "$DIR" || exit 1
as_owner() { if [ "$(id -u)" = 0 ]; then setpriv --reuid="$OWNER" --regid="$(id -g "$OWNER")" --clear-groups -- "$@"; else "$@"; fi; }
finish() { as_owner "$BIN/pg_ctl" -D "$DIR/data" -m immediate stop >>"$DIR/log" 2>&1; cd /; rm -rf "$DIR"; exit "$1"; }
trap '' INT TERM HUP
if [ "$(id -u)" = 0 ]; then chown "$OWNER" "$DIR"; fi
as_owner "$BIN/initdb" -D "$DIR/data" -U golden -A trust -E UTF8 --no-sync >>"$DIR/log" 2>&1 || { echo "failed initdb"; finish 1; }
as_owner "$BIN/pg_ctl" -D "$DIR/data" -w -l "$DIR/server.log" -o "$SETTINGS" start >>"$DIR/log" 2>&1 || { echo "failed start"; finish 1; }
echo ready
cat >/dev/null
finish 0
"#;

/// The server that the Postgres tests use.
pub(crate) struct Cluster {
    /// URL of the maintenance database.
    pub(crate) admin: String,
    /// True when `TEST_DATABASE_URL` named a server that is not ours to leave templates in.
    pub(crate) shared: bool,
}

/// Held for the life of the process: dropping its input ends the server.
static KEEPER_PROCESS: Mutex<Option<Child>> = Mutex::new(None);

impl Cluster {
    /// The server of this process, started on first use; the reason when there is none.
    pub(crate) fn get() -> Result<&'static Self, &'static str> {
        static CLUSTER: OnceLock<Result<Cluster, String>> = OnceLock::new();
        CLUSTER.get_or_init(Self::find).as_ref().map_err(String::as_str)
    }

    fn find() -> Result<Self, String> {
        if let Ok(admin) = std::env::var("TEST_DATABASE_URL") {
            return Ok(Self { admin, shared: true });
        }
        let bin = server_binaries().ok_or("no initdb in PATH or /usr/lib/postgresql")?;
        let mut last = String::new();
        for _ in 0..START_ATTEMPTS {
            match start(&bin) {
                Ok(port) => {
                    return Ok(Self { admin: format!("postgres://golden@127.0.0.1:{port}/postgres"), shared: false });
                }
                Err(why) => last = why,
            }
        }
        Err(last)
    }

    /// The URL of another database of this server.
    pub(crate) fn url_of(&self, database: &str) -> String {
        let (start, query) = self.admin.split_once('?').map_or((self.admin.as_str(), None), |(a, b)| (a, Some(b)));
        let (server, _) = start.rsplit_once('/').unwrap();
        query.map_or_else(|| format!("{server}/{database}"), |query| format!("{server}/{database}?{query}"))
    }
}

/// The folder that holds both `initdb` and `postgres`: next to the one in PATH, else the newest installed version.
pub(crate) fn server_binaries() -> Option<PathBuf> {
    let in_path =
        std::env::var_os("PATH").into_iter().flat_map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("bin")))
        .collect();
    versions.sort_by_key(|path| {
        let version = path.parent().and_then(Path::file_name).and_then(|name| name.to_str()?.parse::<u32>().ok());
        std::cmp::Reverse(version)
    });
    versions
        .into_iter()
        .chain(in_path)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

fn start(bin: &Path) -> Result<u16, String> {
    let port =
        TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr()).map_err(|e| e.to_string())?.port();
    let folder = tempfile::Builder::new().prefix("golden-pg-").tempdir().map_err(|e| e.to_string())?.keep();
    let settings = format!(
        "-p {port} -k {} -c listen_addresses=127.0.0.1 -c max_connections=400 -c fsync=off \
         -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=128MB -c max_wal_size=2GB",
        folder.display()
    );
    let mut keeper = Command::new("sh")
        .args(["-c", KEEPER])
        .env("DIR", &folder)
        .env("BIN", bin)
        .env("OWNER", owner())
        .env("SETTINGS", settings)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| e.to_string())?;
    let mut said = String::new();
    BufReader::new(keeper.stdout.take().unwrap()).read_line(&mut said).map_err(|e| e.to_string())?;
    if said.trim() != "ready" {
        return Err(format!("the test cluster did not start: {}", said.trim()));
    }
    *KEEPER_PROCESS.lock().unwrap() = Some(keeper);
    Ok(port)
}

/// The server refuses to run as root: then it runs as the account of an installed server, else as nobody.
pub(crate) fn owner() -> &'static str {
    let accounts = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    if accounts.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" }
}
