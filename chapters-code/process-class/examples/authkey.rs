use hmac::{Hmac, KeyInit, Mac};
use multiprocess::{Process, current_process};
use sha2::Sha256;

fn mac(challenge: u64) -> Hmac<Sha256> {
    let key = current_process().authkey().expect("init has been called");
    let mut mac = Hmac::<Sha256>::new_from_slice(key.as_bytes())
        .expect("HMAC accepts any key length");
    mac.update(&challenge.to_le_bytes());
    mac
}

fn answer(challenge: u64) -> Vec<u8> {
    mac(challenge).finalize().into_bytes().to_vec()
}

fn main() -> multiprocess::Result<()> {
    multiprocess::init();
    let challenge = rand::random();
    let answered = Process::new(answer, (challenge,)).start()?.join()?;
    let knows = mac(challenge).verify_slice(&answered).is_ok();
    println!("the child knows the key: {knows}");
    println!("printed: {:?}", current_process().authkey()?);
    Ok(())
}
