"""Who may not be written to is left out before anything else, and every row is counted once."""

from contextlib import suppress
from itertools import product

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.domain.csv_records import plan_partitions
from shared.domain.customers import load_customer_data, parse_partition, suppressed_elsewhere
from shared.domain.pseudonyms import erased, erased_entry, key_id, pseudonym
from shared.domain.suppression import (
    ERASED,
    LISTED,
    NO_CONSENT,
    UNSUBSCRIBED,
    Suppression,
    consent_columns,
    listed_ids,
    read_ids,
)
from shared.errors import InputError
from shared.run_config import PartitionSettings, PrivacyConfig
from tests.customer_lists import HEADER

KEY = bytes(range(32))
OTHER_KEY = bytes(range(1, 33))


COLUMNS_ALONE = Suppression()


def parts_of(data, suppression=COLUMNS_ALONE, count=1):
    """The parsed partitions of a list, cut into ``count`` at most."""
    wanted = PartitionSettings(count=count)
    plan = plan_partitions([data], size=len(data), settings=wanted, input_digest="0" * 64)
    return [
        parse_partition(data[part.offset : part.offset + part.length], plan.columns, part, "seed", suppression)
        for part in plan.partitions
    ]


def reasons(parsed):
    return dict(zip(parsed.suppressed["row_number"].tolist(), parsed.suppressed["reason"].tolist(), strict=True))


def a_list(*lines, extra=b",consent"):
    return b"\n".join([HEADER + extra, *lines]) + b"\n"


@pytest.mark.parametrize("value", ["yes", " YES ", "True", "1", "Opted_In", "granted"])
def test_granted_consent_lets_a_row_pass(value):
    """A granted value counts in any case and with blanks around it."""
    (parsed,) = parts_of(a_list(f"a,1,2,3,{value}".encode()))
    assert len(parsed.customers) == 1
    assert parsed.suppressed.empty


@pytest.mark.parametrize("value", ["", "no", "maybe", "yes please", "unknown", "0", "null", "\ufffd"])
def test_anything_but_granted_consent_suppresses(value):
    """Blank and unknown values are no consent."""
    (parsed,) = parts_of(a_list(f"a,1,2,3,{value}".encode()))
    assert reasons(parsed) == {2: NO_CONSENT}


@pytest.mark.parametrize(("value", "left_out"), [("", False), ("No", False), ("0", False), ("yes", True), ("?", True)])
def test_unsubscribed_values_that_are_not_a_clear_no_suppress(value, left_out):
    """Blank and no pass; yes, a date or a word nobody knows does not."""
    (parsed,) = parts_of(a_list(f"a,1,2,3,{value}".encode(), extra=b",unsubscribed"))
    assert reasons(parsed) == ({2: UNSUBSCRIBED} if left_out else {})


def test_columns_are_found_in_any_spelling_and_not_kept():
    """A header that says Consent means consent; what it says reaches no customer frame."""
    (parsed,) = parts_of(a_list(b"a,1,2,3,no,", b"b,1,2,3,yes,1", extra=b", Consent ,UNSUBSCRIBED"))
    assert reasons(parsed) == {2: NO_CONSENT, 3: UNSUBSCRIBED}
    (kept,) = parts_of(a_list(b"b,1,2,3,yes"))
    assert not [name for name in kept.customers if "consent" in name]


def test_header_with_two_columns_of_consent_is_refused():
    """Which of the two would count, nobody can say."""
    with pytest.raises(InputError, match="more than one column consent"):
        parts_of(a_list(b"a,1,2,3,yes,no", extra=b",consent,Consent"))


def test_consent_can_be_required():
    """With consent required, a list that does not tell it is refused."""
    with pytest.raises(InputError, match="no column consent"):
        consent_columns(["customer_id"], PrivacyConfig(consent_required=True))
    assert consent_columns(["customer_id"], PrivacyConfig()) == (None, None)


def test_suppressed_row_is_never_a_reject_whatever_else_is_wrong_with_it():
    """Bad numbers, bad bytes, a repeated or missing id: whoever gave no consent is suppressed all the same."""
    lines = [b"a,x,2,3,no", b"a,1,,3,no", b",1,2,3,no", b"\xff,1,2,3,no", b"a" * 300 + b",1,2,3,no", b"b,1,2,3,\xff"]
    (parsed,) = parts_of(a_list(*lines))
    assert reasons(parsed) == dict.fromkeys(range(2, 8), NO_CONSENT)
    assert parsed.rejects.empty


