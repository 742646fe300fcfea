//! Where the executable lies in this process's memory, and which build it is.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::slice;
use std::sync::{LazyLock, OnceLock};

use serde::{Deserialize, Serialize};

/// Which build a process runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Identity {
    /// Device and inode of `/proc/self/exe`: right even when the path now holds a newer build. `None` where that is
    /// the dynamic loader's file, which runs any program.
    pub(crate) file: Option<(u64, u64)>,
    /// The linker's checksum of the build, where it wrote one.
    pub(crate) build_id: Option<Vec<u8>>,
}

impl Identity {
    /// The identity of the running program. It does not change while the program runs.
    pub(crate) fn own() -> io::Result<Identity> {
        static OWN: OnceLock<Identity> = OnceLock::new();
        if let Some(own) = OWN.get() {
            return Ok(own.clone());
        }
        let own = Identity { file: own_file()?, build_id: image().build_id().map(<[u8]>::to_vec) };
        Ok(OWN.get_or_init(|| own).clone())
    }

    /// Whether a function lies at the same offset in the running program as in that one. A copy of a build is the same
    /// build; without a build-id a copy cannot be told from another program, and the answer is no.
    pub(crate) fn is_own(&self) -> io::Result<bool> {
        // The build-id first: it lies in memory already.
        if self.build_id.is_some() && self.build_id.as_deref() == image().build_id() {
            return Ok(true);
        }
        Ok(self.file.is_some() && self.file == own_file()?)
    }
}

fn own_file() -> io::Result<Option<(u64, u64)>> {
    if image().was_loaded_by_hand() {
        return Ok(None);
    }
    let exe = fs::metadata("/proc/self/exe")?;
    Ok(Some((exe.dev(), exe.ino())))
}

/// The executable's segments as the kernel and the loader have mapped them.
pub(crate) struct Image {
    bias: usize,
    segments: Vec<Segment>,
    /// Address and length of each block of notes.
    notes: Vec<(usize, usize)>,
    interpreted: bool,
}

struct Segment {
    start: usize,
    end: usize,
    executable: bool,
}

/// The image of this process's executable. It never changes, so it is looked up once.
pub(crate) fn image() -> &'static Image {
    static IMAGE: LazyLock<Image> = LazyLock::new(Image::find);
    &IMAGE
}

impl Image {
    fn find() -> Image {
        let mut image = Image { bias: 0, segments: Vec::new(), notes: Vec::new(), interpreted: false };
        // SAFETY: the callback gets the pointer to `image`, which lives until the call has returned.
        unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut image).cast()) };
        image
    }

    /// The offset of an object of the executable from its load address; `None` for any other object.
    pub(crate) fn offset_of<T>(&self, object: &'static T) -> Option<u64> {
        let address = std::ptr::from_ref(object).addr();
        self.holds(address, size_of::<T>()).then(|| (address - self.bias) as u64)
    }

    /// The address of a `T` at an offset, if all of it lies in the image and it is aligned.
    pub(crate) fn address_at<T>(&self, offset: u64) -> Option<usize> {
        let address = self.bias.checked_add(usize::try_from(offset).ok()?)?;
        (address.is_multiple_of(align_of::<T>()) && self.holds(address, size_of::<T>())).then_some(address)
    }

    /// Whether an address is in a segment that has code. Linkers for arm64 may put read-only data into the same segment.
    pub(crate) fn is_code(&self, address: usize) -> bool {
        self.segments
            .iter()
            .any(|segment| segment.executable && (segment.start..segment.end).contains(&address))
    }

    fn holds(&self, address: usize, size: usize) -> bool {
        let Some(end) = address.checked_add(size) else { return false };
        self.segments.iter().any(|segment| segment.start <= address && end <= segment.end)
    }

    /// Whether the dynamic loader was called by hand. Then the kernel started the loader, and `/proc/self/exe` is the
    /// loader's file: the program asks for an interpreter, but the kernel loaded none.
    pub(crate) fn was_loaded_by_hand(&self) -> bool {
        // SAFETY: a look-up in the table that the kernel passed at start.
        self.interpreted && unsafe { libc::getauxval(libc::AT_BASE) } == 0
    }

    /// The build-id: the note of type 3 with the name GNU (elf(5), "Notes").
    fn build_id(&self) -> Option<&[u8]> {
        self.notes.iter().find_map(|&(start, length)| {
            if !self.holds(start, length) {
                return None;
            }
            // SAFETY: the bytes lie in a loaded, readable segment of the executable, which is never unmapped.
            build_id_in(unsafe { slice::from_raw_parts(std::ptr::with_exposed_provenance(start), length) })
        })
    }
}

