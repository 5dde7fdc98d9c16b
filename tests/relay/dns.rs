//! A name server in the test's own process, over TCP alone. It knows what it is told, counts what it is asked, and can
//! say nothing at all.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What it knows: a name, a type of record, how many seconds the answer holds, and the data.
#[derive(Clone, Debug)]
pub struct Record(pub &'static str, pub u16, pub u32, pub Vec<u8>);

/// An address, as data of a record.
pub fn a(name: &'static str, ttl: u32, address: [u8; 4]) -> Record {
    Record(name, 1, ttl, address.to_vec())
}

/// A text, as data of a record.
pub fn txt(name: &'static str, text: &str) -> Record {
    Record(name, 16, 300, [&[u8::try_from(text.len()).unwrap()], text.as_bytes()].concat())
}

/// A name server that listens.
pub struct Dns {
    pub port: u16,
    asked: Arc<Mutex<Vec<(String, u16)>>>,
}

impl Dns {
    /// Listens. It answers for what it knows, and otherwise that there is no such name.
    pub fn start(known: Vec<Record>) -> Self {
        Self::run(Some(known))
    }

    /// Nobody, at a port where nobody listens.
    pub fn gone() -> Self {
        Self { port: 1, asked: Arc::default() }
    }

    /// Takes connections and questions, and never answers.
    pub fn silent() -> Self {
        Self::run(None)
    }

    fn run(known: Option<Vec<Record>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let heard = Arc::clone(&asked);
        // It ends with the process: it waits in `accept`.
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (known, heard) = (known.clone(), Arc::clone(&heard));
                thread::spawn(move || talk(stream, known.as_deref(), &heard));
            }
        });
        Self { port, asked }
    }

    /// How often addresses of a name were asked for.
    pub fn asked(&self, name: &str) -> usize {
        self.asked.lock().unwrap().iter().filter(|(asked, kind)| asked == name && *kind == 1).count()
    }
}

fn talk(mut stream: TcpStream, known: Option<&[Record]>, heard: &Mutex<Vec<(String, u16)>>) -> Option<()> {
    loop {
        let mut length = [0; 2];
        stream.read_exact(&mut length).ok()?;
        let mut question = vec![0; usize::from(u16::from_be_bytes(length))];
        stream.read_exact(&mut question).ok()?;
        let (name, end) = name(&question);
        let kind = u16::from_be_bytes([question[end], question[end + 1]]);
        heard.lock().unwrap().push((name.clone(), kind));
        let Some(known) = known else { continue };
        let named: Vec<&Record> = known.iter().filter(|record| record.0 == name).collect();
        let found: Vec<&&Record> = named.iter().filter(|record| record.1 == kind).collect();
        let mut answer = question[..2].to_vec();
        answer.extend([0x81, if named.is_empty() { 0x83 } else { 0x80 }, 0, 1]);
        answer.extend(u16::try_from(found.len()).unwrap().to_be_bytes());
        answer.extend([0; 4]);
        answer.extend(&question[12..end + 4]);
        for Record(_, kind, ttl, data) in found {
            answer.extend([0xc0, 12]);
            answer.extend(kind.to_be_bytes());
            answer.extend([0, 1]);
            answer.extend(ttl.to_be_bytes());
            answer.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
            answer.extend(data);
        }
        let length = u16::try_from(answer.len()).unwrap().to_be_bytes();
        stream.write_all(&[&length[..], &answer].concat()).ok()?;
    }
}

/// The name in a question, and where it ends.
fn name(question: &[u8]) -> (String, usize) {
    let (mut at, mut labels) = (12, Vec::new());
    while question[at] != 0 {
        let end = at + 1 + usize::from(question[at]);
        labels.push(String::from_utf8_lossy(&question[at + 1..end]).to_ascii_lowercase());
        at = end;
    }
    (labels.join("."), at + 1)
}
