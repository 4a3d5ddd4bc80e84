"""The commit of the sources, as git tells it."""

import subprocess

import pytest

from movie_assets.training.card_figures import checked_out_commit


def git(folder, *words):
    identity = ("-c", "user.name=Someone", "-c", "user.email=someone@example.org")
    return subprocess.run(
        ["git", "-C", str(folder), *identity, *words], check=True, capture_output=True, text=True
    ).stdout.strip()


@pytest.fixture
def checkout(tmp_path):
    """A repository of one file and one commit."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "file").write_text("one")
    git(tmp_path, "add", "file")
    git(tmp_path, "commit", "--quiet", "--message", "one")
    return tmp_path


def test_a_checkout_has_its_commit(checkout):
    """All 40 digits, whatever tags there are."""
    git(checkout, "tag", "-a", "v1", "-m", "v1")

    assert checked_out_commit(checkout) == git(checkout, "rev-parse", "HEAD")


def test_changed_files_are_said(checkout):
    """What was trained with them cannot be found by the commit alone."""
    (checkout / "file").write_text("two")

    assert checked_out_commit(checkout) == git(checkout, "rev-parse", "HEAD") + "-dirty"


def test_sources_without_a_repository_have_none(checkout):
    """As in a container; a repository around them is not theirs."""
    (checkout / "inside").mkdir()

    assert checked_out_commit(checkout / "inside") is None


def test_a_repository_that_git_refuses_has_none(tmp_path):
    """Damaged, or somebody else's."""
    (tmp_path / ".git").write_text("gitdir: /nowhere")

    assert checked_out_commit(tmp_path) is None
