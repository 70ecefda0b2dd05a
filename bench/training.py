"""Learning from ten million records: time and memory, beside a scan of the file and logistic regression on its rows.

Every measurement is a process of its own, so that its peak of memory is its own. The records are those of a simulated
world (`bench.world`): communities with the same answers that tried the same channel make a cell.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from bench.report import Figure, at_least, at_most, machine, show

RECORDS, PROFILES = 10_000_000, 29_000
"""So many profiles make about 590,000 cells of ten million records."""
RAW_ROWS = 300_000
"""Rows that logistic regression gets; its time is scaled by their number."""
FASTER, MEMORY = 18.0, 700.0
_BEGAN = time.perf_counter()
_NUMBER = "PLATFORM_FIT_BENCH_RECORDS"
_ROWS = 1_000_000
_FIRST_DAY = 19_723  # 2024-01-01
_DAYS = 690
SPARK = "local-cluster[2,1,1024]"


def write_records(path: Path, records: int, profiles: int) -> None:
    """Write records of one world, in no order, as Parquet with a column per question."""
    import numpy as np
    import pyarrow as pa
    from pyarrow import parquet

    from bench.world import World, WorldSettings
    from model.knowledge.loader import load_knowledge
    from training.learning.design_matrix import Featuriser
    from training.records.record_columns import flat

    knowledge = load_knowledge()
    world, random = World(Featuriser(knowledge), 7, WorldSettings()), np.random.default_rng(1)
    seen, chances, choices = [], [], []
    while len(seen) < profiles:
        complete, told = world.communities(1000, unanswered=0.2)
        seen += told
        chances.append(world.chances(complete))
        choices.append(np.cumsum(world.choices(told)[0], axis=1))
    chance, choice = np.vstack(chances), np.vstack(choices)
    answers = {question.id: pa.array([flat(each.as_dict().get(question.id)) or None for each in seen])
               .dictionary_encode() for question in knowledge.questionnaire}  # fmt: skip
    usual = random.lognormal(0, 1, len(seen))
    channels, strength = pa.array([channel.id for channel in knowledge.channels]), 1 / world.alikeness - 1
    communities = 0

    def batch(rows: int) -> pa.Table:
        nonlocal communities
        profile = np.searchsorted(np.cumsum(usual / usual.sum()), random.random(rows)).clip(max=len(seen) - 1)
        channel = (choice[profile] < random.random(rows)[:, np.newaxis]).sum(axis=1).clip(max=len(channels) - 1)
        invited = np.clip(np.round(np.exp(random.normal(3.2, 0.8, rows))), 3, 500).astype(np.int32)
        invited[random.random(rows) < 0.1] = 1
        share = np.clip(chance[profile, channel], 1e-6, 1 - 1e-6)
        active = random.binomial(invited, random.beta(share * strength, (1 - share) * strength)).astype(np.int32)
        # One community in three has a second record; it starts on another day, so that no record is there twice.
        second = random.random(rows) < 0.26
        number = communities + np.cumsum(~second)
        communities = int(number[-1])
        start = (_FIRST_DAY + random.integers(0, _DAYS, rows)).astype(np.int32)
        later = np.arange(rows) - np.maximum.accumulate(np.where(second, 0, np.arange(rows)))
        start = np.where(second, start[np.arange(rows) - later], start) + later.astype(np.int32)
        return pa.table({
            "community": pa.array(np.char.add("community-", number.astype(str)).tolist()),
            "channel": pa.DictionaryArray.from_arrays(pa.array(channel.astype(np.int8)), channels),
            "start": pa.array(start).cast(pa.date32()),
            "invited": invited,
            "active": active,
            **{name: column.take(pa.array(profile)) for name, column in answers.items()},
        })  # fmt: skip

    first = batch(min(_ROWS, records))
    with parquet.ParquetWriter(path, first.schema) as writer:
        writer.write_table(first)
        for done in range(_ROWS, records, _ROWS):
            writer.write_table(batch(min(_ROWS, records - done)))


# What is measured, each in a process of its own


def write(path: Path) -> Mapping[str, Any]:
    """Write the records: `RECORDS`, or as many as the environment says."""
    records = int(os.environ.get(_NUMBER, RECORDS))
    write_records(path, records, max(1, PROFILES * records // RECORDS))
    return {}


def scan(path: Path) -> Mapping[str, Any]:
    """Read every column once."""
    import duckdb

    connection = duckdb.connect()
    columns = [row[0] for row in connection.execute(f"DESCRIBE SELECT * FROM '{path}'").fetchall()]
    # Not the greatest value: that stands in the file itself.
    every = ", ".join(f'bit_xor(hash("{column}"))' for column in columns)
    connection.execute(f"SELECT {every} FROM '{path}'").fetchall()
    return {}


def ours(path: Path) -> Mapping[str, Any]:
    """Aggregate and fit, as `platform-fit train` does."""
    import training.learning.single_thread  # noqa: F401
    from model.knowledge.loader import load_knowledge
    from training.records.aggregation import AggregatedEvidence
    from training.records.engines import in_duckdb

    knowledge = load_knowledge()
    with in_duckdb(path, knowledge, knowledge.messages["en"], date.today()) as big:
        assert big is not None
        return _fitted(AggregatedEvidence(big.outcomes, knowledge), knowledge)


def spark(path: Path) -> Mapping[str, Any]:
    """The same through Spark with two workers."""
    import training.learning.single_thread  # noqa: F401
    from model.knowledge.loader import load_knowledge
    from training.records.aggregation import AggregatedEvidence
    from training.records.engines import in_spark

    knowledge = load_knowledge()
    with in_spark(path, SPARK, knowledge, knowledge.messages["en"], date.today()) as big:
        return _fitted(AggregatedEvidence(big.outcomes, knowledge), knowledge)


def _fitted(evidence: Any, knowledge: Any) -> Mapping[str, Any]:
    from training.learning.design_matrix import Featuriser
    from training.learning.pipeline import fit_evidence

    scorer = fit_evidence(evidence, Featuriser(knowledge))
    return {
        "records": evidence.records,
        "cells": len(scorer.learned.cells),
        "sample": len(evidence.sample),
        "artifact": scorer.artifact.checksum,
    }


def raw_rows(path: Path) -> Mapping[str, Any]:
    """One-hot answers and logistic regression on the rows themselves; members count as weights."""
    import training.learning.single_thread  # noqa: F401, I001
    import numpy as np
    from pyarrow import parquet
    from scipy import sparse
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import MultiLabelBinarizer, OneHotEncoder

    from model.knowledge.loader import load_knowledge

    started = {"start_seconds": time.perf_counter() - _BEGAN, "start_processor": time.process_time()}
    frame = next(parquet.ParquetFile(path).iter_batches(RAW_ROWS)).to_pandas()
    questions = list(load_knowledge().questionnaire)
    single = ["channel", *(question.id for question in questions if question.kind == "single")]
    parts = [OneHotEncoder().fit_transform(frame[single].astype(object).fillna("unknown"))]
    for question in questions:
        if question.kind == "multi":
            codes = frame[question.id].astype(object).fillna("unknown").str.split("|")
            parts.append(MultiLabelBinarizer(sparse_output=True).fit_transform(codes))
    rows = sparse.hstack(parts, format="csr")
    weight = np.concatenate([frame.active, frame.invited - frame.active]).astype(float)
    told = weight > 0
    both, outcome = sparse.vstack([rows, rows], format="csr"), np.repeat([1, 0], len(frame))
    LogisticRegression(max_iter=1000).fit(both[told], outcome[told], sample_weight=weight[told])
    return {"rows": len(frame), "columns": rows.shape[1], **started}


MEASURED: Mapping[str, Callable[[Path], Mapping[str, Any]]] = {
    "write": write, "scan": scan, "ours": ours, "raw_rows": raw_rows, "spark": spark,
}  # fmt: skip


def measure(what: str, path: Path) -> Mapping[str, Any]:
    """Carry out one of `MEASURED` in a new process: what it says, seconds by the clock and of processor, MB at most."""
    began, before = time.perf_counter(), _processor()
    done = subprocess.run(
        [sys.executable, "-m", "bench", "training", "--measure", what, "--file", str(path)],
        check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    seconds, busy = time.perf_counter() - began, _processor() - before
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    print(
        f"  {what}: {seconds:.1f} s, {busy:.1f} s of processor, {found['memory']:.0f} MB", file=sys.stderr, flush=True
    )
    return {**found, "seconds": seconds, "processor": busy}


def _processor() -> float:
    """Seconds of processor time of all processes that were started and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(arguments: Sequence[str]) -> int:
    """Write the records, measure, and print figures beside their targets."""
    parser = argparse.ArgumentParser(prog="python -m bench training", description=__doc__)
    parser.add_argument("--records", type=int, default=RECORDS)
    parser.add_argument("--spark", action="store_true", help=f"also through Spark, {SPARK}")
    parser.add_argument("--file", type=Path, help="records that were written before")
    parser.add_argument("--measure", choices=MEASURED, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.measure:
        said = MEASURED[options.measure](options.file)
        print(json.dumps({**said, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6}))
        return 0
    with tempfile.TemporaryDirectory(prefix="platform-fit-bench-") as folder:
        path = options.file or Path(folder) / "records.parquet"
        os.environ[_NUMBER] = str(options.records)
        asked = {"write": not options.file, "spark": options.spark}
        found = {what: measure(what, path) for what in MEASURED if asked.get(what, True)}
        size = os.path.getsize(path) / 1e6
    show(f"Learning from {found['ours']['records']:,} records, {size:.0f} MB of Parquet ({machine()})", _figures(found))
    return 0


def _figures(found: Mapping[str, Mapping[str, Any]]) -> Iterator[Figure]:
    mine, rows = found["ours"], found["raw_rows"]

    def scaled(kind: str) -> float:
        """Only what was done for rows grows with them; to load libraries does not."""
        start = float(rows[f"start_{kind}"])
        return start + (float(rows[kind]) - start) * float(mine["records"]) / float(rows["rows"])

    def both(times: Mapping[str, Any]) -> str:
        return f"{times['seconds']:.1f} s, {times['processor']:.1f} s of processor"

    yield Figure("one scan of the file", both(found["scan"]))
    yield Figure("aggregate and fit", both(mine))
    yield Figure("  distinct cells, records in memory", f"{mine['cells']:,}, {mine['sample']:,}")
    yield at_most("  memory", mine["memory"], MEMORY, "{:.0f} MB")
    what = f"one-hot + LogisticRegression, {rows['rows']:,} rows"
    yield Figure(what, f"{both(rows)}, {rows['memory']:.0f} MB")
    yield Figure("  scaled to all rows", both({kind: scaled(kind) for kind in ("seconds", "processor")}))
    yield at_least("  times as long as ours", scaled("seconds") / mine["seconds"], FASTER, "{:.1f} ×")
    yield at_least("  times as much processor", scaled("processor") / mine["processor"], FASTER, "{:.1f} ×")
    if "spark" in found:
        same = "the same artifact" if found["spark"]["artifact"] == mine["artifact"] else "ANOTHER ARTIFACT"
        yield Figure(f"aggregate and fit through Spark, {SPARK}", f"{found['spark']['seconds']:.1f} s, {same}")
