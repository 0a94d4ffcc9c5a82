"""Take the pictures of the stepper for the README, light and dark, from a real run.

python -m tools.pictures
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

from playwright.sync_api import Browser, sync_playwright

import lambdalab as lab
from lambdalab.run import Run
from tools import browser

FOLDER = Path(__file__).parent.parent / "docs" / "images"
WIDTH = 1200  # px
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
STEP = "msg-4.dead_lettered"


def sale() -> Run:
    """Send six messages to a worker that may run once at a time, with one receive each."""
    worker = lab.handler("worker", wait=10, timeout=20, reserved_concurrency=1)
    orders = lab.queue("orders", visibility_timeout=30, max_receive_count=1, dead_letter="dlq")
    return lab.run(orders.to(worker, batch_size=1), at=[0] * 6)


def take(chromium: Browser, scheme: Literal["light", "dark"]) -> Path:
    """Open a page of the run and take its picture."""
    with TemporaryDirectory() as folder:
        page = chromium.new_page(
            viewport={"width": WIDTH, "height": 900}, color_scheme=scheme, device_scale_factor=1.5
        )
        page.goto(sale().step(STEP).page(Path(folder) / "run.html").as_uri())
        stepper = page.locator(".lambdalab-stepper[data-step]")
        stepper.wait_for()
        page.wait_for_timeout(300)  # until what has to scroll has done so
        taken = FOLDER / f"stepper-{scheme}.png"
        box, system = stepper.bounding_box(), page.locator(".ll-system").bounding_box()
        assert box
        assert system
        upper = {**box, "height": system["y"] + system["height"] - box["y"] + 8}
        page.screenshot(path=taken, clip=upper, full_page=True)  # type: ignore[arg-type]
        page.close()
    return taken


def main() -> None:
    """Take both."""
    chromium = browser.find_chromium()
    if chromium is None:
        raise SystemExit("no Chromium")
    with sync_playwright() as playwright:
        started = browser.launch(playwright, chromium)
        for scheme in SCHEMES:
            print(take(started, scheme).name)
        started.close()


if __name__ == "__main__":
    main()
