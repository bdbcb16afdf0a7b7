//! A state database as daemons of version 1 left it: nine tables and rows, no ledger of migrations.
//!
//! Statements of the field, not of our migrations: what is adopted must not be made by what adopts it.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};

/// The tables of version 1 as the daemon declared them on SQLite.
pub const SQLITE: &str = "
CREATE TABLE contract_cache (contract_id TEXT PRIMARY KEY, tick_size REAL NOT NULL, tick_value REAL NOT NULL,
    symbol_id TEXT NOT NULL, name TEXT, cached_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX idx_contract_cache_symbol ON contract_cache(symbol_id);
CREATE TABLE daily_pnl (account_id INTEGER NOT NULL, date DATE NOT NULL, realized_pnl REAL NOT NULL DEFAULT 0.0,
    last_updated DATETIME DEFAULT CURRENT_TIMESTAMP, PRIMARY KEY (account_id, date));
CREATE INDEX idx_daily_pnl_date ON daily_pnl(date);
CREATE TABLE enforcement_log (id INTEGER PRIMARY KEY AUTOINCREMENT, timestamp DATETIME DEFAULT CURRENT_TIMESTAMP,
    account_id INTEGER NOT NULL, rule_id TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL,
    success BOOLEAN NOT NULL DEFAULT 1, details TEXT);
CREATE INDEX idx_enforcement_account ON enforcement_log(account_id);
CREATE INDEX idx_enforcement_timestamp ON enforcement_log(timestamp DESC);
CREATE INDEX idx_enforcement_rule ON enforcement_log(rule_id);
CREATE TABLE lockouts (account_id INTEGER PRIMARY KEY, is_locked BOOLEAN NOT NULL DEFAULT 0, reason TEXT,
    locked_at DATETIME, locked_until DATETIME, rule_id TEXT, created_at DATETIME DEFAULT CURRENT_TIMESTAMP,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX idx_lockouts_until ON lockouts(locked_until);
CREATE TABLE orders (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, contract_id TEXT NOT NULL,
    type INTEGER NOT NULL, side INTEGER NOT NULL, size INTEGER NOT NULL, limit_price REAL, stop_price REAL,
    state INTEGER NOT NULL, created_at DATETIME NOT NULL, updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX idx_orders_account ON orders(account_id);
CREATE INDEX idx_orders_contract ON orders(contract_id);
CREATE INDEX idx_orders_state ON orders(state);
CREATE TABLE positions (id INTEGER PRIMARY KEY, account_id INTEGER NOT NULL, contract_id TEXT NOT NULL,
    type INTEGER NOT NULL, size INTEGER NOT NULL, average_price REAL NOT NULL, created_at DATETIME NOT NULL,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX idx_positions_account ON positions(account_id);
CREATE INDEX idx_positions_contract ON positions(contract_id);
CREATE TABLE reset_schedule (account_id INTEGER PRIMARY KEY, last_reset_date DATE NOT NULL,
    next_reset_time DATETIME NOT NULL, reset_time_config TEXT NOT NULL, timezone TEXT NOT NULL);
CREATE TABLE session_state (account_id INTEGER PRIMARY KEY, session_start DATETIME NOT NULL,
    updated_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE TABLE trade_history (id INTEGER PRIMARY KEY AUTOINCREMENT, account_id INTEGER NOT NULL,
    timestamp DATETIME NOT NULL, contract_id TEXT NOT NULL, pnl REAL, created_at DATETIME DEFAULT CURRENT_TIMESTAMP);
CREATE INDEX idx_trade_history_account_time ON trade_history(account_id, timestamp DESC);
CREATE INDEX idx_trade_history_timestamp ON trade_history(timestamp);
";

/// Rows that fit both backends; keys that a database counts are left to it.
const ROWS: &str = "
insert into contract_cache (contract_id, tick_size, tick_value, symbol_id, name, cached_at) values
    ('CON.F.US.ENQ.Z26', 0.25, 5.0, 'F.US.ENQ', 'E-mini of December', '2026-11-20 08:00:00');
insert into daily_pnl (account_id, date, realized_pnl, last_updated) values
    (101, '2026-11-19', -120.5, '2026-11-19 21:00:00'), (101, '2026-11-20', 80.25, '2026-11-20 21:00:00');
insert into enforcement_log (timestamp, account_id, rule_id, action, reason, details) values
    ('2026-11-20 14:00:00', 101, 'daily_loss', 'close_all', 'loss limit reached', '{\"limit\": -500}'),
    ('2026-11-20 14:00:01', 101, 'daily_loss', 'lock', 'loss limit reached', null);
insert into lockouts (account_id, reason, locked_at, locked_until, rule_id, created_at, updated_at) values
    (101, 'loss limit reached', '2026-11-20 14:00:01', null, 'daily_loss', '2026-11-20 14:00:01', '2026-11-20 14:00:01');
insert into orders (id, account_id, contract_id, type, side, size, limit_price, stop_price, state, created_at, updated_at)
    values (9001, 101, 'CON.F.US.ENQ.Z26', 2, 0, 3, 20125.25, null, 1, '2026-11-20 13:59:00', '2026-11-20 13:59:30');
insert into positions (id, account_id, contract_id, type, size, average_price, created_at, updated_at) values
    (7001, 101, 'CON.F.US.ENQ.Z26', 1, 2, 20124.75, '2026-11-20 13:58:00', '2026-11-20 13:58:00');
insert into reset_schedule (account_id, last_reset_date, next_reset_time, reset_time_config, timezone) values
    (101, '2026-11-20', '2026-11-21 22:00:00', '17:00', 'America/Chicago');
insert into session_state (account_id, session_start, updated_at) values
    (101, '2026-11-20 13:30:00', '2026-11-20 14:00:00');
insert into trade_history (account_id, timestamp, contract_id, pnl, created_at) values
    (101, '2026-11-20 13:45:00', 'CON.F.US.ENQ.Z26', -60.25, '2026-11-20 13:45:00'),
    (101, '2026-11-20 13:50:00', 'CON.F.US.ENQ.Z26', null, '2026-11-20 13:50:00');
";

/// The statements of an old database of that backend, rows included.
pub fn statements(backend: DbBackend) -> String {
    if backend == DbBackend::Sqlite {
        return format!("{SQLITE}{ROWS}");
    }
    let tables = SQLITE
        .replace("INTEGER PRIMARY KEY AUTOINCREMENT", "bigint generated by default as identity primary key")
        .replace("DATETIME DEFAULT CURRENT_TIMESTAMP", "timestamp default (now() at time zone 'utc')")
        .replace("DATETIME", "timestamp")
        .replace("INTEGER", "bigint")
        .replace("REAL", "double precision")
        .replace("DEFAULT 1", "default true")
        .replace("BOOLEAN NOT NULL DEFAULT 0", "boolean not null default false");
    format!("{tables}{ROWS}")
}

/// Makes an old database in an empty one.
pub async fn make(db: &impl ConnectionTrait) -> Result<(), DbErr> {
    db.execute_unprepared(&statements(db.get_database_backend())).await.map(|_| ())
}
