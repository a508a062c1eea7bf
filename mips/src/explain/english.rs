//! Statements in English.
use super::statement::{
    Contract, Freezing, Issuing, Life, Listing, Name, Party, Quantity, Statement,
};
use crate::{DocumentKind, Rights, Targets, Tier};

/// Says one statement.
pub(super) fn say(statement: &Statement) -> String {
    match statement {
        Statement::Moves(what, to) => moves(&quantity(what), to, "returns"),
        Statement::MovesRights(rights, asset, to) => {
            let what = format!("{} {}", right(*rights), name(asset));
            moves(&what, to, "keeps")
        }
        Statement::MovesIdentity(identity, to) => {
            moves(&format!("the identity {}", plain(identity)), to, "keeps")
        }
        Statement::Commits(grains, commitment, to) => {
            let what = format!("{} grains", grains.to_sat());
            let why = "to register a handle that it does not show yet";
            let kept = moves(&what, to, "keeps");
            format!("{kept} {why} (commitment {commitment})")
        }
        Statement::Issues(issuing) => issues(issuing),
        Statement::Lives(life) => lives(life),
        Statement::Lists(listing) => lists(listing),
        Statement::Mints(what) => format!("creates {}", quantity(what)),
        Statement::Burns(what) => format!("destroys {}, for ever", quantity(what)),
        Statement::Renounces(rights, asset) => {
            format!("gives up {} {}, for ever", right(*rights), name(asset))
        }
        Statement::Freezes(freezing) => freezes(freezing),
        Statement::Lifts(what, asset) => {
            format!("lifts the freeze of {} of {}", count(what), name(asset))
        }
        Statement::Notarises(digest) => format!("notarises the digest {digest}"),
        Statement::Mines(what, to) => moves(&format!("newly mined {}", quantity(what)), to, "gives"),
        Statement::GrainsAlong(grains) => {
            format!("{} grains go along with what is moved", grains.to_sat())
        }
        Statement::Price(grains) => format!(
            "burns {} grains, the price of the new entries in the registry",
            grains.to_sat()
        ),
        Statement::Fee(grains) => format!("fee {} grains", grains.to_sat()),
        Statement::FreezesNothing => "freezes nothing".to_owned(),
        Statement::Wastes(grains) => format!(
            "loses {} grains on outputs that nobody can ever spend",
            grains.to_sat()
        ),
        Statement::Unreadable(error) => {
            format!("the chain will refuse this: its envelope can't be read ({error})")
        }
        Statement::NoEnvelope => "the chain will refuse this: it spends a coin that holds an asset, a right or an identity, and does not say where that goes".to_owned(),
        Statement::Overspends => {
            "the chain will refuse this: more comes out than goes in".to_owned()
        }
    }
}

fn takes(what: &Quantity, coin: &str) -> String {
    let what = quantity(what);
    format!("takes {what} from the coin {coin} by force, under a court's order")
}

fn freezes(freezing: &Freezing) -> String {
    format!(
        "freezes {} of {} until height {} ({}, {}, {}{})",
        count(&freezing.what),
        name(&freezing.asset),
        freezing.stop,
        tier_name(freezing.tier),
        freezing.reason.words(),
        freezing.jurisdiction,
        with("document", freezing.document.as_deref()),
    )
}

fn lives(life: &Life) -> String {
    match life {
        Life::Registers {
            handle,
            document,
            recovery,
        } => format!(
            "registers the identity {handle}: it publishes {}, and {} may recover it",
            published(document.as_deref()),
            recoverer(recovery.as_deref()),
        ),
        Life::Updates {
            identity,
            document,
            recovery,
        } => format!(
            "replaces what the identity {} publishes by {}, and from now on {} may recover it",
            plain(identity),
            published(document.as_deref()),
            recoverer(recovery.as_deref()),
        ),
        Life::Renews(handle, years) => {
            format!("pays for the handle {handle} for {years} more years")
        }
        Life::Recovers(identity, to) => format!(
            "begins to give the identity {} to the script {to}: its owner has a week to object",
            plain(identity)
        ),
        Life::Claims(identity) => format!(
            "takes over the identity {}: the coin that held it holds nothing any more",
            plain(identity)
        ),
        Life::Revokes(identity) => format!("revokes the identity {}, for ever", plain(identity)),
    }
}

