"""A real Chromium for the browser tests."""

from typing import Any

import pytest

from tests.binaries import CHROMIUM_ARGUMENTS, chromium


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the Chromium that was found, without its calls to the outside."""
    ours = {"executable_path": chromium(), "args": CHROMIUM_ARGUMENTS}
    return {**browser_type_launch_args, **ours}


@pytest.fixture(scope="session")
def base_url() -> None:
    """There are several servers; every test names its own. (The plugin's fixture warns.)"""
