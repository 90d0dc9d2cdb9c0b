"""The files of the served mode agree with the code: compose file, image, operations page, settings."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings

from procstd.environment import VARIABLES
from tests.served.stack import ROOT, bare_environment

COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = [name for name, service in SERVICES.items() if service["image"] == "procstd"]
# A backslash continues a line.
DOCKERFILE = re.sub(r"\\\n\s*", "", (ROOT / "Dockerfile").read_text()).splitlines()
NEEDED = [variable.name for variable in VARIABLES.values() if variable.needed_when_served]

SERVED = {
    "PROCSTD_MODE": "served",
    "SECRET_KEY": "k3-" + "9vXq7TzLw2" * 5,
    "DATABASE_URL": "postgres://procstd@127.0.0.1:1/procstd",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PUBLIC_URL": "https://procstd.example.com",
}


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run manage.py with *environment* and none of the variables of this test run."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=bare_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def instructions(name: str) -> list[str]:
    """Return the arguments of every *name* instruction of the Dockerfile."""
    return [line.removeprefix(name).strip() for line in DOCKERFILE if line.startswith(f"{name} ")]


def health_check_of_the_image() -> list[str]:
    """Return the command of the Dockerfile's HEALTHCHECK."""
    return list(json.loads(instructions("HEALTHCHECK")[0].split("CMD ")[1]))


# --- compose ---------------------------------------------------------------------------------


def test_the_stack_is_a_database_a_broker_and_procstd_four_times() -> None:
    assert list(SERVICES) == ["db", "redis", "migrate", "web", "worker", "beat"]
    assert OURS == ["migrate", "web", "worker", "beat"]


@pytest.mark.parametrize("name", OURS)
def test_our_services_get_our_variables_and_no_others(name: str) -> None:
    given = set(SERVICES[name]["environment"])

    # Debug pages never reach a container; every other variable can be set from outside.
    assert given == set(VARIABLES) - {"PROCSTD_DEBUG"}


@pytest.mark.parametrize("name", OURS)
def test_our_services_get_what_the_served_mode_needs(name: str) -> None:
    environment = SERVICES[name]["environment"]

    assert environment["PROCSTD_MODE"] == "served"
    assert all(environment[variable] for variable in NEEDED)


def test_no_secret_has_a_default() -> None:
    secrets = [SERVICES["web"]["environment"][name] for name in ("SECRET_KEY", "DATABASE_URL", "PUBLIC_URL")]
    secrets.append(SERVICES["db"]["environment"]["POSTGRES_PASSWORD"])

    assert all(re.search(r"\$\{[A-Z_]+:\?", secret) for secret in secrets)


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_runs_locked_down(name: str) -> None:
    service = SERVICES[name]

    assert service["user"] not in ("", "root", "0", "0:0")
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "/tmp" in [place.partition(":")[0] for place in service["tmpfs"]]
    assert "privileged" not in service


@pytest.mark.parametrize("name", [name for name in SERVICES if name != "migrate"])
def test_a_lasting_service_starts_again_and_tells_how_it_is(name: str) -> None:
    service = SERVICES[name]
    # The image's own check asks the web page; web takes it as it is.
    check = {"test": health_check_of_the_image()} if name == "web" else service["healthcheck"]

    assert service["restart"] == "unless-stopped"
    assert check["test"]


def test_the_tables_are_made_once_before_anything_serves() -> None:
    assert SERVICES["migrate"]["command"][1:] == ["manage.py", "prepare"]
    assert SERVICES["migrate"]["restart"] == "no"
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}


def test_each_process_starts_procstd() -> None:
    web, worker, beat = (SERVICES[name]["command"] for name in ("web", "worker", "beat"))

    assert web[:2] == ["gunicorn", "procstd.wsgi"]
    assert {"--worker-class=gthread", "--worker-tmp-dir=/dev/shm", "--no-control-socket"} <= set(web)
    assert worker[:4] == ["celery", "--quiet", "--app=procstd", "worker"]
    assert beat[:4] == ["celery", "--quiet", "--app=procstd", "beat"]
    assert "--pidfile=" in beat


def test_redis_keeps_its_queue_on_disk() -> None:
    command = SERVICES["redis"]["command"]

    assert command[command.index("--appendonly") + 1] == "yes"


def test_every_volume_and_network_is_declared() -> None:
    volumes = {volume.split(":")[0] for service in SERVICES.values() for volume in service["volumes"]}
    networks = {network for service in SERVICES.values() for network in service["networks"]}

    assert volumes == set(COMPOSE["volumes"])
    assert networks == set(COMPOSE["networks"])


