"""What one writes without us: what a source lists, joined with two inventories of S3, and counted.

Usage: join_inventories.py csv|polars CSV|Parquet FOLDER LISTING LOCKED_UNTIL
FOLDER has source-*.csv.gz and vault-*.csv.gz (or .parquet), and LISTING, a CSV of key, version id, size and ETag; with an empty LISTING
what the source's inventory tells is held against the vault's.
Prints one JSON object: how many versions are right at the vault, otherwise there, and missing; time and CPU time; peak memory in MiB.
"""

import glob
import json
import os
import resource
import sys
import time

COLUMNS = [
    "bucket", "key", "version_id", "is_latest", "is_delete_marker", "size", "last_modified", "etag", "storage_class",
    "replication_status", "encryption", "retain_until", "lock_mode", "legal_hold",
]
LISTED = ["key", "version_id", "size", "etag"]


def with_csv(files, listing, locked_until):
    import csv
    import gzip

    def read(side):
        for path in files(side):
            with gzip.open(path, "rt", newline="", encoding="utf-8") as file:
                yield from csv.reader(file)

    def listed():
        with open(listing, newline="", encoding="utf-8") as file:
            yield from csv.reader(file)

    if listing:
        sources = {(row[1], row[2]): (row[5], row[7], row[9]) for row in read("source")}
        wanted = ((key, version_id, size, etag, sources.get((key, version_id))) for key, version_id, size, etag in listed())
    else:
        wanted = ((row[1], row[2], row[5], row[7], (row[5], row[7], row[9])) for row in read("source"))
    replicas = {(row[1], row[2]): (row[5], row[7], row[9], row[11], row[12]) for row in read("vault")}
    right = other = missing = 0
    for key, version_id, size, etag, source in wanted:
        replica = replicas.get((key, version_id))
        if replica is None:
            missing += 1
            continue
        replica_size, replica_etag, status, until, mode = replica
        is_right = (
            source == (size, etag, "COMPLETED")
            and replica_size == size and replica_etag == etag and status == "REPLICA"
            and mode == "COMPLIANCE" and until >= locked_until
        )
        right += is_right
        other += not is_right
    return right, other, missing


def with_polars(files, listing, locked_until):
    import polars

    def read(side):
        paths = files(side)
        if paths[0].endswith(".parquet"):
            names = polars.scan_parquet(paths[0]).collect_schema().names()
            return polars.scan_parquet(paths).rename(dict(zip(names, COLUMNS)))
        return polars.scan_csv(
            paths, has_header=False, new_columns=COLUMNS, schema={name: polars.String for name in COLUMNS}
        )

    is_parquet = files("vault")[0].endswith(".parquet")
    wanted_until = polars.lit(locked_until)
    if is_parquet:
        wanted_until = wanted_until.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us")
    name = ["key", "version_id"]
    wanted = read("source")
    if listing:
        listed = polars.scan_csv(
            listing, has_header=False, new_columns=LISTED, schema={name: polars.String for name in LISTED}
        )
        if is_parquet:
            listed = listed.with_columns(polars.col("size").cast(polars.Int64))
        wanted = listed.join(wanted, on=name, how="left", suffix="_source")
    else:
        wanted = wanted.with_columns(size_source=polars.col("size"), etag_source=polars.col("etag"))
    joined = wanted.join(read("vault"), on=name, how="left", suffix="_vault")
    is_missing = polars.col("etag_vault").is_null()
    is_right = (
        (polars.col("size") == polars.col("size_source"))
        & (polars.col("etag") == polars.col("etag_source"))
        & (polars.col("replication_status") == "COMPLETED")
        & (polars.col("size") == polars.col("size_vault"))
        & (polars.col("etag") == polars.col("etag_vault"))
        & (polars.col("replication_status_vault") == "REPLICA")
        & (polars.col("lock_mode_vault") == "COMPLIANCE")
        & (polars.col("retain_until_vault") >= wanted_until)
    ).fill_null(False)
    found = joined.select(
        right=is_right.sum(), other=(~is_right & ~is_missing).sum(), missing=is_missing.sum(),
    ).collect(engine="streaming")
    return found.row(0)


def main():
    started_at, cpu_started_at = time.perf_counter(), time.process_time()
    engine, form, folder, listing, locked_until = sys.argv[1:]
    extension = ".csv.gz" if form == "CSV" else ".parquet"

    def files(side):
        return sorted(glob.glob(os.path.join(folder, f"{side}-*{extension}")))

    join = with_csv if engine == "csv" else with_polars
    right, other, missing = join(files, listing and os.path.join(folder, listing), locked_until)
    print(json.dumps({
        "right": right, "other": other, "missing": missing,
        "seconds": time.perf_counter() - started_at, "CPU seconds": time.process_time() - cpu_started_at,
        "peak MiB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }))


main()
