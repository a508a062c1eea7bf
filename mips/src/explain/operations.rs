//! From the operations of an envelope to statements: nothing that an operation carries is left out.
use bitcoin::hashes::{Hash, sha256};

use super::reading::Reading;
use super::shown::{hex, shown, shown_uri};
use super::statement::{
    Contract, Enrolled, Freezing, Issuing, Life, Listing, Name, Quantity, Statement,
};
use crate::{
    AssetId, DescribePiece, Freeze, Holder, Holders, IssueAsset, Operation, RegisterIdentity,
    SetDocument, UpdateIdentity, format_units,
};

impl Reading<'_> {
    pub(super) fn operations(&self) -> Vec<Statement> {
        let operations = self.found.iter().flat_map(|one| &one.envelope.operations);
        (0_u32..)
            .zip(operations)
            .map(|(index, operation)| self.operation(index, operation))
            .collect()
    }

    fn operation(&self, index: u32, operation: &Operation) -> Statement {
        match operation {
            Operation::IssueAsset(issue) => self.issues(index, issue),
            Operation::Mint { asset, amount } => Statement::Mints(self.units(asset, *amount)),
            Operation::Burn { asset, amount } => Statement::Burns(self.units(asset, *amount)),
            Operation::Renounce { asset, rights } => {
                Statement::Renounces(*rights, self.asset(asset))
            }
            Operation::DescribePiece(piece) => self.describes(piece),
            Operation::Freeze(freeze) => self.freezes(freeze),
            Operation::Unfreeze { asset, targets } => {
                Statement::Lifts(targets.clone(), self.asset(asset))
            }
            Operation::Contest {
                asset,
                targets,
                statement,
            } => Statement::Lists(Listing::Contests {
                what: targets.clone(),
                asset: self.asset(asset),
                statement: given(statement),
            }),
            Operation::SetRedemption { asset, script } => {
                Statement::Lists(Listing::Redeems(given(&script.0), self.asset(asset)))
            }
            Operation::ForceTransfer {
                asset,
                coin,
                amount,
            } => Statement::Lists(Listing::Takes(self.units(asset, *amount), coin.to_string())),
            Operation::RegisterIdentity(register) => registers(register),
            Operation::UpdateIdentity(update) => self.updates(update),
            Operation::RenewIdentity { handle, years } => {
                Statement::Lives(Life::Renews(shown(handle), *years))
            }
            Operation::RecoverIdentity { identity, to } => {
                Statement::Lives(Life::Recovers(self.identity(identity), to.to_string()))
            }
            Operation::ClaimIdentity { identity } => {
                Statement::Lives(Life::Claims(self.identity(identity)))
            }
            Operation::RevokeIdentity { identity } => {
                Statement::Lives(Life::Revokes(self.identity(identity)))
            }
            Operation::Anchor { digest } => Statement::Notarises(hex(digest)),
            Operation::SetDocument(document) => self.documents(document),
            Operation::Enrol { asset, holders } => {
                let holders = holders.iter().map(enrolled).collect();
                Statement::Lists(Listing::Enrols(holders, self.asset(asset)))
            }
            Operation::Withdraw { asset, scripts } => {
                let names = scripts.iter().map(ToString::to_string).collect();
                Statement::Lists(Listing::Withdraws(names, self.asset(asset)))
            }
        }
    }

    fn issues(&self, index: u32, issue: &IssueAsset) -> Statement {
        let IssueAsset {
            symbol: _, // stands in the name
            issuer: _, // so does the issuer
            decimals,
            initial,
            cap,
            powers,
            holders,
            name: title,
            contract_hash,
        } = issue;
        let id = AssetId::derive(&self.first_input(), index, issue);
        let name = self.new_asset_name(issue, &id);
        let units =
            |amount: u64| Quantity::Named(format!("{} {name}", format_units(amount, *decimals)));
        let contract = given(contract_hash).map(|hash| match self.is_described(index) {
            true => Contract::Piece(hash),
            false => Contract::Terms(hash),
        });
        Statement::Issues(Issuing {
            first: units(*initial),
            cap: units(*cap),
            title: shown(title),
            powers: *powers,
            contract,
            enrolled: *holders == Holders::Enrolled,
        })
    }

    /// Tells whether an operation of the envelope says which piece of a collection the `index`-th issues.
    fn is_described(&self, index: u32) -> bool {
        let mut operations = self.envelope_operations();
        operations.any(|operation| {
            matches!(operation, Operation::DescribePiece(piece) if u32::from(piece.issue) == index)
        })
    }

    fn envelope_operations(&self) -> impl Iterator<Item = &Operation> {
        let found = self.found.iter();
        found.flat_map(|one| &one.envelope.operations)
    }

    fn describes(&self, piece: &DescribePiece) -> Statement {
        let DescribePiece {
            issue,
            collection,
            number,
            edition,
            media_type,
            content,
            terms,
        } = piece;
        let (asset, collection) = self.piece_of(*issue, shown(collection));
        Statement::Lists(Listing::Describes {
            asset,
            collection,
            number: *number,
            edition: *edition,
            media_type: shown(media_type),
            content: hex(content),
            terms: given(terms),
        })
    }

    /// Names the asset that the `at`-th operation issues, and a collection under its issuer.
    fn piece_of(&self, at: u8, collection: String) -> (Name, String) {
        let issue = match self.envelope_operations().nth(usize::from(at)) {
            Some(Operation::IssueAsset(issue)) => issue,
            _ => return (Name::Id(format!("#{at}")), collection),
        };
        let id = AssetId::derive(&self.first_input(), u32::from(at), issue);
        let collection = match issue.issuer.map(|issuer| self.identity(&issuer)) {
            Some(Name::Known(issuer) | Name::Id(issuer)) => format!("{issuer}/{collection}"),
            None => collection,
        };
        (self.asset(&id), collection)
    }

    fn freezes(&self, freeze: &Freeze) -> Statement {
        let Freeze {
            asset,
            targets,
            tier,
            stop,
            reason,
            jurisdiction,
            document,
        } = freeze;
        Statement::Freezes(Freezing {
            what: targets.clone(),
            asset: self.asset(asset),
            tier: *tier,
            stop: *stop,
            reason: *reason,
            jurisdiction: shown(&String::from_utf8_lossy(jurisdiction)),
            document: given(document),
        })
    }

    fn updates(&self, update: &UpdateIdentity) -> Statement {
        let UpdateIdentity {
            identity,
            document,
            recovery,
        } = update;
        Statement::Lives(Life::Updates {
            identity: self.identity(identity),
            document: published(document),
            recovery: given(recovery),
        })
    }

    fn documents(&self, document: &SetDocument) -> Statement {
        let SetDocument {
            asset,
            kind,
            digest,
            uri,
        } = document;
        Statement::Lists(Listing::Documents {
            asset: self.asset(asset),
            kind: *kind,
            digest: hex(digest),
            uri: shown_uri(uri),
        })
    }
}

fn registers(register: &RegisterIdentity) -> Statement {
    let RegisterIdentity {
        handle,
        document,
        recovery,
        salt: _, // hides the handle until now, and means nothing from now on
    } = register;
    Statement::Lives(Life::Registers {
        handle: shown(handle),
        document: published(document),
        recovery: given(recovery),
    })
}

fn enrolled(holder: &Holder) -> Enrolled {
    let Holder {
        script,
        commitment,
        expiry,
    } = holder;
    Enrolled {
        script: script.to_string(),
        record: hex(commitment),
        expiry: *expiry,
    }
}

/// A digest, unless it is the one that stands for nothing.
fn given(digest: &[u8; 32]) -> Option<String> {
    (*digest != [0; 32]).then(|| hex(digest))
}

/// SHA-256 of what an identity publishes: the text is its owner's, and may say anything on a signer's screen.
fn published(document: &str) -> Option<String> {
    let digest = || sha256::Hash::hash(document.as_bytes()).to_byte_array();
    (!document.is_empty()).then(|| hex(&digest()))
}
