//! The ways that messages can go.

use std::io;
use std::os::unix::net::UnixStream;

use anyhow::ensure;
use ipc_channel::ipc::{self, IpcBytesReceiver, IpcBytesSender, IpcReceiver, IpcSender};
use multiprocess::pipe::Connection;
use multiprocess::queue::queue_with_bytes;
use multiprocess::{Descriptor, duplex, queue};
use nix::unistd::{read, write};
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socketpair};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

use super::peer::End;
use super::{BOUND, KIB, MIB};

/// Two files of bytes without boundaries. Both sides know how long each message is.
#[derive(Serialize, Deserialize)]
struct Stream {
    reads: Descriptor,
    writes: Descriptor,
}

impl Stream {
    fn send(&self, mut message: &[u8]) -> anyhow::Result<()> {
        while !message.is_empty() {
            message = &message[write(&self.writes, message)?..];
        }
        Ok(())
    }

    fn receive(&self, message: &mut [u8]) -> anyhow::Result<()> {
        let mut received = 0;
        while received < message.len() {
            let more = read(&self.reads, &mut message[received..])?;
            ensure!(more > 0, "the other end is closed");
            received += more;
        }
        Ok(())
    }
}

/// Two pipes, one in each direction.
#[derive(Serialize, Deserialize)]
pub(super) struct Pipes(Stream);

impl End for Pipes {
    fn pair() -> anyhow::Result<(Pipes, Pipes)> {
        let ((there, to_there), (back, to_back)) = (io::pipe()?, io::pipe()?);
        let one = Stream { reads: back.into(), writes: to_there.into() };
        let other = Stream { reads: there.into(), writes: to_back.into() };
        Ok((Pipes(one), Pipes(other)))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        self.0.send(message)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        self.0.receive(message)
    }
}

/// A pair of stream sockets.
#[derive(Serialize, Deserialize)]
pub(super) struct Sockets(Stream);

impl End for Sockets {
    fn pair() -> anyhow::Result<(Sockets, Sockets)> {
        let end = |socket: UnixStream| {
            anyhow::Ok(Sockets(Stream { reads: socket.try_clone()?.into(), writes: socket.into() }))
        };
        let (one, other) = UnixStream::pair()?;
        Ok((end(one)?, end(other)?))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        self.0.send(message)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        self.0.receive(message)
    }
}

/// A pair of sockets that keep the boundaries of messages.
#[derive(Serialize, Deserialize)]
pub(super) struct Packets(Descriptor);

impl End for Packets {
    /// A message has to fit into the buffer of a socket, which is 208 KiB by default.
    const LONGEST: usize = 64 * KIB;

    fn pair() -> anyhow::Result<(Packets, Packets)> {
        let (one, other) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, SocketFlags::CLOEXEC, None)?;
        Ok((Packets(one.into()), Packets(other.into())))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        let sent = send(&self.0, message, SendFlags::NOSIGNAL)?;
        ensure!(sent == message.len(), "{sent} bytes were sent");
        Ok(())
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        let (received, _) = recv(&self.0, &mut message[..], RecvFlags::empty())?;
        ensure!(received == message.len(), "{received} bytes in place of {}", message.len());
        Ok(())
    }
}

/// Our pipe, with bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct OurBytes(Connection<(), ()>);

impl End for OurBytes {
    fn pair() -> anyhow::Result<(OurBytes, OurBytes)> {
        let (one, other) = duplex()?;
        Ok((OurBytes(one), OurBytes(other)))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.0.send_bytes(message)?)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        let received = self.0.recv_bytes_into(message)?;
        ensure!(received == message.len(), "{received} bytes in place of {}", message.len());
        Ok(())
    }
}

/// Our queue, with bytes.
#[derive(Serialize, Deserialize)]
pub(super) struct QueueBytes(queue::Sender<()>, queue::Receiver<()>);

impl End for QueueBytes {
    fn pair() -> anyhow::Result<(QueueBytes, QueueBytes)> {
        let ((there, from_there), (back, from_back)) = (queue(BOUND)?, queue(BOUND)?);
        Ok((QueueBytes(there, from_back), QueueBytes(back, from_there)))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.0.send_bytes(message)?)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        let received = self.1.recv_bytes_into(message)?;
        ensure!(received == message.len(), "{received} bytes in place of {}", message.len());
        Ok(())
    }
}

/// A value that is made of the bytes of a message, and can be turned into them.
pub(super) trait Bytes: Serialize + for<'a> Deserialize<'a> + Send + 'static {
    fn of(message: &[u8]) -> Self;
    fn into_vec(self) -> Vec<u8>;
}

/// Serde writes its elements one by one.
impl Bytes for Vec<u8> {
    fn of(message: &[u8]) -> Vec<u8> {
        message.to_vec()
    }

    fn into_vec(self) -> Vec<u8> {
        self
    }
}

