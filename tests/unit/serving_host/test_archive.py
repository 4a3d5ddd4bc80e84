"""What is unpacked of an archive, and what of a hostile one is refused; every archive here is made by hand."""

import gzip
import io
import random
import tarfile
from pathlib import Path

import pytest

from movie_assets.serving_host import archive as archives
from movie_assets.serving_host.archive import ArchiveError, unpack


def a_member(name="bento.yaml", content=b"one", **header):
    """A member's header, however strange, and the bytes that follow it."""
    member = tarfile.TarInfo(name)
    member.size = len(content)
    for field, value in header.items():
        setattr(member, field, value)
    return member, content


def a_tar(*members, form=tarfile.PAX_FORMAT):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=form) as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
    return packed.getvalue()


@pytest.fixture
def unpacked(tmp_path):
    """Unpacks a tar's bytes into a folder of its own and gives the folder."""

    def unpack_bytes(tar: bytes) -> Path:
        return unpack_gzipped(gzip.compress(tar, compresslevel=1))

    def unpack_gzipped(content: bytes) -> Path:
        (tmp_path / "one.tar.gz").write_bytes(content)
        folder = tmp_path / "below" / "folder"
        folder.mkdir(parents=True, exist_ok=True)
        unpack(tmp_path / "one.tar.gz", folder)
        return folder

    unpack_bytes.gzipped = unpack_gzipped
    return unpack_bytes


def written_beside(tmp_path):
    """Every file that is not in the folder that was unpacked into."""
    folder = tmp_path / "below" / "folder"
    return [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents] + [
        path for path in tmp_path.rglob("*") if path.is_symlink()
    ]


def test_files_and_folders_are_written(unpacked):
    """An ordinary archive comes out as it was packed, also where it names the folder itself or no parent folder."""
    folder = unpacked(
        a_tar(
            a_member(".", b"", type=tarfile.DIRTYPE),
            a_member("./empty", b"", type=tarfile.DIRTYPE),
            a_member("./deep/er/model.onnx", b"\0" * 20_000),
            a_member("./영화.txt", "별점".encode()),
            a_member("long/" + "n" * 200, b"long"),
        )
    )

    assert (folder / "empty").is_dir()
    assert (folder / "deep/er/model.onnx").read_bytes() == b"\0" * 20_000
    assert (folder / "영화.txt").read_text() == "별점"
    assert (folder / "long" / ("n" * 200)).read_bytes() == b"long"


@pytest.mark.parametrize("name", ["../escaped", "../../escaped", "models/../../escaped", "{}/escaped"])
def test_a_name_outside_the_folder_is_refused(unpacked, tmp_path, name):
    """Nothing is written beside the folder, whatever Python it is."""
    with pytest.raises(ArchiveError, match="leads out of the folder"):
        unpacked(a_tar(a_member(name.format(tmp_path))))

    assert written_beside(tmp_path) == [tmp_path / "one.tar.gz"]


@pytest.mark.parametrize(
    "kind",
    [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, b"?"],
)
def test_what_is_neither_file_nor_folder_is_refused(unpacked, tmp_path, kind):
    """No link can lead a later member out, and no device or pipe is made."""
    with pytest.raises(ArchiveError, match="'way' is neither a plain file nor a folder"):
        unpacked(a_tar(a_member("way", b"", type=kind, linkname="../.."), a_member("way/escaped")))

    assert written_beside(tmp_path) == [tmp_path / "one.tar.gz"]


def test_a_sparse_file_is_refused(unpacked):
    """Its holes would take room on the disk that the archive's own bytes do not."""
    holes = a_member("holes", b"", pax_headers={"GNU.sparse.map": "0,0", "GNU.sparse.size": "1000000"})

    with pytest.raises(ArchiveError, match="'holes' is neither a plain file nor a folder"):
        unpacked(a_tar(holes))


@pytest.mark.parametrize("second", [a_member("a"), a_member("a/b"), a_member("a", b"", type=tarfile.DIRTYPE)])
def test_a_name_twice_is_refused(unpacked, second):
    """A file is written once, and is no folder as well."""
    with pytest.raises(ArchiveError, match="cannot be written"):
        unpacked(a_tar(a_member("a"), second))


