"""The benchmark of the safety screen: its disguises, its intervals, and the files it reads."""

import json
import random

import pytest

from benchmarks.screen import DISGUISES, Text, disguised, lines, read, wilson


def test_wilsons_interval_is_the_published_one():
    """8 of 10 give 0.490 to 0.943 at 95 %, and none of 0 gives no rate at all."""
    rate = wilson(8, 10)
    assert (rate.share, round(rate.low, 3), round(rate.high, 3)) == (0.8, 0.49, 0.943)
    assert wilson(0, 0).share is None


@pytest.mark.parametrize("hits", [0, 5])
def test_an_interval_stays_within_0_and_1(hits):
    """None or all of five still gives an interval of some width, and no share beyond the possible."""
    rate = wilson(hits, 5)
    assert 0 <= rate.low < rate.high <= 1


@pytest.mark.parametrize("name", [*DISGUISES, "mixed"])
def test_a_disguise_changes_every_long_word_and_comes_out_the_same_again(name):
    """With the same seed the same disguise; short words stay as they are."""
    text = "it is a secret message"
    hidden = disguised(text, name, random.Random(3))
    assert hidden == disguised(text, name, random.Random(3))
    assert hidden.startswith("it is a ")
    assert "secret" not in hidden
    assert "message" not in hidden


def test_each_kind_of_text_has_its_own_rate():
    """Recall is of the texts labelled with a category, false alarms of those labelled with none."""
    texts = [Text("I will kill you", ("violence",), True), Text("Free delivery on lamps", (), False)]
    rates = {(name, measure): blocked for name, measure, blocked, _ in lines(texts, seed=1)}
    assert rates["violence", "recall"].share == 1.0
    assert rates["harmless", "false alarms"].share == 0.0
    assert rates["hate", "recall"].n == 0


def test_both_forms_of_label_are_read(tmp_path):
    """A row names categories, or only whether it is harmful."""
    rows = [{"id": 1, "text": "a", "categories": ["hate"]}, {"id": 2, "text": "b", "harmful": False}]
    path = tmp_path / "texts.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    assert read(path) == [Text("a", ("hate",), True), Text("b", (), False)]


@pytest.mark.parametrize(
    "line", ["no json", "[]", '{"text": "x"}', '{"text": 1, "harmful": true}', '{"text": "x", "categories": ["spam"]}']
)
def test_a_line_without_a_label_is_named(tmp_path, line):
    """Anything else ends with one message that names the file and the line, never the text."""
    path = tmp_path / "texts.jsonl"
    path.write_text(line)
    with pytest.raises(SystemExit, match="line 1: must be"):
        read(path)
