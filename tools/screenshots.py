"""`make screenshots`: take the pictures of the README from a stack with demo data."""

from __future__ import annotations

import os
import subprocess
import sys

from tools import debian, setup
from tools.say import PYTHON, ROOT, plain_sentences

#: file name, person, language, theme, width, address
PICTURES = [
    ("home-zh", "zhao.min", "zh", "light", 1280, "/"),
    ("case-zh", "zhao.min", "zh", "light", 1280, "/cases/C-000053/"),
    ("task-en", "zhao.min", "en", "light", 1280, "TASK"),
    ("editor-zh", "he.lin", "zh", "light", 1280, "/processes/complaint/1.1/write/#grid"),
    ("manual-en", "he.lin", "en", "light", 1280, "/processes/complaint/1.0/manual/"),
    ("pilot-zh", "sun.yue", "zh", "light", 1280, "/pilots/P-0001/before-and-after/"),
    ("audit-en", "deng.xue", "en", "light", 1280, "/audits/A-2026-06-service-complaint/"),
    ("effect-zh", "he.lin", "zh", "light", 1280, "/improvements/trace/service-complaint/"),
    ("import-zh", "fang.ning", "zh", "light", 1280, "IMPORT"),
    ("design-en-dark", "fang.ning", "en", "dark", 1280, "/design/"),
    ("home-en-phone-dark", "emma.clark", "en", "dark", 390, "/"),
]


def take() -> None:
    """Take every picture. Runs inside the venv, with private servers."""
    import io

    from tests import servers

    servers.pytest_addoption()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "procstd.settings")
    import django
    from openpyxl import Workbook
    from playwright.sync_api import sync_playwright

    from tests.stack import Stack

    django.setup()

    stack = Stack("procstd_screenshots")
    folder = ROOT / "docs/screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        stack.start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=os.environ["CHROMIUM"],
                args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"],
            )
            for name, code, language, theme, width, address in PICTURES:
                page = browser.new_page(
                    base_url=stack.address,
                    viewport={"width": width, "height": 800 if width > 500 else 844},
                    color_scheme="dark" if theme == "dark" else "light",
                )
                page.goto("/sign-in/")
                page.locator("[name=username]").fill(code)
                page.locator("[name=password]").fill("procstd-demo")
                page.locator("main button[type=submit]").click()
                page.locator("main .panels").wait_for()
                if (page.locator("html").get_attribute("lang") == "en") != (language == "en"):
                    page.locator("form[action='/language/'] button").click()
                if address == "IMPORT":
                    book, content = Workbook(), io.BytesIO()
                    book.active.append(
                        ["username", "name_zh", "name_en", "email", "department", "language", "time_zone", "active"]
                    )
                    book.active.append(["qin.ying", "秦英", "Qin Ying", "qin.ying@", "sales"])
                    book.active.append(["yu.bo", "于波", "Yu Bo", "", "workshop-9"])
                    book.active.append(["su.qing", "苏晴", "Su Qing", "", "quality"])
                    book.save(content)
                    page.goto("/sheets/people/import/")
                    page.locator("[name=file]").set_input_files(
                        {"name": "people.xlsx", "mimeType": "application/zip", "buffer": content.getvalue()}
                    )
                    page.locator("main form button[type=submit]").click()
                    page.locator(".tiles").wait_for()
                elif address == "TASK":
                    page.goto("/cases/")
                    page.locator("a.task-row-step").first.click()
                else:
                    page.goto(address)
                page.screenshot(path=folder / f"{name}.png")
                page.close()
            browser.close()
    finally:
        stack.stop()
    print(f"  {len(PICTURES)} pictures are in {folder.relative_to(ROOT)}.")


if __name__ == "__main__":
    with plain_sentences():
        if "--take" in sys.argv:
            take()
        else:
            setup.ensure(tests=True)
            environment = {**os.environ, "CHROMIUM": debian.chromium() or ""}
            command = [PYTHON, "-m", "tools.screenshots", "--take"]
            sys.exit(subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode)
