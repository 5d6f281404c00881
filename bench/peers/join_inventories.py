"""What one writes without us: two inventories of S3 (CSV, gzip), joined, and counted.

Usage: join_inventories.py csv|polars SOURCE.csv.gz VAULT.csv.gz LOCKED_UNTIL
Prints one JSON object: how many versions are right at the vault, otherwise there, and missing; peak memory in MiB.
"""

import json
import resource
import sys

COLUMNS = [
    "bucket", "key", "version_id", "is_latest", "is_delete_marker", "size", "last_modified", "etag", "storage_class",
    "replication_status", "encryption", "retain_until", "lock_mode", "legal_hold",
]


def with_csv(source, vault, locked_until):
    import csv
    import gzip

    replicas = {}
    with gzip.open(vault, "rt", newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            replicas[(row[1], row[2])] = (row[5], row[7], row[9], row[11], row[12])
    right = other = missing = 0
    with gzip.open(source, "rt", newline="", encoding="utf-8") as file:
        for row in csv.reader(file):
            replica = replicas.get((row[1], row[2]))
            if replica is None:
                missing += 1
                continue
            size, etag, status, until, mode = replica
            is_right = (
                size == row[5] and etag == row[7] and row[9] == "COMPLETED" and status == "REPLICA"
                and mode == "COMPLIANCE" and until >= locked_until
            )
            right += is_right
            other += not is_right
    return right, other, missing


def with_polars(source, vault, locked_until):
    import polars

    def read(path):
        return polars.scan_csv(path, has_header=False, new_columns=COLUMNS, schema={name: polars.String for name in COLUMNS})

    joined = read(source).join(read(vault), on=["key", "version_id"], how="left", suffix="_vault")
    is_missing = polars.col("etag_vault").is_null()
    is_right = (
        (polars.col("size") == polars.col("size_vault"))
        & (polars.col("etag") == polars.col("etag_vault"))
        & (polars.col("replication_status") == "COMPLETED")
        & (polars.col("replication_status_vault") == "REPLICA")
        & (polars.col("lock_mode_vault") == "COMPLIANCE")
        & (polars.col("retain_until_vault") >= locked_until)
    ).fill_null(False)
    found = joined.select(
        right=is_right.sum(), other=(~is_right & ~is_missing).sum(), missing=is_missing.sum(),
    ).collect(engine="streaming")
    return found.row(0)


def main():
    engine, source, vault, locked_until = sys.argv[1:]
    right, other, missing = (with_csv if engine == "csv" else with_polars)(source, vault, locked_until)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"right": right, "other": other, "missing": missing, "peak MiB": peak}))


main()
