"""Settings of the commands from the user's environment."""

from __future__ import annotations

from pydantic_settings import BaseSettings


class TextEditor(BaseSettings):
    """The user's text editor, from the variables VISUAL and EDITOR."""

    visual: str = ""
    editor: str = ""

    @property
    def command(self) -> str:
        """The command that opens a file in the editor."""
        return self.visual or self.editor or "vi"