fn lists(listing: &Listing) -> String {
    match listing {
        Listing::Describes {
            asset,
            collection,
            number,
            edition,
            media_type,
            content,
            terms,
        } => format!(
            "makes {} piece {number} of {edition} of the collection {collection} ({media_type}, content {content}{})",
            name(asset),
            with("terms", terms.as_deref()),
        ),
        Listing::Documents {
            asset,
            kind,
            digest,
            uri,
        } => {
            let at = if uri.is_empty() {
                String::new()
            } else {
                format!(" at {uri}")
            };
            format!(
                "sets the {} of {}: digest {digest}{at}",
                document(*kind),
                name(asset)
            )
        }
        Listing::Enrols(holders, asset) => {
            let each: Vec<String> = holders
                .iter()
                .map(|one| {
                    let (script, expiry, record) = (&one.script, one.expiry, &one.record);
                    format!("{script} (until height {expiry}, record {record})")
                })
                .collect();
            format!("lets {} receive {}", scripts(&each), name(asset))
        }
        Listing::Contests {
            what,
            asset,
            statement,
        } => format!(
            "contests the freeze of {} of {}{}",
            count(what),
            name(asset),
            with("statement", statement.as_deref()),
        ),
        Listing::Redeems(Some(script), asset) => format!(
            "lets frozen coins of {} go back to the script {script}",
            name(asset)
        ),
        Listing::Redeems(None, asset) => {
            format!("lets frozen coins of {} go nowhere", name(asset))
        }
        Listing::Takes(what, coin) => takes(what, coin),
        Listing::Withdraws(withdrawn, asset) => format!(
            "lets {} receive {} no longer",
            scripts(withdrawn),
            name(asset)
        ),
    }
}

/// Names a digest beside other things, if there is one.
fn with(what: &str, digest: Option<&str>) -> String {
    digest.map_or_else(String::new, |digest| format!(", {what} {digest}"))
}

fn published(document: Option<&str>) -> String {
    match document {
        Some(digest) => format!("the document with the digest {digest}"),
        None => "nothing".to_owned(),
    }
}

fn recoverer(script: Option<&str>) -> String {
    match script {
        Some(script) => format!("the script {script}"),
        None => "nobody".to_owned(),
    }
}

fn scripts(each: &[String]) -> String {
    match each {
        [] => "no script".to_owned(),
        [one] => format!("the script {one}"),
        each => format!("the scripts {}", each.join(", ")),
    }
}

const fn who_receives(enrolled: bool) -> &'static str {
    match enrolled {
        true => ", only enrolled scripts can receive it",
        false => "",
    }
}

fn moves(what: &str, to: &Party, back: &str) -> String {
    match to {
        Party::Back if back == "keeps" => format!("keeps {what} with you"),
        Party::Back => format!("{back} {what} to you"),
        Party::You => format!("gives you {what}"),
        Party::Address(address) => format!("moves {what} to {address}"),
        Party::Script(script) => format!("moves {what} to the script {script}"),
    }
}

fn issues(issuing: &Issuing) -> String {
    let title = match issuing.title.as_str() {
        "" => String::new(),
        title => format!(" ({title})"),
    };
    let powers = match issuing.powers.is_empty() {
        true => "nobody has rights over it".to_owned(),
        false => format!("rights over it: {}", issuing.powers.names().join(", ")),
    };
    let contract = match &issuing.contract {
        Some(Contract::Terms(hash)) => with("terms", Some(hash)),
        Some(Contract::Piece(hash)) => with("description", Some(hash)),
        None => String::new(),
    };
    format!(
        "issues a new asset{title}: {} now, {} at most, {powers}{contract}{}",
        quantity(&issuing.first),
        quantity(&issuing.cap),
        who_receives(issuing.enrolled),
    )
}

fn quantity(quantity: &Quantity) -> String {
    match quantity {
        Quantity::Named(text) => text.clone(),
        Quantity::Base(amount, id) => format!("{amount} base units of the unknown asset {id}"),
    }
}

fn name(name: &Name) -> String {
    match name {
        Name::Known(text) => text.clone(),
        Name::Id(id) => format!("the unknown asset {id}"),
    }
}

fn plain(name: &Name) -> &str {
    match name {
        Name::Known(text) | Name::Id(text) => text,
    }
}

fn right(rights: Rights) -> String {
    let names = rights.names();
    if names.is_empty() {
        return "no right over".to_owned();
    }
    let word = if names.len() == 1 { "right" } else { "rights" };
    format!("the {word} {} over", names.join(", "))
}

fn count(what: &Targets) -> String {
    match what {
        Targets::Coins(coins) => several("coin", coins),
        Targets::Scripts(scripts) => several("script", scripts),
        Targets::All => "every coin".to_owned(),
    }
}

fn several<T: ToString>(noun: &str, list: &[T]) -> String {
    let names: Vec<String> = list.iter().map(T::to_string).collect();
    match &names[..] {
        [] => format!("no {noun}"),
        [one] => format!("the {noun} {one}"),
        names => format!("{} {noun}s ({})", names.len(), names.join(", ")),
    }
}

const fn document(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Terms => "terms",
        DocumentKind::BarList => "bar list",
        DocumentKind::Attestation => "attestation",
        DocumentKind::Appraisal => "appraisal",
        DocumentKind::Provenance => "provenance",
        DocumentKind::Condition => "condition report",
        DocumentKind::Insurance => "insurance",
    }
}

const fn tier_name(tier: Tier) -> &'static str {
    match tier {
        Tier::Emergency => "EMERGENCY",
        Tier::Order => "ORDER",
    }
}
