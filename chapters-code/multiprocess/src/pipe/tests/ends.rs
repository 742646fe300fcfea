//! Ends and other descriptors in messages, and what the ends are.

use super::*;

#[test]
fn ends_and_descriptors_go_through_pipes() {
    let (carrier, carried) = pair::<(Sender<u32>, Vec<Receiver<u32>>, Option<Descriptor>)>();
    let (sender, receiver) = pair::<u32>();
    let mut file = File::from(memfd::create(c"test").expect("a memory file"));
    file.write_all(b"text").expect("there is room");
    carrier.send((sender, vec![receiver], Some(Descriptor::from(file)))).expect("there is room");
    let (sender, mut receivers, file) = carried.recv().expect("it was sent");
    sender.send(7).expect("there is room");
    let receiver = receivers.pop().expect("one was sent");
    assert_eq!(receiver.recv().expect("it was sent"), 7);
    drop(sender);
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)), "no copy is left on the way");
    let mut file = File::from(file.expect("one was sent").into_fd());
    let mut read = String::new();
    file.rewind().and_then(|()| file.read_to_string(&mut read)).expect("it can be read");
    assert_eq!(read, "text");
}

#[test]
fn a_long_value_brings_its_descriptors() {
    let (carrier, carried) = pair::<(String, Sender<u32>)>();
    let (sender, receiver) = pair::<u32>();
    carrier.try_send((text(INLINE), sender.clone())).expect("there is memory");
    thread::scope(|scope| {
        scope.spawn(|| carrier.send_timeout((text(1 << 20), sender), LONG).expect("it is received"));
        for length in [INLINE, 1 << 20] {
            let (text, sender) = carried.recv_timeout(LONG).expect("it comes");
            assert_eq!(text.len(), length);
            sender.send(1).expect("there is room");
        }
    });
    assert_eq!(receiver.iter().count(), 2);
}

#[test]
fn a_message_holds_250_descriptors_and_no_more() {
    let (sender, receiver) = pair::<Vec<Descriptor>>();
    let null = || Descriptor::from(File::open("/dev/null").expect("there is a /dev/null"));
    sender.send((0..250).map(|_| null()).collect()).expect("there is room");
    assert_eq!(receiver.recv().expect("it was sent").len(), 250);
    let error = sender.send((0..251).map(|_| null()).collect()).expect_err("there are too many");
    assert!(
        matches!(&error.kind, SendErrorKind::NotSerializable { reason } if reason.contains("251")),
        "{error}"
    );
    assert_eq!(error.value.len(), 251);
}

#[test]
fn an_end_reads_back_as_itself_only() {
    let (sender, receiver) = pair::<u32>();
    let (one, _other) = duplex::<u32, u32>().expect("two descriptors are free");
    fn reads<A: Serialize, B: serde::de::DeserializeOwned>(value: &A) -> bool {
        let (bytes, descriptors) = writing(|| encode(value).expect("it can be written"));
        reading(descriptors, || decode::<B>(&bytes)).is_ok()
    }
    assert!(reads::<_, Sender<u32>>(&sender) && reads::<_, Receiver<u32>>(&receiver));
    assert!(reads::<_, Connection<u32, u32>>(&one));
    assert!(!reads::<_, Receiver<u32>>(&sender) && !reads::<_, Sender<u32>>(&receiver));
    assert!(!reads::<_, Sender<u32>>(&one) && !reads::<_, Connection<u32, u32>>(&sender));
    // The same bytes with another descriptor.
    let (bytes, _) = writing(|| encode(&sender).expect("it can be written"));
    let file = File::open("/dev/null").expect("there is a /dev/null");
    assert!(reading(vec![file.into()], || decode::<Sender<u32>>(&bytes)).is_err());
    let [stream, _] = stream::pair().expect("two sockets");
    assert!(reading(vec![stream], || decode::<Sender<u32>>(&bytes)).is_err());
    assert!(encode(&sender).is_err(), "outside of an argument and a message");
}

#[test]
fn a_duplex_pipe_has_two_directions_and_one_end() {
    let (one, other) = duplex::<String, u32>().expect("two descriptors are free");
    let mut sent = 0;
    while one.try_send("full".to_owned()).is_ok() {
        sent += 1;
    }
    other.send(1).expect("this direction is not full");
    assert_eq!(one.recv().expect("it was sent"), 1);
    for _ in 0..sent {
        assert_eq!(other.recv().expect("it was sent"), "full");
    }
    thread::scope(|scope| {
        scope.spawn(|| one.send_timeout(text(1 << 20), LONG).expect("it is received"));
        assert_eq!(other.recv_timeout(LONG).expect("it comes").len(), 1 << 20);
    });
    other.send(2).expect("there is room");
    let same = other.clone();
    drop(other);
    one.send("to the clone".to_owned()).expect("the clone is there");
    assert_eq!(same.recv().expect("it was sent"), "to the clone");
    one.send("never received".to_owned()).expect("the clone is there");
    drop(same);
    assert_eq!(one.recv().expect("it was sent before"), 2);
    assert!(matches!(one.recv(), Err(RecvError::Disconnected)));
    let error = one.send("late".to_owned()).expect_err("it is gone");
    assert!(matches!(error.kind, SendErrorKind::Disconnected));
}

#[test]
fn ends_can_be_waited_for() {
    let (sender, receiver) = pair::<u32>();
    let none = Some(Duration::ZERO);
    assert_eq!(crate::wait(&[sender.as_fd(), receiver.as_fd()], none).expect("it waits"), [0_usize; 0]);
    sender.send(1).expect("there is room");
    assert_eq!(crate::wait(&[&receiver], Some(LONG)).expect("it waits"), [0]);
    assert_eq!(receiver.recv().expect("it was sent"), 1);
    let mut set = crate::WaitSet::new().expect("a descriptor is free");
    set.insert(receiver).expect("it can be waited for");
    assert!(set.wait(none).expect("it waits").is_empty());
    drop(sender);
    let receiver = set.wait(Some(LONG)).expect("it waits").pop().expect("the end is there");
    assert!(matches!(receiver.recv(), Err(RecvError::Disconnected)));
    let (sender, receiver) = pair::<u32>();
    sender.send(1).expect("there is room");
    drop(receiver);
    assert_eq!(crate::wait(&[&sender], Some(LONG)).expect("it waits"), [0]);
}

#[test]
fn a_descriptor_that_the_program_made_nonblocking_is_waited_for_all_the_same() {
    let (sender, receiver) = pair::<u32>();
    for end in [sender.as_fd(), receiver.as_fd()] {
        let flags = rustix::fs::fcntl_getfl(end).expect("it is open");
        rustix::fs::fcntl_setfl(end, flags | rustix::fs::OFlags::NONBLOCK).expect("it can be set");
    }
    thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..2000 {
                sender.send(n).expect("it is received");
            }
        });
        for n in 0..2000 {
            assert_eq!(receiver.recv().expect("it comes"), n);
        }
    });
}
