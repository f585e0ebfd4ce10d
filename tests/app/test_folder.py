"""The data folder: made private, refused in one sentence, used by one product at a time."""

import os
from pathlib import Path

import pytest

from lyhord.app.folder import FolderUnusable, data_folder, held, prepare_folder
from lyhord.app.settings import Settings


def test_paths_lie_in_the_folder(tmp_path: Path) -> None:
    folder = data_folder(Settings(data_dir=str(tmp_path)))
    assert folder.database == tmp_path / "lyhord.db"
    assert folder.files == tmp_path / "files"
    assert folder.secret_key == tmp_path / "secret.key"


def test_the_database_may_lie_elsewhere(tmp_path: Path) -> None:
    settings = Settings(data_dir=str(tmp_path), database="sqlite:/srv/fast/lyhord.db")
    assert data_folder(settings).database == Path("/srv/fast/lyhord.db")


def test_a_new_folder_is_its_owners_alone(tmp_path: Path) -> None:
    folder = data_folder(Settings(data_dir=str(tmp_path / "new")))
    prepare_folder(folder)
    assert folder.root.stat().st_mode & 0o077 == 0
    assert list(folder.root.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnusable, match=r"can't be written.*--data-dir"):
        prepare_folder(data_folder(Settings(data_dir=str(tmp_path / "file" / "data"))))


def test_two_products_do_not_use_one_folder(tmp_path: Path) -> None:
    folder = data_folder(Settings(data_dir=str(tmp_path)))
    with held(folder, alone=True):
        with pytest.raises(FolderUnusable, match=f"process {os.getpid()}"), held(folder, alone=True):
            pass
        with pytest.raises(FolderUnusable), held(folder, alone=False):
            pass
    with held(folder, alone=True):
        pass


def test_web_and_worker_share_a_folder_and_keep_a_restore_out(tmp_path: Path) -> None:
    folder = data_folder(Settings(data_dir=str(tmp_path)))
    with held(folder, alone=False), held(folder, alone=False), pytest.raises(FolderUnusable), held(folder, alone=True):
        pass
