"""Measures Alembic's comparison on a database that one of our benchmarks has filled.

    reflect_alembic.py URL TABLES REPETITIONS [changed]

With `changed` each tenth table of the models differs, and the difference is rendered too.

Prints one line of JSON; the seconds are a median. URL is SQLAlchemy's.
"""
import json
import statistics
import sys
import threading
import time

import sqlalchemy as sa
from alembic.autogenerate import compare_metadata, produce_migrations, render_python_code
from alembic.migration import MigrationContext


def chain_of_tables(count, changed):
    metadata = sa.MetaData()
    for i in range(count):
        name = f"table_{i}"
        columns = [
            sa.Column("id", sa.BigInteger, sa.Identity(), primary_key=True),
            sa.Column("previous_id", sa.BigInteger),
        ]
        for c in range(1, 16):
            if c % 2 == 0:
                other = changed and i % 10 == 0 and c == 4
                columns.append(sa.Column(f"text_{c}", sa.Text() if other else sa.String(100)))
            else:
                columns.append(sa.Column(f"number_{c}", sa.BigInteger, nullable=False))
        if changed and i % 10 == 0:
            columns.append(sa.Column("added", sa.String(50)))
        table = sa.Table(name, metadata, *columns)
        if i > 0:
            before = f"table_{i - 1}"
            table.append_constraint(
                sa.ForeignKeyConstraint(["previous_id"], [f"{before}.id"], name=f"fk_{name}_previous_id_{before}")
            )
        more = ("number_3",) if changed and i % 10 == 0 else ()
        for column in ("previous_id", "text_2", "number_1", *more):
            sa.Index(f"ix_{name}_{column}", table.c[column])
    return metadata


def main():
    url, tables, repetitions = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    engine = sa.create_engine(url)
    changed = sys.argv[4:] == ["changed"]
    metadata = chain_of_tables(tables, changed)
    found = []
    spent = []
    for _ in range(repetitions):
        begin = time.perf_counter()
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            if changed:
                script = produce_migrations(context, metadata)
                render_python_code(script.upgrade_ops)
                render_python_code(script.downgrade_ops)
                found = script.upgrade_ops.as_diffs()
            else:
                found = compare_metadata(context, metadata)
        spent.append(time.perf_counter() - begin)
    print(json.dumps({"tables": tables, "alembic_seconds": statistics.median(spent), "differences": len(found)}))



# SQLAlchemy follows the foreign keys of a chain one call inside the other.
sys.setrecursionlimit(1_000_000)
threading.stack_size(1 << 30)
thread = threading.Thread(target=main)
thread.start()
thread.join()