/// Notes are a header of three words, a name and a content, the last two padded to four bytes.
fn build_id_in(mut notes: &[u8]) -> Option<&[u8]> {
    const NT_GNU_BUILD_ID: usize = 3;
    while notes.len() >= 12 {
        let word =
            |i: usize| u32::from_ne_bytes(notes[4 * i..4 * i + 4].try_into().expect("four bytes")) as usize;
        let (name, content, kind) = (word(0), word(1), word(2));
        let content_at = 12usize.checked_add(name.checked_next_multiple_of(4)?)?;
        let found = notes.get(content_at..content_at.checked_add(content)?)?;
        if kind == NT_GNU_BUILD_ID && notes.get(12..12 + name)? == b"GNU\0" {
            return Some(found);
        }
        notes = notes.get(content_at + content.checked_next_multiple_of(4)?..)?;
    }
    None
}

/// Called for the executable first (dl_iterate_phdr(3)); any answer but 0 ends the walk.
unsafe extern "C" fn visit(
    info: *mut libc::dl_phdr_info,
    _size: usize,
    image: *mut libc::c_void,
) -> libc::c_int {
    // SAFETY: the C library passes a valid record, and back the pointer that `find` gave it.
    let (info, image) = unsafe { (&*info, &mut *image.cast::<Image>()) };
    // SAFETY: the record says where the program headers lie and how many there are.
    let headers = unsafe { slice::from_raw_parts(info.dlpi_phdr, usize::from(info.dlpi_phnum)) };
    image.bias = info.dlpi_addr as usize;
    for header in headers {
        let start = image.bias.wrapping_add(header.p_vaddr as usize);
        match header.p_type {
            libc::PT_LOAD => image.segments.push(Segment {
                start,
                end: start.wrapping_add(header.p_memsz as usize),
                executable: header.p_flags & libc::PF_X != 0,
            }),
            libc::PT_NOTE => image.notes.push((start, header.p_memsz as usize)),
            libc::PT_INTERP => image.interpreted = true,
            _ => {}
        }
    }
    1
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU64;

    use super::*;

    fn note(kind: u32, name: &[u8], content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        for word in [name.len() as u32, content.len() as u32, kind] {
            bytes.extend(word.to_ne_bytes());
        }
        for part in [name, content] {
            bytes.extend(part);
            bytes.resize(bytes.len().next_multiple_of(4), 0);
        }
        bytes
    }

    #[test]
    fn the_build_id_is_found_behind_other_notes() {
        let notes =
            [note(1, b"GNU\0", b"abi-x"), note(3, b"Go\0", b"no"), note(3, b"GNU\0", b"yes")].concat();
        assert_eq!(build_id_in(&notes), Some(&b"yes"[..]));
    }

    #[test]
    fn damaged_notes_hold_no_build_id() {
        let whole = note(3, b"GNU\0", b"0123456789");
        for cut in 0..whole.len() - 2 {
            assert_eq!(build_id_in(&whole[..cut]), None, "cut at {cut}");
        }
        assert_eq!(build_id_in(&[0xff; 64]), None);
    }

    #[test]
    fn only_what_lies_in_the_executable_has_an_offset() {
        static INSIDE: u64 = 7;
        static WRITTEN: AtomicU64 = AtomicU64::new(7);
        let offset = image().offset_of(&INSIDE).expect("a static lies in the executable");
        assert_eq!(image().address_at::<u64>(offset), Some((&raw const INSIDE).addr()));
        assert_eq!(image().offset_of::<u64>(Box::leak(Box::new(7))), None);
        assert_eq!(image().address_at::<u64>(offset + 1), None, "misaligned");
        assert_eq!(image().address_at::<u64>(u64::MAX - 7), None);
        assert!(image().is_code((build_id_in as *const ()).addr()));
        assert!(!image().is_code((&raw const WRITTEN).addr()));
    }
}
