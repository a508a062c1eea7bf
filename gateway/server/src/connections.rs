//! The HTTP listener: how many connections, how long a silent client may hold one, and how they end.
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use crate::patient::Patient;

/// How long to wait after the system refused to accept, as it does when file descriptors run out.
const REFUSED_PAUSE: Duration = Duration::from_millis(100);

/// What clients may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How long a request's head may take to arrive, and how long a connection may idle between two requests.
    pub head: Duration,
    /// How long a client may read nothing of an answer that waits for it.
    pub unread: Duration,
    /// Connections served at once; further ones wait in the listener's queue.
    pub connections: usize,
    /// How long requests under way may take once the listener stops.
    pub farewell: Duration,
}

impl Limits {
    /// Room for a slow telephone, and for no more than that.
    pub(crate) const DEFAULT: Self = Self {
        head: Duration::from_secs(15),
        unread: Duration::from_secs(30),
        connections: 1_024,
        farewell: Duration::from_secs(10),
    };
    /// Room for an operator and a few programs that watch.
    pub(crate) const STATUS: Self = Self {
        head: Duration::from_secs(15),
        unread: Duration::from_secs(30),
        connections: 32,
        farewell: Duration::from_secs(1),
    };
}

/// Answers requests on `listener` until `stop` is ready, then lets those under way finish, within bounds.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    stop: impl Future<Output = ()>,
) {
    let slots = Arc::new(Semaphore::new(limits.connections));
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let accepted = tokio::select! {
            () = &mut stop => break,
            stream = accept(&listener, &slots) => stream,
        };
        let Some((stream, slot)) = accepted else {
            tokio::time::sleep(REFUSED_PAUSE).await;
            continue;
        };
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .serve_connection(
                TokioIo::new(Patient::new(stream, limits.unread)),
                TowerToHyperService::new(router.clone()),
            );
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // How a client hangs up is its own affair.
            let _ = connection.await;
            drop(slot);
        });
    }
    // The address is free for the next process from here on.
    drop(listener);
    let _ = tokio::time::timeout(limits.farewell, connections.shutdown()).await;
}

/// Waits for a free slot, then for a client.
async fn accept(
    listener: &TcpListener,
    slots: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let slot = Arc::clone(slots).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((stream, _)) => {
            // Answers are small and somebody waits for them; if it can't be set they are merely later.
            let _ = stream.set_nodelay(true);
            Some((stream, slot))
        }
        Err(error) => {
            tracing::warn!(%error, "a connection was not accepted");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;

    use super::*;

    /// Serves `/` with these limits; dropping the sender stops the listener.
    async fn listen(limits: Limits) -> (std::net::SocketAddr, oneshot::Sender<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let long = || async { "x".repeat(64 << 20) };
        let router = Router::new()
            .route("/", get(|| async { "here" }))
            .route("/long", get(long));
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(serve(listener, router, limits, async move {
            let _: Result<(), _> = stopped.await;
        }));
        (address, stop)
    }

    async fn ask(stream: &mut TcpStream) -> String {
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .await
            .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    #[tokio::test]
    async fn a_client_that_stops_in_the_middle_of_a_head_is_hung_up_on() {
        let (address, _stop) = listen(Limits {
            head: Duration::from_millis(50),
            ..Limits::DEFAULT
        })
        .await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhos").await.unwrap();
        let mut rest = Vec::new();
        // Ends only if the other side closes.
        let _ = stream.read_to_end(&mut rest).await;
        assert!(!String::from_utf8_lossy(&rest).contains("here"));
    }

    #[tokio::test]
    async fn a_silent_client_holds_its_place_no_longer_than_its_time() {
        let (address, _stop) = listen(Limits {
            head: Duration::from_millis(50),
            connections: 1,
            ..Limits::DEFAULT
        })
        .await;
        let _silent = TcpStream::connect(address).await.unwrap();
        let mut next = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut next).await.ends_with("here"));
    }

    #[tokio::test]
    async fn a_client_that_does_not_read_holds_its_place_no_longer_than_its_time() {
        let (address, _stop) = listen(Limits {
            unread: Duration::from_millis(50),
            connections: 1,
            ..Limits::DEFAULT
        })
        .await;
        let mut deaf = TcpStream::connect(address).await.unwrap();
        let question = b"GET /long HTTP/1.1\r\nhost: a\r\n\r\n";
        deaf.write_all(question).await.unwrap();
        let mut next = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut next).await.ends_with("here"));
    }

    #[tokio::test]
    async fn after_the_stop_nobody_new_is_served() {
        let (address, stop) = listen(Limits::DEFAULT).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        assert!(ask(&mut stream).await.ends_with("here"));
        drop(stop);
        while TcpStream::connect(address).await.is_ok() {
            tokio::task::yield_now().await;
        }
    }
}
