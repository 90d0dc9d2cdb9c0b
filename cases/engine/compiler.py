"""Compile a definition to a Viewflow flow class: one class for each definition, named by its hash."""

from __future__ import annotations

import threading
from typing import Any

from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.lock import SelectForUpdateLock

from cases.engine.nodes import Begin, Finish, JoinGate, SplitGate, StepNode, node_name
from cases.models import Case, CompiledStep, Task
from processes.domain.parsing import parse
from processes.domain.standard import Standard
from processes.models import Definition

#: The module whose attributes the classes are: Viewflow stores “cases/flows.F…” and resolves it by getattr.
MODULE = "cases.flows"
_HASH_DIGITS = 32
_compiling = threading.RLock()
_classes: dict[str, type[StandardFlow]] = {}


class NotCompiled(RuntimeError):
    """A definition cannot be run: it is missing, changed, or broken.

    No ImportError on purpose: Viewflow takes that for “no flow” and goes on with None.
    """


class StandardFlow(flow.Flow):
    """What all compiled flows have in common. Its own name never stands in the database."""

    process_class = Case
    task_class = Task
    process_title = "standard"
    lock_impl = SelectForUpdateLock(nowait=False, attempts=1)
    standard: Standard
    _steps: dict[int, dict[str, int]]

    @classmethod
    def compiled_steps(cls, definition_id: int) -> dict[str, int]:
        """Return the keys of CompiledStep by step key; read once in a process.

        By definition, not by class: a class goes by its hash, and a release that was rolled back
        and made again has the same hash and other rows.
        """
        if definition_id not in cls._steps:
            found = dict(CompiledStep.objects.filter(definition=definition_id).values_list("key", "pk"))
            if not found:
                raise NotCompiled(f"The definition {definition_id} was never compiled.")
            cls._steps[definition_id] = found
        return cls._steps[definition_id]


def name_of(sha256: str) -> str:
    """Return the class name for a definition's hash.

    By hash and not by primary key: after a rollback SQLite gives the key to another definition.
    """
    return f"F{sha256[:_HASH_DIGITS]}"


def flow_of(definition: Definition) -> type[StandardFlow]:
    """Return the flow class of *definition*, compiled on first use. Raises NotCompiled."""
    if not definition.is_intact:
        raise NotCompiled(f"The definition {definition.pk} does not match its hash {definition.sha256}.")
    return _compiled(definition)


def standard_by(sha256: str, definition_id: int) -> Standard:
    """Return the standard of the definition with a hash; no statement if this process has compiled it. NotCompiled."""
    found = _classes.get(name_of(sha256))
    return (found or flow_of(Definition.objects.get(pk=definition_id))).standard


def load(name: str) -> type[StandardFlow]:
    """Return the flow class *name*, for Viewflow, which knows no more than that. Raises NotCompiled."""
    found = _classes.get(name)
    if found is not None:
        return found
    definition = Definition.objects.filter(sha256__startswith=name[1:]).first()
    if definition is None:
        raise NotCompiled(f"No definition has a hash that starts with {name[1:]}.")
    return flow_of(definition)


def _compiled(definition: Definition) -> type[StandardFlow]:
    name = name_of(definition.sha256)
    found = _classes.get(name)
    if found is None:
        with _compiling:
            found = _classes.get(name)
            if found is None:
                try:
                    found = _classes[name] = compile_standard(parse(definition.load()), name)
                except Exception as error:
                    raise NotCompiled(f"The definition {definition.pk} cannot be compiled: {error}") from error
    return found


def compile_standard(standard: Standard, name: str) -> type[StandardFlow]:
    """Return the flow class for *standard*: a node for each step, two for each group, the start and the end.

    Node names are generated (s1, split1, …): “lock” or “cancel” would hide the class's own methods.
    """
    nodes: dict[str, Any] = {step.key: StepNode(standard, step) for step in standard.steps}
    for group in standard.groups:
        split = SplitGate()
        for lane in standard.lanes(group).values():
            split.Next(getattr(this, lane[0].key))
        nodes |= {f"split{group}": split, f"join{group}": JoinGate(standard, group)}
    nodes["end"] = Finish()
    nodes["begin"] = Begin(None).Next(getattr(this, node_name(standard, standard.first.key, coming_from=None)))
    space = {"__module__": MODULE, "__qualname__": name, "__doc__": None, "standard": standard, "_steps": {}, **nodes}
    made: type[StandardFlow] = type(StandardFlow)(name, (StandardFlow,), space)  # type: ignore[misc]
    return made
