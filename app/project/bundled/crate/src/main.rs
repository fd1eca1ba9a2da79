//! Delivers what comes in on standard input: one message a line, its address and its body parted by a tab.

#![forbid(unsafe_code)]

use std::process::ExitCode;
use std::sync::Arc;

use hookline::{
    cleaner::Cleaner,
    clock::SystemClock,
    config::Config,
    error::Doing as _,
    metrics::COUNTERS,
    prelude::{Message, Queue as _, Result},
    queue::MemoryQueue,
    transport::ProxyTransport,
    worker::{self, Worker},
};
use tokio::io::{self, AsyncBufRead, AsyncBufReadExt, BufReader};
use tokio::sync::watch;

/// More messages than this wait on the other side of the pipe.
const CAPACITY: usize = 100_000;

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => {
            eprint!("{COUNTERS}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("hookline: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run() -> Result<()> {
    let config = Config::from_env()?;
    let queue = Arc::new(MemoryQueue::new(SystemClock, CAPACITY));
    let transport = ProxyTransport::new(config.proxy);
    let (stop, stopped) = watch::channel(false);

    let worker = Arc::new(Worker::new(Arc::clone(&queue), transport, &config));
    let dispatch = tokio::spawn(worker.run(until(stopped.clone())));
    let sweep = {
        let queue = Arc::clone(&queue);
        let keep = config.keep;
        tokio::spawn(async move { Cleaner::new(&*queue, keep).run(until(stopped)).await })
    };

    let fed = tokio::select! {
        fed = feed(&queue, BufReader::new(io::stdin())) => fed,
        signal = shutdown() => signal,
    };
    // Everybody hears of the end, whatever ended it; an error is reported after the deliveries are done.
    stop.send_replace(true);
    let _ = tokio::time::timeout(2 * worker::GRACE, async { tokio::join!(dispatch, sweep) }).await;
    fed
}

/// Waits until the flag says so, or until nobody is left to raise it.
async fn until(mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow_and_update() {
        if stopped.changed().await.is_err() {
            break;
        }
    }
}

/// Queues what comes in, line by line. A full queue holds the reader back, and with it whoever writes.
async fn feed<R>(queue: &MemoryQueue<SystemClock>, input: R) -> Result<()>
where
    R: AsyncBufRead + Unpin,
{
    let mut lines = input.lines();
    while let Some(line) = lines.next_line().await.doing("reading messages")? {
        let Some((url, body)) = line.split_once('\t') else {
            tracing::warn!("a line without a tab was left out");
            continue;
        };
        let message = Message {
            url: url.into(),
            body: body.as_bytes().into(),
        };
        while queue.push(message.clone()).await.is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }
    shutdown().await
}

/// Waits for somebody to end the process politely.
#[cfg(unix)]
async fn shutdown() -> Result<()> {
    use tokio::signal::unix::{signal, SignalKind};

    let mut terminate = signal(SignalKind::terminate()).doing("listening for SIGTERM")?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        interrupted = tokio::signal::ctrl_c() => interrupted.doing("listening for SIGINT"),
    }
}

/// Waits for somebody to end the process politely.
#[cfg(not(unix))]
async fn shutdown() -> Result<()> {
    tokio::signal::ctrl_c().await.doing("listening for Ctrl+C")
}