def test_row_without_the_fields_to_tell_is_rejected():
    """A row with too few fields, or without any, says nothing about consent and goes nowhere."""
    (parsed,) = parts_of(a_list(b"a,1,2", b"", b'b,1,2,3,"yes', b"c,1,2,3,yes"))
    assert (len(parsed.customers), len(parsed.rejects), len(parsed.suppressed)) == (1, 3, 0)


def test_listed_and_erased_ids_are_left_out_exactly_as_written():
    """An id is matched to the letter: 007 is not 7."""
    suppression = Suppression(
        listed=lambda ids: listed_ids(ids, [b"007\n"], "list"),
        erased=lambda ids: erased(ids.to_numpy(zero_copy_only=False), erased_entry("e", KEY), KEY),
    )
    (parsed,) = parts_of(b"\n".join([HEADER, b"007,1,2,3", b"7,1,2,3", b"e,1,2,3", b"E,bad,2,3"]), suppression)
    assert reasons(parsed) == {2: LISTED, 4: ERASED}
    assert parsed.customers["customer_id"].tolist() == ["7"]


ROWS = st.lists(
    st.tuples(
        st.sampled_from("abcde"), st.sampled_from(["1", "x", ""]), st.sampled_from(["yes", "no", ""]), st.booleans()
    ),
    min_size=1,
    max_size=25,
)


@settings(deadline=None)
@given(ROWS, st.integers(1, 8))
def test_every_row_is_counted_once_however_the_list_is_cut(rows, count):
    """Read is accepted, rejected and suppressed; partitions change neither the counts nor who is left out."""
    lines = [f"{name},{number},2,3,{consent}{',' * torn}".encode() for name, number, consent, torn in rows]
    data = a_list(*lines)
    suppression = Suppression(listed=lambda ids: listed_ids(ids, [b"customer_id\ne\n"], "list"))
    outcome = [_outcome(parts_of(data, suppression, cut)) for cut in (1, count)]
    assert outcome[0] == outcome[1]
    assert sum(map(len, outcome[0])) == len(rows)


def _outcome(parts):
    """Row numbers of those accepted, rejected and suppressed, after what only the whole list can tell."""
    customers = pd.concat([part.customers for part in parts])
    repeated = customers["customer_id"].duplicated().to_numpy()
    refused = suppressed_elsewhere(customers["key"].to_numpy(), [part.refused_keys for part in parts])
    rows = customers["row_number"].to_numpy()
    rejected = sorted([*(n for part in parts for n in part.rejects["row_number"]), *rows[repeated]])
    suppressed = sorted([*(n for part in parts for n in part.suppressed["row_number"]), *rows[refused & ~repeated]])
    return sorted(rows[~repeated & ~refused]), rejected, suppressed


@settings(deadline=None)
@given(ROWS)
def test_nobody_is_written_to_whom_any_row_speaks_against(rows):
    """Of an id that has a row without consent, no row is accepted, before it or after it."""
    lines = [f"{name},1,2,3,{consent}".encode() for name, _, consent, _ in rows]
    parts = parts_of(a_list(*lines), count=4)
    customers = pd.concat([part.customers for part in parts])
    refused = suppressed_elsewhere(customers["key"].to_numpy(), [part.refused_keys for part in parts])
    assert set(customers["customer_id"][~refused]) == {n for n, *_ in rows} - {n for n, _, c, _ in rows if c != "yes"}


def test_whole_list_is_loaded_without_those_left_out(tmp_path):
    """load_customer_data keeps to the columns of consent too."""
    path = tmp_path / "list.csv"
    path.write_bytes(a_list(b"a,1,2,3,yes", b"b,1,2,3,no", b"c,1,2,3,yes", b"a,1,2,3,"))
    assert load_customer_data(str(path))["customer_id"].tolist() == ["c"]


