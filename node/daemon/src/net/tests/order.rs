//! In which order things are heard and done.
use std::net::Ipv4Addr;
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::Receiver;
use std::sync::{Arc, mpsc};

use bitcoin::p2p::message::NetworkMessage;
use bitcoin::p2p::message_blockdata::Inventory;
use moneta_chain::{Network as ChainName, Params};
use moneta_p2p::{Decoder, Input, Message, NetConfig, Network, PeerId};
use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

use super::super::NetView;
use super::super::shared::{Limits, Shared};
use super::super::thinker::{Thinker, Word};
use super::peer::version;
use crate::{Clock, LocalNode, NodeConfig, SystemClock};

/// A thread that has not begun to think, and the line of words that it is going to hear.
struct Line {
    thinker: Thinker,
    words: mpsc::Sender<Word>,
    heard: Receiver<Word>,
    view: watch::Receiver<Option<Arc<NetView>>>,
    _folder: tempfile::TempDir,
}

fn line() -> Line {
    let params = Params::dev();
    let folder = tempfile::tempdir().expect("a folder");
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let chain = LocalNode::open(NodeConfig {
        dir: folder.path().to_owned(),
        params: params.clone(),
        clock: Arc::clone(&clock),
        state_memory: NodeConfig::STATE_MEMORY,
    });
    let chain = chain.expect("a new chain");
    let (words, heard) = mpsc::channel();
    let (show, view) = watch::channel(None);
    let mut config = NetConfig::of(ChainName::Dev);
    config.manual_only = true;
    let thinker = Thinker::new(
        Network::new(config, [1; 32]),
        None,
        chain.network_port(),
        clock,
        Arc::new(Shared::new(words.clone(), params.magic, Limits::NODE)),
        show,
        tokio::runtime::Handle::current(),
    );
    Line {
        thinker,
        words,
        heard,
        view,
        _folder: folder,
    }
}

fn changed() -> Word {
    Word::Changed(Arc::new(AtomicBool::new(true)))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_before_is_heard_before_anybody_is_blamed_for_the_time_that_went_by() {
    let Line {
        thinker,
        words,
        heard,
        view,
        _folder,
    } = line();
    for _ in 0..100 {
        words.send(changed()).expect("it is going to be heard");
    }
    words.send(Word::Stop).expect("it is going to be heard");
    let thinking = tokio::task::spawn_blocking(move || thinker.run(&heard));
    thinking.await.expect("it stops");
    assert!(view.borrow().is_none(), "a tick came before its turn");
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_cost_much_wait_for_others_words_but_not_for_ever() {
    let Line {
        thinker,
        words,
        heard,
        _folder,
        ..
    } = line();
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let mut theirs = TcpStream::connect(address).await.unwrap();
    let (stream, address) = listener.accept().await.unwrap();
    let say = |word| words.send(word).expect("it is going to be heard");
    say(Word::Came { stream, address });
    let genesis = Inventory::WitnessBlock(Params::dev().genesis.block_hash());
    for message in [
        NetworkMessage::Version(version()),
        NetworkMessage::Verack,
        NetworkMessage::GetData(vec![genesis; 1_000]),
    ] {
        say(Word::Input(
            Input::Received(PeerId(1), message.into()),
            None,
        ));
    }
    (0..20).for_each(|_| say(changed()));
    say(Word::Stop);
    let thinking = tokio::task::spawn_blocking(move || thinker.run(&heard));
    thinking.await.expect("it stops");
    let mut bytes = Vec::new();
    theirs
        .read_to_end(&mut bytes)
        .await
        .expect("its last words");
    let mut decoder = Decoder::new(Params::dev().magic);
    decoder.establish();
    let (mut rest, mut blocks) = (&bytes[..], 0);
    while let Some(message) = decoder.read(&mut rest).expect("messages") {
        blocks += usize::from(matches!(message, Message::Stock(NetworkMessage::Block(_))));
    }
    assert_eq!(blocks, 16, "one turn in twenty-four words");
}
