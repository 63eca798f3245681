"""The embedded broker: a message is there whole, or not at all."""

import json
import threading
from pathlib import Path
from uuid import uuid4

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from smartapp import broker


@pytest.fixture
def folders(tmp_path):
    for name in ("messages", "control", "processed"):
        (tmp_path / name).mkdir()
    return tmp_path


@pytest.fixture
def name():
    """A queue's name; kombu remembers, for the life of the process, which it has declared."""
    return f"drafts-{uuid4().hex}"


def connection(folders: Path) -> Connection:
    broker.register()
    options = {
        "data_folder_in": str(folders / "messages"),
        "data_folder_out": str(folders / "messages"),
        "control_folder": str(folders / "control"),
        "processed_folder": str(folders / "processed"),
        "store_processed": True,
    }
    return Connection("files://", transport_options=options)


def test_a_message_arrives_as_it_was_sent(folders, name):
    with connection(folders) as sender, sender.SimpleQueue(name) as queue:
        queue.put({"draft": "1"})
        message = queue.get(timeout=2)
        assert message.payload == {"draft": "1"}
        message.ack()


def test_no_reader_ever_sees_a_part_of_a_message(folders, name):
    done = threading.Event()

    def send():
        with connection(folders) as sender, sender.SimpleQueue(name) as queue:
            for number in range(300):
                queue.put({"draft": number, "padding": "x" * 20_000})
        done.set()

    writer = threading.Thread(target=send)
    writer.start()
    seen = 0
    while not done.is_set() or seen < 300:
        for path in (folders / "messages").glob(f"*.{name}.msg"):
            json.loads(path.read_text())  # a part of one would not parse
            path.unlink()
            seen += 1
    writer.join()
    assert seen == 300


def test_a_folder_that_cannot_be_written_to_is_told_as_such(folders, name):
    with connection(folders) as sender, sender.SimpleQueue(name) as queue:
        (folders / "messages").rmdir()
        (folders / "messages").write_text("not a folder")
        with pytest.raises(ChannelError):
            queue.put({"draft": "1"})
