//! When name servers are asked.
use std::cell::Cell;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use moneta_chain::Height;
use moneta_p2p::{Input, NetStatus, PeerId, PeerStatus, Purpose};
use tokio::sync::watch;

use super::super::NetView;
use super::super::names::ask_name_servers;
use super::super::thinker::Word;

fn view(purposes: &[Purpose]) -> Option<Arc<NetView>> {
    let peer = |purpose: &Purpose| PeerStatus {
        id: PeerId(1),
        address: ([9, 9, 9, 9], 1).into(),
        purpose: *purpose,
        user_agent: Some("/somebody/".to_owned()),
        height: None,
        round_trip: None,
        in_flight: 0,
        connected_at: Duration::ZERO,
    };
    let status = NetStatus {
        height: Height::GENESIS,
        headers: Height::GENESIS,
        is_syncing: false,
        in_flight: 0,
        peers: purposes.iter().map(peer).collect(),
    };
    Some(Arc::new(NetView {
        at: Duration::ZERO,
        status,
        progress: None,
    }))
}

#[tokio::test(start_paused = true)]
async fn name_servers_are_asked_again_while_nobody_is_there_and_not_otherwise() {
    let (show, seen) = watch::channel(view(&[]));
    let (words, heard) = mpsc::channel();
    let asked = Cell::new(0);
    let address: SocketAddr = ([8, 8, 8, 8], 1).into();
    let look_up = |host: String| {
        assert_eq!(host, "seed:1");
        asked.set(asked.get() + 1);
        // The first time nobody answers.
        let is_down = asked.get() == 1;
        async move {
            if is_down {
                return Err(io::Error::other("no such host"));
            }
            Ok(vec![address])
        }
    };
    let hosts = vec!["seed:1".to_owned()];
    let asking = ask_name_servers(hosts, true, seen, words, look_up);
    let watching = async {
        let minutes = |count: u64| tokio::time::sleep(Duration::from_secs(60 * count));
        // Between the moments at which it is looked whether somebody is there.
        tokio::time::sleep(Duration::from_secs(30)).await;
        minutes(10).await;
        let (lonely, told) = (asked.get(), heard.try_iter().count());
        assert!((3..6).contains(&lonely), "{lonely}");
        assert_eq!(told, lonely - 1);
        show.send_replace(view(&[Purpose::Inbound]));
        minutes(24 * 60).await;
        assert!(asked.get() > lonely + 20, "who came to us may be anybody");
        show.send_replace(view(&[Purpose::Inbound, Purpose::Full]));
        minutes(60).await;
        let before = asked.get();
        minutes(24 * 60).await;
        assert_eq!(asked.get(), before);
        show.send_replace(view(&[]));
        minutes(2).await;
        assert_eq!(asked.get(), before + 1, "at once after a long time");
        let is_heard =
            |word| matches!(word, Word::Input(Input::Heard(found), None) if found == [address]);
        assert!(heard.try_iter().all(is_heard));
    };
    tokio::select! {
        () = asking => panic!("it never ends"),
        () = watching => {}
    }
}
