//! One proof whole: from a header down to a record, an ancestor and a filter.
use bitcoin::bip158::FilterHeader;
use bitcoin::block::Header;
use bitcoin::{Amount, Transaction, TxOut};
use moneta_chain::{COIN, Height};
use moneta_commitments::{
    CommitmentProof, Commitments, HistoryLeaf, HistoryProof, MapProof, basic_filter,
};
use moneta_consensus::spent_scripts;
use moneta_mips::{
    Allocation, AssetId, Attachment, Envelope, Holders, IssueAsset, Key, Operation, RegistryView,
    Rights,
};
use moneta_testkit::chain::{TestChain, payout_script};

/// A header and all that is to be proven with it.
#[derive(Debug, Clone)]
pub(crate) struct Case {
    pub(crate) header: Header,
    pub(crate) proof: CommitmentProof,
    /// A key of the registry with its record, or none.
    pub(crate) key: Vec<u8>,
    pub(crate) record: Option<Vec<u8>>,
    pub(crate) map: MapProof,
    pub(crate) ancestor: HistoryLeaf,
    pub(crate) history: HistoryProof,
    /// The parent's filter, and the filter header before it.
    pub(crate) filter: Vec<u8>,
    pub(crate) before: FilterHeader,
}

impl Case {
    /// Checks all of it and returns the code of what does not hold.
    pub(crate) fn check(&self) -> Result<(), &'static str> {
        let parts: &Commitments = self
            .proof
            .check(&self.header)
            .map_err(|error| error.code())?;
        parts
            .check_record(&self.key, self.record.as_deref(), &self.map)
            .map_err(|error| error.code())?;
        parts
            .check_ancestor(&self.ancestor, &self.history)
            .map_err(|error| error.code())?;
        parts
            .check_parent_filter(&self.filter, &self.before)
            .map_err(|error| error.code())
    }
}

/// Issues an asset with a symbol of its own.
fn issue(chain: &mut TestChain, symbol: &str) -> (AssetId, Transaction) {
    let coin = chain.grant_open(10 * COIN);
    let issue = IssueAsset {
        symbol: symbol.into(),
        issuer: None,
        decimals: 2,
        initial: 1_000,
        cap: 1_000,
        powers: Rights::NONE,
        holders: Holders::Open,
        name: "Gold in a vault".into(),
        contract_hash: [0; 32],
    };
    let id = AssetId::derive(&coin, 0, &issue);
    let attachment = Attachment::Asset { id, amount: 1_000 };
    let envelope = Envelope {
        allocations: vec![Allocation {
            vout: 0,
            attachment,
        }],
        operations: vec![Operation::IssueAsset(issue)],
    };
    let outputs = [
        (1_000, payout_script()),
        (COIN, envelope.to_script()),
        (COIN, payout_script()),
    ];
    let outputs = outputs.map(|(grains, script_pubkey)| TxOut {
        value: Amount::from_sat(grains),
        script_pubkey,
    });
    (id, TestChain::spend(&[coin], outputs.to_vec()))
}

/// A chain of 13 blocks with a few assets, the last block holding four transactions; and what its tip proves:
/// an asset that is there, or one that is not.
pub(crate) fn case(present: bool) -> Case {
    let mut chain = TestChain::new();
    let mut assets = Vec::new();
    for symbols in [["GOLD", "SILVER"], ["TIN", "LEAD"]] {
        let issued = symbols.map(|symbol| issue(&mut chain, symbol));
        assets.extend(issued.iter().map(|(id, _)| *id));
        chain
            .mine(issued.map(|(_, tx)| tx).to_vec())
            .expect("two issues");
        chain.mine_empty(5);
    }
    let parent = chain.blocks().last().expect("blocks").clone();
    let before = chain
        .commitments()
        .filter_header_at(Height::new(11))
        .expect("a block");
    let filter = basic_filter(&parent.block().block, spent_scripts(parent.transactions()));
    let ancestor = HistoryLeaf {
        header: chain.blocks()[4].block().block.header,
        height: Height::new(5),
    };
    let history = chain
        .commitments()
        .history()
        .prove(5)
        .expect("in the range");
    let (_, tx) = issue(&mut chain, "ZINC");
    let others = (0..2)
        .map(|_| issue(&mut chain, "LAST").1)
        .collect::<Vec<_>>();
    chain
        .mine([vec![tx], others].concat())
        .expect("three issues");
    let block = chain.blocks().last().expect("a tip");
    let key = Key::Asset(if present { assets[0] } else { AssetId([7; 32]) });
    let record = chain
        .state()
        .registry
        .record(&key)
        .map(|record| record.encode());
    assert_eq!(record.is_some(), present);
    Case {
        header: block.block().block.header,
        proof: CommitmentProof::of(&block.block().block, *block.commitments())
            .expect("a block has a coinbase"),
        map: chain
            .commitments()
            .registry()
            .prove(&moneta_commitments::registry_path(&key.encode())),
        key: key.encode(),
        record,
        ancestor,
        history,
        filter: filter.expect("every coin is there").content,
        before,
    }
}
