"""Customer lists as bytes, small or seeded and messy, and the steps that read them whole."""

import numpy as np
import pandas as pd

from shared.domain.csv_records import plan_partitions
from shared.domain.customers import DUPLICATE, confirm_duplicates, duplicate_candidates, parse_partition
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


def merged(parsed):
    """All customers and rejects of a list, duplicates across partitions moved from the one to the other."""
    candidates = duplicate_candidates(
        [(part.customers["key"].to_numpy(), part.customers["row_number"].to_numpy()) for part in parsed]
    )
    wanted = [
        part.customers.loc[part.customers["row_number"].isin(found), ["row_number", "customer_id"]]
        for part, found in zip(parsed, candidates, strict=True)
    ]
    repeated = np.concatenate(confirm_duplicates(wanted))
    everyone = pd.concat([part.customers for part in parsed], ignore_index=True)
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
