"""What the servers are told: Kafka's properties, Elasticsearch's settings and options, and whose data a home finds."""

from __future__ import annotations

from pathlib import Path

import pytest

from sada.local import elasticsearch_server, kafka_server, places
from sada.local.progress import Lines
from schemas import Settings


def test_kafka_takes_messages_as_large_as_the_settings_say(tmp_path: Path) -> None:
    """The broker's limits follow the settings, and nothing creates topics by the way."""
    values = kafka_server.broker_properties(tmp_path, Settings(_env_file=None, max_message_bytes=2_000_000), 9092, 9093)
    assert values["message.max.bytes"] == values["replica.fetch.max.bytes"] == "2000000"
    assert values["auto.create.topics.enable"] == "false"
    assert values["group.initial.rebalance.delay.ms"] == "0"
    assert values["listeners"] == "PLAINTEXT://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093"


def test_java_properties_hold_any_path() -> None:
    """Arabic letters, backslashes and letters beyond 16 bits are written as Java reads them."""
    assert kafka_server.as_java_properties({"a": "/أ\\b"}) == "a=/\\u0623\\\\b\n"
    assert kafka_server.as_java_properties({"a": "𝄞"}) == "a=\\ud834\\udd1e\n"


def test_elasticsearch_listens_on_loopback_only(tmp_path: Path) -> None:
    """A node by itself, reachable from this machine, that takes bulks as large as the settings say."""
    values = elasticsearch_server.node_settings(tmp_path, Settings(_env_file=None, bulk_bytes=90_000_000), 9200)
    assert values["network.host"] == "127.0.0.1"
    assert values["discovery.type"] == "single-node"
    assert values["http.max_content_length"] == "180000000b"


def test_jvm_options_replace_heap_and_log_files(tmp_path: Path) -> None:
    """Stock options stay, but for the heap and for files that the node's account could not write."""
    stock = "# comment\n-Xms4g\n-XX:+UseG1GC\n20-:--add-modules=x\n-Xlog:gc*:file=gc.log\n-XX:ErrorFile=hs_err.log\n"
    lines = elasticsearch_server.jvm_options(stock, tmp_path, ("-Xmx1g",)).splitlines()
    assert "-XX:+UseG1GC" in lines
    assert "20-:--add-modules=x" in lines
    assert {"-Xms512m", "-Xmx512m"} <= set(lines)
    assert not [line for line in lines if "gc.log" in line or "4g" in line or "comment" in line]
    assert lines[-1] == "-Xmx1g"
    assert f"-XX:ErrorFile={tmp_path}/logs/hs_err_pid%p.log" in lines


def test_a_home_finds_its_data_until_it_is_deleted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As root, data lies elsewhere: it belongs to its home only as long as that very home exists."""
    monkeypatch.setattr(places, "ROOT_DATA", tmp_path / "lib")
    monkeypatch.setattr(places, "is_root", lambda: True)
    home = tmp_path / "home"
    folder = elasticsearch_server._own_folder(home)
    (folder / "documents").write_text("kept")
    assert elasticsearch_server._own_folder(home) == folder
    assert (folder / "documents").exists()
    (home / "elasticsearch.id").unlink()
    assert elasticsearch_server._own_folder(home) == folder
    assert not (folder / "documents").exists()
    elasticsearch_server.forget_elasticsearch(home)
    assert not folder.exists()


def test_an_ordinary_user_keeps_all_below_its_own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without root the cache is the user's and the data lies in the home folder; no account is needed."""
    monkeypatch.setattr(places, "is_root", lambda: False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert places.cache_folder() == tmp_path / "cache" / "sada"
    assert places.elasticsearch_folder(tmp_path) == tmp_path / "elasticsearch"
    assert places.account() is None


def test_a_closed_folder_is_not_open_to_others(tmp_path: Path) -> None:
    """A JDK below a folder of mode 700 cannot be run by another account."""
    (tmp_path / "closed" / "jdk").mkdir(parents=True)
    (tmp_path / "closed").chmod(0o700)
    assert not places.open_to_others(tmp_path / "closed" / "jdk")
    assert places.open_to_others(Path("/usr"))


def test_plain_lines_name_large_files_and_the_end() -> None:
    """Without a terminal, one line for each large file and one when all are there."""
    told: list[str] = []
    lines = Lines(2, told.append)
    for name, size in (("small.jar", 1000), ("large.zip", 132_000_000)):
        with lines.of_file(name, size) as advance:
            advance(size)
        lines.done(name)
    assert told == ["downloading large.zip (132 MB)", "downloaded 2 files (132 MB), checksums verified"]