@pytest.mark.parametrize("name", ["n" * 256, "a\0b"])
def test_a_name_that_no_file_can_have_is_refused(unpacked, name):
    """An error of the operating system about a name is the archive's fault."""
    with pytest.raises(ArchiveError):
        unpacked(a_tar(a_member("x", pax_headers={"path": name})))


def test_too_many_members_are_refused(unpacked, monkeypatch):
    """As many as allowed are unpacked, one more is not."""
    monkeypatch.setattr(archives, "MAX_MEMBERS", 3)
    unpacked(a_tar(*(a_member(f"{number}") for number in range(3))))

    with pytest.raises(ArchiveError, match="more than 3 members"):
        unpacked(a_tar(*(a_member(f"again-{number}") for number in range(4))))


@pytest.mark.parametrize("size", [archives.MAX_BYTES + 1, 2**62, -512])
def test_a_size_out_of_bounds_is_refused_before_a_byte_is_written(unpacked, tmp_path, size):
    """What a header claims is judged before the disk fills."""
    member, _ = a_member("big", b"")
    member.size = size
    header = member.tobuf(tarfile.GNU_FORMAT)

    with pytest.raises(ArchiveError):
        unpacked(header + b"\0" * 1024)
    assert list((tmp_path / "below" / "folder").iterdir()) == []


def test_an_archive_that_swells_is_stopped(unpacked, tmp_path, monkeypatch):
    """Many members that are small enough each are stopped at the limit of all."""
    monkeypatch.setattr(archives, "MAX_BYTES", 100_000)
    swelling = a_tar(*(a_member(f"{number}", b"\0" * 30_000) for number in range(10)))

    with pytest.raises(ArchiveError, match="more than 100,000 bytes unpacked"):
        unpacked(swelling)
    assert sum(path.stat().st_size for path in (tmp_path / "below" / "folder").iterdir()) <= 100_000


def test_a_header_that_swells_is_stopped(unpacked, monkeypatch):
    """A header's own text is bounded like a file: it would be read into memory whole."""
    monkeypatch.setattr(archives, "MAX_BYTES", 100_000)

    with pytest.raises(ArchiveError, match="more than 100,000 bytes unpacked"):
        unpacked(a_tar(a_member("x", pax_headers={"comment": "c" * 200_000})))


def test_headers_without_end_are_damage(unpacked):
    """Long names of long names, thousands deep, end in a sentence."""
    header = tarfile.TarInfo("././@LongLink")
    header.type, header.size = tarfile.GNUTYPE_LONGNAME, 1
    one = header.tobuf(tarfile.GNU_FORMAT) + b"n".ljust(512, b"\0")

    with pytest.raises(ArchiveError, match="damaged"):
        unpacked(one * 5_000)


@pytest.mark.parametrize("kept", [0, 1, 5, 30, 200, 5_000, -9, -1])
def test_an_archive_that_was_cut_off_is_damage(unpacked, kept):
    """Wherever the bytes end, it is a bad release and no crash."""
    whole = gzip.compress(a_tar(a_member("random", random.Random(1).randbytes(20_000))))

    with pytest.raises(ArchiveError, match="damaged"):
        unpacked.gzipped(whole[:kept])


def test_bytes_that_were_changed_are_damage_or_harmless(unpacked, tmp_path):
    """300 archives with random bytes changed: each is unpacked inside its folder, or refused in a sentence."""
    chance = random.Random(7)
    tar = a_tar(a_member("a/b", b"x" * 600), a_member("c", pax_headers={"path": "ü" * 150, "size": "3"}))
    zipped = gzip.compress(tar)
    refused = 0
    for number in range(300):
        content = bytearray(tar if number % 2 else zipped)
        for _ in range(chance.randint(1, 8)):
            content[chance.randrange(len(content))] = chance.choice((0, 255, 46, 47, chance.randrange(256)))
        try:
            (unpacked if number % 2 else unpacked.gzipped)(bytes(content))
        except ArchiveError:
            refused += 1

    assert refused > 100
    assert written_beside(tmp_path) == [tmp_path / "one.tar.gz"]