def test_database_and_broker_are_reached_from_inside_only() -> None:
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("db", "redis"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


def test_the_example_names_only_what_compose_reads_and_everything_it_insists_on() -> None:
    text = "\n".join(
        line for line in (ROOT / "docker-compose.yml").read_text().splitlines() if not line.lstrip().startswith("#")
    )
    named = {
        line.split("=")[0] for line in (ROOT / ".env.example").read_text().splitlines() if re.match(r"[A-Z]", line)
    }

    assert named <= set(re.findall(r"\$\{([A-Z_]+)", text))
    assert set(re.findall(r"\$\{([A-Z_]+):\?", text)) <= named


# --- image -----------------------------------------------------------------------------------


def test_the_image_is_built_in_three_stages_and_runs_without_rights() -> None:
    last_stage = DOCKERFILE[max(number for number, line in enumerate(DOCKERFILE) if line.startswith("FROM ")) :]

    assert [line.split()[0].split(":")[0] for line in instructions("FROM")] == ["node", "python", "python"]
    assert [line for line in last_stage if line.startswith("USER ")] == ["USER 10001:10001"]
    assert {SERVICES[name]["user"] for name in OURS} == {"10001:10001"}


def test_the_image_takes_packages_by_their_hashes_only() -> None:
    text = "\n".join(DOCKERFILE)

    assert "--require-hashes -r" in text
    assert "npm ci" in text
    assert "npm install" not in text


def test_the_image_keeps_its_data_where_compose_mounts_the_volume() -> None:
    folder = SERVICES["web"]["environment"]["PROCSTD_VAR_DIR"]

    assert f"PROCSTD_VAR_DIR={folder}" in "\n".join(DOCKERFILE)
    assert instructions("VOLUME") == [folder]
    assert all(SERVICES[name]["volumes"] == [f"data:{folder}"] for name in OURS)


def test_the_command_of_the_image_is_a_list_that_starts_gunicorn() -> None:
    command = json.loads(instructions("CMD")[0])

    assert command[:2] == ["gunicorn", "procstd.wsgi"]


def test_only_the_application_reaches_the_image() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in lines if line.startswith("!")}

    assert "*" in lines
    assert let_in >= {*settings.ROOMS, "procstd", "templates", "static", "locale", "manage.py", "requirements/run.txt"}
    assert not let_in & {".env", ".git", "var", "tests"}
    assert all((ROOT / name).exists() for name in let_in)


# --- operations page -------------------------------------------------------------------------


def test_the_operations_page_explains_every_variable_and_no_other() -> None:
    page = (ROOT / "docs/operations.md").read_text()
    table = page.split("<!-- variables -->")[1]
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines() if line.startswith("| `")
    ]

    assert [row[0].strip("`") for row in rows] == list(VARIABLES)
    for name, needed, default, told in rows:
        variable = VARIABLES[name.strip("`")]
        assert needed == ("yes" if variable.needed_when_served else "")
        assert default.strip("`") == ("" if variable.default in ("", []) else str(variable.default))
        assert told == variable.help


# --- settings --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NEEDED)
def test_the_served_mode_refuses_to_start_without_what_it_needs(name: str) -> None:
    done = manage("check", **{key: value for key, value in SERVED.items() if key != name})

    assert done.returncode != 0
    assert f"PROCSTD_MODE=served needs the environment variable {name}: " in done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"DATABASE_URL": "sqlite:///procstd.sqlite3"}, "PROCSTD_MODE=served needs PostgreSQL"),
        ({"PUBLIC_URL": "procstd.example.com"}, "PUBLIC_URL must look like https://procstd.example.com"),
        ({"PROCSTD_MODE": "production"}, "PROCSTD_MODE is 'embedded' or 'served', not 'production'."),
        ({"TRUSTED_PROXIES": "one"}, "The environment variable TRUSTED_PROXIES has a value that does not fit: 'one'."),
    ],
)
def test_a_value_that_does_not_fit_is_told_in_one_sentence(wrong: dict[str, str], sentence: str) -> None:
    done = manage("check", **(SERVED | wrong))

    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


def test_django_finds_nothing_to_warn_of_in_the_served_settings(tmp_path: Path) -> None:
    served = SERVED | {"TRUSTED_PROXIES": "1", "PROCSTD_VAR_DIR": str(tmp_path)}
    manage("prepare", "--no-database", **served)

    done = manage("check", "--deploy", "--fail-level", "WARNING", **served)

    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("System check identified no issues")
