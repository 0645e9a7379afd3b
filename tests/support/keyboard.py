"""A person who uses no mouse: everything is reached with Tab and arrows, and worked with Space, Enter and typing."""

from typing import Any

import pytest

FARTHEST = 200  # tab stops; a page where more are needed has no way past its repeated parts


class Keyboard:
    """The keys of one tab of a browser."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def to(self, target: Any) -> None:
        """Press Tab until something has the focus."""
        target = target.first
        target.wait_for(state="attached")
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if target.evaluate("part => part === document.activeElement"):
                return
        pytest.fail(f"no tab stop reaches {target}")

    def type(self, target: Any, text: str) -> None:
        self.to(target)
        self.page.keyboard.type(text)

    def tick(self, target: Any) -> None:
        self.to(target)
        self.page.keyboard.press("Space")

    def choose(self, target: Any) -> None:
        """Choose a radio button: Tab enters its group, arrows move inside."""
        target = target.first
        for _ in range(FARTHEST):
            self.page.keyboard.press("Tab")
            if target.evaluate("part => part.name === document.activeElement.name"):
                break
        for _ in range(FARTHEST):
            if target.evaluate("part => part === document.activeElement"):
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"no arrow reaches {target}")

    def press(self, target: Any) -> None:
        """Follow a link or press a button, and wait for the page that it leads to."""
        self.to(target)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
