//! A connection between two nodes that a test can cut and mend.
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Passes on what is said to an address, until it is cut.
pub struct Link {
    address: SocketAddr,
    state: Arc<State>,
}

struct State {
    to: SocketAddr,
    is_cut: AtomicBool,
    /// Bytes after which it cuts itself.
    left: AtomicUsize,
    streams: Mutex<Vec<TcpStream>>,
}

impl Link {
    /// Begins to pass on.
    ///
    /// # Panics
    /// Loopback has no port left.
    pub fn to(to: SocketAddr) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        let state = Arc::new(State {
            to,
            is_cut: AtomicBool::new(false),
            left: AtomicUsize::new(usize::MAX),
            streams: Mutex::default(),
        });
        let shared = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                shared.pass_on(stream);
            }
        });
        Self { address, state }
    }

    /// Returns the address to connect with instead.
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// Cuts every connection, and lets no other come about.
    pub fn cut(&self) {
        self.state.cut();
    }

    /// Cuts every connection after so many more bytes.
    pub fn cut_after(&self, bytes: usize) {
        self.state.left.store(bytes, Ordering::SeqCst);
    }

    /// Tells whether it is cut.
    pub fn is_cut(&self) -> bool {
        self.state.is_cut.load(Ordering::SeqCst)
    }

    /// Lets connections come about again.
    pub fn mend(&self) {
        self.state.left.store(usize::MAX, Ordering::SeqCst);
        self.state.is_cut.store(false, Ordering::SeqCst);
    }
}

impl State {
    fn streams(&self) -> std::sync::MutexGuard<'_, Vec<TcpStream>> {
        self.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        let mut streams = self.streams();
        for stream in streams.drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Takes bytes off what may still pass; tells whether that is enough.
    fn pays(&self, bytes: usize) -> bool {
        let take = |left: usize| {
            if left == usize::MAX {
                return Some(left);
            }
            left.checked_sub(bytes)
        };
        let paid = self
            .left
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, take);
        paid.is_ok()
    }

    fn pass_on(self: &Arc<Self>, here: TcpStream) {
        // Held over the look, so that a cut misses no stream.
        let mut streams = self.streams();
        if self.is_cut.load(Ordering::SeqCst) {
            return;
        }
        let Ok(there) = TcpStream::connect(self.to) else {
            return;
        };
        for (from, to) in [(&here, &there), (&there, &here)] {
            let (Ok(from), Ok(to)) = (from.try_clone(), to.try_clone()) else {
                return;
            };
            let state = Arc::clone(self);
            std::thread::spawn(move || pump(from, to, &state));
        }
        streams.extend([here, there]);
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, state: &State) {
    let mut chunk = vec![0; 4_096];
    while let Ok(count) = from.read(&mut chunk) {
        if !state.pays(count) {
            state.cut();
        }
        if count == 0 || to.write_all(&chunk[..count]).is_err() {
            break;
        }
    }
    let _ = to.shutdown(Shutdown::Both);
    let _ = from.shutdown(Shutdown::Both);
}
