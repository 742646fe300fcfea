//! A pipe beside a queue in memory.

use super::*;

#[derive(Clone, Debug)]
enum Step {
    Send(Vec<u8>),
    SendBytes(Vec<u8>),
    SendLong(u8),
    Recv,
    RecvBytes(usize),
    DropSender,
    DropReceiver,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => vec(any::<u8>(), 0..20).prop_map(Step::Send),
        3 => vec(any::<u8>(), 0..20).prop_map(Step::SendBytes),
        1 => any::<u8>().prop_map(Step::SendLong),
        8 => Just(Step::Recv),
        4 => (0..20_usize).prop_map(Step::RecvBytes),
        1 => Just(Step::DropSender),
        1 => Just(Step::DropReceiver),
    ];
    vec(step, 0..60)
}

#[derive(Clone, Debug, PartialEq)]
enum Message {
    Value(Vec<u8>),
    Bytes(Vec<u8>),
}

proptest! {
    /// A pipe does what a queue in memory does, whatever is called in whatever order.
    #[test]
    fn a_pipe_is_a_queue(steps in steps()) {
        let (sender, receiver) = pair::<Vec<u8>>();
        let (mut sender, mut receiver) = (Some(sender), Some(receiver));
        let mut model = VecDeque::new();
        for step in steps {
            match (step, &sender, &receiver) {
                (Step::DropSender, ..) => sender = None,
                (Step::DropReceiver, ..) => receiver = None,
                (Step::Send(value), Some(sender), _) => match sender.try_send(value.clone()) {
                    Ok(()) => model.push_back(Message::Value(value)),
                    Err(error) => {
                        prop_assert!(receiver.is_none() && matches!(error.kind, SendErrorKind::Disconnected));
                        prop_assert_eq!(error.value, value);
                    }
                },
                (Step::SendBytes(value), Some(sender), _) => match sender.send_bytes(&value) {
                    Ok(()) => model.push_back(Message::Bytes(value)),
                    Err(error) => prop_assert!(receiver.is_none() && matches!(error, SendErrorKind::Disconnected)),
                },
                (Step::SendLong(first), Some(sender), _) => {
                    let long = bytes(INLINE + 1, first);
                    match sender.try_send_bytes(&long) {
                        Ok(()) => model.push_back(Message::Bytes(long)),
                        Err(error) => prop_assert!(receiver.is_none() && matches!(error, SendErrorKind::Disconnected)),
                    }
                }
                (Step::Recv, _, Some(receiver)) => match (receiver.try_recv(), model.pop_front()) {
                    (Ok(value), Some(Message::Value(expected))) => prop_assert_eq!(value, expected),
                    (Err(RecvError::Undecodable { .. }), Some(Message::Bytes(_))) => {}
                    (Err(RecvError::Empty), None) => prop_assert!(sender.is_some()),
                    (Err(RecvError::Disconnected), None) => prop_assert!(sender.is_none()),
                    (received, expected) => prop_assert!(false, "{:?} for {:?}", received, expected),
                },
                (Step::RecvBytes(most), _, Some(receiver)) => {
                    let too_long = matches!(model.front(), Some(Message::Bytes(first)) if first.len() > most);
                    let expected = if too_long { None } else { model.pop_front() };
                    match (receiver.try_recv_bytes(most), expected) {
                        (Err(RecvError::TooLong { .. }), None) => prop_assert!(too_long),
                        (Ok(value), Some(Message::Bytes(expected))) => prop_assert_eq!(value, expected),
                        (Err(RecvError::Undecodable { .. }), Some(Message::Value(_))) => {}
                        (Err(RecvError::Empty), None) => prop_assert!(sender.is_some() && !too_long),
                        (Err(RecvError::Disconnected), None) => prop_assert!(sender.is_none() && !too_long),
                        (received, expected) => prop_assert!(false, "{:?} for {:?}", received, expected),
                    }
                }
                _ => {}
            }
        }
    }
}
