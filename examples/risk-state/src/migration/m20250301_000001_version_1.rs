//! Version 1: the nine tables as the first daemon made them, without a foreign key or a CHECK.

use sea_orm_migration::prelude::*;

use super::shape::{
    amount, counted, day, flag, index, integer, key, real, real_null, stamp, table, text, text_null, time, time_null,
};

const TABLES: [&str; 9] = [
    "contract_cache",
    "daily_pnl",
    "enforcement_log",
    "lockouts",
    "orders",
    "positions",
    "reset_schedule",
    "session_state",
    "trade_history",
];

/// Name, table and columns of each index.
const INDEXES: [(&str, &str, &[&str]); 12] = [
    ("idx_contract_cache_symbol", "contract_cache", &["symbol_id"]),
    ("idx_daily_pnl_date", "daily_pnl", &["date"]),
    ("idx_enforcement_account", "enforcement_log", &["account_id"]),
    ("idx_enforcement_timestamp", "enforcement_log", &["timestamp desc"]),
    ("idx_enforcement_rule", "enforcement_log", &["rule_id"]),
    ("idx_lockouts_until", "lockouts", &["locked_until"]),
    ("idx_orders_account", "orders", &["account_id"]),
    ("idx_orders_contract", "orders", &["contract_id"]),
    ("idx_orders_state", "orders", &["state"]),
    ("idx_positions_account", "positions", &["account_id"]),
    ("idx_positions_contract", "positions", &["contract_id"]),
    ("idx_trade_history_account_time", "trade_history", &["account_id", "timestamp desc"]),
];

/// The step.
#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in market(manager).into_iter().chain(accounts(manager)) {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in INDEXES {
            manager.create_index(index(name, table, columns)).await?;
        }
        manager.create_index(index("idx_trade_history_timestamp", "trade_history", &["timestamp"])).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in TABLES {
            manager.drop_table(Table::drop().table(table).take()).await?;
        }
        Ok(())
    }
}

/// Contracts, orders, positions and trades.
fn market(manager: &SchemaManager<'_>) -> [TableCreateStatement; 4] {
    let contract_cache = [
        text("contract_id").primary_key().take(),
        real("tick_size"),
        real("tick_value"),
        text("symbol_id"),
        text_null("name"),
        stamp(manager, "cached_at"),
    ];
    let orders = [
        key("id"),
        integer("account_id"),
        text("contract_id"),
        integer("type"),
        integer("side"),
        integer("size"),
        real_null("limit_price"),
        real_null("stop_price"),
        integer("state"),
        time("created_at"),
        stamp(manager, "updated_at"),
    ];
    let positions = [
        key("id"),
        integer("account_id"),
        text("contract_id"),
        integer("type"),
        integer("size"),
        real("average_price"),
        time("created_at"),
        stamp(manager, "updated_at"),
    ];
    let trade_history = [
        counted("id"),
        integer("account_id"),
        time("timestamp"),
        text("contract_id"),
        real_null("pnl"),
        stamp(manager, "created_at"),
    ];
    [
        table("contract_cache", contract_cache),
        table("orders", orders),
        table("positions", positions),
        table("trade_history", trade_history),
    ]
}

/// What is kept of each account.
fn accounts(manager: &SchemaManager<'_>) -> [TableCreateStatement; 5] {
    let daily_pnl = [integer("account_id"), day("date"), amount("realized_pnl"), stamp(manager, "last_updated")];
    let mut daily_pnl = table("daily_pnl", daily_pnl);
    daily_pnl.primary_key(Index::create().col("account_id").col("date"));
    let enforcement_log = [
        counted("id"),
        stamp(manager, "timestamp"),
        integer("account_id"),
        text("rule_id"),
        text("action"),
        text("reason"),
        flag("success", true),
        text_null("details"),
    ];
    let lockouts = [
        key("account_id"),
        flag("is_locked", false),
        text_null("reason"),
        time_null("locked_at"),
        time_null("locked_until"),
        text_null("rule_id"),
        stamp(manager, "created_at"),
        stamp(manager, "updated_at"),
    ];
    let reset_schedule = [
        key("account_id"),
        day("last_reset_date"),
        time("next_reset_time"),
        text("reset_time_config"),
        text("timezone"),
    ];
    let session_state = [key("account_id"), time("session_start"), stamp(manager, "updated_at")];
    [
        daily_pnl,
        table("enforcement_log", enforcement_log),
        table("lockouts", lockouts),
        table("reset_schedule", reset_schedule),
        table("session_state", session_state),
    ]
}
