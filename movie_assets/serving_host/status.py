"""The release record in words, for a person at a terminal. Its form: release/record.py."""

from movie_assets.release.record import Release, ReleaseRecord
from movie_assets.serving_host.rollout import in_words

NOTHING = "nothing"


def record_in_words(record: ReleaseRecord) -> str:
    """What is in service, wanted, pinned, withdrawn and being switched, and the last decisions, in lines."""
    lines = {
        "in service": _named(record.in_service),
        "wanted": _named(record.wanted),
        "previous": _named(record.previous),
        "pinned": f"{record.pinned.at:%Y-%m-%d %H:%M} UTC by {record.pinned.by}: {record.pinned.why}"
        if record.pinned
        else "no",
        "withdrawn": ", ".join(one.bundle_id[:12] for one in record.withdrawn) or NOTHING,
        "tried": f"{in_words(record.rollout)}, until {record.rollout.until:%Y-%m-%d %H:%M} UTC"
        if record.rollout
        else "no",
        "phase": f"{record.phase}: {record.message}",
    }
    told = [f"{name:11} {text}" for name, text in lines.items()]
    decided = [
        f"  {one.at:%Y-%m-%d %H:%M:%S} {one.kind:10} {one.bento_tag}  by {one.by}: {one.why}"
        for one in record.decisions
    ]
    return "\n".join([*told, "last decisions", *(decided or [f"  {NOTHING}"])])


def _named(release: Release | None) -> str:
    if release is None:
        return NOTHING
    return f"{release.bento_tag} (bundle {release.bundle_id[:12]}, champion of {release.day})"
