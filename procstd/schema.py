"""The tables of a new database, made at once instead of migration by migration.

A history of migrations renders every model anew for each of its operations: more than a minute of processor time
for a database that has nothing to keep. An empty one gets the tables as the models say and the steps in Python of
the history (guards of append-only tables), and its migrations are noted as applied: a second.
tests/test_schema.py holds both ways to the same schema.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.migrations import RunPython
from django.db.migrations.executor import MigrationExecutor


def make_schema(connection: Any) -> bool:
    """Make every table of an empty database, all or none; tell whether it was empty.

    One that has tables is left as it is: that is for ``migrate``.
    """
    if connection.introspection.table_names():
        return False
    executor = MigrationExecutor(connection)
    history = [migration for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    connection.disable_constraint_checking()  # SQLite makes no tables in a transaction that checks
    try:
        with transaction.atomic(using=connection.alias):
            _make_tables(connection, history)
            executor.recorder.ensure_schema()
            for migration in history:
                executor.recorder.record_applied(migration.app_label, migration.name)
    finally:
        connection.enable_constraint_checking()
    return True


def _make_tables(connection: Any, history: list[Any]) -> None:
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            if model._meta.can_migrate(connection):
                editor.create_model(model)
        for migration in history:
            for operation in migration.operations:
                if isinstance(operation, RunPython):
                    code: Any = operation.code  # written for the models of then; in an empty database today's do
                    code(apps, editor)
