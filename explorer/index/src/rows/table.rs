//! The tables of `index.redb`: names, keys and values.
//!
//! `place` = height u32, position u32; `outpoint` = txid, index u32; numbers in keys are big endian.
//!
//! | table | key | value |
//! |---|---|---|
//! | `blocks` | height | id, header, seal, counts, fees |
//! | `heights` | block id | height |
//! | `transactions` | txid | place, fee, transaction, spent coins, attachments |
//! | `places` | place | txid |
//! | `coins` | script id, outpoint | coin |
//! | `spends` | outpoint | txid, input, place |
//! | `history` | script id, place | txid |
//! | `owners` | script id | running totals, script |
//! | `assets` | asset id | record |
//! | `asset_order` | place, asset id | - |
//! | `asset_totals` | asset id | holders, transactions |
//! | `asset_events` | asset id, place, sequence | supply change |
//! | `symbols` | symbol, 0, issuer or zeros, asset id | - |
//! | `issued_by` | identity id, place, asset id | - |
//! | `holders` | asset id, script id | amount |
//! | `holder_ranks` | asset id, complement of amount, script id | - |
//! | `holdings` | script id, asset id | amount |
//! | `freezes` | asset id, outpoint | record |
//! | `freeze_stops` | stop height, asset id, outpoint | - |
//! | `freeze_stops_of` | asset id, stop height, outpoint | - |
//! | `wide_freezes` | asset id, script digest; the asset id alone: of the whole asset | record |
//! | `seizures` | outpoint | asset id, height and transaction that took its units |
//! | `freeze_log` | place, sequence | event |
//! | `freeze_log_of` | asset id, place, sequence | event |
//! | `identities` | identity id | record |
//! | `identity_versions` | identity id, place, sequence | txid, record or nothing where it was revoked |
//! | `standings` | identity id | expiry, revocation, recovery, last claim |
//! | `identity_order` | place, identity id | - |
//! | `handles` | handle | identity id |
//! | `subject_history` | subject, place | txid |
//! | `role_coins` | subject, outpoint | attachment, script |
//! | `documents` | digest, place, sequence | use |

macro_rules! tables {
    ($($variant:ident $name:literal),+ $(,)?) => {
        /// A table of `index.redb`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[expect(missing_docs, reason = "the table above says what each one holds")]
        pub enum Table { $($variant),+ }

        impl Table {
            /// Every table.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// Returns the table's name in the file.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }
        }
    };
}

tables! {
    Blocks "blocks", Heights "heights", Transactions "transactions", Places "places",
    Coins "coins", Spends "spends", History "history", Owners "owners",
    Assets "assets", AssetOrder "asset_order", AssetTotals "asset_totals",
    AssetEvents "asset_events", Symbols "symbols", IssuedBy "issued_by",
    Holders "holders", HolderRanks "holder_ranks", Holdings "holdings",
    Freezes "freezes", FreezeStops "freeze_stops", FreezeStopsOf "freeze_stops_of",
    WideFreezes "wide_freezes", Seizures "seizures",
    FreezeLog "freeze_log", FreezeLogOf "freeze_log_of",
    Identities "identities", IdentityVersions "identity_versions", Standings "standings",
    IdentityOrder "identity_order", Handles "handles",
    SubjectHistory "subject_history", RoleCoins "role_coins", Documents "documents",
}
