//! Whether a mail server answers: the first that greets is enough. Nobody logs in, and no mail is begun.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::time::timeout;

use super::smtp::{Endpoint, Smtp};
use super::transport::{Letter, Probing, Sending, Step, Transport};

/// How long a server may take, so that there is time for the next.
const EACH: Duration = Duration::from_secs(2);

/// Mail servers that can be asked whether they answer.
pub struct Probed {
    smtp: Smtp,
    servers: Vec<Endpoint>,
}

impl Probed {
    /// Mails go through `smtp`, whose servers these are.
    #[must_use]
    pub fn new(smtp: Smtp, servers: Vec<Endpoint>) -> Self {
        Self { smtp, servers }
    }
}

impl Transport for Probed {
    fn send(&self, letter: Letter) -> Sending<'_> {
        self.smtp.send(letter)
    }

    fn probe(&self) -> Probing<'_> {
        Box::pin(async {
            for server in &self.servers {
                if timeout(EACH, greets(server)).await.unwrap_or(false) {
                    return true;
                }
            }
            false
        })
    }
}

/// Whether a server greets with 220. It is told goodbye, and its answer to that is not waited for.
async fn greets(server: &Endpoint) -> bool {
    let mut step = Step::Connect;
    let Ok(mut wire) = server.way.open(&mut step).await else { return false };
    let mut code = [0; 3];
    let greeted = wire.read_exact(&mut code).await.is_ok() && code == *b"220";
    let _ = wire.write_all(b"QUIT\r\n").await;
    let _ = wire.shutdown().await;
    greeted
}