# --- lists of ids -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "ids"),
    [
        (b"a\nb\n", ["a", "b"]),
        (b"\xef\xbb\xbfa\r\nb", ["a", "b"]),
        (b"customer_id\n007\n7\n", ["007", "7"]),
        (b'reason,customer_id\nx,"a,b"\ny,"say ""hi"""\n', ["a,b", 'say "hi"']),
        (b"\n\na\n\n b \n", ["a", " b "]),
        (b"", []),
        (b"\n", []),
    ],
)
def test_list_of_ids_is_read_in_both_forms(data, ids):
    """CSV with a customer_id column, or one id a line; ids as they stand."""
    for size in (1, 3, 100):
        chunks = [data[start : start + size] for start in range(0, len(data), size)]
        assert [str(name) for block in read_ids(chunks, "list") for name in block] == ids


@pytest.mark.parametrize(
    "data",
    [
        b"Customer ID\na\n",
        b"customer_id;reason\na;x\n",
        b"name,reason\na,x\n",
        b"a\nb,c\n",
        b"customer_id,reason\na\n",
        b"customer_id,customer_id\na,b\n",
        b"a\n\xff\n",
        b"\xff\xfea\x00",
        b"PK\x03\x04",
    ],
)
def test_list_of_ids_that_cannot_be_relied_on_is_refused(data):
    """A header or line that is not understood is never skipped: it may be somebody to leave out."""
    with pytest.raises(InputError, match=r"suppression list standing\.csv") as refusal:
        list(read_ids([data], "standing.csv"))
    assert "\na" not in str(refusal.value)


def test_long_lists_are_read_in_blocks():
    """A list of 300,000 ids names all of them, in more than one block."""
    data = b"".join(b"customer-%09d\n" % number for number in range(300_000))
    blocks = list(read_ids([data], "list"))
    assert len(blocks) > 1
    assert sum(map(len, blocks)) == 300_000
    asked = pa.array(["customer-000000000", "customer-000299999", "customer-000300000"])
    assert listed_ids(asked, [data], "list").tolist() == [True, True, False]


@pytest.mark.parametrize("data", [b"a" * 100_000, b"," * 100_000, b'"' * 100_000, b"\r" * 100_000, b" \n" * 50_000])
def test_hostile_lists_end(data):
    """A hundred thousand characters of one kind are read or refused, and nothing else."""
    with suppress(InputError):
        assert sum(map(len, read_ids([data], "list"))) <= 100_000


# --- pseudonyms and the list of the erased ----------------------------------------------------------------------------


def test_pseudonyms_need_the_key():
    """One customer has one pseudonym under a key and another under another; the id is not in it."""
    assert pseudonym("a", KEY) == pseudonym("a", KEY) != pseudonym("a", OTHER_KEY)
    assert len(pseudonym("a", KEY)) == 16
    assert len({pseudonym("a", KEY), pseudonym("b", KEY), key_id(KEY), key_id(OTHER_KEY)}) == 4


@settings(deadline=None)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), unique=True, max_size=20), st.data())
def test_exactly_the_erased_are_found(ids, data):
    """Whoever is on the list is found under its key, nobody else is, and under another key nobody at all."""
    gone = data.draw(st.sets(st.sampled_from(ids))) if ids else set()
    entries = b"".join(erased_entry(name, KEY) for name in sorted(gone))
    assert erased(ids, entries, KEY).tolist() == [name in gone for name in ids]
    assert not erased(ids, entries, OTHER_KEY).any()


def test_entries_of_the_erased_do_not_match_pseudonyms():
    """What stands in a log does not tell who is on the list."""
    names = [f"c{number}" for number in range(50)]
    entries = b"".join(erased_entry(name, KEY) for name in names).decode()
    assert not [name for name, text in product(names, [entries]) if pseudonym(name, KEY) in text]


def test_matching_a_short_list_costs_no_keyed_digest_per_customer(monkeypatch):
    """The fast hash sorts out all but a few of a hundred thousand ids."""
    made = []
    from shared.domain import pseudonyms

    entries = erased_entry("c7", KEY)
    real = pseudonyms._mac
    monkeypatch.setattr(pseudonyms, "_mac", lambda *given: made.append(given) or real(*given))
    found = erased([f"c{number}" for number in range(100_000)], entries, KEY)
    assert np.flatnonzero(found).tolist() == [7]
    assert len(made) < 10
