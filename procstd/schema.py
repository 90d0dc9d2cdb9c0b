"""The tables of a new database, made at once instead of migration by migration.

A history of migrations renders every model anew for each of its operations: more than a minute of processor time
for a database that has nothing to keep. An empty one gets the tables as the models say and the steps in Python of
the history (guards of append-only tables), and its migrations are noted as applied: seconds.
tests/test_schema.py holds both ways to the same schema.
"""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db import transaction
from django.db.migrations import RunPython
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations.fields import FieldOperation
from django.db.migrations.operations.models import IndexOperation, ModelOperation
from django.db.migrations.state import ProjectState
from django.utils import translation


def make_schema(connection: Any) -> bool:
    """Make every table of an empty database, all or none; tell whether it was done.

    It is not done, but left to ``migrate``, where the database has tables, and where the models do not say all that
    the history does: models changed since the last migration, branches that nobody merged, statements in SQL.
    """
    if connection.introspection.table_names():
        return False
    executor = MigrationExecutor(connection)
    history = [migration for migration, _back in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    if not models_say_all(executor.loader, history):
        return False
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


def models_say_all(loader: Any, history: list[Any]) -> bool:
    """Tell whether tables made as the models say are those that *history* leads to."""
    known = (ModelOperation, FieldOperation, IndexOperation, RunPython)
    if loader.detect_conflicts() or not all(isinstance(row, known) for one in history for row in one.operations):
        return False
    with translation.override(None):  # names are compared as they are written
        return not MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps)).changes(loader.graph)


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