/// Serde writes it in one piece.
impl Bytes for ByteBuf {
    fn of(message: &[u8]) -> ByteBuf {
        ByteBuf::from(message)
    }

    fn into_vec(self) -> Vec<u8> {
        ByteBuf::into_vec(self)
    }
}

/// Our pipe, with values.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct OurPipe<T: Bytes>(Connection<T, T>);

impl<T: Bytes> End for OurPipe<T> {
    fn pair() -> anyhow::Result<(OurPipe<T>, OurPipe<T>)> {
        let (one, other) = duplex()?;
        Ok((OurPipe(one), OurPipe(other)))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.0.send(T::of(message)).map_err(|error| error.kind)?)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        *message = self.0.recv()?.into_vec();
        Ok(())
    }
}

/// Two queues of ours, one in each direction.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
struct Queues<T: Bytes> {
    sender: queue::Sender<T>,
    receiver: queue::Receiver<T>,
}

type TwoQueues<T> = [(queue::Sender<T>, queue::Receiver<T>); 2];

impl<T: Bytes> Queues<T> {
    fn pair([(to_there, there), (to_back, back)]: TwoQueues<T>) -> (Queues<T>, Queues<T>) {
        (Queues { sender: to_there, receiver: back }, Queues { sender: to_back, receiver: there })
    }

    fn send(&self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.sender.send(T::of(message)).map_err(|error| error.kind)?)
    }

    fn receive(&self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        *message = self.receiver.recv()?.into_vec();
        Ok(())
    }
}

/// Queues with the usual memory.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct OurQueue<T: Bytes>(Queues<T>);

impl<T: Bytes> End for OurQueue<T> {
    fn pair() -> anyhow::Result<(OurQueue<T>, OurQueue<T>)> {
        let (one, other) = Queues::pair([queue(BOUND)?, queue(BOUND)?]);
        Ok((OurQueue(one), OurQueue(other)))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        self.0.send(message)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        self.0.receive(message)
    }
}

/// Queues with enough memory for several long messages.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct LargeQueue<T: Bytes>(Queues<T>);

/// The memory of a [`LargeQueue`].
pub(super) const LARGE: usize = 8 * MIB;

impl<T: Bytes> End for LargeQueue<T> {
    fn pair() -> anyhow::Result<(LargeQueue<T>, LargeQueue<T>)> {
        let (one, other) = Queues::pair([queue_with_bytes(BOUND, LARGE)?, queue_with_bytes(BOUND, LARGE)?]);
        Ok((LargeQueue(one), LargeQueue(other)))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        self.0.send(message)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        self.0.receive(message)
    }
}

/// Channels of bytes of the crate `ipc-channel`.
#[derive(Serialize, Deserialize)]
pub(super) struct IpcBytes {
    sender: IpcBytesSender,
    receiver: IpcBytesReceiver,
}

impl End for IpcBytes {
    fn pair() -> anyhow::Result<(IpcBytes, IpcBytes)> {
        let ((to_there, there), (to_back, back)) = (ipc::bytes_channel()?, ipc::bytes_channel()?);
        Ok((IpcBytes { sender: to_there, receiver: back }, IpcBytes { sender: to_back, receiver: there }))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.sender.send(message)?)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        *message = self.receiver.recv()?;
        Ok(())
    }
}

/// Channels of values of the same crate.
#[derive(Serialize, Deserialize)]
#[serde(bound = "")]
pub(super) struct Ipc<T: Bytes> {
    sender: IpcSender<T>,
    receiver: IpcReceiver<T>,
}

impl<T: Bytes> End for Ipc<T> {
    fn pair() -> anyhow::Result<(Ipc<T>, Ipc<T>)> {
        let ((to_there, there), (to_back, back)) = (ipc::channel()?, ipc::channel()?);
        Ok((Ipc { sender: to_there, receiver: back }, Ipc { sender: to_back, receiver: there }))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.sender.send(T::of(message))?)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        *message = self.receiver.recv()?.into_vec();
        Ok(())
    }
}

/// Channels of the crate `crossbeam-channel`, between threads. A message is not copied on its way, but made anew for each send.
pub(super) struct Threads {
    sender: crossbeam_channel::Sender<Vec<u8>>,
    receiver: crossbeam_channel::Receiver<Vec<u8>>,
}

impl End for Threads {
    fn pair() -> anyhow::Result<(Threads, Threads)> {
        let (to_there, there) = crossbeam_channel::bounded(BOUND);
        let (to_back, back) = crossbeam_channel::bounded(BOUND);
        Ok((Threads { sender: to_there, receiver: back }, Threads { sender: to_back, receiver: there }))
    }

    fn send(&mut self, message: &[u8]) -> anyhow::Result<()> {
        Ok(self.sender.send(message.to_vec())?)
    }

    fn receive(&mut self, message: &mut Vec<u8>) -> anyhow::Result<()> {
        *message = self.receiver.recv()?;
        Ok(())
    }
}
