"""The nodes of a compiled flow: Viewflow's, writing the act's own time and as few statements as will do.

Found by running Viewflow: it takes the time from the clock, asks twice what it knows, and saves
every column. Here ``case.at`` is the time, a task is one INSERT and one UPDATE, and what the case
itself changes is written once, by the act.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from viewflow.workflow import flow
from viewflow.workflow.activation import Activation
from viewflow.workflow.base import Edge
from viewflow.workflow.nodes.end import EndActivation
from viewflow.workflow.nodes.join import JoinActivation
from viewflow.workflow.nodes.split import SplitActivation
from viewflow.workflow.nodes.start import StartHandleActivation
from viewflow.workflow.nodes.view import ViewActivation
from viewflow.workflow.status import STATUS

from cases.models import Task
from cases.models.case import Status
from processes.domain.standard import Outcome, Standard, Step

Answers = dict[str, dict[str, Any]]


def _new_task(node: Any, previous: Activation, token: Any, **facts: Any) -> Task:
    """Write a task of *node* that follows *previous*: two statements."""
    case = previous.process
    task = Task(process=case, flow_task=node, token=token, key=node.name, created=case.at, **facts)
    if case.begin_step is not None and task.step_id is not None:
        case.begin_step(task)
    task.save(force_insert=True)
    _note_previous(task, previous)
    return task


def _note_previous(task: Task, previous: Activation) -> None:
    # Not task.previous.add(): it asks first what is there, and a new task has nothing.
    Task.previous.through(from_task=task, to_task=previous.task).save(force_insert=True)


def _finish(activation: Activation) -> None:
    activation.task.finished = activation.process.at
    activation.task.save(update_fields=["status", "started", "finished", "owner", "assigned", "outcome", "data"])


class BeginActivation(StartHandleActivation):
    """Starts a case that is already written and locked: it was inserted in this transaction."""

    @classmethod
    def of(cls, node: Any, case: Any) -> BeginActivation:
        """Return the activation with which *case* begins."""
        task = Task(process=case, flow_task=node, key=node.name, created=case.at, started=case.at)
        return cls(task)

    @Activation.status.transition(source=STATUS.NEW)
    def execute(self) -> None:
        self.complete()
        self.activate_next()

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        self.task.finished = self.process.at
        self.task.save(force_insert=True)


class Begin(flow.StartHandle):
    activation_class = BeginActivation


class StepActivation(ViewActivation):
    """A step in work. *chosen* is the outcome with which it is completed."""

    chosen: Outcome

    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        steps = flow_task.flow_class.compiled_steps(prev_activation.process.definition_id)
        return cls(_new_task(flow_task, prev_activation, token, step_id=steps[flow_task.name]))

    @Activation.status.transition(source=STATUS.STARTED, target=STATUS.DONE)
    def complete(self) -> None:
        _finish(self)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        target = self.chosen.target_for(self.process.data)
        yield self.flow_task.node_for(target)._create(self, self.task.token)

    def finish(self, chosen: Outcome) -> None:
        """Complete the step with an outcome and start what follows."""
        self.chosen = chosen
        self.task.outcome = chosen.key
        self.task.started = self.task.started or self.process.at
        self.task.status = STATUS.STARTED
        self.execute()


class StepNode(flow.View):
    """A step of the standard. Its outcomes choose the next node; a way into or out of a group passes its gateway."""

    activation_class = StepActivation

    def __init__(self, standard: Standard, step: Step) -> None:
        super().__init__(view=None)
        self.standard, self.step = standard, step

    def node_for(self, target: str | None) -> Any:
        """Return the node to which *target* leads from here: a step, a split, a join, or the end."""
        return self.flow_class.instance.node(node_name(self.standard, target, coming_from=self.step))

    def _resolve(self, instance: Any) -> None:
        # Targets are looked up when they are needed: the graph has loops.
        self._on_create = None

    def _outgoing(self) -> Iterator[Edge]:
        for _key, target, outcome in self.standard.arcs_of(self.step):
            yield Edge(src=self, dst=_by_name(self, target, self.step), edge_class=outcome.key)


def node_name(standard: Standard, target: str | None, *, coming_from: Step | None) -> str:
    """Return the name of the node on the way from a step (None: from outside) to *target* (None: the end).

    Leaving a group leads to its join, entering one to its split; a join hands on by itself.
    """
    group = coming_from.group if coming_from else None
    step = standard.step(target)
    if group is not None and (step is None or step.group != group):
        return f"join{group}"
    if step is None:
        return "end"
    return step.key if step.group in (None, group) else f"split{step.group}"


def _by_name(node: Any, target: str | None, coming_from: Step | None) -> Any:
    return node.flow_class._nodes_by_name[node_name(node.standard, target, coming_from=coming_from)]


class SplitGateActivation(SplitActivation):
    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        return cls(_new_task(flow_task, prev_activation, token))

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        _finish(self)


class SplitGate(flow.Split):
    """All lanes of a group begin."""

    activation_class = SplitGateActivation


class JoinGateActivation(JoinActivation):
    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        waiting = Task.objects.filter(
            process=prev_activation.process, key=flow_task.name, status__in=[STATUS.NEW, STATUS.STARTED]
        ).first()
        if waiting is None:
            return cls(_new_task(flow_task, prev_activation, token.get_base_split_token()))
        waiting.process, waiting.flow_task = prev_activation.process, flow_task
        _note_previous(waiting, prev_activation)
        return cls(waiting)

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.STARTED)
    @Activation.status.transition(source=STATUS.STARTED)
    def activate(self) -> None:
        if self.task.started is None:
            self.task.started = self.process.at
            self.task.save(update_fields=["status", "started"])

    @Activation.status.transition(
        source=STATUS.STARTED, target=STATUS.DONE, conditions=[lambda activation: activation.is_done()]
    )
    def complete(self) -> None:
        _finish(self)

    @Activation.status.transition(source=STATUS.DONE)
    def create_next(self) -> Iterator[Activation]:
        yield self.flow_task.after()._create(self, self.task.token)


class JoinGate(flow.Join):
    """Waits for all lanes of a group, then goes where they all lead."""

    activation_class = JoinGateActivation

    def __init__(self, standard: Standard, group: int) -> None:
        super().__init__()
        self.standard, self.group = standard, group

    def _target(self) -> str | None:
        (target,) = self.standard.after(self.group)
        return target

    def after(self) -> Any:
        """Return the node that follows the group."""
        return _by_name(self, self._target(), None)

    def _resolve(self, instance: Any) -> None:
        self._continue_on_condition = None

    def _outgoing(self) -> Iterator[Edge]:
        yield Edge(src=self, dst=self.after(), edge_class="next")


def reopen_at(node: Any, case: Any) -> Task:
    """Start a step anew in a case that was closed: its task follows the end. Two statements and one to find it."""
    end = Task.objects.filter(process=case, key="end").order_by("-pk").first()
    steps = node.flow_class.compiled_steps(case.definition_id)
    task = Task(process=case, flow_task=node, key=node.name, created=case.at, step_id=steps[node.name])
    if case.begin_step is not None:
        case.begin_step(task)
    task.save(force_insert=True)
    if end is not None:
        Task.previous.through(from_task=task, to_task=end).save(force_insert=True)
    return task


class FinishActivation(EndActivation):
    @classmethod
    def create(cls, flow_task: Any, prev_activation: Any, token: Any, data: Any = None, seed: Any = None) -> Any:
        return cls(_new_task(flow_task, prev_activation, token, started=prev_activation.process.at))

    @Activation.status.transition(source=STATUS.NEW)
    def activate(self) -> None:
        # Groups are joined before the end, so that nothing else is open: the checks of a release see to it.
        self.process.status, self.process.finished = Status.DONE, self.process.at

    @Activation.status.transition(source=STATUS.NEW, target=STATUS.DONE)
    def complete(self) -> None:
        _finish(self)


class Finish(flow.End):
    """The case is closed. The act writes it."""

    activation_class = FinishActivation
