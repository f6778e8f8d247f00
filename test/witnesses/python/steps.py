"""Prints one line for each step of a witness: what the client showed, or why it failed."""

import inspect
import json
import traceback


def show(step: str, **more: object) -> None:
    print(json.dumps({"step": step, **more}, default=str), flush=True)


async def run(step: str, work) -> object:
    """Runs one step, waits for it where it is asynchronous, and goes on after a failure."""
    try:
        saw = work()
        if inspect.isawaitable(saw):
            saw = await saw
        show(step, saw=saw)
    except Exception:
        show(step, failed=traceback.format_exc(limit=-4))
