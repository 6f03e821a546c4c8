"""Customer lists as bytes, small or seeded and messy, and the steps that read them whole."""

import re

import numpy as np
import pandas as pd

from shared.domain.csv_records import plan_partitions
from shared.domain.customers import DUPLICATE, parse_partition, repeated_rows
from shared.run_config import PartitionSettings

HEADER = b"customer_id,purchase_frequency,avg_order_value,last_engagement_days"
FULL_HEADER = HEADER + b",age,location,tier,historical_open_rate,historical_click_rate"
DIGEST = "0" * 64
ONE = PartitionSettings(count=1)


def plan(data, settings=ONE, step=1 << 20):
    chunks = (data[offset : offset + step] for offset in range(0, len(data), step))
    return plan_partitions(chunks, size=len(data), settings=settings, input_digest=DIGEST)


def parse(data, settings=ONE, step=1 << 20):
    """The parsed partitions of a whole list."""
    planned = plan(data, settings, step)
    return [
        parse_partition(data[part.offset : part.offset + part.length], planned.columns, part, "seed")
        for part in planned.partitions
    ]


def rows(*lines, header=HEADER, end=b"\n"):
    return end.join([header, *lines]) + end


def only(*lines, header=HEADER, end=b"\n"):
    """The one partition of a list with these lines."""
    return parse(rows(*lines, header=header, end=end))[0]


def reasons(parsed):
    return dict(zip(parsed.rejects["row_number"].tolist(), parsed.rejects["reason"].tolist(), strict=True))


def reader(frames):
    """What gives columns of all ``frames``, whenever it is called."""
    return lambda columns: (frame[columns] for frame in frames)


def merged(parsed):
    """All customers and rejects of a list, duplicates across partitions moved from the one to the other."""
    everyone = pd.concat([part.customers for part in parsed], ignore_index=True)
    repeated = repeated_rows(reader([part.customers for part in parsed]), len(everyone))
    rejects = pd.concat(
        [*(part.rejects for part in parsed), pd.DataFrame({"row_number": repeated, "reason": DUPLICATE})]
    )
    kept = everyone[~everyone["row_number"].isin(repeated)].reset_index(drop=True)
    return kept, rejects.sort_values("row_number", ignore_index=True)


def messy_list(seed, size, end):
    """A seeded list with quoted separators and line ends, bad rows, blank lines, repeated ids and bad bytes."""
    rng = np.random.default_rng(seed)
    places = [b"UK", b'"Paris, France"', b'"a' + end + b'b"', b'"say ""hi"""', b'5" pipe', b"\xff", b"\xc3\xa9", b""]
    numbers = [b"1", b"2.50", b" 3e2 ", b"1e308", b"-1", b"nan", b"", b"9e999", b"1,5"]
    likely = [0.3, 0.3, 0.2, 0.1, 0.02, 0.02, 0.02, 0.02, 0.02]
    lines = []
    for _ in range(size):
        number = rng.choice(numbers, size=3, p=likely)
        place = places[rng.integers(len(places))]
        lines.append(b"%d,%s,%s,%s,,%s,,," % (rng.integers(size), *number, place))
        if rng.random() < 0.03:
            lines.append(b"")
    return rows(*lines, header=FULL_HEADER, end=end)


def stray_list(seed, size, end):
    """A seeded list of customers in which some quotes are stray, so that records seem to span lines."""
    rng = np.random.default_rng(seed)
    places = [b"UK", b'"Leeds, UK"', b'"a' + end + b'b"', b'""', b'"Leeds', b'Leeds"', b'"', b'"Leeds" UK', b'"",""']
    likely = [0.5, 0.2, 0.1, 0.05, 0.03, 0.03, 0.03, 0.03, 0.03]
    lines = [b"c%d,1,2,3,,%s,,," % (i, places[rng.choice(len(places), p=likely)]) for i in range(size)]
    return rows(*lines, header=FULL_HEADER, end=end)


def noise(rng, size):
    """Random pieces of CSV below a header of four columns, most of them quotes, separators and line ends."""
    pieces = [b'"', b'"', b'""', b",", b"a", b"\n", b"\r\n", b"\r", b"a,1,2,3\n", b'"a,b"', b'"x",1,"2', b',3"\n']
    return b"".join(pieces[index] for index in rng.integers(len(pieces), size=size))


def slow_records(text, fields, limit):
    """Start, end, and whether it is a line given up, of each record, byte by byte; None if a line is over the limit."""
    found, start = [], 0
    while start < len(text):
        line_end = re.compile(rb"\r\n|\n|\r|\Z").search(text, start).end()
        end, well_formed = _slow_record(text, start, fields)
        broken = well_formed is None if end == line_end else not well_formed or end - start > limit
        end = line_end if broken else end
        if end - start > limit:
            return None
        found.append((start, end, broken))
        start = end
    return found


def _slow_record(text, start, fields):
    """Where the record ends, and whether it is well formed; None for a quote that nothing closes."""
    state, commas, misquoted, position = "start", 0, False, start
    while position < len(text):
        byte, two = text[position : position + 1], text[position : position + 2]
        position += 1
        if state == "quoted":
            if two == b'""':
                position += 1
            elif byte == b'"':
                state = "closed"
        elif byte in b"\r\n":
            position += two == b"\r\n"
            break
        elif byte == b",":
            state, commas = "start", commas + 1
        elif byte == b'"' and state == "start":
            state = "quoted"
        else:
            misquoted |= state == "closed"
            state = "text"
    return position, None if state == "quoted" else commas + 1 == fields and not misquoted
