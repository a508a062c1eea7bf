//! Nodes of several processes find each other: one tells another of a third, and who was found is found again.
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use moneta_testkit::peers::{Node, wait_until};

/// How long something may take that should take a moment, on a machine with much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Returns an address of this machine where nobody listens.
fn free_address() -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
    listener.local_addr().expect("it listens")
}

/// Waits until a node speaks with another that it has chosen itself.
fn wait_until_chosen(node: &Node, other: SocketAddr, what: &str) {
    wait_until(what, PATIENCE, || {
        let status = node.status();
        let peers = status["peers"].as_array().expect("a list");
        peers.iter().any(|peer| {
            peer["address"] == other.to_string()
                && peer["purpose"] == "full"
                && peer["user_agent"].is_string()
        })
    });
}

#[test]
fn a_node_hears_of_another_from_a_third_and_finds_it_again_after_a_restart() {
    let hub = Node::start_with(&[]);
    let known_to_all = format!("--add-peer={}", hub.address());
    let mut seeker = Node::start_with(std::slice::from_ref(&known_to_all));
    let there = free_address();
    let _other = Node::start_with(&[
        format!("--listen={there}"),
        format!("--advertise={there}"),
        known_to_all,
    ]);
    wait_until_chosen(&seeker, there, "the hub tells of the other");
    assert!(seeker.interrupt().success());
    assert!(seeker.dir().join("peers.dat").is_file());
    // Nobody is named, and who told of it is gone: the address book knows.
    drop(hub);
    seeker.restart_with(&[]);
    wait_until_chosen(&seeker, there, "the book tells of the other");
}
